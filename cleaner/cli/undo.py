"""`cleaner undo`: back to the source, or to the page without some of its changes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli.common import ends, read_utf8, say_error

if TYPE_CHECKING:
    from cleaner.changes import ChangeLog

Canonical = Annotated[Path, typer.Argument(metavar="CANONICAL", help="A text that `clean` or `fix` wrote.")]
Log = Annotated[Path, typer.Option("--log", metavar="LOG", help="Its change log.")]
Ids = Annotated[list[str], typer.Option("--change", metavar="ID", help="Undo this change only.")]
Rules = Annotated[list[str], typer.Option("--rule", metavar="CODE", help="Undo the changes of this rule only.")]
Tiers = Annotated[list[str], typer.Option("--tier", metavar="TIER", help="Undo the changes of this tier only.")]
OutFile = Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE", help="Write here, not to stdout.")]


@ends
def undo(
    canonical: Canonical, log: Log, change: Ids = [], rule: Rules = [], tier: Tiers = [],  # noqa: B006
    out: OutFile = None,
) -> int:
    """Give the source back byte for byte; with a selector, the page rendered again without those changes."""
    from cleaner import layout
    from cleaner.batch.files import write_all
    from cleaner.batch.inputs import real
    from cleaner.changes import ChangeLog
    from cleaner.errors import ChangeError, LogError
    from cleaner.pipeline import leave_out
    text = read_utf8(canonical)
    read = ChangeLog.from_jsonl(read_utf8(log), str(log))
    fault = _unknown(read, change, rule, tier)
    if fault:
        return say_error(f"{log}: {fault}")
    try:
        source = layout.undo(text, read)
        data = source.to_bytes()
        if change or rule or tier:
            kept = leave_out(read.changes, ids=change, rules=rule, tiers=tier)
            data = layout.render(source, kept).encode()
    except LogError as error:
        return say_error(f"{canonical}: {error} (log {log})")
    except ChangeError as error:
        return say_error(f"{log}: these changes cannot be left out alone: {error}")
    except Exception as error:  # noqa: BLE001  the per-file boundary: a log of impossible values can fail anyhow
        return say_error(f"{log}: the log is malformed ({type(error).__name__}: {error})")
    if out is not None:
        if real(out) == real(log):
            return say_error(f"{out}: the source would be written over the log")
        write_all({out: data})
    else:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    return 0


def _unknown(log: ChangeLog, ids: list[str], rules: list[str], tiers: list[str]) -> str:
    """What a selector names that the log does not have."""
    from cleaner.changes import TIERS
    known_ids, known_rules = {c.id for c in log.changes}, {c.rule for c in log.changes}
    for word in ids:
        if word not in known_ids:
            return f"no change has the id {word!r}"
    for word in rules:
        if word not in known_rules:
            return f"no change is of the rule {word!r} (there are: {', '.join(sorted(known_rules)) or 'none'})"
    for word in tiers:
        if word not in TIERS:
            return f"{word!r} is no tier (there are: {', '.join(TIERS)})"
    return ""
