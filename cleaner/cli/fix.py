"""`cleaner fix`: repair pages in place, the log beside them."""

from __future__ import annotations

from pathlib import Path

from cleaner.cli import options
from cleaner.cli.check import form_of
from cleaner.cli.common import EXIT_ERROR, EXIT_FINDINGS, ends, say_error
from cleaner.cli.pages import Pages, settings_of

LOG_FOLDER = ".cleaner"


@ends
def fix(
    paths: options.Paths, jobs: options.Jobs = 1, select: options.Select = [], ignore: options.Ignore = [],  # noqa: B006
    encoding: options.Encoding = None, config: options.Config = None, debug: options.Debug = False,
    words: options.Words = [], pairs: options.Pairs = None, archive: options.Archive = None,  # noqa: B006
) -> int:
    """Make the safe repairs in place; exit 1 when something was repaired.

    The log goes to .cleaner/NAME.changes.jsonl beside the text; an earlier one is kept as NAME.changes.1.jsonl.
    """
    from cleaner.batch.files import keep_earlier, write_all
    from cleaner.batch.inputs import reason
    if "-" in paths:
        return say_error("-: standard input cannot be repaired in place (use `cleaner clean -`)")
    pages = Pages.of(paths, settings_of(config, select=select, ignore=ignore, encoding=encoding, safe_only=True,
                                        words=words, pairs=pairs, archive=archive))
    repaired = 0
    with pages.cleaned(jobs, debug=debug) as results:
        for page, cleaned in results:
            path, source = page.path, cleaned.source.to_bytes()
            if path is None or cleaned.text.encode() == source:
                continue
            log = log_of(path)
            try:
                if path.read_bytes() != source:
                    pages.fail(page, f"{path}: changed while it was read; left alone")
                    continue
                write_all({log: cleaned.log.to_jsonl().encode(), path: cleaned.text.encode()}, keep_earlier)
            except OSError as error:
                pages.fail(page, f"{error.filename or path}: {reason(error)} ({path} is left alone)")
                continue
            repaired += 1
            count = sum(change.active for change in cleaned.changes)
            form = form_of(cleaned)
            print(f"{path}: {count} repair{'s' * (count != 1)}{f', was {form}' if form else ''} (log: {log})")
    return EXIT_ERROR if pages.faulty else EXIT_FINDINGS if repaired else 0


def log_of(path: Path) -> Path:
    """Where the log of a page is kept: by its stem for `.txt`, by its whole name otherwise, so that none collide."""
    name = path.stem if path.suffix == ".txt" else path.name
    return path.parent / LOG_FOLDER / f"{name}.changes.jsonl"
