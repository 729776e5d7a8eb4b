"""`clean`: the stages in order, conflicts settled, the four laws asserted.

    canonical text + change log = clean(source, settings, decisions)
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby

from cleaner.changes import TIERS, Change, ChangeLog, Status
from cleaner.errors import ChangeError, LawError
from cleaner.evidence import Evidence
from cleaner.evidence.inputs import inputs_of
from cleaner.following import follow
from cleaner.layout import Layers, render, undo
from cleaner.normalizers.base import Rule, Stage, all_rules
from cleaner.page import Page
from cleaner.settings import Settings
from cleaner.source import Source

MAX_ROUNDS = 8
"""How often the stages are repeated, each on the page as the round before left it; most pages stand still after
the first, and a page that does not after the last is caught by law 2."""

FOLLOWED = 4
"""How often the canonical text is cleaned again, what is found there told of the source."""

MAX_DEPTH = 3
"""How deep a page is followed on which families of rules had to be left out."""

MOST_PASSES = 20
"""How often the stages are gone through for one page in all, so that the time of a page that does not stand still is bounded too; two
passes are the rule, fourteen the most seen on a page that came out well."""

LOCAL = frozenset({"replace", "join", "mark"})
"""Kinds of changes that contradict others only where they overlap them; for the rest the page is laid out again."""

WORDING = (Stage.CHARACTERS, Stage.TEXT)
"""Stages whose replacements are readings; what the user's lists call a word is kept from them."""

Decisions = Mapping[str, str]
"""Change id → `accept` or `reject`."""


@dataclass(frozen=True)
class Cleaned:
    """What `clean` gives back: the canonical text and the log that leads back to the source."""

    source: Source
    text: str
    log: ChangeLog

    @property
    def changes(self) -> tuple[Change, ...]:
        """Every change, applied, suggested, flagged or rejected, in source order."""
        return self.log.changes

    def without(self, *, ids: Iterable[str] = (), rules: Iterable[str] = (), tiers: Iterable[str] = ()) -> str:
        """The page rendered again with some changes left out, by id, rule code or tier."""
        return render(self.source, leave_out(self.changes, ids=ids, rules=rules, tiers=tiers))


@lru_cache(maxsize=1)
def tool() -> str:
    """The program that a change log names."""
    from importlib.metadata import PackageNotFoundError, version  # takes as long to load as a model

    try:
        return f"cleaner {version('cleaner')}"
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "cleaner (not installed)"


def leave_out(
    changes: Iterable[Change], *, ids: Iterable[str] = (), rules: Iterable[str] = (), tiers: Iterable[str] = (),
) -> list[Change]:
    """The changes that are none of those named."""
    ids, rules, tiers = set(ids), set(rules), set(tiers)
    return [c for c in changes if not (c.id in ids or c.rule in rules or c.tier in tiers)]


def clean(
    text_or_bytes: str | bytes | Source, settings: Settings | None = None, decisions: Decisions | None = None,
    *, name: str = "-",
) -> Cleaned:
    """Clean one page.

    Raises `SourceError` when the bytes are no text, `SettingsError` for unknown rules, and `LawError` when
    one of the four laws does not hold, in which case nothing may be written.
    """
    settings, decisions = settings or Settings(), decisions or {}
    settings.check_codes(tuple(rule.code for rule in all_rules()))
    source = read_source(text_or_bytes, settings, name)
    try:
        changes, withheld = _settled(source, _Passes(settings), decisions)
    except Restless as last:
        changes, withheld = last.suggested()
    text = render(source, changes)
    log = ChangeLog.of(source, changes, text, settings.digest, tool(), withheld, inputs_of(settings).digests)
    _assert_reversible(source, text, log)
    return Cleaned(source, text, log)


WITHHELD: tuple[frozenset[str], ...] = tuple(map(frozenset, (
    (), ("GLYPH",), ("QUOTE003",), ("STOP004",), ("COPY004",), ("COLUMN001",), ("MOJI",), ("ORDER",), ("ORDER", "COPY"), ("ORDER", "COPY", "JOIN", "LACUNA"),
    ("ORDER", "COPY", "JOIN", "LACUNA", "MOJI"), ("ORDER", "COPY", "JOIN", "LACUNA", "MOJI", "COLUMN"))))
"""Families (or single rules) left out, one step after the other, when a page does not stand still under all rules."""


class Restless(Exception):
    """A page on which `MOST_PASSES` were made, and that does not stand still yet."""

    def __init__(self, first: tuple[Change, ...]) -> None:
        self.first = first

    def suggested(self) -> tuple[tuple[Change, ...], frozenset[str]]:
        """What was found first, none of it made: a page that keeps its text stands still."""
        return _suggested(self.first, {_family(rule.code) for rule in all_rules()})


class _Passes:
    """The passes over one page and over what it becomes, each made once."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.known: dict[tuple[Source, frozenset[str], bool], tuple[Change, ...]] = {}

    def find(self, source: Source, decisions: Decisions, withheld: frozenset[str]) -> tuple[Change, ...]:
        """The changes of a text without some families. Raises `Restless` after too many of them."""
        key = source, withheld, bool(decisions)
        if key not in self.known:
            if len(self.known) >= MOST_PASSES:
                raise Restless(next(iter(self.known.values())))
            self.known[key] = find_changes(source, self.settings, decisions, withheld)
        return self.known[key]


def _suggested(changes: Iterable[Change], withheld: Iterable[str]) -> tuple[tuple[Change, ...], frozenset[str]]:
    return tuple(c.with_status("suggested") if c.active else c for c in changes), frozenset(withheld)


def _settled(
    source: Source, passes: _Passes, decisions: Decisions, depth: int = 0,
) -> tuple[tuple[Change, ...], frozenset[str]]:
    """Changes of a page whose canonical text stands still (law 2), and the families of rules withheld for that.

    What is found in the canonical text is made as well, where it can be told of the source; else families are left out, and
    in the end everything is only suggested: a page that keeps its text stands still. Raises `LawError` beyond `MAX_DEPTH`.
    A decision that rejects a change is not known to the canonical text, so a page with rejections is not tested.
    """
    if depth >= MAX_DEPTH:
        raise LawError(f"{source.name}: cleaning the canonical text again would change it (law 2)")
    found: tuple[Change, ...] = ()
    stirring: set[str] = set()
    for withheld in WITHHELD:
        if withheld and found and stirring.isdisjoint(withheld):
            continue  # none of these changed anything
        try:
            changes = passes.find(source, decisions, withheld)
            found = found or changes
            stirring |= _families(changes)
            if "reject" in decisions.values() or not any(change.active for change in changes):
                return changes, withheld
            still = _followed(source, passes, changes, withheld, stirring)
            if still is None:
                continue
            canonical = Source.from_text(render(source, still))
            if not withheld or not any(c.active for c in _settled(canonical, passes, {}, depth + 1)[0]):
                return still, withheld
        except (ChangeError, LawError):
            continue
    return _suggested(found, stirring or {_family(rule.code) for rule in all_rules()})


def _followed(
    source: Source, passes: _Passes, changes: tuple[Change, ...], withheld: frozenset[str], stirring: set[str],
) -> tuple[Change, ...] | None:
    """The changes with those that cleaning their canonical text again brings; None if that does not come to an end.

    The rules and families that change something the second time are added to `stirring`.
    """
    for _ in range(FOLLOWED):
        canonical = Source.from_text(render(source, changes))
        again = passes.find(canonical, {}, withheld)
        if not any(change.active for change in again):
            return changes
        stirring |= _families(again)
        more = follow(source, changes, canonical, again)
        if more is None:
            return None
        changes = more
    return None


def _family(code: str) -> str:
    return code.rstrip("0123456789")


def _families(changes: Iterable[Change]) -> set[str]:
    """Rules that made something of a page, and their families."""
    return {name for c in changes if c.active for name in (c.rule, _family(c.rule))}


def read_source(text_or_bytes: str | bytes | Source, settings: Settings, name: str = "-") -> Source:
    """The source of a page given as bytes, as text, or already read."""
    if isinstance(text_or_bytes, Source):
        return text_or_bytes
    if isinstance(text_or_bytes, str):
        return Source.from_text(text_or_bytes, name)
    return Source.from_bytes(text_or_bytes, name, settings.encoding)


def find_changes(
    source: Source, settings: Settings, decisions: Decisions, withheld: frozenset[str] = frozenset(),
) -> tuple[Change, ...]:
    """All changes of a page, settled: applied, suggested, flagged and rejected ones, in source order."""
    rules = [r for r in all_rules() if settings.selects(r.code) and not withheld & {r.code, _family(r.code)}]
    settings = replace(settings, ignore=(*settings.ignore, *sorted(withheld)))
    page, aside = Page(source), dict[str, Change]()
    stages = [(stage, list(group)) for stage, group in groupby(rules, key=lambda rule: rule.stage)]
    for _ in range(MAX_ROUNDS):
        grown = False
        for stage, members in stages:
            if stage is not Stage.BREAKS:
                page, more = _run_stage(page, members, settings, decisions, aside)
                grown |= more
        if not grown:
            break
    for stage, members in stages:
        if stage is Stage.BREAKS:
            page, _ = _run_stage(page, members, settings, decisions, aside)
    taken = _Taken(c for c in page.changes if c.kind in {"replace", "drop"})
    made = {c.id for c in page.changes}
    rest = [c for c in aside.values() if c.id not in made and (c.status == "rejected" or not taken.hits(c))]
    return tuple(sorted((*page.changes, *rest), key=Change.sort_key))


def _run_stage(
    page: Page, rules: list[Rule], settings: Settings, decisions: Decisions, aside: dict[str, Change],
) -> tuple[Page, bool]:
    """One pass of a stage: the page after it, and whether anything was applied."""
    evidence = Evidence(page, settings)
    found: list[Change] = []
    for rule in rules:
        for change in rule.find(page, evidence):
            if change.role in settings.scaffold_off or (rule.stage in WORDING and _corrects(change, evidence.terms)):
                continue
            change = replace(change, line=page.source.line_of(change.start))
            found.append(change.with_status(_status(change, settings, decisions)))
    found.sort(key=lambda c: (TIERS.index(c.tier), -c.confidence, c.sort_key()))
    applied: list[Change] = []
    before = page
    if any(c.kind == "move" and c.active for c in found):  # a rule that moves gives the whole order anew
        before = Page(page.source, tuple(c for c in page.changes if c.kind != "move"))
    taken, layers = _Taken(), Layers(before.changes)
    for change in found:
        if not change.active:
            aside.setdefault(change.id, change)
        elif _fits(change, taken.hits(change), layers) and (
                change.kind in LOCAL or not taken.hits(change) or _stands(before.with_changes([*applied, change]))):
            applied.append(change)
            taken.add(change)
            layers.add(change)
    if not applied:
        return page, False
    drops = _Taken(c for c in applied if c.takes_away)
    if drops.spans:  # what was repaired in a copy goes with the copy
        page = Page(page.source, tuple(c for c in page.changes if c.kind in {"drop", "move", "split"} or not drops.hits(c)))
    if any(c.kind == "move" for c in applied):
        known = {c.id for c in page.changes if c.kind == "move"}
        page = Page(page.source, tuple(c for c in page.changes if c.kind != "move"))
        new_page = page.with_changes(applied)
        applied = [c for c in applied if c.id not in known]
    else:
        new_page = page.with_changes(applied)
    if not _stands(new_page):
        raise ChangeError(f"{page.source.name}: the changes of one stage contradict each other")
    return new_page, bool(applied)


def _corrects(change: Change, terms: frozenset[int]) -> bool:
    """Whether a replacement touches a word of the user's lists, or puts something into it."""
    if not terms or change.kind != "replace":
        return False
    if change.start == change.end:
        return change.start in terms and change.start - 1 in terms
    return not terms.isdisjoint(range(change.start, change.end))


def _fits(change: Change, hit: bool, layers: Layers) -> bool:
    """Whether a change contradicts no other; what takes text away takes earlier changes with it."""
    return layers.has_room(change) or (change.takes_away and not hit)


def _status(change: Change, settings: Settings, decisions: Decisions) -> Status:
    verdict = decisions.get(change.id)
    if verdict == "reject":
        return "rejected"
    if change.kind == "flag":
        return "flagged"
    accepted = (change.tier == "safe" or verdict == "accept" or change.tier in settings.accept
                or change.id in settings.accept or any(change.rule.startswith(a) for a in settings.accept if a.isupper()))
    if accepted and change.tier != "flagged":
        return "applied"
    return "suggested" if change.tier == "suggested" else "flagged"


def _stands(page: Page) -> bool:
    try:
        return bool(page.layout)
    except ChangeError:
        return False


class _Taken:
    """The spans that are changed already, layer by layer (text, order, and each other kind for itself)."""

    def __init__(self, changes: Iterable[Change] = ()) -> None:
        self.spans: dict[str, list[tuple[int, int]]] = {}
        for change in changes:
            self.add(change)

    @staticmethod
    def _layer(change: Change) -> str:
        return change.kind if change.kind in {"join", "move"} else "mark" if change.kind == "mark" else "text"

    def add(self, change: Change) -> None:
        insort(self.spans.setdefault(self._layer(change), []), (change.start, max(change.end, change.start + 1)))

    def hits(self, change: Change) -> bool:
        """Whether a change touches the span of another one of its layer."""
        spans = self.spans.get(self._layer(change), [])
        at = bisect_left(spans, (max(change.end, change.start + 1), -1))
        return any(end > change.start for _, end in spans[max(0, at - 2):at])


def _assert_reversible(source: Source, text: str, log: ChangeLog) -> None:
    """Laws 1 and 4: the log alone gives the source back, and every change can be checked."""
    if undo(text, log).to_bytes() != source.to_bytes():
        raise LawError(f"{source.name}: the source does not come back from the canonical text (law 1)")
    for change in log.changes:
        taken = source.text[change.start:change.end] if change.kind in {"replace", "drop", "split", "join"} else ""
        if not change.reason or not 0 <= change.confidence <= 1 or change.before != taken:
            raise LawError(f"{source.name}: change {change.id} of {change.rule} cannot be checked (law 4)")
