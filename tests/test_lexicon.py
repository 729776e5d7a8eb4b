"""The lexicon: frequencies, words across a seam, and cutting without jieba's cache file."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from cleaner.evidence.lexicon import Lexicon

LEXICON = Lexicon()


def test_frequencies_come_from_the_dictionary() -> None:
    assert "企业" in LEXICON
    assert LEXICON.frequency("企业") > LEXICON.frequency("孵化器") >= 0
    assert LEXICON.frequency("企坐业") == 0
    assert "" not in LEXICON
    assert None not in LEXICON
    assert len(LEXICON) > 300_000


@pytest.mark.parametrize(
    ("left", "right", "word"),
    [("推动工业互", "联网建设", "互联网"), ("关", "键环节", "关键"), ("控制系", "统", "控制系统")],
)
def test_words_across_a_seam(left: str, right: str, word: str) -> None:
    found = LEXICON.words_across(left, right)
    assert word in dict(found)
    assert found == sorted(found, key=lambda item: -item[1])


def test_both_sides_give_a_character() -> None:
    assert LEXICON.words_across("企业", "") == LEXICON.words_across("", "企业") == []
    assert LEXICON.words_across("企业", "。") == []
    assert all(len(word) <= 2 for word, _ in LEXICON.words_across("工业互", "联网", max_len=2))


def test_own_words_are_added_and_not_shared() -> None:
    own = Lexicon({"国仟": 5})
    assert own.frequency("国仟") == 5
    assert "国仟" not in LEXICON


def test_cutting_gives_the_string_back_and_writes_no_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    text = "液压控制系统是工业互联网建设的关键环节 and 3.5%"
    words = Lexicon().cut(text)
    assert "".join(words) == text
    assert "控制系统" in words
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr() == ("", "")


def test_a_poisoned_cache_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import marshal

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "jieba.cache").write_bytes(marshal.dumps(({"统是工": 10**9}, 10**9)))
    assert "统是工" not in Lexicon().cut("控制系统是工业")
