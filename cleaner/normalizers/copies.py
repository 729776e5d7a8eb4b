"""Passages printed twice by overlapping crops or by a looping recogniser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from cleaner.changes import Change, Tier
from cleaner.evidence import Evidence, shipped_model
from cleaner.normalizers.base import Rule, Stage
from cleaner.page import Block, Page
from cleaner.structure.copies.certain import is_certain
from cleaner.structure.copies.loops import loop_in, looping_blocks
from cleaner.structure.copies.near import Copy
from cleaner.structure.copies.overlaps import Cut, find_cuts
from cleaner.structure.copies.twins import better_readings
from cleaner.structure.labels.shapes import DATELINE, HAN, WIRE
from cleaner.structure.logistic import probability
from cleaner.structure.order.reading import read
from cleaner.structure.scripts import both_scripts
from cleaner.structure.seams import CANNOT_START, ends_sentence

SOURCE_LINE = re.compile(both_scripts(rf"(?:{WIRE}|新华社[{HAN}]{{2,8}}\d{{1,2}}月\d{{1,2}}日电)\s*(?:[（(][^（()）]*[）)])?"))
"""Whose news it is, and nothing else: 中新网成都3月13日电（记者 王小明）."""
SURE = 0.6
"""Similarity of an overlap from which it is cut unasked; below, too little is left to compare, ..."""
SURE_MATCHES, LEAST_MATCHES = 15, 8
"""... unless so many of its code points are alike; and how many of the shortest one that is cut unasked."""


LEAD = 40
"""Code points at the start of a report in which its headline may be said again."""


def _may_be_headline(page: Page, copy: Copy) -> bool:
    """Whether a line is a headline that the report below repeats word for word behind its source (渡口重新开放 | 据新华社电，渡口重新
    开放…), the second line of one, or a source that two reports open with: none of them is a copy for sure."""
    text, host = page.blocks[copy.copy].text, page.blocks[copy.host].text
    if SOURCE_LINE.fullmatch(text):
        return True
    if copy.whole or ends_sentence(text):
        return False
    above = copy.copy + 1 == copy.host and 0 < copy.start < LEAD and bool(DATELINE.match(host)) and not DATELINE.match(text)
    return above or (copy.start == 0 and text[0] in CANNOT_START and host[0] not in CANNOT_START)


def _is_plain(cut: Cut) -> bool:
    """Whether enough of an overlap is alike to cut it unasked."""
    matches = round(cut.similarity * (cut.end - cut.start))
    return matches >= (LEAST_MATCHES if cut.similarity >= SURE else SURE_MATCHES)


def _reason(copy: Copy) -> str:
    if copy.hosts:
        return "the blocks that together say this passage stand on the page too"
    return ("the page prints this passage a second time" if copy.whole
            else "the page prints this passage again inside a longer block")


class CopiedBlock(Rule):
    """A block that the page has twice stands once: the one stays that its neighbours continue, or the fuller one.
    What a paper repeats on purpose stays: credits, bylines, slogans, rows of a table, pull quotes."""

    code, name, tier, stage = "COPY001", "copied block", "safe", Stage.READING
    mends = (
        ("村里修好了水渠，三百亩旱地都浇上了水。\n\n到了秋天，合作社卖出稻谷二十万斤，每户分红八千元。\n\n"
         "到了秋天，合作社卖出稻谷二十万斤，每户分红八千元。\n\n老支书说，明年还要种果树。",
         "村里修好了水渠，三百亩旱地都浇上了水。\n\n到了秋天，合作社卖出稻谷二十万斤，每户分红八千元。\n\n"
         "老支书说，明年还要种果树。"),
    )
    keeps = (
        "加油！\n\n加油！\n\n看台上喊声震天，主队终于在最后一分钟扳平了比分。",
        "第一组：跑道长400米，宽8米，铺设塑胶面层。\n\n第二组：跑道长300米，宽6米，铺设塑胶面层。",
    )

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        for i, copy in sorted(read(evidence).drops.items()):
            for unit in page.blocks[i].units:
                host = page.blocks[copy.host]
                yield Change(
                    rule=self.code, kind="drop",
                    tier=self.tier if is_certain(copy, page.blocks[i].text) and not _may_be_headline(page, copy) else "suggested",
                    start=unit.start, end=unit.end,
                    before=page.source.text[unit.start:unit.end], target=host.start,
                    confidence=round(min(0.999, copy.similarity), 4),
                    reason=_reason(copy),
                    evidence={"similarity": round(copy.similarity, 4), "twin": host.text[:40],
                              "twin_start": host.start, "twin_line": page.source.line_of(host.start)})


@lru_cache(maxsize=2)
def _turns(texts: tuple[str, ...]) -> dict[int, tuple[int, int]]:
    """The blocks of a looping recogniser, once for the rules that ask."""
    return looping_blocks(texts)


@lru_cache(maxsize=4)
def _cuts(texts: tuple[str, ...]) -> tuple[Cut, ...]:
    """What overlapping crops have twice, once for the rounds that ask."""
    loops = frozenset(_turns(texts)) | {i for i, text in enumerate(texts) if loop_in(text)}
    return tuple(find_cuts(texts, shipped_model(), loops))


class OverlappingCrops(Rule):
    """Where two crops of a page overlap, the lines that both show stand in one block only: in the one whose text
    runs on there. A block that holds paragraphs which also stand alone gives them up."""

    code, name, tier, stage = "COPY002", "overlapping crops", "safe", Stage.LINES
    mends = (
        ("渡口昨天重新开放，第一班渡船在早上六点离开码头，船上坐满了赶集的人和他们的箩\n\n"
         "船上坐满了赶集的人和他们的箩筐。船工说，票价还是老样子。",
         "渡口昨天重新开放，第一班渡船在早上六点离开码头，船上坐满了赶集的人和他们的箩\n\n筐。船工说，票价还是老样子。"),
    )
    keeps = (
        "县里请来了省农业科学院果树研究所的专家。\n\n省农业科学院果树研究所的专家说，苹果树要在冬天剪枝。",
        "这首歌唱道：山高水长，我的家乡。\n\n山高水长，我的家乡。孩子们跟着一起唱。",
    )

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        for cut in _cuts(evidence.texts):
            block, twin = page.blocks[cut.block], page.blocks[cut.twin]
            places = [i for i, c in enumerate(block.text) if not c.isspace()]
            start, end = places[cut.start], places[cut.end - 1] + 1
            if not start:
                end += len(block.text[end:]) - len(block.text[end:].lstrip())
            yield from cut_out(
                self, page, block, start, end, cut.reason, "safe" if cut.sure and _is_plain(cut) else "suggested",
                round(min(0.999, cut.similarity), 4), _twin(page, twin, cut), twin.start)


def cut_out(
    rule: Rule, page: Page, block: Block, i: int, j: int, reason: str, tier: Tier, confidence: float,
    evidence: dict[str, object], twin: int,
) -> Iterator[Change]:
    """Take `block.text[i:j]` out of the source, with whatever earlier rules repaired in it."""
    for unit in block.units:
        inside = [k for k in range(i, j) if unit.start <= block.origins[k] < unit.end]
        if not inside:
            continue
        start, end = block.origins[inside[0]], block.origins[inside[-1]] + 1
        if inside[0] == i and (not i or block.origins[i - 1] < unit.start):
            start = unit.start
        if inside[-1] == j - 1 and (j == len(block.text) or not unit.start <= block.origins[j] < unit.end):
            end = unit.end
        whole = end - start == unit.end - unit.start  # of a block that was joined from several
        yield Change(rule=rule.code, kind="drop" if whole else "replace", tier=tier, start=start, end=end,
                     before=page.source.text[start:end], target=twin if whole else None, confidence=confidence,
                     reason=reason, evidence=evidence)


def _twin(page: Page, twin: Block, cut: Cut) -> dict[str, object]:
    places = [i for i, c in enumerate(twin.text) if not c.isspace()]
    said = twin.text[places[cut.twin_start]:places[cut.twin_end - 1] + 1]
    return {"similarity": round(cut.similarity, 4), "twin": said[:40], "twin_start": twin.start,
            "twin_line": page.source.line_of(twin.start), "goes_on": cut.goes_on}


class LoopingTail(Rule):
    """A recogniser that loses its place prints one clause over and over. It stands once; a refrain, a slogan or a
    chant that stands two or three times stays, and so do the equal cells of a table."""

    code, name, tier, stage = "COPY003", "looping tail", "safe", Stage.LOOPS
    mends = (
        ("老支书说，明年还要种果树。" + "合作社的账目每月公布一次，" * 9 + "合作社的账",
         "老支书说，明年还要种果树。合作社的账目每月公布一次，"),
        ("水渠修好了。\n\n" + "三百亩旱地都浇上了水。\n\n" * 7 + "到了秋天，合作社卖出稻谷二十万斤。",
         "水渠修好了。\n\n三百亩旱地都浇上了水。\n\n到了秋天，合作社卖出稻谷二十万斤。"),
    )
    keeps = (
        "观众齐声高喊：加油！加油！加油！加油！加油！加油！",
        "山高水长，我的家乡，你在我心上。\n\n春天播下种子。\n\n山高水长，我的家乡，你在我心上。\n\n秋天收获粮食。\n\n山高水长，我的家乡，你在我心上。",
        "第一组合格\n\n第二组合格\n\n第三组合格\n\n第四组合格\n\n第五组合格\n\n第六组合格",
    )

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        turns = _turns(evidence.texts)
        for i, (first, times) in sorted(turns.items()):
            host = page.blocks[first]
            for unit in page.blocks[i].units:
                yield Change(
                    rule=self.code, kind="drop", tier=self.tier, start=unit.start, end=unit.end,
                    before=page.source.text[unit.start:unit.end], target=host.start, confidence=0.99,
                    reason="the recogniser printed this line over and over",
                    evidence={"times": times, "twin": host.text[:40], "twin_start": host.start})
        for block in page.blocks:
            loop = loop_in(block.text) if block.index not in turns else None
            if loop is not None:
                yield from cut_out(
                    self, page, block, loop.start, loop.end, "the recogniser printed this clause over and over", "safe", 0.99,
                    {"times": loop.times, "twin": block.text[loop.first:loop.start][:40]}, block.start)


SAFE_GAIN = 4.0
"""Log10 odds from which the other copy's reading is written unasked. `benchmarks/copies.py` counts what is taken over: at 5 %
errors 286 places were mended so and 4 spoilt, at 11.5 % 19 and none."""
LEAST_GAIN = 1.5
"""Log10 odds from which the other copy's reading is suggested."""


class SecondReading(Rule):
    """A passage that the page prints twice was read twice. Where the copy that goes has a likelier character than the
    one that stays, the passage takes it; what stood there is kept in the log. Figures are never taken over."""

    code, name, tier, stage = "COPY004", "second reading", "safe", Stage.READING
    mends = (
        ("到了秋天，村里依照中华人艮共和国土地管理法的规定，把三百亩地重新丈量了一遍。\n\n老支书说，明年还要种果树。\n\n"
         "到了秋天，村里依照中华人民共和国土地管理法的规定，把三百亩地重新丈量了一遍。",
         "到了秋天，村里依照中华人民共和国土地管理法的规定，把三百亩地重新丈量了一遍。\n\n老支书说，明年还要种果树。\n\n"
         "到了秋天，村里依照中华人民共和国土地管理法的规定，把三百亩地重新丈量了一遍。"),
    )
    keeps = (
        "第一组：跑道长400米，宽8米，铺设塑胶面层。\n\n第二组：跑道长300米，宽6米，铺设塑胶面层。",
        "到了秋天，合作社卖出稻谷二十万斤，每户分红八百元钱。\n\n老支书说，明年还要种果树。",
    )

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        drops = read(evidence).drops
        rows: list[tuple[Block, list[int], int]] = []
        pairs: list[tuple[str, str]] = []
        for i, copy in sorted(drops.items()):
            host = page.blocks[copy.host]
            if copy.host in drops or copy.hosts or copy.slices > 1 or copy.formula or copy.parallel:
                continue
            places = [k for k, c in enumerate(host.text) if not c.isspace()][copy.start:copy.end]
            rows.append((host, places, i))
            pairs.append(("".join(host.text[k] for k in places), "".join(page.blocks[i].text.split())))
        for (host, places, i), readings in zip(rows, better_readings(pairs, evidence.model), strict=True):
            for reading in readings:
                if reading.gain >= LEAST_GAIN:
                    yield from self.replacement(
                        page, host, places[reading.start], places[reading.end - 1] + 1, reading.after,
                        "the other copy of this passage reads so", tier="safe" if reading.gain >= SAFE_GAIN else "suggested",
                        confidence=round(probability(reading.gain), 4),
                        evidence={"gain_log10": round(reading.gain, 2), "twin": page.blocks[i].text[:40],
                                  "twin_start": page.blocks[i].start})
