"""Fit the judge of lost full stops, and print what its probabilities are worth.

    python benchmarks/calibrate_marks.py BENCH_DIR TEXT… [--printed TEXT…] [--write cleaner/data/marks.json] [--examples N]

Two kinds of paragraphs that stop without a mark, as `cleaner.normalizers.stops` finds them. Those of the pages of BENCH_DIR/rig-dev,
really read, beside what was printed: a stop is right when it brings its block nearer to the truth. And those of pages that are
made of the TEXTs (`pages.py`), with paragraphs cut by columns, of which some lost none, some nearly all of their stops: so few rig pages
do not tell what the figures of a whole page are worth. One rig page, with all engines, levels and ways of cutting, or a part of the made
ones is held out in turn; the figures are of pages held out, and the thresholds are the lowest from which on both keep the precision of the tier.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import aligned
import numpy as np
from characters import CHARACTERS
from fitting import MARGIN, PRECISION, at_least, fit, threshold

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.pages import Article, PageSettings, make_page, read_articles
from cleaner import Settings
from cleaner.evidence import Evidence
from cleaner.normalizers.stops import offered, open_ends, tier
from cleaner.page import Page
from cleaner.source import Source

ALL = Settings()
ALONE = Settings(select=CHARACTERS)
"""Rules on characters alone, as `characters.py` runs them: no block is joined before."""


@dataclass
class Case:
    features: dict[str, float]
    right: bool
    styled: bool
    page: str
    level: str
    show: str


LOST = (0.0, 0.0, 0.05, 0.2, 0.5, 0.9)
"""Share of the paragraphs of a made page that lost their stop."""
LOST_BEHIND_MARKS = 0.1
"""The same behind a closing mark, on every page: there even good scans lose it."""
CUTS = (0.1, 0.4, 0.7)
"""Share of its longer paragraphs that columns cut."""
NOISE = (0.0, 0.02, 0.06)
FOLDS = 4
PARAGRAPHS, SAMPLE = 40, 140
"""Paragraphs of a page as printed, and how many such pages of a text are looked at."""
MADE_WEIGHT = 0.1
"""How much all cases of made pages count beside one of the rig: they are plenty, and their paragraphs are not torn as real ones are."""


def cases(rig: Path) -> Iterator[Case]:
    for page in aligned.pages(rig):
        known = {block.start: block for block in page.blocks}
        view = Page(Source.from_text(page.text))
        for end in open_ends(view, Evidence(view, ALONE)):
            block = known.get(view.blocks[end.block].start)
            if block is not None:
                gain = block.errors - aligned.distance(aligned.fold(f"{block.raw[:end.at]}。{block.raw[end.at:]}"), block.true)
                yield Case(end.features, gain > 0, end.styled and end.plain, page.page, page.level,
                           f"{page.page} {page.engine}.{page.level}.{page.mode} {block.raw[:end.at][-16:]}|{block.raw[end.at:]} (…{block.true[-12:]})")


def made(articles: list[Article], number: int, rng: random.Random) -> Iterator[Case]:
    """Open ends of made pages; which stops went is known."""
    for k in range(number):
        lost, cuts, noise = rng.choice(LOST), rng.choice(CUTS), rng.choice(NOISE)
        page = make_page(rng.sample(articles, rng.randint(3, 8)), rng, PageSettings(cuts=cuts, noise=noise))
        texts, gone = [], set[str]()
        for block in page.blocks:
            last = block.segments[-1]
            printed = page.elements[last.element].text
            stopped = last.end == len(printed) and block.kind == "paragraph" and printed[-1:] == "。"
            text = block.text
            if stopped and text[-1:] == "。" and (rng.random() < lost or (text[-2] in "”》）" and rng.random() < LOST_BEHIND_MARKS)):
                text = text[:-1]
            if stopped and text[-1:] != "。":  # misreading loses stops, too
                gone.add(text)
            texts.append(text)
        view = Page(Source.from_text("\n\n".join(texts) + "\n"))
        for end in open_ends(view, Evidence(view, ALONE)):
            text = view.blocks[end.block].text
            yield Case(end.features, text in gone and end.at == len(text), end.styled and end.plain, f"made {k % FOLDS}", f"lost {lost}", f"made, {lost} lost, {text[-20:]}")


def as_printed(texts: list[Path]) -> None:
    """Offers on pages of the texts as they are, forty paragraphs each: what ends without a stop there was printed so."""
    for path in texts:
        rows = [line.strip() for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
        views = [Page(Source.from_text("\n\n".join(rows[k:k + PARAGRAPHS]) + "\n")) for k in range(0, len(rows), PARAGRAPHS)]
        views = views[::max(1, len(views) // SAMPLE)]
        rated = [offered(open_ends(view, Evidence(view, ALL))) for view in views]
        found = [len(row) for row in rated]
        unasked = sum(tier(end, p) == "safe" for row in rated for end, p in row)
        print(f"{path.stem} as printed: {len(views)} pages, {sum(sum(map(len, view.texts)) for view in views):,} characters, "
              f"{sum(found)} stops offered on {sum(map(bool, found))} pages, {unasked} of them made unasked (under the weights of the package)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", type=Path)
    parser.add_argument("texts", type=Path, nargs="+")
    parser.add_argument("--pages", type=int, default=120)
    parser.add_argument("--printed", type=Path, nargs="*", default=[], help="more texts, of which pages are only looked at as they are")
    parser.add_argument("--write", type=Path)
    parser.add_argument("--examples", type=int, default=10)
    args = parser.parse_args()
    rig = list(cases(args.bench / "rig-dev"))
    found = [*rig, *made(read_articles(args.texts), args.pages, random.Random(1))]
    names = sorted(found[0].features)
    x = np.array([[case.features[name] for name in names] for case in found])
    right = np.array([case.right for case in found])
    folds = np.array([case.page for case in found])
    real = np.arange(len(found)) < len(rig)
    weight = np.where(real, 1.0, MADE_WEIGHT * len(rig) / max(len(found) - len(rig), 1))
    odds = np.zeros(len(found))
    for fold in sorted(set(folds)):
        held = folds == fold
        odds[held] = fit(names, x[~held], right[~held].astype(float), weight[~held]).log_odds(x[held])
    kinds = {"rig": real, "made": ~real}
    for kind, part in kinds.items():
        print(f"{kind} pages: {int(part.sum())} open ends, {int(right[part].sum())} of them lost a stop")
        for cut in (-1.0, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0):
            hit = part & (odds >= cut)
            print(f"  log-odds ≥ {cut:4}: {int(hit.sum()):4} offered, precision {right[hit].mean() if hit.any() else 1:.3f}, recall "
                  f"{right[hit].sum() / right[part].sum():.3f}, by level {dict(sorted(Counter(found[k].level for k in np.flatnonzero(hit)).items()))}")
    styled = np.array([case.styled for case in found])
    cuts, asked, left = {}, {}, np.ones(len(found), dtype=np.bool_)
    for name, may in (("safe", styled), ("suggested", left)):  # what is made unasked is not offered
        asked[name] = {kind: part & may for kind, part in kinds.items()}
        cuts[name] = max(threshold(odds[part], right[part], PRECISION[name]) for part in asked[name].values()) + MARGIN[name]
        left &= ~(may & (odds >= cuts[name]))
    for name, parts in asked.items():
        for kind, part in parts.items():
            hit = part & (odds >= cuts[name])
            ends = {found[k].show.rpartition(" ")[2] if kind == "rig" else str(k): found[k].right for k in np.flatnonzero(hit)}
            print(f"{name} from log-odds {cuts[name]:.2f}, {kind}: {int(right[hit].sum())} of {int(hit.sum())} right; "
                  f"{len(ends)} different ones, precision at least {at_least(sum(ends.values()), len(ends)):.4f}")
    cut = cuts["suggested"]
    for fold in sorted(set(folds)):
        hit = (odds >= cut) & (folds == fold)
        print(f"  {fold} held out: {int(right[hit].sum())} of {int(hit.sum())} right")
    for k in np.argsort(-np.where(right, -np.inf, odds))[:args.examples]:
        print(f"  {odds[k]:5.2f} {found[k].show}")
    final = fit(names, x, right.astype(float), weight)
    entry = {"bias": round(final.bias, 4), "weights": {n: round(float(w), 4) for n, w in zip(names, final.weights, strict=True)},
             **{name: round(float(1 / (1 + np.exp(-least))), 4) for name, least in cuts.items()}}
    print(json.dumps(entry))
    as_printed([*args.texts, *args.printed])
    if args.write:
        args.write.write_text(json.dumps({"lost_stop": entry}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
