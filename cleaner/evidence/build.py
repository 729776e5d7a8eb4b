"""Building the shipped language model: counting, Kneser-Ney smoothing, pruning.

Interpolated modified Kneser-Ney after S. F. Chen and J. Goodman, "An empirical study of smoothing techniques
for language modeling", Computer Speech & Language 13 (1999), section 3: the longest n-grams, and those that
begin a paragraph, are counted as they occur; shorter ones by how many different characters stand before them.
What pruning takes away goes to the back-off weight of the context, so that probabilities still sum to one
(as K. Heafield et al., "Scalable modified Kneser-Ney language model estimation", ACL 2013, do it).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from cleaner.evidence.ngram import BREAK, Alphabet, Doubles, Ids, Ints, Level, NgramModel, count_ngrams, find

DEFAULT_PRUNE = (1, 1, 2, 2)
"""How often an n-gram of 1, 2, 3, 4 characters must occur to be kept."""


def build_model(
    paths: Sequence[Path], out: Path, order: int = 4, prune: Sequence[int] = DEFAULT_PRUNE, *, size: int = 7000
) -> dict[str, object]:
    """Build a model from UTF-8 text files, one paragraph a line, and write it to `out`.

    A file named more than once counts as often. Returns what a model card needs: sources with characters and
    sha256, n-grams kept by order, bytes and sha256 of the result. Raises OSError and UnicodeDecodeError.
    """
    model = NgramModel.build(_paragraphs(paths), order=order, prune=prune, size=size)
    model.save(out)
    return {
        "sources": [_source(path, paths.count(path)) for path in dict.fromkeys(paths)],
        "order": order,
        "prune": list(prune),
        "alphabet": model.alphabet.size,
        "ngrams": [len(level.keys) for level in model.levels],
        "bytes": out.stat().st_size,
        "sha256": hashlib.sha256(out.read_bytes()).hexdigest(),
    }


def _paragraphs(paths: Sequence[Path]) -> Iterator[str]:
    """The lines of all files, cut at "\\n" alone."""
    for path in paths:
        yield from path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").split("\n")


def _source(path: Path, times: int) -> dict[str, object]:
    """What the model card says of one source."""
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    return {"name": path.name, "times": times, "characters": len(data.decode("utf-8-sig")), "sha256": digest}


def train(lines: Iterable[str], order: int, prune: Sequence[int], size: int) -> tuple[Alphabet, tuple[Level, ...]]:
    """Alphabet and levels of a model in full precision. Raises ValueError for settings that make no model."""
    if order < 2 or len(prune) != order or prune[0] != 1 or list(prune) != sorted(prune):
        raise ValueError(f"order {order} takes as many rising counts, the first of them 1: {list(prune)}")
    text = "\n" + "".join(f"{line}\n" for line in (raw.strip() for raw in lines) if line)
    if len(text) < 2:
        raise ValueError("no text to learn from")
    alphabet = Alphabet.common(text, size, least=2)
    base = alphabet.size
    if base**order >= 2**64:
        raise ValueError(f"{order} characters out of {base} do not fit 64 bits: take a smaller alphabet or order")
    ids = alphabet.encode(text)
    del text
    keys, counts = count_ngrams(ids, order, base)
    grams = [(keys, counts, counts)]
    for n in range(order - 1, 0, -1):
        grams.insert(0, _shorter(ids, n, base, grams[0][0]))
    return alphabet, _smoothed(grams, base, prune)


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
        return every, plain, np.bincount(suffixes.astype(np.int64), weights=before, minlength=base).astype(np.int64)
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
        levels.append(_as_level(keys, lower, weight))
        group = (np.cumsum(np.bincount(edges, minlength=len(longer))) - 1)[kept]
        suffixes, _ = find(keys, longer[kept] % np.uint64(base ** (n - 1)))
        lower = (counts[kept] - taken[kept]) / total[group] + spared[group] * lower[suffixes]
        keys = longer[kept]
    levels.append(_as_level(keys, lower, np.ones(len(keys))))
    return tuple(levels)


def _as_level(keys: Ids, p: Doubles, weight: Doubles) -> Level:
    """A level from plain probabilities and weights, both above nought."""
    return Level(keys, np.log10(p).astype(np.float32), np.log10(weight).astype(np.float32))
