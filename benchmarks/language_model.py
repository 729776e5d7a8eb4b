"""Prints how well and how fast the shipped character model does on text files of one paragraph a line.

    python benchmarks/language_model.py FILE… [--model FILE.npz]

Perplexity is per character of the shadow, paragraph ends included. The page cache is fair: each paragraph is
judged by a cache of the other paragraphs of its file. Blank lines and `#` before headlines are passed over.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from importlib.resources import files
from pathlib import Path

from cleaner.evidence.ngram import LanguageModel, Mixture, NgramModel, PageCache

WEIGHTS = (0.1, 0.2, 0.3, 0.4)


def paragraphs(path: Path) -> list[str]:
    """The paragraphs of a file, headline marks taken off."""
    lines = (line.lstrip("# ").strip() for line in path.read_text(encoding="utf-8").split("\n"))
    return [line for line in lines if line]


def perplexity(logp: float, count: int) -> float:
    """Perplexity per character from a sum of log10 p."""
    return float(10 ** (-logp / max(count, 1)))


def quality(model: NgramModel, pages: list[list[str]]) -> None:
    """Perplexity alone, and mixed with caches of the rest of the page and leave-one-out caches."""
    count = sum(len(line) + 1 for page in pages for line in page)
    unknown = sum(int((model.alphabet.encode(line) == 0).sum()) for page in pages for line in page)
    alone = sum(float(model.score_many([("\n", f"{line}\n") for line in page]).sum()) for page in pages)
    print(f"{count:,} characters, {unknown} unknown; perplexity {perplexity(alone, count):.1f}")
    mixed = dict.fromkeys(WEIGHTS, 0.0)
    counted = dict.fromkeys(WEIGHTS, 0.0)
    for page in pages:
        itself = PageCache(page, leave_one_out=True)
        for k, line in enumerate(page):
            others = PageCache([*page[:k], *page[k + 1 :]])
            for weight in WEIGHTS:
                mixed[weight] += Mixture(model, others, weight).score(f"{line}\n")
                counted[weight] += Mixture(model, itself, weight).score(f"{line}\n")
    for weight in WEIGHTS:
        rest, less = perplexity(mixed[weight], count), perplexity(counted[weight], count)
        print(f"  with page cache, weight {weight}: other paragraphs {rest:.1f}, leave_one_out {less:.1f}")


def speed(model: LanguageModel, name: str, pages: list[list[str]]) -> None:
    """Queries a second: ten characters after eight, 5,000 a batch."""
    text = "".join("".join(page) for page in pages)
    pairs = [(text[i : i + 8], text[i + 8 : i + 18]) for i in range(min(5000, max(len(text) - 18, 1)))]
    model.score_many(pairs[:100])
    begun = time.perf_counter()
    model.score_many(pairs)
    taken = time.perf_counter() - begun
    print(f"{name}: {len(pairs):,} pairs in {taken * 1e3:.1f} ms, {len(pairs) / taken:,.0f} pairs/s")
    begun = time.perf_counter()
    for context, query in pairs[:200]:
        model.score(query, context)
    print(f"{name}: one pair alone takes {(time.perf_counter() - begun) / 200 * 1e6:.0f} µs")


def main(argv: list[str] | None = None) -> int:
    """Measure and print; exit status 0 even when the texts are not there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("texts", nargs="*", type=Path)
    parser.add_argument("--model", type=Path, default=Path(str(files("cleaner.data").joinpath("char.model"))))
    options = parser.parse_args(argv)
    present = [path for path in options.texts if path.is_file()]
    for path in options.texts:
        if path not in present:
            print(f"skipped, not there: {path}")
    if not present or not options.model.is_file():
        print("skipped: name at least one text file that exists, and a model file that exists")
        return 0
    begun = time.perf_counter()
    model = NgramModel.load(options.model)
    print(f"{options.model.name}: {options.model.stat().st_size:,} bytes, n-grams by order", end=" ")
    print([len(level.keys) for level in model.levels], end=", ")
    held = sum(x.keys.nbytes + x.logp.nbytes + x.backoff.nbytes for x in model.levels)
    print(f"loaded in {time.perf_counter() - begun:.3f} s, {held / 2**20:.0f} MiB of tables")
    pages = [paragraphs(path) for path in present]
    quality(model, pages)
    begun = time.perf_counter()
    cache = PageCache(pages[0])
    size = sum(map(len, pages[0]))
    print(f"page cache of {size:,} characters built in {(time.perf_counter() - begun) * 1e3:.1f} ms")
    speed(model, "model", pages)
    speed(Mixture(model, cache), "mixture", pages)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    print(f"peak memory {peak:.0f} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
