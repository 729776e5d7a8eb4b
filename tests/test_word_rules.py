"""Characters read twice, lost characters, foreign tokens: when they are mended, offered, or left as printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from cleaner import Change, Settings, clean
from cleaner.normalizers import words


def found(text: str, code: str, settings: Settings | None = None) -> list[Change]:
    return [c for c in clean(text + "\n", settings or Settings(select=(code,))).changes if c.rule == code]


@pytest.mark.parametrize(("text", "string"), [
    ("渡口公司决定今年加强安全安全管理工作。", "安全"), ("农机合作社合作社今年添了三台收割机。", "合作社"),
    ("渡口公司的负责人表示表示，今年将开通新的航线。", "表示"),
])
def test_a_doubled_string_is_only_offered(text: str, string: str) -> None:
    (change,) = found(text, "WORD001")
    assert (change.before, change.after, change.tier, change.status) == (string, "", "suggested", "suggested")


def test_what_the_page_doubles_elsewhere_is_right_as_printed() -> None:
    once = "为了加强宣传传力度，村里办了夜校。"
    assert [c.tier for c in found(once, "WORD001")] == ["safe"]
    assert found(once + "\n\n他们把好消息宣传传到山里，大家都很高兴。", "WORD001") == []


def test_a_usual_word_behind_what_may_be_an_ending_is_no_copy() -> None:
    assert found("去年全县邮政快递业业务收入和船运业务收入都增加了。", "WORD001") == []


def test_two_models_must_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "为了加强宣传传力度，村里办了夜校。"
    assert found(text, "WORD001")
    with monkeypatch.context() as patch:
        patch.setattr(words, "_second_gain", lambda copy, evidence: words.SECOND_GAIN - 0.1)
        assert found(text, "WORD001") == []
    monkeypatch.setattr(words, "_gains", lambda copies: [words.SAFE_GAIN - 0.1] * len(copies))
    assert found(text, "WORD001") == []


def test_a_lost_character_comes_back_only_where_the_word_is_known(tmp_path: Path) -> None:
    broken = "今天上午，学生们在体馆里举行了一场篮球比赛。"
    assert found(broken, "WORD003") == []
    (change,) = found(broken + "\n\n体育馆昨天重新开放，市民都来锻炼。", "WORD003")
    assert (change.start, change.end, change.after, change.tier) == (10, 10, "育", "suggested")
    (tmp_path / "own.words").write_text("体育馆\n", encoding="utf-8")
    listed = Settings(select=("WORD003",), word_lists=(str(tmp_path / "own.words"),))
    assert [c.after for c in found(broken, "WORD003", listed)] == ["育"]


@pytest.mark.parametrize("text", [
    "第一批来了。\n\n他们列人第批名单，第一批的人都知道。",  # a numeral is never made up
    "河南省来了人。\n\n河南的技术好。", "技术人员来了。\n\n农技人员也来了。",
])
def test_no_lost_character_is_made_up(text: str) -> None:
    assert found(text, "WORD003") == []


@pytest.mark.parametrize(("text", "after", "kind"), [
    ("村里の老人都说，这条河出过名人。", "的", "replace"), ("这个县的人ロ增长很快，学校也多了。", "口", "replace"),
    ("这个县的人и增长很快，学校也多了。", "", "flag"), ("渡口三ニ四号，学校也多了。", "", "flag"),
])
def test_letters_of_a_foreign_script(text: str, after: str, kind: str) -> None:
    (change,) = found(text, "WORD004")
    assert (change.after, change.kind) == (after, kind) and change.status != "applied"


@pytest.mark.parametrize(("text", "after"), [
    ("农机合作社 and 种粮大户都来参加培训。", "和"), ("农机合作社 or 种粮大户都来参加培训。", "或"), ("农机合作社 of 种粮大户都来参加培训。", None),
])
def test_english_function_words(text: str, after: str | None) -> None:
    (change,) = found(text, "WORD002")
    assert change.after == (after or "") and (change.kind == "flag") == (after is None)


@pytest.mark.parametrize("text", [
    "街道的雨水都流进了地下下水道，居民很放心。",  # 地下 + 下水道
    "今天，全县举行渡口安全宣传活动活动通过展板介绍了新船。",  # a stop is lost
    "十七岁的红领巾领巾学院的老师们都来了。", "渡口的收入回升向好，不断增增幅最大的一年。",
    "渡口的石阶又宽又长。阿富汗的商人来过。\n\n文章说要尊重阿富富汗参与了会谈。\n\n阿富汗的果园很多，阿富汗的葡萄很甜。",  # two torn lines meet
])
def test_words_and_torn_lines_that_meet_are_no_copy(text: str) -> None:
    assert found(text, "WORD001") == []


TRADITIONAL = "車站前的廣場上擠滿了旅客，廣播裏傳來開車的鈴聲，農民們帶著雞和魚進城賣錢，傍晚時分才趕回鄉間，孩子們在門邊歡喜地迎接。"
SIMPLIFIED = str.maketrans("車傳農鄉門", "车传农乡门")


def test_a_recogniser_that_simplifies_is_told_by_its_forms() -> None:
    read = TRADITIONAL.translate(SIMPLIFIED).replace("來", "来")
    changes = found(f"{TRADITIONAL}\n\n{TRADITIONAL}\n\n{read}", "SCRIPT002")
    assert {c.after for c in changes if c.tier == "safe"} == {"車", "傳", "農"}, "those that fit"
    assert {c.after for c in changes if c.tier == "suggested"} >= {"鄉", "門"}
    assert [(c.after, c.tier) for c in changes if c.before == "来"] == [("來", "suggested")], "older than the reform"


def test_one_simplified_form_is_only_offered_and_an_old_one_left() -> None:
    assert [(c.after, c.tier) for c in found(TRADITIONAL.replace("農", "农"), "SCRIPT002")] == [("農", "suggested")]
    assert found(TRADITIONAL.replace("來", "来"), "SCRIPT002") == []


def test_a_simplified_paragraph_of_a_traditional_page_stays_and_says_nothing_of_the_others() -> None:
    own = "铁路两旁的农户种树养鸡，车站里开来运鱼的列车，广播说终点到了。"
    assert found(f"{TRADITIONAL}\n\n{TRADITIONAL}\n\n{TRADITIONAL}\n\n{own}", "SCRIPT002") == []
    changes = found(f"{TRADITIONAL}\n\n{TRADITIONAL}\n\n{TRADITIONAL.replace('農', '农')}\n\n{own}", "SCRIPT002")
    assert [(c.after, c.tier) for c in changes] == [("農", "suggested")]
