"""What the character repairs do: errors removed and made on rig pages, FASPell, clean sentences, speed.

    python benchmarks/characters.py BENCH_DIR [--rows rig,faspell,clean,speed] [--examples N] [--classes]

rig      Every block of every page of BENCH_DIR/rig-dev is held against what was printed there (`aligned.py`), before and
         after, by the safe changes alone and with the suggested ones. An edit is right when it brings its block nearer to
         the truth. Only the families that change characters run, so order, joins and copies play no part. `--classes` counts what the errors are.
faspell  Subtitles with real recognition errors, each line a page of its own. Strict: a sentence counts only when all of
         it is right; P is the share of the changed sentences that are right, R of the wrong sentences that come out right.
clean    Sentences without errors, each a page of its own: those left as they are.
speed    Characters a second of one core, all rules, on the rig pages.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import aligned

from cleaner import Change, CleanerError, Settings, clean

TIERS = {"safe": Settings(), "suggested": Settings(accept=("suggested",))}
CHARACTERS = ("GLYPH", "DASH", "WORD", "STOP", "STRAY", "NAME", "TERM", "QUOTE", "SCRIPT", "RADICAL", "WIDTH", "SPACE", "CTRL", "ZERO", "PUA", "MOJI")
"""Families that change characters: a single sentence has no headlines, order or copies."""


def with_changes(raw: str, start: int, changes: list[Change]) -> str:
    """A stretch of the source with the replacements that lie in it."""
    out, at = [], start
    for change in changes:
        if at <= change.start and change.end <= start + len(raw):
            out += [raw[at - start:change.start - start], change.after]
            at = change.end
    return "".join([*out, raw[at - start:]])


def changed_text(before: str, after: str) -> bool:
    return aligned.fold(before) != aligned.fold(after)


def rig(folder: Path, examples: int) -> None:
    """Rows of the rig pages."""
    for name, settings in TIERS.items():
        errors: dict[tuple[str, ...], Counter[str]] = {}
        edits: dict[str, Counter[str]] = {}
        digits = withheld = refused = 0
        wrong: Counter[str] = Counter()
        for page in aligned.pages(folder):
            try:
                cleaned = clean(page.text, replace(settings, select=CHARACTERS))
            except CleanerError:
                refused += 1
                continue
            withheld += bool(cleaned.log.withheld)
            active = [c for c in cleaned.changes if c.active]
            replaced = [c for c in active if c.kind == "replace"]
            row = errors.setdefault((page.engine, page.level, page.mode), Counter())
            for block in page.blocks:
                end = block.start + len(block.raw)
                own = [c for c in replaced if block.start <= c.start and c.end <= end]
                after = aligned.fold(with_changes(block.raw, block.start, own))
                row.update(chars=len(block.true), before=block.errors, after=aligned.distance(after, block.true))
                digits += re.findall("[0-9]", block.read) != re.findall("[0-9]", after)
                for change in own:
                    one = aligned.fold(with_changes(block.raw, block.start, [change]))
                    if one != block.read:
                        gain = block.errors - aligned.distance(one, block.true)
                        verdict = "right" if gain > 0 else "harm" if gain < 0 else "idle"
                        edits.setdefault(change.rule, Counter())[f"{change.tier} {verdict}"] += 1
                        if gain <= 0:
                            left, right = block.raw[max(0, change.start - block.start - 8):change.start - block.start], block.raw[change.end - block.start:][:6]
                            wrong[f"{verdict} {change.rule} {change.tier} {left}[{change.before}→{change.after}]{right}"] += 1
        print(f"\n== rig pages, {'safe changes alone' if name == 'safe' else 'with suggestions'}: "
              f"{withheld} pages with families withheld, {refused} refused, digits changed in {digits} blocks")
        total: Counter[str] = Counter()
        for key, row in sorted(errors.items()):
            total.update(row)
            print(f"  {' '.join(key):22} {row['chars']:6} characters, errors {row['before']:5} → {row['after']:5}, "
                  f"removed {1 - row['after'] / max(row['before'], 1):6.1%}")
        print(f"  {'all':22} {total['chars']:6} characters, errors {total['before']:5} → {total['after']:5}, "
              f"removed {1 - total['after'] / max(total['before'], 1):6.1%}")
        sums: dict[str, Counter[str]] = {"safe": Counter(), "suggested": Counter()}
        for rule, counts in sorted(edits.items()):
            print(f"  {rule:10} {dict(sorted(counts.items()))}")
            for key, n in counts.items():
                tier, verdict = key.split()
                sums[tier][verdict] += n
        for tier, counts in sums.items():
            if n := sum(counts.values()):
                print(f"  precision of {tier} edits: {counts['right'] / n:.4f} ({n} edits, {counts['harm']} of them harm)")
        for line, n in wrong.most_common(examples):
            print(f"    {n} × {line}")


def classes(folder: Path) -> None:
    """What the errors of the rig pages are."""
    counts: Counter[str] = Counter()
    shown: dict[str, Counter[str]] = {}
    for page in aligned.pages(folder):
        for block in page.blocks:
            for read, true in aligned.edits(block.read, block.true):
                kind = f"{_kind(true)} read as {_kind(read)}"
                counts[kind] += max(len(read), len(true))
                shown.setdefault(kind, Counter())[f"{true}→{read}"] += 1
    print(f"\n== classes of errors on rig pages: {sum(counts.values())}")
    for kind, n in counts.most_common(16):
        print(f"  {n:5} {n / sum(counts.values()):6.1%} {kind:28} {' '.join(x for x, _ in shown[kind].most_common(8))}")


def _kind(text: str) -> str:
    if not text:
        return "nothing"
    char = text[0]
    return ("hanzi" if "\u3400" <= char <= "\u9fff" else "digit" if char.isdigit()
            else "letter" if char.isascii() and char.isalpha() else "mark")


def faspell(path: Path, examples: int) -> None:
    """Sentence-level strict precision and recall."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").split("\n") if line.count("\t") == 2]
    pairs = [(read, true) for _, read, true in rows]
    for name, settings in TIERS.items():
        changed = right = wrong = harmed = 0
        shown = []
        for read, true in pairs:
            after = clean(read, replace(settings, select=CHARACTERS)).text.rstrip("\n") if read.strip() else read
            bad = changed_text(read, true)
            wrong += bad
            if changed_text(read, after):
                changed += 1
                good = not changed_text(after, true)
                right += good
                harmed += not bad
                if not good:
                    shown.append(f"{read} → {after} ({true})")
        print(f"\n== FASPell, {name}: {len(pairs)} sentences, {wrong} with errors; {changed} changed, {right} of them right, "
              f"{harmed} right ones spoilt: P {right / max(changed, 1):.3f} R {right / max(wrong, 1):.3f} (strict)")
        for line in shown[:examples]:
            print(f"    {line}")


def clean_sentences(path: Path, examples: int) -> None:
    """Share of clean sentences that stay as they are, width of marks and spaces aside."""
    texts = [row["correct_text"].strip() for row in json.loads(path.read_text(encoding="utf-8"))]
    texts = [text for text in texts if text]
    for name, settings in TIERS.items():
        touched = []
        for text in texts:
            cleaned = clean(text, replace(settings, select=CHARACTERS))
            found = [c for c in cleaned.changes if c.active and c.kind == "replace" and changed_text(c.before, c.after)]
            if found:
                touched.append((text, found))
        print(f"\n== clean sentences, {name}: {1 - len(touched) / len(texts):.4%} of {len(texts)} untouched "
              f"{dict(Counter(c.rule for _, found in touched for c in found))}")
        for text, found in touched[:examples]:
            print("    " + "; ".join(f"{c.rule} {text[max(0, c.start - 8):c.start]}[{c.before}→{c.after}]{text[c.end:c.end + 6]}" for c in found))


def speed(folder: Path) -> None:
    """Characters a second, all rules."""
    texts = [page.text for page in aligned.pages(folder, ("layout",))]
    clean(texts[0])
    start = time.process_time()
    for text in texts:
        clean(text)
    seconds = time.process_time() - start
    print(f"\n== speed: {sum(map(len, texts)) / seconds:,.0f} characters a second of one core, {len(texts)} pages, all rules, "
          "both cleanings (the page, and the test that it stands still)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", type=Path)
    parser.add_argument("--rows", default="rig,faspell,clean,speed")
    parser.add_argument("--examples", type=int, default=10)
    parser.add_argument("--classes", action="store_true")
    args = parser.parse_args()
    rows = {
        "rig": (args.bench / "rig-dev", lambda path: rig(path, args.examples)),
        "faspell": (args.bench / "faspell-dev" / "ocr_train_3575.txt", lambda path: faspell(path, args.examples)),
        "clean": (args.bench / "clean" / "acc_xxqg.tet.json", lambda path: clean_sentences(path, args.examples)),
        "speed": (args.bench / "rig-dev", speed),
    }
    if args.classes and (args.bench / "rig-dev").is_dir():
        classes(args.bench / "rig-dev")
    for name in args.rows.split(","):
        path, row = rows[name]
        if path.exists():
            row(path)
        else:
            print(f"{name}: skipped, there is no {path}")


if __name__ == "__main__":
    main()
