"""What stands at a place, told by what stands around it: a small net as a second reader beside the n-grams.

The net sees eight characters on each side, each at its place, and the sum of the thirty-two beyond them; never the character
itself. Two hidden layers turn that into an expectation, and the score of a hanzi is its product with the expectation: differences
of scores are natural log-odds of one hanzi against another. `benchmarks/train_neural.py` trains it; what it learnt from says
`data/MODEL_CARD.md`.

Nothing is rounded differently on another machine. Weights and activations are whole numbers small enough that every sum in a
product of matrices is below 2^24, which single precision holds exactly in whatever order they are added; between the layers each
number is multiplied, shifted and rounded by itself, as IEEE 754 prescribes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cleaner.evidence.alphabet import BREAK, UNKNOWN, Alphabet
from cleaner.evidence.flat import open_flat, pack

Whole = NDArray[np.float32]
"""Whole numbers, held as floats for the sake of fast products."""
Ids = NDArray[np.int64]

KIND, VERSION = "cleaner neural judge", 1
NEAR, FAR = 8, 40
"""Characters on each side that are seen by place, and as far as a sum of them is."""
SUMMED = 0.125
"""By how much the sum of the far characters is made smaller."""
TOP = 127.0
"""The largest weight and the largest activation; what is expected is rounded EXPECTED times finer."""
EXPECTED = 1023.0
NEVER = -(1 << 24)
"""Score of what is no hanzi."""
EXACT = 2.0**24
"""Whole numbers below this are exact in single precision."""
_OFFSETS = np.array([k for k in range(-NEAR, NEAR + 1) if k])


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer: activations = round(inputs · weights × scale + shift), cut to what the next layer takes."""

    weights: Whole
    scale: Whole
    shift: Whole

    def __call__(self, inputs: Whole, least: float = 0.0, most: float = TOP) -> Whole:
        """The layer's activations."""
        sums = inputs @ self.weights
        sums *= self.scale
        sums += self.shift
        np.rint(sums, out=sums)
        return np.clip(sums, least, most, out=sums)


@dataclass(frozen=True, eq=False)
class Net:
    """The net in whole numbers. `seen` and `meant` have a row for every class of the alphabet: what a character tells its
    neighbours, and what is expected where it stands; `unit` is the natural log-odds of one score."""

    alphabet: Alphabet
    seen: NDArray[np.int8]
    first: Layer
    second: Layer
    last: Layer
    meant: NDArray[np.int8]
    bias: NDArray[np.int32]
    unit: float

    def expected(self, near: Whole, far: Whole) -> Whole:
        """What is expected between rows of near characters and rows of sums."""
        first = self.first(np.concatenate((near, far), axis=1))
        second = self.second(first)
        return self.last(np.concatenate((first, second), axis=1), -EXPECTED, EXPECTED)

    def save(self, path: Path | str) -> None:
        """Write the net; equal nets give equal bytes."""
        arrays = {"seen": self.seen.ravel(), "meant": self.meant.ravel(), "bias": self.bias}
        for name in ("first", "second", "last"):
            layer: Layer = getattr(self, name)
            arrays[name] = layer.weights.astype(np.int8).ravel()
            arrays[f"{name} scale"], arrays[f"{name} shift"] = layer.scale, layer.shift
        Path(path).write_bytes(pack(KIND, VERSION, {"alphabet": self.alphabet.known, "unit": self.unit}, arrays))

    @classmethod
    def load(cls, path: Path | str) -> Net:
        """Map what `save` wrote. Raises OSError, and ValueError for a file of another layout or one whose sums could be inexact."""
        flat = open_flat(path, KIND, VERSION)
        try:
            alphabet = Alphabet.of(flat.facts["alphabet"])
            seen, meant = (flat.arrays[name].reshape(alphabet.size, -1) for name in ("seen", "meant"))
            layers = []
            for name in ("first", "second", "last"):
                scale, shift = (flat.arrays[f"{name} {part}"] for part in ("scale", "shift"))
                layers.append(Layer(flat.arrays[name].reshape(-1, len(scale)).astype(np.float32), scale, shift))
            net = cls(alphabet, seen, *layers, meant, flat.arrays["bias"], float(flat.facts["unit"]))
        except (KeyError, TypeError) as error:
            raise ValueError(f"{path}: the net lacks {error}") from error
        net.check(str(path))
        return net

    def check(self, name: str) -> None:
        """Refuse layers that do not fit together, or whose sums might not be exact. Raises ValueError."""
        width, hidden = self.seen.shape[1], len(self.second.scale)
        wanted = ((len(_OFFSETS) + 1) * width, len(self.first.scale), len(self.first.scale) + hidden)
        if wanted != tuple(len(layer.weights) for layer in (self.first, self.second, self.last)) or (
                len(self.last.scale) != self.meant.shape[1] or len(self.bias) != len(self.meant)):
            raise ValueError(f"{name}: the layers do not fit together")
        sums = [float(np.abs(layer.weights).sum(axis=0).max()) * TOP for layer in (self.first, self.second, self.last)]
        sums.append(float(np.abs(self.meant.astype(np.int32)).sum(axis=1).max()) * EXPECTED)
        if max(sums) >= EXACT:
            raise ValueError(f"{name}: sums of this net could be inexact")


class Reader:
    """The net reading one text."""

    def __init__(self, net: Net, text: str) -> None:
        """`text`: blocks joined by "\\n"."""
        self.net = net
        around = np.full(FAR, UNKNOWN)
        around[0] = BREAK
        self.ids: Ids = np.concatenate((around[::-1], net.alphabet.encode(text).astype(np.int64), around))
        self.sums = np.zeros((len(self.ids) + 1, net.seen.shape[1]), dtype=np.int32)
        np.cumsum(net.seen[self.ids], axis=0, dtype=np.int32, out=self.sums[1:])

    def expected(self, places: Ids, swapped: Ids | None = None) -> Whole:
        """What is expected at each of `places`; `swapped` has the class that the next character would have (-1: as read)."""
        at = places + FAR
        ids = self.ids[at[:, None] + _OFFSETS]
        if swapped is not None:
            ids[:, NEAR] = np.where(swapped < 0, ids[:, NEAR], swapped)
        near = self.net.seen[ids].reshape(len(at), -1).astype(np.float32)
        far = (self.sums[at - NEAR] - self.sums[at - FAR]) + (self.sums[at + FAR + 1] - self.sums[at + NEAR + 1])
        summed = np.clip(np.rint(far.astype(np.float32) * np.float32(SUMMED)), -TOP, TOP)
        return self.net.expected(near, summed)

    def scores(self, expected: Whole, ids: Ids) -> NDArray[np.int32]:
        """The score of one class in each row."""
        found = (expected * self.net.meant[ids].astype(np.float32)).sum(axis=1)
        return found.astype(np.int32) + self.net.bias[ids]

    def all_scores(self, expected: Whole) -> NDArray[np.int32]:
        """The scores of all classes in each row."""
        return (expected @ _turned(self.net)).astype(np.int32) + self.net.bias


@lru_cache(maxsize=1)
def _turned(net: Net) -> Whole:
    return np.ascontiguousarray(net.meant.T.astype(np.float32))


@lru_cache(maxsize=1)
def shipped_net() -> Net:
    """The net of the package, loaded once a process."""
    return Net.load(str(files("cleaner.data").joinpath("judge.net")))
