"""Characters of the other script on a page that is of one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache
from itertools import accumulate
from typing import ClassVar, NamedTuple

from cleaner.changes import Change, Tier
from cleaner.evidence import Evidence, shipped_model
from cleaner.evidence.candidates import DOUBT
from cleaner.evidence.charset import encodes, plain_form
from cleaner.evidence.lattice import doubtful
from cleaner.evidence.ngram import Floats
from cleaner.evidence.script import (
    MIN_TELLING,
    MOSTLY,
    NAME_FORMS,
    script_counts,
    script_of,
    simplified_only,
    simplified_shadow,
    telling,
    to_simplified,
    to_traditional,
)
from cleaner.evidence.wordforms import shipped_forms
from cleaner.memory import BLOCKS, kept
from cleaner.normalizers.base import Rule, Stage
from cleaner.normalizers.lookalikes import offered_at
from cleaner.page import Block, Page

MAX_IN_BLOCK = 2
"""Strays in one block up to which they are strays; more may be a quotation, an inscription or a title."""
MIN_TELLING_SAFE = 16
"""Fewest characters of the page's own script alone before a stray one is changed unasked."""
SURE = -0.5
"""Doubt (log10, see `evidence.lattice.doubtful`) of the converted character from which on it is written unasked: on rig pages
14 of 15 right ones lie above, all five that were read for another character altogether below."""
UNSURE = -3.0
"""The same of a simplified form on a traditional page, below which it is not offered: there it is as often read for another character."""
HABIT = 5
"""Different forms of the reform on a page, from which on its recogniser is seen to simplify, and a form that is older may be its own work, too. In
the 397,000 characters of the newspaper 晶報 (1920 and 1930), copied by hand, fourteen such forms stand 38 times (帮, 强, 义)."""
CLASSICAL = frozenset("之乎者也矣焉哉兮曰吾汝尔")
"""Particles of classical Chinese; in a clause that has two of them an old form may well be meant."""


@lru_cache(maxsize=BLOCKS)
def _converted(text: str, convert: Callable[[str], str]) -> Mapping[str, str]:
    """The characters of a block that are of the other script, each with what it becomes."""
    return {char: after for char in set(text)
            if char >= "\u2e80" and (after := convert(plain := plain_form(char))) != plain}


def _quoted(text: str, i: int) -> bool:
    """Whether the character stands inside quotation marks or a book title."""
    head = text[:i]
    return any(head.count(left) > head.count(right) for left, right in ("“”", "‘’", "《》", "「」", "『』"))


class StrayTraditional(Rule):
    """A traditional or variant form on a page in simplified script.

    Recognisers that know both scripts now and then write the other one's character for the same word. The page
    decides: almost all of its telling characters are simplified, and the stray stands alone. What simplified
    papers themselves print is left alone: every character of GB/T 2312 (乾, 藉, 瞭, 著). Forms of names, strays
    inside quotation marks or titles, several in one paragraph, and terms that the page repeats are only suggested;
    one that makes no word, or does not fit where it stands, is only suggested or flagged, for it may have been read for
    another character altogether.
    """

    code: ClassVar[str] = "SCRIPT001"
    name: ClassVar[str] = "stray traditional forms"
    tier: ClassVar[Tier] = "safe"
    stage: ClassVar[Stage] = Stage.CHARACTERS
    mends: ClassVar = [(
        "这条铁路线穿过东部农业区，两岸种满了树，车厢里坐着从乡下进城卖鱼的农户，列車员给他们让开过道，帮老乡们挪动鸡笼，"
        "广播里说还有两个车站就到终点。",
        "这条铁路线穿过东部农业区，两岸种满了树，车厢里坐着从乡下进城卖鱼的农户，列车员给他们让开过道，帮老乡们挪动鸡笼，"
        "广播里说还有两个车站就到终点。")]
    keeps: ClassVar = [
        "乾隆年间修的桥还在，藉口和瞭望都是简体字文章里的词，著名的毕昇铜像立于广场，这里的农业发展很快，车辆从东岸驶过，"
        "乡亲们杀鸡买鱼，过节一样热闹。",
        "車站前的廣場上擠滿了旅客，廣播裏傳來開車的鈴聲，農民們帶着雞和魚進城。",
    ]

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Convert strays one character at a time."""
        simplified, traditional = script_counts(page)
        if not traditional and not any(map(_outer, page.texts)):
            return
        if script_of(simplified, traditional) == "simplified":
            yield from _repairs(self, page, evidence, to_simplified, simplified >= MIN_TELLING_SAFE)


class StraySimplified(Rule):
    """A simplified form on a page in traditional script, where exactly one traditional character answers to it.

    Recognisers that know few traditional characters write the simplified ones for them, now and then or on every line. Forms that only the
    reform of 1956 brought into print are written back where the word fits. Forms that old papers and Japan print too (来, 内, 决) may be the paper's
    own: they are offered on pages on which the recogniser is seen to simplify. A paragraph that is itself in simplified script, and what
    stands in quotation marks or does not fit, is left or only offered.
    """

    code: ClassVar[str] = "SCRIPT002"
    name: ClassVar[str] = "stray simplified forms"
    tier: ClassVar[Tier] = "suggested"
    stage: ClassVar[Stage] = Stage.CHARACTERS
    mends: ClassVar = [("車站前的廣場上擠滿了旅客，廣播裏傳來開車的鈴聲，农民們帶着雞和魚進城賣錢。",
                        "車站前的廣場上擠滿了旅客，廣播裏傳來開車的鈴聲，農民們帶着雞和魚進城賣錢。")]
    keeps: ClassVar = ["車站前的廣場上擠滿了旅客，太后的御車在后里停了一會，廣播裏傳來開車的鈴聲，雞和魚都賣了。",
                       "铁路两旁的农户种树养鸡，车站里开来运鱼的列车，广播说终点到了。",
                       "車站前的廣場上擠滿了旅客，廣播裏傳來開車的鈴聲，農民們帶着雞和魚進城，傍晚時分才趕回鄉間。\n\n"
                       "铁路两旁的农户种树养鸡，车站里开来运鱼的列车。"]

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Write or suggest the traditional form."""
        simplified, traditional = script_counts(page)
        if not simplified or traditional < max(MIN_TELLING, MOSTLY * simplified):
            return
        other = {char: after for block in page.blocks for char, after in _converted(block.text, to_traditional_form).items()}
        starts = accumulate((len(block.text) + 1 for block in page.blocks), initial=0)
        strays = [(block, start, i) for block, start in zip(page.blocks, starts, strict=False) if _is_traditional(block.text, other)
                  for i, char in enumerate(block.text) if char in other]
        new = {char for block, _, i in strays
               if to_traditional_form(plain := plain_form(char := block.text[i]), reformed=True) != plain}
        weighed = shipped_fits(page) if strays else ()
        for block, start, i in strays:
            yield from self._repair(page, block, i, other, new, float(weighed[start + i]))

    def _repair(
        self, page: Page, block: Block, i: int, other: Mapping[str, str], new: Collection[str], fits: float,
    ) -> Iterator[Change]:
        char = block.text[i]
        if fits < UNSURE or (char not in new and len(new) < HABIT):
            return
        sure = char in new and len(new) >= HABIT and fits >= SURE and not _quoted(block.text, i)
        yield from self.replacement(
            page, block, i, i + 1, other[char], f"The page is in traditional script: {other[char]}.",
            tier="safe" if sure else "suggested", confidence=0.97 if sure else 0.85, evidence={"fits": round(fits, 2), "reformed": char in new})


def _is_traditional(text: str, other: Collection[str]) -> bool:
    """Whether a paragraph is in traditional script, though some of its characters are of the other one."""
    return telling(text)[1] >= MOSTLY * sum(char in other for char in text)


NO_WORD = "forms no word: it may belong to a name"
UNFIT = "does not fit: another character may have been printed"


@lru_cache(maxsize=1 << 12)
def to_traditional_form(char: str, reformed: bool = False) -> str:
    """The only traditional form of a character that tells simplified text; `reformed`: and that Japanese, which keeps many of the forms
    (却, 温, 脚, 来) that are older than the reform, does not print."""
    return to_traditional(char) if simplified_only(char) and not (reformed and encodes(char, "shift_jis")) else char


def shipped_fits(page: Page) -> Floats:
    """How well each character of the blocks (joined by line feeds) fits, read in simplified script, under the shipped model alone, log10: what
    the page prints elsewhere is in another script."""
    text = simplified_shadow("\n".join(page.texts))
    return doubtful(text, shipped_model().logprobs(text), shipped_forms())


@kept
def _outer(text: str) -> bool:
    """Whether characters of a block lie beyond the private-use area: compatibility ideographs are among them."""
    return any(char > "\uf8ff" for char in text)


class _Stray(NamedTuple):
    """A character of the other script: its block, its offset there and in the page's text, what it becomes, and why it may be
    the paper's own (empty: nothing speaks for it)."""

    block: Block
    i: int
    at: int
    after: str
    doubt: str
    in_block: int


def _strays(page: Page, evidence: Evidence, convert: Callable[[str], str]) -> list[_Stray]:
    """The characters of the other script, in the order of the text (the blocks joined by line feeds)."""
    start, found = 0, []
    for block in page.blocks:
        other = _converted(block.text, convert)
        strays = [(i, other[char]) for i, char in enumerate(block.text) if char in other] if other else []
        found += [_Stray(block, i, start + i, after, _doubt(block, i, after, len(strays), evidence), len(strays)) for i, after in strays]
        start += len(block.text) + 1
    return found


def _repairs(
    rule: Rule, page: Page, evidence: Evidence, convert: Callable[[str], str], page_tells: bool,
) -> Iterator[Change]:
    strays = _strays(page, evidence, convert)
    simplified = convert is to_simplified
    wordless = frozenset(stray.at for stray in strays if stray.doubt == NO_WORD) if simplified else frozenset()
    misread = _misread(page, evidence, wordless) if wordless else wordless
    weighed = _fits(page, evidence) if simplified and any(stray.at not in misread for stray in strays) else None
    for block, i, at, after, doubt, in_block in strays:
        if at in misread:
            continue  # what was read for another character altogether is for the rule on look-alikes
        fits = 0.0
        if weighed is not None:
            fits = float(weighed[at])
            doubt = doubt or (UNFIT if fits < SURE else "")
        safe = page_tells and not doubt
        alien = simplified and (doubt == NO_WORD or fits < DOUBT)  # likelier read for another character
        yield from rule.replacement(
            page, block, i, i + 1, after, f"The page is in the other script: {after}.",
            tier="safe" if safe and rule.tier == "safe" else "flagged" if alien else "suggested", confidence=0.97 if safe else 0.7,
            evidence={"strays_in_block": in_block, "doubt": doubt or "none"})


def _fits(page: Page, evidence: Evidence) -> Floats:
    """How well each character of the blocks (joined by line feeds) fits, read in simplified script, log10."""
    text = simplified_shadow("\n".join(page.texts))
    return doubtful(text, evidence.model.logprobs(text), shipped_forms())


def _misread(page: Page, evidence: Evidence, places: frozenset[int]) -> frozenset[int]:
    """Which of some offsets (of the blocks joined by line feeds) have a look-alike that would be offered."""
    if not evidence.on("GLYPH001"):
        return frozenset()
    found = offered_at("\n".join(page.texts), places, evidence)
    return places & {k for _, reading in found for k in range(reading.start, reading.end)}


def _doubt(block: Block, i: int, after: str, strays: int, evidence: Evidence) -> str:
    """Why the form at `i` may be the paper's own; empty when nothing speaks for it."""
    text = block.text
    if text[i] in NAME_FORMS:
        return "a form that names and quotations keep"
    if strays > MAX_IN_BLOCK:
        return "several in one paragraph"
    if _quoted(text, i):
        return "inside quotation marks or a title"
    read = text[:i] + after + text[i + 1:]
    spans = ((a, b) for a in range(max(0, i - 3), i + 1) for b in range(max(i + 1, a + 2), min(len(read), a + 4) + 1))
    words = [(a, b) for a, b in spans if read[a:b] in evidence.lexicon]
    if not words:
        return NO_WORD
    if sum(c in CLASSICAL for c in text[max(0, i - 8):i + 9]) >= 2:
        return "classical wording"
    if any(simplified_only(char) for a, b in words for char in text[a:i] + text[i + 1:b]):
        return ""  # 奧运 is no spelling of either script, however often the page has it
    for a in (max(0, i - 1), i):
        pair, said = text[a:a + 2], read[a:a + 2]
        if len(pair) == 2 and pair.isalpha() and evidence.prints(pair) > 1 and not evidence.prints(said):
            return "the page repeats the term"
    return ""
