"""Which blocks of a page are copies, and which repetition is a pull quote."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise

from cleaner.evidence import shipped_model
from cleaner.structure.copies.beside import beside
from cleaner.structure.copies.certain import (
    ALIKE,
    CALLS,
    CROPS,
    PASSAGE,
    QUOTE,
    SURE_LENGTH,
    said_whole,
    telling_length,
    with_doubts,
)
from cleaner.structure.copies.choice import choose
from cleaner.structure.copies.headlines import printed_again
from cleaner.structure.copies.near import COVERED, Copy, Shared, find_shared
from cleaner.structure.copies.passages import Passage, shadow
from cleaner.structure.copies.running import margin
from cleaner.structure.copies.tails import last_lines
from cleaner.structure.copies.torn import OPENING, breaks_off, cuts_word, opens_next, torn_off
from cleaner.structure.labels.roles import HEADINGS, Labelled
from cleaner.structure.labels.shapes import CREDIT, looks_like_heading, number_of
from cleaner.structure.seams import CANNOT_START, Seams, ends_sentence, is_stub

FORMULA = 24.0
"""Minus log10 p (shipped model) below which a sentence is a formula that two articles of a page may both have
(本条例自公布之日起施行 has 13); it is a copy only close to its twin, or beside another copy."""
NEAR = 2
"""Blocks between a formula and its twin, at most."""
UNION, RUNS_ON = 0.97, 0.5
"""Share of a block that several others must say together, and the log10 odds a place by which it may run on better
than they do: they are no garbled readings of it."""
ONE_CLAUSE = 100
"""Code points up to which a text without any stop may be a headline that its report repeats."""
LINE = 12
"""Code points of the shortest line that is a copy where it stands close to its twin, or beside another copy."""
HEADING = 6
"""... and of one that looks like a heading and stands twice in a row, on a page with longer copies; a slogan with a comma may be meant."""
SLOGAN_ENDS = (*CALLS, "。")
"""Ends of a slogan, which a paper may print twice in a row."""
PICTURE = ">图：:"
"""What stands before a credit in a canonical text."""
TORN_GAP = 3
"""Code points that a crop which cuts printed lines leaves out between two fragments, at least."""
SLACK = 2
"""Code points that may be lost between two pieces of one host that stand side by side."""
REACH, EXACT = 4, 0.9
"""Blocks to either side in which fragments of one host bear each other out, and how alike they must be."""
REMARK, REPEATED = re.compile("（[^（）]*）"), frozenset({"byline", "credit", "quote", "table", "list", "verse"})
"""A line in brackets, as a credit is; roles of what a page may well print twice."""
REPORT = 3
"""Blocks from a headline to its report."""
SLICES = 3
"""Slices of another block from which a line that looks like a heading is none: an editor quotes in one piece."""


@dataclass(frozen=True)
class Repeats:
    """Blocks that go because they are copies, and blocks that are a pull quote or figure box."""

    drops: dict[int, Copy]
    quotes: dict[int, Copy | None]


def settle_copies(
    texts: Sequence[str], roles: Sequence[Labelled], wide: Sequence[bool], seams: Seams,
) -> Repeats:
    """Decide about every pair of copies on the page."""
    quotes: dict[int, Copy | None] = {}
    short: list[Copy] = []
    shared = find_shared(texts, shipped_model())
    known = _information(texts, shared.copies)
    twins = {(c.copy, c.host) for c in shared.copies} | {(c.host, c.copy) for c in shared.copies}
    pairs = []
    page = "".join(f"\n{text}\n" for text in texts)
    for copy in shared.copies:
        box = _box_above(roles, texts, wide, copy.copy, page)
        if copy.whole and not box and (len(texts[copy.copy]) > QUOTE or not wide[copy.copy]):
            box = None  # behind a credit a whole paragraph is the next paragraph, not a quote
        told = box and (wide[box[0]] or texts[box[-1]] in texts[copy.copy])
        if copy.whole and box and len(texts[copy.copy]) > (2 if told else 1) * QUOTE:
            box = None
        if box is not None and said_whole(texts, copy):
            quotes[copy.copy] = copy
            quotes.update(dict.fromkeys(box))
        elif telling_length(texts[copy.copy]) < SURE_LENGTH:
            short.append(copy)
        elif _is_copy(texts, roles, copy) and (
                known[copy.copy] >= FORMULA or abs(copy.copy - copy.host) <= NEAR
                or any((copy.copy + d, copy.host + d) in twins for d in (-1, 1))):
            pairs.append(copy)
    pairs += _short(texts, roles, short, pairs)
    pairs += _next_to(texts, roles, short, pairs)
    quotes = {i: copy for i, copy in quotes.items() if not roles[i].marked}
    pairs = [c for c in pairs if c.copy not in quotes and c.host not in quotes]
    drops = _merged(texts, pairs)
    choose(texts, roles, pairs, seams, drops)
    _covered(texts, shared, roles, drops, set(quotes))
    _add([*printed_again(shared.shadows, roles, drops), *last_lines(texts, shared.shadows, roles, drops)], drops, set(quotes))
    drops = with_doubts(texts, roles, shared, drops)
    return Repeats({**drops, **beside(texts, roles, shared.shadows, drops, set(quotes))}, quotes)


def _add(copies: Sequence[Copy], drops: dict[int, Copy], quotes: Set[int]) -> None:
    """More copies go, in turn, but none on which another one relies, nor one that relies on what goes; what is the same to the letter takes its place."""
    relying: dict[int, set[int]] = defaultdict(set)
    for i, copy in drops.items():
        for host in (copy.host, *copy.hosts):
            relying[host].add(i)
    for copy in copies:
        twins, others = {copy.host, *copy.hosts}, relying[copy.copy]
        if copy.copy in drops or copy.copy in quotes or any(k in drops or k in quotes for k in twins) or (others and not copy.whole):
            continue
        for i in others:
            host, *hosts = (copy.host if k == copy.copy else k for k in (drops[i].host, *drops[i].hosts))
            drops[i] = replace(drops[i], host=host, hosts=tuple(hosts))
        relying[copy.host] |= others
        drops[copy.copy] = copy
        for k in twins:
            relying[k].add(copy.copy)


def _short(
    texts: Sequence[str], roles: Sequence[Labelled], short: Sequence[Copy], long: Sequence[Copy],
) -> list[Copy]:
    """Short copies that others bear out: a line printed twice beside another copy, fragments of one host in a row."""
    twins = {(c.copy, c.host) for c in long if c.whole}  # not other short ones: slogans stand in pairs too
    overlapping = len(twins) >= CROPS
    twins |= {(b, a) for a, b in twins}
    places = {(c.copy, c.host): c for c in (*short, *long) if not c.whole}
    found = []
    for c in short:
        if {roles[c.copy].role, roles[c.host].role} & REPEATED or REMARK.fullmatch(shadow(texts[c.copy])):
            continue
        if roles[c.copy].marked:  # nobody prints a headline twice in a row, nor twice with the same text beside it; but credits
            twice = not is_credit(shadow(texts[c.copy])) and c.whole and c.similarity == 1 and roles[c.host].role == roles[c.copy].role and texts[c.copy][-1] not in SLOGAN_ENDS
            if twice and (abs(c.copy - c.host) == 1 or (telling_length(texts[c.copy]) >= LINE and (overlapping or _goes_along(c, long)))):
                found.append(c)
            continue
        if c.whole:
            beside = any((c.copy + d, c.host + d) in twins for d in (-2, -1, 1, 2))
            line = telling_length(texts[c.copy]) >= LINE and c.similarity == 1 and not ends_sentence(texts[c.copy])
            crops = bool(long) and abs(c.copy - c.host) == 1 and c.similarity == 1 and len(texts[c.copy]) >= HEADING
            title = overlapping and roles[c.copy].role == roles[c.host].role == "headline"
            if ((beside and len(texts[c.copy]) >= LINE) or (line and (title or abs(c.copy - c.host) <= NEAR))
                    or (crops and is_one_clause(texts[c.copy]) and looks_like_heading(texts[c.copy]) and texts[c.copy][-1] not in SLOGAN_ENDS)):
                found.append(c)
        else:
            near = [d for d in range(-REACH, REACH + 1) if d and (c.copy + d, c.host) in places
                    and _apart(c, places[c.copy + d, c.host], d)]
            line = len(texts[c.copy]) >= LINE
            head = line and (opens_next(texts, c) or cuts_word(texts, c))
            edge = line and c.similarity == 1 and ((c.start == 0 and (c.copy - 1, c.host - 1) in twins) or (
                c.end == len(shadow(texts[c.host])) and (c.copy + 1, c.host + 1) in twins))  # the last line of a crop, or its first one
            if edge or (c.similarity >= OPENING and head) or (c.similarity >= EXACT and (
                    len(near) >= 2 or (line and roles[c.copy].role == roles[c.host].role == "paragraph" and breaks_off(texts, c)))):
                found.append(c)
    return found


def _next_to(texts: Sequence[str], roles: Sequence[Labelled], short: Sequence[Copy], long: Sequence[Copy]) -> list[Copy]:
    """Short ends of paragraphs that stand beside a longer copy, on the page and without a gap in the host of both."""
    places = {(c.copy, c.host): c for c in long if not c.whole and c.slices == 1}
    found = []
    for c in short:
        before, behind = places.get((c.copy - 1, c.host)), places.get((c.copy + 1, c.host))
        meets = (before and abs(c.start - before.end) <= SLACK) or (behind and abs(behind.start - c.end) <= SLACK)
        if meets and not c.whole and roles[c.copy].role == "paragraph" and ends_sentence(texts[c.copy]) and (c.copy, c.host) not in places:
            found.append(c)
    return found


def _goes_along(copy: Copy, others: Sequence[Copy]) -> bool:
    """Whether a longer whole copy stands beside both twins."""
    places = {(c.copy, c.host) for c in others if c.whole}
    return any((copy.copy + d, copy.host + e) in places or (copy.host + e, copy.copy + d) in places
               for side in (1, -1) for d in (side, 2 * side) for e in (side, 2 * side))


def _apart(one: Copy, other: Copy, step: int) -> bool:
    """Whether two fragments stand in their host in the order of the page, with words between: a crop cut its lines.
    Fragments without anything between may be the lines of a long headline that the report repeats."""
    first, second = (one, other) if step > 0 else (other, one)
    return second.start >= first.end + TORN_GAP


def _information(texts: Sequence[str], copies: Sequence[Copy]) -> dict[int, float]:
    """How unlikely each copied text is to be written twice: minus log10 p under the shipped model."""
    asked = sorted({copy.copy for copy in copies})
    scores = shipped_model().score_many([("\n", texts[i][:2 * PASSAGE]) for i in asked]).tolist() if asked else []
    return {i: -score for i, score in zip(asked, scores, strict=True)}


def _is_copy(texts: Sequence[str], roles: Sequence[Labelled], copy: Copy) -> bool:
    one, other = roles[copy.copy].role, roles[copy.host].role
    if {one, other} & REPEATED or REMARK.fullmatch(shadow(texts[copy.copy])) or telling_length(texts[copy.copy]) < SURE_LENGTH:
        return False
    if copy.whole:  # a lead says its headline again in other words, and two items of a list have numbers of their own
        counted = number_of(texts[copy.copy]), number_of(texts[copy.host])
        return (copy.similarity >= ALIKE or (one in HEADINGS) == (other in HEADINGS)) and (None in counted or counted[0] == counted[1])
    report = 0 < copy.host - copy.copy <= REPORT and "。" in texts[copy.host]  # 前两月进出口增长两成 over 今年前两月，全县进出口五亿元，比去年增长两成。
    clause = is_one_clause(texts[copy.copy])
    piece = (copy.slices >= SLICES and not report) or opens_next(texts, copy) or (copy.start <= 1 and copy.torn and not (report and clause))
    if roles[copy.copy].marked:
        return False
    if one in {"headline", "subhead", "kicker"}:
        return piece
    if clause:
        return piece or (copy.slices == 1 and torn_off(texts, copy))
    return one in ("paragraph", other) or piece


def is_credit(text: str) -> bool:
    """Whether a shadow is the credit of a picture, as read or with the marks of a canonical text; a paper prints its credits again and again."""
    return bool(CREDIT.match(text.lstrip(PICTURE)))


def is_one_clause(text: str) -> bool:
    """Whether a text may be a long headline (关于…的通知): no stop, no comma, not long."""
    return len(text) <= ONE_CLAUSE and not any(c in "，。；,;" for c in text)


def _box_above(roles: Sequence[Labelled], texts: Sequence[str], wide: Sequence[bool], i: int, page: str) -> list[int] | None:
    """The title lines of the box whose body is block i; None when nothing says that i stands in a box. `page` has all texts, each between
    two line ends."""
    title: list[int] = []
    k = i - 1
    while k >= 0 and len(title) < 2 and roles[k].role in {"headline", "subhead", "kicker"} and not roles[k].marked and len(texts[k]) <= 16:
        title.insert(0, k)
        k -= 1
    if not title:
        return [] if wide[i] or (i and roles[i - 1].role in {"caption", "credit"}) else None
    torn = k >= 0 and (not ends_sentence(texts[k]) or roles[k].role in {"caption", "credit"} or wide[title[0]])
    last = texts[title[-1]]
    return title if torn or page.count(last) > page.count(f"\n{last}\n") else None


def _merged(texts: Sequence[str], pairs: Sequence[Copy]) -> dict[int, Copy]:
    """Blocks that only hold, one after the other, paragraphs that also stand alone: those stay, the block goes."""
    parts: dict[int, list[Copy]] = defaultdict(list)
    for copy in pairs:
        if not copy.whole and copy.slices == 1 and stands_alone(texts[copy.copy]):
            parts[copy.host].append(copy)
    drops: dict[int, Copy] = {}
    for host, copies in sorted(parts.items()):
        chosen = paragraphs_of(shadow(texts[host]), copies)
        covered = sum(c.end - c.start for c in chosen) >= COVERED * len(shadow(texts[host]))
        if len(chosen) > 1 and covered and not any(c.copy in drops for c in chosen):
            drops[host] = Copy(host, chosen[0].copy, min(c.similarity for c in chosen), False, 0,
                               len(shadow(texts[chosen[0].copy])), hosts=tuple(c.copy for c in chosen))
    return drops


def stands_alone(text: str) -> bool:
    """Whether a text can be a paragraph by itself."""
    return ends_sentence(text) and text[0] not in CANNOT_START and not is_stub(text)


def paragraphs_of(host: str, copies: Sequence[Copy]) -> list[Copy]:
    """The copies that a host's shadow holds one after the other, each behind the end of a sentence."""
    chosen: list[Copy] = []
    for copy in sorted(copies, key=lambda c: (c.start, -c.end, c.copy)):
        free = not chosen or copy.start >= chosen[-1].end - 2
        if free and (copy.start <= 1 or ends_sentence(host[:copy.start])):
            chosen.append(copy)
    return chosen


def _covered(texts: Sequence[str], shared: Shared, roles: Sequence[Labelled], drops: dict[int, Copy], quotes: Set[int]) -> None:
    """Blocks that several others say together, as where three tiles overlap, go as well, and with one all that are equal to it. What a headline says
    counts at the beginning of a block alone: a report says it again, behind the same words as another report."""
    titles = {i for i, text in enumerate(texts) if roles[i].role != "paragraph" or is_one_clause(text)}
    around: dict[int, list[Passage]] = defaultdict(list)
    for passages in shared.passages.values():
        for passage in (passage for one in passages for passage in (one, one.turned())):
            if passage.b not in titles or not passage.a0:
                around[passage.a].append(passage)
    equal: dict[str, set[int]] = defaultdict(set)
    for i, text in enumerate(shared.shadows):
        equal[text].add(i)
    relied = Counter(host for copy in drops.values() for host in (copy.host, *copy.hosts))
    for i in sorted(around, key=lambda k: (len(shared.shadows[k]), k)):
        length = len(shared.shadows[i])
        same = equal[shared.shadows[i]]  # the first of them has the passages of all
        gone = same & drops.keys()
        held = sum(relied[k] for k in same) > len(gone) or any(drops[k].host not in same for k in gone) or not quotes.isdisjoint(same)
        if held or length < SURE_LENGTH or roles[i].role != "paragraph":
            continue
        chosen: list[Passage] = []
        for p in sorted(around[i], key=lambda p: (p.a0, -p.a1, p.b)):
            new = p.a1 - max(p.a0, chosen[-1].a1 if chosen else 0)
            if p.b not in drops and p.a1 - p.a0 >= LINE and new > 2:
                chosen.append(p)
        seen = sum(p.a1 - max(p.a0, q.a1) for q, p in pairwise(chosen)) + (
            chosen[0].a1 - chosen[0].a0 if chosen else 0)
        hosts = tuple(dict.fromkeys(p.b for p in chosen))
        if len(hosts) == 1 and hosts[0] + 1 not in drops.keys() | same and _goes_on_in(shared.shadows, chosen[-1]):
            hosts, seen = (*hosts, hosts[0] + 1), seen + length - chosen[-1].a1
        frame = len(chosen) == 3 and len(hosts) == 2 and chosen[0].b == chosen[2].b  # the words of one notice around the subject of another
        meet = not stands_alone(texts[i]) or all(  # at a crop's edge; an author's sentence may share its start with one and its end with another
            p.b1 >= len(shared.shadows[p.b]) - SLACK or q.b0 <= SLACK or p.b == q.b for p, q in pairwise(chosen))
        if len(hosts) > 1 and meet and not frame and seen >= UNION * length and margin(shared.shadows, chosen, shipped_model()) < RUNS_ON:
            best = max(chosen, key=lambda p: (p.matches, -p.b))
            similarity = sum(p.matches for p in chosen) / sum(max(p.a1 - p.a0, p.b1 - p.b0) for p in chosen)
            drops.update({k: Copy(k, best.b, similarity, False, best.b0, best.b1, hosts=hosts) for k in same})
            relied.update(hosts)


def _goes_on_in(shadows: Sequence[str], p: Passage) -> bool:
    """Whether the block behind one that stops in mid-sentence begins with all that block `a` has behind what both share: the last line of a column."""
    rest = shadows[p.a][p.a1:]
    return bool(rest) and p.b + 1 not in (p.a, len(shadows)) and p.b1 == len(shadows[p.b]) and not ends_sentence(shadows[p.b]) and shadows[p.b + 1].startswith(rest)
