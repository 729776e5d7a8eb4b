"""Where on a page line ends are asked for at all: among wrapped lines, and nowhere near verse, rows, items and names.

Whatever `cleaner.structure.lines.ends` thinks of their words, these stay: what `closed` keeps; rows of tables, items and
verse that their marks give away (`cleaner.structure.labels.tables`); what a looping recogniser printed in turns; and what is no prose by its shape
(`cleaner.structure.lines.kept`). Of Latin lines only those are asked for of which `cleaner.structure.lines.latin` says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cleaner.structure.copies.loops import in_turns
from cleaner.structure.labels.tables import rows_and_items
from cleaner.structure.lines.kept import in_lines, opens_paragraph, unmarked
from cleaner.structure.lines.latin import has_room, latin_runs, latin_seams, new_sentence
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


def ground(gaps: Sequence[str | None], texts: Sequence[str], lines: Sequence[PrintedLine]) -> Ground:
    """The ground of a page with the blocks `texts`, as many printed lines, and `gaps` between them, see `closed`."""
    stays, against = closed(gaps, texts, lines)
    again = in_turns(texts)
    stays = [stay or again[i] or again[i + 1] for i, stay in enumerate(stays)]
    wrapped = wrapped_seams(shadows([line.text for line in lines]), lines, stays)
    bare = [text.rstrip() for text in texts]
    filled = latin_seams(bare, stays)
    wrapped = [yes or full for yes, full in zip(wrapped, filled, strict=True)]
    if not any(wrapped):  # what stays is asked for among wrapped lines alone
        return Ground(stays, against, wrapped)
    latin = latin_runs(bare)
    kept, opens = {*rows_and_items(texts), *unmarked(texts), *in_lines(texts)}, opens_paragraph(texts)
    for i in range(len(stays)):
        odd = latin[i] is not None and not filled[i] and (not latin[i] or has_room(bare, i))
        odd = odd or (latin[i] is not None and not against[i] and new_sentence(bare[i], bare[i + 1]))
        stays[i] = stays[i] or i in kept or i + 1 in kept or i + 1 in opens or odd
    return Ground(stays, against, wrapped)
