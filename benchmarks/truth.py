"""A test page and all that is true about it: articles, their elements, and the blocks that hold ranges of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Kind = Literal["headline", "paragraph", "meant", "quote", "caption"]
CopyKind = Literal["", "whole", "part", "overlap", "merged", "loop"]


@dataclass(frozen=True)
class Article:
    """A headline and paragraphs as somebody wrote them."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Element:
    """One headline or paragraph of the true page; `at` is its offset in `GeneratedPage.truth`."""

    article: int
    kind: Kind
    text: str
    at: int


@dataclass(frozen=True)
class Segment:
    """`elements[element].text[start:end]`, code points."""

    element: int
    start: int
    end: int


@dataclass(frozen=True)
class PageBlock:
    """One block of the page. `origins[i]` is where `text[i]` stands in the truth, -1 for what noise added.

    `copy` says how the block repeats others ("" for none): `whole`, a `part` of one, an `overlap` (its start
    repeats the end of the block before it), `merged` (several blocks that also stand alone), `loop`.
    `copy_of` is the index of the (first) block that it repeats.
    """

    text: str
    segments: tuple[Segment, ...]
    origins: tuple[int, ...]
    article: int
    kind: Kind
    copy: CopyKind = ""
    copy_of: int | None = None
    moved: bool = False
    wide: bool = False
    """Whether an empty place, as of a picture, stands before the block."""

    @property
    def paragraph(self) -> int:
        """The element that the block starts in."""
        return self.segments[0].element


@dataclass(frozen=True)
class GeneratedPage:
    """A page and all that is true about it."""

    blocks: tuple[PageBlock, ...]
    elements: tuple[Element, ...]

    @cached_property
    def text(self) -> str:
        """What a cleaner gets."""
        return "".join(("\n\n\n\n" if b.wide else "\n\n") + b.text for b in self.blocks).lstrip("\n") + "\n"

    @cached_property
    def truth(self) -> str:
        """The true page: articles in order, one element a line, blank lines between."""
        return "\n\n".join(e.text for e in self.elements) + "\n"

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """Offset of every block in `text`."""
        found, at = [], 0
        for i, block in enumerate(self.blocks):
            at += (4 if block.wide else 2) if i else 0
            found.append(at)
            at += len(block.text)
        return tuple(found)

    @cached_property
    def order(self) -> tuple[int, ...]:
        """The blocks that are no copies, in true reading order."""
        own = [i for i, b in enumerate(self.blocks) if b.copy in ("", "overlap")]
        return tuple(sorted(own, key=lambda i: (self.blocks[i].segments[0].element, self.blocks[i].segments[0].start)))

    @cached_property
    def joins(self) -> tuple[tuple[int, int], ...]:
        """Pairs of blocks where the second continues the paragraph of the first."""
        pairs = zip(self.order, self.order[1:], strict=False)
        return tuple((a, b) for a, b in pairs if self.blocks[a].segments[-1].element == self.blocks[b].segments[0].element)
