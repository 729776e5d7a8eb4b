"""Do two nearly equal texts differ because they were misread, or because they say different things?

A misreading makes one of two readings odd: the language model finds one side far likelier than the other. Two rows
of a list, two forecasts or two paragraphs of a statute differ in words that are both right where they stand, or
in figures. So no threshold needs to know how noisy the page is: each difference is asked for itself.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from rapidfuzz.distance import Levenshtein

from cleaner.evidence import shipped_lexicon
from cleaner.evidence.charset import HAN_RANGE, NUMERALS
from cleaner.evidence.lookalikes import shipped_lookalikes
from cleaner.evidence.ngram import LanguageModel

PLAIN, LEAST_SPREAD = 10.0, 3
"""Log10 odds, and places in which they differ, from which two passages are plainly one text read twice."""
PRIOR_MOST = 2.0
"""Log10 odds that the page as a whole brings at most."""
FIGURES = NUMERALS | frozenset("0123456789０１２３４５６７８９")
DIGITS = frozenset("0123456789０１２３４５６７８９")
LATIN_WORD = re.compile("[A-Za-z]{3,}")
"""Letters in a row that are no misreading where the other text has none of them: the model knows no Latin words, and commands differ in one."""
CONTEXT, AHEAD = 4, 3
"""Code points before and behind a difference that the model sees."""
MOST = 6.0
"""Log10 odds that one difference can bring, at most."""
COST = 2.0
"""Log10 odds that each differing character must bring on average; `benchmarks/copies.py` prints both sides: misread
copies bring 3 to 10, near-copies that are none bring 0 to 2."""
SCATTERED, SCATTERED_COST = 0.12, 1.2
"""Differences a character from which they are strewn as misreadings are, not put as an author puts other words, and
what each character then costs: on prose that the model has not seen misread copies bring 1.5 to 2."""
LONE, LONE_FREE, LONE_LENGTH = 0.5, 2, 40
"""Log10 odds that each place of a text of so many code points brings in which one character differs, from the third on and less those in which more do, where
nowhere both readings are known words: an author who varies a text puts words for words. Of 765 misread copies (2, 5 and 11.5 % errors, seeds 501, 601 and 701) 747 are known so,
739 without; of 156 pairs of paragraphs of statutes with the same figures 20 pass for one text with and without (`benchmarks/copies.py --alike`)."""
LOOKS_ALIKE = 0.8
"""Log10 odds that a pair of look-alikes brings: of the single hanzi in which statutes differ 13 in 100 are such pairs, of those
in which two readings of one text differ 95 in the generator's noise; four fifths are reckoned with."""
MIXED = 3
"""Code points of the longest run of look-alikes whose mixtures are tried."""
MARK_COST = 0.5
"""The same for punctuation, which a recogniser loses first."""
SLACK = 0.02
"""Log10 odds that each character of the text forgives: one doubtful difference in a hundred."""
ODD_FIGURE = 3.0
"""Log10 odds from which a numeral in hanzi stands for a misread word (攻八 for 攻入); the model takes all digits as one."""
CLEAN_LENGTH = 60
"""Code points from which one differing figure among other misreadings may be a misreading itself, and strewn
differences are taken for misreadings."""

KNOWN = 500
"""Frequency from which a word of the lexicon is one that an author may have chosen."""
LIKELIER = 3.0
"""Log10 odds up to which two such words may both be meant; a misreading that happens to be a word is likelier caught."""
DOUBTFUL = 1.0
"""Log10 odds a character below which one of several differences is doubtful; a lone one below `COST`."""
AS_MANY = 2
"""Plain misreadings that one place where both readings are known words (今天, 明天) outweighs; any other doubtful place
outweighs one. Of copies at 2 to 11.5 % errors at most 1 in 100 become doubtful by this, of near-copies in statutes that pass for
misread ones 29 in 100."""


@dataclass(frozen=True, slots=True)
class Difference:
    """`left[a0:a1]` against `right[b0:b1]`; `left_score` and `right_score` are log10 p of each in its place, `best_score`
    that of the likeliest mixture of two runs of look-alikes."""

    a0: int
    a1: int
    b0: int
    b1: int
    left_score: float
    right_score: float
    best_score: float

    @property
    def gain(self) -> float:
        """How much likelier the best reading is than the worse of the two, log10."""
        return max(self.left_score, self.right_score, self.best_score) - min(self.left_score, self.right_score)


def differences(pairs: Sequence[tuple[str, str]], model: LanguageModel) -> list[list[Difference]]:
    """Where the texts of every pair differ, each place scored under the model; all pairs in one batch."""
    places: list[tuple[int, int, int, int, int, int, int]] = []
    asked: list[tuple[str, str]] = []
    for number, (left, right) in enumerate(pairs):
        for code in Levenshtein.opcodes(left, right):
            if code.tag == "equal":
                continue
            a0, a1, b0, b1 = code.src_start, code.src_end, code.dest_start, code.dest_end
            first = len(asked)
            for text, start, end in ((left, a0, a1), (right, b0, b1)):
                asked.append((text[max(0, start - CONTEXT):start] or "\n", text[start:end + AHEAD]))
            one, other = left[a0:a1], right[b0:b1]
            if 1 < len(one) == len(other) <= MIXED and look_alike(one, other) == len(one):
                before, behind = asked[-1][0], right[b1:b1 + AHEAD]
                asked += [(before, "".join(mixture) + behind) for mixture in product(*zip(one, other, strict=True))]
            places.append((number, a0, a1, b0, b1, first, len(asked)))
    scores = model.score_many(asked).tolist() if asked else []
    found: list[list[Difference]] = [[] for _ in pairs]
    for number, a0, a1, b0, b1, first, last in places:
        found[number].append(Difference(a0, a1, b0, b1, scores[first], scores[first + 1], max(scores[first:last])))
    return found


@lru_cache(maxsize=1 << 14)
def look_alike(one: str, other: str) -> int:
    """In how many places two readings as long as each other have characters that a recogniser takes for one another."""
    table = shipped_lookalikes()
    if len(one) != len(other):
        return 0
    return sum(a != b and not FIGURES & {a, b} and (table.log10_p(a, b) is not None or table.log10_p(b, a) is not None)
               for a, b in zip(one, other, strict=True))


def misread_odds(left: str, right: str, places: Sequence[Difference]) -> float:
    """Evidence that two aligned texts are one text misread, about log10 odds: above 0 they are.

    Texts that differ in figures are not, unless a long text has a single such place among other misreadings, or has
    lost a figure.
    """
    kinds = _kinds(left, right, places)
    changed, lost = kinds.count(2), kinds.count(1)
    length, others = max(len(left), len(right)), len(places) - changed
    noisy = length >= CLEAN_LENGTH and others >= 4
    if changed > (1 + others // 10 if noisy else 0) or (not noisy and lost > length // CLEAN_LENGTH + others // 4):
        return -MOST * (changed + lost)
    sizes = [max(d.a1 - d.a0, d.b1 - d.b0) for d in places]
    strewn = len(places) >= SCATTERED * length and 2 * sum(n for n in sizes if n > 2) < sum(sizes)
    cost = SCATTERED_COST if strewn and length >= CLEAN_LENGTH else COST
    lone = sum(1 if n == 1 else -1 for n in sizes) - LONE_FREE
    single = LONE * lone if lone > 0 and length >= LONE_LENGTH and not any(both_words(left, right, d) for d in places) else 0.0
    alike = sum(look_alike(left[d.a0:d.a1], right[d.b0:d.b1]) for d in places)
    gains = sum(min(MOST, d.gain) - _cost(left[d.a0:d.a1], right[d.b0:d.b1], cost) for d in places)
    return gains + LOOKS_ALIKE * alike + single + SLACK * length


def says_otherwise(left: str, right: str, places: Sequence[Difference]) -> bool:
    """Whether two texts that may be one text misread may as well be an author's parallel lines (今天白天…, 明天白天…): more
    places are doubtful than plainly misread. Doubtful is what brings less than it costs, or where both readings are known
    words; look-alikes never are, nor a word for a figure. What stays doubtful may be suggested, no more."""
    doubtful = plain = 0
    for d in places:
        one, other = left[d.a0:d.a1], right[d.b0:d.b1]
        size = max(len(one), len(other))
        if not any(c.isalnum() for c in one + other):
            continue
        if look_alike(one, other) == len(one) == len(other) or _word_for_figure(one, other):
            plain += 1
        elif both_words(left, right, d):
            doubtful += AS_MANY
        elif d.gain < (COST if len(places) == 1 else DOUBTFUL) * min(size, MIXED):
            doubtful += 1
        else:
            plain += 1
    return doubtful > plain


def may_be_varied(left: str, right: str, places: Sequence[Difference]) -> bool:
    """Whether a writer may have varied the one text to the other anywhere: by another word or figure, or by one more word that is as
    likely as none."""
    for d in places:
        one, other = left[d.a0:d.a1], right[d.b0:d.b1]
        if FIGURES & set(one + other) or both_words(left, right, d):
            return True
        if len(one) != len(other) and any(c.isalnum() for c in one + other) and d.gain < COST:
            return True
    return False


def other_words(left: str, right: str, places: Sequence[Difference]) -> bool:
    """Whether two texts differ anywhere in figures, in known words or in more than one character at a place. Where two crops overlap in mid-clause
    no author wrote parallel lines, and what else differs was misread; so was what a torn strip or the block that it opens lacks."""
    return any(max(d.a1 - d.a0, d.b1 - d.b0) > 1 or FIGURES & set(left[d.a0:d.a1] + right[d.b0:d.b1]) or both_words(left, right, d) for d in places)


def _word_for_figure(one: str, other: str) -> bool:
    """Whether one reading has figures and the other has words in their place: no author's variant does."""
    return bool(one and other) and bool(FIGURES & set(one)) != bool(FIGURES & set(other))


def may_be_meant(left: str, right: str, d: Difference) -> bool:
    """Whether at one place both texts have a word, neither of them much likelier, and not look-alikes of each other."""
    one, other = left[d.a0:d.a1], right[d.b0:d.b1]
    if not any(c.isalnum() for c in one) or not any(c.isalnum() for c in other) or look_alike(one, other) == len(one) == len(other):
        return False
    return d.gain < COST * min(max(len(one), len(other)), MIXED) or both_words(left, right, d)


def both_words(left: str, right: str, d: Difference) -> bool:
    """Whether with the same characters around them both readings are known words of two to four characters, none of them much
    likelier and not look-alikes of each other."""
    size = d.a1 - d.a0
    if size != d.b1 - d.b0 or d.gain >= LIKELIER or look_alike(left[d.a0:d.a1], right[d.b0:d.b1]) == size:
        return False
    lexicon = shipped_lexicon()
    for before, behind in product(range(min(4, d.a0 + 1, d.b0 + 1)), range(4)):
        if not 2 <= size + before + behind <= 4:
            continue
        one, other = left[d.a0 - before:d.a1 + behind], right[d.b0 - before:d.b1 + behind]
        same = one[:before] == other[:before] and one[before + size:] == other[before + size:]
        if same and not FIGURES & set(one + other) and min(lexicon.frequency(one), lexicon.frequency(other)) >= KNOWN:
            return True
    return False


def misread_prior(pairs: Sequence[tuple[str, str]], places: Sequence[Sequence[Difference]], odds: Sequence[float]) -> float:
    """Log10 odds that two blocks alike on this page are one text read twice, from the pairs that are plainly the one or
    the other. Statutes are full of paragraphs that are only alike, a badly read page of overlapping crops of others. Rows
    that differ in figures do not count: every page may have a table.
    """
    same = [(where, known) for (left, right), where, known in zip(pairs, places, odds, strict=True)
            if 2 not in _kinds(left, right, where)]
    twice = sum(known >= PLAIN and len(where) >= LEAST_SPREAD for where, known in same)
    alike = sum(known < 0 for _, known in same)
    return max(0.0, min(PRIOR_MOST, math.log10((twice + 0.5) / (alike + 0.5))))


def _kinds(left: str, right: str, places: Sequence[Difference]) -> list[int]:
    """What every difference does to figures and Latin words, see `_figures`; a numeral in hanzi that is odd where it stands is none."""
    kinds = []
    for d in places:
        one, other = left[d.a0:d.a1], right[d.b0:d.b1]
        odd = d.gain >= ODD_FIGURE and HAN_RANGE.issuperset(one + other)
        kinds.append(0 if odd else _figures(one, other))
    return kinds


def _cost(one: str, other: str, cost: float) -> float:
    return (MARK_COST if not any(c.isalnum() for c in one + other) else cost) * max(len(one), len(other))


def _figures(one: str, other: str) -> int:
    """2 where two readings have different figures or Latin words, 1 where one has figures that the other lacks, else 0."""
    if (FIGURES & set(one) and FIGURES & set(other)) or any(LATIN_WORD.fullmatch(side) for side in (one, other)):
        return 2
    return int(bool(one + other) and FIGURES.issuperset(one + other))
