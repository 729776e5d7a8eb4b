"""Columns that were read across, line by line, inside one block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from cleaner.changes import Change
from cleaner.evidence import Evidence, shipped_lexicon, shipped_model
from cleaner.evidence.script import is_traditional
from cleaner.normalizers.base import Rule, Stage
from cleaner.normalizers.moves import moved_parts
from cleaner.page import Block, Page
from cleaner.source import Span
from cleaner.structure.columns.across import paragraphs, read_across
from cleaner.structure.columns.streams import Unzipped
from cleaner.structure.logistic import probability


@dataclass(frozen=True)
class Taken:
    """A block taken apart: the source spans of its pieces, paragraph by paragraph, in reading order."""

    paragraphs: tuple[tuple[Span, ...], ...]
    found: Unzipped

    @property
    def pieces(self) -> list[Span]:
        """All pieces in reading order."""
        return [piece for paragraph in self.paragraphs for piece in paragraph]


class ReadAcross(Rule):
    """A block in which the recogniser read two or more columns across, one printed line of each in turn, is taken apart at
    the ends of the lines, and each column is put together again. The evidence is the gain: how much better, in
    log-odds, the lines run on inside their columns than as they stand."""

    code, name, tier, stage = "COLUMN001", "columns read across", "safe", Stage.LINES
    mends = ((
        "停了三年的河湾渡口昨天重"
        "今年雨水好，山脚下的果园"
        "新开放，附近的居民都很高兴。"
        "收了十万斤苹果，比去年多了一"
        "第一班渡船在早上六点离开码头，"
        "倍。合作社已经和省城的超市签"
        "船上坐满了赶集的人。县里还要"
        "订了合同，苹果从下周起运往省"
        "在渡口两岸各修一条石阶，明年"
        "城。果园的技术员说，明年还要"
        "春天完工，到时候老人和孩子上"
        "再种两百棵苹果树，请专家来讲"
        "下船就方便多了。"
        "课。",
        "停了三年的河湾渡口昨天重新开放，附近的居民都很高兴。第一班渡船在早上六点离开码头，船上坐满了赶集的人"
        "。县里还要在渡口两岸各修一条石阶，明年春天完工，到时候老人和孩子上下船就方便多了。\n\n"
        "今年雨水好，山脚下的果园收了十万斤苹果，比去年多了一倍。合作社已经和省城的超市签订了合同，苹果从下周"
        "起运往省城。果园的技术员说，明年还要再种两百棵苹果树，请专家来讲课。"),)
    keeps = ("清晨，渔船陆续靠岸，码头上一片忙碌。鱼贩们围着刚卸下的鱼筐讨价还价，孩子们在石阶上跑来跑去，老人坐在树下补网，谁也没有注意到天边的乌云。",)

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        if is_traditional(page):
            return  # the model knows simplified text: on other pages every line end surprises it
        found = read_across([block.text for block in page.blocks], shipped_model(), shipped_lexicon())
        taken: dict[int, Taken] = {}
        for i, reading in sorted(found.items()):
            apart = _apart(page.blocks[i], reading)
            if apart is not None:
                taken[i] = apart
                yield from self._cuts(page, apart)
        if taken:
            yield from self._moves(page, taken)

    def _cuts(self, page: Page, apart: Taken) -> Iterator[Change]:
        sure = round(probability(apart.found.gain), 4)
        evidence = {"gain_log_odds": round(apart.found.gain, 2), "width": apart.found.width,
                    "columns": len({line.stream for line in apart.found.lines})}
        text = page.source.text
        for piece in sorted(apart.pieces, key=lambda span: span.start)[1:]:
            yield Change(
                rule=self.code, kind="split", tier=self.tier, start=piece.start, end=piece.start, confidence=sure,
                reason="the lines of several columns were read across here",
                evidence=evidence | {"line": text[piece.start:piece.end][:40]})
        for paragraph in apart.paragraphs:
            for left, right in pairwise(paragraph):
                yield Change(
                    rule=self.code, kind="join", tier=self.tier, start=left.end, end=left.end, target=right.start,
                    confidence=sure, reason="the next line of the same column",
                    evidence=evidence | {"seam": f"{text[max(left.start, left.end - 12):left.end]}|{text[right.start:right.end][:12]}"})

    def _moves(self, page: Page, taken: dict[int, Taken]) -> Iterator[Change]:
        order: list[Span] = []
        gains: dict[int, float] = {}
        for block in page.blocks:
            apart = taken.get(block.index)
            order += apart.pieces if apart else block.units
            if apart:
                gains |= {piece.start: apart.found.gain for piece in apart.pieces}
        yield from moved_parts(page, self.code, order, gains, "a line of one column stood between lines of another")


def _apart(block: Block, found: Unzipped) -> Taken | None:
    """The pieces in the source; None where an earlier change stands at a cut, or the block was put together before."""
    if len(block.units) > 1:
        return None
    unit = block.units[0]
    places: dict[int, int] = {0: unit.start, len(block.text): unit.end}
    told = paragraphs(block.text, found)
    cuts = sorted({place for paragraph in told for piece in paragraph for place in piece} - set(places))
    for cut in cuts:
        span = block.source_span(cut, cut)
        if span is None:
            return None
        places[cut] = span.start
    ordered = [places[cut] for cut in sorted(places)]
    if any(left >= right for left, right in pairwise(ordered)):
        return None
    return Taken(tuple(tuple(Span(places[i], places[j]) for i, j in paragraph) for paragraph in told), found)
