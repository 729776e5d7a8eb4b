"""Score raw and cleaned rig pages side by side: pages typeset from known articles and read by real recognisers.

    python benchmarks/rig.py RIG_DIR SCORE_RIG.py [SUFFIX …]

RIG_DIR holds `pNNN/truth.json` and `pNNN/ENGINE.dL.MODE.txt`; SCORE_RIG.py is the scorer that comes with the data.
Prints the mean of every figure before and after (punctuation width forgiven), what two oracles reach that know where every
block, or every printed line, belongs (see `oracle.py`), how much of the way from the raw text to each of them is gone, the
changes by rule, and every page and figure that came out worse than the raw text. `truth.txt` as a suffix measures harm on
pages without damage.
"""

from __future__ import annotations

import argparse
import collections
import importlib.util
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.oracle import oracle, provenance  # noqa: E402
from cleaner import CleanerError, Settings, clean  # noqa: E402

SUFFIXES = ("truth.txt", *(f"ppv6t.d{level}.{mode}.txt" for mode in ("layout", "xycut", "tiles") for level in (1, 2)))
FIGURES = ("sent_cer", "para_95", "block_prec", "dup_sent", "order")
LOWER_IS_BETTER = {"sent_cer", "dup_sent"}
PLAIN = Settings(scaffold_off=("caption", "credit", "quote", "quote_line"))
"""The scorer takes `# ` off, but not `> 图：`, and has a caption and its credit as two elements."""
SLACK = 0.05
"""Percentage points below which a figure counts as unchanged."""


def scorer_at(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_rig", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def oracles(page: Path, truth: Mapping[str, Any]) -> list[str]:
    """The page as the two oracles would leave it; nothing for a page without provenance."""
    if not page.with_suffix(".json.gz").is_file():
        return []
    blocks = provenance(page)["blocks"]
    return [oracle(blocks, truth, by_line=by_line) for by_line in (False, True)]


def way(raw: float, cleaned: float, best: float) -> str:
    """The share of the way from raw to best that is gone."""
    return f"{(cleaned - raw) / (best - raw):5.0%}" if abs(best - raw) > SLACK else "    –"


def bench(rig: Path, scorer: ModuleType, suffix: str, settings: Settings) -> None:
    raw_sum, clean_sum, rules = collections.Counter(), collections.Counter(), collections.Counter()
    best = [collections.Counter(), collections.Counter()]
    pages, worse = 0, []
    for truth_path in sorted(rig.glob("p*/truth.json")):
        page = truth_path.parent / suffix
        if not page.is_file():
            continue
        truth = json.loads(truth_path.read_text(encoding="utf-8"))
        raw = page.read_text(encoding="utf-8")
        try:
            cleaned = clean(raw, settings, name=str(page))
        except CleanerError as error:
            print(f"  not cleaned: {error}")
            continue
        before, after = scorer.score(raw, truth, True), scorer.score(cleaned.text, truth, True)
        pages += 1
        for total, text in zip(best, oracles(page, truth), strict=False):
            total.update(scorer.score(text, truth, True))
        raw_sum.update(before)
        clean_sum.update(after)
        rules.update(change.rule for change in cleaned.changes if change.active)
        for figure in FIGURES:
            loss = after[figure] - before[figure]
            if (loss if figure in LOWER_IS_BETTER else -loss) > SLACK:
                worse.append(f"{truth_path.parent.name} {figure} {before[figure]:.1f} → {after[figure]:.1f}")
    if pages:
        print(f"{suffix} ({pages} pages)")
        for figure in FIGURES:
            raw_mean, clean_mean = raw_sum[figure] / pages, clean_sum[figure] / pages
            line = f"  {figure:10} {raw_mean:6.1f} → {clean_mean:6.1f}"
            for name, total in zip(("blocks", "lines"), best, strict=True):
                if total:
                    goal = total[figure] / pages
                    line += f"   oracle of {name} {goal:6.1f} way {way(raw_mean, clean_mean, goal)}"
            print(line)
        print(f"  changes: {dict(sorted(rules.items()))}")
        print(f"  worse: {'; '.join(worse) or 'none'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rig", type=Path)
    parser.add_argument("scorer", type=Path)
    parser.add_argument("suffixes", nargs="*", default=SUFFIXES)
    parser.add_argument("--plain", action="store_true", help="captions and boxes without their marks, which the scorer does not know")
    args = parser.parse_args()
    if not args.rig.is_dir() or not args.scorer.is_file():
        print(f"skipped: {args.rig} or {args.scorer} is not here")
        return
    scorer = scorer_at(args.scorer)
    for suffix in args.suffixes:
        bench(args.rig, scorer, suffix, PLAIN if args.plain else Settings())


if __name__ == "__main__":
    main()
