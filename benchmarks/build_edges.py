"""Build `cleaner/data/edges.json`: where sentences begin and end, from the vectors of the continuation networks (see `cleaner.evidence.edges`).

    python benchmarks/build_edges.py TEXT.txt=WEIGHT[/EVERY] … [--hold-out TEXT.txt] [--rig RIG_DIR …] [--write FILE]

One paragraph a line. Every place behind a full stop or at a line's beginning is the start of a sentence, every place before a full stop the end
of one; of the places inside one, where a printed line may end (no mark stands before or behind it; before a start a comma may), a part is taken at random. A text counts
by its weight; of the lines of one with `/EVERY` only each so many-th is read. The lines that a model built with `--hold-out` has not learnt are not learnt
here either, and the area under the curve of those is printed, beside that of the language model; with `--rig` that of the true texts of rig pages too.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.stats import rankdata

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cleaner.evidence import shipped_model  # noqa: E402
from cleaner.evidence.build import HOLD_OUT, held_out  # noqa: E402
from cleaner.evidence.continuations import READ, SIDES, UNITS, shipped_continuations  # noqa: E402
from cleaner.evidence.edges import BEYOND, Edges  # noqa: E402

RIDGE, ROUNDS = 3.0, 150
INSIDE = 0.1
"""Share of the places inside a sentence that are taken."""
SHORTEST, CONTEXT = 12, 8
"""Code points of a line that is read, and those behind which one may be cut."""
AT_ONCE = 4000
BANDS = ((-BEYOND, -BEYOND), (-3, -1), (1, 3), (3, BEYOND))
"""Log-odds told of which the report says what they are worth."""
STOPS, MARKS = frozenset("。！？!?"), frozenset("。！？；：，、”’）》」』!?;:,)…—")
COMMAS = frozenset("，,")

Case = tuple[str, bool]
"""A text, and whether a sentence ends (or begins) at its edge."""
Scorer = Callable[[Sequence[str]], np.ndarray]


def starts(lines: Sequence[str], rng: random.Random) -> Iterator[Case]:
    """What stands at every beginning of a sentence, and at some places inside one."""
    for line in lines:
        for at in range(len(line) - 2):
            before = line[at - 1] if at else "。"
            may_stand = line[at] not in MARKS and (before not in MARKS or before in STOPS or before in COMMAS)
            if may_stand and (before in STOPS or rng.random() < INSIDE):
                yield line[at:at + READ], before in STOPS


def ends(lines: Sequence[str], rng: random.Random) -> Iterator[Case]:
    """What stands before every full stop, and before some places inside a sentence."""
    for line in lines:
        for at in range(CONTEXT, len(line)):
            if line[at - 1] not in MARKS and (line[at] in STOPS or (line[at] not in MARKS and rng.random() < INSIDE)):
                yield line[max(0, at - READ):at], line[at] in STOPS


CASES = {"end": ends, "start": starts}


def vectors(side: str, texts: Sequence[str]) -> np.ndarray:
    """What the networks see of every text."""
    asked = getattr(shipped_continuations(), f"{side}s")
    return np.concatenate([asked(texts[k:k + AT_ONCE]) for k in range(0, len(texts), AT_ONCE)])


def fit(x: np.ndarray, true: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Logistic regression, either kind weighing as much as the other; the bias comes last."""
    x, y = x / UNITS, true.astype(float)
    middle, spread = x.mean(axis=0), x.std(axis=0)
    x = np.column_stack(((x - middle) / spread, np.ones(len(x))))
    w = weights * np.where(true, 1 / weights[true].sum(), 1 / weights[~true].sum()) * len(x) / 2

    def loss(theta: np.ndarray) -> tuple[float, np.ndarray]:
        z, free = x @ theta, np.append(theta[:-1], 0)
        slope = w * (1 / (1 + np.exp(-z)) - y)
        return float((w * (np.logaddexp(0, z) - y * z)).sum() + RIDGE / 2 * (free ** 2).sum()), x.T @ slope + RIDGE * free

    theta = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS}).x
    slopes = theta[:-1] / spread
    return np.append(slopes, theta[-1] - slopes @ middle)


def area(scores: np.ndarray, positive: np.ndarray) -> float:
    """The area under the curve: how often a whole sentence scores above a cut one."""
    n = int(positive.sum())
    return float((rankdata(scores)[positive].sum() - n * (n + 1) / 2) / (n * (len(scores) - n)))


def started(texts: Sequence[str]) -> np.ndarray:
    """What the language model says for every text's beginning a line or a sentence."""
    line, sentence, anywhere = shipped_model().score_many([(c, text[:3]) for text in texts for c in ("\n", "。", "\ue000")]).reshape(-1, 3).T
    return np.maximum(line, sentence) - anywhere


def stopped(texts: Sequence[str]) -> np.ndarray:
    """What the language model says for a full stop behind every text."""
    return np.asarray(shipped_model().score_many([(text[-4:], "。") for text in texts]))


BESIDE: dict[str, Scorer] = {"end": stopped, "start": started}


def report(name: str, side: str, edges: Edges, tried: Sequence[Case]) -> None:
    texts, true = [text for text, _ in tried], np.array([whole for _, whole in tried])
    told = (edges.finished if side == "end" else edges.begun)(vectors(side, texts))
    print(f"{name}, {side}s: {int(true.sum())} of sentences, {int((~true).sum())} inside; area of the language model "
          f"{area(BESIDE[side](texts), true):.3f}, of the edges {area(told, true):.3f}; either kind weighing the same, log-odds of what is told "
          + ", ".join(f"{low} to {high}: {odds(true[(told >= low) & (told <= high)], true):.1f}" for low, high in BANDS))


def odds(among: np.ndarray, true: np.ndarray) -> float:
    """Log-odds of a whole sentence among some, if there were as many whole ones as cut ones of all; half a case more of either."""
    return float(np.log((among.sum() + 0.5) / ((~among).sum() + 0.5) * (~true).sum() / true.sum()))


def paragraphs(rig: Path) -> list[str]:
    return [e["text"] for path in sorted(rig.glob("p*/truth.json")) for article in json.loads(path.read_text(encoding="utf-8"))["articles"]
            for e in article["elements"] if e["kind"] == "para" and len(e["text"]) > SHORTEST]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", nargs="+")
    parser.add_argument("--hold-out", type=Path)
    parser.add_argument("--rig", type=Path, nargs="*", default=[])
    parser.add_argument("--write", type=Path)
    args = parser.parse_args()
    rng = random.Random(5)
    learnt: list[tuple[list[str], float]] = []
    unseen: list[str] = []
    for wish in args.texts:
        name, _, weight = wish.partition("=")
        weight, _, every = weight.partition("/")
        path = Path(name)
        if not path.is_file():
            print(f"skipped: {path} is not here")
            return
        lines = path.read_text(encoding="utf-8").split("\n")
        if path == args.hold_out:
            unseen = [line for line in held_out(lines) if len(line) > SHORTEST]
            lines = [line for k, line in enumerate(lines) if k % HOLD_OUT]
        learnt.append(([line for line in lines[::int(every or 1)] if len(line) > SHORTEST], float(weight or 1)))
    weights = {}
    for side in SIDES:
        cases = [(text, whole, weight) for lines, weight in learnt for text, whole in CASES[side](lines, rng)]
        texts, true, counts = zip(*cases, strict=True)
        weights[side] = fit(vectors(side, texts), np.array(true), np.array(counts))
        print(f"{side}s: {len(texts)} places, {sum(true)} of them edges of sentences")
    edges = Edges.rounded(weights)
    for side in SIDES:
        if unseen:
            report("held out", side, edges, list(CASES[side](unseen, rng)))
        for rig in args.rig:
            paras = paragraphs(rig)
            cut = [case for case in CASES[side](paras, rng) if side == "end" or not case[1]]
            report(f"paragraphs of {rig.name}", side, edges, [*((para, True) for para in paras if side == "start"), *cut])
    if args.write:
        args.write.write_text(edges.render(), encoding="utf-8")


if __name__ == "__main__":
    main()
