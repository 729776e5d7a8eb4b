"""Fit the judge of look-alike readings, and print what its probabilities are worth.

    python benchmarks/calibrate_lookalikes.py BENCH_DIR [--write cleaner/data/characters.json] [--tables DIR]

Two kinds of pages with known errors are judged. Clean sentences (BENCH_DIR/clean) are put together as pages, some of
thirty sentences and some of one, and misread as one of the measured engines misreads; the look-alikes they are judged
with are built without that engine. And the pages of BENCH_DIR/rig-dev, really read by engines that were never
measured. Half of the former and one page of the latter are held out in turn; the figures are of pages held out, and the
thresholds are the lowest probabilities from which on both kinds keep the precision of the tier. `--tables` keeps the
tables without one engine, which take a minute, for the next run.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import aligned
import numpy as np
from build_lookalikes import Counts, Tables, build, is_hanzi
from numpy.typing import NDArray
from scipy.optimize import minimize

from cleaner.evidence import Evidence
from cleaner.evidence.lattice import DOUBT, NUMERALS, Lattice
from cleaner.evidence.lookalikes import Lookalikes, shipped_lookalikes
from cleaner.evidence.wordforms import shipped_forms
from cleaner.normalizers.lookalikes import features_of, protected
from cleaner.page import Page
from cleaner.settings import Settings
from cleaner.source import Source

PRECISION = {"safe": 0.995, "suggested": 0.85}
MARGIN = {"safe": 0.4, "suggested": 0.3}
"""Log-odds added to the threshold that was measured: other pages are not these."""
RATES = (0.0, 0.0, 0.001, 0.003, 0.01, 0.02, 0.04)
"""How many hanzi of an invented page are misread, about."""
DRAWS = 2
"""How often the sentences are put together anew."""
SCALE = 0.03
"""Misread share of the mean hanzi in the measurements (their levels d1 to d3 together)."""
BURST = 6.0
"""How much likelier a character is misread behind one that was: damage comes in spots."""
RIDGE = 3.0
RIG_WEIGHT = 3.0
Array = NDArray[np.float64]


@dataclass
class Case:
    """A reading that was offered for a place whose truth is known."""

    features: dict[str, float]
    right: bool
    harm: bool
    """Whether it would make a right character wrong."""
    rig: bool
    fold: str
    show: str


@dataclass
class Tally:
    characters: int = 0
    wrong: int = 0
    looked_at: int = 0
    wrong_looked_at: int = 0


def sentences(folder: Path) -> list[str]:
    rows = json.loads((folder / "clean" / "acc_xxqg.tet.json").read_text(encoding="utf-8"))
    return [text for row in rows if (text := aligned.fold(row["correct_text"].strip()))]


def misread(text: str, rate: float, shown: Mapping[str, int], counts: Counts, rng: random.Random) -> str:
    """The text as a measured engine would misread it."""
    chars, burst = list(text), 1.0
    for i, char in enumerate(text):
        reads = counts.get(char)
        if reads and char not in NUMERALS:
            share = min(sum(reads.values()) / max(shown.get(char, 8), 8), 0.5)
            if rng.random() < rate * share / SCALE * burst:
                chars[i] = rng.choices(list(reads), list(reads.values()))[0]
                burst = BURST
                continue
        burst = 1 + (burst - 1) / 2
    return "".join(chars)


def invented(folder: Path, tables: Tables) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Engine, fold and (read, true) blocks of pages of clean sentences, misread."""
    engines = sorted(tables.counts)
    for draw in range(DRAWS):
        rng = random.Random(11 + draw)
        pool = sentences(folder)
        half = {text: str(k % 2) for k, text in enumerate(sorted(pool))}
        for part in "01":
            texts = [text for text in pool if half[text] == part]
            rng.shuffle(texts)
            while texts:
                size = rng.choice((1, 1, 3, 30, 30, 30, 30, 30))
                chosen, texts = texts[:size], texts[size:]
                engine, rate = rng.choice(engines), rng.choice(RATES)
                blocks = ["".join(chosen[k:k + 3]) for k in range(0, len(chosen), 3)]
                yield engine, f"half {part}", [
                    (misread(text, rate, tables.shown[engine], tables.counts[engine], rng), text) for text in blocks]


def cases(blocks: list[tuple[str, list[str | None]]], table: Lookalikes, rig: bool, fold: str, tally: Tally) -> Iterator[Case]:
    """What the lattice offers on a page whose truth is known."""
    page = Page(Source.from_text("\n\n".join(read for read, _ in blocks)))
    labels = [label for _, line in blocks for label in [*line, None]]
    text = "\n".join(read for read, _ in blocks)
    if "\n".join(block.text for block in page.blocks) != text:
        return
    lattice = Lattice(text, Evidence(page, Settings()), table, shipped_forms())
    looked_at = lattice.weak
    for i, (char, true) in enumerate(zip(text, labels, strict=False)):
        if true and is_hanzi(char) and is_hanzi(true):
            tally.characters += 1
            tally.wrong += char != true
            tally.looked_at += i in looked_at
            tally.wrong_looked_at += char != true and i in looked_at
    for reading in lattice.readings():
        true = labels[reading.start:reading.end]
        if None in true or protected(text, reading):
            continue
        truth = "".join(filter(None, true))
        harm = any(a == b != c for a, b, c in zip(reading.before, truth, reading.after, strict=True))
        show = f"{text[reading.start - 6:reading.start]}[{reading.before}→{reading.after}, {truth}]{text[reading.end:reading.end + 6]}"
        yield Case(features_of(text, reading), reading.after == truth, harm, rig, fold, show.replace("\n", "¶"))


def collect(folder: Path, kept: Path | None) -> tuple[list[Case], Tally, Tally]:
    """All cases, and tallies of the invented and of the rig pages."""
    tables = Tables.read(folder)
    engines = sorted(tables.counts)
    without = {}
    for engine in engines:
        path = kept / f"lookalikes.{engine}.tsv" if kept else None
        if path and path.is_file():
            without[engine] = Lookalikes.parse(path.read_text(encoding="utf-8"))
        else:
            without[engine] = build(tables, [e for e in engines if e != engine])
            if path:
                path.write_text(without[engine].render(), encoding="utf-8")
    found, made, real = [], Tally(), Tally()
    for engine, fold, blocks in invented(folder, tables):
        found += cases([(read, list(true)) for read, true in blocks], without[engine], False, fold, made)
    for page in aligned.pages(folder / "rig-dev", ("layout", "xycut", "engine")):
        blocks = [(block.read, block.labels) for block in page.blocks]
        found += cases(blocks, shipped_lookalikes(), True, page.page, real)
    return found, made, real


@dataclass
class Fit:
    names: list[str]
    bias: float
    weights: Array

    def log_odds(self, x: Array) -> Array:
        return x @ self.weights + self.bias


def fit(names: list[str], x: Array, y: Array, weight: Array) -> Fit:
    """Logistic regression on standardised features with a small ridge."""
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-6
    z = (x - mean) / spread

    def loss(theta: Array) -> tuple[float, Array]:
        odds = z @ theta[1:] + theta[0]
        slope = weight * (1 / (1 + np.exp(-odds)) - y)
        value = float((weight * (np.logaddexp(0, odds) - y * odds)).sum() + RIDGE / 2 * (theta[1:] ** 2).sum())
        return value, np.concatenate([[slope.sum()], z.T @ slope + RIDGE * theta[1:]])

    theta: Array = minimize(loss, np.zeros(x.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": 2000}).x
    weights = theta[1:] / spread
    return Fit(names, float(theta[0] - weights @ mean), weights)


def threshold(odds: Array, right: Array, precision: float) -> float:
    """The lowest log-odds from which on the share of right readings is at least `precision`."""
    order = np.argsort(-odds)
    share = np.cumsum(right[order]) / np.arange(1, len(odds) + 1)
    enough = np.flatnonzero(share >= precision)
    return float(odds[order[enough[-1]]]) if len(enough) else float("inf")


def show(name: str, odds: Array, right: Array, harm: Array, wrong: int) -> None:
    print(f"{name}: {wrong} hanzi misread, {len(odds)} readings offered, {int(right.sum())} of them right")
    for cut in (-1, 0, 1, 2, 3, 4, 5, 6):
        hit = odds > cut
        n = int(hit.sum())
        print(f"  log-odds > {cut:2} (p {1 / (1 + np.exp(-cut)):.3f}): {n:5} readings, precision {right[hit].mean() if n else 0:.4f}, "
              f"recall {right[hit].sum() / max(wrong, 1):.4f}, right characters made wrong {int(harm[hit].sum())}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", type=Path)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--tables", type=Path)
    parser.add_argument("--examples", type=int, default=0, help="wrong readings to show, the surest first")
    args = parser.parse_args()
    if not (args.bench / "clean").is_dir() or not (args.bench / "rig-dev").is_dir():
        print(f"skipped: there is no clean/ and rig-dev/ in {args.bench}")
        return
    found, made, real = collect(args.bench, args.tables)
    for name, tally in (("invented", made), ("rig", real)):
        right_looked_at = (tally.looked_at - tally.wrong_looked_at) / (tally.characters - tally.wrong)
        print(f"{name} pages: {tally.characters} hanzi, {tally.wrong} misread; doubt < {DOUBT}: "
              f"{tally.wrong_looked_at / tally.wrong:.3f} of the misread, {right_looked_at:.3f} of the right ones")
    names = sorted(found[0].features)
    x = np.array([[case.features[name] for name in names] for case in found])
    right, harm, rig = (np.array([getattr(case, key) for case in found]) for key in ("right", "harm", "rig"))
    weight = np.where(rig, RIG_WEIGHT, 1.0)
    folds = np.array([case.fold for case in found])
    odds = np.zeros(len(found))
    for fold in sorted(set(folds)):
        held = folds == fold
        odds[held] = fit(names, x[~held], right[~held].astype(float), weight[~held]).log_odds(x[held])
    show("invented", odds[~rig], right[~rig], harm[~rig], made.wrong)
    show("rig", odds[rig], right[rig], harm[rig], real.wrong)
    cuts = {tier: max(threshold(odds[part], right[part], least) for part in (rig, ~rig)) + MARGIN[tier]
            for tier, least in PRECISION.items()}
    for tier, cut in cuts.items():
        for name, part, wrong in (("invented", ~rig, made.wrong), ("rig", rig, real.wrong)):
            hit = part & (odds >= cut)
            print(f"{tier} (log-odds {cut:.2f}) on {name} pages: {int(hit.sum())} readings, precision {right[hit].mean():.4f}, "
                  f"recall {right[hit].sum() / wrong:.4f}, right characters made wrong {int(harm[hit].sum())}")
    for k in np.argsort(-np.where(right, -np.inf, odds))[:args.examples]:
        print(f"  {odds[k]:5.2f} {'rig' if rig[k] else 'made'} {found[k].show}")
    final = fit(names, x, right.astype(float), weight)
    entry = {"bias": round(final.bias, 4), "weights": {n: round(float(w), 4) for n, w in zip(names, final.weights, strict=True)},
             **{tier: round(float(1 / (1 + np.exp(-cut))), 4) for tier, cut in cuts.items()}}
    print(json.dumps(entry, indent=1))
    if args.write:
        data = json.loads(args.write.read_text(encoding="utf-8")) if args.write.is_file() else {}
        args.write.write_text(json.dumps({**data, "lookalike": entry}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
