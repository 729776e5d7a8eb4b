"""What is found in the cleaned text, told of the source: two cleanings of a page in one set of changes.

Most pages stand still once they are cleaned. Where one does not, because a rule could not touch what an earlier one had
written, or saw a paragraph whole only when everything else was done, the changes of the second cleaning are taken back to
the source. A replacement that touches an earlier one takes its place: it covers the source of both, names in its
evidence what it was written over, and is no surer than the weaker of the two. A change stays what it was, something said of
the source that can be left out by itself, so the log leads back as ever.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from operator import itemgetter

from cleaner.changes import SCAFFOLD, TIERS, Change
from cleaner.errors import ChangeError
from cleaner.layout import PARAGRAPH_BREAK, Layout, Piece, arranged, lay_out, render
from cleaner.normalizers.breaks import canonical_break
from cleaner.normalizers.moves import moved_runs, run_evidence
from cleaner.source import Source, Span

Place = tuple[str, int, int]
"""A rule ("" for all) and `text[start:end]`, where it is not to change anything."""


def follow(
    source: Source, first: Sequence[Change], canonical: Source, second: Iterable[Change],
) -> tuple[tuple[Change, ...] | None, list[Change]]:
    """The changes that give of `source` what `second` makes of the canonical text of `first`.

    Told of the source are the active ones of `second`; those of `first` that are not active are kept where nothing
    new covers them. None where some changes of `second` cannot be told of the source (a break within what was joined, but for
    one at the seam itself, whose join goes); these are named, as far as they are known.
    """
    active = [change for change in second if change.active]
    untold: list[Change] = []
    try:
        page = _Rendered(source, [change for change in first if change.active])
        for change in sorted(active, key=lambda change: change.kind != "split"):  # what is joined, moved or dropped may be a part
            try:
                page.take(change, canonical.text)
            except _Untold:
                untold.append(change)
        if untold:
            return None, untold
        if any(change.kind == "move" for change in active):
            page.arrange(canonical, active)
        changes = tuple(page.changes.values())
        if render(source, changes) != render(canonical, active):
            return None, []
    except ChangeError:
        return None, []
    covered = sorted((c.start, max(c.end, c.start + 1)) for c in page.new if c.kind in {"replace", "drop"})
    rest = [c for c in first if not c.active and c.id not in page.changes and (c.status == "rejected" or not _hit(covered, c))]
    return tuple(sorted((*changes, *rest), key=Change.sort_key)), []


class Lines:
    """The lines of a canonical text and what they were made of: places of the one told of the other."""

    def __init__(self, source: Source, changes: Iterable[Change]) -> None:
        self._source, self._changes = source, changes

    @cached_property
    def _layout(self) -> Layout:
        """Worked out when a place is asked for: of most pages none is."""
        return lay_out(len(self._source.text), self._source.breaks, self._changes)

    @cached_property
    def _edges(self) -> tuple[list[int], list[int]]:
        """Where the lines start, and where they end."""
        starts, ends, at = list[int](), list[int](), 0
        for gap, line in zip(self._layout.gaps, self._layout.lines, strict=False):
            starts.append(at + gap.size)
            at = starts[-1] + sum(piece.size for piece in line.pieces)
            ends.append(at)
        return starts, ends

    def there(self, places: Collection[Place]) -> frozenset[Place]:
        """The lines that hold something of some places of the source."""
        if not places:
            return frozenset()
        found: set[Place] = set()
        parts = sorted((unit.end, unit.start, k) for k, line in enumerate(self._layout.lines) for unit in line.units)
        starts, ends = self._edges
        for rule, start, end in places:
            for _, begin, k in parts[bisect_right(parts, start, key=itemgetter(0)):]:
                if begin >= end:
                    break
                found.add((rule, starts[k], ends[k]))
        return frozenset(found)

    def back(self, changes: Iterable[Change]) -> set[Place]:
        """The places of the source that lines are made of which some changes of the canonical text touch."""
        found: set[Place] = set()
        starts, ends = self._edges
        for change in changes:
            spans = [(change.start, change.end)]
            if change.kind in {"join", "move"}:
                spans.append((change.target or 0, change.target or 0))
            for start, end in spans:
                for k in range(bisect_left(ends, start), bisect_right(starts, end)):
                    found |= {(change.rule, unit.start, unit.end) for unit in self._layout.lines[k].units}
        return found


class _Untold(Exception):
    """A change of the canonical text that nothing in the source answers to."""


@dataclass(frozen=True, slots=True)
class _Told:
    """A stretch of the canonical text that is whole in the source, with the changes that it takes the place of."""

    span: Span
    head: str
    tail: str
    over: tuple[Change, ...]


class _Rendered:
    """A source and its changes, with the place of every piece in the canonical text."""

    def __init__(self, source: Source, changes: Iterable[Change]) -> None:
        self.source = source
        self.changes = {change.id: change for change in changes}
        self.new: list[Change] = []
        self.layout: Layout = lay_out(len(source.text), source.breaks, self.changes.values())
        self.pieces: list[Piece] = [piece for piece in self.layout.pieces() if piece.size]
        self.starts, at = [], 0
        for piece in self.pieces:
            self.starts.append(at)
            at += piece.size
        self._line_starts, self._line_ends, self._ink, at = list[int](), list[int](), list[tuple[int, int, int]](), 0
        for gap, line in zip(self.layout.gaps, self.layout.lines, strict=False):
            at += gap.size
            self._line_starts.append(at)
            for piece in line.pieces:
                self._ink.append((piece.start, max(piece.end, piece.start + 1), at))
                at += piece.size
            self._line_ends.append(at)
        self._ink.sort()
        self._edits = {(c.start, c.after): c for c in self.changes.values() if c.kind == "replace"}

    def take(self, change: Change, text: str) -> None:
        """Take in a change of the canonical `text`. Raises `_Untold`, and leaves what it took then."""
        if change.kind == "move" or (change.kind == "split" and self._part(change.start)):
            return  # the new order is told when everything else is
        if change.kind in {"join", "mark"}:
            (self._join if change.kind == "join" else self._mark)(change)
            return
        if change.kind == "replace" and not change.after and self._unmark(change):
            return
        told = self._told(change.start, change.end, text)
        if change.kind == "replace":
            self._replace(change, told)
        elif change.kind == "drop":
            self._drop(change, told)
        elif told.over or told.head or told.tail:
            raise _Untold
        else:  # a split: what stands at its place goes
            self._add(replace(change, start=told.span.start, end=told.span.end, before=self.source.text[told.span.start:told.span.end]))

    def _join(self, change: Change) -> None:
        """Two lines, or parts of lines, become one, wherever in the source they are from; what was done to the break between
        them goes."""
        start, target = self._end(change.start), self._start(change.target or 0)
        end = start + len(self.source.break_at.get(start, ""))
        for old in [c for c in self.changes.values() if c.kind == "replace" and start < end and (c.start, c.end) == (start, end)]:
            del self.changes[old.id]
        self._add(replace(change, start=start, end=end, before=self.source.text[start:end], target=target))

    def _mark(self, change: Change) -> None:
        """A mark begins and ends where what it stands round does; where that was put together out of order, it is told of the
        first stretch."""
        start, end = self._start(change.start), self._end(change.end)
        if end <= start:
            if SCAFFOLD[change.role or ""][1]:
                raise _Untold
            end = next(unit.end for line in self.layout.lines for unit in line.units if unit.start <= start < unit.end)
        self._add(replace(change, start=start, end=end))

    def _unmark(self, change: Change) -> bool:
        """Where what a mark wrote before a line is taken away, the mark goes; whether it does."""
        k = bisect_right(self.starts, change.start) - 1
        piece = self.pieces[k]
        if self.starts[k] != change.start or piece.added != change.before or (piece.start, piece.added) in self._edits:
            return False
        marks = [c for c in self.changes.values()
                 if c.kind == "mark" and c.start == piece.start and SCAFFOLD[c.role or ""] == (piece.added, "")]
        if len(marks) != 1:
            return False
        del self.changes[marks[0].id]
        return True

    def _start(self, at: int) -> int:
        """Where in the source something begins that begins at a place of the canonical text: a line, or something in it."""
        k = bisect_left(self._line_starts, at)
        if self._line_starts[k:k + 1] == [at]:
            return self.layout.lines[k].units[0].start
        k = bisect_right(self.starts, at) - 1
        edit = self._edit(self.pieces[k])
        return edit.start if edit else self.pieces[k].start + at - self.starts[k]

    def _end(self, at: int) -> int:
        """Where in the source something ends that ends at a place of the canonical text."""
        k = bisect_left(self._line_ends, at)
        if self._line_ends[k:k + 1] == [at]:
            return self.layout.lines[k].units[-1].end
        k = bisect_left(self.starts, at) - 1
        if k < 0:
            raise _Untold
        edit = self._edit(self.pieces[k])
        return edit.end if edit else self.pieces[k].start + at - self.starts[k]

    def arrange(self, canonical: Source, second: Sequence[Change]) -> None:
        """The order that moves of the canonical text give it, told as moves of the source: instead of those before. What no line
        of the canonical text is made of stays behind what it stood behind."""
        rank = {unit.start: k for k, unit in enumerate(arranged(len(canonical.text), canonical.breaks, second))}
        starts = sorted(rank)
        units = arranged(len(self.source.text), self.source.breaks, self.changes.values())
        order: list[tuple[int, int]] = []
        place: dict[int, int] = {}
        for unit in units:
            at = self._canonical(unit)
            if at is not None:
                place[unit.start] = at
            lot = order[-1][0] if at is None and order else -1 if at is None else rank[starts[bisect_right(starts, at) - 1]]
            order.append((lot, len(order)))
        moves = [c for c in second if c.kind == "move"]
        old = [c for c in self.changes.values() if c.kind == "move"]
        for change in old:
            del self.changes[change.id]
        ends = {unit.start: unit.end for unit in units}

        def of(start: int) -> Change | None:
            at = place.get(start, -1)
            return next((c for c in moves if c.start <= at < c.end), next((c for c in old if c.start <= start < c.end), None))

        new = [units[k].start for _, k in sorted(order)]
        for run, behind in moved_runs(new, {start for start in new if of(start)}):
            said = next((c for c in map(of, run) if c), (moves or old)[0])
            span = run[0], ends[run[-1]], 0 if behind is None else ends[behind]
            self._add(replace(said, start=span[0], end=span[1], target=span[2],
                              evidence=dict(said.evidence) | run_evidence(self.source.text, *span)))

    def _canonical(self, unit: Span) -> int | None:
        """Where in the canonical text the first thing stands that is left of a unit."""
        k = bisect_left(self._ink, (unit.start, -1))
        if k and self._ink[k - 1][1] > unit.start:
            k -= 1
        if k == len(self._ink) or self._ink[k][0] >= unit.end:
            return None
        start, _, at = self._ink[k]
        return at + max(0, unit.start - start)

    def _stands(self, unit: Span, start: int, end: int) -> bool:
        """Whether what is left of a unit stands between two places of the canonical text."""
        at = self._canonical(unit)
        return at is not None and start <= at < end

    def _part(self, at: int) -> bool:
        """Where a split falls on the seam of two lines that were joined, the join goes, and the break that it took out
        stands there again as a canonical one; whether it does."""
        k = bisect_right(self.starts, at) - 1
        if not k or self.starts[k] != at:
            return False
        left, right = self.pieces[k - 1:k + 1]
        seams = [c for c in self.changes.values() if c.kind == "join" and c.target == right.start and c.start == left.end]
        if left.added is not None or right.added is not None or len(seams) != 1:
            return False
        gone = self.changes.pop(seams[0].id)
        if gone.before not in ("", PARAGRAPH_BREAK) and gone.end == right.start:
            self._add(canonical_break(gone.start, gone.before))
        return True

    def _replace(self, change: Change, told: _Told) -> None:
        before, after = self.source.text[told.span.start:told.span.end], told.head + change.after + told.tail
        for old in told.over:
            del self.changes[old.id]
            change = replace(
                change, tier=max(change.tier, old.tier, key=TIERS.index), confidence=min(change.confidence, old.confidence),
                evidence={**change.evidence, "over": [*change.evidence.get("over", ()), f"{old.rule} {old.before}→{old.after}"]})
        if before != after:
            self._add(replace(change, start=told.span.start, end=told.span.end, before=before, after=after))

    def _drop(self, change: Change, told: _Told) -> None:
        """A block goes with all that it was made of, and with what was changed in it; what stands between that in the source, and elsewhere in
        the canonical text, stays."""
        units = [unit for unit in arranged(len(self.source.text), self.source.breaks, self.changes.values())
                 if told.span.start <= unit.start and unit.end <= told.span.end and self._stands(unit, change.start, change.end)]
        if not units:
            raise _Untold
        gone = [c for c in self.changes.values() if c.kind in {"replace", "mark", "join"}
                and any(unit.start <= c.start < unit.end for unit in units)]
        for old in gone:
            del self.changes[old.id]
        for unit in units:
            self._add(replace(change, start=unit.start, end=unit.end, before=self.source.text[unit.start:unit.end], target=None))

    def _add(self, change: Change) -> None:
        change = replace(change, line=self.source.line_of(change.start))
        self.changes[change.id] = change
        self.new.append(change)

    def _told(self, start: int, end: int, text: str) -> _Told:
        """The source of `text[start:end]`; where it cuts an earlier replacement, of the whole of that one."""
        if start == end:
            return self._place(start)
        first, last = (bisect_right(self.starts, at) - 1 for at in (start, end - 1))
        edits = [self._edit(piece) for piece in self.pieces[first:last + 1]]
        opening, closing = edits[0], edits[-1]
        head = text[self.starts[first]:start] if opening else ""
        tail = text[end:self.starts[last] + self.pieces[last].size] if closing else ""
        span = Span(opening.start if opening else self.pieces[first].start + start - self.starts[first],
                    closing.end if closing else self.pieces[last].start + end - self.starts[last])
        if span.end < span.start:
            raise _Untold
        touched = {edit.id for edit in edits if edit}
        over = tuple(c for c in self.changes.values() if c.kind == "replace" and (
            c.id in touched or (c.start < span.end and span.start < c.end) or span.start < c.start < span.end))
        return _Told(span, head, tail, over)

    def _place(self, at: int) -> _Told:
        """The place in the source of an insertion: behind the character before it, or before the one behind it."""
        k = bisect_right(self.starts, at) - 1
        for piece, start in ((self.pieces[k], self.starts[k]), (self.pieces[k - 1], self.starts[k - 1])):
            if piece.added is None and start <= at <= start + piece.size:
                return _Told(Span(piece.start + at - start, piece.start + at - start), "", "", ())
        raise _Untold

    def _edit(self, piece: Piece) -> Change | None:
        """The replacement that wrote a piece; None for a piece of the source. Scaffold and gaps are not to be changed."""
        if piece.added is None:
            return None
        edit = self._edits.get((piece.start, piece.added))
        if edit is None or edit.id not in self.changes:
            raise _Untold
        return edit


def _hit(covered: Sequence[tuple[int, int]], change: Change) -> bool:
    """Whether a change touches one of some spans, given in order."""
    at = bisect_right(covered, (max(change.end, change.start + 1), -1))
    return any(end > change.start for _, end in covered[max(0, at - 2):at])
