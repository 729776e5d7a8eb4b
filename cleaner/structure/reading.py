"""The reading of a page: which blocks stay, in which order, and which of them are one paragraph."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cleaner.evidence import Evidence
from cleaner.page import Page
from cleaner.structure.copies import Copy
from cleaner.structure.order import Moved, best_order
from cleaner.structure.repeats import Repeats, settle_copies
from cleaner.structure.roles import Labelled, label, looks_like_heading
from cleaner.structure.seams import CONNECTIVE, LACUNA, Seams, closes_early, ends_sentence, is_stub, probability

BASE_RATE = 3.8
"""Minus the natural logarithm of the seam model's base rate (one start in some forty): the model is asked about any
two ends of a page, but two that stand side by side are another matter, see `_Reader._adjacent_prior`."""
TORN, WHOLE = 4.0, 1.0
"""Pseudo-counts of seams behind an open end that run on, and that do not (the full stop was lost)."""
NEIGHBOUR = 2.0
"""Log-odds that two blocks are likelier to run on when they are neighbours in the scan than when they have become so."""
HEADLESS_PRIOR = -1.5
"""Log-odds that pages lose beginnings more rarely than the cut pages on which the seam model was fitted."""
WEAK = -2.0
MUTUAL = 1.5
"""Log-odds by which two ends must prefer each other over all others, and what that adds to their link."""
SHIFT = 9.0
"""Log-odds a unit of affinity: how much better a start fits the story of an open end than that of the finished
paragraph that it was read behind; at most a third of it counts."""
OPEN, JUMP, STORY, NEUTRAL = 4.0, 0.5, 6.0, 0.15
"""Costs in log-odds: an open end left open; a departure from the scan, per seam and doubling of its distance, three at most; what one unit of story affinity
is worth; the affinity counted at the start of another story. Printed and varied by `benchmarks/order.py`."""
FRAGMENT, COMMAS = -1.0, 0.75
"""Log-odds from which a short line is the start of the next block's sentence, and what each comma in it adds:
headlines have few."""
HEADING_LIKE = 3.0
"""Log-odds against a link from a line that could be a heading without its mark."""
LEAD, LEAD_LENGTH = 3.0, 40
"""Log-odds that the first block under a headline is its torn lead, rather than one that begins with 同时 or 此外;
the code points from which a block is taken for a lead."""
CANDIDATES = 60
"""How many starts an open end is compared with, the most headless first: the work stays linear in the open ends."""
MOVE_GAIN = 2.0
"""A run moves when that gains at least so much (log-odds)."""
LINK_CAP = 8.0
SINGLE_BLOCKS = 150
HEADS = frozenset({"headline", "kicker", "byline"})
HEADINGS = frozenset({"headline", "kicker", "subhead"})
ENUMERATION = re.compile(r"(?:^|[。；;])[三四五]是")


@dataclass(frozen=True, slots=True)
class Join:
    """Block b continues the sentence of block a; `missing` is a character lost at the seam."""

    a: int
    b: int
    log_odds: float
    missing: str = ""
    lacuna: bool = False


@dataclass(frozen=True)
class Reading:
    """What a page says, in blocks of the page it was read from (indices into `Page.blocks`)."""

    roles: list[Labelled]
    order: list[int]
    """The blocks that stay, in reading order."""
    drops: dict[int, Copy]
    quotes: dict[int, Copy | None]
    """Blocks of a pull quote or figure box; the copy that proves it, if the block itself is one."""
    joins: list[Join]
    moves: dict[int, Moved] = field(default_factory=dict)
    """Block → the move that brought it where it stands."""
    lost: dict[int, float] = field(default_factory=dict)
    """Block whose beginning is lost → how sure that is (probability)."""
    open_ends: list[int] = field(default_factory=list)
    """Blocks that stop in mid-sentence and have no partner."""


@lru_cache(maxsize=2)
def read(evidence: Evidence) -> Reading:
    """Work out roles, copies, order and joins of `evidence.page` together, once for all the rules that ask.

    Families of rules that the settings leave out take no part.
    """
    page = evidence.page
    texts = [block.text for block in page.blocks]
    wide = _wide_gaps(page)
    roles = label(texts, wide)
    seams = Seams(texts, evidence)
    roles = _fragments(texts, roles, seams)
    repeats = settle_copies(texts, roles, wide, seams, evidence) if evidence.on("COPY") else Repeats({}, {})
    return _Reader(texts, roles, wide, seams, repeats, evidence).read()


def _wide_gaps(page: Page) -> list[bool]:
    """Whether at least two empty lines stand before a block, as where a picture was."""
    if any(change.kind in {"join", "move", "drop", "mark"} for change in page.changes):
        return [False] * len(page.blocks)  # read before: what the empty places had to say is in the marks
    text, wide, end = page.source.text, [], 0
    for block in page.blocks:
        wide.append(end > 0 and text[end:block.start].count("\n") > 2)
        end = block.end
    return wide


def _fragments(texts: Sequence[str], roles: list[Labelled], seams: Seams) -> list[Labelled]:
    """A short line that runs on into the next block is the end of a paragraph, not a heading."""
    asked = [i for i in range(len(texts) - 1) if roles[i].role in {"subhead", "headline", "kicker"} and not roles[i].marked
             and roles[i].confidence < 0.9 and not ends_sentence(texts[i])]
    pairs = [(i, j) for i in asked for j in (i + 1, i + 2, i + 3) if j < len(texts)]
    runs_on = {a for (a, b), z in zip(pairs, seams.links(pairs), strict=True)
               if z > (FRAGMENT if b == a + 1 else 0) - COMMAS * min(2, texts[a].count("，") + texts[a].count(","))}
    return [Labelled("paragraph", 0.7) if i in runs_on else one for i, one in enumerate(roles)]


class _Reader:
    """One page's reading; holds what the costs of its seams need."""

    def __init__(self, texts: Sequence[str], roles: list[Labelled], wide: Sequence[bool], seams: Seams,
                 repeats: Repeats, evidence: Evidence) -> None:
        self.texts, self.roles, self.wide, self.seams, self.evidence = texts, roles, wide, seams, evidence
        self.repeats = repeats
        gone = set(repeats.drops)
        floats = {i for i, one in enumerate(roles) if one.role in {"caption", "credit", "quote"}} | set(repeats.quotes)
        self.flow = [i for i in range(len(texts)) if i not in gone and i not in floats]
        self.floats = [i for i in sorted(floats) if i not in gone]
        self.rank = {block: k for k, block in enumerate(self.flow)}
        self.next = dict(zip(self.flow, self.flow[1:], strict=False))
        self.stories = seams.stories
        self.paragraph = {i for i in self.flow if roles[i].role == "paragraph"}
        self.open = {i for i in self.paragraph if not ends_sentence(texts[i])}
        self.headless = {i: seams.headless(i) + HEADLESS_PRIOR for i in self.paragraph}
        self.link: dict[tuple[int, int], float] = {}

    def read(self) -> Reading:
        self._score_links()
        order, moves = self._order()
        joins = self._joins(order)
        order = self._with_floats(self._with_subheads(order, joins), joins)
        partners = {j.a for j in joins}
        reading = Reading(self.roles, order, self.repeats.drops, self.repeats.quotes, joins, moves)
        reading.open_ends.extend(i for i in sorted(self.open - partners))
        reading.lost.update(self._lost(order, {j.b for j in joins}))
        return reading

    def _score_links(self) -> None:
        """Links from every open end: to its next block, and to all starts that could be its continuation."""
        starts = sorted(self.paragraph, key=lambda i: -self.headless[i])
        likely = [i for i in starts if not self.texts[i].startswith(LACUNA)][:CANDIDATES]
        pairs = set()
        for a in self.open:
            pairs |= {(a, b) for b in likely if b != a}
            if self.next.get(a) in self.paragraph:
                pairs.add((a, self.next[a]))
        ordered = sorted(pairs)
        odds = dict(zip(ordered, self.seams.links(ordered), strict=True))
        mutual = {pair for pair in _mutual(odds) if odds[pair] > WEAK}
        shift = self._shifts(ordered)
        self.adjacent = self._adjacent_prior([z for (a, b), z in odds.items() if self.next.get(a) == b])
        for (a, b), z in odds.items():
            self.link[a, b] = z - HEADING_LIKE * looks_like_heading(self.texts[a]) + shift[a, b] + (MUTUAL if (a, b) in mutual else 0.0) + (self.adjacent if self.next.get(a) == b else 0.0)

    def _adjacent_prior(self, odds: Sequence[float]) -> float:
        """Log-odds to add where two blocks stand side by side, from the page itself.

        Where a recogniser loses full stops, many ends look open that are not. The share of open ends that run
        on is estimated by expectation maximisation over the page's own seams, from a prior of four to one.
        """
        share = TORN / (TORN + WHOLE)
        for _ in range(20):
            prior = BASE_RATE + float(np.log(share / (1 - share)))
            runs_on = sum(probability(z + prior) for z in odds)
            share = (TORN + runs_on) / (TORN + WHOLE + len(odds))
        return prior

    def _shifts(self, pairs: Sequence[tuple[int, int]]) -> dict[tuple[int, int], float]:
        """What it says for a link that block b fits the story of a, and not the one it was read behind."""
        found = {}
        wanted = [(a, b, self.flow[self.rank[b] - 1]) for a, b in pairs if self.rank[b] and self.next.get(a) != b]
        lefts = sorted({a for a, _, _ in wanted} | {c for _, _, c in wanted})
        rights = sorted({b for _, b, _ in wanted})
        if wanted:
            table = self.stories.affinities([self._around(a, -1) for a in lefts], [[b] for b in rights])
            row, column = {a: i for i, a in enumerate(lefts)}, {b: i for i, b in enumerate(rights)}
            for a, b, c in wanted:
                if c in self.paragraph and c not in self.open:
                    gap = table[row[a], column[b]] - table[row[c], column[b]]
                    found[a, b] = float(np.clip(SHIFT * gap, -SHIFT / 3, SHIFT / 3))
        return {pair: found.get(pair, 0.0) for pair in pairs}

    def _nodes(self) -> list[list[int]]:
        """What is moved as one: a headline with its kicker and byline, a paragraph with its signature, and on a
        page too large to try every block, runs of paragraphs that nothing casts doubt on."""
        nodes: list[list[int]] = []
        large = len(self.flow) > SINGLE_BLOCKS
        interposed = self._interposed()
        for i in (i for i in self.flow if i not in interposed):
            if nodes and (self._one_piece(nodes[-1][-1], i) or (large and self._firm(nodes[-1][-1], i))):
                nodes[-1].append(i)
            else:
                nodes.append([i])
        return nodes

    def _one_piece(self, a: int, b: int) -> bool:
        left, right = self.roles[a].role, self.roles[b].role
        heads = left in {"kicker", "headline"} and right in {"headline", "byline"}
        return heads or (right == "byline" and left == "paragraph" and a not in self.open)

    def _firm(self, a: int, b: int) -> bool:
        return (a in self.paragraph and b in self.paragraph and b - a == 1 and not {a, b} & self.open
                and max(self.headless[a], self.headless[b]) < 0 and not CONNECTIVE.match(self.texts[a]))

    def _order(self) -> tuple[list[int], dict[int, Moved]]:
        if not self.evidence.on("ORDER") or len(self.flow) < 3:
            interposed = self._interposed()
            return [i for i in self.flow if i not in interposed], {}
        nodes = self._nodes()
        order, moves = best_order(*self._costs(nodes), MOVE_GAIN)
        moved: dict[int, Moved] = {}
        for move in moves:
            blocks = tuple(i for node in move.nodes for i in nodes[node])
            for i in blocks:
                moved[i] = Moved(blocks, move.gain)
        return [i for node in order for i in nodes[node]], moved

    def _costs(self, nodes: list[list[int]]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """What reading node y behind node x costs, and which of these seams are links; see `best_order`."""
        n = len(nodes)
        affinity = self.stories.affinities([self._around(node[-1], -1) for node in nodes],
                                           [self._around(node[0], 1) for node in nodes])
        for y, right in enumerate(nodes):
            if self.roles[right[0]].role in {"headline", "kicker"}:
                affinity[:, y] = NEUTRAL
        starts = np.array([self._start_cost(node[0]) for node in nodes])
        connective = np.array([LEAD * bool(CONNECTIVE.match(self.texts[node[0]])) for node in nodes])
        headings = np.array([OPEN * (self.roles[node[0]].role in HEADINGS) for node in nodes])
        places = np.arange(n + 1)
        away = np.abs(places[None, :] - places[:, None] - 1)
        costs = JUMP * np.minimum(np.log2(1 + away), 3)
        costs[:, 0] = 0.0  # to end with another block is no departure of its own
        for x, left in enumerate(nodes, 1):
            a = left[-1]
            costs[x, 1:] += OPEN * (a in self.open) + starts - STORY * affinity[x - 1]
            if self.roles[a].role in HEADINGS or self.roles[a].role == "byline" and len(left) > 1 and left[0] not in self.paragraph:
                costs[x, 1:] += headings
                costs[x, 0] += OPEN
                if self.roles[a].role != "subhead":
                    costs[x, 1:] += connective
            costs[x, 0] += OPEN * (a in self.open)
        costs[0, 1:] += starts
        linked = np.zeros(costs.shape, bool)
        place = {node[0]: y for y, node in enumerate(nodes, 1)}
        tail = {node[-1]: x for x, node in enumerate(nodes, 1)}
        for (a, b), link in self.link.items():
            if link > 0 and a in tail and b in place:
                costs[tail[a], place[b]] = -min(link, LINK_CAP)
                linked[tail[a], place[b]] = True
        for x, left in enumerate(nodes[:-1], 1):
            if left[0] not in self.paragraph and self._presupposes(nodes[x]):
                for y, right in enumerate(nodes, 1):
                    if self._lost_lead(right[0]):
                        costs[x, y] -= LEAD
                        linked[x, y] = True
        return costs, linked

    def _presupposes(self, node: list[int]) -> bool:
        """Whether a node, or the one that it was read before, begins with 同时, 此外 …: no report begins so."""
        following = self.next.get(node[-1])
        return any(i is not None and bool(CONNECTIVE.match(self.texts[i])) for i in (node[0], following))

    def _lost_lead(self, b: int) -> bool:
        """Whether block b is a paragraph torn off its beginning, long enough to be the lead of a report."""
        return (b in self.paragraph and len(self.texts[b]) > LEAD_LENGTH
                and self.headless[b] + EARLY * closes_early(self.texts[b]) > LOST)

    def _around(self, i: int, step: int) -> list[int]:
        """Block i and up to two more of its story, before it or behind it in the scan."""
        found, k = [i], self.rank[i] + step
        while len(found) < 3 and 0 <= k < len(self.flow) and self.roles[self.flow[k]].role != "byline":
            if step > 0 and self.roles[self.flow[k]].role in HEADS:
                break
            found.append(self.flow[k])
            if self.roles[self.flow[k]].role in HEADS:
                break
            k += step
        return found

    def _start_cost(self, b: int) -> float:
        """What it costs that nothing leads into block b; the same behind every block that does not."""
        return max(0.0, min(self.headless[b], OPEN)) if b in self.paragraph else 0.0

    def _joins(self, order: list[int]) -> list[Join]:
        joins = []
        for a, b in zip(order, order[1:], strict=False):
            if a not in self.open or b not in self.paragraph:
                continue
            link = self.link.get((a, b), -9.0) + (
                0.0 if self.next.get(a) == b else max(0.0, self.adjacent - NEIGHBOUR))
            if link > 0:
                joins.append(Join(a, b, link, self.seams.missing(a, b)))
            elif self.headless[b] > 0 and self.next.get(a) == b:
                joins.append(Join(a, b, self.headless[b], lacuna=True))
        return joins

    def _interposed(self) -> dict[int, int]:
        """Subheads that stand before the rest of a sentence which begins elsewhere → the block of that rest."""
        torn = {b for (a, b), link in self.link.items() if link > 0 and self.next.get(a) != b}
        return {i: self.next[i] for i in self.flow if self.roles[i].role == "subhead" and self.next.get(i) in torn}

    def _with_subheads(self, order: list[int], joins: list[Join]) -> list[int]:
        """An interposed subhead stands behind the paragraph that it interrupted; where nothing was joined, it stays."""
        behind = {join.a: join.b for join in joins}
        begun = {join.b for join in joins}
        order = order[:]
        for above, b in self._interposed().items():
            at = order.index(b)
            if b in begun:
                while order[at] in behind:
                    at += 1
                at += 1
            order.insert(at, above)
        return order

    def _with_floats(self, order: list[int], joins: list[Join]) -> list[int]:
        """Pictures' lines and boxes stand behind the paragraph that they interrupted."""
        chain_end = {}
        for join in reversed(joins):
            chain_end[join.a] = chain_end.get(join.b, join.b)
        place = {block: k for k, block in enumerate(order)}
        behind: dict[int, list[int]] = {}
        group_anchor = -1
        for k, i in enumerate(self.floats):
            if k and self.floats[k - 1] == i - 1 and group_anchor != -2:
                behind.setdefault(group_anchor, []).append(i)
                continue
            before = [j for j in self.flow if j < i]
            anchor = before[-1] if before else -1
            if anchor >= 0:
                anchor = self._anchor(i, anchor, before, place, self.rank)
                anchor = chain_end.get(anchor, anchor)
            group_anchor = anchor
            behind.setdefault(anchor, []).append(i)
        result = behind.get(-1, [])[:]
        for block in order:
            result.append(block)
            result += behind.get(block, [])
        return result

    def _anchor(self, i: int, anchor: int, before: list[int], place: dict[int, int], rank: dict[int, int]) -> int:
        """Where a float belongs whose neighbour above was moved away: with it, or where the scan put the float."""
        stay = next((j for j in reversed(before) if j != anchor and abs(place[j] - rank[j]) < abs(place[anchor] - rank[anchor])), None)
        if stay is None or place[anchor] == rank[anchor]:
            return anchor
        group = [k for k in self.floats if i <= k <= i + 2]
        here = self.stories.affinity(group, [j for j in before[-3:] if abs(place[j] - place[anchor]) <= 3])
        there = self.stories.affinity(group, [j for j in self.flow if 0 <= place[stay] - place[j] <= 2])
        return stay if there > here else anchor

    def _lost(self, order: list[int], joined: set[int]) -> dict[int, float]:
        """Paragraphs without their beginning: a start that cannot be one, or an enumeration without its first."""
        odds: dict[int, float] = {}
        leads: set[int] = set()
        before: int | None = None
        for i in order:
            if i in self.floats:
                continue
            if i in self.paragraph and i not in joined and not self.texts[i].startswith(LACUNA):
                odds[i] = self.headless[i] + EARLY * (closes_early(self.texts[i]) or is_stub(self.texts[i]))
                if before is not None and self.roles[before].role in {"headline", "byline"}:
                    leads.add(i)
                    if ENUMERATION.search(self.texts[i]) and not re.search("[一二]是", self.texts[i]):
                        odds[i] = max(odds[i], OPEN)
            before = i
        torn = sum(odds[i] > 0 for i in leads) > 1
        for i in leads:
            odds[i] += TORN_PAGE if torn else 0.0
        return {i: float(1 / (1 + np.exp(-z))) for i, z in odds.items() if z > LOST}


def _mutual(odds: dict[tuple[int, int], float]) -> set[tuple[int, int]]:
    """Pairs whose two ends both prefer each other, clearly, to every other end of the page."""
    forward: dict[int, list[float]] = {}
    backward: dict[int, list[float]] = {}
    for (a, b), z in odds.items():
        forward.setdefault(a, []).append(z)
        backward.setdefault(b, []).append(z)

    def clear(values: list[float], z: float) -> bool:
        return all(other <= z - MUTUAL for other in values if other != z) and values.count(z) == 1

    return {(a, b) for (a, b), z in odds.items() if clear(forward[a], z) and clear(backward[b], z)}


EARLY = 1.0
"""Log-odds for a closing mark in the first sentence whose opening one is nowhere before it, or for one character
and a comma in front."""
TORN_PAGE = 2.0
"""Log-odds for the lead under a headline on a page that has likely lost two leads: a crop loses them all."""
LOST = 1.15
"""Log-odds from which a paragraph's beginning is marked as lost."""
