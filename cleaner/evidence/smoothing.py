"""From counts to probabilities: Kneser-Ney for running text, Witten-Bell for lists of words.

Interpolated modified Kneser-Ney after S. F. Chen and J. Goodman, "An empirical study of smoothing techniques
for language modeling", Computer Speech & Language 13 (1999), section 3: the longest n-grams, and those that
begin a paragraph, are counted as they occur; shorter ones by how many different characters stand before them.
What pruning takes away goes to the back-off weight of the context, so that probabilities still sum to one
(as K. Heafield et al., "Scalable modified Kneser-Ney language model estimation", ACL 2013, do it).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cleaner.evidence.alphabet import BREAK, Alphabet
from cleaner.evidence.index import Ids, Ints, find_sorted
from cleaner.evidence.ngram import Doubles, count_ngrams


@dataclass(frozen=True, eq=False)
class Learnt:
    """All n-grams of one length that one source teaches: rising packed keys, p of the last character given the
    others, the weight handed to shorter contexts, and the share of all n-grams of this length that it makes up."""

    keys: Ids
    p: Doubles
    weight: Doubles
    mass: Doubles


def kneser_ney(ids: Ids, base: int, order: int, prune: Sequence[int]) -> tuple[Learnt, ...]:
    """A model of one text, n-grams of n characters kept when they occur `prune[n - 1]` times or more."""
    keys, counts = count_ngrams(ids, order, base)
    grams = [(keys, counts, counts)]
    for n in range(order - 1, 0, -1):
        grams.insert(0, _shorter(ids, n, base, grams[0][0]))
    return _smoothed(grams, base, prune)


def _shorter(ids: Ids, n: int, base: int, longer: Ids) -> tuple[Ids, Ints, Ints]:
    """Keys, plain counts and Kneser-Ney counts of the n-grams, given the keys that are one character longer.

    Nothing stands before a break, so n-grams that begin with one keep their plain counts; but a break
    alone is counted as the end of a paragraph.
    """
    span = np.uint64(base**n)
    suffixes, before = np.unique(longer % span, return_counts=True)
    if n == 1:
        every: Ids = np.arange(base, dtype=np.uint64)
        plain = np.bincount(ids[1:].astype(np.int64), minlength=base)
        adjusted = np.zeros(base, dtype=np.int64)
        adjusted[suffixes] = before
        return every, plain, adjusted
    keys, plain = count_ngrams(ids, n, base)
    adjusted = plain.copy()
    inner = keys // np.uint64(base ** (n - 1)) != BREAK
    adjusted[inner] = before  # the same n-grams in the same order: each has something before it
    return keys, plain, adjusted


def _discounts(counts: Ints) -> Doubles:
    """What is taken from counts 0, 1, 2 and 3 or more (Chen & Goodman 1999, equation 26).

    Where a small corpus lacks the counts of counts that the estimate needs, half a count is taken.
    """
    n1, n2, n3, n4 = (int(np.count_nonzero(counts == k)) for k in (1, 2, 3, 4))
    if not (n1 and n2 and n3 and n4):
        return np.array([0.0, 0.5, 0.5, 0.5])
    y = n1 / (n1 + 2 * n2)
    found = (1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3)
    return np.array([0.0, *(min(max(d, 0.05), k - 0.05) for k, d in enumerate(found, start=1))])


def _smoothed(grams: Sequence[tuple[Ids, Ints, Ints]], base: int, prune: Sequence[int]) -> tuple[Learnt, ...]:
    """Interpolated probabilities and back-off weights of all kept n-grams, from short to long."""
    keys, plain, counts = grams[0]
    taken = _discounts(counts)[np.minimum(counts, 3)]
    lower = (counts - taken) / counts.sum() + taken.sum() / counts.sum() / base
    mass = plain / max(int(plain.sum()), 1)
    levels: list[Learnt] = []
    for n in range(2, len(grams) + 1):
        longer, plain, counts = grams[n - 1]
        taken = _discounts(counts)[np.minimum(counts, 3)]
        prefixes = longer // np.uint64(base)
        edges = np.flatnonzero(np.concatenate(([True], prefixes[1:] != prefixes[:-1])))
        total = np.add.reduceat(counts, edges).astype(np.float64)
        kept = plain >= prune[n - 1]
        spared = np.add.reduceat(np.where(kept, taken, counts.astype(np.float64)), edges) / total
        parents, held = find_sorted(keys, prefixes[edges])
        weight = np.ones(len(keys))
        weight[parents[held]] = spared[held]
        levels.append(Learnt(keys, lower, weight, mass))
        group = (np.cumsum(np.bincount(edges, minlength=len(longer))) - 1)[kept]
        suffixes, _ = find_sorted(keys, longer[kept] % np.uint64(base ** (n - 1)))
        lower = (counts[kept] - taken[kept]) / total[group] + spared[group] * lower[suffixes]
        keys, mass = longer[kept], plain[kept] / max(int(plain.sum()), 1)
    levels.append(Learnt(keys, lower, np.ones(len(keys)), mass))
    return tuple(levels)


def read_words(lines: Iterable[str]) -> dict[str, int]:
    """Words and frequencies from lines `word frequency …`, as jieba's dictionary has them.

    Raises ValueError that names the line for a frequency that is no whole number; a line without one counts once.
    """
    words: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        word, _, rest = line.strip().partition(" ")
        if not word:
            continue
        count = rest.partition(" ")[0] or "1"
        if not count.isdecimal():
            raise ValueError(f"line {number}: {count!r} is not a frequency")
        words[word] = words.get(word, 0) + max(int(count), 1)
    return words


def word_list(words: Mapping[str, int], alphabet: Alphabet, order: int) -> tuple[Learnt, ...]:
    """What a list of words with frequencies teaches: how words go on inside.

    Words follow one another independently. Of a string that ends a word nothing is known of what comes next: that
    much of its count goes to the shorter context, with one count for each different character seen after it
    (Witten & Bell 1991).
    """
    base = alphabet.size
    ordered = sorted(words)
    counts = np.array([words[word] for word in ordered], dtype=np.int64)
    lengths = np.array([len(word) for word in ordered], dtype=np.int64)
    ids = alphabet.encode("".join(ordered))
    owners = np.repeat(np.arange(len(ordered)), lengths)
    ends = np.cumsum(lengths)
    grams = [_inside(ids, owners, counts, n, base) for n in range(1, order + 1)]
    every: Ids = np.arange(base, dtype=np.uint64)
    first = np.zeros(base)
    first[grams[0][0].astype(np.int64)] = grams[0][1]
    lower = (first + 1.0) / (first.sum() + base)
    keys, mass = every, first / first.sum()
    levels = []
    for n in range(2, order + 1):
        longer, taken = grams[n - 1]
        parents, _ = find_sorted(keys, longer // np.uint64(base))
        suffixes, _ = find_sorted(keys, longer % np.uint64(base ** (n - 1)))
        kinds = np.bincount(parents, minlength=len(keys))
        on = np.bincount(parents, weights=taken, minlength=len(keys))
        last = _closing(ids, ends, lengths, counts, n - 1, base, keys)
        total = on + last + kinds
        weight = np.where(total > 0, (last + kinds) / np.maximum(total, 1.0), 1.0)
        levels.append(Learnt(keys, lower, weight, mass))
        lower = taken / total[parents] + weight[parents] * lower[suffixes]
        keys, mass = longer, taken / first.sum()
    levels.append(Learnt(keys, lower, np.ones(len(keys)), mass))
    return tuple(levels)


def _inside(ids: Ids, owners: Ints, counts: Ints, n: int, base: int) -> tuple[Ids, Doubles]:
    """Rising packed keys of the strings of n characters inside words, and how often they occur."""
    size = max(len(ids) - n + 1, 0)
    keys = np.zeros(size, dtype=np.uint64)
    for k in range(n):
        keys *= np.uint64(base)
        keys += ids[k:k + size]
    whole = owners[:size] == owners[n - 1:]
    unique, inverse = np.unique(keys[whole], return_inverse=True)
    found: Doubles = np.bincount(inverse, weights=counts[owners[:size][whole]], minlength=len(unique)).astype(np.float64)
    return unique, found


def _closing(ids: Ids, ends: Ints, lengths: Ints, counts: Ints, n: int, base: int, keys: Ids) -> Doubles:
    """How often each of the strings of n characters ends a word."""
    long = np.flatnonzero(lengths >= n)
    tails = np.zeros(len(long), dtype=np.uint64)
    for k in range(n, 0, -1):
        tails = tails * np.uint64(base) + ids[ends[long] - k]
    places, held = find_sorted(keys, tails)
    found: Doubles = np.bincount(places[held], weights=counts[long][held], minlength=len(keys)).astype(np.float64)
    return found
