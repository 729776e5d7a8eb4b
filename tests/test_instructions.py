"""Instructions are made of short steps, lists and headings that are much alike: pages without damage, made up for the purpose."""

from __future__ import annotations

import pytest

from cleaner import Page, Settings, Source, clean
from cleaner.changes import Change
from cleaner.evidence import Evidence
from cleaner.pipeline import _without_idle_splits
from cleaner.structure.copies.certain import is_certain
from cleaner.structure.copies.near import Copy, _opens
from cleaner.structure.copies.passages import find_passages, shadow
from cleaner.structure.order.numbering import Numbering
from cleaner.structure.order.reading import flow_of
from cleaner.structure.seams import Seams

LEAD = "手摇磨坊的石磨用久了会变钝，磨出来的面又粗又热，需要请石匠来重新凿一遍磨齿。自己动手也不难，只要备好凿子和锤子，照着下面的步骤做，半天工夫就能把一副磨修好。"
TAIL = "磨好的面粉要摊在竹席上晾凉，再装进布袋，扎紧袋口，挂在梁上，这样过了夏天也不会生虫，到了冬天还是干爽的。"
SHORT = "先看磨盘有没有裂。\n\n松开木楔。\n\n抬起上磨盘。\n\n丁组推磨。\n\n戊组扫地。"
ALIKE = (
    "# 如何在河湾村的磨坊里安装和使用A3型石磨\n\n" + LEAD + "\n\n如何在河湾村的磨坊里安装A3型石磨\n\n"
    "把下磨盘放在三块砖上，用水平尺量过，再把木轴插进孔里。\n\n如何在山前村的磨坊里安装A3型石磨\n\n先把旧的磨盘抬到墙边，再照上面说的做。\n\n介绍A3型石磨16寸版\n\n它的磨齿比老磨细，出面也快。")


@pytest.mark.parametrize("text", [f"{LEAD}\n\n{SHORT}\n\n{TAIL}\n", f"{ALIKE}\n"], ids=["short steps", "alike"])
def test_a_page_of_instructions_keeps_its_words_and_its_order(text: str) -> None:
    marked = [line.lstrip("# ") for line in clean(text).text.splitlines()]
    assert marked == [line.lstrip("# ") for line in text.splitlines()]


def test_the_first_method_is_not_fetched_behind_another_colon() -> None:
    texts = ["修磨有三种方法，下面一一说明。", "方法1：用钢凿", LEAD, "要检查磨齿是否一样深，可以这样做：", "方法2：用砂轮", TAIL]
    flow, _ = flow_of(Evidence(Page(Source.from_text("\n\n".join(texts))), Settings()))
    numbering = Numbering(flow)
    assert [b for b in (1, 4) if numbering.follows(3, b)] == [4]
    assert not numbering.follows(0, 4)


def test_nothing_is_lost_between_a_heading_and_an_entry_of_a_list() -> None:
    texts = ["整理磨盘", "的木楔要敲紧。", "磨盘上的石粉要扫净，磨盘上的木楔要敲紧，磨盘上的木轴要上油。", "社员说，先要整理磨盘"]
    seams = Seams(texts, Evidence(Page(Source.from_text("\n\n".join(texts))), Settings()))
    assert seams.missing(3, 1) == "上"
    assert seams.missing(0, 1) == ""


def test_a_headline_is_no_torn_start_of_its_report() -> None:
    report = "河湾乡第13批赴山前（东沟）修渠队第二小组36名社员昨天坐船回乡，乡亲们到渡口迎接，孩子们给每人戴上一朵红花。"
    for line, torn in (("河湾乡第13批赴山前（东沟）修渠队回乡", False), ("河湾乡第13批赴山前（东沟）修集队第二", True)):
        shadows = [shadow(line), shadow(report)]
        passage = next(p for p in find_passages(shadows) if p.a0 == p.b0 == 0)
        assert _opens([line, report], shadows, passage) is torn


def test_a_short_block_in_other_words_is_no_sure_copy() -> None:
    assert is_certain(Copy(1, 0, 0.96, True, 0, 24), "如何在河湾村的磨坊里安装石磨")
    assert not is_certain(Copy(1, 0, 0.86, True, 0, 24, reworded=True), "如何在河湾村的磨坊里安装石磨")


def test_a_split_beside_text_that_is_taken_away_parts_nothing() -> None:
    source = Source.from_text("渡口开放了。昨天很热闹。人们都来了。\n")

    def change(kind: str, start: int, end: int) -> Change:
        return Change(rule="TEST", kind=kind, tier="safe", start=start, end=end, confidence=1.0, reason="",  # type: ignore[arg-type]
                      before=source.text[start:end])

    page = Page(source, (change("split", 6, 6), change("split", 12, 12), change("replace", 6, 12)))
    assert "" in page.texts
    assert _without_idle_splits(page).texts == ("渡口开放了。人们都来了。",)


def test_names_run_together_sign_under_a_headline_that_nobody_marked() -> None:
    page = f"# 渡口重新开放\n\n{TAIL}\n\n山前村的石磨坊换上了新木轴\n\n熊勇胡子平\n\n{LEAD}\n"
    assert clean(page).text.splitlines() == (page.replace("山前村的", "# 山前村的")).splitlines()
