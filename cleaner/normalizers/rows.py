"""Pages whose blocks are rows: printed lines of all columns, glued together at every height."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from cleaner.changes import Change
from cleaner.evidence import Evidence, shipped_lexicon, shipped_model
from cleaner.evidence.script import is_traditional
from cleaner.normalizers.base import Rule, Stage
from cleaner.normalizers.moves import reordered, run_evidence, told_before
from cleaner.page import Block, Page
from cleaner.source import Span
from cleaner.structure.columns.rowbeam import Piece
from cleaner.structure.columns.rows import SURE_MARGIN, Sheet, paragraphs, read_rows
from cleaner.structure.seams import probability


class RowsReadAcross(Rule):
    """A page that was read straight across, so that every block is one printed row, the lines of all columns that stand at its
    height glued together, is taken apart at the ends of the lines, and each column is put together again."""

    code, name, tier, stage = "COLUMN002", "rows read across the page", "safe", Stage.ROWS
    mends = ()
    keeps = ("清晨，渔船陆续靠岸，码头上一片忙碌。鱼贩们围着刚卸下的鱼筐讨价还价，孩子们在石阶上跑来跑去，老人坐在树下补网，谁也没有注意到天边的乌云。",)

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        if is_traditional(page) or any(len(block.units) > 1 for block in page.blocks):
            return  # the model knows simplified text; what was put together is no row
        texts = page.texts
        sheet = read_rows(texts, shipped_model(), shipped_lexicon())
        if sheet is None:
            return
        spans = _spans(page.blocks, sheet)
        if spans is None:
            return
        told = paragraphs(sheet)
        yield from self._cuts(page, sheet, told, spans)
        yield from self._moves(page, sheet, [spans[piece.start] for paragraph in told for piece in paragraph])

    def _cuts(self, page: Page, sheet: Sheet, told: Sequence[Sequence[Piece]], spans: dict[int, Span]) -> Iterator[Change]:
        text, breaks = page.source.text, page.source.break_at
        evidence = {"width": sheet.width, "columns": sheet.columns}
        begins = set(sheet.paper.begins)
        for piece in sheet.pieces:
            if piece.start not in begins:
                at = spans[piece.start]
                yield Change(
                    rule=self.code, kind="split", tier=self.tier, start=at.start, end=at.start, confidence=1.0,
                    reason="the lines of several columns were read across here",
                    evidence=evidence | {"line": text[at.start:at.end][:40]})
        for paragraph in told:
            for before, piece in pairwise(paragraph):
                left, right = spans[before.start], spans[piece.start]
                gap = breaks.get(left.end, "")
                margin = sheet.margins[piece.start]
                sure = margin >= SURE_MARGIN or sheet.paper.ended(before.end)
                yield Change(
                    rule=self.code, kind="join", tier="safe" if sure else "suggested", start=left.end, end=left.end + len(gap), before=gap,
                    target=right.start, confidence=round(probability(margin), 4), reason="the next line of the same column",
                    evidence=evidence | {"margin_log_odds": round(margin, 2),
                                         "seam": f"{text[max(left.start, left.end - 12):left.end]}|{text[right.start:right.end][:12]}"})

    def _moves(self, page: Page, sheet: Sheet, order: Sequence[Span]) -> Iterator[Change]:
        earlier = [c for c in page.changes if c.kind == "move"]
        displaced = {unit.start for unit in order if any(c.start <= unit.start < c.end for c in earlier)}

        def tell(run: list[int], start: int, end: int, target: int) -> Change:
            return told_before(page, self.code, start, end, target) or Change(
                rule=self.code, kind="move", tier=self.tier, start=start, end=end, target=target,
                confidence=round(probability(sheet.gain), 4),
                reason="the lines of one column stood between those of others",
                evidence={"width": sheet.width, "columns": sheet.columns} | run_evidence(page, start, end, target))

        yield from reordered(page, order, displaced, tell)


def _spans(blocks: Sequence[Block], sheet: Sheet) -> dict[int, Span] | None:
    """The source of each piece, by where it starts on the paper; None where an earlier change stands at a cut."""
    found: dict[int, Span] = {}
    for piece in sheet.pieces:
        block, begin = blocks[piece.row], sheet.paper.begins[piece.row]
        unit = block.units[0]
        places = []
        for at, edge in ((piece.start - begin, unit.start), (piece.end - begin, unit.end)):
            span = Span(edge, edge) if at in (0, len(block.text)) else block.source_span(at, at)
            if span is None:
                return None
            places.append(span.start)
        if places[0] >= places[1]:
            return None
        found[piece.start] = Span(*places)
    return found
