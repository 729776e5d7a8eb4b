"""Why blocks of cleaned rig pages are no whole true element: what is glued, cut, doubled, lost or misread, by cause.

    python benchmarks/blocks.py RIG_DIR SCORE_RIG.py [SUFFIX …] [--show CAUSE]

Counts the blocks that the scorer's `block_prec` counts as wrong, and the true paragraphs that its `para_95` misses, after
cleaning. Where a block comes from is known character by character, from the change log and the provenance. `glued a|b` says
that the block holds true elements of these kinds, `read` that one block of the raw page held them already, `made` that a
join put them together; `part` says that the rest of the element stands elsewhere on the cleaned page, `lost` that it was never read.
`--show` prints the blocks of one cause.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.oracle import provenance  # noqa: E402
from benchmarks.rig import SUFFIXES, scorer_at  # noqa: E402
from cleaner import Settings, clean  # noqa: E402
from cleaner.page import Block, Page  # noqa: E402

Place = tuple[int, int, int]
"""Article, element, code point of its true text."""
LEAST, WHOLE = 15, 0.95
"""The scorer's bars: code points of a block that counts, and how alike a block and a true element are."""
SEEN, FOREIGN = 0.93, 3
"""Share of an element from which a block shows it whole; code points of another element that count as glued."""


@dataclass(frozen=True)
class Shown:
    """A block of the cleaned page: its text, the raw block and the true place of every character that has one."""

    text: str
    raw: frozenset[int]
    places: tuple[tuple[int, Place], ...]


def true_places(path: Path, raw: str) -> tuple[list[int], list[Place | None]]:
    """For every character of the raw text its block, and its place in the true text."""
    owner, places, at = [-1] * len(raw), list[Place | None]([None] * len(raw)), 0
    for number, block in enumerate(provenance(path)["blocks"]):
        text = block["text"]
        at = raw.index(text, at)
        owner[at:at + len(text)] = [number] * len(text)
        where = at
        for line in block["lines"] or [block]:
            known = [(a, e, k) for a, e, i, j in line["segs"] or () for k in range(i, j)]
            found = raw.find(line["text"], where, at + len(text))
            if found >= 0 and known:
                size = len(line["text"])
                places[found:found + size] = [known[min(k * len(known) // size, len(known) - 1)] for k in range(size)]
                where = found + size
        at += len(text)
    return owner, places


def shown(page: Page, owner: list[int], places: list[Place | None]) -> Iterator[Shown]:
    """The blocks of a cleaned page; the lines of one quote are one block, as the scorer has it."""
    lines: list[Block] = []
    for block in page.blocks:
        if lines and not (block.text.startswith("> ") and lines[-1].text.startswith("> ") and "图：" not in block.text):
            yield _shown(lines, owner, places)
            lines = []
        lines.append(block)
    if lines:
        yield _shown(lines, owner, places)


def _shown(lines: list[Block], owner: list[int], places: list[Place | None]) -> Shown:
    offsets = [k for line in lines for k in line.origins if k >= 0]
    known = tuple((k, place) for k in offsets if (place := places[k]) is not None)
    return Shown("\n".join(line.text for line in lines), frozenset(owner[k] for k in offsets), known)


def cause(block: Shown, all_shown: Mapping[tuple[int, int], Counter[int]], elements: Mapping[tuple[int, int], tuple[str, str]],
          owner: list[int], index: int) -> str:
    """Why a block is no whole element; see the module's docstring."""
    share: dict[tuple[int, int], set[int]] = defaultdict(set)
    raws: dict[tuple[int, int], set[int]] = defaultdict(set)
    for offset, (a, e, k) in block.places:
        share[a, e].add(k)
        raws[a, e].add(owner[offset])
    if not share:
        return "nothing true"
    main = max(share, key=lambda key: len(share[key]))
    others = [key for key in share if key != main and len(share[key]) >= FOREIGN]
    kind, text = elements[main]
    whole = len(share[main]) >= SEEN * len(text)
    if others:
        read = any(raws[key] & raws[main] for key in others)
        kinds = sorted({kind, *(elements[key][0] for key in others)}) if len({kind, *(elements[k][0] for k in others)}) > 1 else [kind, kind]
        return f"glued {'|'.join(kinds)} {'read' if read else 'made'}{'' if whole else ', part'}"
    if len(block.places) > 1.15 * len(share[main]):
        return f"twice in one {kind}"
    if not whole:
        elsewhere = sum(n for at, n in all_shown[main].items() if at != index)
        rest = len(text) - len(share[main])
        return f"{'part' if elsewhere > 0.5 * rest else 'lost'} {kind}"
    if sum(1 for n in all_shown[main].values() if n >= SEEN * len(text)) > 1:
        return f"copy {kind}"
    return f"marked {kind}" if block.text.startswith("> ") else f"misread {kind}"


def wrong_blocks(path: Path, truth: Mapping[str, Any], scorer: ModuleType, settings: Settings) -> Iterator[tuple[str, str, bool]]:
    """`(cause, text, counts for block_prec)` of every block that is no true element, and `(cause, text, False)` of missed paragraphs."""
    raw = path.read_text(encoding="utf-8")
    cleaned = clean(raw, settings, name=str(path))
    owner, places = true_places(path, cleaned.source.text)
    blocks = list(shown(Page(cleaned.source, cleaned.changes), owner, places))
    elements = {(a, e): (el["kind"], scorer.norm(el["text"], True))
                for a, article in enumerate(truth["articles"]) for e, el in enumerate(article["elements"])}
    seen: dict[tuple[int, int], Counter[int]] = defaultdict(Counter)
    for index, block in enumerate(blocks):
        for key, n in Counter((a, e) for _, (a, e, _) in block.places).items():
            seen[key][index] = n
    free = {key: text for key, (_, text) in elements.items()}
    found: dict[int, str] = {}
    for index, block in enumerate(blocks):
        text = scorer.norm(block.text, True)
        best = max((key for key in {(a, e) for _, (a, e, _) in block.places} if key in free),
                   key=lambda key: scorer.Lv.normalized_similarity(free[key], text), default=None)
        if best is not None and scorer.Lv.normalized_similarity(free[best], text) >= WHOLE:
            del free[best]
        else:
            found[index] = cause(block, seen, elements, owner, index)
            if len(text) >= LEAST:
                yield found[index], block.text, True
    for key in free:
        if elements[key][0] == "para":
            where = seen[key].most_common(1)
            yield (found.get(where[0][0], "?") if where else "not read"), elements[key][1], False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rig", type=Path)
    parser.add_argument("scorer", type=Path)
    parser.add_argument("suffixes", nargs="*", default=SUFFIXES[1:])
    parser.add_argument("--show", default="", help="print the blocks whose cause contains this")
    args = parser.parse_args()
    if not args.rig.is_dir() or not args.scorer.is_file():
        print(f"skipped: {args.rig} or {args.scorer} is not here")
        return
    scorer = scorer_at(args.scorer)
    blocks: dict[str, Counter[str]] = defaultdict(Counter)
    missed: dict[str, Counter[str]] = defaultdict(Counter)
    for suffix in args.suffixes:
        mode = suffix.split(".")[2]
        for truth_path in sorted(args.rig.glob("p*/truth.json")):
            path = truth_path.parent / suffix
            if path.is_file():
                truth = json.loads(truth_path.read_text(encoding="utf-8"))
                for why, text, counts in wrong_blocks(path, truth, scorer, Settings()):
                    (blocks if counts else missed)[why][mode] += 1
                    if args.show and args.show in why:
                        print(f"{truth_path.parent.name} {suffix[:-4]} {'block' if counts else 'para '} {why}: {text}")
    for title, table in (("wrong blocks", blocks), ("true paragraphs missed", missed)):
        modes = sorted({mode for row in table.values() for mode in row})
        print(f"{title}\n  {'cause':44}" + "".join(f"{m:>9}" for m in modes))
        for why, row in sorted(table.items(), key=lambda item: -item[1].total()):
            print(f"  {why:44}" + "".join(f"{row[m]:9}" for m in modes))


if __name__ == "__main__":
    main()
