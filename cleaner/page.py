"""A page as it stands under some changes: a view of the source whose every character knows where it is from.

Rules never see the source directly. They read blocks of a `Page`, and what they find at characters `[i:j]` of
a block is mapped back to the source by `Block.source_span`. A page without changes shows the source's blocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np

from cleaner.changes import Change
from cleaner.layout import Layout, Piece, lay_out
from cleaner.source import Source, Span

ADDED = -1
"""The origin of a character that no single source character stands for."""


@dataclass(frozen=True, slots=True)
class Block:
    """One line of the page as it reads now.

    `origins[i]` is the source offset of `text[i]`, or `ADDED`. `units` are the source spans that make it up.
    """

    index: int
    text: str
    origins: Sequence[int]
    units: tuple[Span, ...]

    @property
    def start(self) -> int:
        """Source offset of the first unit."""
        return self.units[0].start

    @property
    def end(self) -> int:
        """Source offset behind the last unit."""
        return self.units[-1].end

    def source_span(self, i: int, j: int) -> Span | None:
        """The source span of `text[i:j]`, or None where it was changed before or does not lie in one piece.

        An empty range (`i == j`) is the place of an insertion: before `text[i]`, or at the block's end.
        """
        if i == j:
            if i and self.origins[i - 1] != ADDED and not (i < len(self.text) and self.origins[i] != ADDED):
                at = self.origins[i - 1] + 1
            elif i < len(self.text) and self.origins[i] != ADDED:
                at = self.origins[i]
            else:
                return None
            return Span(at, at)
        first, last = self.origins[i], self.origins[j - 1]
        whole = first != ADDED and last - first == j - 1 - i and ADDED not in self.origins[i:j]
        return Span(first, last + 1) if whole else None


@dataclass(frozen=True)
class Page:
    """A source and the changes made so far. `blocks` are in canonical order."""

    source: Source
    changes: tuple[Change, ...] = ()

    @cached_property
    def layout(self) -> Layout:
        """How the page is laid out; raises `ChangeError` when the changes contradict each other."""
        return lay_out(len(self.source.text), self.source.breaks, self.changes)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The lines of the page, without the white space between them."""
        return tuple(self._block(i, line.pieces, line.units) for i, line in enumerate(self.layout.lines))

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The text of every block: what analyses of the page are kept by."""
        return tuple(block.text for block in self.blocks)

    @cached_property
    def characters(self) -> str:
        """Every character that the page has, once: what a rule seeks is often not among them."""
        chars = np.frombuffer("".join(self.texts).encode("utf-32-le", "surrogatepass"), dtype="<u4")
        seen = np.zeros(int(chars.max(initial=0)) + 1, dtype=np.bool_)
        seen[chars] = True
        return seen.nonzero()[0].astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")

    def blocks_if(self, sign: re.Pattern[str]) -> tuple[Block, ...]:
        """All blocks, if any of the characters of the page is such a sign; none where a search of them would be in vain."""
        return self.blocks if sign.search(self.characters) else ()

    @cached_property
    def text(self) -> str:
        """The page as it reads now."""
        return "".join(self._piece(p) for p in self.layout.pieces())

    def with_changes(self, more: Iterable[Change]) -> Page:
        """The page under further changes."""
        return Page(self.source, (*self.changes, *more))

    def _piece(self, piece: Piece) -> str:
        return self.source.text[piece.start:piece.end] if piece.added is None else piece.added

    def _block(self, index: int, pieces: tuple[Piece, ...], units: tuple[Span, ...]) -> Block:
        parts = [range(piece.start, piece.end) if piece.added is None else (ADDED,) * piece.size for piece in pieces]
        origins = parts[0] if len(parts) == 1 else tuple(chain.from_iterable(parts))
        return Block(index, "".join(map(self._piece, pieces)), origins, units)
