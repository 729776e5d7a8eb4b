"""What else may a passage have said? Doubtful characters, what may have been printed there, and what speaks for it.

A page is read three times. First every character is weighed where it stands (`doubtful`): only what the language
model finds poor, and what stands in no word of the dictionary, is looked at again; a right text costs nearly
nothing. Then each doubtful character gets candidates (`evidence.candidates`). Last, all are scored in one batch, and the best of each place comes
back with what a judge needs to know (`Reading.features`). Nothing is decided here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.evidence import Evidence, shipped_model
from cleaner.evidence.alphabet import codes
from cleaner.evidence.candidates import DOUBT, MILD, NUMERAL_CODES, Candidates, Options
from cleaner.evidence.charset import HAN_RANGE
from cleaner.evidence.exact import log10
from cleaner.evidence.grams import Grams
from cleaner.evidence.linewise import Lines
from cleaner.evidence.lookalikes import Lookalikes
from cleaner.evidence.ngram import AT_ONCE, Asked, Doubles, Floats, Mixture
from cleaner.evidence.wordforms import LONGEST, WordForms
from cleaner.memory import Store

Ints = NDArray[np.int64]
REACH = 4
"""Characters on each side that the language model reads along: the longest n-gram less one."""
OWN_VOICE = 1.0
"""log10 by which the page may speak for what was read beyond what the shipped model says: it vouches for its own errors (教援队)."""
STRONG = 3.5
"""Score of a reading that counts as an echo: a page that has others of the kind is a bad scan."""
LISTED = 6
"""Candidates of one place that the dictionary is asked about."""
NOISE = 1.2
"""What a log10 of P(read | printed) counts beside one of the language model's gain, about as the judge weighs the two."""
CLOSE_CALL, JUDGED = 2.0, 3
"""Lead of the best candidate below which the next are judged, too, and how many in all."""
OWN_USAGE = 1.0
"""log10 that the shipped model alone must gain more: a page that is misread alike again and again vouches for its errors."""
LEAST_GAIN, LEAST_GUESS = 1.2, 5.0
"""log10 that the language model must gain for a candidate to be considered at all: a look-alike; another character, which must
gain it with the page's own usage. Of guesses with less none was right on rig pages, page held out."""

UNLIKE = -3.5
"""log10 P(read | printed) below which two characters hardly look alike."""
SURPRISING, STARTLING = -3.0, -4.0
"""log10 p of a character where it was read, below which it is a surprise, and a great one."""
LOUD, RUINED = 0.6, 1.1
"""log10 of the other strong readings in a thousand characters, above which a page is a bad scan, and one that hardly tells what it said."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What `text[start:start + len(before)]` may have been on paper; `score` ranks, `features` are for the judge."""

    start: int
    before: str
    after: str
    score: float
    features: dict[str, float]

    @property
    def end(self) -> int:
        """Offset behind the passage."""
        return self.start + len(self.before)


class _Ranked(NamedTuple):
    """A candidate with the log10 that the language model gains by it (with the page, without it, without it in what stands
    behind the place alone), that the dictionary gains, and all told."""

    score: float
    gain: float
    general: float
    behind: float
    words: float
    start: int
    after: str
    noise: float
    guess: bool

    @property
    def end(self) -> int:
        """Offset behind the place."""
        return self.start + len(self.after)


_Forms = tuple[Ints, Doubles]
"""Lengths of words, and their frequencies."""


class _Gains(NamedTuple):
    """log10 that the language model gains by each option: with the page; the shipped model alone, which knows nothing of this page;
    the same in the characters behind the option."""

    local: NDArray[np.float64]
    general: NDArray[np.float64]
    behind: NDArray[np.float64]


def doubtful(text: str, logprobs: Floats, forms: WordForms) -> Floats:
    """How little each character fits, log10: the lower, the more in doubt.

    A misread character is a surprise, and the one behind it is too; it stands in no word of the dictionary; and a
    character that is seldom a word by itself is stranger alone than one that often is.
    """
    longest, common = forms.cover(text)
    following = np.append(logprobs[1:], logprobs[-1:])
    doubt = logprobs + following + 1.4 * (longest > 1) + 0.6 * common + 1.0 * (longest > 2)
    doubt += (0.6 * forms.commonness(text)).astype(np.float32)
    rounded: Floats = doubt.astype(np.float32)
    return rounded


_SEEN: Store[Doubles] = Store(1 << 18)
"""What the shipped model says of the options of a line."""


class Lattice:
    """The doubtful places of one text (blocks joined by "\\n") and their candidates."""

    def __init__(
        self, text: str, evidence: Evidence, table: Lookalikes, forms: WordForms, within: frozenset[int] | None = None,
    ) -> None:
        """`within`: the only offsets that are looked at again, if given."""
        self.text, self.evidence, self.table, self.forms = text, evidence, table, forms
        self.codes, self.lines = codes(text), Lines(text)
        self.logprobs, self.plain = self._weighed_text()
        self.doubt = doubtful(text, np.minimum(self.logprobs, self.plain + np.float32(OWN_VOICE)), forms)
        hanzi = (self.codes >= 0x3400) & (self.codes <= 0x9FFF) & ~np.isin(self.codes, NUMERAL_CODES)
        self.places = np.flatnonzero(hanzi & (self.doubt < MILD))
        self.weak = hanzi & (self.doubt < DOUBT)
        self.noise = (int(self.weak.sum()) + 20) / (int(hanzi.sum()) + 400)  # shrunk: a short text says little
        if within is not None:
            self.places = self.places[np.isin(self.places, sorted(within))]

    def readings(self) -> list[Reading]:
        """The best reading of every place that has one, or the best two, in the order of the text; they may overlap."""
        options = Candidates(self.text, self.lines, self.places, self.weak, self.doubt, self.table, self.forms).options()
        if not len(options.starts):
            return []
        found = self._best(self._worthy(options))
        self._compare(found)
        return found

    def _compare(self, found: Sequence[Reading]) -> None:
        """Give each reading the features that depend on the others: how many strong ones the page has; whether the same character
        was read for the same one elsewhere, between other neighbours on both sides (with one of them it may be a term, 康忠);
        how often the page has what was read; and what may be read beside it instead."""
        strong = [reading for reading in found if reading.score > STRONG]
        framed: dict[tuple[str, str], set[tuple[str, str]]] = {}
        for reading in strong:
            framed.setdefault((reading.before, reading.after), set()).add(self._around(reading))
        counts = {char: self.text.count(char) for char in {char for reading in found for char in reading.before}}
        hanzi = int(((self.codes >= 0x3400) & (self.codes <= 0x9FFF)).sum())
        best: dict[int, float] = {}
        for reading in found:
            for k in range(reading.start, reading.end):
                best[k] = max(best.get(k, -1.0), reading.score)
        for reading in found:
            before, after = reading.before, reading.after
            others = len(strong) - (reading.score > STRONG)
            echo = math.log10((others + 0.5) / (len(self.text) + 1000) * 1000)
            left, right = self._around(reading)
            same = any(left != other[0] and right != other[1] for other in framed.get((before, after), ()))
            beside = max(best.get(reading.start - 1, -1.0), best.get(reading.end, -1.0))
            reading.features.update({
                "echo": echo, "quiet": min(echo, 0.0), "loud": max(echo - LOUD, 0.0), "ruined": max(echo - RUINED, 0.0),
                "same_pair": float(same),
                "here_read": min(math.log10((counts[char] - 0.7) / (hanzi + 300) * 1e4) for char in before),
                "beside": min(reading.score - beside, 6.0),
            })

    def _around(self, reading: Reading) -> tuple[str, str]:
        """The characters on both sides of a reading."""
        return self.text[max(0, reading.start - 1):reading.start], self.text[reading.end:reading.end + 1]

    def _weighed_text(self) -> tuple[Floats, Floats]:
        """log10 p of the text under the page's model and under the shipped one alone."""
        model, shipped = self.evidence.model, shipped_model()
        asked = Asked.of([("\n", self.text)], model.memory)
        general = np.concatenate(shipped.of_lines(self.text.split("\n")))[:-1]
        return _mixed(model, asked, general), log10(general).astype(np.float32)

    def _worthy(self, options: Options) -> list[_Ranked]:
        """The options by which the language model gains enough, by place, and at each the best first."""
        found = list[_Ranked]()
        for at in range(0, len(options.starts), AT_ONCE):
            part = options.chosen(np.arange(at, min(at + AT_ONCE, len(options.starts))))
            gains, lengths = self._gains(part), part.lengths
            best = np.maximum(gains.local, gains.general - OWN_USAGE)
            rough = best + NOISE * (part.noise / lengths + 2)
            kept = np.flatnonzero(np.where(part.guesses, gains.local, best) > np.where(part.guesses, LEAST_GUESS, LEAST_GAIN))
            few = part.chosen(kept)
            found += map(_Ranked, rough[kept].tolist(), *(figures[kept].tolist() for figures in gains), [0.0] * len(kept),
                         few.starts.tolist(), few.texts(), few.noise.tolist(), few.guesses.tolist())
        return sorted(found, key=lambda row: (row.start, len(row.after), -row.score, row.after))

    def _gains(self, options: Options) -> _Gains:
        """What the language model gains by each option."""
        model, starts, own = self.evidence.model, options.starts, options.lengths
        asked = self._asked(options)
        lengths = asked.lengths
        general = self.lines.answers(_SEEN, starts, (options.chars, options.seconds), lambda rows: self._likelihoods(options.chosen(rows)))
        local, general = _mixed(model, asked, general), log10(general).astype(np.float32)
        owners = np.repeat(np.arange(len(starts)), lengths)
        total, plain = (np.append(0.0, np.cumsum(read, dtype=np.float64)) for read in (self.logprobs, self.plain))
        sums = [np.bincount(owners, weights=offered, minlength=len(starts)) for offered in (local, general)]
        rest = np.arange(len(owners)) - np.repeat(np.cumsum(lengths) - lengths, lengths) >= own[owners]
        behind = np.bincount(owners, weights=general * rest, minlength=len(starts))
        return _Gains(sums[0] - (total[starts + lengths] - total[starts]), sums[1] - (plain[starts + lengths] - plain[starts]),
                      behind - (plain[starts + lengths] - plain[starts + own]))

    def _likelihoods(self, options: Options) -> tuple[Doubles, Ints]:
        """p of the characters of each option and of those behind it under the shipped model, and how many they are."""
        asked = self._asked(options)
        return shipped_model().likelihoods(asked), asked.lengths

    def _asked(self, options: Options) -> Asked:
        """Every option and what stands behind it, as far as the language model reads and not beyond the block, in its place: the text
        itself is the context."""
        starts, ends = options.starts, options.starts + options.lengths
        breaks = np.append(np.flatnonzero(self.codes == ord("\n")), len(self.codes))
        stops = np.minimum(ends + REACH, breaks[np.searchsorted(breaks, ends)])
        lengths = stops - starts
        low = max(0, int(starts[0]) - REACH)
        context = self.codes[low:int(starts[-1])]
        first = np.cumsum(lengths) - lengths
        said = self.codes[np.arange(int(lengths.sum())) - np.repeat(first - starts, lengths)]
        said[first] = options.chars
        two = options.seconds > 0
        said[first[two] + 1] = options.seconds[two]
        before = np.arange(-1, len(context) + len(said) - 1)
        before[len(context) + first] = np.where(starts > 0, starts - 1 - low, -1)
        return Asked(np.concatenate((context, said)), before, lengths)

    def _best(self, worthy: Sequence[_Ranked]) -> list[Reading]:
        """The best options of each place with their features: those that come near the best are judged, too."""
        places = [list(rows) for _, rows in groupby(worthy, key=lambda row: (row.start, len(row.after)))]
        passages = []
        for rows in places:
            start, end = rows[0].start, rows[0].end
            left, right = self.text[max(0, start - REACH):start], self.text[end:end + REACH]
            passages += [left + said + right for said in (self.text[start:end], *(row.after for row in rows[:LISTED]))]
        scores = iter(self.forms.scores(passages).tolist())
        chosen = []
        for rows in places:
            read = next(scores)
            ranked = []
            for row in rows[:LISTED]:
                words = next(scores) - read
                ranked.append(_Ranked(
                    row.score + 0.5 * min(max(words, -3.0), 6.0), row.gain, row.general, row.behind, words, row.start, row.after, row.noise, row.guess))
            ranked.sort(key=lambda row: (-row.score, row.after))
            for k, row in enumerate(ranked[:JUDGED]):
                if ranked[0].score - row.score < CLOSE_CALL:
                    rival = ranked[1 - min(k, 1)].score if len(ranked) > 1 else -1.0
                    chosen.append((row, rival))
        if not chosen:
            return []
        features = self._features([row for row, _ in chosen], np.array([rival for _, rival in chosen]))
        figures = zip(*(column.tolist() for column in features.values()), strict=True)
        return [Reading(row.start, self.text[row.start:row.end], row.after, row.score, dict(zip(features, told, strict=True)))
                for (row, _), told in zip(chosen, figures, strict=True)]

    def _features(self, rows: Sequence[_Ranked], rivals: Doubles) -> dict[str, Doubles]:
        """What the judge is told of each reading, as far as it does not depend on the others."""
        score, gain, general, behind, words = np.array([row[:5] for row in rows]).T
        starts, lengths = np.array([(row.start, len(row.after)) for row in rows]).T
        ends, places = starts + lengths, np.arange(REACH + 2)
        read = np.append(self.logprobs, np.zeros(len(places), dtype=np.float32))[starts[:, None] + places]
        read[places >= lengths[:, None] + REACH] = 0.0
        weak = np.append(0, np.cumsum(self.doubt < DOUBT))
        crowd = weak[np.minimum(ends + 2, len(self.text))] - weak[np.maximum(starts - 2, 0)] - lengths
        was, now = self._words_over(starts, [row.after for row in rows])
        printed = np.array(self._printed(rows), dtype=np.float64)
        noise = np.array([row.noise for row in rows]) / lengths
        surprise = np.minimum(self.logprobs[starts], self.logprobs[ends - 1]).astype(np.float64)
        columns = {
            "gain": gain, "general": general, "behind": behind, "words": np.clip(words, -3.0, 8.0), "noise": noise,
            "margin": np.minimum(score - rivals, 6.0), "doubt": np.maximum(self.doubt[starts], self.doubt[ends - 1]),
            "fit": (gain + read.sum(axis=1)) / (lengths + REACH), "surprise": surprise,
            "read_common": self._commonness([self.text[row.start:row.end] for row in rows], lengths),
            "offered_common": self._commonness([row.after for row in rows], lengths),
            "page_noise": np.full(len(rows), math.log10(self.noise)),
            "was_word": was[0] > 1, "is_word": now[0] > 1, "is_long": now[0] > 2, "was_frequent": was[1], "is_frequent": now[1],
            "printed": printed.sum(axis=1), "printed_whole": printed[:, -1], "crowd": crowd, "pair": lengths > 1,
            "both": np.minimum(gain, words), "high": np.maximum(0.0, gain - 3.0), "high_words": np.maximum(0.0, np.minimum(words, 8.0) - 3.0),
            "low_words": np.clip(words, -3.0, 0.0), "guess": np.array([row.guess for row in rows]),
            # what counts otherwise from some point on: a pair that hardly any recogniser confuses, a great surprise, many in doubt beside it
            "unlike": np.minimum(noise - UNLIKE, 0.0), "startling": np.minimum(surprise - STARTLING, 0.0),
            "surprising": np.minimum(surprise - SURPRISING, 0.0), "lone": crowd == 0, "one_beside": crowd == 1, "spot": np.maximum(crowd - 2, 0),
        }
        return {name: column.astype(np.float64) for name, column in columns.items()}

    def _words_over(self, starts: Ints, offered: Sequence[str]) -> tuple[_Forms, _Forms]:
        """The longest word over each place as it was read, and the shortest that stands over it as offered: lengths, frequencies."""
        padded, middle = np.pad(np.where(self.codes > 0xFFFF, 0, self.codes), LONGEST - 1), LONGEST - 1
        two = np.flatnonzero([len(passage) > 1 for passage in offered])
        firsts, lasts = codes("".join([passage[0] for passage in offered])), codes("".join([passage[-1] for passage in offered]))
        was = padded[np.concatenate((starts, starts[two] + 1))[:, None] + np.arange(2 * LONGEST - 1)]
        now, ones, seconds = was.copy(), slice(len(starts)), slice(len(starts), None)
        now[ones, middle], now[two, middle + 1] = firsts, lasts[two]
        now[seconds, middle], now[seconds, middle - 1] = lasts[two], firsts[two]
        lengths, frequencies = self.forms.over_many(np.concatenate((was, now)))
        told = []
        for size, frequency, sign in zip(np.split(lengths, 2), np.split(frequencies, 2), (1, -1), strict=True):
            chosen = np.arange(len(starts))
            better = sign * size[seconds] > sign * size[two]
            chosen[two[better]] = len(starts) + np.flatnonzero(better)
            told.append((size[chosen], frequency[chosen]))
        return told[0], told[1]

    def _commonness(self, passages: Sequence[str], lengths: Ints) -> Doubles:
        """How frequent the rarer character of each passage is as a word, log10."""
        worth, behind = self.forms.commonness("".join(passages)), np.cumsum(lengths)
        rarer: Doubles = np.minimum(worth[behind - lengths], worth[behind - 1])
        return rarer

    def _printed(self, rows: Sequence[_Ranked]) -> list[list[bool]]:
        """Whether the page prints each candidate with its left, its right, and both neighbours."""
        strings = []
        for row in rows:
            start, passage, end = row.start, row.after, row.end
            left, right = (char if char in HAN_RANGE else "" for char in (self.text[max(0, start - 1):start], self.text[end:end + 1]))
            strings += [left and left + passage, right and passage + right, left and right and left + passage + right]
        found: list[list[bool]] = (self._grams.counts(strings) > 0).reshape(-1, 3).tolist()
        return found

    @cached_property
    def _grams(self) -> Grams:
        """Counts of all strings of two to four characters."""
        return Grams(self.text, (2, 3, 4))


def _mixed(model: Mixture, asked: Asked, shipped: Doubles) -> Floats:
    """log10 p of all code points of all texts under the page's model; `shipped` is p under the shipped one, which it has a share in."""
    general = shipped if model.model is shipped_model() else model.model.likelihoods(asked)
    return log10(general * (1.0 - model.weight) + model.cache.likelihoods(asked) * model.weight).astype(np.float32)
