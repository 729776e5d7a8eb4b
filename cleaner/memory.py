"""What is worked out for the text of one block is kept: most blocks stand unchanged from one round of a page to the next, and
through the proof of law 2."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Any, Generic, TypeVar

from numpy.typing import NDArray

BLOCKS = 512
"""Texts of which an answer is kept: those of a page or two. A page of more blocks gains nothing, and takes no more memory."""

CHARACTERS, HEAD = 1 << 15, 16
"""Code points of the texts of which a `Store` keeps answers, a few pages; and for how many the shortest text counts besides."""

Answer = TypeVar("Answer")


def kept(work: Callable[[str], Answer]) -> Callable[[str], Answer]:
    """The answers of a pure function of one text, which must not be changed, kept for the last `BLOCKS` texts."""
    return lru_cache(maxsize=BLOCKS)(work)


def listed(search: Callable[[str], Iterable[Answer]]) -> Callable[[str], tuple[Answer, ...]]:
    """What a search finds in a text, as a tuple, kept like the answers of `kept`."""
    return kept(lambda text: tuple(search(text)))


def parted(array: NDArray[Any], sizes: Iterable[int]) -> list[NDArray[Any]]:
    """The parts of an array that are kept each for itself: copies, so that none holds on to the whole."""
    return [array[start:end].copy() for start, end in pairwise(accumulate(sizes, initial=0))]


class Store(Generic[Answer]):
    """The same for questions that are cheaper to ask together: answers to texts of the last `size` code points."""

    def __init__(self, size: int = CHARACTERS) -> None:
        self._known: dict[str, Answer] = {}
        self._size, self._held = size, 0

    def of(self, texts: Sequence[str], work: Callable[[list[str]], Iterable[Answer]]) -> list[Answer]:
        """The answer for every text; `work`, a pure function of each of its texts, gives those that are not known. Answers are shared:
        they must not be changed."""
        found = dict.fromkeys(texts)
        new = [text for text in found if text not in self._known]
        fresh = dict(zip(new, work(new), strict=True)) if new else {}
        answers = {text: fresh[text] if text in fresh else self._known.pop(text) for text in found}
        self._known.update(answers)  # those asked about last stand last
        self._held += sum(map(len, new)) + HEAD * len(new)
        while self._held > self._size:
            oldest = next(iter(self._known))
            self._held -= len(oldest) + HEAD
            del self._known[oldest]
        return [answers[text] for text in texts]
