"""The printed lines of a page whose every line is a line of the file: how wide they are, and where such lines stand.

A column of a newspaper is set to one width: line after line fills it and stops wherever the space ends, mostly in
the middle of a sentence. Prose with one paragraph a line, verse, lists and tables do not look like that. What
`wrapped_seams` finds is the ground on which `cleaner.structure.lines.ends` decides; everywhere else nothing is joined.

Widths are counted in columns: a full-width character takes one, a half-width one a half.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, groupby

from cleaner.evidence import shipped_model
from cleaner.evidence.script import to_simplified
from cleaner.memory import kept
from cleaner.page import Page
from cleaner.structure.labels.shapes import BYLINE, CLOSING, CREDIT
from cleaner.structure.seams import CANNOT_START, CLOSERS, HAN, SENTENCE_END

LEAST_WIDTH = 5
"""Columns; narrower ones (a name set upright beside a picture) are left as they are."""
WINDOW = 10
"""Line ends before and after one that tell whether it stands among wrapped lines."""
REACH = 50
"""Line ends before and after one over which the evidence of the words is added up."""
LEAST_CUT = 4
"""Lines of a window that fill their column and stop without a mark."""
FULL_SHARE = 0.5
"""Share of a window's lines that fill their column, as a neighbour does."""
CUT_SHARE = 0.6
"""Share of these that stop without a mark; of verse and of lists whose lines are as long, few or none."""
LEAST_NEAR, LEAST_GAIN, LEAST_EVIDENCE = -0.25, 0.1, 1.0
"""log10: what the first words of a line gain, on average over the lines that fill their column, by being read on from the line
above instead of as a start; and the same, times the square root of the number of lines. Printed by
`benchmarks/line_breaks.py` for wrapped pages and for pages of every other kind."""
SHORT, LEAST_SHORT, TELLING = 3, 3, 0.6
"""A line so many columns shorter than the one above most likely ends a paragraph; gaps tell paragraphs apart where at
least so many such lines stand on a page, and this share of them stands before an empty line or an indent."""
NEAR_LINES, FEW_LINES = 6, 3
"""Lines above and below one that tell how wide its column is, and short lines that are no column of their own."""
WHOLE_PAGE = 0.6
"""Share of a page's line ends among wrapped lines from which the whole page is taken as wrapped."""
LOWER_GAIN = 1.0
"""The gain taken for a Latin line that goes on in lower case, of which the model of Chinese knows nothing."""
HEAD, TAIL = 4, 4
"""Code points behind and before a line end that the language model reads."""
WIDEST_UNIT = 8
"""Columns; a longer word is broken anywhere."""

MARKUP = re.compile(r"#{1,6} |> |\||```|[-*+] |<[a-zA-Z/!]|〔缺〕$")
CREDIT_START = re.compile(r"[（(]?(?:图片来源|照片来源|图源|摄影|供图)\s*[:：]")
CREDIT_LENGTH = 30
"""Code points of the longest credit."""
LIST_ITEM = re.compile(r"[•●○◦▪■□◆◇★☆※▲△►▶◎◉◘◙·‣→✓]|\d{1,3}(?:[.)）．](?!\d)|、)|[（(]\d{1,3}[)）]|[①-⓿]|[a-zA-Z][.)] ")
ORNAMENTED = re.compile(r"([\u2190-\u2bff]).+\1")
"""A line between two equal ornaments: ◘…◘, ▲…▲."""
CELL_GAP = re.compile(r"(?<=[^\s，、。；：！？])(?:[ \u3000]{2,}|\u3000|\t+|[ \u3000]*\|[ \u3000]*)(?=\S)")
"""White space between two columns of a table; behind a mark it is only the half space of a printed line."""
SPACED = re.compile(rf"(?<=[{HAN}\u3000-\u303f\uff00-\uffef]) +(?=\S)|(?<=\S) +(?=[{HAN}\u3000-\u303f\uff00-\uffef])")
WORD = re.compile(r"[A-Za-z0-9][!-~]*")
OPENERS = "“‘《〈（「『【〔("
COMMAS = "，、；：,;:"
CLAUSE_ENDS = frozenset(COMMAS + SENTENCE_END)


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A line, and the widths that its column may have: from its own up to that with the first word below it."""

    text: str
    low: int
    high: int


def width(text: str) -> float:
    """Columns that a text takes."""
    return sum(_columns(char) for char in text)


@lru_cache(maxsize=1 << 14)
def _columns(char: str) -> float:
    return 1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.5


def printed_lines(texts: Sequence[str]) -> list[PrintedLine]:
    """The lines of a page, none of them empty. Spaces that a recogniser put between hanzi are not counted."""
    bare = [_unspaced(text) for text in texts]
    return [PrintedLine(text, w, w + math.ceil(_first_unit(below)) - 1)
            for (text, w), (below, _) in zip(bare, [*bare[1:], ("", 0)], strict=True)]


@kept
def _unspaced(text: str) -> tuple[str, int]:
    """A line without such spaces, and its columns."""
    bare = SPACED.sub("", text) or " "
    return bare, round(width(bare))


def _first_unit(text: str) -> float:
    """Columns of what opens a line and may not be parted: a word, or a character and the marks bound to it."""
    word = WORD.match(text)
    if word:
        return min(max(width(word.group()), 1.0), WIDEST_UNIT)
    at = 0
    while at < len(text) and text[at] in OPENERS:
        at += 1
    at += 1
    while at < len(text) and text[at] in CANNOT_START:
        at += 1
    return min(max(width(text[:at]), 1.0), 4.0)


def shortfall(line: PrintedLine, other: PrintedLine) -> int:
    """How many columns `line` is shorter than the column of `other`: 0 where both fill one column, below 0 if longer."""
    if other.low > line.high:
        return other.low - line.high
    return min(other.high - line.low, 0)


def gaps_of(page: Page) -> list[str | None]:
    """What stands between every two blocks of a page that stood side by side on the scan; None between others."""
    breaks = page.source.break_at
    gaps = []
    for left, right in zip(page.blocks, page.blocks[1:], strict=False):
        gap = breaks.get(left.end)
        gaps.append(gap if gap is not None and left.end + len(gap) == right.start else None)
    return gaps


def closed(gaps: Sequence[str | None], texts: Sequence[str], lines: Sequence[PrintedLine]) -> tuple[list[bool], list[bool]]:
    """For every line end but the last: whether it stays whatever the words say, and whether the gaps speak against a
    paragraph's end. `gaps` has what stands between the lines, None where no line end is asked for.

    What stays: marks, bylines, credits, list items, table rows, blocks that did not stand side by side on the scan, and an empty line or
    an indent where the lines around have none. The gaps speak against an end where most short lines of the page are
    followed by an empty line or an indent, and this one is not.
    """
    alone = [_stands_alone(text) for text in texts]
    stays = [gap is None or alone[i] or alone[i + 1] or bool(LIST_ITEM.match(texts[i + 1])) for i, gap in enumerate(gaps)]
    against = [False] * len(gaps)
    short = [i for i in range(1, len(gaps)) if shortfall(lines[i], lines[i - 1]) >= SHORT]
    for signs in ([gap is not None and gap.count("\n") > 1 for gap in gaps], [_indented(gap) for gap in gaps]):
        near, total = _around(signs), _around([1] * len(signs))
        tells = len(short) >= LEAST_SHORT and sum(signs[i] for i in short) >= TELLING * len(short)
        for i, sign in enumerate(signs):
            rare = near[i] <= FULL_SHARE * total[i]
            stays[i] = stays[i] or (sign and rare)
            against[i] = against[i] or (tells and rare and not sign)
    return stays, against


@kept
def _stands_alone(text: str) -> bool:
    bare = _unspaced(text)[0]
    return len(CELL_GAP.findall(text)) > 1 or bool(
        MARKUP.match(text) or CREDIT_START.match(bare) or BYLINE.match(text) or BYLINE.match(bare) or ORNAMENTED.fullmatch(text)
        or (len(bare) <= CREDIT_LENGTH and (CREDIT.match(bare) or CLOSING.match(simplified(bare)))))


def _indented(gap: str | None) -> bool:
    indent = (gap or "").rpartition("\n")[2]
    return "\u3000" in indent or "\t" in indent or len(indent) > 1


def shadows(texts: Sequence[str]) -> list[str]:
    """The lines as the model reads them: simplified character by character; where a paper knows no other comma, 、 is one."""
    simple = [simplified(text) for text in texts]
    return [text.replace("、", "，") for text in simple] if one_mark_for_all(texts) else simple


def one_mark_for_all(texts: Sequence[str]) -> bool:
    """Whether the page is of a paper that knows no other comma than 、, and no other stop either, but here and there."""
    page = "".join(texts)
    return page.count("、") > 4 * (page.count("，") + page.count(","))


@kept
def simplified(text: str) -> str:
    """A line in simplified script, character by character."""
    return "".join(map(to_simplified, text))


def gains(lines: Sequence[str], asked: Sequence[int]) -> dict[int, float]:
    """log10 of how much likelier the words below a line end are behind it than at the start of a line; of shadows."""
    pairs = []
    for i in asked:
        head = lines[i + 1][:HEAD]
        pairs += [(lines[i][-TAIL:], head), ("\n", head)]
    scores = shipped_model().score_many(pairs) if pairs else ()
    found = {}
    for k, i in enumerate(asked):
        if lines[i + 1][:1].isascii() and lines[i + 1][:1].islower():
            found[i] = LOWER_GAIN
        else:
            found[i] = max(-3.0, min(4.0, float(scores[2 * k] - scores[2 * k + 1])))
    return found


def ends_marked(text: str, marks: str = SENTENCE_END) -> bool:
    """Whether a line ends with one of `marks`, closing quotation marks and brackets behind it allowed."""
    return text.rstrip(CLOSERS)[-1:] in marks if text.rstrip(CLOSERS) else True


def half_lines(lines: Sequence[PrintedLine]) -> list[bool]:
    """For every line end but the last, whether its line is not half as wide as a line near it, without a mark, and one of few such
    lines: more of them are a column beside a picture."""
    half = [2 * line.high < max(other.low for other in lines[max(0, i - NEAR_LINES):i + NEAR_LINES + 1]) for i, line in enumerate(lines)]
    found: list[bool] = []
    for short, run in groupby(range(len(lines)), half.__getitem__):
        places = list(run)
        found += [short and len(places) <= FEW_LINES and not any(c in COMMAS or c in SENTENCE_END for c in lines[i].text) for i in places]
    return found[:-1]


def set_in(lines: Sequence[PrintedLine], i: int) -> bool:
    """Whether a line is two columns shorter than the one below it."""
    return i + 1 < len(lines) and 1 <= lines[i + 1].low - lines[i].high <= 2 and lines[i + 1].high - lines[i].low <= 4


def fills(lines: Sequence[PrintedLine], stays: Sequence[bool]) -> list[bool]:
    """For every line end but the last, whether its line is as wide as the one above or below in one column, or set in."""
    full = []
    for i, line in enumerate(lines[:-1]):
        below = not stays[i] and (abs(shortfall(line, lines[i + 1])) <= 1 or set_in(lines, i))
        above = i > 0 and not stays[i - 1] and abs(shortfall(line, lines[i - 1])) <= 1
        full.append(line.low >= LEAST_WIDTH and not stays[i] and (below or above))
    return full


def wrapped_seams(texts: Sequence[str], lines: Sequence[PrintedLine], stays: Sequence[bool]) -> list[bool]:
    """For every line end but the last, whether it stands among wrapped lines; see the module docstring."""
    full = fills(lines, stays)
    cut = [f and not ends_marked(line.text, SENTENCE_END + COMMAS) and line.text[-1] not in CLOSERS
           for f, line in zip(full, lines, strict=False)]
    total, filled, stopped = _around([1] * len(full)), _around(full), _around(cut)
    shaped = [c >= LEAST_CUT and f >= FULL_SHARE * n and c >= CUT_SHARE * f
              for n, f, c in zip(total, filled, stopped, strict=True)]
    if not any(shaped):
        return shaped
    near_shaped = _around(shaped)
    gain = gains(texts, [i for i, c in enumerate(cut) if c])
    each = [gain.get(i, 0.0) for i in range(len(full))]
    near, far, far_stopped = _around(each), _around(each, REACH), _around(cut, REACH)
    found = [s > 0 and g >= LEAST_NEAR * c and f >= max(LEAST_GAIN * n, LEAST_EVIDENCE * math.sqrt(n))
             for s, g, c, f, n in zip(near_shaped, near, stopped, far, far_stopped, strict=True)]
    return [True] * len(found) if sum(found) >= WHOLE_PAGE * len(found) else found


def _around(values: Sequence[float], reach: int = WINDOW) -> list[float]:
    """The sum over the places up to `reach` before and after each one, in one pass."""
    sums = [0.0, *accumulate(values)]
    last = len(values)
    return [sums[min(i + reach + 1, last)] - sums[max(i - reach, 0)] for i in range(last)]
