"""How near the search comes to the best order there is: the same costs, solved exactly, on pages that can be.

    python benchmarks/optimum.py TEXT.txt … [--pages 12] [--seed 5] [--most 60]

An order of n nodes is a cycle through them and the edge of the page, one of n!. The program (`scipy.optimize.milp`, HiGHS branch
and cut) chooses a follower for every node, so that each has one; a solution that falls into several cycles gets the constraint
that the nodes of each must be left (Dantzig, Fulkerson & Johnson 1954), and is solved again, until one cycle is left. That is the
cheapest order that exists, over all departures from the scan.

The search is not after that alone: it makes a move only where it gains `MOVE_GAIN`, and `UNLINKED` more where it closes no sentence.
So each page is searched twice: freely (every move that gains anything), which says how good the search is, and as the
toolkit does it, which says what the margins leave. Printed for each: how often the optimum is found, and the gap in log-odds.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: E402
from scipy.sparse import csr_array, vstack  # noqa: E402

from benchmarks.order import NOISE, column_page, edges_of  # noqa: E402
from benchmarks.pages import GeneratedPage, PageSettings, make_page, read_articles  # noqa: E402
from cleaner import Page, Settings, Source  # noqa: E402
from cleaner.evidence import Evidence  # noqa: E402
from cleaner.evidence.build import held_out  # noqa: E402
from cleaner.structure.order.costs import SeamCosts, nodes_of  # noqa: E402
from cleaner.structure.order.links import Links  # noqa: E402
from cleaner.structure.order.reading import MOVE_GAIN, flow_of  # noqa: E402
from cleaner.structure.order.search import TELLING, best_order  # noqa: E402

SECONDS, CUTS = 20.0, 60
"""How long HiGHS may take for one solution, and how many times cycles are cut."""
SAME = 0.01
"""Log-odds by which two costs may differ and be the same."""


@dataclass(frozen=True)
class Free:
    """The same costs, every move allowed that gains anything."""

    costs: SeamCosts
    unlinked: float = 0.0

    @property
    def size(self) -> int:
        return self.costs.size

    @property
    def lengths(self) -> list[int]:
        return [TELLING] * self.size

    def among(self, tour: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return self.costs.among(tour)


def cheapest(matrix: np.ndarray) -> tuple[list[int], float, bool]:
    """The cheapest cycle through all nodes, a bound below it, and whether it is proven to be the cheapest."""
    n = len(matrix)
    rows = np.repeat(np.arange(n), n)
    columns = np.tile(np.arange(n), n)
    free = rows != columns
    rows, columns = rows[free], columns[free]
    k = np.arange(len(rows))
    cost = matrix[rows, columns]
    once = vstack([csr_array((np.ones(len(k)), (rows, k)), shape=(n, len(k))),
                   csr_array((np.ones(len(k)), (columns, k)), shape=(n, len(k)))])
    rules = [LinearConstraint(once, 1, 1)]
    bound = -np.inf
    for _ in range(CUTS):
        found = milp(cost, integrality=np.ones(len(k)), bounds=Bounds(0, 1), constraints=rules,
                     options={"time_limit": SECONDS, "mip_rel_gap": 0.0})
        if found.x is None or found.status not in (0, 1):
            return [], bound, False
        bound = max(bound, float(found.mip_dual_bound))
        if found.status == 1:
            return [], bound, False
        after = dict(zip(rows[found.x > 0.5].tolist(), columns[found.x > 0.5].tolist(), strict=True))
        cycles = cycles_of(after)
        if len(cycles) == 1:
            return cycles[0], float(found.fun), True
        for cycle in cycles:
            inside = np.isin(rows, cycle)
            leaves = inside & ~np.isin(columns, cycle)
            rules.append(LinearConstraint(csr_array(leaves[None, :].astype(float)), 1, np.inf))
    return [], bound, False


def cycles_of(after: dict[int, int]) -> list[list[int]]:
    """The cycles of a permutation, each from its smallest number on."""
    found, seen = [], set[int]()
    for start in sorted(after):
        cycle, at = [], start
        while at not in seen:
            seen.add(at)
            cycle.append(at)
            at = after[at]
        if cycle:
            found.append(cycle)
    return found


@dataclass
class Row:
    """What one page says."""

    nodes: int
    proven: bool
    free: float
    kept: float
    edges: tuple[float, float, float]
    """Share of true neighbours: as the toolkit orders, as the free search does, in the cheapest order."""


def weigh(page: GeneratedPage, most: int) -> Row | None:
    evidence = Evidence(Page(Source.from_text(page.text)), Settings())
    flow, _ = flow_of(evidence)
    links = Links(flow)
    nodes = nodes_of(flow, links)
    if len(nodes) > most:
        return None
    costs = SeamCosts(flow, links, nodes)
    matrix, _ = costs.among(np.array([0, *range(1, len(nodes) + 1), 0]))
    # top and bottom are one node of the cycle: left as the top is, entered as the bottom is
    square = matrix[:-1, [-1, *range(1, len(nodes) + 1)]]
    cycle, least, proven = cheapest(square)

    def price(order: Sequence[int]) -> float:
        return float(sum(square[a, b] for a, b in pairwise([0, *(node + 1 for node in order), 0])))

    inside = {i for node in nodes for i in node}
    truth = {(a, b) for a, b in edges_of(page) if a in inside and b in inside}

    def right(order: Sequence[int]) -> float:
        blocks = [i for node in order for i in nodes[node]]
        return len(truth & set(pairwise(blocks))) / max(1, len(truth))

    kept, _ = best_order(costs, MOVE_GAIN)
    free, _ = best_order(Free(costs), 0.0)
    best = [node - 1 for node in cycle[1:]] if proven else free
    return Row(len(nodes), proven, price(free) - least, price(kept) - least, (right(kept), right(free), right(best)))


def report(name: str, rows: Sequence[Row]) -> None:
    proven = [row for row in rows if row.proven]
    print(f"{name}: {len(rows)} pages of {np.mean([row.nodes for row in rows]):.0f} nodes, {len(proven)} solved exactly")
    if not proven:
        return
    for label, gaps in (("free search", [row.free for row in proven]), ("with margins", [row.kept for row in proven])):
        print(f"  {label}: optimum found on {np.mean(np.array(gaps) < SAME):.0%}, gap mean {np.mean(gaps):.2f}, median "
              f"{np.median(gaps):.2f}, most {max(gaps):.2f} log-odds")
    kept, free, best = (np.mean([row.edges[k] for row in proven]) for k in range(3))
    print(f"  true neighbours: with margins {kept:.3f}, free search {free:.3f}, cheapest order {best:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", nargs="+", type=Path)
    parser.add_argument("--pages", type=int, default=12)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--most", type=int, default=60)
    args = parser.parse_args()
    missing = [path for path in args.texts if not path.is_file()]
    if missing:
        print(f"skipped: {missing[0]} is not here")
        return
    articles = read_articles(args.texts, choose=held_out)
    rng = random.Random(args.seed)
    kinds = {"columns displaced": [], "paragraphs displaced": [], "in order": []}
    for number in range(args.pages):
        noise = NOISE[number % len(NOISE)]
        chosen = rng.sample(articles, min(len(articles), 5))
        kinds["columns displaced"].append(column_page(chosen, rng, rng.randint(14, 30), 0.35, noise))
        kinds["paragraphs displaced"].append(make_page(chosen, rng, PageSettings(cuts=0.4, displaced=0.04, interposed=0.15, noise=noise)))
        kinds["in order"].append(make_page(chosen, rng, PageSettings(cuts=0.3, noise=noise)))
    for name, pages in kinds.items():
        report(name, [row for row in (weigh(page, args.most) for page in pages) if row is not None])


if __name__ == "__main__":
    main()
