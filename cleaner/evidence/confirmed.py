"""Pairs that reviewers confirmed: what was read, what was printed, and whether a person said yes or no to it.

A reviewer who accepts 仪 → 议 has seen one more 议 that came out as 仪; who rejects it has seen a 仪 that was printed. Both are
evidence for the noise model P(read | printed) of this archive's recogniser. The file is JSON Lines, a head and one verdict a
line in the order in which they came, so it grows at its end and can be kept under version control.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from cleaner.changes import Change, ChangeLog
from cleaner.evidence.charset import HANZI
from cleaner.evidence.lookalikes import Lookalikes, shipped_lookalikes

FORMAT, VERSION = "cleaner-confirmed-pairs", 1
KEEP = 100_000
"""Verdicts that a file holds by default, some 80 bytes each; the earliest go."""
MOST_SHIFT = 1.0
"""log10 by which verdicts move a pair at most: reviewers see only what was offered to them, so they are no fair sample."""
PRIOR = 2
"""Verdicts of either kind that a pair is taken to have before the first: one verdict alone says little."""
UNLISTED = -4.0
"""log10 P(read | printed) of a pair that the shipped table does not know: that of its least likely candidates."""
HIGHEST = -0.5
"""log10 of the highest P(read | printed) that verdicts may lead to."""
FAMILIES = ("GLYPH", "NAME")
"""Rules whose changes say that one hanzi was read for another."""
VERDICTS = ("accept", "reject")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reviewer said of one character of one page; `mark` stands for the place, so that none is counted twice."""

    mark: str
    read: str
    printed: str
    accepted: bool

    @classmethod
    def of(cls, row: Any) -> Verdict:
        """Read a line of the file. Raises ValueError."""
        fields = [row.get(key) for key in ("mark", "read", "printed", "decision")] if isinstance(row, dict) else []
        if not fields or not all(isinstance(field, str) for field in fields) or fields[3] not in VERDICTS:
            raise ValueError("expected mark, read, printed and a decision, accept or reject")
        mark, read, printed, decision = map(str, fields)
        if len(read) != 1 or len(printed) != 1 or not HANZI.match(read) or not HANZI.match(printed):
            raise ValueError(f"{read!r} and {printed!r} are not one hanzi each")
        return cls(mark, read, printed, decision == "accept")

    def row(self) -> str:
        """The line of the file."""
        return json.dumps({"mark": self.mark, "read": self.read, "printed": self.printed,
                           "decision": VERDICTS[not self.accepted]}, ensure_ascii=False)


@dataclass(frozen=True, eq=False)
class ConfirmedPairs:
    """Verdicts in the order in which they came, one a place."""

    verdicts: tuple[Verdict, ...] = ()

    def plus(self, more: Iterable[Verdict], keep: int = KEEP) -> ConfirmedPairs:
        """With further verdicts; of one place the latest holds, and of all the latest `keep`."""
        latest = {verdict.mark: verdict for verdict in self.verdicts}
        for verdict in more:
            latest.pop(verdict.mark, None)
            latest[verdict.mark] = verdict
        return ConfirmedPairs(tuple(latest.values())[-keep:])

    @cached_property
    def counts(self) -> Mapping[tuple[str, str], tuple[int, int]]:
        """(read, printed) → how often it was accepted, and rejected."""
        yes = Counter((v.read, v.printed) for v in self.verdicts if v.accepted)
        no = Counter((v.read, v.printed) for v in self.verdicts if not v.accepted)
        return {pair: (yes[pair], no[pair]) for pair in sorted(yes.keys() | no.keys())}

    @cached_property
    def digest(self) -> str:
        """Hexadecimal sha256 of the counts, which are all that a page is cleaned with."""
        said = "".join(f"{read}{printed}\t{yes}\t{no}\n" for (read, printed), (yes, no) in self.counts.items())
        return sha256(said.encode()).hexdigest()

    @cached_property
    def lookalikes(self) -> Lookalikes:
        """The shipped noise model with these counts."""
        return confirmed(shipped_lookalikes(), self.counts)

    def to_text(self) -> str:
        """The file."""
        head = json.dumps({"format": FORMAT, "version": VERSION})
        return "".join(f"{line}\n" for line in (head, *(verdict.row() for verdict in self.verdicts)))

    @classmethod
    def read(cls, path: Path) -> ConfirmedPairs:
        """Read a file. Raises OSError, and ValueError that names the file, the line and what is wrong."""
        try:
            lines = path.read_bytes().decode("utf-8").split("\n")
        except UnicodeDecodeError as error:
            raise ValueError(f"{path}: byte {error.start} is not UTF-8 text") from error
        number, verdicts = 1, []
        try:
            head = json.loads(lines[0])
            if not isinstance(head, dict) or head.get("format") != FORMAT:
                raise ValueError("not a file of confirmed pairs")
            if head.get("version") != VERSION:
                raise ValueError(f"version {head.get('version')} is not known, only {VERSION}")
            for line in lines[1:]:
                number += 1
                if line.strip():
                    verdicts.append(Verdict.of(json.loads(line)))
        except json.JSONDecodeError as error:
            why = "not a file of confirmed pairs" if number == 1 else f"not a JSON object ({error.msg})"
            raise ValueError(f"{path}: line {number}: {why}") from error
        except ValueError as error:
            raise ValueError(f"{path}: line {number}: {error}") from error
        return cls().plus(verdicts, len(verdicts) or 1)


def verdicts_of(log: ChangeLog, decisions: Mapping[str, str]) -> list[Verdict]:
    """What reviewers said of the look-alikes of one page: the decisions on its changes, and what the log has as rejected.

    A change that was applied without a decision says nothing: all suggestions may have been accepted unseen.
    """
    found = []
    for change in log.changes:
        said = decisions.get(change.id) or ("reject" if change.status == "rejected" else None)
        if said in VERDICTS and change.kind == "replace" and change.rule.startswith(FAMILIES):
            found += _pairs(log, change, said == "accept")
    return found


def _pairs(log: ChangeLog, change: Change, accepted: bool) -> list[Verdict]:
    """The pairs of hanzi of one change, with a mark for each place."""
    if len(change.before) != len(change.after):
        return []
    return [Verdict(sha256(f"{log.source_sha256} {change.start + k} {after}".encode()).hexdigest()[:16], before, after, accepted)
            for k, (before, after) in enumerate(zip(change.before, change.after, strict=True))
            if before != after and HANZI.match(before) and HANZI.match(after)]


def confirmed(table: Lookalikes, counts: Mapping[tuple[str, str], tuple[int, int]]) -> Lookalikes:
    """A noise model with the pairs that reviewers confirmed: P of each moves by the odds of its verdicts, `PRIOR`
    more on either side, tenfold at most. A pair that the table does not know enters it when more accept it than not."""
    by_read: dict[str, dict[str, float]] = {}
    for (read, printed), (yes, no) in counts.items():
        by_read.setdefault(read, {})[printed] = max(-MOST_SHIFT, min(math.log10((yes + PRIOR) / (no + PRIOR)), MOST_SHIFT))
    changed = {}
    for read, shifts in by_read.items():
        known = dict(table.printed(read))
        for printed, shift in shifts.items():
            if printed in known or shift > 0:
                known[printed] = min(known.get(printed, UNLISTED) + shift, max(HIGHEST, known.get(printed, HIGHEST)))
        changed[read] = sorted(known.items(), key=lambda item: (-item[1], item[0]))
    return Lookalikes({**table.lines, **Lookalikes.of(changed).lines})
