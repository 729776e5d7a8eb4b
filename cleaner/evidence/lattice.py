"""What else may a passage have said? Doubtful characters, what may have been printed there, and what speaks for it.

A page is read three times. First every character is weighed where it stands (`doubtful`): only what the language
model finds poor, and what stands in no word of the dictionary, is looked at again; a right text costs nearly
nothing. Then each doubtful character gets candidates (`evidence.candidates`). Last, all are scored in one batch, and the best of each place comes
back with what a judge needs to know (`Reading.features`). Nothing is decided here.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.evidence import Evidence, shipped_model
from cleaner.evidence.alphabet import codes
from cleaner.evidence.candidates import DOUBT, MILD, NUMERAL_CODES, Candidates, Option
from cleaner.evidence.charset import HANZI
from cleaner.evidence.exact import log10
from cleaner.evidence.grams import Grams
from cleaner.evidence.lookalikes import Lookalikes
from cleaner.evidence.ngram import AT_ONCE, Asked, Floats
from cleaner.evidence.wordforms import WordForms

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
    """An option with the log10 that the language model gains by it (with the page, without it, without it in what stands
    behind the place alone), that the dictionary gains, and all told."""

    score: float
    gain: float
    general: float
    behind: float
    words: float
    option: Option


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


class Lattice:
    """The doubtful places of one text (blocks joined by "\\n") and their candidates."""

    def __init__(
        self, text: str, evidence: Evidence, table: Lookalikes, forms: WordForms, within: frozenset[int] | None = None,
    ) -> None:
        """`within`: the only offsets that are looked at again, if given."""
        self.text, self.evidence, self.table, self.forms = text, evidence, table, forms
        self.logprobs, self.plain, _ = _weighed(evidence, [("\n", text)] if text else [])
        self.doubt = doubtful(text, np.minimum(self.logprobs, self.plain + np.float32(OWN_VOICE)), forms)
        chars = codes(text)
        hanzi = (chars >= 0x3400) & (chars <= 0x9FFF) & ~np.isin(chars, NUMERAL_CODES)
        self.places: list[int] = np.flatnonzero(hanzi & (self.doubt < MILD)).tolist()
        self.weak = frozenset(np.flatnonzero(hanzi & (self.doubt < DOUBT)).tolist())
        self.noise = (len(self.weak) + 20) / (int(hanzi.sum()) + 400)  # shrunk: a short text says little
        if within is not None:
            self.places = [i for i in self.places if i in within]

    def readings(self) -> list[Reading]:
        """The best reading of every place that has one, or the best two, in the order of the text; they may overlap."""
        options = list(Candidates(self.text, self.places, self.weak, self.doubt, self.table, self.forms))
        if not options:
            return []
        found = self._best(options, self._gains(options))
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
        counts = Counter(self.text)
        hanzi = sum(n for char, n in counts.items() if "\u3400" <= char <= "\u9fff")
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

    def _window(self, start: int, end: int) -> tuple[str, str]:
        """What stands before and behind a passage, as far as the language model reads; not beyond the block."""
        return self.text[max(0, start - REACH):start], self.text[end:end + REACH].partition("\n")[0]

    def _gains(self, options: Sequence[Option]) -> _Gains:
        """What the language model gains by each option."""
        windows: dict[tuple[int, int], tuple[str, str]] = {}
        pairs = []
        for start, after, _, _ in options:
            key = start, len(after)
            window = windows.get(key)
            if window is None:
                window = windows[key] = self._window(start, start + len(after))
            pairs.append((window[0], after + window[1]))
        local, general, lengths = _weighed(self.evidence, pairs)
        owners = np.repeat(np.arange(len(pairs)), lengths)
        starts = np.array([option.start for option in options])
        own = np.array([len(option.after) for option in options])
        total, plain = (np.append(0.0, np.cumsum(read, dtype=np.float64)) for read in (self.logprobs, self.plain))
        sums = [np.bincount(owners, weights=offered, minlength=len(pairs)) for offered in (local, general)]
        rest = np.arange(len(owners)) - np.repeat(np.cumsum(lengths) - lengths, lengths) >= own[owners]
        behind = np.bincount(owners, weights=general * rest, minlength=len(pairs))
        return _Gains(sums[0] - (total[starts + lengths] - total[starts]), sums[1] - (plain[starts + lengths] - plain[starts]),
                      behind - (plain[starts + lengths] - plain[starts + own]))

    def _best(self, options: Sequence[Option], gains: _Gains) -> list[Reading]:
        """The best options of each place, if they gain at all, with their features: those that come near the best are judged, too."""
        places: dict[tuple[int, int], list[_Ranked]] = {}
        for option, gain, plain, behind in zip(options, *(figures.tolist() for figures in gains), strict=True):
            best = gain if option.guess else max(gain, plain - OWN_USAGE)
            if best > (LEAST_GUESS if option.guess else LEAST_GAIN):
                rough = max(gain, plain - OWN_USAGE) + NOISE * (option.noise / len(option.after) + 2)
                places.setdefault((option.start, len(option.after)), []).append(_Ranked(rough, gain, plain, behind, 0.0, option))
        passages = []
        for (start, length), rows in sorted(places.items()):
            rows.sort(key=lambda row: (-row.score, row.option.after))
            left, right = self.text[max(0, start - REACH):start], self.text[start + length:start + length + REACH]
            passages += [left + said + right for said in (
                self.text[start:start + length], *(row.option.after for row in rows[:LISTED]))]
        scores = iter(self.forms.scores(passages).tolist())
        chosen = []
        for _, rows in sorted(places.items()):
            read = next(scores)
            ranked = []
            for row in rows[:LISTED]:
                words = next(scores) - read
                ranked.append(row._replace(score=row.score + 0.5 * min(max(words, -3.0), 6.0), words=words))
            ranked.sort(key=lambda row: (-row.score, row.option.after))
            for k, row in enumerate(ranked[:JUDGED]):
                if ranked[0].score - row.score < CLOSE_CALL:
                    rival = ranked[1 - min(k, 1)].score if len(ranked) > 1 else -1.0
                    chosen.append((row, rival))
        printed = self._printed([row.option for row, _ in chosen])
        return [self._reading(row, second, said) for (row, second), said in zip(chosen, printed, strict=True)]

    def _reading(self, row: _Ranked, second: float, printed: Sequence[bool]) -> Reading:
        score, gain, general, behind, words, option = row
        start, length = option.start, len(option.after)
        end = start + length
        before = self.text[start:end]
        mended = self.text[max(0, start - REACH):start] + option.after + self.text[end:end + REACH]
        at = min(start, REACH)
        was = max((self.forms.over(self.text, i) for i in range(start, end)), key=lambda form: form.length)
        now = min((self.forms.over(mended, at + k) for k in range(length)), key=lambda form: form.length)
        weak = self.doubt[max(0, start - 2):end + 2] < DOUBT
        features = {
            "gain": gain, "general": general, "behind": behind, "words": min(max(words, -3.0), 8.0), "noise": option.noise / length,
            "margin": min(score - second, 6.0), "doubt": float(self.doubt[start:end].max()),
            "fit": (gain + float(self.logprobs[start:end + REACH].sum())) / (length + REACH),
            "surprise": float(self.logprobs[start:end].min()),
            "read_common": min(map(self.forms.frequency, before)),
            "offered_common": min(map(self.forms.frequency, option.after)),
            "page_noise": math.log10(self.noise),
            "was_word": float(was.length > 1), "is_word": float(now.length > 1), "is_long": float(now.length > 2),
            "was_frequent": was.frequency, "is_frequent": now.frequency,
            "printed": float(sum(printed)), "printed_whole": float(printed[-1]),
            "crowd": float(weak.sum()) - length, "pair": float(length > 1),
            "both": min(gain, words), "high": max(0.0, gain - 3.0), "high_words": max(0.0, min(words, 8.0) - 3.0),
            "low_words": max(-3.0, min(words, 0.0)), "guess": float(option.guess),
        }
        return Reading(start, before, option.after, score, {**features, **_bent(features)})

    def _printed(self, options: Sequence[Option]) -> list[list[bool]]:
        """Whether the page prints each option with its left, its right, and both neighbours."""
        strings = []
        for option in options:
            start, passage, end = option.start, option.after, option.start + len(option.after)
            left = self.text[start - 1:start] if start and HANZI.match(self.text[start - 1]) else ""
            right = self.text[end:end + 1] if HANZI.match(self.text[end:end + 1]) else ""
            strings += [left and left + passage, right and passage + right, left and right and left + passage + right]
        found: list[list[bool]] = (self._grams.counts(strings) > 0).reshape(-1, 3).tolist()
        return found

    @cached_property
    def _grams(self) -> Grams:
        """Counts of all strings of two to four characters."""
        return Grams(self.text, (2, 3, 4))


def _bent(features: Mapping[str, float]) -> dict[str, float]:
    """Figures of the judge that count otherwise from some point on: a pair that hardly any recogniser confuses, a character that is a great
    surprise, a place with no other in doubt beside it, and one among many."""
    crowd, surprise = features["crowd"], features["surprise"]
    return {
        "unlike": min(features["noise"] - UNLIKE, 0.0), "startling": min(surprise - STARTLING, 0.0),
        "surprising": min(surprise - SURPRISING, 0.0), "lone": float(crowd == 0), "one_beside": float(crowd == 1),
        "spot": max(crowd - 2, 0.0),
    }


def _weighed(evidence: Evidence, pairs: Sequence[tuple[str, str]]) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """log10 p of all code points of all texts under the page's model and under the shipped one alone, and the lengths."""
    model, shipped = evidence.model, shipped_model()
    local, general = [np.zeros(0, dtype=np.float32)], [np.zeros(0, dtype=np.float32)]
    lengths = [np.zeros(0, dtype=np.int64)]
    for at in range(0, len(pairs), AT_ONCE):
        asked = Asked.of(pairs[at:at + AT_ONCE], model.memory)
        p = shipped.likelihoods(asked)
        general.append(log10(p).astype(np.float32))
        if model.model is not shipped:
            p = model.model.likelihoods(asked)
        p *= 1.0 - model.weight
        p += model.cache.likelihoods(asked) * model.weight
        local.append(log10(p).astype(np.float32))
        lengths.append(asked.lengths)
    return np.concatenate(local), np.concatenate(general), np.concatenate(lengths)
