"""How well the continuation networks tell where sentences begin and end (`Continuations.edges`), beside the language model.

    python benchmarks/edges.py [TEXT.txt …] [--rig RIG_DIR …]

One paragraph a line; of a text only the lines are asked that a model built with `--hold-out` has not learnt. Every place behind a full stop or at a line's beginning is
the start of a sentence, every place before a full stop the end of one; of the places inside one, where a printed line may end (no mark stands before
or behind it; before a start a comma may), a part is taken at random. Prints the area under the curve, and what the log-odds are worth; of the true texts of rig
pages beginnings of paragraphs against cuts.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from scipy.stats import rankdata

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cleaner.evidence import shipped_model  # noqa: E402
from cleaner.evidence.build import held_out  # noqa: E402
from cleaner.evidence.continuations import BEYOND, READ, SIDES, shipped_continuations  # noqa: E402

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


def told(side: str, texts: Sequence[str]) -> np.ndarray:
    """What the networks say of the edge of every text."""
    networks = shipped_continuations()
    asked = getattr(networks, f"{side}s")
    return np.concatenate([networks.edges(asked(texts[k:k + AT_ONCE])) for k in range(0, len(texts), AT_ONCE)])


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


def report(name: str, side: str, tried: Sequence[Case]) -> None:
    texts, true = [text for text, _ in tried], np.array([whole for _, whole in tried])
    odds = told(side, texts)
    print(f"{name}, {side}s: {int(true.sum())} of sentences, {int((~true).sum())} inside; area of the language model "
          f"{area(BESIDE[side](texts), true):.3f}, of the networks {area(odds, true):.3f}; either kind weighing the same, log-odds of what is told "
          + ", ".join(f"{low} to {high}: {worth(true[(odds >= low) & (odds <= high)], true):.1f}" for low, high in BANDS))


def worth(among: np.ndarray, true: np.ndarray) -> float:
    """Log-odds of a whole sentence among some, if there were as many whole ones as cut ones of all; half a case more of either."""
    return float(np.log((among.sum() + 0.5) / ((~among).sum() + 0.5) * (~true).sum() / true.sum()))


def paragraphs(rig: Path) -> list[str]:
    return [e["text"] for path in sorted(rig.glob("p*/truth.json")) for article in json.loads(path.read_text(encoding="utf-8"))["articles"]
            for e in article["elements"] if e["kind"] == "para" and len(e["text"]) > SHORTEST]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path, nargs="*")
    parser.add_argument("--rig", type=Path, nargs="*", default=[])
    args = parser.parse_args()
    missing = [path for path in (*args.texts, *args.rig) if not path.exists()]
    if missing:
        print(f"skipped: {missing[0]} is not here")
        return
    rng = random.Random(5)
    for path in args.texts:
        unseen = [line for line in held_out(path.read_text(encoding="utf-8").split("\n")) if len(line) > SHORTEST]
        for side in SIDES:
            report(f"{path.name}, held out", side, list(CASES[side](unseen, rng)))
    for rig in args.rig:
        paras = paragraphs(rig)
        for side in SIDES:
            cut = [case for case in CASES[side](paras, rng) if side == "end" or not case[1]]
            report(f"paragraphs of {rig.name}", side, [*((para, True) for para in paras if side == "start"), *cut])


if __name__ == "__main__":
    main()
