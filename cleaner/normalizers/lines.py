"""Lines that hold two things: a paragraph and the name that signs it, a caption and its credit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaner.changes import Change
from cleaner.evidence import Evidence
from cleaner.normalizers.base import Rule, Stage
from cleaner.page import Block, Page
from cleaner.structure.names import SURNAMES
from cleaner.structure.roles import INLINE_CREDIT, looks_like_heading

SIGNATURE = re.compile(r"(?<=[。！？”])([ \u3000]*)((?:[\u3400-\u9fff]{2,4}[ \u3000]?){1,4})$")
FALSE_HEADING = re.compile(r"(#{1,6} )(?=[^\n]*[\u3400-\u9fff])[^\n]*[。，、；]$")
LEAST_PARAGRAPH = 20
"""Code points before a signature; a shorter line is a dialogue or a list."""


def _cut(rule: Rule, page: Page, block: Block, i: int, j: int, reason: str, confidence: float) -> Iterator[Change]:
    span = block.source_span(i, j) if j > i else block.source_span(i, i)
    if span is not None:
        yield Change(rule=rule.code, kind="split", tier=rule.tier, start=span.start, end=span.end,
                     before=page.source.text[span.start:span.end], confidence=confidence, reason=reason,
                     evidence={"line": block.text[j:]})


class InlineByline(Rule):
    """The name of the contributor that a paper prints at the end of a report is often read as the last word of
    the last paragraph. It becomes a line of its own, as the paper set it. Only a name that opens with a Chinese
    surname, behind a full stop and a space, is taken for one; without the space, only a single name that ends a
    report, with a headline or nothing behind it."""

    code, name, tier, stage = "BYLINE001", "inline byline", "safe", Stage.LINES
    mends = (
        ("今年第一批西瓜已经运往省城各大市场，价格比去年同期上涨了一成。 王小明",
         "今年第一批西瓜已经运往省城各大市场，价格比去年同期上涨了一成。\n\n王小明"),
        ("列车正点率连续五年保持在百分之九十九以上，旅客十分满意。 李强 赵小敏",
         "列车正点率连续五年保持在百分之九十九以上，旅客十分满意。\n\n李强 赵小敏"),
        ("水库的水位昨天回落到警戒线以下，下游各村恢复了通车。罗思远", "水库的水位昨天回落到警戒线以下，下游各村恢复了通车。\n\n罗思远"),
    )
    keeps = ("“今年的瓜甜不甜？”他问。 很甜", "列车正点率连续五年保持在百分之九十九以上。高铁票价不变", "列车正点率连续五年保持在百分之九十九以上，旅客十分满意。",
             "主队三比一获胜，比赛在下午四点结束，球迷久久不愿离去。 下一场")

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        for block, below in zip(page.blocks, (*page.blocks[1:], None), strict=True):
            match = SIGNATURE.search(block.text) if len(block.text) >= LEAST_PARAGRAPH else None
            if match is None or block.text.startswith(">"):
                continue
            names = match[2].split()
            ends_report = below is None or below.text.startswith("#") or looks_like_heading(below.text)
            if not match[1] and (len(names) > 1 or len(names[0]) > 3 or not ends_report):
                continue
            shaped = all(2 <= len(name) <= 4 and name[0] in SURNAMES for name in names)
            if shaped and any(len(name) == 3 or name not in evidence.lexicon for name in names):
                yield from _cut(self, page, block, match.start(1), match.end(1),
                                f"“{match[2]}” signs the report that ends here", 0.97)


class InlineCredit(Rule):
    """The credit of a picture (图片来源：…) read as the last words of its caption; it becomes a line of its own,
    which the caption rules then put into brackets."""

    code, name, tier, stage = "CREDIT001", "inline credit", "safe", Stage.LINES
    mends = (("新建成的体育馆外景，看台可坐三千人。 图片来源：市体育局",
              "新建成的体育馆外景，看台可坐三千人。\n\n图片来源：市体育局"),)
    keeps = ("论文的图片来源：作者自绘，数据来源：统计年鉴。", "图片来源：市体育局")

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        for block in page.blocks:
            match = None if block.text.startswith(">") else INLINE_CREDIT.search(block.text)
            if match is not None:
                yield from _cut(self, page, block, match.start(), match.start(1),
                                "the credit of a picture ends the line", 0.97)


class FalseHeading(Rule):
    """A line that a layout detector took for a heading, although it ends with a full stop or a comma: the tail of a
    sentence. Chinese headlines carry neither; the mark goes, and the join rules see to the sentence."""

    code, name, tier, stage = "HEAD005", "false heading mark", "safe", Stage.LINES
    mends = (("春播以来，县农机站派出技术员三十名，深入田间地头检修农\n\n# 机具。", "春播以来，县农机站派出技术员三十名，深入田间地头检修农\n\n机具。"),)
    keeps = ("# 春播全面展开\n\n县农机站派出技术员三十名。", "# 今年春播，靠什么？\n\n县农机站派出技术员三十名。",
             "# 1. 春播全面展开\n\n县农机站派出技术员三十名。")

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        for block in page.blocks:
            mark = FALSE_HEADING.match(block.text)
            if mark is not None:
                yield from self.replacement(page, block, 0, mark.end(1), "", "a headline does not end like a sentence",
                                            confidence=0.97, evidence={"line": block.text[:40]})
