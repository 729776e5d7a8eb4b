"""What it costs to read one part of a page behind another, in log-odds; `order.best_order` lowers the sum."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cleaner.structure.flow import HEADINGS, Flow
from cleaner.structure.links import Links
from cleaner.structure.seams import CONNECTIVE, LOST

OPEN, JUMP, STORY, NEUTRAL = 4.0, 0.5, 6.0, 0.15
"""An open end left open; a departure from the scan, per seam and doubling of its distance, three at most; what one
unit of story affinity is worth; the affinity counted at the start of another story."""
LEAD, LEAD_LENGTH = 3.0, 40
"""Log-odds that the first block under a headline is its torn lead, rather than one that begins with 同时 or 此外;
the code points from which a block is taken for a lead."""
TORN_PAIR, CONTRAST = 2.5, 0.2
"""Log-odds that one lost passage explains an open end and the rest of its story elsewhere; by how much affinity each
of two interleaved stories must fit its own parts better than the other's."""
LINK_CAP = 8.0
SINGLE_BLOCKS = 150
"""Blocks up to which every paragraph is moved by itself."""


def nodes_of(flow: Flow, links: Links) -> list[list[int]]:
    """What is moved as one: a headline with its kicker and byline, a paragraph with its signature, and on a page
    too large to try every block, runs of paragraphs that nothing casts doubt on."""
    nodes: list[list[int]] = []
    large, interposed = len(flow.blocks) > SINGLE_BLOCKS, links.interposed()
    for i in flow.blocks:
        if i in interposed:
            continue
        if nodes and (_one_piece(flow, nodes[-1][-1], i) or (large and _firm(flow, nodes[-1][-1], i))):
            nodes[-1].append(i)
        else:
            nodes.append([i])
    return nodes


def seam_costs(flow: Flow, links: Links, nodes: list[list[int]]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """`(costs, linked)`, both (n + 1) × (n + 1): what reading node y behind node x costs (entry [x + 1, y + 1]; row 0
    is the top of the page, column 0 its end), and which of these seams close a sentence or a story."""
    n = len(nodes)
    costs = _departures(n) + _broken(flow, nodes)
    linked = np.zeros(costs.shape, bool)
    place = {node[0]: y for y, node in enumerate(nodes, 1)}
    tail = {node[-1]: x for x, node in enumerate(nodes, 1)}
    for (a, b), odds in links.odds.items():
        if odds > 0 and a in tail and b in place:
            costs[tail[a], place[b]] = -min(odds, LINK_CAP)
            linked[tail[a], place[b]] = True
    for a, b in interleaved(flow, links):
        if a in tail and b in place:
            costs[tail[a], place[b]] -= TORN_PAIR
            linked[tail[a], place[b]] = True
    leads = [y for y, node in enumerate(nodes, 1) if _torn_lead(flow, node[0])]
    for x, left in enumerate(nodes[:-1], 1):
        if left[0] not in flow.paragraphs and _presupposes(flow, nodes[x]):
            costs[x, leads] -= LEAD
            linked[x, leads] = True
    return costs, linked


def _departures(n: int) -> NDArray[np.float64]:
    """What leaving the scan's order costs; ending with another block is no departure of its own."""
    places = np.arange(n + 1)
    away = np.abs(places[None, :] - places[:, None] - 1)
    costs: NDArray[np.float64] = JUMP * np.minimum(np.log2(1 + away), 3)
    costs[:, 0] = 0.0
    return costs


def _broken(flow: Flow, nodes: list[list[int]]) -> NDArray[np.float64]:
    """What stays broken at every seam that no link closes: open ends, headless starts, stories run together."""
    n = len(nodes)
    affinity = flow.seams.stories.affinities([flow.around(node[-1], -1) for node in nodes],
                                             [flow.around(node[0], 1) for node in nodes])
    firsts = [node[0] for node in nodes]
    affinity[:, [y for y, i in enumerate(firsts) if flow.roles[i].role in {"headline", "kicker"}]] = NEUTRAL
    starts = np.array([max(0.0, min(flow.headless.get(i, 0.0), OPEN)) for i in firsts])
    headings = np.array([OPEN * (flow.roles[i].role in HEADINGS) for i in firsts])
    connective = np.array([LEAD * bool(CONNECTIVE.match(flow.texts[i])) for i in firsts])
    costs = np.zeros((n + 1, n + 1))
    costs[0, 1:] = starts
    for x, node in enumerate(nodes, 1):
        costs[x, 1:] = starts - STORY * affinity[x - 1]
        costs[x] += OPEN * (node[-1] in flow.open)
        if node[0] not in flow.paragraphs and flow.roles[node[0]].role in HEADINGS:
            costs[x, 0] += OPEN
            costs[x, 1:] += headings + (connective if flow.roles[node[-1]].role != "subhead" else 0.0)
    return costs


def _one_piece(flow: Flow, a: int, b: int) -> bool:
    left, right = flow.roles[a].role, flow.roles[b].role
    heads = left in {"kicker", "headline"} and right in {"headline", "byline"}
    return heads or (right == "byline" and left == "paragraph" and a not in flow.open)


def _firm(flow: Flow, a: int, b: int) -> bool:
    return ({a, b} <= flow.paragraphs and b - a == 1 and not {a, b} & flow.open
            and max(flow.headless[a], flow.headless[b]) < 0 and not CONNECTIVE.match(flow.texts[a]))


def _presupposes(flow: Flow, node: list[int]) -> bool:
    """Whether a node, or the one that it was read before, begins with 同时, 此外 …: no report begins so."""
    following = flow.next.get(node[-1])
    return any(i is not None and bool(CONNECTIVE.match(flow.texts[i])) for i in (node[0], following))


def _torn_lead(flow: Flow, b: int) -> bool:
    """Whether block b is a paragraph torn off its beginning, long enough to be the lead of a report."""
    return b in flow.paragraphs and len(flow.texts[b]) > LEAD_LENGTH and flow.lost_start(b) > LOST


def interleaved(flow: Flow, links: Links) -> list[tuple[int, int]]:
    """Open ends of stories that another story was read into, each with the block where its own story goes on.

    The scan reads A1, headline, B1, A2, B2: the last block of B1 stops in mid-sentence and nothing continues it,
    A2 fits A1 and not B1, B2 fits B1 and not A2, all of them clearly.
    """
    affinity, partnered = flow.seams.stories.affinity, {a for (a, _), odds in links.odds.items() if odds > 0}
    found = []
    for end in sorted(flow.open - partnered):
        k = flow.rank[end]
        head = next((j for j in range(k, 0, -1) if flow.roles[flow.blocks[j]].role in {"headline", "kicker"}), 0)
        while head and flow.roles[flow.blocks[head - 1]].role in {"headline", "kicker"}:
            head -= 1
        resumed = flow.next.get(end)
        if not head or resumed not in flow.paragraphs or flow.blocks[head - 1] not in flow.paragraphs:
            continue
        first, story = flow.around(flow.blocks[head - 1], -1), flow.around(end, -1)
        foreign = flow.around(resumed, 1)
        if affinity(first, foreign) < CONTRAST + affinity(story, foreign):
            continue
        for j in range(k + 2, len(flow.blocks)):
            block, above = flow.blocks[j], flow.blocks[j - 1]
            if flow.roles[block].role in {"headline", "kicker"}:
                break
            if {block, above} <= flow.paragraphs and (
                    affinity(story, own := flow.around(block, 1)) > CONTRAST + affinity(flow.around(above, -1), own)):
                found.append((end, block))
                break
    return found
