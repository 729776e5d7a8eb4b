"""Are two short lines, one below the other, the two printed lines of one headline?

A large headline is set in lines as wide as its columns, and a recogniser gives each a block of its own: 渡口将于国庆节前恢复通航两岸群 | 众期盼已久. Read each
for itself, the first line looks like a torn sentence and the second like a headline. A logistic model looks at both together: do
the words run on, does the whole begin and end as a headline does, does the report below tell of both. `benchmarks/labels.py --fit` fits
it on pages whose true roles are known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cleaner.memory import kept
from cleaner.structure.labels.model import SMALL_WORDS, heading_odds, line_ends, near_links, neighbours, weights
from cleaner.structure.names import run_together
from cleaner.structure.seams import HAN, Seams, unclosed

FULL, REST = (6, 8, 10, 13, 17, 22), (2, 4, 6, 9, 13)
"""Code points at which the length of the first line, and of the second, tells something new."""
WHOLE = (12, 16, 20, 26, 32)
"""The same of both together."""
TOLD, BEHIND = 120, 3
"""Code points of a report in which the words of its headline are looked for, and the blocks behind it that are looked at."""
NAME_SIZES = (3, 2)
"""Characters of the names that stand run together under a headline."""


def pair_odds(texts: Sequence[str], pairs: Sequence[tuple[int, int]], seams: Seams) -> dict[tuple[int, int], float]:
    """Natural log-odds that each of `pairs`, a block and the next one, are the two lines of one headline."""
    model = weights("two lines")
    return {pair: model.log_odds(row) for pair, row in features(texts, pairs, seams).items()}


def features(texts: Sequence[str], pairs: Sequence[tuple[int, int]], seams: Seams) -> dict[tuple[int, int], dict[str, float]]:
    """Features of `pairs`, each a block and the next one, in ascending order."""
    texts = [ends.text for ends in seams.ends]  # in simplified script, as the models know it
    n, asked = len(texts), sorted({i for pair in pairs for i in pair})
    ends, heading = line_ends(texts, asked, seams), heading_odds(texts, asked, seams)
    link = near_links(seams, sorted({p for a, b in pairs for p in ((a - 1, a), (b, b + 1)) if p[0] >= 0 and p[1] < n}))
    rows = {}
    for pair, seam in zip(pairs, seams.link_features(pairs), strict=True):
        a, b = pair
        above, below = neighbours(texts, a), neighbours(texts, b)
        first, second = texts[a], texts[b]
        told = next((t for t in texts[b + 1:b + 1 + BEHIND] if len(t) > 40), "")[:TOLD]
        before = texts[a - 1][-TOLD:] if a else ""
        names = run_together(second, seams.evidence.lexicon, NAME_SIZES, words=1)
        rows[pair] = {
            **_shape(first, second),
            "gain": seam["gain"], "goes on": seam["goes on"], "word": seam["word"], "saved": seam["saved"], "page": seam["page"],
            "closes": seam["closes"], "unclosed": seam["unclosed"], "missing": seam["missing"], "digits": seam["digits"],
            "first ends": ends[a]["line end"], "first starts": ends[a]["line start"], "second ends": ends[b]["line end"], "second starts": ends[b]["line start"],
            "small words": ends[a]["small words"] + ends[b]["small words"], "second small": ends[b]["small words"],
            "first heading": _clip(heading[a]), "second heading": _clip(heading[b]),
            "from above": _clip(link.get((a - 1, a), -6.0)), "to below": _clip(link.get((b, b + 1), -6.0)),
            "first told": _told(first, told), "second told": _told(second, told), "first told above": _told(first, before), "second told above": _told(second, before),
            "names": float(bool(names)),
            **{f"above {name}": above[name] for name in ("top", "above ended", "above open", "above short", "above signed", "above furniture")},
            **{f"below {name}": below[name] for name in ("foot", "below long", "below ended", "below short", "below signed", "below dateline")},
        }
    return rows


@kept
def _grams(text: str) -> frozenset[str]:
    return frozenset(text[k:k + 2] for k in range(len(text) - 1) if SMALL_WORDS.isdisjoint(text[k:k + 2]))


def _told(text: str, where: str) -> float:
    grams = _grams(text)
    return sum(gram in where for gram in grams) / max(2, len(grams))


def _shape(first: str, second: str) -> Mapping[str, float]:
    whole = len(first) + len(second)
    opening, missing = unclosed(first + second)
    return {f"first over {n}": float(len(first) > n) for n in FULL} | {f"second over {n}": float(len(second) > n) for n in REST} | {
        f"whole over {n}": float(whole > n) for n in WHOLE} | {
        "longer": float(len(second) > len(first)), "much shorter": float(len(second) < 0.5 * len(first)),
        "open": float(bool(opening or missing)), "commas": float(len(re.findall("[，,]", first + second))), "listed": float(first[-1] in "、"),
        "colon": float(bool(re.search("[：:]", first[1:] + second[:-1]))), "colon end": float(first[-1] in "：:"),
        "dash": float(second[0] in "—-–一"), "bracket": float(second[0] in "【（(《“「"), "series": float(first[0] == "【"),
        "first number": float(bool(re.match(r"\d|[一二三四五六七八九十]、|（", first))), "second number": float(second[0].isdigit()),
        "mark end": float(second[-1] in "？！?!"), "first mark": float(first[-1] in "？！?!"),
        "no hanzi": float(not re.search(f"[{HAN}]", second)), "particle end": float(first[-1] in "的了在和与是把被对为从而就也不将向至到及或并以给让使由"),
    }


def _clip(value: float) -> float:
    return max(-6.0, min(6.0, value)) / 3.0
