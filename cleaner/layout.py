"""From a source and a set of changes to the canonical text, and back.

`lay_out` needs no character of the source: lengths, breaks and changes decide alone which span of the source
stands where and which text is added. That is why a page can be undone from its canonical text and its log:
the same layout is computed from the log, the canonical text is cut along it, kept spans go back to their
offsets, and what was taken away is filled in from the log.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress, count, pairwise
from operator import attrgetter, itemgetter
from typing import NamedTuple

from cleaner.changes import ROLE_RANK, SCAFFOLD, Change, ChangeLog, text_sha256
from cleaner.errors import ChangeError, LogError
from cleaner.source import Source, Span, blocks_between

PARAGRAPH_BREAK = "\n\n"
PLACE = attrgetter("start", "end", "rule")
"""What changes are sorted by before their identity is asked for."""
Breaks = tuple[tuple[int, str], ...]
LAYERS = (frozenset({"replace", "drop", "split"}), frozenset({"move"}), frozenset({"join"}))
"""Kinds of changes that must not overlap each other."""


class Piece(NamedTuple):
    """A stretch of the canonical text: `source[start:end]`, or `added` text that belongs at `start`."""

    start: int
    end: int
    added: str | None = None

    @property
    def size(self) -> int:
        """Its length in the canonical text, in code points."""
        return self.end - self.start if self.added is None else len(self.added)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the canonical text: the units (blocks, or parts of split blocks) that it is made of."""

    units: tuple[Span, ...]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """The lines of a page in canonical order; `gaps[i]` stands before line i, the last one ends the page."""

    lines: tuple[Line, ...]
    gaps: tuple[Piece, ...]

    def pieces(self) -> Iterator[Piece]:
        """All pieces in canonical order."""
        for gap, line in zip(self.gaps, self.lines, strict=False):
            yield gap
            yield from line.pieces
        yield self.gaps[-1]


def lay_out(length: int, breaks: Breaks, changes: Iterable[Change]) -> Layout:
    """Arrange a page of `length` code points. Only active changes count.

    Raises `ChangeError` when two changes overlap, a change leaves the page, or moves form a circle.
    """
    active = _in_order(changes)
    _check(length, active)
    by_kind: dict[str, list[Change]] = defaultdict(list)
    for change in active:
        by_kind[change.kind].append(change)
    units = _split(blocks_between(length, breaks), by_kind["split"])
    kept = _without(_moved(units, by_kind["move"]), by_kind["drop"])
    if not kept:
        raise ChangeError("the changes leave nothing of the page")
    break_spans = {(at, at + len(text)) for at, text in breaks} | {(length, length)}
    edits = [c for c in by_kind["replace"] if (c.start, c.end) not in break_spans]
    gap_edits = {c.start: c.after for c in by_kind["replace"] if (c.start, c.end) in break_spans}
    joins = {(c.start, c.target): c for c in by_kind["join"]}
    quote_lines = {c.start for c in by_kind["mark"] if c.role == "quote_line"}
    inserts = _inserts(edits, by_kind["mark"])
    places = [place for place, *_ in inserts]
    starts = {unit.start for unit in units}
    texts = _Gaps(length, dict(breaks), gap_edits)

    gaps, lines = [texts.top(kept[0])], []
    line_units, pieces = [kept[0]], _unit_pieces(kept[0], inserts, places, starts)
    for left, right in pairwise(kept):
        join = joins.get((left.end, right.start))
        if join is not None:
            if join.after:
                pieces.append(Piece(right.start, right.start, join.after))
            line_units.append(right)
        else:
            lines.append(Line(tuple(line_units), tuple(pieces)))
            gaps.append(Piece(right.start, right.start, "\n") if right.start in quote_lines
                        else texts.between(left, right))
            line_units, pieces = [right], []
        pieces += _unit_pieces(right, inserts, places, starts)
    lines.append(Line(tuple(line_units), tuple(pieces)))
    gaps.append(texts.bottom(kept[-1]))
    return Layout(tuple(lines), tuple(gaps))


def arranged(length: int, breaks: Breaks, changes: Iterable[Change]) -> list[Span]:
    """The units of a page in canonical order, those that are dropped too. Only active splits and moves count."""
    active = _in_order(changes)
    units = _split(blocks_between(length, breaks), [c for c in active if c.kind == "split"])
    return _moved(units, [c for c in active if c.kind == "move"])


def render(source: Source, changes: Iterable[Change]) -> str:
    """The canonical text of `source` under the active ones of `changes`."""
    pieces = lay_out(len(source.text), source.breaks, changes).pieces()
    return "".join(source.text[p.start:p.end] if p.added is None else p.added for p in pieces)


def undo(canonical: str, log: ChangeLog) -> Source:
    """The source of a canonical text, from the text and its log alone.

    Raises `LogError` when the log does not belong to the text, or no longer gives the source it names.
    """
    if text_sha256(canonical) != log.canonical_sha256:
        raise LogError("the log does not belong to this text: its sha256 is "
                       f"{text_sha256(canonical)[:12]}…, the log names {log.canonical_sha256[:12]}…")
    if log.length > len(canonical) + sum(len(c.before) for c in log.changes) + sum(len(text) for _, text in log.breaks):
        raise LogError("the log does not account for every character of the source")
    source: list[str | None] = [None] * log.length
    at = 0
    for piece in lay_out(log.length, log.breaks, log.changes).pieces():
        text = canonical[at:at + piece.size]
        at += piece.size
        if piece.added is None:
            source[piece.start:piece.end] = text
        elif text != piece.added:
            raise LogError(f"the log does not fit the text at character {at - len(text)}")
    taken = [(c.start, c.before) for c in log.changes if c.active and c.kind in {"replace", "drop", "split"}]
    for start, text in [*log.breaks, *taken]:
        source[start:start + len(text)] = text
    if at != len(canonical) or None in source:
        raise LogError("the log does not account for every character of the source")
    page = Source("".join(c for c in source if c is not None), log.source_name, log.encoding, log.bom, log.line_ends)
    try:
        fits = page.sha256 == log.source_sha256
    except (LookupError, UnicodeError, StopIteration) as error:
        raise LogError(f"the log names an encoding or line ends that its text cannot have had ({error!r})") from error
    if not fits:
        raise LogError("what the log gives back is not the source that it names (sha256)")
    return page


class _Gaps:
    """The text between two units: the source's own break where the two still stand side by side."""

    def __init__(self, length: int, breaks: dict[int, str], edits: dict[int, str]) -> None:
        self.length, self.breaks, self.edits = length, breaks, edits

    def _own(self, at: int) -> Piece:
        text = self.breaks[at]
        return Piece(at, at + len(text)) if at not in self.edits else Piece(at, at, self.edits[at])

    def top(self, first: Span) -> Piece:
        head = len(self.breaks.get(0, ""))
        return self._own(0) if head and head == first.start else Piece(first.start, first.start, "")

    def between(self, left: Span, right: Span) -> Piece:
        own = left.end in self.breaks and left.end + len(self.breaks[left.end]) == right.start
        return self._own(left.end) if own else Piece(right.start, right.start, PARAGRAPH_BREAK)

    def bottom(self, last: Span) -> Piece:
        text = self.breaks.get(last.end)
        own = text is not None and last.end + len(text) == self.length
        if own or last.end == self.length:
            return self._own(last.end) if own else Piece(last.end, last.end, self.edits.get(last.end, ""))
        return Piece(last.end, last.end, "\n")


def _in_order(changes: Iterable[Change]) -> list[Change]:
    """The active changes in source order; see `Change.sort_key`, whose last part is seldom asked for."""
    active = sorted((c for c in changes if c.active), key=PLACE)
    ties = len(set(map(PLACE, active))) < len(active)
    return sorted(active, key=Change.sort_key) if ties else active


def _check(length: int, active: Sequence[Change]) -> None:
    for change in active:
        if not 0 <= change.start <= change.end <= length:
            raise ChangeError(f"change {change.id} lies outside the page")
    for kinds in LAYERS:
        layer = [c for c in active if c.kind in kinds]
        spans = [(c.start, c.end) for c in layer]
        clash = next(compress(count(), map(_overlap, spans, spans[1:])), None)
        if clash is not None:
            left, right = layer[clash:clash + 2]
            raise ChangeError(f"changes {left.id} ({left.rule}) and {right.id} ({right.rule}) overlap")


def _overlap(left: tuple[int, int], right: tuple[int, int]) -> bool:
    """Whether two spans, the earlier one first, contradict each other: they share a character, or are the same place."""
    return right[0] < left[1] or left == right


class Layers:
    """The spans of a page's active changes, layer by layer: what one more of them would contradict is told at once."""

    def __init__(self, changes: Iterable[Change]) -> None:
        self._spans: dict[int, list[tuple[int, int]]] = {k: [] for k in range(len(LAYERS))}
        for change in changes:
            self.add(change)

    def add(self, change: Change) -> None:
        """Take a change in; what takes text away takes with it what was changed there."""
        if change.active:
            for spans in self._of(change):
                at = bisect_left(spans, (change.start, change.end))
                if change.takes_away:
                    first = at - 1 if at and spans[at - 1][1] > change.start else at
                    del spans[first:bisect_left(spans, (change.end, -1))]
                insort(spans, (change.start, change.end))

    def has_room(self, change: Change) -> bool:
        """Whether a change contradicts none of its layer."""
        span = change.start, change.end
        for spans in self._of(change):
            at = bisect_left(spans, span)
            if (at and _overlap(spans[at - 1], span)) or (at < len(spans) and _overlap(span, spans[at])):
                return False
        return True

    def _of(self, change: Change) -> Iterator[list[tuple[int, int]]]:
        return (self._spans[k] for k, kinds in enumerate(LAYERS) if change.kind in kinds)


def _split(blocks: Sequence[Span], splits: Sequence[Change]) -> list[Span]:
    units, waiting = [], list(splits)[::-1]
    for block in blocks:
        start = block.start
        while waiting and waiting[-1].end < block.end:
            cut = waiting.pop()
            if cut.start > start:
                units.append(Span(start, cut.start))
                start = cut.end
        units.append(Span(start, block.end))
    return units


def _moved(units: list[Span], moves: Sequence[Change]) -> list[Span]:
    """Units in canonical order: runs taken out, then put back behind their targets, nested ones in turn."""
    starts = [u.start for u in units]
    runs: dict[int, list[Span]] = {}
    for move in moves:  # empty where the split that made the block was left out: nothing moves then
        runs[move.start] = units[bisect_left(starts, move.start):bisect_left(starts, move.end)]
    taken = {unit.start for run in runs.values() for unit in run}
    behind: dict[int, list[Span]] = defaultdict(list)
    for move in moves:
        target = move.target or 0
        k = bisect_right(starts, max(target - 1, 0)) - 1
        anchor = units[k].start if target else -1
        behind[anchor].extend(runs[move.start])
    order: list[Span] = []
    pending = behind.pop(-1, [])[::-1]
    standing = [u for u in units if u.start not in taken][::-1]
    while pending or standing:
        unit = pending.pop() if pending else standing.pop()
        order.append(unit)
        pending.extend(behind.pop(unit.start, [])[::-1])
    if len(order) != len(units):
        raise ChangeError("the moves form a circle")
    return order


def _without(units: list[Span], drops: Sequence[Change]) -> list[Span]:
    starts, ends = [d.start for d in drops], [d.end for d in drops]
    kept = []
    for unit in units:
        k = bisect_right(starts, unit.start) - 1
        if k < 0 or unit.end > ends[k]:
            kept.append(unit)
    return kept


CLOSED, OPENED, INSERTED, BRACKET, REPLACED = range(-1, 4)
"""What comes first where several things happen at one place: a stop that was lost before a credit stands before its bracket."""


def _inserts(edits: Sequence[Change], marks: Sequence[Change]) -> list[tuple[int, int, bool, Piece]]:
    """`(start, end, closes a unit, added text)` of all that happens inside units, in order of application."""
    rows: list[tuple[int, int, int, int, Piece]] = []
    for c in edits:
        rows.append((c.start, INSERTED if c.start == c.end else REPLACED, 0, c.end, Piece(c.start, c.start, c.after)))
    for c in marks:
        prefix, suffix = SCAFFOLD[c.role or ""]
        rank = ROLE_RANK[c.role or ""]
        if prefix:
            rows.append((c.start, BRACKET if c.role == "credit" else OPENED, rank, c.start, Piece(c.start, c.start, prefix)))
        if suffix:
            rows.append((c.end, CLOSED, -rank, c.end, Piece(c.end, c.end, suffix)))
    rows.sort(key=itemgetter(0, 1, 2, 3))
    return [(start, end, when == CLOSED, piece) for start, when, _, end, piece in rows]


def _unit_pieces(
    unit: Span, inserts: list[tuple[int, int, bool, Piece]], places: list[int], starts: set[int],
) -> list[Piece]:
    at, pieces = unit.start, []
    k = bisect_left(places, unit.start)
    while k < len(inserts) and places[k] <= unit.end:
        start, end, closes, piece = inserts[k]
        k += 1
        if closes if start == unit.start else start == unit.end and not closes and start in starts:
            continue  # it belongs to the unit that touches this one
        if end > unit.end:
            raise ChangeError(f"the change at {start} runs past the end of its block at {unit.end}")
        if start > at:
            pieces.append(Piece(at, start))
        if piece.added:
            pieces.append(piece)
        at = max(at, end)
    if at < unit.end:
        pieces.append(Piece(at, unit.end))
    return pieces
