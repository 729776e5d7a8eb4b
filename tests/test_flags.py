"""Figures, Latin words and stray marks: what is pointed out, what is left unsaid, and that no text is touched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner import Settings, clean

FLAGS = Settings(select=("FIGURE", "STRAY001"))


def flagged(text: str) -> list[str]:
    cleaned = clean(text + "\n", FLAGS)
    assert cleaned.text == text + "\n"
    assert all(c.kind == "flag" and c.status == "flagged" for c in cleaned.changes if c.rule.startswith(("FIGURE", "STRAY")))
    return [cleaned.source.text[c.start:c.end] for c in cleaned.changes if c.kind == "flag"]


@pytest.mark.parametrize(("text", "found"), [
    ("渡口自2O24年起收费。", ["2O24"]), ("渡口于l5日重开。", ["l5"]), ("全程1OO公里。", ["1OO"]), ("票价涨了O.5%。", ["O.5"]),
    ("见教程1o1。", ["1o1"]), ("票价涨了3.O5%。", ["3.O5"]), ("共有2B0名乘客。", ["2B0"]), ("二0二四年渡口重开。", ["二0二四"]), ("二○二O年渡口重开。", ["二○二O"]),
    ("文号是20一24，请查。", ["20一24"]), ("共3五7人。", ["五"]), ("涨了1.2.3%。", ["1.2.3%"]), ("涨了5%%左右。", ["%%"]),
    ("涨了9.4%6，还会涨。", ["%6"]), ("合作社引1进了新船。", ["1"]),
    ("定于13月4日。", ["13月4日"]), ("定于4月31日。", ["4月31日"]), ("定于2024年13月。", ["13月"]), ("定于25时10分。", ["25时10分"]),
    ("定于8时61分。", ["8时61分"]), ("渡口20245年重开。", ["20245年"]), ("当晚27时开船。", ["当晚27时"]),
    ("他在goog1e上找。", ["goog1e"]), ("他连上了lnternet。", ["lnternet"]), ("网络1/O和分析。", ["1/O"]), ("搜了faceb00k一词。", ["faceb00k"]),
    ("渡口的工作人|说，船已修好。", ["|"]), ("渡口于2024年]月重开，票价不变。", ["]"]), ("对增长|%的补贴，照旧。", ["|"]), ("渡口说，，船已修好。", ["，，"]), ("渡口的船、，已经修好。", ["、，"]),
])
def test_what_cannot_have_been_printed_is_flagged(text: str, found: list[str]) -> None:
    assert flagged(text) == found


@pytest.mark.parametrize("text", [
    "H2O、CO2、PM2.5、GPT-4o、O2O、B2B、5G、4K、F1、A4L、3D和B12。", "10l水箱，5O是什么。", "二〇二四年和二○二四年。", "周一1班，3万5千，第一1号。",
    "比分3:2，1:15，电话010-12345678。", "2月29日24时，12月31日。", "18月龄，20000年前，10000年，19500年。", "60日内，45日。",
    "MP3、H5N1、Base64、i18n、a11y、k8s、log4j、utf8、sha256和x86。", "哈希de1fab0，文件a1b.txt，变量x_1y。",
    "有1人，打进1球，近1年，每1天。", "增长6%，15天。", "来源：渡口日报|作者：林河生", "1法郎=100分，这是旧制。", "补偿金是2*（N+1）倍，下月发。", "属于鱼纲|鲈形目|鲈亚目的鱼，很多。", "他写了[注]一条，又写一条。", "a|b，c。", "第一名，，", "他说：“好。”，走了。",
])
def test_what_can_be_printed_stays_unremarked(text: str) -> None:
    expected = ["，，"] if text.endswith("，，") else []
    assert flagged(text) == expected


@given(st.text(alphabet="渡口年月日时分二〇O0l1|*，。%.5Aa", max_size=24))
def test_flags_touch_no_text(text: str) -> None:
    cleaned = clean("渡口" + text + "开船", FLAGS)
    assert not [c for c in cleaned.changes if c.active and c.rule.startswith(("FIGURE", "STRAY"))]


@pytest.mark.parametrize(("text", "tier"), [
    ("县里今年新修了三条渡口公路，乘客可以直接上船·", "safe"),
    ("工作人员今天检查了渡口所有的设备*如果天气好，明天就能开航。", "suggested"),
])
def test_a_stop_is_read_in_a_mark(text: str, tier: str) -> None:
    changes = [c for c in clean(text, Settings(select=("STOP003",))).changes if c.rule == "STOP003"]
    assert [(c.after, c.tier) for c in changes] == [("。", tier)]


def test_a_dot_in_mid_paragraph_is_a_comma_or_a_stop_and_only_offered() -> None:
    changes = clean("县里今年新修了三条渡口公路·其中一条通到山区，乘客可以直接上船。", Settings(select=("STOP003",))).changes
    assert [(c.after, c.tier) for c in changes] == [("，", "suggested")]


PRINTED = ("县里今年新修了三条渡口公路，其中一条通到山区，乘客可以直接上船。目前工作人员检查了所有的设备，大家都很高兴，因此第二天就开航了，两岸的人都来看，孩子们也来了。"
           "船上备有热水，冬天有取暖的炉子，老人坐在船头，年轻人站在船尾。")
WEAK = "今年渡口的水大·船工要小心。"
"""A dot for which no mark reads much better."""


def _dots(text: str) -> list[str]:
    return [c.after for c in clean(text, Settings(select=("STOP003",))).changes if c.rule == "STOP003"]


def test_a_page_of_dots_is_one_whose_commas_were_read_so() -> None:
    lost = "\n\n".join([PRINTED.replace("，", "·", 5)] * 4)
    assert _dots(WEAK) == [] and set(_dots(lost)) == {"，"}
    assert len(_dots(f"{lost}\n\n{WEAK}")) == len(_dots(lost)) + 1, "the page reads its commas as dots"
    assert set(_dots(f"{lost}\n\n{PRINTED}\n\n新码头修好了·今天第一班船开航。")) == {"，"}


def test_a_page_without_stops_is_one_whose_stops_were_read_as_dots() -> None:
    lost = "\n\n".join([PRINTED.replace("。", "·")] * 4)
    assert set(_dots(lost)) == {"。"}
    as_commas = _dots(f"{PRINTED}\n\n工作人员检查了所有的设备·因此第二天就开航了。")
    assert as_commas == ["，"] and _dots(f"{lost}\n\n工作人员检查了所有的设备·因此第二天就开航了。")[-1] == "。", "the same dot on two pages"


def test_a_dot_between_items_of_a_list_stands_for_their_mark() -> None:
    lost = "\n\n".join([PRINTED.replace("。", "·")] * 4)
    assert _dots(f"{lost}\n\n县里要求各地抓好教育·医疗、养老工作，大家都说好·")[-2:] == ["、", "。"]


def test_no_stop_where_another_mark_may_be_lost() -> None:
    for text in ("他说：“工作人员今天检查了渡口的设备*如果天气好，明天就开航。”", "《渡口公路·其中一条通到山区》，是一本书。"):
        assert not [c for c in clean(text, Settings(select=("STOP003",))).changes if c.rule == "STOP003"]


def test_an_ellipsis_is_offered_for_its_dots() -> None:
    settings = Settings(select=("STRAY002",))
    (change,) = [c for c in clean("他想了想·…..·没有说话，走了。", settings).changes if c.rule == "STRAY002"]
    assert (change.after, change.tier) == ("……", "suggested")
