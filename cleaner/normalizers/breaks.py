"""The white space between the lines."""

from __future__ import annotations

from collections.abc import Iterator

from cleaner.changes import Change
from cleaner.evidence import Evidence
from cleaner.layout import PARAGRAPH_BREAK
from cleaner.normalizers.base import Rule, Stage
from cleaner.page import Page


class CanonicalBreaks(Rule):
    """One blank line between two paragraphs, none at the top of the page, one line end at its foot. Indents and
    the empty places of pictures go; the log keeps them."""

    code, name, tier, stage = "BREAK001", "line breaks", "safe", Stage.BREAKS
    mends = (("\n\n  春耕开始了，田野里一片繁忙。\n\n\n\n水库开闸放水。\n\n", "春耕开始了，田野里一片繁忙。\n\n水库开闸放水。"),)
    keeps = ("春耕开始了，田野里一片繁忙。\n\n水库开闸放水。", "> 三千座\n> 新建的体育馆可坐三千人。")

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        gaps = page.layout.gaps
        for k, gap in enumerate(gaps):
            if gap.added is not None and not (k == len(gaps) - 1 and gap.added == "" and gap.start == len(page.source.text)):
                continue
            before = page.source.text[gap.start:gap.end]
            after = "" if k == 0 else "\n" if k == len(gaps) - 1 else PARAGRAPH_BREAK
            if before != after:
                yield Change(rule=self.code, kind="replace", tier=self.tier, start=gap.start, end=gap.end,
                             before=before, after=after, reason="the canonical break at this place",
                             evidence={"line_ends": before.count("\n")})
