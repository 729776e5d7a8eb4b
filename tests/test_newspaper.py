"""The maker of test pages: lines put into blocks, and what every block is said to show."""

from __future__ import annotations

from typing import Any

from benchmarks.newspaper import blocks
from benchmarks.newspaper.provenance import add_provenance

SIZE, STEP = 30, 44


def line(text: str, x: int, y: int, width: int | None = None, size: int = SIZE) -> dict[str, Any]:
    return {"text": text, "box": [x, y, x + (width or size * len(text)), y + size], "score": 1.0}


def column(x: int, texts: list[str], y: int) -> list[dict[str, Any]]:
    """Lines below each other; a text that begins with a blank is set in."""
    return [line(text.strip(), x + 2 * SIZE * text.startswith(" "), y + k * STEP) for k, text in enumerate(texts)]


LEFT = [" 今年入春以来各地雨水", "偏多，江河水位上涨较快。", " 各地加强巡查，及时转"]
RIGHT = ["移受威胁的群众，没有人", "员伤亡。", " 气象部门预计未来三天"]
PAGE = [line("各地全力防汛抢险保安全", 0, 0, 760, 60), *column(0, LEFT, 110), *column(400, RIGHT, 110)]


def test_xycut_reads_columns_below_a_headline() -> None:
    texts = [one["text"] for one in blocks.xycut(PAGE)]
    assert texts == ["各地全力防汛抢险保安全", "今年入春以来各地雨水偏多，江河水位上涨较快。", "各地加强巡查，及时转",
                     "移受威胁的群众，没有人员伤亡。", "气象部门预计未来三天"]


def test_naive_reads_straight_across() -> None:
    assert blocks.naive(PAGE)[1]["text"] == "今年入春以来各地雨水移受威胁的群众，没有人"


def test_a_line_in_two_regions_stands_in_both() -> None:
    regions = [{"label": "title", "score": .9, "box": [0, 0, 760, 60]}, {"label": "text", "score": .8, "box": [0, 0, 770, 62]}]
    texts = [one["text"] for one in blocks.layout(PAGE, regions, (800, 1200))]
    assert texts.count("各地全力防汛抢险保安全") == 2
    assert len(texts) == 6


def test_tiles_leave_out_lines_that_an_inner_edge_has_cut() -> None:
    crops = [((0, 0, 500, 300), [*column(0, LEFT, 110), line("移受威", 400, 110, 98)]), ((300, 0, 800, 300), column(400, RIGHT, 110))]
    cut, kept = ([one["text"] for one in blocks.tiles(crops, (800, 300), drop)] for drop in (True, False))
    assert "移受威" not in cut
    assert "移受威" in kept


def test_provenance_tells_copies_and_displaced_blocks() -> None:
    texts = ["今年入春以来各地雨水偏多，江河水位上涨较快。", "各地加强巡查，及时转移受威胁的群众，没有人员伤亡。"]
    lines = [{"box": [0, 100 * e, 30 * len(text), 100 * e + 30], "art": 0, "el": e, "start": 0, "end": len(text), "col": 0, "fs": 30} for e, text in enumerate(texts)]
    truth = {"articles": [{"elements": [{"kind": "para", "text": text} for text in texts]}], "lines": lines, "order": [[0, 0], [0, 1]]}
    first, second = (line(text, 0, 100 * k) for k, text in enumerate(texts))
    page = [{"text": one["text"], "lines": [one]} for one in (second, first, first)]
    add_provenance(page, truth, [[1, 0, 0], [0, 1, 0]])
    assert [one["segs"] for one in page] == [[[0, 1, 0, len(texts[1])]], [[0, 0, 0, len(texts[0])]], [[0, 0, 0, len(texts[0])]]]
    assert [one["dup"] for one in page] == [False, False, True]
    assert sorted(one["displaced"] for one in page[:2]) == [False, True]
    assert not any(one["starts_mid"] or one["ends_mid"] for one in page)
