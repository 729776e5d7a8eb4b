"""Pages read straight across: how many are found, how well they are taken apart, and what else is taken for one.

    python benchmarks/rows.py BENCH SCORE_RIG.py [CORPUS …] [--pages N] [--whole]

BENCH holds `rig-dev/pNNN/truth.json`, `truth.txt` and `ENGINE.dL.boxes.json.gz`; each CORPUS is a text file, a paragraph a line.
Prints, for pages cut from true texts (two to five columns, pictures, headlines, columns that stand half a line higher), how
many are found and how many cuts and links (line end → next line of its column) are right; the same for the rig's pages, whose
printed lines are glued at every height as a recogniser does that knows no columns; and how many pages of every other kind
are taken for such, and how the time grows with the length. `--whole` cleans the rig's pages and scores them, raw → cleaned → an oracle that knows every line.
"""

from __future__ import annotations

import argparse
import collections
import gzip
import json
import random
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.columns import noisy, wrapped  # noqa: E402
from benchmarks.oracle import oracle  # noqa: E402
from benchmarks.rig import FIGURES, scorer_at  # noqa: E402
from cleaner import clean  # noqa: E402
from cleaner.evidence import shipped_lexicon, shipped_model  # noqa: E402
from cleaner.structure.columns.across import forget  # noqa: E402
from cleaner.structure.columns.rows import Sheet, read_rows  # noqa: E402

TOLERANCE = 0.45
"""Share of a line's height by which lines that are glued may stand apart: with it the rig's own `naive` texts come out."""
SAMPLES = 12
"""Places of each corpus from which pages of other kinds are made."""
ENGINES = ("ppv6t.d0", "ppv6t.d1", "ppv6t.d2", "ppv6t.d3")


@dataclass(frozen=True)
class Line:
    """A printed line: its text, height, left edge, and the line that it goes on from, if any."""

    text: str
    y: float
    x: float
    after: int = -1
    number: int = -1


def glued(lines: Sequence[Line], tolerance: float) -> list[list[Line]]:
    """The rows of a recogniser that knows no columns: lines of one height, from left to right."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.y):
        if rows and line.y - rows[-1][0].y <= tolerance:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.x) for row in rows]


def made(texts: Sequence[Sequence[str]], columns: int, rows: int, rate: float, rng: random.Random) -> list[list[Line]]:
    """The rows of a page of several columns, each with stories of its own, headlines, and gaps where pictures stand."""
    width, lines, number = rng.randrange(11, 26), list[Line](), 0
    pages = [list(paragraphs) for paragraphs in rng.sample(list(texts), len(texts))]  # no paragraph stands on a page twice
    for column in range(columns):
        y, left, last = rng.choice((0.0, 0.0, 0.5)) + rng.uniform(-0.05, 0.05), 0, -1
        while y < rows and any(pages):
            if not left:
                story, left = rng.choice([page for page in pages if page]), rng.randrange(3, 12)
                lines.append(Line(noisy(story.pop(0)[:rng.randrange(6, 14)], rate, rng), y, column, -1, number))
                number, y = number + 1, y + 1.5
            for text in wrapped(story.pop(0), width) if story else ():
                lines.append(Line(noisy(text, rate, rng), y, column, last, number))
                last, number, y = number, number + 1, y + 1
                if rng.random() < 0.02:
                    y += rng.randrange(4, 12)
            left, last = (left - 1 if story else 0), -1
    return glued([line for line in lines if line.y < rows and line.text], TOLERANCE)


def boxed(page: Path) -> list[list[Line]]:
    """The rows of a rig page, from the lines of its recogniser and their boxes."""
    found = json.loads(gzip.decompress(page.read_bytes()))["lines"]
    height = statistics.median(line["box"][3] - line["box"][1] for line in found)
    return glued([Line(line["text"], (line["box"][1] + line["box"][3]) / 2, line["box"][0], -1, k) for k, line in enumerate(found)],
                 TOLERANCE * height)


def traced(page: Path) -> list[list[dict[str, Any]]] | None:
    """The rows of a rig page with what every line shows of the true text, where another reading of the page tells it."""
    known: dict[tuple[Any, ...], Any] = {}
    for mode in ("xycut", "layout", "naive"):
        path = page.with_name(page.name.replace("boxes", mode))
        for block in json.loads(gzip.decompress(path.read_bytes()))["blocks"] if path.is_file() else ():
            known |= {(*line["box"], line["text"]): line["segs"] for line in block["lines"]}
    found = json.loads(gzip.decompress(page.read_bytes()))["lines"]
    told = [{"text": line["text"], "segs": known.get((*line["box"], line["text"]))} for line in found]
    if sum(bool(line["segs"]) for line in told) < 0.5 * len(told):
        return None
    return [[told[line.number] for line in row] for row in boxed(page)]


class Tally:
    """Pages, pages found, cuts and links: true ones, those made, those right."""

    def __init__(self) -> None:
        self.count: collections.Counter[str] = collections.Counter()

    def add(self, lengths: Sequence[Sequence[int]], links: set[tuple[tuple[int, int], tuple[int, int]]], sheet: Sheet | None) -> None:
        """Take in a page: the lengths of the pieces of its rows, links as `(row, end), (row, start)`, what was found."""
        cuts = {(row, sum(pieces[:k])) for row, pieces in enumerate(lengths) for k in range(1, len(pieces))}
        self.count.update({"pages": 1, "found": sheet is not None, "cuts": len(cuts), "links": len(links)})
        if sheet is not None:
            begins = sheet.paper.begins
            place = {piece.end: (piece.row, piece.end - begins[piece.row]) for piece in sheet.pieces}
            told = {(piece.row, piece.start - begins[piece.row]) for piece in sheet.pieces} - {(row, 0) for row in range(len(begins))}
            linked = {(place[piece.tail], (piece.row, piece.start - begins[piece.row])) for piece in sheet.pieces
                      if not piece.fresh and not sheet.paper.ended(piece.tail)}
            self.count.update({"cuts made": len(told), "cuts right": len(told & cuts), "links made": len(linked), "links right": len(linked & links)})

    def __str__(self) -> str:
        n = self.count
        return (f"{n['pages']:4} pages  found {n['found'] / max(1, n['pages']):.2f}  cuts right {n['cuts right'] / max(1, n['cuts made']):.3f} of those made, "
                f"{n['cuts right'] / max(1, n['cuts']):.3f} of all  links {n['links right'] / max(1, n['links made']):.3f}, {n['links right'] / max(1, n['links']):.3f}")


def unended(text: str) -> bool:
    return text[-1] not in "。！？!?”"


def read(rows: Sequence[str]) -> Sheet | None:
    return read_rows(tuple(rows), shipped_model(), shipped_lexicon())


def generated(texts: Sequence[Sequence[str]], pages: int) -> None:
    rng = random.Random(5)
    for columns in (2, 3, 4, 5):
        for rate in (0.0, 0.05, 0.115):
            tally = Tally()
            for _ in range(pages):
                rows = made(texts, columns, rng.choice((30, 45, 60)), rate, rng)
                places = {line.number: (r, sum(len(other.text) for other in row[:k])) for r, row in enumerate(rows) for k, line in enumerate(row)}
                by_number = {line.number: line for row in rows for line in row}
                links = {((places[line.after][0], places[line.after][1] + len(by_number[line.after].text)), places[line.number])
                         for line in by_number.values() if line.after in by_number and unended(by_number[line.after].text)}
                tally.add([[len(line.text) for line in row] for row in rows], links, read(["".join(line.text for line in row) for row in rows]))
            print(f"  {columns} columns, {rate:5.1%} misread: {tally}", flush=True)


def rig(bench: Path) -> None:
    for engine in ENGINES:
        tally = Tally()
        for page in sorted((bench / "rig-dev").glob(f"p*/{engine}.boxes.json.gz")):
            rows = traced(page)
            if rows is None:
                continue
            ends, places, links = dict[tuple[int, int, int], tuple[int, int]](), list[tuple[dict[str, Any], tuple[int, int]]](), set()
            for r, row in enumerate(rows):
                at = 0
                for line in row:
                    places.append((line, (r, at)))
                    at += len(line["text"])
                    if line["segs"] and unended(line["text"]):
                        article, element, _, end = line["segs"][-1]
                        ends[article, element, end] = r, at
            for line, start in places:
                if line["segs"]:
                    article, element, first, _ = line["segs"][0]
                    links |= {(ends[article, element, first - gap], start) for gap in (0, 1, 2) if first - gap > 0 and (article, element, first - gap) in ends}
            tally.add([[len(line["text"]) for line in row] for row in rows], links, read(["".join(line["text"] for line in row) for row in rows]))
        print(f"  {engine}: {tally}", flush=True)


def whole(bench: Path, scorer: Any) -> None:
    """The rig's pages cleaned and scored."""
    for engine in ENGINES:
        sums = [collections.Counter[str]() for _ in range(3)]
        pages = 0
        for page in sorted((bench / "rig-dev").glob(f"p*/{engine}.boxes.json.gz")):
            truth = json.loads((page.parent / "truth.json").read_text(encoding="utf-8"))
            raw = "\n\n".join("".join(line.text for line in row) for row in boxed(page)) + "\n"
            traces = traced(page)
            best = oracle([{"lines": row} for row in traces], truth, by_line=True) if traces else raw
            for total, text in zip(sums, (raw, clean(raw).text, best), strict=True):
                total.update(scorer.score(text, truth, True))
            pages += 1
        print(f"  {engine}, {pages} pages: " + "  ".join(
            f"{figure} {sums[0][figure] / pages:.1f} → {sums[1][figure] / pages:.1f} → {sums[2][figure] / pages:.1f}" for figure in FIGURES), flush=True)


def others(bench: Path, corpora: Sequence[Path]) -> Iterator[tuple[str, list[str]]]:
    """Pages that are no rows: kind, blocks."""
    for path in sorted((bench / "rig-dev").glob("p*/*.txt")):
        if ".naive." not in path.name:
            lines = [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
            yield path.name.split(".")[-2] if path.name != "truth.txt" else "truth", lines
    rng = random.Random(6)
    for path in corpora:
        lines = [line for line in path.read_text(encoding="utf-8").split("\n")[:60_000] if line.strip()]
        for _ in range(SAMPLES):
            at = rng.randrange(max(1, len(lines) - 60))
            some = lines[at:at + 60]
            yield f"{path.name}, paragraphs", some
            for width in (12, 17, 24, 34, 51):
                printed = [line for text in some for line in wrapped(text, width)][:150]
                yield f"{path.name}, hard-wrapped", printed
            yield f"{path.name}, cut anywhere", [text[:rng.randrange(20, 80)] for text in some]


def false_alarms(bench: Path, corpora: Sequence[Path]) -> None:
    pages, taken = collections.Counter[str](), collections.Counter[str]()
    for kind, lines in others(bench, corpora):
        pages[kind] += 1
        taken[kind] += read(lines) is not None
    for kind, n in pages.items():
        print(f"  {kind:28} {n:5} pages  taken {taken[kind]}")


def times(bench: Path) -> None:
    """Processor time of a whole cleaning: the upper half of a page of rows, all of it, the page read by its columns."""
    clean("清晨，渔船陆续靠岸，码头上一片忙碌。\n")
    for page in sorted((bench / "rig-dev").glob("p*/ppv6t.d1.boxes.json.gz")):
        rows = ["".join(line.text for line in row) for row in boxed(page)]
        other = page.with_name("ppv6t.d1.xycut.txt").read_text(encoding="utf-8")
        spent = []
        for text in ("\n\n".join(rows[:len(rows) // 2]), "\n\n".join(rows), other):
            forget()
            read_rows.cache_clear()
            begun = time.process_time()
            clean(text)
            spent.append(time.process_time() - begun)
        print(f"  {page.parent.name}: half {spent[0]:.1f} s, whole {spent[1]:.1f} s ({spent[1] / spent[0]:.1f} times), in layout order {spent[2]:.1f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", type=Path)
    parser.add_argument("scorer", type=Path)
    parser.add_argument("corpora", type=Path, nargs="*")
    parser.add_argument("--pages", type=int, default=6)
    parser.add_argument("--whole", action="store_true")
    args = parser.parse_args()
    if not (args.bench / "rig-dev").is_dir() or not args.scorer.is_file():
        print(f"skipped: {args.bench / 'rig-dev'} or {args.scorer} is not here")
        return
    if args.whole:
        whole(args.bench, scorer_at(args.scorer))
        return
    texts = [[line for line in path.read_text(encoding="utf-8").split("\n") if len(line) > 30 and line[0] != "#"]
             for path in sorted((args.bench / "rig-dev").glob("p*/truth.txt"))]
    print("pages of every other kind")
    false_alarms(args.bench, args.corpora)
    print("the rig's pages")
    rig(args.bench)
    print("processor time")
    times(args.bench)
    print("generated from the rig's true texts")
    generated(texts, args.pages)


if __name__ == "__main__":
    main()
