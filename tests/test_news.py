"""Harm that clean news showed, told with invented words; and the forms of news that both scripts print."""

from __future__ import annotations

import pytest
from opencc import OpenCC

from cleaner import Page, Settings, Source, clean
from cleaner.evidence import Evidence, shipped_lexicon
from cleaner.structure.labels.shapes import BYLINE, DATELINE, FURNITURE, looks_like_heading
from cleaner.structure.names import SURNAMES
from cleaner.structure.order.links import REPORTED, Links
from cleaner.structure.order.reading import flow_of
from cleaner.structure.people import named_around, people
from cleaner.structure.scripts import both_scripts
from cleaner.structure.seams import ends_sentence

LEAD = "停了三年的河湾渡口昨天重新开放，第一班渡船在早上六点离开码头。"
REPORT = (
    f"# 河湾渡口重新开放\n\n{LEAD}\n\n入秋以来，县里拨款修好了两岸的石阶，装上了路灯，又从邻县买来一条铁壳船。\n\n"
    f"{LEAD}船上坐满了赶集的人，老船工说票价和从前一样，老人和孩子不用买票，大家都说好。\n\n"
    "镇里还打算在渡口旁边盖一座候船亭，让等船的人有地方避雨，工程明年春天动工。\n")


def applied(text: str, rule: str) -> list[str]:
    return [change.before for change in clean(text).changes if change.active and change.rule.startswith(rule)]


def test_a_lead_that_the_report_repeats_is_no_copy_made_by_a_crop() -> None:
    cleaned = clean(REPORT)
    assert cleaned.text.count(LEAD) == 2
    assert [c.status for c in cleaned.changes if c.rule == "COPY001"] == ["suggested"]


def test_what_is_left_of_a_cut_does_not_lead_up_to_nothing() -> None:
    said, more = "上游的水库今年夏天还要再放两次水。", "经测量，渡口的水位比去年高了半米，"
    page = (f"县水利局昨天发出通知，要求渡口做好准备。据介绍，{said}{more[:-1]}。\n\n两岸的码头都装上了新的缆绳。\n\n"
            f"住在渡口旁边的老人说，年年都是这样。{said}\n\n{more}船工说，船还能照常开，只是要多用一个人撑篙。\n")
    assert not applied(page, "COPY")


@pytest.mark.parametrize("text", ["孩子们用一支支彩笔画渡口。", "两岸种下了一棵棵果树。", "他一锤锤敲下石头，一块块搬走。"])
def test_a_measure_word_is_doubled_for_each_and_every_one(text: str) -> None:
    assert clean(text + "\n").text == text + "\n"


@pytest.mark.parametrize(("text", "at", "named"), [
    ("商务参赞陆永明等使馆人员", 4, True), ("日电（吴奇勇）13日", 4, True), ("工程己经全部完工", 2, False), ("今天渡口重新开放", 3, False)])
def test_where_a_name_may_stand_no_likelihood_is_enough(text: str, at: int, named: bool) -> None:
    assert named_around(text, at, shipped_lexicon()) is named


def test_names_stand_behind_titles_of_diplomats_in_brackets_and_before_ranks() -> None:
    found = people("商务参赞陆永明来了。（吴奇勇）\n吸引了郑策三段、冯伟三段", shipped_lexicon())
    assert set(found) >= {"陆永明", "吴奇勇", "郑策", "冯伟"}


@pytest.mark.parametrize("line", [
    "在渡口旁边，老船工说道：“我实在想不出还有谁会来！”", "那么，渡口在任何情况下都不停航吗？", "1.问：渡口停航的原因是什么？",
    "随后，镇长转发了这条消息", "十月八日，渡口到石桥的一段", "一组船工迅速解开缆绳；另一组"])
def test_sentences_between_two_paragraphs_are_no_subheads(line: str) -> None:
    assert not looks_like_heading(line)


@pytest.mark.parametrize("line", [
    "中新网河湾10月13日电（王小明）今天上午", "晨报讯（实习生王小明）昨天上午", "央视网消息：今年的渡口", "河湾科技讯 北京时间1月12日上午", "据新华社河湾1月2日电",
    "據河灣晚報報道，昨日", "【本報訊】渡口昨日"])
def test_news_opens_with_where_it_comes_from(line: str) -> None:
    assert DATELINE.match(line)


@pytest.mark.parametrize("line", ["河湾科技发展有限公司昨天开业", "记者从渡口获得的消息，", "社会信息化的今天", "网络消息传得很快，"])
def test_other_sentences_open_no_news(line: str) -> None:
    assert not DATELINE.match(line)


@pytest.mark.parametrize("line", ["■ 記者 王明 報道", "河灣日報 記者王小明／石橋即時報導", "文/王小明", "记者王小明报道", "☐本报记者王明通讯员李平"])
def test_bylines_of_both_scripts(line: str) -> None:
    assert BYLINE.match(line)
    assert FURNITURE.match("責編：王小明 版式：李平") and FURNITURE.match("10版 國際")


@pytest.mark.parametrize(("credit", "caption"), [
    ("渡口的新码头昨天启用。新华社发（王小明 摄）", "> 图：渡口的新码头昨天启用。（新华社发（王小明 摄））"),
    ("渡口的新码头昨天启用。资料图片", "> 图：渡口的新码头昨天启用。（资料图片）"),
    ("渡口的新碼頭昨天啟用。圖片來源：石橋工作室", "> 图：渡口的新碼頭昨天啟用。（圖片來源：石橋工作室）")])
def test_credits_of_agencies_and_archives_end_a_caption(credit: str, caption: str) -> None:
    report = "停了三年的渡口昨天重新開放，居民都來看。" if "碼" in credit else LEAD
    assert caption in clean(f"{report}\n\n{credit}\n\n{report[:-1]}，票價和從前一樣。\n").text.split("\n")


def test_an_archive_that_is_spoken_of_is_no_credit() -> None:
    assert "他说。资料图片显示，渡口很旧。" in clean("他说。资料图片显示，渡口很旧。\n").text


def test_a_pattern_holds_for_both_scripts_inside_of_classes_too() -> None:
    assert both_scripts(r"记[者讯]\[报") == r"[记記][者讯訊]\[[报報]"


def test_who_reports_and_from_where_ends_a_block() -> None:
    assert ends_sentence("河灣日報記者王小明／石橋報導") and not ends_sentence("记者王小明在渡口看到")


@pytest.mark.parametrize(("text", "ended"), [
    ("停了三年的河湾渡口又热闹起来了本报记者王小明李春生", True), ("停了三年的河灣渡口又熱鬧起來了本報記者王小明 李春生", True), ("两岸居民都来看。本报记者王小明", True),
    ("渡口的老船工和本报记者王小明", False), ("昨天，本报记者王小明", False), ("他是本报记者王小明", False), ("本报记者王小明在渡口", False),
])
def test_a_block_that_the_papers_own_reporter_signs_runs_on_into_nothing(text: str, ended: bool) -> None:
    assert bool(REPORTED.search(text)) is ended
    page = Page(Source.from_text(f"{text}\n\n昨天在渡口看到，船上坐满了赶集的人。\n"))
    asked = Links(flow_of(Evidence(page, Settings()))[0]).odds
    assert not (ended and asked)


@pytest.mark.parametrize(("end", "signed"), [
    ("王建国", True), ("林小河", True), ("王平", True), ("于是摄", True), ("曾经在", False), ("高兴", False), ("于是", False), ("金额", False), ("曾經在", False)])
def test_a_name_behind_a_full_stop_signs_but_no_word_that_begins_with_a_surname(end: str, signed: bool) -> None:
    assert ends_sentence(f"渡口昨天重新开放，两岸居民都来看。{end}") is signed


def test_names_behind_a_traditional_headline_and_a_lender_who_looks_like_two() -> None:
    assert "新去處\n\n歐曉萌鍾慧婷\n" in clean("今年秋天來賞花的新去處歐曉萌鍾慧婷\n\n停了三年的渡口昨天迎來第一班渡船，兩岸居民都來看。\n").text
    assert "## 王新燕供图" not in clean(f"{LEAD}船上坐满了赶集的人，大家都说好。\n\n王新燕供图\n\n{LEAD}船工说，票价和从前一样，大人两元，孩子不收。\n").text


@pytest.mark.parametrize(("line", "parted"), [
    ("渡口重开了□本报记者王明慧通讯员李平", "渡口重开了\n\n□本报记者王明慧通讯员李平"),
    ("渡口的新码头昨天启用，居民都来看资料图片", "> 图：渡口的新码头昨天启用，居民都来看资料图片")])
def test_what_an_ornament_parts_is_two_lines_and_a_look_at_pictures_none(line: str, parted: str) -> None:
    page = clean(f"{line}\n\n{LEAD}船上坐满了赶集的人，大家都说好。\n").text
    assert (parted in page.replace("# ", "")) is ("看资料" not in line)


def test_surnames_are_known_in_both_scripts() -> None:
    forms = {surname: OpenCC("s2t").convert(surname) for surname in SURNAMES}
    assert {surname for surname, form in forms.items() if form not in SURNAMES} == set("云余别后咸岳干游范郁"), "whose forms are other words"
    text = clean(f"渡口昨天重新開放\n\n本報記者鄒小河顧曉萌\n\n{LEAD.translate(str.maketrans('渡来开离码头', '渡來開離碼頭'))}\n").text
    assert text.startswith("# 渡口昨天重新開放\n\n本報記者鄒小河顧曉萌\n")
