"""The reading of a page: which blocks stay, in which order, and which of them are one paragraph."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from cleaner.evidence import Evidence
from cleaner.evidence.charset import HAN_RANGE
from cleaner.page import Page
from cleaner.structure.asked import Asked, seams_of
from cleaner.structure.copies.certain import is_certain
from cleaner.structure.copies.near import Copy
from cleaner.structure.copies.repeats import Repeats, settle_copies
from cleaner.structure.labels.roles import Labelled, label
from cleaner.structure.lines.printed import width
from cleaner.structure.logistic import probability
from cleaner.structure.order.costs import OPEN, SeamCosts, interleaved, nodes_of
from cleaner.structure.order.ends import open_ends
from cleaner.structure.order.flow import Flow
from cleaner.structure.order.links import Join, Links
from cleaner.structure.order.placing import with_floats, with_subheads
from cleaner.structure.order.search import Moved, best_order
from cleaner.structure.seams import LACUNA, LOST

TWO_LINES, OVERLAP = "HEAD003", "COPY002"
"""The rule that puts the lines of a headline together, and the one that cuts what two crops show out of one of them."""
MOVE_GAIN = 1.5
"""A run moves when that gains at least so much (log-odds)."""
ACROSS = 0.7
"""The share of a page's paragraphs that stop in mid-sentence where its rows were read across all columns, or no full stop was
read at all: on rig pages 0.77 and more where rows were read, 0.86 and more where stops are lost, 0.74 and less elsewhere. There is
no order to start from."""
LARGE, MOST = 20, 0.35
"""On a page of so many blocks, the share of neighbours that may be parted. Where more would have to be, as where a recogniser
read across the columns line by line, there is no scan order to start from, and nothing is moved."""
UNAIDED = 1.3
"""Log-odds from which a paragraph's beginning is taken as lost though nothing else says so: of the different ones on recognised pages 16 of 20 are
right from here; from 1.8 on 9 of 11, from 1.15 20 of 24 (`benchmarks/lost_starts.py`). On other papers' pages fewer are: 6 of 11, under the language model of before."""
TORN_PAGE, HEADED = 2.0, -1.0
"""Log-odds for the lead under a headline on a page that has likely lost two leads: a crop loses them all; and on any other page, where
what stands under its headline begins there: of all starts there with more than 1.15 6 of 8 are lost. Set by hand."""
LINES, WIDEST, ONE_WIDTH = 3, 40, 0.6
"""Open ends from which a page may be one of printed lines, columns of the widest line, and the share of them that are as wide as each
other, within a column. Set by hand."""
ENUMERATION = re.compile(r"(?:^|[。；;])[三四五]是")


@dataclass(frozen=True)
class Reading:
    """What a page says, in blocks of the page it was read from (indices into `Page.blocks`)."""

    roles: list[Labelled]
    order: list[int]
    """The blocks that stay, in reading order."""
    drops: dict[int, Copy]
    """Copies; those that are not certain stand in the order all the same, unless suggestions are accepted."""
    quotes: dict[int, Copy | None]
    """Blocks of a pull quote or figure box; the copy that proves it, if the block itself is one."""
    joins: list[Join]
    moves: dict[int, Moved]
    """Block → the move that brought it where it stands."""
    lost: dict[int, float]
    """Block whose beginning is lost → how sure that is (probability)."""
    open_ends: list[int]
    """Blocks that stop without a full stop and have no partner."""
    torn_ends: list[int]
    """Those of them that may have lost their rest."""


@dataclass(frozen=True)
class _Asked:
    """All that a reading depends on."""

    page: Asked
    wide: tuple[bool, ...]
    headings: tuple[int, ...]
    laps: frozenset[tuple[int, int]]


@lru_cache(maxsize=1)
def read(evidence: Evidence) -> Reading:
    """Work out roles, copies, order and joins of `evidence.page` together, once for all the rules that ask.

    Families of rules that the settings leave out take no part. What is given back is shared: it is not to be changed.
    """
    page = evidence.page
    return _read(_Asked(Asked.of(evidence), tuple(_wide_gaps(page)), tuple(_set_in_lines(page)), _laps(page)))


@lru_cache(maxsize=4)
def _read(asked: _Asked) -> Reading:
    evidence = asked.page.evidence
    flow, repeats = flow_of(evidence)
    roles = flow.roles
    links = Links(flow)
    order, moves = _ordered(flow, links, evidence.on("ORDER") and not _is_lined(evidence.page, flow))
    joins = links.joins(order, interleaved(flow, links))
    order = with_floats(with_subheads(order, links, joins), flow, joins)
    alone = sorted(flow.open - {join.a for join in joins})
    return Reading(list(roles), order, repeats.drops, repeats.quotes, joins, moves,
                   _lost_starts(flow, order, {join.b for join in joins}), alone, links.ends.torn(alone))


def flow_of(evidence: Evidence) -> tuple[Flow, Repeats]:
    """The running text of a page before it is put in order, and all its copies, doubtful ones included."""
    flow, repeats = labelled_flow(evidence)
    torn = set(open_ends(flow).torn_lines()) - set(_set_in_lines(evidence.page))
    if torn:
        roles = [replace(one, role="paragraph") if i in torn else one for i, one in enumerate(flow.roles)]
        flow = Flow(flow.texts, roles, flow.seams, flow.repeats, flow.laps, torn)
    return flow, repeats


def labelled_flow(evidence: Evidence) -> tuple[Flow, Repeats]:
    """The same with the roles that the words and the places of blocks tell; lines that look like subheads may be torn off paragraphs yet."""
    page = evidence.page
    texts = [block.text for block in page.blocks]
    wide = _wide_gaps(page)
    seams = seams_of(evidence)
    roles = label(texts, wide, seams, _set_in_lines(page))
    repeats = settle_copies(texts, roles, wide, seams)
    repeats = Repeats(repeats.drops if evidence.on("COPY") else {}, repeats.quotes if evidence.on("PULL") else {})
    gone = {i: copy for i, copy in repeats.drops.items()
            if is_certain(copy, texts[i]) or "suggested" in evidence.settings.accept}
    # a sentence of another paragraph that stands by itself: quoted or said twice, it is no part of the text around it
    pulled = {i: copy for i, copy in repeats.drops.items() if i not in gone and copy.quotable}
    return Flow(texts, roles, seams, Repeats(gone, {**repeats.quotes, **pulled}), _laps(page)), repeats


def _wide_gaps(page: Page) -> list[bool]:
    """Whether at least two empty lines stand before a block, as where a picture was."""
    if any(change.kind in {"join", "move", "drop", "mark"} for change in page.changes):
        return [False] * len(page.blocks)  # read before: what the empty places had to say is in the marks
    text, wide, end = page.source.text, [], 0
    for block in page.blocks:
        wide.append(end > 0 and text[end:block.start].count("\n") > 2)
        end = block.end
    return wide


def _set_in_lines(page: Page) -> list[int]:
    """The blocks that are several printed lines of a headline."""
    lines = {change.target for change in page.changes if change.kind == "join" and change.rule == TWO_LINES}
    return [block.index for block in page.blocks if any(unit.start in lines for unit in block.units)] if lines else []


def _laps(page: Page) -> frozenset[tuple[int, int]]:
    """The blocks that crops cut out of one sentence, each with the one that goes on there: both had what stands at the end of the first, until it was
    cut out of the second."""
    cuts = [change for change in page.changes if change.rule == OVERLAP and change.evidence.get("goes_on")]
    first = {block.units[0].start: block.index for block in page.blocks} if cuts else {}
    last = {block.units[-1].start: block.index for block in page.blocks} if cuts else {}
    found = ((last.get(change.evidence["twin_start"]), first.get(change.start)) for change in cuts)
    return frozenset((a, b) for a, b in found if a is not None and b is not None and a != b)


def _is_lined(page: Page, flow: Flow) -> bool:
    """Whether the blocks that stop in mid-sentence end with printed lines of one width: whoever reads line by line reads a column in its
    order, and each line goes on in the next one."""
    text = page.source.text
    ends = [page.blocks[i].units[-1] for i in flow.open]
    widths = [round(width(text[unit.start:unit.end].strip())) for unit in ends]
    if len(widths) < LINES:
        return False
    near = max(sum(abs(one - other) <= 1 for one in widths) for other in widths)
    return max(widths) <= WIDEST and near >= ONE_WIDTH * len(widths)


def _ordered(flow: Flow, links: Links, movable: bool) -> tuple[list[int], dict[int, Moved]]:
    """The running text in reading order, without interposed subheads, and the moves that it took."""
    nodes = nodes_of(flow, links)
    across = len(flow.blocks) >= LARGE and len(flow.open) > ACROSS * len(flow.paragraphs)
    if not movable or across or len(nodes) < 2:
        return [i for node in nodes for i in node], {}
    order, moves = best_order(SeamCosts(flow, links, nodes), MOVE_GAIN)
    moved: dict[int, Moved] = {}
    for move in moves:
        blocks = tuple(i for node in move.nodes for i in nodes[node])
        moved.update(dict.fromkeys(blocks, Moved(blocks, move.gain)))
    found = [i for node in order for i in nodes[node]]
    if len(found) >= LARGE and len(set(pairwise(sorted(found))) - set(pairwise(found))) > MOST * len(found):
        return sorted(found), {}
    return found, moved


def unjoined(flow: Flow, order: Sequence[int], joined: Set[int]) -> dict[int, bool]:
    """The paragraphs into which no other block runs, and whether a headline or a byline stands above."""
    found: dict[int, bool] = {}
    before: int | None = None
    for i in (i for i in order if i in flow.rank):
        text = flow.texts[i]
        if i in flow.paragraphs and i not in joined and not text.startswith(LACUNA) and not HAN_RANGE.isdisjoint(text):
            found[i] = before is not None and flow.roles[before].role in {"headline", "byline"}
        before = i
    return found


def _lost_starts(flow: Flow, order: Sequence[int], joined: Set[int]) -> dict[int, float]:
    """Paragraphs without their beginning: a start that cannot be one, or an enumeration without its first."""
    starts = unjoined(flow, order, joined)
    odds = {i: flow.lost_start(i) for i in starts}
    leads = [i for i, lead in starts.items() if lead]
    for i in leads:
        if ENUMERATION.search(flow.texts[i]) and not re.search("[一二]是", flow.texts[i]):
            odds[i] = max(odds[i], OPEN)
    torn = sum(odds[i] > LOST for i in leads) > 1
    for i in leads:
        odds[i] += TORN_PAGE if torn else HEADED
    return {i: probability(z) for i, z in odds.items() if z > UNAIDED}
