"""A character n-gram language model of our own, on numpy alone.

The question it answers: how likely is this string after that context? Three models share one interface:
`NgramModel` (what Chinese prose prints, learnt once and shipped), `PageCache` (what this page prints) and
`Mixture` (both). All figures are base-10 logarithms of a probability per character; text is measured in
code points, and one figure belongs to each code point of the text asked about.

What the models see is a *shadow* of the text (`shadow`): every digit is one class, `,;:?!()` count as their
full-width forms. The shadow has the length of the text, so callers pass text as it is printed. A paragraph
break is the character "\\n": it is predicted like any other, and nothing before it is remembered.
"""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Ids = NDArray[np.uint64]
Ints = NDArray[np.int64]
Pair = tuple[str, str]

UNKNOWN, BREAK = 0, 1
"""Classes of every character outside the alphabet, and of the paragraph break."""
UNKNOWN_SPREAD = 20_000
"""The unknown class stands for about as many characters as the basic CJK block holds (20,992) beside those
we know, so one unknown character gets this share of the probability of the class."""
FORMAT = 1  # version of the file layout of `NgramModel.save`

_WIDER = 0xFEE0  # code points from an ASCII character to its full-width form
_FOLDS = {mark: chr(ord(mark) + _WIDER) for mark in ",;:?!()"}
_FOLDS |= {chr(ord("0") + k + wider): "0" for k in range(10) for wider in (0, _WIDER) if k or wider}
_SHADOW = str.maketrans(_FOLDS)


def shadow(text: str) -> str:
    """The text as the models see it, of the same length: all digits `0`, `,;:?!()` in full width."""
    return text.translate(_SHADOW)


class LanguageModel(Protocol):
    """What a rule may ask of any of the models here."""

    def logprobs(self, text: str, context: str = "\n") -> Floats:
        """log10 p of every code point of `text`, given `context` and the text before it."""

    def score(self, text: str, context: str = "\n") -> float:
        """log10 p of `text` after `context`: the sum of `logprobs`."""

    def score_many(self, pairs: Sequence[Pair]) -> Doubles:
        """`score` of many (context, text) pairs in one pass; note the order inside a pair."""


class Batched:
    """The interface of `LanguageModel`, derived from one batched look-up: `logprobs_many`."""

    def logprobs_many(self, pairs: Sequence[Pair]) -> tuple[Floats, Ints]:
        """log10 p of all code points of all texts, end to end, and the length of each text."""
        raise NotImplementedError

    def logprobs(self, text: str, context: str = "\n") -> Floats:
        """As `LanguageModel.logprobs`; with an empty context nothing is known of what stands before."""
        return self.logprobs_many([(context, text)])[0]

    def score(self, text: str, context: str = "\n") -> float:
        """log10 p of `text` after `context`: the sum of `logprobs`."""
        return float(self.score_many([(context, text)])[0])

    def score_many(self, pairs: Sequence[Pair]) -> Doubles:
        """`score` of many (context, text) pairs in one pass; a pair's score does not depend on the others."""
        flat, lengths = self.logprobs_many(pairs)
        owners = np.repeat(np.arange(len(lengths)), lengths)
        return np.bincount(owners, weights=flat, minlength=len(lengths)).astype(np.float64)


@dataclass(frozen=True, eq=False)
class Alphabet:
    """The characters that a model tells apart: ids 0 unknown, 1 break, 2… the characters of `known`."""

    known: str
    table: NDArray[np.uint16]

    @classmethod
    def of(cls, known: str) -> Alphabet:
        """An alphabet of the shadow characters `known`, without "\\n" and without repeats."""
        if len(set(known)) != len(known) or "\n" in known or len(known) > 0xFFFD:
            raise ValueError("an alphabet holds up to 65,533 different characters and no line break")
        table = np.zeros(sys.maxunicode + 1, dtype=np.uint16)
        table[_codes(known)] = np.arange(2, len(known) + 2, dtype=np.uint16)
        table[ord("\n")] = BREAK
        for seen, folded in _FOLDS.items():
            table[ord(seen)] = table[ord(folded)]
        return cls(known, table)

    @classmethod
    def common(cls, text: str, size: int, least: int = 1) -> Alphabet:
        """The `size` most common shadow characters of `text` that occur at least `least` times."""
        counts = np.bincount(_codes(text), minlength=0x10000)
        for seen, folded in _FOLDS.items():
            counts[ord(folded)] += counts[ord(seen)]
            counts[ord(seen)] = 0
        counts[ord("\n")] = 0
        codes = np.flatnonzero(counts >= least)
        ranked = codes[np.lexsort((codes, -counts[codes]))][:size]
        return cls.of("".join(map(chr, ranked.tolist())))

    @property
    def size(self) -> int:
        """Number of classes, the unknown and the break included: the base in which n-grams are packed."""
        return len(self.known) + 2

    def encode(self, text: str) -> Ids:
        """The class of every code point of the text."""
        return self.table[_codes(text)].astype(np.uint64)


@dataclass(frozen=True, eq=False)
class Level:
    """All n-grams of one length: rising packed keys, log10 p of the last character given the others, and
    log10 of the weight that the n-gram, as a context, gives to shorter contexts."""

    keys: Ids
    logp: Floats
    backoff: Floats


@dataclass(frozen=True, eq=False)
class Tables(Batched):
    """A back-off model as tables: `levels[n - 1]` holds the n-grams of n characters.

    Prefix and suffix of every n-gram held are held too, and level 0 has every class of the alphabet.
    """

    alphabet: Alphabet
    levels: tuple[Level, ...]

    @property
    def order(self) -> int:
        """Length of the longest n-grams."""
        return len(self.levels)

    def logprobs_many(self, pairs: Sequence[Pair]) -> tuple[Floats, Ints]:
        """log10 p of all code points of all texts, end to end, and the length of each text."""
        tail = self.order - 1
        pieces = [piece for context, text in pairs for piece in (context[-tail:], text)]
        lengths = np.fromiter(map(len, pieces), dtype=np.int64, count=len(pieces))
        ids = self.alphabet.encode("".join(pieces))
        begins = np.cumsum(lengths) - lengths
        starts = np.repeat(begins[::2], lengths[::2] + lengths[1::2])
        wanted = np.repeat(np.arange(len(pieces)) % 2 == 1, lengths)
        return self._look_up(ids, _reach(ids, starts))[wanted], lengths[1::2]

    def _look_up(self, ids: Ids, reach: Ints) -> Floats:
        """log10 p of each id; `reach` says how many ids before it may be its context.

        The longest n-gram held decides; every longer context that is held, though not with this character,
        multiplies its back-off weight. Sought are only n-grams whose prefix and suffix were found.
        """
        logp = self.levels[0].logp[ids]
        found = ids.astype(np.int64)
        key = ids.copy()
        for n in range(2, self.order + 1):
            lower, level = self.levels[n - 2], self.levels[n - 1]
            key[n - 1 :] += ids[: len(ids) - n + 1] * np.uint64(self.alphabet.size ** (n - 1))
            context = np.full(len(ids), -1, dtype=np.int64)
            context[1:] = found[:-1]
            context[reach < n - 1] = -1
            known = np.flatnonzero(context >= 0)
            logp[known] += lower.backoff[context[known]]
            sought = known[found[known] >= 0]
            places, hit = find(level.keys, key[sought])
            found = np.full(len(ids), -1, dtype=np.int64)
            found[sought[hit]] = places[hit]
            logp[sought[hit]] = level.logp[places[hit]]
        logp[ids == UNKNOWN] -= np.float32(np.log10(UNKNOWN_SPREAD))
        return logp


def _reach(ids: Ids, starts: Ints) -> Ints:
    """How many ids before each are its context: back to `starts`, or to the last break before it."""
    here = np.arange(len(ids), dtype=np.int64)
    last = np.maximum.accumulate(np.where(ids == BREAK, here, -1))
    before = np.full(len(ids), -1, dtype=np.int64)
    before[1:] = last[:-1]
    reach: Ints = here - np.maximum(starts, before)
    return reach


def find(keys: Ids, wanted: Ids) -> tuple[Ints, NDArray[np.bool_]]:
    """Where each wanted key stands in the sorted `keys`, and whether it does."""
    if not len(keys):
        return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=np.bool_)
    places = np.searchsorted(keys, wanted)
    places[places == len(keys)] = 0
    return places, keys[places] == wanted


def count_ngrams(ids: Ids, n: int, base: int) -> tuple[Ids, Ints]:
    """Rising packed keys and counts of the n-grams of `ids` that hold a break at their ends only."""
    size = max(len(ids) - n + 1, 0)
    keys = np.zeros(size, dtype=np.uint64)
    for k in range(n):
        keys *= np.uint64(base)
        keys += ids[k : k + size]
    if n > 2:
        breaks = np.concatenate(([0], np.cumsum(ids == BREAK)))
        keys = keys[breaks[n - 1 : n - 1 + size] == breaks[1 : 1 + size]]
    unique, counts = np.unique(keys, return_counts=True)
    return unique, counts.astype(np.int64)


@dataclass(frozen=True, eq=False)
class NgramModel(Tables):
    """The shipped model: interpolated modified Kneser-Ney (Chen & Goodman 1999), pruned by count.

    On disk an n-gram of order 2 and more takes its last character, one byte of probability and one of
    back-off weight (codebooks of 256 values); its other characters follow from the number of children
    of each shorter one.
    """

    def save(self, path: Path | str) -> None:
        """Write one compressed .npz; equal models give equal bytes."""
        arrays = {"format": np.array([FORMAT, self.order]), "alphabet": _codes(self.alphabet.known)}
        base = np.uint64(self.alphabet.size)
        for n, level in enumerate(self.levels, start=1):
            if n > 1:
                parents, _ = find(self.levels[n - 2].keys, level.keys // base)
                children = np.bincount(parents, minlength=len(self.levels[n - 2].keys))
                arrays[f"children{n}"] = children.astype(np.uint16)
                arrays[f"last{n}"] = (level.keys % base).astype(np.uint16)
            for name, values in (("logp", level.logp), ("backoff", level.backoff)):
                book, codes = np.unique(values, return_inverse=True)
                arrays[f"{name}{n}"] = codes.astype(np.uint8 if len(book) <= 256 else np.uint16)
                arrays[f"{name}{n}book"] = book
        with zipfile.ZipFile(path, "w") as archive:
            for name, array in arrays.items():
                entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.create_system = 3
                with archive.open(entry, "w") as stream:
                    np.lib.format.write_array(stream, array, version=(1, 0), allow_pickle=False)

    @classmethod
    def load(cls, path: Path | str) -> NgramModel:
        """Read what `save` wrote. Raises ValueError for a file of another layout."""
        with np.load(path, allow_pickle=False) as file:
            if "format" not in file or int(file["format"][0]) != FORMAT:
                raise ValueError(f"{path}: not a character model of format {FORMAT}")
            order = int(file["format"][1])
            alphabet = Alphabet.of("".join(map(chr, file["alphabet"].tolist())))
            keys: Ids = np.arange(alphabet.size, dtype=np.uint64)
            levels = []
            for n in range(1, order + 1):
                if n > 1:
                    keys = np.repeat(keys, file[f"children{n}"]) * np.uint64(alphabet.size)
                    keys += file[f"last{n}"]
                logp, backoff = (file[f"{x}{n}book"][file[f"{x}{n}"]] for x in ("logp", "backoff"))
                levels.append(Level(keys, logp, backoff))
        return cls(alphabet, tuple(levels))


class PageCache(Batched):
    """What one page prints, as a language model: interpolated Witten-Bell (Witten & Bell 1991).

    A page always knows its own errors. With `leave_one_out` one is taken from every count, so that what
    stands once (the very place in doubt) counts as never seen: use that to judge a reading of the page.
    """

    def __init__(self, lines: Iterable[str], *, order: int = 4, leave_one_out: bool = False) -> None:
        """Learn from the lines of one page; empty lines are passed over."""
        self.text = "\n" + "".join(f"{line}\n" for line in lines if line)
        self.tables = _witten_bell(self.text, order, 1 if leave_one_out else 0)

    def logprobs_many(self, pairs: Sequence[Pair]) -> tuple[Floats, Ints]:
        """log10 p of all code points of all texts, end to end, and the length of each text."""
        return self.tables.logprobs_many(pairs)

    def count(self, string: str) -> int:
        """How often the page prints the string exactly so (no shadow), copies that overlap counted once."""
        return self.text.count(string) if string else 0


@dataclass(frozen=True, eq=False)
class Mixture(Batched):
    """Linear interpolation of two models: p = (1 - weight) · model + weight · cache."""

    model: Batched
    cache: Batched
    weight: float = 0.3

    def __post_init__(self) -> None:
        """Refuse a weight that makes no probability."""
        if not 0.0 < self.weight < 1.0:
            raise ValueError(f"the weight of a mixture lies between 0 and 1: {self.weight}")

    def logprobs_many(self, pairs: Sequence[Pair]) -> tuple[Floats, Ints]:
        """log10 p of all code points of all texts, end to end, and the length of each text."""
        general, lengths = self.model.logprobs_many(pairs)
        local, _ = self.cache.logprobs_many(pairs)
        mixed = np.log10((1 - self.weight) * 10.0**general + self.weight * 10.0**local)
        return mixed.astype(np.float32), lengths


def _codes(text: str) -> NDArray[np.uint32]:
    """The code points of the text; lone surrogates are let through."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def _witten_bell(text: str, order: int, less: int) -> Tables:
    """Interpolated Witten-Bell estimates of a short text, `less` (0 or 1) taken from every count.

    A context seen `total` times with `kinds` different characters gives the shorter context what was taken
    and kinds / (total + kinds); below single characters all characters are equally likely.
    """
    alphabet = Alphabet.common(text, 7000)
    ids, base = alphabet.encode(text), alphabet.size
    first = np.bincount(ids[1:].astype(np.int64), minlength=base)
    spare = max(int(np.count_nonzero(first)) * (1 + less), 1)
    first = np.maximum(first - less, 0)
    even = np.full(base, 1 / (UNKNOWN_SPREAD + base - 1))
    even[UNKNOWN] *= UNKNOWN_SPREAD
    lower = (first + spare * even) / (first.sum() + spare)
    keys: Ids = np.arange(base, dtype=np.uint64)
    levels = []
    for n in range(2, order + 1):
        longer, counts = count_ngrams(ids, n, base)
        parents, held = find(keys, longer // np.uint64(base))
        kinds = np.bincount(parents[held], minlength=len(keys))
        both = kinds + np.bincount(parents[held], weights=counts[held], minlength=len(keys))
        weight = np.where(kinds > 0, kinds * (1 + less) / np.maximum(both, 1), 1.0)
        levels.append(as_level(keys, lower, weight))
        kept = counts > less
        keys, counts, parents = longer[kept], counts[kept] - less, parents[kept]
        suffixes, _ = find(levels[-1].keys, keys % np.uint64(base ** (n - 1)))
        lower = counts / both[parents] + weight[parents] * lower[suffixes]
    levels.append(as_level(keys, lower, np.ones(len(keys))))
    return Tables(alphabet, tuple(levels))


def as_level(keys: Ids, p: Doubles, weight: Doubles) -> Level:
    """A level from plain probabilities and weights, all above nought."""
    return Level(keys, np.log10(p).astype(np.float32), np.log10(weight).astype(np.float32))
