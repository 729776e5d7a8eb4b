"""Headlines that a layout detector took for one region, and that were read across."""

from __future__ import annotations

from collections.abc import Iterator

from cleaner.changes import Change
from cleaner.evidence import Evidence
from cleaner.normalizers.base import Rule, Stage
from cleaner.page import Page
from cleaner.structure.labels.crossed import crossed_headlines


class CrossedHeadline(Rule):
    """Two headlines side by side, each in two lines, that were read as one: first lines, then second lines. Where the page
    prints both of them by themselves as well, as overlapping regions do, the line that mixes them is a copy and goes."""

    code, name, tier, stage = "HEAD006", "headlines read across", "safe", Stage.LINES
    mends = (("河湾渡口重新开放第一天果园丰收苹果装箱两岸居民笑开颜运往省城\n\n河湾渡口重新开放第一天两岸居民笑开颜\n\n果园丰收苹果装箱运往省城",
              "河湾渡口重新开放第一天两岸居民笑开颜\n\n果园丰收苹果装箱运往省城"),)
    keeps = ("县政府办公室关于印发渡口管理办法的通知\n\n县政府办公室的通知\n\n停了三年的渡口昨天迎来第一班渡船。",
             "河湾渡口重新开放 果园丰收苹果装箱\n\n河湾渡口重新开放\n\n果园丰收苹果装箱")

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        for crossed in crossed_headlines([block.text for block in page.blocks]):
            block, one, other = (page.blocks[i] for i in (crossed.block, crossed.one, crossed.other))
            for unit in block.units:
                yield Change(rule=self.code, kind="drop", tier=self.tier, start=unit.start, end=unit.end, target=one.start,
                             before=page.source.text[unit.start:unit.end], confidence=round(crossed.similarity, 4),
                             reason="two headlines that also stand alone were read across here",
                             evidence={"headlines": [one.text[:40], other.text[:40]]})
