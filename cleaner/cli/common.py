"""What the commands share: their options, how they speak, and how they end."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import lru_cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ParamSpec

import typer

from cleaner.errors import CleanerError, SettingsError

if TYPE_CHECKING:
    from cleaner.batch.inputs import Input, Problem
    from cleaner.batch.work import PageResult
    from cleaner.formats.report import Table
    from cleaner.settings import Settings

EXIT_FINDINGS, EXIT_ERROR, EXIT_INTERRUPT, EXIT_PIPE = 1, 2, 130, 141

Paths = Annotated[list[str], typer.Argument(
    metavar="PATH…", help="Files, folders (read recursively for *.txt and *.md), or - for standard input.")]
Jobs = Annotated[int, typer.Option("--jobs", "-j", min=1, help="Worker processes; the result is always the same.")]
Accept = Annotated[list[str], typer.Option(
    "--accept", metavar="suggested|CODE|ID", help="Apply suggested changes too: all, of a rule, or one by its id.")]
Select = Annotated[list[str], typer.Option(
    "--select", metavar="CODE", help="Run these rules only (a code or its beginning); replaces the configured ones.")]
Ignore = Annotated[list[str], typer.Option("--ignore", metavar="CODE", help="Leave these rules out as well.")]
DecisionsFile = Annotated[Path | None, typer.Option(
    "--decisions", metavar="FILE", help="A reviewer's decisions: change id to accept or reject (JSON, JSONL, TOML).")]
Encoding = Annotated[str | None, typer.Option("--encoding", metavar="NAME", help="Codec of the sources, e.g. big5.")]
Config = Annotated[Path | None, typer.Option(
    "--config", metavar="FILE", help="Settings file, instead of the nearest cleaner.toml or pyproject.toml.")]
Words = Annotated[list[str], typer.Option(
    "--words", metavar="FILE", help="A list of your own words, one a line (UTF-8); beside the configured ones. Repeatable.")]
Pairs = Annotated[str | None, typer.Option(
    "--pairs", metavar="FILE", help="Pairs that reviewers confirmed, made by `cleaner model pairs`.")]
ArchiveFile = Annotated[str | None, typer.Option(
    "--archive", metavar="FILE", help="What your archive prints, made by `cleaner model cache`.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of internal errors.")]

FILE_OPTIONS = {"word_lists": "--words", "confirmed_pairs": "--pairs", "archive_cache": "--archive"}
"""What the settings that name files are called on the command line."""

P = ParamSpec("P")


def ends(command: Callable[P, int]) -> Callable[P, None]:
    """Turn what a command returns or raises into an exit status and, for an error, one line on stderr."""
    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            status = command(*args, **kwargs)
            sys.stdout.flush()
        except CleanerError as error:
            status = say_error(str(error))
        except OSError as error:
            if error.errno == errno.EPIPE:
                os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
                raise typer.Exit(EXIT_PIPE) from None
            status = say_error(f"{error.filename or 'error'}: {(error.strerror or str(error)).lower()}")
        except KeyboardInterrupt:
            say_error("interrupted")
            status = EXIT_INTERRUPT
        raise typer.Exit(status)
    return wrapped


def say_error(message: str) -> int:
    """One line on stderr; returns the exit status of an error."""
    from cleaner.formats.report import visible
    line = visible(message)
    if sys.stderr.isatty():
        from rich.console import Console
        Console(stderr=True, highlight=False).print(line, style="red", markup=False, soft_wrap=True)
    else:
        print(line, file=sys.stderr)
    return EXIT_ERROR


def show_table(table: Table) -> None:
    """A table, drawn on a terminal and in plain columns elsewhere."""
    if not table.rows:
        return
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.table import Table as Drawn
        from rich.text import Text
        drawn = Drawn(title=table.title, title_justify="left")
        for i, column in enumerate(table.columns):
            drawn.add_column(column, justify="right" if i >= table.numbers_from else "left")
        for row in table.rows:
            drawn.add_row(*(Text(cell) for cell in row))
        Console().print(drawn)
        return
    from rich.cells import cell_len
    rows = (table.columns, *table.rows)
    widths = [max(cell_len(row[i]) for row in rows) for i in range(len(table.columns))]
    for row in rows:
        cells = []
        for i, (cell, width) in enumerate(zip(row, widths, strict=True)):
            pad = " " * (width - cell_len(cell))
            cells.append(pad + cell if i >= table.numbers_from else cell + pad)
        print("  ".join(cells).rstrip())


def settings_of(
    config: Path | None, *, accept: list[str] | None = None, select: list[str] | None = None,
    ignore: list[str] | None = None, encoding: str | None = None, safe_only: bool = False,
    words: list[str] | None = None, pairs: str | None = None, archive: str | None = None,
) -> Callable[[Path], Settings]:
    """Settings for a path: those of its configuration file under those of the command line.

    The rule codes and files of the command line are checked at once. `safe_only` takes back what the configuration accepts.
    """
    from cleaner.evidence.inputs import inputs_of
    from cleaner.normalizers.base import all_rules
    from cleaner.settings import Settings
    given = Settings(accept=tuple(accept or ()), select=tuple(select or ()), ignore=tuple(ignore or ()),
                     word_lists=tuple(words or ()), confirmed_pairs=pairs or "", archive_cache=archive or "")
    codes = tuple(rule.code for rule in all_rules())
    given.check_codes(codes)
    try:
        inputs_of(given)
    except SettingsError as error:
        key, _, cause = str(error).partition(": ")
        raise SettingsError(f"{FILE_OPTIONS.get(key, key)}: {cause}") from error
    fixed = from_file(config) if config is not None else None

    @lru_cache(maxsize=1024)
    def of_folder(folder: Path) -> Settings:
        from cleaner.settings import load_settings
        base = fixed or load_settings(folder)
        try:
            base.check_codes(codes)
            inputs_of(base)
        except SettingsError as error:
            raise SettingsError(f"{config or origin_of(folder)}: {error}") from error
        return replace(
            base, select=given.select or base.select, ignore=(*base.ignore, *given.ignore),
            accept=() if safe_only else (*base.accept, *given.accept), encoding=encoding or base.encoding,
            word_lists=(*base.word_lists, *given.word_lists), archive_cache=given.archive_cache or base.archive_cache,
            confirmed_pairs=given.confirmed_pairs or base.confirmed_pairs)

    return lambda path: of_folder(path if path.is_dir() else path.parent)


def from_file(path: Path) -> Settings:
    """The settings of one file: a `cleaner.toml`, or a `pyproject.toml` with a table `[tool.cleaner]`."""
    import tomllib

    from cleaner.settings import Settings
    try:
        table = tomllib.loads(path.read_bytes().decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from error
    own = table.get("tool", {}).get("cleaner", {}) if path.name == "pyproject.toml" else table
    return Settings().updated(own, str(path)).beside(path.parent)


def origin_of(folder: Path) -> Path | None:
    """The file that `load_settings` reads for a folder, or None."""
    import tomllib

    from cleaner.settings import SETTINGS_FILE
    folder = folder.resolve()
    for place in (folder, *folder.parents):
        own, project = place / SETTINGS_FILE, place / "pyproject.toml"
        if own.is_file():
            return own
        if project.is_file() and "cleaner" in tomllib.loads(project.read_text(encoding="utf-8")).get("tool", {}):
            return project
    return None


def pages_of(
    paths: list[str], settings: Callable[[Path], Settings], out: Path | None = None,
) -> tuple[list[Input], list[Problem]]:
    """The pages behind paths, and what is wrong with the rest; a word list that lies among the pages is no page."""
    from cleaner.batch.inputs import collect
    inputs, problems = collect(paths, out)
    return [item for item in inputs if item.path is None or not is_evidence(item.path, settings(item.path))], problems


def is_evidence(path: Path, settings: Settings) -> bool:
    """Whether the settings name this file as evidence."""
    named = (*settings.word_lists, settings.archive_cache, settings.confirmed_pairs)
    return any(Path(other).name == path.name and Path(other).resolve() == path.resolve() for other in named if other)


@contextmanager
def cleaned_pages(
    inputs: list[Input], settings: Callable[[Path], Settings], jobs: int, decisions: dict[str, str],
) -> Iterator[Iterator[PageResult]]:
    """The results of all pages in order, under a progress bar on a terminal; no worker survives the block."""
    from cleaner.batch.work import Task, run
    tasks = []
    for item in inputs:
        data = None if item.path else sys.stdin.buffer.read()
        tasks.append(Task(item, settings(item.path or Path()), data))
    with closing(run(tasks, min(jobs, max(len(tasks), 1)), decisions)) as results:
        if sys.stderr.isatty() and len(tasks) > 1:
            from rich.console import Console
            from rich.progress import track
            yield iter(track(results, total=len(tasks), console=Console(stderr=True), transient=True,
                             description="cleaning"))
        else:
            yield results


def report_failure(result: PageResult, debug: bool) -> int:
    """Show why a page failed."""
    say_error(result.error)
    if debug and result.trace:
        print(result.trace, file=sys.stderr, end="")
    return EXIT_ERROR


def read_utf8(path: Path) -> str:
    """A UTF-8 file, its line ends as they are. Raises `SourceError` with the first byte that is none."""
    from cleaner.errors import SourceError
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        byte = f"byte {error.start} (0x{error.object[error.start]:02x})"
        raise SourceError(f"{path}: {byte} is not UTF-8 text") from error
