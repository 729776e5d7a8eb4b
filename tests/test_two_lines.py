"""Headlines printed in several lines, each of which a recogniser took for a block."""

from __future__ import annotations

import pytest

from cleaner import clean
from cleaner.evidence import Evidence
from cleaner.page import Page
from cleaner.settings import Settings
from cleaner.source import Source
from cleaner.structure.asked import seams_of
from cleaner.structure.copies.headlines import printed_again
from cleaner.structure.labels.roles import Labelled, label
from cleaner.structure.labels.two_lines import halves, two_lines

ABOVE = "停了三年的渡口昨天迎来第一班渡船，两岸居民都来看热闹，老船工说他等了很久。"
FIRST, SECOND, BYLINE = "县交通局称将加大对农村公路养护的投", "入力度", "本报记者 王小明"
REPORT = "县交通局昨天说，今年将加大对农村公路养护的投入力度，入冬以前铺完最后一段路面，沿线村民出行会方便多了。"


def page(*blocks: str) -> str:
    return "\n\n".join(blocks) + "\n"


def evidence(*blocks: str) -> Evidence:
    return Evidence(Page(Source.from_text(page(*blocks))), Settings())


@pytest.mark.parametrize("byline", [(), (BYLINE,)])
def test_a_long_first_line_is_no_torn_sentence(byline: tuple[str, ...]) -> None:
    cleaned = clean(page(ABOVE, FIRST, SECOND, *byline, REPORT))
    assert any(line.startswith("#") and line.endswith(FIRST + SECOND) for line in cleaned.text.split("\n"))
    assert not clean(cleaned.text).changes


def test_the_first_line_may_stand_behind_the_paragraph_above() -> None:
    lines = clean(page(ABOVE + FIRST, SECOND, REPORT)).text.split("\n")
    assert ABOVE in lines
    assert any(line.startswith("#") and line.endswith(FIRST + SECOND) for line in lines)


def test_a_mark_is_closed_two_lines_below() -> None:
    lines = ("县纪委印发《关于国庆中秋期间", "严格落实各项规定要求、从", "严纠治各种歪风的通知》")
    told = "国庆、中秋将至，县纪委日前印发通知，要求各乡镇在国庆中秋期间严格落实各项规定，严纠治各种歪风。"
    assert f"# {''.join(lines)}" in clean(page(ABOVE, *lines, BYLINE, told)).text.split("\n")


def test_a_few_characters_may_stand_behind_the_name_of_a_series() -> None:
    lines = ("【养护纪实】《关于", "加强农村公路养护的意见》印发")
    told = "县里昨天印发《关于加强农村公路养护的意见》，要求入冬以前铺完最后一段路面，沿线村民出行会方便多了。"
    assert f"# {''.join(lines)}" in clean(page(ABOVE, *lines, BYLINE, told)).text.split("\n")
    assert not list(halves(["养路", "工人的一天"]))


def test_a_torn_paragraph_is_no_headline() -> None:
    pieces = ("县交通局昨天说，今年将加大对农村公路养护的投", "入力度，入冬以前铺完最后一段路面，沿线村民出行会方便多了。")
    text = clean(page(ABOVE, *pieces, ABOVE.replace("渡", "码"))).text
    assert "".join(pieces) in text
    assert "#" not in text


def test_lists_rows_notes_and_bylines_have_no_second_line() -> None:
    rows = [f"{fruit}：{n}.20元" for n, fruit in enumerate(("苹果", "香蕉", "葡萄", "西瓜"), 3)]
    assert not list(halves(rows))
    assert not list(halves([FIRST, "（图片新闻）"]))
    assert not list(halves([FIRST, "【撰文：欧晓萌】"]))
    assert not list(halves([FIRST, BYLINE]))
    assert list(halves([FIRST, SECOND])) == [0]


def test_a_headline_read_twice_is_not_joined_to_itself() -> None:
    assert not list(halves([FIRST, FIRST.replace("加大", "加人")]))


def test_a_page_that_marks_its_headings_marks_all_their_lines() -> None:
    assert not list(halves(["# 秋粮入库", REPORT, FIRST, SECOND]))


def test_a_kicker_stays_a_line_of_its_own() -> None:
    cleaned = clean(page(ABOVE, "全县农村公路建设正在行动", "河湾镇：村村通上了水泥路", BYLINE, REPORT))
    assert not any(change.rule == "HEAD003" and change.active for change in cleaned.changes)


def test_a_headline_that_is_known_is_not_marked_again() -> None:
    texts = [ABOVE, FIRST + SECOND, BYLINE, REPORT]
    plain, marked = (label(blocks, [False] * 4, None, [1])[1] for blocks in (texts, [ABOVE, f"# {FIRST}{SECOND}", BYLINE, REPORT]))
    assert (plain.role, plain.marked) == ("headline", False)
    assert (marked.role, marked.marked) == ("headline", True)


def test_traditional_lines_are_asked_about_in_simplified_script() -> None:
    simple, traditional = (ABOVE, FIRST, SECOND, REPORT), tuple(
        text.translate(str.maketrans("县将农养护投铺后线会点两岸热闹来说", "縣將農養護投鋪後線會點兩岸熱鬧來說")) for text in (ABOVE, FIRST, SECOND, REPORT))
    found = [two_lines(blocks, [1], seams_of(evidence(*blocks)))[1] for blocks in (simple, traditional)]
    assert found[0].runs_on
    assert found[1].log_odds == pytest.approx(found[0].log_odds, abs=1.0)


def test_the_seams_of_a_page_are_worked_out_once() -> None:
    here = evidence(ABOVE, FIRST, SECOND, REPORT)
    assert seams_of(here) is seams_of(evidence(ABOVE, FIRST, SECOND, REPORT))
    assert seams_of(here) is not seams_of(evidence(ABOVE, REPORT))


def test_two_lines_that_an_overlapping_crop_read_before_go() -> None:
    lines, whole = ["县纪委印发关于国庆中秋期间", "严格落实各项规定要求从"], "县纪委印发关于国庆中秋期间严格落实各项规定要求从严纠治各种歪风的通知"
    heads = [Labelled("kicker", 0.8), Labelled("kicker", 0.8), Labelled("headline", 0.9)]
    assert [(copy.copy, copy.host, copy.start, copy.end) for copy in printed_again([*lines, whole], heads)] == [(0, 2, 0, 13), (1, 2, 13, 24)]
    assert not printed_again([lines[0], whole, REPORT], [*heads[:2], Labelled("paragraph", 0.9)])
    assert not printed_again([*lines, whole], [*heads[:2], Labelled("paragraph", 0.9)])
