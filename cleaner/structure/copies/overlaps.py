"""Passages that two crops share at their edges: which of the two blocks gives them up.

Crops overlap in four ways. The end of one block is the start of the next. A block holds paragraphs that also stand
alone, and others that do not. A crop read across two columns line by line, and one of the columns stands alone as
well. A block has a stretch of a foreign paragraph in it that is whole elsewhere. In each, the passage stays where
its text runs on naturally, which the language model judges at the passage's two ends. Nothing is cut unless its twin
stays: what one cut relies on, no other cut takes away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rapidfuzz.distance import Levenshtein

from cleaner.evidence.ngram import LanguageModel
from cleaner.structure.copies.certain import telling_length
from cleaner.structure.copies.near import (
    CLAUSE_ENDS,
    COVERED,
    LEADS_ON,
    Copy,
    Shared,
    find_shared,
    least_alike,
    tears_clauses,
    usually_alike,
)
from cleaner.structure.copies.passages import Passage
from cleaner.structure.copies.repeats import is_credit, paragraphs_of, stands_alone
from cleaner.structure.copies.running import CONTEXT, margin, run_on
from cleaner.structure.labels.shapes import DECK, looks_like_heading
from cleaner.structure.seams import CANNOT_START, ends_sentence

DASHES = frozenset("—–─-")
"""Dashes; what stands behind one may be a deck (——…), as where a recogniser read 一 for it."""
STOPS = frozenset("，。；")
"""Marks that a report has, and a headline hardly."""
EDGE = 1
"""Code points that may be missing between a passage and the edge of its block."""
TORN_LENGTH, SENTENCE_LENGTH = 8, 20
"""Code points of the shortest overlap that starts or ends in mid-clause, and of the shortest of whole sentences."""
BESIDE = 3
"""Blocks between two crops whose overlap may be shorter than a sentence: far from each other two may meet in some words."""
SHORT_HEADING = 24
"""Code points up to which a line with a comma may be a headline."""
ITEMS = 3
"""Marks between the items of a list from which a longer line is no headline: one of 5,538 headlines has so many."""
SLICED_LENGTH, SLICE = 16, 7
"""Code points of all slices of a line-by-line reading, and of the mean slice, at least."""
LINE = 12
"""Code points of each slice but the last where a crop read across two columns: whole printed lines."""
ALIKE = 0.9
"""How alike two lines must be to be cut unasked where there are no more: two articles may have some words in common."""
MISSED = 0.2
"""Share of the sliced text that may lie between the slices of the block that has it in one piece."""
THROUGH = 10
"""Code points on either side of two paragraphs' border that a block must have in one piece."""
LEAST_THROUGH = 0.7
"""How alike either part must be at least, however badly the page is read: of a subhead and the paragraph under it .58 of 12 code points are the same."""
FOREIGN_LENGTH = 24
"""Code points of the shortest foreign stretch."""
SHIFT = 6
"""Code points by which the inner end of an overlap may lie elsewhere than its chain of seeds says."""
FAR_ALIKE = 0.8
"""How alike blocks far from each other must have an overlap: the crops of one page are read equally well."""
GOES_ON = 1.2
"""Log10 odds from which the scan goes on where an overlap would have torn it. Of 4,070 overlaps on generated pages, and 7 on rig pages,
those of blocks that are no neighbours have more in three of 150 cases, words said twice in ten of thirteen."""
NATURAL = 1.0
"""Log10 odds a boundary by which one block's text must run on better than the other's."""
CLEAR = 2.5
"""The same for a foreign stretch, both boundaries together."""
LEFT_OVER = 4
"""Code points that a cut must leave of a block."""
MERGED = 0.3
"""Share of a block that its paragraphs must make up which also stand alone."""


@dataclass(frozen=True, slots=True)
class Cut:
    """`shadow(block)[start:end]` goes; `shadow(twin)[twin_start:twin_end]` says the same and stays."""

    block: int
    start: int
    end: int
    twin: int
    twin_start: int
    twin_end: int
    similarity: float
    reason: str
    sure: bool = True
    laps: bool = False
    """Whether two neighbours overlap in mid-clause: no author repeats that, however often the page repeats itself."""
    goes_on: bool = False
    """Whether the block goes on where its twin stops in mid-sentence."""

    @classmethod
    def of(cls, passage: Passage, reason: str, sure: bool = True) -> Cut:
        """Cut a passage out of the block `a`."""
        return cls(passage.a, passage.a0, passage.a1, passage.b, passage.b0, passage.b1, passage.similarity, reason, sure)


def find_cuts(texts: Sequence[str], model: LanguageModel, skip: frozenset[int] = frozenset()) -> list[Cut]:
    """What is cut out of which block; blocks in `skip`, and those that are copies as a whole, take no part."""
    shared = find_shared(["" if i in skip else text for i, text in enumerate(texts)], model)
    whole = {copy.copy for copy in shared.copies}
    wanted = list(_merged(texts, shared))
    whole |= {cut.block for cut in wanted}
    usual = usually_alike((p.matches, max(p.a1 - p.a0, p.b1 - p.b0)) for passages in shared.passages.values() for p in passages)
    wanted += _through(shared, usual)
    pairs = [cut for (a, b), passages in sorted(shared.passages.items()) if a not in whole and b not in whole
             for cut in _pair(shared.shadows, passages, model)]
    wanted += sorted(pairs, key=lambda cut: (not cut.sure, abs(cut.block - cut.twin) > 1, cut.start - cut.end))  # the surest first
    cuts = _consistent(shared.shadows, wanted)
    return [replace(cut, sure=False) if (shared.formulaic and not cut.laps) or (min(cut.block, cut.twin), max(cut.block, cut.twin)) in shared.parallel
            or cut.similarity < least_alike(usual, cut.end - cut.start) else cut for cut in cuts]


def _consistent(shadows: Sequence[str], wanted: Sequence[Cut]) -> list[Cut]:
    """The cuts, in turn, whose twin no earlier cut takes away and that no earlier cut relies on."""
    taken: dict[int, list[tuple[int, int]]] = defaultdict(list)
    bound: dict[int, list[tuple[int, int]]] = defaultdict(list)
    left = [len(s) for s in shadows]
    cuts = []
    for cut in wanted:
        free = not any(start < cut.end and cut.start < end for start, end in [*taken[cut.block], *bound[cut.block]])
        stays = not any(start < cut.twin_end and cut.twin_start < end for start, end in taken[cut.twin])
        if free and stays and left[cut.block] - (cut.end - cut.start) >= LEFT_OVER:
            taken[cut.block].append((cut.start, cut.end))
            bound[cut.twin].append((cut.twin_start, cut.twin_end))
            left[cut.block] -= cut.end - cut.start
            cuts.append(cut)
    return sorted(cuts, key=lambda c: (c.block, c.start))


def _merged(texts: Sequence[str], shared: Shared) -> Iterator[Cut]:
    """Paragraphs that stand alone go out of a block that holds others besides."""
    parts: dict[int, list[Copy]] = defaultdict(list)
    for copy in shared.copies:
        if not copy.whole and copy.slices == 1 and stands_alone(texts[copy.copy]) and len(texts[copy.copy]) >= SENTENCE_LENGTH:
            parts[copy.host].append(copy)
    for host, copies in sorted(parts.items()):
        chosen = paragraphs_of(shared.shadows[host], copies)
        covered = sum(c.end - c.start for c in chosen) / len(shared.shadows[host])
        if len(chosen) > 1 and MERGED <= covered < COVERED:
            for c in chosen:
                yield Cut(host, c.start, c.end, c.copy, 0, len(shared.shadows[c.copy]), c.similarity,
                          "this paragraph of the block also stands alone")


def _through(shared: Shared, usual: float) -> Iterator[Cut]:
    """What a block says from one paragraph on into the next one goes where these two stand one after the other on the
    page: hardly any writer repeats the end of one with the start of another, but a lead repeats the two lines of its headline. What is
    left must not lead up to what goes (据报道，…); and all of it must be as alike as copies of the page are (`usual`): a subhead shares words with what stands under it."""
    seen: dict[int, dict[int, list[Passage]]] = defaultdict(dict)
    for (a, b), passages in sorted(shared.passages.items()):
        seen[a][b] = passages
        seen[b][a] = sorted((p.turned() for p in passages), key=lambda p: p.a0)
    for _, hosts in sorted(seen.items()):
        cut: set[int] = set()
        for host in sorted(set(hosts) & {k - 1 for k in hosts}):
            here, below = shared.shadows[host], shared.shadows[host + 1]
            if not ends_sentence(here) or min(len(here), len(below)) < SENTENCE_LENGTH:
                continue  # printed lines, not paragraphs
            first, then = hosts[host], hosts[host + 1]
            ends = first[-1].b1 >= len(here) - EDGE and then[0].b0 <= EDGE and not looks_like_heading(below)
            meets = 0 <= then[0].a0 - first[-1].a1 <= EDGE and min(first[-1].a1 - first[-1].a0, then[0].a1 - then[0].a0) >= THROUGH
            if ends and meets and all(one.b1 <= other.b0 for part in (first, then) for one, other in pairwise(part)):
                begun = [0, *(p.a1 for p in first)]
                alike = all(p.similarity >= max(LEAST_THROUGH, least_alike(usual, p.a1 - p.a0)) for p in (*first, *then))
                sure = alike and not any(p.a0 > end and shared.shadows[p.a][p.a0 - 1] in LEADS_ON for p, end in zip(first, begun, strict=False))
                for p in [*(first if host not in cut else ()), *then]:
                    yield Cut.of(p, "the block runs from one paragraph into the next one, and both stand alone too", sure)
                cut |= {host, host + 1}


def _pair(shadows: Sequence[str], passages: Sequence[Passage], model: LanguageModel) -> Iterator[Cut]:
    """The cuts of two blocks that share passages and are no copies of each other."""
    crops = [p for passage in passages for p in (passage, passage.turned())
             if p.a1 >= len(shadows[p.a]) - EDGE and p.b0 <= EDGE]
    if crops:
        yield from _crops(shadows, max(crops, key=lambda p: p.matches), model)
    elif len(passages) > 1:
        yield from _sliced(shadows, passages, model)
    else:
        yield from _foreign(shadows, passages[0], model)


def _crops(shadows: Sequence[str], p: Passage, model: LanguageModel) -> Iterator[Cut]:
    """The end of block `a` is the start of block `b`: the cut leaves a paragraph whole where it can. Whole
    sentences an author may repeat, with other words before them here and behind them there, and words after which, or before which,
    the scan goes on as it should: they are not cut unasked."""
    left, right = shadows[p.a], shadows[p.b]
    if is_credit(left[p.a0:]):
        return
    if {left[:1], right[:1]} & {">", "#"}:  # a box, or a headline, repeats what the body says
        return
    if not any(c.isalnum() for c in left[:p.a0]) or not any(c.isalnum() for c in right[p.b1:]):  # nor does a line behind a dash overlap
        return
    if DECK.match(left) or left.startswith("一一") or right[0] in DASHES or DASHES & set(left[p.a0 - 1:p.a0 + 1]) or (right[0] == "一" and not ends_sentence(right)):  # a deck says what the report says
        return
    if any(looks_like_heading(said) and (len(text) <= SHORT_HEADING or ("，" not in text and text.count("、") < ITEMS)) for text in (left, right) for said in (text, f"“{text}")):
        return  # nor does a headline, whose first mark may have been lost
    ended = ends_sentence(left)
    torn = not ended or left[p.a0 - 1] not in CLAUSE_ENDS
    near = abs(p.a - p.b) <= BESIDE
    exact = p.similarity == 1 and not ended and ("。" in left or left[-1] in "，、" or left.count("，") > 1) and not STOPS.isdisjoint(left[p.a0:])  # no long headline that its report opens with
    least = TORN_LENGTH if torn and near else LINE if exact else SENTENCE_LENGTH
    if min(p.a1 - p.a0, p.b1 - p.b0) < least or telling_length(left[p.a0:]) < TORN_LENGTH:
        return
    if ended and not ends_sentence(right[:p.b1]):
        return
    sure = torn and (p.a + 1 == p.b or (
        p.a1 - p.a0 >= LINE and (near or p.similarity >= FAR_ALIKE) and not _goes_on(shadows, p, model)))
    reason = "the crops overlap here: this is the {} of the block that has it too"
    rest = right[p.b1:]
    if not ended and p.a + 1 < len(shadows) and p.a + 1 != p.b and shadows[p.a + 1].startswith(rest[:CONTEXT]):
        return  # block `a` goes on below as block `b` does, which is a copy of both
    laps = not ended and tears_clauses(shadows, p)
    at_end = not ended and (ends_sentence(left[:p.a0]) or (p.a0 >= LEFT_OVER > len(right) - p.b1))
    if at_end:
        starts = [len(left) - n for n in _nearest(right[:p.b1][::-1], left[::-1], len(left) - p.a0)]
        start = starts[_best([run_on(left[:at] + right, [at], model)[0] for at in starts])]
        yield Cut(p.a, start, len(left), p.b, 0, p.b1, p.similarity, reason.format("start"), sure, laps)
    else:
        ends = _nearest(left[p.a0:], right, p.b1)
        end = ends[_best([run_on(left + right[at:], [len(left)], model)[0] for at in ends])]
        yield Cut(p.b, 0, end, p.a, p.a0, len(left), p.similarity, reason.format("end"), sure, laps, goes_on=not ended)


def _nearest(said: str, text: str, about: int) -> list[int]:
    """The lengths near `about` of the prefixes of a text that differ least from what was said, the shortest first."""
    lengths = range(max(1, about - SHIFT), min(len(text), about + SHIFT) + 1)
    distances = [Levenshtein.distance(said, text[:n]) for n in lengths]
    return [n for n, distance in zip(lengths, distances, strict=True) if distance == min(distances)]


def _best(odds: Sequence[float]) -> int:
    """The first place where the text runs on best."""
    return max(range(len(odds)), key=lambda k: (odds[k], -k))


def _goes_on(shadows: Sequence[str], p: Passage, model: LanguageModel) -> bool:
    """Whether the text of either block goes on in the scan: block `a` in the one behind it, or the one before block `b` in `b`.
    Then nothing is lost between them, and what they share an author said twice."""
    seams = [(a, b) for a, b in ((p.a, p.a + 1), (p.b - 1, p.b)) if a >= 0 and b < len(shadows) and shadows[a] and shadows[b]]
    return any(run_on(shadows[a] + shadows[b], [len(shadows[a])], model)[0] >= GOES_ON for a, b in seams)


def _sliced(shadows: Sequence[str], passages: Sequence[Passage], model: LanguageModel) -> Iterator[Cut]:
    """One block has in slices what the other has in one piece: a crop read across two columns. A report may have its headline in slices."""
    length = sum(min(p.a1 - p.a0, p.b1 - p.b0) for p in passages)
    rising = all(one.b1 <= other.b0 for one, other in pairwise(passages))
    if not rising or length < max(SLICED_LENGTH, SLICE * len(passages)):
        return
    gaps_a = sum(other.a0 - one.a1 for one, other in pairwise(passages))
    gaps_b = sum(other.b0 - one.b1 for one, other in pairwise(passages))
    if min(gaps_a, gaps_b) > length * MISSED or max(gaps_a, gaps_b) < CONTEXT * (len(passages) - 1):
        return
    solid = passages if gaps_a < gaps_b else [p.turned() for p in passages]
    if looks_like_heading(shadows[solid[0].a]) or STOPS.isdisjoint(shadows[solid[0].a]):
        return
    odds = margin(shadows, solid, model)
    if odds >= NATURAL and min(p.a1 - p.a0 for p in solid[:-1]) >= LINE:
        two_lines = (all(p.similarity >= ALIKE and p.a1 - p.a0 >= LINE for p in solid) and solid[1].b0 - solid[0].b1 >= LINE
                     and not _is_clause(shadows[solid[0].b], solid[0].b1, solid[1].b0))
        plain = (len(solid) > 2 or two_lines) and not any(_is_formula(shadows, p, model) for p in solid)
        for p in solid:
            yield Cut.of(p.turned(), "the crop read across two columns here: this line belongs to the block that has it whole", plain)
    elif odds <= -NATURAL and len(solid) > 2 and min(gaps_a, gaps_b) < len(solid):
        first, last = solid[0], solid[-1]
        alike = min(p.similarity for p in solid)
        yield Cut(first.a, first.a0, last.a1, first.b, first.b0, last.b1, alike,
                  "the crop cut printed lines here: the other block has them whole", alike >= ALIKE)


def _is_clause(text: str, start: int, end: int) -> bool:
    """Whether `text[start:end]` is parted from the rest by marks, as what a writer adds is, and a line of another column hardly ever."""
    return bool({text[start - 1], text[start]} & set(CLAUSE_ENDS)) and bool({text[end - 1], text[end]} & set(CLAUSE_ENDS))


def _is_formula(shadows: Sequence[str], solid: Passage, model: LanguageModel) -> bool:
    """Whether a third block says a passage as naturally, with other words behind it; a line that was read across runs on nowhere but in its column."""
    text = shadows[solid.a]
    said, here = text[solid.a0:solid.a1], text[solid.a0:solid.a1 + CONTEXT]
    places = ((other, other.find(said)) for k, other in enumerate(shadows) if k not in (solid.a, solid.b))
    return any(at >= 0 and not other.startswith(here, at) and _fit(other, at, at + len(said), model) > 0 for other, at in places)


def _foreign(shadows: Sequence[str], passage: Passage, model: LanguageModel) -> Iterator[Cut]:
    """A stretch goes from the block where it does not run on, if it does in the other and the rest closes up."""
    if min(passage.a1 - passage.a0, passage.b1 - passage.b0) < FOREIGN_LENGTH:
        return
    if not any(p.a0 <= EDGE or p.a1 >= len(shadows[p.a]) - EDGE for p in (passage, passage.turned())):
        return
    fits = {p.a: _fit(shadows[p.a], p.a0, p.a1, model) for p in (passage, passage.turned())}
    loser = passage if fits[passage.a] < fits[passage.b] else passage.turned()
    text = shadows[loser.a]
    before, behind = text[:loser.a0], text[loser.a1:]
    closes = not before or not behind or ends_sentence(before) or run_on(before + behind, [len(before)], model)[0] > 0
    if fits[loser.b] - fits[loser.a] >= CLEAR and fits[loser.a] < NATURAL and fits[loser.b] > NATURAL and closes:
        yield Cut.of(loser, "this passage belongs to the block that has it too: here nothing leads to it or from it",
                     sure=False)


def _fit(text: str, start: int, end: int, model: LanguageModel) -> float:
    """How naturally `text[start:end]` stands in its text: log10 odds at its two ends."""
    opens = run_on(text, [start], model)[0] if start > EDGE else 1.0 if text[start] not in CANNOT_START else -1.0
    closes = run_on(text, [end], model)[0] if end < len(text) - EDGE else 1.0 if ends_sentence(text[:end]) else -1.0
    return opens + closes
