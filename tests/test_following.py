"""What is found in a canonical text, told of the source: rendered, it gives the same text, and leads back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner import clean, pipeline, settling, undo
from cleaner.changes import Change, ChangeLog
from cleaner.evidence import Evidence
from cleaner.following import follow
from cleaner.layout import lay_out, render
from cleaner.normalizers.base import Rule, Stage
from cleaner.normalizers.moves import moved_runs
from cleaner.page import Page
from cleaner.source import Source, Span

TEXTS = st.lists(st.text("天地人水火土", min_size=4, max_size=14), min_size=1, max_size=4).map("\n\n".join)


def replacement(rule: str, text: str, start: int, end: int, after: str) -> Change:
    return Change(rule=rule, kind="replace", tier="safe", start=start, end=end, before=text[start:end], after=after,
                  reason="a test", confidence=0.9)


@st.composite
def edits(draw: st.DrawFn, rule: str, text: str) -> list[Change]:
    """Replacements inside the lines of a text that do not touch each other; no line is emptied."""
    found, at = [], 0
    for _ in range(draw(st.integers(0, 4))):
        if at > len(text):
            break
        start = draw(st.integers(at, len(text)))
        end = min(start + draw(st.integers(0, 2)), len(text))
        after = draw(st.text("甲乙丙", max_size=2))
        line = text[text.rfind("\n", 0, start) + 1:].split("\n")[0]
        if "\n" in text[start:end + 1] or text[max(0, start - 1):start] in {"", "\n"} or end - start + 2 > len(line):
            continue
        if text[start:end] != after:
            found.append(replacement(rule, text, start, end, after))
            at = end + 1
    return found


@given(st.data())
def test_two_cleanings_are_one_set_of_changes(data: st.DataObject) -> None:
    source = Source.from_text(data.draw(TEXTS))
    first = data.draw(edits("ONE001", source.text))
    canonical = Source.from_text(render(source, first))
    second = data.draw(edits("TWO001", canonical.text))
    wanted = render(canonical, second)
    changes, _ = follow(source, first, canonical, second)
    if changes is None:  # only where an insertion has no place of its own in the source
        assert any(not c.before for c in second)
        return
    assert render(source, changes) == wanted
    assert all(source.text[c.start:c.end] == c.before for c in changes)
    log = ChangeLog.of(source, changes, wanted, "", "test")
    assert undo(wanted, ChangeLog.from_jsonl(log.to_jsonl())).text == source.text


def test_a_replacement_over_another_names_it_and_is_no_surer() -> None:
    source = Source.from_text("天地玄黄，宇宙洪荒。")
    first = [replacement("ONE001", source.text, 2, 4, "元皇")]
    canonical = Source.from_text(render(source, first))
    change = Change(rule="TWO001", kind="replace", tier="suggested", start=3, end=6, before="皇，宇", after="，", reason="a test", confidence=0.5)
    (told,) = follow(source, first, canonical, [change])[0] or ()
    assert (told.start, told.end, told.before, told.after) == (2, 6, "玄黄，宇", "元，")
    assert (told.tier, told.confidence, told.evidence["over"]) == ("suggested", 0.5, ["ONE001 玄黄→元皇"])


def test_what_takes_an_earlier_change_back_leaves_none() -> None:
    source = Source.from_text("天地玄黄。")
    first = [replacement("ONE001", source.text, 2, 3, "元")]
    canonical = Source.from_text(render(source, first))
    assert follow(source, first, canonical, [replacement("TWO001", canonical.text, 2, 3, "玄")]) == ((), [])


def move(start: int, end: int, target: int) -> Change:
    return Change(rule="TWO001", kind="move", tier="safe", start=start, end=end, target=target, reason="a test")


@given(st.data())
def test_moves_of_both_cleanings_are_one_order(data: st.DataObject) -> None:
    """Blocks that are joined, dropped, split and moved, and moved again."""
    texts = data.draw(st.lists(st.text("天地人水火土", min_size=3, max_size=6), min_size=3, max_size=6))
    source = Source.from_text("\n\n".join(texts) + "\n")
    blocks = source.blocks

    def moves(spans: Sequence[Span]) -> list[Change]:
        order = data.draw(st.permutations(range(len(spans))))
        runs = moved_runs(order)
        return [move(spans[run[0]].start, spans[run[-1]].end, 0 if behind is None else spans[behind].end) for run, behind in runs]

    first = moves(blocks)
    gone = data.draw(st.integers(-1, len(blocks) - 1))
    if gone >= 0:
        span = blocks[gone]
        first.append(Change(rule="ONE001", kind="drop", tier="safe", start=span.start, end=span.end,
                            before=source.text[span.start:span.end], target=0, reason="a test"))
    lines = lay_out(len(source.text), source.breaks, first).lines
    if data.draw(st.booleans()):
        left, right = lines[0].units[-1], lines[1].units[0]
        gap = source.break_at.get(left.end, "")
        first.append(Change(rule="ONE001", kind="join", tier="safe", start=left.end, end=left.end + len(gap), before=gap,
                            target=right.start, reason="a test"))
    canonical = Source.from_text(render(source, first))
    second = moves(canonical.blocks)
    changes, untold = follow(source, first, canonical, second)
    assert changes is not None and not untold
    assert render(source, changes) == render(canonical, second)


def test_lines_that_a_copy_stood_between_are_joined() -> None:
    source = Source.from_text("天地人\n\n火火火\n\n水土。")
    drop = Change(rule="ONE001", kind="drop", tier="safe", start=5, end=8, before="火火火", target=0, reason="a test")
    canonical = Source.from_text(render(source, [drop]))
    join = Change(rule="TWO001", kind="join", tier="safe", start=3, end=5, before="\n\n", target=5, reason="a test")
    changes, _ = follow(source, [drop], canonical, [join])
    assert render(source, changes or ()) == "天地人水土。"


class Restless(Rule):
    """Finds something to add whenever it is asked."""

    code, name, tier, stage, mends, keeps = "TEST001", "restless", "safe", Stage.TEXT, (), ("",)

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        block = page.blocks[0]
        yield from self.replacement(page, block, len(block.text), len(block.text), "甲", "a test")


def test_a_page_that_never_stands_still_keeps_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cleaner.pipeline.all_rules", lambda: (Restless(),))
    cleaned = clean("天地玄黄。\n")
    assert cleaned.text == "天地玄黄。\n"
    assert [(c.rule, c.status) for c in cleaned.changes] == [("TEST001", "suggested")]
    assert cleaned.changes[0].evidence["restless"] and not cleaned.log.withheld
    assert undo(cleaned.text, cleaned.log).text == cleaned.text


def test_a_split_at_the_seam_of_a_join_takes_the_join_away() -> None:
    source = Source.from_text("天地人水。\n\n火土天地")
    join = Change(rule="A", kind="join", tier="safe", start=5, end=7, before="\n\n", after="", target=7, reason="a test", confidence=0.9)
    canonical = Source.from_text(render(source, [join]))
    assert canonical.text == "天地人水。火土天地"
    split = Change(rule="B", kind="split", tier="safe", start=5, end=5, reason="a test", confidence=0.9)
    assert follow(source, [join], canonical, [split]) == ((), [])


def test_a_split_at_a_printed_line_end_leaves_a_canonical_break() -> None:
    source = Source.from_text("天地人水。\n火土天地")
    join = Change(rule="A", kind="join", tier="safe", start=5, end=6, before="\n", after="", target=6, reason="a test", confidence=0.9)
    canonical = Source.from_text(render(source, [join]))
    split = Change(rule="B", kind="split", tier="safe", start=5, end=5, reason="a test", confidence=0.9)
    changes, _ = follow(source, [join], canonical, [split])
    assert changes is not None and [(c.rule, c.before, c.after) for c in changes] == [("BREAK001", "\n", "\n\n")]
    assert render(source, changes) == "天地人水。\n\n火土天地" == render(canonical, [split])


def told(source: Source, first: Sequence[Change], second: Sequence[Change]) -> str:
    """The text that both sets of changes give, once it is shown that told of the source they give it too, and lead back."""
    canonical = Source.from_text(render(source, first))
    wanted = render(canonical, second)
    changes, untold = follow(source, first, canonical, second)
    assert changes is not None and not untold
    assert render(source, changes) == wanted
    log = ChangeLog.of(source, changes, wanted, "", "test")
    assert undo(wanted, ChangeLog.from_jsonl(log.to_jsonl())).text == source.text
    return wanted


def join(start: int, end: int, target: int, before: str) -> Change:
    return Change(rule="TWO001", kind="join", tier="safe", start=start, end=end, before=before, target=target, reason="a test")


def split(at: int) -> Change:
    return Change(rule="TWO001", kind="split", tier="safe", start=at, end=at, reason="a test")


def test_a_line_runs_on_behind_one_that_is_moved_away() -> None:
    first = [join(3, 4, 4, "\n")]
    source = Source.from_text("天地人\n水火土\n\n山石田\n\n日月星。\n")  # 天地人水火土, 山石田, 日月星。
    assert told(source, first, [move(8, 11, 17), join(6, 8, 13, "\n\n")]) == "天地人水火土日月星。\n\n山石田\n"


def test_a_line_runs_on_in_a_part_that_is_split_off_where_two_were_joined() -> None:
    """The words under a picture that stand in a sentence, with the rest of it joined to their end."""
    source = Source.from_text("天地人\n\n山石田。\n水火土，日月星。\n\n风云雨。\n")
    first = [join(9, 10, 10, "\n")]
    mark = Change(rule="TWO001", kind="mark", tier="safe", role="caption", start=5, end=9, after="> 图：", reason="a test")
    second = [split(9), mark, move(5, 9, 17), join(3, 5, 9, "\n\n")]
    assert told(source, first, second) == "天地人水火土，日月星。\n\n> 图：山石田。\n\n风云雨。\n"


def test_parts_of_lines_are_put_together() -> None:
    """A line of the column beside it stands in a paragraph."""
    source = Source.from_text("天地人\n水火土山石田\n日月星风云雨\n")
    first = [join(3, 4, 4, "\n"), join(10, 11, 11, "\n")]
    assert told(source, first, [split(6), split(9), join(6, 6, 9, ""), move(6, 9, 15)]) == "天地人水火土日月星风云雨\n\n山石田\n"


def test_a_mark_over_a_line_put_together_out_of_order_is_told_of_its_first_part() -> None:
    source = Source.from_text("天地人。\n\n水火土\n\n山石田\n")
    first = [move(11, 14, 4), join(14, 15, 6, "\n")]
    mark = Change(rule="TWO001", kind="mark", tier="safe", role="headline", start=6, end=12, after="# ", reason="a test")
    assert told(source, first, [mark]) == "天地人。\n\n# 山石田水火土\n"


def test_a_mark_that_is_taken_back_goes() -> None:
    source = Source.from_text("天地人\n\n水火土。\n")
    mark = Change(rule="ONE001", kind="mark", tier="safe", role="headline", start=0, end=3, after="# ", reason="a test")
    assert follow(source, [mark], Source.from_text("# 天地人\n\n水火土。\n"), [replacement("TWO001", "# 天地人", 0, 2, "")]) == ((), [])


def test_a_part_of_a_line_is_dropped() -> None:
    source = Source.from_text("天地人\n水火土山石田\n")
    drop = Change(rule="TWO001", kind="drop", tier="safe", start=6, end=9, before="山石田", target=0, reason="a test")
    assert told(source, [join(3, 4, 4, "\n")], [split(6), drop]) == "天地人水火土\n"


def test_a_line_put_together_out_of_order_is_dropped_without_what_stands_between_its_parts() -> None:
    source = Source.from_text("天地人\n\n水火土。\n\n山石田。\n")
    first = [move(11, 15, 3), join(3, 5, 11, "\n\n")]
    drop = Change(rule="TWO001", kind="drop", tier="safe", start=0, end=7, before="天地人山石田。", target=9, reason="a test")
    assert told(source, first, [drop]) == "水火土。\n"


def test_the_breaks_of_a_place_are_left_out_only_by_name() -> None:
    gap = Change(rule="BREAK001", kind="replace", tier="safe", start=3, end=4, before="\n", after="\n\n", reason="a test")
    assert not settling.Withheld(places=frozenset({("", 0, 9)})).holds(gap)
    assert settling.Withheld(places=frozenset({("", 0, 9)})).holds(replacement("ONE001", "天地人水火", 3, 4, "土"))
    assert settling.Withheld(places=frozenset({("BREAK001", 0, 9)})).holds(gap)


def test_passes_over_a_page_are_made_once_and_not_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    class Swap(Rule):
        """Never done: the first character goes to the end."""

        code, name, tier, stage = "SWAP001", "never done", "safe", Stage.TEXT

        def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
            text = page.source.text
            if not page.changes:
                after = text[3] + text[:3]
                yield Change(rule=self.code, kind="replace", tier="safe", start=0, end=4, before=text[:4], after=after,
                             reason="a test", confidence=0.9)

    made: list[str] = []
    whole = pipeline.find_changes
    monkeypatch.setattr(pipeline, "all_rules", lambda: (Swap(),))
    monkeypatch.setattr(settling, "MOST_PASSES", 3)
    monkeypatch.setattr(pipeline, "find_changes", lambda source, *rest: made.append(source.text) or whole(source, *rest))
    cleaned = clean("天地人水")
    assert cleaned.text == "天地人水" and [c.status for c in cleaned.changes] == ["suggested"]
    assert len(made) == 3 == len(set(made))
