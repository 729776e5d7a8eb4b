"""Tokens of a foreign script inside of Chinese words: の for 的, カ for 力."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from cleaner.changes import Change, Tier
from cleaner.evidence import Evidence, shipped_model
from cleaner.evidence.charset import HAN, is_chinese, is_enclosed
from cleaner.normalizers.base import Rule, Stage
from cleaner.page import Block, Page

KANA = "\u3041-\u3096\u30a1-\u30fa\u30fc"
_FOREIGN = f"{KANA}\u0400-\u052f\u0530-\u058f\u0590-\u06ff\u0900-\u0dff\u0e00-\u0eff\u10a0-\u10ff\u1100-\u11ff\uac00-\ud7a3"
"""Kana, Cyrillic, Armenian, Hebrew, Arabic, the scripts of India and Indochina, Georgian, Hangul. Greek is left out: formulas have it."""
_TOKEN = re.compile(rf"(?<=[{HAN}])[{_FOREIGN}]{{1,2}}(?=[{HAN}，。；、])")
_PASSAGE = re.compile(f"[{_FOREIGN}]{{3}}|[{_FOREIGN}][ ·・][{_FOREIGN}]")
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
        if any(_PASSAGE.search(block.text) for block in page.blocks if not block.text.isascii()):
            return
        for block in page.blocks:
            for match in _TOKEN.finditer(block.text) if is_chinese(block.text) else ():
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
