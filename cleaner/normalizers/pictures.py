"""Captions, credits and boxes that stand in the middle of the text."""

from __future__ import annotations

from collections.abc import Iterator

from cleaner.changes import Change
from cleaner.evidence import Evidence
from cleaner.normalizers.base import Rule, Stage
from cleaner.page import Block, Page
from cleaner.structure.reading import read


class Caption(Rule):
    """A caption is written `> 图：…`, its credit in brackets behind it; a credit without a caption stands alone
    as `> 图：（图片来源：…）`. The line that a caption interrupted is joined by the join rules."""

    code, name, tier, stage = "CAPTION001", "caption and credit", "safe", Stage.READING
    mends = (
        ("比赛在新建的体育馆举行，看台上座无虚席。\n\n新建的体育馆外景。\n\n图片来源：市体育局\n\n主队以三比一获胜。",
         "比赛在新建的体育馆举行，看台上座无虚席。\n\n> 图：新建的体育馆外景。（图片来源：市体育局）\n\n主队以三比一获胜。"),
        ("比赛在新建的体育馆举行，看台上座无虚席，许多观众从外县赶来，场外还架起了大屏幕，供没有买到票的球迷观看。\n\n图片来源：市体育局\n\n主队以三比一获胜，观众久久不愿离去。",
         "比赛在新建的体育馆举行，看台上座无虚席，许多观众从外县赶来，场外还架起了大屏幕，供没有买到票的球迷观看。\n\n> 图：（图片来源：市体育局）\n\n主队以三比一获胜，观众久久不愿离去。"),
    )
    keeps = ("论文的图片来源：作者自绘，数据来源：统计年鉴。", "> 图：新建的体育馆外景。（图片来源：市体育局）")

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        reading = read(evidence)
        before: int | None = None
        for i in reading.order:
            one, block = reading.roles[i], page.blocks[i]
            if one.marked or one.role not in {"caption", "credit"}:
                before = i
                continue
            captioned = before is not None and reading.roles[before].role == "caption"
            if one.role == "caption":
                yield self.mark(block, "caption", "the words under a picture", one.confidence)
            elif captioned and before is not None and not reading.roles[before].marked:
                yield self.join(page, page.blocks[before], block, "the credit stands behind its caption",
                                confidence=0.97, evidence={"credit": block.text})
            else:
                yield self.mark(block, "caption", "a picture without a caption", one.confidence)
            if one.role == "credit" and block.text[:1] not in "（(":
                yield self.mark(block, "credit", "the credit of a picture", one.confidence)
            before = i


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
