"""Words and how common they are: jieba's dictionary, read by ourselves.

jieba ships a plain text file of about 349,000 words with frequencies (MIT licence). We read that file and
nothing else of jieba's at start: its own loader trusts a cache in the shared temporary folder, whoever wrote
it. Cutting uses a private tokenizer that is handed our frequencies in memory.
"""

from __future__ import annotations

import importlib.util
import math
import re
from codecs import BOM_UTF8
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.evidence.wordtable import WordTable

Ints = NDArray[np.int64]
WORD_LENGTH = 5
"""Longest word, in code points, that is sought across a seam; few words are longer, and those are titles."""

DIVISIONS = 20_000
"""Short strings of which the division into words is kept."""


@cache
def _frequencies() -> WordTable:
    """Every word of jieba's dictionary with its frequency, read once per process."""
    return WordTable.parse(_dictionary().read_bytes().removeprefix(BOM_UTF8))


@cache
def _person_names() -> frozenset[str]:
    """The words of two hanzi (six bytes) that the dictionary tags as names of persons, read on the first question."""
    raw = _dictionary().read_bytes()
    return frozenset(name.decode("utf-8") for name in re.findall(rb"\n([\xe4-\xe9]..[\xe4-\xe9]..) [0-9]+ nr", raw))


def _dictionary() -> Path:
    """jieba's dictionary, found without importing the package, which takes time."""
    found = importlib.util.find_spec("jieba")
    assert found is not None and found.origin is not None
    return Path(found.origin).with_name("dict.txt")


@dataclass(frozen=True, eq=False)
class Lexicon:
    """The words of jieba's dictionary. Nothing is read before the first question.

    `extra` adds words of the caller's own (an archive's names, say) with their frequencies.
    """

    extra: dict[str, int] = field(default_factory=dict)
    _divisions: dict[tuple[str, int], tuple[float, ...]] = field(default_factory=dict, repr=False)

    @cached_property
    def _words(self) -> WordTable:
        """All words with frequencies; the shared dictionary itself when nothing is added."""
        return _frequencies().plus(self.extra) if self.extra else _frequencies()

    @cached_property
    def _tokenizer(self) -> Any:
        """A jieba tokenizer of our own, its dictionary built in memory (about 0.5 s, on the first cut)."""
        import logging

        import jieba  # costs time, and is needed by those alone who cut

        jieba.default_logger.setLevel(logging.WARNING)
        tokenizer = jieba.Tokenizer()
        tokenizer.FREQ = _with_prefixes(self._words)
        tokenizer.total = sum(self._words.values())
        tokenizer.initialized = True  # so that it never looks for its cache file
        return tokenizer

    def __contains__(self, word: object) -> bool:
        """Whether the string is a word of the dictionary, exactly as written (simplified script mostly)."""
        return word in self._words

    def __len__(self) -> int:
        """Number of words."""
        return len(self._words)

    @property
    def words(self) -> WordTable:
        """All words with their frequencies."""
        return self._words

    def frequency(self, word: str) -> int:
        """How often the word stands in the texts jieba was counted on (60 million words); 0 if unknown."""
        return self._words.get(word, 0)

    def is_person(self, word: str) -> bool:
        """Whether the dictionary has the word, of two hanzi, as the name of a person (王平), not as a common one (牧师)."""
        return word in _person_names()

    def words_across(self, left: str, right: str, max_len: int = WORD_LENGTH) -> list[tuple[str, int]]:
        """Words formed by the end of `left` and the start of `right`, with frequencies.

        Each side gives at least one character and a word has at most `max_len` code points. The most frequent
        come first; equals are ordered by length, longer first, then by how much `left` gives.
        """
        found = []
        for taken in range(1, min(len(left), max_len - 1) + 1):
            head = left[-taken:]
            for given in range(1, min(len(right), max_len - taken) + 1):
                word = head + right[:given]
                if word in self._words:
                    found.append((word, self._words[word]))
        return sorted(found, key=lambda item: (-item[1], -len(item[0])))

    def told_across(self, lefts: Sequence[str], rights: Sequence[str], a: Ints, b: Ints) -> tuple[Ints, NDArray[np.float64]]:
        """What words of up to five characters stand across the end of left string `a[k]` and the start of the right string `b[k]`: the greatest
        of their frequencies, 0 where there is none; and how much likelier the likeliest division into words is with such a word than
        with a border between the two, differences of natural logarithms under word frequencies, 0 where the border is best."""
        before, behind = self._shares(lefts, 1), self._shares(rights, -1)
        most, best = np.zeros(len(a), dtype=np.int64), np.zeros(len(a))
        for taken, given, rows, counts in self._words.across(lefts, rights, a, b):
            most[rows] = np.maximum(most[rows], counts)
            left, right = a[rows], b[rows]
            rest = before[left, taken] - before[left, 0] - behind[right, 0] + behind[right, given]
            logs = np.array([math.log(count + 1) for count in counts.tolist()])
            best[rows] = np.maximum(best[rows], rest + logs - self._total)
        return most, best

    def _shares(self, texts: Sequence[str], step: int) -> NDArray[np.float64]:
        """ln p of the likeliest division of each text, and of the texts without the 1, 2, … characters that are given to a word
        across: the last ones, of texts that stand behind it (`step` -1) the first ones."""
        found = [self._divided(text[::step], step)[:-WORD_LENGTH - 1:-1] for text in texts]
        return np.array([(*divided, *(0.0,) * (WORD_LENGTH - len(divided))) for divided in found]).reshape(-1, WORD_LENGTH)

    @cached_property
    def _total(self) -> float:
        """Natural logarithm of the sum of all frequencies."""
        return math.log(self._words.total())

    def _divided(self, text: str, step: int = 1) -> tuple[float, ...]:
        """ln p of the likeliest division into words of every beginning of a text of few code points; of a text that stands
        back to front if `step` is -1."""
        known = self._divisions.get((text, step))
        if known is None:
            best = [0.0]
            for stop in range(1, len(text) + 1):
                ways = []
                for start in range(max(0, stop - WORD_LENGTH), stop):
                    count = self._words.get(text[start:stop][::step], 0)
                    if count or stop - start == 1:
                        ways.append(best[start] + math.log(count + 1) - self._total)
                best.append(max(ways))
            if len(self._divisions) > DIVISIONS:
                self._divisions.clear()
            known = self._divisions[text, step] = tuple(best)
        return known

    def cut(self, text: str) -> list[str]:
        """The words of a short string; joined again they are the string.

        jieba's dictionary method and hidden Markov model. It is slow (0.8 MB/s): ask about places in doubt,
        never about whole pages.
        """
        return list(self._tokenizer.cut(text))


def _with_prefixes(words: Mapping[str, int]) -> dict[str, int]:
    """What jieba searches: the words, and every beginning of a word with frequency 0."""
    table = dict(words)
    for word in words:
        for length in range(1, len(word)):
            table.setdefault(word[:length], 0)
    return table
