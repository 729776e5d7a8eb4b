"""Printed lines that the edge of a crop cut in two."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import pytest

from cleaner import clean
from cleaner.evidence import shipped_model
from cleaner.layout import undo
from cleaner.structure.columns import crops as crops_of_columns
from cleaner.structure.columns.crops import Cut, cut_lines
from cleaner.structure.columns.parts import Part, put_together
from cleaner.structure.columns.shared import SharedRuns

RIVER = (
    "停了三年的河湾渡口昨天重新开放，附近的居民都很高兴。第一班渡船在早上六点离开码头，船上坐满了赶集的人。县里还要在渡口两岸各修一条石阶，明年春天完工，到时候老人和孩子上下船就方便多了。",
    "今年雨水好，山脚下的果园收了十万斤苹果，比去年多了一倍。合作社已经和省城的超市签订了合同，苹果从下周起运往省城。",
)
MARKET = (
    "菜市场搬到新楼以后，摊位比原来宽敞了许多，地面每天冲洗两次。卖豆腐的老陈说，早上五点开门，到九点就卖完了。管理处还装了公平秤，谁觉得斤两不够，自己可以再称一遍，一年来没有人吵过架。",
    "山里的小学今年秋天搬进了新教室，操场也铺上了平整的砖。校长说，以前下雨天孩子们只能在走廊里上体育课，现在有了一间小小的体育馆，打球、跳绳都不怕刮风下雨。午饭由镇上的食堂送来，两菜一汤，家长可以随时来尝一尝。",
)
OTHER = "清晨，渔船陆续靠岸，码头上一片忙碌。中午鱼市开张，价格比上周便宜两成，傍晚灯塔亮起，港口安静下来。"


def printed(paragraph: str, width: int) -> Iterator[tuple[str, int]]:
    """The printed lines of a paragraph, and how far each is set in."""
    yield paragraph[:width - 2], 2
    yield from ((paragraph[at:at + width], 0) for at in range(width - 2, len(paragraph), width))


def crops(paragraphs: Sequence[str], width: int, edge: int, shown: int, second: int = 99) -> list[str]:
    """What two crops show of a column: up to `edge` characters of every line, and from `shown` before that to `second`."""
    left = ["".join(line[:edge - indent] for line, indent in printed(paragraph, width)) for paragraph in paragraphs]
    right = ["".join(line[max(0, edge - shown - indent):second - indent] for line, indent in printed(paragraph, width)) for paragraph in paragraphs]
    return [*left, *(block for block in right if block)]


def page(*blocks: str) -> str:
    return "\n\n".join(blocks) + "\n"


@pytest.mark.parametrize(("width", "edge", "shown"), [(16, 9, 3), (14, 8, 2), (20, 9, 4), (19, 12, 3), (22, 14, 3), (17, 7, 3)])
@pytest.mark.parametrize("paragraphs", [RIVER, MARKET])
def test_lines_are_put_together(paragraphs: Sequence[str], width: int, edge: int, shown: int) -> None:
    cleaned = clean(page(*crops(paragraphs, width, edge, shown)))
    assert cleaned.text == page(*paragraphs)
    assert {change.rule for change in cleaned.changes if change.active} == {"COLUMN003"}
    assert undo(cleaned.text, cleaned.log).text == page(*crops(paragraphs, width, edge, shown))
    assert not clean(cleaned.text).changes


def test_most_widths_edges_and_overlaps() -> None:
    tried = [(paragraphs, width, edge, shown) for paragraphs in (RIVER, MARKET) for width in range(14, 23) for edge in range(7, width - 4) for shown in (2, 3, 4)]
    whole = [case for case in tried if cut_lines(crops(*case), shipped_model())]
    assert len(whole) > 0.9 * len(tried)


def test_other_blocks_stay_where_they_are() -> None:
    blocks = crops(RIVER, 16, 9, 3)
    cleaned = clean(page(*MARKET, *blocks[:2], OTHER, *blocks[2:]))
    assert cleaned.text == page(*MARKET, *RIVER, OTHER)


def test_several_columns() -> None:
    river, market = crops(RIVER, 16, 9, 3), crops(MARKET, 20, 12, 3)
    cleaned = clean(page(*river[:2], *market[:2], OTHER, *river[2:], *market[2:]))
    assert all(paragraph in cleaned.text.split("\n") for paragraph in (*RIVER, *MARKET, OTHER))


def test_a_right_crop_need_not_part_the_paragraphs() -> None:
    *left, first, second = crops(RIVER, 16, 9, 3)
    assert clean(page(*left, first + second)).text == page(*RIVER)


@pytest.mark.parametrize("spoilt", [1, 4])
def test_what_the_edge_of_a_crop_spoilt_is_read_from_the_other_one(spoilt: int) -> None:
    lines = list(printed(RIVER[0], 16))
    left = [line[:9 - indent] for line, indent in lines]
    right = [line[6 - indent:] for line, indent in lines]
    left[spoilt] = left[spoilt][:-1] + "目"
    assert clean(page("".join(left), "".join(right))).text == page(RIVER[0])
    left[spoilt] = lines[spoilt][0][:9]
    right[spoilt] = "目" + right[spoilt][1:]
    assert clean(page("".join(left), "".join(right))).text == page(RIVER[0])


def test_spaces_are_no_characters_of_a_line() -> None:
    blocks = crops(RIVER, 16, 9, 3)
    spaced = [block.replace("，", "， ") for block in blocks]
    assert "".join(clean(page(*spaced)).text.split()) == "".join(RIVER)


def test_traditional_script() -> None:
    table = str.maketrans("湾开船离码头满赶县里还两条阶时孩岁兴", "灣開船離碼頭滿趕縣裡還兩條階時孩歲興")
    paragraphs = [paragraph.translate(table) for paragraph in RIVER]
    assert clean(page(*crops(paragraphs, 16, 9, 3))).text == page(*paragraphs)


def test_a_strip_of_lines_that_another_crop_shows_whole_goes() -> None:
    strip = ["".join(line[:6 - indent] for line, indent in printed(paragraph, 16)) for paragraph in MARKET]
    cleaned = clean(page(*strip, OTHER, *MARKET))
    assert cleaned.text == page(OTHER, *MARKET)
    assert {(change.rule, change.kind) for change in cleaned.changes if change.active} == {("COLUMN003", "drop")}


def test_what_stands_beside_strips_goes_with_them() -> None:
    head, byline, line = "新市场摊位宽敞地面每天冲洗两次", "本报记者王小明", "另有一处新楼："
    strips = ["".join(line[:6 - indent] for line, indent in printed(paragraph, 16)) for paragraph in MARKET]
    whole = ["# " + head, byline, MARKET[0], line, MARKET[1]]
    for torn in ("新市场摊位宽每天冲洗", "新市场摊位宽每天冲洪"):  # the first words of both lines; the last character spoilt at the edge
        page_text = page(torn, byline[:4], strips[0], line, strips[1], head, *whole[1:])
        assert clean(page_text).text == page(*whole)
        assert undo(clean(page_text).text, clean(page_text).log).text == page_text
    year = "老街2025年的改造工程"
    torn_year = page(year.replace("5", "6"), byline[:4], strips[0], line, strips[1], year, *whole[1:])
    assert clean(torn_year).text.count("老街202") == 2  # figures differ: another headline
    other = "果园的苹果今年丰收"
    assert clean(page(other, byline, strips[0], line, strips[1], head, *whole[1:])).text.startswith(f"{other}\n\n")


def test_nothing_is_put_into_a_paragraph_that_is_whole() -> None:
    strip = ["".join(line[8:14] for line, _ in printed(paragraph, 16)) for paragraph in MARKET]
    cleaned = clean(page(*MARKET, OTHER, *strip))
    assert cleaned.text.startswith(page(*MARKET, OTHER)[:-1])


@pytest.mark.parametrize("blocks", [
    MARKET, RIVER,
    # one report, told twice
    (MARKET[0], MARKET[0].replace("老陈说", "老陈昨天对记者说").replace("一年来", "半年来")),
    # paragraphs of one mould
    tuple(f"{name}村今年收了{n}万斤苹果，比去年多了{n}千斤，合作社分红{n}十万元，村里还修了{n}里水渠，家家都很高兴。" for name, n in zip("东西南北", "三四五六", strict=True)),
])
def test_what_no_edge_cut_stays(blocks: Sequence[str]) -> None:
    assert cut_lines(blocks, shipped_model()) == []


def test_runs_that_two_blocks_share() -> None:
    shared = SharedRuns(["昨天重新开放", "重新开始", "天重"])
    assert [tuple(run) for run in shared.of(0, 1)] == [(2, 0, 3)]
    assert [tuple(run) for run in shared.of(0, 2)] == [(1, 0, 2)]
    assert shared.of(1, 2) == []


def test_the_cuts_of_a_column() -> None:
    blocks = crops(RIVER, 16, 9, 3)
    (chain,) = cut_lines(blocks, shipped_model())
    assert chain.cuts[0] == Cut(0, 7, 2, 0, 3)
    assert blocks[0][4:7] == blocks[2][:3] == "的河湾"
    mended = put_together(blocks, chain)
    assert mended.paragraphs[0][:3] == (Part(0, 0, 7), Part(2, 0, 10, again=3), Part(0, 7, 16))
    assert mended.empty == mended.again == ()


def test_no_character_is_told_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts of few characters share runs in every order; whatever is made of them, no place stands in two parts."""
    for name in ("LIKELY", "SEED", "SURE", "SURE_EACH"):
        monkeypatch.setattr(crops_of_columns, name, -99.0)
    found = 0
    for seed in range(12):
        rng = random.Random(seed)
        letters = "山水田人口大小上下。，a1"[:rng.randint(8, 13)]
        blocks = ["".join(rng.choices(letters, k=rng.randint(20, 60))) for _ in range(8)]
        for chain in cut_lines(blocks, shipped_model()):
            mended = put_together(blocks, chain)
            said = [part for parts in mended.paragraphs.values() for part in parts] + [part for part, _ in mended.empty]
            places = [(part.block, at) for part in said for at in range(part.start, part.end)]
            assert len(places) == len(set(places))
            assert all(part.start <= part.start + part.again <= part.end - part.spoilt <= len(blocks[part.block]) for part in said)
            found += 1
    assert found


def test_a_column_that_three_crops_show() -> None:
    middle = crops(MARKET, 26, 9, 3, second=19)
    last = ["".join(line[16 - indent:] for line, indent in printed(paragraph, 26)) for paragraph in MARKET]
    assert clean(page(*middle, *last)).text == page(*MARKET)


def test_a_page_of_thousands_of_blocks_is_looked_at() -> None:
    blocks = [f"第{k}号门牌的住户今年换了新的水表，水费按月结算。" for k in range(3000)]
    assert cut_lines(blocks, shipped_model()) == []
