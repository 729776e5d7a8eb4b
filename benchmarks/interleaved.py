"""Interleaved lines: how many are followed rightly, what else is taken for such, and the weights of `interleaved.json`.

    python benchmarks/interleaved.py RIG [ENGINE …] [--write OUT] [--texts CORPUS …] [--fit cleaner/data/interleaved.json]

RIG holds `pNNN/truth.json` and `ENGINE.dL.boxes.json.gz`, the lines of a recogniser with their boxes and the affine map of the scan. Every line
becomes a block, row by row, as recognisers give them that know no columns. The line that follows one in its column is told by the boxes, the
line that goes on with its paragraph by the truth. Prints for each engine and level how many pages are read as columns, and of the lines with
which a paragraph goes on how many are put behind the right line, behind a wrong one, or left; and how many joins are right, by their margin. `--write` writes the pages with their
provenance, for `rig.py` and `joins.py`. `--texts` says what other text is taken for interleaved lines (nothing should be): wrapped
paragraphs, clauses one behind the other, first sentences, the beginnings of texts, and pieces from their middle. `--fit` fits the weights on
the engines given, prints figures of pages left out in turn, and writes them.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from columns import wrapped
from fitting import fit

from benchmarks.newspaper.blocks import lines as line_blocks
from benchmarks.newspaper.provenance import add_provenance
from cleaner.evidence import Evidence
from cleaner.normalizers.wrapped import ends_among
from cleaner.page import Page
from cleaner.settings import Settings
from cleaner.source import Source
from cleaner.structure.asked import seams_of
from cleaner.structure.columns import interleaved
from cleaner.structure.logistic import Logistic
from cleaner.structure.seams import Seams

BELOW = 1.2
"""Heights of a line by which the next one of its column may stand lower."""
MADE = 5
"""Pages made of the text of every page."""
Blocks = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Sheet:
    """A page of lines: which line follows which in its column, and which goes on with the paragraph of which."""

    name: str
    texts: tuple[str, ...]
    below: Mapping[int, int]
    next: Mapping[int, int]
    blocks: Blocks

    @property
    def seams(self) -> Seams:
        return seams_of(Evidence(Page(Source.from_text("\n\n".join(self.texts))), Settings()))


def sheets(rig: Path, pattern: str) -> Iterator[Sheet]:
    for boxes in sorted(rig.glob(f"p*/{pattern}.boxes.json.gz")):
        page, truth = (json.loads(data) for data in (gzip.decompress(boxes.read_bytes()), (boxes.parent / "truth.json").read_text(encoding="utf-8")))
        blocks = line_blocks(page["lines"])
        add_provenance(blocks, truth, page["A"])
        texts = tuple("".join(block["text"].split()) for block in blocks)
        if texts:
            yield Sheet(f"{boxes.parent.name}/{boxes.name.removesuffix('.boxes.json.gz')}", texts, _below(blocks), _next(blocks), blocks)


def _below(blocks: Blocks) -> dict[int, int]:
    """The line that stands next below a line, with half the width of the narrower one in common."""
    boxes = [block["lines"][0]["box"] for block in blocks]
    shared: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for i, (x0, y0, x1, y1) in enumerate(boxes):
        near = [(top, j) for j, (left, top, right, _) in enumerate(boxes)
                if y0 < top < y1 + BELOW * (y1 - y0) and 2 * (min(x1, right) - max(x0, left)) > min(x1 - x0, right - left)]
        if near:
            _, j = min(near)
            shared[j].append((min(x1, boxes[j][2]) - max(x0, boxes[j][0]), i))
    return {max(above)[1]: j for j, above in shared.items()}


def _next(blocks: Blocks) -> dict[int, int]:
    """The line with which the text of a line goes on in the same element of the page."""
    begins = {tuple(block["segs"][0][:3]): k for k, block in reversed(list(enumerate(blocks))) if block["segs"]}
    found = {}
    for k, block in enumerate(blocks):
        if block["segs"]:
            article, element, _, end = block["segs"][-1]
            after = next((j for off in (0, 1, -1) if (j := begins.get((article, element, end + off))) not in (None, k)), None)
            if after is not None:
                found[k] = after
    return found


def made(rig: Path) -> Iterator[Sheet]:
    """Pages made of the paragraphs of every page of the rig, whose columns have widths of their own: the rig's columns are all of one width."""
    for path in sorted(rig.glob("p*/truth.json")):
        rng, page = random.Random(path.parent.name), json.loads(path.read_text(encoding="utf-8"))
        stories = [[element["text"] for element in article["elements"] if element["kind"] in {"title", "para", "subhead"}] for article in page["articles"]]
        for number in range(MADE):
            columns, at = [], []
            for _ in range(rng.randint(2, 5)):
                told, width = rng.choice(stories), rng.randint(9, 26)
                lines = [(line, k, rest > 0) for k, text in enumerate(told) if text for parts in [wrapped(text, width)] for rest, line in enumerate(parts)]
                begin = rng.randrange(max(1, len(lines) - 12))
                columns.append(lines[begin:begin + rng.randint(10, 40)])
                at.append(rng.randint(0, 4))
            places = sorted((at[c] + row, c, row) for c, column in enumerate(columns) for row in range(len(column)))
            line_of = {(c, row): k for k, (_, c, row) in enumerate(places)}
            below = {k: line_of[c, row + 1] for (c, row), k in line_of.items() if (c, row + 1) in line_of}
            after = {k: below[k] for (c, row), k in line_of.items() if k in below and columns[c][row + 1][2]}
            yield Sheet(f"{path.parent.name}/made{number}", tuple(columns[c][row][0] for _, c, row in places), below, after, ())


def write(sheet: Sheet, rig: Path, out: Path) -> None:
    page, stem = sheet.name.split("/")
    folder = out / page
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("truth.json", "truth.txt"):
        shutil.copyfile(rig / page / name, folder / name)
    (folder / f"{stem}.lines.txt").write_text("\n\n".join(block["text"].strip() for block in sheet.blocks) + "\n", encoding="utf-8")
    (folder / f"{stem}.lines.json.gz").write_bytes(gzip.compress(json.dumps({"blocks": sheet.blocks}, ensure_ascii=False).encode(), mtime=0))


def readings(sheet: Sheet) -> list[interleaved.Interleaving]:
    return [interleaved.read_columns(run, sheet.seams) for run in interleaved.runs(sheet.texts)]


def followed(sheet: Sheet, found: Sequence[interleaved.Interleaving]) -> tuple[int, int, int]:
    """Lines that go on with a paragraph near by: put behind the right line, behind a wrong one, and all; (0, 0, all) where the page is left as it is."""
    near = {above: line for above, line in sheet.next.items() if 0 < line - above <= interleaved.WINDOW}
    follow = {above: line for one in found if one.sure for column in one.columns for above, line in pairwise(column)}
    right = sum(follow.get(above) == line for above, line in near.items())
    return right, sum(above in follow and follow[above] != line for above, line in near.items()), len(near)


def behind_best_seam(sheet: Sheet) -> int:
    """Of the lines that go on with a paragraph near by, those of which the best seam alone says where."""
    pairs = interleaved.pairs_of(range(len(sheet.texts)))
    odds = interleaved.calibration()["link"].log_odds_many(interleaved.link_features(sheet.seams, pairs))
    best: dict[int, tuple[float, int]] = {}
    for (above, line), worth in zip(pairs, odds.tolist(), strict=True):
        best[above] = max(best.get(above, (worth, line)), (worth, line))
    return sum(best[above][1] == line for above, line in sheet.next.items() if 0 < line - above <= interleaved.WINDOW)


def joined(sheet: Sheet, found: Sequence[interleaved.Interleaving]) -> Iterator[tuple[float, bool]]:
    """The joins that the line ends allow unasked: the margin of each, and whether the one line goes on with the paragraph of the other."""
    for one in found:
        firsts = {column[0] for column in one.columns}
        gaps = [None if line in firsts else "\n" for line in one.order[1:]]
        for end in ends_among([sheet.texts[line] for line in one.order], gaps, "") if one.sure else ():
            above, line = one.order[end.block:end.block + 2]
            if end.safe:
                yield one.margins[above], sheet.next.get(above) == line


def bench(rig: Path, engine: str, out: Path | None) -> list[tuple[float, bool]]:
    rows, joins, alone, least = [], [], 0, float("inf")
    for sheet in sheets(rig, engine):
        if out is not None:
            write(sheet, rig, out)
        found = readings(sheet)
        rows.append(followed(sheet, found))
        joins += joined(sheet, found)
        alone += behind_best_seam(sheet)
        least = min(least, *(one.gain / len(one.order) for one in found))
    if rows:
        right, wrong, asked = map(sum, zip(*rows, strict=True))
        print(f"{engine}: {len(rows)} pages, {sum(any(row[:2]) for row in rows)} read as columns; "
              f"lines of paragraphs behind the right line {right / asked:.3f}, behind a wrong one {wrong / asked:.3f} (of {asked}); "
              f"by the best seam alone {alone / asked:.3f} right; the least gain a line {least:.2f}")
    return joins


def print_joins(joins: Sequence[tuple[float, bool]]) -> None:
    """How many joins are right, by their margin: what `SURE_MARGIN` is taken from."""
    for low, high in pairwise((-99.0, 0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 9.0, 99.0)):
        told = [right for margin, right in joins if low <= margin < high]
        if told:
            print(f"joins with a margin from {low} to {high}: {sum(told)} right of {len(told)}, {sum(told) / len(told):.3f}")
    sure = [right for margin, right in joins if margin >= interleaved.SURE_MARGIN]
    print(f"joins made unasked: {sum(sure)} right of {len(sure)}")


def others(corpora: Sequence[Path], pages: int) -> None:
    """What is taken for interleaved lines that are none."""
    for corpus in corpora:
        rng, passages = random.Random(5), [line.strip() for line in corpus.read_text(encoding="utf-8").split("\n") if 60 < len(line) < 400]
        found: dict[str, list[interleaved.Interleaving]] = defaultdict(list)
        for _ in range(pages):
            told, width = rng.sample(passages, rng.randint(8, 30)), rng.randint(9, 26)
            for name, texts in {
                "wrapped lines": [line for text in told[:6] for line in wrapped(text, width)],
                "clauses": [clause.strip() for text in told[:3] for clause in re.split("(?<=[，；。])", text)],
                "first sentences": [text.partition("。")[0][:40] for text in told],
                "beginnings": [text[:rng.randint(4, 20)] for text in told],
                "fragments": [text[20:20 + width] for text in told],
            }.items():
                sheet = Sheet("", tuple(filter(None, texts)), {}, {}, ())
                found[name] += readings(sheet)
        for name, told_of in found.items():
            gains = sorted(one.gain for one in told_of)[-3:]
            print(f"{corpus.name}, {name}: {len(told_of)} runs of lines, {sum(one.sure for one in told_of)} taken, {sum(one.likely for one in told_of)} likely; "
                  f"the highest gains {', '.join(f'{gain:.1f}' for gain in gains)}, a line {max(one.gain / len(one.order) for one in told_of):.2f}")


Columns = Mapping[str, Any]


def cases(sheet: Sheet) -> dict[str, tuple[Columns, Any]]:
    """Features and truth for each of the three models."""
    lines, seams = range(len(sheet.texts)), sheet.seams
    pairs = interleaved.pairs_of(lines)
    near = {above: line for above, line in sheet.below.items() if 0 < line - above <= interleaved.WINDOW}
    features = interleaved.line_features(seams, lines)
    return {"link": (interleaved.link_features(seams, pairs), np.array([near.get(above) == line for above, line in pairs], dtype=float)),
            "last": (features, np.array([line not in near for line in lines], dtype=float)),
            "first": (features, np.array([line not in near.values() for line in lines], dtype=float))}


def fitted(told: Sequence[Mapping[str, tuple[Columns, Any]]]) -> dict[str, Logistic]:
    """The three models. The link's is one of evidence: what the share of true pairs among all says is taken off."""
    models = {}
    for model in ("link", "last", "first"):
        names = sorted(told[0][model][0])
        x = np.concatenate([np.stack([case[model][0][name] for name in names], axis=1) for case in told])
        y = np.concatenate([case[model][1] for case in told])
        one = fit(names, x, y, np.ones(len(y)))
        prior = float(np.log(y.mean() / (1 - y.mean()))) if model == "link" else 0.0
        models[model] = Logistic(round(one.bias - prior, 3), {name: round(float(weight), 3) for name, weight in zip(names, one.weights, strict=True)})
    return models


def calibrate(rig: Path, engines: Sequence[str], target: Path) -> None:
    told = [*(sheet for engine in engines for sheet in sheets(rig, engine)), *made(rig)]
    known = [cases(sheet) for sheet in told]
    pages = sorted({sheet.name.split("/")[0] for sheet in told})
    rows: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for page in pages:
        models = fitted([case for sheet, case in zip(told, known, strict=True) if not sheet.name.startswith(page)])
        interleaved.calibration = lambda models=models: models  # type: ignore[assignment]
        for sheet in told:
            if sheet.name.startswith(page):
                rows["recognised" if sheet.blocks else "made"].append(followed(sheet, readings(sheet)))
    for kind, told_of in rows.items():
        right, wrong, asked = map(sum, zip(*told_of, strict=True))
        print(f"{kind} pages left out in turn: right {right / asked:.3f}, wrong {wrong / asked:.3f} of {asked}")
    data = {name: {"bias": model.bias, "weights": dict(model.weights)} for name, model in fitted(known).items()}
    print(json.dumps(data, indent=1))
    target.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rig", type=Path)
    parser.add_argument("engines", nargs="*", default=["ppv6t.d1", "ppv6t.d2", "ppv5.d1", "ppv4.d1", "ppv4.d2"])
    parser.add_argument("--write", type=Path, help="folder for the pages, in the rig's format")
    parser.add_argument("--texts", type=Path, nargs="*", default=[], help="texts that must stay as they are")
    parser.add_argument("--pages", type=int, default=60, help="pages of such texts (60)")
    parser.add_argument("--fit", type=Path, help="data file to fit")
    args = parser.parse_args()
    if not args.rig.is_dir():
        print(f"skipped: {args.rig} is not here")
        return
    if args.fit:
        calibrate(args.rig, args.engines, args.fit)
        return
    print_joins([join for engine in args.engines for join in bench(args.rig, engine, args.write)])
    others(args.texts, args.pages)


if __name__ == "__main__":
    main()
