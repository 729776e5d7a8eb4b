"""Lines that the edge of a crop cut in two."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from cleaner.changes import Change
from cleaner.evidence import Evidence, shipped_model
from cleaner.evidence.script import simplified_shadow
from cleaner.memory import kept
from cleaner.normalizers.base import Rule, Stage
from cleaner.normalizers.copies import cut_out
from cleaner.normalizers.moves import moved_parts
from cleaner.page import Block, Page
from cleaner.source import Span
from cleaner.structure.columns.crops import cut_lines
from cleaner.structure.columns.interleaved import interleavings
from cleaner.structure.columns.parts import Mended, Part, put_together
from cleaner.structure.logistic import probability


@lru_cache(maxsize=4)
def _columns(texts: tuple[str, ...]) -> tuple[Mended, ...]:
    """The columns of a page whose lines were cut, once for the rounds that ask."""
    plain = [_plain(text) for text in texts]

    def spaced(part: Part) -> Part:
        at = plain[part.block][1]
        start, end = at[part.start], at[part.end]
        return Part(part.block, start, end, at[part.start + part.again] - start, end - at[part.end - part.spoilt])

    bare = [text for text, _ in plain]
    return tuple(
        replace(column, paragraphs={left: tuple(map(spaced, parts)) for left, parts in column.paragraphs.items()},
                empty=tuple((spaced(part), host) for part, host in column.empty))
        for column in (put_together(bare, found) for found in cut_lines(bare, shipped_model())))


@kept
def _plain(text: str) -> tuple[str, Sequence[int]]:
    """A block in simplified script, with wide marks and without spaces, as the model knows it, and where its places stand in the block. What says what it
    is (a marked headline, a caption) is no part of a line any more."""
    if text[:1] in "#>（":
        return "", (len(text),)
    plain = simplified_shadow(text)
    bare = "".join(plain.split())
    at = range(len(text)) if len(bare) == len(text) else [place for place, char in enumerate(plain) if not char.isspace()]
    return bare, (*at, len(text))


Placing = tuple[Part, tuple[Span, ...]]
"""A part of a block, and the spans of the source that say it."""


@dataclass(frozen=True)
class Placed:
    """A column in the source: the parts of its paragraphs, and those that go."""

    column: Mended
    paragraphs: Mapping[int, tuple[Placing, ...]]
    empty: tuple[Placing, ...]

    @property
    def parts(self) -> list[Placing]:
        """All parts."""
        return [*(row for paragraph in self.paragraphs.values() for row in paragraph), *self.empty]

    @property
    def blocks(self) -> set[int]:
        """All blocks that it says anything of."""
        return {part.block for part, _ in self.parts} | {block for block, _ in self.column.again}


class CutLines(Rule):
    """Where the edge of a crop runs through a column, one block has the left parts of its lines and another one the right parts. The lines are put
    together again, and what both crops show stands once. Where a crop shows but a strip of what another one shows, the strip goes."""

    code, name, tier, stage = "COLUMN003", "lines cut by the edge of a crop", "safe", Stage.ROWS
    mends = (
        ("停了三年的河湾放，附近的居民都很船在早上六点离开码赶集的人。县里还要一条石阶，明年春天人和孩子上下船就方\n\n"
         "今年雨水好，山十万斤苹果，比去年社已经和省城的超市果从下周起运往省城\n\n"
         "的河湾渡口昨天重新开民都很高兴。第一班渡离开码头，船上坐满了里还要在渡口两岸各修年春天完工，到时候老船就方便多了。\n\n"
         "好，山脚下的果园收了比去年多了一倍。合作的超市签订了合同，苹往省城。",
         "停了三年的河湾渡口昨天重新开放，附近的居民都很高兴。第一班渡船在早上六点离开码头，船上坐满了赶集的人。县里还要在渡口两岸各修一条石阶，明年春天完工，到时候老人和孩子上下船就方便多了。\n\n"
         "今年雨水好，山脚下的果园收了十万斤苹果，比去年多了一倍。合作社已经和省城的超市签订了合同，苹果从下周起运往省城。"),
    )
    keeps = (
        # paragraphs that say the same words at regular distances
        "这一年，村里的果园收了十万斤苹果，村里的合作社分红二十万元，村里的水渠修了三十公里。\n\n"
        "下一年，村里的果园要收十二万斤苹果，村里的合作社要分红三十万元，村里的水渠还要再修十公里。",
        "第一组：跑道长400米，宽8米，铺设塑胶面层。\n\n第二组：跑道长300米，宽6米，铺设塑胶面层。",
    )

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        if any(found.sure for found in interleavings(evidence)):
            return  # interleaved lines come into their order first: the parts of a column may be among them
        columns: list[Placed] = []
        for column in _columns(evidence.texts):
            placed = _placed(page.blocks, column)
            if placed is not None and not any(placed.blocks & other.blocks for other in columns):
                columns.append(placed)
        for placed in columns:
            yield from self._goes(page, placed)
            yield from self._cuts(page, placed)
        if any(placed.paragraphs for placed in columns):
            yield from self._moves(page, columns)

    def _goes(self, page: Page, placed: Placed) -> Iterator[Change]:
        """What stands elsewhere too."""
        text, gain = page.source.text, placed.column.gain
        gone = [(page.blocks[block].units, host, "another crop shows these lines too, and more of them") for block, host in placed.column.again]
        gone += [(spans, host, "the other crop shows this part of the line too")
                 for (_, spans), (_, host) in zip(placed.empty, placed.column.empty, strict=True)]
        for spans, host, reason in gone:
            for span in spans:
                yield Change(
                    rule=self.code, kind="drop", tier=self.tier, start=span.start, end=span.end, before=text[span.start:span.end],
                    target=page.blocks[host].start, confidence=round(probability(gain), 4), reason=reason,
                    evidence={"gain_log_odds": round(gain, 2), "twin": page.blocks[host].text[:40]})
        for left, paragraph in placed.paragraphs.items():
            for part, _ in paragraph:
                for i, j in ((part.start, part.start + part.again), (part.end - part.spoilt, part.end)):
                    yield from cut_out(
                        self, page, page.blocks[part.block], i, j, "the other crop shows these characters of the line too", self.tier,
                        round(probability(gain), 4), {"gain_log_odds": round(gain, 2), "part": page.blocks[part.block].text[part.start:part.end][:40]},
                        page.blocks[left].start)

    def _cuts(self, page: Page, placed: Placed) -> Iterator[Change]:
        text, breaks = page.source.text, page.source.break_at
        sure, evidence = round(probability(placed.column.gain), 4), {"gain_log_odds": round(placed.column.gain, 2)}
        known = {edge for part, _ in placed.parts for unit in page.blocks[part.block].units for edge in (unit.start, unit.end)}
        edges = {edge for _, spans in placed.parts for edge in (spans[0].start, spans[-1].end)}
        for edge in sorted(edges - known):
            yield Change(rule=self.code, kind="split", tier=self.tier, start=edge, end=edge, confidence=sure,
                         reason="the edge of a crop cut the line here", evidence=evidence | {"line": text[edge:edge + 40]})
        for paragraph in placed.paragraphs.values():
            for (_, (*_, left)), (_, (right, *_)) in pairwise(paragraph):
                gap = breaks.get(left.end, "")
                yield Change(
                    rule=self.code, kind="join", tier=self.tier, start=left.end, end=left.end + len(gap), before=gap, target=right.start,
                    confidence=sure, reason="the other part of the line",
                    evidence=evidence | {"seam": f"{text[max(left.start, left.end - 12):left.end]}|{text[right.start:right.end][:12]}"})

    def _moves(self, page: Page, columns: Sequence[Placed]) -> Iterator[Change]:
        gains = {span.start: placed.column.gain for placed in columns for _, spans in placed.parts for span in spans}
        yield from moved_parts(page, self.code, list(_order(page.blocks, columns)), gains, "the other part of a line that the edge of a crop cut")


def _order(blocks: Sequence[Block], columns: Sequence[Placed]) -> Iterator[Span]:
    """The units of a page: the paragraphs of a column stand where its left parts stood, what is left of other blocks where it was."""
    paragraphs = {block: paragraph for placed in columns for block, paragraph in placed.paragraphs.items()}
    spans = [span for placed in columns for _, parts in placed.parts for span in parts]
    used = {span.start for span in spans}
    edges = sorted({edge for span in spans for edge in (span.start, span.end)})
    for block in blocks:
        for _, parts in paragraphs.get(block.index, ()):
            yield from parts
        for unit in block.units:
            inside = edges[bisect_right(edges, unit.start):bisect_left(edges, unit.end)]
            yield from (Span(i, j) for i, j in pairwise([unit.start, *inside, unit.end]) if i not in used)


def _placed(blocks: Sequence[Block], column: Mended) -> Placed | None:
    """A column in the source; None where an earlier change stands at a cut."""
    parts = [*(part for part, _ in column.empty), *(part for paragraph in column.paragraphs.values() for part in paragraph)]
    bounds = {part.block: _bounds(blocks[part.block]) for part in parts}
    spans: dict[Part, tuple[Span, ...]] = {}
    for part in parts:
        found = _spans(blocks[part.block], bounds[part.block], part)
        if not found:
            return None
        spans[part] = found
    return Placed(column, {block: tuple((part, spans[part]) for part in paragraph) for block, paragraph in column.paragraphs.items() if len(paragraph) > 1},
                  tuple((part, spans[part]) for part, _ in column.empty))


def _spans(block: Block, bounds: Sequence[tuple[int, int]], part: Part) -> tuple[Span, ...] | None:
    """The source of a part, a span for each unit of its block; None where earlier changes left no place to cut."""
    found = []
    if any(part.start == first or part.end == first for first, _ in bounds[1:]):
        return None  # a seam that was joined before: the earlier join would stay
    for unit, (first, last) in zip(block.units, bounds, strict=True):
        if max(part.start, first) < min(part.end, last):
            start = unit.start if part.start <= first else _place(block, part.start)
            end = unit.end if last <= part.end else _place(block, part.end)
            if start is None or end is None or start >= end:
                return None
            found.append(Span(start, end))
    return tuple(found)


def _bounds(block: Block) -> list[tuple[int, int]]:
    """The characters of each unit of a block."""
    begins = [next((at for at, origin in enumerate(block.origins) if unit.start <= origin < unit.end), None) for unit in block.units]
    later = len(block.text)
    ends = []
    for begin in reversed(begins):
        ends.append((later if begin is None else begin, later))
        later = later if begin is None else begin
    ends[-1] = (0, ends[-1][1])
    return ends[::-1]


def _place(block: Block, at: int) -> int | None:
    """A place inside a block in the source."""
    span = block.source_span(at, at)
    return None if span is None else span.start
