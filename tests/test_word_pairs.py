"""The list of word pairs for the language model, read out of a model of SunPinyin's layout."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.word_pairs import BACK_OFFS, PARTS, PROBABILITIES, frequencies

WORDS = ["", "，", "渡口", "渡船", "。"]
SINGLES = {1: 0.1, 2: 0.2, 3: 0.25, 4: 0.05}
PAIRS = {(0, 2): 0.5, (1, 2): 0.25, (1, 4): 0.5, (2, 1): 0.5, (2, 2): 0.125, (3, 0): 0.125, (3, 4): 0.25}
"""Of word 0, which stands for all that is not known, and of two marks nothing is to be told."""


def model(folder: Path, order: int = 3) -> Path:
    """The two files, with a probability table that holds what is needed."""
    table = np.zeros(PROBABILITIES, dtype="<f4")
    places = {value: k for k, value in enumerate(sorted({*SINGLES.values(), *PAIRS.values()}), start=300)}
    for value, place in places.items():
        table[place] = value
    rows, below = [], 0
    for word in range(len(WORDS)):
        rows.append((word, places.get(SINGLES.get(word, 0.0), 0), below))
        below += sum(first == word for first, _ in PAIRS)
    rows.append((0, 0, below))
    pairs = [(second, places[value], 0) for (_, second), value in sorted(PAIRS.items())] + [(0, 0, 0)]
    entries = [(word | 5 << 18, place | (child & 0xFFFF) << 16, child >> 16 << 25) for word, place, child in [(0, 0, 0), (1, 0, 0), *rows, *pairs]]
    header = np.array([order, 0, 2, len(rows), len(pairs), 0], dtype="<u4")
    parts = (header, table, np.zeros(BACK_OFFS, dtype="<f4"), np.array(entries, dtype="<u4"))
    (folder / "lm_sc.t3g").write_bytes(b"".join(part.tobytes() for part in parts))
    strings = "".join(f"{word}\0" for word in WORDS).encode("utf-32-le")
    (folder / "pydict_sc.bin").write_bytes(np.array([len(WORDS), 1, 16], dtype="<u4").tobytes() + b"\0" * 4 + strings)
    return folder


def test_words_and_pairs_have_their_probabilities_in_running_text(tmp_path: Path) -> None:
    found = frequencies(model(tmp_path))
    assert {string: count / PARTS for string, count in found.items()} == pytest.approx(
        {"，": 0.1, "渡口": 0.2, "渡船": 0.25, "。": 0.05, "，渡口": 0.025, "渡口，": 0.1, "渡口渡口": 0.025, "渡船。": 0.0625}, abs=1e-6)
    assert list(found) == sorted(found)


def test_a_model_of_another_layout_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no model of three words"):
        frequencies(model(tmp_path, order=2))
