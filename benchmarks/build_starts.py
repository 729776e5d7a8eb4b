"""Build `cleaner/data/starts.tsv`: how sentences begin, and how the rest of a cut one does (see `cleaner.evidence.starts`).

    python benchmarks/build_starts.py TEXT.txt=WEIGHT[/EVERY] … [--hold-out TEXT.txt] [--rig RIG_DIR] [--write FILE]

One paragraph a line. Every place behind a full stop or at a line's beginning is the start of a sentence; of the places inside one, behind a
hanzi or a comma, a part is taken at random. A text counts by its weight; of the lines of one with `/EVERY`
only each so many-th is read. The lines that a model built with `--hold-out` has not learnt are not learnt here either, and the area under
the curve of those is printed, beside that of the language model; with `--rig` that of the true texts of rig pages too.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.stats import rankdata

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cleaner.evidence import shipped_model  # noqa: E402
from cleaner.evidence.build import HOLD_OUT, held_out  # noqa: E402
from cleaner.evidence.starts import LENGTH, READ, Starts, opening  # noqa: E402

LEAST = 10
"""Occurrences from which a string has a weight: with 20 the area on pages not learnt is .003 to .015 smaller."""
SLIGHT = 0.1
"""Weights below are left out: half of them, and no figure changes by more than .001."""
RIDGE, ROUNDS = 1.0, 80
INSIDE = 0.35
"""Share of the places inside a sentence that are taken."""
SHORTEST = 12
"""Code points of a line that is read."""
STOPS, MARKS = frozenset("。！？!?"), frozenset("。！？；：，、”）》」!?;:,)")


def cases(lines: Sequence[str], rng: random.Random) -> Iterator[tuple[str, bool]]:
    """What stands at every beginning of a sentence, and at some places inside one."""
    for line in lines:
        for at in range(len(line) - 2):
            before = line[at - 1] if at else "。"
            if line[at] in MARKS or (before in MARKS and before not in STOPS and before not in "，,"):
                continue
            if before in STOPS or rng.random() < INSIDE:
                yield line[at:at + READ], before in STOPS


def fit(texts: Sequence[str], begins: Sequence[bool], weights: Sequence[float]) -> Starts:
    """Logistic regression on the first strings of every text, beginnings and the rest weighing as much as each other."""
    starts = [[text[:n] for n in range(1, len(text) + 1)] for text in texts]
    often = Counter(string for strings in starts for string in strings)
    known = {string: k for k, string in enumerate(sorted(s for s, count in often.items() if count >= LEAST))}
    columns = [[known[string] for string in strings if string in known] for strings in starts]
    x = csr_matrix((np.ones(sum(map(len, columns))), np.concatenate([np.array(c, dtype=np.int64) for c in columns]),
                    np.cumsum([0, *map(len, columns)])), shape=(len(texts), len(known)))
    y, w = np.array(begins, float), np.array(weights)

    def loss(theta: np.ndarray) -> tuple[float, np.ndarray]:
        z = x @ theta[1:] + theta[0]
        slope = w * (1 / (1 + np.exp(-z)) - y)
        return float((w * (np.logaddexp(0, z) - y * z)).sum() + RIDGE / 2 * (theta[1:] ** 2).sum()), np.concatenate(
            [[slope.sum()], x.T @ slope + RIDGE * theta[1:]])

    theta = minimize(loss, np.zeros(len(known) + 1), jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS}).x
    share = float((w * y).sum() / w.sum())
    return Starts(float(theta[0] - np.log(share / (1 - share))),
                  {string: float(theta[1 + k]) for string, k in known.items() if abs(theta[1 + k]) >= SLIGHT})


def area(scores: np.ndarray, positive: np.ndarray) -> float:
    """The area under the curve: how often a beginning scores above the rest of a sentence."""
    n = int(positive.sum())
    return float((rankdata(scores)[positive].sum() - n * (n + 1) / 2) / (n * (len(scores) - n)))


def report(name: str, starts: Starts, tried: Sequence[tuple[str, bool]]) -> None:
    texts, begins = [text for text, _ in tried], np.array([begin for _, begin in tried])
    line, sentence, anywhere = shipped_model().score_many(
        [(c, text[:3]) for text in texts for c in ("\n", "。", "\ue000")]).reshape(-1, 3).T
    print(f"{name}: {int(begins.sum())} beginnings, {int((~begins).sum())} inside; area of the language model "
          f"{area(np.maximum(line, sentence) - anywhere, begins):.4f}, of the starts {area(starts.log_odds(texts), begins):.4f}")


def paragraphs(rig: Path) -> list[str]:
    return [e["text"] for path in sorted(rig.glob("p*/truth.json")) for article in json.loads(path.read_text(encoding="utf-8"))["articles"]
            for e in article["elements"] if e["kind"] == "para" and len(e["text"]) > SHORTEST]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", nargs="+")
    parser.add_argument("--hold-out", type=Path)
    parser.add_argument("--rig", type=Path)
    parser.add_argument("--write", type=Path)
    args = parser.parse_args()
    rng = random.Random(5)
    texts, begins, weights, unseen = [], [], [], []
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
        for text, begin in cases([line for line in lines[::int(every or 1)] if len(line) > SHORTEST], rng):
            texts.append(opening(text))
            begins.append(begin)
            weights.append(float(weight or 1))
    starts = fit(texts, begins, weights)
    print(f"{len(texts)} places, {sum(begins)} of them beginnings; {len(starts.weights)} strings of up to {LENGTH} characters")
    if unseen:
        report("held out", starts, list(cases(unseen, rng)))
    if args.rig:
        paras = paragraphs(args.rig)
        inside = [(text, begin) for text, begin in cases(paras, rng) if not begin]
        report("rig pages, paragraphs", starts, [*((para, True) for para in paras), *inside])
    if args.write:
        args.write.write_text(starts.render(), encoding="utf-8")


if __name__ == "__main__":
    main()
