"""How fast pages are cleaned, what a process needs to start, and how much memory: ratios measured side by side in one run.

    python benchmarks/throughput.py [PATH…] [--rounds N] [--blocks FILE] [--hostile FILE [KIND…]]

Pages are cleaned in one process, on one core, by all rules and by those that ask no language evidence (encoding,
characters and breaks). Every page is cleaned twice, since law 2 is tested. MB are 10^6 bytes of UTF-8; times are the processor's, on one thread, as in a batch, the
least of N rounds, each in a process of its own that has cleaned nothing but ten lines before, so that nothing of the pages is known. `again` are the same pages with another line
each, in one process: of most blocks much is still kept. Rates depend on the machine, the
ratios much less: compare those. `--blocks` takes a file of many lines (statutes, say) and cleans 250, 500, 1,000 and 2,000 of them as one
page each, every line a block. `--hostile` makes pages of the lines that no newspaper prints (see `HOSTILE`), of 500 and of 1,000 blocks, or
one block as long: twice the page should take twice the time.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"))  # read when numpy is first imported

from cleaner import Settings, clean  # noqa: E402
from cleaner.normalizers.base import Stage, all_rules  # noqa: E402

PLAIN_STAGES = {Stage.ENCODING, Stage.CHARACTERS, Stage.BREAKS}
LANGUAGE_FREE = Settings(select=tuple(rule.code for rule in all_rules() if rule.stage in PLAIN_STAGES))
LARGE, HOSTILE_BLOCKS = (250, 500, 1000, 2000), (500, 1000)
TEN_LINES = "".join(f"今天上午，河湾渡口的第{k}班渡船离开了码头。\n\n" for k in "一二三四五六七八九十")
MARKS, DIGITS, LETTERS = "，。、；：！？“”（）《》—…·", "0123456789 .,%", "abcdefghijklmnopqrstuvwxyz  "
CLAUSE = "他们坚持每天清晨在河边巡查两遍，"
EVIDENCE = """from cleaner.evidence import shipped_forms, shipped_lexicon, shipped_lookalikes, shipped_model
shipped_model(), shipped_lexicon().words, shipped_forms(), shipped_lookalikes()"""


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", type=Path, default=[ROOT / "seeds"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--blocks", type=Path)
    parser.add_argument("--hostile", nargs="+", metavar=("FILE", "KIND"))
    arguments = parser.parse_args()
    if arguments.hostile:
        hostile(Path(arguments.hostile[0]), arguments.hostile[1:] or list(HOSTILE))
        return
    pages = [file.read_bytes() for path in arguments.paths
             for file in (sorted(path.glob("*.txt")) if path.is_dir() else [path])]
    rates(pages, arguments.rounds)
    starts(arguments.rounds + 2)
    print(f"memory: {peak():.0f} MB at most")
    if arguments.blocks:
        large(arguments.blocks)


def rates(pages: list[bytes], rounds: int) -> None:
    """Rates of the pages, with all rules and without language evidence, and of pages that were cleaned just before."""
    size, chars = sum(map(len, pages)), sum(len(page.decode("utf-8", "replace")) for page in pages)
    print(f"{len(pages)} pages, {size / 1e6:.3f} MB; the first page, models loaded with it: {seconds(lambda: [clean(pages[0])].clear()):.2f} s")
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as fresh:
        every, plain = (min(fresh.map(first_time, [pages] * rounds, [chosen] * rounds)) for chosen in (Settings(), LANGUAGE_FREE))
    again = min(seconds(lambda k=k: cleaned(pages, Settings(), f"\n\n这是第{k}次。\n")) for k in range(rounds + 1))  # type: ignore[misc]
    print(f"{'':28}{'MB/s':>9}{'characters/s':>14}{'s a page':>10}{'ratio':>8}")
    for name, took in (("all rules", every), ("without language evidence", plain), ("all rules, again", again)):
        print(f"{name:28}{size / took / 1e6:9.3f}{chars / took:14,.0f}{took / len(pages):10.3f}{every / took:8.2f}")


def first_time(pages: list[bytes], settings: Settings) -> float:
    """Processor time of pages in a process that has cleaned ten lines before."""
    clean(TEN_LINES, settings)
    return seconds(lambda: cleaned(pages, settings))


def cleaned(pages: list[bytes], settings: Settings, behind: str = "") -> None:
    """Clean pages, each with some text behind it."""
    for page in pages:
        clean(page + behind.encode(), settings)


def starts(rounds: int) -> None:
    """Processor time of whole processes, all threads together, beside one that imports numpy; and how long each was waited for."""
    commands = {"python -c 'import numpy'": ("-c", "import numpy"), "cleaner --help": ("-m", "cleaner", "--help"),
                "evidence loaded": ("-c", EVIDENCE), "cleaner clean, ten lines": ("-m", "cleaner", "clean", "-")}
    took = {name: [min(times) for times in zip(*(process(command) for _ in range(rounds)), strict=True)] for name, command in commands.items()}
    least = next(iter(took.values()))[0]
    print("start-up: " + "; ".join(f"{name} {spent:.2f} s, {spent / least:.1f} times (waited for {waited:.2f} s)" for name, (spent, waited) in took.items()))


def process(command: tuple[str, ...]) -> tuple[float, float]:
    """Processor time of a Python process that reads ten lines, and the time until it ends. Its modules are compiled beforehand, as those of an installed package are."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, *command], env={**kept, "PYTHONPATH": str(ROOT)}, check=True, capture_output=True,
                   input=TEN_LINES.encode())
    after, waited = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - begin
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, waited


def lines_of(path: Path) -> list[str]:
    """Enough lines for the largest page."""
    with path.open(encoding="utf-8") as stream:
        return [line.strip() for _, line in zip(range(3 * LARGE[-1]), stream, strict=False) if line.strip()]


def noise(signs: str) -> Callable[[Sequence[str], int], str]:
    """Pages of blocks of 60 of some signs, drawn at random, the same on every run."""
    def page(lines: Sequence[str], n: int) -> str:
        dice = random.Random(1)
        return "\n\n".join("".join(dice.choices(signs, k=60)) for _ in range(n))

    return page


HOSTILE: dict[str, Callable[[Sequence[str], int], str]] = {
    "one block again and again": lambda lines, n: "\n\n".join([lines[7]] * n),
    "blocks that differ in one number": lambda lines, n: "\n\n".join(f"本站今日发出列车第{k}次，请旅客在候车室等候检票。" for k in range(n)),
    "blocks with the same beginning": lambda lines, n: "\n\n".join(f"为了改善全市的交通条件，有关部门决定，{line[:60]}" for line in lines[:n]),
    "blocks with the same ending": lambda lines, n: "\n\n".join(f"{line[:60]}，有关部门将继续做好各项服务工作。" for line in lines[:n]),
    "blocks that open a quotation": lambda lines, n: "\n\n".join(f"“{line[:40]}" for line in lines[:n]),
    "headlines": lambda lines, n: "\n\n".join(line[4:16].translate(str.maketrans("", "", "，。；：")) or "快讯" for line in lines[:n]),
    "lines of one character, four a block": lambda lines, n: "\n".join("".join(lines)[:4 * n]),
    "one block without a full stop, 250 characters a block": lambda lines, n: "".join(
        line.translate(str.maketrans("", "", "。；！？")) for line in lines * 2)[:250 * n],
    "one clause in one block, five times a block": lambda lines, n: CLAUSE * 5 * n,
    "one sentence in one block, five times a block": lambda lines, n: "\n\n".join((lines[3], CLAUSE.replace("，", "。") * 5 * n, lines[5])),
    "marks alone": noise(MARKS), "figures alone": noise(DIGITS), "Latin letters alone": noise(LETTERS),
}
"""Pages that no newspaper prints, by what their blocks are: made of lines, as many blocks as asked for."""


def hostile(path: Path, kinds: Sequence[str]) -> None:
    """Time of pages that no newspaper prints, and of pages twice as long."""
    lines = lines_of(path)
    clean(lines[0])  # so that the models are loaded
    for kind in kinds:
        short, long = (cleaning(HOSTILE[kind](lines, n)) for n in HOSTILE_BLOCKS)
        print(f"{kind:56} {short:7.2f} s, {long:7.2f} s: {long / short:.2f} times; {peak():.0f} MB at most so far", flush=True)


def large(path: Path) -> None:
    """Time and memory of pages of many blocks."""
    lines = lines_of(path)
    for blocks in LARGE:
        took = cleaning("\n\n".join(lines[:blocks]))
        print(f"{blocks:6} blocks: {took:7.2f} s, {1e3 * took / blocks:5.1f} ms a block, {peak():.0f} MB at most so far")


def cleaning(page: str) -> float:
    """Processor time of cleaning a page."""
    return seconds(lambda: [clean(page + "\n")].clear())


def peak() -> float:
    """The most memory that this process has held, in MB (Linux)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def seconds(work: Callable[[], None]) -> float:
    """Processor time of `work`."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


if __name__ == "__main__":
    main()
