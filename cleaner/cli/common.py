"""How the commands speak and how they end."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import wraps
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec

import typer

from cleaner.errors import CleanerError

if TYPE_CHECKING:
    from cleaner.formats.report import Table

EXIT_FINDINGS, EXIT_ERROR, EXIT_INTERRUPT, EXIT_PIPE = 1, 2, 130, 141
P = ParamSpec("P")


def ends(command: Callable[P, int]) -> Callable[P, None]:
    """Turn what a command returns or raises into an exit status and, for an error, one line on stderr."""
    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            status = command(*args, **kwargs)
            sys.stdout.flush()
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  a traceback would end with the status of findings
            status = say_failure(error, bool(kwargs.get("debug")))
        raise typer.Exit(status)
    return wrapped


def say_failure(error: BaseException, debug: bool = False) -> int:
    """Say what ended a command; returns its exit status."""
    match error:
        case CleanerError():
            return say_error(str(error))
        case OSError(errno=errno.EPIPE):  # the reader has gone, and needs no words
            forget_output()
            return EXIT_PIPE
        case OSError():
            return say_error(f"{error.filename or 'error'}: {(error.strerror or str(error)).lower()}")
        case KeyboardInterrupt():
            say_error("interrupted")
            return EXIT_INTERRUPT
    if debug:
        traceback.print_exception(error)
    return say_error(f"internal error: {type(error).__name__}: {' '.join(str(error).split())}")


def say_error(message: str) -> int:
    """One line on stderr; returns the exit status of an error."""
    from cleaner.formats.report import visible
    line = visible(message)
    with suppress(OSError):  # nowhere left to say it: the exit status must do
        if sys.stderr.isatty():
            from rich.console import Console
            Console(stderr=True, highlight=False).print(line, style="red", markup=False, soft_wrap=True)
        else:
            print(line, file=sys.stderr)
    return EXIT_ERROR


def say_problems(problems: Iterable[object]) -> bool:
    """One line on stderr for each; returns whether there was any."""
    return EXIT_ERROR in [say_error(str(problem)) for problem in problems]


def open_streams() -> None:
    """Write UTF-8 under any locale, and stand in for streams that the caller has closed.

    A closed standard output is put in its place as one that nothing can be written to, so that a text is not lost in silence.
    """
    for number, (name, mode) in enumerate((("stdin", os.O_RDONLY), ("stdout", os.O_RDONLY), ("stderr", os.O_WRONLY))):
        if getattr(sys, name) is None:
            void = os.open(os.devnull, mode)
            if void != number:
                os.dup2(void, number)
            setattr(sys, name, open(number, "r" if name == "stdin" else "w", encoding="utf-8", closefd=False))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="surrogateescape")


def flush_streams(status: int) -> int:
    """Write out what is left; returns the exit status, which is another one when there is no place for it."""
    try:
        sys.stdout.flush()
    except OSError as error:
        forget_output()
        status = status or say_failure(error)
    try:
        sys.stderr.flush()
    except OSError:
        forget_output(2)
    return status


def forget_output(number: int = 1) -> None:
    """Let what a stream still holds go nowhere, or Python would end with a complaint of its own."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), number)


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


def read_utf8(path: Path) -> str:
    """A UTF-8 file, its line ends as they are. Raises `SourceError` with the first byte that is none."""
    from cleaner.errors import SourceError
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        byte = f"byte {error.start} (0x{error.object[error.start]:02x})"
        raise SourceError(f"{path}: {byte} is not UTF-8 text") from error
