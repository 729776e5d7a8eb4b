"""Make held-out test pages: articles typeset like a newspaper, damaged like scans, read by real recognisers.

    python -m benchmarks.newspaper.make ARTICLES.jsonl OUT_DIR [--pages p100 p101 …] [--read ENGINE:LEVEL:MODE …]

ARTICLES holds one object a line, `{"title", "byline", "paras", "script", "url"}`. Writes `OUT_DIR/pNNN/truth.json`, `truth.txt`,
`ENGINE.dL.boxes.json.gz`, `ENGINE.dL.MODE.txt` with its provenance (`.json.gz`), and the scans as JPEG, for `rig.py`, `joins.py` and all else that
reads a rig. A page number is the page's seed; `--traditional` names pages in traditional script. What is there already is not made
again. No article is printed twice. See README.md for what to install.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.newspaper import blocks as modes
from benchmarks.newspaper.articles import Article, read_articles
from benchmarks.newspaper.engines import detector, reader
from benchmarks.newspaper.page import draw, make_page, truth_of, write_truth
from benchmarks.newspaper.provenance import add_provenance
from benchmarks.newspaper.scan import scanned

READ = ("ppv6s:1:layout,xycut,naive,tiles", "ppv6s:2:layout,xycut,naive,tiles", "ppv4:1:xycut", "ppv4:2:xycut", "tess:1:engine", "tess:2:engine",
        "ppv6s:3:layout,xycut")
CROPS = ((2, 1), (3, 1), (2, 1), (2, 2), (3, 1), (1, 2))
OVERLAPS = (.08, .15, .25, .4)


class Readers:
    """Recognisers and the detector, each loaded when first asked for."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str], Callable[[Any], Any]] = {}

    def read(self, engine: str, script: str) -> Callable[[Any], list[dict[str, Any]]]:
        if (engine, script) not in self._made:
            self._made[engine, script] = reader(engine, script)
        return self._made[engine, script]

    def regions(self) -> Callable[[Any], list[dict[str, Any]]]:
        if ("regions", "") not in self._made:
            self._made["regions", ""] = detector()
        return self._made["regions", ""]


def typeset(folder: Path, articles: list[Article], script: str, source: str) -> None:
    """The page and its truth; the print is kept beside them."""
    rng = random.Random(folder.name)
    page, _ = make_page(rng, articles, script)
    folder.mkdir(parents=True, exist_ok=True)
    draw(page, rng).save(folder / "print.png")
    write_truth(truth_of(page, source), folder)


def scan_of(folder: Path, level: int) -> tuple[Any, list[list[float]]]:
    """The page's scan at a level, the same every time, and its affine map."""
    import numpy as np
    from PIL import Image
    image, affine = scanned(np.asarray(Image.open(folder / "print.png")), level, random.Random(folder.name).randrange(2 ** 31))
    Image.fromarray(image).save(folder / f"scan.d{level}.jpg", quality=90)
    return image, affine


def read_page(folder: Path, engine: str, level: int, wanted: list[str], readers: Readers) -> None:
    """One page read by one engine at one level, in the wanted orders that are not there yet."""
    stem = f"{engine}.d{level}"
    wanted = [mode for mode in wanted if not (folder / f"{stem}.{mode}.txt").is_file()]
    if not wanted:
        return
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    image, affine = scan_of(folder, level)
    read = readers.read(engine, truth["style"]["script"])
    boxes = folder / f"{stem}.boxes.json.gz"
    if boxes.is_file():
        data = json.loads(gzip.decompress(boxes.read_bytes()))
    else:
        began = time.time()
        data = {"shape": list(image.shape), "A": affine, "lines": read(image), "secs": round(time.time() - began, 2)}
        if engine != "tess":
            data["regions"] = readers.regions()(image)
        _write(boxes, data)
    for mode in wanted:
        head: dict[str, Any] = {"engine": engine, "level": level, "mode": mode}
        if mode == "tiles":
            made = _tiles(folder, image, level, read, head)
        else:
            made = modes.layout(data["lines"], data["regions"], image.shape[::-1]) if mode == "layout" else getattr(modes, mode)(data["lines"])
        add_provenance(made, truth, affine)
        if mode == "layout":
            head["regions"] = data["regions"]
        _write(folder / f"{stem}.{mode}.json.gz", {**head, "blocks": made})
        (folder / f"{stem}.{mode}.txt").write_text("\n\n".join(one["text"] for one in made) + "\n", encoding="utf-8")


def _tiles(folder: Path, image: Any, level: int, read: Callable[[Any], list[dict[str, Any]]], head: dict[str, Any]) -> list[dict[str, Any]]:
    """Crops of the scan, each read by itself; how they overlap is drawn for every page and level."""
    rng = random.Random(f"{folder.name} {level}")
    (across, down), overlap, drop_edge = rng.choice(CROPS), rng.choice(OVERLAPS), rng.random() < .7
    head.update(nx=across, ny=down, overlap=overlap, drop_edge=drop_edge)
    height, width = image.shape
    crops = []
    for crop in modes.tiles_of(width, height, across, down, overlap):
        x0, y0, x1, y1 = crop
        lines = [{**line, "box": [line["box"][0] + x0, line["box"][1] + y0, line["box"][2] + x0, line["box"][3] + y0]}
                 for line in read(image[y0:y1, x0:x1])]
        crops.append((crop, lines))
    return modes.tiles(crops, (width, height), drop_edge)


def _write(path: Path, data: dict[str, Any]) -> None:
    path.write_bytes(gzip.compress(json.dumps(data, ensure_ascii=False).encode(), mtime=0))


def unused(out: Path, articles: list[Article]) -> list[Article]:
    """Articles of which no page prints anything, not even a sentence under a picture."""
    elements = [element for path in out.glob("p*/truth.json") for article in json.loads(path.read_text(encoding="utf-8"))["articles"]
                for element in article["elements"]]
    used, captions = {e["text"] for e in elements}, [e["text"] for e in elements if e["kind"] == "caption" and e["text"][-1] in "。！？"]
    return [one for one in articles if not used.intersection((one.title, *one.paras)) and not any(c in para for c in captions for para in one.paras)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--pages", nargs="+", default=["p100"])
    parser.add_argument("--traditional", nargs="*", default=[])
    parser.add_argument("--read", nargs="*", default=list(READ), help="ENGINE:LEVEL:MODE,MODE…")
    args = parser.parse_args()
    readers = Readers()
    for name in args.pages:
        folder = args.out / name
        if not (folder / "truth.json").is_file():
            script = "traditional" if name in args.traditional else "simplified"
            typeset(folder, unused(args.out, read_articles(args.articles)), script, args.articles.stem)
        for wish in args.read:
            engine, level, wanted = wish.split(":")
            read_page(folder, engine, int(level), wanted.split(","), readers)
            print(f"{name} {wish}", flush=True)


if __name__ == "__main__":
    main()
