"""Fit the judge of misread and lost punctuation, and print what its probabilities are worth.

    python benchmarks/calibrate_marks.py BENCH_DIR [--write cleaner/data/characters.json]

As `calibrate_lookalikes.py`: clean sentences put together as pages, their marks misread or lost as one of the measured
engines does, and the rig pages; the figures are of pages held out. How likely a mark is read as another one or as
nothing, P(read | printed), is counted over the measured engines and written beside the judge.
"""

from __future__ import annotations

import argparse
import json
import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import aligned
from calibrate_lookalikes import RATES, misread, sentences
from build_lookalikes import Tables
from fitting import Case, judge
from rapidfuzz.distance import Levenshtein

from cleaner.evidence import Evidence
from cleaner.evidence.marks import MARKS, MarkLattice, Noise
from cleaner.evidence.wordforms import shipped_forms
from cleaner.page import Page
from cleaner.settings import Settings
from cleaner.source import Source

READS = ("", *"，。、；：.·“”")
MARK_RATES = (0.0, 0.3, 1.0, 1.0, 2.0)
"""How much of the measured rate an invented page has."""


def measured(folder: Path) -> dict[str, dict[str, dict[str, float]]]:
    """Engine → printed mark → what it is read as → share."""
    shares: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    for line in (folder / "confusion_measured.tsv").read_text(encoding="utf-8").split("\n"):
        if line and not line.startswith("#"):
            engine, true, read, count, shown = line.split("\t")
            if true in MARKS and aligned.fold(read) in READS and aligned.fold(read) != true and int(shown):
                shares[engine][true][aligned.fold(read)] = int(count) / int(shown)
    return shares


def noise_of(shares: dict[str, dict[str, dict[str, float]]]) -> Noise:
    """Read → printed → log10 of the mean share over the engines."""
    total: dict[str, Counter[str]] = defaultdict(Counter)
    for printed in shares.values():
        for true, reads in printed.items():
            for read, share in reads.items():
                total[read][true] += share / len(shares)
    return {read: {true: round(math.log10(share), 2) for true, share in sorted(row.items())} for read, row in sorted(total.items())}


def spoilt(text: str, shares: dict[str, dict[str, float]], rate: float, rng: random.Random) -> str:
    """The text with marks misread or lost."""
    out = []
    for char in text:
        reads = shares.get(char, {})
        if reads and rng.random() < rate * sum(reads.values()):
            char = rng.choices(list(reads), list(reads.values()))[0]
        out.append(char)
    return "".join(out)


def invented(folder: Path) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Fold and (read, true) blocks of pages of clean sentences with spoilt marks and a few misread hanzi."""
    shares, tables, rng = measured(folder), Tables.read(folder), random.Random(5)
    pool = sentences(folder)
    rng.shuffle(pool)
    for k in range(0, len(pool), 30):
        engine, rate, hanzi = rng.choice(sorted(shares)), rng.choice(MARK_RATES), rng.choice(RATES)
        texts = ["".join(pool[j:j + size]) for size in (3,) for j in range(k, min(k + 30, len(pool)), size)]
        yield f"half {k // 30 % 2}", [
            (misread(spoilt(text, shares[engine], rate, rng), hanzi, tables.shown[engine], tables.counts[engine], rng), text)
            for text in texts]


def cases(blocks: list[tuple[str, str]], noise: Noise, rig: bool, fold: str) -> tuple[list[Case], int]:
    """What is offered on a page whose truth is known, and how many marks were misread or lost."""
    page = Page(Source.from_text("\n\n".join(read for read, _ in blocks)))
    text = "\n".join(read for read, _ in blocks)
    if "\n".join(block.text for block in page.blocks) != text:
        return [], 0
    edits: dict[tuple[int, int], str] = {}
    touched: set[int] = set()
    start = 0
    for read, true in blocks:
        for op in Levenshtein.opcodes(read, true):
            if op.tag == "replace":
                for i, j in zip(range(op.src_start, op.src_end), range(op.dest_start, op.dest_end), strict=True):
                    edits[start + i, start + i + 1] = true[j]
                    touched.add(start + i)
            elif op.tag == "insert":
                edits[start + op.src_start, start + op.src_start] = true[op.dest_start:op.dest_end]
                touched.add(start + op.src_start)
            elif op.tag == "delete":
                touched.update(range(start + op.src_start, start + op.src_end))
        start += len(read) + 1
    wrong = sum(after in "，。、；：“”" for after in edits.values())
    found = []
    for reading in MarkLattice(text, Evidence(page, Settings()), noise, shipped_forms()).readings():
        truth = edits.get((reading.start, reading.end), "")
        view = f"{text[max(0, reading.start - 9):reading.start]}[{reading.before}→{reading.after}, {truth}]{text[reading.end:reading.end + 6]}"
        found.append(Case(reading.features, truth == reading.after, reading.start not in touched, rig, fold, view.replace("\n", "¶")))
    return found, wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", type=Path)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--examples", type=int, default=0, help="wrong readings to show, the surest first")
    args = parser.parse_args()
    if not (args.bench / "clean").is_dir() or not (args.bench / "rig-dev").is_dir():
        print(f"skipped: there is no clean/ and rig-dev/ in {args.bench}")
        return
    noise = noise_of(measured(args.bench))
    found: list[Case] = []
    wrong = {False: 0, True: 0}
    for fold, blocks in invented(args.bench):
        more, n = cases(blocks, noise, False, fold)
        found += more
        wrong[False] += n
    for page in aligned.pages(args.bench / "rig-dev", ("layout", "xycut", "engine")):
        more, n = cases([(block.read, block.true) for block in page.blocks], noise, True, page.page)
        found += more
        wrong[True] += n
    judge("mark", found, wrong, args.write, args.examples)
    if args.write:
        data = json.loads(args.write.read_text(encoding="utf-8"))
        data["mark"]["noise"] = noise
        args.write.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
