"""Writing files so that none is ever half-written."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path


def write_all(files: Mapping[Path, bytes], before: Callable[[Path], None] | None = None) -> None:
    """Write files whole or not at all: all of them beside their places first, then renamed in the order given.

    Folders are made where they lack; `before` is called with the first place when all is ready. A file that is
    replaced keeps its permissions, and must be one that may be written. Raises OSError that names the place.
    """
    ready: list[tuple[Path, Path]] = []
    try:
        for path, data in files.items():
            place = Path(os.path.realpath(path))
            check_place(place)
            try:
                place.parent.mkdir(parents=True, exist_ok=True)
                number, temporary = tempfile.mkstemp(prefix=".cleaner-", suffix=".part", dir=place.parent)
                ready.append((Path(temporary), place))
                with os.fdopen(number, "wb") as stream:
                    stream.write(data)
                Path(temporary).chmod(_mode(place))
            except OSError as error:  # which names the temporary file, or none
                raise OSError(error.errno, error.strerror, str(path)) from error
        if before is not None:
            before(next(iter(files)))
        for temporary_path, path in ready:
            temporary_path.replace(path)
    finally:
        for temporary_path, _ in ready:
            with suppress(FileNotFoundError):
                temporary_path.unlink()


def check_place(path: Path) -> None:
    """Raise OSError when a file may not be put at a place: a folder, a device or pipe, a file that may not be written."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "is a folder", str(path))
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "is a device or a pipe, not a file", str(path))
    if path.exists() and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, "permission denied", str(path))


def _mode(path: Path) -> int:
    """The permissions of a file, or those that a new one gets."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def keep_earlier(log: Path) -> None:
    """Rename `NAME.changes.jsonl` to the first free `NAME.changes.N.jsonl`, so that a new log can take its place."""
    if not log.exists():
        return
    number = 1
    while (kept := log.with_name(log.name.removesuffix(".jsonl") + f".{number}.jsonl")).exists():
        number += 1
    log.replace(kept)
