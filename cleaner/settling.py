"""A page that stands still: what cleaning the canonical text again finds is made as well, or not made in the first place.

Law 2 asks that a canonical text keeps its words when it is cleaned. Most do. Of the others, most are followed: what the
second cleaning finds is told of the source (`cleaner.following`). Where that does not come to an end, changes are left out
and only suggested, as few of them as will do: first those of the one rule on the blocks where the second cleaning found
something, then all changes on these blocks but for the breaks between them, then single families of rules on the page, then several, and in the end
everything; a page that keeps its text stands still. A canonical text from which something was left out is cleaned as anybody
would clean it; what is found then is told of the source too, if that can be done. Each step leaves out something that none before
it did, and each text is gone through once and at most so many times a page, so there is an end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from cleaner.changes import Change
from cleaner.errors import ChangeError, LawError
from cleaner.following import Lines, Place, follow
from cleaner.layout import render
from cleaner.source import Source

FOLLOWED = 4
"""How often the canonical text is cleaned again, what is found there told of the source."""

STRETCHES = 3
"""How often more changes are left out on some blocks before whole families of rules are."""

MAX_DEPTH = 3
"""How deep a page is followed on which changes had to be left out."""

MOST_PASSES = 24
"""How often the stages are gone through for one page in all, so that the time of a page that does not stand still is bounded too; two
passes are the rule."""

WITHHELD: tuple[frozenset[str], ...] = tuple(map(frozenset, (
    ("SPACE",), ("GLYPH",), ("QUOTE003",), ("STOP004",), ("COPY004",), ("COLUMN001",), ("MOJI",), ("ORDER",), ("ORDER", "COPY"), ("ORDER", "COPY", "JOIN", "LACUNA"),
    ("ORDER", "COPY", "JOIN", "LACUNA", "MOJI"), ("ORDER", "COPY", "JOIN", "LACUNA", "MOJI", "COLUMN"))))
"""Families (or single rules) left out, one step after the other, on a page that stands still under nothing less. Between those that
take little from a page and the last ones, which take more and more, the families that the second cleaning moved are left out by themselves."""

LIGHT = 7
"""How many of `WITHHELD` take little from a page."""

LAID_OUT = "BREAK001"
"""The rule that is left out of no place with all others: without its breaks, lines that are parted run on to the next cleaning."""

Decisions = Mapping[str, str]
"""Change id → `accept` or `reject`."""


@dataclass(frozen=True)
class Withheld:
    """What is left out of a cleaning: families or rules on the whole page, and rules in some places."""

    rules: frozenset[str] = frozenset()
    places: frozenset[Place] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.rules or self.places)

    def holds(self, change: Change) -> bool:
        """Whether a change lies in one of the places, or brings something there."""
        return any((rule == change.rule or (not rule and change.rule != LAID_OUT)) and (
            (change.start <= end and start <= change.end)
            or (change.kind in {"join", "move"} and start <= (change.target or 0) <= end)) for rule, start, end in self.places)


Find = Callable[[Source, Decisions, Withheld], tuple[Change, ...]]
"""The changes of a text without what is withheld."""


class Restless(Exception):
    """A page on which `MOST_PASSES` were made, and that does not stand still yet."""


class Passes:
    """The passes over one page and over what it becomes, each made once."""

    def __init__(self, find: Find) -> None:
        self._find = find
        self.known: dict[tuple[Source, Withheld, bool], tuple[Change, ...]] = {}

    def find(self, source: Source, decisions: Decisions, withheld: Withheld) -> tuple[Change, ...]:
        """The changes of a text without what is withheld. Raises `Restless` after too many passes."""
        key = source, withheld, bool(decisions)
        if key not in self.known:
            if len(self.known) >= MOST_PASSES:
                raise Restless
            self.known[key] = self._find(source, decisions, withheld)
        return self.known[key]


def settled(source: Source, find: Find, decisions: Decisions) -> tuple[tuple[Change, ...], frozenset[str]]:
    """Changes of a page whose canonical text stands still (law 2), and the families of rules withheld for that.

    A decision that rejects a change is not known to the canonical text, so a page with rejections is not tested.
    """
    passes = Passes(find)
    try:
        return _settled(source, passes, decisions, 0)
    except Restless:
        first = next(iter(passes.known.values()))
        return _suggested(first), frozenset(_families(first, active=False))


def _settled(source: Source, passes: Passes, decisions: Decisions, depth: int) -> tuple[tuple[Change, ...], frozenset[str]]:
    if depth >= MAX_DEPTH:
        raise LawError(f"{source.name}: cleaning the canonical text again would change it (law 2)")
    attempt = _Attempt(source, passes, decisions, depth)
    left_out = Withheld()
    for _ in range(STRETCHES):
        changes, restless = attempt.made(left_out)
        if changes is not None:
            return changes, frozenset()
        more = _wider(left_out.places, restless)
        if not more:
            break
        left_out = Withheld(places=left_out.places | more)
    for families in attempt.steps():
        changes, _ = attempt.made(Withheld(families))
        if changes is not None:
            return changes, families
    first = attempt.first
    return _suggested(first), frozenset(attempt.stirring or _families(first, active=False))


def _wider(places: frozenset[Place], restless: Iterable[Place]) -> set[Place]:
    """What is left out next: the rule that does not rest in a place, or all rules where it was left out before."""
    found = set(restless)
    again = {("", start, end) for rule, start, end in found if any(
        known == rule and low <= end and start <= high for known, low, high in places)}
    return ((found - places) | again) - places


class _Attempt:
    """One page, cleaned with more and more left out, until it stands still."""

    def __init__(self, source: Source, passes: Passes, decisions: Decisions, depth: int) -> None:
        self.source, self.passes, self.decisions, self.depth = source, passes, decisions, depth
        self.first: tuple[Change, ...] = ()
        self.stirring: set[str] = set()
        """Rules, and their families, that changed something in one of the passes."""
        self.restless: set[str] = set()
        """Families of which a second cleaning made something."""

    def steps(self) -> Iterator[frozenset[str]]:
        """Families to leave out on the whole page, one step after the other; of those that change nothing on it, none."""
        tried: set[frozenset[str]] = {frozenset()}
        single = [frozenset({name}) for name in sorted(self.restless - {family(LAID_OUT)})]
        for families in (*WITHHELD[:LIGHT], *single, *WITHHELD[LIGHT:]):
            found = families & self.stirring
            if found not in tried:
                tried.add(found)
                yield families

    def made(self, left_out: Withheld) -> tuple[tuple[Change, ...] | None, set[Place]]:
        """The changes of the page without what is left out, if its canonical text then stands still; else the rules
        that find something in it that cannot be told of the source, and where in the source."""
        try:
            changes = self.passes.find(self.source, self.decisions, left_out)
            self.first = self.first or changes
            self.stirring |= _families(changes)
            if "reject" in self.decisions.values() or not any(change.active for change in changes):
                return changes, set()
            return self._followed(changes, left_out)
        except (ChangeError, LawError):
            return None, set()

    def _followed(self, changes: tuple[Change, ...], left_out: Withheld) -> tuple[tuple[Change, ...] | None, set[Place]]:
        seen: set[str] = set()
        for _ in range(FOLLOWED):
            canonical = Source.from_text(render(self.source, changes))
            lines = Lines(self.source, changes)
            again = self.passes.find(canonical, {}, replace(left_out, places=lines.there(left_out.places)))
            if not any(change.active for change in again):
                return self._proven(changes, canonical, left_out)
            self.stirring |= _families(again)
            self.restless |= {family(change.rule) for change in again if change.active}
            more, untold = follow(self.source, changes, canonical, again)
            if more is None or canonical.text in seen:
                return None, lines.back(untold or [change for change in again if change.active])
            seen.add(canonical.text)
            changes = more
        return None, lines.back(change for change in again if change.active)

    def _proven(
        self, changes: tuple[Change, ...], canonical: Source, left_out: Withheld,
    ) -> tuple[tuple[Change, ...] | None, set[Place]]:
        """Where something was left out, the canonical text is cleaned as anybody would clean it. What that gives stands still, so
        if it can be told of the source, it is."""
        if left_out:
            again, _ = _settled(canonical, self.passes, {}, self.depth + 1)
            stirs = [change for change in again if change.active]
            if stirs:
                more, _ = follow(self.source, changes, canonical, again)
                return more, set() if more is not None else Lines(self.source, changes).back(stirs)
        return changes, set()


def _suggested(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(c.with_status("suggested") if c.active else c for c in changes)


def family(code: str) -> str:
    """The family of a rule: its code without the number."""
    return code.rstrip("0123456789")


def _families(changes: Iterable[Change], *, active: bool = True) -> set[str]:
    """Rules that made something of a page (or found something), and their families."""
    return {name for c in changes if c.active or not active for name in (c.rule, family(c.rule))}
