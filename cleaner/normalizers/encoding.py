"""Whole stretches that were read in the wrong character set.

A wrong character set damages every character of a stretch, and the damage can be undone exactly: the bytes
are still there. That is why a stretch is turned back only as a whole, only when its bytes decode without one
error, and only when what comes out is Chinese and what went in was not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from cleaner.changes import Change, Tier
from cleaner.evidence import Evidence
from cleaner.evidence.charset import IDEOGRAPH, common_big5, common_hanzi, common_share, encodes
from cleaner.normalizers.base import Rule, Stage
from cleaner.normalizers.characters import settled_characters
from cleaner.normalizers.punctuation import settled_width
from cleaner.page import Block, Page

MIN_GAIN = 6.0
"""log10: how much likelier the decoded stretch must be, all in all (a million to one)."""
GAIN_EACH = 1.0
"""log10: the same per character of the decoded stretch, where the crossing is only suggested."""
PLAUSIBLE = 0.85
"""Share of common hanzi that marks Chinese."""
DOUBTFUL = 0.6
"""Share of common hanzi under which a stretch may be misread."""

_HIGH = r"\x80-\xff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122"
_UTF8_LATIN = re.compile(rf"[\xc2-\xf4][{_HIGH}]")
_LATIN_RUN = re.compile(rf"[{_HIGH}]{{2,}}(?:[ -~]{{0,40}}[{_HIGH}]{{2,}})*")
_GBK_LATIN = re.compile(r"[\xa1-\xfe]{4}")
_GBK_RUN = re.compile(r"[\xa1-\xfe]{2,}(?:[ -~]{0,40}[\xa1-\xfe]{2,})*")
_LATIN_LETTER = re.compile(r"[\xc0-\xd6\xd8-\xf6\xf8-\xff]")


def _gbk_class(leads: range, trails: range) -> str:
    pairs = (bytes((lead, trail)).decode("gb18030") for lead in leads for trail in trails)
    return "[" + "".join(sorted({re.escape(pair) for pair in pairs if len(pair) == 1})) + "]"


_LEAD, _TRAIL = range(0xE3, 0xF0), range(0x81, 0xC0)
_UTF8_GBK = re.compile(_gbk_class(_LEAD, range(0x80, 0xC0)) + _gbk_class(_TRAIL, _LEAD)
                       + _gbk_class(_TRAIL, range(0x80, 0xC0)))
"""Two hanzi of UTF-8 (six bytes) read as three characters of GBK: bytes lead-trail, trail-lead, trail-trail."""
_NON_ASCII = re.compile(r"[^\x00-\x7f]+")
_STRANGE = re.compile(r"[\u3040-\u30ff\u0370-\u04ff\u2500-\u25ff\u3100-\u312f\u3400-\u9fff\ue000-\uf8ff]{4,}")


class Mojibake(Rule):
    """Text of one character set that was read as another: 涓枃 for two plain hanzi, or ÖÐ for one.

    The bytes of such a stretch are intact, so the reading is not guessed: the stretch is encoded back and
    decoded in the right set. It is done where not a single byte resists, where the outcome is made of common
    hanzi (or is accepted by ftfy, for Latin scripts) and the language model finds it at least a million times
    likelier. Between Big5 and GBK almost any bytes decode both ways; there the reading is only suggested.
    """

    code: ClassVar[str] = "MOJI001"
    name: ClassVar[str] = "mojibake"
    tier: ClassVar[Tier] = "safe"
    stage: ClassVar[Stage] = Stage.ENCODING
    mends: ClassVar = [
        ("今年小麦长势良好。\n\n鍐滄皯浠湪鐢伴噷鍔充綔鏀跺壊", "今年小麦长势良好。\n\n农民们在田里劳作收割"),
        ("Å©ÃñÔÚÌïÀïÀÍ×÷", "农民在田里劳作"),
        ("å†œæ°‘åœ¨ç”°é‡ŒåŠ³ä½œ", "农民在田里劳作"),
        ("他在咖啡馆CafÃ© de la Gareç­‰è½¦ã€‚", "他在咖啡馆Café de la Gare等车。"),
    ]
    keeps: ClassVar = [
        "涓涓细流汇成江河，骞、鑫、洹都是名字用字。",
        "球队在Málaga和Köln各赛一场，门票××××元。",
        "他出生于一九××年，住在某县××××村。",
        "車站前的廣場上擠滿了旅客，廣播裏傳來開車的鈴聲。",
    ]

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Try the crossings on every block that shows their marks."""
        for block in page.blocks:
            text = block.text
            if text.isascii():
                continue
            found = [*self._latin(text, evidence), *self._gbk(text, evidence)]
            for start, end, after, crossing, gain in found:
                yield from self.replacement(
                    page, block, start, end, _settled(after), f"This stretch is {crossing}.", confidence=0.99,
                    evidence={"crossing": crossing, "gain_log10": round(gain, 2)})
            if not found:
                yield from self._swapped(page, block, evidence)

    def _latin(self, text: str, evidence: Evidence) -> Iterator[tuple[int, int, str, str, float]]:
        """UTF-8 or GBK bytes that were read as Latin-1 or Windows-1252."""
        done: list[tuple[int, int]] = []
        if _GBK_LATIN.search(text):
            for run in _GBK_RUN.finditer(text):
                after = _crossed(run.group(), "latin-1", "gb2312") or _crossed(run.group(), "latin-1", "gbk")
                letters = _LATIN_LETTER.findall(run.group())
                if after and len(set(letters)) >= 3 and common_share(after, common_hanzi()) >= PLAUSIBLE:
                    gain = _gain(run.group(), after, evidence)
                    if gain >= MIN_GAIN:
                        done.append(run.span())
                        yield run.start(), run.end(), after, "GBK read as Latin-1", gain
        if not _UTF8_LATIN.search(text):
            return
        for run in _LATIN_RUN.finditer(text):
            if any(start < run.end() and run.start() < end for start, end in done):
                continue
            after = _fixed(run.group())
            if after == run.group() or "\ufffd" in after or not after.isprintable():
                continue
            gain = _gain(run.group(), after, evidence)
            chinese = IDEOGRAPH.search(after) is not None
            if not chinese or (gain >= MIN_GAIN and common_share(after, common_hanzi()) >= DOUBTFUL):
                yield run.start(), run.end(), after, "UTF-8 read as a Western character set (ftfy)", gain

    def _gbk(self, text: str, evidence: Evidence) -> Iterator[tuple[int, int, str, str, float]]:
        """UTF-8 bytes that were read as GBK or GB18030."""
        if not _UTF8_GBK.search(text):
            return
        for run in _NON_ASCII.finditer(text):
            if not _UTF8_GBK.search(run.group()):
                continue
            for start, end in _whole_stretches(text, run.start(), run.end()):
                after = _crossed(text[start:end], "gb18030", "utf-8") or ""
                if len(after) < 2 or common_share(after, common_hanzi()) < PLAUSIBLE:
                    continue
                gain = _gain(text[start:end], after, evidence)
                if gain >= MIN_GAIN:
                    yield start, end, after, "UTF-8 read as GBK", gain
                    break

    def _swapped(self, page: Page, block: Block, evidence: Evidence) -> Iterator[Change]:
        """Big5 read as GBK and the reverse: suggested for a whole block of at least six such characters."""
        text = block.text
        if not _STRANGE.search(text) or common_share(text, common_hanzi()) >= DOUBTFUL:
            return
        for read_as, written, common in (("gbk", "big5", common_big5()), ("big5", "gbk", common_hanzi())):
            after = _crossed(text, read_as, written)
            if not after or len(text) < 6 or common_share(after, common) < 0.95:
                continue
            if common_share(text, common_big5()) >= 0.9 and read_as == "big5":
                continue
            gain = _gain(text, after, evidence)
            if gain >= GAIN_EACH * len(after):
                yield from self.replacement(
                    page, block, 0, len(text), _settled(after), f"This block is {written} read as {read_as}.",
                    tier="suggested", confidence=0.8,
                    evidence={"crossing": f"{written} read as {read_as}", "gain_log10": round(gain, 2)})
                return


class DestroyedBytes(Rule):
    """What is left where bytes were destroyed: U+FFFD, 锟斤拷 (U+FFFD twice, read as GBK), 烫烫烫 and 屯屯屯.

    Nothing can be read out of such places; they are pointed out, so that someone looks at the original.
    """

    code: ClassVar[str] = "MOJI002"
    name: ClassVar[str] = "destroyed bytes"
    tier: ClassVar[Tier] = "flagged"
    stage: ClassVar[Stage] = Stage.ENCODING
    mends: ClassVar = [("今年的锟斤拷锟斤拷长势良好。", "今年的锟斤拷锟斤拷长势良好。")]
    keeps: ClassVar = ["铁水烫烫的，屯屯通了公路，锟铻是古代的名剑。"]

    _sign = re.compile("[\ufffd锟烫屯]")
    _marks = re.compile(r"\ufffd+|(?:锟斤拷)+(?:锟斤|锟)?|烫{3,}|屯{3,}")

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Flag every such run once."""
        for block in page.blocks_if(self._sign):
            for run in self._marks.finditer(block.text):
                yield from self.flag(block, run.start(), run.end(), "Bytes were destroyed here: nothing can be read.",
                                     evidence={"run": run.group()[:12], "length": len(run.group())})


def _fixed(text: str) -> str:
    """The text as ftfy reads it, with encoding repairs and nothing else: its defaults turn Chinese punctuation into ASCII."""
    from ftfy import TextFixerConfig, fix_and_explain  # takes 30 ms to load, and few pages need it

    return fix_and_explain(text, TextFixerConfig(
        unescape_html=False, remove_terminal_escapes=False, fix_encoding=True, restore_byte_a0=True,
        replace_lossy_sequences=False, decode_inconsistent_utf8=True, fix_c1_controls=False,
        fix_latin_ligatures=False, fix_character_width=False, uncurl_quotes=False, fix_line_breaks=False,
        fix_surrogates=False, remove_control_chars=False, normalization=None)).text


def _crossed(text: str, read_as: str, written: str) -> str | None:
    """`text` encoded back and decoded as it was written; None where a byte resists or a control comes out.

    Windows reads the byte 0x80, which GBK leaves free, as a euro sign: that way back is tried too.
    """
    if not encodes(text, read_as):
        return None
    raw = text.encode(read_as)
    for data in (raw, raw.replace(b"\xa2\xe3", b"\x80")) if "€" in text else (raw,):
        try:
            after = data.decode(written)
        except UnicodeDecodeError:
            continue
        if after.replace("\u3000", " ").isprintable():
            return after
    return None


def _whole_stretches(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The longest parts of a run that may decode: the run itself, then without the ends of good text round it."""
    match = _UTF8_GBK.search(text, start, end)
    first = match.start() if match else start
    for left in (start, first):
        for right in range(end, max(left + 2, end - 24), -1):
            yield left, right


def _gain(before: str, after: str, evidence: Evidence) -> float:
    """log10 of how much likelier `after` is than `before`, whatever stands round it."""
    read, offered = evidence.model.score_many([("", before), ("", after)])
    return float(offered - read)


def _settled(after: str) -> str:
    """A decoded stretch as the later rules would leave it: no rule can reach inside a replacement."""
    return settled_width(settled_characters(after))
