"""Tokens of a foreign script inside of Chinese words (の for 的, カ for 力), and Latin words in another case (LaTex)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import ClassVar

from cleaner.changes import Change, Tier
from cleaner.evidence import Evidence, shipped_model
from cleaner.evidence.charset import HAN, is_chinese, is_enclosed, protected_spans
from cleaner.memory import kept, listed
from cleaner.normalizers.base import Rule, Stage
from cleaner.page import Block, Page

KANA = "\u3041-\u3096\u30a1-\u30fa\u30fc"
_FOREIGN = f"{KANA}\u0400-\u052f\u0530-\u058f\u0590-\u06ff\u0900-\u0dff\u0e00-\u0eff\u10a0-\u10ff\u1100-\u11ff\uac00-\ud7a3"
"""Kana, Cyrillic, Armenian, Hebrew, Arabic, the scripts of India and Indochina, Georgian, Hangul. Greek is left out: formulas have it."""
_TOKEN = re.compile(rf"(?<=[{HAN}])[{_FOREIGN}]{{1,2}}(?=[{HAN}，。；、])")
_PASSAGE = re.compile(f"[{_FOREIGN}]{{3}}|[{_FOREIGN}][ ·・][{_FOREIGN}]")
_passage, _tokens = kept(_PASSAGE.search), listed(_TOKEN.finditer)
ALIKE = dict(zip("カロエトタヌオムメチのノ", "力口工卜夕又才厶乂千的丿", strict=True))
"""Kana → the hanzi of the same shape, or, for の, of the same meaning; those that are numerals (ニ, ハ, ミ, セ) are not guessed."""
LEAST_GAIN = 5.0
"""log10 that a hanzi must gain over a character never seen: any usual one gains 2 to 4.7, the right one 4.8 to 8."""
SPAN = 6
"""Characters on each side that the language model reads along."""


class ForeignScript(Rule):
    """One or two letters of a foreign script between Chinese words: a slip of a recogniser that reads many languages.

    A kana that has the shape of a hanzi (カ and 力), and の, which means 的, are read as the hanzi where the
    sentence asks for it, and that is only offered, for brands and titles play with such letters. Everything else is pointed out. A page that has whole words of the
    script, quotation marks, titles and brackets are left alone.
    """

    code: ClassVar[str] = "WORD004"
    name: ClassVar[str] = "letters of a foreign script"
    tier: ClassVar[Tier] = "suggested"
    stage: ClassVar[Stage] = Stage.TEXT
    mends: ClassVar = [("村里の老人都说，这条河出过大カ士。", "村里的老人都说，这条河出过大力士。")]
    keeps: ClassVar = ["商店“鲜の每日”昨天开张。", "他唱了日文歌《さくら》，又用カラオケ练了一遍，村里の老人笑了。", "α射线和β受体都是术语。"]

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Weigh every such letter."""
        if any(_passage(block.text) for block in page.blocks if not block.text.isascii()):
            return
        for block in page.blocks:
            for match in _tokens(block.text) if is_chinese(block.text) else ():
                if not is_enclosed(block.text, match.start()):
                    yield from self._weigh(page, block, match)

    def _weigh(self, page: Page, block: Block, match: re.Match[str]) -> Iterator[Change]:
        text, (start, end), token = block.text, match.span(), match.group()
        read = "".join(ALIKE.get(char, "") for char in token)
        if len(read) == len(token):
            context, rest = "\n" + text[max(0, start - SPAN):start], text[end:end + SPAN]
            unseen, hanzi = shipped_model().score_many([(context, "\ue000" * len(token) + rest), (context, read + rest)]).tolist()
            gain = hanzi - unseen
            if gain >= LEAST_GAIN * len(token):
                yield from self.replacement(page, block, start, end, read, f"{token} is a recogniser's letter for {read}.",
                                            confidence=0.85, evidence={"gain_log10": round(gain, 2)})
                return
        yield from self.flag(block, start, end, f"{token}: a letter of a foreign script stands between Chinese words.",
                             evidence={"read": token})


_LATIN = re.compile(r"(?<![A-Za-z0-9_.\-/@\\])[A-Za-z]{4,}(?![A-Za-z0-9_/@\\])", re.ASCII)
_words = listed(_LATIN.finditer)
SAME_SHAPE = frozenset("CcKkOoPpSsUuVvWwXxZz")
"""Letters whose two cases have one shape and differ in size alone."""
USUAL = 2
"""How often as much as the other form the page must print the usual one, and how often at least."""


class OtherCase(Rule):
    """A Latin word with a capital read as the small letter of the same shape: LaTex where the page prints LaTeX.

    Offered where the page prints the other form twice or more, and twice as often as this one. The first letter, which has its
    own reasons to be a capital, and letters whose cases differ in shape are not looked at, nor are short words and addresses.
    """

    code: ClassVar[str] = "WORD005"
    name: ClassVar[str] = "capitals and small letters of one shape"
    tier: ClassVar[Tier] = "suggested"
    stage: ClassVar[Stage] = Stage.TEXT
    mends: ClassVar = [("排版软件LaTeX很常用。学LaTeX不难，用LaTex写论文很方便。", "排版软件LaTeX很常用。学LaTeX不难，用LaTeX写论文很方便。")]
    keeps: ClassVar = ["公司名叫Webcast，产品名叫WebCast，Webcast和WebCast都注册了。", "Linux和linux都有人写，Linux更多，Linux最常见。",
                       "网址是latex.example.org/LaTex，软件是LaTeX，LaTeX很常用。"]

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Offer the usual form of every such word."""
        counts = Counter(match.group() for block in page.blocks for match in _words(block.text))
        usual = _usual(counts)
        for block in page.blocks if usual else ():
            kept = protected_spans(block.text)
            for match in _words(block.text):
                other, (start, end) = usual.get(match.group()), match.span()
                if other and not any(a < end and start < b for a, b in kept):
                    for i, char in enumerate(other, start):
                        if block.text[i] != char:
                            yield from self.replacement(
                                page, block, i, i + 1, char, f"The page prints {other} {counts[other]} times.", confidence=0.85,
                                evidence={"word": other, "printed": counts[other]})


def _usual(counts: Counter[str]) -> dict[str, str]:
    """The words that the page prints far more often in a form that differs in capitals of one shape alone, with that form."""
    forms: dict[str, list[str]] = {}
    for word in sorted(counts, key=lambda word: (-counts[word], word)):
        forms.setdefault(word.lower(), []).append(word)
    return {word: first for first, *rest in forms.values() for word in rest
            if counts[first] >= USUAL * counts[word]
            and all(a == b or (i and a in SAME_SHAPE) for i, (a, b) in enumerate(zip(word, first, strict=True)))}
