"""What an archive prints: n-gram counts of its pages in one bounded file, and the model made of them.

The file is an input like the settings: its digest stands in the head of every change log made with it. A page that
is cleaned may be one of the archive's own, so one is taken from every count: what stands once in the archive (the very
place in doubt, perhaps) counts as never seen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import numpy as np

from cleaner.evidence.alphabet import Alphabet, shadow
from cleaner.evidence.flat import open_flat, pack
from cleaner.evidence.index import Ids, Ints, find_sorted
from cleaner.evidence.ngram import Tables, count_ngrams, witten_bell

KIND, VERSION = "cleaner archive cache", 1
ORDER = 4
KNOWN = 7000
"""Characters that the archive tells apart."""
KEEP = 500_000
"""N-grams of two characters and more that a cache holds by default; each takes 12 bytes."""


@dataclass(frozen=True, eq=False)
class Archive:
    """Counts of what was added so far. `grams[n - 2]` has rising packed keys of n characters and their counts."""

    alphabet: Alphabet
    first: Ints
    grams: tuple[tuple[Ids, Ints], ...]
    pages: tuple[str, ...] = ()
    digest: str = field(default="", compare=False)

    @classmethod
    def of(cls, pages: Iterable[str], keep: int = KEEP) -> Archive:
        """The archive of these pages, each given as text of one paragraph a line."""
        return cls(Alphabet.of(""), np.zeros(2, dtype=np.int64), (_NONE,) * (ORDER - 1)).plus(pages, keep)

    def plus(self, pages: Iterable[str], keep: int = KEEP) -> Archive:
        """The archive with further pages; a page that it has already, to the letter, is not counted again.

        What was dropped for want of room is not remembered, so adding in two steps may keep a little less.
        """
        seen = set(self.pages)
        fresh: dict[str, str] = {}
        for page in pages:
            mark = sha256(page.encode("utf-8", "surrogatepass")).hexdigest()[:16]
            if mark not in seen:
                fresh.setdefault(mark, page)
        text = "\n" + "".join(f"{line}\n" for page in fresh.values() for line in map(str.strip, page.split("\n")) if line)
        alphabet = self._widened(text)
        base, ids = alphabet.size, alphabet.encode(text)
        first = np.bincount(ids[1:].astype(np.int64), minlength=base)
        first[:len(self.first)] += self.first
        grams = [_sum(_moved(old, n, self.alphabet.size, base), count_ngrams(ids, n, base))
                 for n, old in enumerate(self.grams, start=2)]
        return Archive(alphabet, first, _bounded(grams, keep), (*self.pages, *fresh))

    def _widened(self, text: str) -> Alphabet:
        """This alphabet with the characters that the text adds, the commonest first."""
        new = [char for char in Alphabet.common(text, KNOWN).known if char not in set(self.alphabet.known)]
        return Alphabet.of((self.alphabet.known + "".join(new))[:KNOWN])

    def to_bytes(self) -> bytes:
        """The cache file; equal archives give equal bytes."""
        arrays = {"first": self.first.astype(np.uint32)}
        for n, (keys, counts) in enumerate(self.grams, start=2):
            arrays |= {f"keys{n}": keys, f"counts{n}": np.minimum(counts, 0xFFFFFFFF).astype(np.uint32)}  # type: ignore[dict-item]
        return pack(KIND, VERSION, {"alphabet": self.alphabet.known, "pages": list(self.pages)}, arrays)

    @classmethod
    def read(cls, path: Path) -> Archive:
        """Read a cache file and check it. Raises OSError, and ValueError that names the file and what is wrong."""
        flat = open_flat(path, KIND, VERSION, check=True)
        try:
            grams = tuple((np.asarray(flat.arrays[f"keys{n}"]), flat.arrays[f"counts{n}"].astype(np.int64))
                          for n in range(2, ORDER + 1))
            alphabet = Alphabet.of(flat.facts["alphabet"])
            first = flat.arrays["first"].astype(np.int64)
            pages = tuple(map(str, flat.facts["pages"]))
        except (KeyError, TypeError) as error:
            raise ValueError(f"{path}: the cache lacks {error}") from error
        if len(first) != alphabet.size or any(len(keys) != len(counts) for keys, counts in grams):
            raise ValueError(f"{path}: the parts of the cache do not fit together")
        return cls(alphabet, first, grams, pages, flat.facts["sha256"])

    @cached_property
    def model(self) -> Tables:
        """The archive's usage as a language model, one taken from every count."""
        return witten_bell(self.alphabet, self.first, self.grams, less=1)

    def count(self, string: str) -> int:
        """How often the archive prints the string, digits and widths aside; for more than four characters (and
        where what was rare was dropped) the least count of four in a row, which is as much or more."""
        text = shadow(string)
        if len(text) < 2:
            return int(self.first[self.alphabet.encode(text).astype(np.int64)].sum()) if text else 0
        if "\n" in text[1:-1] or not set(text) <= set(self.alphabet.known) | {"\n"}:
            return 0
        keys, counts = self.grams[min(len(text), ORDER) - 2]
        wanted, _ = count_ngrams(self.alphabet.encode(text), min(len(text), ORDER), self.alphabet.size)
        places, held = find_sorted(keys, wanted)
        return int(counts[places].min()) if len(held) and held.all() else 0


_NONE = (np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64))


def _moved(grams: tuple[Ids, Ints], n: int, old: int, new: int) -> tuple[Ids, Ints]:
    """The same n-grams, packed in a wider base; their order stays."""
    keys, counts = grams
    moved = np.zeros(len(keys), dtype=np.uint64)
    for k in range(n - 1, -1, -1):
        moved = moved * np.uint64(new) + keys // np.uint64(old**k) % np.uint64(old)
    return moved, counts


def _sum(one: tuple[Ids, Ints], other: tuple[Ids, Ints]) -> tuple[Ids, Ints]:
    """The counts of both."""
    keys, inverse = np.unique(np.concatenate((one[0], other[0])), return_inverse=True)
    counts = np.bincount(inverse, weights=np.concatenate((one[1], other[1])), minlength=len(keys))
    return keys, counts.astype(np.int64)


def _bounded(grams: list[tuple[Ids, Ints]], keep: int) -> tuple[tuple[Ids, Ints], ...]:
    """The n-grams of the highest counts: the least count that leaves no more than `keep`.

    A beginning of an n-gram is as common as the n-gram, so it stays with it.
    """
    counts = np.sort(np.concatenate([count for _, count in grams]))[::-1]
    least = int(counts[keep]) + 1 if len(counts) > keep else 1
    return tuple((keys[count >= least], count[count >= least]) for keys, count in grams)
