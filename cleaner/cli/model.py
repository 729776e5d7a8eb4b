"""`cleaner model`: evidence of one's own: a language model, what the archive prints, what reviewers confirmed."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from cleaner.cli import options
from cleaner.cli.common import EXIT_ERROR, ends, read_utf8, say_error, say_problems

app = typer.Typer(no_args_is_help=True, help="Evidence of your own: language model, archive cache, confirmed pairs.")

Corpora = Annotated[list[str], typer.Argument(metavar="CORPUS…", help="UTF-8 texts or folders of them.")]
OutFile = Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="The model file to write.")]
Shares = Annotated[list[float], typer.Option("--share", min=0, help="Weight of each corpus, in order; default: equal.")]
Order = Annotated[int, typer.Option("--order", min=2, max=6, help="Length of the longest n-grams, in characters.")]
Keep = Annotated[int, typer.Option(
    "--keep", min=10_000, help="N-grams of the finished model; the least telling ones go. A million take 4.5 MB.")]
WordsFiles = Annotated[list[Path], typer.Option(
    "--words", metavar="FILE", help="A list of words, `word frequency` a line; its --share comes behind those of the corpora. Repeatable.")]


HoldOut = Annotated[list[Path], typer.Option(
    "--hold-out", metavar="CORPUS", help="Leave every fifth paragraph of this corpus unlearnt, to measure with.")]


@app.callback()
def _group() -> None:
    """Evidence of your own: language model, archive cache, confirmed pairs."""


Update = Annotated[bool, typer.Option("--update", help="Add to the cache that is there instead of making a new one.")]
CacheKeep = Annotated[int, typer.Option(
    "--keep", min=1000, help="N-grams that the cache holds; the rarest go. A million take 12 MB.")]


@app.command()
@ends
def cache(paths: options.Paths, out: OutFile, update: Update = False, keep: CacheKeep = 500_000,
          encoding: options.Encoding = None) -> int:
    """Count what an archive's own pages print; the setting `archive_cache = "FILE"` lets the rules ask it."""
    from cleaner.batch.files import write_all
    from cleaner.batch.inputs import collect
    from cleaner.evidence.archive import Archive
    from cleaner.page import Page
    from cleaner.source import Source
    inputs, problems = collect(paths)
    if say_problems(problems) or _is_input(out, [item.path for item in inputs]):
        return EXIT_ERROR
    texts = []
    for item in inputs:
        if item.path is None:
            return say_error("-: a cache is made of files, not of standard input")
        page = Page(Source.from_bytes(item.path.read_bytes(), item.shown, encoding or "auto"))
        texts.append("\n".join(block.text for block in page.blocks))
    try:
        archive = Archive.read(out).plus(texts, keep) if update else Archive.of(texts, keep)
    except ValueError as error:
        return say_error(f"--out: {error}")
    data = archive.to_bytes()
    write_all({out: data})
    print(f"{len(archive.pages)} pages, {sum(len(keys) for keys, _ in archive.grams):,} n-grams, {len(data):,} bytes")
    return 0


Logs = Annotated[list[Path], typer.Argument(
    metavar="LOG…", help="Change logs (*.changes.jsonl), or folders of them, read recursively.")]
Decided = Annotated[list[Path], typer.Option(
    "--decisions", metavar="FILE", help="What reviewers decided, by change id (JSON, JSONL, TOML). Repeatable.")]
PairsKeep = Annotated[int, typer.Option("--keep", min=1, help="Verdicts that the file holds; the earliest go.")]


@app.command()
@ends
def pairs(logs: Logs, out: OutFile, decisions: Decided = [], update: Update = False, keep: PairsKeep = 100_000) -> int:  # noqa: B006
    """Collect the look-alikes that reviewers accepted or rejected; `confirmed_pairs = "FILE"` makes them evidence.

    Accepted is what a file of decisions accepts; what a log has as rejected counts too. Suggestions that were applied
    all together say nothing of any one of them.
    """
    from cleaner.batch.decisions import read_decisions
    from cleaner.batch.files import write_all
    from cleaner.changes import ChangeLog
    from cleaner.evidence.confirmed import ConfirmedPairs, Verdict, verdicts_of
    said: dict[str, str] = {}
    for file in decisions:
        said |= read_decisions(file)
    paths, problems = log_files(logs)
    if say_problems(problems) or _is_input(out, [*paths, *decisions]):
        return EXIT_ERROR
    found: list[Verdict] = []
    known: set[str] = set()
    for path in paths:
        log = ChangeLog.from_jsonl(read_utf8(path), str(path))
        known.update(change.id for change in log.changes)
        found += verdicts_of(log, said)
    try:
        before = ConfirmedPairs.read(out) if update else ConfirmedPairs()
    except ValueError as error:
        return say_error(f"--out: {error}")
    after = before.plus(found, keep)
    write_all({out: after.to_text().encode()})
    for key in sorted(said.keys() - known):
        say_error(f"warning: decision {key}: no change of these logs has this id")
    if not found:
        say_error("warning: no look-alike of these logs was accepted or rejected by a reviewer (--decisions FILE names what was decided)")
    accepted = sum(verdict.accepted for verdict in after.verdicts)
    print(f"{len(after.counts)} pairs from {len(after.verdicts)} verdicts, {accepted} accepted; {len(paths)} logs read")
    return 0


def log_files(given: list[Path]) -> tuple[list[Path], list[str]]:
    """The change logs behind files and folders, sorted within a folder, and what is wrong with the rest."""
    found: list[Path] = []
    problems = []
    for path in given:
        below = sorted(path.rglob("*.changes.jsonl")) if path.is_dir() else [path]
        if not path.exists():
            problems.append(f"{path}: no such file or folder")
        elif not below:
            problems.append(f"{path}: no change logs (*.changes.jsonl) in this folder")
        else:
            found += below
    return list(dict.fromkeys(found)), problems


def _is_input(out: Path, inputs: Iterable[Path | None]) -> bool:
    """Whether a file would be written over one that it is made of; says so."""
    from cleaner.batch.inputs import real
    over = [path for path in inputs if path is not None and real(path) == real(out)]
    return bool(over) and bool(say_error(f"--out: {out} is one of the files that are read"))


@app.command()
@ends
def build(
    corpus: Corpora, out: OutFile, order: Order = 5, share: Shares = [], words: WordsFiles = [],  # noqa: B006
    keep: Keep = 3_600_000, hold_out: HoldOut = [],  # noqa: B006
) -> int:
    """Build a character model from corpora, one paragraph a line, and print its card."""
    from cleaner.batch.files import check_place
    from cleaner.batch.inputs import collect, real
    from cleaner.evidence.build import build_model
    inputs, problems = collect(corpus)
    paths = [item.path for item in inputs if item.path]
    if say_problems(problems) or _is_input(out, [*paths, *words]):
        return EXIT_ERROR
    if len(paths) < len(inputs):
        return say_error("-: a model is built from files, not from standard input")
    sources = len(paths) + len(words)
    if share and len(share) != sources:
        return say_error(f"--share: {len(share)} weights for {sources} sources")
    if strange := [str(path) for path in hold_out if path not in paths]:
        return say_error(f"--hold-out: {strange[0]} is none of the corpora")
    out = real(out)
    check_place(out)
    if not out.parent.is_dir():
        return say_error(f"{out}: its folder does not exist")
    number, name = tempfile.mkstemp(prefix=".cleaner-", suffix=".part", dir=out.parent)
    os.close(number)
    part = Path(name)
    try:
        card = build_model(paths, part, order, shares=share or None, keep=keep, words=words, hold_out=hold_out)
        part.chmod(0o644)
        part.replace(out)
    except UnicodeDecodeError:
        for path in [*paths, *words]:
            read_utf8(path)
        raise
    except ValueError as error:
        return say_error(f"{', '.join([*corpus, *map(str, words)])}: no model can be built: {error}")
    finally:
        part.unlink(missing_ok=True)
    print(json.dumps(card, ensure_ascii=False, indent=1))
    return 0
