"""Short lines that are no printed lines of prose, by their shape: verse and lists without marks, names, turns of a conversation.

Prose has a mark every ten to fifteen characters. So several lines of one length that have none and stand among lines of other
lengths are verse, the more if that length is a verse's or a couplet's (五言, 七言); and so are lines that go on without a
mark and do not fill their column. Where one speaker's words end and another's begin, so does a line, in print as in the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import groupby, pairwise

from cleaner.evidence.charset import HAN_RANGE
from cleaner.structure.labels.listed import CAST
from cleaner.structure.labels.shapes import PAPER, WIRE
from cleaner.structure.lines.latin import latin_line
from cleaner.structure.lines.printed import CLAUSE_ENDS, gains, shadows, simplified
from cleaner.structure.lines.shapes import ENUMERATION, TURN
from cleaner.structure.names import is_name
from cleaner.structure.seams import HAN, SENTENCE_END

BARE_LINES, BARE_LENGTH = 4, 24
"""Lines and code points of the shortest run without a mark that is no prose."""
EQUAL_SHARE = 0.5
"""Share of such lines as long as the one before from which they may be full lines of prose without marks."""
VERSES = {4: 4, 5: 4, 6: 4, 7: 4, 8: 4, 10: 3, 14: 3}
"""How many lines make a poem, by the code points of a line: a verse, or two."""
RUNS_ON = 1.2
"""log10: how much likelier the words of a line are behind the line above than as a start, on average over a run without
marks, from which it is prose all the same: of some fifty poems and lists the highest is 0.7, of prose set without its marks nearly a
quarter has more (晶報), or nine in ten (encyclopedia)."""
PROSE_LINES = 3
"""Lines of one length of which that is asked."""
MARKED_LINES, MARKED_LENGTH = 4, 9
"""Lines one behind the other, and code points of each, that are verse where every one stops at a mark; of printed prose one in eight does."""
CELLS, ROWS = 3, 3
"""Cells of a row and rows of a table whose cells one space parts; a recogniser that parts words so does it anywhere."""
TITLES = 3
"""Lines that open with a title (《…》), one behind the other, that are a list."""
FIELD_ROOM = 3
"""Columns that a form's last line leaves free by which it is seen to end there."""
MARKS = CLAUSE_ENDS | frozenset("“”‘’「」『』《》（）()")
STOPS = frozenset("，、。；！？")
NAMES = 3
"""Lines that are a name each, one behind the other, that are a list; a narrow column may look so once."""
TURNS, TURN_SHARE = 3, 0.6
"""Lines of a page that open with a question or an answer (問、…, 答：…), and their share of all places that have such words
behind a mark, from which every such line opens a paragraph; printed lines break anywhere, and would open with one so in ten."""
SPOKEN = re.compile(r"[。！？…!?.][”’」』\"]$")
SPOKEN_END = re.compile(r"[。！!]\s*$")
GREETING = re.compile("(?:同志|朋友|代表|委员|先生|女士|乡亲|父老|战友|同学|老师)们[，、！!：:]|各位(?:代表|委员|领导|来宾|朋友|同志)[，、！!：:]")
"""With what a speaker begins anew: 同志们，"""
BOXED = re.compile(rf"【[{HAN}]{{1,8}}】")
"""The label of a paragraph: 【注释】"""
SIGNED_NEWS = re.compile("[〔【（(]本?[报報]?(?:记者|記者)")
"""A report that opens with its writer: 〔記者…報導〕"""
RESULT = re.compile(rf"[{HAN}]{{2,8}}\d{{1,3}}比\d{{1,3}}[{HAN}]{{2,8}}$")
"""How a game ended, in a line of its own."""
SPEECH = re.compile(r"[“「『\"]")
KEYED = re.compile(rf"[{HAN}]{{2,6}}(?<![曰道说說云])[：:]\s*\S")
"""A word or two and a colon: 地址：…, 记者：…"""
INNER_TURN = re.compile(rf"(?<=[，、。！？；：,]){TURN.pattern}")
ENDS = frozenset(SENTENCE_END) | frozenset(".:;\"'\u201d\u2019)")
ARTICLE = re.compile(r"(?:Article|Section|Chapter|Rule|§) ?\d+[.:]? ")
NEWS = re.compile(rf"{PAPER}\s*讯(?:[\s（(，,]|$)")
"""With what a report opens: 本报讯"""
REPORT = re.compile(rf"(?![据據])(?:{WIRE}|新华社[{HAN}]{{2,8}}\d{{1,2}}月\d{{1,2}}日[电電])")
"""With what the news of an agency, a paper or a site opens; behind the word 据 it is only a source that a sentence names."""
SOURCE = re.compile(rf"[{HAN}]{{1,8}}?(?:社|[网报]|在线|电台|频道|科技|财经|体育)")
FROM = re.compile("[据據自由按从從，、（(：:]$")
"""What a line ends with whose sentence only names that source below."""
BEFORE_ITEM = frozenset("：:；;。")
"""What ends a line before an item （一）…, 第二条…"""
CAPITAL = re.compile(r"[\"'\u2018\u201c(]?[A-Z]")
CAPITALS = 3
"""Lines one behind the other that open with a capital, all but one of them where no sentence begins, that are English verse."""


def opens_paragraph(texts: Sequence[str]) -> set[int]:
    """The lines with which a paragraph begins, whatever stands before them: another speaker's words, a second line of the
    form 地址：…, a line of English verse."""
    found = set[int]()
    for i, (above, line) in enumerate(pairwise(texts), 1):
        item = above.rstrip()[-1:] in BEFORE_ITEM and ENUMERATION.match(line)
        news = not FROM.search(above) and opens_report(line, texts[i + 1] if i + 1 < len(texts) else "")
        item = item or BOXED.match(line) or SIGNED_NEWS.match(line) or (SPOKEN_END.search(above) and GREETING.match(line))
        if item or news or ARTICLE.match(line) or NEWS.match(simplified(line)) or (SPOKEN.search(above) and SPEECH.match(line)):
            found.add(i)
    for run in _runs(texts, lambda i: bool(KEYED.match(texts[i]))):
        found.update(run if len(run) > 1 else ())
        if len(run) > 1 and run[-1] + 1 < len(texts) and len(texts[run[-1]]) + FIELD_ROOM <= len(texts[run[-1] + 1]):
            found.add(run[-1] + 1)
    for run in _runs(texts, lambda i: bool(CAST.match(texts[i]))):
        found.update([*run, run[-1] + 1] if len(run) > 1 else ())
    turns = [i for i, line in enumerate(texts) if TURN.match(line)]
    inside = sum(len(INNER_TURN.findall(line)) for line in texts)
    if len(turns) >= TURNS and len(turns) >= TURN_SHARE * (len(turns) + inside):
        found.update(turns)
    for run in _runs(texts, lambda i: bool(CAPITAL.match(texts[i])) and latin_line(texts[i])):
        odd = sum(texts[i - 1].rstrip()[-1:] not in ENDS for i in run[1:])
        if len(run) >= CAPITALS and odd >= CAPITALS - 1:
            found.update(run)
    return found


def opens_report(line: str, below: str) -> bool:
    """Whether a line opens with whose news it is, of which the end may stand in the line below (新华社西安12月31日 | 电)."""
    return bool(SOURCE.match(simplified(line)) and REPORT.match(simplified(line + below)))


def in_lines(texts: Sequence[str]) -> set[int]:
    """The results of games, the lines of verse with a mark behind every line, of lists of titles, and of tables whose cells one space parts."""
    found = {i for i, text in enumerate(texts) if RESULT.match(text)}
    for run in _runs(texts, lambda i: len(texts[i]) <= MARKED_LENGTH and texts[i][-1:] in CLAUSE_ENDS):
        if len(run) >= MARKED_LINES:
            found.update(run)
    for run in _runs(texts, lambda i: texts[i].startswith("《")):
        if len(run) >= TITLES:
            found.update(run)
    for run in _runs(texts, lambda i: _cells(texts[i])):
        if len(run) >= ROWS:
            found.update(run)
    return found


def _cells(text: str) -> int:
    """How many cells a row has, 0 for what is none: prose with marks, Latin words, characters set apart."""
    cells = text.split()
    single = sum(len(cell) == 1 and not cell.isdigit() for cell in cells)
    prose = len(cells) < CELLS or 2 * single >= len(cells) or any(char in STOPS for char in text) or not any(char in HAN_RANGE for char in text)
    return 0 if prose else len(cells)


def unmarked(texts: Sequence[str]) -> set[int]:
    """The lines of verse, of lists and of names that have no marks; see the module docstring."""
    found, prose = set[int](), set[int]()
    for run in _runs(texts, lambda i: _bare(texts[i])):
        if run[-1] + 1 < len(texts) and len(texts[run[-1]]) >= len(texts[run[-1] + 1]) - 1 and len(texts[run[-1]]) > len(texts[run[0]]):
            del run[-1]  # the first line of prose, as long as the second
        lengths = [len(texts[i]) for i in run]
        equal = sum(a == b for a, b in pairwise(lengths))
        if len(run) >= BARE_LINES and sum(lengths) >= BARE_LENGTH and equal < EQUAL_SHARE * (len(run) - 1) and not _prose(texts, run):
            found.update(run)
    for run in _runs(texts, lambda i: len(texts[i]) if _bare(texts[i]) else 0):
        if len(run) >= PROSE_LINES and _prose(texts, run):
            last = run[-1] + 1
            prose.update([*run, last] if last < len(texts) and len(texts[last]) < len(texts[run[0]]) else run)
        elif len(run) >= VERSES.get(len(texts[run[0]]), len(texts)):
            found.update(run)
    for run in _runs(texts, lambda i: len(texts[i]) <= 4 and is_name(texts[i])):
        if len(run) >= NAMES:
            found.update(run)
    return found - prose


def _prose(texts: Sequence[str], run: Sequence[int]) -> bool:
    """Whether the words of a run without marks run on from line to line."""
    found = gains(shadows([texts[i] for i in run]), range(len(run) - 1))
    return sum(found.values()) >= RUNS_ON * len(found)


def _runs(texts: Sequence[str], key: Callable[[int], object]) -> list[list[int]]:
    """Neighbouring lines of one key, those without one left out."""
    return [list(run) for value, run in groupby(range(len(texts)), key) if value]


def _bare(text: str) -> bool:
    """Whether a line has hanzi and no mark."""
    return text[:1] in HAN_RANGE and not any(char in MARKS for char in text)
