"""Blocks that a page has twice, as a whole or as part of another block.

Passages that two blocks share come from `cleaner.structure.passages`; here they are put together to what one
block is for another: its equal, a part of it in one piece, or a part in slices (a crop that cut every printed
line of a column). Whether near-copies are copies is asked of `cleaner.structure.differences`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from cleaner.evidence.ngram import LanguageModel
from cleaner.structure.differences import differences, misread_odds
from cleaner.structure.passages import Passage, find_passages, shadow

LEAST = 12
"""Code points of the shadow; what is shorter may be printed twice on purpose."""
COVERED = 0.9
"""Share of a block that must stand in the other one."""
SLICE_COVERED = 0.95
"""The same where the block is found in slices."""
SLICE = 7
"""Code points of the mean slice, at least; shorter ones any two texts share."""
CLAUSE_ENDS = "，、。；：！？”’）》…"


@dataclass(frozen=True, slots=True)
class Copy:
    """Block `copy` says again what block `host` says; `[start:end]` is the place in the host's shadow."""

    copy: int
    host: int
    similarity: float
    whole: bool
    start: int
    end: int
    slices: int = 1
    """Pieces in which the host has it."""
    torn: bool = False
    """Whether it starts or ends in the middle of a clause of its host: no writer repeats that."""
    hosts: tuple[int, ...] = ()
    """All blocks that together say it, where no single one does."""


@dataclass(frozen=True)
class Shared:
    """What the blocks of a page share: shadows, copies, and the passages of pairs that are no copies."""

    shadows: list[str]
    copies: list[Copy] = field(default_factory=list)
    passages: dict[tuple[int, int], list[Passage]] = field(default_factory=dict)
    """`(a, b)` → passages of a pair, `a < b`, in the order of `a`; equal blocks are left out."""


def find_copies(texts: Sequence[str], model: LanguageModel, least: int = LEAST) -> list[Copy]:
    """Every pair of blocks where one is equal to, or part of, the other one."""
    return find_shared(texts, model, least).copies


def find_shared(texts: Sequence[str], model: LanguageModel, least: int = LEAST) -> Shared:
    """Copies and common passages of all blocks; of equal blocks the first stands for all."""
    shadows = [shadow(text) for text in texts]
    equal: dict[str, list[int]] = defaultdict(list)
    for i, text in enumerate(shadows):
        if len(text) >= least:
            equal[text].append(i)
    asked = [s if len(s) >= least and equal[s][0] == i else "" for i, s in enumerate(shadows)]
    copies = [Copy(other, group[0], 1.0, True, 0, len(text)) for text, group in equal.items() for other in group[1:]]
    pairs: dict[tuple[int, int], list[Passage]] = defaultdict(list)
    for passage in find_passages(asked):
        pairs[passage.a, passage.b].append(passage)
    texts_of = [(_said(shadows, ps), _said(shadows, [p.turned() for p in ps])) for ps in pairs.values()]
    odds = [misread_odds(*two, places) for two, places in zip(texts_of, differences(texts_of, model), strict=True)]
    kept = {}
    for (pair, passages), likely in zip(pairs.items(), odds, strict=True):
        if likely >= 0:
            kept[pair] = passages
            copies += _relation(shadows, passages)
    return Shared(shadows, sorted(copies, key=lambda c: (c.copy, c.host)), kept)


def _said(shadows: Sequence[str], passages: Sequence[Passage]) -> str:
    """What the block `a` says in these passages, one after the other."""
    return "".join(shadows[p.a][p.a0:p.a1] for p in passages)


def _relation(shadows: Sequence[str], passages: Sequence[Passage]) -> list[Copy]:
    """The copy that a pair of blocks is, if it is one: the block that the other covers better."""
    a, b = passages[0].a, passages[0].b
    matches = sum(p.matches for p in passages)
    in_a, in_b = sum(p.a1 - p.a0 for p in passages), sum(p.b1 - p.b0 for p in passages)
    cover_a, cover_b = in_a / len(shadows[a]), in_b / len(shadows[b])
    if min(cover_a, cover_b) >= COVERED and len(passages) == 1:
        short, long = (a, b) if len(shadows[a]) < len(shadows[b]) else (b, a)
        return [Copy(short, long, 2 * matches / (len(shadows[a]) + len(shadows[b])), True, 0, len(shadows[long]))]
    seen = passages if cover_a >= cover_b else sorted((p.turned() for p in passages), key=lambda p: p.a0)
    rising = all(one.b1 <= other.b0 for one, other in zip(seen, seen[1:], strict=False))
    enough = COVERED if len(seen) == 1 else SLICE_COVERED
    if max(cover_a, cover_b) < enough or not rising or max(in_a, in_b) < SLICE * len(seen):
        return []
    start, end, host = seen[0].b0, seen[-1].b1, shadows[seen[0].b]
    torn = (start > 0 and host[start - 1] not in CLAUSE_ENDS) or (
        end < len(host) and not {host[end - 1], host[end]} & set(CLAUSE_ENDS))
    return [Copy(seen[0].a, seen[0].b, matches / max(in_a, in_b), False, start, end, len(seen), torn)]
