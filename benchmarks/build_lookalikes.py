"""Build `cleaner/data/lookalikes.tsv`, the noise model P(read | printed), and print what it is worth.

    python benchmarks/build_lookalikes.py BENCH_DIR [--write cleaner/data/lookalikes.tsv] [--without ENGINE]

BENCH_DIR holds `confusion_measured.tsv` (what three engines read for what, and how often each character was shown)
and `confusables_font20_ocr40.tsv.gz` (cosine of the rows of a recogniser's output layer, likeness of font bitmaps).

How likely a printed character is read as another one is a conditional logit over the pairs of the two tables
(features: font likeness, cosine, how common the character read is, what the *other* engines measured), with a free
share for everything that is in neither table. It is fitted engine by engine, each predicted from the others, so that the
weight of a measured confusion is what it is worth for an engine that was not measured. The measured counts are then
mixed in (as a Dirichlet prior of strength PRIOR would), and multiplied by how often that character is misread at all.
"""

from __future__ import annotations

import argparse
import gzip
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from cleaner.evidence.lexicon import _frequencies
from cleaner.evidence.lookalikes import Lookalikes

PRIOR = 8.0
"""How many counts the fitted distribution weighs against the measured ones."""
RATE_PRIOR = 20.0
"""How many showings at the mean error rate are added to those of each character."""
CANDIDATES = 56
"""Candidates kept for a character that was read; 56 keep the file under 2 MB."""
CAP = 5
"""A confusion counts at most so often: one word repeated on the pages shown shall not weigh more."""
Array = NDArray[np.float64]
Counts = Mapping[str, Mapping[str, int]]


def is_hanzi(char: str) -> bool:
    return len(char) == 1 and "\u4e00" <= char <= "\u9fff"


@dataclass
class Tables:
    """The two tables, by engine and symmetric."""

    counts: dict[str, dict[str, Counter[str]]] = field(default_factory=dict)
    shown: dict[str, dict[str, int]] = field(default_factory=dict)
    alike: dict[str, dict[str, tuple[float, float]]] = field(default_factory=lambda: defaultdict(dict))

    @classmethod
    def read(cls, folder: Path) -> Tables:
        tables = cls()
        for line in (folder / "confusion_measured.tsv").read_text(encoding="utf-8").split("\n"):
            if line and not line.startswith("#"):
                engine, true, read, count, shown = line.split("\t")
                tables.shown.setdefault(engine, {})[true] = int(shown)
                if is_hanzi(true) and is_hanzi(read):
                    tables.counts.setdefault(engine, defaultdict(Counter))[true][read] += int(count)
        with gzip.open(folder / "confusables_font20_ocr40.tsv.gz", "rt", encoding="utf-8") as file:
            for line in file:
                if line.startswith("#"):
                    continue
                char, _, rest = line.rstrip("\n").partition("\t")
                for item in rest.split():
                    other, font, cosine = item.rsplit(":", 2)
                    pair = float(font or 0), float(cosine or 0)
                    known = tables.alike[char].get(other, (0.0, 0.0))
                    both = max(pair[0], known[0]), max(pair[1], known[1])
                    tables.alike[char][other] = tables.alike[other][char] = both
        return tables

    def pooled(self, engines: Iterable[str]) -> dict[str, Counter[str]]:
        """Counts of several engines together."""
        pool: dict[str, Counter[str]] = defaultdict(Counter)
        for engine in engines:
            for true, reads in self.counts[engine].items():
                pool[true].update(reads)
        return pool

    def rivals(self, true: str, measured: Counts, backwards: Counts) -> list[str]:
        """What `true` may be read as."""
        found = {*self.alike.get(true, ()), *measured.get(true, ()), *backwards.get(true, ())}
        return sorted(char for char in found if is_hanzi(char) and char != true)


def commonness() -> dict[str, float]:
    """log10 share of every character in running text, from the frequencies of words."""
    counts: Counter[str] = Counter()
    for word, frequency in _frequencies().items():
        for char in word:
            counts[char] += frequency
    total = sum(counts.values())
    return defaultdict(lambda: math.log10(20 / total), {c: math.log10((n + 20) / total) for c, n in counts.items()})


def features(true: str, read: str, tables: Tables, measured: Counts, common: Mapping[str, float]) -> list[float]:
    font, cosine = tables.alike.get(true, {}).get(read, (0.0, 0.0))
    there, back = measured.get(true, {}).get(read, 0), measured.get(read, {}).get(true, 0)
    return [font, max(font - 0.7, 0), 2 * cosine, 5 * max(cosine - 0.4, 0), float(not font), float(not cosine),
            common[read], min(there, 6) ** 0.5, min(back, 6) ** 0.5]


def inverse(counts: Counts) -> dict[str, dict[str, int]]:
    turned: dict[str, dict[str, int]] = defaultdict(dict)
    for true, reads in counts.items():
        for read, n in reads.items():
            turned[read][true] = n
    return turned


def examples(tables: Tables, engine: str, others: Iterable[str], common: Mapping[str, float]) -> list[tuple[Array, Array, float]]:
    """For every character the engine misread: features of the rivals, their counts, and the count of none of them."""
    measured = tables.pooled(others)
    backwards = inverse(measured)
    rows = []
    for true, reads in tables.counts[engine].items():
        rivals = tables.rivals(true, measured, backwards)
        if rivals:
            x = np.array([features(true, read, tables, measured, common) for read in rivals])
            n = np.array([min(reads.get(read, 0), CAP) for read in rivals], dtype=float)
            rows.append((x, n, float(sum(min(k, CAP) for r, k in reads.items() if r not in rivals))))
    return rows


def loss(theta: Array, rows: list[tuple[Array, Array, float]]) -> tuple[float, Array]:
    """Negative log likelihood (natural) of the conditional logit, and its slope."""
    value, slope = 0.0, np.zeros_like(theta)
    for x, n, missed in rows:
        z = np.append(x @ theta[:-1], theta[-1])
        top = z.max()
        p = np.exp(z - top)
        total = n.sum() + missed
        value -= float((n * z[:-1]).sum() + missed * z[-1] - total * (top + math.log(p.sum())))
        p /= p.sum()
        slope[:-1] -= x.T @ n - total * (p[:-1] @ x)
        slope[-1] -= missed - total * p[-1]
    return value + 0.5 * float((theta**2).sum()), slope + theta


def fitted(tables: Tables, engines: list[str], common: Mapping[str, float]) -> Array:
    """Weights, each engine predicted from the others."""
    rows = [row for engine in engines
            for row in examples(tables, engine, [e for e in engines if e != engine], common)]
    size = rows[0][0].shape[1] + 1
    theta: Array = minimize(loss, np.zeros(size), args=(rows,), jac=True, method="L-BFGS-B").x
    return theta


def build(tables: Tables, engines: list[str], size: int = CANDIDATES) -> Lookalikes:
    """The noise model learnt from some of the engines."""
    common = commonness()
    theta = fitted(tables, engines, common)
    measured = tables.pooled(engines)
    backwards = inverse(measured)
    shown, wrong = Counter[str](), Counter[str]()
    for engine in engines:
        shown.update(tables.shown[engine])
        wrong.update({true: sum(reads.values()) for true, reads in tables.counts[engine].items()})
    mean = sum(wrong.values()) / sum(shown.values())
    found: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for true in sorted(filter(is_hanzi, {*tables.alike, *measured})):
        rivals = tables.rivals(true, measured, backwards)
        if not rivals:
            continue
        z = np.append(np.array([features(true, r, tables, measured, common) for r in rivals]) @ theta[:-1], theta[-1])
        p = np.exp(z - z.max())
        p /= p.sum()
        counts = measured.get(true, {})
        counted = np.array([counts.get(read, 0) for read in rivals], dtype=float)
        shares = (counted + PRIOR * p[:-1]) / (sum(counts.values()) + PRIOR)
        misread = (wrong[true] + RATE_PRIOR * mean) / (shown[true] + RATE_PRIOR)
        for read, share in zip(rivals, shares, strict=True):
            found[read].append((true, math.log10(share * misread)))
    return Lookalikes.of({
        read: tuple(sorted(candidates, key=lambda item: (-(item[1] + common[item[0]]), item[0]))[:size])
        for read, candidates in found.items()})


def report(tables: Tables, engine: str, engines: list[str]) -> None:
    """How often the true character is among the candidates, for an engine that the table did not see."""
    table = build(tables, [e for e in engines if e != engine])
    total, ranks = 0, Counter[int]()
    for true, reads in tables.counts[engine].items():
        for read, n in reads.items():
            total += n
            place = next((k for k, (char, _) in enumerate(table.printed(read)) if char == true), 10**6)
            ranks.update({k: n for k in (1, 8, 16, 32, CANDIDATES) if place < k})
    figures = ", ".join(f"{ranks[k] / total:.3f} in the first {k}" for k in sorted(ranks))
    print(f"{engine} (held out, {total} misread hanzi): true character {figures}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", type=Path)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--without", help="leave an engine out (for calibration)")
    args = parser.parse_args()
    if not (args.bench / "confusion_measured.tsv").is_file():
        print(f"skipped: there is no confusion_measured.tsv in {args.bench}")
        return
    tables = Tables.read(args.bench)
    engines = sorted(tables.counts)
    if not args.without:
        for engine in engines:
            report(tables, engine, engines)
    table = build(tables, [e for e in engines if e != args.without])
    text = table.render((
        "read TAB printed TAB log10 P(read | printed), in tenths, coded: 0 is -0.0, 1 is -0.1, A is -1.7 …",
        "built by benchmarks/build_lookalikes.py; measured and computed for this project"))
    print(f"{len(table.lines)} characters, {sum(len(chars) for chars, _ in table.lines.values())} pairs, {len(text.encode())} bytes")
    if args.write:
        args.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
