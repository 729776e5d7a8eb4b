"""Which files a run reads, and what each one is called in the outputs."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

SUFFIXES = (".txt", ".md")
LOG_SUFFIX = ".changes.jsonl"
LOG = re.compile(r"\.changes(?:\.\d+)?\.jsonl\Z")
"""The name of a change log; `fix` gives earlier ones a number."""
STDIN = "-"
STDIN_SHOWN = "standard input"


@dataclass(frozen=True, slots=True)
class Input:
    """One page to read. `shown` names it to people, `name` is what the log and the outputs call it.

    `name` is relative to the folder that was given, with `/` on every system; `path` is None for standard input.
    """

    path: Path | None
    shown: str
    name: str

    @property
    def stem(self) -> str:
        """`name` without its ending: where the outputs go below the output folder."""
        return str(PurePosixPath(self.name).with_suffix(""))

    def outputs(self, out: Path) -> tuple[Path, Path]:
        """Where the log and the canonical text of this page go below `out`."""
        base = out / self.stem
        return base.with_name(base.name + LOG_SUFFIX), base.with_name(f"{base.name}.txt")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that keeps a page from being done: whose, and why."""

    shown: str
    cause: str

    def __str__(self) -> str:
        return f"{self.shown}: {self.cause}"


def collect(paths: Sequence[str], out: Path | None = None) -> tuple[list[Input], list[Problem]]:
    """The pages behind files, folders and `-`, each once and in order, and what is wrong with the rest.

    Folders are read recursively for `*.txt` and `*.md`, hidden ones and the output folder left out.
    """
    inputs: list[Input] = []
    problems: list[Problem] = []
    seen: set[Path | None] = set()
    for given in paths:
        for item in _behind(given, out):
            if isinstance(item, Problem):
                problems.append(item)
                continue
            key = real(item.path) if item.path else None
            if key not in seen:
                seen.add(key)
                inputs.append(item)
    return inputs, problems


def _behind(given: str, out: Path | None) -> list[Input | Problem]:
    """What one path stands for."""
    path = Path(given)
    try:
        if given == STDIN:
            return [Input(None, STDIN_SHOWN, "stdin.txt")]
        if not given:  # which `Path` takes for the current folder, and a script for a variable that is not set
            return [Problem("''", "an empty path names no file")]
        if path.is_dir():
            return list(_folder(path, out)) or [Problem(given, f"no texts ({', '.join(SUFFIXES)}) in this folder")]
        if not path.exists():
            return [Problem(given, "no such file or folder")]
    except OSError as error:
        return [Problem(given, reason(error))]
    if LOG.search(path.name):
        return [Problem(given, "this is a change log, not a page")]
    return [Input(path, given, _plain(path.name))]


def real(path: Path) -> Path:
    """Where a path leads. `Path.resolve` raises an error of its own for links that lead round in a circle."""
    return Path(os.path.realpath(path))


def _folder(root: Path, out: Path | None) -> Iterator[Input | Problem]:
    """The texts below a folder, sorted by their relative path."""
    aside = real(out) if out is not None else None
    problems: list[OSError] = []
    files: list[Path] = []
    for folder, below, names in os.walk(root, onerror=problems.append):
        here = Path(folder)
        below[:] = [name for name in below if not name.startswith(".") and real(here / name) != aside]
        files += [here / name for name in names if Path(name).suffix.lower() in SUFFIXES and not name.startswith(".")]
    for error in problems:
        yield Problem(str(error.filename), reason(error))
    for path in sorted(files, key=lambda p: p.relative_to(root).parts):
        if path.exists() and not path.is_file():  # a named pipe, which nobody may ever write to
            yield Problem(str(path), "not a regular file")
            continue
        yield Input(path, str(path), _plain(path.relative_to(root).as_posix()))


def _plain(name: str) -> str:
    """A file name that can be written as UTF-8: bytes that are none become U+FFFD."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def reason(error: OSError) -> str:
    """The cause of an `OSError` in a few words, without the path."""
    return (error.strerror or str(error)).lower()


def clashes(inputs: Sequence[Input], out: Path) -> list[Problem]:
    """The inputs that may not be written below `out`: two of one name, or one that would replace a source."""
    by_name: dict[str, list[Input]] = {}
    for item in inputs:
        by_name.setdefault(item.stem.casefold(), []).append(item)
    sources = {real(item.path) for item in inputs if item.path}
    problems = []
    for item in inputs:
        same = [other.shown for other in by_name[item.stem.casefold()] if other is not item]
        targets = item.outputs(out)
        over = [target for target in targets if real(target) in sources]
        if same:
            problems.append(Problem(item.shown, f"would be written to {targets[-1]}, and so would {', '.join(same)}"))
        elif over:
            problems.append(Problem(item.shown, f"would be written over the source {over[0]}"))
    return problems
