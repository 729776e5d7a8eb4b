"""How fast pages are cleaned, and how long the command takes to start: ratios measured side by side in one run.

    python benchmarks/throughput.py [PATH…] [--rounds N]

Pages are cleaned in one process, on one core, by all rules and by those that ask no language evidence (encoding,
characters and breaks). MB are 10^6 bytes of UTF-8; the best of N rounds counts. Rates depend on the machine, the
ratios much less: compare those.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cleaner import Settings, clean  # noqa: E402
from cleaner.normalizers.base import Stage, all_rules  # noqa: E402

PLAIN_STAGES = {Stage.ENCODING, Stage.CHARACTERS, Stage.BREAKS}
LANGUAGE_FREE = Settings(select=tuple(rule.code for rule in all_rules() if rule.stage in PLAIN_STAGES))


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", type=Path, default=[ROOT / "seeds"])
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    pages = [file.read_bytes() for path in arguments.paths
             for file in (sorted(path.glob("*.txt")) if path.is_dir() else [path])]
    size = sum(map(len, pages))

    def run(settings: Settings) -> Callable[[], None]:
        return lambda: [clean(page, settings) for page in pages].clear()

    first = seconds(lambda: [clean(pages[0])].clear())
    print(f"{len(pages)} pages, {size / 1e6:.3f} MB; the first page, models loaded with it: {first:.2f} s")
    every, plain = (best(run(chosen), arguments.rounds) for chosen in (Settings(), LANGUAGE_FREE))
    print(f"{'':28}{'MB/s':>9}{'s a page':>10}{'ratio':>8}")
    print(f"{'all rules':28}{size / every / 1e6:9.3f}{every / len(pages):10.3f}{1:8.2f}")
    print(f"{'without language evidence':28}{size / plain / 1e6:9.3f}{plain / len(pages):10.3f}{every / plain:8.2f}")

    environment = {**os.environ, "PYTHONPATH": str(ROOT)}

    def start(*command: str) -> Callable[[], None]:
        return lambda: [subprocess.run([sys.executable, *command], env=environment, check=True,
                                       capture_output=True)].clear()

    nothing, helped = (best(start(*c), arguments.rounds + 2) for c in (("-c", "pass"), ("-m", "cleaner", "--help")))
    print(f"start-up: python -c pass {nothing:.3f} s, cleaner --help {helped:.3f} s, ratio {helped / nothing:.1f}")


def seconds(work: Callable[[], None]) -> float:
    """How long `work` takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def best(work: Callable[[], None], rounds: int) -> float:
    """The shortest of `rounds` runs."""
    return min(seconds(work) for _ in range(rounds))


if __name__ == "__main__":
    main()
