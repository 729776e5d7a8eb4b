"""Train the neural judge `cleaner/data/judge.net`: what stands at a place, told by the characters around it.

    pip install torch
    python benchmarks/train_neural.py laws.txt cmrc.txt udgsd.txt reports.txt provincial.txt --words dict.txt \\
        --hold-out cmrc.txt --share .22 --share .28 --share .03 --share .18 --share .17 --share .12 \\
        --steps 12000 --out cleaner/data/judge.net

The texts are those of the language model (`cleaner/data/MODEL_CARD.md`). A net with two hidden layers
(`cleaner/evidence/neural.py`) learns to tell a hanzi from the eight characters on each side and the mean of
the thirty-two beyond: maximum likelihood with a sampled softmax (Bengio & Senécal 2003; corrected by the
logarithm of each candidate's chance to be among the sampled). The character itself is never shown. What stands around it is
misread as in `cleaner/data/lookalikes.tsv`, lost, or replaced by another block, at rates from none to
one in ten, as on recognised pages. The finished net is rounded to whole numbers (`rounded`).
Training runs on one core; the rounding is exact, but torch's sums are not the same on every processor, so another
machine trains another net of the same worth.
"""

from __future__ import annotations

import argparse
import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from scipy.sparse.linalg import svds
from torch import Tensor, nn
from torch.nn import functional

from cleaner.evidence import neural, shipped_model
from cleaner.evidence.alphabet import BREAK, UNKNOWN, Alphabet
from cleaner.evidence.build import held_out, learnt
from cleaner.evidence.charset import HANZI
from cleaner.evidence.lookalikes import Lookalikes, shipped_lookalikes
from cleaner.evidence.smoothing import read_words

NEAR, FAR = 8, 40
"""Characters on each side that the net sees by place, and those of which it sees the mean."""
WIDTH, HIDDEN, OUT = 96, 512, 128
INNER, ROWS = 256, 8
"""Places learnt in one stretch of text, and stretches in one step."""
SAMPLED = 500
"""Hanzi drawn for the softmax beside those that occur in the step."""
RATE, WARM = 2e-3, 200
DROPOUT = 0.1
NOISY = 0.7
"""Share of the stretches that are misread at all, up to MOST of their characters."""
MOST, LOST = 0.10, 0.15
SPLICED = 0.4
"""Share of the stretches in which another block begins somewhere: on a recognised page the next block need not follow."""
LONE, LINES = 0.2, (8, 60)
"""Share of the stretches in which nothing stands around short lines, and the characters of such a line."""
READS = 24
"""Misreadings of a character that are drawn from."""
Ids = NDArray[np.int64]


class Net(nn.Module):
    """The net in full precision, over whole stretches of text."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.seen = nn.Embedding(size, WIDTH)
        self.near = nn.Conv1d(WIDTH, HIDDEN, 2 * NEAR + 1)
        self.far = nn.Linear(WIDTH, HIDDEN, bias=False)
        self.second = nn.Linear(HIDDEN, HIDDEN)
        self.out = nn.Linear(2 * HIDDEN, OUT)
        self.meant = nn.Embedding(size, OUT)
        self.bias = nn.Parameter(torch.zeros(size))
        nn.init.normal_(self.seen.weight, std=0.3)
        nn.init.normal_(self.meant.weight, std=0.1)
        nn.init.kaiming_normal_(self.near.weight, nonlinearity="relu")
        self.register_buffer("sides", torch.ones(2 * NEAR + 1), persistent=False)
        self.sides[NEAR] = 0.0

    def forward(self, ids: Tensor, dropout: float = 0.0) -> Tensor:
        """What is expected at each place but the FAR first and last of every stretch."""
        x = self.seen(ids)
        total = functional.pad(torch.cumsum(x.float(), 1), (0, 0, 1, 0))
        n = ids.shape[1] - 2 * FAR
        far = (total[:, FAR - NEAR:FAR - NEAR + n] - total[:, :n]
               + total[:, 2 * FAR + 1:2 * FAR + 1 + n] - total[:, FAR + NEAR + 1:FAR + NEAR + 1 + n]) / (2 * (FAR - NEAR))
        inner = x[:, FAR - NEAR:FAR + NEAR + n].transpose(1, 2)
        near = functional.conv1d(inner, self.near.weight * self.sides, self.near.bias).transpose(1, 2)
        first = torch.relu(near + self.far(far))
        second = functional.dropout(torch.relu(self.second(first)), dropout, self.training)
        expected: Tensor = self.out(torch.cat((first, second), -1))
        return expected


@dataclass
class Misreader:
    """Draws misreadings: `reads[c]` what the character `c` is read as, `shares[c]` the running sums of how often."""

    reads: Ids
    shares: NDArray[np.float64]

    @classmethod
    def of(cls, table: Lookalikes, alphabet: Alphabet) -> Misreader:
        rows: dict[int, list[tuple[float, int]]] = {}
        for read in sorted(table.lines):
            seen = int(alphabet.encode(read)[0])
            for printed, p in table.printed(read):
                rows.setdefault(int(alphabet.encode(printed)[0]), []).append((-p, seen))
        reads = np.tile(np.arange(alphabet.size)[:, None], (1, READS))
        shares = np.ones((alphabet.size, READS))
        for printed, found in rows.items():
            best = sorted(found)[:READS]
            p = np.power(10.0, [-cost for cost, _ in best])
            reads[printed, :len(best)] = [seen for _, seen in best]
            shares[printed, :len(best)] = np.cumsum(p) / p.sum()
        return cls(reads, shares)

    def misread(self, ids: Ids, rng: np.random.Generator) -> Ids:
        which = (self.shares[ids] < rng.random(len(ids))[:, None]).sum(1)
        found: Ids = self.reads[ids, np.minimum(which, READS - 1)]
        return found


@dataclass
class Texts:
    """The sources as numbers, and how stretches are drawn from them."""

    parts: list[Ids]
    shares: NDArray[np.float64]
    misreader: Misreader
    rng: np.random.Generator

    def stretch(self) -> tuple[Ids, Ids]:
        """What was read and what was printed, INNER + 2 FAR characters of each."""
        size = INNER + 2 * FAR
        part = self.parts[self.rng.choice(len(self.parts), p=self.shares)]
        true = self._cut(part, size + size // 8)
        if self.rng.random() < SPLICED:
            at = int(self.rng.integers(FAR, size - FAR))
            true[at] = BREAK
            true[at + 1:] = self._cut(part, len(true))[at + 1:]
        if self.rng.random() < LONE:
            self._part(true)
        read = true.copy()
        if self.rng.random() < NOISY:
            wrong = np.flatnonzero(self.rng.random(len(true)) < self.rng.uniform(0, MOST))
            read[wrong] = self.misreader.misread(true[wrong], self.rng)
            kept = np.ones(len(true), dtype=np.bool_)
            kept[wrong[self.rng.random(len(wrong)) < LOST]] = False
            read, true = read[kept], true[kept]
        return read[:size], true[:size]

    def _part(self, true: Ids) -> None:
        """Leave of a stretch sentences alone, as far as the net sees by place."""
        at = int(self.rng.integers(0, LINES[1]))
        while at + NEAR + 2 < len(true):
            true[at:at + NEAR + 2] = [BREAK, *[UNKNOWN] * NEAR, BREAK]
            at += NEAR + 2 + int(self.rng.integers(*LINES))

    def _cut(self, part: Ids, size: int) -> Ids:
        at = int(self.rng.integers(0, len(part) - size))
        return part[at:at + size].astype(np.int64)

    def step(self) -> tuple[Tensor, Tensor]:
        rows = [self.stretch() for _ in range(ROWS)]
        return torch.from_numpy(np.stack([read for read, _ in rows])), torch.from_numpy(np.stack([true for _, true in rows])[:, FAR:-FAR])


def word_text(path: Path, size: int, rng: np.random.Generator, alphabet: Alphabet) -> Ids:
    """Words of the dictionary drawn by the square root of their frequency, each among unknown neighbours."""
    words = {word: n for word, n in read_words(path.read_text(encoding="utf-8").split("\n")).items() if 2 <= len(word) <= 8}
    names = sorted(words)
    weight = np.sqrt(np.array([words[name] for name in names], dtype=np.float64) + 1.0)
    drawn = rng.choice(len(names), size=size // 4, p=weight / weight.sum())
    text = "\0".join(names[k] for k in drawn.tolist())
    return alphabet.encode(text).astype(np.int64)


def sources(paths: Sequence[Path], words: Path, hold_out: Sequence[Path], alphabet: Alphabet) -> Iterator[Ids]:
    for path in paths:
        lines = [line.strip() for line in path.read_text(encoding="utf-8-sig").split("\n") if line.strip()]
        lines = learnt(lines) if path in hold_out else lines
        yield alphabet.encode("\n".join(lines)).astype(np.uint16).astype(np.int64)
    yield word_text(words, 4_000_000, np.random.default_rng(5), alphabet)


def company(parts: Sequence[Ids], shares: NDArray[np.float64], size: int) -> NDArray[np.float32]:
    """A vector for every character from the company it keeps: the positive pointwise mutual information with the
    characters one and two places before and behind, by singular values (Levy, Goldberg & Dagan 2015). The net starts from it."""
    sides = []
    for step in (1, 2):
        joint = csr_matrix((size, size))
        for part, share in zip(parts, shares, strict=True):
            keys, counts = np.unique(part[:-step] * size + part[step:], return_counts=True)
            joint = joint + csr_matrix((counts * (share / len(part)), (keys // size, keys % size)), shape=(size, size))
        sides += [joint, joint.T.tocsr()]
    found = []
    for side in sides:
        entry = side.tocoo()
        own, other = np.asarray(side.sum(1)).ravel(), np.asarray(side.sum(0)).ravel() ** 0.75
        values = np.maximum(np.log(entry.data * other.sum() / (own[entry.row] * other[entry.col])), 0.0)
        found.append(csr_matrix((values, (entry.row, entry.col)), shape=(size, size)))
    u, s, _ = svds(hstack(found).tocsr(), k=OUT, v0=np.ones(size), solver="arpack")
    vectors = (u * np.sqrt(s))[:, ::-1]
    scaled: NDArray[np.float32] = (vectors / vectors.std()).astype(np.float32)
    return scaled


def chances(parts: Sequence[Ids], shares: NDArray[np.float64], targets: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How likely each hanzi is among the candidates of one step."""
    p = sum(share * np.bincount(part, minlength=len(targets)) / len(part) for part, share in zip(parts, shares, strict=True))
    drawn = np.log1p(-np.minimum(np.asarray(p), 0.5)) * ROWS * INNER + np.log1p(-1 / targets.sum()) * SAMPLED
    found: NDArray[np.float64] = -np.expm1(drawn)
    return found


def loss_of(net: Net, texts: Texts, targets: Tensor, log_chance: Tensor, pool: Ids) -> Tensor:
    read, true = texts.step()
    here = targets[true]
    labels = true[here]
    extra = torch.from_numpy(texts.rng.choice(pool, SAMPLED))
    candidates, places = torch.unique(torch.cat((labels, extra)), return_inverse=True)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        expected = net(read, DROPOUT)[here]
        scores = expected @ net.meant(candidates).T
    scores = scores.float() + (net.bias - log_chance)[candidates]
    return functional.cross_entropy(scores, places[:len(labels)])


@torch.no_grad()
def measure(net: Net, ids: Ids, targets: Tensor, rows: int = 48) -> tuple[float, float]:
    """Bits... nats a hanzi under the full softmax, and the share of hanzi told right, on text not learnt."""
    net.eval()
    size = INNER + 2 * FAR
    starts = np.linspace(0, len(ids) - size, rows).astype(int)
    total = hits = n = 0.0
    meant, known = net.meant.weight, torch.where(targets, net.bias, torch.full_like(net.bias, -1e9))
    for at in starts.tolist():
        row = torch.from_numpy(ids[at:at + size])[None]
        true = row[0, FAR:-FAR]
        here = targets[true]
        scores = net(row)[0][here] @ meant.T + known
        total += float(functional.cross_entropy(scores, true[here], reduction="sum"))
        hits += float((scores.argmax(1) == true[here]).sum())
        n += float(here.sum())
    net.train()
    return total / n, hits / n


def train(options: argparse.Namespace, alphabet: Alphabet) -> Net:
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    parts = list(sources(options.texts, options.words, options.hold_out, alphabet))
    shares = np.array(options.share) / sum(options.share)
    texts = Texts(parts, shares, Misreader.of(shipped_lookalikes(), alphabet), np.random.default_rng(options.seed))
    hanzi = np.array([False, False, *(bool(HANZI.match(char)) for char in alphabet.known)])
    pool, targets = np.flatnonzero(hanzi), torch.from_numpy(hanzi)
    log_chance = torch.from_numpy(np.log(chances(parts, shares, hanzi))).float()
    test = [held_out([line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]) for path in options.hold_out]
    unseen = [alphabet.encode("\n".join(lines)).astype(np.int64) for lines in test]
    unseen += [alphabet.encode(path.read_text(encoding="utf-8")).astype(np.int64) for path in options.test]
    net = Net(alphabet.size)
    vectors = torch.from_numpy(company(parts, shares, alphabet.size).copy())
    with torch.no_grad():
        net.seen.weight.copy_(0.4 * vectors[:, :WIDTH])
        net.meant.weight.copy_(0.15 * vectors)
    rest = [p for name, p in net.named_parameters() if not name.startswith(("seen", "meant", "bias"))]
    own = [p for name, p in net.named_parameters() if name.startswith(("seen", "meant", "bias"))]
    adam = torch.optim.AdamW([{"params": rest, "weight_decay": 0.01}, {"params": own, "weight_decay": 0.01}], lr=RATE, betas=(0.9, 0.98), fused=True)
    plan = torch.optim.lr_scheduler.LambdaLR(adam, lambda k: min((k + 1) / WARM, 1.0) * 0.5 * (1 + np.cos(np.pi * min(k / options.steps, 1.0))) + 1e-3)
    begun, recent = time.time(), 0.0
    for step in range(1, options.steps + 1):
        loss = loss_of(net, texts, targets, log_chance, pool)
        adam.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        adam.step()
        plan.step()
        recent += loss.item()
        if step % options.every == 0:
            figures = " ".join("{:.3f} {:.3f}".format(*measure(net, ids, targets)) for ids in unseen)
            print(f"{step} loss {recent / options.every:.3f} unseen {figures} {time.time() - begun:.0f} s", flush=True)
            recent = 0.0
            torch.save(net.state_dict(), options.out.with_suffix(".pt"))
    return net


def rounded(net: Net, alphabet: Alphabet, ids: Sequence[Ids], hanzi: NDArray[np.bool_]) -> neural.Net:
    """The net in whole numbers (`cleaner/evidence/neural.py`), the ranges of its activations taken from some text."""
    net.eval()
    with torch.no_grad():
        peaks = activations(net, ids)
    seen, seen_unit = whole(net.seen.weight.detach().numpy(), 99.99)
    near = (net.near.weight * net.sides).detach().numpy().transpose(2, 1, 0)
    near = np.delete(near, NEAR, axis=0).reshape(-1, HIDDEN)
    far = net.far.weight.detach().numpy().T / (2 * (FAR - NEAR) * neural.SUMMED)
    weights = [np.concatenate((near, far)), net.second.weight.detach().numpy().T, net.out.weight.detach().numpy().T]
    shifts = [layer.bias.detach().numpy() for layer in (net.near, net.second, net.out)]
    one = 1.0 / neural.TOP
    made = []
    for k, (weight, shift) in enumerate(zip(weights, shifts, strict=True)):
        if k == 2:  # both hidden layers come in, in units of their own: the second's is taken into the weights
            weight = np.concatenate((weight[:HIDDEN] * peaks[0] * one, weight[HIDDEN:] * peaks[1] * one))
            unit = 1.0
        else:
            unit = peaks[0] * one if k else seen_unit
        out = peaks[k] * one if k < 2 else peaks[2] / neural.EXPECTED
        parts = [whole(column, 100) for column in weight.T]
        scale = np.array([part * unit / out for _, part in parts], dtype=np.float32)
        made.append(neural.Layer(np.stack([column for column, _ in parts], axis=1).astype(np.float32), scale, (shift / out).astype(np.float32)))
    meant, meant_unit = whole(net.meant.weight.detach().numpy(), 99.99)
    unit = meant_unit * peaks[2] / neural.EXPECTED
    bias = np.where(hanzi, np.rint(net.bias.detach().numpy() / unit), neural.NEVER).astype(np.int32)
    found = neural.Net(alphabet, seen, *made, meant, bias, float(unit))
    found.check("the net")
    return found


def whole(values: NDArray[np.float32], share: float) -> tuple[NDArray[np.int8], float]:
    """The values as whole numbers, and the unit; the largest are cut where `share` percent are below."""
    unit = max(float(np.percentile(np.abs(values), share)), 1e-9) / neural.TOP
    return np.clip(np.rint(values / unit), -neural.TOP, neural.TOP).astype(np.int8), unit


def activations(net: Net, ids: Sequence[Ids]) -> tuple[float, float, float]:
    """How high the activations of the three layers go, all but one in a thousand (the last: one in ten thousand)."""
    found: list[list[Tensor]] = [[], [], []]
    hooks = [
        net.second.register_forward_hook(lambda _, given, __: found[0].append(given[0].flatten())),
        net.out.register_forward_hook(lambda _, given, out: (found[1].append(given[0][..., HIDDEN:].flatten()), found[2].append(out.abs().flatten()))[0]),
    ]
    for text in ids:
        for at in np.linspace(0, len(text) - 600, 12).astype(int).tolist():
            net(torch.from_numpy(text[at:at + 600])[None])
    for hook in hooks:
        hook.remove()
    tops = [float(np.percentile(torch.cat(part).numpy(), share)) for part, share in zip(found, (99.95, 99.95, 99.99), strict=True)]
    return tops[0], tops[1], tops[2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path, nargs="+")
    parser.add_argument("--words", type=Path, required=True)
    parser.add_argument("--hold-out", type=Path, action="append", default=[])
    parser.add_argument("--test", type=Path, action="append", default=[])
    parser.add_argument("--share", type=float, action="append", required=True)
    parser.add_argument("--steps", type=int, default=12000)
    parser.add_argument("--every", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    alphabet = shipped_model().alphabet
    net = train(options, alphabet)
    torch.save(net.state_dict(), options.out.with_suffix(".pt"))


if __name__ == "__main__":
    main()
