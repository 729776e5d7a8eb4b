"""Columns read across: how many are found, how well they are put together, and what clean text is taken for them.

    python benchmarks/columns.py BENCH [CORPUS …] [--pages N] [--texts N] [--fit]

BENCH holds `rig-dev/pNNN/truth.txt` and `ENGINE.dL.MODE.json.gz` (lines with provenance); each CORPUS is a text file, a
paragraph a line. Prints, for pages made of two to four texts whose lines are interleaved, the share found and the
precision of the links (line end → next line of its column; a link counts only where both places are exact); the same
for the rig's own blocks, each by itself; for clean texts, forty to a page, the number taken for columns; and what the
search costs on clean pages. `--fit` prints what the weights of `structure/columns/crossings.py`, `ruptures.py` and `widths.py`
are taken from instead.
"""

from __future__ import annotations

import argparse
import functools
import gzip
import json
import operator
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from cleaner import Settings, clean
from cleaner.evidence import shipped_lexicon, shipped_model
from cleaner.structure.columns.across import SURE, forget, read_across
from cleaner.structure.columns.crossings import NO_END, NO_START, Survey, printed_keys, width_units
from cleaner.structure.columns.streams import Unzipped

NAT = 2.302585
COMMON = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
"""What a misread character becomes."""
LEAST = 56
"""Code points of a clean text that is tried."""


def wrapped(paragraph: str, width: float) -> list[str]:
    """A paragraph as printed lines of a column, the first one indented by two."""
    lines, line, room = [], "", width - 2
    for char in paragraph:
        wide = width_units(char)
        if wide > room and char not in NO_START and line:
            kept = len(line)
            while kept > 1 and (line[kept - 1] in NO_END or (char.isascii() and line[kept - 1:kept].isascii()
                                                             and char.isalnum() and line[kept - 1].isalnum())):
                kept -= 1
            lines.append(line[:kept])
            line, room = line[kept:], width - width_units(line[kept:])
        line, room = line + char, room - wide
    return [*lines, line]


def noisy(line: str, rate: float, rng: random.Random) -> str:
    """A line with this share of its characters misread, a quarter of them lost."""
    read = "".join(char if rng.random() >= rate else rng.choice(COMMON) if rng.random() < 0.75 else "" for char in line)
    return read or line


def interleaved(texts: Sequence[Sequence[str]], columns: int, lines: int, rate: float, rng: random.Random,
                width: int) -> list[tuple[int, str]]:
    """The lines of some columns as they are met from top to bottom: `(column, line)`."""
    met = []
    for column in range(columns):
        paragraphs = rng.choice(texts)
        at, made = rng.randrange(len(paragraphs)), list[str]()
        while len(made) < lines + 6:
            made += wrapped(paragraphs[at % len(paragraphs)], width)
            at += 1
        skipped, top = rng.randrange(5), 0 if rng.random() < 0.7 or not column else rng.randrange(max(1, lines // 2))
        level = column * 0.12 if rng.random() < 0.7 else rng.random() * 0.9
        for row, line in enumerate(made[skipped:skipped + lines + rng.choice((0, 0, -1, -2, 1))]):
            met.append((top + row + level + rng.uniform(-0.07, 0.07), column, noisy(line, rate, rng)))
    return [(column, line) for _, column, line in sorted(met)]


def links_of(lines: Sequence[tuple[int | None, str]]) -> set[tuple[int, int]]:
    """`(end, start)` of lines that follow each other in a column, but not in the block."""
    found, tails, at = set(), dict[int, int](), 0
    for column, line in lines:
        if column is not None and tails.get(column, at) != at:
            found.add((tails[column], at))
        at += len(line)
        if column is not None:
            tails[column] = at
    return found


def columns_of(lines: Sequence[dict[str, list[list[int]]]]) -> list[int | None]:
    """The column of each printed line of a rig block, by provenance: a line goes on where another one ended."""
    tails: list[tuple[int, int, int]] = []
    found: list[int | None] = []
    for line in lines:
        if not line["segs"]:
            found.append(None)
            continue
        article, element, start, _ = line["segs"][0]
        same = [k for k, (a, e, end) in enumerate(tails)
                if a == article and ((e == element and 0 <= start - end <= 4) or (element == e + 1 and start <= 3))]
        if not same:
            tails.append((0, 0, 0))
        found.append(same[-1] if same else len(tails) - 1)
        tails[found[-1] or 0] = (line["segs"][-1][0], line["segs"][-1][1], line["segs"][-1][3])
    return found


def asked(texts: Sequence[str]) -> dict[int, Unzipped]:
    """What is found in each text by itself."""
    model, lexicon = shipped_model(), shipped_lexicon()
    found = ((i, read_across([text], model, lexicon)) for i, text in enumerate(texts))
    return {i: one[0] for i, one in found if one}


class Tally:
    """Blocks, blocks taken, true links, links made, links right."""

    def __init__(self) -> None:
        self.blocks = self.taken = self.true = self.made = self.right = 0

    def add(self, true: set[tuple[int, int]], found: Unzipped | None) -> None:
        made = set(found.links) if found is not None else set()
        self.blocks += 1
        self.taken += found is not None
        self.true, self.made, self.right = self.true + len(true), self.made + len(made), self.right + len(true & made)

    def __str__(self) -> str:
        return (f"{self.blocks:5} blocks  taken {self.taken / max(1, self.blocks):.2f}  links right "
                f"{self.right / max(1, self.made):.3f} of those made, {self.right / max(1, self.true):.2f} of all")


def generated(texts: Sequence[Sequence[str]], pages: int) -> None:
    rng = random.Random(1)
    rows = {(columns, rate): Tally() for columns in (2, 3, 4) for rate in (0.0, 0.05, 0.115)}
    for _ in range(pages):
        for (columns, rate), tally in rows.items():
            lines = interleaved(texts, columns, rng.choice((4, 5, 6, 8, 12)), rate, rng, rng.randrange(9, 28))
            block = "".join(line for _, line in lines)
            tally.add(links_of(lines), asked([block]).get(0))
    for (columns, rate), tally in rows.items():
        print(f"  {columns} columns, {rate:5.1%} misread: {tally}")


def rig_blocks(rig: Path) -> Iterator[tuple[str, str, set[tuple[int, int]], bool]]:
    """Page and text of each block, its links, whether columns are interleaved in it."""
    for path in sorted(rig.glob("p*/*.json.gz")):
        blocks = json.loads(gzip.decompress(path.read_bytes())).get("blocks", [])
        for block in blocks:
            lines = block.get("lines")
            if lines and len(block["text"]) >= LEAST and "".join(line["text"] for line in lines) == block["text"]:
                columns = columns_of(lines)
                links = links_of([(column, line["text"]) for column, line in zip(columns, lines, strict=True)])
                yield f"{path.parent.name}/{path.name}", block["text"], links, len(set(columns) - {None}) > 1


def rig(path: Path, most: int) -> list[str]:
    """Print the rig's interleaved blocks, give the others."""
    tallies: dict[str, Tally] = {}
    clean = set()
    for name, text, links, mixed in rig_blocks(path):
        if len(links) > 2:
            tallies.setdefault(name.split(".", 1)[1].removesuffix(".json.gz"), Tally()).add(links, asked([text]).get(0))
        elif not mixed:
            clean.add(text)
    for kind, tally in tallies.items():
        print(f"  {kind:12} {tally}")
    return random.Random(2).sample(sorted(clean), min(most, len(clean)))


def false_alarms(name: str, texts: Sequence[str], most: int) -> None:
    texts = [text for text in texts if len(text) >= LEAST]
    texts = random.Random(2).sample(texts, min(most, len(texts)))
    model, lexicon = shipped_model(), shipped_lexicon()
    pages = [texts[i:i + 40] for i in range(0, len(texts), 40)]
    found = [round(one.gain, 1) for page in pages for one in read_across(page, model, lexicon).values()]
    print(f"  {name:24} {len(texts):6} texts  taken {len(found)}  {sorted(found, reverse=True)[:8]}")


def cost(pages: Sequence[str]) -> None:
    """How much longer clean pages take with the search for columns than without it, the best of three runs."""
    def took(settings: Settings) -> float:
        forget()
        begin = time.process_time()
        for page in pages:
            clean(page, settings)
        return time.process_time() - begin

    runs = [(took(Settings(ignore=("COLUMN",))), took(Settings())) for _ in range(3)]
    without, with_it = (min(column) for column in zip(*runs, strict=True))
    print(f"  clean pages take {with_it / without:.2f} times as long with the search as without it")


def tables(texts: Sequence[Sequence[str]], pages: int = 60) -> None:
    """Log-odds by what is asked of one place, of two places, and of the page: true line ends and links against others."""
    rng, model, lexicon = random.Random(4), shipped_model(), shipped_lexicon()
    here, gain, printed = [list[tuple[bool, float]]() for _ in range(3)]
    for k in range(pages):
        lines = interleaved(texts, 2 + k % 3, 8, (0.0, 0.05, 0.115)[k // 3 % 3], rng, rng.randrange(9, 28))
        block = "".join(line for _, line in lines)
        rest = "".join(line for paragraphs in texts for line in rng.sample(list(paragraphs), min(8, len(paragraphs))))
        page, links = printed_keys([block, rest]), links_of(lines)
        survey = Survey([block], model)
        places = survey.places(0, survey.pairs([0])[0], lexicon, page)
        ends = {place for link in links for place in link}
        here += [(j in ends, now) for j, now in places.here.items() if not places.ended[j]]
        pairs = [(True, i, j) for i, j in links if j in places.pairs]
        pairs += [(False, i, j) for j in places.pairs for i in rng.sample(list(places.pairs[j]), min(4, len(places.pairs[j])))
                  if (i, j) not in links]
        gain += [(right, value) for right, i, j in pairs if (value := places.gain(i, j)) is not None]
        printed += [(right, value) for right, i, j in pairs if (value := places.printed_across(i, j))]
    for name, seen, edges in (("runs on", here, np.arange(-2, 3, 0.5)), ("gain", gain, np.arange(-4, 6.5, 1.0)),
                              ("printed", printed, np.array((-1.0, 0.0, 2.5, 9.0)))):
        right = np.array([value for told, value in seen if told])
        wrong = np.array([value for told, value in seen if not told])
        share = [np.histogram(part, edges)[0] / len(part) + 1e-3 for part in (right, wrong)]
        print(f"  {name}:", ", ".join(f"{low:.1f} {odds:+.2f}" for low, odds in zip(edges, np.log(share[0] / share[1]), strict=False)))


def fit(texts: Sequence[Sequence[str]], size: int = 12_000) -> None:
    """Logistic weights of the model's gain and of words across, true against random line ends (Newton's method)."""
    rng, model, lexicon = random.Random(3), shipped_model(), shipped_lexicon()
    pool = [paragraph for paragraphs in texts for paragraph in paragraphs if len(paragraph) > 60]
    pairs: list[tuple[str, str]] = []
    words: list[list[float]] = []
    right: list[float] = []
    while len(right) < 2 * size:
        a, b = rng.choice(pool), rng.choice(pool)
        i, j = rng.randrange(8, len(a) - 4), rng.randrange(8, len(b) - 4)
        if any(t[k] in NO_START or t[k - 1] in NO_END for t, k in ((a, i), (b, j))):
            continue
        for tail in (a[i - 3:i], b[j - 3:j]):
            head, best = a[i:i + 3], [0.0, 0.0, 0.0]
            for n in (1, 2, 3):
                for m in range(1, 5 - n):
                    best[n + m - 2] = max(best[n + m - 2], float(np.log10(lexicon.frequency(tail[-n:] + head[:m]) + 1)))
            pairs += [(tail, head), ("\ue000", head)]
            words.append(best)
            right.append(float(len(right) % 2 == 0))
    scores = model.score_many(pairs).reshape(-1, 2) * NAT
    x = np.c_[scores[:, 0] - scores[:, 1], np.array(words), np.ones(len(right))]
    weights, y = np.zeros(x.shape[1]), np.array(right)
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ weights))
        weights += np.linalg.solve((x * (p * (1 - p))[:, None]).T @ x + 1e-6 * np.eye(len(weights)), x.T @ (y - p))
    print("  gain (nats), words of 2, 3, 4 characters, bias:", weights.round(2))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", type=Path)
    parser.add_argument("corpora", type=Path, nargs="*")
    parser.add_argument("--pages", type=int, default=20)
    parser.add_argument("--texts", type=int, default=1000)
    parser.add_argument("--fit", action="store_true")
    args = parser.parse_args()
    if not (args.bench / "rig-dev").is_dir():
        print(f"skipped: {args.bench / 'rig-dev'} is not here")
        return
    truths = [[line for line in path.read_text(encoding="utf-8").split("\n") if len(line) > 30 and line[0] != "#"]
              for path in sorted((args.bench / "rig-dev").glob("p*/truth.txt"))]
    if args.fit:
        fit(truths)
        tables(truths)
        return
    print(f"generated from the rig's true texts ({SURE})")
    generated(truths, args.pages)
    print("blocks of the rig with more than two links, by themselves")
    clean = rig(args.bench / "rig-dev", args.texts)
    print("clean texts")
    cost([path.read_text(encoding="utf-8") for path in sorted((args.bench / "rig-dev").glob("p*/truth.txt"))])
    false_alarms("blocks of the rig", clean, args.texts)
    for name, paragraphs in (("true paragraphs", functools.reduce(operator.iadd, truths, [])), *(
            (path.name, path.read_text(encoding="utf-8")[:4_000_000].split("\n")) for path in args.corpora if path.is_file())):
        false_alarms(name, paragraphs, args.texts)
        false_alarms(f"{name}, by fives", ["".join(paragraphs[i:i + 5])[:1200] for i in range(0, len(paragraphs), 5)], args.texts)


if __name__ == "__main__":
    main()
