"""Marks between figures: hyphens where the page prints dashes, points and commas that stand for each other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import ClassVar

from cleaner.changes import Change, Tier
from cleaner.evidence import Evidence
from cleaner.memory import listed
from cleaner.normalizers.base import Rule, Stage
from cleaner.page import Page

_UNITS = "年月日号时点分岁天周个名人元吨亩级度℃%％"
_DASHED = re.compile(rf"(?<![\d.])\d{{1,4}}[%％]?—\d{{1,4}}([{_UNITS}])", re.ASCII)
_HYPHENED = re.compile(rf"(?<![\d.\-—/A-Za-z])(\d{{1,4}})[%％]?(-{{1,2}})(\d{{1,4}})([{_UNITS}])", re.ASCII)


_RUNS_ON = re.compile("[^。！？；]*[，。！？；]")
"""The rest of a sentence of prose: a headline, of another hand, has no mark, and hyphens of its own (1-7月份 above a report that prints 1—7月份)."""


class RangeHyphen(Rule):
    """A hyphen between two figures of one unit (1-9月) in a sentence, where the page prints other ranges of that unit with a dash (1—8月).

    A paper sets its ranges in one way, and a recogniser easily reads the dash as a hyphen. Where the page prints no such dash, its hyphens are its own,
    and so are those of headlines. The figures stay what they are.
    """

    code: ClassVar[str] = "DASH005"
    name: ClassVar[str] = "hyphen for the dash of a range"
    tier: ClassVar[Tier] = "suggested"
    stage: ClassVar[Stage] = Stage.TEXT
    mends: ClassVar = [("渡口1—8月运客三万人，1-9月运客四万人。", "渡口1—8月运客三万人，1—9月运客四万人。")]
    keeps: ClassVar = ["渡口1-8月运客三万人，1-9月运客四万人。", "1—8月完成，3-5人一组。", "2024-12-8日志", "1—8月，会议在12-8月亮厅召开。",
                       "1-8月渡口客运量稳步增长\n\n渡口1—8月运客三万人，比上年多。"]

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Offer the dash between two rising figures."""
        printed = Counter(match.group(1) for block in page.blocks if "—" in block.text for match in _DASHED.finditer(block.text))
        for block in page.blocks if printed else ():
            for match in _HYPHENED.finditer(block.text) if "-" in block.text else ():
                low, _, high, unit = match.groups()
                if printed[unit] and _RUNS_ON.match(block.text, match.end()) and len(low) <= len(high) and int(low) < int(high):
                    yield from self.replacement(
                        page, block, *match.span(2), "—", f"The page prints ranges of {unit} with a dash.", confidence=0.85,
                        evidence={"range": match.group(), "printed_with_dash": printed[unit]})


_points = listed(re.compile(r"(?<=\d[%％℃])[.．](?=\d+(?:\.\d+)?[%％℃])", re.ASCII).finditer)
_commas = listed(re.compile(r"(?<![\d.,，、—\-第])(\d{1,3})[，,](?=\d{1,2}(?:亿|万元|万吨|个百分点|[%％]))", re.ASCII).finditer)


class MarkInFigures(Rule):
    """A point between two shares (8.3%.20.2%), and a comma in place of the decimal point (18，44亿元).

    No figure goes on behind its sign of per cent, so that a point there is a mark between two items: 、 as in a list. And a list
    has a unit behind each of its figures, so a comma before a fraction of one or two digits is its point. The digits stay
    what they are.
    """

    code: ClassVar[str] = "STOP005"
    name: ClassVar[str] = "points and commas for each other between figures"
    tier: ClassVar[Tier] = "suggested"
    stage: ClassVar[Stage] = Stage.TEXT
    mends: ClassVar = [("三个渡口客运量分别增长8.3%.20.2%、24.3%，收入18，44亿元。", "三个渡口客运量分别增长8.3%、20.2%、24.3%，收入18.44亿元。")]
    keeps: ClassVar = ["增长8.3%，20.2%的渡口重开。", "客运量1,200万人，比2023，24年多。", "第3，44%的人同意。", "一是3，二是44%。"]

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Offer the other mark."""
        for block in page.blocks:
            for match in _points(block.text):
                yield from self.replacement(page, block, *match.span(), "、", "No figure goes on behind its sign of per cent.",
                                            confidence=0.85, evidence={"around": block.text[max(0, match.start() - 6):match.end() + 6]})
            for match in _commas(block.text):
                yield from self.replacement(page, block, match.end() - 1, match.end(), ".", "A fraction stands behind a decimal point.",
                                            confidence=0.85, evidence={"around": block.text[max(0, match.start() - 6):match.end() + 6]})
