"""一 and the dash, both one level stroke: taken for each other, and read as -, ~ or twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from cleaner.changes import Change, Tier
from cleaner.evidence import Evidence, shipped_model
from cleaner.evidence.charset import HAN, NUMERALS
from cleaner.memory import listed
from cleaner.normalizers.base import Rule, Stage
from cleaner.page import Page

_RANGE = re.compile(
    r"(?<![0-9.,一])(\d{1,4}(?:\.\d+)?)[%％]?(一)(\d{1,4}(?:\.\d+)?)(?![0-9.,一])"
    "(?=[%％℃年月日号时点分岁天周个名人米公千万亿元吨亩级届期次版])", re.ASCII)
_STROKES = re.compile(rf"(?<=[{HAN}，。、；：（“《”》])[-~－—一]{{1,3}}(?=[{HAN}])")
_STOP = re.compile("[。！？]")
_strokes = listed(_STROKES.finditer)
_OPENING = re.compile(rf"(?:一[—–─]|[—–─]一|一一)(?=(?![{''.join(sorted(NUMERALS))}])[{HAN}])")
"""What may be the long dash that a deck opens with."""
_CLAUSE = re.compile(
    "(?:这|那|每|我|你|您|他|她|它|谁|哪|什么|而(?!立)|但|因为|所以|如果|虽然|尽管|无论|比如|例如|譬如|即(?!将|刻|时)|或者|还是|甚至"
    f"|不[是过仅但管论]|其[中实])[{HAN}]{{4}}")
"""What stands behind a long dash that is written unasked: a pronoun or a conjunction, which open a clause. Behind a verb, a
preposition or a noun that may be one 一一 is as likely the adverb (一一作了回答), and the language model cannot tell: it gives the
dash 0.3 to 1.7 (log10) more in both."""
LEADING = frozenset("均都将被把再又并也给后地要可能会已便就予加以其则亦须应")
"""Characters behind which 一一 is an adverb: one by one."""
_HANDLED = re.compile("[把将被向跟给][^，。；：！？]{2,24}\\Z")
"""What is handled one by one stands before the adverb, behind 把 or the like (把木板一一捡起)."""
_DONE = re.compile(f"[{HAN}]{{1,3}}[起出下上来去到完掉过好成了][，。；！？]")
"""A verb and how it ended, and nothing else: behind a long dash stands more."""
SPAN = 6
"""Characters on each side that the language model reads along."""
ATTESTED = 50
"""Frequency from which on a word with 一 in it counts: 一个, 第一, 唯一."""
DASH_FITS = -1.2
"""log10 of the text with 一 over the text with nothing, below which 一 does not belong there; set on rig pages,
see `benchmarks/characters.py`."""
SURE_FITS = -1.8
"""The same for a dash that is written unasked."""
WORD_FITS = -2.05
"""The same where 一 happens to form a word with what follows (追求——面对): set on rig pages, for a suggestion only."""
ONE_FITS = -2.0
"""`fits` from which on 一 may be what was printed; long dashes were measured at -2.1 and below."""
ONE_GAIN = 2.5
"""log10 that 一 must gain over what was read."""
OPENS_GAIN = 2.0
"""log10 that a long dash must gain over 一一 at the start of a line without a full stop: 介绍了情况 has .8 behind it, 对应的关系 −.5, the decks of made
and recognised pages 2.8 and more."""
SURE_ONE_FITS, SURE_ONE_GAIN, COMMON = -1.0, 3.5, 1000
"""The same, and the frequency of 一 with the measure word behind it, for 一 that is written unasked: a hyphen or a tilde
joins terms, and no term begins with 个, 些 or 种."""
MEASURES = frozenset("个些种名次位款样项份件座家条片批群辆起篇")
"""Measure words behind 一; where they begin a word of the dictionary (种植), it may be the term behind a hyphen."""
NEAR = 2.75
"""log10 by which a long dash may read worse than 一, of which there are far more, and still be the likelier reading."""


class RangeDash(Rule):
    """一 between two figures of one unit (1一9月), where the paper printed a dash.

    A numeral is written in figures or in characters, never in both by turns, so 一 between figures is a dash. It is
    mended where the second figure is the larger one, as in a range; the figures stay what they are.
    """

    code: ClassVar[str] = "DASH003"
    name: ClassVar[str] = "一 for the dash of a range"
    tier: ClassVar[Tier] = "safe"
    stage: ClassVar[Stage] = Stage.TEXT
    mends: ClassVar = [("今年3一5月，雨水比往年多10%一15%。", "今年3—5月，雨水比往年多10%—15%。"), ("2004一2010年，渡口停了20一30天。", "2004—2010年，渡口停了20—30天。")]
    keeps: ClassVar = ["三一五晚会在3月举行。", "第9一3号文件", "一村一品", "20一2年"]

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Write the dash between two rising figures."""
        for block in page.blocks:
            for match in _RANGE.finditer(block.text) if "一" in block.text else ():
                low, high = float(match.group(1)), float(match.group(3))
                if low < high and len(match.group(1)) <= len(match.group(3)):  # 20一2年 may be a year whose 1 was misread
                    yield from self.replacement(
                        page, block, match.start(2), match.end(2), "—", "Between two figures stands a dash, not 一.",
                        confidence=0.99, evidence={"range": match.group()})


@dataclass(frozen=True, slots=True)
class _Stroke:
    """What was read for one or two level strokes between Chinese words, and what speaks for 一 and for a dash."""

    read: str
    word: bool
    one: float
    dash: float
    nothing: float

    @property
    def fits(self) -> float:
        """log10 of the text with 一 over the text without it."""
        return self.one - self.nothing

    @property
    def long(self) -> bool:
        """Whether a long dash is the likelier reading."""
        if self.word:
            return self.fits <= WORD_FITS and self.one - self.dash <= NEAR
        return self.fits <= DASH_FITS and (self.dash > 0 or self.one - self.dash <= NEAR)


def _weigh(text: str, start: int, end: int, evidence: Evidence) -> _Stroke:
    context, rest, read = "\n" + text[max(0, start - SPAN):start], text[end:end + SPAN], text[start:end]
    scores = shipped_model().score_many([(context, reading + rest) for reading in (read, "一", "——", "")])
    as_read, one, dash, nothing = scores.tolist()
    words = (text[start - 1:start] + "一", "一" + rest[:1], "一" + rest[:2], text[start - 1:start] + "一" + rest[:1])
    word = any(evidence.lexicon.frequency(string) >= ATTESTED for string in words)
    return _Stroke(read, word, one - as_read, dash - as_read, nothing - as_read)


def _opens(text: str, evidence: Evidence) -> _Stroke | None:
    """The two strokes that a line opens with, if they may be the long dash of a deck (——全国人大常委会…)."""
    match = _OPENING.match(text)
    if match is None:
        return None
    rest = text[2:2 + SPAN]
    scores = shipped_model().score_many([("\n", match.group() + rest), ("\n——", "一" + rest), ("\n", "——" + rest), ("\n——", rest)])
    as_read, one, dash, nothing = scores.tolist()
    return _Stroke(match.group(), any(evidence.lexicon.frequency("一" + rest[:n]) >= ATTESTED for n in (1, 2)), one, dash - as_read, nothing)


def _counts(text: str, start: int, end: int) -> bool:
    """Whether 一一 between two offsets is part of a numeral (九二一一), or the adverb, one by one."""
    left = text[start - 1]
    return left in NUMERALS or (text[start:end] == "一一" and (
        left in LEADING or bool(_HANDLED.search(text, max(0, start - 26), start)) or bool(_DONE.match(text, end))))


class LongDash(Rule):
    """一一 or strokes like it, where the paper printed the long dash ——.

    The long dash is two level strokes, and each looks like 一. It is written where 一 forms no word with what stands
    beside it (唯一一个 stays), the sentence reads better with a dash, and a clause opens behind it (这条河…). Before
    anything else 一一 may be the adverb, one by one (一一介绍), and 一- the one dash of a route (北京一-上海): there, and for strokes
    of which none was read as 一, the dash is only suggested. A line without a full stop that opens with a dash and 一 is a deck
    (一—访守渡口的人); with 一一 it may be a heading (一一走访慰问老船工), and the dash is offered.
    """

    code: ClassVar[str] = "DASH004"
    name: ClassVar[str] = "一一 for a long dash"
    tier: ClassVar[Tier] = "safe"
    stage: ClassVar[Stage] = Stage.TEXT
    mends: ClassVar = [("老船长终于实现了自己的愿望一一这条河又有渡船了。", "老船长终于实现了自己的愿望——这条河又有渡船了。"),
                       ("渡口停了三年了一-而我还记得船工的名字。", "渡口停了三年了——而我还记得船工的名字。"),
                       ("河湾渡口重新开放\n\n一—当天还举行了赛船，两岸的村民都来看\n\n停了三年的渡口昨天迎来第一班渡船，两岸居民都来看。",
                        "河湾渡口重新开放\n\n——当天还举行了赛船，两岸的村民都来看\n\n停了三年的渡口昨天迎来第一班渡船，两岸居民都来看。")]
    keeps: ClassVar = [
        "河湾渡口重新开放\n\n一一走访慰问老船工\n\n停了三年的渡口昨天迎来第一班渡船，两岸居民都来看。", "一一介绍了渡口的情况\n\n停了三年的渡口昨天迎来第一班渡船，两岸居民都来看。", "一—三年级的学生\n\n停了三年的渡口昨天迎来第一班渡船，两岸居民都来看。",
        "—一个船工的三十年\n\n停了三年的渡口昨天迎来第一班渡船，两岸居民都来看。",
        "这是全村唯一一个果园。", "他把问题一一列举出来，又一一作了回答。", "老船长实现了愿望——这条河有渡船了。",
        "他向大家一一介绍了情况。", "专家一一指出了这些做法的不足。", "工作人员一一登记了姓名和住址。", "这些往事一一浮现在眼前。",
        "各县一一汇报了工作，会议随后结束。", "市长与代表一一握手并合影留念。", "记者一一采访了他们，他们都说好。",
        "学者们把一些破碎木板和遗落的包装品一一捡起。",
    ]

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Weigh every pair of strokes between Chinese words."""
        for block in page.blocks:
            opens = _opens(block.text, evidence)
            if opens is not None and not opens.word and opens.fits <= ONE_FITS and opens.dash > (0 if opens.read != "一一" else OPENS_GAIN) and not _STOP.search(block.text):
                yield from self.replacement(
                    page, block, 0, 2, "——", f"{opens.read} stands for the two strokes of the long dash that this line opens with.",
                    tier="suggested" if opens.read == "一一" else "safe", confidence=0.85 if opens.read == "一一" else 0.95,
                    evidence={"gain_log10": round(opens.dash, 2), "one_fits": round(opens.fits, 2)})
            for match in _strokes(block.text):
                read = match.group()
                if len(read) != 2 or read == "——" or block.text[match.start() - 1] in "，、；（“《" or _counts(block.text, *match.span()):
                    continue
                stroke = _weigh(block.text, *match.span(), evidence)
                if stroke.word and read != "一一":  # -一招: the word is there, and ink beside it
                    continue
                sure = ("一" in read and not stroke.word and stroke.dash > 0 and stroke.fits <= SURE_FITS
                        and _CLAUSE.match(block.text, match.end()))
                if stroke.long:
                    yield from self.replacement(
                        page, block, *match.span(), "——", f"{read} stands for the two strokes of a long dash.",
                        tier="safe" if sure else "suggested", confidence=0.95 if sure else 0.85,
                        evidence={"gain_log10": round(stroke.dash, 2), "one_fits": round(stroke.fits, 2)})


class OneStroke(Rule):
    """A hyphen, a tilde or a doubled stroke where the paper printed 一 (在-个, 另-一种).

    Read so where 一 forms a word with what stands beside it and the sentence reads far better with it. It is made
    unasked where 一 was read and the other stroke, no 一, is ink beside it, where two strokes are of different kinds, as no sign
    is (~-), and before a measure word (个, 些, 种), with which no term joined by a hyphen begins; everything else is offered.
    """

    code: ClassVar[str] = "GLYPH002"
    name: ClassVar[str] = "strokes for 一"
    tier: ClassVar[Tier] = "suggested"
    stage: ClassVar[Stage] = Stage.TEXT
    mends: ClassVar = [("村里又开了-家小店，卖的是另~一种茶叶。", "村里又开了一家小店，卖的是另一种茶叶。")]
    keeps: ClassVar = ["北京-上海的列车", "这是唯一一个果园。", "他说——一个人也能修好。", "家庭-学校-社区一起想办法。"]

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Weigh every stroke between Chinese words that is not 一 itself."""
        for block in page.blocks:
            for match in _strokes(block.text):
                read = match.group()
                if read in {"一", "——"} or len(read) > 2:
                    continue
                stroke, rest = _weigh(block.text, *match.span(), evidence), block.text[match.end():match.end() + 1]
                if stroke.word and stroke.fits >= ONE_FITS and stroke.one >= ONE_GAIN and not stroke.long:
                    term = evidence.lexicon.frequency(block.text[match.end():match.end() + 2]) >= ATTESTED  # 个旧, 种植
                    measured = rest in MEASURES and not term and evidence.lexicon.frequency("一" + rest) >= COMMON
                    sure = measured and stroke.fits >= SURE_ONE_FITS and stroke.one >= SURE_ONE_GAIN
                    ink = read not in {"一一", "—一", "一—"} and ("一" in read or len(set(read)) > 1)  # no sign is printed as ~-; — may be a dash beside 一
                    yield from self.replacement(
                        page, block, *match.span(), "一", f"{read} is what was read of 一.",
                        tier="safe" if ink or (sure and read != "一一") else "suggested", confidence=0.9,
                        evidence={"gain_log10": round(stroke.one, 2), "one_fits": round(stroke.fits, 2)})
