"""Fit the judge of look-alike readings, and print what its probabilities are worth.

    python benchmarks/calibrate_lookalikes.py BENCH_DIR CORPORA_DIR [--write cleaner/data/characters.json] [--tables DIR]

Four kinds of pages with known errors are judged. Clean sentences (BENCH_DIR/clean) are put together as pages, some of
thirty sentences and some of one, and misread as one of the measured engines misreads; the look-alikes they are judged
with are built without that engine. So are passages of an encyclopedia (CORPORA_DIR/cmrc.txt) that the language model has not learnt:
the sentences are of a party newspaper, whose phrases it knows all too well. Then the pages of BENCH_DIR/rig-dev, really read by engines
that were never measured; and the same as three other recognisers read and part them (`rebuilt.py`), whose errors are others, though the text is the
same. Half of the first two kinds and one page of the others, with all its readings, are held out in turn; the figures are of pages held out, and the
thresholds are the lowest probabilities from which on invented newspaper pages and those of the rig, for `safe` those of the other recognisers too, keep
the precision of the tier. `--tables` keeps the tables without one engine, which take a minute, for the next run.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import aligned
from build_lookalikes import Counts, Tables, build, is_hanzi
from fitting import Case, judge
from rebuilt import OWN, rebuild

from cleaner.evidence import Evidence
from cleaner.evidence.build import held_out
from cleaner.evidence.candidates import DOUBT
from cleaner.evidence.charset import NUMERALS
from cleaner.evidence.lattice import Lattice
from cleaner.evidence.lookalikes import Lookalikes, shipped_lookalikes
from cleaner.evidence.script import simplified_shadow
from cleaner.evidence.wordforms import shipped_forms
from cleaner.normalizers.lookalikes import bar_of, features_of, protected
from cleaner.page import Page
from cleaner.settings import Settings
from cleaner.source import Source

RATES = (0.0, 0.0, 0.001, 0.003, 0.01, 0.02, 0.04)
"""How many hanzi of an invented page are misread, about."""
DRAWS = 2
"""How often the sentences are put together anew."""
SENTENCES, PASSAGES = (1, 1, 3, 30, 30, 30, 30, 30), (1, 6, 6, 6, 6, 8)
"""How many sentences, and how many passages of an encyclopedia, make a page: one is drawn."""
SCALE = 0.03
"""Misread share of the mean hanzi in the measurements (their levels d1 to d3 together)."""
BURST = 6.0
"""How much likelier a character is misread behind one that was: damage comes in spots."""

BOUND = {"safe": ("invented", "rig", "rebuilt"), "ruined": ("rebuilt",), "suggested": ("invented", "rig")}
"""Pages that must keep the precision of a tier: ruined ones are only among those of other recognisers (Tesseract's worst scans), of which less can be asked
for what is only offered."""


@dataclass
class Tally:
    characters: int = 0
    wrong: int = 0
    looked_at: int = 0
    wrong_looked_at: int = 0


def sentences(folder: Path) -> list[str]:
    rows = json.loads((folder / "clean" / "acc_xxqg.tet.json").read_text(encoding="utf-8"))
    return [text for row in rows if (text := aligned.fold(row["correct_text"].strip()))]


def misread(text: str, rate: float, shown: Mapping[str, int], counts: Counts, rng: random.Random) -> str:
    """The text as a measured engine would misread it."""
    chars, burst = list(text), 1.0
    for i, char in enumerate(text):
        reads = counts.get(char)
        if reads and char not in NUMERALS:
            share = min(sum(reads.values()) / max(shown.get(char, 8), 8), 0.5)
            if rng.random() < rate * share / SCALE * burst:
                chars[i] = rng.choices(list(reads), list(reads.values()))[0]
                burst = BURST
                continue
        burst = 1 + (burst - 1) / 2
    return "".join(chars)


def passages(folder: Path) -> list[str]:
    """Passages of an encyclopedia that the language model has not learnt."""
    lines = (folder / "cmrc.txt").read_text(encoding="utf-8").split("\n")
    return [text for line in held_out(lines) if (text := aligned.fold(line.strip()))]


def invented(
    pool: list[str], sizes: Sequence[int], in_block: int, tables: Tables,
) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Engine, fold and (read, true) blocks of pages of some texts each, misread."""
    engines = sorted(tables.counts)
    for draw in range(DRAWS):
        rng = random.Random(11 + draw)
        half = {text: str(k % 2) for k, text in enumerate(sorted(pool))}
        for part in "01":
            texts = [text for text in pool if half[text] == part]
            rng.shuffle(texts)
            while texts:
                size = rng.choice(sizes)
                chosen, texts = texts[:size], texts[size:]
                engine, rate = rng.choice(engines), rng.choice(RATES)
                blocks = ["".join(chosen[k:k + in_block]) for k in range(0, len(chosen), in_block)]
                yield engine, part, [
                    (misread(text, rate, tables.shown[engine], tables.counts[engine], rng), text) for text in blocks]


def cases(
    blocks: list[tuple[str, list[str | None]]], table: Lookalikes, kind: str, fold: str, tally: Tally, number: int,
) -> Iterator[Case]:
    """What the lattice offers on a page whose truth is known."""
    page = Page(Source.from_text("\n\n".join(read for read, _ in blocks)))
    labels = [label for _, line in blocks for label in [*line, None]]
    text = simplified_shadow("\n".join(read for read, _ in blocks))
    if len("\n".join(block.text for block in page.blocks)) != len(text):
        return
    lattice = Lattice(text, Evidence(page, Settings()), table, shipped_forms())
    looked_at = lattice.weak
    for i, (char, true) in enumerate(zip(text, labels, strict=False)):
        if true and is_hanzi(char) and is_hanzi(true):
            tally.characters += 1
            tally.wrong += char != true
            tally.looked_at += bool(looked_at[i])
            tally.wrong_looked_at += char != true and bool(looked_at[i])
    for reading in lattice.readings():
        true = labels[reading.start:reading.end]
        if None in true or protected(text, reading):
            continue
        truth = "".join(filter(None, true))
        harm = any(a == b != c for a, b, c in zip(reading.before, truth, reading.after, strict=True))
        show = f"{text[reading.start - 6:reading.start]}[{reading.before}→{reading.after}, {truth}]{text[reading.end:reading.end + 6]}"
        yield Case(features_of(text, reading), reading.after == truth, harm, bar_of(reading), kind, fold, show.replace("\n", "¶"),
                   frozenset((number, k) for k in range(reading.start, reading.end)))


def collect(folder: Path, corpora: Path, kept: Path | None) -> tuple[list[Case], dict[str, Tally]]:
    """All cases, and tallies of the pages of each kind."""
    tables = Tables.read(folder)
    engines = sorted(tables.counts)
    without = {}
    for engine in engines:
        path = kept / f"lookalikes.{engine}.tsv" if kept else None
        if path and path.is_file():
            without[engine] = Lookalikes.parse(path.read_text(encoding="utf-8"))
        else:
            without[engine] = build(tables, [e for e in engines if e != engine])
            if path:
                path.write_text(without[engine].render(), encoding="utf-8")
    found: list[Case] = []
    tallies = {kind: Tally() for kind in ("invented", "encyclopedia", "rig", "rebuilt")}
    number = count()
    for kind, pool, sizes, in_block in (("invented", sentences(folder), SENTENCES, 3), ("encyclopedia", passages(corpora), PASSAGES, 1)):
        for engine, part, blocks in invented(pool, sizes, in_block, tables):
            found += cases([(read, list(true)) for read, true in blocks], without[engine], kind, f"{kind} {part}", tallies[kind], next(number))
    with TemporaryDirectory() as again:
        for boxes in sorted((folder / "rig-dev").glob("p*/*.boxes.json.gz")):
            if not boxes.name.startswith(OWN):
                rebuild(boxes, Path(again))
        for kind, pages in (("rig", aligned.pages(folder / "rig-dev", ("layout", "xycut", "engine"))), ("rebuilt", aligned.pages(Path(again)))):
            for page in pages:
                own = [(block.read, block.labels) for block in page.blocks]
                found += cases(own, shipped_lookalikes(), kind, page.page, tallies[kind], next(number)) if own else []
    return found, tallies


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", type=Path)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--tables", type=Path)
    parser.add_argument("--examples", type=int, default=0, help="wrong readings to show, the surest first")
    args = parser.parse_args()
    if not (args.bench / "clean").is_dir() or not (args.bench / "rig-dev").is_dir():
        print(f"skipped: there is no clean/ and rig-dev/ in {args.bench}")
        return
    if not (args.corpora / "cmrc.txt").is_file():
        print(f"skipped: there is no cmrc.txt in {args.corpora}")
        return
    found, tallies = collect(args.bench, args.corpora, args.tables)
    for name, tally in tallies.items():
        right_looked_at = (tally.looked_at - tally.wrong_looked_at) / (tally.characters - tally.wrong)
        print(f"{name} pages: {tally.characters} hanzi, {tally.wrong} misread; doubt < {DOUBT}: "
              f"{tally.wrong_looked_at / max(tally.wrong, 1):.3f} of the misread, {right_looked_at:.3f} of the right ones")
    wrong = {kind: tally.wrong for kind, tally in tallies.items()}
    judge("lookalike", found, wrong, BOUND, args.write, args.examples)


if __name__ == "__main__":
    main()
