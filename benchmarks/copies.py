"""Copies found, near-copies spared: figures on generated pages, beside usual tools.

    python benchmarks/copies.py TEXT.txt … [--look-alikes TABLE.tsv.gz] [--pages 6] [--alone] [--order] [--alike] [--hard LAWS.txt]

Pages are made from the texts with whole, partial, overlapping and merged copies, loops and meant repetitions,
every copy misread in its own way. A decision about a character (or a block) is right when the character still
stands on the page; what is printed more often than in the truth is missed. The usual tools decide on blocks:
MinHash with 5-gram shingles and Jaccard .7 (datasketch, skipped where it is not installed), the same at .3, and a
repeat remover that deletes every block whose text occurs again, as data-juicer's does. `--order` prints how many of the blocks that are
left stand right behind what comes before them in their article; `--alike` how many pairs of blocks that are alike, with the same figures, are taken for one text misread.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.noise import LookAlikes, misread, read_look_alikes
from benchmarks.order import reading_of
from benchmarks.pages import Article, GeneratedPage, PageBlock, PageSettings, make_page, read_articles
from cleaner import CleanerError, Settings, clean
from cleaner.evidence import shipped_model
from cleaner.normalizers.copies import LEAST_GAIN, SAFE_GAIN
from cleaner.structure.copies.differences import FIGURES, differences, misread_odds
from cleaner.structure.copies.near import COVERED
from cleaner.structure.copies.passages import find_passages, shadow
from cleaner.structure.copies.twins import better_readings

NOISE = (0.0, 0.05, 0.115)
KINDS = {
    "whole": PageSettings(whole=0.12, runs=0.04, displaced=0.03, meant=0.15),
    "parts": PageSettings(parts=0.15, meant=0.15),
    "overlaps": PageSettings(cuts=0.7, overlaps=0.6, meant=0.15),
    "merged": PageSettings(merged=0.12, meant=0.15),
    "loops": PageSettings(loops=2, meant=0.15),
    "all": PageSettings(cuts=0.5, whole=0.05, runs=0.02, parts=0.05, overlaps=0.3, merged=0.04, loops=1,
                        displaced=0.03, meant=0.15),
}
GAP = 12
"""Characters of a paragraph that may be lost, or printed twice, between two of its pieces."""
ALIKE = "  blocks alike: of misread copies {} of {} taken for one text, of others {} of {}"
OWN = 3
"""Characters of its own that a removal must take to be counted as harm: at one's edge a misread one may go unseen."""
Remover = Callable[[GeneratedPage], dict[int, tuple[str, int]]]
"""Gives the offsets of `page.text` that are taken away as copies, each with the rule and where the removal starts."""


@dataclass
class Tally:
    """Right, wrong and missed removals, in characters and in blocks, and meant lines that are gone."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    block_right: int = 0
    block_wrong: int = 0
    block_missed: int = 0
    meant_gone: int = 0
    meant: int = 0
    failed: int = 0
    seconds: float = 0.0
    own: Counter[str] = field(default_factory=Counter)
    """By rule: removals that took `OWN` or more characters which no other place of the page has, and those characters."""

    @staticmethod
    def f1(right: int, wrong: int, missed: int) -> float:
        return 2 * right / (2 * right + wrong + missed) if right + wrong + missed else 1.0

    def line(self) -> str:
        return (f"chars F1 {self.f1(self.right, self.wrong, self.missed):.4f} "
                f"(lost {self.wrong}, left {self.missed} of {self.right + self.missed})  "
                f"blocks F1 {self.f1(self.block_right, self.block_wrong, self.block_missed):.4f} "
                f"(lost {self.block_wrong}, left {self.block_missed} of {self.block_right + self.block_missed})  "
                f"meant gone {self.meant_gone}/{self.meant}  {self.seconds:.1f} s"
                + (f"  NOT CLEANED {self.failed}" if self.failed else "")
                + "".join(f"  {rule} took own {n}" for rule, n in sorted(self.own.items())))


def places(page: GeneratedPage, block: PageBlock, out: Sequence[bool]) -> list[tuple[int, bool]]:
    """The places of the truth that a block holds, each with whether it is gone; what noise lost shares the lot of
    the character before it."""
    found, k, is_out = [], 0, bool(out and out[0])
    for s in block.segments:
        for o in range(page.elements[s.element].at + s.start, page.elements[s.element].at + s.end):
            while k < len(block.origins) and block.origins[k] < 0:
                k += 1
            if k < len(block.origins) and block.origins[k] == o:
                is_out = bool(out and out[k])
                k += 1
            found.append((o, is_out))
    return found


def tally(page: GeneratedPage, removed: Mapping[int, tuple[str, int]], into: Tally) -> None:
    """Add what `removed` does to a page. A block counts where at least 80 % of it is gone, or could be."""
    kept: Counter[int] = Counter()
    printed: Counter[int] = Counter()
    gone: list[bool] = []
    for block, start in zip(page.blocks, page.starts, strict=True):
        out = [start + k in removed for k in range(len(block.text))]
        where = places(page, block, out)
        printed.update(o for o, _ in where)
        kept.update(o for o, is_out in where if not is_out)
        gone.append(sum(out) >= 0.8 * len(out))
        if block.kind in ("meant", "quote"):
            into.meant += 1
            into.meant_gone += gone[-1]
    taken = sum(printed.values()) - sum(kept.values())
    lost = sum(1 for o in printed if not kept[o] and page.truth[o].strip())
    into.wrong += lost
    into.right += taken - lost
    into.missed += sum(n - 1 for o, n in kept.items() if n > 1 and page.truth[o].strip())
    alone = {(removed[start + k], o) for block, start in zip(page.blocks, page.starts, strict=True)
             for k, o in enumerate(block.origins) if start + k in removed and o >= 0 and not kept[o]}
    for (rule, _), count in Counter(removal for removal, _ in alone).items():
        if rule and count >= OWN:
            into.own[f"{rule} in cuts"] += 1
            into.own[f"{rule} in characters"] += count
    for is_gone, block in zip(gone, page.blocks, strict=True):
        own = [o for o, _ in places(page, block, ())]
        if is_gone:
            good = sum(kept[o] > 0 for o in own) >= 0.8 * len(own)
            into.block_right += good
            into.block_wrong += not good
        elif len(own) >= 12 and sum(kept[o] > 1 for o in own) >= 0.95 * len(own):
            into.block_missed += 1
            kept.subtract(own)


def ours(page: GeneratedPage, settings: Settings | None = None) -> dict[int, tuple[str, int]]:
    """What COPY rules take away unasked, with the lines that they leave empty."""
    changes = [c for c in clean(page.text, settings).changes if c.active and (c.rule.startswith("COPY") or c.rule == "BREAK003")]
    return {k: (c.rule, c.start) for c in changes if c.kind == "drop" or not c.after for k in range(c.start, c.end)}


def _blocks(page: GeneratedPage, numbers: set[int]) -> dict[int, tuple[str, int]]:
    return {page.starts[i] + k: ("", page.starts[i]) for i in numbers for k in range(len(page.blocks[i].text))}


def min_hash(threshold: float) -> Remover | None:
    """MinHash LSH over 5-gram shingles, the first of each pair stays; None where datasketch is absent."""
    try:
        from datasketch import MinHash, MinHashLSH
    except ImportError:
        return None

    def remove(page: GeneratedPage) -> dict[int, tuple[str, int]]:
        index, numbers = MinHashLSH(threshold=threshold, num_perm=128), set[int]()
        for i, block in enumerate(page.blocks):
            sketch = MinHash(num_perm=128)
            for k in range(max(1, len(block.text) - 4)):
                sketch.update(block.text[k:k + 5].encode())
            if index.query(sketch):
                numbers.add(i)
            else:
                index.insert(str(i), sketch)
        return _blocks(page, numbers)

    return remove


def all_repeats(page: GeneratedPage) -> dict[int, tuple[str, int]]:
    """Every block whose text stood on the page before goes, whatever it is (data-juicer's line deduplication)."""
    seen, numbers = set[bytes](), set[int]()
    for i, block in enumerate(page.blocks):
        digest = hashlib.md5("".join(block.text.split()).encode()).digest()
        if digest in seen:
            numbers.add(i)
        seen.add(digest)
    return _blocks(page, numbers)


def pages(
    articles: Sequence[Article], count: int, settings: PageSettings, alike: LookAlikes | None, seed: int,
) -> list[GeneratedPage]:
    """The pages of one row; the same at every call."""
    made = []
    for number in range(count):
        rng = random.Random(seed + number)
        made.append(make_page(rng.sample(articles, min(6, len(articles))), rng, settings, alike))
    return made


def measure(made: Sequence[GeneratedPage], remover: Remover) -> Tally:
    total = Tally()
    for page in made:
        begun = time.perf_counter()
        try:
            removed = remover(page)
        except CleanerError:
            total.failed += 1
            continue
        total.seconds += time.perf_counter() - begun
        tally(page, removed, total)
    return total


def neighbours(made: Sequence[GeneratedPage]) -> tuple[int, int]:
    """How many blocks are read right behind what comes before them in their article, and how many are left of all."""
    right = left = 0
    for page in made:
        reading = reading_of(page)
        kept = [page.blocks[i] for i in reading.order if i not in reading.drops]
        left += len(kept)
        for one, other in pairwise(kept):
            if one.article == other.article and one.segments and other.segments:
                end, start = one.segments[-1], other.segments[0]
                right += start.element == end.element + 1 or (start.element == end.element and abs(start.start - end.end) <= GAP)
    return right, left


def near_pairs(made: Sequence[GeneratedPage]) -> tuple[int, int, int, int]:
    """Pairs of different blocks that are alike as a whole and have the same figures: how many of misread copies are taken for one text, and how many there
    are; the same of others."""
    found = [0, 0, 0, 0]
    for page in made:
        shadows = [shadow(block.text) for block in page.blocks]
        first = {text: i for i, text in reversed(list(enumerate(shadows)))}
        whole = [p for p in find_passages([text if first[text] == i else "" for i, text in enumerate(shadows)])
                 if min((p.a1 - p.a0) / len(shadows[p.a]), (p.b1 - p.b0) / len(shadows[p.b])) >= COVERED]
        said = [(shadows[p.a][p.a0:p.a1], shadows[p.b][p.b0:p.b1]) for p in whole]
        for passage, two, places in zip(whole, said, differences(said, shipped_model()), strict=True):
            one, other = (set(page.blocks[k].origins) - {-1} for k in (passage.a, passage.b))
            if not any(FIGURES & set(two[0][d.a0:d.a1]) and FIGURES & set(two[1][d.b0:d.b1]) for d in places):
                kind = 0 if 2 * len(one & other) > min(len(one), len(other)) else 2
                found[kind] += misread_odds(*two, places) >= 0
                found[kind + 1] += 1
    return found[0], found[1], found[2], found[3]


def hard_pages(path: Path, count: int, seed: int) -> list[GeneratedPage]:
    """Statutes that stand side by side in a collection: full of near-copies, none of them a copy."""
    articles, made = read_articles([path]), []
    for number in range(count):
        rng = random.Random(seed + number)
        k = rng.randrange(max(1, len(articles) - 8))
        made.append(make_page(articles[k:k + 8], rng, PageSettings(cuts=0.2, meant=0.1)))
    return made


def choices(articles: Sequence[Article], alike: LookAlikes | None, count: int, seed: int) -> None:
    """Two readings of one passage: at the places where one of them is right, how often the one taken is that one.
    The first reading stands wherever the second is not likelier by the margin."""
    rng = random.Random(seed)
    said = [p for article in articles for p in article.paragraphs if 60 <= len(p) <= 200]
    for noise in NOISE[1:]:
        pairs, truths = [], []
        for text in rng.sample(said, min(count, len(said))):
            (one, kept), (other, also) = (misread(text, noise, rng, alike) for _ in range(2))
            if len(one) == len(text) == len(other) and kept == also == list(range(len(text))):
                pairs.append((one, other))
                truths.append(text)
        found = better_readings(pairs, shipped_model())
        for margin in (0.0, LEAST_GAIN, SAFE_GAIN):
            told = Counter[str]()
            for (one, other), text, readings in zip(pairs, truths, found, strict=True):
                taken = {k for r in readings if r.gain > margin for k in range(r.start, r.end)}
                for k, (a, b, true) in enumerate(zip(one, other, text, strict=True)):
                    told["second" if b == true else "first"] += a != b and true in (a, b)
                    told["taken" if b == true else "spoilt"] += a != b and true in (a, b) and k in taken
            n = told["second"] + told["first"]
            right = told["first"] + told["taken"] - told["spoilt"]
            print(f"second readings at {noise:.1%} errors, margin {margin}: right at {right / max(n, 1):.3f} of {n} places "
                  f"(the first alone {told['first'] / max(n, 1):.3f}); taken over {told['taken']}, spoilt {told['spoilt']}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", nargs="+", type=Path)
    parser.add_argument("--look-alikes", type=Path)
    parser.add_argument("--hard", type=Path, help="statutes or other formulaic prose, one paragraph a line")
    parser.add_argument("--pages", type=int, default=6)
    parser.add_argument("--seed", type=int, default=0, help="other pages for another number")
    parser.add_argument("--alone", action="store_true", help="the rules of copies without the others: many pages in little time, "
                        "but no box is known for one")
    parser.add_argument("--order", action="store_true", help="neighbours in order among what is left")
    parser.add_argument("--alike", action="store_true", help="pairs of blocks that are alike: how many are taken for one text")
    parser.add_argument("--kinds", nargs="*", default=list(KINDS), choices=list(KINDS))
    args = parser.parse_args()
    absent = [path for path in [*args.texts, args.look_alikes, args.hard] if path is not None and not path.is_file()]
    if absent:
        print(f"skipped: {absent[0]} is not here")
        return
    articles = read_articles(args.texts)
    alike = read_look_alikes(args.look_alikes) if args.look_alikes else None
    remover = partial(ours, settings=Settings(select=("COPY", "BREAK003")) if args.alone else None)
    others: dict[str, Remover | None] = {
        "MinHash 5-grams, .7": min_hash(0.7), "MinHash 5-grams, .3": min_hash(0.3), "all repeats": all_repeats}
    for kind in args.kinds:
        for noise in NOISE:
            made = pages(articles, args.pages, replace(KINDS[kind], noise=noise), alike, args.seed)
            print(f"{kind:9} {noise:.1%} errors, {sum(len(p.blocks) for p in made)} blocks")
            if args.alike:
                print(ALIKE.format(*near_pairs(made)))
            print(f"  {'cleaner':20} {measure(made, remover).line()}")
            if args.order:
                print("  in order             {} of {} blocks left".format(*neighbours(made)))
            for name, other in others.items() if kind in ("whole", "all") else ():
                print(f"  {name:20} {measure(made, other).line() if other else 'skipped: datasketch is not installed'}")
    choices(articles, alike, 2000, args.seed)
    if args.hard:
        made = hard_pages(args.hard, args.pages, args.seed)
        print(f"hard negatives, no copy among {sum(len(p.blocks) for p in made)} blocks")
        if args.alike:
            print(ALIKE.format(*near_pairs(made)))
        for name, other in {"cleaner": remover, **others}.items():
            if other:
                total = measure(made, other)
                print(f"  {name:20} blocks gone {total.block_right + total.block_wrong}, characters gone "
                      f"{total.right + total.wrong}, meant gone {total.meant_gone}/{total.meant}")


if __name__ == "__main__":
    main()
