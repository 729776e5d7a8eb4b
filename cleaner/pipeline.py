"""`clean`: the stages in order, conflicts settled, the four laws asserted.

    canonical text + change log = clean(source, settings, decisions)
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby

from cleaner.changes import TIERS, Change, ChangeLog, Status
from cleaner.errors import ChangeError, LawError, SourceError
from cleaner.evidence import Evidence
from cleaner.evidence.charset import is_big5
from cleaner.evidence.inputs import inputs_of
from cleaner.layout import Layers, render, undo
from cleaner.normalizers.base import Rule, Stage, all_rules
from cleaner.page import Page
from cleaner.settings import Settings
from cleaner.settling import Decisions, Withheld, family, settled
from cleaner.source import Source

MAX_ROUNDS = 8
"""How often the stages are repeated, each on the page as the round before left it; most pages stand still after
the first, and a page that does not after the last is caught by law 2."""

LOCAL = frozenset({"replace", "join", "mark"})
"""Kinds of changes that contradict others only where they overlap them; for the rest the page is laid out again."""

NOTHING = Withheld()
"""What is withheld from a page that stands still."""

WORDING = (Stage.CHARACTERS, Stage.TEXT)
"""Stages whose replacements are readings; what the user's lists call a word is kept from them."""


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
    changes, withheld = settled(source, lambda text, verdicts, out: find_changes(text, settings, verdicts, out), decisions)
    text = render(source, changes)
    log = ChangeLog.of(source, changes, text, settings.digest, tool(), withheld, inputs_of(settings).digests)
    _assert_reversible(source, text, log)
    return Cleaned(source, text, log)


def read_source(text_or_bytes: str | bytes | Source, settings: Settings, name: str = "-") -> Source:
    """The source of a page given as bytes, as text, or already read. Bytes that are plainly Big5 are read as that, if nobody names
    an encoding."""
    if isinstance(text_or_bytes, Source):
        return text_or_bytes
    if isinstance(text_or_bytes, str):
        return Source.from_text(text_or_bytes, name)
    source = Source.from_bytes(text_or_bytes, name, settings.encoding)
    if settings.encoding == "auto" and source.encoding == "gb18030":
        for codec in ("big5", "big5hkscs"):
            with suppress(SourceError):
                other = Source.from_bytes(text_or_bytes, name, codec)
                return other if is_big5(source.text, other.text) else source
    return source


def find_changes(
    source: Source, settings: Settings, decisions: Decisions, withheld: Withheld = NOTHING,
) -> tuple[Change, ...]:
    """All changes of a page, conflicts settled: applied, suggested, flagged and rejected ones, in source order. What is withheld
    in some places of the page is suggested there."""
    rules = [r for r in all_rules() if settings.selects(r.code) and not withheld.rules & {r.code, family(r.code)}]
    settings = replace(settings, ignore=(*settings.ignore, *sorted(withheld.rules)))
    page, aside = Page(source), dict[str, Change]()
    stages = [(stage, list(group)) for stage, group in groupby(rules, key=lambda rule: rule.stage)]
    for _ in range(MAX_ROUNDS):
        grown = False
        for stage, members in stages:
            if stage is not Stage.BREAKS:
                page, more = _run_stage(page, members, settings, decisions, aside, withheld)
                grown |= more
        if not grown:
            break
    for stage, members in stages:
        if stage is Stage.BREAKS:
            page, _ = _run_stage(page, members, settings, decisions, aside, withheld)
    taken = _Taken(c for c in page.changes if c.kind in {"replace", "drop"})
    made = {c.id for c in page.changes}
    rest = [c for c in aside.values() if c.id not in made and (c.status == "rejected" or not taken.hits(c))]
    return tuple(sorted((*page.changes, *rest), key=Change.sort_key))


def _run_stage(
    page: Page, rules: list[Rule], settings: Settings, decisions: Decisions, aside: dict[str, Change], withheld: Withheld,
) -> tuple[Page, bool]:
    """One pass of a stage: the page after it, and whether anything was applied."""
    evidence = Evidence(page, settings)
    codes = {rule.code for rule in rules}
    for stale in [c.id for c in aside.values() if c.status == "flagged" and c.rule in codes]:
        del aside[stale]  # damage that an earlier pass saw and that has been repaired since
    found: list[Change] = []
    for rule in rules:
        for change in rule.find(page, evidence):
            if change.role in settings.scaffold_off or (rule.stage in WORDING and _corrects(change, evidence.terms)):
                continue
            change = replace(change, line=page.source.line_of(change.start), status=_status(change, settings, decisions))
            if change.active and withheld.holds(change):
                change = replace(change, status="suggested", evidence={**change.evidence, "restless": True})
            found.append(change)
    found.sort(key=lambda c: (TIERS.index(c.tier), -c.confidence, c.sort_key()))
    for change in found:
        if not change.active:
            aside.setdefault(change.id, change)
    found = [change for change in found if change.active]
    if not found:
        return page, False
    applied: list[Change] = []
    before = page
    if any(c.kind == "move" for c in found):  # a rule that moves gives the whole order anew
        before = Page(page.source, tuple(c for c in page.changes if c.kind != "move"))
    taken, layers = _Taken(), Layers(before.changes)
    for change in found:
        if _fits(change, taken.hits(change), layers) and (
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
    new_page = _without_emptied(_without_idle_splits(new_page), decisions, aside)
    if not _stands(new_page):
        raise ChangeError(f"{page.source.name}: the changes of one stage contradict each other")
    return new_page, bool(applied)


def _without_idle_splits(page: Page) -> Page:
    """The page without the splits of which one side is gone: what another change took away needs no block."""
    edges = {edge for block in page.blocks if not block.text for edge in (block.start, block.end)}
    return Page(page.source, tuple(c for c in page.changes if c.kind != "split" or edges.isdisjoint((c.start, c.end)))) if edges else page


def _without_emptied(page: Page, decisions: Decisions, aside: dict[str, Change]) -> Page:
    """The page where blocks of which changes took everything, piece by piece, are dropped: no rule has anything to say of a block without text. Where a
    person rejects that, the text stays."""
    gone = [unit for block in page.blocks if not block.text for unit in block.units]
    if not gone or not any(block.text for block in page.blocks):
        return page
    changes = list(page.changes)
    for unit in gone:
        inside = [c for c in changes if c.kind == "replace" and unit.start <= c.start < c.end <= unit.end]
        if inside:
            changes = [c for c in changes if c not in inside]
            drop = replace(inside[-1], kind="drop", start=unit.start, end=unit.end, before=page.source.text[unit.start:unit.end], after="")
            if decisions.get(drop.id) == "reject":
                aside[drop.id] = drop.with_status("rejected")
            else:
                changes.append(drop)
    return Page(page.source, tuple(changes))


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
