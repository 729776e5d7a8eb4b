"""`lay_out` against a slow plain reference, and the laws of changes as a set: undo, and leaving out."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.changes import ROLE_RANK, SCAFFOLD, Change, ChangeLog
from cleaner.errors import ChangeError, LogError
from cleaner.layout import lay_out, render, undo
from cleaner.source import Source, Span

BREAKS = ("\n", "\n\n", " \n\u3000", "\n\n\n", "\n  \n")
WORDS = st.text("甲乙丙丁，。“”a1 \t\u200b", min_size=1, max_size=6).map(str.strip).filter(bool)


def change(kind: Any, source: Source, start: int, end: int, **more: Any) -> Change:
    """A change of a made-up rule that says truly what it takes away."""
    before = source.text[start:end] if kind in {"replace", "drop", "split", "join"} else ""
    return Change("TEST001", kind, "safe", start, end, "a test", before=before, **more)


def plain_render(source: Source, changes: list[Change]) -> str:
    """What `render` must give, by the definitions alone: lists, no bisection, one character after the other."""
    active = sorted((c for c in changes if c.active), key=Change.sort_key)
    units = list(source.blocks)
    for cut in (c for c in active if c.kind == "split"):
        units = [part for u in units for part in (
            (Span(u.start, cut.start), Span(cut.end, u.end)) if u.start < cut.start and cut.end < u.end else (u,))]
    order = _plain_order(units, [c for c in active if c.kind == "move"])
    drops = [c for c in active if c.kind == "drop"]
    kept = [u for u in order if not any(d.start <= u.start and u.end <= d.end for d in drops)]
    text = _plain_gap(source, active, None, kept[0])
    for left, right in pairwise([*kept, None]):
        assert left is not None
        text += _plain_unit(source, active, left) + _plain_gap(source, active, left, right)
    return text


def _plain_order(units: list[Span], moves: list[Change]) -> list[Span]:
    runs = [[u for u in units if m.start <= u.start < m.end] for m in moves]
    anchors = [max((u for u in units if u.start < (m.target or 0)), key=lambda u: u.start, default=None) for m in moves]

    def emit(unit: Span | None) -> list[Span]:
        found = [] if unit is None else [unit]
        for run, anchor in zip(runs, anchors, strict=True):
            if anchor == unit:
                found += [span for u in run for span in emit(u)]
        return found

    return emit(None) + [span for u in units if not any(u in run for run in runs) for span in emit(u)]


def _plain_unit(source: Source, active: list[Change], unit: Span) -> str:
    marks = sorted((c for c in active if c.kind == "mark"), key=lambda c: ROLE_RANK[c.role or ""])
    edits = [c for c in active if c.kind == "replace"]
    breaks = {(at, at + len(b)) for at, b in source.breaks}
    text, resume = "", unit.start
    for p in range(unit.start, unit.end + 1):
        if p > unit.start:
            text += "".join(SCAFFOLD[m.role or ""][1] for m in reversed(marks) if m.end == p)
        if p == unit.end:
            break
        here = [e for e in edits if e.start == p and (e.start, e.end) not in breaks]
        text += "".join(SCAFFOLD[m.role or ""][0] for m in marks if m.start == p and m.role != "credit")
        text += "".join(e.after for e in here if e.end == p)
        text += "".join(SCAFFOLD["credit"][0] for m in marks if m.start == p and m.role == "credit")
        for edit in (e for e in here if e.end > p):
            text, resume = text + edit.after, max(resume, edit.end)
        if p >= resume:
            text += source.text[p]
    ends = [e for e in edits if e.start == e.end == unit.end < len(source.text)]
    split_here = any(c.kind == "split" and c.end == unit.end == c.start for c in active)
    return text if split_here else text + "".join(e.after for e in ends)


def _plain_gap(source: Source, active: list[Change], left: Span | None, right: Span | None) -> str:
    start, end = left.end if left else 0, right.start if right else len(source.text)
    if left and right:
        for join in active:
            if join.kind == "join" and (join.start, join.target) == (start, end):
                return join.after
        if any(m.role == "quote_line" and m.start == end for m in active):
            return "\n"
    if (start, source.text[start:end]) in source.breaks or (right is None and start == end):
        edits = [e.after for e in active if e.kind == "replace" and (e.start, e.end) == (start, end)]
        return edits[0] if edits else source.text[start:end]
    return "\n\n" if left and right else "\n" if left else ""


@st.composite
def sources(draw: st.DrawFn) -> Source:
    """A small page of a few blocks."""
    blocks = draw(st.lists(WORDS, min_size=1, max_size=7))
    text = draw(st.sampled_from(["", "\n", "  "]))
    for block in blocks:
        text += block + draw(st.sampled_from(BREAKS))
    return Source.from_text(text if draw(st.booleans()) else text.rstrip())


@st.composite
def change_sets(draw: st.DrawFn) -> tuple[Source, list[Change]]:
    """A page and changes that do not contradict each other: of those drawn, what stands beside the earlier ones."""
    source = draw(sources())
    kept: list[Change] = []
    units = list(source.blocks)
    for _ in range(draw(st.integers(0, 12))):
        found = _draw_change(draw, source, units)
        if found is None:
            continue
        try:
            lay_out(len(source.text), source.breaks, [*kept, found])
        except ChangeError:
            continue
        kept.append(found)
        if found.kind == "split":
            units = [part for u in units for part in (
                (Span(u.start, found.start), Span(found.end, u.end)) if u.start < found.start < u.end else (u,))]
    return source, kept


def _draw_change(draw: st.DrawFn, source: Source, units: list[Span]) -> Change | None:
    kind = draw(st.sampled_from(["replace", "drop", "split", "join", "move", "mark", "flag", "break"]))
    i, j = sorted((draw(st.integers(0, len(units) - 1)), draw(st.integers(0, len(units) - 1))))
    one, other = units[i], units[j]
    if kind in {"replace", "split"}:
        start = draw(st.integers(one.start, one.end))
        end = draw(st.integers(start, one.end))
        if kind == "split":
            return change("split", source, start, end) if one.start < start and end < one.end else None
        after = draw(st.sampled_from(["", "改", "改改改"]))
        return change("replace", source, start, end, after=after) if after or start < end else None
    if kind == "break":
        at, text = draw(st.sampled_from(source.breaks)) if source.breaks else (len(source.text), "")
        return change("replace", source, at, at + len(text), after=draw(st.sampled_from(["\n\n", "\n"])))
    if kind == "join":
        breaks = dict(source.breaks)
        end = one.end + len(breaks.get(one.end, ""))
        return change("join", source, one.end, end, target=other.start, after=draw(st.sampled_from(["", "补"])))
    if kind == "move":
        target = draw(st.sampled_from([0, *(u.end for u in units)]))
        inside = one.start < target <= other.end
        return None if inside else change("move", source, one.start, other.end, target=target)
    if kind == "drop":
        return change("drop", source, one.start, one.end, target=other.start)
    if kind == "mark":
        role = draw(st.sampled_from(sorted(SCAFFOLD)))
        return change("mark", source, one.start, one.start if role == "lacuna" else one.end, role=role)
    return change("flag", source, one.start, one.end, status="flagged")


def log_of(source: Source, changes: list[Change]) -> tuple[str, ChangeLog]:
    """The canonical text of a page under `changes`, and its log."""
    text = render(source, changes)
    return text, ChangeLog.of(source, changes, text, "settings", "tool")


@given(change_sets())
@settings(max_examples=400)
def test_layout_is_what_the_plain_reference_says(case: tuple[Source, list[Change]]) -> None:
    source, changes = case
    assert render(source, changes) == plain_render(source, changes)


@given(change_sets())
@settings(max_examples=400)
def test_nothing_is_lost(case: tuple[Source, list[Change]]) -> None:
    source, changes = case
    text, log = log_of(source, changes)
    back = undo(text, ChangeLog.from_jsonl(log.to_jsonl()))
    assert back.to_bytes() == source.to_bytes()
    assert back.text == source.text


@given(change_sets())
@settings(max_examples=300)
def test_any_change_can_be_left_out(case: tuple[Source, list[Change]]) -> None:
    source, changes = case
    for left_out in changes:
        rest = [c for c in changes if c is not left_out]
        text, log = log_of(source, rest)
        assert undo(text, log).text == source.text


def test_insertion_at_the_end_of_a_block() -> None:
    # Found by the reference: an insertion where a block ends and a break begins.
    source = Source.from_text("甲\n\n乙")
    assert render(source, [change("replace", source, 1, 1, after="改")]) == "甲改\n\n乙"


def test_split_left_out_under_a_move() -> None:
    # Found by the law: a split is left out, and the move of what it cut off stays.
    source = Source.from_text("甲乙\n\n丙")
    cut, moved = change("split", source, 1, 1), change("move", source, 1, 2, target=5)
    assert render(source, [cut, moved]) == "甲\n\n丙\n\n乙\n"
    text, log = log_of(source, [moved])
    assert undo(text, log).text == source.text


@given(change_sets(), st.randoms(use_true_random=False))
def test_changes_are_a_set(case: tuple[Source, list[Change]], random: Any) -> None:
    source, changes = case
    shuffled = changes[:]
    random.shuffle(shuffled)
    assert render(source, shuffled) == render(source, changes)
    assert log_of(source, shuffled)[1].to_jsonl() == log_of(source, changes)[1].to_jsonl()


@given(sources())
def test_no_change_no_difference(source: Source) -> None:
    assert render(source, []) == source.text


@given(change_sets(), st.data())
@settings(max_examples=100)
def test_another_text_is_refused(case: tuple[Source, list[Change]], data: st.DataObject) -> None:
    text, log = log_of(*case)
    at = data.draw(st.integers(0, len(text)))
    with pytest.raises(LogError, match="does not belong"):
        undo(text[:at] + "异" + text[at:], log)


PAGE = Source.from_text("甲乙丙\n\n丁戊\n\n己庚\n")


@pytest.mark.parametrize(("changes", "expected"), [
    ([], "甲乙丙\n\n丁戊\n\n己庚\n"),
    ([change("replace", PAGE, 1, 2, after="改")], "甲改丙\n\n丁戊\n\n己庚\n"),
    ([change("replace", PAGE, 1, 1, after="增")], "甲增乙丙\n\n丁戊\n\n己庚\n"),
    ([change("replace", PAGE, 1, 2)], "甲丙\n\n丁戊\n\n己庚\n"),
    ([change("join", PAGE, 3, 5, target=5)], "甲乙丙丁戊\n\n己庚\n"),
    ([change("join", PAGE, 3, 5, target=5, after="补")], "甲乙丙补丁戊\n\n己庚\n"),
    ([change("split", PAGE, 1, 2)], "甲\n\n丙\n\n丁戊\n\n己庚\n"),
    ([change("drop", PAGE, 5, 7, target=9)], "甲乙丙\n\n己庚\n"),
    ([change("drop", PAGE, 9, 11, target=0)], "甲乙丙\n\n丁戊\n"),
    ([change("move", PAGE, 9, 11, target=0)], "己庚\n\n甲乙丙\n\n丁戊\n"),
    ([change("move", PAGE, 0, 3, target=7)], "丁戊\n\n甲乙丙\n\n己庚\n"),
    ([change("mark", PAGE, 0, 3, role="headline")], "# 甲乙丙\n\n丁戊\n\n己庚\n"),
    ([change("mark", PAGE, 5, 7, role="caption"), change("mark", PAGE, 5, 7, role="credit")],
     "甲乙丙\n\n> 图：（丁戊）\n\n己庚\n"),
    ([change("mark", PAGE, 6, 7, role="credit"), change("replace", PAGE, 6, 6, after="。")], "甲乙丙\n\n丁。（戊）\n\n己庚\n"),
    ([change("mark", PAGE, 6, 7, role="credit"), change("replace", PAGE, 6, 7, after="改")], "甲乙丙\n\n丁（改）\n\n己庚\n"),
    ([change("mark", PAGE, 5, 7, role="quote"), change("mark", PAGE, 9, 11, role="quote_line")],
     "甲乙丙\n\n丁戊\n\n己庚\n".replace("丁", "> 丁").replace("戊\n\n", "戊\n> ")),
    ([change("mark", PAGE, 9, 9, role="lacuna"), change("join", PAGE, 7, 9, target=9)], "甲乙丙\n\n丁戊〔缺〕己庚\n"),
    ([change("flag", PAGE, 0, 3, status="flagged")], "甲乙丙\n\n丁戊\n\n己庚\n"),
])
def test_each_kind(changes: list[Change], expected: str) -> None:
    text, log = log_of(PAGE, changes)
    assert text == expected
    assert undo(text, log).text == PAGE.text


@pytest.mark.parametrize("changes", [
    [change("replace", PAGE, 0, 2, after="x"), change("replace", PAGE, 1, 3, after="y")],
    [change("replace", PAGE, 1, 1, after="x"), change("replace", PAGE, 1, 1, after="y")],
    [change("replace", PAGE, 0, 2, after="x"), change("drop", PAGE, 0, 3)],
    [change("replace", PAGE, 2, 6, after="x")],
    [change("replace", PAGE, 11, 40, after="x")],
    [change("move", PAGE, 0, 3, target=7), change("move", PAGE, 5, 7, target=3)],
    [change("drop", PAGE, 0, 3), change("drop", PAGE, 5, 7), change("drop", PAGE, 9, 11)],
], ids=["overlap", "same place", "in a dropped block", "across a break", "outside", "circle", "nothing left"])
def test_contradictions_are_errors(changes: list[Change]) -> None:
    with pytest.raises(ChangeError):
        render(PAGE, changes)
