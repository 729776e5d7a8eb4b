"""Words: characters read twice, and tokens of another language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from cleaner.changes import Change, Tier
from cleaner.evidence import Evidence, shipped_model
from cleaner.evidence.charset import HAN, HANZI, is_chinese
from cleaner.evidence.script import is_traditional, page_script
from cleaner.evidence.wordforms import LONGEST
from cleaner.memory import listed
from cleaner.normalizers.base import Rule, Stage
from cleaner.page import Block, Page

_TWICE = re.compile(rf"([{HAN}])(?=\1)")
_TWICE_LONG = re.compile(rf"([{HAN}]{{2,4}})(?=\1)")
NEVER = frozenset(
    "一二三四五六七八九十万千百亿零〇两的了着过们人天年月日家户处件个种条次项回点些步"
    "层样事时代声哈啊呵嘿嘻呜咚叮以在到对为等要会也都就还可")
"""Numerals, and characters that are doubled as a matter of course."""
SAFE_GAIN = 3.3
"""log10 that the reading without the copy must gain. On recognised pages all four that gained from 2 on, but less, were lines that met."""
SAFE_GAIN_LOOSE = 4.2
"""The same where no word of two characters bounds the place, only a particle or punctuation."""
LONG_GAIN = 4.0
"""log10 that the reading without the copy must gain; set by hand, checked on clean text with `benchmarks/clean_text.py`."""
OVER_STOP = 5.0
"""log10 by which a string that stands once must read better than one that ends a sentence and opens the next (…看了演出。演出由…): bad scans lose the
stop between. The two of the kind on recognised pages have 4.0 and 4.9; all three doubled strings offered there (one in the middle of a word) were lost ends."""
SINGLES = frozenset(
    "的地得了着和与及或并而在是为以对从将被把向由于到给让使也都就才又还更最不没有能会"
    "要可中上下内外后前里")
"""Characters that stand alone as words all the time."""
SECOND_GAIN = 1.5
"""log10 that the dictionary, as the second and independent model, must gain too: that of a word of two characters over none."""
ADVERBS = frozenset("很太好越再又不真更最多非常")
"""First characters of strings that are said twice for emphasis."""
USUAL = 1000
"""Count of the dictionary from which on a word of two characters may stand behind an ending that is its first one (业务: 7,737; 锦标: 24). Set by hand."""
UNATTESTED = 4
"""The lexicon lists 600 pairs of one character twice (刀刀, 度度) with a token frequency of 2 to 4: no evidence."""
SPAN = 8
"""Characters on each side that the language model reads along."""


@dataclass(frozen=True, slots=True)
class _Copy:
    """`text[i:i + n]` stands twice in a row."""

    text: str
    i: int
    n: int

    @property
    def middle(self) -> int:
        """Offset of the second one."""
        return self.i + self.n

    @property
    def end(self) -> int:
        """Offset behind the second one."""
        return self.i + 2 * self.n


def _gains(copies: Sequence[_Copy]) -> list[float]:
    """log10 of how much likelier each text is with one of the two, read with what stands on both sides.

    Asked is the shipped model alone: the page's own model has learnt the very copy that is in doubt.
    """
    asked: dict[tuple[str, str], int] = {}
    rows = []
    for copy in copies:
        text, i = copy.text, copy.i
        context = "\n" + text[max(0, i - SPAN):i]
        rest = text[copy.middle:copy.end + SPAN]
        rows.append([asked.setdefault((context, said), len(asked)) for said in (text[i:copy.middle] + rest, rest)])
    scores = shipped_model().score_many(list(asked))
    return [float(scores[once] - scores[twice]) for twice, once in rows]


@listed
def _copies(text: str) -> Iterator[_Copy]:
    """Characters, then strings of two to four, that stand twice in a row."""
    for match in _TWICE.finditer(text):
        if match.group() not in NEVER:
            yield _Copy(text, match.start(), 1)
    last = -1
    for match in _TWICE_LONG.finditer(text):
        copy = _Copy(text, match.start(), len(match.group(1)))
        letters = set(match.group(1))
        if copy.i >= last and match.group()[0] not in ADVERBS and len(letters) > 1 and not letters & NEVER:
            last = copy.end
            yield copy


def _over_stop(copy: _Copy) -> float:
    """log10 of how much likelier the text is with one of the two than with a stop between them."""
    context, once, rest = "\n" + copy.text[max(0, copy.i - SPAN):copy.i], copy.text[copy.i:copy.middle], copy.text[copy.end:copy.end + SPAN]
    single, parted = shipped_model().score_many([(context, once + rest), (context, f"{once}。{once}{rest}")]).tolist()
    return float(single - parted)


def _second_gain(copy: _Copy, evidence: Evidence) -> float:
    """The same under the dictionary, which was counted on other texts: words drawn by frequency, the likeliest cut."""
    left, rest = copy.text[max(0, copy.i - LONGEST):copy.i], copy.text[copy.end:copy.end + LONGEST]
    once, twice = copy.text[copy.i:copy.middle], copy.text[copy.i:copy.end]
    return evidence.forms.score(left + once + rest) - evidence.forms.score(left + twice + rest)


def _word_before(text: str, end: int, evidence: Evidence) -> str:
    """The longest word of two characters or more that ends at `end`."""
    words = (text[max(0, end - k):end] for k in range(4, 1, -1))
    return next((word for word in words if len(word) > 1 and word in evidence.lexicon), "")


def _word_after(text: str, start: int, evidence: Evidence) -> str:
    """The longest word of two characters or more that begins at `start`."""
    words = (text[start:start + k] for k in range(4, 1, -1))
    return next((word for word in words if len(word) > 1 and word in evidence.lexicon), "")


def _neighbour(text: str, at: int, step: int, evidence: Evidence) -> str:
    """What bounds a word at `at`: the word beside it, or one particle or mark of punctuation. Empty: neither."""
    word = _word_after(text, at, evidence) if step > 0 else _word_before(text, at, evidence)
    char = (text[at:at + 1] if step > 0 else text[max(0, at - 1):at]) or "\n"
    return word or (char if char in SINGLES or not HANZI.match(char) else "")


def _reduplication(copy: _Copy, evidence: Evidence) -> bool:
    """Whether the language itself doubles here: a word of the lexicon, AABB or AAA, a measure word behind 一, or the page doubles it
    elsewhere, too."""
    text, i, end = copy.text, copy.i, copy.end
    lexicon = evidence.lexicon
    windows = (text[a:b] for a in range(max(0, i - 2), i + 1) for b in range(end, min(len(text), end + 2) + 1))
    if any(lexicon.frequency(window) > (UNATTESTED if len(window) == 2 else 0) for window in windows):
        return True
    if copy.n == 1:
        if text[i - 1:i] == "一":  # 一支支队伍, 一棵棵果树: a measure word is doubled for each and every one
            return True
        aabb = text[end:end + 1] == text[end + 1:end + 2] != "" or (i >= 2 and text[i - 2] == text[i - 1])
        third = text[i - 1:i] == text[i] or text[end:end + 1] == text[i]
        if aabb or third:
            return True
    return evidence.prints(text[i:end]) > 1


class DoubledCharacter(Rule):
    """A character that was read twice: the same one stands two times where a word has it once.

    It is taken out where leaving it out makes the passage far likelier under the language model and under the dictionary, the character belongs to a word on one
    side and the next word begins right behind it, and the doubled form is neither a reduplication (天天, 绿油油)
    nor two words that meet (粮食 + 食品) nor printed by the page elsewhere. Strings of two to four characters
    that stand twice are only suggested.
    """

    code: ClassVar[str] = "WORD001"
    name: ClassVar[str] = "characters read twice"
    tier: ClassVar[Tier] = "safe"
    stage: ClassVar[Stage] = Stage.TEXT
    mends: ClassVar = [
        ("教练组认真研究对手，球员积极参加比赛赛活动。", "教练组认真研究对手，球员积极参加比赛活动。"),
    ]
    keeps: ClassVar = [
        "天天训练，慢慢进步，看看绿油油的麦田，爷爷奶奶等等他们。",
        "高高兴兴下地，研究研究再说，粮食食品两个部门，田径径赛项目，足球球迷很多。",
        "县区区长开会，浇灌灌溉两用，目的的确明确，冯琳琳和张丽丽夺冠。",
        "干部常来和果农交交心，谈谈家里的事。", "通往渡口的路修得笔直笔直的。",
        "高科科技公司来了，区区长也来了，信贷贷款照办。",
        "一支支彩笔，一棵棵果树，一纸纸合同，一锤锤打下去。", "交警支队支队长和中队中队长都到了渡口。",
    ]

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Weigh every doubled character, then every doubled string."""
        copies = [(block, copy) for block in page.blocks for copy in _copies(block.text)]
        for (block, copy), gain in zip(copies, _gains([copy for _, copy in copies]), strict=True):
            yield from (self._single if copy.n == 1 else self._string)(page, block, copy, gain, evidence)

    def _single(self, page: Page, block: Block, copy: _Copy, gain: float, evidence: Evidence) -> Iterator[Change]:
        text, middle, end = copy.text, copy.middle, copy.end
        if gain < SAFE_GAIN or _second_gain(copy, evidence) < SECOND_GAIN or _reduplication(copy, evidence):
            return
        before, after = _word_before(text, middle, evidence), _word_after(text, middle, evidence)
        if before and after:  # two words that meet: 地下 + 下水道
            return
        beside = _neighbour(text, end, 1, evidence) if before else _neighbour(text, copy.i, -1, evidence)
        if not ((before or after) and beside):  # two torn lines that meet in a word that the page has often: 尊重阿富 + 富汗参与
            return
        if gain < (SAFE_GAIN if len(beside) > 1 else SAFE_GAIN_LOOSE):
            return
        if not before and (len(after) == 2 or evidence.lexicon.frequency(text[middle:end + 1]) >= USUAL):
            # 交交心, 吊吊顶: a verb with its object is doubled like this for a light tone; 快递业 + 业务: no lexicon has every word with such an ending
            return
        safe = page_script(page) != "traditional"
        yield from self._take_out(page, block, copy, "safe" if safe else "suggested", gain,
                                  {"word": before or after, "beside": beside})

    def _string(self, page: Page, block: Block, copy: _Copy, gain: float, evidence: Evidence) -> Iterator[Change]:
        beside = copy.text[copy.end:copy.end + 1]
        adverbial = copy.n == 2 and beside in {"的", "地"}  # 笔直笔直的
        head = beside == "长"  # 消防支队支队长: the body, and who leads it
        agreed = gain >= LONG_GAIN and not is_traditional(page) and _second_gain(copy, evidence) >= SECOND_GAIN
        met = len(_word_before(copy.text, copy.middle, evidence)) > copy.n  # 红领巾 + 领巾: the ends of torn lines, of which one begins inside the word
        if agreed and not (adverbial or head or met or _reduplication(copy, evidence)) and _over_stop(copy) >= OVER_STOP:
            yield from self._take_out(page, block, copy, "suggested", gain, {"string": copy.text[copy.i:copy.middle]})

    def _take_out(
        self, page: Page, block: Block, copy: _Copy, tier: Tier, gain: float, seen: dict[str, object],
    ) -> Iterator[Change]:
        spans = ((copy.middle, copy.end), (copy.i, copy.middle))
        start, end = next((span for span in spans if block.source_span(*span)), spans[0])
        yield from self.replacement(
            page, block, start, end, "", f"{block.text[start:end]} was read twice.", tier=tier,
            confidence=0.96 if tier == "safe" else 0.4, evidence={"gain_log10": round(gain, 2), **seen})


class ForeignToken(Rule):
    """An English function word between two Chinese words: a slip of a reading model, not of the newspaper.

    `and` with Chinese on both sides becomes 和, `or` is offered as 或; of, the and in are pointed out, for what they
    stand for depends on the sentence. Inside quotation marks and titles nothing is changed unasked.
    """

    code: ClassVar[str] = "WORD002"
    name: ClassVar[str] = "English function words in Chinese"
    tier: ClassVar[Tier] = "safe"
    stage: ClassVar[Stage] = Stage.TEXT
    mends: ClassVar = [("农机合作社 and 种粮大户都来参加培训。", "农机合作社和种粮大户都来参加培训。")]
    keeps: ClassVar = [
        "他的唱片Rock and Roll和Best of the West都卖得好。",
        "从A站 and B站同时发车。", "《战争 and 和平》是乐队的新歌。",
        "小标题：风 and",
    ]

    _pattern = re.compile(rf"(?<=[{HAN}”》）]) ?\b(and|or|of|the|in)\b ?(?=[{HAN}“《（])", re.ASCII)
    _tokens = staticmethod(listed(_pattern.finditer))
    _READ: ClassVar = {"and": "和", "or": "或"}

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Read the token as the Chinese word, where there is one."""
        for block in page.blocks:
            text = block.text
            for match in self._tokens(text) if is_chinese(text) else ():
                token, (start, end) = match.group(1), match.span()
                after = self._READ.get(token)
                if after is None:
                    yield from self.flag(block, start, end, f"`{token}` between Chinese words is a slip of the reader.",
                                         evidence={"token": token})
                    continue
                if block.source_span(start, end) is None:  # a space beside it is no source character
                    start, end = match.span(1)
                context, rest = "\n" + text[max(0, start - SPAN):start], text[end:end + SPAN]
                score = evidence.model.score(after, context)
                quoted = text.count("《", 0, start) > text.count("》", 0, start) or \
                    text.count("“", 0, start) > text.count("”", 0, start)
                safe = token == "and" and not quoted and match.group().startswith(" ") and match.group().endswith(" ")
                yield from self.replacement(
                    page, block, start, end, after, f"`{token}` is a reading model's word for {after}.",
                    tier="safe" if safe else "suggested", confidence=0.95 if safe else 0.6,
                    evidence={"token": token, "log10_p": round(score, 2), "before": rest[:4]})
