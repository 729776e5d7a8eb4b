"""What is worked out for the text of one block is kept: most blocks stand unchanged from one round of a page to the next, and
through the proof of law 2."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TypeVar

BLOCKS = 512
"""Texts of which an answer is kept: those of a page or two. A page of more blocks gains nothing, and takes no more memory."""

Answer = TypeVar("Answer")


def kept(work: Callable[[str], Answer]) -> Callable[[str], Answer]:
    """The answers of a pure function of one text, which must not be changed, kept for the last `BLOCKS` texts."""
    return lru_cache(maxsize=BLOCKS)(work)


def listed(search: Callable[[str], Iterable[Answer]]) -> Callable[[str], tuple[Answer, ...]]:
    """What a search finds in a text, as a tuple, kept like the answers of `kept`."""
    return kept(lambda text: tuple(search(text)))
