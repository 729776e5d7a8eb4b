"""What a rule is, and how rules are found.

A rule is one small class in a module of this package (or behind an entry point of the group
`cleaner.rules`). `mends` and `keeps` are at once its tests, its documentation and what
`cleaner rules CODE` prints; `keeps` may not be empty.
"""

from __future__ import annotations

import importlib
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum
from functools import lru_cache
from typing import Any, ClassVar

from cleaner.changes import SCAFFOLD, Change, Tier
from cleaner.errors import SettingsError
from cleaner.evidence import Evidence
from cleaner.page import Block, Page
from cleaner.structure.errata import quoted_misprints


class Stage(IntEnum):
    """When a rule runs; each stage reads the page as the stages before it left it.

    All but the last are gone through again until they find nothing more.
    """

    ENCODING = 0
    """Whole stretches read in the wrong character set."""
    CHARACTERS = 1
    """Single characters that no newspaper prints."""
    LOOPS = 2
    """What a recogniser that lost its place printed over and over: it hides where blocks overlap."""
    ROWS = 3
    """Pages that were read straight across, interleaved lines of columns, and columns that the edge of a crop cut in two."""
    LINES = 4
    """Blocks that hold two things: a paragraph and its byline."""
    HEADLINES = 5
    """Headlines in several blocks: one line is easier to tell from a paragraph."""
    READING = 6
    """Roles, copies, order and joins: what belongs where."""
    TEXT = 7
    """Words and punctuation, on whole paragraphs."""
    BREAKS = 8
    """The white space between the lines, when everything else stands."""


class Rule(ABC):
    """One kind of damage and its repair. The docstring of a rule is written for an archivist."""

    code: ClassVar[str]
    name: ClassVar[str]
    tier: ClassVar[Tier]
    stage: ClassVar[Stage]
    mends: ClassVar[Sequence[tuple[str, str]]]
    """Page before → page after, as texts with blank lines between paragraphs."""
    keeps: ClassVar[Sequence[str]]
    """Pages that must stay as they are."""

    @abstractmethod
    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Yield what this rule would change on `page`; pure, and the same on every run."""

    def replacement(
        self, page: Page, block: Block, i: int, j: int, after: str, reason: str, *, tier: Tier | None = None,
        confidence: float = 1.0, evidence: Mapping[str, Any] | None = None,
    ) -> Iterator[Change]:
        """Yield the change that makes `block.text[i:j]` read `after`, if that span is still the source's; no word or mark of a
        misprint is mended that the paper quotes to correct it."""
        span = block.source_span(i, j)
        quoted = self.stage == Stage.TEXT and any(start <= i and j <= end for start, end in quoted_misprints(block.text))
        if span is not None and not quoted:
            yield Change(
                rule=self.code, kind="replace", tier=tier or self.tier, start=span.start, end=span.end,
                before=page.source.text[span.start:span.end], after=after, confidence=confidence, reason=reason,
                evidence=dict(evidence or {}))

    def mark(self, block: Block, role: str, reason: str, confidence: float) -> Change:
        """The change that writes the scaffold of `role` round a block (see `cleaner.changes.SCAFFOLD`)."""
        end = block.end if block.end > block.start else block.units[0].end  # a joined block whose rest came first
        return Change(
            rule=self.code, kind="mark", tier=self.tier, role=role, start=block.start, end=end,
            after="".join(SCAFFOLD[role]), confidence=round(confidence, 4), reason=reason,
            evidence={"line": block.text[:40]})

    def join(
        self, page: Page, left: Block, right: Block, reason: str, *, after: str = "", tier: Tier | None = None,
        confidence: float, evidence: Mapping[str, Any],
    ) -> Change:
        """The change that makes `right` run on behind `left`, with `after` between them."""
        gap = page.source.break_at.get(left.end, "")
        return Change(
            rule=self.code, kind="join", tier=tier or self.tier, start=left.end, end=left.end + len(gap),
            target=right.start, before=gap, after=after, confidence=round(confidence, 4), reason=reason,
            evidence=dict(evidence))

    def flag(
        self, block: Block, i: int, j: int, reason: str, *, evidence: Mapping[str, Any] | None = None,
    ) -> Iterator[Change]:
        """Yield a flag on `block.text[i:j]`, if that span is still the source's."""
        span = block.source_span(i, j)
        if span is not None:
            yield Change(rule=self.code, kind="flag", tier="flagged", status="flagged", start=span.start,
                         end=span.end, reason=reason, confidence=0.5, evidence=dict(evidence or {}))


@lru_cache(maxsize=1)
def all_rules() -> tuple[Rule, ...]:
    """Every rule, by stage and code: those of this package, then those of entry points.

    Raises `SettingsError` where two rules have one code, or the module of an entry point cannot be imported.
    """
    from importlib.metadata import entry_points  # takes as long to load as a model

    package = importlib.import_module("cleaner.normalizers")
    modules = [importlib.import_module(f"cleaner.normalizers.{m.name}") for m in pkgutil.iter_modules(package.__path__)]
    for entry in entry_points(group="cleaner.rules"):
        try:
            modules.append(importlib.import_module(entry.module))
        except ImportError as error:
            raise SettingsError(f"the rules of {entry.name!r} cannot be loaded: {error}") from error
    found: dict[str, Rule] = {}
    for module in modules:
        for value in vars(module).values():
            own = isinstance(value, type) and issubclass(value, Rule) and value.__module__ == module.__name__
            if own and not getattr(value, "__abstractmethods__", None):
                if value.code in found:
                    other = type(found[value.code])
                    raise SettingsError(f"two rules have the code {value.code}: {other.__module__}.{other.__name__} and "
                                        f"{module.__name__}.{value.__name__}")
                found[value.code] = value()
    return tuple(sorted(found.values(), key=lambda rule: (rule.stage, rule.code)))
