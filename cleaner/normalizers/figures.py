"""Figures and Latin words that cannot have been printed as they read: pointed out, never changed.

A digit that is wrong cannot be told from the text: 2O24 may have been 2024 or 2014. So every rule here only flags.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from cleaner.changes import Change, Tier
from cleaner.evidence import Evidence
from cleaner.evidence.charset import HAN, protected_spans
from cleaner.memory import listed
from cleaner.normalizers.base import Rule, Stage
from cleaner.page import Page

UNITS = "年月日号时点分秒岁天周个名人家次项种米公千万亿元吨亩斤克度级届期场座栋户台套辆条件只头余多球部局胜负平票支起位块段句例类款%％℃"
"""What stands behind a figure: units, counters, and what rounds it."""
_ALIKE = "OoQDIlSsBbZzgq"
"""Letters that recognisers take for digits, and the other way round."""
_LETTER_IN_FIGURE = re.compile(
    rf"(?<![A-Za-z0-9.\-_/#+=·])(?:"
    rf"\d+[{_ALIKE}]\d+(?=[{UNITS}])"                  # 2O24年, 1l5名
    rf"|\d+[OolI]+\d+(?:\.\d+)?(?![A-Za-z0-9\-_/=])"   # 2O24, 3l5.6
    rf"|[lIO]\d{{1,3}}(?=[年月日时%％])"                  # l5日, I2月
    rf"|O\.\d+(?![A-Za-z0-9])"                         # O.5%
    rf"|\d+\.\d*[OolI]+\d*(?=[{UNITS}])"               # 3.O%
    rf"|\d+O+(?=[{UNITS}])|\d+O{{2,}}(?![A-Za-z0-9]))", re.ASCII)
_NUMERAL = "一二三四五六七八九"
_ZERO = re.compile(rf"(?<![{_NUMERAL}〇○零\d])[{_NUMERAL}][{_NUMERAL}〇○0OoＯ０]{{2}}[{_NUMERAL}〇○0OoＯ０](?=年)")
_ONE = re.compile(r"(?<![一\d.,])\d{1,4}(?:\.\d+)?[%％]?一\d{1,4}(?!\d*[一,])", re.ASCII)
_INSIDE = re.compile(r"(?<=\d)[二三四五六七八九](?=\d)", re.ASCII)
_DOUBLE = re.compile(r"(?<![\d.])\d+\.\d+\.\d+[%％]|(?<=\d)[%％]{2}|(?<=\d)[%％]\d(?![\d.]|[月日年])", re.ASCII)
_RUN_IN = re.compile(rf"(?<=[{HAN}])1(?=[{HAN}])")
_ones = listed(_RUN_IN.finditer)
RUN_IN_WORD = 1000
"""Count of the dictionary from which on the two characters beside a lone 1 are a word that it cuts in two (引1入)."""


class LettersInFigures(Rule):
    """Letters, circles and strokes inside of figures: 2O24, l5日, O.5%, 二O二四年, 3一5.

    O and 0, l and 1, 一 and the dash look alike, and a figure is printed in one kind of signs. What the figure was is not
    guessed. Names of products and formulas (H2O, GPT-4o, 5G) are not figures with a unit and stay.
    """

    code: ClassVar[str] = "FIGURE001"
    name: ClassVar[str] = "letters inside of figures"
    tier: ClassVar[Tier] = "flagged"
    stage: ClassVar[Stage] = Stage.TEXT
    mends: ClassVar = [("渡口自2O24年l5日起涨价O.5%。", "渡口自2O24年l5日起涨价O.5%。"),
                       ("二O二四年渡口重开。", "二O二四年渡口重开。")]
    keeps: ClassVar = [
        "H2O、CO2、GPT-4o、5G、O2O、4K和B12都是常见的写法。", "二〇二四年与二○二四年两种写法都有。", "10l容器和20L水箱",
        "渡口在第一1号路口。", "文件在https://example.org/2O24/l5 里。",
    ]

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Flag every such figure once."""
        for block in page.blocks:
            kept = protected_spans(block.text)
            for start, end, why in (*_letters(block.text), *_run_in(block.text, evidence)):
                if not any(a < end and start < b for a, b in kept):
                    yield from self.flag(block, start, end, f"{block.text[start:end]}: {why}", evidence={"read": block.text[start:end]})


@listed
def _letters(text: str) -> Iterator[tuple[int, int, str]]:
    """`(start, end, why)` of what cannot stand in a figure."""
    if not re.search("[0-9Oo]", text):
        return
    for match in _LETTER_IN_FIGURE.finditer(text):
        yield *match.span(), "a letter stands among the digits of a figure."
    for match in _ZERO.finditer(text):
        if re.search("[0OoＯ０]", match.group()):
            yield *match.span(), "a year in Chinese numerals has 〇, no digit or letter."
    for match in _ONE.finditer(text):
        yield *match.span(), "一 stands between digits, where a dash or a digit was printed."
    for match in _INSIDE.finditer(text):
        yield *match.span(), "a Chinese numeral stands between digits."
    for match in _DOUBLE.finditer(text):
        yield *match.span(), "no figure has two points, and nothing of it stands behind its sign of per cent."


def _run_in(text: str, evidence: Evidence) -> Iterator[tuple[int, int, str]]:
    """The same of a 1 that stands between hanzi."""
    for match in _ones(text):
        i = match.start()
        if evidence.lexicon.frequency(text[i - 1] + text[i + 1]) >= RUN_IN_WORD and text[i + 1] not in UNITS:
            yield i, i + 1, f"a 1 stands inside of the word {text[i - 1]}{text[i + 1]}: it may be a stroke of one of them."


_DATE = re.compile(r"(?<![\d.])(\d{1,2})月(\d{1,3})日", re.ASCII)
_MONTH = re.compile(rf"(?<=年)(\d{{1,3}})月(?![{HAN}]?龄)|(?<![\d.,，、\-—~至到第满近约超])(\d{{2,3}})月(?=份)", re.ASCII)
_TIME = re.compile(r"(?<![\d.])(\d{1,2})[时点](\d{1,3})分", re.ASCII)
_CLOCK = re.compile(r"(?:凌晨|清晨|早上|上午|中午|下午|傍晚|晚上|当晚)(\d{1,2})[时点](?![\d一-龥]?[多余])", re.ASCII)
_YEAR = re.compile(r"(?<![\d.,])((?:19|20)\d{3})年(?!前|的?历史|以?来|左右|间)", re.ASCII)
DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""Days of the months of a leap year."""


class ImpossibleDates(Rule):
    """Dates and times that no calendar has: 13月, 4月31日, 25时70分, 20245年.

    Which digit is wrong is not to be told. Terms of days and months (60日内, 18月龄) and spans of years (20000年前) are no dates.
    """

    code: ClassVar[str] = "FIGURE002"
    name: ClassVar[str] = "impossible dates and times"
    tier: ClassVar[Tier] = "flagged"
    stage: ClassVar[Stage] = Stage.TEXT
    mends: ClassVar = [("渡口定于2024年13月4日重开，4月31日试航。", "渡口定于2024年13月4日重开，4月31日试航。")]
    keeps: ClassVar = ["渡口定于2月29日24时整重开，60日内免票，18月龄以下婴儿不收，20000年前这里是海。",
                       "从1991年12月31日到12月1日", "演出15点30分开始，历时25时10秒。"]

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Flag every date and time once."""
        for block in page.blocks:
            for start, end in _impossible(block.text):
                yield from self.flag(block, start, end, f"{block.text[start:end]} is in no calendar or on no clock.",
                                     evidence={"read": block.text[start:end]})


@listed
def _impossible(text: str) -> Iterator[tuple[int, int]]:
    if not any(sign in text for sign in "月日时点年"):
        return
    seen: set[int] = set()
    for match in _DATE.finditer(text):
        month, day = int(match[1]), int(match[2])
        if not 1 <= month <= 12 or not 1 <= day <= DAYS[month - 1]:
            seen.add(match.start())
            yield match.span()
    for match in _MONTH.finditer(text):
        if not 1 <= int(match[1] or match[2]) <= 12 and match.start() not in seen:
            yield match.span()
    for match in _TIME.finditer(text):
        if int(match[1]) > 24 or int(match[2]) > 59:
            yield match.span()
    for match in _CLOCK.finditer(text):
        if int(match[1]) > 24:
            yield match.span()
    for match in _YEAR.finditer(text):
        if int(match[1]) % 100:
            yield match.span()


_DIGIT_IN_WORD = re.compile(r"(?<![A-Za-z0-9._\-/@\\=%&#+])(?:[A-Za-z]?[a-z]+[01]+[a-z]{2,}|[A-Za-z]?[a-z]{2,}[01]+[a-z]+)(?![A-Za-z0-9._\-/@\\=%(])",
                            re.ASCII)
_HEXADECIMAL = re.compile("[0-9a-fA-F]+")
_L_FOR_I = re.compile(r"(?<![A-Za-z0-9._\-/@\\$])l[nm][a-z]{3,}(?![A-Za-z0-9_/@])", re.ASCII)
_ONE_FOR_I = re.compile(r"(?<![A-Za-z0-9./])1/O(?![A-Za-z0-9/])", re.ASCII)
LONGEST_TOKEN = 20
"""Letters and digits; longer tokens are codes and addresses."""


class DigitsInWords(Rule):
    """Digits inside of Latin words (goog1e, w0rd), and l where only a capital I can stand (lnternet, 1/O).

    Only 0 and 1 between small letters count: names such as MP3, H5N1, k8s or Base64 have other digits or have them at the
    end. What was printed is not guessed, for a name may be spelt that way.
    """

    code: ClassVar[str] = "FIGURE003"
    name: ClassVar[str] = "digits inside of Latin words"
    tier: ClassVar[Tier] = "flagged"
    stage: ClassVar[Stage] = Stage.TEXT
    mends: ClassVar = [("他在goog1e上搜到了lnternet一词。", "他在goog1e上搜到了lnternet一词。")]
    keeps: ClassVar = ["MP3、H5N1、k8s、Base64、i18n、a11y、P2P、x86、B2B和log4j都是常见的写法。",
                       "见https://goog1e.example/ln1nk 和邮箱 a1bcd@example.org，颜色#a0b1cd，哈希值de1fab。"]

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Flag every such word once."""
        for block in page.blocks:
            text = block.text
            kept = protected_spans(text)
            for match in _odd_words(text):
                start, end = match.span()
                token = match.group()
                if len(token) <= LONGEST_TOKEN and not _HEXADECIMAL.fullmatch(token) and not any(
                        a < end and start < b for a, b in kept):
                    yield from self.flag(block, start, end, f"{token}: a digit or letter that looks alike stands in this word.",
                                         evidence={"read": token})


@listed
def _odd_words(text: str) -> Iterator[re.Match[str]]:
    for pattern in (_DIGIT_IN_WORD, _L_FOR_I, _ONE_FOR_I):
        yield from pattern.finditer(text)
