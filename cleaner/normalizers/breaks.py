"""The white space between the lines."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from cleaner.changes import Change
from cleaner.evidence import Evidence
from cleaner.layout import PARAGRAPH_BREAK
from cleaner.normalizers.base import Rule, Stage
from cleaner.page import Page
from cleaner.structure.labels.shapes import ROW

UNPRINTED = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})
"""Unicode categories that leave no ink: controls, format characters, separators, spaces."""
EDGE = " \t\u3000\xa0\f"


class BareEdge(Rule):
    """White space that another repair laid bare at the edge of a line."""

    code, name, tier, stage = "BREAK002", "white space at an edge", "safe", Stage.TEXT
    mends = ()
    keeps = ("春耕开始了，田野里一片繁忙。\n\n水库 开闸 放水。",)

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        for block in page.blocks:
            bare = block.text.strip(EDGE)
            if bare and bare != block.text:
                start = block.text.index(bare)
                for i, j in ((0, start), (start + len(bare), len(block.text))):
                    if i < j:
                        yield from self.replacement(page, block, i, j, "", "white space at the edge of a line")


class EmptyLine(Rule):
    """A line of which the other repairs left nothing, because it held only characters that no paper prints."""

    code, name, tier, stage = "BREAK003", "empty line", "safe", Stage.TEXT
    mends = (("春耕开始了，田野里一片繁忙。\n\n\x1f\n\n水库开闸放水。", "春耕开始了，田野里一片繁忙。\n\n水库开闸放水。"),)
    keeps = ("春耕开始了，田野里一片繁忙。\n\n水库开闸放水。",)

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        empty = [all(unicodedata.category(char) in UNPRINTED for char in block.text) for block in page.blocks]
        for block in (b for b, nothing in zip(page.blocks, empty, strict=True) if nothing and not all(empty)):
            for unit in block.units:
                yield Change(rule=self.code, kind="drop", tier=self.tier, start=unit.start, end=unit.end,
                             before=page.source.text[unit.start:unit.end], reason="nothing readable stands here",
                             evidence={"characters": len(unit)})


class CanonicalBreaks(Rule):
    """One blank line between two paragraphs, none at the top of the page, one line end at its foot. Indents and
    the empty places of pictures go; the log keeps them."""

    code, name, tier, stage = "BREAK001", "line breaks", "safe", Stage.BREAKS
    mends = (("\n\n  春耕开始了，田野里一片繁忙。\n\n\n\n水库开闸放水。\n\n", "春耕开始了，田野里一片繁忙。\n\n水库开闸放水。"),)
    keeps = ("春耕开始了，田野里一片繁忙。\n\n水库开闸放水。", "> 三千座\n> 新建的体育馆可坐三千人。",
             "| 品名 | 单价 |\n| --- | --- |\n| 苹果 | 3.20 |")

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        gaps = page.layout.gaps
        for k, gap in enumerate(gaps):
            if gap.added is not None and not (k == len(gaps) - 1 and gap.added == "" and gap.start == len(page.source.text)):
                continue
            before = page.source.text[gap.start:gap.end]
            if before == "\n" and 0 < k < len(gaps) - 1 and ROW.match(page.blocks[k - 1].text) and ROW.match(page.blocks[k].text):
                continue  # two rows of one table that is marked as such
            after = "" if k == 0 else "\n" if k == len(gaps) - 1 else PARAGRAPH_BREAK
            if before != after:
                yield canonical_break(gap.start, before, after)


def canonical_break(start: int, before: str, after: str = PARAGRAPH_BREAK) -> Change:
    """The change that writes a break of the source as the canonical text writes it."""
    return Change(rule=CanonicalBreaks.code, kind="replace", tier="safe", start=start, end=start + len(before),
                  before=before, after=after, reason="the canonical break at this place",
                  evidence={"line_ends": before.count("\n")})
