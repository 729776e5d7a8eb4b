"""Reading a reviewer's decisions: which changes to accept and which to reject."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from cleaner.errors import SettingsError

VERDICTS = ("accept", "reject")


def read_decisions(path: Path) -> dict[str, str]:
    """Change id → `accept` or `reject`, from TOML (`*.toml`), one JSON object, or JSON Lines of `{id, decision}`.

    Raises `SettingsError` naming the file and the key, and OSError.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
        pairs = list(tomllib.loads(text).items() if path.suffix.lower() == ".toml" else _json_pairs(text))
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: byte {error.start} is not UTF-8 text") from error
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        raise SettingsError(f"{path}: {error}") from error
    decisions: dict[str, str] = {}
    for key, value in pairs:
        if value not in VERDICTS:
            raise SettingsError(f"{path}: {key}: {value!r} is neither 'accept' nor 'reject'")
        if decisions.setdefault(key, value) != value:
            raise SettingsError(f"{path}: {key} is both accepted and rejected")
    return decisions


def _json_pairs(text: str) -> Iterable[tuple[str, Any]]:
    """Pairs in file order, repeated keys included. Raises ValueError, with the line where there is one."""
    try:
        whole = json.loads(text, object_pairs_hook=list)
    except json.JSONDecodeError:
        whole = None
    if isinstance(whole, list) and not _is_row(whole) and all(isinstance(pair, tuple) for pair in whole):
        return whole
    pairs = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise ValueError(f"line {number}: neither JSON nor JSON Lines ({error.msg})") from error
        if not isinstance(row, Mapping) or not isinstance(row.get("id"), str) or "decision" not in row:
            raise ValueError(f"line {number}: expected an object with the keys id and decision")
        pairs.append((row["id"], row["decision"]))
    return pairs


def _is_row(pairs: list[Any]) -> bool:
    """Whether a lone JSON object is a row of JSON Lines and not a mapping of ids."""
    return {pair[0] for pair in pairs if isinstance(pair, tuple)} >= {"id", "decision"}
