"""Building a language model from texts and lists of words; what `cleaner model build` does.

Each source is learnt by itself (`smoothing`), all are blended and made small (`blending`), and what is left is
rounded to one byte a value and laid out for look-up (`index`). Sums, products and quotients only: the same
sources give the same bytes on every machine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from cleaner.evidence.alphabet import Alphabet
from cleaner.evidence.blending import Levels, blended, pruned
from cleaner.evidence.exact import log10
from cleaner.evidence.index import Coded, Hashed, find_sorted
from cleaner.evidence.ngram import Doubles, Level, NgramModel
from cleaner.evidence.smoothing import kneser_ney, read_words, word_list

DEFAULT_ORDER = 5
DEFAULT_PRUNE = (1, 1, 1, 1, 2)
"""How often an n-gram of 1, 2, 3, 4, 5 characters must occur in a source to be learnt at all."""
DEFAULT_KEEP = 3_600_000
"""N-grams of the finished model: about 16 MB."""
HOLD_OUT = 5
"""Of a corpus that is held out in part, every fifth paragraph is not learnt: it can be used to measure."""
WORD_LEAST = 3
"""A character that the texts lack joins the alphabet when the words that hold it have this frequency together."""

Paragraphs = Iterable[str]
Words = Mapping[str, int]


def build_model(
    paths: Sequence[Path], out: Path, order: int = DEFAULT_ORDER, prune: Sequence[int] | None = None, *,
    shares: Sequence[float] | None = None, size: int = 7000, keep: int = DEFAULT_KEEP, words: Sequence[Path] = (), hold_out: Sequence[Path] = (),
) -> dict[str, object]:
    """Build a model from UTF-8 text files, one paragraph a line, and write it to `out`.

    Each file is learnt by itself and the models are blended, `shares` (default: equal) saying how much each
    counts: a small file of the right kind of prose is not drowned by a large one of another kind. `words` are
    lists of words, or of short runs of words, with frequencies; their shares come last. Of the files in `hold_out` the
    paragraphs that `held_out` names are passed over.
    Returns what a model card needs: sources with characters and sha256, n-grams kept by order, bytes and
    sha256 of the result. Raises OSError, UnicodeDecodeError, and ValueError for settings that make no model.
    """
    sources = [*paths, *words]
    shares = list(shares or [1 / len(sources)] * len(sources))
    prune = counts_for(order) if prune is None else prune
    listed = [read_words(_lines(path)) for path in words]
    parts = [learnt(_lines(path)) if path in hold_out else _lines(path) for path in paths]
    model = blend(parts, shares, order=order, prune=prune, size=size, keep=keep, words=listed)
    model.save(out)
    return {
        "sources": [_source(path) for path in sources],
        "held out": [path.name for path in hold_out],
        "shares": shares,
        "order": order,
        "prune": list(prune),
        "alphabet": model.alphabet.size,
        "ngrams": [len(level) for level in model.levels],
        "bytes": out.stat().st_size,
        "sha256": hashlib.sha256(out.read_bytes()).hexdigest(),
    }


def held_out(lines: Sequence[str]) -> list[str]:
    """The paragraphs of a corpus that a model built with `hold_out` has not seen."""
    return list(lines[::HOLD_OUT])


def learnt(lines: Sequence[str]) -> list[str]:
    """The other paragraphs."""
    return [line for number, line in enumerate(lines) if number % HOLD_OUT]


def counts_for(order: int) -> tuple[int, ...]:
    """The usual counts for models of any order."""
    return (*DEFAULT_PRUNE, *DEFAULT_PRUNE[-1:] * order)[:order]


def learn(
    lines: Paragraphs, *, order: int = 4, prune: Sequence[int] = (1, 1, 1, 3), size: int = 7000,
) -> NgramModel:
    """Learn a model from paragraphs of one kind, one a line; see `blend`."""
    return blend([lines], order=order, prune=prune, size=size)


def blend(
    parts: Sequence[Paragraphs], shares: Sequence[float] | None = None, *, order: int = 4,
    prune: Sequence[int] = (1, 1, 1, 3), size: int = 7000, keep: int = DEFAULT_KEEP, words: Sequence[Words] = (),
) -> NgramModel:
    """Learn a model from several kinds of text, and lists of words, each counting by its share (default: equal).

    `prune[n - 1]` is how often an n-gram must occur to be learnt, `size` bounds the alphabet, `keep` the
    n-grams of the whole. The result is rounded already: it answers the same before it is saved and after it is loaded.
    """
    alphabet, levels = train(parts, shares or [1.0] * (len(parts) + len(words)), order, prune, size, words)
    return rounded(alphabet, pruned(levels, keep, alphabet.size))


def _lines(path: Path) -> list[str]:
    """The lines of a file, cut at the line feed alone."""
    return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").split("\n")


def _source(path: Path) -> dict[str, object]:
    """What the model card says of one source."""
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    return {"name": path.name, "characters": len(data.decode("utf-8-sig")), "sha256": digest}


def train(
    parts: Sequence[Paragraphs], shares: Sequence[float], order: int, prune: Sequence[int], size: int,
    words: Sequence[Words] = (),
) -> tuple[Alphabet, Levels]:
    """Alphabet and levels of a model in full precision. Raises ValueError for settings that make no model."""
    if order < 2 or len(prune) != order or prune[0] != 1 or list(prune) != sorted(prune):
        raise ValueError(f"order {order} takes as many rising counts, the first of them 1: {list(prune)}")
    if not parts or len(shares) != len(parts) + len(words) or min(shares) <= 0:
        raise ValueError("every source takes a share above nought")
    texts = ["\n" + "".join(f"{line}\n" for line in map(str.strip, part) if line) for part in parts]
    if min(map(len, texts)) < 2:
        raise ValueError("no text to learn from")
    extra = "".join(word * min(count, WORD_LEAST) for listed in words for word, count in sorted(listed.items()) if len(word) > 1)
    alphabet = Alphabet.common("".join(texts) + extra, size, least=WORD_LEAST if words else 2)
    base = alphabet.size
    if base**order >= 2**64:
        raise ValueError(f"{order} characters out of {base} do not fit 64 bits: lower the order or the size")
    models = [kneser_ney(alphabet.encode(text), base, order, prune) for text in texts]
    models += [word_list(listed, alphabet, order) for listed in words]
    return alphabet, blended(models, [share / sum(shares) for share in shares], base)


def rounded(alphabet: Alphabet, levels: Levels) -> NgramModel:
    """The model as it is stored: values of one byte, n-grams where look-up wants them."""
    base = np.uint64(alphabet.size)
    finished = [Level(None, _coded(levels[0].p), _coded(levels[0].weight))]
    places = np.arange(len(levels[0].keys), dtype=np.int64)
    for n in range(1, len(levels)):
        level = levels[n]
        parents, _ = find_sorted(levels[n - 1].keys, level.keys // base)
        index, moved = Hashed.of(places[parents].astype(np.uint64) * base + level.keys % base)
        order = np.empty(len(moved), dtype=np.int64)
        order[moved] = np.arange(len(moved))
        last = n == len(levels) - 1
        finished.append(Level(index, _coded(level.p[order]), np.ones(0) if last else _coded(level.weight[order])))
        places = moved
    return NgramModel(alphabet, tuple(finished))


def _coded(values: Doubles, size: int = 256, rounds: int = 12) -> Coded:
    """Each value replaced by the nearest of at most `size` means of logarithms (Lloyd 1982, in one dimension).

    The first means lie half at equal steps of value and half at equal steps of rank, for tails and bulk. The book
    holds, for each mean, the plain value that stands nearest to it, so that no power need be taken.
    """
    kinds, codes = np.unique(values, return_inverse=True)
    if len(kinds) <= size:
        return Coded(codes.astype(np.uint8), kinds)
    plain = np.sort(values)
    ordered = log10(plain)
    sums = np.concatenate(([0.0], np.cumsum(ordered)))
    ranks = np.linspace(0, len(ordered) - 1, size // 2).astype(np.int64)
    book = np.unique(np.concatenate((np.linspace(ordered[0], ordered[-1], size // 2), ordered[ranks])))
    for _ in range(rounds):
        edges = np.searchsorted(ordered, (book[1:] + book[:-1]) / 2)
        bounds = np.concatenate(([0], edges, [len(ordered)]))
        taken = np.diff(bounds)
        book = np.diff(sums[bounds])[taken > 0] / taken[taken > 0]
    nearest = np.searchsorted((book[1:] + book[:-1]) / 2, log10(values))
    meant = np.clip(np.searchsorted(ordered, book), 0, len(ordered) - 1)
    return Coded(nearest.astype(np.uint8), plain[meant])
