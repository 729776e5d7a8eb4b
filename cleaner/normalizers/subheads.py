"""Subheads that were read as the last words of the paragraph above them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from cleaner.changes import Change
from cleaner.evidence import Evidence, shipped_model
from cleaner.memory import kept
from cleaner.normalizers.base import Rule, Stage
from cleaner.normalizers.lines import cut
from cleaner.normalizers.merged import end_credit, mid_credit, search_of
from cleaner.page import Page
from cleaner.structure.asked import Asked
from cleaner.structure.copies.boxed import QUOTE as PULLED
from cleaner.structure.copies.certain import said_whole
from cleaner.structure.copies.near import find_shared
from cleaner.structure.copies.passages import shadow
from cleaner.structure.labels.model import near_links
from cleaner.structure.labels.roles import CAPTION_LENGTH
from cleaner.structure.labels.shapes import (
    BYLINE,
    CONTACT,
    CREDIT,
    DECK,
    END_CREDIT,
    NUMBERED_END,
    PICTURE_TALK,
    SIGNED,
    looks_like_heading,
)
from cleaner.structure.labels.tails import TAIL, tail_odds
from cleaner.structure.labels.two_lines import TWO_LINES_SAFE, halves, two_lines
from cleaner.structure.logistic import probability
from cleaner.structure.names import is_name
from cleaner.structure.seams import Seams, ends_sentence

RUNS_ON, BEGUN, NEXT = -1.5, 0.0, 3
"""Log-odds under which a line does not run on into another one, and under which that one has its beginning; how many
blocks behind a line are asked."""
TAIL_SAFE, TAIL_SUGGESTED = 1.8, -0.5
"""Log-odds of a subhead from which it is parted, and from which that is suggested. From 1.8 on `benchmarks/labels.py --fit` finds 77 % of
those of generated pages, .97 of what it parts rightly; of the parts of twelve pages made for measuring, in all their readings, 82 of 83 are."""
QUESTION_SAFE = 2.0
"""The first of them for a question: few paragraphs of the pages that the model is fitted on end with one, in features of a paper many do."""
BEFORE_TAIL = 10
"""Code points before a tail, at least: the rest of a sentence that a column cut may be no longer."""

_numbered_end = search_of(NUMBERED_END)


class GluedSubhead(Rule):
    """A numbered subhead (2、…, 方案3：…) read as the last words of the paragraph above it. The number opens a line
    of its own if nothing behind it continues its words: else it is a sentence that a column cut."""

    code, name, tier, stage = "SPLIT003", "subhead behind a paragraph", "safe", Stage.LINES
    mends = (
        ("停了三年的渡口昨天迎来第一班渡船，两岸居民都来看。2、新渡口的开放时间\n\n目前，乘客可以在码头的窗口买票，也可以在手机上预约，每天共有六班。",
         "停了三年的渡口昨天迎来第一班渡船，两岸居民都来看。\n\n2、新渡口的开放时间\n\n目前，乘客可以在码头的窗口买票，也可以在手机上预约，每天共有六班。"),
    )
    keeps = ("停了三年的渡口昨天迎来第一班渡船，两岸居民都来看。2、3号码头随后\n\n开放，票价和从前一样。",
             "停了三年的渡口昨天迎来第一班渡船。第二班船在八点\n\n离开码头，船上坐满了人。")

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        found = {b.index: m for b in page.blocks if b.text[:1] not in (">", "#") and (m := _numbered_end(b.text))}
        if not found:
            return
        texts, at = parted(page, {index: match.start() for index, match in found.items()})
        seams = Seams(texts, evidence)
        pairs = [(i, j) for i in at.values() for j in range(i + 1, min(len(texts), i + 1 + NEXT))]
        odds = near_links(seams, pairs)
        for index, match in found.items():
            i = at[index]
            behind = [odds[i, j] for j in range(i + 1, min(len(texts), i + 1 + NEXT))]
            if behind and max(behind) < RUNS_ON and seams.headless(i + 1) < BEGUN:
                sure = match["sure"] is not None
                yield from cut(self, page, page.blocks[index], match.start(), match.start(), "a numbered subhead begins here",
                               0.95 if sure else 0.7, self.tier if sure else "suggested")


class LooseSubhead(Rule):
    """A subhead without a number, read as the last words of the paragraph above it. What stands behind the last full
    stop of a block, short and without a mark, is a subhead, a sentence that a column cut, or one that lost its full
    stop: its words, whether the paragraph below speaks of them, and whether any block of the page runs on behind them, say
    which. What has a comma, a question behind a question or above a
    headline, and who is quoted (behind a dash) are left alone."""

    code, name, tier, stage = "SPLIT005", "subhead without a number behind a paragraph", "safe", Stage.LINES
    mends = (
        ("停了三年的渡口昨天迎来第一班渡船，两岸居民都来看。新渡口的开放时间\n\n目前，乘客可以在码头的窗口买票，也可以在手机上预约，每天共有六班。",
         "停了三年的渡口昨天迎来第一班渡船，两岸居民都来看。\n\n新渡口的开放时间\n\n目前，乘客可以在码头的窗口买票，也可以在手机上预约，每天共有六班。"),
        ("停了三年的渡口昨天迎来第一班渡船，两岸居民都来看。船票在哪里买？\n\n目前，乘客可以在码头的窗口买票，也可以在手机上预约，每天共有六班。",
         "停了三年的渡口昨天迎来第一班渡船，两岸居民都来看。\n\n船票在哪里买？\n\n目前，乘客可以在码头的窗口买票，也可以在手机上预约，每天共有六班。"),
    )
    keeps = (
        "停了三年的渡口昨天迎来第一班渡船。第二班船在八点\n\n离开码头，船上坐满了人。",
        "停了三年的渡口昨天迎来第一班渡船，两岸居民都来看。他们都说等了很久\n\n目前，乘客可以在码头的窗口买票，也可以在手机上预约，每天共有六班。",
        "停了三年的渡口昨天迎来第一班渡船，两岸居民都来看。他们又为什么这样高兴呢？",
        "长期收购干辣椒、花椒、八角等调味品，现金结算。云州调味品厂 80000012\n\n出租冷库一座，容量五百吨，水电齐全，紧靠国道，停车方便。",
        "停了三年的渡口昨天迎来第一班渡船，两岸居民都来看。新渡口的\n\n图为渡口的第一班渡船。\n\n开放时间还没有定下来，乘客可以在码头的窗口买票。",
        "停了三年的渡口昨天迎来第一班渡船，两岸居民都来看热闹。王小明摄新渡口的开放时间\n\n目前，乘客可以在码头的窗口买票，也可以在手机上预约。",
        "停了三年的渡口昨天迎来第一班渡船，“我等了很久才等到这一天。”——老船工王大山\n\n目前，乘客可以在码头的窗口买票，也可以在手机上预约，每天共有六班。",
        "停了三年的渡口昨天迎来第一班渡船。船票多少钱？渡船什么时候开？\n\n目前，乘客可以在码头的窗口买票，也可以在手机上预约，每天共有六班。",
    )

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        found = {block.index: match for block in page.blocks if (match := _loose_tail(block.text)) is not None}
        if not found:
            return
        odds = _tails_of(Asked.of(evidence))
        pulled, cropped = _pulled(page.texts), _cropped(page.texts, found)
        least: dict[str, float] = {}  # of a paragraph that stands twice, the one that runs on below tells what its end is
        for index, match in found.items():
            least[match.string] = min(odds[index].log_odds, least.get(match.string, math.inf))
        for index, match in found.items():
            sure = least[match.string]
            if sure > TAIL_SUGGESTED and index not in cropped:
                end = len(match.string[:match.start("tail")].rstrip())
                below = page.blocks[index + 1].text if index + 1 < len(page.blocks) else "#"
                another = _no_paragraph(below) or index + 1 in pulled or (match["tail"][-1] in "？?" and below.startswith("#"))
                if another and not odds[index].goes_on:
                    continue
                bar = QUESTION_SAFE if match["tail"][-1] in "？?" else TAIL_SAFE
                yield from cut(self, page, page.blocks[index], end, match.start("tail"), "a subhead begins behind this paragraph",
                               round(probability(sure), 4), self.tier if sure >= bar else "suggested")


class _Tail(NamedTuple):
    """What is known of a loose tail."""

    log_odds: float
    """Natural log-odds that it is a subhead, or the first of its lines."""
    goes_on: bool
    """Whether the next block is its second line."""


@lru_cache(maxsize=4)
def _tails_of(asked: Asked) -> Mapping[int, _Tail]:
    """The loose tails of a page, by the blocks that they stand behind; kept for the last pages."""
    found = {block.index: match for block in asked.evidence.page.blocks if (match := _loose_tail(block.text)) is not None}
    texts, at = parted(asked.evidence.page, {index: match.start("tail") for index, match in found.items()})
    tails, seams = sorted(at.values()), Seams(texts, asked.evidence)
    odds = tail_odds(texts, tails, seams)
    firsts = two_lines(texts, [i for i in halves(texts) if i in odds], seams)
    lined = {i: pair.log_odds - TWO_LINES_SAFE + TAIL_SAFE for i, pair in firsts.items() if pair.log_odds > TWO_LINES_SAFE and pair.runs_on}
    return {index: _Tail(max(odds[i], lined.get(i, odds[i])), i in lined) for index in found for i in (at[index],)}


@kept
def _no_paragraph(text: str) -> bool:
    """Whether a block is no paragraph by its own words, so that no subhead stands above it: a picture, in the middle of a sentence, or who signs."""
    return bool(text.startswith("> 图：") or CREDIT.match(text) or END_CREDIT.search(text) or PICTURE_TALK.search(text[:CAPTION_LENGTH])
                or BYLINE.match(text) or SIGNED.match(text))


def _pulled(texts: Sequence[str]) -> frozenset[int]:
    """The blocks that are sentences out of another paragraph of the page: what stops above such a pull quote goes on below it."""
    return frozenset(c.copy for c in find_shared(texts, shipped_model()).copies if not c.whole and len(texts[c.copy]) <= PULLED[1] and said_whole(texts, c))


def _cropped(texts: Sequence[str], found: Mapping[int, re.Match[str]]) -> frozenset[int]:
    """The blocks of which another one says the end too, with what stands before the tail, and goes on there, or has its full stop: those last
    words were torn off their sentence."""
    shared = find_shared(texts, shipped_model())
    before = {index: len(shadow(match.string[:match.start("tail")])) - BEFORE_TAIL for index, match in found.items()}
    pieces = (p for passages in shared.passages.values() for passage in passages for p in (passage, passage.turned()) if p.a in before)
    return frozenset(p.a for p in pieces if p.a0 <= before[p.a] and p.a1 == len(shared.shadows[p.a]) and (
        p.b1 < len(shared.shadows[p.b]) or (ends_sentence(texts[p.b]) and not ends_sentence(texts[p.a]))))


@kept
def _loose_tail(text: str) -> re.Match[str] | None:
    """The last words of a block that could be a subhead, and are neither the credit of a picture nor names."""
    match = TAIL.search(text) if text[:1] not in (">", "#") else None
    if match is None or match.start() < BEFORE_TAIL or not looks_like_heading(match["tail"]) or end_credit(text):
        return None
    if match["tail"][-1] in "？?" and text[:match.start("tail")].rstrip()[-1:] in "？?":
        return None
    taken = mid_credit(text)
    credited = taken is not None and taken.end() > match.start("tail")  # …都来看。王小明摄新渡口的开放时间: the credit is told first
    told = credited or DECK.match(match["tail"]) or CREDIT.match(match["tail"]) or BYLINE.match(match["tail"]) or CONTACT.search(match["tail"]) or all(map(is_name, match["tail"].split()))
    return None if told else match


def parted(page: Page, places: Mapping[int, int]) -> tuple[list[str], dict[int, int]]:
    """The texts of a page with some blocks cut in two, `places[block]` code points behind their start, and the index of
    each second part."""
    texts, at = list[str](), dict[int, int]()
    for block in page.blocks:
        if block.index in places:
            at[block.index] = len(texts) + 1
            texts += [block.text[:places[block.index]], block.text[places[block.index]:]]
        else:
            texts.append(block.text)
    return texts, at
