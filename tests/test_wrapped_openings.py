"""Pages of printed lines on which a story opens where words and widths would run on: headlines as wide as their column, full last lines."""

from __future__ import annotations

import random

import pytest

from cleaner import clean
from cleaner.structure.lines.kept import opens_paragraph
from cleaner.structure.lines.openings import may_open
from cleaner.structure.lines.printed import printed_lines
from tests.test_wrapped import SENTENCES

COLUMNS = 16


def body(seed: int, count: int = 3, columns: int = COLUMNS) -> list[str]:
    """Paragraphs of invented sentences, as lines of a column whose first lines were set in and lost their indent."""
    dice = random.Random(seed)
    lines = []
    for _ in range(count):
        para = "  " + "".join(dice.sample(SENTENCES, 3))
        lines += [para[k:k + columns].strip() for k in range(0, len(para), columns)]
    return lines


def written_joins(lines: list[str]) -> set[str]:
    """The seams of the joins that are written unasked, four characters on either side."""
    text = "\n".join(lines) + "\n"
    found = clean(text, name="page").changes
    return {text[c.start - 4:c.start] + "|" + text[c.target:c.target + 4] for c in found if c.active and c.kind == "join" and c.target is not None}


@pytest.mark.parametrize(("headline", "report"), [
    ("河湾渡口昨天清晨六点重新开放通航", "9月3日清晨六点，河湾渡口的第一班船"),
    ("河湾渡口昨天清晨六点重新开放通航", "新华社柳城9月3日电（记者王小明）"),
    ("河湾渡口！停航三年以后重新开放啦", "昨天清晨，河湾渡口的第一班船"),
])
def test_a_headline_as_wide_as_its_column_is_not_joined_to_its_report(headline: str, report: str) -> None:
    opening = [report, *(line for line in ("离开码头的时候，船上坐满了赶集的人，", "他们带着箩筐和孩子到对岸去。"))]
    joins = written_joins([*body(1), headline, *opening, *body(2)])
    assert f"{headline[-4:]}|{report[:4]}" not in joins
    assert len(joins) > 10


def test_a_full_last_line_is_not_joined_to_a_headline() -> None:
    last, headline = "船工说票价还是和三年以前的老样子。", ["柳城新建三座粮库", "今年秋天投入使用"]
    joins = written_joins([*body(3), "昨天重新开放的渡口迎来了许多赶集的", last, *headline, *body(4)])
    assert f"{last[-4:]}|{headline[0][:4]}" not in joins


def test_where_headlines_are_looked_for() -> None:
    texts = ["船工说票价还是老样子。", "河湾渡口重新开放", "近日，河湾渡口重新开放，", "附近居民都很高兴，", "孩子们不用绕路。"]
    asked = list(range(4))
    rows = [{"runs on": 2.0}] * 4
    assert may_open(printed_lines(texts), [False] * 4, asked, rows, [0.01] * 4) == [True, True, False, False]
    assert may_open(printed_lines(texts), [True] * 4, asked, rows, [0.01] * 4) == [True, False, False, False]  # no gap before the report
    old = [text.replace("，", "、").replace("。", "、") for text in texts]
    assert not any(may_open(printed_lines(old), [False] * 4, asked, rows, [0.01] * 4))


@pytest.mark.parametrize("report", ["中新网柳城9月3日电 河湾渡口昨天重新", "新华社柳城9月3日", "晨报讯（记者王小明）河湾渡口昨天"])
def test_a_report_opens_with_its_source(report: str) -> None:
    assert 1 in opens_paragraph(["河湾渡口重新开放", report, "电（记者王小明）河湾渡口昨天"])
    assert 1 not in opens_paragraph(["河湾渡口重新开放的消息，根据", report, "电（记者王小明）河湾渡口昨天"])


def test_the_last_line_of_a_headline_is_no_source() -> None:
    assert 1 not in opens_paragraph(["河湾渡口停航三年以后今天重新开", "放", "新华网柳城9月3日电 河湾渡口"])


def test_what_a_column_cut_behind_a_full_stop_is_no_signature() -> None:
    lines = body(5, columns=22)
    tail = "停航三年以后，河湾渡口昨天终于重新开放。罗思"
    text = "\n".join([*lines, "昨天清晨六点，在柳城的河边人们早早地就来等船，", tail, "远站在船头向大家挥手，船上坐满了赶集的人和孩", *body(6, columns=22)]) + "\n"
    assert not [c for c in clean(text, name="page").changes if c.active and c.rule == "BYLINE001"]


def test_a_headline_said_again_behind_the_source_is_no_copy() -> None:
    report = "9月3日清晨六点，近三百名居民来到河湾渡口"
    text = f"水库的水位昨天回落到警戒线以下，下游各村恢复了通车。\n\n{report}\n\n据新华社电，{report}迎接第一班渡船，船上坐满了赶集的人。\n"
    assert report in clean(text, name="page").text.split("\n\n")[1]
    assert not [c for c in clean(text, name="page").changes if c.active and c.kind == "drop"]


def test_a_source_that_two_reports_open_with_is_no_copy() -> None:
    source = "新华社柳城9月13日电（记者王小明、李春生）"
    text = (f"河湾渡口重新开放\n\n{source}\n\n停了三年的河湾渡口昨天清晨重新开放，附近的居民都很高兴。\n\n柳城新建三座粮库\n\n{source}\n\n"
            "今年秋天柳城新建的三座粮库投入使用，可以存下三万吨新米。\n")
    assert clean(text, name="page").text.count(source) == 2
