"""Where on a page line ends are asked for at all: among wrapped lines, and nowhere near verse, rows, items and names.

Whatever `cleaner.structure.lines.ends` thinks of their words, these stay: what `closed` keeps; rows of tables, items and
verse that their marks give away (`cleaner.structure.labels.tables`); and verse and lists without marks. Prose has a mark every
ten to fifteen characters. So several lines of one length that have none and stand among lines of other lengths are verse, the
more if that length is a verse's or a couplet's (五言, 七言); and so are lines that go on without a mark and do not fill their column.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from cleaner.page import Page
from cleaner.structure.labels.tables import rows_and_items
from cleaner.structure.lines.latin import latin_line, latin_seams
from cleaner.structure.lines.printed import COMMAS, PrintedLine, closed, shadows, wrapped_seams
from cleaner.structure.seams import HAN_RANGE, SENTENCE_END

BARE_LINES, BARE_LENGTH = 4, 24
"""Lines and code points of the shortest run without a mark that is no prose."""
EQUAL_SHARE = 0.5
"""Share of such lines as long as the one before from which they may be full lines of prose without marks."""
VERSES = {4: 4, 5: 4, 6: 4, 7: 4, 8: 4, 10: 3, 14: 3}
"""How many lines make a poem, by the code points of a line: a verse, or two."""
MARKS = frozenset(COMMAS) | frozenset(SENTENCE_END) | frozenset("“”‘’「」『』《》（）()")


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
    kept = {*rows_and_items(texts), *unmarked(texts)}
    for i, text in enumerate(texts[:-1]):
        latin_there = latin_line(text) and latin_line(texts[i + 1])
        stays[i] = stays[i] or i in kept or i + 1 in kept or (latin_there and not latin[i])
    return Ground(stays, against, wrapped)


def unmarked(texts: Sequence[str]) -> set[int]:
    """The lines of verse and of lists that have no marks; see the module docstring."""
    found = set[int]()
    for run in _runs(texts, _bare):
        lengths = [len(texts[i]) for i in run]
        equal = sum(a == b for a, b in pairwise(lengths))
        if len(run) >= BARE_LINES and sum(lengths) >= BARE_LENGTH and equal < EQUAL_SHARE * (len(run) - 1):
            found.update(run)
    for run in _runs(texts, len):
        if len(run) >= VERSES.get(len(texts[run[0]]), len(texts)) and all(_bare(texts[i]) for i in run):
            found.update(run)
    return found


def _runs(texts: Sequence[str], key: Callable[[str], object]) -> list[list[int]]:
    """Neighbouring lines with one key, those without one left out."""
    return [list(run) for value, run in groupby(range(len(texts)), lambda i: key(texts[i])) if value]


def _bare(text: str) -> bool:
    """Whether a line has hanzi and no mark."""
    return text[:1] in HAN_RANGE and not any(char in MARKS for char in text)
