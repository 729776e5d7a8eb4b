"""Sentences cut by a column, a page or a picture, and passages that are lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from cleaner.changes import Change, Tier
from cleaner.evidence import Evidence
from cleaner.evidence.charset import HAN_RANGE
from cleaner.evidence.script import is_traditional
from cleaner.normalizers.base import Rule, Stage
from cleaner.page import Page
from cleaner.structure.logistic import probability
from cleaner.structure.order.ends import LINE
from cleaner.structure.order.links import Join
from cleaner.structure.order.reading import Reading, read
from cleaner.structure.seams import CLOSERS, SOFT_END, ends_sentence, unclosed

SAFE_LOG_ODDS = 1.4
"""A join is written from these log-odds (p = .80) by both fits; below it is suggested. From there on `benchmarks/calibrate_links.py` finds 99, 98 and
98 % right on generated pages held out (0, 5 and 11.5 % errors; `--pages 400`), and of recognised pages left out in turn 69 of 73 (regions, XY-cut),
55 of 65 (overlapping tiles), and 202 of 219 (three other recognisers): together .913."""
CLAUSE_LOG_ODDS = 1.73
"""The same (p = .85) behind a comma, where any clause may stand: of such links between .80 and .85 6 of 7 are right on recognised pages left out (`--pages 400`; 8 of 12 with
240), between .85 and .90 8 of 12 (9 of 10), above 28 of 30 (27 of 30). From .90 on instead, readings of forty-four pages have 21 right joins less and one wrong one."""
LONE_LOSS = 0.92
"""Probability from which a beginning is taken for lost on a page of which nothing else is plainly torn: there a start that merely sounds
like a continuation (河对岸的砖窑 …) is more likely the writer's. In 474,000 characters of clean articles (news, technology) four starts of more than a `CRUMB` reach .82 to .84, two of
them on pages of which something else is torn, and none more."""

LABEL = 4
"""Code points of a word alone in its line that may head the next line (家教 over 师大学生…), however well the two sound together."""
CRUMB = 3
"""Code points of what the edge of a crop leaves of a line (心、): no passage that lost its beginning."""


def may_run_on(page: Page, reading: Reading, block: int) -> bool:
    """Whether the line above a block stops in mid-sentence, or behind a colon or semicolon, and is no heading; or it leaves a quotation
    open whose closing mark opens the block, or ends with a bracket, and a comma or a stop opens it."""
    if not block:
        return False
    above, opening = page.blocks[block - 1].text, page.blocks[block].text[:1]
    missing = unclosed(page.blocks[block].text)[1]
    if (opening in CLOSERS and missing[:1] == unclosed(above)[0][-1:] != "") or (opening in "，、。；" and above[-1] in CLOSERS):
        return True
    return reading.roles[block - 1].role in {"paragraph", "list", "verse", "table"} and (not ends_sentence(above) or above[-1] in SOFT_END)


def _is_torn(page: Page, reading: Reading) -> bool:
    """Whether a sentence of the page is plainly cut: it is joined unasked, or one of a printed line's length stops at a character or a comma."""
    ends = (page.blocks[i].text for i in reading.torn_ends)
    return any(is_sure(page, join) for join in reading.joins) or any(
        len(end) >= LINE and (end[-1] in HAN_RANGE or end[-1] in "，、,") for end in ends)


def _joined(rule: Rule, page: Page, join: Join, reason: str, tier: Tier | None = None) -> Change:
    left, right = page.blocks[join.a], page.blocks[join.b]
    return rule.join(
        page, left, right, reason, after=join.missing, tier=tier, confidence=probability(join.log_odds),
        evidence={"log_odds": round(join.log_odds, 2), "seam": f"{left.text[-12:]}|{right.text[:12]}"})


def calibrated(page: Page) -> bool:
    """Whether the seam models were fitted on pages like this one. Traditional script is read as simplified, but a paper that ends its sentences
    with 、 has other seams: there their odds are no odds, and only suggest. (Of joins from the same odds on, 131 of 132 were right on pages of
    today's papers of Hong Kong and Taiwan cut into columns, 47 of 84 on the folds of 晶報.)"""
    if not is_traditional(page):
        return True
    marks = Counter(char for text in page.texts for char in text if char in "，。、")
    return marks["，"] > marks["、"] and marks["。"] > 0


class BrokenSentence(Rule):
    """A sentence that a column, a page or a picture cut in two is one paragraph again. The evidence is the seam
    itself: how much likelier the words behind it are there than at the start of a paragraph, words formed
    across it, brackets and quotation marks that open before it and close behind it."""

    code, name, tier, stage = "JOIN001", "broken sentence", "safe", Stage.READING
    mends = (
        ("根据国家有关法律和行政法规的规定，结合本市实\n\n际，制定本条例。", "根据国家有关法律和行政法规的规定，结合本市实际，制定本条例。"),
        ("全省今年计划新建高标准农田三百万亩，发展高效节水灌\n\n溉一百万亩。", "全省今年计划新建高标准农田三百万亩，发展高效节水灌溉一百万亩。"),
    )
    keeps = (
        "会议在上午九点开始。\n\n与会代表先参观了新建的展览馆。",
        "市体育馆\n\n新馆定于下月一日向市民开放，门票免费。",
    )

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        for join in read(evidence).joins:
            if not join.lacuna and not join.missing:
                yield _joined(self, page, join, "the sentence runs on behind this break", "safe" if is_sure(page, join) else "suggested")


def is_sure(page: Page, join: Join) -> bool:
    """Whether a join is as likely as one that is made unasked has to be."""
    end = page.blocks[join.a].text
    label = len(end) <= LABEL and end.isalpha() and join.b == join.a + 1
    return join.log_odds >= (CLAUSE_LOG_ODDS if end[-1] in "，、," else SAFE_LOG_ODDS) and calibrated(page) and not label


class LostAtSeam(Rule):
    """A join at which the scan lost a character that the page itself prints elsewhere, between the same
    characters and never another (信用合 + 社 where the page has 信用合作社 more than once)."""

    code, name, tier, stage = "JOIN002", "character lost at a seam", "safe", Stage.READING
    mends = ((
        "县里的农村信用合作社今年给果农放贷三千万元。农村信用合作社的信贷员走村串户，办理手续。\n\n社员代表大会上，大家称赞农村信用合\n\n"
        "社办事公道，手续简便。",
        "县里的农村信用合作社今年给果农放贷三千万元。农村信用合作社的信贷员走村串户，办理手续。\n\n社员代表大会上，大家称赞农村信用合作"
        "社办事公道，手续简便。"),)
    keeps = ("县里新办了信用合\n\n作社，群众纷纷入社。信用合作社方便了群众，信用合作社越办越好。",)

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        for join in read(evidence).joins:
            if join.missing:
                yield _joined(self, page, join, f"the page prints {join.missing} between these characters elsewhere")


class LostPassage(Rule):
    """A paragraph whose beginning is lost gets the mark 〔缺〕 in front of its first surviving word; where both
    ends of a torn sentence survive and another story was read into it, the mark stands between them (elsewhere that is only suggested). Nothing is invented. Right below a line that stops in mid-sentence
    such a beginning may be the rest of that, and nothing lost: there the mark is only suggested."""

    code, name, tier, stage = "LACUNA001", "lost passage", "safe", Stage.READING
    mends = ((
        "# 新建粮库投入使用\n\n素，先后建成高标准粮仓十二座，仓容达到十五万吨，全部装上了智能测温系统，保管员在手机上就能看到粮情。",
        "# 新建粮库投入使用\n\n〔缺〕素，先后建成高标准粮仓十二座，仓容达到十五万吨，全部装上了智能测温系统，保管员在手机上就能看到粮情。"),)
    keeps = ("会议在上午九点开始。\n\n与会代表先参观了新建的展览馆。", "会议在上午九点开始。\n\n①春耕；②水利；③道路。\n\n代表都到了。",
             "会议在上午九点开始。\n\n1）加强领导，落实责任。\n\n代表都到了。", "# 新建粮库投入使用\n\n心、\n\n县里最大的粮库装满了新米，仓门贴上了封条。",
             "# 征婚\n\n女，32岁，身高1.62米，本科，教师，性格开朗，觅35岁左右、有稳定工作、品行端正的男士为伴，有意者请来信。",
             "入秋以来，三个村子合办了一座榨油坊，把油菜籽送来榨油，赶集的日子挑到镇上去卖。\n\n河对岸的砖窑停了两年，今年春天重新点火，窑工们一天三班。")

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        reading, tier = read(evidence), self.tier if calibrated(page) else "suggested"
        for join in reading.joins:
            if join.lacuna:
                gap: Tier = "suggested" if join.doubtful else tier
                yield _joined(self, page, join, "the end of this sentence and the start of the next block are lost", gap)
                yield self._lost(page, join.b, probability(join.log_odds), gap)
        torn = _is_torn(page, reading)
        for block, sure in sorted(reading.lost.items()):
            plain = (torn or sure >= LONE_LOSS) and len(page.blocks[block].text) > CRUMB and not may_run_on(page, reading, block)
            yield self._lost(page, block, sure, tier if plain else "suggested")

    def _lost(self, page: Page, block: int, sure: float, tier: Tier) -> Change:
        mark = self.mark(page.blocks[block], "lacuna", "this block cannot be the beginning of a paragraph", sure)
        return replace(mark, tier=tier)


class OpenEnd(Rule):
    """A paragraph that stops in the middle of a sentence and whose continuation is nowhere on the page: reported,
    nothing is changed."""

    code, name, tier, stage = "LACUNA002", "open end", "flagged", Stage.READING
    mends = ()
    keeps = ("会议在上午九点开始。\n\n与会代表先参观了新建的展览馆。",)

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        for i in read(evidence).torn_ends:
            block = page.blocks[i]
            yield from self.flag(block, max(0, len(block.text) - 8), len(block.text),
                                 "the sentence stops here and runs on nowhere on the page")
