"""Columns that a recogniser read across, line by line, taken apart again from the text alone.

A layout detector takes two to five columns for one region, its lines are sorted from top to bottom, and the block that
reaches us reads A1 B1 A2 B2 A3 B3 …: “本报讯昨天渡口重新科技组的人说，这种开放，附近的居民都瓜耐旱…”. The text is cut into printed lines again, and
every line goes to one of a few streams, as running text (`streams.py`).

Three questions come before that, each dearer than the last and asked of fewer texts. Does the text break off at regular
distances (`ruptures.py`)? Do its places go together at the distances of some width (`widths.py`)? Of the few widths that
are left, which one gives the best reading? A block beside one that was taken apart is read with the same width.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, groupby
from operator import itemgetter

import numpy as np

from cleaner.evidence.charset import is_chinese
from cleaner.evidence.lexicon import Lexicon
from cleaner.evidence.ngram import Tables
from cleaner.memory import kept
from cleaner.structure.columns.crossings import SENTENCE_END, Keys, Met, Places, Survey, printed_keys, width_units
from cleaner.structure.columns.ruptures import NARROW
from cleaner.structure.columns.streams import QUICK, Line, Search, Unzipped
from cleaner.structure.copies.passages import GRAM, shadow

LEAST_LENGTH = 40
"""Code points of the shortest block that is looked at: two columns of two or three lines."""
MOST_LENGTH = 4000
"""Code points of the longest one."""
SPACED = 0.1
"""Share of spaces from which a block is a table, or the output of a recogniser that parts characters."""
FIGURES = 0.2
"""Share of figures from which a block is a list of quotations or results: its clauses read as well in any order. Blocks read across
have at most .11 on the pages of the bench."""
RUPTURED, LITTLE = 6.5, 3.5
"""Log-odds of a chain of ruptures from which the pairs of places of a block are compared, and from which a block is read
with the width of another."""
BOTH = 16.0
"""Log-odds of the chain of ruptures and of a width together from which a block is searched."""
TRIED, CLOSE = 2, 1.5
"""How many widths are tried at most, and how far behind the best one they may be."""
REPEATED = 0.13
"""Share of grams of four that a text has again from which it is what a recogniser looped over, or a list: two columns read across
have at most .085 on the pages of the bench, a loop misread at 5 % .66, a list of bus lines .18."""
SUSPECT = 6.0
"""Gain of a first look at a width from which it is searched thoroughly, and of a reading below which none is followed to its end."""


@dataclass(frozen=True)
class Bar:
    """What a reading must gain to be taken: in all, for each of its links, and the least number of links."""

    gain: float
    each: float
    links: int

    def admits(self, found: Unzipped | None) -> bool:
        """Whether a reading is taken without being asked."""
        links = len(found.links) if found is not None else 0
        return found is not None and links >= self.links and found.gain >= max(self.gain, self.each * links)


SURE = Bar(20.0, 2.0, 4)
"""A block of which nothing is known beforehand (`benchmarks/columns.py`). Of 3,515 clean paragraphs in simplified script the highest
has log-odds of 16.9; blocks that were mixed, and are taken apart rightly, have 19.5 and more."""
BESIDE = Bar(7.5, 1.5, 3)
"""A block beside a sure one, read with the width of that one's columns."""
AT_ONCE = 20_000
"""Code points that are surveyed together, so that a large page needs no more memory."""
_suspected: dict[str, tuple[float, ...]] = {}
"""The widths that are searched in the blocks seen last; a page is read several times over."""
_known: dict[tuple[str, tuple[float, ...]], tuple[str, Met | None, Unzipped | None]] = {}
"""What was found in them: block and widths → the last page on which they stood, what it says of the block's places (None: it was not
asked), and the reading, which holds on every page that says the same."""
MOST_KNOWN = 2_000
"""Entries of either from which both are forgotten: they hold on to the texts of their pages."""


def read_across(texts: Sequence[str], model: Tables, lexicon: Lexicon) -> dict[int, Unzipped]:
    """The blocks of a page that were read across columns, and how they are to be read."""
    if max(len(_suspected), len(_known)) > MOST_KNOWN:
        forget()
    page = Printed(texts, model, lexicon)
    asked = [text for text in dict.fromkeys(texts) if _worth_a_look(text)]
    for portion in _portions([text for text in asked if text not in _suspected]):
        _suspect(portion, page)
    alone = page.read({text: _suspected[text] for text in asked if _suspected[text]})
    found = {text: one for text, one in alone.items() if SURE.admits(one) and not _repeats(text)}
    for width in sorted({one.width for one in found.values()}):
        others = page.read({text: (width,) for text in asked if text not in found})
        found |= {text: one for text, one in others.items() if BESIDE.admits(one) and not _repeats(text)}
    return {i: found[text] for i, text in enumerate(texts) if text in found}


def forget() -> None:
    """Forget what was found before, to measure or to save memory."""
    _suspected.clear()
    _known.clear()


def printed_grams(texts: Iterable[str]) -> frozenset[str]:
    """What a page prints, three and four characters at a time."""
    return frozenset(text[i:i + n] for text in texts for n in (3, 4) for i in range(len(text) - n + 1))


@kept
def _worth_a_look(text: str) -> bool:
    plain = text.count(" ") < SPACED * len(text) and sum(map(str.isdigit, text)) < FIGURES * len(text)
    return LEAST_LENGTH <= len(text) <= MOST_LENGTH and plain and is_chinese(text)


def _repeats(text: str) -> bool:
    """Whether a text says the same again and again."""
    bare = shadow(text)
    grams = [bare[i:i + GRAM] for i in range(len(bare) - GRAM + 1)]
    return len(set(grams)) < (1 - REPEATED) * len(grams)


def _portions(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Texts in portions of about `AT_ONCE` code points."""
    numbers = (end // AT_ONCE for end in accumulate(map(len, texts)))
    for _, portion in groupby(zip(numbers, texts, strict=True), key=itemgetter(0)):
        yield [text for _, text in portion]


def _suspect(new: Sequence[str], page: Printed) -> None:
    """Fill `_suspected` for some texts."""
    _suspected.update((text, ()) for text in new)
    survey = Survey(new, page.model)
    ruptured = survey.ruptured()
    chosen = np.flatnonzero(ruptured >= RUPTURED).tolist()
    tried = {}
    for k, worth in zip(chosen, survey.widths(chosen) if chosen else (), strict=True):
        likely = np.argsort(-worth, kind="stable")[:TRIED]
        if ruptured[k] + worth[likely[0]] >= BOTH:
            tried[k] = [float(NARROW + row) for row in likely if worth[row] >= worth[likely[0]] - CLOSE]
    for k, pairs in zip(tried, survey.pairs(list(tried)), strict=True):
        places = survey.places(k, pairs, page.lexicon)
        first = {width: Search(places, width, QUICK).run() for width in tried[k]}
        _suspected[new[k]] = tuple(
            width for width, one in first.items() if one is not None and one.gain >= SUSPECT and one.links)


class Printed:
    """A page: its texts, and what may be asked about them."""

    def __init__(self, texts: Sequence[str], model: Tables, lexicon: Lexicon) -> None:
        self.texts, self.model, self.lexicon = texts, model, lexicon
        self.whole = "\n".join(texts)

    @cached_property
    def keys(self) -> Keys:
        """What it prints."""
        return printed_keys(self.texts)

    def read(self, asked: Mapping[str, tuple[float, ...]]) -> dict[str, Unzipped]:
        """The best readings of some texts with one of some widths each."""
        new = sorted(text for text, widths in asked.items() if not self._still_known(text, widths))
        _known.update(((text, asked[text]), (self.whole, None, None)) for text in new)
        if new:
            survey = Survey(new, self.model)
            chosen = np.flatnonzero(survey.ruptured() >= LITTLE).tolist()
            for k, pairs in zip(chosen, survey.pairs(chosen), strict=True):
                places = survey.places(k, pairs, self.lexicon, self.keys)
                _known[new[k], asked[new[k]]] = self.whole, places.met, best_reading(places, asked[new[k]])
        return {text: one for text, widths in asked.items() if (one := _known[text, widths][2]) is not None}

    def _still_known(self, text: str, widths: tuple[float, ...]) -> bool:
        """Whether what was found in a text with some widths was found on a page that tells the same of it."""
        if (text, widths) not in _known:
            return False
        page, met, found = _known[text, widths]
        if page != self.whole:
            if met is not None and not met.holds(text, self.keys):
                return False
            _known[text, widths] = self.whole, met, found
        return True


def best_reading(places: Places, widths: Sequence[float]) -> Unzipped | None:
    """The reading that gains most, if it gains `SUSPECT`, with one of some widths or with the one that most lines of it then have."""
    tried = {width: one for width in widths if (one := Search(places, width, least=SUSPECT).run()) is not None}
    best = max(tried.values(), key=lambda one: one.gain, default=None)
    if best is not None and (width := float(round(width_of(places, best)))) not in tried and width >= NARROW:
        again = Search(places, width, least=SUSPECT).run()
        best = again if again is not None and again.gain > best.gain else best
    return best


def width_of(places: Places, found: Unzipped) -> float:
    """The width that most lines of a reading have; lines of Chinese characters alone count twice."""
    votes: Counter[float] = Counter()
    for line in found.lines[1:-1]:
        width = places.at[line.end] - places.at[line.start]
        mixed = width < line.end - line.start
        votes[round(width + 0.5) if mixed else width] += 1 if mixed else 2
    return max(votes, key=lambda width: (votes[width], width), default=found.width)


def paragraphs(text: str, found: Unzipped) -> list[list[tuple[int, int]]]:
    """The pieces `[start, end)` of each paragraph of each column, column by column; lines that touch are one piece."""
    told: list[list[tuple[int, int]]] = []
    for stream in sorted({line.stream for line in found.lines}):
        before: Line | None = None
        for line in (line for line in found.lines if line.stream == stream):
            if before is None or _breaks(text, before, line, found.width):
                told.append([(line.start, line.end)])
            elif told[-1][-1][1] == line.start:
                told[-1][-1] = (told[-1][-1][0], line.end)
            else:
                told[-1].append((line.start, line.end))
            before = line
    return told


def _breaks(text: str, before: Line, line: Line, width: float) -> bool:
    """Whether a paragraph ends between two lines of a column: behind a full stop, if either line is not full."""
    if text[before.end - 1] not in SENTENCE_END:
        return False
    full = [abs(width_units(text[one.start:one.end]) - width) <= 1.0 for one in (before, line)]
    return not all(full)
