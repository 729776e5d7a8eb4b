"""Captions, credits and boxes that stand in the middle of the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cleaner.changes import SCAFFOLD, Change
from cleaner.evidence import Evidence
from cleaner.normalizers.base import Rule, Stage
from cleaner.normalizers.lines import cut
from cleaner.page import Block, Page
from cleaner.structure.labels.roles import Labelled
from cleaner.structure.labels.shapes import END_CREDIT
from cleaner.structure.order.reading import read

SAFE = 0.9
"""Confidence of a caption from which it is written unasked; below it, as for one sentence that stands before a credit
and could be the last of a report, it is suggested."""


class Caption(Rule):
    """A caption is written `> 图：…`, its credit in brackets behind it; a credit without a caption stands alone
    as `> 图：（图片来源：…）`. The line that a caption interrupted is joined by the join rules. Where the settings switch
    the mark of captions off (`scaffold_off`), caption and credit are plain lines, each of its own."""

    code, name, tier, stage = "CAPTION001", "caption and credit", "safe", Stage.READING
    mends = (
        ("比赛在新建的体育馆举行，看台上座无虚席。\n\n新建的体育馆外景。\n\n图片来源：市体育局\n\n主队以三比一获胜。",
         "比赛在新建的体育馆举行，看台上座无虚席。\n\n> 图：新建的体育馆外景。（图片来源：市体育局）\n\n主队以三比一获胜。"),
        ("比赛在新建的体育馆举行，看台上座无虚席，许多观众从外县赶来，场外还架起了大屏幕，供没有买到票的球迷观看。\n\n图片来源：市体育局\n\n主队以三比一获胜，观众久久不愿离去。",
         "比赛在新建的体育馆举行，看台上座无虚席，许多观众从外县赶来，场外还架起了大屏幕，供没有买到票的球迷观看。\n\n> 图：（图片来源：市体育局）\n\n主队以三比一获胜，观众久久不愿离去。"),
        ("新建成的体育馆外景，看台可坐三千人。 图片来源：市体育局", "> 图：新建成的体育馆外景，看台可坐三千人。（图片来源：市体育局）"),
        ("新建成的体育馆外景，看台可坐三千人。王小明 摄", "> 图：新建成的体育馆外景，看台可坐三千人。（王小明 摄）"),
    )
    keeps = ("论文的图片来源：作者自绘，数据来源：统计年鉴。", "> 图：新建的体育馆外景。（图片来源：市体育局）")

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        reading = read(evidence)
        plain = "caption" in evidence.settings.scaffold_off
        caption: int | None = None
        for i in reading.order:
            one, block = reading.roles[i], page.blocks[i]
            if one.marked or one.role not in {"caption", "credit"}:
                caption = None
            elif one.role == "caption":
                caption = i
                yield self._tiered(self.mark(block, "caption", "the words under a picture", one.confidence), one)
                for change in self._inline_credit(page, block, plain):
                    yield self._tiered(change, one)
            else:
                host = one if caption is None else reading.roles[caption]
                if caption is not None and not plain:
                    yield self._tiered(self.join(
                        page, page.blocks[caption], block, "the credit stands behind its caption", confidence=0.97,
                        evidence={"credit": block.text}), host)
                elif caption is None:
                    yield self.mark(block, "caption", "a picture without a caption", one.confidence)
                if block.text[:1] not in "（(":
                    yield self._tiered(self.mark(block, "credit", "the credit of a picture", one.confidence), host)
                caption = None

    def _tiered(self, change: Change, caption: Labelled) -> Change:
        """A change that depends on whether the words are a caption goes no further than they are sure."""
        return change if caption.confidence >= SAFE else replace(change, tier="suggested")

    def _inline_credit(self, page: Page, block: Block, plain: bool) -> Iterator[Change]:
        """The brackets round a credit that was read as the end of its caption, or a line of its own where they are `plain`."""
        end = END_CREDIT.search(block.text)
        if end is None:
            return
        at = end.start(1 if end[1] else 2)
        credit = block.source_span(at, len(block.text))
        if plain:
            yield from cut(self, page, block, end.start(), at, "the credit of a picture ends the line", 0.97)
        if credit is None or plain:
            return
        if at > end.start():
            yield from self.replacement(page, block, end.start(), at, "", "white space before the credit")
        yield Change(rule=self.code, kind="mark", tier=self.tier, role="credit", start=credit.start, end=credit.end,
                     after="".join(SCAFFOLD["credit"]), confidence=0.97, reason="the credit of a picture ends the line",
                     evidence={"credit": block.text[at:]})


class PullQuote(Rule):
    """A box that sets out a sentence of the body, with its figure or name above it, is written `> …`, or left out
    when `pull_quotes = "drop"` says so."""

    code, name, tier, stage = "PULL001", "pull quote", "safe", Stage.READING
    mends = ((
        "比赛在新建的体育馆举行，市民早早来到场外排队，等候检票进\n\n三千座\n\n新建的体育馆可坐三千人，是全市最大的室内场馆。\n\n"
        "场。新建的体育馆可坐三千人，是全市最大的室内场馆。市民说，看球再也不用去省城了。",
        "比赛在新建的体育馆举行，市民早早来到场外排队，等候检票进\n\n> 三千座\n> 新建的体育馆可坐三千人，是全市最大的室内场馆。\n\n"
        "场。新建的体育馆可坐三千人，是全市最大的室内场馆。市民说，看球再也不用去省城了。"),)
    keeps = ("> 三千座\n> 新建的体育馆可坐三千人。\n\n新建的体育馆可坐三千人。",)

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        reading = read(evidence)
        drop = evidence.settings.pull_quotes == "drop"
        before: int | None = None
        for i in reading.order:
            block = page.blocks[i]
            if i in reading.quotes:
                copy = reading.quotes[i]
                reason = "a box repeats this sentence of the body" if copy else "the title of a box"
                if drop:
                    yield from self._drop(page, block, reason)
                else:
                    yield self.mark(block, "quote_line" if before in reading.quotes else "quote", reason,
                                    copy.similarity if copy else 0.9)
            before = i

    def _drop(self, page: Page, block: Block, reason: str) -> Iterator[Change]:
        for unit in block.units:
            yield Change(rule=self.code, kind="drop", tier=self.tier, start=unit.start, end=unit.end,
                         before=page.source.text[unit.start:unit.end], confidence=0.9, reason=reason,
                         evidence={"line": block.text[:40]})
