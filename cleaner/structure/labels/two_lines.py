"""Are two short lines, one below the other, the two printed lines of one headline?

A large headline is set in lines as wide as its columns, and a recogniser gives each a block of its own: 停航三年的河湾渡口昨日恢复通 | 航两岸群众笑开颜. Read
each for itself, the first looks like a torn sentence and the second like a headline. A logistic model looks at both together: do
the words run on, are both lines headings by what they say, does the report below tell of both? `benchmarks/labels.py --fit` fits it on
pages whose true roles are known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz import fuzz

from cleaner.memory import kept
from cleaner.structure.labels.model import (
    PORTION,
    SMALL_WORDS,
    clip,
    heading_odds,
    line_ends,
    near_links,
    neighbours,
    says_what_it_is,
    weights,
)
from cleaner.structure.labels.shapes import HAN, HEADING_LENGTH, SERIES, looks_like_heading
from cleaner.structure.labels.tables import rows_and_items
from cleaner.structure.names import NAME_SIZES, is_rare_name, run_together
from cleaner.structure.seams import Seams, unclosed

FIRST, SECOND, WHOLE = (6, 8, 10, 13, 17, 22), (2, 4, 6, 9, 13), (12, 16, 20, 26, 32)
"""Code points at which the length of the first line, of the second and of both together tells something new."""
SHORTEST = 4
"""Code points of the shortest first line."""
ALIKE = 60.0
"""Likeness (0 to 100) from which two lines are one headline read twice."""
STORY, TOLD, BEHIND = 40, 120, 3
"""Code points from which a block is a paragraph that tells a story; those of it in which the words of its headline are looked for; how far behind
the headline it may stand."""
TWO_LINES_SAFE = 0.5
"""Log-odds from which two lines are one headline unasked: on readings left out in turn 106 of 108 pairs above are, and 6 of 18 between 0 and this
(`benchmarks/labels.py --fit`)."""
PARALLEL = -0.2
"""log10 by which the second line must be likelier behind the first than at the start of a line to run on. Set by hand."""
CLOSED = 2.5
"""Log-odds for a second line that closes the mark that the first one opens: 17 of 18 such pairs of readings, and 17 of 18 of made-up pages with log-odds over -2, are
one headline, too few for their weight to be learnt."""
PARTICLE = re.compile("[的了在和与是把被对为从而就也不将向至到及或并以给让使由]$")
NOTE = re.compile("[（(].*[）)]$")
"""What stands in brackets by itself. In 【…】 the series stands over a headline, the writer under it."""
NUMBER = re.compile(r"\d|[一二三四五六七八九十]+、|[（(]")


def halves(texts: Sequence[str]) -> Iterator[int]:
    """The blocks that may be the first line of a headline whose second line is the next block. A page that marks its headings marks both."""
    if any(text.startswith("#") for text in texts):
        return
    rows = rows_and_items(texts)
    for i, (first, second) in enumerate(pairwise(texts)):
        if i not in rows and i + 1 not in rows and len(first) >= SHORTEST and _could_be(SERIES.sub("", first), second):
            yield i


def _could_be(first: str, second: str) -> bool:
    if not first or len(first) + len(second) > 2 * HEADING_LENGTH or first[-1] in "。；，,：:" or second[-1] in "，、；：,;:" or "。" in first + second or second[0] == "【":
        return False
    if any(line[0] == ">" or NOTE.match(line) or says_what_it_is(line) for line in (first, second)):
        return False
    whole = (first.rstrip("、") + second, f"{first} {second}")
    return any(map(looks_like_heading, whole)) and fuzz.partial_ratio(first, second) < ALIKE


class Pair(NamedTuple):
    """What is known of two lines."""

    log_odds: float
    """Natural log-odds that they are one headline."""
    runs_on: bool
    """Whether the words of the first run on in the second. Where they do not, the first may as well be a kicker, which the bench's pages have
    none of."""


def two_lines(texts: Sequence[str], firsts: Sequence[int], seams: Seams) -> dict[int, Pair]:
    """What each of the blocks `firsts`, in ascending order, is together with the next block."""
    model, rows = weights("two lines"), features(texts, firsts, seams)
    return {i: Pair(model.log_odds(row) + CLOSED * row["closes"], row["gain"] > PARALLEL or row["closes"] > 0) for i, row in rows.items()}


def features(texts: Sequence[str], firsts: Sequence[int], seams: Seams) -> dict[int, dict[str, float]]:
    """Features of each of the blocks `firsts`, in ascending order, and the next one."""
    texts = [ends.text for ends in seams.ends]  # in simplified script, as the models know it
    asked = sorted({*firsts, *(i + 1 for i in firsts)})
    ends, heading = line_ends(texts, asked, seams), heading_odds(texts, asked, seams)
    around = sorted({pair for i in firsts for pair in ((i - 1, i), (i + 1, i + 2)) if pair[0] >= 0 and pair[1] < len(texts)})
    link = near_links(seams, around)
    rows, known = {}, set(firsts)
    for start in range(0, len(firsts), PORTION):
        portion = firsts[start:start + PORTION]
        for i, seam in zip(portion, seams.link_features([(i, i + 1) for i in portion]), strict=True):
            first, second = SERIES.sub("", texts[i]), texts[i + 1]  # the name of a series says nothing of the headline behind it
            above, below = neighbours(texts, i), neighbours(texts, i + 1)
            report = next((text for text in texts[i + 2:i + 2 + BEHIND] if len(text) > STORY), "")[:TOLD]
            rest = second + texts[i + 2] if i + 1 in known else second
            rows[i] = {
                **_shapes(first, second), **_marks(first, rest), **{name: seam[name] for name in ("gain", "goes on", "word", "page")},
                "first ends": ends[i]["line end"], "second ends": ends[i + 1]["line end"], "second starts": ends[i + 1]["line start"],
                "small words": ends[i]["small words"] + ends[i + 1]["small words"],
                "first heading": clip(heading[i]), "second heading": clip(heading[i + 1]),
                "from above": clip(link.get((i - 1, i), -6.0)), "to below": clip(link.get((i + 1, i + 2), -6.0)),
                "first told": _told(first, report), "second told": _told(second, report), "told above": _told(first, texts[i - 1][-TOLD:] if i else ""),
                "names": float(bool(run_together(second, seams.evidence.lexicon, NAME_SIZES, words=1))),
                "named": float(is_rare_name(second, seams.evidence.lexicon)), "named below": float(2 < len(second) < 5 and second in report),
                **{name: above[name] for name in ("top", "above ended", "above open", "above short", "above signed", "above furniture")},
                **{name: below[name] for name in ("foot", "below long", "below ended", "below short", "below signed", "below dateline")},
            }
    return rows


def _marks(first: str, rest: str) -> Mapping[str, float]:
    """Whether a quotation mark or bracket that the first line opens is closed in what stands under it, or stays open; whether one is closed there
    that is open nowhere."""
    opening, missing = unclosed(first)[0], unclosed(rest)[1]
    closes = bool(opening) and missing[:1] == opening[-1]
    return {"closes": float(closes), "unclosed": float(bool(opening) and not closes), "missing": float(bool(missing) and not closes)}


def _told(text: str, where: str) -> float:
    """The share of a line's pairs of characters that a text has."""
    grams = _grams(text)
    return sum(gram in where for gram in grams) / max(2, len(grams))


@kept
def _grams(text: str) -> frozenset[str]:
    return frozenset(text[k:k + 2] for k in range(len(text) - 1) if SMALL_WORDS.isdisjoint(text[k:k + 2]))


def _shapes(first: str, second: str) -> Mapping[str, float]:
    whole = first + second
    sizes = [("first", first, FIRST), ("second", second, SECOND), ("whole", whole, WHOLE)]
    return {f"{name} over {size}": float(len(text) > size) for name, text, steps in sizes for size in steps} | {
        "longer": float(len(second) > len(first)), "much shorter": float(2 * len(second) < len(first)), "open": float(any(unclosed(whole))),
        "commas": float(len(re.findall("[，,]", whole))), "colon": float(bool(re.search("[：:]", whole[1:-1]))), "listed": float(first[-1] == "、"),
        "bracket": float(second[0] in "【（(《“「"), "first number": float(bool(NUMBER.match(first))), "second number": float(second[0].isdigit()),
        "called": float(first[-1] in "？！?!"), "mark end": float(second[-1] in "？！?!"), "particle end": float(bool(PARTICLE.search(first))),
        "no hanzi": float(not re.search(f"[{HAN}]", second)),
    }
