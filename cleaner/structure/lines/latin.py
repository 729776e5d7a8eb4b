"""Wrapped lines of Latin script, known by how they were made: a word went down only where it no longer fitted.

A page of a few English lines is too small for what `cleaner.structure.lines.printed` counts. But whoever filled these lines
left nothing to chance: no line has room for the word that opens the next one, clauses stop inside lines, the next line goes on in
lower case, and now and then a line ends with "the" or "of" or with half a word. Lines of verse, of a list or of an address
end where their sense does, however long they are: most of them have room for the next word, or start with a capital,
or stop at a mark, and none ends with an article.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby, pairwise

from cleaner.structure.seams import CLOSERS, SENTENCE_END

LEAST_LINES = 3
"""Lines of the shortest paragraph that is known so; with two, one chance in three would do."""
LEAST_LENGTH = 24
"""Code points of a line of such a paragraph, but the last."""
LEAST_WORDS = 4
"""Words of each, too: cells of a table have fewer."""
LEAST_SURE = 2
"""Line ends in a paragraph that part a clause: no mark before, a small letter behind."""
SURE_SHARE = 0.6
"""... and their share of its line ends. Of prose set to 24 columns and more most line ends are such."""
MOST_MARKED = 0.34
"""Share of a paragraph's line ends that stop at a mark; of verse most do."""
NEAR, SPARE = 3, 2
"""Lines before and behind that tell how wide a column is, and code points by which letters are narrower or wider."""
LEAST_WEAK = 0.15
"""Share of its line ends, and one at least, with a word behind it that something must follow. Of prose it is a third."""
WEAK = re.compile(r"(?:^|[ \u201c\"(])(?:an?|the|of|to|and|in|at|for|with|by|from|his|her|their|its|our|my|or|on|as|into|than|that|which|who|whose|was|were|is|are|be|been|has|have|had|will|would|every|no)$|[a-z]-$", re.I)
PLAIN = re.compile(r"[A-Za-z0-9 ,;:.!?'\"()\u2018\u2019\u201c\u201d\u2013\u2014%$£€&/-]+")
LETTERS = re.compile("[A-Za-z]{2}.*[A-Za-z]{2}")
INNER_MARK = re.compile(r"[a-z][,;:.!?][\"'\u2019\u201d)]? (?=\S)")
STOPPED = re.compile(r"[.!?][\"'\u2019\u201d)]*$")
CUT = re.compile(r"[A-Za-z0-9'\u2019)-]$")


def latin_seams(texts: Sequence[str], stays: Sequence[bool]) -> list[bool]:
    """For every line end but the last, whether it stands among lines that were filled word by word."""
    found = [False] * max(len(texts) - 1, 0)
    start = 0
    while start < len(texts):
        end = start
        while end + 1 < len(texts) and not stays[end] and _prose(texts[end]) and _may_follow(texts[end + 1]):
            end += 1
        for first, last in _filled(texts, start, end):
            found[first:last] = [True] * (last - first)
        start = end + 1
    return found


def latin_line(text: str) -> bool:
    """Whether a line is words of Latin script and nothing else."""
    return bool(PLAIN.fullmatch(text.rstrip()) and LETTERS.search(text))


def latin_runs(texts: Sequence[str]) -> list[bool | None]:
    """For every line end but the last: None if not between two Latin lines; else whether as many of the Latin lines that stand
    together there end as only prose does (`WEAK`), gaps between them aside."""
    seams = [latin_line(a) and latin_line(b) for a, b in pairwise(texts)]
    found: list[bool | None] = [None] * len(seams)
    for between, run in groupby(range(len(seams)), lambda i: seams[i]):
        part = list(run)
        if between:
            weak = sum(bool(WEAK.search(texts[i])) for i in part)
            found[part[0]:part[-1] + 1] = [weak >= max(1, LEAST_WEAK * len(part))] * len(part)
    return found


def has_room(texts: Sequence[str], i: int) -> bool:
    """Whether line i could have taken the next line's first word, by the widest line near by: then it was not filled."""
    widest = max(map(len, texts[max(0, i - NEAR):i + 2 + NEAR]))
    return len(texts[i]) + 1 + len(texts[i + 1].split(" ", 1)[0]) <= widest - SPARE


def new_sentence(line: str, below: str) -> bool:
    """Whether a line ends a sentence and the next one begins one: of English prose, every fourth sentence ends its paragraph,
    and neither the width nor the words say which."""
    return bool(STOPPED.search(line)) and not below[:1].islower()


def _prose(text: str) -> bool:
    return bool(len(text) >= LEAST_LENGTH and text.count(" ") >= LEAST_WORDS - 1 and PLAIN.fullmatch(text))


def _may_follow(text: str) -> bool:
    return bool(PLAIN.fullmatch(text))


def _filled(texts: Sequence[str], start: int, end: int) -> list[tuple[int, int]]:
    """The paragraphs among lines `start` to `end`: the first and the last line of each. A paragraph goes on as long as no
    line has room for the next one's first word."""
    parts, first, widest, needed = [], start, 0, 0
    for i in range(start, end + 1):
        line, below = texts[i], texts[i + 1] if i < end else ""
        widest = max(widest, len(line))
        needs = len(line) + 1 + len(below.split(" ", 1)[0])
        needed = min(needed, needs) if i > first else needs
        if i < end and needed > max(widest, len(below)):
            continue
        if i - first + 1 >= LEAST_LINES and _runs_on(texts[first:i + 1]):
            parts.append((first, i))
        first, widest = i + 1, 0
    return parts


def _runs_on(lines: Sequence[str]) -> bool:
    """Whether the words of a paragraph go on over its line ends, and clauses stop inside the lines."""
    ends = len(lines) - 1
    sure = sum(bool(CUT.search(line)) and below[0].islower() for line, below in pairwise(lines))
    marked = sum(line.rstrip(CLOSERS + "\"'")[-1:] in SENTENCE_END + ",;:.!?" for line in lines[:-1])
    weak = sum(bool(WEAK.search(line)) for line in lines[:-1])
    return (weak >= max(1, LEAST_WEAK * ends) and sure >= LEAST_SURE and sure >= SURE_SHARE * ends and marked <= MOST_MARKED * ends
            and any(INNER_MARK.search(line) for line in lines))
