"""People of a page: names found by pattern, behind a title (局长…, 记者…), before what people say (…说, …教授) or in lists, and by repetition.

A pattern that holds proves a name; the same string elsewhere on the page is the name printed again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import chain

from cleaner.evidence.charset import HAN, all_hanzi
from cleaner.evidence.lexicon import Lexicon
from cleaner.structure.names import COMPOUND, SURNAMES, is_rare_name

BEFORE = (
    "记者|通讯员|摄影|编辑|责编|美编|作者|校对|实习生|局长|县长|市长|省长|区长|镇长|乡长|州长|部长|处长|科长|司长|厅长|署长|院长|校长|所长|厂长|"
    "站长|队长|组长|班长|团长|船长|行长|社长|会长|馆长|台长|总裁|主任|主席|书记|秘书长|总理|总统|大使|经理|总监|董事长|教授|研究员|院士|博士|医生|"
    "老师|教师|教练|工程师|技术员|农艺师|师傅|律师|法官|检察官|民警|村民|市民|居民|学生|农民|工人|职工|负责人|同志|专家|选手|队员|运动员|演员|导演|"
    "歌手|作家|画家|诗人|艺术家|创始人|传承人|大户|老板|乘客|司机|護士|護師|護士长|护士|参赞|公使|领事|武官|代办|棋手|裁判|烈士|委员|参谋长|司令|政委|将军")
"""Titles and callings that stand right before a name."""
AFTER = (
    "说(?![明法服教唱])|表示|介绍(?![所信])|告诉|认为|指出|强调|坦言|回忆|解释|透露|感慨|笑着|高兴地|自豪地|激动地|深有感触|教授|先生|女士|同志|院士|老师|师傅|博士|医生|"
    "书记|主任|局长|县长|市长|校长|院长|队长|厂长|经理|大爷|大妈|大娘|大叔|阿姨|奶奶|爷爷|等人|一家|夫妇|报道|摄影|" + "|".join(f"{rank}段(?![落路时])" for rank in "一二三四五六七八九") + "|烈士|将军")
"""What follows a name: what people do in reports, and titles behind it."""
FOLLOWING = frozenset("说在和与及的是也对把向从为被将带则就等已都还介告表认指强坦称回解透曾又正到来走去要会能没不有给让用再当因通作以了摄")
"""Characters that end a name as a rule; in given names they are rare."""
AMBIGUOUS = frozenset(
    "从都和时于相经向后还常全那能易越边成应解水红单充连容广国文东利简空关公游益家伏强路项计通农步满印党年双别方高明安平古车山谷白石田江金林元"
    "干花云包支管支房左右习")
"""Surnames that are common words as well: behind them a given name has two characters and is no word."""
COMMON_WORD = 300
"""Count of the dictionary from which on what looks like a given name is a word (北京 behind 从)."""
OFTEN = 3
"""Times that a page prints what is a name without a title beside it."""
_TITLES = frozenset(re.sub(r"\(.*?\)", "", f"{BEFORE}|{AFTER}").split("|"))
_STARTS = re.compile(rf"(?:{BEFORE})[：:\s]?(?=[{HAN}])"), re.compile(rf"[（(](?=[{HAN}]{{2,4}}[）)])")
"""Behind a title, and in brackets: two, since alternatives that all begin with a plain character are found in a seventh of the time."""
_END = re.compile(rf"(?:{AFTER})")
_ITEM = re.compile(f"(?<=、)([{HAN}]{{2,4}})(?=、)")
LISTED = 3
"""Items in a row from which a list is one of names: of 439 places that three tell in 1.6 million characters of news all seven looked at were names."""
_SURNAME = re.compile(f"[{''.join(sorted(SURNAMES - AMBIGUOUS))}]")
"""Surnames of one character that are no usual words."""


def _lengths(text: str, i: int) -> tuple[int, ...]:
    """Lengths that a name which starts here may have, the usual one first; none where no surname stands."""
    if text[i:i + 2] in COMPOUND:
        return (4, 3)
    return (3, 2) if text[i:i + 1] in SURNAMES else ()


def _given(name: str) -> str:
    """What stands behind the surname."""
    return name[2:] if name[:2] in COMPOUND else name[1:]


def _plausible(name: str, lexicon: Lexicon) -> bool:
    """Whether the string can be a name: hanzi, a given name without particles, and no phrase of usual words."""
    given = _given(name)
    if not all_hanzi(name) or set(given) & FOLLOWING or name in _TITLES:
        return False
    if len(name) == 2:
        return name[0] not in AMBIGUOUS and (lexicon.frequency(name) == 0 or lexicon.is_person(name))
    return not (name[0] in AMBIGUOUS and lexicon.frequency(given) >= COMMON_WORD) and lexicon.frequency(name[:2]) < COMMON_WORD * 10


def _name_at(text: str, i: int, lexicon: Lexicon) -> str:
    """The name that starts at `text[i]`, behind a title: it ends before a mark, a particle or what people do."""
    for length in _lengths(text, i):
        name = text[i:i + length]
        behind = text[i + length:i + length + 1]
        ended = not behind or not all_hanzi(behind) or behind in FOLLOWING or bool(_END.match(text, i + length))
        if len(name) == length and ended and _plausible(name, lexicon):
            return name
    return ""


def _proven(text: str, lexicon: Lexicon) -> Iterator[str]:
    """The names that a pattern proves, at each of their places."""
    for match in chain.from_iterable(pattern.finditer(text) for pattern in _STARTS):
        i = match.end()
        while name := _name_at(text, i, lexicon):
            yield name
            i += len(name)
            if text[i:i + 1] not in {" ", "、", "\u3000"}:
                break
            i += 1
    for match in _END.finditer(text):
        end = match.start()
        for start in (end - 3, end - 4, end - 2):
            if start < 0 or end - start not in _lengths(text, start):
                continue
            before = text[start - 1:start] if start else ""
            free = not before or not all_hanzi(before) or (before in FOLLOWING and match[0][1:] == "段")  # of a player of go
            if free and _plausible(text[start:end], lexicon):
                yield text[start:end]
                break


def _repeated(text: str, lexicon: Lexicon) -> Iterator[str]:
    """Strings of three hanzi behind a surname that the page prints again and again, with other neighbours, and of which the
    dictionary knows no part: names that no title goes with, and now and then a place or a term."""
    around: dict[str, set[tuple[str, str]]] = {}
    for match in _SURNAME.finditer(text):
        i = match.start()
        around.setdefault(text[i:i + 3], set()).add((text[i - 1:i], text[i + 3:i + 4]))
    for name, beside in around.items():
        before, behind = ({side[k] for side in beside} for k in (0, 1))
        if len(name) == 3 and len(before) > 1 and len(behind) > 1 and _plausible(name, lexicon) and not any(
                part in lexicon for part in (name, name[1:], name[:2])) and text.count(name) >= OFTEN:
            yield name


def _listed(text: str, lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    """Where names stand that follow each other in a list: `LISTED` and more items in a row that can be names (何渡生、秦小渡、朱河平)."""
    run: list[tuple[int, int]] = []
    for match in _ITEM.finditer(text):
        begin, end = match.span(1)
        if run and run[-1][1] + 1 != begin:
            run = []
        if end - begin not in _lengths(text, begin) or not _plausible(match[1], lexicon):
            run = []
            continue
        run.append((begin, end))
        yield from run if len(run) == LISTED else run[-1:] if len(run) > LISTED else ()


def named_around(text: str, at: int, lexicon: Lexicon) -> bool:
    """Whether the character at an offset stands in what may be a name, though nothing proves it: a surname that is no usual word and ends
    none (工程), one or two characters more, and no other word in it."""
    for start in range(max(0, at - 2), at + 1):
        free = text[start:start + 1] in SURNAMES and text[start] not in AMBIGUOUS and lexicon.frequency(text[max(0, start - 1):start + 1]) < COMMON_WORD
        if free and any(start + length > at and is_rare_name(text[start:start + length], lexicon) for length in (3, 2)):
            return True
    return False


@lru_cache(maxsize=4)
def people(text: str, lexicon: Lexicon) -> Mapping[str, int]:
    """Name → how often the page (its blocks joined by line feeds) prints it, of every name that a pattern proves."""
    return {name: text.count(name) for name in sorted(set(_proven(text, lexicon)))}


@lru_cache(maxsize=4)
def repeated_names(text: str, lexicon: Lexicon) -> Mapping[str, int]:
    """The same of the names that repetition alone proves; of these the last character may be none of the name."""
    return {name: text.count(name) for name in sorted(set(_repeated(text, lexicon)) - people(text, lexicon).keys())}


@lru_cache(maxsize=4)
def name_places(text: str, lexicon: Lexicon) -> frozenset[int]:
    """Offsets of the characters that stand in a name that a pattern or repetition proves, wherever on the page, or in a list of names."""
    found = {k for begin, end in _listed(text, lexicon) for k in range(begin, end)}
    for name in (*people(text, lexicon), *repeated_names(text, lexicon)):
        at = text.find(name)
        while at >= 0:
            found.update(range(at, at + len(name)))
            at = text.find(name, at + 1)
    return frozenset(found)
