"""Stray marks: specks and misread signs that stand where no newspaper prints them.

On the rig pages a stray mark is seldom ink that was not there: 89 of 94 between Chinese words stand for a character that is lost. So
a mark is never just taken out; it is read as a full stop where the text says so, and pointed out elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from cleaner.changes import Change, Tier
from cleaner.evidence import Evidence, shipped_model
from cleaner.evidence.charset import HAN, HANZI, is_chinese, is_enclosed, protected_spans
from cleaner.evidence.script import is_traditional, simplified_shadow
from cleaner.memory import kept, listed
from cleaner.normalizers.base import Rule, Stage
from cleaner.page import Page
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
_for_dot = listed(re.compile(rf"(?<=[{HAN}”》）])[·•](?=[{HAN}“《]|\Z)").finditer)
_CLAUSE = re.compile(rf"[{HAN}A-Za-z0-9”》）]{{4}}\Z")
_NAME_DOT = re.compile(f"[{HAN}]{{2}}[·•][{HAN}]{{2}}")
SPAN = 8
"""Characters on each side that the language model reads along."""
DOT_GAIN = 2.5
"""log10 that 。 or ， must gain over a middle dot to be offered: of 669 middle dots in names and titles none gains as much, of
1,500 stops misread for one 92 % do; see `benchmarks/flags.py`."""
DOTTED, DOT_GAIN_AGAIN = 3, 1.7
"""Dots of a page that gain `DOT_GAIN`, from which on its recogniser is seen to read marks as dots, and what one more must gain there: of the dots in
names of an encyclopedia two in 377 do."""
DOT_SAFE = 3.3
"""The same for a stop that is written unasked: the highest of those 669 gains 1.6."""
STOP_LEAD = 1.5
"""log10 by which 。 must read better than ， to be written unasked, for a dot is what is left of either, and to be offered in mid-paragraph on a page whose
dots are commas."""
STOP_LEAN = 1.0
"""The same on a page whose counts do not tell, with few dots: of 41 different ones on recognised pages in simplified script 36 were told so."""
COMMA_LEAD = 0.5
"""log10 by which ， must read better than 。 on such a page in traditional script, whose commas stand in the middle of the line: of 28 dots there those
between the two bounds were as often stops, and none is offered for them."""
MOST_COMMAS, FEWEST_COMMAS = 4.0, 1.2
"""Commas for every full stop that no page as it was printed reaches: 3.6 at most and 1.3 at least on 34 pages of news and of technology, 1.4 to 3.4 in
statutes (a thousandth beyond), 1.3 to 2.1 in an encyclopedia, by 20,000 characters."""
FEW_DOTS = 12
"""Dots of a page up to which `STOP_LEAN` was found; of more, where the counts do not tell, none is offered in mid-paragraph."""
COUNTED = 30
"""Commas, stops and dots of a page from which on their shares tell anything."""
LIST_LEAD, STOP_OVER_LIST = 1.0, 0.2
"""log10 by which 、 must read better than 。 to be offered where the dots of a page are stops (or 、, as small a mark), and 。 better than 、: of 20
different dots that gained so little over 、 half were 、, of 67 others 57 were stops."""
MARK_GAIN = 5.5
"""log10 that 。 must gain over a character never seen, in the place of a mark that stands for nothing."""


class MarkForStop(Rule):
    """A middle dot, a letter o, a ring or a stray mark where a Chinese sentence ends: what a poor scan leaves of the small circle 。.

    The dot of foreign names (大卫·李) and of titles stays: there the full stop is no likelier than the dot. Which mark a dot was depends on the type of
    the paper, so the page is asked: one that prints more commas for a stop than any text has, without the dots, has lost its stops to them. Where a comma
    reads as well, one of the two is only offered. Other signs (o, °, *, =, <, >) are only offered as a stop, for they may stand for anything.
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
        """Weigh every such mark against the full stop and the comma."""
        places = [(block, match.start()) for block in page.blocks if _is_prose(block.text)
                  for match in _for_stop(block.text) if _may_be_stop(block.text, match.start())]
        if not places:
            return
        scores = shipped_model().score_many([pair for block, i in places for pair in _asked(block.text, i)]).reshape(-1, 4)
        weighed = [(block, i, _Gain(block.text[i] in "·•", *row)) for (block, i), row in zip(places, scores.tolist(), strict=True)]
        again = sum(gain.dot and gain.best >= DOT_GAIN for *_, gain in weighed) >= DOTTED
        meant = _dots_of(page)
        cut = any(_NAME_DOT.search(text) for text in page.texts)  # a line may have been cut behind the dot of a name
        for block, i, gain in weighed:
            last = i + 1 == len(block.text)
            after = gain.after(meant, last)
            least = DOT_GAIN_AGAIN if gain.dot and again and after != "、" else DOT_GAIN if gain.dot else MARK_GAIN
            if after and (gain.listed if after == "、" else gain.best) >= least:
                safe = (gain.dot and after == "。" and meant != "comma" and gain.stop >= DOT_SAFE and gain.stop - gain.comma >= STOP_LEAD
                        and not (cut and last))
                yield from self.replacement(
                    page, block, i, i + 1, after, f"{block.text[i]} is what was read of {after}", tier="safe" if safe else "suggested",
                    confidence=0.97 if safe else 0.8 if not gain.dot or meant in {"stop", "comma"} else 0.6,
                    evidence={"gain_log10": round(gain.best, 2), "comma_log10": round(gain.comma - gain.stop, 2)})


def _dots_of(page: Page) -> str:
    """Which mark the dots of a page are what is left of, by how many commas were read for a stop, before anything was mended: `stop`, `comma`, `any`
    where many dots do not tell, `either` where few do not on a page in traditional script, and empty on another page."""
    text = "".join(page.texts)
    made = [change for change in page.changes if change.kind == "replace" and change.active]
    was, now = ("".join(part) for part in zip(*((change.before, change.after) for change in made), strict=True)) if made else ("", "")
    dots = len(_for_dot(text)) + sum(change.rule == MarkForStop.code and change.before in "·•" for change in made)
    stops = text.count("。") + was.count("。") - now.count("。")
    commas = sum(text.count(comma) + was.count(comma) - now.count(comma) for comma in "，,")
    if commas + stops + dots >= COUNTED:
        if FEWEST_COMMAS * stops <= commas < FEWEST_COMMAS * (stops + dots) and dots >= stops:
            return "comma"
        if commas >= max(MOST_COMMAS * stops, FEWEST_COMMAS * (stops + dots)):
            return "stop"
    return "any" if dots > FEW_DOTS else "either" if is_traditional(page) else ""


def _may_be_stop(text: str, i: int) -> bool:
    """Whether a clause stands before the mark at `i`, and nobody meant it."""
    return not is_enclosed(text, i) and bool(_CLAUSE.search(text, max(0, i - 6), i)) and (text[i] in "·•" or not _meant(text, i))


def _asked(text: str, i: int) -> list[tuple[str, str]]:
    """What the language model is asked of the mark at `i`: as it was read, as a stop, as a comma, as 、, all in simplified script."""
    context, rest = "\n" + text[max(0, i - SPAN):i], text[i + 1:i + 1 + SPAN] or "\n"
    context, rest = map(simplified_shadow, (context, rest))
    return [(context, said + rest) for said in ("·" if text[i] in "·•" else "\ue000", "。", "，", "、")]


@dataclass(frozen=True, slots=True)
class _Gain:
    """log10 p of the text with the mark as it was read, with a stop, a comma and 、 in its place; `dot`: it is a middle dot."""

    dot: bool
    as_read: float
    full: float
    half: float
    item: float

    @property
    def stop(self) -> float:
        """log10 that 。 gains."""
        return self.full - self.as_read

    @property
    def comma(self) -> float:
        """log10 that ， gains."""
        return self.half - self.as_read

    @property
    def listed(self) -> float:
        """log10 that 、 gains."""
        return self.item - self.as_read

    @property
    def best(self) -> float:
        """log10 that the better of the two gains; a sign that is no dot is never a comma."""
        return max(self.stop, self.comma) if self.dot else self.stop

    def after(self, meant: str, last: bool) -> str:
        """What is written, if anything; `meant`: what the dots of the page are (`_dots_of`); `last`: the block ends with it."""
        lead = self.stop - self.comma
        if not self.dot or (last and meant != "stop"):
            return "，" if self.dot and lead < 0 else "。"
        if meant == "stop":
            over = self.full - self.item
            return "。" if last or over >= STOP_OVER_LIST else "、" if over <= -LIST_LEAD else ""
        if meant == "any" or (meant == "either" and -COMMA_LEAD < lead < STOP_LEAN):
            return ""
        return "，" if lead < (STOP_LEAD if meant == "comma" else STOP_LEAN) else "。"


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

    _sign = re.compile("[℃…]")
    _ring = re.compile("[°º˚](?=℃)")
    _dots = re.compile(f"(?<=[{HAN}])(?=[·.•]*…)[…·.•]{{3,10}}(?=[{HAN}])")

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Take the ring out, and offer the ellipsis."""
        for block in page.blocks_if(self._sign):
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
