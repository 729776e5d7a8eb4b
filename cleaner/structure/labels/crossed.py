"""Headlines that stand side by side and were read across, where other crops of the page show each of them by itself.

“使用新农具来管理你的|又一种少见的果树苗|果园：修剪自动化|在山村安家” has the first lines of two headlines, then their second lines. A headline
is too short for the language model to take apart what is told in this order (of nine such lines of the bench it finds two, and
takes as many others for it); but layout regions overlap, and two headlines that stand alone and make up a third line between
them, each in one piece or two, prove what that line is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel

LEAST, MOST = 8, 80
"""Code points of the shortest headline that proves anything, and of the longest line that is looked at."""
FIRST, SECOND = 4, 2
"""Code points of a headline's shortest first line, and of its shortest second line."""
ALIKE = 0.93
"""How alike the rest of the line and the other headline must be (normalized Indel similarity): each may be misread."""
RUNNING_TEXT = re.compile("[。，；;|]")


@dataclass(frozen=True, slots=True)
class Crossed:
    """`texts[block]` is `texts[one]`, in two pieces, and `texts[other]` between and behind them."""

    block: int
    one: int
    other: int
    similarity: float


def crossed_headlines(texts: Sequence[str]) -> list[Crossed]:
    """The lines of a page that are two other lines read across."""
    lines = [(i, _bare(text)) for i, text in enumerate(texts)
             if text[:1] != ">" and LEAST <= len(text) <= MOST and not RUNNING_TEXT.search(text)]
    starts: dict[str, list[tuple[int, str]]] = {}
    for k, head in lines:
        starts.setdefault(head[:FIRST], []).append((k, head))
    found = []
    for i, text in lines:
        near = [row for at in range(len(text)) for row in starts.get(text[at:at + FIRST], ())] if len(text) >= 2 * LEAST else []
        best = max((proof for k, head in near if (proof := _proof(i, text, k, head, lines)) is not None),
                   key=lambda proof: proof.similarity, default=None)
        if best is not None:
            found.append(best)
    return found


def _bare(text: str) -> str:
    return text.removeprefix("# ")


def _proof(i: int, text: str, k: int, head: str, lines: Sequence[tuple[int, str]]) -> Crossed | None:
    """The proof that line i is line k and another one read across."""
    rest = _rest(text, head) if LEAST <= len(head) <= len(text) - LEAST else None
    if rest is None:
        return None
    alike = [(Indel.normalized_similarity(rest, other, score_cutoff=ALIKE), -m) for m, other in lines if m not in (i, k)]
    similarity, other = max(alike, default=(0.0, 0))
    return Crossed(i, k, -other, similarity) if similarity >= ALIKE else None


def _rest(text: str, head: str) -> str | None:
    """What is left of a text without the two pieces of a headline; None where it does not hold them with something between."""
    for cut in range(len(head) - SECOND, FIRST - 1, -1):
        start = text.find(head[:cut])
        second = text.find(head[cut:], start + cut + FIRST) if start >= 0 else -1
        if second >= 0:
            return text[:start] + text[start + cut:second] + text[second + len(head) - cut:]
    return None
