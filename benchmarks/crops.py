"""Lines that the edge of a crop cut in two: how many are found, and how many of the cuts are true.

    python benchmarks/crops.py RIG [SUFFIX …] [--texts CORPUS] [--ends]

RIG holds `pNNN/ENGINE.dL.tiles.txt` with provenance (`….json.gz`): for every printed line of a block the true text that it
shows. A cut is right where the printed line that ends there and the one that begins there are parts of one true line.
Prints for each reading the lines that were cut in two, and the cuts made, right and wrong; blocks that were taken for strips, and
characters of theirs that no other block shows; the blocks that a later crop shows behind a copy (`order/crops.py`), and how many go on there or stand
next in their article; the blocks that go on where an overlap was cut out of them (`order/links.py`), and how many do; and for readings without crops the number of cuts made, which should be 0.
`--texts` cuts columns of its own from the paragraphs of a text file, and prints by the characters that both crops show and
by the share of misread ones how many paragraphs come back as they were printed. `--ends` prints what the bar `END` is taken from:
the worth of the blocks at the ends of chains, right and wrong.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

from blocks import true_places
from columns import noisy, wrapped
from oracle import provenance
from rapidfuzz.distance import Indel

from cleaner import Settings, clean
from cleaner.evidence import Evidence, shipped_model
from cleaner.evidence.script import simplified_shadow
from cleaner.page import Page
from cleaner.source import Source
from cleaner.structure.columns import crops
from cleaner.structure.columns.crops import Cut, cut_lines
from cleaner.structure.columns.crossings import width_units
from cleaner.structure.columns.parts import put_together
from cleaner.structure.order.crops import read_on
from cleaner.structure.order.links import Links
from cleaner.structure.order.reading import flow_of

SUFFIXES = ("*.tiles.txt", "*.layout.txt", "*.xycut.txt", "*.engine.txt")
NEAR = 1
"""Code points by which a cut may be off."""
LEAST, MOST = 50, 250
"""Code points of a paragraph that is cut."""
ALIKE = 0.98
"""How alike what is put together and what was printed must be, less what was misread."""
BESIDE = frozenset({"caption", "credit", "furniture"})
"""Kinds of elements that stand beside the text."""
SLACK = 6
"""True characters by which two parts of a sentence may miss each other: what was misread has no place."""
GAP = 6
"""True characters that may be lost between the two parts of a line."""

Line = Mapping[str, Any]


class Reading:
    """A page as it was read, and the true place of its lines."""

    def __init__(self, page: Path) -> None:
        self.page, self.blocks = page, provenance(page)["blocks"]
        self.texts = ["".join(simplified_shadow(block["text"]).split()) for block in self.blocks]
        self.begins = [[0, *accumulate(len("".join(line["text"].split())) for line in block["lines"])] for block in self.blocks]

    def cut_in_two(self) -> int:
        """Printed lines whose left part and right part stand in two blocks, and in none as a whole."""
        lines = [(k, line["segs"][0]) for k, block in enumerate(self.blocks) for line in block["lines"] if line["segs"]]
        by_element: dict[tuple[int, int], list[tuple[int, Sequence[int]]]] = {}
        for k, seg in lines:
            by_element.setdefault((seg[0], seg[1]), []).append((k, seg))
        return sum(any(k != h and _parts(left, right) for h, right in others) and not any(k != h and _holds(right, left) for h, right in others)
                   for others in by_element.values() for k, left in others)

    def right(self, cut: Cut) -> bool:
        """Whether a cut is true."""
        left = self._line(cut.left, cut.end, last=True)
        right = self._line(cut.right, cut.start, last=False)
        return left is not None and right is not None and any(
            a[:2] == b[:2] and (_parts(a, b) or _holds(a, b) or _holds(b, a)) for a in left["segs"][-1:] for b in right["segs"][:1])

    def only(self, block: int) -> int:
        """True characters that no other block shows."""
        shown = {(*seg[:2], at) for line in self.blocks[block]["lines"] for seg in line["segs"] or () for at in range(seg[2], seg[3])}
        others = {(*seg[:2], at) for k, other in enumerate(self.blocks) if k != block for line in other["lines"] for seg in line["segs"] or ()
                  for at in range(seg[2], seg[3])}
        return len(shown - others)

    def read_on(self) -> list[bool]:
        """Whether each block that is read behind another one, as a later crop shows it, goes on there or stands next in its article."""
        page = Page(Source.from_text(self.page.read_text(encoding="utf-8")))
        if len(page.blocks) != len(self.blocks):
            return []
        truth = json.loads((self.page.parent / "truth.json").read_text(encoding="utf-8"))
        told = [(a, e) for a, e in truth["order"] if truth["articles"][a]["elements"][e]["kind"] not in BESIDE]
        place = {element: k for k, element in enumerate(told)}
        found = []
        for pair in sorted(read_on(flow_of(Evidence(page, Settings()))[0])):
            ends = [[tuple(seg[:2]) for line in self.blocks[k]["lines"] for seg in line["segs"] or ()] for k in pair]
            if all(ends):
                left, right = ends[0][-1], ends[1][0]
                found.append(left in place and right in place and left[0] == right[0] and 0 <= place[right] - place[left] <= 1)
        return found

    def goes_on(self) -> list[bool]:
        """Whether each block out of which an overlap with the torn end of another one is cut goes on there."""
        source = Source.from_text(self.page.read_text(encoding="utf-8"))
        cuts = [change for change in clean(source).changes if change.active and change.rule == "COPY002"]
        page, places = Page(source, tuple(cuts)), true_places(self.page, source.text)[1]
        flow, found = flow_of(Evidence(page, Settings()))[0], []
        for a, b in sorted(Links(flow).lapped):
            left, right = ([place for k in page.blocks[i].origins if (place := places[k]) is not None] for i in (a, b))
            if left and right:
                found.append(left[-1][:2] == right[0][:2] and abs(right[0][2] - left[-1][2] - 1) <= SLACK)
        return found

    def _line(self, block: int, place: int, *, last: bool) -> Line | None:
        begins = self.begins[block]
        for line, start, end in zip(self.blocks[block]["lines"], begins, begins[1:], strict=False):
            if abs((end if last else start) - place) <= NEAR and line["segs"]:
                return line
        return None


def _parts(left: Sequence[int], right: Sequence[int]) -> bool:
    """Whether two true ranges are the left part and the right part of one line."""
    return left[2] < right[2] <= left[3] + GAP and right[3] > left[3]


def _holds(whole: Sequence[int], part: Sequence[int]) -> bool:
    return whole[2] <= part[2] and part[3] <= whole[3]


def bench(rig: Path, pattern: str, *, ends: bool) -> None:
    readings = cut = made = right = strips = lost = 0
    behind, goes_on = list[bool](), list[bool]()
    groups: list[tuple[float, int, bool]] = []
    for page in sorted(rig.glob(f"p*/{pattern}")):
        if not page.with_suffix(".json.gz").is_file():
            continue
        reading = Reading(page)
        chains = cut_lines(reading.texts, shipped_model())
        mended = [put_together(reading.texts, chain) for chain in chains]
        readings += 1
        behind += reading.read_on()
        goes_on += reading.goes_on()
        cut += reading.cut_in_two()
        again = {block for column in mended for block, _ in column.again}
        strips, lost = strips + len(again), lost + sum(map(reading.only, again))
        truths = [reading.right(one) for chain in chains for one in chain.cuts if one.left not in again and one.right not in again]
        made, right = made + len(truths), right + sum(truths)
        if ends:
            groups += [(worth, len(cuts), all(map(reading.right, cuts))) for chain in chains for worth, cuts in chain.ends]
    if readings:
        print(f"{pattern}: {readings} readings; lines cut in two {cut}; cuts {made}, right {right}, wrong {made - right}; "
              f"strips {strips}, with {lost} characters that stand nowhere else; "
              f"read on as a later crop shows it {len(behind)}, right {sum(behind)}; "
              f"sentences that go on behind an overlap {len(goes_on)}, right {sum(goes_on)}")
    for low, high in ((0, 3), (3, 6), (6, 9), (9, 12), (12, 20), (20, 999)) if ends else ():
        for few in (True, False):
            rows = [row for row in groups if low <= row[0] < high and (row[1] == 1) == few]
            print(f"    ends worth {low} to {high}, {'one cut' if few else 'more'}: right {sum(row[2] for row in rows)} of {len(rows)}")


def cut_at(line: str, width: float) -> int:
    """How many characters of a line lie wholly before so many full-width characters."""
    return sum(wide <= width for wide in accumulate(map(width_units, line)))


def generated(corpus: Path, pages: int) -> None:
    """Columns of two to four paragraphs, cut in two at a random place."""
    passages = (line[:MOST].rpartition("。") for line in corpus.read_text(encoding="utf-8").split("\n"))
    paragraphs = [text + stop for text, stop, _ in passages if len(text) >= LEAST]
    for rate in (0.0, 0.05, 0.115):
        for shown in range(6):
            rng = random.Random(1000 * shown + round(1000 * rate))
            whole = total = 0
            for _ in range(pages):
                width = rng.randint(12, 26)
                edge = rng.randint(6, width - 4)
                told = [simplified_shadow("".join(text.split())) for text in rng.sample(paragraphs, rng.randint(2, 4))]
                lefts, rights = [], []
                for text in told:
                    lines = [(line, edge - 2 * (not k)) for k, line in enumerate(wrapped(text, width))]
                    lefts.append("".join(noisy(line[:cut_at(line, at)], rate, rng) for line, at in lines))
                    rights.append("".join(noisy(rest, rate, rng) for line, at in lines for rest in [line[cut_at(line, at - shown):]] if rest))
                texts = [*lefts, *(right for right in rights if right)]
                mended = [put_together(texts, chain) for chain in cut_lines(texts, shipped_model())]
                found = ["".join(texts[part.block][part.start + part.again:part.end - part.spoilt] for part in parts)
                         for column in mended for parts in column.paragraphs.values()]
                total += len(told)
                whole += sum(any(Indel.normalized_similarity(text, other) >= ALIKE - 1.6 * rate for other in found) for text in told)
            print(f"{rate:6.1%} misread, {shown} characters under both crops: {whole / total:5.1%} of {total} paragraphs put together")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rig", type=Path)
    parser.add_argument("patterns", nargs="*", default=SUFFIXES)
    parser.add_argument("--texts", type=Path, help="a text file whose paragraphs are cut")
    parser.add_argument("--pages", type=int, default=60, help="columns cut for each row (60)")
    parser.add_argument("--ends", action="store_true", help="what the bar of the blocks at the ends of chains is taken from")
    args = parser.parse_args()
    if not args.rig.is_dir():
        print(f"skipped: {args.rig} is not here")
        return
    if args.ends:
        crops.END = -99.0
    for pattern in args.patterns:
        bench(args.rig, pattern, ends=args.ends)
    if args.texts:
        generated(args.texts, args.pages)


if __name__ == "__main__":
    main()
