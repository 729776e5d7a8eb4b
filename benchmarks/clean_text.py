"""What the text rules do to clean text: counts per rule and tier, with examples, and the time they take.

    PYTHONPATH=. python benchmarks/clean_text.py [--examples N] [--shared FOLDER]

Reads cmrc.txt (Wikipedia passages), laws.txt (statutes) and acc_xxqg.tet.json (5,000 clean sentences, some in
half-width punctuation). A `safe` change there is harm, unless a fault really stands in the data: look at each.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from cleaner.changes import Change
from cleaner.evidence import Evidence
from cleaner.normalizers.base import Rule, all_rules
from cleaner.page import Page
from cleaner.settings import Settings
from cleaner.source import Source

MODULES = ("encoding", "characters", "script", "punctuation", "words", "lookalikes", "strokes")
SHARED = Path(__file__).resolve().parent.parent.parent / "shared"
PAGE_LINES = 40


def corpora(shared: Path) -> Iterator[tuple[str, list[str]]]:
    """Name and paragraphs of each corpus that is there; says which one is not."""
    for name, path, count in (
        ("cmrc", shared / "corpora/cmrc.txt", 120), ("laws", shared / "corpora/laws.txt", 800),
        ("xxqg", shared / "bench/clean/acc_xxqg.tet.json", 5000),
    ):
        if not path.is_file():
            print(f"{name}: skipped, there is no {path}")
            continue
        if path.suffix == ".json":
            rows = [row["correct_text"] for row in json.loads(path.read_text(encoding="utf-8"))]
        else:
            with path.open(encoding="utf-8") as file:
                rows = [line for _, line in zip(range(count), file, strict=False)]
        yield name, [row.replace("\n", "") for row in rows[:count] if row.strip()]


def pages(lines: list[str]) -> Iterator[Page]:
    """Pages of some forty paragraphs, about as much as a newspaper page holds."""
    for k in range(0, len(lines), PAGE_LINES):
        yield Page(Source.from_text("\n\n".join(lines[k:k + PAGE_LINES]) + "\n"))


def around(page: Page, change: Change) -> str:
    """The change as it reads in its place."""
    text = page.source.text
    left, right = text[max(0, change.start - 14):change.start], text[change.end:change.end + 14]
    return f"{left}[{change.before}→{change.after}]{right}".replace("\n", "¶")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=5)
    parser.add_argument("--shared", type=Path, default=SHARED)
    arguments = parser.parse_args()
    rules: list[Rule] = [r for r in all_rules() if type(r).__module__.rpartition(".")[2] in MODULES]
    for name, lines in corpora(arguments.shared):
        counts: Counter[tuple[str, str]] = Counter()
        examples: dict[tuple[str, str], list[str]] = defaultdict(list)
        seconds: Counter[str] = Counter()
        size = sum(len(line.encode()) for line in lines)
        for page in pages(lines):
            evidence = Evidence(page, Settings())
            assert page.blocks
            for rule in rules:
                start = time.perf_counter()
                found = list(rule.find(page, evidence))
                seconds[rule.code] += time.perf_counter() - start
                for change in found:
                    counts[rule.code, change.tier] += 1
                    examples[rule.code, change.tier].append(around(page, change))
        total = sum(seconds.values())
        print(f"\n== {name}: {len(lines)} paragraphs, {size / 1e6:.2f} MB, {size / 1e6 / total:.1f} MB/s, all rules")
        print("   slowest: " + ", ".join(f"{code} {s:.3f} s" for code, s in seconds.most_common(5)))
        for (code, tier), count in sorted(counts.items()):
            print(f"{code:10} {tier:10} {count:6}")
            step = max(1, count // max(1, arguments.examples))
            for example in examples[code, tier][::step][:arguments.examples]:
                print(f"             {example}")


if __name__ == "__main__":
    main()
