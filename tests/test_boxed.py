"""Pull quotes and headlines that were put together with something else. All sentences are invented."""

from __future__ import annotations

import pytest

from cleaner import Settings, clean
from cleaner.structure.copies.boxed import Boxed, boxed, torn_before
from cleaner.structure.labels.crossed import crossed_headlines

QUOTE = "渡船上的座位都是本地木匠用杉木打的。"
TOLD = f"船工老李说，票价还是老样子。{QUOTE}坐船的人都说舒服。"
TORN = f"停了三年的渡口昨天迎来第一班渡船，两岸居民都来看。县里今年还要在渡口两岸各修一条石{QUOTE}"
REST = "阶，明年春天完工，到时候老人和孩子上下船就方便多了。"


def test_a_sentence_of_another_paragraph_is_a_quote() -> None:
    assert boxed([TORN, REST, TOLD]) == [Boxed(0, len(TORN) - len(QUOTE), 2, 1.0)]


@pytest.mark.parametrize("read", ["渡船上的座位都是木地木匠用杉木打的。", "渡般上的座位都是本地木匠用杉木打的。", "渡船上的座位都是本地木匠用杉木打的！"])
def test_the_quote_may_be_misread(read: str) -> None:
    found = boxed([TORN.replace(QUOTE, read), REST, TOLD])
    assert [(quote.block, quote.start) for quote in found] == [(0, len(TORN) - len(QUOTE))]


@pytest.mark.parametrize("texts", [
    [QUOTE, TOLD],  # the quote is a block by itself
    [f"坐船的人都说舒服。{QUOTE}", f"有人问起。坐船的人都说舒服。{QUOTE}大家点头。"],  # two crops of one paragraph
    [f"> {QUOTE}", TOLD],
    ["大家都说好。这是真的。", "船工老李说，票价还是老样子。这是真的。坐船的人都说舒服。"],  # too short
])
def test_what_is_no_quote(texts: list[str]) -> None:
    assert boxed(texts) == []


def test_a_quote_behind_a_finished_sentence_is_only_suggested() -> None:
    text = "\n\n".join([f"停了三年的渡口昨天迎来第一班渡船，两岸居民都来看。{QUOTE}", TOLD])
    found = clean(text, Settings(select=("SPLIT007",)))
    assert found.text == text
    assert {change.tier for change in found.changes} == {"suggested"}
    assert not torn_before(boxed(text.split("\n\n"))[0], text.split("\n\n"))


def test_the_torn_sentence_goes_on_behind_the_quote() -> None:
    found = clean("\n\n".join([TORN, REST, TOLD]))
    assert f"> {QUOTE}" in found.text
    assert TORN.removesuffix(QUOTE) + "\n" in found.text or TORN.removesuffix(QUOTE) + REST in found.text


def test_two_headlines_read_across_that_also_stand_alone() -> None:
    lines = ["河湾渡口重新开放第一天果园丰收苹果装箱两岸居民笑开颜运往省城", "河湾渡口重新开放第一天两岸居民笑开颜", "果园丰收苹果装箱运往省城"]
    found = crossed_headlines(lines)
    assert [(one.block, {one.one, one.other}) for one in found] == [(0, {1, 2})]
    assert crossed_headlines([f"# {line}" for line in lines])[0].block == 0


@pytest.mark.parametrize("lines", [
    ["市长王小明到河湾镇调研农业生产工作", "市长王小明调研农业生产", "停了三年的渡口昨天开放"],  # the index of a front page is shorter
    ["河湾渡口重新开放第一天果园丰收苹果装箱两岸居民笑开颜运往省城", "河湾渡口重新开放第一天两岸居民笑开颜"],  # the other one does not stand alone
    ["河湾渡口重新开放 果园丰收苹果装箱", "河湾渡口重新开放", "果园丰收苹果装箱"],  # side by side in one piece each
    ["", "#", "# "],
])
def test_what_is_not_read_across(lines: list[str]) -> None:
    assert crossed_headlines(lines) == []
