"""Paragraphs whose beginning is lost: how many are right above which log-odds, on recognised pages and in text where none is lost.

    python benchmarks/lost_starts.py RIG_DIR [--rebuilt DIR] [--prose FILE …] [--show LOG_ODDS]

Every paragraph of a page's reading into which nothing runs is asked (`Flow.lost_start`); its provenance says whether it begins inside a
paragraph. Overlapping tiles, whose torn lines stand elsewhere, and printed lines are left out. A paragraph that several readings have counts once,
with its highest log-odds. The bars `UNAIDED` and `HEADED` of `cleaner.structure.order.reading`, `LOST`, `EARLY` and `STUB` of `cleaner.structure.seams` and `LONE_LOSS`
of `cleaner.normalizers.joins` are read off these tables. `--rebuilt` adds more readings of the rig's pages (of `rebuilt.py`); `--prose` text that the character
model has not learnt, one paragraph a line, a page of which has `PROSE_PAGE` paragraphs. `--show` prints what is wrong above so much.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.blocks import true_places  # noqa: E402
from benchmarks.calibrate_links import EARLY as BEFORE_READING  # noqa: E402
from cleaner import Page, Settings, Source, clean  # noqa: E402
from cleaner.evidence import Evidence  # noqa: E402
from cleaner.evidence.build import held_out  # noqa: E402
from cleaner.normalizers.joins import CRUMB, may_run_on  # noqa: E402
from cleaner.structure.logistic import probability  # noqa: E402
from cleaner.structure.order.reading import flow_of, read, unjoined  # noqa: E402
from cleaner.structure.seams import EARLY, STUB, closes_early, is_stub  # noqa: E402

BARS = (0.5, 0.8, 1.15, 1.3, 1.4, 1.5, 1.8, 2.2, 2.5, 3.0, 3.5, 4.0)
LEFT_OUT = ("tiles", "lines")
BEGINNING = 2
"""Code points of a paragraph that a recogniser may lose before its beginning counts as lost."""
PROSE_PAGE = 20


@dataclass(frozen=True)
class Start:
    """A paragraph into which nothing runs; of a page without provenance none is lost."""

    key: tuple[object, ...]
    odds: float
    lead: bool
    """Whether a headline or a byline stands above it."""
    runs_on: bool
    """Whether the line above may run on into it, so that it is only suggested."""
    lost: bool
    text: str


def starts(name: str, page: Page, places: list[tuple[int, int, int] | None] | None) -> Iterator[Start]:
    """What is asked of a page: with the places of its characters in the true text, where they are known."""
    evidence = Evidence(page, Settings())
    reading = read(evidence)
    flow, _ = flow_of(evidence)
    for i, lead in unjoined(flow, reading.order, {join.b for join in reading.joins}).items():
        block = page.blocks[i]
        place = next(filter(None, places[block.start:block.start + 3]), None) if places else (0, i, 0)
        if place is not None and len(block.text) > CRUMB:
            yield Start((name, *place), flow.lost_start(i), lead, may_run_on(page, reading, i), place[2] > BEGINNING, block.text)


def recognised(folders: Iterable[Path]) -> Iterator[Start]:
    for path in sorted(path for folder in folders for path in folder.glob("p*/*.txt")):
        if path.name != "truth.txt" and not any(f".{mode}." in path.name for mode in LEFT_OUT):
            raw = path.read_text(encoding="utf-8")
            changes = clean(raw, Settings(select=BEFORE_READING)).changes
            page = Page(Source.from_text(raw), tuple(change for change in changes if change.active))
            yield from starts(path.parent.name, page, true_places(path, raw)[1])


def prose(files: Iterable[Path]) -> Iterator[Start]:
    for file in files:
        lines = held_out(file.read_text(encoding="utf-8").split("\n"))
        for k in range(0, len(lines), PROSE_PAGE):
            yield from starts(f"{file.name}:{k}", Page(Source.from_text("\n\n".join(filter(None, lines[k:k + PROSE_PAGE])) + "\n")), None)


def once(found: Iterable[Start]) -> list[Start]:
    """The highest log-odds of every paragraph."""
    best: dict[tuple[object, ...], Start] = {}
    for start in found:
        if start.key not in best or start.odds > best[start.key].odds:
            best[start.key] = start
    return list(best.values())


def row(name: str, found: list[Start]) -> None:
    print(f"{name}: {sum(start.lost for start in found)} of {len(found)}; above "
          + ", ".join(f"{bar} {sum(start.lost for start in above)} of {len(above)}"
                      for bar in BARS for above in [[start for start in found if start.odds > bar]]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rig", type=Path)
    parser.add_argument("--rebuilt", type=Path)
    parser.add_argument("--prose", type=Path, nargs="*", default=[])
    parser.add_argument("--show", type=float)
    args = parser.parse_args()
    missing = [path for path in (args.rig, *filter(None, [args.rebuilt]), *args.prose) if not path.exists()]
    if missing:
        print(f"skipped: {missing[0]} is not here")
        return
    found = once(recognised([args.rig, *filter(None, [args.rebuilt])]))
    asked = [start for start in found if not start.runs_on]
    print("lost beginnings of all paragraphs above log-odds, on recognised pages")
    row("under a headline or a byline", [start for start in asked if start.lead])
    row("elsewhere", [start for start in asked if not start.lead])
    row("where the line above may run on", [start for start in found if start.runs_on])
    row(f"one character and a comma (of which {STUB} are for that)", [start for start in found if is_stub(start.text)])
    row(f"a mark closed that was not opened ({EARLY} for that)", [start for start in found if closes_early(start.text) and not is_stub(start.text)])
    clean_text = list(prose(args.prose))
    if clean_text:
        row("text that lost nothing", clean_text)
        print("its highest probabilities: " + " ".join(f"{probability(start.odds):.3f}" for start in sorted(clean_text, key=lambda one: -one.odds)[:8]))
    if args.show is not None:
        for start in asked + clean_text:
            if start.odds > args.show and not start.lost:
                print(f"{start.key[0]} {start.odds:.2f}{' lead' * start.lead} {start.text[:40]}")


if __name__ == "__main__":
    main()
