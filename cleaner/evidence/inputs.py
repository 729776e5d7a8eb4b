"""The files that the settings name as evidence: what the archive prints, the user's words, the pairs that reviewers confirmed.

Each is an input like the settings: the digest of what it holds stands in the head of every change log made with it, its
path does not. A file is read once a process, and again when it has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from cleaner.errors import SettingsError
from cleaner.evidence.archive import Archive
from cleaner.evidence.confirmed import ConfirmedPairs
from cleaner.evidence.wordlists import WordList, read_words
from cleaner.settings import Settings

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Inputs:
    """What the settings name; None where they name nothing."""

    archive: Archive | None = None
    words: WordList | None = None
    pairs: ConfirmedPairs | None = None

    @property
    def digests(self) -> Mapping[str, str]:
        """Key of a change log's header → sha256 of what the input holds, of those that there are."""
        named = {"archive": self.archive, "words": self.words, "pairs": self.pairs}
        return {key: given.digest for key, given in named.items() if given is not None}

    @property
    def digest(self) -> str:
        """One string that tells these inputs from others."""
        return " ".join(f"{key}:{digest}" for key, digest in self.digests.items())


def inputs_of(settings: Settings) -> Inputs:
    """The inputs of a run. Raises `SettingsError` that names the key, the file and what is wrong with it."""
    return Inputs(archive_at(settings.archive_cache), words_at(settings.word_lists), pairs_at(settings.confirmed_pairs))


def archive_at(path: str) -> Archive | None:
    """The archive that the setting `archive_cache` names; None when it names none."""
    return _given("archive_cache", (path,), lambda files: Archive.read(*files)) if path else None


def words_at(paths: tuple[str, ...]) -> WordList | None:
    """The words of all files that the setting `word_lists` names; None when it names none."""
    return _given("word_lists", paths, lambda files: WordList.of(map(read_words, files))) if paths else None


def pairs_at(path: str) -> ConfirmedPairs | None:
    """The pairs that the setting `confirmed_pairs` names; None when it names none."""
    return _given("confirmed_pairs", (path,), lambda files: ConfirmedPairs.read(*files)) if path else None


_kept: dict[str, tuple[object, Any]] = {}
"""For each setting the files (with times and sizes) that were read last, and what they held."""


def _given(key: str, paths: tuple[str, ...], read: Callable[[Sequence[Path]], T]) -> T:
    """What `read` finds in the files; `SettingsError` with `key` when it cannot."""
    path = ""
    try:
        stamps = []
        for path in paths:
            state = Path(path).stat()
            stamps.append((path, state.st_mtime_ns, state.st_size))
        if key not in _kept or _kept[key][0] != stamps:
            _kept[key] = stamps, read([Path(path) for path in paths])
    except OSError as error:
        raise SettingsError(f"{key}: {error.filename or path}: {(error.strerror or str(error)).lower()}") from error
    except ValueError as error:
        raise SettingsError(f"{key}: {error}") from error
    found: T = _kept[key][1]
    return found
