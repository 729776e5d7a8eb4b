"""Hard-wrapped pages: every printed line is a line of the file, and the paragraphs are put together again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from cleaner.changes import Change, Tier
from cleaner.evidence import Evidence
from cleaner.normalizers.base import Rule, Stage
from cleaner.page import Block, Page
from cleaner.structure.columns.interleaved import interleavings
from cleaner.structure.lines.ends import calibrated, doubtful_ends, line_end_features
from cleaner.structure.lines.ground import ground
from cleaner.structure.lines.openings import may_open
from cleaner.structure.lines.printed import gaps_of, printed_lines
from cleaner.structure.lines.single import single_features

SAFE_BREAK, LIKELY_BREAK = 0.2, 0.4
"""Probability of a paragraph's end below which a join is written, and below which it is offered. A paragraph wrongly joined
costs more than ten joins missed (editorial policy): at the first, the next wrong join would be paid for with fewer than ten
right ones; `benchmarks/line_breaks.py` prints both for every threshold, on pages that the weights were not fitted on. A full
last line looks like any other: where a sentence ends with the line and nothing shows how paragraphs begin, it is only offered; and so it is behind a line that is not half as wide as others near it, however
well two such lines (趣味数学 | 上期答案) fill a column of their own."""
HYPHENATED = re.compile(r"(?:^|[^A-Za-z'-])([A-Za-z]{2,})[-\u00ad\u2010]$")
WORD_START = re.compile(r"[a-z]{2,}")
LATIN = re.compile(r"[A-Za-z0-9,;:.!?%)\]'\"]$")
LATIN_START = re.compile(r"[A-Za-z0-9(\['\"]")


@dataclass(frozen=True, slots=True)
class LineEnd:
    """A line end that is taken out: the probability that a paragraph ends there, and what stands for it."""

    block: int
    break_probability: float
    between: str
    """"" between hanzi, a space between Latin words."""
    hyphen: bool
    """Whether the hyphen before it goes too."""
    safe: bool
    """Whether it is taken out unasked."""


@lru_cache(maxsize=2)
def line_ends(evidence: Evidence) -> tuple[LineEnd, ...]:
    """The line ends of a page that are, surely or likely, no paragraph ends; the blocks are `evidence.page.blocks`."""
    page = evidence.page
    return tuple(ends_among(page.texts, gaps_of(page), page.text)) if len(page.blocks) > 1 else ()


def ends_among(texts: Sequence[str], gaps: Sequence[str | None], page: str) -> Iterator[LineEnd]:
    """The line ends of some lines of a page that are, surely or likely, no paragraph ends; `gaps` has what stands between the lines, None where
    no line end is asked for."""
    lines = printed_lines(texts)
    base = ground(gaps, texts, lines)
    asked = base.asked()
    if not asked:
        return
    features = line_end_features(lines, base.stays, base.against, asked)
    doubtful = doubtful_ends(lines, base.against)
    breaks = calibrated().break_probabilities(lines, asked, features, single_features(lines, base.stays))
    for i, p, opens in zip(asked, breaks, may_open(lines, base.against, asked, features, breaks), strict=True):
        if p < LIKELY_BREAK:
            yield LineEnd(i, p, *_seam(texts[i], texts[i + 1], page), p < SAFE_BREAK and not (doubtful[i] or opens))


def _seam(left: str, right: str, page: str) -> tuple[str, bool]:
    """What stands between two lines that are joined, and whether the hyphen at the end of the first goes."""
    parted, rest = HYPHENATED.search(left), WORD_START.match(right)
    if parted and rest:
        compound = re.compile(rf"\b{parted[1]}-{rest.group()}\b")
        return "", not compound.search(page)
    if left[-1] in "-\u2010/" and LATIN.search(left[:-1]):
        return "", False
    return (" " if LATIN.search(left) and LATIN_START.match(right) else ""), False


def _tier(end: LineEnd) -> Tier:
    return "safe" if end.safe else "suggested"


def taken_out(rule: Rule, page: Page, end: LineEnd, left: Block, right: Block) -> Iterator[Change]:
    """The changes by which a rule takes out the end of a line between two blocks."""
    gap, confidence = page.source.break_at.get(left.end, ""), round(1 - end.break_probability, 4)
    yield Change(
        rule=rule.code, kind="join", tier=_tier(end), start=left.end, end=left.end + len(gap), before=gap, target=right.start, after=end.between,
        confidence=confidence, reason="the line fills its column and the paragraph goes on below",
        evidence={"p_break": round(end.break_probability, 4), "seam": f"{left.text[-12:]}|{right.text[:12]}"})
    if end.hyphen:
        n = len(left.text)
        yield from rule.replacement(
            page, left, n - 1, n, "", "the hyphen only parts a word at the end of a printed line", tier=_tier(end), confidence=confidence,
            evidence={"word": left.text[-12:] + right.text[:12]})


class WrappedLine(Rule):
    """A page whose every printed line became a line of the file: the lines of a paragraph are one line again. The
    page must look wrapped (line after line fills one column and stops in mid sentence); a line end goes where the line
    fills its column and the words run on, and stays after a short line, before an indent, an empty line or a list item.
    Verse, lists and tables stay as they are. The hyphen of a Latin word that the line end parts (news- / paper) goes
    too, unless the page prints the compound with its hyphen elsewhere. Lines that may be interleaved (COLUMN004) are only offered. The evidence is the probability that a paragraph
    ends here."""

    code, name, tier, stage = "WRAP001", "printed line", "safe", Stage.LINES
    mends = ((
        "渡口重开\n\n停了三年的河湾渡口昨天重新开放，附\n\n近的居民都很高兴。第一班渡船在早上\n\n六点离开码头，船上坐满了赶集的人，\n\n"
        "他们要到对岸的镇上去卖菜。船工告诉\n\n记者，票价还是老样子，大人两元，孩\n\n子不收。\n\n"
        "县里今年还要在渡口两岸各修一条石阶\n\n，并且装上路灯，让晚上回家的人走得\n\n放心。工程由交通局负责，计划在明年\n\n春天完工。",
        "渡口重开\n\n停了三年的河湾渡口昨天重新开放，附近的居民都很高兴。第一班渡船在早上六点离开码头，船上坐满了赶集的人，"
        "他们要到对岸的镇上去卖菜。船工告诉记者，票价还是老样子，大人两元，孩子不收。\n\n"
        "县里今年还要在渡口两岸各修一条石阶，并且装上路灯，让晚上回家的人走得放心。工程由交通局负责，计划在明年春天完工。"),)
    keeps = (
        "会议在上午九点开始。\n\n与会代表先参观了新建的展览馆。",
        "白日依山尽\n\n黄河入海流\n\n欲穷千里目\n\n更上一层楼\n\n春眠不觉晓\n\n处处闻啼鸟\n\n夜来风雨声\n\n花落知多少",
        "第一小学\n\n第二小学\n\n第三小学\n\n第四小学\n\n第五小学\n\n第六小学\n\n第七小学",
        "1. 把水烧开\n\n2. 把面下锅\n\n3. 加一勺盐\n\n4. 煮三分钟\n\n5. 捞出过水\n\n6. 浇上酱汁",
    )

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        ends = line_ends(evidence)
        doubted = {line for found in interleavings(evidence) if found.likely for line in found.order} if ends else ()
        for end in ends:
            told = replace(end, safe=end.safe and end.block not in doubted)
            yield from taken_out(self, page, told, page.blocks[end.block], page.blocks[end.block + 1])
