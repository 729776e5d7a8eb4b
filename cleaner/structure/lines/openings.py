"""Line ends that the words and the widths would join, and at which another story may open all the same.

A headline as wide as the column, and a paragraph whose last line is full, look like any other line, and the sentence of a headline
may well run on in the words below it. What tells is the sentence before: a line behind a finished sentence that has no mark, and
whose words fit the next line no better than the start of a line; a sentence that ends with its line, above a line or two without a mark
and the first line of a paragraph. On 72 pages of modern news set in lines, such ends were 80 of 11,295 right joins and 18 of 21 wrong
ones; a paragraph wrongly joined costs more than ten joins missed (editorial policy), so there a join is only offered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cleaner.structure.lines.kept import opens_report
from cleaner.structure.lines.printed import (
    SHORT,
    PrintedLine,
    ends_marked,
    one_mark_for_all,
    set_in,
    shortfall,
    simplified,
)
from cleaner.structure.lines.shapes import SIGNED

MOST_LINES = 3
"""Printed lines of a headline."""
SENTENCE_BREAK = 0.05
"""Probability of a paragraph's end from which a line that ends with a sentence is only offered, a quarter of what is asked elsewhere:
on those pages one such join in four was wrong."""


RUNS_OFF = -0.3
"""log10: how much likelier words must be as a start than behind the line above, where that may be the second line of a headline."""
WHEN = re.compile(r"(?:\d{1,4}|[〇一二三四五六七八九十]{1,4})[年月日时]|[昨今前][天日晚]|近日|日前|北京时间|据")
"""With what reports begin."""
COMMA = re.compile("[，、,]")


def may_open(
    lines: Sequence[PrintedLine], against: Sequence[bool], asked: Sequence[int], rows: Sequence[Mapping[str, float]],
    breaks: Sequence[float],
) -> list[bool]:
    """For the line ends `asked`, with their features and their probabilities of a paragraph's end: whether another story may open there;
    `against` says where the gaps speak against that, as `cleaner.structure.lines.printed.closed` gives it, but headlines may be set without
    gaps. On pages where one mark stands for all, sentences are not seen to end, and no end is doubted."""
    if one_mark_for_all([line.text for line in lines]):
        return [False] * len(asked)
    return [bool(SIGNED.search(lines[i].text)) or (not against[i] and _headline(lines, i, row))
            or (ends_marked(lines[i].text) and ((not against[i] and p > SENTENCE_BREAK) or _headline_below(lines, i)))
            for i, row, p in zip(asked, rows, breaks, strict=True)]


def _unmarked(text: str) -> bool:
    """Whether no sentence and no clause ends with a line, as in the lines of a headline; 。 and ； it never has."""
    return not any(char in "。；;" for char in text) and text[-1] not in "，、：,:"


def _finished(lines: Sequence[PrintedLine], i: int) -> bool:
    """Whether a sentence ends before line i, with the line or with a name in brackets behind it."""
    return i == 0 or ends_marked(lines[i - 1].text) or bool(SIGNED.search(lines[i - 1].text))


def _headline(lines: Sequence[PrintedLine], i: int, row: Mapping[str, float]) -> bool:
    """Whether a line may be a headline, or the second line of one, over the line below: a sentence ends above, there are no
    commas, and the words do not run on, or those below say when something happened, and who tells it."""
    if not _unmarked(lines[i].text) or COMMA.search(lines[i].text):
        return False
    runs, dated = row.get("runs on", 0.0), bool(WHEN.match(simplified(lines[i + 1].text)))
    if _finished(lines, i):
        return runs < 0.0 or dated
    second = _unmarked(lines[i - 1].text) and not COMMA.search(lines[i - 1].text) and _finished(lines, i - 1)
    return second and (runs < RUNS_OFF or dated)


def _headline_below(lines: Sequence[PrintedLine], i: int) -> bool:
    """Whether lines that may be a headline stand below a sentence, and the last of them is short or over the first line of a paragraph."""
    for k in range(i + 1, min(i + 1 + MOST_LINES, len(lines) - 1)):
        if not _unmarked(lines[k].text):
            return False
        if shortfall(lines[k], lines[i]) >= SHORT or set_in(lines, k + 1) or opens_report(lines[k + 1].text, lines[k + 2].text if k + 2 < len(lines) else ""):
            return True
    return False
