"""Do the lines round a line end speak of the same things? Lexical cohesion (Hearst, TextTiling, 1997) on printed lines.

Pairs of hanzi stand for words. A story uses its own again and again, a headline is taken up by what stands below it and not
by what stands above, and a word that the line end parts may stand whole elsewhere on the page. Pairs that many lines of
the page have are words of every story and say nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from cleaner.evidence.charset import HAN_RANGE

WINDOW = 8
"""Lines on each side that are compared."""
COMMON, LEAST_COMMON = 0.02, 4
"""Share of a page's lines, and number of lines at least, from which a pair is common."""


def cohesion_features(texts: Sequence[str], asked: Sequence[int]) -> list[dict[str, float]]:
    """For the line ends `asked` of a page's lines (as the model reads them): what both sides share."""
    pairs = [_pairs(text) for text in texts]
    lines = Counter(pair for line in pairs for pair in line)
    most = max(LEAST_COMMON, COMMON * len(texts))
    telling = [{pair for pair in line if lines[pair] <= most} for line in pairs]
    rows = []
    for i in asked:
        above = set[str]().union(*telling[max(0, i + 1 - WINDOW):i + 1])
        below = set[str]().union(*telling[i + 1:i + 1 + WINDOW])
        further = set[str]().union(*telling[i + 2:i + 2 + WINDOW])
        before = set[str]().union(*telling[max(0, i - WINDOW):i])
        last, first = telling[i], telling[i + 1]
        shared = len(above & below)
        names = [f"shares {min(shared, 4)}", f"below taken up {min(len(first & further), 2)}, from above {min(len(first & above), 2)}",
                 f"line from above {min(len(last & before), 2)}, taken up {min(len(last & below), 2)}"]
        row = dict.fromkeys(names, 1.0)
        across = texts[i][-1:] + texts[i + 1][:1]
        if all(char in HAN_RANGE for char in across):
            row[f"pair elsewhere {min(lines[across], 2)}"] = 1.0
        rows.append(row)
    return rows


def _pairs(text: str) -> set[str]:
    return {text[k:k + 2] for k in range(len(text) - 1) if text[k] in HAN_RANGE and text[k + 1] in HAN_RANGE}
