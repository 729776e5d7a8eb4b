"""Fit the model that chooses among the links of an open end, and print how well it chooses.

    python benchmarks/calibrate_links.py RIG_DIR TEXT.txt … [--rebuilt DIR] [--write FILE] [--pages 960]

RIG_DIR holds rig pages: their true articles are laid out by the page generator (cut, displaced, misread, with words of pictures between), as are the
articles of the TEXT files that the shipped model has not learnt, and their recognised texts, whose provenance says which block continues which, are used as
they are; overlapping tiles, and other recognisers' pages in DIR (made by `rebuilt.py`), make a second fit that has to agree before a sentence
is joined unasked. Figures are of pages held out: generated pages of other articles, and rig pages fitted without them.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.blocks import Place, true_places  # noqa: E402
from benchmarks.order import column_page  # noqa: E402
from benchmarks.pages import Article, GeneratedPage, PageSettings, make_page, read_articles, with_captions  # noqa: E402
from cleaner import Page, Settings, Source, clean  # noqa: E402
from cleaner.evidence import Evidence  # noqa: E402
from cleaner.evidence.build import held_out  # noqa: E402
from cleaner.normalizers.base import Stage, all_rules  # noqa: E402
from cleaner.structure.order.ends import COMMA, END_FEATURES, HEADING, SHORT  # noqa: E402
from cleaner.structure.order.links import PAIR_FEATURES, Links, Options, odds_of  # noqa: E402
from cleaner.structure.order.reading import flow_of  # noqa: E402

RIG_WEIGHT, OTHERS_WEIGHT = 3.0, 0.3
"""Weights of an open end of a recognised page for the own weights, and besides for the doubting ones (there are seven times as many), against one of a
generated page."""
RIDGE = 2.0
"""Of .5, 1, 2 and 4 the one from which of the links of p ≥ .8 on recognised pages left out most are right (.906, .912, .920, .921; found: .290, .285, .281,
.277 of the torn)."""
CLAUSE_BANDS = ((0.75, 0.8), (0.8, 0.85), (0.85, 0.9), (0.9, 1.0))
"""Probabilities of links behind a comma."""
LOST_OPTION, FINISHED_OPTION = -1, -2
"""What an end may choose besides a row: its rest is lost, or it is finished."""
PLACE = {"next", "over", "back", "lead", "clause", "turn"}
"""Features that know where a block stands in the scan."""
PAGE = {"torn"}
"""Features that only the doubting weights know: how torn the page is as a whole says nothing about the order of its blocks."""
NUMBERS = count()
EARLY = tuple(rule.code for rule in all_rules() if rule.stage <= Stage.LINES)
"""Rules that have done their work when a page is put in order."""
MODES, CROPS = ("layout", "xycut"), ("layout", "xycut", "engine", "tiles")
"""Ways of parting a page that the own weights are fitted on, and those that the doubting ones are."""
FEW = 18
"""Starts a page among which the continuation is sought once more: as many as make a guess right once in 18 times (.056)."""
COMMAS = (0.0, 0.0, 0.003)
"""Shares of full stops at the ends of blocks of generated pages that are read as commas: none of 2,993 by the recogniser of the rig's own
texts, 1.5 to 4.5 % of single ones by others, whose rebuilt pages say the rest."""
PAGES, COUNTED = 960, 240
"""Generated pages, and for how many they count, so that recognised pages keep their share."""
CAPTIONS = (0.0, 0.0, 0.1, 0.3)
"""Shares of cut paragraphs with the words of a picture between their parts, which nothing marks as such."""
SLACK = 2
"""Code points by which two true ranges may miss each other and still meet."""


@dataclass(frozen=True)
class Event:
    """One open end and its options: rows of `PAIR_FEATURES` and the starts that they are of, the end's own features, and which
    option is true (the row, `LOST_OPTION` or `FINISHED_OPTION`)."""

    page: int
    group: str
    rows: np.ndarray
    starts: tuple[int, ...]
    end: np.ndarray
    true: int
    noise: float
    weight: float


def events_of(page: Page, follows: Mapping[str, Sequence[tuple[int, int | None]]] | Mapping[int, int | None], group: str,
              noise: float, weight: float) -> Iterator[Event]:
    """The open ends of a page; `follows[a]` is the block that continues block a, None where that is lost, absent where
    a is finished."""
    evidence = Evidence(page, Settings())
    flow, _ = flow_of(evidence)
    links = Links(flow)
    options, number = links.options(flow.blocks), next(NUMBERS)
    by_end: dict[int, list[int]] = defaultdict(list)
    for k, (a, _) in enumerate(options.pairs):
        by_end[a].append(k)
    for a, end in options.ends.items():
        rows = by_end.get(a, [])
        true = FINISHED_OPTION
        if a in follows:
            true = next((n for n, k in enumerate(rows) if options.pairs[k][1] == follows[a]), LOST_OPTION)
        yield Event(number, group, options.rows[rows], tuple(options.pairs[k][1] for k in rows), end, true, noise, weight)


def generated(articles: Sequence[Article], count: int, rng: random.Random, group: str) -> Iterator[Event]:
    for number in range(count):
        noise = rng.choice((0.0, 0.0, 0.05, 0.115))
        settings = PageSettings(width=rng.randint(14, 24), cuts=rng.choice((0.15, 0.4)), noise=noise,
                                displaced=rng.choice((0.0, 0.0, 0.03, 0.08)), interposed=rng.choice((0.0, 0.1, 0.3)))
        chosen = rng.sample(articles, min(len(articles), rng.randint(3, 6)))
        page = (make_page(chosen, rng, settings) if number % 2 else
                column_page(chosen, rng, rng.randint(10, 30), rng.choice((0.0, 0.1, 0.3)), noise,
                            [rng.randint(12, 26) for _ in range(rng.choice((1, 6)))]))
        own = random.Random(f"{group} {number}")
        page = with_captions(page, [a for a in articles if a not in chosen], own.choice(CAPTIONS), noise, own)
        text = _commas(page, rng.choice(COMMAS), rng).text
        yield from events_of(Page(Source.from_text(text)), dict(page.joins), group, noise, COUNTED / 2 / count)


def _commas(page: GeneratedPage, rate: float, rng: random.Random) -> GeneratedPage:
    """The page with some full stops at the ends of its blocks read as commas."""
    return replace(page, blocks=tuple(replace(b, text=b.text[:-1] + "，") if b.text[-1] == "。" and rng.random() < rate else b
                                      for b in page.blocks))


def recognised(folder: Path, modes: Sequence[str], weight: float) -> Iterator[Event]:
    """The open ends of the recognised texts of one rig page, as the stages before the reading leave them: what a subhead has lost to
    its own line is no end of a paragraph."""
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    for path in sorted(p for mode in modes for p in folder.glob(f"*.{mode}.txt")):
        raw = path.read_text(encoding="utf-8")
        changes = clean(raw, Settings(select=EARLY)).changes
        page = Page(Source.from_text(raw), tuple(change for change in changes if change.active))
        engine, _, mode = path.name.split(".")[:3]
        yield from events_of(page, _continuations(page, true_places(path, raw)[1], truth), f"{folder.name} {engine}, {mode}", 0.01, weight)


def _continuations(page: Page, places: Sequence[Place | None], truth: Mapping) -> dict[int, int | None]:
    """What follows every block of the page in its paragraph, see `events_of`."""
    starts, ends = defaultdict[tuple[int, int], list[tuple[int, int]]](list), dict[int, Place]()
    for block in page.blocks:
        known = [place for k in block.origins if k >= 0 and (place := places[k]) is not None]
        if known:
            (article, element, start), ends[block.index] = known[0], known[-1]
            starts[article, element].append((start, block.index))
    found: dict[int, int | None] = {}
    for i, (article, element, last) in ends.items():
        rest = next((j for start, j in starts[article, element] if abs(start - last - 1) <= SLACK and j != i and start > 0), None)
        if rest is not None or last + 1 < len(truth["articles"][article]["elements"][element]["text"]) - SLACK:
            found[i] = rest
    return found


def fit(events: Sequence[Event]) -> tuple[np.ndarray, np.ndarray]:
    """Maximum likelihood of each end's own choice, with a ridge; weights of pairs and of ends. Who else asks for a start is weighed
    afterwards, by `matched`."""
    p, e = len(PAIR_FEATURES), len(END_FEATURES)
    x = np.vstack([np.vstack([np.hstack([ev.rows, np.zeros((len(ev.rows), e))]),
                              np.hstack([np.zeros(p), ev.end]), np.zeros(p + e)]) for ev in events])
    sizes = np.array([len(ev.rows) + 2 for ev in events])
    owner = np.repeat(np.arange(len(events)), sizes)
    begin = np.cumsum(sizes) - sizes
    chosen = np.array([begin[i] + (ev.true if ev.true >= 0 else len(ev.rows) + (ev.true == LOST_OPTION))
                       for i, ev in enumerate(events)])
    weight = np.array([ev.weight for ev in events])

    def loss(theta: np.ndarray) -> tuple[float, np.ndarray]:
        u = x @ theta
        top = np.maximum.reduceat(u, begin)
        worth = np.exp(u - top[owner])
        total = np.add.reduceat(worth, begin)
        value = float((weight * (np.log(total) + top - u[chosen])).sum() + RIDGE * (theta ** 2).sum())
        slope = (weight[owner] * worth / total[owner]) @ x - weight @ x[chosen] + 2 * RIDGE * theta
        return value, slope

    theta = minimize(loss, np.zeros(p + e), jac=True, method="L-BFGS-B").x
    return theta[:p], theta[p:]


def blinded(events: Sequence[Event], unseen: Collection[str] = PLACE) -> list[Event]:
    """The same choices without some features of pairs: by default, without what says where a block stands in the scan."""
    seen = np.array([name not in unseen for name in PAIR_FEATURES])
    return [replace(ev, rows=ev.rows * seen) for ev in events]


def fewer(events: Sequence[Event], rng: random.Random) -> list[Event]:
    """The same pages with `FEW` starts each: those that truly continue an end, and others drawn at random."""
    starts: dict[int, set[int]] = defaultdict(set)
    true: dict[int, set[int]] = defaultdict(set)
    for ev in events:
        starts[ev.page].update(ev.starts)
        true[ev.page].update(ev.starts[ev.true:ev.true + 1] if ev.true >= 0 else ())
    kept = {}
    for page, every in starts.items():
        others = sorted(every - true[page])
        kept[page] = true[page] | set(rng.sample(others, min(len(others), max(0, FEW - len(true[page])))))
    found = []
    for ev in events:
        keep = [k for k, b in enumerate(ev.starts) if b in kept[ev.page]]
        found.append(replace(ev, rows=ev.rows[keep], starts=tuple(ev.starts[k] for k in keep),
                             true=keep.index(ev.true) if ev.true >= 0 else ev.true))
    return found


def share_of(events: Sequence[Event]) -> float:
    """The share of open ends, headings and stubs aside, that were finished."""
    plain = [ev for ev in events if not ev.end[HEADING] and not ev.end[SHORT]]
    return float(np.average([ev.true == FINISHED_OPTION for ev in plain], weights=[ev.weight for ev in plain]))


Fitted = tuple[np.ndarray, np.ndarray, float]
"""Weights of pairs and of ends, and the share of finished ends."""


def fitted(events: Sequence[Event], unseen: Collection[str] = ()) -> Fitted:
    return *fit(blinded(events, unseen)), share_of(events)


class Best(NamedTuple):
    """The best link of an open end: its probability, whether it is true, whether the end's rest is on the page, whether a comma ends it."""

    p: float
    right: bool
    torn: bool
    clause: bool


def best_of(events: Sequence[Event], *fits: Fitted) -> list[Best]:
    """The best link of every open end. Of several fits the first one ranks, and a link is as sure as the one that doubts it most."""
    pages: dict[int, list[Event]] = defaultdict(list)
    for event in events:
        pages[event.page].append(event)
    found = []
    for ends in pages.values():
        if not any(ev.starts for ev in ends):
            continue
        options = Options([(k, b) for k, ev in enumerate(ends) for b in ev.starts], np.vstack([ev.rows for ev in ends]),
                          {k: ev.end for k, ev in enumerate(ends)})
        odds = [odds_of(options, np.exp(options.rows @ pair), np.array([ev.end @ end for ev in ends]), share) for pair, end, share in fits]
        at = 0
        for ev in ends:
            if ev.starts:
                k = int(odds[0][at:at + len(ev.starts)].argmax())
                sure = min(float(one[at + k]) for one in odds)
                found.append(Best(sure / (1 + sure), k == ev.true, ev.true >= 0, bool(ev.end[COMMA])))
            at += len(ev.starts)
    return found


def report(name: str, best: Sequence[Best]) -> None:
    torn = [one.right for one in best if one.torn]
    print(f"{name}: {len(best)} open ends, {len(torn)} with their rest on the page; ranked first {sum(torn)} = "
          f"{np.mean(torn) if torn else 0:.3f}")
    for low in (0.5, 0.7, 0.75, 0.8, 0.84, 0.88, 0.95, 0.98):
        hit = [one.right for one in best if one.p >= low]
        print(f"  p ≥ {low:4}: {len(hit):5} links, right {np.mean(hit) if hit else 1:.4f}, of the torn {sum(hit) / max(1, len(torn)):.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rig", type=Path)
    parser.add_argument("texts", type=Path, nargs="*")
    parser.add_argument("--pages", type=int, default=PAGES)
    parser.add_argument("--rebuilt", type=Path)
    parser.add_argument("--write", type=Path)
    args = parser.parse_args()
    if not args.rig.is_dir():
        print(f"skipped: {args.rig} is not here")
        return
    rng = random.Random(11)
    articles = read_articles(sorted(args.rig.glob("p*/truth.txt"))) + read_articles(args.texts, choose=held_out)
    rng.shuffle(articles)
    half = len(articles) // 2
    made = list(generated(articles[:half], args.pages // 2, rng, "fit"))
    held = list(generated(articles[half:], args.pages // 2, rng, "held"))
    own = [event for page in pages_of(args.rig) for event in recognised(page, MODES, RIG_WEIGHT)]
    others = [event for rig in (args.rig, args.rebuilt) if rig for page in pages_of(rig) for event in recognised(page, CROPS, OTHERS_WEIGHT)]
    print(f"{len(articles)} articles, {len(made)} + {len(held)} open ends of generated pages, {len(own)} of recognised pages, {len(others)} of all")
    first = fitted(made + own, PAGE)
    second = fitted(made + own + others)
    for noise in (0.0, 0.05, 0.115):
        report(f"generated, held out, {noise:.1%} errors", best_of([ev for ev in held if ev.noise == noise], first, second))
    blind = fitted(made + own, {*PLACE, *PAGE})
    for noise in (0.0, 0.05, 0.115):
        unseen = blinded([ev for ev in held if ev.noise == noise])
        report(f"the same, not told where blocks stand, {noise:.1%} errors", best_of(unseen, blind))
        report(f"and of {FEW} starts a page, {noise:.1%} errors", best_of(fewer(unseen, rng), blind))
    best: dict[str, list[Best]] = defaultdict(list)
    for page in sorted({ev.group.split()[0] for ev in others}):
        known = made + [ev for ev in own if ev.group.split()[0] != page]
        fits = fitted(known, PAGE), fitted(known + [ev for ev in others if ev.group.split()[0] != page])
        for group in sorted({ev.group for ev in others if ev.group.split()[0] == page}):
            best[group.partition(" ")[2]] += best_of([ev for ev in others if ev.group == group], *fits)
    for kind, found in sorted(best.items()):
        report(f"recognised by {kind}, page left out", found)
    for low, high in CLAUSE_BANDS:
        links = [one.right for found in best.values() for one in found if one.clause and low <= one.p < high]
        print(f"recognised, page left out, behind a comma, p {low} to {high}: {sum(links)} of {len(links)} right")
    every = {"own": made + held + own, "any": made + held + own + others}
    data = {name: written(fitted(events, PAGE if name == "own" else ())) for name, events in every.items()}
    print(json.dumps(data, indent=1))
    if args.write:
        args.write.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def pages_of(rig: Path) -> list[Path]:
    return [page for page in sorted(rig.glob("p*")) if (page / "truth.json").is_file()]


def written(weights: Fitted) -> dict[str, object]:
    """Weights as the package keeps them."""
    pair, end, share = weights
    return {"pair": {n: round(float(w), 3) for n, w in zip(PAIR_FEATURES, pair, strict=True)},
            "end": {n: round(float(w), 3) for n, w in zip(END_FEATURES, end, strict=True)}, "finished_share": round(share, 3)}


if __name__ == "__main__":
    main()
