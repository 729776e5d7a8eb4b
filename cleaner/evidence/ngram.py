"""A character n-gram language model of our own, on numpy alone.

The question it answers: how likely is this string after that context? The models share one interface:
`NgramModel` (what Chinese prose prints, learnt once and shipped), `PageCache` (what this page prints) and
`Mixture` (both). All figures are base-10 logarithms of a probability per character; text is measured in
code points, and one figure belongs to each code point of the text asked about.

What the models see is the shadow of the text (`alphabet.shadow`). A paragraph break is the character "\\n":
it is predicted like any other, and nothing before it is remembered. The same question has the same answer,
to the last bit, on every machine (`exact`), alone or in a batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cleaner.evidence.alphabet import BREAK, UNKNOWN, UNKNOWN_SPREAD, Alphabet, codes, shadow, widened
from cleaner.evidence.exact import log10
from cleaner.evidence.flat import open_flat, pack
from cleaner.evidence.index import Coded, Hashed, Ids, Index, Ints, Sorted, find_sorted
from cleaner.memory import Store, parted

__all__ = ["UNKNOWN_SPREAD", "Alphabet", "Batched", "LanguageModel", "Mixture", "NgramModel", "PageCache", "shadow"]

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Values = Doubles | Coded
Pair = tuple[str, str]

KIND, VERSION = "cleaner character model", 2
"""What the header of a model file says, see `flat`."""
FEW, SHORT = 1 << 9, 1 << 12
"""Pairs, and code points of their texts, of which each pair is looked up among those asked about before; of more, that takes as long
as asking."""
AT_ONCE = 4096
"""Pairs looked up in one go: enough to spare Python's overhead, few enough to stay in the processor's cache."""


class LanguageModel(Protocol):
    """What a rule may ask of any of the models here."""

    def logprobs(self, text: str, context: str = "\n") -> Floats:
        """log10 p of every code point of `text`, given `context` and the text before it."""

    def score(self, text: str, context: str = "\n") -> float:
        """log10 p of `text` after `context`: the sum of `logprobs`."""

    def score_many(self, pairs: Sequence[Pair]) -> Doubles:
        """`score` of many (context, text) pairs in one pass; note the order inside a pair."""


@dataclass(frozen=True, eq=False)
class Asked:
    """What a model is asked in one go: code points of the different contexts, then of all texts, end to end."""

    codes: NDArray[np.uint32]
    before: Ints
    """For every code point the place of the one before it, -1 where nothing is known of that. Texts with one context share it."""
    lengths: Ints
    """Of the texts, which come last."""
    pairs: Sequence[Pair] = ()
    """Where the question is about few pairs: what may be kept."""

    @classmethod
    def of(cls, pairs: Sequence[Pair], memory: int) -> Asked:
        """The question for some pairs, of whose contexts no more than `memory` characters matter."""
        numbers: dict[str, int] = {}
        owners = [numbers.setdefault(context[-memory:], len(numbers)) for context, _ in pairs]
        texts = [text for _, text in pairs]
        sizes, lengths = (np.fromiter(map(len, strings), dtype=np.int64, count=len(strings)) for strings in (numbers, texts))
        ends, behind = np.cumsum(sizes), np.cumsum(lengths)
        first = int(sizes.sum())
        before = np.arange(-1, first + int(lengths.sum()) - 1)
        before[(ends - sizes)[sizes > 0]] = -1
        last = np.where(sizes > 0, ends - 1, -1)
        said = lengths > 0
        before[first + (behind - lengths)[said]] = last[np.array(owners, dtype=np.int64)[said]]
        return cls(codes("".join([*numbers, *texts])), before, lengths, pairs if len(pairs) <= FEW and lengths.sum() <= SHORT else ())


class Batched:
    """The interface of `LanguageModel`, derived from one batched look-up: `likelihoods`."""

    def likelihoods(self, asked: Asked) -> Doubles:
        """p of all code points of all texts, end to end."""
        raise NotImplementedError

    def probabilities(self, pairs: Sequence[Pair]) -> tuple[Doubles, Ints]:
        """p of all code points of all texts, end to end, and the length of each text."""
        asked = Asked.of(pairs, self.memory)
        return self.likelihoods(asked), asked.lengths

    @property
    def memory(self) -> int:
        """How many characters of a context can change an answer."""
        raise NotImplementedError

    def of_lines(self, lines: Sequence[str]) -> list[Doubles]:
        """For every line, read behind a break: p of its code points and of the break behind it."""
        flat, lengths = self.probabilities([("\n", f"{line}\n") for line in lines])
        return parted(flat, lengths.tolist())

    def logprobs_many(self, pairs: Sequence[Pair]) -> tuple[Floats, Ints]:
        """log10 p of all code points of all texts, end to end, and the length of each text."""
        asked = [Asked.of(pairs[at:at + AT_ONCE], self.memory) for at in range(0, len(pairs), AT_ONCE)]
        if not asked:
            return np.zeros(0, dtype=np.float32), np.zeros(0, dtype=np.int64)
        flat = np.concatenate([log10(self.likelihoods(one)).astype(np.float32) for one in asked])
        return flat, np.concatenate([one.lengths for one in asked])

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
class Level:
    """All n-grams of one length: where they are found (None: single characters, which are their own numbers),
    p of the last character given the others, and the weight that the n-gram, as a context, gives to shorter contexts."""

    index: Index | None
    p: Values
    backoff: Values

    def __len__(self) -> int:
        return len(self.p)


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

    @property
    def memory(self) -> int:
        """How many characters of a context can change an answer."""
        return self.order - 1

    def likelihoods(self, asked: Asked) -> Doubles:
        """p of all code points of all texts, end to end."""
        ids = self.alphabet.numbers(asked.codes)
        return self._look_up(ids, asked.before)[len(ids) - int(asked.lengths.sum()):]

    def _look_up(self, ids: Ids, before: Ints) -> Doubles:
        """p of each id; `before` says which id stands before it, -1 where none is known.

        The longest n-gram held decides; every longer context that is held, though not with this character,
        multiplies its back-off weight. Sought are only n-grams whose prefix and suffix were found.
        """
        found = ids.view(np.int64)
        p = self.levels[0].p[found]
        base = np.uint64(self.alphabet.size)
        here = (before >= 0).nonzero()[0]
        back = before.take(here)
        for n in range(2, self.order + 1):
            level = self.levels[n - 1]
            contexts = found.take(back)
            known = contexts >= 0
            if n == 3:  # nothing before a break is remembered
                known &= ids.take(back) != BREAK
            if not known.all():
                rows = known.nonzero()[0]
                here, back, contexts = here.take(rows), back.take(rows), contexts.take(rows)
            p[here] *= self.levels[n - 2].backoff[contexts]
            sought = here
            if n > 2:
                both = (found.take(here) >= 0).nonzero()[0]
                sought, contexts = here.take(both), contexts.take(both)
            found = np.full(len(ids), -1, dtype=np.int64)
            if not len(sought):
                break
            assert level.index is not None
            places, hit = level.index.find(contexts.view(np.uint64) * base + ids.take(sought))
            rows = hit.nonzero()[0]
            there, places = sought.take(rows), places.take(rows)
            found[there] = places
            p[there] = level.p[places]
        p[(ids == UNKNOWN).nonzero()[0]] /= UNKNOWN_SPREAD
        return p


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
    """A model read from a file, the shipped one above all; `build` makes it.

    On disk an n-gram of two characters and more takes two to three bytes of its key (`index.Hashed`), one of
    probability and one of back-off weight (codebooks of 256 values). The file is mapped, not read (`flat`).
    """

    _lines: Store[Doubles] = field(default_factory=Store, repr=False)
    _pairs: Store[Doubles] = field(default_factory=lambda: Store(1 << 17), repr=False)

    def of_lines(self, lines: Sequence[str]) -> list[Doubles]:
        """As `Batched.of_lines`, kept for the last lines; the arrays are not to be changed."""
        return self._lines.of(lines, lambda new: self._parts(Asked.of([("\n", f"{line}\n") for line in new], self.memory)))

    def likelihoods(self, asked: Asked) -> Doubles:
        """As `Tables.likelihoods`, kept for the last pairs."""
        if not asked.pairs:
            return super().likelihoods(asked)
        memory = self.memory
        cut = [(context[-memory:], text) for context, text in asked.pairs]
        keys = [f"{len(context)}{context}{text}" for context, text in cut]
        known = dict(zip(keys, cut, strict=True))
        return np.concatenate(self._pairs.of(keys, lambda new: self._parts(
            asked if len(new) == len(keys) else Asked.of([known[key] for key in new], self.memory))))

    def _parts(self, asked: Asked) -> list[Doubles]:
        """p of the code points of each text."""
        return parted(super().likelihoods(asked), asked.lengths.tolist())

    def save(self, path: Path | str) -> None:
        """Write the model; equal models give equal bytes."""
        arrays: dict[str, NDArray[Any]] = {}
        bits = []
        for n, level in enumerate(self.levels, start=1):
            if level.index is not None:
                assert isinstance(level.index, Hashed)
                bits.append([level.index.bits, level.index.low])
                arrays[f"sizes{n}"], arrays[f"rests{n}"] = level.index.sizes, level.index.rests
            for name, values in (("p", level.p), ("backoff", level.backoff)):
                if name == "backoff" and n == self.order:
                    continue  # nothing is longer, so nothing is ever handed down
                assert isinstance(values, Coded)
                arrays[f"{name}{n}"], arrays[f"{name}{n}book"] = values.codes, values.book
        Path(path).write_bytes(pack(KIND, VERSION, {"alphabet": self.alphabet.known, "bits": bits}, arrays))

    @classmethod
    def load(cls, path: Path | str) -> NgramModel:
        """Map what `save` wrote. Raises ValueError for a file of another layout."""
        flat = open_flat(path, KIND, VERSION)
        levels = []
        try:
            alphabet = Alphabet.of(flat.facts["alphabet"])
            order = len(flat.facts["bits"]) + 1
            for n in range(1, order + 1):
                index = None
                if n > 1:
                    bits, low = map(int, flat.facts["bits"][n - 2])
                    index = Hashed.from_sizes(bits, low, flat.arrays[f"sizes{n}"], flat.arrays[f"rests{n}"])
                p = Coded(flat.arrays[f"p{n}"], flat.arrays[f"p{n}book"])
                handed = Coded(flat.arrays[f"backoff{n}"], flat.arrays[f"backoff{n}book"]) if n < order else np.ones(0)
                levels.append(Level(index, p, handed))
        except KeyError as error:
            raise ValueError(f"{path}: the model lacks {error}") from error
        return cls(alphabet, tuple(levels))


class PageCache(Batched):
    """What one page prints, as a language model: interpolated Witten-Bell (Witten & Bell 1991).

    A page always knows its own errors. With `leave_one_out` one is taken from every count, so that what
    stands once (the very place in doubt) counts as never seen: use that to judge a reading of the page.
    """

    def __init__(self, lines: Iterable[str], *, order: int = 4, leave_one_out: bool = False) -> None:
        """Learn from the lines of one page; empty lines are passed over."""
        self.text = "\n" + "".join(f"{line}\n" for line in lines if line)
        self.tables = _usage(widened(self.text), order, int(leave_one_out))

    @property
    def memory(self) -> int:
        """How many characters of a context can change an answer."""
        return self.tables.memory

    def likelihoods(self, asked: Asked) -> Doubles:
        """p of all code points of all texts, end to end."""
        return self.tables.likelihoods(asked)

    def count(self, string: str) -> int:
        """How often the page prints the string exactly so (no shadow), copies that overlap counted once."""
        return self.text.count(string) if string else 0


@lru_cache(maxsize=2)
def _usage(text: str, order: int, less: int) -> Tables:
    """What `PageCache` knows of a page, kept for the last pages: most stages leave the blocks as they are, or change the width of marks."""
    alphabet = Alphabet.common(text, 7000)
    ids = alphabet.encode(text)
    grams = [count_ngrams(ids, n, alphabet.size) for n in range(2, order + 1)]
    first = np.bincount(ids[1:].astype(np.int64), minlength=alphabet.size)
    return witten_bell(alphabet, first, grams, less=less)


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

    @property
    def memory(self) -> int:
        """How many characters of a context can change an answer."""
        return max(self.model.memory, self.cache.memory)

    def likelihoods(self, asked: Asked) -> Doubles:
        """p of all code points of all texts, end to end."""
        general, local = self.model.likelihoods(asked), self.cache.likelihoods(asked)
        general *= 1.0 - self.weight
        local *= self.weight
        general += local
        return general


def witten_bell(alphabet: Alphabet, first: Ints, grams: Sequence[tuple[Ids, Ints]], *, less: int = 0) -> Tables:
    """Interpolated Witten-Bell estimates from counts, `less` (0 or 1) taken from every count.

    `first` counts single characters by class, `grams` has packed keys and counts of 2, 3, … characters. A context
    seen `total` times with `kinds` different characters gives the shorter context what was taken and
    kinds / (total + kinds); below single characters all characters are equally likely.
    """
    base = alphabet.size
    spare = max(int(np.count_nonzero(first)) * (1 + less), 1)
    first = np.maximum(first - less, 0)
    even = np.full(base, 1 / (UNKNOWN_SPREAD + base - 1))
    even[UNKNOWN] *= UNKNOWN_SPREAD
    lower = (first + spare * even) / (first.sum() + spare)
    keys: Ids = np.arange(base, dtype=np.uint64)
    index: Sorted | None = None
    levels = []
    for n, (longer, counts) in enumerate(grams, start=2):
        parents, held = find_sorted(keys, longer // np.uint64(base))
        kinds = np.bincount(parents[held], minlength=len(keys))
        both = kinds + np.bincount(parents[held], weights=counts[held], minlength=len(keys))
        weight = np.where(kinds > 0, kinds * (1 + less) / np.maximum(both, 1), 1.0)
        levels.append(Level(index, lower, weight))
        kept = (counts > less) & held
        shorter, (keys, counts, parents) = keys, (longer[kept], counts[kept] - less, parents[kept])
        suffixes, _ = find_sorted(shorter, keys % np.uint64(base ** (n - 1)))
        lower = counts / both[parents] + weight[parents] * lower[suffixes]
        index = Sorted(parents.astype(np.uint64) * np.uint64(base) + keys % np.uint64(base))
    levels.append(Level(index, lower, np.ones(len(keys))))
    return Tables(alphabet, tuple(levels))
