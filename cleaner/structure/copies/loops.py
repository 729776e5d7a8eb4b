"""A recogniser's loop: one clause printed over and over, in one block or as a run of blocks.

A refrain, a slogan, a chant stands two or three times; a column of a table repeats short cells. So the shorter what
is repeated, the more often it must stand before it is a loop. Misread turns are compared with what most turns read at
each place; rules and rows of one formula (第三条 …应当…) say other things in the same places, and stay. Work is linear in
the length of the text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rapidfuzz.distance import Levenshtein

from cleaner.evidence import shipped_model
from cleaner.structure.copies.differences import (
    FIGURES,
    PRIOR_MOST,
    both_words,
    differences,
    may_be_meant,
    misread_odds,
    says_otherwise,
)
from cleaner.structure.copies.near import CLAUSE_ENDS, LEADS_ON
from cleaner.structure.copies.passages import GRAM, shadow
from cleaner.structure.seams import CANNOT_START

TIMES = ((10, 5), (6, 12), (3, 40))
"""`(least code points, least times)` of a loop; a table's column seldom has as many equal cells."""
ALIKE = 0.6
"""Normalized Levenshtein similarity of two turns of a loop, each misread in its own way."""
SPOILT = 0.3
"""The same of a turn that is misread beyond recognition between two that are not."""
SURE, CERTAIN = 8, 6.0
"""Turns that plainly agree from which a stretch is a loop for certain, if they are most of it, and the log10 odds that this brings
for the others: one figure may be misread in a turn. No table says the same words in eight rows, and others in a few between."""
EVERYWHERE = 0.6
"""... or the share of the turns that have the same character, at every place: rows of one formula have other words in some place."""
STREWN = 4
"""Places, at least, in which the turns of such a loop differ: an author varies one word."""
BRIDGE = 2
"""Turns that are misread beyond recognition in a row, at most, between others of a loop that is certain."""
LONG = 24
"""Code points of a line that no printed line of the same paragraph resembles."""
FIRST, FAITHFUL, OTHER = 3, 6, 3
"""Turns of a run of which one stays for all, code points to each of which one may be misread in it, and code points that are no
misreading where they differ in a row."""
LONGEST = 120
"""Code points of the longest clause that is looked for inside a block."""
ROUNDS = 4
"""Blocks of the longest run that is looked for."""


@dataclass(frozen=True, slots=True)
class Loop:
    """`text[start:end]` of a block says again what `text[first:start]` says, `times` times in all."""

    first: int
    start: int
    end: int
    times: int


@lru_cache(maxsize=1 << 12)
def loop_in(text: str) -> Loop | None:
    """The first loop inside a text, offsets in code points of the text; None where there is none."""
    places = [i for i, c in enumerate(text) if not c.isspace()]
    bare = shadow(text)
    if len(bare) < 3 * TIMES[0][1] or len(bare) != len(places):
        return None
    for period in _periods(bare):
        edges, end = _turns(bare, period)
        turns = [bare[a:b] for a, b in pairwise(edges)]
        start, stop = _longest_run(agreeing(turns))
        if stop - start >= _least(period) and _says(turns[start]):
            start += _keeper(turns[start:stop])
            last = end if stop == len(turns) else edges[stop]
            lead = _marks(turns[start])
            if stop == len(turns) and bare[end - 1] in CLAUSE_ENDS and turns[-1][-1] not in CLAUSE_ENDS:
                lead = end - edges[-1]
            elif last == len(bare) and bare[last - 1] not in CLAUSE_ENDS and LEADS_ON.issuperset(turns[start][:lead]):
                lead = 0  # what stays would end in a comma that the page does not end with
            first = edges[start] + lead
            back = edges[start + 1] - first  # what of the turn before this one would stand before it
            if 0 < lead < period and edges[start] >= back and _is_faithful(turns[start][lead:], bare[edges[start] - back:edges[start]]):
                return Loop(places[edges[start] - back], places[first - 1] + 1, places[last - 1] + 1, stop - start + 1)
            return Loop(places[first], places[edges[start + 1] + lead - 1] + 1, places[last - 1] + 1, stop - start)
    return None


def _marks(turn: str) -> int:
    """Marks at the start of a turn that close what stands before the loop, or every turn: the first one keeps its own."""
    return next((k for k, c in enumerate(turn) if c not in CANNOT_START), 0)


def _keeper(turns: Sequence[str]) -> int:
    """Which turn of a run stays, with those before it: the first one that says what most say, or nearly, with the same figures; else
    the nearest of the first few. What only resembles the turns behind it (《二集》四卷，《三集》四卷，《三集》四卷，…) is no turn."""
    said, _ = _majority(turns)
    away = [_away(said, turn) for turn in turns[:FIRST]]
    return next((k for k, turn in enumerate(turns[:FIRST]) if _is_faithful(said, turn)), away.index(min(away)))


def _is_faithful(said: str, turn: str) -> bool:
    """Whether a turn says the same but for few misread characters."""
    return _away(said, turn) <= max(1, len(said) // FAITHFUL)


def _away(said: str, turn: str) -> int:
    """By how many characters a turn differs; other figures, and whole words in the place of others, count for all of it."""
    pairs = [(said[c.src_start:c.src_end], turn[c.dest_start:c.dest_end]) for c in Levenshtein.opcodes(said, turn) if c.tag != "equal"]
    sizes = [max(map(len, pair)) for pair in pairs]
    return sum(sizes) + len(said) * any(size >= OTHER or FIGURES & set(one + other) for size, (one, other) in zip(sizes, pairs, strict=True))


def _longest_run(agree: Sequence[bool]) -> tuple[int, int]:
    """The longest stretch of turns that agree; in a certain loop a few between them may be spoilt."""
    if sum(agree) >= max(SURE, 2 / 3 * len(agree)):
        agree = [said or (any(agree[max(0, k - BRIDGE):k]) and any(agree[k + 1:k + BRIDGE + 1])) for k, said in enumerate(agree)]
    best, start = (0, 0), 0
    for k, said in enumerate([*agree, False]):
        if not said:
            best, start = max(best, (start, k), key=lambda run: run[1] - run[0]), k + 1
    return best


def agreeing(turns: Sequence[str]) -> list[bool]:
    """Which turns say what most of them say, misread or not. Where most plainly do, or most have the same character at every place, it
    is a loop, and a turn with doubtful misreadings belongs to it too; never one that has other figures or may mean another word."""
    said, share = _majority(turns) if len(set(turns)) > 1 else ("", 1.0)
    others = [turn for turn in dict.fromkeys(turns) if turn != said] if said else []
    places = differences([(said, turn) for turn in others], shipped_model())
    odds = [misread_odds(said, turn, where) for turn, where in zip(others, places, strict=True)]
    odd = {turn for turn, where, known in zip(others, places, odds, strict=True)
           if known < 0 or says_otherwise(said, turn, where)}
    plain = sum(turn not in odd for turn in turns)
    strewn = len({d.a0 for where in places for d in where}) >= STREWN
    certain = len(turns) >= SURE and strewn and (plain >= SURE or share >= EVERYWHERE)
    if certain or 2 * plain > len(turns):
        prior, meant = (CERTAIN, both_words) if certain else (PRIOR_MOST, may_be_meant)
        odd = {turn for turn, where, known in zip(others, places, odds, strict=True)
               if known + prior < 0 or 2 * sum(meant(said, turn, d) for d in where) > len(where)}
    return [turn not in odd for turn in turns]


def _majority(turns: Sequence[str]) -> tuple[str, float]:
    """What most turns read at each place of the commonest one, aligned with it, and the share of them at the place where fewest do."""
    base = Counter(turns).most_common(1)[0][0]
    votes = [Counter[str]() for _ in range(2 * len(base) + 1)]  # before, at, behind each character
    for turn, times in Counter(turns).items():
        inserted = set[int]()
        for code in Levenshtein.opcodes(base, turn):
            for k in range(code.src_start, code.src_end):
                at = code.dest_start + k - code.src_start
                votes[2 * k + 1][turn[at] if at < code.dest_end else ""] += times
            if code.tag == "insert":
                votes[2 * code.src_start][turn[code.dest_start:code.dest_end]] += times
                inserted.add(2 * code.src_start)
        for k in range(0, len(votes), 2):
            votes[k][""] += times * (k not in inserted)
    most = [vote.most_common(1)[0] for vote in votes]
    return "".join(char for char, _ in most), min(times for _, times in most) / len(turns)


def _least(length: int) -> float:
    """How often something so long must stand to be a loop."""
    return next((times for least, times in TIMES if length >= least), float("inf"))


def _says(unit: str) -> bool:
    """Whether a unit is words, not leaders, dashes or figures of a table."""
    words = {c for c in unit if c.isalpha()}
    return len(words) > 2


def _periods(bare: str) -> list[int]:
    """Distances at which the text repeats itself often, the most frequent first."""
    last: dict[str, int] = {}
    found: Counter[int] = Counter()
    for i in range(len(bare) - GRAM + 1):
        gram = bare[i:i + GRAM]
        if gram in last and i - last[gram] <= LONGEST:
            found[i - last[gram]] += 1
        last[gram] = i
    return [period for period, count in found.most_common(3) if period >= TIMES[-1][0] and count >= 2 * TIMES[0][1]]


def _turns(bare: str, period: int) -> tuple[list[int], int]:
    """The longest row of turns of one period: where each starts and the last one ends, and the end with a turn that breaks off."""
    best, end, i = [0], 0, 0
    while i + 2 * period <= len(bare):
        if bare[i:i + GRAM] != bare[i + period:i + period + GRAM]:
            i += 1
            continue
        unit, at, edges = bare[i:i + period], i + period, [i, i + period]
        last = unit
        while (width := _turn(unit, bare[at:at + period + 2]) or _turn(last, bare[at:at + period + 2])
               or _spoilt(unit, bare[at:at + 2 * period + 4])) > 0:
            last = bare[at:at + width]
            at += width
            edges.append(at)
        if len(edges) > 3 and at == len(bare) and at - edges[-2] < period and _begins(unit, bare[edges[-2]:]):
            edges.pop()
            at = edges[-1]
        rest = bare[at:at + period]
        if len(edges) > 2 and at + len(rest) == len(bare) and Levenshtein.normalized_similarity(unit[:len(rest)], rest) >= ALIKE:
            at += len(rest)
        while len(edges) > 2 and (width := _turn(unit[::-1], bare[max(0, edges[0] - period - 2):edges[0]][::-1])) > 0:
            edges.insert(0, edges[0] - width)
        if len(edges) > len(best):
            best, end = edges, at
        i = max(i + 1, at - period)
    return best, end


def _begins(unit: str, last: str) -> bool:
    """Whether the last turn, which is shorter, breaks off: it is more like the start of a turn than like its end."""
    return last[-1] != unit[-1] and Levenshtein.distance(unit[:len(last)], last) < Levenshtein.distance(unit[-len(last):], last)


def _turn(unit: str, ahead: str) -> int:
    """The length of one more turn at the start of `ahead`; 0 where there is none. Its figures may be others: see `agreeing`."""
    if ahead.startswith(unit):
        return len(unit)
    best, width = ALIKE, 0
    for length in (len(unit), len(unit) - 1, len(unit) + 1, len(unit) - 2, len(unit) + 2):
        turn = ahead[:length]
        alike = Levenshtein.normalized_similarity(unit, turn) if length > 1 and len(turn) == length else 0.0
        if alike > best:
            best, width = alike, length
    return width


def _spoilt(unit: str, ahead: str) -> int:
    """The length of a turn that is misread beyond recognition, but stands before one that is not; else 0."""
    lengths = range(len(unit) - 2, len(unit) + 3)
    return next((n for n in lengths if n > 0 and len(ahead) > n
                 and Levenshtein.normalized_similarity(unit, ahead[:n]) >= SPOILT and _turn(unit, ahead[n:n + len(unit) + 2])), 0)


def looping_blocks(texts: Sequence[str]) -> dict[int, tuple[int, int]]:
    """Blocks of a run that stands five times or more in a row, after the first time.

    Gives block → (the block of the first turn that it repeats, how many turns there are).
    """
    bare = [shadow(text) for text in texts]
    found: dict[int, tuple[int, int]] = {}
    for period in range(1, ROUNDS + 1):
        i = 0
        while i + period < len(bare):
            j = i
            while j + period < len(bare) and (_goes_on(bare, i, j, period) or _is_bridged(bare, i, j, period)):
                j += 1
            if (j - i) // period + 1 >= _least(len("".join(bare[i:i + period]))):
                for k, turn in _run(bare, i, j + period, period).items():
                    found.setdefault(k, turn)
            i = max(j, i + 1)
    return found


def in_turns(texts: Sequence[str]) -> list[bool]:
    """For every line, whether it is one of `TIMES` turns and more that say nearly the same at one distance, some of them misread
    beyond recognition, or a long one that the line beside it says too: loops, rows of a list, copies are no printed lines of one
    paragraph."""
    bare = [shadow(text) for text in texts]
    found = [False] * len(bare)
    least = TIMES[0][1] - 1
    for step in range(1, ROUNDS + 1):
        alike = [len(one) >= TIMES[1][0] and Levenshtein.normalized_similarity(one, other, score_cutoff=ALIKE) > 0
                 for one, other in zip(bare, bare[step:], strict=False)]
        for k in (k for k, said in enumerate(alike) if said):
            twice = step == 1 and len(bare[k]) >= LONG
            if twice or sum(alike[max(k % step, k - least * step):k + least * step + 1:step]) >= least:
                found[k] = found[k + step] = True
    return found


def _run(bare: Sequence[str], start: int, end: int, period: int) -> dict[int, tuple[int, int]]:
    """The blocks of a run from `start` to `end` that only say again what blocks before them say; as in `looping_blocks`."""
    agree = {k for phase in range(period) for k, said in zip(
        range(start + phase, end, period), agreeing(bare[start + phase:end:period]), strict=False) if said}
    firsts = [next((k for k in range(start + phase, end, period) if k in agree), -1) for phase in range(period)]
    times = min(sum(k in agree for k in range(start + phase, end, period)) for phase in range(period))
    unit = "".join(bare[k] for k in firsts if k >= 0)
    if times < _least(len(unit)) or not _says(unit):
        return {}
    if period == 1 and start and _turn(unit[::-1], bare[start - 1][-len(unit) - 2:][::-1]):
        firsts = [start - 1]
    turns = {k: firsts[(k - start) % period] for k in sorted(agree)}
    return {k: (first, times) for k, first in turns.items() if k != first}


def _goes_on(bare: Sequence[str], start: int, at: int, period: int) -> bool:
    """Whether what stands a period behind block `at` says again what the run from `start` says."""
    return at + period < len(bare) and any(
        _same(bare[k], bare[at + period]) for k in {at, start + (at - start) % period, max(start, at - period)})


def _is_bridged(bare: Sequence[str], start: int, at: int, period: int) -> bool:
    """Whether what stands a period behind block `at` is a turn misread beyond recognition: a little alike, and others follow."""
    one, other = bare[start + (at - start) % period], bare[at + period]
    return (at - start >= period and Levenshtein.normalized_similarity(one, other) >= SPOILT
            and any(_goes_on(bare, start, k, period) for k in range(at + period, at + (BRIDGE + 1) * period, period)))


def _same(one: str, other: str) -> bool:
    if one == other:
        return True
    if min(len(one), len(other)) < 0.7 * max(len(one), len(other)):
        return False
    return (Levenshtein.normalized_similarity(one, other, score_cutoff=ALIKE) > 0
            and [c for c in one if c in FIGURES] == [c for c in other if c in FIGURES])
