"""Is a short line a heading, or a piece of a paragraph that a recogniser cut off?

Where whole regions are read, a line without a full stop is a heading; where crops overlap or columns are torn, most
such lines are pieces of sentences. A logistic model weighs what the line itself, the seams to the blocks around it and
the words that it shares with them say. `benchmarks/labels.py --fit` fits it on pages whose true roles are known.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

from cleaner.data import data_file
from cleaner.evidence.charset import HAN_RANGE
from cleaner.memory import kept
from cleaner.structure.labels.shapes import BYLINE, CREDIT, DATELINE, FURNITURE, SIGNED, number_of
from cleaner.structure.logistic import Logistic
from cleaner.structure.seams import (
    CANNOT_START,
    HAN,
    START_LENGTH,
    TAIL_LENGTH,
    Seams,
    ends_sentence,
    unclosed,
)

LENGTHS = (3, 6, 10, 15, 20, 28)
"""Code points at which the length of a line tells something new."""
NEAR = 2
"""How many blocks before and behind a line are asked whether they run on into it, or it into them."""
RUNS_ON, SCALE = -1.5, 3.0
"""Log-odds of the seam to a long block below from which a line is its beginning: so are 169 of 439 pieces and 1 of 592 headings
of generated pages, and 2 of 1,239 headings of rig pages and of 晶報. Features hold log-odds divided by `SCALE`."""
PORTION = 500
"""Seams asked at once: the work stays linear on a page of ten thousand lines."""
WHOLE_PAGE = 0.5, 5.0
"""Blocks that stop in mid-sentence, of so many, that are taken for granted: three torn ones of four are no torn page yet."""
AHEAD, BEHIND = 40, 40
"""How many blocks behind and before a line are searched for a torn start into which it runs on."""
NONE = -1
"""No block."""
AROUND = 3
"""How many blocks on either side are compared with a line's words."""

SMALL_WORDS = frozenset("了着过我你他她它们这那也都就还将已但却并且因所其则便很最更会能可要被把从让使对为在是有于与而即又只应")
"""Characters that sentences are full of, and headings are not."""


@lru_cache(maxsize=4)
def weights(name: str) -> Logistic:
    """A model of the package by its name in `data/roles.json`."""
    data = json.loads(data_file("roles.json").read_text(encoding="utf-8"))[name]
    return Logistic(data["bias"], data["weights"])


def heading_odds(texts: Sequence[str], asked: Sequence[int], seams: Seams, pictures: Collection[int] = ()) -> dict[int, float]:
    """Natural log-odds that each of the blocks `asked` is a heading and no piece of a paragraph; `pictures` are blocks of captions and credits, over
    which a sentence runs on. A traditional page is asked about in the simplified script of its seams, which the models know."""
    texts = [ends.text for ends in seams.ends]
    model, known = weights("lines"), seams.headings.setdefault(frozenset(pictures), {})
    new = [i for i in asked if i not in known]
    known |= {i: min(-1.0, odds) if runs_on(row) else odds
              for i, row in (features(texts, new, seams, pictures) if new else {}).items() for odds in (model.log_odds(row),)}
    return {i: known[i] for i in asked}


def runs_on(row: Mapping[str, float]) -> bool:
    """Whether the sentence plainly runs on into the long or finished block below; hardly a headline of the bench does (see `RUNS_ON`)."""
    return row["to long"] > RUNS_ON / SCALE


def features(texts: Sequence[str], asked: Sequence[int], seams: Seams, pictures: Collection[int] = ()) -> dict[int, dict[str, float]]:
    """Features of the lines `asked`."""
    n, flow = len(texts), [i for i in range(len(texts)) if i not in pictures]
    at = {i: k for k, i in enumerate(flow)}
    before = {i: [k for k in flow[max(0, at[i] - NEAR):at[i]] if _stops_open(texts[k]) and not says_what_it_is(texts[k])] for i in asked}
    behind = {i: [k for k in flow[at[i] + 1:at[i] + 1 + NEAR] if not says_what_it_is(texts[k])] for i in asked}
    far = _far_starts(texts, asked, seams)
    pairs = {(k, i) for i in asked for k in before[i]} | {(i, k) for i in asked for k in (*behind[i], *far[i])}
    link = near_links(seams, sorted(pairs))
    long = [t for t in texts if len(t) > 20]
    torn = (sum(t[-1] in HAN_RANGE for t in long) + WHOLE_PAGE[0]) / (len(long) + WHOLE_PAGE[1])
    ends = line_ends(texts, asked, seams)
    rows = {}
    for i in asked:
        row = {**_own(texts[i]), **ends[i], "headless": max(-4.0, min(4.0, seams.headless(i))), "torn page": torn,
               "finished": seams.ends[i].finished / SCALE}
        above, below = flow[at[i] - 1] if at[i] else NONE, flow[at[i] + 1] if i < flow[-1] else NONE
        row["below headless"] = -2.0 if below == NONE or says_what_it_is(texts[below]) else max(-4.0, min(4.0, seams.headless(below)))
        row |= neighbours(texts, i)
        from_above, to_below = (clip(link.get(pair, -6.0)) for pair in ((above, i), (i, below)))
        long_above = above != NONE and len(texts[above]) > 20
        long_below = below != NONE and (len(texts[below]) > 20 or "。" in texts[below])
        none = clip(-6.0)
        row |= {"from long": from_above if long_above else none, "from short": none if long_above else from_above,
                "to long": to_below if long_below else none, "to short": none if long_below else to_below}
        row["to far"] = clip(max((link[i, k] for k in far[i]), default=-6.0))
        row["from near"] = clip(max((link[k, i] for k in before[i]), default=-6.0))
        row["to near"] = clip(max((link[i, k] for k in behind[i]), default=-6.0))
        others = [k for k in range(max(0, i - AROUND), min(n, i + AROUND + 1)) if k != i]
        row["twin"] = float(any(texts[i] == texts[k] or (len(texts[i]) > 5 and texts[i] in texts[k] and len(texts[k]) < 60)
                                for k in others))
        grams = {texts[i][k:k + 2] for k in range(len(texts[i]) - 1)}
        row["shared above"] = max((sum(gram in texts[k] for gram in grams) for k in others if k < i), default=0) / max(1, len(grams))
        row["shared below"] = max((sum(gram in texts[k] for gram in grams) for k in others if k > i), default=0) / max(1, len(grams))
        rows[i] = row
    return rows


def near_links(seams: Seams, pairs: Sequence[tuple[int, int]]) -> dict[tuple[int, int], float]:
    """Log-odds of many seams between blocks that stand near each other; `pairs` are in ascending order.

    Asked in portions, since `Seams.links` compares every left block of a portion with every right one.
    """
    found: dict[tuple[int, int], float] = {}
    for start in range(0, len(pairs), PORTION):
        portion = pairs[start:start + PORTION]
        found.update(zip(portion, seams.links(portion), strict=True))
    return found


def _far_starts(texts: Sequence[str], asked: Sequence[int], seams: Seams) -> dict[int, list[int]]:
    """The torn starts that stand farther away from each line, into which it may run on."""
    torn = [k for k, text in enumerate(texts) if len(text) > NEAR and not says_what_it_is(text) and seams.headless(k) > 0]
    return {i: [k for k in torn[bisect_left(torn, i - BEHIND):bisect_left(torn, i + AHEAD)] if not 0 <= k - i <= NEAR] for i in asked}


def line_ends(texts: Sequence[str], asked: Sequence[int], seams: Seams) -> dict[int, dict[str, float]]:
    """How likely a paragraph ends behind the last words of a line, or a sentence, or a clause (log10 p), how much better
    its first words open a paragraph than a sentence (log10), and how many small words it has."""
    scores = seams.evidence.model.score_many([pair for i in asked for pair in (
        *((texts[i][-TAIL_LENGTH:], mark) for mark in "\n。，"), ("\n", texts[i][:START_LENGTH]), ("。", texts[i][:START_LENGTH]))])
    rows = {}
    for k, i in enumerate(asked):
        line_end, stop, comma, line, sentence = map(float, scores[5 * k:5 * k + 5])
        rows[i] = {"line end": max(-6.0, line_end), "stop end": max(-4.0, stop), "comma end": max(-4.0, comma),
                   "line start": max(-3.0, min(3.0, line - sentence)), "small words": min(3.0, float(sum(c in SMALL_WORDS for c in texts[i])))}
    return rows


@kept
def _own(text: str) -> Mapping[str, float]:
    opening, missing = unclosed(text)
    size = len(text)
    return {f"over {length}": float(size > length) for length in LENGTHS} | {
        "commas": min(2.0, max(0.0, len(re.findall("[，,、]", text)) - 1.0)), "bad start": float(text[:1] in CANNOT_START),
        "digit start": float(text[:1].isdigit()), "question": float(text[-1:] in "？?！!"),
        "space": float(bool(re.search(rf"[{HAN}] [{HAN}]", text))), "colon": float(bool(re.search("[：:]", text[1:-1]))),
        "number": float(number_of(text) is not None), "open mark": float(bool(opening)), "lost mark": float(bool(missing)),
        "stop": float(bool(re.search("[。；]", text))), "particle end": float(text[-1:] in "的了在和与是把被对为从而就也不将向至到及或并以给让使由"),
        "few letters": float(len(re.findall(rf"[{HAN}A-Za-z]", text)) < 0.6 * size),
    }


def neighbours(texts: Sequence[str], i: int) -> dict[str, float]:
    """What stands above and below a line: the edge, a byline, a finished or an open paragraph, another short line."""
    n = len(texts)
    above, below = texts[i - 1] if i else "", texts[i + 1] if i + 1 < n else ""
    second = texts[i + 2] if i + 2 < n else ""
    return {
        "top": float(not i), "foot": float(i + 1 == n),
        "above ended": float(len(above) > 20 and not _stops_open(above)), "above open": float(len(above) > 20 and _stops_open(above)),
        "above short": float(0 < len(above) <= 20 and not says_what_it_is(above)), "above signed": float(_is_signed(above)),
        "above furniture": float(says_what_it_is(above) and not _is_signed(above)),
        "below long": float(len(below) > 40), "below ended": float(len(below) > 20 and not _stops_open(below)),
        "below short": float(0 < len(below) <= 20 and not _is_signed(below)), "below signed": float(_is_signed(below)),
        "below dateline": float(bool(DATELINE.match(below))), "second signed": float(len(below) <= 40 and _is_signed(second)),
        "second long": float(len(below) <= 20 and len(second) > 40),
    }


@kept
def _stops_open(text: str) -> bool:
    return not ends_sentence(text) and len(text) > 3 and not HAN_RANGE.isdisjoint(text)


@kept
def _is_signed(text: str) -> bool:
    return len(text) <= 60 and bool(BYLINE.match(text) or (len(text) <= 24 and SIGNED.match(text) and " " in text))


@kept
def says_what_it_is(text: str) -> bool:
    """Whether a line's own words say what it is (page furniture, a credit, a byline), so that it is no piece of a sentence."""
    return len(text) <= 80 and bool(FURNITURE.match(text) or (len(text) <= 30 and CREDIT.match(text)) or BYLINE.match(text))


def clip(value: float) -> float:
    return max(-6.0, min(6.0, value)) / SCALE
