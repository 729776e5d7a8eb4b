"""A change, and the log that holds a page's changes.

Changes form a set: each one speaks of the source, in code-point offsets, and stands by itself. Nothing in a
log depends on the order in which the rules ran, so any change, rule or tier can be left out and the page
rendered again. The file format is JSON Lines: a header, then one change a line, sorted by source offset.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Literal, get_args

from cleaner.errors import LogError
from cleaner.source import Source

FORMAT = "cleaner-changes"
FORMAT_VERSION = 1
INPUTS = ("archive", "words", "pairs")
"""Keys of a log's header that name files of evidence by their digests; a key that is not there: none was used."""

Kind = Literal["replace", "join", "split", "drop", "move", "mark", "flag"]
Tier = Literal["safe", "suggested", "flagged"]
Status = Literal["applied", "suggested", "flagged", "rejected"]
TIERS: tuple[Tier, ...] = get_args(Tier)

SCAFFOLD: dict[str, tuple[str, str]] = {
    "headline": ("# ", ""),
    "subhead": ("## ", ""),
    "caption": ("> 图：", ""),
    "credit": ("（", "）"),
    "quote": ("> ", ""),
    "quote_line": ("> ", ""),
    "lacuna": ("〔缺〕", ""),
}
"""Role of a `mark` → the text it puts before and after the marked span; the order settles equal offsets.

`quote_line` is a further line of the quote above it: one line end parts the two, not a blank line.
"""
ROLE_RANK = {role: rank for rank, role in enumerate(SCAFFOLD)}


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a page. `start` and `end` are code points of the source text, half-open.

    `before` is `source[start:end]` (empty for a move, a mark and a flag, which take nothing away), `after`
    what is read instead. `target` is the start of the block that a join continues in, the end of the block
    that a move follows (0: the top of the page), or the start of the twin of a dropped block.
    """

    rule: str
    kind: Kind
    tier: Tier
    start: int
    end: int
    reason: str
    before: str = ""
    after: str = ""
    status: Status = "applied"
    confidence: float = 1.0
    target: int | None = None
    role: str | None = None
    line: int = 0
    evidence: Mapping[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Twelve hexadecimal digits that survive a rerun: a digest of what is changed, not of why."""
        return _digest((self.rule, self.kind, self.start, self.end, self.before, self.after, self.target, self.role))

    @property
    def active(self) -> bool:
        """Whether the change shapes the canonical text."""
        return self.status == "applied" and self.kind != "flag"

    @property
    def takes_away(self) -> bool:
        """Whether the change takes text away and puts nothing in its place."""
        return self.kind == "drop" or (self.kind == "replace" and not self.after and self.end > self.start)

    def with_status(self, status: Status) -> Change:
        """The same change with another status."""
        return replace(self, status=status)

    def sort_key(self) -> tuple[int, int, str, str]:
        """Source order, then rule and identity: a total order without ties."""
        return self.start, self.end, self.rule, self.id

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of the log; `target` and `role` only where they say something."""
        row: dict[str, Any] = {
            "id": self.id, "rule": self.rule, "kind": self.kind, "tier": self.tier, "status": self.status,
            "start": self.start, "end": self.end, "before": self.before, "after": self.after,
            "line": self.line, "confidence": round(self.confidence, 4), "reason": self.reason,
            "evidence": dict(self.evidence),
        }
        if self.target is not None:
            row["target"] = self.target
        if self.role is not None:
            row["role"] = self.role
        return row

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Change:
        """Read a JSON object of the log. Raises `LogError` when a key is missing, or the id does not fit."""
        try:
            change = cls(
                rule=str(row["rule"]), kind=_one_of(row["kind"], get_args(Kind)),
                tier=_one_of(row["tier"], TIERS), status=_one_of(row["status"], get_args(Status)),
                start=int(row["start"]), end=int(row["end"]), before=str(row["before"]), after=str(row["after"]),
                line=int(row["line"]), confidence=float(row["confidence"]), reason=str(row["reason"]),
                evidence=dict(row["evidence"]), target=None if row.get("target") is None else int(row["target"]),
                role=_one_of(row.get("role"), tuple(SCAFFOLD) if row["kind"] == "mark" else (None, *SCAFFOLD)))
        except KeyError as error:
            raise LogError(f"a change lacks the key {error}") from error
        except (TypeError, ValueError) as error:
            raise LogError(f"a change is malformed: {error}") from error
        if row.get("id") != change.id:
            raise LogError(f"change {row.get('id')!r} was altered: its content has the id {change.id}")
        return change


@lru_cache(maxsize=1 << 13)
def _digest(parts: tuple[str | int | None, ...]) -> str:
    """The id of a change; kept, because a page sorts its changes by it at every step."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:12]


def _one_of(value: Any, allowed: tuple[Any, ...]) -> Any:
    if value not in allowed:
        raise ValueError(f"{value!r} is not one of {', '.join(map(str, allowed))}")
    return value


@dataclass(frozen=True)
class ChangeLog:
    """The changes of one page and the header that ties them to its source and its canonical text."""

    changes: tuple[Change, ...]
    source_name: str
    source_sha256: str
    encoding: str
    bom: bool
    line_ends: tuple[tuple[str, int], ...]
    length: int
    breaks: tuple[tuple[int, str], ...]
    canonical_sha256: str
    settings: str
    tool: str
    withheld: tuple[str, ...] = ()
    """Families of rules that took no part, because the page did not stand still under them (law 2)."""
    archive: str = ""
    """sha256 of what the archive's cache holds; empty when none was used. It matters for cleaning again, not for undoing."""
    words: str = ""
    """The same of the user's words."""
    pairs: str = ""
    """The same of the pairs that reviewers confirmed."""

    @classmethod
    def of(
        cls, source: Source, changes: Iterable[Change], canonical: str, settings: str, tool: str,
        withheld: Iterable[str] = (), inputs: Mapping[str, str] | None = None,
    ) -> ChangeLog:
        """The log of `source` rendered as `canonical` by `changes`, which are sorted here.

        `inputs` are the digests of the files that were evidence, by their key in the header (`INPUTS`).
        """
        return cls(
            changes=tuple(sorted(changes, key=Change.sort_key)), source_name=source.name,
            source_sha256=source.sha256, encoding=source.encoding, bom=source.bom, line_ends=source.line_ends,
            length=len(source.text), breaks=source.breaks, canonical_sha256=text_sha256(canonical),
            settings=settings, tool=tool, withheld=tuple(sorted(withheld)), **(inputs or {}))

    def to_jsonl(self) -> str:
        """The log as a file: UTF-8 JSON Lines, the header first, one final line end."""
        header = {
            "format": FORMAT, "version": FORMAT_VERSION, "tool": self.tool, "settings": self.settings,
            "withheld": self.withheld, **{key: said for key in INPUTS if (said := getattr(self, key))},
            "source": {"name": self.source_name, "sha256": self.source_sha256, "encoding": self.encoding,
                       "bom": self.bom, "line_ends": self.line_ends, "length": self.length,
                       "breaks": self.breaks},
            "canonical": {"sha256": self.canonical_sha256},
        }
        rows = [header, *(change.to_dict() for change in self.changes)]
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)

    @classmethod
    def from_jsonl(cls, text: str, name: str = "-") -> ChangeLog:
        """Read a log. Raises `LogError` that names the file and the line at fault."""
        number = 1
        try:
            rows = text.split("\n")
            header = json.loads(rows[0])
            if header.get("format") != FORMAT:
                raise LogError("this is no change log")
            if header.get("version") != FORMAT_VERSION:
                raise LogError(f"format version {header.get('version')} is not known, only {FORMAT_VERSION}")
            changes = []
            for row in rows[1:]:
                number += 1
                if row:
                    changes.append(Change.from_dict(json.loads(row)))
            source = header["source"]
            return cls(
                changes=tuple(changes), source_name=source["name"], source_sha256=source["sha256"],
                encoding=source["encoding"], bom=bool(source["bom"]),
                line_ends=tuple((end, int(count)) for end, count in source["line_ends"]),
                length=int(source["length"]), breaks=tuple((int(at), text) for at, text in source["breaks"]),
                canonical_sha256=header["canonical"]["sha256"], settings=header["settings"], tool=header["tool"],
                withheld=tuple(header["withheld"]), **{key: str(header.get(key, "")) for key in INPUTS})
        except LogError as error:
            raise LogError(f"{name}, line {number}: {error}") from error
        except (json.JSONDecodeError, AttributeError, RecursionError) as error:
            raise LogError(f"{name}, line {number}: not a JSON object ({error})") from error
        except (KeyError, TypeError, ValueError) as error:
            raise LogError(f"{name}, line 1: the header is malformed ({error!r})") from error


def text_sha256(text: str) -> str:
    """Hexadecimal digest of a text's UTF-8 bytes."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
