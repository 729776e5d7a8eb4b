"""Score raw and cleaned rig pages side by side: pages typeset from known articles and read by real recognisers.

    python benchmarks/rig.py RIG_DIR SCORE_RIG.py [SUFFIX …]

RIG_DIR holds `pNNN/truth.json` and `pNNN/ENGINE.dL.MODE.txt`; SCORE_RIG.py is the scorer that comes with the data.
Prints the mean of every figure before and after (punctuation width forgiven), the changes by rule, and every page and
figure that came out worse than the raw text. `truth.txt` as a suffix measures harm on pages without damage.
"""

from __future__ import annotations

import argparse
import collections
import importlib.util
import json
from pathlib import Path
from types import ModuleType

from cleaner import CleanerError, clean

SUFFIXES = ("truth.txt", "ppv6t.d1.layout.txt", "ppv6t.d2.layout.txt", "ppv6t.d2.xycut.txt", "ppv6t.d1.tiles.txt")
FIGURES = ("sent_cer", "para_95", "block_prec", "dup_sent", "order")
LOWER_IS_BETTER = {"sent_cer", "dup_sent"}
SLACK = 0.05
"""Percentage points below which a figure counts as unchanged."""


def scorer_at(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_rig", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def bench(rig: Path, scorer: ModuleType, suffix: str) -> None:
    raw_sum, clean_sum, rules = collections.Counter(), collections.Counter(), collections.Counter()
    pages, worse = 0, []
    for truth_path in sorted(rig.glob("p*/truth.json")):
        page = truth_path.parent / suffix
        if not page.is_file():
            continue
        truth = json.loads(truth_path.read_text(encoding="utf-8"))
        raw = page.read_text(encoding="utf-8")
        try:
            cleaned = clean(raw, name=str(page))
        except CleanerError as error:
            print(f"  not cleaned: {error}")
            continue
        before, after = scorer.score(raw, truth, True), scorer.score(cleaned.text, truth, True)
        pages += 1
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
            print(f"  {figure:10} {raw_sum[figure] / pages:6.1f} → {clean_sum[figure] / pages:6.1f}")
        print(f"  changes: {dict(sorted(rules.items()))}")
        print(f"  worse: {'; '.join(worse) or 'none'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rig", type=Path)
    parser.add_argument("scorer", type=Path)
    parser.add_argument("suffixes", nargs="*", default=SUFFIXES)
    args = parser.parse_args()
    if not args.rig.is_dir() or not args.scorer.is_file():
        print(f"skipped: {args.rig} or {args.scorer} is not here")
        return
    scorer = scorer_at(args.scorer)
    for suffix in args.suffixes:
        bench(args.rig, scorer, suffix)


if __name__ == "__main__":
    main()
