"""How well the order of a page is found: pages cut, displaced and misread by the generator, and pages left in order.

    python benchmarks/order.py TEXT.txt … [--pages 40] [--seed 5] [--plot FILE.svg]

Of a text only those lines are used that the shipped model has not learnt. Prints, for pages at 0, 5 and 11.5 % character errors:

edges      share of true neighbours (one block directly behind the other in its article) that are neighbours in the
           cleaned page, beside the same share in the page as given and in the order that the oracle finds
joins      F1 of the paragraph breaks mended, and how many joins are wrong
moved      blocks moved on pages that were in order already
articles   adjusted Rand index (Hubert & Arabie 1985) of the blocks by article: the blocks that stand between two headlines
           of the cleaned page against the true articles

and the time for pages of 100 to 10,000 blocks as ratios to 1,000 blocks; `--plot` draws it.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import comb
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
from scipy.optimize import linear_sum_assignment  # noqa: E402

from benchmarks.noise import misread  # noqa: E402
from benchmarks.pages import (  # noqa: E402
    Article,
    Element,
    GeneratedPage,
    PageBlock,
    PageSettings,
    Segment,
    line_ends,
    make_page,
    read_articles,
)
from cleaner import Page, Settings, Source  # noqa: E402
from cleaner.evidence import Evidence  # noqa: E402
from cleaner.evidence.build import held_out  # noqa: E402
from cleaner.normalizers.joins import is_sure  # noqa: E402
from cleaner.structure.order.costs import SeamCosts, nodes_of  # noqa: E402
from cleaner.structure.order.links import Links  # noqa: E402
from cleaner.structure.order.reading import MOVE_GAIN, Reading, flow_of, read  # noqa: E402
from cleaner.structure.order.search import best_order  # noqa: E402

NOISE = (0.0, 0.05, 0.115)
SIZES = (100, 300, 1000, 3000, 10_000)
WIDTH = 17
"""Hanzi a printed line."""


@dataclass
class Tally:
    """Counts over pages."""

    edges: Counter[str] = field(default_factory=Counter)
    joins: Counter[str] = field(default_factory=Counter)
    blocks: int = 0
    moved: int = 0
    rand: list[float] = field(default_factory=list)


def reading_of(page: GeneratedPage) -> Reading:
    return read(Evidence(Page(Source.from_text(page.text)), Settings()))


def out_of_place(order: Sequence[int]) -> int:
    """How many blocks moved at least: all but a longest rising subsequence (Schensted 1961)."""
    tails: list[int] = []
    for block in order:
        k = bisect_left(tails, block)
        tails[k:k + 1] = [block]
    return len(order) - len(tails)


def edges_of(page: GeneratedPage) -> set[tuple[int, int]]:
    """True neighbours of one article; which article follows which is not for the text to say."""
    return {(a, b) for a, b in pairwise(page.order) if page.blocks[a].article == page.blocks[b].article}


def adjusted_rand(one: Sequence[int], other: Sequence[int]) -> float:
    """Adjusted Rand index of two partitions of the same things."""
    both = sum(comb(n, 2) for n in Counter(zip(one, other, strict=True)).values())
    left, right = (sum(comb(n, 2) for n in Counter(labels).values()) for labels in (one, other))
    expected, most = left * right / max(1, comb(len(one), 2)), (left + right) / 2
    return (both - expected) / (most - expected) if most != expected else 1.0


def weigh(page: GeneratedPage, tally: Tally) -> None:
    given = Page(Source.from_text(page.text))
    reading = read(Evidence(given, Settings()))
    truth = edges_of(page)
    tally.blocks += len(page.blocks)
    tally.moved += out_of_place(reading.order)
    kept = [i for i in reading.order if i not in reading.drops]
    tally.edges.update(all=len(truth), given=len(truth & set(pairwise(range(len(page.blocks))))), found=len(truth & set(pairwise(kept))))
    true = set(page.joins)
    made = {(join.a, join.b) for join in reading.joins if not join.lacuna and is_sure(given, join)}
    tally.joins.update(true=len(true), made=len(made), right=len(true & made))
    stories, label = [], 0
    for i in kept:
        label += page.blocks[i].kind == "headline"
        stories.append(label)
    tally.rand.append(adjusted_rand([page.blocks[i].article for i in kept], stories))


def column_page(articles: Sequence[Article], rng: random.Random, lines: int, displaced: float, noise: float,
                widths: Sequence[int] = (WIDTH,)) -> GeneratedPage:
    """A page set in columns of so many printed lines that are read in the wrong order: a share of them stands elsewhere.
    A column ends wherever its last line ends, mostly in mid-sentence, as in print. Article k is set to the k-th of the `widths`."""
    columns: list[list[PageBlock]] = [[]]
    elements: list[Element] = []
    at, left = 0, lines
    for number, article in enumerate(articles):
        if columns[-1] and left < lines // 3:
            columns.append([])
            left = lines
        for kind, text in [("headline", article.title), *(("paragraph", p) for p in article.paragraphs)]:
            text, start = " ".join(text.split()), 0
            elements.append(Element(number, "headline" if kind == "headline" else "paragraph", text, at))
            ends = [len(text)] if kind == "headline" else [*line_ends(text, widths[number % len(widths)]), len(text)]
            while ends:
                rows = ends[:left]
                end, ends = rows[-1], ends[left:]
                read_as, kept = misread(text[start:end], noise, rng)
                columns[-1].append(PageBlock(
                    read_as, (Segment(len(elements) - 1, start, end),), tuple(at + start + k if k >= 0 else -1 for k in kept),
                    number, elements[-1].kind))
                left -= len(rows)
                start = end
                if left <= 0:
                    columns.append([])
                    left = lines
            at += len(text) + 2
    for _ in range(round(displaced * len(columns))):
        moved = columns.pop(rng.randrange(len(columns)))
        columns.insert(rng.randrange(len(columns) + 1), moved)
    return GeneratedPage(tuple(block for column in columns for block in column), tuple(elements))


def gap(page: GeneratedPage) -> tuple[float, float]:
    """How much dearer the order found is than the scan's order, and than the cheapest assignment of a follower to every node
    (solved exactly, cycles allowed, so no order can be cheaper), in log-odds."""
    evidence = Evidence(Page(Source.from_text(page.text)), Settings())
    flow, _ = flow_of(evidence)
    links = Links(flow)
    nodes = nodes_of(flow, links)
    costs = SeamCosts(flow, links, nodes)
    order, _ = best_order(costs, MOVE_GAIN)
    matrix, _ = costs.among(np.array([0, *range(1, len(nodes) + 1)]))
    np.fill_diagonal(matrix, 1e6)
    rows, columns = linear_sum_assignment(matrix)

    def price(tour: Sequence[int]) -> float:
        return float(sum(matrix[a, b] for a, b in pairwise([0, *(node + 1 for node in tour), 0])))

    return price(order) - price(range(len(nodes))), price(order) - float(matrix[rows, columns].sum())


def pages_of(articles: Sequence[Article], settings: PageSettings, count: int, seed: int) -> list[GeneratedPage]:
    rng = random.Random(seed)
    return [make_page(rng.sample(articles, min(len(articles), 5)), rng, settings) for _ in range(count)]


def columns_of(articles: Sequence[Article], noise: float, count: int, seed: int) -> list[GeneratedPage]:
    rng = random.Random(seed)
    return [column_page(rng.sample(articles, min(len(articles), 5)), rng, rng.randint(14, 30), 0.35, noise) for _ in range(count)]


def scaling(articles: Sequence[Article], seed: int) -> list[tuple[int, float]]:
    """Seconds to read pages of about so many blocks, the models loaded before."""
    rng, found = random.Random(seed), []
    reading_of(make_page(articles[:2], rng))
    for size in SIZES:
        chosen: list[Article] = []
        while sum(len(a.paragraphs) * 1.3 + 1 for a in chosen) < size:
            chosen.append(articles[rng.randrange(len(articles))])
        page = make_page(chosen, rng, PageSettings(cuts=0.3, displaced=0.01, noise=0.02))
        start = time.perf_counter()
        reading_of(page)
        found.append((len(page.blocks), time.perf_counter() - start))
    return found


def plot(points: Sequence[tuple[int, float]], path: Path) -> None:
    """A small chart, both axes logarithmic, as SVG; a dashed line for linear growth from 1,000 blocks."""
    from math import log10

    width, height, left, bottom = 560, 360, 60, 320
    low, high = log10(points[0][0]), log10(points[-1][0])
    floor, top = log10(min(t for _, t in points)) - 0.2, log10(max(t for _, t in points)) + 0.4
    base = min(points, key=lambda p: abs(p[0] - 1000))

    def at(blocks: float, seconds: float) -> str:
        x = left + (log10(blocks) - low) / (high - low) * (width - left - 20)
        return f"{x:.1f},{bottom - (log10(seconds) - floor) / (top - floor) * (bottom - 20):.1f}"

    line = " ".join(at(b, t) for b, t in points)
    linear = " ".join(at(b, base[1] * b / base[0]) for b, _ in points)
    labels = "".join(f'<text x="{at(b, t).split(",")[0]}" y="{bottom + 18}">{b:,}</text>'
                     f'<text x="{at(b, t).split(",")[0]}" y="{float(at(b, t).split(",")[1]) - 8:.1f}">{t:.2f} s</text>'
                     for b, t in points)
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="11" '
        f'text-anchor="middle"><rect width="{width}" height="{height}" fill="white"/>'
        f'<polyline points="{linear}" fill="none" stroke="#999" stroke-dasharray="4 4"/>'
        f'<polyline points="{line}" fill="none" stroke="#b03020" stroke-width="2"/>{labels}'
        f'<text x="{width / 2}" y="{height - 6}">blocks on a page (dashed: linear)</text></svg>\n', encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", nargs="+", type=Path)
    parser.add_argument("--pages", type=int, default=40)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--plot", type=Path)
    args = parser.parse_args()
    missing = [path for path in args.texts if not path.is_file()]
    if missing:
        print(f"skipped: {missing[0]} is not here")
        return
    articles = read_articles(args.texts, choose=held_out)
    print(f"{len(articles)} articles, {args.pages} pages of 5 a row")
    kinds: dict[str, PageSettings | None] = {"columns displaced": None, "paragraphs displaced": PageSettings(width=17, cuts=0.4, displaced=0.04, interposed=0.15), "in order": PageSettings(cuts=0.3)}
    for name, settings in kinds.items():
        for noise in NOISE:
            tally = Tally()
            made = (columns_of(articles, noise, args.pages, args.seed) if settings is None
                    else pages_of(articles, replace(settings, noise=noise), args.pages, args.seed))
            for page in made:
                weigh(page, tally)
            e, j = tally.edges, tally.joins
            f1 = 2 * j["right"] / max(1, j["true"] + j["made"])
            gaps = [gap(page) for page in made]
            print(f"{name}, {noise:.1%} errors: edges given {e['given'] / e['all']:.3f} found {e['found'] / e['all']:.3f}; joins "
                  f"F1 {f1:.3f} wrong {j['made'] - j['right']} of {j['made']}; moved {tally.moved} of {tally.blocks} blocks; "
                  f"articles ARI {sum(tally.rand) / len(tally.rand):.3f}")
            print(f"  cost found: {np.mean([g for g, _ in gaps]):+.2f} against the scan's order, at most "
                  f"{np.mean([g for _, g in gaps]):.2f} above the best; proven best on {np.mean([g < 0.01 for _, g in gaps]):.0%}")
    points = scaling(articles, args.seed)
    base = min(points, key=lambda p: abs(p[0] - 1000))[1]
    print("time:", ", ".join(f"{blocks:,} blocks {seconds:.2f} s ({seconds / base:.1f}×)" for blocks, seconds in points))
    if args.plot:
        plot(points, args.plot)


if __name__ == "__main__":
    main()
