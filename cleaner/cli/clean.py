"""`cleaner clean`: pages to canonical texts and change logs."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli.common import (
    EXIT_ERROR,
    Accept,
    ArchiveFile,
    Config,
    Debug,
    DecisionsFile,
    Encoding,
    Ignore,
    Jobs,
    Pairs,
    Paths,
    Select,
    Words,
    cleaned_pages,
    ends,
    pages_of,
    report_failure,
    say_error,
    settings_of,
    show_table,
)

if TYPE_CHECKING:
    from cleaner.batch.work import PageResult

Out = Annotated[Path | None, typer.Option("--out", "-o", metavar="DIR", help="Where the texts and logs are written.")]


@ends
def clean(
    paths: Paths, out: Out = None, jobs: Jobs = 1, accept: Accept = [], select: Select = [],  # noqa: B006
    ignore: Ignore = [], decisions: DecisionsFile = None, encoding: Encoding = None,  # noqa: B006
    config: Config = None, debug: Debug = False,
    words: Words = [], pairs: Pairs = None, archive: ArchiveFile = None,  # noqa: B006
) -> int:
    """Clean pages: write DIR/NAME.txt and DIR/NAME.changes.jsonl, and show what was done.

    Folders keep their structure below DIR. With - and no --out the canonical text goes to standard output.
    """
    from cleaner.batch.decisions import read_decisions
    from cleaner.batch.inputs import clashes
    settings = settings_of(config, accept=accept, select=select, ignore=ignore, encoding=encoding,
                           words=words, pairs=pairs, archive=archive)
    verdicts = read_decisions(decisions) if decisions else {}
    if out is None and paths != ["-"]:
        return say_error("--out DIR is needed (only - alone is written to standard output)")
    if out is not None and out.exists() and not out.is_dir():
        return say_error(f"{out}: the output folder is a file")
    inputs, problems = pages_of(paths, settings, out)
    if out is not None:
        clashing = clashes(inputs, out)
        problems += clashing
        inputs = [item for item in inputs if item.shown not in {p.shown for p in clashing}]
    for problem in problems:
        say_error(str(problem))
    run = _Run(out, debug)
    with cleaned_pages(inputs, settings, jobs, verdicts) as results:
        for result in results:
            run.take(result)
    run.close(verdicts)
    return EXIT_ERROR if problems or run.failed else 0


class _Run:
    """What a run wrote and counted."""

    def __init__(self, out: Path | None, debug: bool) -> None:
        self.out, self.debug = out, debug
        self.failed: list[str] = []
        self.rules: Counter[tuple[str, str]] = Counter()
        self.pages: list[tuple[str, Counter[str]]] = []
        self.ids: set[str] = set()

    def take(self, result: PageResult) -> None:
        """Write one page and count its changes, or say why not."""
        from cleaner.batch.files import write_all
        from cleaner.batch.inputs import reason
        page, cleaned = result.input, result.cleaned
        if cleaned is None:
            self.failed.append(page.shown)
            report_failure(result, self.debug)
            return
        if self.out is None:
            sys.stdout.buffer.write(cleaned.text.encode())
        else:
            base = self.out / page.stem
            log, text = base.with_name(f"{base.name}.changes.jsonl"), base.with_name(f"{base.name}.txt")
            try:
                write_all({log: cleaned.log.to_jsonl().encode(), text: cleaned.text.encode()})
            except OSError as error:
                self.failed.append(page.shown)
                say_error(f"{error.filename or text}: {reason(error)} (page {page.shown} is not written)")
                return
        if cleaned.log.withheld:
            say_error(f"warning: {page.shown}: the page does not stand still under all rules; without "
                      f"{', '.join(cleaned.log.withheld)}")
        self.ids.update(change.id for change in cleaned.changes)
        self.rules.update((change.rule, change.status) for change in cleaned.changes)
        self.pages.append((page.name, Counter(change.status for change in cleaned.changes)))

    def close(self, verdicts: dict[str, str]) -> None:
        """Show the summary, the decisions that met no change, and the pages that were left unwritten."""
        from cleaner.formats.report import page_table, rule_table
        from cleaner.normalizers.base import all_rules
        if self.out is not None:
            show_table(rule_table(self.rules, {rule.code: rule.name for rule in all_rules()}))
            show_table(page_table(self.pages))
        for key in verdicts:
            if key not in self.ids:
                say_error(f"warning: decision {key}: no change has this id")
        if self.failed:
            say_error(f"left unwritten: {', '.join(self.failed)}")
