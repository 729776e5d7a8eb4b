"""Names by pattern: what proves one, what is none, and that look-alikes leave them alone."""

from __future__ import annotations

import pytest

from cleaner import Settings, clean
from cleaner.evidence import shipped_lexicon
from cleaner.normalizers import lookalikes
from cleaner.structure.people import name_places, people, repeated_names

LEXICON = shipped_lexicon()


@pytest.mark.parametrize(("text", "names"), [
    ("渡口管理局局长林河生介绍，船修好了。", {"林河生"}),
    ("本报记者 周小河 通讯员 王小明", {"周小河", "王小明"}),
    ("记者林河生、周小河摄", {"林河生", "周小河"}),
    ("“船好了。”周小河说。", {"周小河"}),
    ("站长王平说，水位不高。", {"王平"}),
    ("教授欧阳小河在会上发言。", {"欧阳小河"}),
    ("欧阳河教授来了。", {"欧阳河"}),
    ("农艺师林河生：“要浇水。”", {"林河生"}),
])
def test_titles_and_verbs_prove_names(text: str, names: set[str]) -> None:
    assert set(people(text, LEXICON)) == names


@pytest.mark.parametrize("text", [
    "记者从北京出发。", "记者在现场看到，渡口排起长队。", "局长和县长都来了。", "专家表示，水位不高。", "本报记者 通讯员", "队员们高兴地说，船好了。",
    "司机应当停车。", "居民都说好。",
])
def test_what_is_no_name(text: str) -> None:
    assert people(text, LEXICON) == {}


def test_every_place_of_a_proven_name_counts() -> None:
    text = "站长林河生说，船修好了。\n第一班船由林河生开。"
    assert people(text, LEXICON) == {"林河生": 2}
    assert sorted(name_places(text, LEXICON)) == [2, 3, 4, 18, 19, 20]


@pytest.mark.parametrize("name", ["孙治金", "王间题"])
def test_a_proven_name_is_not_corrected(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """治 is easily read for 冶, 间 for 问: behind a title the name is the name."""
    text = f"农艺师{name}介绍，今年果园收成好，大家都很高兴。\n"
    accept = Settings(select=("GLYPH",), accept=("suggested",))
    assert clean(text, accept).text == text
    monkeypatch.setattr(lookalikes, "name_places", lambda text, lexicon: frozenset())
    lookalikes.standing.cache_clear()
    assert clean(text, accept).text != text
    lookalikes.standing.cache_clear()


def test_repetition_proves_a_name_too() -> None:
    text = "今年，汪渡龙种了三亩地。\n邻居都知道汪渡龙会修船，有人找汪渡龙帮忙。\n大家感谢他。"
    assert people(text, LEXICON) == {} and repeated_names(text, LEXICON) == {"汪渡龙": 3}
    assert len(name_places(text, LEXICON)) == 9
    assert repeated_names(text.replace("找汪渡龙", "找他"), LEXICON) == {}
    assert repeated_names("王国家，王国家。王国家；说王国家", LEXICON) == {}  # parts that are words
    page = text.replace("\n", "\n\n") + "\n\n晚上，江渡龙回到家里，汪渡尤睡了。"
    assert {(c.before, c.after) for c in clean(page).changes if c.rule == "NAME001"} == {("江", "汪")}


def test_a_misread_name_is_offered_once_the_page_repeats_the_name() -> None:
    twice = "站长林河生说，渡船修好了。\n\n第一班船由林河生开。\n\n晚上，林河牛又去看了一次水位。"
    offered = [c for c in clean(twice).changes if c.rule == "NAME001"]
    assert [(c.before, c.after, c.tier, c.status) for c in offered] == [("牛", "生", "suggested", "suggested")]
    traditional = "站長林河生說，渡船修好了，車開來了。\n\n第一班船由林河生開。\n\n晚上，林河牛又去看了一次水位。"
    assert not [c for c in clean(traditional).changes if c.rule == "NAME001"]


def test_names_in_a_row_prove_each_other() -> None:
    text = "昨天到会的有周小河、何渡生、秦小渡、朱河平、杨小船都来了。"
    assert {text[k] for k in name_places(text, LEXICON)} == set("何渡生秦小渡朱河平")  # what stands at either end may be more than a name
    for other in ("江苏、安徽、浙江、云南、河南等地", "高粱、黄豆、白菜、金银花、水稻都丰收了", "周小河、何渡生、秦小渡三人"):
        assert name_places(f"昨天来的有{other}。", LEXICON) == frozenset()
