"""Which sentences are joined unasked on recognised pages, and how many of them the truth has in one piece.

    python benchmarks/joins.py RIG_DIR [SUFFIX …] [--show]

RIG_DIR holds `pNNN/truth.json` and `pNNN/ENGINE.dL.MODE.txt` (the rig's, or those of `rebuilt.py`). A join is right where some true element has
the words on its right straight behind those on its left, misreadings allowed. Prints right and wrong ones by suffix, and how many of each were
brought together by a move; `--show` prints the wrong ones.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from rapidfuzz import fuzz

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cleaner import CleanerError, clean  # noqa: E402
from cleaner.changes import Change  # noqa: E402
from cleaner.structure.copies.passages import shadow as bare  # noqa: E402

SUFFIXES = tuple(f"ppv6t.d{level}.{mode}.txt" for mode in ("layout", "xycut", "naive", "tiles") for level in (1, 2))
FOUND, NEAR = 60.0, 10.0
"""Likeness (0 to 100) from which the words on the left are found in an element; how much less than the best an element may have."""
BEHIND, FEW_BEHIND, FEW = 70.0, 50.0, 3
"""Likeness of the words on the right with those behind that place; that of so few characters (出o for 出。)."""
SLACK = 2
"""Characters by which a place found may be off."""


def in_one_piece(left: str, right: str, elements: Sequence[str]) -> bool:
    """Whether some element has `right` straight behind `left`."""
    places = [(match.score, element, match.dest_end) for element in elements if len(element) >= len(left) // 2
              if (match := fuzz.partial_ratio_alignment(left, element)) is not None]
    best = max((score for score, _, _ in places), default=0.0)
    return any(fuzz.ratio(right, element[at:at + len(right)]) >= (BEHIND if len(right) > FEW else FEW_BEHIND)
               for score, element, end in places if score >= max(FOUND, best - NEAR)
               for at in range(max(0, end - SLACK), end + SLACK + 1))


def joins_of(page: Path) -> Iterator[tuple[Change, bool, bool]]:
    """The joins written on a page: each with whether it is right, and whether its halves stood apart in the file."""
    truth = json.loads((page.parent / "truth.json").read_text(encoding="utf-8"))
    elements = [bare(element["text"]) for article in truth["articles"] for element in article["elements"]]
    for change in clean(page.read_bytes(), name=page.name).changes:
        if change.rule == "JOIN001" and change.active:
            left, _, right = change.evidence["seam"].partition("|")
            yield change, in_one_piece(bare(left), bare(right), elements), change.target is not None and change.target != change.end


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rig", type=Path)
    parser.add_argument("suffixes", nargs="*", default=SUFFIXES)
    parser.add_argument("--show", action="store_true")
    args = parser.parse_args()
    if not args.rig.is_dir():
        print(f"skipped: {args.rig} is not here")
        return
    for suffix in args.suffixes:
        count: Counter[tuple[bool, bool]] = Counter()
        for page in sorted(args.rig.glob(f"p*/{suffix}")):
            try:
                found = list(joins_of(page))
            except CleanerError as error:
                print(f"  {page.parent.name}: {error}")
                continue
            count.update((right, apart) for _, right, apart in found)
            if args.show:
                for change, _, apart in (one for one in found if not one[1]):
                    print(f"  {page.parent.name} {change.evidence['log_odds']:5.2f} {'from afar ' if apart else ''}{change.evidence['seam']}")
        print(f"{suffix}: right {count[True, False] + count[True, True]} ({count[True, True]} from afar), "
              f"wrong {count[False, False] + count[False, True]} ({count[False, True]} from afar)", flush=True)


if __name__ == "__main__":
    main()
