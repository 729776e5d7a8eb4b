"""Pages read straight across are taken apart into columns; wrapped lines, verse, lists, tables and short texts are not."""

from __future__ import annotations

import random
from itertools import pairwise, zip_longest

import pytest

from cleaner import Settings, clean, undo
from cleaner.changes import ChangeLog
from cleaner.evidence import shipped_lexicon, shipped_model
from cleaner.structure.columns.across import printed_grams
from cleaner.structure.columns.paper import Paper, hanzi_pairs
from cleaner.structure.columns.rowbeam import RowSearch, margins, pieces_of
from cleaner.structure.columns.rows import SURE_MARGIN, Sheet, _open, paragraphs, read_rows, voted_width
from tests.test_columns import APPLES, FERRY, MARKET, lines_of

SCHOOL = ("山里的小学今年秋天搬进了新教室，操场也铺上了平整的砖。校长说，以前下雨天孩子们只能在走廊里上体育课，现在有了一间小小的体育馆，"
          "打球、跳绳都不怕刮风下雨。午饭由镇上的食堂送来，两菜一汤，家长可以随时来尝一尝。")
BRIDGE = ("老石桥修了三个月，昨天下午终于通车。桥是清朝留下来的，栏杆上的石狮子少了七只，石匠照着旧照片重新刻好，一只一只放回原处。"
          "附近的居民说，绕路的日子结束了，去对岸买菜又只要走五分钟，晚上散步也多了一个去处。")
WELL = ("村口的老井又出水了，水质化验合格，味道还是甜的。打井队在原来的井底往下挖了六米，换上不锈钢的管子，井台也用青砖重新砌过。"
        "几位老人每天傍晚坐在井边下棋，年轻人放学后来提水浇菜，谁家办喜事，还要来井边贴一张红纸。")
BUS = ("通往县城的公共汽车从今天起增加两班，最晚一班改到晚上九点半。司机师傅说，过去学生下了晚自习只能走夜路，家长很不放心。"
       "车站旁边新搭了雨棚，长椅上可以坐十来个人，墙上挂着时刻表和一只大钟，老远就看得见。")
PEARS = APPLES.replace("请专家来讲课", "请省里的专家来讲怎样剪枝")
LEFT, RIGHT = [FERRY, MARKET], [PEARS, SCHOOL]
VERSE = ["床前明月光，疑是地上霜", "举头望明月，低头思故乡", "白日依山尽，黄河入海流", "欲穷千里目，更上一层楼", "春眠不觉晓，处处闻啼鸟",
         "夜来风雨声，花落知多少", "千山鸟飞绝，万径人踪灭", "孤舟蓑笠翁，独钓寒江雪", "红豆生南国，春来发几枝", "愿君多采撷，此物最相思",
         "空山不见人，但闻人语响", "返景入深林，复照青苔上", "松下问童子，言师采药去", "只在此山中，云深不知处"]


def printed(column: list[str], width: int) -> list[str]:
    return [line for paragraph in column for line in lines_of(paragraph, width)]


def straight(*columns: list[str], width: int = 14) -> list[str]:
    """The rows of a recogniser that knows no columns."""
    return ["".join(row) for row in zip_longest(*(printed(column, width) for column in columns), fillvalue="")]


def read(rows: list[str]) -> Sheet | None:
    return read_rows(tuple(rows), shipped_model(), shipped_lexicon())


def cleaned_alone(rows: list[str], *accept: str) -> str:
    return clean("\n\n".join(rows) + "\n", Settings(select=("COLUMN002",), accept=accept)).text


@pytest.mark.parametrize(("columns", "width"), [
    ((LEFT, RIGHT), 14), ((LEFT, RIGHT), 16), (([FERRY, BRIDGE], RIGHT), 15), (([BRIDGE, FERRY], RIGHT), 14), (([MARKET, FERRY], [SCHOOL, PEARS]), 15)])
def test_two_columns_with_the_suggested_seams_are_whole_again(columns: tuple[list[str], ...], width: int) -> None:
    assert cleaned_alone(straight(*columns, width=width), "suggested") == "\n\n".join(p for column in columns for p in column) + "\n"


def test_width_and_number_of_columns_are_told_from_the_text() -> None:
    for width in (14, 15, 16):
        sheet = read(straight(LEFT, RIGHT, width=width))
        assert sheet is not None and sheet.columns == 2 and sheet.width == width


def test_lines_of_columns_that_stand_at_other_heights_alternate() -> None:
    left, middle, right = (printed(column, 14) for column in ([FERRY, MARKET], [PEARS, SCHOOL], [WELL, BUS]))
    rows = [row for a, b, c in zip_longest(left, middle, right, fillvalue="") for row in (a + b, c) if row]
    sheet = read(rows)
    assert sheet is not None and sheet.columns == 3
    told = ["".join(sheet.paper.text[p.start:p.end] for p in paragraph) for paragraph in paragraphs(sheet)]
    assert FERRY in told


def test_a_picture_leaves_a_gap_in_one_column() -> None:
    left, right = printed([FERRY, MARKET, BRIDGE], 14), printed([PEARS, SCHOOL], 14)
    rows = ["".join(row) for row in zip_longest(left, right[:4] + [""] * 5 + right[4:], fillvalue="")]
    sheet = read(rows)
    assert sheet is not None
    told = ["".join(sheet.paper.text[p.start:p.end] for p in paragraph) for paragraph in paragraphs(sheet)]
    assert FERRY in told and SCHOOL in told


def test_the_source_comes_back_and_a_second_cleaning_finds_nothing() -> None:
    source = "\n\n".join(straight(LEFT, RIGHT)) + "\n"
    cleaned = clean(source)
    assert FERRY in cleaned.text and SCHOOL in cleaned.text and not cleaned.log.withheld
    assert {c.kind for c in cleaned.changes if c.rule == "COLUMN002"} == {"split", "join", "move"}
    assert undo(cleaned.text, ChangeLog.from_jsonl(cleaned.log.to_jsonl())).text == source
    assert not [c for c in clean(cleaned.text).changes if c.active]
    assert clean(source).log.to_jsonl() == cleaned.log.to_jsonl()


def test_nothing_is_lost_or_added() -> None:
    rows = straight(LEFT, RIGHT)
    assert sorted(cleaned_alone(rows).replace("\n", "")) == sorted("".join(rows))


def test_misread_rows_are_taken_apart_as_well() -> None:
    rng = random.Random(3)
    rows = ["".join(rng.choice("的一是在不了有和人这") if rng.random() < 0.03 else char for char in row) for row in straight([FERRY, BRIDGE], RIGHT)]
    sheet = read(rows)
    assert sheet is not None and (sheet.columns, sheet.width) == (2, 14)


@pytest.mark.parametrize("rows", [
    pytest.param(printed([FERRY, MARKET, BRIDGE, SCHOOL, PEARS], 17), id="one column, wrapped"),
    pytest.param(printed([FERRY, MARKET, BRIDGE, SCHOOL, PEARS], 17) + printed([BRIDGE, FERRY], 17), id="one column behind the other"),
    pytest.param([FERRY, MARKET, BRIDGE, SCHOOL, PEARS] * 4, id="paragraphs"),
    pytest.param(VERSE, id="verse"),
    pytest.param([f"{k}、{word}三斤，单价{k}元" for k, word in enumerate(("苹果", "香蕉", "西瓜", "葡萄", "石榴", "樱桃", "柿子", "核桃", "板栗",
                                                                     "红枣", "山楂", "杏子", "桃子", "李子"), 1)], id="list"),
    pytest.param([f"{name} {k}月{k}日 {k * 3}票 {k * 7}分" for k, name in enumerate("赵钱孙李周吴郑王冯陈褚卫蒋沈", 1)], id="table"),
    pytest.param([text[k:k + 30] for text in (FERRY, MARKET, BRIDGE, SCHOOL, PEARS) for k in (0, 11, 23)], id="cut anywhere"),
    pytest.param(straight(LEFT, RIGHT)[:8], id="too few rows"),
    pytest.param(["一" * 30] * 20, id="one character"),
    pytest.param(["abc def ghi jkl mno pqr stu vwx yz and"] * 20, id="Latin"),
    pytest.param(["。"] * 20, id="marks"),
    pytest.param([], id="nothing"),
])
def test_what_is_no_page_of_rows_stays(rows: list[str]) -> None:
    assert read(rows) is None
    if rows:
        assert cleaned_alone(rows) == "\n\n".join(rows) + "\n"


def test_a_traditional_page_stays() -> None:
    rows = ["門開國這個們說時會學還"[k % 11] + row for k, row in enumerate(straight(LEFT, RIGHT))]
    assert cleaned_alone(rows) == "\n\n".join(rows) + "\n"


def paper_of(rows: list[str]) -> Paper:
    return Paper(rows, shipped_model(), shipped_lexicon(), printed_grams(rows))


def test_pieces_cover_every_row_from_left_to_right() -> None:
    rows = straight([FERRY, BRIDGE], RIGHT)
    paper = paper_of(rows)
    search = RowSearch(paper, 14.0, 2)
    last = search.run(range(len(rows)))
    pieces = pieces_of(search, last)
    for row in range(len(rows)):
        own = [piece for piece in pieces if piece.row == row]
        assert own[0].start == paper.begins[row] and own[-1].end == paper.end(row)
        assert all(a.end == b.start and a.stream < b.stream for a, b in pairwise(own))
    sure = margins(search, last)
    assert set(sure) == {piece.start for piece in pieces} and max(sure.values()) >= SURE_MARGIN


def test_the_width_is_voted_for_by_places_inside_rows_alone() -> None:
    assert voted_width(paper_of(straight(LEFT, RIGHT))) == 14
    assert voted_width(paper_of(["。" * 12] * 3)) is None


def test_lines_of_one_subject_are_alike() -> None:
    rows = ["果园收了十万斤苹果，果园的技术员很高兴", "渡口重新开放，渡船早上离开码头", "苹果从果园运往省城，技术员说", "船工说渡口的渡船坐满了人"]
    paper = paper_of(rows)
    for row in (0, 1):
        paper.tell(-1, paper.begins[row], paper.end(row))
    assert paper.alike(paper.end(0), paper.begins[2], 20.0) > paper.alike(paper.end(1), paper.begins[2], 20.0)
    assert paper.alike(paper.end(1), paper.begins[3], 20.0) > paper.alike(paper.end(0), paper.begins[3], 20.0)
    assert hanzi_pairs("苹果，ab收") == {"苹果"}


def test_what_names_a_reporter_is_a_piece_of_its_own() -> None:
    paper = paper_of(["本报记者戴伟龙小麦安全越冬", "渡口重新开放本报记者王小明摄"])
    begin, second = paper.begins
    assert paper.named(begin, begin + 7) > 0 == paper.named(begin, begin + 10)
    assert paper.named(second + 6, paper.end(1)) > 0 == paper.named(second, paper.end(1))


def test_the_items_of_a_statute_are_no_rows() -> None:
    items = ["实行停车场智能化管理，将相关信息实时接入全市统一的停车信息系统；", "按照规定收取停车费用，出具合法的收费票据；",
             "保持停车场标志、标线及交通安全设施正常使用；", "维护停车场内车辆停放秩序，不得从事影响车辆行驶的活动；"]
    texts = tuple(f"（{n}）{item[k:]}" for k, item in enumerate(items) for n in "二三四五六")
    assert not _open(texts) and _open(tuple(text.rstrip("；") for text in texts))
