"""Look-alikes: the table, words as a judge, doubtful places, and what the rule mends, offers, leaves alone and misses."""

from __future__ import annotations

import re
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner import Settings, clean, undo
from cleaner.evidence import Evidence, shipped_model
from cleaner.evidence import lattice as lattice_module
from cleaner.evidence.alphabet import codes
from cleaner.evidence.candidates import ALONE
from cleaner.evidence.charset import NUMERALS
from cleaner.evidence.lattice import JUDGED, LEAST_GAIN, LEAST_GUESS, OWN_USAGE, Lattice, Reading, doubtful
from cleaner.evidence.lookalikes import Lookalikes, shipped_lookalikes
from cleaner.evidence.script import simplified_shadow
from cleaner.evidence.wordforms import WordForms, shipped_forms
from cleaner.memory import Store
from cleaner.normalizers import lookalikes
from cleaner.normalizers.base import all_rules
from cleaner.normalizers.lookalikes import (
    ALIKE,
    DOUBTED,
    FARFETCHED,
    HELD_BACK,
    OUTDONE,
    WORD,
    WORD_GAIN,
    Judge,
    apart,
    judged,
    judges,
    mended,
    offered_at,
    protected,
    standing,
)
from cleaner.page import Page
from cleaner.source import Source

GLYPH = Settings(select=("GLYPH", "DASH"))
ACCEPTED = Settings(select=("GLYPH", "DASH"), accept=("suggested",))


def lattice(text: str) -> Lattice:
    page = Page(Source.from_text(text))
    return Lattice("\n".join(block.text for block in page.blocks), Evidence(page, Settings()), shipped_lookalikes(),
                   shipped_forms())


# the table

def test_the_table_is_small_and_knows_the_classics() -> None:
    assert len(files("cleaner.data").joinpath("lookalikes.tsv").read_bytes()) <= 2_000_000
    table = shipped_lookalikes()
    for read, printed in ("土士", "末未", "己已", "间问", "入人", "治冶", "千干"):
        assert table.log10_p(read, printed) is not None, (read, printed)
        assert printed in {char for char, _ in table.printed(read)[:12]}
    assert table.log10_p("土", "龙") is None
    assert table.printed("A") == ()
    assert all(-7.0 <= p < 0 for read in "土末己间" for _, p in table.printed(read))


def test_the_table_comes_back_from_its_file() -> None:
    table = Lookalikes.of({"土": [("士", -1.04), ("上", -2.5)], "未": [("末", -9.0)]})
    again = Lookalikes.parse(table.render(["a comment"]))
    assert again.lines == table.lines
    assert again.printed("土") == (("士", pytest.approx(-1.0)), ("上", pytest.approx(-2.5)))
    assert again.log10_p("未", "末") == pytest.approx(-7.0)  # the file's smallest figure
    codes, figures = again.columns("土")
    assert [chr(code) for code in codes] == ["士", "上"]
    assert np.allclose(figures, [-1.0, -2.5])


@pytest.mark.parametrize("line", ["土士", "土\t士上\t1", "土地\t士\t1", "土\t士"])
def test_a_malformed_table_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="not a line of look-alikes"):
        Lookalikes.parse(f"# head\n{line}\n")


# words

FORMS = WordForms({"果园": 900, "果": 80, "园": 40, "管理": 3000, "管理员": 400, "苹果园": 4, "刀刀": 2, "理": 30})


def test_words_over_a_place() -> None:
    longest, common = FORMS.cover("苹果园管理")
    assert longest.tolist() == [3, 3, 3, 2, 2]
    assert common.tolist() == [False, True, True, True, True]
    assert FORMS.over("去管理员家", 2).length == 3
    assert FORMS.over("去管理员家", 4).length == 1
    assert FORMS.cover("刀刀")[0].tolist() == [0, 0], "too rare to count"
    assert FORMS.cover("")[0].tolist() == []


def test_words_formed_by_a_candidate() -> None:
    places, chars = np.array([1, 1, 3]), np.array([ord(c) for c in "园圆理"], dtype=np.uint32)
    assert FORMS.formed("果x管x", places, chars).tolist() == [True, False, True]


def test_frequent_words_beside_a_place() -> None:
    def beside(lefts: str, rights: str) -> list[tuple[int, str]]:
        rows, chars = FORMS.beside(codes(lefts), codes(rights))
        return list(zip(rows.tolist(), map(chr, chars.tolist()), strict=True))

    assert beside("果\n管", "\n理\n") == [(0, "园"), (1, "管"), (2, "理")]
    assert beside("苹\n", "员\n") == [] == beside("", ""), "too rare, too long, nothing asked"


def test_the_likeliest_cut() -> None:
    assert FORMS.score("果园管理") > FORMS.score("果圆管理") > FORMS.score("果圆官理")
    assert FORMS.score("") == 0


# doubtful places and candidates

def test_a_right_text_is_hardly_looked_at() -> None:
    text = "镇政府组织村民学习法律知识，提高法治观念。消防员迅速赶到现场，扑灭了大火。"
    assert lattice(text).weak.sum() <= 2
    assert lattice("ABC 123 。，").readings() == []


def test_two_wrong_neighbours_are_read_together() -> None:
    found = lattice("图书馆新买了一批关于科学技木的书，还请专家来讲农业科学枝木。").readings()
    assert ("枝木", "技术") in {(reading.before, reading.after) for reading in found}


def test_deep_in_doubt_the_dictionary_may_guess() -> None:
    text = "老师带着学生参观博物馆，认真学习科学知龘，大家都说收获很大。"
    guessed = [reading for reading in lattice(text).readings() if reading.features["guess"]]
    assert ("龘", "识") in {(reading.before, reading.after) for reading in guessed}
    assert all(reading.features["gain"] > LEAST_GUESS for reading in guessed), "the page's own usage must gain it, too"


def test_a_misreading_that_the_page_repeats_does_not_vouch_for_itself() -> None:
    text = "监听日标包括路由器。网络监控的日标各不相同。监控的日标可以调整。这些日标都要登记。"
    found = [reading for reading in lattice(text).readings() if (reading.before, reading.after) == ("日", "目")]
    assert found, "the page speaks for 日标, the shipped model for 目标"
    assert all(reading.features["gain"] < LEAST_GAIN < reading.features["general"] - OWN_USAGE for reading in found)


def test_the_page_does_not_talk_its_own_errors_out_of_doubt() -> None:
    text = "救援队赶到现场。" + "中国教援队在山村搜教。教援队员带着犬，教援队长也来了。" * 3
    read = lattice(text)
    places = [match.start() for match in re.finditer("教援", text)]
    by_the_page = doubtful(text, read.logprobs, shipped_forms())
    assert (read.doubt <= by_the_page).all() and (read.doubt[places] < by_the_page[places] - 0.5).any()


def test_the_same_pair_elsewhere_speaks_for_a_reading_a_repeated_term_does_not() -> None:
    def pairs(text: str) -> set[float]:
        return {r.features["same_pair"] for r in lattice(text).readings() if (r.before, r.after) == ("枝", "技")}
    assert pairs("图书馆新买了科学枝术的书，农业枝能培训班也开课了。") == {1.0}
    assert pairs("图书馆新买了科学枝术的书，科学枝术的课也开了。") == {0.0}


def test_several_candidates_of_a_place_are_judged_and_one_is_taken() -> None:
    text = "老师带着学生参观博物馆，认真学习科学知龘，大家都说收获很大，科学枝木的展览也很好看。"
    places = [(reading.start, len(reading.before)) for reading in lattice(text).readings()]
    assert 1 < max(places.count(place) for place in places) <= JUDGED
    made = clean(text, ACCEPTED).text
    assert len(made.rstrip("\n")) == len(text)


def test_the_two_models_are_told_apart_to_the_bit() -> None:
    text = "镇政府组织村民学习法律知识，提高法治观念。"
    read = lattice(text)
    assert np.array_equal(read.logprobs, read.evidence.model.logprobs(text))
    assert np.array_equal(read.plain, shipped_model().logprobs(text))


def test_what_is_kept_of_a_line_does_not_depend_on_where_it_stood_before(monkeypatch: pytest.MonkeyPatch) -> None:
    line, other = "协仪签订以后，公司与学校共同培养技木人才。", "枝术人员到了渡囗。"
    texts = (line, f"{other}\n{line}", f"{line}\n{other}")

    def told(text: str) -> list[tuple[int, str, dict[str, float]]]:
        return [(reading.start, reading.after, reading.features) for reading in lattice(text).readings()]

    fresh = []
    for text in texts:
        monkeypatch.setattr(lattice_module, "_SEEN", Store())
        fresh.append(told(text))
    monkeypatch.setattr(lattice_module, "_SEEN", Store(1 << 18))
    assert all(fresh)
    assert [told(text) for text in texts] == fresh
    assert [told(text) for text in reversed(texts)] == fresh[::-1]


def test_numerals_are_neither_touched_nor_offered() -> None:
    text = "全村共有三千四百二十一人，七王人去了县里，十士个人留下，百于户通了路，第二土户修了房。"
    for reading in lattice(text).readings():
        assert not set(reading.before) & NUMERALS and not set(reading.after) & NUMERALS
    assert not ALONE & NUMERALS


def test_features_are_those_the_judge_weighs() -> None:
    reading = lattice("公司与学校签订了合作协仪，共同培养技术人才。").readings()[0]
    assert set(judges()["lookalike"].model.weights) == {*reading.features, "surname"}


# the judge

def test_tiers_and_probabilities() -> None:
    judge = Judge.of({"bias": 0.0, "weights": {"a": 2.0}, "safe": 0.99, "ruined": 0.999, "suggested": 0.6})
    assert judge.probability({"a": 0.0}) == 0.5
    known = Reading(0, "仪", "议", 0.0, {"noise": ALIKE, "general": LEAST_GAIN, "ruined": 0.0, "guess": 0.0, "was_frequent": 0.0})
    assert [judge.tier(p, known) for p in (0.6, 0.98, 0.99)] == ["suggested", "suggested", "safe"]
    known.features["ruined"] = 0.1
    assert [judge.tier(p, known) for p in (0.99, 0.999)] == ["suggested", "safe"], "a ruined page proves less"
    shipped = judges()["lookalike"]
    assert 0.65 <= shipped.suggested < shipped.safe < shipped.ruined < 1, "what is not twice as likely right as wrong is not offered"


FEATURES = {"noise": ALIKE, "general": LEAST_GAIN, "ruined": 0.0, "guess": 0.0, "was_frequent": 0.0}


@pytest.mark.parametrize("less", [{"guess": 1.0}, {"general": LEAST_GAIN - 0.1}, {"was_frequent": WORD, "general": WORD_GAIN - 0.1}])
def test_nothing_is_made_for_a_guess_on_the_word_of_the_page_alone_or_for_one_common_word_in_another(less: dict[str, float]) -> None:
    judge = Judge.of({"bias": 0.0, "weights": {}, "safe": 0.99, "ruined": 0.99, "suggested": 0.6})
    reading = Reading(0, "仪", "议", 0.0, FEATURES | less)
    assert judge.tier(1.0, reading) == "suggested"


def test_pairs_that_are_hardly_confused_and_doubted_places_ask_for_more() -> None:
    judge = Judge.of({"bias": 0.0, "weights": {}, "safe": 0.9, "ruined": 0.9, "suggested": 0.6})
    known, unlike = (Reading(0, "仪", "议", 0.0, FEATURES | {"noise": noise}) for noise in (ALIKE, ALIKE - 0.1))
    assert [judge.tier(p, known) for p in (0.8, 0.92)] == ["suggested", "safe"]
    assert [judge.tier(p, known, doubted=True) for p in (0.92, DOUBTED)] == ["suggested", "safe"]
    assert [judge.tier(p, unlike) for p in (DOUBTED, FARFETCHED)] == ["suggested", "safe"]


def test_where_the_character_beside_may_be_the_misread_one_little_is_offered() -> None:
    text = "公司与学校签订了合作协仪，共同培养技术人才。"
    (p, reading), = standing(text, Settings())
    assert p >= judges()["lookalike"].suggested and reading.features["beside"] >= 0
    rated = judged("他们的收人增加了，会仪上的发盲很热列。", Settings(), 0.0)
    outdone = [(p, r) for p, r in rated if r.features["beside"] < 0 and p < OUTDONE]
    kept = standing("他们的收人增加了，会仪上的发盲很热列。", Settings())
    assert all(r.features["beside"] >= 0 or p >= OUTDONE for p, r in kept) and len(kept) + len(outdone) <= len(rated)


def test_what_stands_behind_a_place_counts_by_itself() -> None:
    readings = {(r.before, r.after): r.features for r in lattice("公司与学校签订了合作协仪，共同培养技术人才。").readings()}
    found = readings["仪", "议"]
    said = shipped_model().score_many([("合作协", "议，共同"), ("合作协", "仪，共同"), ("作协议", "，共同"), ("作协仪", "，共同")]).tolist()
    assert found["general"] == pytest.approx(said[0] - said[1], abs=0.5)
    assert found["behind"] == pytest.approx(said[2] - said[3], abs=0.5)


def test_of_overlapping_readings_the_surest_stays() -> None:
    def at(start: int, before: str) -> Reading:
        return Reading(start, before, "x" * len(before), 0.0, {})
    kept = apart([(0.7, at(3, "ab")), (0.9, at(4, "bc")), (0.8, at(6, "d"))])
    assert [(p, reading.start) for p, reading in kept] == [(0.9, 4), (0.8, 6)]
    assert mended("0123456789", [reading for _, reading in kept]) == "0123xxx789"[:6] + "x789"


@pytest.mark.parametrize(("text", "inside"), [
    ("本报记者 林河生", True), ("记者 王铁柱 赵小川", True), ("责编：李大江", True),
    ("约翰·史密", True), ("记者在现场看到，河水上涨", False), ("果园丰收", False),
])
def test_names_of_those_who_signed(text: str, inside: bool) -> None:
    assert protected(text, Reading(len(text) - 1, text[-1], "x", 0.0, {})) is inside


def test_the_shadow_has_the_length_of_the_text() -> None:
    assert simplified_shadow("果園里的專家") == "果园里的专家"


# the rule

SAFE = [
    ("图书馆新买了一批科学枝术方面的书。", "图书馆新买了一批科学技术方面的书。"),
    ("从3一5月起，渡船每天开六班。", "从3—5月起，渡船每天开六班。"),
]
OFFERED = [
    ("公司与学校签订了合作协仪，共同培养技术人才。", "公司与学校签订了合作协议，共同培养技术人才。"),
    ("加强环境保沪，治理污染。", "加强环境保护，治理污染。"),
    ("会议决定成立领导小组，加强对工作的领寻。", "会议决定成立领导小组，加强对工作的领导。"),
    ("他们己经连续三年没有出过事故，工作的领寻也没有换过。", "他们已经连续三年没有出过事故，工作的领导也没有换过。"),
    ("渡口旁新开了~家茶馆。", "渡口旁新开了一家茶馆。"),
]
NOOP = [
    "村里请来农业专家指导果农怎样管理果园，大家提出了不少问题。",
    "本报记者 林河生 赵小川",
    "第三十二届运动会共设二百七十一个小项，两千零五名运动员参赛。",
    "他把问题一一列举出来，又一一作了详细的回答。",
    "这是全镇唯一一个渡口，也是第一一三号码头。",
    "唐代诗人王维的诗里有画，画里有诗；陶渊明种豆南山下。",
    "王铁柱、赵小川、孙大江、钱塘、李渡、周游、吴山获奖。",
    "甲骨文、金文、篆书、隶书各有千秋，土匪、士兵与干部、千部不同。",
    "車站前的廣場上擠滿了旅客，廣播裏傳來開車的鈴聲，農民們帶着雞和魚進城賣錢，大家郡很高興。",
    "The quick brown fox; 1一2 is nothing.",
]
KNOWN_FAILURES = [
    ("老师带着学生参观了博物馆，学到了很多知讥。", "老师带着学生参观了博物馆，学到了很多知识。"),  # 识 comes out so once in 20,000
    ("几家新企业人驻园区，人园手续一天办完。", "几家新企业入驻园区，入园手续一天办完。"),  # 人园: the model has never seen 入园
    ("镇政府组织村民学习法律知识，提高法冶观念。", "镇政府组织村民学习法律知识，提高法治观念。"),  # .46 on a page of one line, .67 before the model knew word pairs
    ("消防员迅速赶到现场，扑火了大火。", "消防员迅速赶到现场，扑灭了大火。"),  # 火 and 灭 are not known as look-alikes
    ("气象台预报说明天开始有大雨请大家注意。", "气象台预报说，明天开始有大雨，请大家注意。"),  # lost marks are not put in
    ("本报记者 林河主", "本报记者 林河生"),  # names are not corrected
]


@pytest.mark.parametrize(("before", "after"), SAFE)
def test_safe(before: str, after: str) -> None:
    cleaned = clean(before + "\n", GLYPH)
    assert cleaned.text == after + "\n"
    assert undo(cleaned.text, cleaned.log).text == before + "\n"


@pytest.mark.parametrize(("before", "after"), OFFERED)
def test_offered(before: str, after: str) -> None:
    assert clean(before + "\n", ACCEPTED).text == after + "\n"


@pytest.mark.parametrize("text", NOOP)
def test_noop(text: str) -> None:
    assert clean(text + "\n", ACCEPTED).text == text + "\n"


@pytest.mark.xfail(strict=True, reason="known failure")
@pytest.mark.parametrize(("before", "after"), KNOWN_FAILURES)
def test_known_failures(before: str, after: str) -> None:
    assert clean(before + "\n", ACCEPTED).text == after + "\n"


def test_a_term_that_the_page_repeats_stays() -> None:
    page = "\n\n".join(f"{where}的合作杜今年又买了收割机。" for where in ("河湾", "东山", "北坡", "南滩"))
    assert clean(page + "\n", GLYPH).text == page + "\n"


@pytest.mark.parametrize(("text", "expected"), [
    ("縣裏的農業專家來了，果農的收人增加了，大家提出了不少間題，公司與學校簽訂了合作協儀，共同培養技術人才。",
     [("人", "入"), ("間", "問"), ("儀", "議")]),
    ("縣裏的農業專家今年來了三次，於是果農著手管理果園，後來他們的收入增加了，公司與學校簽訂了合作協議，共同培養技術人才。", []),
    ("縣裏的農業專家來了，果農們歡喜地趕來請教，學會了許多東西。\n\n公司与学校签订了合作协仪，共同培养技术人才。", []),
])
def test_traditional_pages_are_read_in_simplified_script_and_only_offered(text: str, expected: list[tuple[str, str]]) -> None:
    changes = [c for c in clean(text + "\n", GLYPH).changes if c.rule == "GLYPH001"]
    assert [(c.before, c.after) for c in changes] == expected and {c.tier for c in changes} <= {"suggested"}


def test_a_stray_traditional_form_is_read_as_what_was_misread() -> None:
    prose = "村里请来农业专家指导果农怎样管理果园，大家提出了不少问题。镇政府组织村民学习法律知识，提高法治观念。"
    cleaned = clean(f"{prose}\n\n公司与学校签订了合作协儀，共同培养技术人才。\n", Settings(accept=("suggested",)))
    assert "合作协议" in cleaned.text
    again = clean(cleaned.text, Settings(accept=("suggested",)))
    assert not any(change.active for change in again.changes)


def test_a_reading_that_doubles_its_neighbour_is_never_made_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    calm = dict.fromkeys(("ruined", "guess", "was_frequent"), 0.0)
    monkeypatch.setattr(lookalikes, "offered", lambda text, evidence: (
        (0.999, Reading(3, "扩", "护", 9.0, {**dict.fromkeys(("gain", "general", "words", "noise", "beside"), 5.0), **calm})),
        (0.999, Reading(9, "枝", "技", 9.0, {**dict.fromkeys(("gain", "general", "words", "noise", "beside"), 5.0), **calm}))))
    page = Page(Source.from_text("加大保扩护力度，科枝进步。"))
    rule = next(rule for rule in all_rules() if rule.code == "GLYPH001")
    assert [(c.after, c.tier, c.confidence) for c in rule.find(page, Evidence(page, Settings()))] == [
        ("护", "suggested", HELD_BACK), ("技", "safe", 0.999)]


def test_single_places_are_asked_about_alone() -> None:
    text = "公司与学校签订了合作协儀，村里的农业枝术也进步了。"
    page = Page(Source.from_text(text))
    found = offered_at(text, frozenset({text.index("儀")}), Evidence(page, Settings()))
    assert [(reading.start, reading.after) for _, reading in found] == [(text.index("儀"), "议")]
    assert offered_at(text, frozenset(), Evidence(page, Settings())) == ()


SENTENCES = [re.sub("[^\u3400-\u9fff，。]", "", a) for a, _ in SAFE[:3] + OFFERED[:3]] + NOOP[:1] + [b for _, b in SAFE[:3]]
MISREAD = {"的": "酌", "问": "间", "术": "木", "技": "枝", "员": "贡", "生": "主", "村": "材", "理": "埋", "大": "犬", "提": "捉"}


@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=6), st.sets(st.integers(0, 150), max_size=8))
@settings(max_examples=25, deadline=None)
def test_misread_pages_stand_still(sentences: list[str], places: set[int]) -> None:
    text = "".join(MISREAD.get(char, char) if k in places else char for k, char in enumerate("".join(sentences)))
    for chosen in (Settings(), Settings(accept=("suggested",))):
        cleaned = clean(text + "\n", chosen)
        assert undo(cleaned.text, cleaned.log).text == text + "\n"
        assert not any(change.active for change in clean(cleaned.text, chosen).changes)
