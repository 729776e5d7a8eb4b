"""Pages of many kinds that are not damaged: they keep their words and their order, and only true headings are marked.

The pages stand in `kinds.py`, with the lines that may be marked as headings; whatever else a rule does to one is harm.
"""

from __future__ import annotations

import re

import pytest
from kinds import LETTER, LINED, PAGES, REPORT, TAIWAN, TIMETABLE

from cleaner import clean


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_that_is_not_damaged_keeps_its_words_and_its_order(kind: str) -> None:
    page, headings = PAGES[kind]
    made = [change for change in clean(page).changes if change.active]
    text = clean(page).text
    assert re.sub("^#+ ", "", text, flags=re.M).replace("昨日，", "昨日,").replace("收盘，", "收盘,") == page + "\n"
    assert {change.rule for change in made} <= {"HEAD001", "HEAD002", "BREAK001", "WIDTH001"}
    assert {line.lstrip("# ") for line in text.split("\n") if line.startswith("#")} <= headings


def printed(text: str, columns: int) -> list[str]:
    """A paragraph in lines of so many columns; a mark that may not open a line hangs over."""
    lines = [""]
    for char in text:
        full = sum(1.0 if c > "\u2000" else 0.5 for c in lines[-1]) >= columns and char not in "，。、；：？！）》”’"
        lines[len(lines) - 1 + full:] = [char] if full else [lines[-1] + char]
    return lines


@pytest.mark.parametrize("kind", LINED)
def test_printed_lines_stay_in_their_order_and_none_is_lost(kind: str) -> None:
    columns, text = LINED[kind]
    page = "\n".join(line for paragraph in text.split("\n") for line in printed(paragraph, columns))
    cleaned = clean(page)
    assert not {change.rule for change in cleaned.changes if change.active} & {"ORDER001", "COPY001", "COPY002", "LACUNA001", "STOP003"}
    assert re.sub(r"\s|^#+ ", "", cleaned.text, flags=re.M) == re.sub(r"\s", "", page)


@pytest.mark.parametrize(("kind", "line"), [
    ("report", "# 在全市机关工作会议上的报告"), ("journal", "# 预热器出口温度偏高的原因及处理"), ("journal", "## 1 存在的问题"),
    ("letter", "# 谢谢那位不留名的司机"), ("taiwan", "# 返鄉青年開書店 一杯咖啡換一個故事"), ("deck", "# 让老手艺走进新生活"),
    ("poem", "# 老街的声音"), ("header", "# 全区新开办小学三所"),
])
def test_a_true_heading_is_marked(kind: str, line: str) -> None:
    assert line in clean(PAGES[kind][0]).text.split("\n")


@pytest.mark.parametrize("kind", ["timetable", "television", "classified", "poem", "court", "horoscope"])
def test_lines_that_are_no_sentences_are_not_pointed_out_as_torn(kind: str) -> None:
    torn = [change for change in clean(PAGES[kind][0]).changes if change.rule == "LACUNA002"]
    assert len(torn) <= 1, [PAGES[kind][0][change.start - 12:change.end] for change in torn]


def test_of_two_equal_copies_the_first_stays_in_a_dialogue() -> None:
    said = "二喜不再问。他把蓑衣披上，摸到船头，蹲下来听水声。水声比傍晚时沉了许多，像有什么东西在底下翻身。"
    page = ["“走。”老耿说，“天亮之前得过了老鹰嘴，不然就过不去了。”", said, "远处忽然亮了一下。", "“是电筒！”二喜压低了嗓子。",
            "老耿没有吭声。他把篙子轻轻插进水里，船便横过来，贴着芦苇慢慢地停住了。", said, "电筒的光在水面上扫了两个来回，又灭了。"]
    assert clean("\n\n".join(page)).text.count(said) == 1
    assert clean("\n\n".join(page)).text.split("\n\n").index(said) == 1


@pytest.mark.parametrize(("text", "written", "read"), [
    (TAIWAN, "big5", "big5"), (TAIWAN + "\n\n街坊話：佢哋今日返工要揸車，嘥時間，冇計。", "big5hkscs", "big5hkscs"), (TAIWAN, "gb18030", "gb18030"), (REPORT, "gb18030", "gb18030"),
    (LETTER, "gbk", "gb18030"), (TIMETABLE, "gb18030", "gb18030"), ("車站", "big5", "gb18030"),
])
def test_what_is_plainly_big5_is_read_so(text: str, written: str, read: str) -> None:
    data = (text + "\n").encode(written)
    cleaned = clean(data)
    assert cleaned.source.encoding == read
    assert cleaned.source.to_bytes() == data
