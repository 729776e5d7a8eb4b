"""Pages whose every block is one printed row across all columns, taken apart into columns again from the text alone.

A recogniser that sorts printed lines from top to bottom, whatever column they stand in, glues the lines that stand at one
height: “更多群众从家中…采取有力措施，夯实丰收基础。|“立党为公、为民造福、科学决策、真|…” is what a page of five columns becomes. Nothing tells where one
piece ends and the next begins but the text, the width that the columns have all over the page, and the rows above and below.

Two questions come first. Do most rows stop in mid-sentence? Does the text of a row run on from a place *inside* the row above,
or the one above that, again and again at the same distance from its edge (`Vote`)? That distance is the width of the columns,
and a page of other damage, of wrapped lines or of verse has none. Then the rows are read with two columns, with three, and so on,
as long as that makes the texts of the columns likelier (`rowbeam.py`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from cleaner.evidence.lexicon import Lexicon
from cleaner.evidence.ngram import Tables
from cleaner.structure.columns.across import printed_grams
from cleaner.structure.columns.crossings import LM, SENTENCE_END, width_units
from cleaner.structure.columns.paper import OPENER, Paper
from cleaner.structure.columns.rowbeam import Piece, Price, RowSearch, margins, pieces_of
from cleaner.structure.columns.ruptures import NARROW, WIDE

LEAST_ROWS = 12
"""Rows of the shortest page that is looked at."""
LEAST_WIDTH = 8.0
"""Full-width characters of a row that counts in the question whether rows stop in mid-sentence."""
OPEN_SHARE = 0.55
"""Share of such rows that do."""
ITEM_END = SENTENCE_END | frozenset("；;：:")
"""What a row hardly ever ends with, but the items of statutes do."""
REPEATED = 0.25
"""Share of three characters in a row, row by row, that another row has too, from which the rows are of a list or a table, or of statutes:
up to .18 on pages of rows, .26 to .4 of the others."""
FOLLOWING, FOLLOWING_SHARE = 1.0, 0.5
"""Log-odds from which one row runs on into the next; up to which share of them may: at most .13 do on pages of rows,
.68 and more on wrapped pages."""
NEXT_ROWS = 2
"""Rows below in which the text behind an inner end is looked for."""
FLAT, STEEP = 0.5, 4.0
"""Log-odds that a pair of places is worth nothing, and that it counts at most, in the vote on the width."""
SPREAD = 3
"""Widths that lines of one column have: full, a mark pressed in or half-width characters, two of them."""
LEAST_SHARE = 0.19
"""Share of all votes that the width of the columns must have: .20 and more on 66 pages of rows of every kind, up to .18 on
pages of layout regions, cuts and crops of the same (`benchmarks/columns.py --rows`)."""
LEAST_EACH = 0.6
"""Log-odds of votes for that width, a row."""
QUICK = Price(inner=6, beam=10, alike=3)
"""For a first look, which tells how many columns there are."""
MOST_COLUMNS = 7
BETTER = 10.0
"""Log-odds that one more column must gain."""
LEAST_GAIN = 1.5
"""Log-odds a row of a reading that is taken: 2.5 and more on pages of rows that have kept their full stops, less where a column has gaps."""
HOPELESS = 0.8
"""The same after the first look, from which a page is searched thoroughly."""


@dataclass(frozen=True)
class Sheet:
    """A page of rows, read: the pieces in the order of the rows, the paper that they are places of, the width of the columns, how many
    there are, the log-odds of the reading, and how sure each piece goes on where its stream ended (`margins`)."""

    paper: Paper
    pieces: tuple[Piece, ...]
    width: float
    columns: int
    gain: float
    margins: Mapping[int, float]


@lru_cache(maxsize=4)
def read_rows(texts: tuple[str, ...], model: Tables, lexicon: Lexicon) -> Sheet | None:
    """How the blocks of a page are to be read as rows of columns; None where they are none."""
    if not _open(texts) or _repeat(texts):
        return None
    paper = Paper(texts, model, lexicon, printed_grams(texts))
    width = None if _follow(texts, paper) else voted_width(paper)
    if width is None:
        return None
    broadest = max(paper.wide(paper.begins[row], paper.end(row)) for row in range(len(texts)))
    best: tuple[float, int] | None = None
    for columns in range(max(2, round(0.9 * broadest / width)), MOST_COLUMNS + 1):
        gain = RowSearch(paper, width, columns, QUICK).run(range(len(texts))).score
        if best is not None and gain < best[0] + BETTER:
            break
        best = gain, columns
    if best is None or best[0] < HOPELESS * len(texts):
        return None
    search = RowSearch(paper, width, best[1])
    last = search.run(range(len(texts)))
    if last.score < LEAST_GAIN * len(texts):
        return None
    pieces = tuple(pieces_of(search, last))
    return Sheet(paper, pieces, width, best[1], last.score, margins(search, last))


def _open(texts: Sequence[str]) -> bool:
    """Whether most blocks stop in mid-sentence, as rows do."""
    rows = [text for text in texts if width_units(text) >= LEAST_WIDTH]
    return len(rows) >= LEAST_ROWS and sum(text[-1] not in ITEM_END for text in rows) >= OPEN_SHARE * len(rows)


def _repeat(texts: Sequence[str]) -> bool:
    """Whether the blocks say the same things again and again, as rows of a table and items of a list do."""
    grams = [{text[i:i + 3] for i in range(len(text) - 2)} for text in texts]
    rows_with = Counter(gram for row in grams for gram in row)
    return sum(rows_with[gram] > 1 for row in grams for gram in row) > REPEATED * sum(map(len, grams))


def _follow(texts: Sequence[str], paper: Paper) -> bool:
    """Whether the blocks run on into each other, as wrapped lines do."""
    rows = [i for i, text in enumerate(texts[:-1]) if text[-1] not in SENTENCE_END and width_units(text) >= LEAST_WIDTH]
    ends, heads = np.array([paper.end(i) for i in rows]), np.array([paper.begins[i + 1] for i in rows])
    scorer = paper.survey.scorer
    gains = LM * (scorer.pairs(ends, heads) - np.maximum(scorer.alone[heads], scorer.started(heads)))
    return float((gains > FOLLOWING).mean()) > FOLLOWING_SHARE


def voted_width(paper: Paper) -> float | None:
    """The width of the columns in full-width characters, where one is plainly voted for.

    A place inside a row votes with how well the start of the next row, or the one behind that, runs on from it, for its
    distance from the left edge; the end of a row in the same way for places inside the next ones, counted from the right.
    """
    asked: list[tuple[int, int, int]] = []
    for row in range(len(paper.begins) - 1):
        for below in range(row + 1, min(row + NEXT_ROWS + 1, len(paper.begins))):
            begin, end = paper.begins[row], paper.end(below)
            asked += [(place, paper.begins[below], round(paper.wide(begin, place))) for place in paper.starts(row)[1:]]
            asked += [(paper.end(row), place, round(paper.wide(place, end))) for place in paper.starts(below)[1:]]
    asked = [one for one in asked if NARROW - 1 <= one[2] <= WIDE + 2]
    if not asked:
        return None
    ends, heads, wide = (np.array(part) for part in zip(*asked, strict=True))
    scorer = paper.survey.scorer
    told = LM * (scorer.pairs(ends, heads) - scorer.alone[heads]) - np.array([paper.here_at(j) for j in heads.tolist()])
    votes = np.bincount(wide, np.clip(told - FLAT, 0.0, STEEP), minlength=WIDE + 3)
    together = [float(votes[width - SPREAD + 1:width + 1].sum()) for width in range(NARROW, WIDE + 1)]
    best = int(np.argmax(together))
    sure = together[best] >= max(LEAST_SHARE * float(votes.sum()), LEAST_EACH * len(paper.begins))
    return float(NARROW + best) if sure else None


def paragraphs(sheet: Sheet) -> list[list[Piece]]:
    """The pieces of each paragraph or other block, in reading order: zone by zone, column by column."""
    told: list[list[Piece]] = []
    for column in in_order(sheet):
        before: Piece | None = None
        for piece in column:
            if before is not None and before.end == piece.tail and _runs_on(sheet, before, piece):
                told[-1].append(piece)
            else:
                told.append([piece])
            before = piece
    return told


def _runs_on(sheet: Sheet, before: Piece, piece: Piece) -> bool:
    """Whether a piece goes on with the paragraph of the one before it in its column."""
    paper, width = sheet.paper, sheet.width
    wide = [paper.wide(one.start, one.end) for one in (before, piece)]
    if paper.ended(before.end):
        return all(abs(w - width) <= 1.0 for w in wide)
    if piece.fresh or piece.row - before.row > NEXT_ROWS or OPENER.match(paper.text, piece.start):
        return False
    if not (before.odd or piece.odd):
        return True
    seam = paper.gain(before.end, piece.start) + paper.alike(before.end, piece.start, width)
    return abs(wide[0] - wide[1]) <= 1.0 and seam >= ODD_SEAM and sheet.margins[piece.start] >= SURE_MARGIN


SURE_MARGIN = 7.0
"""Log-odds by which every reading without a seam must be behind, three rows later, for the seam to be joined unasked: on the rig's
pages .95 of such joins are right, and these are .9 of all that are."""
ODD_SEAM = 4.0
"""Log-odds that lines of one width which is not that of the column run on: a caption, a headline."""


def in_order(sheet: Sheet) -> list[list[Piece]]:
    """The pieces column by column; where a headline lies over columns that all begin anew there, what stands above it comes
    first."""
    columns: dict[int, list[Piece]] = defaultdict(list)
    for piece in sheet.pieces:
        columns[piece.stream].append(piece)
    return _cut(sheet, [columns[name] for name in sorted(columns)])


def _cut(sheet: Sheet, columns: list[list[Piece]]) -> list[list[Piece]]:
    """Columns in reading order, cut across where they all begin anew, else parted where most cuts are then possible."""
    rows = _breaks(sheet, columns)
    if rows:
        bands = [[[p for p in column if low <= p.row < high] for column in columns] for low, high in
                 zip([0, *rows], [*rows, len(sheet.paper.begins)], strict=True)]
        return [column for band in bands for column in _cut(sheet, [c for c in band if c])]
    if len(columns) < 2:
        return columns
    parts = [(columns[:k], columns[k:]) for k in range(1, len(columns))]
    counts = [sum(len(_breaks(sheet, part)) for part in parted) for parted in parts]
    if not any(counts):
        return columns
    left, right = parts[int(np.argmax(counts))]
    return _cut(sheet, left) + _cut(sheet, right)


def _breaks(sheet: Sheet, columns: list[list[Piece]]) -> list[int]:
    """Rows at which a headline stands and no column of some goes on from above."""
    if not columns:
        return []
    first = min(column[0].row for column in columns)
    rows = {piece.row for column in columns for piece in column if _headline(sheet, piece) and piece.row > first}
    crossed = {row for column in columns for a, b in pairwise(column)
               if not b.fresh and b.tail == a.end and not sheet.paper.ended(a.end) for row in range(a.row + 1, b.row + 1)}
    return sorted(row for row in rows - crossed if row - 1 not in rows - crossed)


def _headline(sheet: Sheet, piece: Piece) -> bool:
    return piece.odd and piece.fresh and not sheet.paper.ended(piece.end)
