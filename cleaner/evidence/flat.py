"""A file of named arrays that is read by mapping it: nothing is copied or unpacked when it is opened.

Layout: one line of JSON (`format`, `version`, what the writer says of the file, and for each array its type,
length and place, counted from the end of that line's padding), padded with blanks to a multiple of 64 bytes; then the
arrays, little-endian, each at a multiple of 64 bytes. The same arrays give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

STEP = 64
"""Arrays begin at multiples of this many bytes, so that every type lies as processors like it."""
LONGEST_HEAD = 1 << 20


@dataclass(frozen=True, eq=False)
class Flat:
    """An open file: what its writer said of it, and its arrays, mapped and read-only."""

    facts: dict[str, Any]
    arrays: dict[str, NDArray[Any]]


def pack(kind: str, version: int, facts: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """The bytes of a file; `facts` must be plain JSON."""
    places, body = {}, bytearray()
    for name, array in arrays.items():
        little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
        places[name] = [little.dtype.str, len(little), len(body)]
        body += little.tobytes()
        body += bytes(-len(body) % STEP)
    digest = hashlib.sha256(body).hexdigest()
    head = json.dumps({"format": kind, "version": version, "facts": facts, "arrays": places, "sha256": digest},
                      ensure_ascii=False, sort_keys=True).encode()
    head += b" " * (-(len(head) + 1) % STEP) + b"\n"
    return bytes(head + body)


def open_flat(path: Path | str, kind: str, version: int, *, check: bool = False) -> Flat:
    """Map a file that `pack` wrote; with `check` its content is compared with its digest, which reads all of it.

    Raises OSError, and ValueError for a file of another kind or version, or one that is cut short or altered.
    """
    path = Path(path)
    with path.open("rb") as stream:
        line = stream.readline(LONGEST_HEAD)
    try:
        head = json.loads(line)
        if head["format"] != kind:
            raise ValueError(f"{path}: not a {kind}")
        if head["version"] != version:
            raise ValueError(f"{path}: a {kind} of version {head['version']}; this program reads version {version}")
        facts, places, digest = dict(head["facts"]), dict(head["arrays"]), str(head["sha256"])
        wanted = [(name, np.dtype(kind), int(length), int(at)) for name, (kind, length, at) in places.items()]
    except (UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path}: not a {kind}") from error
    whole = np.memmap(path, dtype=np.uint8, mode="r")[len(line):] if path.stat().st_size > len(line) else np.zeros(0, np.uint8)
    if any(at < 0 or length < 0 or at + length * dtype.itemsize > len(whole) for _, dtype, length, at in wanted):
        raise ValueError(f"{path}: the file is cut short")
    if check and hashlib.sha256(whole.data).hexdigest() != digest:
        raise ValueError(f"{path}: the file is damaged (its content does not have the digest that it names)")
    arrays = {name: np.asarray(whole[at:at + length * dtype.itemsize]).view(dtype) for name, dtype, length, at in wanted}
    return Flat({**facts, "sha256": digest}, arrays)
