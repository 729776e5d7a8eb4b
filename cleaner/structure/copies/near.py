"""Blocks that a page has twice, as a whole or as part of another block.

Passages that two blocks share come from `cleaner.structure.copies.passages`; here they are put together to what one
block is for another: its equal, a part of it in one piece, or a part in slices (a crop that cut every printed
line of a column). Whether near-copies are copies is asked of `cleaner.structure.copies.differences`.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from cleaner.evidence.charset import HAN_RANGE
from cleaner.evidence.ngram import LanguageModel
from cleaner.structure.copies.differences import (
    differences,
    may_be_varied,
    misread_odds,
    misread_prior,
    other_words,
    says_otherwise,
)
from cleaner.structure.copies.passages import STRAY, Passage, find_passages, shadow, torn_tail
from cleaner.structure.copies.running import margin
from cleaner.structure.seams import ends_sentence

LEAST = 7
"""Code points of the shadow; what is shorter is never compared."""
COVERED = 0.9
"""Share of a block that must stand in the other one."""
SLICE_COVERED = 0.95
"""The same where the block is found in slices."""
CROPPED = 4.0
"""Log10 odds for a torn end that is the start of another block: two texts hardly differ just between two such places."""
TORN, TORN_LENGTH, TORN_ALIKE = 2.5, 20, 0.8
"""The same where one text breaks off or begins in mid-clause of the other, at least so long and so much alike, and differs from it in
no words that a writer may have chosen: a writer repeats clauses."""
OPENS = 15
"""Code points of the shortest torn block that is taken for the start of the next one though the two differ as misreadings do: of
1,990 on generated pages and pages of statutes that were 21 missed it, of 15 that were not none came near."""
BEYOND = 2
"""Code points at the edge of a block that may stand outside what both have; with more behind it, the second of two overlapping blocks is no copy."""
SLICE = 7
"""Code points of the mean slice, at least; shorter ones any two texts share."""
SHREDDED = 0.2
"""Log10 odds a place by which a host must run on better than a block that it has in slices: of such pairs on recognised pages three have
less, and in all of them the host is the one that was read across two columns."""
INNER, INNER_BLOCKS, FEW_INNER = 0.25, 0.2, 8
"""A page is formulaic from so many pairs of blocks with a common passage inside both, and so many blocks in such pairs, as shares of
its blocks: newspaper pages of the bench have .09 of the one and .12 of the other at most, pages of statutes .2 to .96 and .24 to .62,
an encyclopedia that names one god again and again .26 and .16; and how many pairs every page may have."""
INNER_LEAST = 8
"""Matches of a common passage inside two blocks that counts."""
ADDRESS = re.compile(r"(?:https?：//|www\.)[A-Za-z0-9./_-]+|[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+")
SHORT = 60
"""Code points up to which two passages with different addresses are two lines of a list; in a longer one an address may be misread."""
LATIN_ALIKE = 0.9
"""How alike two such passages without hanzi must be (normalized similarity): the language model knows no Latin words, and lines of a
program differ in a letter."""
SPREAD, MOST_ALIKE, LIKENESS, PRIOR = 3.5, 0.97, 0.9, 30
"""Standard deviations by which a passage may be less alike than those of its page are together, which is `MOST_ALIKE` at most, and
code points for which `LIKENESS` stands beside them."""
CLAUSE_ENDS = "，、。；：！？”’）》…"
LEADS_ON = frozenset("，、；：,;:")
"""Marks behind which a sentence goes on."""


@dataclass(frozen=True, slots=True)
class Copy:
    """Block `copy` says again what block `host` says; `[start:end]` is the place in the host's shadow."""

    copy: int
    host: int
    similarity: float
    whole: bool
    start: int
    end: int
    slices: int = 1
    """Pieces in which the host has it."""
    torn: bool = False
    """Whether it starts or ends in the middle of a clause of its host: no writer repeats that."""
    quotable: bool = False
    """Whether it is whole sentences from the middle of its host, as an editor cuts a pull quote."""
    hosts: tuple[int, ...] = ()
    """All blocks that together say it, where no single one does."""
    formula: bool = False
    """Whether its page repeats so much that the repetition may be its author's, see `Shared.formulaic`."""
    parallel: bool = False
    """Whether it may be a parallel line of the author's, see `says_otherwise`."""
    reworded: bool = False
    """Whether it is less alike than two readings of one text on its page would be."""
    unlike: int = 0
    """Code points at its start that differ from its host's, one by one: a clause may begin behind them."""


@dataclass(frozen=True)
class Shared:
    """What the blocks of a page share: shadows, copies, and the passages of pairs that are no copies."""

    shadows: list[str]
    copies: list[Copy] = field(default_factory=list)
    passages: dict[tuple[int, int], list[Passage]] = field(default_factory=dict)
    """`(a, b)` → passages of a pair, `a < b`, in the order of `a`; equal blocks are left out."""
    parallel: frozenset[tuple[int, int]] = frozenset()
    """Pairs, `a < b`, that may be the author's parallel lines."""

    @cached_property
    def formulaic(self) -> bool:
        """Whether the page repeats itself as statutes, contracts and forms do: again and again two blocks share a passage
        with other words before and behind it in both, where no crop has an edge. Pages of overlapping crops share what
        stands at the edges of their blocks. What a copy shares with other blocks is its twin's and counts once."""
        again = {copy.copy for copy in self.copies if not copy.parallel}
        pairs = [pair for pair, passages in self.passages.items()
                 if len(passages) == 1 and again.isdisjoint(pair) and _inside(passages[0], self.shadows)]
        blocks, length = {block for pair in pairs for block in pair}, sum(len(s) >= LEAST and i not in again for i, s in enumerate(self.shadows))
        return len(pairs) > max(FEW_INNER, INNER * length) and len(blocks) > INNER_BLOCKS * length


def usually_alike(told: Iterable[tuple[float, int]]) -> float:
    """How alike passages that stand twice on a page are, all together, from the matching code points and the length of each."""
    told = list(told)
    return min(MOST_ALIKE, (sum(n for n, _ in told) + PRIOR * LIKENESS) / (sum(size for _, size in told) + PRIOR))


def least_alike(usual: float, size: int) -> float:
    """The similarity that a passage of so many code points has at least where they are usually so much alike, by the spread of a
    binomial. One less alike is likelier another text."""
    return usual - SPREAD * math.sqrt(usual * (1 - usual) / size)


def find_shared(texts: Sequence[str], model: LanguageModel, least: int = LEAST) -> Shared:
    """Copies and common passages of all blocks; of equal blocks the first stands for all. Not to be changed: it is shared."""
    return _find_shared(tuple(texts), model, least)  # type: ignore[arg-type]  # models are hashed by identity


@lru_cache(maxsize=4)
def _find_shared(texts: tuple[str, ...], model: LanguageModel, least: int) -> Shared:
    shadows = [shadow(text) for text in texts]
    equal: dict[str, list[int]] = defaultdict(list)
    for i, text in enumerate(shadows):
        if len(text) >= least:
            equal[text].append(i)
    asked = [s if len(s) >= least and equal[s][0] == i else "" for i, s in enumerate(shadows)]
    copies = [Copy(other, group[0], 1.0, True, 0, len(text)) for text, group in equal.items() for other in group[1:]]
    found = find_passages(asked)
    said = [(shadows[p.a][p.a0:p.a1], shadows[p.b][p.b0:p.b1]) for p in found]
    kept: dict[tuple[int, int], list[Passage]] = defaultdict(list)
    places = differences(said, model)
    odds = [misread_odds(*two, where) for two, where in zip(said, places, strict=True)]
    near = [k for k, p in enumerate(found)
            if p.a1 - p.a0 >= COVERED * len(shadows[p.a]) and p.b1 - p.b0 >= COVERED * len(shadows[p.b])]
    prior = misread_prior([said[k] for k in near], [places[k] for k in near], [odds[k] for k in near])
    parallel = set[tuple[int, int]]()
    judged = list(zip(found, odds, said, places, strict=True))
    for missing in (False, True):  # what is not yet a copy by itself may be one beside another
        tiles = _tiles(shadows, kept) if missing else frozenset()
        for passage, known, two, where in judged:
            if missing and (passage in kept.get((passage.a, passage.b), ()) or not _completes(shadows, passage, tiles)):
                continue
            crop = is_crop(texts, shadows, passage)
            torn = missing or (not crop and _is_torn(texts, shadows, passage) and not may_be_varied(*two, where))
            opens = _opens(texts, shadows, passage)
            if max(map(len, two)) < SHORT and (_other_addresses(*two) or (passage.similarity < LATIN_ALIKE and not HAN_RANGE & set(two[0] + two[1]))):
                continue
            if known + prior + (CROPPED if crop or opens or missing else TORN if torn else 0.0) >= 0:
                kept[passage.a, passage.b].append(passage)
                if opens:  # the crop's edge went through the last character
                    where = [d for d in where if d.a1 < len(two[0])]
                lost = all(d.a0 == d.a1 or d.b0 == d.b1 for d in where)
                lap = ((opens and lost) or (crop and tears_clauses(shadows, passage))) and not other_words(*two, where)
                if not torn and not lap and says_otherwise(*two, where):
                    parallel.add((passage.a, passage.b))
    for pair, passages in kept.items():
        copies += [replace(c, parallel=pair in parallel) for c in _relation(shadows, passages)
                   if c.slices == 1 or _shredded(shadows, passages, c, model)]
    return Shared(shadows, sorted(copies, key=lambda c: (c.copy, c.host)), kept, frozenset(parallel))


def _tiles(shadows: Sequence[str], kept: Mapping[tuple[int, int], Sequence[Passage]]) -> frozenset[tuple[int, int]]:
    """`(block, place)` in its shadow where a whole other block, which it says too, begins or ends in it, give or take one misread mark."""
    return frozenset((p.b, place) for passages in kept.values() for one in passages for p in (one, one.turned())
                     if p.a1 - p.a0 >= COVERED * len(shadows[p.a]) and p.b1 - p.b0 < COVERED * len(shadows[p.b]) for edge in (p.b0, p.b1) for place in (edge - 1, edge, edge + 1))


def _completes(shadows: Sequence[str], passage: Passage, tiles: frozenset[tuple[int, int]]) -> bool:
    """Whether a block is the rest of another one, of which a third is all that stands before or behind it: no author writes one paragraph of
    two."""
    return any(p.a1 - p.a0 >= COVERED * len(shadows[p.a]) and (
                   (p.b1 >= len(shadows[p.b]) - BEYOND and (p.b, p.b0) in tiles) or (p.b0 <= BEYOND and (p.b, p.b1) in tiles))
               for p in (passage, passage.turned()))


def _inside(passage: Passage, shadows: Sequence[str]) -> bool:
    """Whether other words stand before and behind a passage in both blocks."""
    ends = ((passage.a0, passage.a1, shadows[passage.a]), (passage.b0, passage.b1, shadows[passage.b]))
    return passage.matches >= INNER_LEAST and all(start > 1 and end < len(text) - 1 for start, end, text in ends)


def is_crop(texts: Sequence[str], shadows: Sequence[str], passage: Passage) -> bool:
    """Whether the passage is the torn end of one block and the very start of the other, as where crops overlap."""
    return any(p.a1 == len(shadows[p.a]) and p.b0 == 0 and p.a0 > 0 and p.b1 < len(shadows[p.b]) and not ends_sentence(texts[p.a])
               for p in (passage, passage.turned()))


def tears_clauses(shadows: Sequence[str], passage: Passage) -> bool:
    """Whether neighbours overlap in a passage that begins and ends in mid-clause."""
    return passage.b == passage.a + 1 and torn_tail(shadows[passage.a], passage.a0) and shadows[passage.b][passage.b1 - 1:passage.b1 + 1].isalnum()


def _is_torn(texts: Sequence[str], shadows: Sequence[str], passage: Passage) -> bool:
    """Whether a long passage ends with the torn end of one block, or starts with its torn start, in mid-clause of the other."""
    if passage.matches < TORN_LENGTH or passage.similarity < TORN_ALIKE:
        return False
    for p in (passage, passage.turned()):
        text, host = shadows[p.a], shadows[p.b]
        ends = p.a1 == len(text) and p.b1 < len(host) and not {host[p.b1 - 1], host[p.b1]} & set(CLAUSE_ENDS)
        starts = p.a0 == 0 and p.b0 > 0 and host[p.b0 - 1] not in CLAUSE_ENDS
        if (ends and not ends_sentence(texts[p.a])) or starts:
            return True
    return False


def _opens(texts: Sequence[str], shadows: Sequence[str], passage: Passage) -> bool:
    """Whether a block that stops in mid-sentence is as a whole the start of the very next one: a strip that the crop above has too."""
    p, left, right = passage, shadows[passage.a], shadows[passage.b]
    return (p.a + 1 == p.b and p.a0 == p.b0 == 0 and p.a1 == len(left) >= OPENS and p.b1 < len(right)
            and not ends_sentence(texts[p.a]) and not {right[p.b1 - 1], right[p.b1]} & set(CLAUSE_ENDS)
            and (left[-1] == right[p.b1 - 1] or left[-2] == right[p.b1 - 2]))  # …修渠队回乡 over …修渠队第二小组 is its headline


def _other_addresses(left: str, right: str) -> bool:
    """Whether both passages have an address of the net, and not the same: letters that differ there are as good as figures."""
    one, other = ADDRESS.findall(left), ADDRESS.findall(right)
    return bool(one and other) and one != other


def _laps(shadows: Sequence[str], passage: Passage) -> bool:
    """Whether the end of one block is the start of the other, and both have text of their own besides, if only the end of a sentence."""
    return any(p.a1 == len(shadows[p.a]) and p.b0 == 0 and p.a0 > STRAY and (
                   len(shadows[p.b]) - p.b1 > BEYOND
                   or (torn_tail(shadows[p.a], p.a0) and shadows[p.b][p.b1:p.b1 + 1].isalnum() and ends_sentence(shadows[p.b])))
               for p in (passage, passage.turned()))


def _shredded(shadows: Sequence[str], passages: Sequence[Passage], copy: Copy, model: LanguageModel) -> bool:
    """Whether it is the copy that was cut to slices, not the host that was read across two columns."""
    seen = [p if p.a == copy.copy else p.turned() for p in passages]
    return margin(shadows, sorted(seen, key=lambda p: p.a0), model) < -SHREDDED


def _relation(shadows: Sequence[str], passages: Sequence[Passage]) -> list[Copy]:
    """The copy that a pair of blocks is, if it is one: the block that the other covers better."""
    a, b = passages[0].a, passages[0].b
    matches = sum(p.matches for p in passages)
    in_a, in_b = sum(p.a1 - p.a0 for p in passages), sum(p.b1 - p.b0 for p in passages)
    cover_a, cover_b = in_a / len(shadows[a]), in_b / len(shadows[b])
    if len(passages) == 1 and _laps(shadows, passages[0]):
        return []
    if min(cover_a, cover_b) >= COVERED and len(passages) == 1:
        short, long = (a, b) if len(shadows[a]) < len(shadows[b]) else (b, a)
        return [Copy(short, long, 2 * matches / (len(shadows[a]) + len(shadows[b])), True, 0, len(shadows[long]))]
    seen = passages if cover_a >= cover_b else sorted((p.turned() for p in passages), key=lambda p: p.a0)
    rising = all(one.b1 <= other.b0 for one, other in itertools.pairwise(seen))
    enough = COVERED if len(seen) == 1 else SLICE_COVERED
    if max(cover_a, cover_b) < enough or not rising or max(in_a, in_b) < SLICE * len(seen):
        return []
    start, end, host = seen[0].b0, seen[-1].b1, shadows[seen[0].b]
    pairs = zip(shadows[seen[0].a][seen[0].a0:], host[start:end], strict=False)
    unlike = next((k for k, (one, other) in enumerate(pairs) if one == other), 0)
    torn = (start > 0 and not {host[start - 1], host[start + unlike - 1]} & set(CLAUSE_ENDS)) or (
        end < len(host) and not {host[end - 1], host[end]} & set(CLAUSE_ENDS))
    return [Copy(seen[0].a, seen[0].b, matches / max(in_a, in_b), False, start, end, len(seen), torn, unlike=unlike)]
