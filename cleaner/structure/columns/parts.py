"""The lines of a column that the edge of a crop cut in two, as parts of their blocks in reading order.

Every line is its left part and what its right part adds. Nothing goes that does not stand elsewhere too: the characters that both parts
show, those that the edge of a crop spoilt, and blocks or parts of which another block shows all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import itemgetter
from typing import NamedTuple

from rapidfuzz.distance import LCSseq

from cleaner.structure.columns.crops import SLACK, Chain, Cut
from cleaner.structure.columns.crossings import width_units

STRIP = 0.1
"""Share of a block's lines of which one character may be left, when what other blocks show is taken away, so that it says nothing of its own: the edge of
a crop spoilt it. Where those blocks are whole, there may be one of every line."""
FEW, MISSED = 3, 0.35
"""Cuts of two blocks that are not enough where both have more than a third of a line that goes together with none: what follows what is not known then."""
PIECES, MISREAD, NARROW = 4, 0.1, 0.25
"""Pieces in which lines show a strip of them, at most, the share of the strip's characters that may be misread, and what share of theirs these are, at least: what
is less may be a heading that stands glued behind them."""
SAID, SHORT = 0.65, 4
"""Share of the bigrams of a part that the other blocks have, from which they say it too, one character misread; what is shorter they have by chance."""


class Part(NamedTuple):
    """Code points `[start, end)` of a block; the first `again` of them and the last `spoilt` stand elsewhere too, as well or better."""

    block: int
    start: int
    end: int
    again: int = 0
    spoilt: int = 0

    @property
    def empty(self) -> bool:
        """Whether it says nothing of its own."""
        return self.end - self.start <= self.again + self.spoilt


@dataclass(frozen=True)
class Mended:
    """A column put together: its paragraphs as parts in reading order, by the block of their left parts; parts that say nothing of their own, with
    the block that says it; and whole blocks of the kind."""

    gain: float
    paragraphs: Mapping[int, tuple[Part, ...]]
    empty: tuple[tuple[Part, int], ...]
    again: tuple[tuple[int, int], ...]


def put_together(texts: Sequence[str], chain: Chain) -> Mended:
    """The lines of a column; what its blocks hold beside them stays as it is, and so do blocks that are whole, or that say next to nothing of
    their own: there is little to gain, and a sentence to spoil."""
    own: dict[int, list[Cut]] = {}
    for cut in chain.cuts:
        own.setdefault(cut.left, []).append(cut)
        own.setdefault(cut.right, []).append(cut)
    rests = {block: _Rest.of(texts, block, cuts) for block, cuts in own.items()}
    strips = dict(_strips(chain, rests))
    beside = _beside(texts, strips, own.keys())
    alone = chain.whole | strips.keys() | {block for block, rest in rests.items() if 2 * len(rest.unsaid) < rest.lines}
    pairs = [list(group) for _, group in groupby(chain.cuts, key=itemgetter(0, 2))]
    kept = [pair for pair in pairs if pair[0].left not in alone and pair[0].right not in alone]
    cuts = [cut for pair in kept if len(pair) > FEW or not _misses_lines(texts, chain, own, pair) for cut in pair]
    paragraphs: dict[int, tuple[Part, ...]] = {}
    empty: list[tuple[Part, int]] = []
    below: Sequence[Cut | None] = [*cuts[1:], None]
    for left, group in groupby(zip(cuts, below, strict=False), key=lambda pair: pair[0].left):
        parts: list[tuple[Part, int]] = []
        place = 0
        for cut, next_one in group:
            end = next_one.start if next_one is not None and next_one.right == cut.right else _line_end(texts[cut.right], cut.start, chain.right)
            if cut.shown - cut.first_spoilt >= cut.end - place:  # the right part shows the left one too
                parts += [(Part(left, place, cut.end, cut.end - place), cut.right), (Part(cut.right, cut.start, end), left)]
            else:
                spoilt = cut.last_spoilt and cut.start + cut.shown <= end  # else what follows in the right part is of the next line
                again = min(cut.shown - cut.last_spoilt, end - cut.start)
                last = next_one is None or next_one.left != left
                tail = _tail(texts[cut.right][cut.start + again:end], texts[left][cut.end:], cut.shown) if last else 0
                parts += [(Part(left, place, cut.end, 0, int(spoilt)), cut.right), (Part(cut.right, cut.start, end, again, tail), left)]
            place = cut.end
        if place < len(texts[left]):
            parts.append((Part(left, place, len(texts[left])), left))
        empty += [row for row in parts if row[0].empty]
        paragraphs[left] = tuple(_merged([part for part, _ in parts if not part.empty]))
    return Mended(chain.gain, paragraphs, tuple(empty), (*strips.items(), *beside.items()))


def _misses_lines(texts: Sequence[str], chain: Chain, own: Mapping[int, Sequence[Cut]], pair: Sequence[Cut]) -> bool:
    """Whether both of two blocks have lines above their first cut, or below their last one, that were put together with none."""
    first, last = pair[0], pair[-1]
    left, right = texts[first.left], texts[first.right]
    top = width_units(left[:first.end]) / chain.left - 1, width_units(right[:first.start]) / chain.right
    foot = width_units(left[last.end:]) / chain.left - 1, width_units(right[last.start:]) / chain.right - 1
    alone_above = own[first.left][0] == first and own[first.right][0] == first
    alone_below = own[last.left][-1] == last and own[last.right][-1] == last
    return (alone_above and min(top) > MISSED) or (alone_below and min(foot) > MISSED)


@dataclass(frozen=True)
class _Rest:
    """What is left of a block's lines when what the other parts of the lines show is taken away."""

    hosts: Counter[int]
    """The blocks that have the other parts, and how often."""
    lines: int
    unsaid: Sequence[str]
    """What is left and stands nowhere in the hosts; where it does, an overlap was not found."""

    @classmethod
    def of(cls, texts: Sequence[str], block: int, cuts: Sequence[Cut]) -> _Rest:
        """The rest of a block that has these cuts."""
        hosts = Counter(cut.right if cut.left == block else cut.left for cut in cuts)
        said, rest = "".join(texts[host] for host in hosts), list(_rest(texts[block], block, cuts))
        return cls(hosts, len(rest), [part for part in rest if part and (len(part) < SHORT or _share_said(part, said) < SAID)])


def _share_said(part: str, text: str) -> float:
    """The share of the bigrams of a part that a text has: of two lines one behind the other all but one."""
    return sum(part[at:at + 2] in text for at in range(len(part) - 1)) / max(1, len(part) - 1)


def _strips(chain: Chain, rests: Mapping[int, _Rest]) -> Iterator[tuple[int, int]]:
    """Blocks of whose lines others show all, and one of those: the crop shows but a strip of the column, or the crops overlap by as much. Of two blocks that
    show the same goes that of the crop of which more goes."""
    def says_nothing(rest: _Rest) -> bool:
        few = len(rest.unsaid) <= STRIP * rest.lines or rest.hosts.keys() <= chain.whole
        return few and all(len(part) == 1 for part in rest.unsaid)

    lefts = {cut.left for cut in chain.cuts}
    said = [block for block, rest in rests.items() if says_nothing(rest)]
    uncontested = Counter(block in lefts for block in said if rests[block].hosts.keys().isdisjoint(said))
    gone: set[int] = set()
    for block in sorted(said, key=lambda block: -uncontested[block in lefts]):
        if gone.isdisjoint(rests[block].hosts):
            gone.add(block)
            yield block, rests[block].hosts.most_common(1)[0][0]


def _beside(texts: Sequence[str], strips: Mapping[int, int], used: Set[int]) -> dict[int, int]:
    """Lines above and below strips, as far as what stands above and below their hosts shows them too: a headline of which a crop shows the first words of
    both lines, a byline. None of the blocks that are `used`."""
    found: dict[int, int] = {}
    for block, host in strips.items():
        for step in (-1, 1):
            line, twin = block + step, host + step
            while min(line, twin) >= 0 and max(line, twin) < len(texts) and not {line, twin} & (used | found.keys()) and _shows(texts[twin], texts[line]):
                found[line] = twin
                line, twin = line + step, twin + step
    return found


def _shows(text: str, strip: str) -> bool:
    """Whether a text has the characters of a strip of it, in a few pieces; some may be misread, at the edge of the crop, but no figures."""
    if not 1 < len(strip) <= len(text) <= len(strip) / NARROW:
        return False
    codes = LCSseq.opcodes(strip, text)
    unsaid = "".join(strip[code.src_start:code.src_end] for code in codes if code.tag != "equal")
    pieces = sum(code.tag == "equal" for code in codes)
    return pieces <= PIECES and len(unsaid) <= MISREAD * len(strip) and not any(char.isdigit() for char in unsaid)


def _rest(text: str, block: int, cuts: Sequence[Cut]) -> Iterator[str]:
    places = [0, *(cut.end if cut.left == block else cut.start for cut in cuts), len(text)]
    for k, (i, j) in enumerate(pairwise(places)):
        if i < j and cuts[0].left == block:
            yield text[i:j - cuts[k].shown] if k < len(cuts) else text[i:j]
        elif i < j:
            yield text[i + cuts[k - 1].shown:j] if k else text[i:j]


def _tail(part: str, line: str, most: int) -> int:
    """How many of the last code points of a right part are the end of the short last line of the paragraph, which the left crop shows whole: they lie under
    both crops."""
    return next((size for size in range(min(most, len(part) - 1, len(line)), 0, -1) if part.endswith(line[-size:])), 0)


def _line_end(text: str, start: int, width: float) -> int:
    """Where the last right part of a chain ends: at the end of its block, if that is near, else where it is as wide as the others."""
    if width_units(text[start:]) <= width + SLACK:
        return len(text)
    return min(range(start + 1, len(text)), key=lambda end: abs(width_units(text[start:end]) - width))


def _merged(parts: Sequence[Part]) -> Iterator[Part]:
    """Parts of which those that stand one behind the other in one block are one."""
    last: Part | None = None
    for part in parts:
        if last is not None and last.block == part.block and last.end == part.start and not last.spoilt and not part.again:
            last = last._replace(end=part.end, spoilt=part.spoilt)
            continue
        if last is not None:
            yield last
        last = part
    if last is not None:
        yield last
