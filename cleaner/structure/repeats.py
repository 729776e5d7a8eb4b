"""Which of two copies stays, and which repetition is a pull quote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cleaner.structure.copies import Copy, find_copies, shadow
from cleaner.structure.roles import Labelled
from cleaner.structure.seams import Seams, ends_sentence

SURE_LENGTH = 20
"""Code points from which a passage printed twice is a copy wherever it stands; a shorter one only next to its twin."""


PASSAGE = 40
"""Code points from which a whole sentence inside a longer block is a copy; a shorter one the writer may repeat."""


@dataclass(frozen=True)
class Repeats:
    """Blocks that go because they are copies, and blocks that are a pull quote or figure box."""

    drops: dict[int, Copy]
    quotes: dict[int, Copy | None]


def is_certain(copy: Copy, text: str) -> bool:
    """Whether a copy with this text goes unasked: a whole block, a long passage, or a sentence cut by a crop."""
    return copy.whole or len(text) >= PASSAGE or not ends_sentence(text)


def settle_copies(
    texts: Sequence[str], roles: Sequence[Labelled], wide: Sequence[bool], seams: Seams,
) -> Repeats:
    """Decide about every pair of copies on the page."""
    quotes: dict[int, Copy | None] = {}
    pairs = []
    for copy in find_copies(texts):
        if _digits_differ(texts, copy):
            continue
        box = _box_above(roles, texts, wide, copy.copy)
        if box is not None and _said_whole(texts, copy):
            quotes[copy.copy] = copy
            quotes.update(dict.fromkeys(box))
        elif _is_copy(texts, roles, copy):
            pairs.append(copy)
    quotes = {i: copy for i, copy in quotes.items() if not roles[i].marked}
    pairs = [c for c in pairs if c.copy not in quotes and c.host not in quotes]
    return Repeats(_choose(texts, roles, pairs, seams), quotes)


def _digits_differ(texts: Sequence[str], copy: Copy) -> bool:
    """Rows that differ in a figure are rows of a table, not copies."""
    def digits(text: str) -> str:
        return "".join(c for c in text if c.isdigit())

    here, there = digits(texts[copy.copy]), digits(shadow(texts[copy.host])[copy.start:copy.end])
    return copy.similarity < 1 and len(texts[copy.copy]) < 60 and here != there


def _is_copy(texts: Sequence[str], roles: Sequence[Labelled], copy: Copy) -> bool:
    one, other = roles[copy.copy].role, roles[copy.host].role
    if {one, other} & {"byline", "credit", "quote", "table", "list"}:
        return False
    if one != "paragraph" and one != other and not (copy.whole and copy.similarity == 1):
        return False
    if copy.whole and copy.similarity == 1 and abs(copy.copy - copy.host) == 1:
        return True
    if one in {"headline", "subhead", "kicker"} and not copy.whole:
        return False
    return len(texts[copy.copy]) >= SURE_LENGTH


def _box_above(roles: Sequence[Labelled], texts: Sequence[str], wide: Sequence[bool], i: int) -> list[int] | None:
    """The title lines of the box whose body is block i; None when nothing says that i stands in a box."""
    title: list[int] = []
    k = i - 1
    while k >= 0 and len(title) < 2 and roles[k].role in {"headline", "subhead", "kicker"} and not roles[k].marked and len(texts[k]) <= 16:
        title.insert(0, k)
        k -= 1
    if not title:
        return [] if wide[i] or (i and roles[i - 1].role in {"caption", "credit"}) else None
    torn = k >= 0 and (not ends_sentence(texts[k]) or roles[k].role in {"caption", "credit"} or wide[title[0]])
    repeated = sum(texts[title[-1]] in text for text in texts) > 1
    return title if torn or repeated else None


def _said_whole(texts: Sequence[str], copy: Copy) -> bool:
    """Whether the copy is made of whole sentences of its host, as an editor cuts a pull quote."""
    host = shadow(texts[copy.host])
    start_ok = copy.whole or copy.start == 0 or host[copy.start - 1] in "，。；：！？”“"
    return ends_sentence(texts[copy.copy]) and start_ok and texts[copy.copy] != texts[copy.host]


def _choose(texts: Sequence[str], roles: Sequence[Labelled], pairs: Sequence[Copy], seams: Seams) -> dict[int, Copy]:
    """Of each pair, drop the one that its neighbours do not continue; a part always goes before the whole."""
    asked = sorted({(i + d, i + d + 1) for c in pairs if c.whole for i in (c.copy, c.host) for d in (-1, 0)
                    if i + d >= 0 and i + d + 1 < len(texts)})
    link = dict(zip(asked, seams.links(asked), strict=True))

    def fit(i: int) -> float:
        """How well block i sits between its neighbours, in log-odds of its two seams."""
        total = 0.0
        for a, b in ((i - 1, i), (i, i + 1)):
            if (a, b) in link and roles[a].role == roles[b].role == "paragraph":
                broken = not ends_sentence(texts[a]) or seams.headless(b) > 1
                total += link[a, b] if broken else 0.5
        return total

    drops: dict[int, Copy] = {}

    def drop(loser: int, winner: int, copy: Copy) -> None:
        if winner not in drops and loser not in drops:
            drops[loser] = copy if copy.copy == loser else Copy(loser, winner, copy.similarity, copy.whole, 0, len(shadow(texts[winner])))

    for copy in sorted((c for c in pairs if not c.whole), key=lambda c: c.copy):
        drop(copy.copy, copy.host, copy)
    rated = []
    for copy in (c for c in pairs if c.whole):
        longer = len(shadow(texts[copy.host])) - len(shadow(texts[copy.copy]))
        margin = fit(copy.copy) - fit(copy.host) if longer <= 2 else -9.0 - longer
        rated.append((abs(margin), margin, copy))
    for _, margin, copy in sorted(rated, key=lambda row: (-row[0], row[2].copy)):
        if abs(margin) < 1.0:  # its neighbours do not say: stay with the twin whose predecessor stays
            margin = _run_margin(copy, drops)
        if margin > 0:
            drop(copy.host, copy.copy, copy)
        else:
            drop(copy.copy, copy.host, copy)
    return drops


def _run_margin(copy: Copy, drops: dict[int, Copy]) -> float:
    """Above 0 when `copy.copy` should stay: it follows, or goes before, a block of a run that stays."""
    def kept(i: int) -> float:
        behind = -2.0 if i - 1 in drops else 1.0 if any(c.host == i - 1 for c in drops.values()) else 0.0
        ahead = -1.0 if i + 1 in drops else 0.5 if any(c.host == i + 1 for c in drops.values()) else 0.0
        return behind + ahead

    margin = kept(copy.copy) - kept(copy.host)
    return margin if margin else (1.0 if copy.copy < copy.host else -1.0)
