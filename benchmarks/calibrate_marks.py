"""Fit the judge of lost full stops, and print what its probabilities are worth.

    python benchmarks/calibrate_marks.py BENCH_DIR [--write cleaner/data/marks.json] [--examples N]

The paragraphs of the pages of BENCH_DIR/rig-dev that stop without a mark, as `cleaner.normalizers.stops` finds them, beside what was
printed: a stop is right when it brings its block nearer to the truth. One page is held out in turn, with all engines, levels and ways
of cutting; the figures are of pages held out, and the threshold is the lowest probability from which on the precision of the tier is
kept. The page's own figures (`open`, `starts`) count all its paragraphs, so few pages tell what they are worth: a ridge holds them.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import aligned
import numpy as np
from characters import CHARACTERS
from fitting import MARGIN, PRECISION, fit, threshold

from cleaner import Settings
from cleaner.evidence import Evidence
from cleaner.normalizers.stops import open_ends
from cleaner.page import Page
from cleaner.source import Source

ALL = Settings()
ALONE = Settings(select=CHARACTERS)
"""Rules on characters alone, as `characters.py` runs them: no block is joined before."""


@dataclass
class Case:
    features: dict[str, float]
    right: bool
    page: str
    level: str
    mode: str
    show: str


def cases(rig: Path) -> Iterator[Case]:
    for page in aligned.pages(rig):
        known = {block.start: block for block in page.blocks}
        view = Page(Source.from_text(page.text))
        for end in open_ends(view, Evidence(view, ALONE)):
            block = known.get(view.blocks[end.block].start)
            if block is not None:
                gain = block.errors - aligned.distance(block.read + "。", block.true)
                yield Case(end.features, gain > 0, page.page, page.level, page.mode,
                           f"{page.page} {page.engine}.{page.level}.{page.mode} {block.read[-16:]} (…{block.true[-12:]})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", type=Path)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--examples", type=int, default=10)
    args = parser.parse_args()
    found = list(cases(args.bench / "rig-dev"))
    names = sorted(found[0].features)
    x = np.array([[case.features[name] for name in names] for case in found])
    right = np.array([case.right for case in found])
    pages = np.array([case.page for case in found])
    odds = np.zeros(len(found))
    every = np.ones(len(found))
    for page in sorted(set(pages)):
        held = pages == page
        odds[held] = fit(names, x[~held], right[~held].astype(float), every[~held]).log_odds(x[held])
    print(f"{len(found)} open ends, {int(right.sum())} of them lost a stop")
    for cut in (-1.0, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0):
        hit = odds >= cut
        print(f"  log-odds ≥ {cut:4}: {int(hit.sum()):4} offered, precision {right[hit].mean() if hit.any() else 1:.3f}, recall "
              f"{right[hit].sum() / right.sum():.3f}, by level {dict(Counter(found[k].level for k in np.flatnonzero(hit)))}")
    cut = threshold(odds, right, PRECISION["suggested"]) + MARGIN["suggested"]
    hit = odds >= cut
    print(f"suggested from log-odds {cut:.2f}: {int(hit.sum())} offered, precision {right[hit].mean():.4f}, recall {right[hit].sum() / right.sum():.3f}")
    for page in sorted(set(pages)):
        part = hit & (pages == page)
        print(f"  {page} held out: {int(right[part].sum())} of {int(part.sum())} right")
    for k in np.argsort(-np.where(right, -np.inf, odds))[:args.examples]:
        print(f"  {odds[k]:5.2f} {found[k].show}")
    final = fit(names, x, right.astype(float), every)
    entry = {"bias": round(final.bias, 4), "weights": {n: round(float(w), 4) for n, w in zip(names, final.weights, strict=True)},
             "suggested": round(float(1 / (1 + np.exp(-cut))), 4)}
    print(json.dumps(entry))
    if args.write:
        args.write.write_text(json.dumps({"lost_stop": entry}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
