"""`cleaner clean`: pages to canonical texts and change logs."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli import options
from cleaner.cli.common import EXIT_ERROR, ends, say_error, show_table
from cleaner.cli.pages import Pages, settings_of

if TYPE_CHECKING:
    from cleaner.batch.inputs import Input
    from cleaner.pipeline import Cleaned

Out = Annotated[Path | None, typer.Option("--out", "-o", metavar="DIR", help="Where the texts and logs are written.")]


@ends
def clean(
    paths: options.Paths, out: Out = None, jobs: options.Jobs = 1, accept: options.Accept = [],  # noqa: B006
    select: options.Select = [], ignore: options.Ignore = [], decisions: options.Decisions = None,  # noqa: B006
    encoding: options.Encoding = None, config: options.Config = None, debug: options.Debug = False,
    words: options.Words = [], pairs: options.Pairs = None, archive: options.Archive = None,  # noqa: B006
) -> int:
    """Clean pages: write DIR/NAME.txt and DIR/NAME.changes.jsonl, and show what was done.

    Folders keep their structure below DIR. With - and no --out the canonical text goes to standard output.
    """
    from cleaner.batch.decisions import read_decisions
    settings = settings_of(config, accept=accept, select=select, ignore=ignore, encoding=encoding,
                           words=words, pairs=pairs, archive=archive)
    verdicts = read_decisions(decisions) if decisions else {}
    if out is None and paths != ["-"]:
        return say_error("--out DIR is needed (only - alone is written to standard output)")
    if out is not None and out.exists() and not out.is_dir():
        return say_error(f"{out}: the output folder is a file")
    pages = Pages.of(paths, settings, out)
    told = _Summary()
    with pages.cleaned(jobs, verdicts, debug) as results:
        for page, cleaned in results:
            if out is None:
                sys.stdout.buffer.write(cleaned.text.encode())
            elif fault := _write(page, cleaned, out):
                pages.fail(page, fault)
                continue
            told.add(page, cleaned)
    if out is not None:
        told.show()
    told.warn_of_idle(verdicts)
    if pages.failed:
        say_error(f"left unwritten: {', '.join(pages.failed)}")
    return EXIT_ERROR if pages.faulty else 0


def _write(page: Input, cleaned: Cleaned, out: Path) -> str:
    """Write the text and the log of a page below `out`; returns why that could not be, or an empty string."""
    from cleaner.batch.files import write_all
    from cleaner.batch.inputs import reason
    log, text = page.outputs(out)
    try:
        write_all({log: cleaned.log.to_jsonl().encode(), text: cleaned.text.encode()})
    except OSError as error:
        return f"{error.filename or text}: {reason(error)} (page {page.shown} is not written)"
    return ""


class _Summary:
    """What a run did, counted by rule and by page."""

    def __init__(self) -> None:
        self.rules: Counter[tuple[str, str]] = Counter()
        self.pages: list[tuple[str, Counter[str]]] = []
        self.ids: set[str] = set()

    def add(self, page: Input, cleaned: Cleaned) -> None:
        """Count the changes of a page; warn when not all rules could take part."""
        if cleaned.log.withheld:
            say_error(f"warning: {page.shown}: the page does not stand still under all rules; without "
                      f"{', '.join(cleaned.log.withheld)}")
        self.ids.update(change.id for change in cleaned.changes)
        self.rules.update((change.rule, change.status) for change in cleaned.changes)
        self.pages.append((page.name, Counter(change.status for change in cleaned.changes)))

    def show(self) -> None:
        """A table of the rules and one of the pages."""
        from cleaner.formats.report import page_table, rule_table
        from cleaner.normalizers.base import all_rules
        show_table(rule_table(self.rules, {rule.code: rule.name for rule in all_rules()}))
        show_table(page_table(self.pages))

    def warn_of_idle(self, verdicts: Mapping[str, str]) -> None:
        """Name the decisions that met no change."""
        for key in verdicts:
            if key not in self.ids:
                say_error(f"warning: decision {key}: no change has this id")
