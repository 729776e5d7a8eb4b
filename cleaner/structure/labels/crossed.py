"""Headlines that stand side by side and were read across, where other crops of the page show each of them by itself.

“使用新农具来管理你的|又一种少见的果树苗|果园：修剪自动化|在山村安家” has the first lines of two headlines, then their second lines. A headline
is too short for the language model to take apart what is told in this order (of nine such lines of the bench it finds two, and
takes as many others for it); but layout regions overlap, and two headlines that stand alone and make up a third line between
them, each in one piece or two, prove what that line is.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel

LEAST, MOST = 8, 80
"""Code points of the shortest headline that proves anything, and of the longest line that is looked at."""
FIRST, SECOND = 4, 2
"""Code points of a headline's shortest first line, and of its shortest second line."""
ALIKE = 0.93
"""How alike the rest of the line and the other headline must be (normalized Indel similarity): each may be misread."""
FORMULA = 8
"""Lines from which on one beginning, or one end, is a formula of the page."""
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
    lines = _Lines([(i, _bare(text)) for i, text in enumerate(texts)
                    if text[:1] != ">" and LEAST <= len(text) <= MOST and not RUNNING_TEXT.search(text)])
    proofs = (max(lines.proofs(i, text), key=lambda proof: proof.similarity, default=None)
              for i, text in lines.rows if len(text) >= 2 * LEAST)
    return [proof for proof in proofs if proof is not None]


def _bare(text: str) -> str:
    return text.removeprefix("# ")


class _Lines:
    """Short lines of a page `(block, text)`, found by how they begin and end."""

    def __init__(self, rows: Sequence[tuple[int, str]]) -> None:
        self.rows = rows
        self._starts: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self._ends: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for row in rows:
            self._starts[row[1][:FIRST]].append(row)
            self._ends[row[1][-FIRST:]].append(row)

    def proofs(self, i: int, text: str) -> Iterator[Crossed]:
        """What proves that line i, which says `text`, is two other lines read across."""
        for at in range(len(text)):
            for k, head in _few(self._starts.get(text[at:at + FIRST])):
                rest = _rest(text, head) if LEAST <= len(head) <= len(text) - LEAST else None
                if rest is None:
                    continue
                alike = [(Indel.normalized_similarity(rest, other), -m) for m, other in self._like(rest) if m not in (i, k)]
                similarity, other = max(alike, default=(0.0, 0))
                if similarity >= ALIKE:
                    yield Crossed(i, k, -other, similarity)

    def _like(self, text: str) -> list[tuple[int, str]]:
        """Lines that begin or end as a text does: two that are so much alike differ in few places."""
        return [*_few(self._starts.get(text[:FIRST])), *_few(self._ends.get(text[-FIRST:]))]


def _few(rows: list[tuple[int, str]] | None) -> Sequence[tuple[int, str]]:
    return rows if rows and len(rows) < FORMULA else ()


def _rest(text: str, head: str) -> str | None:
    """What is left of a text without the two pieces of a headline; None where it does not hold them with something between."""
    for cut in range(len(head) - SECOND, FIRST - 1, -1):
        start = text.find(head[:cut])
        second = text.find(head[cut:], start + cut + FIRST) if start >= 0 else -1
        if second >= 0:
            return text[:start] + text[start + cut:second] + text[second + len(head) - cut:]
    return None
