"""Rows of tables, items of lists and lines of verse: lines of one shape that stand together. None of them is prose.

A row alone proves nothing; what is looked for are runs of lines with the same columns, of places (第一名 …), of items
counted on, or of five or seven characters and a mark. A long item that stops in mid-sentence is a paragraph that a
column cut, and no row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from cleaner.structure.labels.listed import entries
from cleaner.structure.labels.shapes import (
    BYLINE,
    DATELINE,
    FURNITURE,
    HAN,
    RANKED,
    ROW,
    TIMED,
    cells,
    number_of,
    row_shape,
)
from cleaner.structure.names import is_name

Kind = Literal["table", "list", "verse"]
VERSE = re.compile(rf"^(?:[{HAN}]{{3,8}}[，、；。！？：,;:!?]){{1,2}}$")
"""A line of verse, or a couplet in one line: each has as many characters as its neighbours, or one more (小雨点，滴答答， and 小虫举伞往家跑。), and
a mark behind them."""
MARK = re.compile("[，、；。！？：,;:!?]")
VERSES = 4
"""Lines of the shortest poem."""
MARKED = 10
"""Code points of a line of a nursery rhyme, its mark with it, however long its neighbours are."""
FREE_VERSE = re.compile(rf"^[{HAN}A-Za-z]{{2,14}}$")
"""A line of a poem, of a menu, of a roll of names: a few words, and no mark in or behind them."""
MARKED_VERSE, RUNNING_VERSES = 18, 2
"""Code points of a line of a poem whose every line stops at a mark, and how many of them stop in mid-sentence at least; see `FREE_VERSES`."""
ENGLISH_VERSE = re.compile(r"""^["'“‘(]?[A-Z][A-Za-z ,;:'’“”"!?()—–-]{5,60}(?<![.])$""")
"""A line of a song or a poem in English: it opens with a capital, and no sentence ends in it. Lines of prose that are as short open with small letters."""
BETWEEN = re.compile(r"^[—–*＊※·…~～]{1,5}$")
"""What parts two stanzas."""
FREE_VERSES, SHORTEST, BROADEST = 5, 6, 3
"""Lines that make a poem without marks, the longest of its shortest lines, and how many times as long its longest one is at least: lines
that fill a column are all of one length, and lines of a poem are not."""
ROWS = 3
"""Lines of one shape from which they are a table or a list; two may happen to be alike."""
COLUMNS = 4
"""Columns from which rows of words alone are a table: names, posts, hours."""
ROW_LENGTH, ITEM_LENGTH = 60, 40
"""Code points of the longest row, and of the longest item that is not a sentence."""
LABELLED = re.compile(rf"^[{HAN}（）()]{{2,8}}\s?[：:][^。！？]*[^。！？，、；：,;:]$")
"""A label and what it says, and no sentence: 报名时间：即日起至8月20日."""
LABELLED_LENGTH = 50
KEY = re.compile(rf"^[{HAN}]{{1,4}}[ \u3000]+[^\s][^。！？]*[^。！？，、；：,;:]$")
"""A word and what is said of it: 牛　财运平平，忌投机."""
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
        counted = figures >= len(run) - 1 and figures >= ROWS - 1
        if len(run) >= ROWS and (counted or _columns(texts[run[0]]) >= COLUMNS or _same_cell(texts, run)):
            found.update(dict.fromkeys(run, "table"))
    for run in _runs(texts, lambda a, b: True, lambda t: len(t) <= ROW_LENGTH and bool(KEYED.match(t) or TIMED.match(t))):
        if len(run) >= ROWS:
            found.update(dict.fromkeys(run, "table"))
    found.update(dict.fromkeys((*_further_rows(texts, found), *_table_heads(texts, found)), "table"))
    for run in _runs(texts, lambda a, b: True, lambda t: bool(RANKED.match(t)) and _item(t)):
        if len(run) > 1:
            found.update({i: "list" for i in run if i not in found})
    for run in _runs(texts, _counts_on, lambda t: number_of(t) is not None and _item(t)):
        if len(run) >= ROWS:
            found.update({i: "list" for i in run if i not in found})
    for run in _runs(texts, lambda a, b: abs(_measure(a) - _measure(b)) <= 1, lambda t: bool(VERSE.match(t))):
        if len(run) >= VERSES:
            found.update({i: "verse" for i in run if i not in found})
    for run in _runs(texts, lambda a, b: True, lambda t: len(t) <= MARKED and bool(VERSE.match(t))):
        if len(run) >= VERSES:
            found.update({i: "verse" for i in run if i not in found})
    for run in _runs(texts, lambda a, b: True, lambda t: 1 < len(t) <= MARKED_VERSE and bool(MARK.match(t[-1]))):
        if len(run) >= FREE_VERSES and sum(texts[i][-1] in "，、,;；" for i in run) >= RUNNING_VERSES and not _fills_a_column([texts[i] for i in run]):
            found.update({i: "verse" for i in run if i not in found})
    for run in _runs(texts, lambda a, b: True, lambda t: bool(ENGLISH_VERSE.match(t))):
        if len(run) >= FREE_VERSES:
            found.update({i: "verse" for i in run if i not in found})
    for run in (*_labelled(texts), *_keyed(texts), sorted(entries(texts))):
        found.update({i: "list" for i in run if i not in found})
    for run in _poems(texts):
        found.update({i: "verse" for i in run if i not in found})
    return found


def _labelled(texts: Sequence[str]) -> list[list[int]]:
    """Lines of which each has a label of its own, and a colon (报名时间：…, 联系人：…)."""
    runs = _runs(texts, lambda a, b: True, lambda t: len(t) <= LABELLED_LENGTH and bool(LABELLED.match(t)))
    return [run for run in runs if len({re.split("[：:]", texts[i])[0] for i in run}) >= ROWS]


def _keyed(texts: Sequence[str]) -> list[list[int]]:
    """Lines of which each says something of another word of one length, and a space between (鼠 …, 牛 …)."""
    runs = _runs(texts, lambda a, b: len(cells(a)[0]) == len(cells(b)[0]),
                 lambda t: len(t) <= ITEM_LENGTH and len(cells(t)) <= ROWS and bool(KEY.match(t)))
    return [run for run in runs if len(run) >= ROWS and len({cells(texts[i])[0] for i in run}) == len(run)]


def _poems(texts: Sequence[str]) -> list[list[int]]:
    """Lines of verse without marks. Where a report stands below, the last of them is its headline."""
    found = []
    for run in _runs(texts, lambda a, b: True, _is_free_verse):
        below = texts[run[-1] + 1] if run[-1] + 1 < len(texts) else ""
        opens = len(below) > ITEM_LENGTH or BYLINE.match(below) or DATELINE.match(below)
        poem = run[:-1] if opens else run
        lines = [texts[i] for i in poem if not BETWEEN.match(texts[i])]
        sizes = [len(line) for line in lines if not is_name(line)]  # 从上游 may be a name, a roll is none of them
        if len(sizes) >= FREE_VERSES and 3 * len(sizes) > 2 * len(lines) and min(sizes) <= SHORTEST and max(sizes) >= BROADEST * min(sizes):
            found.append(poem)
    return found


def _is_free_verse(line: str) -> bool:
    return bool(FREE_VERSE.match(line) or BETWEEN.match(line)) and not (BYLINE.match(line) or FURNITURE.match(line))


def _further_rows(texts: Sequence[str], found: Mapping[int, Kind]) -> list[int]:
    """Numbered rows with the columns of a table on the page that stand apart from it: something was said between them."""
    known = {shape for i, kind in found.items() if kind == "table" and len(shape := row_shape(texts[i])) > 2}
    return [i for i, text in enumerate(texts) if known and i not in found and number_of(text) and len(text) <= ROW_LENGTH
            and row_shape(text) in known]


def _table_heads(texts: Sequence[str], found: Mapping[int, Kind]) -> list[int]:
    """Lines without figures right above a table that name its columns, one each."""
    return [i - 1 for i, kind in found.items() if kind == "table" and i and i - 1 not in found
            and len(texts[i - 1]) <= ROW_LENGTH and len(above := cells(texts[i - 1])) > 2 and len(above) == len(cells(texts[i]))
            and not re.search(r"\d|[。！？；，]", texts[i - 1])]


def _fills_a_column(lines: Sequence[str]) -> bool:
    """Whether most lines are as long as the longest, as printed lines of prose are that happen to end at marks."""
    longest = max(map(len, lines))
    return sum(len(line) >= longest - 1 for line in lines) > len(lines) / 2


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
    """Whether two rows have the same columns; names over the columns of figures are alike to them, and the first of
    several may have a figure in its name (沪深300); rows of many columns that count on may have a word for a figure (免费)."""
    one, other = row_shape(above), row_shape(below)
    first, second = cells(above)[0], cells(below)[0]
    counted = len(one) >= COLUMNS and first.isdecimal() and second.isdecimal() and int(second) == int(first) + 1
    return (counted and len(one) == len(other)) or one == other or (len(one) == len(other) > 2 and ("9" not in one or one[1:] == other[1:]))


def _same_cell(texts: Sequence[str], run: Sequence[int]) -> bool:
    """Whether rows have three columns or more, and the same words in one of them that is not the first."""
    columns = list(zip(*(cells(texts[i]) for i in run), strict=False))
    return len(columns) > 2 and any(len(set(column)) == 1 for column in columns[1:])


def _measure(line: str) -> int:
    """How many characters a line has, its marks aside."""
    return len(MARK.sub("", line))


def _item(text: str) -> bool:
    """Whether a line could be an item: short, no sentence, and no paragraph torn behind its first sentence."""
    return "。" not in text and len(text) <= ITEM_LENGTH and not re.search("[。！？，,；;]$", text)


def _counts_on(above: str, below: str) -> bool:
    one, other = number_of(above), number_of(below)
    return one is not None and other is not None and (one == other == 0 or other == one + 1)
