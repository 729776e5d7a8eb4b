"""Rig pages as other recognisers part them, rebuilt from the boxes of their lines.

    python benchmarks/rebuilt.py RIG_DIR OUT_DIR

RIG_DIR holds `pNNN/truth.json` and `pNNN/ENGINE.dL.boxes.json.gz`, for more engines than it has texts of. Writes `OUT_DIR/pNNN/ENGINE.dL.MODE.txt`
with its provenance (`.json.gz`) and the truth beside it, for `rig.py` to score and `calibrate_links.py` to learn from:

engine   the paragraphs that Tesseract tells, in its own order
layout   the regions of a layout detector, column by column, parted where a line is set in; a line in two regions stands in both, a region
         that is made of others is left out

What a line shows of the true text is told by its place: the truth has the boxes of the printed lines, the recognised page the
affine map that degraded it.
"""

from __future__ import annotations

import argparse
import gzip
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

SURE = 0.5
"""Score of a region that counts."""
WITHIN = 0.5
"""Share of the smaller height that two boxes have in common if they are one line."""
BANDS = 3
"""Widths of a region's left edge, in tenths of the page, that count as one column."""
OWN = "ppv6t"
"""The recogniser whose texts the rig has already."""
TALLER = 1.4
"""How much taller a line of another size is."""
Box = Sequence[float]


def shown(box: Box, printed: Sequence[tuple[Box, Mapping[str, Any]]]) -> list[list[int]]:
    """The true ranges `[article, element, start, end]` that a recognised line shows, from left to right."""
    found = []
    for other, line in printed:
        common = min(box[3], other[3]) - max(box[1], other[1])
        left, right = max(box[0], other[0]), min(box[2], other[2])
        if common >= WITHIN * min(box[3] - box[1], other[3] - other[1]) and right > left:
            size, width = line["end"] - line["start"], max(1.0, other[2] - other[0])
            first, last = (round(size * (x - other[0]) / width) for x in (left, right))
            if last > first:  # a mark fills half its place
                found.append((left, [line["art"], line["el"], line["start"] + first * (first > 1), line["start"] + last + (last + 1 == size)]))
    return [segment for _, segment in sorted(found)]


def mapped(box: Box, affine: Sequence[Sequence[float]]) -> Box:
    """A box of the truth on the degraded page."""
    (a, b, e), (c, d, f) = affine
    return a * box[0] + b * box[1] + e, c * box[0] + d * box[1] + f, a * box[2] + b * box[3] + e, c * box[2] + d * box[3] + f


def regions(page: Mapping[str, Any]) -> Iterator[list[dict[str, Any]]]:
    """The paragraphs of every region, and lines in none by themselves, column by column."""
    blocks: list[tuple[Box, list[dict[str, Any]]]] = []
    taken: set[int] = set()
    for region in sorted(page["regions"], key=lambda region: _area(region["box"])):
        x0, y0, x1, y1 = region["box"]
        inside = [k for k, line in enumerate(page["lines"]) if x0 <= (line["box"][0] + line["box"][2]) / 2 <= x1
                  and y0 <= (line["box"][1] + line["box"][3]) / 2 <= y1]
        if region["score"] >= SURE and len(taken.intersection(inside)) < len(inside) / 2:
            taken.update(inside)
            blocks.append((region["box"], sorted((page["lines"][k] for k in inside), key=lambda line: (line["box"][1], line["box"][0]))))
    blocks += [(line["box"], [line]) for k, line in enumerate(page["lines"]) if k not in taken]
    width = max(box[2] for box, _ in blocks)
    for _, lines in sorted(blocks, key=lambda block: (int(10 * block[0][0] / width) // BANDS, block[0][1], block[0][0])):
        yield from _set_in(lines)


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _set_in(lines: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """A region's lines, parted before those that are set in or printed larger or smaller than the line above."""
    left = min(line["box"][0] for line in lines)
    found: list[list[dict[str, Any]]] = []
    for k, line in enumerate(lines):
        height, above = (one["box"][3] - one["box"][1] for one in (line, lines[max(0, k - 1)]))
        if not k or line["box"][0] - left > height or not 1 / TALLER < height / above < TALLER:
            found.append([])
        found[-1].append(line)
    yield from found


def paragraphs(page: Mapping[str, Any]) -> Iterator[list[dict[str, Any]]]:
    """The lines of every paragraph that the recogniser tells."""
    for _, lines in groupby(page["lines"], key=lambda line: (line["blk"], line["par"])):
        yield list(lines)


def rebuild(boxes: Path, out: Path) -> Path | None:
    """The text of one page and its provenance; None where the recogniser read nothing, or tells neither paragraphs nor regions."""
    page = json.loads(gzip.decompress(boxes.read_bytes()))
    truth = json.loads((boxes.parent / "truth.json").read_text(encoding="utf-8"))
    mode = "layout" if "regions" in page else "engine"
    if not page["lines"] or (mode == "engine" and "blk" not in page["lines"][0]):
        return None
    printed = [(mapped(line["box"], page["A"]), line) for line in truth["lines"]]
    blocks = []
    for lines in regions(page) if mode == "layout" else paragraphs(page):
        told = [{"text": line["text"], "segs": shown(line["box"], printed)} for line in lines]
        blocks.append({"text": "".join(line["text"] for line in told), "lines": told,
                       "segs": merged([segment for line in told for segment in line["segs"]])})
    target = out / boxes.parent.name / boxes.name.replace("boxes.json.gz", f"{mode}.txt")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("\n\n".join(block["text"] for block in blocks) + "\n", encoding="utf-8")
    target.with_suffix(".json.gz").write_bytes(gzip.compress(json.dumps({"blocks": blocks}, ensure_ascii=False).encode()))
    for name in ("truth.json", "truth.txt"):
        shutil.copyfile(boxes.parent / name, target.parent / name)
    return target


def merged(segments: Sequence[list[int]]) -> list[list[int]]:
    """Ranges that follow each other in one element as one."""
    found: list[list[int]] = []
    for article, element, start, end in segments:
        if found and found[-1][:2] == [article, element] and abs(start - found[-1][3]) <= 2:
            found[-1][3] = end
        else:
            found.append([article, element, start, end])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rig", type=Path)
    parser.add_argument("out", type=Path)
    args = parser.parse_args()
    if not args.rig.is_dir():
        print(f"skipped: {args.rig} is not here")
        return
    made = [rebuild(boxes, args.out) for boxes in sorted(args.rig.glob("p*/*.boxes.json.gz")) if not boxes.name.startswith(OWN)]
    print(f"{sum(page is not None for page in made)} pages rebuilt in {args.out}")


if __name__ == "__main__":
    main()
