"""What every block shows of the true page, and what is wrong with it: for training and diagnosis, never for cleaning."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.rebuilt import mapped, merged, shown

COPY = 0.8
"""Share of a block's true characters that stand in blocks before it, for it to be a copy."""


def add_provenance(blocks: list[dict[str, Any]], truth: Mapping[str, Any], affine: Sequence[Sequence[float]]) -> None:
    """Adds true ranges and all that follows from them to the blocks of a page, in the order of its text."""
    printed = [(mapped(line["box"], affine), line) for line in truth["lines"]]
    place = _places(truth)
    seen: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
    for k, block in enumerate(blocks):
        block["id"] = k
        block["lines"] = [{**line, "segs": shown(line["box"], printed)} for line in block["lines"]]
        segments = merged([segment for line in block["lines"] for segment in line["segs"]])
        block["segs"] = segments
        block["n_true"] = sum(end - start for *_, start, end in segments)
        block["dup_chars"] = sum(len(set(range(start, end)) & seen[a, e]) for a, e, start, end in segments)
        for a, e, start, end in segments:
            seen[a, e].update(range(start, end))
        _describe(block, truth, place)
    _displaced(blocks)


def _places(truth: Mapping[str, Any]) -> dict[tuple[int, int], int]:
    """Offset of every element in the true text."""
    found, at = {}, 0
    for a, article in enumerate(truth["articles"]):
        for e, element in enumerate(article["elements"]):
            found[a, e] = at
            at += len(element["text"])
    return found


def _describe(block: dict[str, Any], truth: Mapping[str, Any], place: Mapping[tuple[int, int], int]) -> None:
    segments = block["segs"]
    block["arts"] = sorted({a for a, *_ in segments})
    if not segments:
        return
    weight: Counter[str] = Counter()
    for a, e, start, end in segments:
        weight[truth["articles"][a]["elements"][e]["kind"]] += end - start
    (a, e, start, _), (b, f, _, end) = segments[0], segments[-1]
    block["true_kind"] = weight.most_common(1)[0][0]
    block["starts_mid"] = start > 0
    block["ends_mid"] = end < len(truth["articles"][b]["elements"][f]["text"])
    block["pos"] = place[a, e] + start
    block["dup"] = block["dup_chars"] >= COPY * block["n_true"]
    block["displaced"] = None


def _displaced(blocks: Sequence[dict[str, Any]]) -> None:
    """A block is displaced if it is not of the longest run of its article's blocks that stand in their true order."""
    articles: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for block in blocks:
        if block["segs"] and not block["dup"] and block["true_kind"] != "caption":
            articles[block["segs"][0][0]].append(block)
    for mine in articles.values():
        tails: list[int] = []
        chain: list[list[int]] = []
        for k, block in enumerate(mine):
            at = bisect_left(tails, block["pos"])
            chain[at:at + 1] = [[*(chain[at - 1] if at else []), k]]
            tails[at:at + 1] = [block["pos"]]
        run = set(chain[-1])
        for k, block in enumerate(mine):
            block["displaced"] = k not in run
