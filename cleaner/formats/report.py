"""The character diff of a page, read off its change log, and the tables of a run: data first, plain text second.

Nothing is compared here: what stood and what is read instead are in the log. A `Run` is a stretch of text that
is kept, deleted, inserted, or a note; the terminal colours runs, `plain` writes `[-deleted-]{+inserted+}`.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

from cleaner.changes import SCAFFOLD, Change
from cleaner.source import Source

CONTEXT = 14
"""Characters shown on either side of a change."""
EXCERPT = 24
"""Characters shown of either end of a block that is dropped or moved."""

Op = Literal["keep", "delete", "insert", "note"]
PLAIN: dict[Op, str] = {"keep": "{}", "delete": "[-{}-]", "insert": "{{+{}+}}", "note": "({})"}


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a diff line."""

    op: Op
    text: str


@dataclass(frozen=True, slots=True)
class Hunk:
    """Changes that are shown together, and the source line at which they begin."""

    line: int
    runs: tuple[Run, ...]
    changes: tuple[Change, ...]

    def plain(self) -> str:
        """The hunk in plain text."""
        return "".join(PLAIN[run.op].format(run.text) for run in self.runs)


@dataclass(frozen=True, slots=True)
class _Edit:
    """What one change does at one place. A join may go on at another place, `resume`."""

    start: int
    end: int
    before: str
    after: str
    change: Change
    resume: int


def hunks(source: Source, changes: Iterable[Change]) -> list[Hunk]:
    """The active changes of a page, those close together in one hunk, in source order."""
    active = [c for c in changes if c.active]
    drops = sorted((c for c in active if c.kind == "drop"), key=lambda c: c.start)
    starts = [c.start for c in drops]
    inside: dict[str, list[Change]] = {}
    edits: list[_Edit] = []
    for change in active:
        k = bisect_right(starts, change.start) - 1
        if change.kind not in {"drop", "move"} and k >= 0 and change.end <= drops[k].end and change.end > change.start:
            inside.setdefault(drops[k].id, []).append(change)
        else:
            edits.extend(_edits(change))
    found = [_drop(source, c, inside.get(c.id, [])) for c in drops]
    found += [_move(source, c) for c in active if c.kind == "move"]
    found += [_inline(source, group) for group in _groups(source, sorted(edits, key=lambda e: (e.start, e.end)))]
    return sorted(found, key=lambda h: (h.line, h.changes[0].sort_key()))


def _edits(change: Change) -> Iterator[_Edit]:
    if change.kind == "replace":
        yield _Edit(change.start, change.end, change.before, change.after, change, change.end)
    elif change.kind == "split":
        yield _Edit(change.start, change.end, change.before, "\n", change, change.end)
    elif change.kind == "join":
        resume = change.end if change.target is None else change.target
        yield _Edit(change.start, change.end, change.before, change.after, change, resume)
    elif change.kind == "mark":
        prefix, suffix = SCAFFOLD[change.role or ""]
        for at, text in ((change.start, prefix), (change.end, suffix)):
            if text:
                yield _Edit(at, at, "", text, change, at)


def _groups(source: Source, edits: Sequence[_Edit]) -> Iterator[list[_Edit]]:
    """Edits that stand close together on one line, or on lines that they join."""
    group: list[_Edit] = []
    for edit in edits:
        if group:
            last = group[-1]
            between = source.text[last.end:edit.start]
            if last.resume != last.end or len(between) > 2 * CONTEXT or "\n" in between:
                yield group
                group = []
        group.append(edit)
    if group:
        yield group


def _inline(source: Source, group: Sequence[_Edit]) -> Hunk:
    """The changed stretch of a line between a few characters of what stands before and after it."""
    text, first = source.text, group[0].start
    head = text[max(first - CONTEXT, 0):first].rsplit("\n", 1)
    more = "…" if len(head) == 1 and first > CONTEXT and text[first - CONTEXT - 1] != "\n" else ""
    runs = [Run("keep", more + head[-1])]
    at = first
    for edit in group:
        runs.append(Run("keep", text[at:edit.start]))
        left, before, after, right = _trimmed(edit.before, edit.after)
        runs += [Run("keep", left), Run("delete", before), Run("insert", after), Run("keep", right)]
        at = edit.resume
    last = group[-1]
    if "\n" in text[last.end:last.resume] or last.resume < last.end:
        runs.append(Run("note", f"goes on at line {source.line_of(last.resume)}"))
    tail = text[at:at + CONTEXT].split("\n", 1)
    more = "…" if len(tail) == 1 and text[at + CONTEXT:at + CONTEXT + 1] not in {"", "\n"} else ""
    runs.append(Run("keep", tail[0] + more))
    changes = tuple(dict.fromkeys(edit.change.id for edit in group))
    by_id = {edit.change.id: edit.change for edit in group}
    return Hunk(source.line_of(first), _shown(runs), tuple(by_id[i] for i in changes))


def _trimmed(before: str, after: str) -> tuple[str, str, str, str]:
    """What two readings share at their start, where they differ, and what they share at their end."""
    i = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))
    j = sum(1 for _ in takewhile(lambda p: p[0] == p[1], zip(before[i:][::-1], after[i:][::-1], strict=False)))
    return before[:i], before[i:len(before) - j], after[i:len(after) - j], before[len(before) - j:]


def _drop(source: Source, change: Change, inside: list[Change]) -> Hunk:
    note = "dropped" if change.target is None else f"copy of line {source.line_of(change.target)}"
    runs = [Run("delete", _excerpt(change.before)), Run("note", note)]
    return Hunk(source.line_of(change.start), _shown(runs), (change, *inside))


def _move(source: Source, change: Change) -> Hunk:
    place = f"after line {source.line_of(change.target - 1)}" if change.target else "to the top of the page"
    line = source.line_of(change.start)
    text = source.text[change.start:change.end].rstrip("\n")
    runs = [Run("note", f"block at line {line}"), Run("keep", f" {_excerpt(text)} "), Run("note", f"moved {place}")]
    return Hunk(line, _shown(runs), (change,))


def _excerpt(text: str) -> str:
    if len(text) <= 2 * EXCERPT + 8:
        return text
    return f"{text[:EXCERPT]}…{text[-EXCERPT:]}"


def _shown(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Runs as they are shown: none empty, neighbours of one kind in one, nothing invisible."""
    merged: list[Run] = []
    for run in runs:
        text = visible(run.text)
        if text and merged and merged[-1].op == run.op != "note":
            merged[-1] = Run(run.op, merged[-1].text + text)
        elif text:
            merged.append(Run(run.op, text))
    return tuple(merged)


def visible(text: str) -> str:
    """Text on one line: `¶` for a line end, `<U+200B>` for a control, format or private-use character, or half of a pair."""
    def one(char: str) -> str:
        if char == "\n":
            return "¶"
        hidden = unicodedata.category(char) in {"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"}
        return f"<U+{ord(char):04X}>" if hidden else char
    return "".join(map(one, text))


@dataclass(frozen=True)
class Table:
    """A table to show: the names of its columns, its rows; columns of numbers stand right."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers_from: int = 99


COUNTS = ("applied", "suggested", "flagged")


def rule_table(counts: Counter[tuple[str, str]], names: dict[str, str]) -> Table:
    """A row a rule. `counts` is keyed by rule code and status, `names` gives the name of a code."""
    codes = sorted({code for code, _ in counts})
    rows = tuple((code, names.get(code, ""), *(str(counts[code, status]) for status in COUNTS)) for code in codes)
    return Table("Rules", ("code", "name", *COUNTS), rows, 2)


def page_table(pages: Sequence[tuple[str, Counter[str]]]) -> Table:
    """A row a page. Each page is its name and its changes counted by status."""
    rows = tuple((name, *(str(counts[status]) for status in COUNTS)) for name, counts in pages)
    return Table("Pages", ("page", *COUNTS), rows, 1)
