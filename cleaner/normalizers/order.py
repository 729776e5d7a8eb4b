"""Blocks and runs of blocks that stand in the wrong place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cleaner.changes import Change
from cleaner.evidence import Evidence
from cleaner.normalizers.base import Rule, Stage
from cleaner.normalizers.moves import EarlierMoves, reordered, run_evidence
from cleaner.page import Page
from cleaner.structure.logistic import probability
from cleaner.structure.order.reading import Reading, read


class DisplacedRun(Rule):
    """A block or a run of blocks that was read in the wrong column goes where its sentence and its story are.
    The evidence names what the move gains, in log-odds, over leaving the run where the scan put it."""

    code, name, tier, stage = "ORDER001", "displaced run", "safe", Stage.READING
    mends = ((
        "# 渡口重开，两岸不再绕路\n\n"
        "停了三年的河湾渡口昨天重新开放，附近的居民都很高兴。第一班渡船在早上六点离\n\n"
        "开码头，船上坐满了赶集的人。船工说，票价还是老样子。\n\n"
        "# 果园丰收，苹果运往省城\n\n"
        "今年雨水好，山脚下的果园收了十万斤苹果，比去年多了一倍。合作社已经和省城的超市签订了合\n\n"
        "县里还要在渡口两岸各修一条石阶，明年春天完工。\n\n"
        "同，苹果从下周起运往省城的超市。",
        "# 渡口重开，两岸不再绕路\n\n"
        "停了三年的河湾渡口昨天重新开放，附近的居民都很高兴。第一班渡船在早上六点离\n\n"
        "开码头，船上坐满了赶集的人。船工说，票价还是老样子。\n\n"
        "# 果园丰收，苹果运往省城\n\n"
        "今年雨水好，山脚下的果园收了十万斤苹果，比去年多了一倍。合作社已经和省城的超市签订了合\n\n"
        "同，苹果从下周起运往省城的超市。\n\n"
        "县里还要在渡口两岸各修一条石阶，明年春天完工。"),)
    keeps = ("清晨，渔船陆续靠岸，码头上一片忙碌。\n\n中午，鱼市开张，价格比上周便宜两成。\n\n傍晚，灯塔亮起，港口安静下来。",)

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        reading = read(evidence)
        owner = {unit.start: i for i in reading.order for unit in page.blocks[i].units}
        units = [unit for i in reading.order for unit in page.blocks[i].units]
        earlier = EarlierMoves(page, self.code)
        displaced = {u for u, i in owner.items() if i in reading.moves or earlier.moved(u)}

        def tell(run: list[int], start: int, end: int, target: int) -> Change:
            blocks = [owner[u] for u in run]
            foreign = None if any(i in reading.moves for i in blocks) else earlier.told(start, end, target)
            return foreign or self._move(page, reading, blocks, start, end, target)

        yield from reordered(page, units, displaced, tell)

    def _move(self, page: Page, reading: Reading, blocks: Sequence[int], start: int, end: int, target: int) -> Change:
        gain = max((reading.moves[i].gain for i in blocks if i in reading.moves), default=0.0)
        scaffold = {"caption", "credit", "quote"}
        picture = not gain and all(reading.roles[i].role in scaffold or i in reading.quotes for i in blocks)
        reason = ("the lines of a picture or box stand behind the paragraph that they interrupted" if picture or not gain
                  else "the sentence and the story of this run continue elsewhere")
        return Change(
            rule=self.code, kind="move", tier=self.tier, start=start, end=end, target=target,
            confidence=round(probability(gain) if gain else 0.99, 4), reason=reason,
            evidence={"gain_log_odds": round(gain, 2)} | run_evidence(page.source.text, start, end, target))
