"""Interleaved lines (`COLUMN004`): those of columns that stand side by side."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

import pytest
from opencc import OpenCC

from cleaner import Cleaned, clean, undo
from cleaner.evidence import Evidence
from cleaner.page import Page
from cleaner.settings import Settings
from cleaner.source import Source
from cleaner.structure.asked import seams_of
from cleaner.structure.columns.interleaved import WINDOW, pairs_of, read_columns, runs

COLUMNS = (
    "停了三年的河湾渡口昨天重新开放，附近的居民都很高兴。第一班渡船在早上六点离开码头，船上坐满了赶集的人。县里还要在渡口两岸各修一条石阶，明年春天完工，到时候老人和孩子上下船就方便多了。",
    "今年雨水好，山脚下的果园收了十万斤苹果，比去年多了一倍。合作社已经和省城的超市签订了合同，苹果从下周起运往省城。果园的技术员说，明年还要再种两百棵苹果树。",
    "山里的小学今年秋天搬进了新教室，操场也铺上了平整的砖。校长说，以前下雨天孩子们只能在走廊里上体育课，现在有了一间小小的体育馆，打球、跳绳都不怕刮风下雨。",
    "菜市场搬到新楼以后，摊位比原来宽敞了许多，地面每天冲洗两次。卖豆腐的老陈说，早上五点开门，到九点就卖完了。管理处还装了公平秤，谁觉得斤两不够，自己可以再称一遍。",
)


def printed(text: str, width: int) -> list[str]:
    """A paragraph as printed lines; a mark may hang over."""
    lines: list[str] = []
    while text:
        end = width + (text[width:width + 1] in set("，。、"))
        lines.append(text[:end])
        text = text[end:]
    return lines


def by_turns(texts: Sequence[str], width: int) -> list[str]:
    return [line for row in zip_longest(*(printed(text, width) for text in texts)) for line in row if line]


def columns_of(lines: Sequence[str]) -> list[list[str]]:
    """The columns that are read, in the order of their first lines."""
    seams = seams_of(Evidence(Page(Source.from_text("\n\n".join(lines))), Settings()))
    (run,) = runs(lines)
    return [[lines[line] for line in column] for column in read_columns(run, seams).columns]


def joins(cleaned: Cleaned, rule: str) -> list[str]:
    return [str(change.evidence["seam"]) for change in cleaned.log.changes if change.rule == rule and change.kind == "join" and change.status == "applied"]


def test_every_column_is_read_from_top_to_bottom() -> None:
    for texts in (COLUMNS[:3], COLUMNS):
        assert columns_of(by_turns(texts, 13)) == [printed(text, 13) for text in texts]


def test_columns_of_two_widths() -> None:
    wide, narrow = printed(COLUMNS[0], 20), printed(COLUMNS[1], 11)
    lines = [line for row in zip_longest(wide, narrow) for line in row if line]
    first, second = columns_of(lines)
    assert first[:len(wide)] == wide and second == narrow[:len(second)] and len(second) > 4


def test_a_line_that_stands_a_little_higher() -> None:
    lines = by_turns(COLUMNS[:3], 13)
    lines[9], lines[10] = lines[10], lines[9]
    assert columns_of(lines) == [printed(text, 13) for text in COLUMNS[:3]]


def test_a_column_that_ends_and_a_picture() -> None:
    first, second, third = (printed(text, 13) for text in COLUMNS[:3])
    lines = [line for row in zip_longest(first, second[:3], third) for line in row if line]
    lines.insert(16, "图片来源：渡口管理处")
    found = columns_of(lines)
    assert [column[:len(told)] for column, told in zip(found, (first, second[:3], third), strict=True)] == [first, second[:3], third]


def test_costs_grow_with_the_lines_and_not_with_their_square() -> None:
    assert len(pairs_of(range(400))) < 400 * WINDOW
    assert max(below - above for above, below in pairs_of(range(400))) == WINDOW


@pytest.mark.parametrize("separator", ["\n\n", "\n"])
def test_the_page_is_put_together(separator: str) -> None:
    cleaned = clean(separator.join(by_turns(COLUMNS[:3], 18)), Settings(accept=("suggested",)))
    assert cleaned.text == "\n\n".join(COLUMNS[:3]) + "\n"
    assert {"COLUMN004"} == {change.rule for change in cleaned.log.changes if change.kind == "move"}


def test_a_traditional_page() -> None:
    texts = [OpenCC("s2t").convert(text) for text in COLUMNS[:3]]
    assert columns_of(by_turns(texts, 13)) == [printed(text, 13) for text in texts]


def test_joins_are_right_or_only_offered() -> None:
    right = wrong = 0
    for width in range(9, 21):
        for texts in (COLUMNS[:2], COLUMNS[1:3], COLUMNS[:3], COLUMNS):
            told = joins(clean("\n\n".join(by_turns(texts, width))), "COLUMN004")
            true = sum(seam.replace("|", "") in "\n".join(texts) for seam in told)
            right, wrong = right + true, wrong + len(told) - true
    assert right > 500 and 50 * wrong < right


def test_what_may_be_interleaved_is_not_wrapped_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = [[text[:9], *printed(text[9:], 12)] for text in COLUMNS[1:3]]
    page = "\n\n".join(line for row in zip_longest(*columns) for line in row if line)
    assert joins(clean(page), "COLUMN004") == joins(clean(page), "WRAP001") == []
    monkeypatch.setattr("cleaner.normalizers.wrapped.interleavings", lambda evidence: ())
    assert any(seam.replace("|", "") not in "\n".join(COLUMNS) for seam in joins(clean(page), "WRAP001"))


@pytest.mark.parametrize("width", [9, 12, 15, 18])
def test_the_source_comes_back_and_the_page_stands_still(width: int) -> None:
    page = "\n".join(by_turns(COLUMNS, width))
    cleaned = clean(page)
    assert undo(cleaned.text, cleaned.log).to_bytes() == page.encode()
    assert clean(cleaned.text).text == cleaned.text


@pytest.mark.parametrize("lines", [
    [f"{k}路公交车开往第{k}中学" for k in range(2, 14)],
    ["床前明月光", "疑是地上霜", "举头望明月", "低头思故乡", "红豆生南国", "春来发几枝", "愿君多采撷", "此物最相思"],
    [text.partition("。")[0][:12] for text in COLUMNS * 3],
])
def test_lists_and_verse_stay(lines: list[str]) -> None:
    assert not [change for change in clean("\n\n".join(lines)).log.changes if change.rule == "COLUMN004"]
