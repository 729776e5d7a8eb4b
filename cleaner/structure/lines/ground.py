"""Where on a page line ends are asked for at all: among wrapped lines, and nowhere near verse, rows, items and names.

Whatever `cleaner.structure.lines.ends` thinks of their words, these stay: what `closed` keeps; rows of tables, items and
verse that their marks give away (`cleaner.structure.labels.tables`); and what is no prose by its shape
(`cleaner.structure.lines.kept`). Between two Latin lines only what `cleaner.structure.lines.latin` knows is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cleaner.page import Page
from cleaner.structure.labels.tables import rows_and_items
from cleaner.structure.lines.kept import opens_paragraph, unmarked
from cleaner.structure.lines.latin import latin_line, latin_seams
from cleaner.structure.lines.printed import PrintedLine, closed, shadows, wrapped_seams


@dataclass(frozen=True, slots=True)
class Ground:
    """For every line end but the last."""

    stays: list[bool]
    """Whether a paragraph ends there, whatever the words say."""
    against: list[bool]
    """Whether the gaps speak against that."""
    wrapped: list[bool]
    """Whether it stands among wrapped lines."""

    def asked(self) -> list[int]:
        """The line ends that are asked for."""
        return [i for i, (yes, stay) in enumerate(zip(self.wrapped, self.stays, strict=True)) if yes and not stay]


def ground(page: Page, texts: Sequence[str], lines: Sequence[PrintedLine]) -> Ground:
    """The ground of a page with the blocks `texts` and these printed lines, as many."""
    stays, against = closed(page, texts, lines)
    latin = latin_seams([text.rstrip() for text in texts], stays)
    wrapped = [a or b for a, b in zip(wrapped_seams(shadows([line.text for line in lines]), lines, stays), latin, strict=True)]
    kept, opens = {*rows_and_items(texts), *unmarked(texts)}, opens_paragraph(texts)
    for i, text in enumerate(texts[:-1]):
        latin_there = latin_line(text) and latin_line(texts[i + 1])
        stays[i] = stays[i] or i in kept or i + 1 in kept or i + 1 in opens or (latin_there and not latin[i])
    return Ground(stays, against, wrapped)
