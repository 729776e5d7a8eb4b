"""Punctuation of Chinese prose: its width, dashes, quotation marks, full stops."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import ClassVar

from cleaner.changes import Change, Tier
from cleaner.evidence import Evidence, shipped_model
from cleaner.evidence.charset import FORMULA, HAN, is_chinese, protected_spans
from cleaner.evidence.dashes import (
    MARKS,
    SAFE_GAIN,
    SUGGESTED_GAIN,
    Chain,
    chains,
    faults,
    proven_pairs,
    separator_gain,
)
from cleaner.normalizers.base import Rule, Stage
from cleaner.normalizers.characters import pieces
from cleaner.page import Block, Page
from cleaner.structure.labels.shapes import CITED

WIDER = dict(zip(",;:?!()", "，；：？！（）", strict=True))
_MARK = re.compile("[,;:?!()]")
_LEFT = re.compile(f"[{HAN}〇々”’》）」』】〉〕、。，；：？！…—％]")
_RIGHT = re.compile(f"[{HAN}〇“‘《（「『【〈〔]")


def width_edits(text: str) -> list[tuple[int, int, str]]:
    """`(start, end, after)` of the half-width `,;:?!()` that Chinese prose wants in full width."""
    if not _MARK.search(text) or ("[" in text and CITED.search(text)):
        return []
    prose = is_chinese(text)
    kept = bytearray(len(text))
    for start, end in protected_spans(text):
        kept[start:end] = b"\1" * (end - start)
    if "(" in text:
        for match in FORMULA.finditer(text):
            kept[match.start():match.end()] = b"\1" * (match.end() - match.start())
    wide = _wide_brackets(text, prose, kept)
    edits: list[tuple[int, int, str]] = []
    reads = list(text)
    for match in _MARK.finditer(text):
        i, mark = match.start(), match.group()
        if kept[i] or (mark in "()" and i not in wide) or (mark not in "()" and not _beside(reads, i, prose)):
            continue
        end = i + 1
        while mark != ")" and end - i <= 2 and text[end:end + 1] == " " and _RIGHT.match(text, end + 1):
            end += 1
        if mark == ")":
            end = i + 1
        reads[i] = WIDER[mark]
        edits.append((i, end, WIDER[mark]))
    return edits


def _beside(reads: list[str], i: int, prose: bool) -> bool:
    """Whether a mark stands beside Chinese: outside prose on both sides, in prose on either."""
    left = i > 0 and bool(_LEFT.match(reads[i - 1]))
    right = i + 1 < len(reads) and bool(_RIGHT.match(reads[i + 1]))
    spaced = i + 2 < len(reads) and reads[i + 1] == " " and bool(_RIGHT.match(reads[i + 2]))
    if not prose:
        return left and right
    if left and reads[i - 1] in "’”" and i + 1 < len(reads) and reads[i + 1].isascii() and reads[i + 1].isalpha():
        return False
    return left or right or spaced


def _wide_brackets(text: str, prose: bool, kept: bytearray) -> set[int]:
    """Offsets of the half-width brackets to widen. The two brackets of a pair always end up equal."""
    wide: set[int] = set()
    if "(" not in text and ")" not in text:
        return wide
    stack: list[int] = []
    single: list[int] = []
    for match in re.finditer(r"[()（）]", text):
        i = match.start()
        if kept[i]:
            continue
        if match.group() in "(（":
            stack.append(i)
        elif stack:
            start = stack.pop()
            mixed = (text[start] == "（") != (text[i] == "）")
            if mixed or _bracket_context(text, start, i, prose):
                wide.update((start, i))
        else:
            single.append(i)
    wide.update(i for i in (*stack, *single) if _beside(list(text[max(0, i - 1):i + 2]), min(i, 1), prose))
    return {i for i in wide if text[i] in "()"}


def _bracket_context(text: str, start: int, end: int, prose: bool) -> bool:
    outside = bool(start and _LEFT.match(text, start - 1)) or bool(_RIGHT.match(text, end + 1))
    outside = outside or bool(re.match(f"[{HAN}，。；：？！、]", text[end + 1:end + 2]))
    inside = bool(re.search(f"[{HAN}]", text[start + 1:start + 2] + text[end - 1:end]))
    return (outside or inside) if prose else (outside and inside)


def settled_width(text: str) -> str:
    """A string as the width rule would leave it."""
    for start, end, after in reversed(width_edits(text)):
        text = text[:start] + after + text[end:]
    return text


class HalfWidthPunctuation(Rule):
    """Half-width , ; : ? ! ( ) beside Chinese: recognisers that know both widths mix them up.

    Chinese newspapers set these marks in full width. Numbers (1,000), times (12:30), scores (3:2), Latin text,
    addresses and formulas keep theirs. The two brackets of a pair always get the same width.
    """

    code: ClassVar[str] = "WIDTH001"
    name: ClassVar[str] = "half-width punctuation"
    tier: ClassVar[Tier] = "safe"
    stage: ClassVar[Stage] = Stage.TEXT
    mends: ClassVar = [
        ("去年冬小麦播种3,200亩,比上年多;能丰收吗?当然!", "去年冬小麦播种3,200亩，比上年多；能丰收吗？当然！"),
        ("动车(8节编组)与普速（非空调)列车:12:30同站发车。", "动车（8节编组）与普速（非空调）列车：12:30同站发车。"),
    ]
    keeps: ClassVar = [
        "比赛12:30开始，主队3:2获胜，观众1,200人。",
        "The hurdler (aged 21) said: yes, I can!",
        "函数f(x)和Ca(OH)2都是课本里的写法，range(1, 10)是程序里的。",
        "[3] 霍思远. 水库淤积的观测[M]. 北京: 水利出版社, 1999: 88-102.",
        "报名网址https://www.example.org/a?b=1,2;c 邮箱 a.b@example.org。",
    ]

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Widen the marks of every block."""
        for block in page.blocks:
            for start, end, after in width_edits(block.text):
                if block.source_span(start, end) is None:  # the space behind the mark is no source character
                    end = start + 1
                yield from self.replacement(
                    page, block, start, end, after, "Chinese prose prints this mark in full width.", confidence=0.99,
                    evidence={"left": block.text[max(0, start - 2):start], "right": block.text[end:end + 2]})


STOP_AHEAD = 1.0
"""log10 by which a full stop must read better than a comma to be offered for a point where the block goes on: of 14 points on recognised pages where
neither led by more nine were commas, by more than that only stops."""

_OPENS = re.compile("但|而(?!且)|因此|所以|不过|然而|否则|从而|由于|其中|请|并(?!且)")
"""What begins a clause: before it stands a comma, never the mark between the items of a list."""
_TIME = re.compile(r"(?:^|[。！？；])(?:目前|近[日期]|日前|如今|随后|据悉|对此|[^，、：。！？；]{2,12}(?:以来|[之以][前后际]|晚上|[上下]午|[今昨]天|[0-9]+[日月年]))\Z")
"""The time of a sentence, before anything else: no item of a list either."""
_CLAUSE_MARK = re.compile("[，。！？；：]")
LONGEST_TIME, LONGEST_CLAUSE = 20, 60
"""Code points that are looked at for the one and the other."""
LIST_BEHIND = 0.5
"""log10 by which a comma must read better than 、 there; in 40,000 clean 、 three are taken for commas, see `benchmarks/flags.py`."""


class PointForStop(Rule):
    """A half-width point where a Chinese clause ends: recognisers lose the hole of the small circle 。.

    Of a comma a point is left as well: where the block goes on it is offered unless the language model finds the full stop far likelier. So it is for 、 before a conjunction or
    behind the time of a sentence, where no list can be, if that 、 is the only one there.
    """

    code: ClassVar[str] = "STOP002"
    name: ClassVar[str] = "misread marks at the ends of clauses"
    tier: ClassVar[Tier] = "suggested"
    stage: ClassVar[Stage] = Stage.TEXT
    mends: ClassVar = [("球队昨天抵达客场，今天上午适应场地.", "球队昨天抵达客场，今天上午适应场地。"),
                       ("渡船主要用在枯水的季节、但涨水时也能开。今年以来、村里新修了码头。", "渡船主要用在枯水的季节，但涨水时也能开。今年以来，村里新修了码头。")]
    keeps: ClassVar = ["一.播种时节", "约翰.史密斯打进一球。", "亩产2.5吨", "详见第三章第二节...",
                       "通车时、停车时都要小心。今天、明天和后天，渡口休息。由东向西、由北向南都通船，上午、下午各一班。"]

    _pattern = re.compile(f"(?<=[{HAN}”）])\\.(?=[{HAN}“]|\\Z)")
    _clause = re.compile(f"[{HAN}A-Za-z0-9“”]{{6,}}\\Z")

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Suggest the stop, or the comma, behind a clause of six characters or more."""
        for block in page.blocks:
            yield from self._commas(page, block)
            for match in self._pattern.finditer(block.text) if "." in block.text else ():
                i = match.start()
                if self._clause.search(block.text, max(0, i - 12), i):
                    context, rest = "\n" + block.text[max(0, i - 5):i], block.text[i + 1:i + 6] or "\n"
                    stop, comma = shipped_model().score_many([(context, mark + rest) for mark in "。，"]).tolist()
                    after = "，" if comma - stop > (0.0 if i + 1 == len(block.text) else -STOP_AHEAD) else "。"
                    yield from self.replacement(
                        page, block, i, i + 1, after, f"A point after a Chinese clause is a misread {after}.",
                        confidence=0.85, evidence={"clause": block.text[max(0, i - 8):i], "comma_log10": round(comma - stop, 2)})

    def _commas(self, page: Page, block: Block) -> Iterator[Change]:
        """Offer the comma for every 、 that stands between two clauses."""
        text = block.text
        for match in re.finditer("、", text):
            i = match.start()
            if not (_OPENS.match(text, i + 1) or _TIME.search(text, max(0, i - LONGEST_TIME), i)):
                continue
            clauses = (_CLAUSE_MARK.split(text[max(0, i - LONGEST_CLAUSE):i])[-1], _CLAUSE_MARK.split(text[i + 1:i + LONGEST_CLAUSE])[0])
            if any("、" in clause for clause in clauses):
                continue
            context, rest = "\n" + text[max(0, i - 8):i], text[i + 1:i + 9] or "\n"
            listed, comma = shipped_model().score_many([(context, mark + rest) for mark in "、，"]).tolist()
            if comma - listed >= LIST_BEHIND:
                yield from self.replacement(
                    page, block, i, i + 1, "，", "No list can be here: 、 is a misread comma.",
                    confidence=0.85, evidence={"comma_log10": round(comma - listed, 2)})


_DASH = re.compile(f"(?<=[{HAN}])—(?=[{HAN}])")


class ChainDash(Rule):
    """一, a hyphen or a ruled line where a chain of terms had dashes.

    In a chain such as one stage of work after the other (term—term—term) the dash is easily read as the numeral
    一 or as a hyphen. It is mended where the chain has two such marks or more, every term is made of words,
    一 forms no word with what stands beside it (一体, 第一, 一批), no wording of the kind "one … one …" (每月, 实行)
    leads in, and the language model reads the terms as a list far more easily than with the numeral. A mark
    between two terms is mended as well where another chain of the page has proved them to be neighbours. A paper may
    well print hyphens in chains (routes, steps of work): those are mended where the page prints dashes elsewhere, and left alone where it does not.
    """

    code: ClassVar[str] = "DASH001"
    name: ClassVar[str] = "misread dashes in a chain"
    tier: ClassVar[Tier] = "safe"
    stage: ClassVar[Stage] = Stage.TEXT
    mends: ClassVar = [
        ("合作社打通“采购一运输一仓储一配送”全流程，其中运输一仓储环节最省钱。",
         "合作社打通“采购—运输—仓储—配送”全流程，其中运输—仓储环节最省钱。"),
        ("实行设计-施工-验收全程管理。\n\n田间—车间的路短了。", "实行设计—施工—验收全程管理。\n\n田间—车间的路短了。"),
    ]
    keeps: ClassVar = [
        "全市推行一村一品一店，一户一策一档，做到一路段一专人一档案。",
        "坚持每月一培训一考核，每季一评比一排名，实行一地区一方案一专班。",
        "第一，一体推进；统一调度，逐一试种，买来一批苹果苗，万一出错也不怕。",
        "列车走郑州-洛阳-西安一线，全程五百公里。",
        "2017-2019年试点，G1-G5次列车停运。",
    ]

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Mend chains, then the single marks between terms that a chain has proved to be neighbours."""
        long = [chain for block in page.blocks for chain in chains(block.text)]
        if not long:
            return
        proven = proven_pairs(long, evidence, shipped_model())
        found = [(block, chain) for block in page.blocks for chain in chains(block.text, 1 if proven.pairs else 2)]
        dashed = any(_DASH.search(block.text) for block in page.blocks)
        for block, chain in found:
            if len(chain.misread) == 0:
                continue
            why = faults(chain, evidence)
            if len(chain.sites) >= 2 and not why:
                gain = separator_gain(chain, shipped_model())
                sure = dashed if chain.hyphens else gain >= SAFE_GAIN or all(
                    chain.pair(k) in proven for k in range(len(chain.sites)))
                if dashed if chain.hyphens else gain >= SUGGESTED_GAIN:
                    yield from self._mend(page, block, chain, range(len(chain.sites)), "safe" if sure else "suggested",
                                          {"gain_log10_each": round(gain, 2), "page_prints_dashes": dashed})
                    continue
            pairs = [k for k in range(len(chain.sites)) if chain.pair(k) in proven]
            yield from self._mend(page, block, chain, pairs, "safe", {"proven_by": "a longer chain of the page"})

    def _mend(
        self, page: Page, block: Block, chain: Chain, sites: range | list[int], tier: Tier, seen: dict[str, object],
    ) -> Iterator[Change]:
        for k in sites:
            i = chain.sites[k]
            if block.text[i] in MARKS:
                left, right = chain.pair(k)
                yield from self.replacement(
                    page, block, i, i + 1, "—", "A dash of a chain of terms was misread.", tier=tier,
                    confidence=0.97 if tier == "safe" else 0.6,
                    evidence={"read": block.text[i], "between": f"{left} / {right}", **seen})


class RuledDash(Rule):
    """A pair of ruled lines ── between words, where the paper printed the long dash ——.

    The characters of ruled tables look like it and are printed by no sentence. Longer rules separate columns
    and stay.
    """

    code: ClassVar[str] = "DASH002"
    name: ClassVar[str] = "ruled line for a long dash"
    tier: ClassVar[Tier] = "safe"
    stage: ClassVar[Stage] = Stage.TEXT
    mends: ClassVar = [("他说出了心愿──让果树上山。", "他说出了心愿——让果树上山。")]
    keeps: ClassVar = ["第一栏───第二栏", "──────", "他说出了心愿——让果树上山。"]

    _ruled, _pattern = re.compile("[─━―]"), re.compile(f"[─━―]{{2}}(?<=[{HAN}”》，。！？]..)(?=[{HAN}“《])")

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Write the long dash."""
        for block in page.blocks_if(self._ruled):
            for match in self._pattern.finditer(block.text):
                for i, j in pieces(block, *match.span()):
                    yield from self.replacement(
                        page, block, i, j, "—" * (j - i), "A ruled line in a sentence is a long dash.",
                        confidence=0.98, evidence={"read": match.group()})


class NestedQuotes(Rule):
    """“…” inside “…”: Chinese papers set the inner quotation in ‘…’.

    Mended where the same page prints inner quotations that way; otherwise only suggested, for many papers and
    their systems are careless about it.
    """

    code: ClassVar[str] = "QUOTE001"
    name: ClassVar[str] = "quotation marks inside quotation marks"
    tier: ClassVar[Tier] = "safe"
    stage: ClassVar[Stage] = Stage.TEXT
    mends: ClassVar = [
        ("教练说：“大家要打出‘快攻’。”\n\n队长说：“大家喊着“加油”上场，信心很足。”",
         "教练说：“大家要打出‘快攻’。”\n\n队长说：“大家喊着‘加油’上场，信心很足。”")]
    keeps: ClassVar = ["教练说：“大家要打出“快攻”。”", "“快攻”“慢攻”都练过，“攻守兼备”。", "“快攻“慢攻”都练过。"]

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Mend every inner pair of a block whose double quotation marks balance."""
        nested = [(block, pair) for block in page.blocks for pair in inner_pairs(block.text)]
        if not nested:
            return
        shown = sum(len(re.findall("“[^“”]*‘[^“”‘’]+’[^“”]*”", block.text)) for block in page.blocks)
        tier: Tier = "safe" if shown else "suggested"
        for block, (start, end) in nested:
            for i, after in ((start, "‘"), (end, "’")):
                yield from self.replacement(
                    page, block, i, i + 1, after, "A quotation inside a quotation has single marks.", tier=tier,
                    confidence=0.95 if shown else 0.6, evidence={"inner_quotes_elsewhere": shown})


def inner_pairs(text: str) -> list[tuple[int, int]]:
    """Offsets of the double quotation marks that stand one level deep inside others; none where they do not balance."""
    stack: list[int] = []
    found: list[tuple[int, int]] = []
    for match in re.finditer("[“”]", text) if text.count("“") > 1 else ():
        if match.group() == "“":
            stack.append(match.start())
            continue
        if not stack:
            return []
        start = stack.pop()
        if len(stack) == 1:
            found.append((start, match.start()))
        elif len(stack) > 1:
            return []
    return [] if stack else found


class UnbalancedMarks(Rule):
    """Quotation marks or brackets that do not pair within a paragraph.

    Where the missing one belongs is not guessed. A quotation over several paragraphs that opens each of them
    with “ and closes only the last is right, and so is the bracket of a numbered list, 1）.
    """

    code: ClassVar[str] = "QUOTE002"
    name: ClassVar[str] = "unbalanced quotation marks or brackets"
    tier: ClassVar[Tier] = "flagged"
    stage: ClassVar[Stage] = Stage.TEXT
    mends: ClassVar = [("他说：“今年雨水好。", "他说：“今年雨水好。")]
    keeps: ClassVar = [
        "“第一段还没说完。\n\n“第二段说完了。”", "1）播种；2）施肥。", "他说：“今年雨水好。”（完）",
        "It’s Tom’s ‘new’ car。",
    ]

    _pairs: ClassVar = {"”": "“", "’": "‘", "）": "（", "》": "《", "】": "【", "〕": "〔", "」": "「", "』": "『"}
    _marks = re.compile(r"[’“”‘（）《》【】〔〕「」『』](?:(?<!’)|(?<![A-Za-z]’)|(?![A-Za-z]))")  # no apostrophe between two letters
    _number = re.compile(r"(?:^|[；。，：、\s])[0-9A-Za-z一二三四五六七八九十]{1,3}\Z")

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Flag the first mark without a partner of each block."""
        for block, following in pairwise((*page.blocks, None)):
            if block is None or block.text.isascii():
                continue
            i = self._lonely(block.text, following.text if following else "")
            if i is not None:
                yield from self.flag(block, i, i + 1, f"{block.text[i]} has no partner in this paragraph.",
                                     evidence={"around": block.text[max(0, i - 6):i + 7]})

    def _lonely(self, text: str, following: str) -> int | None:
        stack: list[int] = []
        for match in self._marks.finditer(text):
            i, mark = match.start(), match.group()
            if mark not in self._pairs:
                stack.append(i)
            elif stack and text[stack[-1]] == self._pairs[mark]:
                stack.pop()
            elif mark == "）" and self._number.search(text, max(0, i - 5), i):
                continue  # the bracket of a numbered list
            elif mark == "’" and text[i - 1:i].isascii():
                continue  # an apostrophe
            else:
                return i
        if stack and not (text[stack[0]] == "“" and following.startswith("“") and len(stack) == 1):
            return stack[0]
        return None
