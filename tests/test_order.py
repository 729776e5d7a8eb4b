"""Links as a matching, stories as walks, and the exact solution beside the search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise, permutations

import numpy as np
import pytest

from benchmarks.optimum import cheapest
from cleaner import Settings
from cleaner.evidence import Evidence, shipped_lexicon, shipped_model
from cleaner.page import Page
from cleaner.source import Source
from cleaner.structure.order.costs import _group
from cleaner.structure.order.links import Links, matched
from cleaner.structure.order.reading import flow_of
from cleaner.structure.order.search import best_order
from cleaner.structure.stories import Stories

FERRY = ("停了三年的河湾渡口昨天重新开放。", "渡口的船工说，第一班渡船坐满了赶集的人。", "赶集的人从前要绕路三十里。")
ORCHARD = ("山脚下的果园收了十万斤苹果。", "苹果从下周起运往省城的超市。", "省城的超市和合作社签订了合同。")


def exactly(pairs: Sequence[tuple[int, int]], worth: Sequence[float], alone: Sequence[float]) -> list[float]:
    """Odds of every link, by counting all matchings."""
    total, having = 0.0, [0.0] * len(pairs)
    for chosen in range(2 ** len(pairs)):
        links = [k for k in range(len(pairs)) if chosen >> k & 1]
        ends, starts = [pairs[k][0] for k in links], [pairs[k][1] for k in links]
        if len(set(ends)) < len(ends) or len(set(starts)) < len(starts):
            continue
        weight = float(np.prod([worth[k] for k in links] + [a for i, a in enumerate(alone) if i not in ends]))
        total += weight
        for k in links:
            having[k] += weight
    return [has / (total - has) for has in having]


@pytest.mark.parametrize("pairs", [[(0, 5)], [(0, 5), (0, 6)], [(0, 5), (1, 5)], [(0, 5), (0, 6), (1, 6), (2, 6), (2, 7)]])
def test_odds_of_links_are_exact_without_rings(pairs: list[tuple[int, int]]) -> None:
    worth, alone = np.array([3.0, 0.5, 2.0, 7.0, 0.1][:len(pairs)]), np.array([1.5, 1.0, 4.0])
    ends, starts = np.array(pairs).T
    count = int(ends.max()) + 1
    found = matched(ends, starts, worth, alone[:count])
    assert np.allclose(found, exactly(pairs, worth.tolist(), alone[:count].tolist()))


def test_odds_of_links_are_near_in_a_ring_of_rivals() -> None:
    pairs, worth = [(0, 2), (0, 3), (1, 2), (1, 3)], np.array([20.0, 1.0, 2.0, 3.0])
    ends, starts = np.array(pairs).T
    found = np.log(matched(ends, starts, worth, np.ones(2)))
    true = np.log(exactly(pairs, worth.tolist(), [1.0, 1.0]))
    assert np.array_equal(found > 0, true > 0) and np.abs(found - true)[true > 0].max() < 0.2


def test_a_start_that_two_ends_ask_for_is_less_sure() -> None:
    ends, starts = np.array([0, 1]), np.array([2, 2])
    rivals = matched(ends, starts, np.array([5.0, 5.0]), np.ones(2))
    alone = matched(ends[:1], starts[:1], np.array([5.0]), np.ones(1))
    assert rivals[0] < 1 < alone[0]


def test_blocks_are_alike_through_a_third_one() -> None:
    stories = Stories([*FERRY, *ORCHARD], shipped_model())
    own = [stories.affinity([0], [2]), stories.affinity([3], [5])]
    others = [stories.affinity([a], [b]) for a in range(3) for b in range(3, 6)]
    assert not set(FERRY[0]) & set(FERRY[2]) - set("的。三") and min(own) > max(others)
    assert np.allclose(stories.affinities([([0], [2]), ([0, 1], [4])]), [own[0], stories.affinity([0, 1], [4])])


def test_stories_of_hardly_any_text() -> None:
    assert Stories(["", "。"], shipped_model()).affinity([0], [1]) == 0.0


def test_a_word_across_a_seam_saves_what_two_halves_cost() -> None:
    saved = shipped_lexicon().saved_across(["结合本市实", "会议在上午", "", "实"], ["际，制定本", "九点开始", "际", ""])
    assert saved[0] > 5 and saved[1:].tolist() == [0.0, 0.0, 0.0]
    assert shipped_lexicon().saved_across([], []).tolist() == []


def test_the_exact_order_is_the_cheapest_of_all() -> None:
    rng = np.random.default_rng(3)
    for _ in range(5):
        matrix = rng.normal(size=(6, 6))
        matrix[np.ix_([1, 2], [1, 2])] -= 4  # a cycle that pays
        cycle, cost, proven = cheapest(matrix)
        every = (sum(matrix[a, b] for a, b in pairwise([0, *order, 0])) for order in permutations(range(1, 6)))
        assert proven and cycle[0] == 0 and sorted(cycle) == list(range(6)) and cost == pytest.approx(min(every))


class Seams:
    """Costs of reading four nodes, of which 1 and 2 stand the wrong way round; no seam is linked."""

    size = 4

    def __init__(self, unlinked: float) -> None:
        self.unlinked = unlinked

    def among(self, tour: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        good = {(1, 3), (3, 2), (2, 4)}
        costs = np.array([[-2.0 * ((int(a), int(b)) in good) for b in tour] for a in tour])
        return costs, np.zeros(costs.shape, bool)


def test_likeness_alone_moves_at_a_price() -> None:
    assert best_order(Seams(4.0), 1.5)[0] == [0, 2, 1, 3]
    assert best_order(Seams(5.0), 1.5)[0] == best_order(Seams(float("inf")), 1.5)[0] == [0, 1, 2, 3]


@pytest.mark.parametrize(("rest", "lost"), [("兴，第一班渡船坐满了赶集的人，船工忙到天黑。", False), ("石阶两条，明年春天完工，老人上下船就方便多了。", True)])
def test_a_story_read_into_another_goes_on_with_a_gap_where_the_words_do_not_run_on(rest: str, lost: bool) -> None:
    text = f"停了三年的河湾渡口昨天重新开放，附近的居民都很高\n\n山脚下的果园收了十万斤苹果，从下周起运往省城。\n\n{rest}"
    flow, _ = flow_of(Evidence(Page(Source.from_text(text)), Settings()))
    links = Links(flow)
    assert links.runs_on((0, 2)) is not lost
    joins = {(join.a, join.b): join.lacuna for join in links.joins([0, 2, 1], torn=[(0, 2)])}
    assert joins.get((0, 2)) is lost


def test_a_few_words_beside_a_block_do_not_tell_its_story() -> None:
    lines = ["渡口开放", "停了三年的河湾渡口昨天重新开放，附近的居民都很高兴。", "渡口开放", "第一班渡船坐满了赶集的人，船工一直忙到天黑。"]
    flow, _ = flow_of(Evidence(Page(Source.from_text("\n\n".join(lines))), Settings()))
    flow.roles = [replace(role, role="paragraph") for role in flow.roles]
    assert [_group(flow, i, 1) for i in range(3)] == [[0, 1], [1, 3], [2, 3]]
