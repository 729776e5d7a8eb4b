"""Blocks and runs of blocks that stand in the wrong place."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from cleaner.changes import Change
from cleaner.evidence import Evidence
from cleaner.normalizers.base import Rule, Stage
from cleaner.page import Page
from cleaner.structure.reading import Reading, read
from cleaner.structure.seams import probability


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
        "果园的社员说，明年还要再种两百棵苹果树。\n\n"
        "同，苹果从下周起运往省城的超市。",
        "# 渡口重开，两岸不再绕路\n\n"
        "停了三年的河湾渡口昨天重新开放，附近的居民都很高兴。第一班渡船在早上六点离\n\n"
        "开码头，船上坐满了赶集的人。船工说，票价还是老样子。\n\n"
        "# 果园丰收，苹果运往省城\n\n"
        "今年雨水好，山脚下的果园收了十万斤苹果，比去年多了一倍。合作社已经和省城的超市签订了合\n\n"
        "同，苹果从下周起运往省城的超市。\n\n"
        "县里还要在渡口两岸各修一条石阶，明年春天完工。\n\n"
        "果园的社员说，明年还要再种两百棵苹果树。"),)
    keeps = ("清晨，渔船陆续靠岸，码头上一片忙碌。\n\n中午，鱼市开张，价格比上周便宜两成。\n\n傍晚，灯塔亮起，港口安静下来。",)

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        reading = read(evidence)
        owner = {unit.start: i for i in reading.order for unit in page.blocks[i].units}
        ends = {unit.start: unit.end for i in reading.order for unit in page.blocks[i].units}
        earlier = [c for c in page.changes if c.kind == "move"]
        displaced = {u for u, i in owner.items() if i in reading.moves or any(c.start <= u < c.end for c in earlier)}
        for run, behind in moved_runs(list(owner), displaced):
            start, end, target = run[0], ends[run[-1]], 0 if behind is None else ends[behind]
            same = [c for c in earlier if (c.start, c.end, c.target) == (start, end, target)]
            yield same[0] if same else self._move(page, reading, [owner[u] for u in run], start, end, target)

    def _move(self, page: Page, reading: Reading, blocks: Sequence[int], start: int, end: int, target: int) -> Change:
        gain = max((reading.moves[i].gain for i in blocks if i in reading.moves), default=0.0)
        scaffold = {"caption", "credit", "quote"}
        picture = not gain and all(reading.roles[i].role in scaffold or i in reading.quotes for i in blocks)
        reason = ("the lines of a picture or box stand behind the paragraph that they interrupted" if picture or not gain
                  else "the sentence and the story of this run continue elsewhere")
        text = page.source.text
        return Change(
            rule=self.code, kind="move", tier=self.tier, start=start, end=end, target=target,
            confidence=round(probability(gain) if gain else 0.99, 4), reason=reason,
            evidence={"gain_log_odds": round(gain, 2), "first_words": text[start:min(end, start + 20)],
                      "last_words": text[max(start, end - 20):end],
                      "comes_after": text[max(0, target - 20):target]})


def moved_runs(order: Sequence[int], displaced: Collection[int] = ()) -> list[tuple[list[int], int | None]]:
    """The moves that turn the order of the scan (ascending numbers from 0) into `order`.

    Gives `(run, the block that it comes behind)`; as many as can stay where they are, those in `displaced` last.
    """
    stay = set(heaviest_increasing(order, displaced))
    rank = {block: k for k, block in enumerate(sorted(order))}
    runs: list[tuple[list[int], int | None]] = []
    previous: int | None = None
    for block in order:
        if block not in stay:
            open_run = runs and runs[-1][0][-1] == previous and rank[block] == rank[runs[-1][0][-1]] + 1
            if open_run:
                runs[-1][0].append(block)
            else:
                runs.append(([block], previous))
        previous = block
    return runs


def heaviest_increasing(values: Sequence[int], light: Collection[int] = ()) -> list[int]:
    """An increasing subsequence of the greatest weight, where those in `light` weigh next to nothing.

    Prefix maxima in a Fenwick tree (Fenwick 1994) keep it at O(n log n).
    """
    rank = {value: k for k, value in enumerate(sorted(values), 1)}
    tree: list[tuple[int, int]] = [(0, -1)] * (len(values) + 1)
    before, total = {}, 0
    best: tuple[int, int] = (0, -1)
    for value in values:
        k = rank[value] - 1
        weight, last = 0, -1
        while k > 0:
            weight, last = max((weight, last), tree[k])
            k -= k & -k
        before[value] = last
        total = weight + (1 if value in light else len(values) + 1)
        best = max(best, (total, value))
        k = rank[value]
        while k < len(tree):
            tree[k] = max(tree[k], (total, value))
            k += k & -k
    found, at = [], best[1]
    while at >= 0:
        found.append(at)
        at = before[at]
    return found[::-1]
