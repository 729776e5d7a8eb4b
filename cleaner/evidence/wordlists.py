"""Words that the user gives: terms and names of a trade, a place, an archive.

A list is a text file: UTF-8, one word a line, behind it, if wanted, how common it is (blanks between them). `#` at
the start of a line or behind a blank begins a comment. What is listed is evidence for a word: such a word is never corrected, and
a reading that forms one is supported. That a word is not listed says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from cleaner.evidence.lexicon import Lexicon
from cleaner.evidence.variants import Terms
from cleaner.evidence.wordforms import LONGEST, WordForms

COUNT = 200
"""How common a word is whose line has no count: as the dictionary's words of the trades are (播种机 and 育种 have 100 to 300
of its sixty million)."""
MOST = 10**9
"""Highest count that is taken for one."""
LONGEST_WORD = 64
"""Code points; a longer line is no word but a text that was named by mistake."""
LONGEST_SOUGHT = 8
"""Code points of the longest words that are sought with one character misread."""
RARE = 200
"""Frequency in the dictionary from which on a word of two characters is no term of a trade, and is left to the rule on look-alikes."""
_COMMENT = re.compile(r"(?:\A|(?<=\s))#.*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffd]")


@dataclass(frozen=True, eq=False)
class WordList:
    """Words with their counts; `digest` (sha256) is that of words and counts, whatever the order, comments and files."""

    words: Mapping[str, int]

    @classmethod
    def of(cls, lists: Iterable[Mapping[str, int]]) -> WordList:
        """Several lists in one; of a word that stands in more than one the higher count holds."""
        merged: dict[str, int] = {}
        for words in lists:
            for word, count in words.items():
                merged[word] = max(count, merged.get(word, 0))
        return cls(dict(sorted(merged.items())))

    @cached_property
    def digest(self) -> str:
        """Hexadecimal sha256 of what the lists say."""
        return sha256("".join(f"{word}\t{count}\n" for word, count in self.words.items()).encode()).hexdigest()

    @cached_property
    def lexicon(self) -> Lexicon:
        """The dictionary with these words."""
        plain = Lexicon()
        return Lexicon({word: max(count, plain.frequency(word)) for word, count in self.words.items()})

    @cached_property
    def forms(self) -> WordForms:
        """The dictionary with these words for questions about word forms; a word longer than those that can be asked
        about counts by its parts of that length."""
        known, words = self.lexicon.words, dict[str, int]()
        for word, count in self.words.items():
            for k in range(len(word) - LONGEST + 1 if len(word) > LONGEST else 0):
                part = word[k:k + LONGEST]
                words[part] = max(count, words.get(part, 0), known.get(part, 0))
        return WordForms(known.plus(words))

    @cached_property
    def terms(self) -> Terms:
        """The words made ready to be sought with one character misread."""
        return Terms(word for word in self.words if len(word) <= LONGEST_SOUGHT and (len(word) > 2 or self._rare(word)))

    def _rare(self, word: str) -> bool:
        return Lexicon().frequency(word) < RARE

    @cached_property
    def _by_start(self) -> Mapping[str, tuple[str, ...]]:
        """The words of two characters and more by their first two."""
        found: dict[str, list[str]] = {}
        for word in self.words:
            if len(word) > 1:
                found.setdefault(word[:2], []).append(word)
        return {start: tuple(words) for start, words in found.items()}

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """`(start, end)` of every place of `text` at which a listed word of two characters or more stands."""
        for i in range(len(text) - 1):
            for word in self._by_start.get(text[i:i + 2], ()):
                if text.startswith(word, i):
                    yield i, i + len(word)


def read_words(path: Path) -> dict[str, int]:
    """The words of one file. Raises OSError, and ValueError that names the file, the line and what is wrong."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = data.count(b"\n", 0, error.start) + 1
        raise ValueError(f"{path}: line {at}: byte {error.start} (0x{data[error.start]:02x}) is not UTF-8 text (save the list as UTF-8)") from error
    words: dict[str, int] = {}
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        fields = _COMMENT.sub("", line).split()
        if not fields:
            continue
        if fault := _fault(fields):
            raise ValueError(f"{path}: line {number}: {fault}")
        said = int(fields[1]) if len(fields) > 1 else COUNT
        words[fields[0]] = max(said, words.get(fields[0], 0))
    return words


def _fault(fields: list[str]) -> str:
    """What is wrong with a line, if anything."""
    if _CONTROL.search("".join(fields)):
        return "holds a control character: this is no list of words"
    if len(fields[0]) > LONGEST_WORD:
        return f"{fields[0][:12]}… has {len(fields[0])} characters; a word has {LONGEST_WORD} at most"
    if len(fields) > 2:
        return f"expected a word and, if wanted, a count, not {len(fields)} fields"
    if len(fields) == 2 and not (fields[1].isascii() and fields[1].isdigit() and 1 <= int(fields[1][:12]) <= MOST):
        return f"{fields[1][:24]!r} is no count (a whole number from 1 to {MOST:,})"
    return ""
