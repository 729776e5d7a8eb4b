"""Interleaved lines: those of columns that stand side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cleaner.changes import Change
from cleaner.evidence import Evidence
from cleaner.normalizers.base import Rule, Stage
from cleaner.normalizers.moves import moved_parts
from cleaner.normalizers.rows import sheet_of
from cleaner.normalizers.wrapped import ends_among, taken_out
from cleaner.page import Page
from cleaner.structure.columns.interleaved import SURE_MARGIN, Interleaving, interleavings


class InterleavedLines(Rule):
    """A recogniser that tells printed lines and knows no columns gives a line of the first column, then the line beside it in the second one, and so on.
    Every column is read from top to bottom again, and the lines of a paragraph are put together as those of a wrapped page (WRAP001), unasked where no other
    reading comes near. The evidence names what the seams between the lines say of the new order, in log-odds."""

    code, name, tier, stage = "COLUMN004", "interleaved lines", "safe", Stage.ROWS
    mends = ((
        "停了三年的河湾渡口昨天重新开放，河湾两岸\n\n今年雨水好，山脚下的果园收了十万斤苹果，\n\n山里的小学今年秋天搬进了新教室，小学的操\n\n"
        "的居民都很高兴。渡口的第一班渡船在早上六点离\n\n比去年多了一倍。果园的合作社已经和省城的超市\n\n场也铺上了平整的砖。校长说，以前下雨天孩子们\n\n"
        "开码头，渡船上坐满了赶集的居民。渡口管理处的\n\n签订了合同，苹果从下周起运往省城的超市。果园\n\n只能在走廊里上体育课，现在小学有了一间小小的\n\n"
        "负责人说，县里还要在渡口两岸各修一条石阶，石\n\n的技术员说，合作社明年还要再种两百棵苹果树，\n\n体育馆，孩子们打球、跳绳都不怕刮风下雨。教室\n\n"
        "阶明年春天完工，到时候老人和孩子上下渡船就方\n\n请省里的专家来果园讲怎样剪枝。\n\n里还添了新课桌，校长说孩子们很喜欢。\n\n"
        "便多了。",
        "停了三年的河湾渡口昨天重新开放，河湾两岸的居民都很高兴。渡口的第一班渡船在早上六点离开码头，渡船上坐满了赶集的居民。渡口管理处的负责人说，县里还要在渡口两岸各修一条石阶，石阶明年春天完工，到时候老人和孩子上下渡船就方便多了。\n\n"
        "今年雨水好，山脚下的果园收了十万斤苹果，比去年多了一倍。果园的合作社已经和省城的超市签订了合同，苹果从下周起运往省城的超市。果园的技术员说，合作社明年还要再种两百棵苹果树，请省里的专家来果园讲怎样剪枝。\n\n"
        "山里的小学今年秋天搬进了新教室，小学的操场也铺上了平整的砖。校长说，以前下雨天孩子们只能在走廊里上体育课，现在小学有了一间小小的体育馆，孩子们打球、跳绳都不怕刮风下雨。教室里还添了新课桌，校长说孩子们很喜欢。"),)
    keeps = (
        # lines that run on as they stand
        "停了三年的河湾渡口昨天重新开放，附近的居\n\n民都很高兴。第一班渡船在早上六点离开码\n\n头，船上坐满了赶集的人。县里还要在渡口两\n\n岸各修一条石阶，明年春天完工，到时候老人\n\n"
        "和孩子上下船就方便多了。今年雨水好，山脚\n\n下的果园收了十万斤苹果，比去年多了一倍。\n\n合作社已经和省城的超市签订了合同，苹果从\n\n下周起运往省城。果园的技术员说，明年还要",
        # a table, two cells to a line
        "姓名\n\n成绩\n\n王小明\n\n九十二\n\n李红\n\n八十七\n\n张伟\n\n七十五\n\n陈静\n\n九十\n\n刘洋\n\n八十一",
    )

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        told = [found for found in interleavings(evidence) if found.sure]
        if not told or sheet_of(page) is not None:
            return  # rows are taken apart first
        order, gains = list(range(len(page.blocks))), dict[int, float]()
        for found in told:
            order[min(found.order):max(found.order) + 1] = found.order
            gains |= {page.blocks[line].start: found.gain for line in found.order}
            yield from self._joins(page, found)
        yield from moved_parts(page, self.code, [unit for i in order for unit in page.blocks[i].units], gains,
                               "the lines of other columns stood between the lines of this one")

    def _joins(self, page: Page, found: Interleaving) -> Iterator[Change]:
        """The lines of a paragraph are one again, as on a page of wrapped lines."""
        blocks = [page.blocks[line] for line in found.order]
        firsts = {column[0] for column in found.columns}
        gaps = [None if line in firsts else "\n" for line in found.order[1:]]
        for end in ends_among([block.text for block in blocks], gaps, page.text):
            sure = end.safe and found.margins[found.order[end.block]] >= SURE_MARGIN
            yield from taken_out(self, page, replace(end, safe=sure), blocks[end.block], blocks[end.block + 1])
