"""The dictionary as arrays says what a `dict` would say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.evidence.grams import Grams
from cleaner.evidence.wordforms import WordForms
from cleaner.evidence.wordtable import WordTable

CHARS = st.sampled_from("一丁七万丈三AZ\ud800\U00020000\uffff")
WORDS = st.dictionaries(st.text(CHARS, min_size=1, max_size=7), st.integers(1, 2**31 - 1), max_size=30)


@given(WORDS, WORDS, st.lists(st.text(CHARS, max_size=7)))
def test_a_table_answers_as_a_dict(words: dict[str, int], more: dict[str, int], asked: list[str]) -> None:
    for table, plain in ((WordTable.of(words), words), (WordTable.of(words).plus(more), words | more)):
        assert dict(table.items()) == plain and len(table) == len(plain)
        assert table.total() == sum(plain.values())
        for word in (*asked, *plain):
            assert table.get(word) == plain.get(word) and (word in table) == (word in plain)
            assert table.get(word, 7) == plain.get(word, 7)


@given(WORDS)
def test_what_is_parsed_is_what_the_lines_say(words: dict[str, int]) -> None:
    written = {word: n % 10**9 for word, n in words.items() if "\ud800" not in word}
    text = "".join(f"{word} {n} n\n" for word, n in written.items())
    assert dict(WordTable.parse(text.encode()).items()) == written
    assert dict(WordTable.parse(text.removesuffix("\n").encode()).items()) == written


def test_of_a_word_listed_twice_the_last_line_counts() -> None:
    assert dict(WordTable.parse("水渠 3 n\n水渠 9 n\n".encode()).items()) == {"水渠": 9}


@pytest.mark.parametrize("text", ["水渠 3\n", "水渠 x n\n", "水 渠 3 n\n", "水渠 12345678901 n\n"])
def test_a_line_of_another_shape_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="dictionary"):
        WordTable.parse(text.encode())


@given(st.text("一丁七\n。", max_size=60), st.lists(st.text("一丁七八。", max_size=5), max_size=8))
def test_strings_are_counted_with_their_overlaps(text: str, asked: list[str]) -> None:
    counts = Grams(text, (2, 3, 4)).counts(asked)
    across = Grams(text, (3, 4), without="\n").counts(asked)
    for string, found, inside in zip(asked, counts.tolist(), across.tolist(), strict=True):
        here = sum(text.startswith(string, i) for i in range(len(text)))
        assert found == (here if 2 <= len(string) <= 4 else 0)
        assert inside == (here if 3 <= len(string) <= 4 else 0)


@given(WORDS, st.lists(st.tuples(st.text(CHARS, max_size=6), st.text(CHARS, max_size=6)), max_size=8))
def test_the_commonest_word_across_each_seam(words: dict[str, int], seams: list[tuple[str, str]]) -> None:
    plain = {word: n for word, n in words.items() if max(word) <= "\uffff"}
    lefts, rights = [left for left, _ in seams], [right for _, right in seams]
    found = np.zeros(len(seams), dtype=np.int64)
    for _, _, rows, counts in WordTable.of(plain).across(lefts, rights, *(np.arange(len(seams)),) * 2):
        found[rows] = np.maximum(found[rows], counts)
    for left, right, count in zip(lefts, rights, found.tolist(), strict=True):
        across = [plain.get(left[-k:] + right[:n], 0) for k in range(1, len(left) + 1) for n in range(1, len(right) + 1) if k + n <= 5]
        assert count == max(across, default=0)


@given(WORDS, st.lists(st.text("一丁七万丈三AZ", max_size=9), max_size=6))
def test_scores_of_many_strings_are_those_of_each(words: dict[str, int], texts: list[str]) -> None:
    forms = WordForms({word: n for word, n in words.items() if max(word) < "\ud800"} | {"一": 5})
    assert forms.scores(texts).tolist() == [forms.score(text) for text in texts]
