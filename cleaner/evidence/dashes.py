"""Chains of Chinese terms with a mark between them, and whether 一 in such a chain can be the numeral."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from cleaner.evidence.charset import HAN

if TYPE_CHECKING:
    from cleaner.evidence import Evidence
    from cleaner.evidence.ngram import LanguageModel

MARKS = "一-－–─―"
"""What a dash of a chain is misread for."""
_SITE = re.compile(f"[-－–─―—一](?<=[{HAN}].)(?=[{HAN}])")
_TERM = re.compile(f"[{HAN}]+")
LONGEST_TERM = 6
SAFE_GAIN, SUGGESTED_GAIN = 4.48, 4.2
"""`separator_gain` from which on 一 is a misread dash.

Set by hand on the invented chains of `tests/test_text_rules.py`, not on held-out ones: those with the numeral that have no fault (`faults`) gain up
to 4.42, those of terms 4.53 to 10.3, but for one (4.27). The margin is thin. In 19 million characters of clean text every
chain with 一 had a fault."""
DISTRIBUTIVE = re.compile("[每各逐按分]|实行|推行|坚持|落实|建立|做到|实现|开展|一")
"""Wording that leads in "one … one …"."""
NUMERALS = frozenset("一二三四五六七八九十万千百亿零〇两几数半")
MEASURES = frozenset(
    "个种条次项家位名件只支张座场批代对双副份层段级类些套度期届章节年月日天周分点里米"
    "尺寸亩公斤吨元角户人车站村县市省国校厂所院")
"""Characters before which 一 is read as a number first of all."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Terms with a mark between each two, inside one clause. The outer terms may run on into the sentence.

    `sites` are the offsets of the marks in `text`, `terms` the texts between them: one more than sites.
    """

    text: str
    sites: tuple[int, ...]
    terms: tuple[str, ...]

    @property
    def misread(self) -> tuple[int, ...]:
        """The sites that do not show a dash."""
        return tuple(i for i in self.sites if self.text[i] in MARKS)

    @property
    def hyphens(self) -> bool:
        """Whether every misread mark is a hyphen or a rule, none of them 一."""
        return all(self.text[i] != "一" for i in self.sites)

    def pair(self, k: int) -> tuple[str, str]:
        """The inner ends of the terms round site k: the whole term where it is bounded by marks."""
        return self.terms[k], self.terms[k + 1]


def chains(text: str, least: int = 2) -> Iterator[Chain]:
    """The chains of a block with `least` marks or more: maximal runs of marks with hanzi alone between them."""
    run: list[int] = []
    for match in _SITE.finditer(text):
        i = match.start()
        if run and not (3 <= i - run[-1] <= LONGEST_TERM + 1 and _TERM.fullmatch(text, run[-1] + 1, i)):
            if len(run) >= least:
                yield _chain(text, run)
            run = []
        run.append(i)
    if len(run) >= max(least, 1):
        yield _chain(text, run)


def _chain(text: str, run: list[int]) -> Chain:
    head = re.search(f"[{HAN}]*\\Z", text[max(0, run[0] - LONGEST_TERM):run[0]])
    tail = _TERM.match(text[run[-1] + 1:run[-1] + 1 + LONGEST_TERM])
    inner = [text[a + 1:b] for a, b in pairwise(run)]
    return Chain(text, tuple(run), (head.group() if head else "", *inner, tail.group() if tail else ""))


def faults(chain: Chain, evidence: Evidence) -> str:
    """Why the chain may be none: a term that is no word, or a place where 一 can be the numeral. Empty: no reason."""
    lexicon = evidence.lexicon
    if not chain.hyphens and DISTRIBUTIVE.search(chain.terms[0]):
        return "the wording before it counts one by one"
    for term in chain.terms[1:-1]:
        if not _made_of_words(term, evidence):
            return f"{term} is not made of words"
    if not _ends_in_word(chain.terms[0], evidence) or not _begins_with_word(chain.terms[-1], evidence):
        return "the outer terms are no words"
    for k, i in enumerate(chain.sites):
        if chain.text[i] != "一":
            continue
        left, right = chain.pair(k)
        word = _numeral_word(left, right, evidence)
        if word or left[-1] in NUMERALS or right[0] in NUMERALS or (right[0] in MEASURES and right[:2] not in lexicon):
            return f"{word or '一' + right[:1]} is read as it stands"
    return ""


def _numeral_word(left: str, right: str, evidence: Evidence) -> str:
    """A word that 一 forms with its neighbours and that leaves words over (一批|苹果, not 一同|事们); or nothing."""
    lexicon = evidence.lexicon
    for word, count in lexicon.words_across(left[-3:], "一" + right[:3], 4):
        taken = word.index("一") if "一" in word else 0
        given = len(word) - taken - 1
        if count >= 3 and "一" in word and _splits(left[:len(left) - taken], right[given:], evidence):
            return word
    for given in (1, 2, 3):
        word = "一" + right[:given]
        if lexicon.frequency(word) >= 3 and _splits(left, right[given:], evidence):
            return word
    return ""


def _splits(left: str, right: str, evidence: Evidence) -> bool:
    """Whether what is left over on both sides can be words."""
    return (not left or _ends_in_word(left, evidence)) and (not right or _begins_with_word(right, evidence))


def _made_of_words(term: str, evidence: Evidence) -> bool:
    """Whether a term is a word, or words of two characters and more end to end, 化 and 性 hung on."""
    if not term or term in evidence.lexicon or (term[0] in "化性" and _made_of_words(term[1:], evidence)):
        return True
    return any(term[:k] in evidence.lexicon and _made_of_words(term[k:], evidence) for k in range(len(term) - 1, 1, -1))


def _ends_in_word(head: str, evidence: Evidence) -> bool:
    return any(head[-k:] in evidence.lexicon for k in range(2, min(5, len(head)) + 1))


def _begins_with_word(tail: str, evidence: Evidence) -> bool:
    return any(tail[:k] in evidence.lexicon for k in range(2, min(5, len(tail)) + 1))


def separator_gain(chain: Chain, model: LanguageModel) -> float:
    """How much better the chain reads without the numeral 一, log10.

    The sum of two figures: per 一, how much likelier the chain is as a list with 、; and how much likelier the text
    is with nothing in the place of 一, for the 一 that fits best.
    """
    text = chain.text
    start, end = max(0, chain.sites[0] - 8), chain.sites[-1] + 9
    context = "\n" + text[max(0, start - 4):start]
    marks = [i for i in chain.sites if text[i] == "一"]
    if not marks:
        return 0.0
    listed = "".join("、" if i in marks else text[i] for i in range(start, min(end, len(text))))
    asked = [(context, text[start:end]), (context, listed)]
    for i in marks:
        asked += [("\n" + text[max(0, i - 4):i], numeral + text[i + 1:i + 5]) for numeral in ("一", "")]
    read, offered, *single = model.score_many(asked).tolist()
    return float((offered - read) / len(marks) + min(b - a for a, b in zip(single[::2], single[1::2], strict=True)))


Pairs = set[tuple[str, str]]


def proven_pairs(found: Iterable[Chain], evidence: Evidence, model: LanguageModel) -> ProvenPairs:
    """The neighbours that chains of two marks and more prove: those with dashes, and those without a fault."""
    pairs: Pairs = set()
    for chain in found:
        dashes = all(chain.text[i] == "—" for i in chain.sites)
        if len(chain.sites) < 2 or faults(chain, evidence):
            continue
        if dashes or separator_gain(chain, model) >= SAFE_GAIN:
            pairs.update(chain.pair(k) for k in range(len(chain.sites)))
    return ProvenPairs(pairs)


class ProvenPairs:
    """Pairs of neighbours; a pair is among them when its inner ends are those of a proven pair."""

    __slots__ = ("pairs",)

    def __init__(self, pairs: Pairs) -> None:
        """Keep the pairs."""
        self.pairs = pairs

    def __contains__(self, pair: object) -> bool:
        """Whether the left term ends, and the right one begins, like a proven pair whose words they share."""
        if not isinstance(pair, tuple):
            return False
        left, right = pair
        return any(_share_end(left, a) and _share_start(right, b) for a, b in self.pairs)


def _share_end(left: str, known: str) -> bool:
    short = min(len(left), len(known))
    return short >= 2 and (left.endswith(known) or known.endswith(left) or left[-3:] == known[-3:])


def _share_start(right: str, known: str) -> bool:
    short = min(len(right), len(known))
    return short >= 2 and (right.startswith(known) or known.startswith(right) or right[:3] == known[:3])
