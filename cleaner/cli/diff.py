"""`cleaner diff`: source to canonical text, character by character."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from cleaner.cli import options
from cleaner.cli.common import EXIT_ERROR, EXIT_FINDINGS, ends
from cleaner.cli.pages import Pages, settings_of

if TYPE_CHECKING:
    from cleaner.formats.report import Hunk

STYLES = {"keep": "", "delete": "red strike", "insert": "green", "note": "cyan italic"}


@ends
def diff(
    paths: options.Paths, jobs: options.Jobs = 1, accept: options.Accept = [],  # noqa: B006
    select: options.Select = [], ignore: options.Ignore = [], decisions: options.Decisions = None,  # noqa: B006
    encoding: options.Encoding = None, config: options.Config = None, debug: options.Debug = False,
    words: options.Words = [], pairs: options.Pairs = None, archive: options.Archive = None,  # noqa: B006
) -> int:
    """Show what cleaning changes, read off the change log: [-deleted-]{+inserted+}; exit 1 when it changes anything."""
    from cleaner.batch.decisions import read_decisions
    from cleaner.formats.report import hunks
    settings = settings_of(config, accept=accept, select=select, ignore=ignore, encoding=encoding,
                           words=words, pairs=pairs, archive=archive)
    verdicts = read_decisions(decisions) if decisions else {}
    pages = Pages.of(paths, settings)
    changed = False
    with pages.cleaned(jobs, verdicts, debug) as results:
        for page, cleaned in results:
            for hunk in hunks(cleaned.source, cleaned.changes):
                changed = True
                _show(page.shown, hunk)
    return EXIT_ERROR if pages.faulty else EXIT_FINDINGS if changed else 0


def _show(shown: str, hunk: Hunk) -> None:
    from cleaner.formats.report import visible
    by_reason: dict[tuple[str, str, str], list[str]] = {}
    for c in hunk.changes:
        by_reason.setdefault((c.rule, c.tier, visible(c.reason)), []).append(c.id)
    notes = [f"    {rule} {tier}: {why} [{' '.join(ids)}]" for (rule, tier, why), ids in by_reason.items()]
    if not sys.stdout.isatty():
        print(f"{shown}:{hunk.line}: {hunk.plain()}", *notes, sep="\n")
        return
    from rich.console import Console
    from rich.text import Text
    line = Text(f"{shown}:{hunk.line}: ", style="bold")
    for run in hunk.runs:
        line.append(f" ({run.text}) " if run.op == "note" else run.text, style=STYLES[run.op] or "not bold")
    console = Console(highlight=False)
    console.print(line, soft_wrap=True)
    for note in notes:
        console.print(Text(note, style="dim"), soft_wrap=True)
