"""Short lines behind a paragraph: subheads, torn sentences, names. All sentences are invented."""

from __future__ import annotations

import pytest

from cleaner import Settings, clean
from cleaner.evidence import Evidence
from cleaner.evidence.lexicon import Lexicon
from cleaner.page import Page
from cleaner.source import Source
from cleaner.structure.labels.model import weights
from cleaner.structure.labels.tails import TAIL, features, tail_odds
from cleaner.structure.names import is_rare_name, run_together
from cleaner.structure.order.reading import read
from cleaner.structure.seams import Seams

PROSE = "停了三年的河湾渡口昨天重新开放，附近的居民都很高兴，第一班渡船在早上六点离开码头，船上坐满了赶集的人。"
MORE = "今年雨水好，山脚下的果园收了十万斤苹果，比去年多了一倍，合作社已经和省城的超市签订了合同，下周起运。"


def odds(tail: str, *behind: str) -> float:
    texts = [PROSE, tail, *behind]
    page = Page(Source.from_text("\n\n".join(texts)))
    return tail_odds(texts, [1], Seams(texts, Evidence(page, Settings())))[1]


@pytest.mark.parametrize(("text", "tail"), [
    ("渡口重新开放。新的时刻表", "新的时刻表"), ("他说：“渡口开了。”新的时刻表", "新的时刻表"), ("渡口重新开放。 新的时刻表", "新的时刻表"),
    ("渡口重新开放。渡船何时开？", "渡船何时开？"),
])
def test_what_stands_behind_the_last_full_stop_is_a_tail(text: str, tail: str) -> None:
    match = TAIL.search(text)
    assert match is not None and match["tail"] == tail


@pytest.mark.parametrize("text", [
    "渡口重新开放。", "渡口重新开放。新的时刻表，", "渡口重新开放。渡船，何时开？", "渡口重新开放", "渡口重新开放。（2010年修订）", "渡口重新开放。</div>",
    "渡口重新开放。新的时刻表和票价以及码头窗口买票和手机预约的办法和退票的规定说明",
])
def test_what_is_no_tail(text: str) -> None:
    assert TAIL.search(text) is None


def test_a_subhead_is_told_from_a_torn_sentence() -> None:
    assert odds("新渡口的开放时间", MORE) > 1.0
    assert odds("他们都等了三年", MORE) < 0.0
    assert odds("合作社已经和省城的超市签订了合", "同，苹果从下周起运往省城的超市。") < -1.0


def test_a_question_that_stands_for_itself_is_a_subhead() -> None:
    assert odds("船票在哪里买？", MORE) > odds("他们又该怎么办呢？", MORE) + 3
    text = PROSE + "船票多少钱？渡船什么时候开？\n\n" + MORE
    assert clean(text, Settings(accept=("suggested",), select=("SPLIT005",))).text == text


def test_what_the_paragraphs_around_speak_of() -> None:
    texts = [PROSE, "苹果运往省城", MORE]
    page = Page(Source.from_text("\n\n".join(texts)))
    row = features(texts, [1], Seams(texts, Evidence(page, Settings())))[1]
    assert row["told behind"] > 0.3 and row["told before"] == 0 and weights("tails").weights["told behind"] > 0 > weights("tails").weights["told before"]


def test_the_rest_on_the_page_speaks_against_a_subhead() -> None:
    assert odds("全县农村公路建设全面展", "开，工程队抢在霜冻之前铺完了路面。") < odds("全县农村公路建设全面展", MORE) - 1


def test_every_weight_finds_its_feature() -> None:
    texts = [PROSE, "新渡口的开放时间", MORE]
    page = Page(Source.from_text("\n\n".join(texts)))
    row = features(texts, [1], Seams(texts, Evidence(page, Settings())))[1]
    assert set(row) == set(weights("tails").weights)


def test_a_last_tail_of_the_page_is_asked_too() -> None:
    assert isinstance(odds("新渡口的开放时间"), float)


@pytest.mark.parametrize("name", ["罗思远", "欧晓萌", "杨成伟"])
def test_rare_names(name: str) -> None:
    assert is_rare_name(name, Lexicon())


@pytest.mark.parametrize("word", ["高水位", "党的十", "金融业", "平稳运", "常“缩", "王小明说", "天气好"])
def test_words_that_are_no_rare_names(word: str) -> None:
    assert not is_rare_name(word, Lexicon())


def test_names_run_together() -> None:
    lexicon = Lexicon()
    assert run_together("罗思远欧晓萌", lexicon) == ["罗思远", "欧晓萌"]
    assert not run_together("乌克兰核设", lexicon, (3, 2))
    assert run_together("萧立姜丽", lexicon, (3, 2), words=1) == ["萧立", "姜丽"]
    assert not any(run_together(line, lexicon, (3, 2), words=1) for line in ("罗思远去", "高温天气", "金秋时节", "王明李红"))
    assert not run_together("罗思远", lexicon) and not run_together("高速公路通车", lexicon)


def roles_of(*texts: str) -> list[str]:
    page = Page(Source.from_text("\n\n".join(texts)))
    return [one.role for one in read(Evidence(page, Settings())).roles]


def test_names_run_together_sign_under_a_headline() -> None:
    assert roles_of("河湾渡口重新开放", "罗思远欧晓萌", PROSE) == ["headline", "byline", "paragraph"]


def test_who_the_report_tells_of_did_not_write_it() -> None:
    told = "天还没亮，欧晓萌就背着药箱出了门，她要翻过两座山，去看望一位行动不便的老人，这条路她走了三十年，从没有误过。"
    assert roles_of("扎根山村三十年的赤脚医生", "欧晓萌", told)[1] == "headline"
    assert roles_of("扎根山村三十年的赤脚医生", "欧晓萌", PROSE)[1] == "byline"


def test_four_characters_are_no_name_without_a_double_surname() -> None:
    assert roles_of("多部门维护农村公路", "平稳运行", PROSE)[1] == "headline"
    assert roles_of("多部门维护农村公路", "欧阳春生", PROSE)[1] == "byline"


def test_a_bracket_makes_one_headline_of_two_lines() -> None:
    assert roles_of("全省印发《关于加强农村公路", "养护管理工作的意见》", PROSE)[:2] == ["kicker", "headline"]


def test_a_loose_tail_leaves_credits_and_names_alone() -> None:
    text = PROSE + "视觉中国供图\n\n" + MORE
    assert all(change.rule != "SPLIT005" for change in clean(text).changes)
    signed = PROSE + " 罗思远\n\n" + MORE
    assert [c.rule for c in clean(signed).changes if c.kind == "split"] == ["BYLINE001"]


def test_without_marks_a_caption_and_its_credit_are_two_lines() -> None:
    plain = Settings(select=("CAPTION",), scaffold_off=("caption", "credit"))
    text = "新建成的体育馆外景，看台可坐三千人。 图片来源：市体育局\n"
    parted = clean(text, plain).text
    assert parted == "新建成的体育馆外景，看台可坐三千人。\n\n图片来源：市体育局\n"
    assert clean(parted, plain).text == parted
