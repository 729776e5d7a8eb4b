"""Rows of tables, items of lists and lines of verse: lines of one shape that stand together. None of them is prose.

A row alone proves nothing; what is looked for are runs of lines with the same columns, of places (第一名 …), of items
counted on, or of five or seven characters and a mark. A long item that stops in mid-sentence is a paragraph that a
column cut, and no row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Literal

from cleaner.structure.labels.shapes import HAN, RANKED, ROW, cells, number_of, row_shape

Kind = Literal["table", "list", "verse"]
VERSE = re.compile(rf"^(?:[{HAN}]{{4,8}}[，、；。！？：]){{1,2}}$")
"""A line of verse, or a couplet in one line: each has as many characters as its neighbours, and a mark behind them."""
MARK = re.compile("[，、；。！？：]")
VERSES = 4
"""Lines of the shortest poem."""
ROWS = 3
"""Lines of one shape from which they are a table or a list; two may happen to be alike."""
ROW_LENGTH, ITEM_LENGTH = 60, 40
"""Code points of the longest row, and of the longest item that is not a sentence."""
KEYED = re.compile(rf"^[{HAN}A-Za-z（）()]{{1,10}}\s*[：:]\s*[¥￥]?\d[\d.,:：\-—~～/]*\s*[{HAN}%℃A-Za-z/]{{0,6}}$")
"""A name, a colon and a figure: 苹果：3.20元."""


def rows_and_items(texts: Sequence[str]) -> dict[int, Kind]:
    """The blocks that are rows of a table, items of a list or lines of verse."""
    found: dict[int, Kind] = {}
    for run in _runs(texts, lambda a, b: bool(ROW.match(a) and ROW.match(b)), lambda t: bool(ROW.match(t))):
        if len(run) > 1 or "<" in texts[run[0]]:
            found.update(dict.fromkeys(run, "table"))
    for run in _runs(texts, _same_columns, lambda t: _columns(t) > 0):
        figures = sum("9" in row_shape(texts[i]) for i in run)
        if len(run) >= ROWS and figures >= len(run) - 1 and figures >= ROWS - 1:
            found.update(dict.fromkeys(run, "table"))
    for run in _runs(texts, lambda a, b: True, lambda t: bool(KEYED.match(t))):
        if len(run) >= ROWS:
            found.update(dict.fromkeys(run, "table"))
    for run in _runs(texts, lambda a, b: True, lambda t: bool(RANKED.match(t)) and _item(t)):
        if len(run) > 1:
            found.update({i: "list" for i in run if i not in found})
    for run in _runs(texts, _counts_on, lambda t: number_of(t) is not None and _item(t)):
        if len(run) >= ROWS:
            found.update({i: "list" for i in run if i not in found})
    for run in _runs(texts, lambda a, b: _measure(a) == _measure(b), lambda t: bool(VERSE.match(t))):
        if len(run) >= VERSES:
            found.update({i: "verse" for i in run if i not in found})
    return found


def _runs(texts: Sequence[str], alike: Callable[[str, str], bool], one: Callable[[str], bool]) -> list[list[int]]:
    """Neighbouring blocks that are `one` each and `alike` with the one before."""
    runs: list[list[int]] = []
    for i, text in enumerate(texts):
        if len(text) > 400 and "<" not in text[:8]:
            continue
        if one(text):
            if runs and runs[-1][-1] == i - 1 and alike(texts[i - 1], text):
                runs[-1].append(i)
            else:
                runs.append([i])
    return runs


def _columns(text: str) -> int:
    """How many columns a row has, 0 for what is none: too long, or characters set apart by a recogniser."""
    columns = cells(text) if len(text) <= ROW_LENGTH and row_shape(text) else []
    if len(columns) == 2 and number_of(text) is not None:  # the number of an item and its words
        return 0
    single = sum(len(c) == 1 and not c.isdigit() for c in columns)
    return len(columns) if 2 * single < len(columns) else 0


def _same_columns(above: str, below: str) -> bool:
    """Whether two rows have the same columns; names over the columns of figures are alike to them."""
    one, other = row_shape(above), row_shape(below)
    return one == other or (len(one) == len(other) > 2 and "9" not in one)


def _measure(line: str) -> list[int]:
    """How many characters stand before each mark of a line."""
    return [len(part) for part in MARK.split(line)]


def _item(text: str) -> bool:
    """Whether a line could be an item: short, no sentence, and no paragraph torn behind its first sentence."""
    return "。" not in text and len(text) <= ITEM_LENGTH and not re.search("[。！？，,；;]$", text)


def _counts_on(above: str, below: str) -> bool:
    one, other = number_of(above), number_of(below)
    return one is not None and other is not None and (one == other == 0 or other == one + 1)
