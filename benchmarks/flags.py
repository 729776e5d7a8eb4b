"""What the rules on figures, stray and misread marks, names and the user's terms find, on misread lines and on clean text.

    python benchmarks/flags.py BENCH_DIR CORPORA_DIR [--examples N]

lines   Every line that an engine read on a rig page, at every level, beside what was printed there. A finding is right when the
        text at its place was misread; an offered reading is right when it brings the line nearer to the truth.
clean   The same rules on text without errors (statutes, encyclopedia, news sentences, the true texts of the rig pages):
        every finding there is false, but for slips of the texts themselves.
dots    Middle dots in names and titles that the full stop would take, and stops misread as dots that are found again.
terms   The words of the true pages as a user's list: how many misread ones are found, how many
        right; and a list of 20,000 rare words on clean sentences.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import aligned
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from cleaner import Change, Settings
from cleaner.evidence import Evidence, shipped_lexicon, shipped_model
from cleaner.normalizers.base import all_rules
from cleaner.normalizers.noise import DOT_GAIN, DOT_SAFE, SPAN
from cleaner.page import Page
from cleaner.source import Source

FAMILIES = ("FIGURE", "STRAY", "STOP002", "STOP003", "NAME")
RULES = [rule for rule in all_rules() if rule.code.startswith(FAMILIES)]
_DOT = re.compile("(?<=[\u3400-\u9fff])·(?=[\u3400-\u9fff])")
_STOP = re.compile("(?<=[\u3400-\u9fff])。(?=[\u3400-\u9fff])")


def lines(rig: Path) -> Iterator[tuple[str, str]]:
    """Every line that was read and the passage of the page's truth it was read from, both folded; lines that fit nowhere are left out."""
    for folder in sorted(rig.glob("p*")):
        articles = json.loads((folder / "truth.json").read_text(encoding="utf-8"))["articles"]
        truth = "\n".join(aligned.fold(element["text"]) for article in articles for element in article["elements"])
        places: dict[str, list[int]] = defaultdict(list)
        for i in range(len(truth) - 2):
            places[truth[i:i + 3]].append(i)
        for path in sorted(folder.glob("*.boxes.json.gz")):
            with gzip.open(path, "rt", encoding="utf-8") as file:
                rows = json.load(file)["lines"]
            for row in rows:
                read = aligned.fold(row["text"])
                votes = Counter((i - k) // 4 for k in range(len(read) - 2) for i in places.get(read[k:k + 3], ())[:20])
                if len(read) >= 5 and votes:
                    about = votes.most_common(1)[0][0] * 4
                    true = _closest(read, truth[max(0, about - 8):about + len(read) + 12])
                    if "\n" not in true and aligned.distance(read, true) <= aligned.WORST * len(read):
                        yield read, true


def _closest(read: str, window: str) -> str:
    """The stretch of a window that is nearest to what was read; of equals the longest."""
    about = fuzz.partial_ratio_alignment(read, window)
    assert about is not None
    spans = [window[a:b] for a in range(max(0, about.dest_start - 3), about.dest_start + 4)
             for b in range(max(a + 1, about.dest_end - 3), min(len(window), about.dest_end + 3) + 1)]
    return min(spans, key=lambda span: (aligned.distance(read, span), -len(span)), default="")


def findings(text: str, settings: Settings | None = None, rules: Iterable[object] = RULES) -> Iterator[Change]:
    page = Page(Source.from_text(text))
    evidence = Evidence(page, settings or Settings())
    for rule in rules:
        yield from rule.find(page, evidence)  # type: ignore[attr-defined]


def right(change: Change, read: str, true: str) -> bool:
    """Whether a flag hits what was misread, or a reading brings the line nearer to the truth."""
    if change.kind == "replace":
        after = read[:change.start] + change.after + read[change.end:]
        return aligned.distance(after, true) < aligned.distance(read, true)
    wrong: set[int] = set()
    for op in Levenshtein.opcodes(read, true):
        if op.tag != "equal":
            wrong.update(range(op.src_start, max(op.src_end, op.src_start + 1)))
    return any(k in wrong for k in range(change.start, change.end))


def show(title: str, counts: Counter[tuple[str, str, bool]], shown: dict[tuple[str, str, bool], list[str]], examples: int) -> None:
    print(f"\n== {title}")
    for code, tier in sorted({key[:2] for key in counts}):
        good, bad = counts[code, tier, True], counts[code, tier, False]
        print(f"  {code:10} {tier:10} {good + bad:5} findings, {good} right ({good / (good + bad):.4f})")
        for line in shown.get((code, tier, False), [])[:examples]:
            print(f"      false: {line}")


def rig_lines(rig: Path, examples: int) -> None:
    counts: Counter[tuple[str, str, bool]] = Counter()
    shown: dict[tuple[str, str, bool], list[str]] = defaultdict(list)
    digits = n = 0
    for read, true in lines(rig):
        n += 1
        for op in Levenshtein.opcodes(read, true):
            passage = read[op.src_start:op.src_end] + true[op.dest_start:op.dest_end]
            digits += op.tag != "equal" and bool(re.search("[0-9]", passage))
        for change in findings(read):
            key = change.rule, change.tier, right(change, read, true)
            counts[key] += 1
            shown[key].append(f"{read[max(0, change.start - 6):change.start]}[{read[change.start:change.end]}]{read[change.end:change.end + 6]}")
    show(f"lines of the rig pages: {n} lines, {digits} errors with digits", counts, shown, examples)


def clean_texts(bench: Path, corpora: Path) -> Iterator[tuple[str, list[str]]]:
    for path in sorted(corpora.glob("*.txt")):
        rows = [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
        yield path.stem, rows[::max(1, len(rows) // 30_000)]
    news = json.loads((bench / "clean" / "acc_xxqg.tet.json").read_text(encoding="utf-8"))
    yield "news", [row["correct_text"] for row in news]
    yield "rig truth", [path.read_text(encoding="utf-8") for path in sorted((bench / "rig-dev").glob("p*/truth.txt"))]


def clean(bench: Path, corpora: Path, examples: int) -> None:
    for name, texts in clean_texts(bench, corpora):
        found: Counter[str] = Counter()
        shown: dict[str, list[str]] = defaultdict(list)
        for text in texts:
            for change in findings(text):
                found[f"{change.rule} {change.tier}"] += 1
                shown[change.rule].append(f"{text[max(0, change.start - 6):change.start]}[{text[change.start:change.end]}]{text[change.end:change.end + 6]}")
        print(f"\n== clean, {name}: {sum(map(len, texts)):,} characters, findings {dict(found)}")
        for code, passages in sorted(shown.items()):
            print(f"  {code}: {'  '.join(passages[:examples])}")


def dots(corpora: Path) -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(corpora.glob("*.txt")) if path.stem != "laws")

    def gain(head: str, tail: str) -> float:
        context = "\n" + head.rpartition("\n")[2][-SPAN:]
        dot, stop = shipped_model().score_many([(context, "·" + tail[:SPAN]), (context, "。" + tail[:SPAN])])
        return float(stop - dot)

    true = [gain(text[max(0, m.start() - SPAN):m.start()], text[m.end():m.end() + SPAN]) for m in _DOT.finditer(text)]
    stops = random.Random(1).sample(list(_STOP.finditer(text)), 1500)
    misread = [gain(text[max(0, m.start() - SPAN):m.start()], text[m.end():m.end() + SPAN]) for m in stops]
    print(f"\n== dots: {len(true)} right ones, the highest gain of the stop {max(true):.2f}; {len(misread)} stops misread as dots")
    for name, least in (("suggested", DOT_GAIN), ("safe", DOT_SAFE)):
        print(f"  {name} (gain ≥ {least}): {sum(g >= least for g in true)} right dots taken, "
              f"{sum(g >= least for g in misread) / len(misread):.1%} of the misread ones found")


def terms(bench: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _terms(bench, Path(folder) / "words.txt")


def _terms(bench: Path, file: Path) -> None:
    def listed(words: dict[str, int]) -> Settings:
        file.write_text("".join(f"{word} {n}\n" for word, n in words.items()), encoding="utf-8")
        return Settings(word_lists=(str(file),))

    lexicon = shipped_lexicon()
    truth = "\n".join(path.read_text(encoding="utf-8") for path in sorted((bench / "rig-dev").glob("p*/truth.txt")))
    own = {word: 100 for word in lexicon.cut(truth) if len(word) > 1 and all("\u3400" <= c <= "\u9fff" for c in word)}
    rare = sorted(word for word, n in lexicon.words.items() if len(word) > 1 and 3 <= n <= 60)
    rule = [rule for rule in all_rules() if rule.code == "TERM001"]
    news = [row["correct_text"] for row in json.loads((bench / "clean" / "acc_xxqg.tet.json").read_text(encoding="utf-8"))]
    counts: Counter[tuple[str, str, bool]] = Counter()
    shown: dict[tuple[str, str, bool], list[str]] = defaultdict(list)
    settings = listed(own)
    for page in aligned.pages(bench / "rig-dev"):
        for block in page.blocks:
            for change in findings(block.read, settings, rule):
                key = f"{change.rule}.{len(str(change.evidence['term']))}", change.tier, right(change, block.read, block.true)
                counts[key] += 1
                shown[key].append(f"{block.read[max(0, change.start - 4):change.start + 5]} ({change.evidence['term']})")
    show(f"misread terms on the rig pages, with their own {len(own)} words as a list (by length)", counts, shown, 5)
    settings = listed(dict.fromkeys(random.Random(1).sample(rare, 20_000), 100))
    false = [change for text in news for change in findings(text, settings, rule)]
    print(f"  20,000 rare words as a list on {sum(map(len, news)):,} characters of clean sentences: {len(false)} false offers")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", type=Path)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--examples", type=int, default=5)
    args = parser.parse_args()
    rig_lines(args.bench / "rig-dev", args.examples)
    clean(args.bench, args.corpora, args.examples)
    dots(args.corpora)
    terms(args.bench)


if __name__ == "__main__":
    main()
