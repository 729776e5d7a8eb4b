"""Single characters that no newspaper prints: controls, invisible marks, look-alike code points, wide digits.

Controls and invisible marks go first, with the encodings, so that every later rule sees true neighbours.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import ClassVar

from cleaner.changes import Change, Tier
from cleaner.evidence import Evidence
from cleaner.evidence.charset import HAN, LOOKALIKE, plain_form
from cleaner.evidence.script import page_script, to_simplified
from cleaner.memory import kept
from cleaner.normalizers.base import Rule, Stage
from cleaner.page import Block, Page

INVISIBLE = ("\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f"
             "\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff")
_CONTROL_RUN = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u2028\u2029]+")
_INVISIBLE_RUN = re.compile(f"[{INVISIBLE}\ufe00-\ufe0f\U000e0100-\U000e01ef]+")
_PRIVATE_RUN = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]+")
_WIDE_RUN = re.compile("[０-９Ａ-Ｚａ-ｚ％＋／．]+")
_WIDE_PLAIN = re.compile("[０-９Ａ-Ｚａ-ｚ]")
_JOINING = re.compile(
    r"[\u0590-\u08ff\u0900-\u0dff\u0e80-\u109f\u1780-\u17ff\u1800-\u18af\U0001f000-\U0001faff\u2600-\u27bf]")
"""Scripts, and emoji, in which invisible joiners and direction marks have work to do."""
_BYTES = re.compile("[\x80-\x9f\xa1-\xff]")
"""Beside these a control or soft hyphen may be a byte of text in the wrong character set: left as it is."""
_WESTERN = {"\x91": "‘", "\x92": "’", "\x93": "“", "\x94": "”", "\x96": "–", "\x97": "—"}
_SPACE = " \t\u3000\xa0\f"


def pieces(block: Block, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of `text[start:end]` that lie in the source in one piece; what was added or changed is passed over."""
    at = start
    for i in range(start, end):
        if i + 1 == end or block.source_span(i, i + 2) is None:
            if block.source_span(at, i + 1) is not None:
                yield at, i + 1
            at = i + 1


def _cut_out(text: str, start: int, end: int) -> tuple[int, int]:
    """The span of a deletion: at an edge of the block it takes the white space along that would lie bare."""
    while start == 0 and end < len(text) and text[end] in _SPACE:
        end += 1
    while end == len(text) and start > 0 and text[start - 1] in _SPACE:
        start -= 1
    return start, end


class ControlCharacters(Rule):
    """Control characters and Unicode line separators inside a line.

    They steered a printer or a terminal and stand for nothing on paper. They are taken out; between two Latin
    words one space takes their place. Where a code between U+0091 and U+0097 looks like a quotation mark or a
    dash of Windows-1252, that reading is suggested instead.
    """

    code: ClassVar[str] = "CTRL001"
    name: ClassVar[str] = "control characters"
    tier: ClassVar[Tier] = "safe"
    stage: ClassVar[Stage] = Stage.ENCODING
    mends: ClassVar = [
        ("水稻\x07已经\u2028成熟\x85。", "水稻已经成熟。"),
        ("山羊品种\x0bBoer\x1eGoat引进试养。", "山羊品种Boer Goat引进试养。"),
    ]
    keeps: ClassVar = ["棉花收购价\t每斤六元。", "他说\x93明天开镰\x94，大家都同意。"]

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Take out every run."""
        for block in page.blocks_if(_CONTROL_RUN):
            text = block.text
            for run in _CONTROL_RUN.finditer(text):
                start, end = run.span()
                seen = {"code_points": " ".join(f"U+{ord(c):04X}" for c in run.group()[:8])}
                if _BYTES.match(text, start - 1 if start else end) or _BYTES.match(text, end):
                    continue
                if run.group() in _WESTERN:
                    yield from self.replacement(
                        page, block, start, end, _WESTERN[run.group()], "A quotation mark or dash of Windows-1252.",
                        tier="suggested", confidence=0.6, evidence=seen)
                    continue
                latin = (start > 0 and end < len(text) and text[start - 1].isascii() and text[start - 1].isalpha()
                         and text[end].isascii() and text[end].isalpha())
                start, end = _cut_out(text, start, end)
                if end - start < len(text):
                    yield from self.replacement(page, block, start, end, " " if latin else "",
                                                "A control character is nothing that was printed.", evidence=seen)


class InvisibleCharacters(Rule):
    """Zero-width spaces, joiners, byte order marks in text, soft hyphens, direction marks, variation selectors.

    None of them leaves ink. They are taken out, except beside scripts and emoji that need them to be shown
    rightly, and except a variation selector after an ideograph, which chooses a printed form.
    """

    code: ClassVar[str] = "ZERO001"
    name: ClassVar[str] = "invisible characters"
    tier: ClassVar[Tier] = "safe"
    stage: ClassVar[Stage] = Stage.ENCODING
    mends: ClassVar = [("列车\u200b准点\ufeff到达\u00ad终点站\u200e。", "列车准点到达终点站。")]
    keeps: ClassVar = ["葛\U000e0100城的葛粉很有名。", "他用波斯语写下“می\u200cخواهم”一词。"]

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Take out every run that nothing beside it needs."""
        for block in page.blocks_if(_INVISIBLE_RUN):
            text = block.text
            if text.isascii():
                continue
            for run in _INVISIBLE_RUN.finditer(text):
                start, end = run.span()
                near = text[max(0, start - 1):start] + text[end:end + 1]
                previous = text[start - 1:start]
                selector = "\ufe00" <= text[start] <= "\ufe0f" or text[start] >= "\U000e0100"
                symbol = previous and unicodedata.category(previous) in {"So", "Sm"}
                kept = selector and previous and (previous >= "\u3400" or symbol)
                if _JOINING.search(near) or kept or ("\u00ad" in run.group() and _BYTES.search(near)):
                    continue
                start, end = _cut_out(text, start, end)
                if end - start < len(text):
                    yield from self.replacement(
                        page, block, start, end, "", "An invisible character is nothing that was printed.",
                        evidence={"code_points": " ".join(f"U+{ord(c):04X}" for c in run.group()[:8])})


class PrivateUse(Rule):
    """Characters of a private-use area: what they show depends on a font that is not at hand."""

    code: ClassVar[str] = "PUA001"
    name: ClassVar[str] = "private-use characters"
    tier: ClassVar[Tier] = "flagged"
    stage: ClassVar[Stage] = Stage.CHARACTERS
    mends: ClassVar = [("果园里\ue5e5有虫害。", "果园里\ue5e5有虫害。")]
    keeps: ClassVar = ["果园里没有虫害。"]

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Flag every run once."""
        for block in page.blocks_if(_PRIVATE_RUN):
            for run in _PRIVATE_RUN.finditer(block.text):
                yield from self.flag(
                    block, run.start(), run.end(), "A private-use character cannot be read without its font.",
                    evidence={"code_points": " ".join(f"U+{ord(c):04X}" for c in run.group()[:8])})


class LookalikeCodePoints(Rule):
    """Kangxi radicals, CJK radicals and compatibility ideographs that stand for plain characters.

    They look the same as the plain character but are not found by a search. The plain one is written, character by
    character; nothing else of Unicode's compatibility mappings is applied.
    """

    code: ClassVar[str] = "RADICAL001"
    name: ClassVar[str] = "radicals and compatibility ideographs"
    tier: ClassVar[Tier] = "safe"
    stage: ClassVar[Stage] = Stage.CHARACTERS
    mends: ClassVar = [("⾼铁列⻋晚点两⼩时，旅客在⻔口等候。", "高铁列车晚点两小时，旅客在门口等候。")]
    keeps: ClassVar = ["高铁列车晚点两小时。", "面积是㎡，价格是①号㈱的两倍，单位㎏。"]

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Write the plain character, unless the rule on script would have to change it once more."""
        simplified: bool | None = None
        for block in page.blocks_if(LOOKALIKE):
            for match in LOOKALIKE.finditer(block.text):
                if simplified is None:
                    simplified = page_script(page) == "simplified"
                plain = plain_form(match.group())
                stray = simplified and to_simplified(plain) != plain
                if plain != match.group() and not stray:
                    yield from self.replacement(
                        page, block, match.start(), match.end(), plain, f"This code point shows {plain}.",
                        evidence={"code_point": f"U+{ord(match.group()):04X}", "plain": f"U+{ord(plain):04X}"})


def width_runs(text: str) -> Iterator[tuple[int, int, str]]:
    """`(start, end, after)` of the full-width digits and letters, and of ％＋／． beside digits."""
    for run in _WIDE_RUN.finditer(text):
        around = text[max(0, run.start() - 1):run.start()] + run.group() + text[run.end():run.end() + 1]
        if _WIDE_PLAIN.search(run.group()) or re.search(r"[0-9][％＋／．]|[＋．][0-9]", around):
            after = unicodedata.normalize("NFKC", run.group())
            left = text[run.start() - 1:run.start()]
            if run.group()[0] in "／．％" and not (left.isascii() and left.isalnum()):
                yield run.start() + 1, run.end(), after[1:]
            else:
                yield run.start(), run.end(), after


class WideDigits(Rule):
    """Full-width digits and Latin letters, and ％ ＋ ／ ． beside digits.

    House style sets them half-width. The digit or letter stays what it is; only its width changes.
    """

    code: ClassVar[str] = "WIDTH002"
    name: ClassVar[str] = "full-width digits and letters"
    tier: ClassVar[Tier] = "safe"
    stage: ClassVar[Stage] = Stage.CHARACTERS
    mends: ClassVar = [("亩产增长１２．５％，ＧＰＳ导航播种。", "亩产增长12.5%，GPS导航播种。")]
    keeps: ClassVar = ["亩产增长12.5%，GPS导航播种。", "每公里／小时计费，（甲）：丙、丁。", "ｶﾀｶﾅ一词照旧。"]

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Write every run half-width."""
        for block in page.blocks_if(_WIDE_RUN):
            if block.text.isascii():
                continue
            for start, end, after in width_runs(block.text):
                for i, j in pieces(block, start, end):
                    yield from self.replacement(page, block, i, j, after[i - start:j - start],
                                                "Digits and letters are half-width in house style.",
                                                evidence={"read": block.text[i:j]})


class ZeroForStop(Rule):
    """A subscript zero where a sentence ends: recognisers take the small circle of 。 for one."""

    code: ClassVar[str] = "STOP001"
    name: ClassVar[str] = "subscript zero for a full stop"
    tier: ClassVar[Tier] = "suggested"
    stage: ClassVar[Stage] = Stage.TEXT
    mends: ClassVar = [("球队昨天抵达客场₀", "球队昨天抵达客场。"), ("裁判鸣哨₀比赛结束。", "裁判鸣哨。比赛结束。")]
    keeps: ClassVar = ["初速度v₀等于零。", "取常数k₀和T₀。"]

    _zero = re.compile("₀")
    _pattern = re.compile(rf"(?<=[{HAN}\u2e80-\u2fdf”’》）])₀(?=[{HAN}\u2e80-\u2fdf“‘《（]|\Z)")

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Suggest a full stop after hanzi, before hanzi or at the end of a block."""
        for block in page.blocks_if(self._zero):
            for match in self._pattern.finditer(block.text):
                yield from self.replacement(page, block, match.start(), match.end(), "。",
                                            "A subscript zero after Chinese text is a misread full stop.",
                                            confidence=0.9, evidence={"after": block.text[match.start() - 1]})


SYSTEMATIC = 0.15
"""Share of neighbouring hanzi that stand apart, from which on a page or block is spaced throughout."""
_TIGHT = re.compile(f"[{HAN}](?=[{HAN}])")
_APART = re.compile(f"(?<=[{HAN}])[ \xa0](?=[{HAN}])")
_APART_DIGIT = re.compile(f"(?<=[{HAN}])[ \xa0](?=[0-9])|(?<=[0-9%])[ \xa0](?=[{HAN}])")
_CLOSERS, _OPENERS = "，。、；：？！）》”’」』】〕", "（《“‘「『【〔"
_APART_MARK = re.compile(f"(?<=[{HAN}0-9A-Za-z{_CLOSERS}])[ \xa0](?=[{_CLOSERS}{_OPENERS}])"
                         f"|(?<=[{_CLOSERS}{_OPENERS}])[ \xa0](?=[{HAN}0-9A-Za-z])"
                         f"|(?<=[{HAN}])[ \xa0](?=[(〈〉)])|(?<=[(〈〉)])[ \xa0](?=[{HAN}0-9{_CLOSERS}])|(?<=[0-9])[ \xa0](?=[)〉])")
_PROSE = re.compile("[，。；]")
_SIGNED = re.compile(f"[。！？”）][ \xa0](?=[{HAN} ]{{2,12}}\\Z)")


def spaced_blocks(page: Page) -> set[int]:
    """Indices of the blocks that a recogniser spaced out; empty unless the page's prose is spaced throughout."""
    counts: dict[int, tuple[int, int]] = {}
    apart = together = 0
    for block in page.blocks:
        text = block.text
        gaps, near, prose = _gaps(text)
        counts[block.index] = gaps, near
        if prose:
            apart, together = apart + gaps, together + near
    if apart < 8 or apart < SYSTEMATIC * (apart + together):
        return set()
    return {i for i, (gaps, near) in counts.items() if gaps and gaps >= SYSTEMATIC * (gaps + near)}


@kept
def _gaps(text: str) -> tuple[int, int, bool]:
    """How many neighbouring hanzi stand apart and how many together, and whether the text is prose."""
    return len(_APART.findall(text)) if " " in text or "\xa0" in text else 0, len(_TIGHT.findall(text)), bool(_PROSE.search(text))


class SystematicSpaces(Rule):
    """Spaces between the hanzi of a page whose recogniser sets one between all words.

    Chinese is printed without word spaces, so a page on which every sixth pair of hanzi or more stands apart
    was spaced by the recogniser. There the spaces between hanzi, hanzi and digits, and beside full-width
    punctuation go; spaces round Latin words stay. On any other page the single space of a headline or byline
    is the paper's own and stays, and so does one before a name that signs a paragraph.
    """

    code: ClassVar[str] = "SPACE001"
    name: ClassVar[str] = "spaces between all words"
    tier: ClassVar[Tier] = "safe"
    stage: ClassVar[Stage] = Stage.CHARACTERS
    mends: ClassVar = [(
        "今年 夏 粮 丰收 ， 农民 种 粮 的 劲 头 很 高 ， 收购 站 前 排 起 长 队 。",
        "今年夏粮丰收，农民种粮的劲头很高，收购站前排起长队。")]
    keeps: ClassVar = [
        "春耕备耕正当时 农机手抢农时\n\n特约记者 王铁柱 赵小川\n\n农机手天不亮就下地，忙到天黑才收工。",
        "参赛运动员：\n\n王铁柱 赵小川 孙大江 钱塘 李渡 周游 吴山\n\n比赛将于明天上午在体育场举行，欢迎观众。",
    ]

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Take the spaces out of the blocks that are spaced throughout."""
        spaced = spaced_blocks(page)
        for block in page.blocks:
            if block.index not in spaced:
                continue
            signed = _SIGNED.search(block.text)
            kept = signed.end() - 1 if signed else -1
            for pattern in (_APART, _APART_DIGIT, _APART_MARK):
                for match in pattern.finditer(block.text):
                    if match.start() != kept:
                        yield from self.replacement(
                            page, block, match.start(), match.end(), "",
                            "The recogniser spaced out this whole page; Chinese is printed without word spaces.",
                            evidence={"blocks_spaced": len(spaced)})


class SpaceBesideMark(Rule):
    """One space before a mark that closes, or behind one that opens: no Chinese typesetter sets it.

    A longer gap before a mark may be a blank to be filled in (自　　年　　月　　日。) and stays, and so does one beside a quotation mark,
    which may be turned the wrong way.
    """

    code: ClassVar[str] = "SPACE003"
    name: ClassVar[str] = "spaces beside full-width marks"
    tier: ClassVar[Tier] = "safe"
    stage: ClassVar[Stage] = Stage.CHARACTERS
    mends: ClassVar = [("渡口开放 ，居民都来了；船票：（ 两元） 。", "渡口开放，居民都来了；船票：（两元）。"), ("什么时候开船 ?", "什么时候开船?")]
    keeps: ClassVar = ["租期自    年    月    日    。", "石阶两条！ 路灯二十盏！", "取 x ? 渡口 : 码头 的值"]

    _pattern = re.compile(f"(?<=[{HAN}0-9A-Za-z%{_CLOSERS}])[ \xa0](?=[{_CLOSERS}])(?![’”])|(?<=[{_OPENERS}])(?<![‘“])[ \xa0](?=[{HAN}0-9A-Za-z])"
                          f"|(?<=[{HAN}])[ \xa0](?=[,;:?!]\\Z)")

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Take the space out."""
        for block in page.blocks:
            for match in self._pattern.finditer(block.text) if " " in block.text or "\xa0" in block.text else ():
                if block.source_span(*match.span()) is not None:  # a space that a join has put there is no source character
                    yield from self.replacement(
                        page, block, match.start(), match.end(), "", "No space stands on this side of a full-width mark.", confidence=0.99,
                        evidence={"left": block.text[max(0, match.start() - 2):match.start()], "mark": block.text[match.end()]})


class RepeatedSpaces(Rule):
    """Several spaces, or a tabulator or no-break space, inside a line: one plain space.

    The width of a gap is the business of the typesetter; that there is one is kept. A wide gap before a mark is left: it may be a
    blank to be filled in.
    """

    code: ClassVar[str] = "SPACE002"
    name: ClassVar[str] = "repeated spaces"
    tier: ClassVar[Tier] = "safe"
    stage: ClassVar[Stage] = Stage.CHARACTERS
    mends: ClassVar = [("抢收抢种\u3000\u3000颗粒归仓", "抢收抢种 颗粒归仓"), ("记者  钱塘\t摄", "记者 钱塘 摄")]
    keeps: ClassVar = ["抢收抢种 颗粒归仓", "记者\u3000钱塘", "租期自    ，我于    ！", "# 抢收抢种 颗粒归仓"]

    _pattern = re.compile(r"[ \t\xa0\u3000\f]{2,}|[\t\xa0\f]")

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Write one space for every run."""
        spaced: set[int] | None = None
        for block in page.blocks:
            for match in self._pattern.finditer(block.text):
                if spaced is None:
                    spaced = spaced_blocks(page)
                start, end = match.span()
                inner = f"{block.text[max(0, start - 1):start]} {block.text[end:end + 1]}"
                spare = block.index in spaced and bool(
                    _APART.search(inner) or _APART_DIGIT.search(inner) or _APART_MARK.search(inner))
                blank = end - start > 1 and not spare and block.text[end:end + 1] in tuple(_CLOSERS)
                handled = blank or (len(match.group()) == 1 and spare) or _BYTES.match(block.text, start - 1) or _BYTES.match(block.text, end)
                string = block.text[start - 1:start] == block.text[end:end + 1] == '"'  # of a program
                if not start or end == len(block.text) or handled or string:
                    continue
                own = list(pieces(block, start, end))
                kept = "" if spare or sum(j - i for i, j in own) < end - start else " "  # a join has put its space there
                for k, (i, j) in enumerate(own):
                    yield from self.replacement(
                        page, block, i, j, "" if k else kept, "A gap is one space.",
                        evidence={"read": block.text[i:j].encode("unicode_escape").decode()})


def settled_characters(text: str) -> str:
    """A string as the safe rules of this module would leave it (spaces excepted)."""
    text = _INVISIBLE_RUN.sub("", _CONTROL_RUN.sub("", text))
    text = "".join(map(plain_form, text))
    for start, end, after in reversed(list(width_runs(text))):
        text = text[:start] + after + text[end:]
    return text
