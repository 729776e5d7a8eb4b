"""Is what stands behind the last full stop of a block a subhead that was printed on a line of its own?

A recogniser that reads whole regions takes a short line with the paragraph above it: …的唯一真实来源。大型团队的注意事项.
The same place may hold a sentence that a column or a crop cut, or one that lost its full stop. A logistic model weighs
the words themselves (do they begin and end as a line does, have they the small words of a sentence), and whether
anything on the page runs on behind them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cleaner.memory import kept
from cleaner.structure.labels.model import line_ends, near_links, weights
from cleaner.structure.seams import CANNOT_START, HAN, STARTERS, Seams, ends_sentence, unclosed

TAIL = re.compile(rf"(?<=[{HAN}A-Za-z0-9%％）)”’》])[。！？][”’」』]?\s*(?P<tail>(?=[^\n]{{0,25}}[{HAN}]{{2}})[^\s（(【〔<。！？；，、：,;:!?][^。！？；，、：,;:!?\n]{{1,25}}[？?]?)$")
"""A short line behind the end of a sentence, without a comma, and not in brackets; it may be a question."""
LENGTHS = (2, 4, 6, 8, 10, 13, 16, 20)
"""Code points at which the length of a tail tells something new."""
AHEAD, BEHIND = 40, 12
"""Blocks behind a tail, and before it, that are asked whether the sentence runs on there."""
OPENERS = re.compile("他们|我们|你们|它们|这|那|其|但|如|因|所以|同时|目前|此|例如|比如|而|并|然后|接下来|今|昨|当|由于|为了|通过|在|从|对|据|记者|近|随|虽|还|也|又|不")
"""Words with which a sentence goes on behind another one."""

ALPHA, LATIN_WORD, PARTED = re.compile("[A-Za-z ]"), re.compile("[A-Za-z]{2,}"), re.compile(f"[{HAN}] [{HAN}]")
"""What no pair of hanzi has, a Latin word, and two lines or halves of a headline with a blank between them."""
ANAPHORA = re.compile("[这那此其他她它们呢吧吗又还也都就才却]")
"""What a question has that asks on; a subhead stands for itself."""
TOLD = 0.6
"""Share of the pairs of characters of a headline, roughly, that a report which opens with its words prints."""
OPENING = 80
"""Code points of a paragraph's beginning, and of its end, in which the words of a subhead are looked for."""


def tail_odds(texts: Sequence[str], asked: Sequence[int], seams: Seams) -> dict[int, float]:
    """Natural log-odds that each of the blocks `asked`, cut off the block before it, is a subhead."""
    model = weights("tails")
    return {i: model.log_odds(row) for i, row in features(texts, asked, seams).items()}


def features(texts: Sequence[str], asked: Sequence[int], seams: Seams) -> dict[int, dict[str, float]]:
    """Features of the tails `asked`: blocks of a page on which each stands behind the paragraph that it was cut off."""
    n = len(texts)
    places = {i: [k for k in range(max(0, i - BEHIND), min(n, i + 1 + AHEAD)) if k not in (i, i - 1)] for i in asked}
    pairs = [(i, k) for i in asked for k in places[i]]
    link = dict(zip(pairs, seams.links(pairs), strict=True)) if len(pairs) < 500 else near_links(seams, pairs)
    ends = line_ends(texts, asked, seams)
    others = [t for t in texts if len(t) > 20]
    torn = 5 * sum(not ends_sentence(t) for t in others) / (len(others) + 5)
    rows = {}
    for i in asked:
        near = [link[i, j] for j in places[i] if 0 < j - i <= 2]
        far = [link[i, j] for j in places[i]]
        rows[i] = {
            **_own(texts[i]), **ends[i], "near": _clip(max(near, default=-8.0)), "far": _clip(max(far, default=-8.0)), "torn page": torn,
            "below headless": max(-4.0, min(4.0, seams.headless(i + 1))) if i + 1 < n else -2.0,
            "quoted": float(texts[i - 1][-1:] in "”’"), **_told(texts, i),
        }
    return rows


def _told(texts: Sequence[str], i: int) -> dict[str, float]:
    """The share of a tail's pairs of characters and Latin words that the paragraph behind it prints, and the one that it was cut off."""
    grams = {texts[i][k:k + 2] for k in range(len(texts[i]) - 1) if not OPENERS.match(texts[i][k:k + 2]) and not ALPHA.search(texts[i][k:k + 2])}
    grams |= set(LATIN_WORD.findall(texts[i]))
    behind = next((t for t in texts[i + 1:i + 3] if len(t) > 20), "")[:OPENING]
    told = sum(g in behind for g in grams) / max(1, len(grams))
    return {"told behind": told, "told again": float(told >= TOLD and len(grams) > 3),
            "told before": sum(g in texts[i - 1][-OPENING:] for g in grams) / max(1, len(grams))}


@kept
def _own(text: str) -> Mapping[str, float]:
    opening, missing = unclosed(text)
    return {f"over {length}": float(len(text) > length) for length in LENGTHS} | {
        "bad start": float(text[:1] in CANNOT_START), "starter": float(text[:1] in STARTERS), "opener": float(bool(OPENERS.match(text))),
        "attribute": float("的" in text[1:-1]),
        "particle end": float(text[-1:] in "的了在和与是把被对为从而就也不将等及或"), "digits": float(bool(re.search(r"\d", text))),
        "letters": float(bool(re.search("[A-Za-z]", text))), "question": float(text[-1] in "？?"), "asked of it": float(bool(ANAPHORA.search(text))), "space": float(bool(PARTED.search(text))), "open mark": float(bool(opening or missing)),
    }


def _clip(value: float) -> float:
    return max(-6.0, min(6.0, value)) / 3.0
