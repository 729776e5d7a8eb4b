"""`cleaner check`: what would be repaired, and nothing written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli import options
from cleaner.cli.common import EXIT_ERROR, EXIT_FINDINGS, ends
from cleaner.cli.pages import Pages, settings_of

if TYPE_CHECKING:
    from cleaner.changes import Change
    from cleaner.pipeline import Cleaned
    from cleaner.source import Source

All = Annotated[bool, typer.Option("--all", help="Show suggested and flagged findings too; they do not fail.")]


@ends
def check(
    paths: options.Paths, show_all: All = False, jobs: options.Jobs = 1,
    select: options.Select = [], ignore: options.Ignore = [],  # noqa: B006
    encoding: options.Encoding = None, config: options.Config = None, debug: options.Debug = False,
    words: options.Words = [], pairs: options.Pairs = None, archive: options.Archive = None,  # noqa: B006
) -> int:
    """Report damage as FILE:LINE: CODE TIER REASON and write nothing; exit 1 when `fix` would repair something."""
    pages = Pages.of(paths, settings_of(config, select=select, ignore=ignore, encoding=encoding, safe_only=True,
                                        words=words, pairs=pairs, archive=archive))
    safe = others = 0
    with pages.cleaned(jobs, debug=debug) as results:
        for page, cleaned in results:
            form = form_of(cleaned)
            if form:
                print(f"{page.shown}:1: FORM safe {form}; the canonical form is UTF-8 with LF")
            safe += bool(form)
            for change in cleaned.changes:
                safe += change.active
                others += not change.active
                if change.active or show_all:
                    print(_line(page.shown, cleaned.source, change))
    rest = "" if show_all or not others else f", {others} suggested or flagged (--all shows them)"
    print(f"{safe} safe finding{'s' * (safe != 1)} in {len(pages.inputs)} file{'s' * (len(pages.inputs) != 1)}{rest}")
    return EXIT_ERROR if pages.faulty else EXIT_FINDINGS if safe else 0


def _line(shown: str, source: Source, change: Change) -> str:
    """A finding; with one that waits for a decision also what it offers, and its id, which a decision names."""
    from cleaner.formats.report import hunks, visible
    said = f"{shown}:{change.line}: {change.rule} {change.tier} {visible(change.reason).rstrip('.')}"
    if change.status != "suggested":
        return said
    offered = " ".join(hunk.plain() for hunk in hunks(source, [change.with_status("applied")]))
    return f"{said}: {offered} [{change.id}]"


def form_of(cleaned: Cleaned) -> str:
    """How the bytes of a page differ from the canonical form, or an empty string."""
    source = cleaned.source
    ends_ = {end for end, _ in source.line_ends}
    names = {"\r\n": "CRLF line ends", "\r": "CR line ends"}
    same = source.text.encode(source.encoding) == source.text.encode()
    found = [] if same else [f"encoding {source.encoding}"]
    found += ["byte order mark"] if source.bom else []
    return ", ".join(found + [names[end] for end in sorted(ends_ - {"\n"})])
