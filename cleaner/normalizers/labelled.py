"""Paragraphs that open with a label (问：, 答：, 优点：), read together with what stands before them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from cleaner.changes import Change, Tier
from cleaner.evidence import Evidence
from cleaner.normalizers.base import Rule, Stage
from cleaner.normalizers.lines import cut
from cleaner.page import Page
from cleaner.structure.labels.shapes import HAN, NUMBERED_HEAD

LABEL = re.compile(rf"(?P<label>[{HAN}]{{1,4}})[：:](?=[^\s“\d])")
TWICE, OFTEN = 2, 3
"""Blocks of the page that open with a label: from the first number on it is taken for one, from the second on unasked. Of the
pages of the bench's clean text none that opens two paragraphs with a label prints it behind a full stop as well."""


class LabelledParagraph(Rule):
    """In an interview, or where merits and faults are told in turn, every paragraph opens with the same few labels (问：,
    答：, 优点：). A label behind the full stop of another paragraph, or behind a numbered subhead, opens a line of its own if other
    blocks of the page begin with it."""

    code, name, tier, stage = "SPLIT008", "labelled paragraph behind another", "safe", Stage.LINES
    mends = (
        ("问：渡口什么时候开放？答：下周一早上六点。\n\n问：票价多少？\n\n答：大人两元，孩子不收。\n\n答：每天六班。\n\n答：可以预约。",
         "问：渡口什么时候开放？\n\n答：下周一早上六点。\n\n问：票价多少？\n\n答：大人两元，孩子不收。\n\n答：每天六班。\n\n答：可以预约。"),
        ("优点：票价便宜。\n\n缺点：班次太少。\n\n船上可以坐八十人。方案2：增加班次缺点：要多请两名船工。\n\n优点：不必排队。\n\n缺点：码头太小。",
         "优点：票价便宜。\n\n缺点：班次太少。\n\n船上可以坐八十人。\n\n方案2：增加班次\n\n缺点：要多请两名船工。\n\n优点：不必排队。\n\n缺点：码头太小。"),
    )
    keeps = ("渡口下周开放。注意：每天六班。\n\n注意：票价不变。", "他这样回答：下周一早上六点。\n\n答：每天六班。\n\n答：可以预约。\n\n答：孩子不收。",
             "问：票价多少？\n\n答：大人两元。\n\n问：几点开船？\n\n答：早上六点。")

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        opens = Counter(match["label"] for block in page.blocks if (match := LABEL.match(block.text)))
        labels = [label for label, count in sorted(opens.items()) if count >= TWICE]
        if not labels:
            return
        known = "|".join(map(re.escape, labels))
        inner = re.compile(rf"(?<=[。！？”])(?P<label>{known})[：:]")
        headed = re.compile(rf"(?:^|(?<=[。！？”]))(?P<head>{NUMBERED_HEAD}[{HAN}A-Za-z\d+—]{{2,16}}?)(?P<label>{known})[：:]")
        for block in page.blocks:
            if block.text[:1] in (">", "#"):
                continue
            for match in headed.finditer(block.text):
                if match.start("head"):
                    yield from cut(self, page, block, match.start("head"), match.start("head"), "a numbered subhead begins here", 0.96)
                yield from cut(self, page, block, match.start("label"), match.start("label"), "other paragraphs open with this label", 0.96)
            for match in inner.finditer(block.text):
                tier: Tier = self.tier if opens[match["label"]] >= OFTEN else "suggested"
                yield from cut(self, page, block, match.start(), match.start(), "other paragraphs open with this label", 0.95, tier)
