"""`cleaner fix`: repair pages in place, the log beside them."""

from __future__ import annotations

from pathlib import Path

from cleaner.cli.check import form_of
from cleaner.cli.common import (
    EXIT_ERROR,
    EXIT_FINDINGS,
    ArchiveFile,
    Config,
    Debug,
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
)

LOG_FOLDER = ".cleaner"


@ends
def fix(
    paths: Paths, jobs: Jobs = 1, select: Select = [], ignore: Ignore = [],  # noqa: B006
    encoding: Encoding = None, config: Config = None, debug: Debug = False,
    words: Words = [], pairs: Pairs = None, archive: ArchiveFile = None,  # noqa: B006
) -> int:
    """Make the safe repairs in place; exit 1 when something was repaired.

    The log goes to .cleaner/NAME.changes.jsonl beside the text; an earlier one is kept as NAME.changes.1.jsonl.
    """
    from cleaner.batch.files import keep_earlier, write_all
    from cleaner.batch.inputs import reason
    if "-" in paths:
        return say_error("-: standard input cannot be repaired in place (use `cleaner clean -`)")
    settings = settings_of(config, select=select, ignore=ignore, encoding=encoding, safe_only=True,
                           words=words, pairs=pairs, archive=archive)
    inputs, problems = pages_of(paths, settings)
    for problem in problems:
        say_error(str(problem))
    failed, repaired = bool(problems), 0
    with cleaned_pages(inputs, settings, jobs, {}) as results:
        for result in results:
            cleaned, path = result.cleaned, result.input.path
            if cleaned is None or path is None:
                failed = bool(report_failure(result, debug))
                continue
            if cleaned.text.encode() == cleaned.source.to_bytes():
                continue
            log = log_of(path)
            try:
                if path.read_bytes() != cleaned.source.to_bytes():
                    failed = bool(say_error(f"{path}: changed while it was read; left alone"))
                    continue
                write_all({log: cleaned.log.to_jsonl().encode(), path: cleaned.text.encode()}, keep_earlier)
            except OSError as error:
                failed = bool(say_error(f"{error.filename or path}: {reason(error)} ({path} is left alone)"))
                continue
            repaired += 1
            count = sum(change.active for change in cleaned.changes)
            form = form_of(cleaned)
            print(f"{path}: {count} repair{'s' * (count != 1)}{f', was {form}' if form else ''} (log: {log})")
    return EXIT_ERROR if failed else EXIT_FINDINGS if repaired else 0


def log_of(path: Path) -> Path:
    """Where the log of a page is kept: by its stem for `.txt`, by its whole name otherwise, so that none collide."""
    name = path.stem if path.suffix == ".txt" else path.name
    return path.parent / LOG_FOLDER / f"{name}.changes.jsonl"
