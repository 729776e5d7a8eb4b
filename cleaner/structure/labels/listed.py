"""Lines that are entries of a list by their own marks, wherever they stand: contents with leaders, references, rolls of names with
notes, votes; and lines that their neighbours make one: questions in a row, the halves of a couplet, the years of a chronicle.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby

from cleaner.memory import kept
from cleaner.structure.labels.shapes import BYLINE, HAN, LEADERS, REFERENCE, cells
from cleaner.structure.names import NAME

PERSON = rf"[{HAN}·]{{2,15}}"
NOTED = re.compile(rf"^{PERSON}[（(](?:[男女]|(?:[男女][，、,]\s?)?[{HAN}]{{1,5}}族)[)）]$")
"""A name with what a roll says of its bearer: 金顺姬（女，朝鲜族）."""
BARE = re.compile(rf"^{PERSON}$")
COUNTED = re.compile(r"^\d[\d,.]*(?:票|分|枚|元|名|人|次|件)$")
"""A number and what is counted."""
QUESTIONS, QUESTION = 3, 40
"""Questions in a row that are a list, and code points of the longest one; between two subheads stands an answer."""
SCORE = re.compile(r"^\S+[ \u3000]+\d{1,3}[比:：\-—]\d{1,3}[ \u3000]+\S[^。！？]{0,79}$")
"""Two sides, and how they played: 贾一鸣 4比0 弗兰克（11比3、…）."""
CAST = re.compile(rf"^[{HAN}]{{1,6}}——[^。！？]{{1,40}}$")
"""Who plays in a drama, or what a word means: 老范——修表匠，六十来岁."""
PROGRAM = re.compile(rf"^\d{{1,5}} [A-Z][^{HAN}]*$")
"""A line of a program, or an address of a letter in English, with its number in front."""
DATED = re.compile(r"^(?:\d{1,2}|[一二三四五六七八九十]{1,2})月(?:\d{1,2}|[一二三四五六七八九十]{1,3})日[ \u3000][^。！？]{1,40}$")
"""What happens on a day."""
AMOUNTS = re.compile(rf"^(?:[{HAN}]{{1,6}}[ \u3000]+)?[{HAN}]{{0,6}}[ \u3000]?\d[\d.,]*[分元票角斤](?:[ \u3000]+[{HAN}]{{0,6}}[ \u3000]?\d[\d.,]*[分元票角斤])+$")
"""Several amounts with their names: 文化课285分 专业课198分."""
TEAM = re.compile(rf"^[{HAN}]{{2,8}}(?:[ \u3000]+{NAME}){{2,8}}$")
"""A team and its people."""
CHOICES = re.compile(r"^A[.．、]\s?\S.*\sB[.．、]\s?\S")
"""The answers of a question to choose from, in one line."""
PRICED = re.compile(rf"^[{HAN}（）()]{{2,10}}[ \u3000]+\d[\d.]*元(?:[（(/／]\S{{0,12}})?$")
"""What something costs: 酸梅汤 5元/杯."""
RUNS = ((SCORE, 2), (CAST, 2), (PROGRAM, 3), (DATED, 3), (AMOUNTS, 2), (TEAM, 2), (CHOICES, 1), (PRICED, 1))
"""Lines of a list, and how many stand in a row."""
FORMULA = re.compile(rf"^[{HAN}]{{4,10}}[：:](?=[^\s])")
"""Words before a colon that several lines of a page open with (我们的口号是：…)."""
HALF = re.compile(rf"^[{HAN}]{{4,13}}$")
SCROLL = re.compile("^横[批额披][：:]")
"""What stands under the two halves of a couplet."""
YEAR = re.compile(r"^(?:[12]\d{3}|[〇○零一二三四五六七八九]{4})年$")
DAY = re.compile(r"^(?:\d{1,2}|[一二三四五六七八九十]{1,2})月")
YEARS = 2
"""Years of a chronicle, each above a day."""


def entries(texts: Sequence[str]) -> set[int]:
    """The blocks that are entries of a list."""
    found = {i for i, text in enumerate(texts) if _is_entry(text)}
    for asks, run in groupby(range(len(texts)), lambda i: len(texts[i]) <= QUESTION and texts[i][-1:] in "？?"):
        questions = list(run) if asks else []
        found.update(questions if len(questions) >= QUESTIONS else ())
    shapes = [_shapes(text) for text in texts]
    for k, (_, least) in enumerate(RUNS):
        for alike, run in groupby(range(len(texts)), lambda i: shapes[i][k]):  # noqa: B023
            rows = list(run) if alike else []
            found.update(rows if len(rows) >= least else ())
    opened: dict[str, list[int]] = defaultdict(list)
    for i, text in enumerate(texts):
        match = FORMULA.match(text) if len(text) <= QUESTION else None
        if match:
            opened[match[0]].append(i)
    found.update(i for label, lines in opened.items() for i in lines
                 if len({texts[k][len(label):][:2] for k in lines}) >= QUESTIONS)  # copies of a headline go on alike
    for i in range(2, len(texts)):
        if SCROLL.match(texts[i]) and len(texts[i - 1]) == len(texts[i - 2]) and HALF.match(texts[i - 1]) and HALF.match(texts[i - 2]):
            found.update((i - 2, i - 1, i))
    return found


@kept
def _is_entry(text: str) -> bool:
    """Whether a line is an entry by its own marks."""
    return len(text) <= 200 and bool(LEADERS.search(text) or REFERENCE.match(text) or _roll(text))


@kept
def _shapes(text: str) -> tuple[bool, ...]:
    """Which of `RUNS` a line has the shape of."""
    return tuple(bool(shape.match(text)) and not BYLINE.match(text) for shape, _ in RUNS)


def _roll(text: str) -> bool:
    """Whether a line is names with notes, or a name and what is counted."""
    columns = cells(text)
    if not columns or len(text) > 80:
        return False
    noted = [bool(NOTED.match(cell)) for cell in columns]
    counted = len(columns) > 1 and bool(COUNTED.match(columns[-1]))
    names = columns[:-1] if counted else columns
    return (any(noted) or (counted and len(names) == 1)) and all(
        NOTED.match(cell) or BARE.match(cell) for cell in names)


def years(texts: Sequence[str]) -> set[int]:
    """The lines of a chronicle that are a year, and stand over its days."""
    found = [i for i, text in enumerate(texts[:-1]) if YEAR.match(text) and DAY.match(texts[i + 1])]
    return set(found) if len({texts[i] for i in found}) >= YEARS else set()
