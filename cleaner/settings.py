"""Settings of a run, where they come from, and their digest.

A setting that is not known is an error that names the file and the key; nothing is silently ignored.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal

from cleaner.changes import SCAFFOLD, TIERS
from cleaner.errors import SettingsError

SETTINGS_FILE, PROJECT_FILE = "cleaner.toml", "pyproject.toml"
PATHS = ("archive_cache", "word_lists", "confirmed_pairs")
"""Settings that name files of evidence. In a settings file a path is taken from that file's folder."""


@dataclass(frozen=True)
class Settings:
    """What a run does. Equal settings, source and decisions give equal bytes."""

    encoding: str = "auto"
    """`auto` (UTF-8, then GB18030) or the name of a Python codec, e.g. `big5`."""
    select: tuple[str, ...] = ()
    """Rule codes or their beginnings (`JOIN`, `WIDTH001`) to run; empty: all."""
    ignore: tuple[str, ...] = ()
    """Rule codes or their beginnings not to run."""
    accept: tuple[str, ...] = ()
    """What to apply beyond `safe`: `suggested`, rule codes, or change ids."""
    scaffold_off: tuple[str, ...] = ()
    """Marks not to write, by role: headline, subhead, caption, credit, quote, lacuna …"""
    pull_quotes: Literal["mark", "drop"] = "mark"
    """What happens to a box that only repeats the body."""
    archive_cache: str = ""
    """A file that `cleaner model cache` made of the archive's own pages; empty: none. A path in a settings file is
    taken from that file's folder."""
    word_lists: tuple[str, ...] = ()
    """Files of words of one's own, one a line: terms and names that are never corrected and that support a reading."""
    confirmed_pairs: str = ""
    """A file that `cleaner model pairs` made of what reviewers accepted and rejected; empty: none."""

    def __post_init__(self) -> None:
        if self.encoding != "auto":
            _check_codec(self.encoding)
        if self.pull_quotes not in {"mark", "drop"}:
            raise SettingsError(f"pull_quotes: {self.pull_quotes!r} is neither 'mark' nor 'drop'")
        if not all(self.word_lists):
            raise SettingsError("word_lists: an empty string names no file")
        for role in self.scaffold_off:
            if role not in SCAFFOLD:
                raise SettingsError(f"scaffold_off: no mark is called {role!r} (known: {', '.join(SCAFFOLD)})")

    def selects(self, code: str) -> bool:
        """Whether the rule with this code runs."""
        chosen = not self.select or any(code.startswith(prefix) for prefix in self.select)
        return chosen and not any(code.startswith(prefix) for prefix in self.ignore)

    def check_codes(self, known: tuple[str, ...]) -> None:
        """Raise `SettingsError` when `select`, `ignore` or `accept` name no rule that exists."""
        ids = tuple(word for word in self.accept if len(word) == 12 and not word.isupper())
        for key, words in (("select", self.select), ("ignore", self.ignore), ("accept", self.accept)):
            for word in words:
                if word in ids or (key == "accept" and word in TIERS):
                    continue
                if not word or not any(code.startswith(word) for code in known):
                    raise SettingsError(f"{key}: no rule is called {word!r} (see `cleaner rules`)")

    @property
    def digest(self) -> str:
        """Twelve hexadecimal digits that change whenever a setting does.

        Where the files of evidence lie does not count: a change log names their content instead.
        """
        said = {key: value for key, value in asdict(self).items() if key not in PATHS}
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:12]

    def beside(self, folder: Path) -> Settings:
        """These settings, read from a file in `folder`: paths are taken from there."""
        def placed(path: str) -> str:
            return str(folder / path) if path else path

        return replace(self, archive_cache=placed(self.archive_cache), confirmed_pairs=placed(self.confirmed_pairs),
                       word_lists=tuple(map(placed, self.word_lists)))

    def updated(self, values: Mapping[str, Any], origin: str) -> Settings:
        """These settings with some replaced. Raises `SettingsError` naming `origin` and the key."""
        known = {f.name: f for f in fields(self)}
        clean: dict[str, Any] = {}
        for key, value in values.items():
            if key not in known:
                raise SettingsError(f"{origin}: unknown setting {key!r} (known: {', '.join(known)})")
            if isinstance(getattr(self, key), tuple):
                if not isinstance(value, list | tuple) or not all(isinstance(v, str) for v in value):
                    raise SettingsError(f"{origin}: {key} must be a list of strings")
                value = tuple(value)
            elif not isinstance(value, str):
                raise SettingsError(f"{origin}: {key} must be a string")
            clean[key] = value
        try:
            return replace(self, **clean)
        except SettingsError as error:
            raise SettingsError(f"{origin}: {error}") from error


def _check_codec(name: str) -> None:
    """Raise `SettingsError` when Python has no codec of texts that is called so."""
    try:
        "".encode(name)
    except (LookupError, ValueError) as error:
        raise SettingsError(f"encoding: unknown encoding {name!r}") from error


def load_settings(start: Path) -> Settings:
    """Settings for a file or folder: the nearest `cleaner.toml`, or `[tool.cleaner]` of a `pyproject.toml`."""
    found = settings_file(start)
    return Settings() if found is None else read_settings(found)


def settings_file(start: Path) -> Path | None:
    """The file that says the settings for a file or folder; None where there is none on the way up."""
    start = start.resolve()
    for folder in (start, *start.parents) if start.is_dir() else start.parents:
        own, project = folder / SETTINGS_FILE, folder / PROJECT_FILE
        if own.is_file():
            return own
        if project.is_file() and _own_table(project) is not None:
            return project
    return None


def read_settings(path: Path) -> Settings:
    """The settings of one file: the table `[tool.cleaner]` of a `pyproject.toml`, the whole of any other.

    Raises `SettingsError` that names the file, and the key where one is at fault.
    """
    project = path.name == PROJECT_FILE
    table = _own_table(path) if project else _read_toml(path)
    return Settings().updated(table or {}, f"{path} [tool.cleaner]" if project else str(path)).beside(path.parent)


def _own_table(project: Path) -> dict[str, Any] | None:
    """What a `pyproject.toml` says of this package; None where it says nothing."""
    table: object = _read_toml(project)
    for key in ("tool", "cleaner"):
        table = table.get(key) if isinstance(table, dict) else table
    if table is not None and not isinstance(table, dict):
        raise SettingsError(f"{project}: tool.cleaner must be a table")
    return table


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise SettingsError(f"{path}: {(error.strerror or str(error)).lower()}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: byte {error.start} (0x{error.object[error.start]:02x}) is not UTF-8 text") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SettingsError(f"{path}: {error}") from error
