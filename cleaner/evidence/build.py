"""Building the shipped language model: counting, Kneser-Ney smoothing, pruning.

Interpolated modified Kneser-Ney after S. F. Chen and J. Goodman, "An empirical study of smoothing techniques
for language modeling", Computer Speech & Language 13 (1999), section 3: the longest n-grams, and those that
begin a paragraph, are counted as they occur; shorter ones by how many different characters stand before them.
What pruning takes away goes to the back-off weight of the context, so that probabilities still sum to one
(as K. Heafield et al., "Scalable modified Kneser-Ney language model estimation", ACL 2013, do it).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from cleaner.evidence.ngram import (
    BREAK,
    Alphabet,
    Doubles,
    Floats,
    Ids,
    Ints,
    Level,
    NgramModel,
    as_level,
    count_ngrams,
    find,
)

DEFAULT_PRUNE = (1, 1, 1, 3)
"""How often an n-gram of 1, 2, 3, 4 characters must occur to be kept."""


def build_model(
    paths: Sequence[Path],
    out: Path,
    order: int = 4,
    prune: Sequence[int] = DEFAULT_PRUNE,
    *,
    shares: Sequence[float] | None = None,
    size: int = 7000,
) -> dict[str, object]:
    """Build a model from UTF-8 text files, one paragraph a line, and write it to `out`.

    Each file is learnt by itself and the models are blended, `shares` (default: equal) saying how much each
    counts: a small file of the right kind of prose is not drowned by a large one of another kind.
    Returns what a model card needs: sources with characters and sha256, n-grams kept by order, bytes and
    sha256 of the result. Raises OSError, UnicodeDecodeError, and ValueError for settings that make no model.
    """
    parts = [_paragraphs(path) for path in paths]
    model = blend(parts, shares, order=order, prune=prune, size=size)
    model.save(out)
    return {
        "sources": [_source(path) for path in paths],
        "shares": list(shares or [1 / len(paths)] * len(paths)),
        "order": order,
        "prune": list(prune),
        "alphabet": model.alphabet.size,
        "ngrams": [len(level.keys) for level in model.levels],
        "bytes": out.stat().st_size,
        "sha256": hashlib.sha256(out.read_bytes()).hexdigest(),
    }


def learn(
    lines: Iterable[str], *, order: int = 4, prune: Sequence[int] = (1, 1, 1, 3), size: int = 7000,
) -> NgramModel:
    """Learn a model from paragraphs of one kind, one a line; see `blend`."""
    return blend([lines], order=order, prune=prune, size=size)


def blend(
    parts: Sequence[Iterable[str]], shares: Sequence[float] | None = None, *, order: int = 4,
    prune: Sequence[int] = (1, 1, 1, 3), size: int = 7000,
) -> NgramModel:
    """Learn a model from several kinds of text, each of them counting by its share (default: equal).

    `prune[n - 1]` is how often an n-gram must occur to be kept, `size` bounds the alphabet. The result is
    quantised already: it answers the same before it is saved and after it is loaded.
    """
    alphabet, levels = train(parts, shares or [1.0] * len(parts), order, prune, size)
    return NgramModel(alphabet, tuple(Level(x.keys, _rounded(x.logp), _rounded(x.backoff)) for x in levels))


def _paragraphs(path: Path) -> list[str]:
    """The lines of a file, cut at the line feed alone."""
    return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").split("\n")


def _source(path: Path) -> dict[str, object]:
    """What the model card says of one source."""
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    return {"name": path.name, "characters": len(data.decode("utf-8-sig")), "sha256": digest}


def train(
    parts: Sequence[Iterable[str]], shares: Sequence[float], order: int, prune: Sequence[int], size: int
) -> tuple[Alphabet, tuple[Level, ...]]:
    """Alphabet and levels of a model in full precision. Raises ValueError for settings that make no model."""
    if order < 2 or len(prune) != order or prune[0] != 1 or list(prune) != sorted(prune):
        raise ValueError(f"order {order} takes as many rising counts, the first of them 1: {list(prune)}")
    if not parts or len(shares) != len(parts) or min(shares) <= 0:
        raise ValueError("every source takes a share above nought")
    texts = ["\n" + "".join(f"{line}\n" for line in map(str.strip, part) if line) for part in parts]
    if min(map(len, texts)) < 2:
        raise ValueError("no text to learn from")
    alphabet = Alphabet.common("".join(texts), size, least=2)
    base = alphabet.size
    if base**order >= 2**64:
        raise ValueError(f"{order} characters out of {base} do not fit 64 bits: lower the order or the size")
    models = [_learnt(alphabet.encode(text), base, order, prune) for text in texts]
    if len(models) == 1:
        return alphabet, models[0]
    return alphabet, _blended(models, [share / sum(shares) for share in shares], base)


def _learnt(ids: Ids, base: int, order: int, prune: Sequence[int]) -> tuple[Level, ...]:
    """The levels of a model of one text."""
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


def _smoothed(grams: Sequence[tuple[Ids, Ints, Ints]], base: int, prune: Sequence[int]) -> tuple[Level, ...]:
    """Interpolated probabilities and back-off weights of all kept n-grams, from short to long."""
    keys, _, counts = grams[0]
    taken = _discounts(counts)[np.minimum(counts, 3)]
    lower = (counts - taken) / counts.sum() + taken.sum() / counts.sum() / base
    levels: list[Level] = []
    for n in range(2, len(grams) + 1):
        longer, plain, counts = grams[n - 1]
        taken = _discounts(counts)[np.minimum(counts, 3)]
        prefixes = longer // np.uint64(base)
        edges = np.flatnonzero(np.concatenate(([True], prefixes[1:] != prefixes[:-1])))
        total = np.add.reduceat(counts, edges).astype(np.float64)
        kept = plain >= prune[n - 1]
        spared = np.add.reduceat(np.where(kept, taken, counts.astype(np.float64)), edges) / total
        parents, held = find(keys, prefixes[edges])
        weight = np.ones(len(keys))
        weight[parents[held]] = spared[held]
        levels.append(as_level(keys, lower, weight))
        group = (np.cumsum(np.bincount(edges, minlength=len(longer))) - 1)[kept]
        suffixes, _ = find(keys, longer[kept] % np.uint64(base ** (n - 1)))
        lower = (counts[kept] - taken[kept]) / total[group] + spared[group] * lower[suffixes]
        keys = longer[kept]
    levels.append(as_level(keys, lower, np.ones(len(keys))))
    return tuple(levels)


def _blended(models: Sequence[tuple[Level, ...]], shares: Sequence[float], base: int) -> tuple[Level, ...]:
    """One back-off model of all n-grams that any model holds, each with the mean of its probabilities.

    Back-off weights are worked out anew so that probabilities sum to one (as SRILM's `ngram -mix-lm` does,
    A. Stolcke, ICSLP 2002).
    """
    keys: Ids = np.arange(base, dtype=np.uint64)
    lower = _mean(models, shares, 1, keys, base)
    levels: list[Level] = []
    for n in range(2, len(models[0]) + 1):
        longer = np.unique(np.concatenate([model[n - 1].keys for model in models]))
        p = _mean(models, shares, n, longer, base)
        parents, _ = find(keys, longer // np.uint64(base))
        suffixes, _ = find(keys, longer % np.uint64(base ** (n - 1)))
        left = 1.0 - np.bincount(parents, weights=p, minlength=len(keys))
        shorter = 1.0 - np.bincount(parents, weights=lower[suffixes], minlength=len(keys))
        levels.append(as_level(keys, lower, np.maximum(left, 1e-7) / np.maximum(shorter, 1e-7)))
        keys, lower = longer, p
    levels.append(as_level(keys, lower, np.ones(len(keys))))
    return tuple(levels)


def _mean(
    models: Sequence[tuple[Level, ...]], shares: Sequence[float], n: int, keys: Ids, base: int
) -> Doubles:
    """The weighted mean of what the models give the n-grams, plain probabilities."""
    total = np.zeros(len(keys))
    for model, share in zip(models, shares, strict=True):
        total += share * 10.0 ** _conditional(model, n, keys, base)
    return total


def _conditional(levels: tuple[Level, ...], n: int, keys: Ids, base: int) -> Doubles:
    """log10 p of the last character of each n-gram given the others, under one model."""
    places, held = find(levels[n - 1].keys, keys)
    found = np.zeros(len(keys))
    found[held] = levels[n - 1].logp[places[held]]
    if n > 1 and not held.all():
        rest = keys[~held]
        parents, known = find(levels[n - 2].keys, rest // np.uint64(base))
        weight = np.zeros(len(rest))
        weight[known] = levels[n - 2].backoff[parents[known]]
        found[~held] = weight + _conditional(levels, n - 1, rest % np.uint64(base ** (n - 1)), base)
    return found


def _rounded(values: Floats, size: int = 256, rounds: int = 12) -> Floats:
    """Each value replaced by the nearest of at most `size` means (Lloyd 1982, in one dimension).

    The first means lie half at equal steps of value and half at equal steps of rank, for tails and bulk.
    """
    kinds = np.unique(values)
    if len(kinds) <= size:
        return values
    ordered = np.sort(values).astype(np.float64)
    sums = np.concatenate(([0.0], np.cumsum(ordered)))
    ranks = np.linspace(0, len(ordered) - 1, size // 2).astype(np.int64)
    book = np.unique(np.concatenate((np.linspace(ordered[0], ordered[-1], size // 2), ordered[ranks])))
    for _ in range(rounds):
        edges = np.searchsorted(ordered, (book[1:] + book[:-1]) / 2)
        bounds = np.concatenate(([0], edges, [len(ordered)]))
        taken = np.diff(bounds)
        book = np.diff(sums[bounds])[taken > 0] / taken[taken > 0]
    nearest = np.searchsorted((book[1:] + book[:-1]) / 2, values)
    return book.astype(np.float32)[nearest]
