"""Sentences that look like damage and are none stay as they are, whatever they stand beside.

`ordinary.txt` has one invented sentence a line: characters that stand twice by right (中国国家博物馆), the adverb 一一, figures, foreign
words, items of lists, beginnings that sound like the middle of a sentence (的士司机…).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from cleaner import clean

SENTENCES = (Path(__file__).parent / "ordinary.txt").read_text(encoding="utf-8").splitlines()
PAGE = 12
"""Sentences a page."""


@pytest.mark.parametrize("first", range(0, len(SENTENCES), PAGE))
def test_nothing_is_changed_unasked(first: int) -> None:
    page = "\n\n".join(SENTENCES[first:first + PAGE]) + "\n"
    changed = [(c.rule, c.before, c.after) for c in clean(page).changes if c.active and not (c.kind == "mark" and c.role != "lacuna")]
    assert changed == []
