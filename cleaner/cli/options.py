"""The options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Paths = Annotated[list[str], typer.Argument(
    metavar="PATH…", help="Files, folders (read recursively for *.txt and *.md), or - for standard input.")]
Jobs = Annotated[int, typer.Option("--jobs", "-j", min=1, help="Worker processes; the result is always the same.")]
Accept = Annotated[list[str], typer.Option(
    "--accept", metavar="suggested|CODE|ID", help="Apply suggested changes too: all, of a rule, or one by its id.")]
Select = Annotated[list[str], typer.Option(
    "--select", metavar="CODE", help="Run these rules only (a code or its beginning); replaces the configured ones.")]
Ignore = Annotated[list[str], typer.Option("--ignore", metavar="CODE", help="Leave these rules out as well.")]
Decisions = Annotated[Path | None, typer.Option(
    "--decisions", metavar="FILE", help="A reviewer's decisions: change id to accept or reject (JSON, JSONL, TOML).")]
Encoding = Annotated[str | None, typer.Option("--encoding", metavar="NAME", help="Codec of the sources, e.g. big5.")]
Config = Annotated[Path | None, typer.Option(
    "--config", metavar="FILE", help="Settings file, instead of the nearest cleaner.toml or pyproject.toml.")]
Words = Annotated[list[str], typer.Option(
    "--words", metavar="FILE", help="A list of your own words, one a line (UTF-8); beside the configured ones. Repeatable.")]
Pairs = Annotated[str | None, typer.Option(
    "--pairs", metavar="FILE", help="Pairs that reviewers confirmed, made by `cleaner model pairs`.")]
Archive = Annotated[str | None, typer.Option(
    "--archive", metavar="FILE", help="What your archive prints, made by `cleaner model cache`.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of internal errors.")]
