"""The figures that judge a page: by hand on small pages, and against the reference script where it is at hand."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cleaner import clean, scoring
from cleaner.scoring import Defect, bare, bare_lines, paired

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
REFERENCE = SHARED / "score" / "score_page.py"
GOLDS = sorted((SHARED / "gold").glob("*.gold.txt")) if REFERENCE.is_file() else []

TEA = "去年夏天，河边的老茶馆重新开张，附近的居民每天早上都来这里喝茶聊天。"
CORN = "秋收以后，村里的晒谷场上堆满了金黄的稻谷，拖拉机一趟又一趟地把粮食运往县城。"
SCHOOL = "镇上的小学新建了一座图书室，藏书八千多册，孩子们放学以后可以在那里看书。"
GOLD = f"# 小镇新事\n\n{TEA}\n\n{CORN}\n\n〔缺〕{SCHOOL}\n"
SOURCE = f"小镇新事\n\n{TEA[:20]}\n\n{TEA[20:]}\n\n{CORN}\n\n{SCHOOL.replace('图书', '图书书')}\n\n{CORN}\n"
DEFECTS: list[dict[str, Any]] = [
    {"class": "broken_join", "certainty": "certain", "quote": "", "quote_parts": [TEA[10:20], TEA[20:30]]},
    {"class": "broken_join", "certainty": "doubtful", "quote": "不算"},
    {"class": "repeated_paragraph", "certainty": "certain", "quote": CORN},
    {"class": "inserted_char", "certainty": "certain", "quote": "图书书室", "correct": "图书室",
     "applied_in_gold": True},
    {"class": "garbled_char", "certainty": "likely", "quote": "放学", "correct": "放假", "applied_in_gold": True},
    {"class": "heading_unmarked", "certainty": "certain", "quote": "小镇新事"},
]


def score(output: str) -> dict[str, Any]:
    return scoring.score(SOURCE, GOLD, [Defect.from_dict(row) for row in DEFECTS], output)


@pytest.mark.parametrize("line, expected", [
    ("# 老茶馆 重新开张", "老茶馆重新开张"),
    ("> 图：晒谷场（图片来源：镇志办）", "晒谷场图片来源：镇志办"),
    ("> 图：（图片来源：镇志办）", "图片来源：镇志办"),
    ("他说:\u3000“好,好!”(周)", "他说：“好，好！”（周）"),
    ("播种——收割–晾晒-装袋 2017-2019", "播种—收割—晾晒—装袋2017-2019"),
    ("〔缺〕的第一句", "的第一句"),
    ("## ", ""),
])
def test_bare(line: str, expected: str) -> None:
    assert bare(line) == expected


def test_the_gold_scores_full_marks() -> None:
    figures = score(GOLD)
    assert figures["cer"] == 0 and figures["cer_source"] > 0.2
    assert figures["paragraphs"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert figures["order"] == 1.0
    assert figures["joins"] == figures["duplicates"] == figures["repairs"] == [1, 1]
    assert [figures[k] for k in ("unjoined", "overjoined", "lost", "harm", "missed", "halfwidth")] == [0] * 6
    assert figures["likely"] == [0, 1] and figures["lacunae"] == {"marked": [1, 1], "extra": 0}


def test_doing_nothing_does_no_harm() -> None:
    figures = score(SOURCE)
    assert figures["cer"] == figures["cer_source"] and figures["harm"] == 0
    assert (figures["joins"], figures["duplicates"], figures["repairs"]) == ([0, 1], [0, 1], [0, 1])
    assert figures["unjoined"] == 1 and figures["missed"] == 1 and figures["lost"] > 0


@pytest.mark.parametrize("output, figure, expected", [
    (GOLD.replace("金黄", "金色"), "harm", 1),
    (GOLD.replace("图书室", "图书书室"), "missed", 1),
    (GOLD.replace(f"{CORN}\n", ""), "lost", len(CORN)),
    (GOLD.replace(f"{TEA}\n\n", TEA), "overjoined", 1),
    (GOLD.replace("，村里", ",村里"), "halfwidth", 1),
    (GOLD.replace(TEA, "甲乙").replace(CORN, TEA).replace("甲乙", CORN), "order", 0.75),
    (GOLD + "〔缺〕\n", "lacunae", {"marked": [1, 1], "extra": 1}),
    (GOLD.replace("放学", "放假"), "likely", [1, 1]),
    ("", "cer", 1.0),
])
def test_one_fault_moves_its_figure(output: str, figure: str, expected: object) -> None:
    assert score(output)[figure] == expected


def test_lines_are_paired_once_and_equal_ones_first() -> None:
    assert paired(["甲" * 9, "甲" * 9, "乙"], ["甲" * 8 + "丁", "甲" * 9]) == {0: 1, 1: 0}
    assert paired([], ["甲"]) == paired(["甲"], []) == {}
    assert bare_lines("# 甲\n\n> \n\n乙") == ["甲", "乙"]


@pytest.mark.parametrize("row", [{}, {"class": "broken_join", "certainty": "certain", "quote_parts": ["一"]}])
def test_a_row_that_is_no_defect_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises((KeyError, ValueError)):
        Defect.from_dict(row)


@pytest.mark.skipif(not GOLDS, reason="the reference script and its gold pages (../shared) are not at hand")
@pytest.mark.parametrize("gold", GOLDS, ids=lambda path: path.name.split("_")[0])
def test_same_figures_as_the_reference_script(gold: Path, tmp_path: Path) -> None:
    name = gold.name.removesuffix(".gold.txt")
    source, defects = SHARED / "seeds" / f"{name}.txt", gold.with_name(f"{name}.artefacts.jsonl")
    text = source.read_text(encoding="utf-8")
    outputs = [text, gold.read_text(encoding="utf-8"), re.sub("(?<=[^\n])\n\n(?=[^#>])", "", text, count=9), text[::-1],
               text.replace("的", "得"), clean(text, name=name).text if name.startswith("000") else "一\n"]
    for number, output in enumerate(outputs):
        page = tmp_path / f"{number}.txt"
        page.write_text(output, encoding="utf-8")
        files = [str(path) for path in (source, gold, defects, page)]
        theirs = subprocess.run([sys.executable, str(REFERENCE), *files, "--json"], capture_output=True, check=True)
        rows = [json.loads(line) for line in defects.read_text(encoding="utf-8").splitlines() if line.strip()]
        ours = scoring.score(text, gold.read_text(encoding="utf-8"), [Defect.from_dict(row) for row in rows], output)
        assert ours == json.loads(theirs.stdout)
