"""Terms that are known from elsewhere, with one character misread: names that the page repeats, words of the user's lists."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import ClassVar

import numpy as np

from cleaner.changes import Change, Tier
from cleaner.evidence import Evidence, shipped_lexicon, shipped_model
from cleaner.evidence.alphabet import widened
from cleaner.evidence.charset import NUMERALS, all_hanzi
from cleaner.evidence.grams import Grams
from cleaner.evidence.script import is_traditional
from cleaner.evidence.variants import Terms, Variant
from cleaner.evidence.wordforms import WordForms, shipped_forms
from cleaner.evidence.wordlists import WordList
from cleaner.normalizers.base import Rule, Stage
from cleaner.page import Block, Page
from cleaner.structure.people import people, repeated_names

LEAST_NOISE = -4.0
"""log10 P(read | printed) of the look-alikes that count: all that the table lists."""
SPAN = 4
"""Characters on each side that the language model reads along."""
CLOSE_NOISE = -3.0
"""The same for a term of two characters."""
LEAST_GAIN = {2: 0.0, 3: 1.0}
"""log10 that a term of two or three characters must gain over what was read; see `benchmarks/flags.py`. The one of three may
share its characters with words beside it, so it must gain more."""
LOST_GAIN, LOST_SECOND = 1.0, 1.0
"""log10 that a word with its lost character must gain under the language model, and under the dictionary: on clean
sentences nothing does, and of inner characters taken out of words that a page prints twice 57 % come back, none wrong."""
LEAST_GAIN_LONG = -1.0
"""The same of longer terms: three characters that agree say more than the model, which may not know the term."""


class MisreadName(Rule):
    """A name that the page prints several times, once with a character misread for a look-alike.

    A name is proven by a title before it or by what people do behind it (局长…, …说) and stands on the page twice or more,
    or it stands there three times and is made of no words; its misread form stands there once. Two people may well have names that look alike, so the reading is only offered. Names
    themselves are never corrected by likelihood.
    """

    code: ClassVar[str] = "NAME001"
    name: ClassVar[str] = "misread names"
    tier: ClassVar[Tier] = "suggested"
    stage: ClassVar[Stage] = Stage.TEXT
    mends: ClassVar = [(
        "站长林河生说，渡船修好了。\n\n第一班船由林河生开。\n\n晚上，林河牛又去看了一次水位。",
        "站长林河生说，渡船修好了。\n\n第一班船由林河生开。\n\n晚上，林河生又去看了一次水位。")]
    keeps: ClassVar = [
        "站长林河生说，渡船修好了。\n\n第一班船由林河生开。\n\n船工林河山说，水位不高。\n\n林河山在岸上等。",
        "站长林河生说，渡船修好了。\n\n晚上，林河牛又去看了一次水位。",
    ]

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Seek the misread forms of all names that stand on the page twice."""
        if is_traditional(page):
            return
        text = widened("\n".join(page.texts))
        titled = {name: n for name, n in people(text, evidence.lexicon).items() if n > 1 and len(name) > 2}
        repeated = {**repeated_names(text, evidence.lexicon), **titled}
        for variant in Terms(repeated).variants(text, evidence.lookalikes, LEAST_NOISE) if repeated else ():
            read = text[variant.start:variant.start + len(variant.term)]
            sure = variant.term in titled or variant.k + 1 < len(variant.term)  # 陆完军 and 陆完率: the third may not belong to it
            if sure and text.count(read) == 1:
                yield from _offer(self, page, variant, f"The page prints {variant.term} {repeated[variant.term]} times.", 0.85)


class MisreadTerm(Rule):
    """A word of the user's own lists with one character misread for a look-alike.

    The words of a trade or a place are what neither the language model nor the dictionary knows; the list vouches for them. The
    character read must stand in no word as it is, and a short term must also read better than what stands
    there; of two characters neither may stand in a word, and the dictionary must hardly know the term. The reading is offered.
    """

    code: ClassVar[str] = "TERM001"
    name: ClassVar[str] = "misread words of one's own lists"
    tier: ClassVar[Tier] = "suggested"
    stage: ClassVar[Stage] = Stage.TEXT
    mends: ClassVar = ()
    keeps: ClassVar = ["没有词表的时候，入园手续照旧，人园手续也照旧。"]

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Seek the misread forms of the listed words."""
        words = evidence.inputs.words
        if words is None or is_traditional(page):
            return
        text = "\n".join(page.texts)
        found = [v for v in words.terms.variants(text, evidence.lookalikes, LEAST_NOISE) if _loose(text, v, evidence)]
        gains = _gains(text, [(v.start, v.start + len(v.term), v.term) for v in found], evidence.forms)
        for variant, (gain, _) in zip(found, gains, strict=True):
            if gain >= LEAST_GAIN.get(len(variant.term), LEAST_GAIN_LONG):
                yield from _offer(self, page, variant, f"{variant.term} is a word of your lists.", 0.85, gain)


class LostInWord(Rule):
    """A character that was lost inside of a word which the page prints whole elsewhere, or which a list of the user's has.

    What is left must be no word itself, and the whole one must read far better, under the language model and under the
    dictionary. A word that lost its first or last character is not sought: the short form (河南 for 河南省) may be meant.
    """

    code: ClassVar[str] = "WORD003"
    name: ClassVar[str] = "characters lost inside of words"
    tier: ClassVar[Tier] = "suggested"
    stage: ClassVar[Stage] = Stage.TEXT
    mends: ClassVar = [(
        "体育馆昨天重新开放，市民都来锻炼。\n\n今天上午，学生们在体馆里举行了一场篮球比赛。",
        "体育馆昨天重新开放，市民都来锻炼。\n\n今天上午，学生们在体育馆里举行了一场篮球比赛。")]
    keeps: ClassVar = [
        "河南省的技术人员来了，农技人员也来了。\n\n河南人都知道，监管工作不容易，管理工作更不容易。",
        "今天上午，学生们在体馆里举行了一场篮球比赛。",
        "全国人大代表来到渡口。\n\n渡口日报昨天登了法国全国大罢工的消息。",
    ]

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Seek the words of the page, and those of the user, with an inner character missing."""
        if is_traditional(page):
            return
        text = widened("\n".join(page.texts))
        for start, word, k, gain, second in _lost(text, evidence.inputs.words):
            if gain >= LOST_GAIN and second >= LOST_SECOND and not _whole(text, start + k, evidence):
                block, i = _place(page.blocks, start)
                yield from self.replacement(
                    page, block, i + k, i + k, word[k], f"The page or your lists have {word} whole: {word[k]} was lost.", confidence=0.85,
                    evidence={"word": word, "gain_log10": round(gain, 2), "dictionary_log10": round(second, 2)})


@lru_cache(maxsize=2)
def _lost(text: str, own: WordList | None) -> tuple[tuple[int, str, int, float, float], ...]:
    """`(start, word, k)` of `_shortened`, and what the whole word gains (see `_gains`); kept for the last pages."""
    found = list(_shortened(text, own))
    gains = _gains(text, [(start, start + len(word) - 1, word) for start, word, _ in found], own.forms if own else shipped_forms())
    return tuple((*one, *gained) for one, gained in zip(found, gains, strict=True))


def _shortened(text: str, own: WordList | None) -> Iterator[tuple[int, str, int]]:
    """`(start, word, k)` wherever the text has a word without its inner character `k`, the rest being no word, and none that the page prints
    again and again (车购税 beside 车辆购置税)."""
    lexicon, forms = (own.lexicon, own.forms) if own else (shipped_lexicon(), shipped_forms())
    words = {word for word in own.words if len(word) > 2} if own else set()
    longest, _ = forms.cover(text)
    places = np.flatnonzero(longest > 2)
    for n in (3, 4):
        words.update(text[i:i + n] for i in places[lexicon.words.at(text, places, n)].tolist())
    seen: set[tuple[int, int]] = set()
    chars = set(text)
    known = sorted((word for word in words if chars.issuperset((word[0], word[-1]))), key=lambda word: (-len(word), word))
    rests = [(word, k, word[:k] + word[k + 1:]) for word in known for k in range(1, len(word) - 1)]
    printed = Grams(text, (2, 3)).counts([rest for *_, rest in rests]).tolist()  # spares a search of the whole page for most
    for (word, k, rest), count in zip(rests, printed, strict=True):
        if (not count and len(rest) < 4) or count > 1 or word[k] in NUMERALS or rest in lexicon or not all_hanzi(rest) or not NUMERALS.isdisjoint(rest):
            continue
        start = text.find(rest)
        while start >= 0:
            if (start, start + k) not in seen:
                seen.add((start, start + k))
                yield start, word, k
            start = text.find(rest, start + 1)


def _whole(text: str, at: int, evidence: Evidence) -> bool:
    """Whether one word ends at an offset and another begins there, so that nothing is missing (全国|大罢工 beside 全国人大)."""
    lexicon = evidence.lexicon
    return (any(text[at - n:at] in lexicon for n in (2, 3, 4) if n <= at)
            and any(text[at:at + n] in lexicon for n in (2, 3, 4)))


def _gains(text: str, asked: Sequence[tuple[int, int, str]], forms: WordForms) -> list[tuple[float, float]]:
    """log10 that each `(start, end, term)` gains over `text[start:end]`, with what stands on both sides: language model, dictionary."""
    pairs = []
    for start, end, term in asked:
        context = text[max(0, start - SPAN):start].rpartition("\n")[2]
        rest = text[end:end + SPAN].partition("\n")[0]
        pairs += [(context, text[start:end] + rest), (context, term + rest)]
    scores = shipped_model().score_many(pairs)
    words = forms.scores([context + said for context, said in pairs])
    return list(zip((scores[1::2] - scores[::2]).tolist(), (words[1::2] - words[::2]).tolist(), strict=True))


def _loose(text: str, variant: Variant, evidence: Evidence) -> bool:
    """Whether the character read stands in no word as it is; of a term of two, both must, and look more alike."""
    if len(variant.term) > 2:
        return evidence.forms.over(text, variant.at).length == 1
    return variant.noise >= CLOSE_NOISE and all(evidence.forms.over(text, variant.start + k).length == 1 for k in (0, 1))


def _offer(
    rule: Rule, page: Page, variant: Variant, why: str, confidence: float, gain: float | None = None,
) -> Iterator[Change]:
    block, i = _place(page.blocks, variant.at)
    seen = {"term": variant.term, "noise": round(variant.noise, 2)} | ({} if gain is None else {"gain_log10": round(gain, 2)})
    printed = variant.term[variant.k]
    yield from rule.replacement(
        page, block, i, i + 1, printed, f"{printed} was misread as {variant.read}: {why}", confidence=confidence, evidence=seen)


def _place(blocks: Sequence[Block], at: int) -> tuple[Block, int]:
    """The block of an offset of the blocks joined by line feeds, and the offset in it."""
    starts = [0, *accumulate(len(block.text) + 1 for block in blocks)]
    index = bisect_right(starts, at) - 1
    return blocks[index], at - starts[index]
