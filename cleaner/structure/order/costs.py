"""What it costs to read one part of a page behind another, in log-odds; `order.best_order` lowers the sum."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from cleaner.structure.order.crops import read_on
from cleaner.structure.order.flow import HEADINGS, Flow
from cleaner.structure.order.items import item_of
from cleaner.structure.order.links import Links
from cleaner.structure.order.numbering import Numbering
from cleaner.structure.order.search import WINDOW
from cleaner.structure.seams import CONNECTIVE, LOST

OPEN, JUMP, STORY, NEUTRAL = 4.0, 0.5, 5.0, 0.45
"""An open end left open; a departure from the scan, per seam and doubling of its distance, three at most; what one
unit of story affinity is worth; the affinity counted at the start of another story."""
LEAD, LEAD_LENGTH = 3.0, 40
"""Log-odds that the first block under a headline is its torn lead, rather than one that begins with 同时 or 此外;
the code points from which a block is taken for a lead."""
TORN_PAIR, CONTRAST = 2.5, 0.4
"""Log-odds that one lost passage explains an open end and the rest of its story elsewhere; by how much affinity each
of two interleaved stories must fit its own parts better than the other's."""
READ_ON = 3.0
"""Log-odds that what another crop shows behind a copy belongs there. Set by hand: with 2 and with 4.5 fewer neighbours come right on readings of tiles."""
NUMBERED = 3.0
"""Log-odds for an item behind the one before it, and against one elsewhere: what a page numbers, it numbers in order. Set by hand."""
ARTICLE_LENGTH = 12
"""Blocks of an article of a statute, at most; the longest seldom have more items. Set by hand."""
LINK_CAP = 8.0
GROUP = 2
"""How many blocks on either side of a seam tell which stories meet there: with one, displaced paragraphs are found better, with
three, displaced columns."""
TELLING = 13
"""Code points from which a neighbour is asked."""
UNLINKED = 6.0
"""Log-odds that a move must gain besides, if it closes no linked seam: likeness of subject is all that speaks for it. Of 894,000 characters of
clean articles (news, technology, a Hong Kong paper) none moved with it; with 5.0 four runs on two pages of short steps and lists."""
FEW = 20
"""Blocks under which a page is too small to say which words are those of a story: likeness alone moves nothing there, nor on a page of
notes, lists and dialogues, each of too few words."""
SLIGHT = 2
"""Code points of a stray mark or letter, as an ornament is misread (◎ as O): it tells nothing, and stays where it stands."""
ROWS = frozenset({"table", "list", "verse"})
SINGLE_BLOCKS = 150
"""Blocks up to which every paragraph is moved by itself."""


def nodes_of(flow: Flow, links: Links) -> list[list[int]]:
    """What is moved as one: a headline with its kicker and byline, a paragraph with its signature, and on a page
    too large to try every block, runs of paragraphs that nothing casts doubt on."""
    nodes: list[list[int]] = []
    large, interposed, sealed = len(flow.blocks) > SINGLE_BLOCKS, links.interposed(), _sealed(flow)
    for i in flow.blocks:
        if i in interposed:
            continue
        if nodes and (i in sealed or _one_piece(flow, nodes[-1][-1], i) or (large and _firm(flow, nodes[-1][-1], i))):
            nodes[-1].append(i)
        else:
            nodes.append([i])
    return nodes


class SeamCosts:
    """What reading one node behind another costs, for any few nodes of a page at a time."""

    def __init__(self, flow: Flow, links: Links, nodes: Sequence[Sequence[int]]) -> None:
        few = len(flow.blocks) < FEW or flow.short
        self.size, self.unlinked = len(nodes), float("inf") if few else UNLINKED
        self.lengths = [sum(len(flow.texts[i]) for i in node) for node in nodes]
        firsts, lasts = [node[0] for node in nodes], [node[-1] for node in nodes]
        stories = flow.seams.stories
        self._left = stories.grouped([_group(flow, i, -1) for i in lasts])
        self._right = stories.grouped([_group(flow, i, 1) for i in firsts])
        self._starts = _padded([max(0.0, min(flow.headless.get(i, 0.0), OPEN)) for i in firsts])
        self._opens = _padded([OPEN * (i in flow.open) for i in lasts])
        self._story = _padded([flow.roles[i].role in {"headline", "kicker"} and i not in flow.subheads for i in firsts]) > 0
        self._rows = _padded([flow.roles[i].role in ROWS for i in firsts]) > 0
        """Rows of tables and lines of verse: their few words tell of no story."""
        heading = [(i not in flow.paragraphs and flow.roles[i].role in HEADINGS) or i in flow.subheads for i in firsts]
        self._heading = _padded(heading) > 0
        self._first = _padded([_is_first(flow.texts[i]) for i in firsts]) > 0
        self._leads_on = _padded([h and flow.roles[i].role != "subhead" for h, i in zip(heading, lasts, strict=True)]) > 0
        self._bare = _padded([OPEN * (h and i not in flow.subheads) for h, i in zip(heading, firsts, strict=True)])
        """What a headline costs with no paragraph under it. Of subheads nobody can say whether they lost one."""
        self._connective = _padded([LEAD * bool(CONNECTIVE.match(flow.texts[i])) for i in firsts])
        self._torn_lead = _padded([_torn_lead(flow, i) for i in firsts]) > 0
        follows = [*(_presupposes(flow, node) for node in nodes[1:]), False]
        self._torn = _padded([i not in flow.paragraphs and f for i, f in zip(firsts, follows, strict=True)]) > 0
        head = {node[0]: y for y, node in enumerate(nodes, 1)}
        tail = {node[-1]: x for x, node in enumerate(nodes, 1)}
        self._linked: dict[int, dict[int, float]] = defaultdict(dict)
        for (a, b), odds in links.sound.items():
            if a in tail and b in head:
                self._linked[tail[a]][head[b]] = -min(odds, LINK_CAP)
        self._numbers = _numbered(Numbering(flow), firsts, lasts)
        self._read_on = {(tail[a], head[b]) for a, b in read_on(flow) if a in tail and b in head}
        self._apart = {(tail[a], head[b]) for a, b in interleaved(flow, links) if a in tail and b in head}

    def among(self, tour: NDArray[np.intp]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """`(costs, linked)` of reading place y of a tour behind place x, and which of these seams close a sentence or a
        story. A tour names nodes from 1; 0 is the edge of the page: its top as x, its end as y."""
        away = np.abs(tour[None, :] - tour[:, None] - 1)
        costs = JUMP * np.minimum(np.log2(1 + away), 3)
        inside = np.flatnonzero(tour)
        nodes = tour[inside] - 1
        affinity = np.zeros(costs.shape)
        affinity[np.ix_(inside, inside)] = self._left[nodes].products(self._right[nodes])
        affinity[:, self._story[tour]] = NEUTRAL
        affinity[self._rows[tour]] = affinity[:, self._rows[tour]] = NEUTRAL
        affinity[tour == 0] = 0.0
        ends = tour == 0
        bare = self._bare[tour][:, None]
        costs += self._opens[tour][:, None] + np.where(ends, bare, (
            self._starts[tour] - STORY * affinity + bare * (self._heading & ~self._first)[tour]
            + self._connective[tour] * self._leads_on[tour][:, None]))
        linked = np.zeros(costs.shape, bool)
        place = {int(node): k for k, node in enumerate(tour) if node}
        for node, x in place.items():
            for follower, cost in self._linked.get(node, {}).items():
                if follower in place:
                    costs[x, place[follower]] = min(cost, -STORY * affinity[x, place[follower]])
                    linked[x, place[follower]] = True
        for a, b in self._apart:
            if a in place and b in place:
                costs[place[a], place[b]] -= TORN_PAIR
                linked[place[a], place[b]] = True
        for a, b in self._read_on:
            if a in place and b in place:
                costs[place[a], place[b]] -= READ_ON
                linked[place[a], place[b]] = True
        for (a, b), cost in self._numbers.items():
            if a in place and b in place:
                costs[place[a], place[b]] += cost
                linked[place[a], place[b]] |= cost < 0
        torn = np.ix_(self._torn[tour], self._torn_lead[tour])
        costs[torn] -= LEAD
        linked[torn] = True
        return costs, linked


def _numbered(numbering: Numbering, firsts: Sequence[int], lasts: Sequence[int]) -> dict[tuple[int, int], float]:
    """What a page's numbers cost at the seams of nodes x and y (from 1)."""
    if not numbering.own:
        return {}
    found: dict[tuple[int, int], float] = {}
    for y in (y for y, b in enumerate(firsts, 1) if b in numbering.ahead):
        for x in (x for x in range(max(1, y - WINDOW), min(len(lasts), y + WINDOW) + 1) if x != y):
            if numbering.follows(lasts[x - 1], firsts[y - 1]):
                found[x, y] = -NUMBERED
            elif numbering.misses(lasts[x - 1], firsts[y - 1]):
                found[x, y] = NUMBERED
    return found


def _is_first(text: str) -> bool:
    """Whether a block opens the first of several items: 一、, 1."""
    item = item_of(text)
    return item is not None and item[2] == 1


def _padded(values: Sequence[float]) -> NDArray[np.float64]:
    """Values of nodes, with a 0 in front for the edge of the page."""
    return np.array([0.0, *values])


def _group(flow: Flow, i: int, step: int) -> list[int]:
    """Block i and its neighbours, as many as tell of its story; those of a few words tell of nothing but themselves."""
    first, *others = flow.around(i, step)
    return [first, *(j for j in others if len(flow.texts[j]) >= TELLING)][:GROUP]


def _one_piece(flow: Flow, a: int, b: int) -> bool:
    left, right = flow.roles[a].role, flow.roles[b].role
    heads = left in {"kicker", "headline"} and a not in flow.subheads and right in {"headline", "byline"}
    signed = right == "byline" and left == "paragraph" and a not in flow.open
    stray = right == "paragraph" and len(flow.texts[b]) <= SLIGHT and a not in flow.open
    return heads or signed or stray or {left, right} <= ROWS or _counts_on(flow, a, b)


def _sealed(flow: Flow) -> set[int]:
    """Blocks that belong behind the block before them, since the articles of a statute around them count on (第十八条 … 第十九条)."""
    found: set[int] = set()
    articles = [(k, item[2]) for k, i in enumerate(flow.blocks) if (item := item_of(flow.texts[i])) is not None and item[0] == "条"]
    for (last, number), (k, other) in pairwise(articles):
        if other == number + 1 and k - last <= ARTICLE_LENGTH:
            found.update(flow.blocks[last + 1:k + 1])
    return found


def _counts_on(flow: Flow, a: int, b: int) -> bool:
    """Whether block b is the item after that of block a, or the first one behind a colon: they stand where they belong."""
    item, before = item_of(flow.texts[b]), item_of(flow.texts[a])
    if item is None or a in flow.open:
        return False
    return before == (*item[:2], item[2] - 1) or (item[2] == 1 and flow.texts[a].endswith(("：", ":")))


def _firm(flow: Flow, a: int, b: int) -> bool:
    return ({a, b} <= flow.paragraphs and b - a == 1 and not {a, b} & flow.open
            and max(flow.headless[a], flow.headless[b]) < 0 and not CONNECTIVE.match(flow.texts[a]))


def _presupposes(flow: Flow, node: Sequence[int]) -> bool:
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
    affinity = flow.seams.stories.affinity
    partnered = {a for (a, b), odds in links.odds.items() if odds > 0 and (flow.next.get(a) == b or links.runs_on((a, b)))}
    ends = sorted(i for i in flow.open - partnered if not flow.texts[i][-1].isascii())  # figures and letters tell no story
    if ends:
        flow.seams.stories.prepare([flow.around(i, step) for i in flow.paragraphs for step in (-1, 1)])
    found = []
    heads = [flow.roles[block].role in {"headline", "kicker"} for block in flow.blocks]
    starts = [k if head and not before else 0 for k, (before, head) in enumerate(pairwise([True, *heads]))]
    tops = list(accumulate(starts, max))  # where the headlines over every block begin; 0 at the top of the page
    for end in ends:
        k = flow.rank[end]
        head = tops[k]
        resumed = flow.next.get(end)
        if not head or resumed not in flow.paragraphs or flow.blocks[head - 1] not in flow.paragraphs:
            continue
        first, story = flow.around(flow.blocks[head - 1], -1), flow.around(end, -1)
        foreign = flow.around(resumed, 1)
        if affinity(first, foreign) < CONTRAST + affinity(story, foreign):
            continue
        for j in range(k + 2, len(flow.blocks)):
            block, above = flow.blocks[j], flow.blocks[j - 1]
            if heads[j]:
                break
            if {block, above} <= flow.paragraphs and (
                    affinity(story, own := flow.around(block, 1)) > CONTRAST + affinity(flow.around(above, -1), own)):
                found.append((end, block))
                break
    return found
