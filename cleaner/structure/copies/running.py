"""How naturally a text runs on at a place, under the language model: what decides which of two crops keeps a passage."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from cleaner.evidence.ngram import LanguageModel
from cleaner.memory import BLOCKS
from cleaner.structure.copies.passages import Passage

CONTEXT = 4
"""Code points on either side of a place that the model sees."""
LEAST, MOST = -2.0, 4.0
"""Bounds of one place's odds, log10: a broken place and a fixed phrase count no more than that."""


def run_on(text: str, places: Sequence[int], model: LanguageModel) -> list[float]:
    """How much likelier the text goes on at each place than the same words stand anywhere, log10 odds."""
    return list(_run_on(text, tuple(places), model))  # type: ignore[arg-type]  # models are hashed by identity


@lru_cache(maxsize=BLOCKS)
def _run_on(text: str, places: tuple[int, ...], model: LanguageModel) -> tuple[float, ...]:
    asked = []
    for at in places:
        head = text[at:at + CONTEXT]
        asked += [(text[max(0, at - CONTEXT):at], head), ("", head)]
    scores = model.score_many(asked).tolist() if asked else []
    return tuple(max(LEAST, min(MOST, known - alone)) for known, alone in zip(scores[::2], scores[1::2], strict=True))


def margin(shadows: Sequence[str], passages: Sequence[Passage], model: LanguageModel) -> float:
    """Log10 odds a place that block `a` is the one whose text runs on at the ends of its passages, not their hosts.

    Only places count that lie inside their block; passages are in the order of `a`.
    """
    own, others = list[float](), list[float]()
    text = shadows[passages[0].a]
    own += run_on(text, [p.a0 for p in passages[1:]], model)
    for p in passages:
        host = shadows[p.b]
        others += run_on(host, [at for at in (p.b0, p.b1) if 0 < at < len(host)], model)
    if not own or not others:
        return 0.0
    return sum(own) / len(own) - sum(others) / len(others)
