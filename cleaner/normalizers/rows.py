"""Pages whose blocks are rows: printed lines of all columns, glued together at every height."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from cleaner.changes import Change
from cleaner.evidence import Evidence, shipped_lexicon, shipped_model
from cleaner.evidence.script import is_traditional
from cleaner.normalizers.base import Rule, Stage
from cleaner.normalizers.moves import EarlierMoves, reordered, run_evidence
from cleaner.page import Block, Page
from cleaner.source import Span
from cleaner.structure.columns.rowbeam import Piece
from cleaner.structure.columns.rows import SURE_MARGIN, Sheet, paragraphs, read_rows
from cleaner.structure.logistic import probability


def sheet_of(page: Page) -> Sheet | None:
    """A page as rows of columns; None where it is none."""
    if is_traditional(page) or any(len(block.units) > 1 for block in page.blocks):
        return None  # the model knows simplified text; what was put together is no row
    return read_rows(page.texts, shipped_model(), shipped_lexicon())


class RowsReadAcross(Rule):
    """A page that was read straight across, so that every block is one printed row, the lines of all columns that stand at its
    height glued together, is taken apart at the ends of the lines, and each column is put together again."""

    code, name, tier, stage = "COLUMN002", "rows read across the page", "safe", Stage.ROWS
    mends = ((
        "停了三年的河湾渡口昨天重今年雨水好，山脚下的果园\n\n"
        "新开放，附近的居民都很高兴。收了十万斤苹果，比去年多了一\n\n"
        "第一班渡船在早上六点离开码倍。合作社已经和省城的超市签\n\n"
        "头，船上坐满了赶集的人。县里订了合同，苹果从下周起运往省\n\n"
        "还要在渡口两岸各修一条石阶，城。果园的技术员说，明年还要\n\n"
        "明年春天完工，到时候老人和孩再种两百棵苹果树，请省里的专\n\n"
        "子上下船就方便多了。家来讲怎样剪枝。\n\n"
        "菜市场搬到新楼以后，摊位山里的小学今年秋天搬进了\n\n"
        "比原来宽敞了许多，地面每天冲新教室，操场也铺上了平整的\n\n"
        "洗两次。卖豆腐的老陈说，早上砖。校长说，以前下雨天孩子们\n\n"
        "五点开门，到九点就卖完了。管只能在走廊里上体育课，现在有\n\n"
        "理处还装了公平秤，谁觉得斤两了一间小小的体育馆，打球、跳\n\n"
        "不够，自己可以再称一遍，一年绳都不怕刮风下雨。午饭由镇上\n\n"
        "来没有人吵过架。的食堂送来，两菜一汤，家长可\n\n"
        "以随时来尝一尝。",
        "停了三年的河湾渡口昨天重新开放，附近的居民都很高兴。第一班渡船在早上六点离开码头，船上坐满了赶集"
        "的人。县里还要在渡口两岸各修一条石阶，明年春天完工，到时候老人和孩子上下船就方便多了。\n\n"
        "菜市场搬到新楼以后，摊位比原来宽敞了许多，地面每天冲洗两次。卖豆腐的老陈说，早上五点开门，到九点"
        "就卖完了。管理处还装了公平秤，谁觉得斤两不够，自己可以再称一遍，一年来没有人吵过架。\n\n"
        "今年雨水好，山脚下的果园收了十万斤苹果，比去年多了一倍。合作社已经和省城的超市签订了合同，苹果从"
        "下周起运往省城。果园的技术员说，明年还要再种两百棵苹果树，请省里的专家来讲怎样剪枝。\n\n"
        "山里的小学今年秋天搬进了新教室，操场也铺上了平整的砖。校长说，以前下雨天孩子们只能在走廊里上体育"
        "课，现在有了一间小小的体育馆，打球、跳绳都不怕刮风下雨。午饭由镇上的食堂送来，两菜一汤，家长可以"
        "随时来尝一尝。"),)
    keeps = (
        "清晨，渔船陆续靠岸，码头上一片忙碌。\n\n中午，鱼市开张，价格比上周便宜两成。\n\n傍晚，灯塔亮起，港口安静下来。",
        # lines of one width that run on into each other
        "停了三年的河湾渡口昨天重新开放，附近的居\n\n民都很高兴。第一班渡船在早上六点离开码\n\n头，船上坐满了赶集的人。县里还要在渡口两\n\n"
        "岸各修一条石阶，明年春天完工，到时候老人\n\n和孩子上下船就方便多了。今年雨水好，山脚\n\n下的果园收了十万斤苹果，比去年多了一倍。\n\n"
        "合作社已经和省城的超市签订了合同，苹果从\n\n下周起运往省城。果园的技术员说，明年还要\n\n再种两百棵苹果树，请专家来讲课。菜市场搬\n\n"
        "到新楼以后，摊位比原来宽敞了许多，地面每\n\n天冲洗两次。卖豆腐的老陈说，早上五点开\n\n门，到九点就卖完了。管理处还装了公平秤，\n\n"
        "谁觉得斤两不够，自己可以再称一遍，一年来\n\n没有人吵过架。",
    )

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        sheet = sheet_of(page)
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
        earlier = EarlierMoves(page, self.code)
        displaced = {unit.start for unit in order if earlier.moved(unit.start)}

        def tell(run: list[int], start: int, end: int, target: int) -> Change:
            return earlier.told(start, end, target) or Change(
                rule=self.code, kind="move", tier=self.tier, start=start, end=end, target=target,
                confidence=round(probability(sheet.gain), 4),
                reason="the lines of one column stood between those of others",
                evidence={"width": sheet.width, "columns": sheet.columns} | run_evidence(page.source.text, start, end, target))

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
