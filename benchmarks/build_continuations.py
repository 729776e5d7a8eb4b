"""Build `cleaner/data/continuations.npz`: which end goes on in which start (see `cleaner.evidence.continuations`).

    python benchmarks/build_continuations.py TEXT.txt=SHARE … [--hold-out TEXT.txt] [--rig RIG_DIR] [--steps N] [--write FILE]

Needs torch, which nothing else here does. One paragraph a line. Every step cuts some paragraphs of one text at random places, four times
each, and asks of every end which of the starts is its own; among them are starts of paragraphs, too, which are nobody's. Both ways
count (cross entropy over the starts, and over the ends: InfoNCE, van den Oord et al. 2018), which leaves two constants free; they are taken out. Texts are drawn by their share; neighbouring paragraphs of
one with short ones make a page, so that the subject does not give the answer away. Half of the steps see misread characters. The same networks learn
where sentences begin and end: of places behind a full stop and of beginnings of paragraphs, and of places before a full stop, against the cuts inside sentences. The lines that a model
built with `--hold-out` has not learnt are not learnt here either: on pages of 18 of their cuts the share of ends whose start comes first is printed,
and with `--rig` that on the paragraphs of rig pages.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cleaner.evidence.build import HOLD_OUT, held_out  # noqa: E402
from cleaner.evidence.continuations import CODES, NEAR, NOTHING, SIDES, UNITS, UNKNOWN, WINDOW, Continuations, plain  # noqa: E402

SIZE, HIDDEN, COMMON = 64, 256, 96
"""Numbers a character, a hidden layer and a vector have."""
STOPS, MARKS, COMMAS = "。！？", "。！？；：，、”’）》」』…—", "，"
"""What ends a sentence; marks beside which no printed line ends; but behind a comma one does."""
SENTENCES = 64
"""Places behind full stops, and places before them, that a step sees."""
OPEN = -1
"""What is no place where a sentence or a printed line may end."""
LEAST = 8
"""Occurrences from which a character is learnt."""
SHORTEST = 30
"""Characters of a paragraph that is cut."""
EDGE = 4
"""Characters that a cut leaves on either side, at least."""
CUTS, TIMES = 256, 4
"""Cuts a step, and how often each paragraph is cut."""
PLACES, SPREAD = 4, 3
"""Places of a text of short paragraphs from which a step takes some, and from how many times as many neighbours."""
SHORT = 300
"""Mean characters of the paragraphs of such a text."""
MISREAD = 0.06
"""Share of the characters that every second step misreads."""
RATE, DECAY, DROPOUT, WARM = 2e-3, 0.01, 0.2, 200
EDGES = 1.0
"""What the edges of sentences count for beside the continuations."""
CENTRED, OTHERS = 4096, 64
"""Cuts from which the free constants are taken, and other starts that every end is compared with."""
PAGE, EACH, PAGES = 18, 3, 300
"""Ends and starts of a page that is asked, cuts from one paragraph, and pages."""


Told = tuple[np.ndarray, np.ndarray]
"""Codes from the seam on, one row a text, and whether a sentence ends (or begins) there: 1, 0, or `OPEN`."""


@dataclass(frozen=True)
class Kinds:
    """What the characters of an alphabet are, by code."""

    stop: np.ndarray
    mark: np.ndarray
    comma: np.ndarray

    @classmethod
    def of(cls, alphabet: str) -> Kinds:
        chars = [*[""] * CODES, *alphabet]
        return cls(*(np.array([char != "" and char in kind for char in chars]) for kind in (STOPS, MARKS, COMMAS)))


@dataclass(frozen=True)
class Text:
    """Paragraphs as codes, one behind the other with `WINDOW` empty places between: where each begins, how long it is; which codes are marks."""

    codes: np.ndarray
    begins: np.ndarray
    lengths: np.ndarray
    share: float
    kinds: Kinds
    over: np.ndarray
    """Where sentences are over: a full stop stands there, and no mark before it."""
    begun: np.ndarray
    """Where sentences begin."""

    @classmethod
    def of(cls, lines: Sequence[np.ndarray], share: float, kinds: Kinds) -> Text:
        empty = np.zeros(WINDOW, dtype=np.int64)
        lengths = np.array([len(line) for line in lines])
        begins = WINDOW + np.concatenate(([0], np.cumsum(lengths + WINDOW)[:-1]))
        codes = np.concatenate([part for line in lines for part in (empty, line)] + [empty])
        stops = np.flatnonzero(kinds.stop[codes])
        begun = stops + 1
        begun = np.concatenate((begun[(codes[begun] != NOTHING) & ~kinds.mark[codes[begun]]], begins))
        return cls(codes, begins, lengths, share, kinds, stops[~kinds.mark[codes[stops - 1]]], begun)

    def drawn(self, rng: np.random.Generator) -> np.ndarray:
        """Paragraphs of a step."""
        n = CUTS // TIMES
        if self.lengths.mean() >= SHORT or len(self.begins) < PLACES * n:
            return rng.choice(len(self.begins), n, p=self.lengths / self.lengths.sum())
        places = rng.integers(0, len(self.begins) - n * SPREAD // PLACES, PLACES)
        return np.concatenate([place + rng.choice(n * SPREAD // PLACES, n // PLACES, replace=False) for place in places])

    def cut(self, rng: np.random.Generator) -> tuple[Told, Told]:
        """Ends, and their starts in the same order; behind the ends those of some sentences, behind the starts those of paragraphs and sentences."""
        drawn = np.repeat(self.drawn(rng), TIMES)
        begins, lengths = self.begins[drawn], self.lengths[drawn]
        at = begins + EDGE + (rng.random(len(drawn)) * np.maximum(1, lengths - 2 * EDGE)).astype(np.int64)
        before, behind = self.codes[at - 1], self.codes[at]
        stop, mark = self.kinds.stop, self.kinds.mark
        finishes = np.where(mark[before], OPEN, np.where(stop[behind], 1, np.where(mark[behind], OPEN, 0)))
        starts = np.where(mark[behind], OPEN, np.where(stop[before], 1, np.where(mark[before] & ~self.kinds.comma[before], OPEN, 0)))
        over, begun = rng.choice(self.over, SENTENCES), np.concatenate((begins[::2], rng.choice(self.begun, SENTENCES)))
        away, ones = np.arange(WINDOW), np.ones(len(begun), dtype=np.int64)
        return ((ended(self.codes[np.concatenate((at, over))[:, None] - 1 - away]), np.concatenate((finishes, ones[:SENTENCES]))),
                (ended(self.codes[np.concatenate((at, begun))[:, None] + away]), np.concatenate((starts, ones))))


def ended(codes: np.ndarray) -> np.ndarray:
    """Nothing behind the first empty place: there the paragraph ends."""
    return codes * np.cumprod(codes != NOTHING, axis=1)


def misread(codes: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """Some characters replaced, half of them by one that nobody knows."""
    wrong = np.where(rng.random(codes.shape) < 0.5, UNKNOWN, rng.integers(CODES, size, codes.shape))
    return np.where((rng.random(codes.shape) < MISREAD) & (codes != NOTHING), wrong, codes)


class Threes(torch.autograd.Function):
    """Each place with its two neighbours, of rows with an empty place at either end; autograd's own way back took a fifth of a step."""

    @staticmethod
    def forward(context: Any, rows: torch.Tensor) -> torch.Tensor:
        count, places, size = rows.shape
        return torch.as_strided(rows, (count, places - 2, 3 * size), (places * size, size, 1)).contiguous()

    @staticmethod
    def backward(context: Any, slope: torch.Tensor) -> torch.Tensor:
        count, places, size = slope.shape
        found = torch.zeros(count, places + 2, size // 3, dtype=slope.dtype)
        for k, part in enumerate(slope.split(size // 3, dim=2)):
            found[:, k:k + places] += part
        return found


class Pooled(torch.autograd.Function):
    """The largest value over all places, and the sum, of what is above nothing."""

    @staticmethod
    def forward(context: Any, seen: torch.Tensor, there: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        seen = seen.relu_().mul_(there)
        largest = seen.amax(1)
        context.save_for_backward(seen, largest)
        return largest, seen.sum(1)

    @staticmethod
    def backward(context: Any, of_largest: torch.Tensor, of_sum: torch.Tensor) -> tuple[torch.Tensor, None]:
        seen, largest = context.saved_tensors
        slope = (seen == largest[:, None]).to(seen.dtype).mul_(of_largest[:, None]).add_(of_sum[:, None])
        return slope.mul_(torch.sign(seen)), None


def dropped(x: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
    """Some values taken out, the others raised."""
    kept = rng.integers(0, 256, x.shape, dtype=np.uint8) >= round(DROPOUT * 256)
    return x * torch.from_numpy(kept).to(x.dtype).mul_(1 / (1 - DROPOUT))


def through(layer: nn.Linear, x: torch.Tensor) -> torch.Tensor:
    return functional.linear(x, layer.weight.to(x.dtype), layer.bias.to(x.dtype))


class Side(nn.Module):
    """One of the two encoders; the same as `Continuations._encoded`."""

    def __init__(self) -> None:
        super().__init__()
        self.near, self.threes = nn.Linear(NEAR * SIZE, HIDDEN), nn.Linear(3 * SIZE, HIDDEN)
        self.far, self.both, self.out = nn.Linear(2 * HIDDEN, HIDDEN), nn.Linear(2 * HIDDEN, HIDDEN), nn.Linear(HIDDEN, COMMON + 2)

    def forward(self, characters: torch.Tensor, codes: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
        known = dropped(functional.embedding(functional.pad(codes, (1, 1)), characters, padding_idx=NOTHING), rng)
        there = (codes != NOTHING)[:, :, None].to(known.dtype)
        largest, added = Pooled.apply(through(self.threes, Threes.apply(known)), there)
        pooled = torch.cat((largest, added / there.sum(1).clamp(min=1)), 1)
        both = torch.relu(torch.cat((through(self.near, known[:, 1:NEAR + 1].flatten(1)), through(self.far, pooled)), 1))
        return through(self.out, dropped(torch.relu(through(self.both, both)), rng)).float()


class Network(nn.Module):
    """Both sides, with one table of characters. Computed with 8 bits of precision, learnt with 24."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.characters = nn.Embedding(size, SIZE, padding_idx=NOTHING)
        nn.init.normal_(self.characters.weight, 0, 0.3)
        with torch.no_grad():
            self.characters.weight[NOTHING] = 0
        self.end, self.start = Side(), Side()

    def forward(self, ends: np.ndarray, starts: np.ndarray, rng: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Log-odds of every end (rows) and every start (columns); of every end finishing a sentence; of every start beginning one."""
        characters = self.characters.weight.to(torch.bfloat16)
        u, v = self.end(characters, torch.from_numpy(ends), rng), self.start(characters, torch.from_numpy(starts), rng)
        return u[:, :COMMON] @ v[:, :COMMON].T / COMMON ** 0.5 + u[:, COMMON:-1] + v[None, :, COMMON], u[:, -1], v[:, -1]

    def shipped(self, alphabet: str) -> Continuations:
        """The same for numpy; the root goes into the last layer of the ends."""
        weights = {"characters": self.characters.weight}
        for name in SIDES:
            weights |= {f"{name}.{key}": value for key, value in getattr(self, name).named_parameters()}
        arrays = {name: value.detach().numpy() for name, value in weights.items()}
        for part in ("weight", "bias"):
            arrays[f"end.out.{part}"] = np.concatenate((arrays[f"end.out.{part}"][:COMMON] / COMMON ** 0.5, arrays[f"end.out.{part}"][COMMON:]))
        return Continuations.rounded(alphabet, arrays)


def edge_loss(odds: torch.Tensor, whole: np.ndarray) -> torch.Tensor:
    """Cross entropy, either kind weighing the same."""
    return torch.stack([functional.softplus(odds[torch.from_numpy(whole == kind)] * sign).mean() for kind, sign in ((1, -1), (0, 1))]).mean()


def learn(texts: Sequence[Text], size: int, steps: int) -> Network:
    """The network after so many steps; the rate falls to nothing."""
    rng = np.random.default_rng(1)
    torch.manual_seed(1)
    torch.set_num_threads(1)  # the same sums in the same order
    network = Network(size)
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY, fused=True)
    shares, mean, began = np.array([text.share for text in texts]), 0.0, time.time()
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1.0, step / WARM) * (1 - step / steps)
        (ends, finishes), (starts, begins) = texts[rng.choice(len(texts), p=shares / shares.sum())].cut(rng)
        if step % 2:
            ends, starts = misread(ends, size, rng), misread(starts, size, rng)
        odds, finished, begun = network(ends, starts, rng)
        odds, own = odds[:CUTS, :CUTS + CUTS // 2], torch.arange(CUTS)
        loss = (functional.cross_entropy(odds, own) + functional.cross_entropy(odds[:, :CUTS].T, own)
                + EDGES * (edge_loss(finished, finishes) + edge_loss(begun, begins)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        mean += (loss.item() - mean) / min(step + 1, 200)
        if step % 1000 == 999:
            print(f"step {step + 1}, loss {mean:.3f}, {time.time() - began:.0f} s", flush=True)
    return network.eval()


def first(found: Continuations, paragraphs: Sequence[str]) -> float:
    """The share of the ends of pages of 18 cuts whose own start comes first among the page's."""
    rng, right = np.random.default_rng(7), 0
    long = [text for text in paragraphs if len(text) > 3 * SHORTEST]
    for _ in range(PAGES):
        cuts = [(text[:at], text[at:]) for k in rng.choice(len(long), PAGE // EACH, replace=False) for text in [long[k]]
                for at in rng.choice(np.arange(2 * EDGE, len(text) - 2 * EDGE), EACH, replace=False)]
        ends, starts = found.ends([end for end, _ in cuts]), found.starts([start for _, start in cuts])
        odds = np.array([found.compared(np.repeat(end[None], PAGE, 0), starts) for end in ends])
        right += int((odds.argmax(axis=1) == np.arange(PAGE)).sum())
    return right / PAGES / PAGE


def centre(network: Network, alphabet: str, pairs: Sequence[tuple[str, str]]) -> None:
    """Take the two constants that the loss leaves free out of the weights: starts by themselves have a mean of 0, and the odds of an end before the
    starts of other pairs a mean of 1, so that log-odds are those against a start chosen at random."""
    found = network.shipped(alphabet)
    ends, starts = found.ends([end for end, _ in pairs]), found.starts([start for _, start in pairs])
    odds = np.concatenate([found.compared(ends, np.roll(starts, k, axis=0)) for k in range(1, OTHERS + 1)])
    alone = found.alone(starts).mean()
    together = np.log(np.exp(odds - odds.max()).mean()) + odds.max() - alone
    with torch.no_grad():
        for side, constant in ((network.start, alone), (network.end, together)):
            side.out.bias[COMMON] -= round(constant * UNITS) / UNITS
    print(f"constants taken out: {alone:.2f} of the starts, {together:.2f} of the ends")


def cuts(texts: Sequence[Sequence[str]], shares: Sequence[float]) -> list[tuple[str, str]]:
    """Paragraphs of the texts, as often as those are learnt, each cut in two."""
    rng, found = np.random.default_rng(3), []
    lengths = [np.array([len(line) for line in lines]) for lines in texts]
    for k in rng.choice(len(texts), CENTRED, p=np.array(shares) / sum(shares)):
        line = texts[k][rng.choice(len(texts[k]), p=lengths[k] / lengths[k].sum())]
        at = rng.integers(EDGE, max(EDGE + 1, len(line) - EDGE))
        found.append((line[:at], line[at:]))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", nargs="+")
    parser.add_argument("--hold-out", type=Path)
    parser.add_argument("--rig", type=Path)
    parser.add_argument("--steps", type=int, default=65000)
    parser.add_argument("--write", type=Path)
    args = parser.parse_args()
    read, shares, unseen = [], [], []
    for wish in args.texts:
        name, _, share = wish.partition("=")
        if not Path(name).is_file():
            print(f"skipped: {name} is not here")
            return
        lines = Path(name).read_text(encoding="utf-8").split("\n")
        if Path(name) == args.hold_out:
            unseen = held_out(lines)
            lines = [line for k, line in enumerate(lines) if k % HOLD_OUT]
        read.append([plain(line) for line in lines if len(line) >= SHORTEST])
        shares.append(float(share or 1))
    often = Counter(char for lines in read for line in lines for char in line)
    alphabet = "".join(sorted(char for char, count in often.items() if count >= LEAST))
    number = {char: k + CODES for k, char in enumerate(alphabet)}
    kinds = Kinds.of(alphabet)
    texts = [Text.of([np.array([number.get(char, UNKNOWN) for char in line], dtype=np.int64) for line in lines], share, kinds)
             for lines, share in zip(read, shares, strict=True)]
    network = learn(texts, len(alphabet) + CODES, args.steps)
    centre(network, alphabet, cuts(read, shares))
    found = network.shipped(alphabet)
    if args.write:
        with args.write.open("wb") as file:
            found.save(file)
        found = Continuations.load(args.write)
    if unseen:
        print(f"not learnt: {first(found, unseen):.3f} first of {PAGE}")
    if args.rig:
        print(f"{args.rig.name}: {first(found, [e['text'] for path in sorted(args.rig.glob('p*/truth.json')) for a in json.loads(path.read_text(encoding='utf-8'))['articles'] for e in a['elements'] if e['kind'] == 'para']):.3f}")


if __name__ == "__main__":
    main()
