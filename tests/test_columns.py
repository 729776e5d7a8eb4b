"""Columns read across, line by line, are taken apart; clean prose, lists and tables are not."""

from __future__ import annotations

from itertools import zip_longest
from types import MappingProxyType

import numpy as np
import pytest

from cleaner import Settings, clean, undo
from cleaner.changes import ChangeLog
from cleaner.evidence import shipped_lexicon, shipped_model
from cleaner.page import Page
from cleaner.source import Source, Span
from cleaner.structure.columns.across import BESIDE, RUPTURED, SURE, _suspected, paragraphs, read_across
from cleaner.structure.columns.continuations import Scorer
from cleaner.structure.columns.crossings import Keys, Places, Survey, printed_keys, width_units
from cleaner.structure.columns.ruptures import NARROW, WIDE, best_chains
from cleaner.structure.columns.streams import Line, Search, Unzipped, fit_price

FERRY = ("停了三年的河湾渡口昨天重新开放，附近的居民都很高兴。第一班渡船在早上六点离开码头，船上坐满了赶集的人。"
         "县里还要在渡口两岸各修一条石阶，明年春天完工，到时候老人和孩子上下船就方便多了。")
APPLES = ("今年雨水好，山脚下的果园收了十万斤苹果，比去年多了一倍。合作社已经和省城的超市签订了合同，苹果从下周起运往省城。"
          "果园的技术员说，明年还要再种两百棵苹果树，请专家来讲课。")
MARKS = "，。、"


def lines_of(paragraph: str, width: int) -> list[str]:
    """Printed lines of a column: the first one is indented by two, none begins with a comma or a full stop."""
    lines, room = [], width - 2
    while paragraph:
        cut = room
        while cut < len(paragraph) and paragraph[cut] in MARKS:
            cut -= 1
        lines.append(paragraph[:cut])
        paragraph, room = paragraph[cut:], width
    return lines


def across(*columns: str, width: int = 14) -> str:
    """The columns as one block, read line by line from left to right."""
    rows = zip_longest(*(lines_of(column, width) for column in columns), fillvalue="")
    return "".join(line for row in rows for line in row)


def found_in(text: str) -> Unzipped | None:
    return read_across([text], shipped_model(), shipped_lexicon()).get(0)


def test_two_columns_are_taken_apart() -> None:
    found = found_in(across(FERRY, APPLES))
    assert found is not None and SURE.admits(found) and found.width == 14
    told = ["".join(across(FERRY, APPLES)[i:j] for i, j in paragraph)
            for paragraph in paragraphs(across(FERRY, APPLES), found)]
    assert told == [FERRY, APPLES]


@pytest.mark.parametrize("text", [
    FERRY + APPLES,
    "、".join(("苹果", "香蕉", "西瓜", "葡萄", "石榴", "樱桃", "柿子", "核桃", "板栗", "红枣", "山楂", "杏子")) * 4 + "。",
    "第一组：李明、王芳、赵刚。第二组：钱红、孙伟、周丽。第三组：吴强、郑敏、冯军。第四组：陈静、褚亮、卫平。" * 2,
    " ".join(across(FERRY, APPLES)),  # a recogniser that parts characters: nothing is measured there
    "abcdefghij klmnopqrst uvwxyz " * 8,
    "一" * 300,
    "。" * 200,
    "",
])
def test_what_is_no_column_stays(text: str) -> None:
    assert found_in(text) is None


def test_the_page_is_put_in_order_and_given_back() -> None:
    before = "渡口重开，两岸不再绕路，村里的老人最高兴。"
    behind = "天气预报说，明天有小雨，请带好雨伞再出门。"
    source = "\n\n".join((before, across(FERRY, APPLES), behind)) + "\n"
    cleaned = clean(source, Settings(select=("COLUMN001",)))
    assert cleaned.text == "\n\n".join((before, FERRY, APPLES, behind)) + "\n"
    assert {change.kind for change in cleaned.changes} == {"split", "join", "move"}
    assert undo(cleaned.text, ChangeLog.from_jsonl(cleaned.log.to_jsonl())).text == source
    assert not [c for c in clean(cleaned.text).changes if c.rule == "COLUMN001"]


def test_all_rules_together_leave_nothing_out() -> None:
    source = across(FERRY, APPLES).replace("，", ",") + "\n\n" + FERRY + "\n"
    cleaned = clean(source)
    assert undo(cleaned.text, cleaned.log).text == source
    assert any(c.rule == "COLUMN001" and c.active for c in cleaned.changes)
    assert APPLES in cleaned.text and cleaned.text.count(FERRY) == 1  # the column is a copy of the block below
    assert "COLUMN" not in cleaned.log.withheld


def test_a_block_beside_a_sure_one_needs_less() -> None:
    short = across("老张在镇上开了三十年的修鞋铺，街坊都认识他，谁家的鞋坏了都找他。", "气象台说，后天夜里到大后天白天有大雨，请市民注意防范。")
    alone = found_in(short)
    beside = read_across([across(FERRY, APPLES), short], shipped_model(), shipped_lexicon())
    assert 0 in beside
    assert alone is None or SURE.admits(alone)
    assert BESIDE.gain < SURE.gain and BESIDE.links <= SURE.links


def test_paragraphs_end_at_short_lines_behind_a_full_stop() -> None:
    text = "甲甲甲甲乙乙乙乙甲甲。乙乙乙。甲甲乙乙乙乙"
    found = Unzipped(20.0, (Line(0, 4, 0), Line(4, 8, 1), Line(8, 11, 0), Line(11, 15, 1), Line(15, 17, 0), Line(17, 21, 1)), 4.0)
    assert paragraphs(text, found) == [[(0, 4), (8, 11)], [(15, 17)], [(4, 8), (11, 15), (17, 21)]]
    assert found.links == [(4, 8), (8, 11), (11, 15), (15, 17)]


def test_the_table_of_pairs_agrees_with_the_model() -> None:
    text = FERRY + APPLES
    scorer = Scorer("\n\n\n" + text + "\n\n\n", shipped_model())
    pairs = [(i, j) for i in range(4, len(text) - 3, 7) for j in range(5, len(text) - 3, 11)]
    fast = scorer.pairs(np.array([i + 3 for i, _ in pairs]), np.array([j + 3 for _, j in pairs]))
    slow = shipped_model().score_many([(text[i - 3:i], text[j:j + 3]) for i, j in pairs])
    assert np.allclose(fast, slow, atol=1e-4)
    every = np.arange(4, len(text) - 3)
    assert np.array_equal(scorer.in_place[every], scorer.pairs(every, every))


def test_a_clean_text_does_not_break_off_at_regular_distances() -> None:
    survey = Survey([FERRY, APPLES, across(FERRY, APPLES)], shipped_model())
    ferry, apples, both = survey.ruptured()
    assert max(ferry, apples) < RUPTURED <= both


def test_the_width_of_the_columns_is_told_from_the_text() -> None:
    survey = Survey([FERRY * 2, across(FERRY, APPLES)], shipped_model())
    assert int(survey.widths([0, 1])[1].argmax()) + NARROW in {12, 13, 14}


def test_chains_add_up_line_ends_of_one_width_and_stop_where_texts_meet() -> None:
    marks = np.full((1, 60), -3.0, dtype=np.float32)
    marks[0, [5, 15, 25, 35, 45]] = 1.0
    best = best_chains(marks, off=0.25)
    assert best.shape == (WIDE - NARROW + 1, 60)
    assert best[10 - NARROW, 45] == pytest.approx(5.0) and best[20 - NARROW, 45] == pytest.approx(3.0)
    assert best[10 - NARROW, 36] < 0 < best[11 - NARROW, 25]
    marks[0, 30] = 9 * -3.0
    assert best_chains(marks[:, :31]).max() == pytest.approx(3.0)


def test_places_keep_to_the_rules_of_typesetting() -> None:
    survey = Survey(["他说：“下雨了，2024年的第一场雨。”"], shipped_model())
    place = survey.places(0, survey.pairs([0])[0], shipped_lexicon())
    starts = {place.text[j] for j in place.spots}
    assert not starts & set("，。”：") and place.text.index("024") not in place.spots
    assert width_units("2024年") == 3.0


def test_moves_of_an_earlier_round_are_told_again() -> None:
    source = "\n\n".join((across(FERRY, APPLES), "另一件事也要说明，请大家注意。")) + "\n"
    cleaned = clean(source)
    page = Page(Source.from_text(source), tuple(c for c in cleaned.changes if c.active))
    assert next(unit for block in page.blocks for unit in block.units) == Span(0, 12)
    assert all(c.rule == "COLUMN001" for c in cleaned.changes if c.kind == "move")


MARKET = ("菜市场搬到新楼以后，摊位比原来宽敞了许多，地面每天冲洗两次。卖豆腐的老陈说，早上五点开门，到九点就卖完了。"
          "管理处还装了公平秤，谁觉得斤两不够，自己可以再称一遍，一年来没有人吵过架。")


def places_of(text: str, printed: Keys = MappingProxyType({})) -> Places:
    survey = Survey([text], shipped_model())
    return survey.places(0, survey.pairs([0])[0], shipped_lexicon(), printed)


def test_three_columns_are_taken_apart() -> None:
    text = across(FERRY, APPLES, MARKET, width=16)
    found = found_in(text)
    assert found is not None and found.width == 16
    told = ["".join(text[i:j] for i, j in paragraph) for paragraph in paragraphs(text, found)]
    assert [one[:70] for one in told[:3]] == [FERRY[:70], APPLES[:70], MARKET[:70]]


def test_a_seam_that_the_page_prints_elsewhere_counts_for_more() -> None:
    text = across(FERRY, APPLES)
    end, start = text.index("昨天重") + 2, text.index("新开放")
    end += 1  # 昨天重|新开放
    without, with_it = places_of(text), places_of(text, printed_keys(["听说昨天重新开放"]))
    assert with_it.printed_across(end, start) > 2 > 0 == without.printed_across(end, start)
    assert places_of(text, printed_keys(["别的东西"])).printed_across(end, start) < 0


def test_what_stands_here_anyway_is_not_printed_elsewhere() -> None:
    text = across(FERRY, APPLES)
    start = text.index("新开放")
    same = text.index("果园") + 2  # 园 stands before 新 as well as before this place
    assert text[same - 1] == text[start - 1]
    assert places_of(text, printed_keys([text])).printed_across(same, start) == 0


def test_a_character_goes_down_with_the_mark_behind_it() -> None:
    """甲乙丙丁。 cannot break before its full stop: 丁 goes down, and that line is one character short without harm."""
    first = ["停了三年的河湾渡口昨天重", "新开放，附近的居民都很高", "兴。第一班渡船在早上六点离开"]
    second = ["今年雨水好，山脚下的果园收", "了十万斤苹果，比去年多了一倍", "也有人说收成是十年来最好的"]
    text = "".join(line for row in zip(first, second, strict=True) for line in row)
    assert (found := Search(places_of(text), 14.0).run()) is not None
    spoilt = Search(places_of(text.replace("兴。", "兴在")), 14.0).run()
    at = len(first[0] + second[0])
    assert Line(at, at + len(first[1]), 0) in found.lines
    assert spoilt is None or found.gain > spoilt.gain
    assert fit_price(1.0, mixed=False, hangs=True) < fit_price(1.0, mixed=False, hangs=False)


def test_a_page_is_not_searched_where_it_reads_well() -> None:
    read_across([FERRY, APPLES, MARKET], shipped_model(), shipped_lexicon())
    assert not any(_suspected[text] for text in (FERRY, APPLES, MARKET))
