"""The pages of a command: which they are, under which settings, and one after the other cleaned."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from cleaner.cli.common import say_error
from cleaner.errors import SettingsError

if TYPE_CHECKING:
    from cleaner.batch.inputs import Input, Problem
    from cleaner.batch.work import PageResult
    from cleaner.pipeline import Cleaned
    from cleaner.settings import Settings

FILE_OPTIONS = {"word_lists": "--words", "confirmed_pairs": "--pairs", "archive_cache": "--archive", "encoding": "--encoding"}
"""What settings are called on the command line where they bear another name there."""


def settings_of(
    config: Path | None, *, accept: list[str] | None = None, select: list[str] | None = None,
    ignore: list[str] | None = None, encoding: str | None = None, safe_only: bool = False,
    words: list[str] | None = None, pairs: str | None = None, archive: str | None = None,
) -> Callable[[Path], Settings]:
    """Settings for a path: those of its configuration file under those of the command line.

    The rule codes and files of the command line are checked at once. `safe_only` takes back what the configuration accepts.
    """
    from cleaner.settings import Settings, read_settings, settings_file
    try:
        if "" in (pairs, archive):
            raise SettingsError(f"{'confirmed_pairs' if pairs == '' else 'archive_cache'}: an empty string names no file")
        given = Settings(accept=tuple(accept or ()), select=tuple(select or ()), ignore=tuple(ignore or ()),
                         encoding="auto" if encoding is None else encoding, word_lists=tuple(words or ()),
                         confirmed_pairs=pairs or "", archive_cache=archive or "")
        check(given)
    except SettingsError as error:
        key, _, cause = str(error).partition(": ")
        raise SettingsError(f"{FILE_OPTIONS.get(key, f'--{key}')}: {cause}") from error

    @lru_cache(maxsize=1024)
    def of_folder(folder: Path) -> Settings:
        origin = settings_file(folder) if config is None else config
        base = Settings() if origin is None else read_settings(origin)
        check(base, origin)
        return replace(
            base, select=given.select or base.select, ignore=(*base.ignore, *given.ignore),
            accept=() if safe_only else (*base.accept, *given.accept), encoding=encoding or base.encoding,
            word_lists=(*base.word_lists, *given.word_lists), archive_cache=given.archive_cache or base.archive_cache,
            confirmed_pairs=given.confirmed_pairs or base.confirmed_pairs)

    if config is not None:
        of_folder(Path())  # so that a fault of the file is said once, before any page is looked for
    return lambda path: of_folder(path if path.is_dir() else path.parent)


def check(settings: Settings, origin: Path | None = None) -> None:
    """Raise `SettingsError`, with the file that said it, when settings name a rule or a file that is none."""
    from cleaner.evidence.inputs import inputs_of
    from cleaner.normalizers.base import all_rules
    try:
        settings.check_codes(tuple(rule.code for rule in all_rules()))
        inputs_of(settings)
    except SettingsError as error:
        raise SettingsError(f"{origin}: {error}" if origin else str(error)) from error


@dataclass
class Pages:
    """The pages behind the paths of a command. What goes wrong with one is said when it comes, and remembered."""

    inputs: list[Input]
    settings: Callable[[Path], Settings]
    problems: list[Problem]
    failed: list[str]
    """The pages that could be read but not cleaned or written, as people call them."""

    @classmethod
    def of(cls, paths: list[str], settings: Callable[[Path], Settings], out: Path | None = None) -> Pages:
        """What a run into the folder `out` reads; a word list that lies among the pages is no page."""
        from cleaner.batch.inputs import clashes, collect
        found, problems = collect(paths, out)
        inputs = [item for item in found if item.path is None or not _is_evidence(item.path, settings(item.path))]
        if out is not None:
            clashing = clashes(inputs, out)
            problems += clashing
            inputs = [item for item in inputs if item.shown not in {p.shown for p in clashing}]
        for problem in problems:
            say_error(str(problem))
        return cls(inputs, settings, problems, [])

    @property
    def faulty(self) -> bool:
        """Whether anything went wrong so far."""
        return bool(self.problems or self.failed)

    def fail(self, page: Input, why: str) -> None:
        """Say why nothing came of a page."""
        say_error(why)
        self.failed.append(page.shown)

    @contextmanager
    def cleaned(
        self, jobs: int, decisions: Mapping[str, str] | None = None, debug: bool = False,
    ) -> Iterator[Iterator[tuple[Input, Cleaned]]]:
        """The cleaned pages in order, under a progress bar on a terminal; no worker survives the block."""
        from cleaner.batch.work import Task, run
        tasks = [Task(item, self.settings(item.path or Path()), None if item.path else sys.stdin.buffer.read())
                 for item in self.inputs]
        with closing(run(tasks, min(jobs, max(len(tasks), 1)), decisions or {})) as results:
            if sys.stderr.isatty() and len(tasks) > 1:
                from rich.console import Console
                from rich.progress import track
                yield self._done(track(results, total=len(tasks), console=Console(stderr=True), transient=True,
                                       description="cleaning"), debug)
            else:
                yield self._done(results, debug)

    def _done(self, results: Iterable[PageResult], debug: bool) -> Iterator[tuple[Input, Cleaned]]:
        for result in results:
            if result.cleaned is not None:
                yield result.input, result.cleaned
                continue
            self.fail(result.input, result.error)
            if debug and result.trace:
                print(result.trace, file=sys.stderr, end="")


def _is_evidence(path: Path, settings: Settings) -> bool:
    """Whether the settings name this file as evidence."""
    named = (*settings.word_lists, settings.archive_cache, settings.confirmed_pairs)
    return any(Path(other).name == path.name and Path(other).resolve() == path.resolve() for other in named if other)
