"""Passages printed twice by overlapping crops or by a looping recogniser."""

from __future__ import annotations

from collections.abc import Iterator

from cleaner.changes import Change
from cleaner.evidence import Evidence
from cleaner.normalizers.base import Rule, Stage
from cleaner.page import Page
from cleaner.structure.reading import read
from cleaner.structure.repeats import is_certain


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
                    tier=self.tier if is_certain(copy, page.blocks[i].text) else "suggested", start=unit.start, end=unit.end,
                    before=page.source.text[unit.start:unit.end], target=host.start,
                    confidence=round(min(0.999, copy.similarity), 4),
                    reason="the page prints this passage a second time" if copy.whole
                    else "the page prints this passage again inside a longer block",
                    evidence={"similarity": round(copy.similarity, 4), "twin": host.text[:40],
                              "twin_start": host.start, "twin_line": page.source.line_of(host.start)})
