"""Prints how well, how fast and how small the shipped character model is, side by side with its caches.

    python benchmarks/language_model.py BENCH CORPORA [--model FILE]

BENCH has `rig-dev/p*/truth.txt` and `clean/acc_xxqg.tet.json`, CORPORA `cmrc.txt`, of which the model has not learnt
every fifth passage. Perplexity is per character of the shadow, paragraph ends included, and per hanzi. The caches are
fair: a paragraph is judged by a cache of the other paragraphs of its page, and by an archive of the other pages
(their true texts, or what a recogniser made of them).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import numpy as np

from cleaner.evidence import ARCHIVE_WEIGHT, CACHE_WEIGHT
from cleaner.evidence.archive import Archive
from cleaner.evidence.build import held_out
from cleaner.evidence.ngram import Batched, Mixture, NgramModel, PageCache

Pages = list[list[str]]
WEIGHTS = (0.1, 0.2, 0.3)
START = """import time, sys
a = time.perf_counter(); import numpy
b = time.perf_counter(); from cleaner.evidence import shipped_lexicon, shipped_model
m = shipped_model(); m.score('试一试')
c = time.perf_counter(); r = open('/proc/self/statm').read().split()[1] if sys.platform == 'linux' else 0
'企业' in shipped_lexicon()
d = time.perf_counter(); s = open('/proc/self/statm').read().split()[1] if sys.platform == 'linux' else 0
print(f'start: numpy {b - a:.3f} s, model {c - b:.3f} s, lexicon {d - c:.3f} s; '
      f'resident {int(r) / 256:.0f} MiB with the model, {int(s) / 256:.0f} MiB with the lexicon')"""


def paragraphs(path: Path) -> list[str]:
    """The paragraphs of a file, headline marks taken off."""
    lines = (line.lstrip("# ").strip() for line in path.read_text(encoding="utf-8").split("\n"))
    return [line for line in lines if line]


def perplexities(pages: Pages, model_of: Callable[[int, int], Batched], whole: bool = False) -> str:
    """Perplexity per character and per hanzi; `model_of` gives the model for a page and a paragraph of it."""
    found, hanzi = [], []
    for i, page in enumerate(pages):
        if whole:
            found.append(model_of(i, 0).logprobs_many([("\n", f"{line}\n") for line in page])[0])
        else:
            found += [model_of(i, k).logprobs(f"{line}\n") for k, line in enumerate(page)]
        hanzi += ["\u4e00" <= char <= "\u9fff" for line in page for char in f"{line}\n"]
    flat = np.concatenate(found).astype(np.float64)
    return f"{10 ** -flat.mean():6.1f} a character {10 ** -flat[np.array(hanzi)].mean():6.1f} a hanzi"


def with_caches(model: NgramModel, pages: Pages, recognised: list[str]) -> None:
    """The model with a page's cache, an archive's, and both."""
    def cached(general: Batched, i: int, k: int, weight: float = CACHE_WEIGHT) -> Mixture:
        return Mixture(general, PageCache([*pages[i][:k], *pages[i][k + 1:]]), weight)

    for weight in WEIGHTS:
        print(f"  + page cache {weight}:          {perplexities(pages, lambda i, k, w=weight: cached(model, i, k, w))}")
    archives = {"true texts": ["\n".join(page) for page in pages], "as recognised": recognised}
    for name, texts in archives.items():
        made = [Archive.of(texts[:i] + texts[i + 1:]).model for i in range(len(pages))] if len(texts) == len(pages) else []
        for weight in WEIGHTS if made else ():
            both = [Mixture(model, archive, weight) for archive in made]
            print(f"  + archive {weight} ({name}):       {perplexities(pages, lambda i, k, b=both: b[i], whole=True)}")
            print(f"  + archive {weight} + page cache {CACHE_WEIGHT}: {perplexities(pages, lambda i, k, b=both: cached(b[i], i, k))}")


def quality(model: NgramModel, bench: Path, corpora: Path) -> None:
    """Perplexity on every set that is here."""
    truths = sorted(bench.glob("rig-dev/p*/truth.txt"))
    if truths:
        pages = [paragraphs(path) for path in truths]
        print(f"rig-dev, {len(pages)} pages:         {perplexities(pages, lambda i, k: model, whole=True)}")
        read = [path.with_name("ppv6t.d1.layout.txt") for path in truths]
        with_caches(model, pages, [path.read_text(encoding="utf-8") for path in read if path.is_file()])
    if (bench / "clean/acc_xxqg.tet.json").is_file():
        rows = json.loads((bench / "clean/acc_xxqg.tet.json").read_text(encoding="utf-8"))
        sentences = [row["correct_text"] for row in rows]
        print(f"clean, {len(rows)} sentences:      {perplexities([sentences], lambda i, k: model, whole=True)}")
        house = Mixture(model, Archive.of(["\n".join(sentences[::2])]).model, ARCHIVE_WEIGHT)
        print(f"  half of them, the others as archive: {perplexities([sentences[1::2]], lambda i, k: house, whole=True)}")
    if (corpora / "cmrc.txt").is_file():
        lines = (corpora / "cmrc.txt").read_text(encoding="utf-8").split("\n")
        print(f"cmrc, held out:            {perplexities([list(filter(None, held_out(lines)))], lambda i, k: model, whole=True)}")


def speed(model: Batched, name: str, text: str) -> None:
    """Queries a second of processor time: five characters after four, all at once and one by one."""
    pairs = [(text[i % 9000:i % 9000 + 4], text[(i * 7) % 9000 + 4:(i * 7) % 9000 + 9]) for i in range(100_000)]
    model.score_many(pairs[:5000])
    begun = time.process_time()
    model.score_many(pairs)
    taken = time.process_time() - begun
    begun = time.process_time()
    for context, asked in pairs[:500]:
        model.score(asked, context)
    alone = (time.process_time() - begun) / 500
    print(f"{name}: 100,000 pairs in {taken:.2f} s, {len(pairs) / taken:,.0f} a second; one alone {alone * 1e6:.0f} µs")


def main(argv: list[str] | None = None) -> int:
    """Measure and print; exit status 0 even when the texts are not there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("bench", type=Path)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--model", type=Path, default=Path(str(files("cleaner.data").joinpath("char.model"))))
    options = parser.parse_args(argv)
    if not options.bench.is_dir():
        print(f"skipped: {options.bench} is not here")
        return 0
    model = NgramModel.load(options.model)
    print(f"{options.model.name}: {options.model.stat().st_size:,} bytes, n-grams {[len(x) for x in model.levels]}")
    quality(model, options.bench, options.corpora)
    print(subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, check=True).stdout, end="")
    truths = sorted(options.bench.glob("rig-dev/p*/truth.txt"))
    text = "".join("".join(paragraphs(path)) for path in truths)
    if len(text) > 10_000:
        speed(model, "model", text)
        speed(Mixture(model, PageCache(text[:8000].split("。"))), "with page cache", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
