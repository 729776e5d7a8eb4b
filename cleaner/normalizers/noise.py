"""Stray marks: specks and misread signs that stand where no newspaper prints them.

On the rig pages a stray mark is seldom ink that was not there: 89 of 94 between Chinese words stand for a character that is lost. So
a mark is never just taken out; it is read as a full stop where the text says so, and pointed out elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from cleaner.changes import Change, Tier
from cleaner.evidence import Evidence, shipped_model
from cleaner.evidence.charset import HAN, HANZI, is_chinese, is_enclosed, protected_spans
from cleaner.memory import kept, listed
from cleaner.normalizers.base import Rule, Stage
from cleaner.page import Block, Page
from cleaner.structure.names import SURNAMES

_PROSE = re.compile("[，。；]")
_CHINESE = f"{HAN}，、。；：！？…“”‘’（）《》"
_MARK = r"[|¦丨\\^_`{}*=<>\"\[\]]"
_STRAY = re.compile(rf"(?<=[{_CHINESE}]){_MARK}(?=[{_CHINESE}0-9%％]|\Z)|(?<=[0-9%％]){_MARK}(?=[{_CHINESE}])")
_PAIRED = {"*": "*", '"': '"', "_": "_", "`": "`", "^": "^", "<": ">", ">": "<", "{": "}", "}": "{", "[": "]", "]": "["}
"""Marks that come in pairs where somebody meant them (emphasis, code, tags), with their partners."""
_FORMULA = re.compile(r"[+×÷/=]")
APART = 8
"""Code points within which two | are separators of a list."""
_DOUBLED = re.compile(r"(?<![，、；：。.])(?:[，、；：][，、；：。]|。[，、；：]|。。)(?![，、；：。.])")
_strays, _doubled = listed(_STRAY.finditer), listed(_DOUBLED.finditer)


@kept
def _is_prose(text: str) -> bool:
    return bool(_PROSE.search(text)) and is_chinese(text)


class StrayMarks(Rule):
    """A mark that no newspaper prints there: | \\ ^ _ ` * = < > between Chinese words, or two marks of punctuation in a row.

    Recognisers put such a sign where they could not read a character, or where there was dirt. What stood there is not
    guessed, and nothing is taken out. Tables, formulas, separators between short texts, and marks that come in pairs stay unremarked.
    """

    code: ClassVar[str] = "STRAY001"
    name: ClassVar[str] = "stray marks"
    tier: ClassVar[Tier] = "flagged"
    stage: ClassVar[Stage] = Stage.TEXT
    mends: ClassVar = [("渡口的工作人|说，船已经修好，明天开航。", "渡口的工作人|说，船已经修好，明天开航。")]
    keeps: ClassVar = [
        "来源：渡口日报 | 作者：林河生", "品名|数量|单价", "路程=速度×时间，这是小学学的。", "李*明和王*国两位乘客，请到服务台。",
        "他用*强调*的办法，写下了一行字。", "见https://example.org/a_b|c ，第二页。",
    ]

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Flag every such mark in prose."""
        for block in page.blocks:
            text = block.text
            if not _is_prose(text):
                continue
            kept = protected_spans(text)
            for match in _strays(text):
                i = match.start()
                if not _meant(text, i) and not any(a <= i < b for a, b in kept):
                    yield from self.flag(block, i, i + 1, f"No newspaper prints {match.group()} here: a character is lost, or it is dirt.",
                                         evidence={"around": text[max(0, i - 6):i + 7]})
            for match in _doubled(text):
                yield from self.flag(block, *match.span(), f"{match.group()}: one of the two marks is misread, or was read twice.",
                                     evidence={"around": text[max(0, match.start() - 6):match.end() + 6]})


def _meant(text: str, i: int) -> bool:
    """Whether the mark at `i` may be the paper's own: one of a pair or a list, part of a formula, a name made unreadable."""
    mark = text[i]
    if mark in _PAIRED and text.count(mark) + (text.count(_PAIRED[mark]) if _PAIRED[mark] != mark else 0) > 1:
        return True
    if mark in "=*" and (len(_FORMULA.findall(text)) > 1 or re.search("[0-9]", text[i - 1:i + 3])):
        return True
    if mark == "|" and "|" in text[max(0, i - APART):i] + text[i + 1:i + 1 + APART]:
        return True
    return mark == "*" and text[i - 1] in SURNAMES


_FOR_STOP = re.compile(rf"(?<=[{HAN}”》）])[·•*=<>oOº°˚](?=[{HAN}“《]|\Z)")
_for_stop = listed(_FOR_STOP.finditer)
_CLAUSE = re.compile(rf"[{HAN}A-Za-z0-9”》）]{{4}}\Z")
_NAME_DOT = re.compile(f"[{HAN}]{{2}}[·•][{HAN}]{{2}}")
SPAN = 8
"""Characters on each side that the language model reads along."""
DOT_GAIN = 2.5
"""log10 that 。 must gain over a middle dot to be offered: of 669 middle dots in names and titles none gains as much, of
1,500 stops misread for one 92 % do; see `benchmarks/flags.py`."""
DOT_SAFE = 3.3
"""The same for a stop that is written unasked: the highest of those 669 gains 1.6."""
STOP_LEAD = 1.5
"""log10 by which 。 must read better than ， to be written unasked: a dot is what is left of either. Of eight dots in mid-paragraph on pages
typeset from news for which 。 was written without asking for the comma, none was a stop."""
MARK_GAIN = 5.5
"""log10 that 。 must gain over a character never seen, in the place of a mark that stands for nothing."""


class MarkForStop(Rule):
    """A middle dot, a letter o, a ring or a stray mark where a Chinese sentence ends: what a poor scan leaves of the small circle 。.

    The dot of foreign names (大卫·李) and of titles stays: there the full stop is no likelier than the dot. Where a comma reads as well, one of
    the two is only offered. Other signs (o, °, *, =, <, >) are
    only offered as a stop, for they may stand for anything.
    """

    code: ClassVar[str] = "STOP003"
    name: ClassVar[str] = "dots and marks for a full stop"
    tier: ClassVar[Tier] = "safe"
    stage: ClassVar[Stage] = Stage.TEXT
    mends: ClassVar = [("县里今年新修了三条渡口公路，乘客可以直接上船·", "县里今年新修了三条渡口公路，乘客可以直接上船。")]
    keeps: ClassVar = [
        "法国作家罗曼·罗兰和美国人大卫·哈伯斯塔姆都来过这里，住了三天。", "深化“江河梦·劳动美”主题活动，爱·回家，很多人参加。",
        "清晨，库尔班江·阿西木的馕坑里飘出了第一缕香气。\n\n茶馆里坐满了客人，茶馆老板买买提·\n\n依明热情地招呼他们。",
        "品名*数量*单价", "他说：“开门红*”。", "速度=路程，时间照旧。", "医生说，急需一批O型血，请大家帮忙。",
    ]

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Weigh every such mark against the full stop."""
        for block in page.blocks:
            if _is_prose(block.text):
                for match in _for_stop(block.text):
                    cut = match.end() == len(block.text) and any(_NAME_DOT.search(text) for text in page.texts)
                    yield from self._weigh(page, block, match.start(), cut)

    def _weigh(self, page: Page, block: Block, i: int, cut: bool) -> Iterator[Change]:
        """`cut`: the mark ends its block, on a page whose names have such dots: the line may have been cut behind one."""
        text, mark = block.text, block.text[i]
        if is_enclosed(text, i) or not _CLAUSE.search(text, max(0, i - 6), i) or (mark not in "·•" and _meant(text, i)):
            return
        dot = mark in "·•"
        context, rest = "\n" + text[max(0, i - SPAN):i], text[i + 1:i + 1 + SPAN] or "\n"
        as_read, stop, comma = shipped_model().score_many(
            [(context, said + rest) for said in ("·" if dot else "\ue000", "。", "，")]).tolist()
        after, gain = ("，", comma - as_read) if dot and comma > stop else ("。", stop - as_read)
        if gain >= (DOT_GAIN if dot else MARK_GAIN):
            safe = dot and after == "。" and gain >= DOT_SAFE and stop - comma >= STOP_LEAD and not cut
            yield from self.replacement(
                page, block, i, i + 1, after, f"{mark} is what was read of {after}", tier="safe" if safe else "suggested",
                confidence=0.97 if safe else 0.5 if dot else 0.85, evidence={"gain_log10": round(gain, 2), "comma_log10": round(comma - stop, 2)})


class SignsReadTwice(Rule):
    """A sign of which a part was read once more: °℃ for ℃, and dots of all kinds for one ellipsis.

    ℃ has its ring, so ° before it was never printed. A run of dots, points and an ellipsis between words is the ellipsis …….
    """

    code: ClassVar[str] = "STRAY002"
    name: ClassVar[str] = "signs read twice"
    tier: ClassVar[Tier] = "safe"
    stage: ClassVar[Stage] = Stage.TEXT
    mends: ClassVar = [("中午升到了39°℃，渡口的人少了。", "中午升到了39℃，渡口的人少了。")]
    keeps: ClassVar = ["中午升到了39℃，北纬39°，体温37°C。", "他想了想……没有说。", "第一章…………3", "三、…1.播种"]

    _ring = re.compile("[°º˚](?=℃)")
    _dots = re.compile(f"(?<=[{HAN}])(?=[·.•]*…)[…·.•]{{3,10}}(?=[{HAN}])")

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Take the ring out, and offer the ellipsis."""
        for block in page.blocks:
            for match in self._ring.finditer(block.text):
                yield from self.replacement(page, block, *match.span(), "", "℃ has its ring: the one before it was read twice.",
                                            confidence=0.99, evidence={"read": match.group() + "℃"})
            for match in self._dots.finditer(block.text):
                if match.group().strip("…"):
                    yield from self.replacement(
                        page, block, *match.span(), "……", "Dots and points beside an ellipsis are the ellipsis.", tier="suggested",
                        confidence=0.85, evidence={"read": match.group()})


_DEGREES = re.compile(r"(?<=\d)[\"“”'‘’*^]?C(?![A-Za-z0-9\-])", re.ASCII)
_WARM = re.compile("[温热暖冷寒烧]")
WARMTH = 24
"""Code points before a figure in which its sentence speaks of warmth."""


class RingOfDegrees(Rule):
    """℃ read as a letter: 10C, 39"C, 39*C, where the sentence speaks of warmth.

    The small ring is lost, or taken for a quotation mark or an asterisk. 37°C, which papers print too, stays, and so does what is no
    temperature (4C, Type-C).
    """

    code: ClassVar[str] = "STRAY003"
    name: ClassVar[str] = "letter C for the sign of degrees"
    tier: ClassVar[Tier] = "suggested"
    stage: ClassVar[Stage] = Stage.TEXT
    mends: ClassVar = [("未来三天渡口升温超过10C，中午气温达到39*C以上。", "未来三天渡口升温超过10℃，中午气温达到39℃以上。")]
    keeps: ClassVar = ["中午气温达到37°C。", "渡口有4C店，也卖5C手机。", "气温升高，渡口开放3C类商品展。10CM以内的雪化了。", "冬天寒冷。10C座位空着。"]

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Offer the sign behind every such figure."""
        for block in page.blocks:
            for match in _DEGREES.finditer(block.text) if "C" in block.text else ():
                sentence = re.split("[。！？；]", block.text[max(0, match.start() - WARMTH):match.start()])[-1]
                counted = HANZI.match(block.text, match.end()) and block.text[match.end()] not in "以至到左上下的和与或是为时"
                if _WARM.search(sentence) and not counted:
                    yield from self.replacement(
                        page, block, *match.span(), "℃", "The sentence speaks of warmth, and the ring of the degree was misread.",
                        confidence=0.85, evidence={"read": match.group(), "sentence": sentence})
