"""Do two nearly equal texts differ because they were misread, or because they say different things?

A misreading makes one of two readings odd: the language model finds one side far likelier than the other. Two rows
of a list, two forecasts or two paragraphs of a statute differ in words that are both right where they stand, or
in figures. So no threshold needs to know how noisy the page is: each difference is asked for itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from cleaner.evidence.ngram import LanguageModel

FIGURES = frozenset("0123456789０１２３４５６７８９〇零一二三四五六七八九十百千万亿两")
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
MARK_COST = 0.5
"""The same for punctuation, which a recogniser loses first."""
SLACK = 0.02
"""Log10 odds that each character of the text forgives: one doubtful difference in a hundred."""
ODD_FIGURE = 3.0
"""Log10 odds from which a numeral in hanzi stands for a misread word (攻八 for 攻入); the model takes all digits as one."""
CLEAN_LENGTH = 60
"""Code points from which one differing figure among other misreadings may be a misreading itself, and strewn
differences are taken for misreadings."""


@dataclass(frozen=True, slots=True)
class Difference:
    """`left[a0:a1]` against `right[b0:b1]`; `left_score` and `right_score` are log10 p of each in its place."""

    a0: int
    a1: int
    b0: int
    b1: int
    left_score: float
    right_score: float

    @property
    def gain(self) -> float:
        """How much likelier one reading is than the other, log10."""
        return abs(self.left_score - self.right_score)


def differences(pairs: Sequence[tuple[str, str]], model: LanguageModel) -> list[list[Difference]]:
    """Where the texts of every pair differ, each place scored under the model; all pairs in one batch."""
    places: list[tuple[int, int, int, int, int]] = []
    asked: list[tuple[str, str]] = []
    for number, (left, right) in enumerate(pairs):
        for code in Levenshtein.opcodes(left, right):
            if code.tag != "equal":
                place = (code.src_start, code.src_end, code.dest_start, code.dest_end)
                places.append((number, *place))
                for text, start, end in ((left, *place[:2]), (right, *place[2:])):
                    asked.append((text[max(0, start - CONTEXT):start] or "\n", text[start:end + AHEAD]))
    scores = model.score_many(asked).tolist() if asked else []
    found: list[list[Difference]] = [[] for _ in pairs]
    for k, (number, a0, a1, b0, b1) in enumerate(places):
        found[number].append(Difference(a0, a1, b0, b1, scores[2 * k], scores[2 * k + 1]))
    return found


def misread_odds(left: str, right: str, places: Sequence[Difference]) -> float:
    """Evidence that two aligned texts are one text misread, about log10 odds: above 0 they are.

    Texts that differ in figures are not, unless a long text has a single such place among other misreadings, or has
    lost a figure.
    """
    kinds = [_figures(left[d.a0:d.a1], right[d.b0:d.b1]) if d.gain < ODD_FIGURE else 0 for d in places]
    changed, lost = kinds.count(2), kinds.count(1)
    length, others = max(len(left), len(right)), len(places) - changed
    noisy = length >= CLEAN_LENGTH and others >= 4
    if changed > (1 + others // 10 if noisy else 0) or (not noisy and lost > length // CLEAN_LENGTH + others // 4):
        return -MOST * (changed + lost)
    sizes = [max(d.a1 - d.a0, d.b1 - d.b0) for d in places]
    strewn = len(places) >= SCATTERED * length and 2 * sum(n for n in sizes if n > 2) < sum(sizes)
    cost = SCATTERED_COST if strewn and length >= CLEAN_LENGTH else COST
    return sum(min(MOST, d.gain) - _cost(left[d.a0:d.a1], right[d.b0:d.b1], cost) for d in places) + SLACK * length


def _cost(one: str, other: str, cost: float) -> float:
    return (MARK_COST if not any(c.isalnum() for c in one + other) else cost) * max(len(one), len(other))


def _figures(one: str, other: str) -> int:
    """2 where two readings have different figures, 1 where one has figures that the other lacks, else 0."""
    if FIGURES & set(one) and FIGURES & set(other):
        return 2
    return int(bool(one + other) and FIGURES.issuperset(one + other))
