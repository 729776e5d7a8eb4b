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
from cleaner.structure.roles import Labelled, label
from cleaner.structure.seams import CONNECTIVE, Seams, ends_sentence
from cleaner.structure.stories import Stories

ADJACENT = 2.5
"""Log-odds, before the text is seen, that a block left open runs on into the next one of the scan."""
OPEN, JUMP, STORY, NEUTRAL = 3.0, 1.5, 8.0, 0.15
"""Costs in log-odds: an open end left open; a departure from the scan, per seam; what one unit of story affinity
is worth; the affinity counted at the start of another story. Printed and varied by `benchmarks/order.py`."""
MOVE_GAIN = 3.0
"""A run moves when that gains at least so much (log-odds)."""
LINK_CAP = 8.0
ENUMERATION = re.compile(r"(?<![第之唯])([二三四五])是")


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
    runs_on = {a for (a, _), z in zip(pairs, seams.links(pairs), strict=True) if z > 0}
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
        self.next = dict(zip(self.flow, self.flow[1:], strict=False))
        self.stories = Stories(texts)
        self.paragraph = {i for i in self.flow if roles[i].role == "paragraph"}
        self.open = {i for i in self.paragraph if not ends_sentence(texts[i])}
        self.headless = {i: seams.headless(i) for i in self.paragraph}
        self.link: dict[tuple[int, int], float] = {}
        self.missing: dict[tuple[int, int], str] = {}

    def read(self) -> Reading:
        self._score_links()
        order, moves = self._order()
        joins = self._joins(order)
        order = self._with_floats(order, joins)
        partners = {j.a for j in joins}
        reading = Reading(self.roles, order, self.repeats.drops, self.repeats.quotes, joins, moves)
        reading.open_ends.extend(i for i in sorted(self.open - partners))
        reading.lost.update(self._lost(order, {j.b for j in joins}))
        return reading

    def _score_links(self) -> None:
        """Links from every open end: to its next block, and to all starts that could be its continuation."""
        starts = sorted(self.paragraph, key=lambda i: -self.headless[i])
        likely = [i for i in starts if self.headless[i] > -2.0][:60]
        pairs = set()
        for a in self.open:
            pairs |= {(a, b) for b in likely if b != a}
            if self.next.get(a) in self.paragraph:
                pairs.add((a, self.next[a]))
        ordered = sorted(pairs)
        page = "\n".join(self.texts)
        for (a, b), z in zip(ordered, self.seams.links(ordered), strict=True):
            char = lost_at_seam(self.texts[a], self.texts[b], page)
            if char:
                self.missing[a, b] = char
                z = max(z, 0.0) + 4.0
            self.link[a, b] = z + (ADJACENT if self.next.get(a) == b else 0.0)

    def _nodes(self) -> list[list[int]]:
        """Runs of the flow that nothing casts doubt on; a seam next to a heading or a loose end is a doubt."""
        nodes: list[list[int]] = []
        for i in self.flow:
            if nodes and self._firm(nodes[-1][-1], i):
                nodes[-1].append(i)
            else:
                nodes.append([i])
        return nodes

    def _firm(self, a: int, b: int) -> bool:
        left, right = self.roles[a].role, self.roles[b].role
        if left in {"kicker", "headline"} and right in {"headline", "byline"}:
            return True
        if right == "byline" and left == "paragraph" and a not in self.open:
            return True
        return False if {left, right} != {"paragraph"} else (
            a not in self.open and self.headless[b] < 0 and b - a == 1 and self.headless[a] < 0
            and not CONNECTIVE.match(self.texts[a]) and b not in self.open)

    def _order(self) -> tuple[list[int], dict[int, Moved]]:
        if not self.evidence.on("ORDER") or len(self.flow) < 3:
            return self.flow, {}
        nodes = self._nodes()
        order, moves = best_order(self._costs(nodes), MOVE_GAIN)
        moved: dict[int, Moved] = {}
        for move in moves:
            blocks = tuple(i for node in move.nodes for i in nodes[node])
            for i in blocks:
                moved[i] = Moved(blocks, move.gain)
        return [i for node in order for i in nodes[node]], moved

    def _costs(self, nodes: list[list[int]]) -> NDArray[np.float64]:
        n = len(nodes)
        costs = np.zeros((n + 1, n + 1))
        for x, left in enumerate(nodes, 1):
            costs[x, 0] = self._end_cost(left[-1]) + (0.0 if x == n else JUMP)
            costs[0, x] = self._start_cost(None, left[0]) + (0.0 if x == 1 else JUMP)
            for y, right in enumerate(nodes, 1):
                if x != y:
                    costs[x, y] = self._cost(left, right) + (0.0 if y == x + 1 else JUMP)
        return costs

    def _cost(self, left: list[int], right: list[int]) -> float:
        a, b = left[-1], right[0]
        link = self.link.get((a, b))
        if link is not None and link > 0:
            return -min(link, LINK_CAP)
        heading = self.roles[b].role in {"headline", "kicker"}
        affinity = NEUTRAL if heading else self.stories.affinity(left[-3:], right[:3])
        return self._end_cost(a) + self._start_cost(a, b) - STORY * affinity

    def _end_cost(self, a: int) -> float:
        if a in self.open:
            return OPEN
        return OPEN if self.roles[a].role in {"headline", "subhead", "kicker"} else 0.0

    def _start_cost(self, a: int | None, b: int) -> float:
        if b not in self.paragraph:
            return 0.0
        after_heading = a is None or self.roles[a].role in {"headline", "byline", "kicker"}
        lost = max(0.0, min(self.headless[b], OPEN)) * (0.3 if after_heading else 1.0)
        if a is not None and a in self.open:
            lost *= 0.5  # one lost passage explains both ends
        return lost + (OPEN if after_heading and CONNECTIVE.match(self.texts[b]) else 0.0)

    def _joins(self, order: list[int]) -> list[Join]:
        joins = []
        for a, b in zip(order, order[1:], strict=False):
            if a not in self.open or b not in self.paragraph:
                continue
            link = self.link.get((a, b), -9.0)
            if link > 0:
                joins.append(Join(a, b, link, self.missing.get((a, b), "")))
            elif self.headless[b] > 0 and self.next.get(a) == b:
                joins.append(Join(a, b, self.headless[b], lacuna=True))
        return joins

    def _with_floats(self, order: list[int], joins: list[Join]) -> list[int]:
        """Pictures' lines and boxes stand behind the paragraph that they interrupted."""
        chain_end = {}
        for join in reversed(joins):
            chain_end[join.a] = chain_end.get(join.b, join.b)
        place = {block: k for k, block in enumerate(order)}
        flow_before = {i: k for k, i in enumerate(self.flow)}
        behind: dict[int, list[int]] = {}
        group_anchor = -1
        for k, i in enumerate(self.floats):
            if k and self.floats[k - 1] == i - 1 and group_anchor != -2:
                behind.setdefault(group_anchor, []).append(i)
                continue
            before = [j for j in self.flow if j < i]
            anchor = before[-1] if before else -1
            if anchor >= 0:
                anchor = self._anchor(i, anchor, before, place, flow_before)
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
        lost = {}
        before: int | None = None
        counted = ""
        for i in order:
            if self.roles[i].role in {"headline", "subhead"}:
                counted = ""
            if i in self.paragraph:
                heading = before is not None and self.roles[before].role in {"headline", "byline"}
                odds = self.headless[i] + (1.0 if heading else 0.0)
                found = ENUMERATION.search(self.texts[i])
                if heading and found and "一是" not in self.texts[i] and "二是" not in self.texts[i] and "一是" not in counted:
                    odds = max(odds, 3.0)
                if i not in joined and odds > LOST:
                    lost[i] = float(1 / (1 + np.exp(-odds)))
                counted += self.texts[i]
            if i not in self.floats:
                before = i
        return lost


LOST = 1.5
"""Log-odds from which a paragraph's beginning is marked as lost."""


def lost_at_seam(left: str, right: str, page: str) -> str:
    """The one character that the page prints between these two ends elsewhere, at least twice, and nowhere else."""
    for n, m in ((4, 1), (3, 1), (2, 2), (2, 1)):
        tail, head = left[-n:], right[:m]
        if len(tail) < n or len(head) < m or not re.fullmatch(r"[\u3400-\u9fff]+", tail + head) or tail + head in page:
            continue
        found = re.findall(re.escape(tail) + r"([\u3400-\u9fff])" + re.escape(head), page)
        if len(found) >= 2 and len(set(found)) == 1 and n + m > 3:
            return str(found[0])
    return ""
