"""A gap that a join has given its space keeps that one: what stood at the ends of the two lines goes."""

from __future__ import annotations

import pytest

from cleaner import Page, Settings, Source
from cleaner.changes import Change
from cleaner.evidence import Evidence
from cleaner.normalizers.base import all_rules


@pytest.mark.parametrize("text", ["the bridge \u200b\nover the river", "the bridge\n \u200b over the river"])
def test_a_join_and_the_space_at_the_end_of_a_line_make_one_space(text: str) -> None:
    page, mark = Page(Source.from_text(text)), text.index("\u200b")
    first, second = page.blocks
    join = Change(rule="WRAP001", kind="join", tier="safe", start=first.end, end=second.start, target=second.start,
                  before=text[first.end:second.start], after=" ", reason="")
    bare = Change(rule="ZERO001", kind="replace", tier="safe", start=mark, end=mark + 1, before="\u200b", reason="")
    page = page.with_changes([join, bare])
    assert [block.text for block in page.blocks] == ["the bridge  over the river"]
    rule = next(rule for rule in all_rules() if rule.code == "SPACE002")
    found = list(rule.find(page, Evidence(page, Settings())))
    assert [(change.before, change.after) for change in found] == [(" ", "")]
    assert [block.text for block in page.with_changes(found).blocks] == ["the bridge over the river"]
