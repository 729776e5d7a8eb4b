"""The command `cleaner`: one short file a command. Exit status: 0 done, 1 findings, 2 error, 130 Ctrl-C."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from cleaner.cli import check, clean, config, diff, fix, model, rules, score, undo
from cleaner.cli.common import flush_streams, open_streams, say_failure

app = typer.Typer(
    name="cleaner", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    rich_markup_mode="rich" if all(stream and stream.isatty() for stream in (sys.stdout, sys.stderr)) else None,
    help="Repairs what scanning and recognition did to newspaper pages, and keeps a log that undoes it.",
    epilog="Exit status: 0 done, 1 findings (check, diff, fix), 2 error, 130 interrupted.")
for module in (clean, check, fix, diff, undo, rules, score):
    app.command()(getattr(module, module.__name__.rpartition(".")[2]))
app.add_typer(model.app, name="model")
app.add_typer(config.app, name="config")


def _version(wanted: bool) -> None:
    if wanted:
        from cleaner.pipeline import tool
        print(tool())
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")] = False,
) -> None:
    """Repairs what scanning and recognition did to newspaper pages, and keeps a log that undoes it."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    open_streams()
    try:
        app(args=argv, prog_name="cleaner")
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except (OSError, KeyboardInterrupt) as error:  # before or behind a command: help that nobody reads
        status = say_failure(error)
    return flush_streams(status)
