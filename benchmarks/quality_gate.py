"""The quality gate: figures on gold pages against the floors of `floors.toml`, and clean text left alone.

    python benchmarks/quality_gate.py [--bench FOLDER]

The bench data (gold pages and corpora) is not part of the repository: `--bench`, else `$CLEANER_BENCH`, else a folder
`shared` beside the checkout. Without it the gate says so and passes. Exit 1 when a floor is broken.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cleaner import clean  # noqa: E402
from cleaner.scoring import Defect, score  # noqa: E402

ARTICLES = 10
WIDTH = ("WIDTH",)
"""Rules that may touch a clean article: the corpora themselves have half-width marks."""


def main() -> int:
    """Print figures and broken floors; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = Path(os.environ.get("CLEANER_BENCH") or ROOT.parent / "shared")
    parser.add_argument("--bench", type=Path, default=default, help="folder with seeds/, gold/ and corpora/")
    bench: Path = parser.parse_args().bench
    if not bench.is_dir():
        print("quality gate: skipped, there is no bench data here (set CLEANER_BENCH or --bench)")
        return 0
    floors = tomllib.loads((ROOT / "benchmarks" / "floors.toml").read_text(encoding="utf-8"))
    broken = [*gold_pages(bench, floors["pages"]), *clean_articles(bench, floors["clean"])]
    for line in broken:
        print(f"BROKEN {line}")
    print(f"quality gate: {f'{len(broken)} floors broken' if broken else 'all floors hold'}")
    return int(bool(broken))


def gold_pages(bench: Path, floors: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    """Score the gold pages, print their figures, and yield what lies below its floor."""
    for number, wanted in sorted(floors.items()):
        found = sorted((bench / "gold").glob(f"{number}_*.gold.txt"))
        if not found:
            print(f"page {number}: skipped, no gold text in the bench data")
            continue
        stem = found[0].name.removesuffix(".gold.txt")
        source = (bench / "seeds" / f"{stem}.txt").read_bytes()
        rows = (bench / "gold" / f"{stem}.artefacts.jsonl").read_text(encoding="utf-8").split("\n")
        defects = [Defect.from_dict(json.loads(row)) for row in rows if row.strip()]
        text = clean(source, name=stem).text
        figures = flat(score(source.decode(), found[0].read_text(encoding="utf-8"), defects, text))
        print(f"page {number}: " + ", ".join(f"{key} {value:g}" for key, value in figures.items()))
        for key, floor in wanted.items():
            side, figure = key.rsplit("_", 1)[-1], figures[key.rsplit("_", 1)[0]]
            if (figure < floor) if side == "min" else (figure > floor):
                yield f"page {number}: {key} is {floor:g}, measured {figure:g}"


def flat(figures: Mapping[str, Any]) -> dict[str, float]:
    """The figures under names that floors can have; of pairs (done, listed) what is done."""
    return {
        "cer": figures["cer"], "f1": figures["paragraphs"]["f1"], "order": figures["order"],
        "joins": figures["joins"][0], "duplicates": figures["duplicates"][0], "repairs": figures["repairs"][0],
        "lacunae": figures["lacunae"]["marked"][0], "extra_lacunae": figures["lacunae"]["extra"],
        **{key: figures[key] for key in ("unjoined", "overjoined", "lost", "harm", "halfwidth")},
    }


def clean_articles(bench: Path, floors: Mapping[str, float]) -> Iterator[str]:
    """Clean ten articles that have no damage; yield when more than allowed is changed unasked."""
    corpus = bench / "corpora" / "cmrc.txt"
    if not corpus.is_file():
        print("clean articles: skipped, no corpus in the bench data")
        return
    total: Counter[str] = Counter()
    width = 0
    for number, article in enumerate(articles(corpus), 1):
        cleaned = clean(article, name=f"article {number}")
        source, active = cleaned.source, [c for c in cleaned.changes if c.active]
        found = [c for c in active if not c.rule.startswith(WIDTH)]
        total.update(c.rule for c in found)
        width += len(active) - len(found)
        for change in found:
            around = source.text[max(0, change.start - 10):change.end + 10].replace("\n", "¶")
            print(f"  article {number}: {change.rule} {change.kind} {change.before!r} → {change.after!r} in {around[:60]}")
    print(f"clean articles: {sum(total.values())} changes unasked in {ARTICLES} articles {dict(total) or ''} "
          f"besides {width} of width")
    if sum(total.values()) > floors["changes_max"]:
        yield f"clean articles: changes_max is {floors['changes_max']:g}, measured {sum(total.values())}"


def articles(corpus: Path) -> Iterator[str]:
    """Pages of a headline and the paragraphs of one article: its sentences, three a paragraph."""
    lines = [line.strip() for line in corpus.read_text(encoding="utf-8").split("\n")]
    usable = [line for line in lines if 400 < len(line) < 1500 and line.endswith("。")]
    for line in usable[::max(1, len(usable) // ARTICLES)][:ARTICLES]:
        sentences = [part + "。" for part in line.split("。") if part]
        paragraphs = ["".join(sentences[k:k + 3]) for k in range(0, len(sentences), 3)]
        yield "\n\n".join([f"# {sentences[0][:12].rstrip('，。、')}", *paragraphs]) + "\n"


if __name__ == "__main__":
    sys.exit(main())
