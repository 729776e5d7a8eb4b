"""Measure the labels of blocks and the cuts inside them, on pages whose true roles are known.

    python benchmarks/labels.py RIG_DIR [--jingbao ECPO_DIR] [--cuts] [--wrong] [--fit] [--prose FILE …] [--rebuilt DIR] [--write cleaner/data/roles.json]

Prints a confusion table for each kind of page: rows are the true roles of the blocks as the rules of the stage LINES
leave them, columns what they are called. `--cuts` counts where two things stand in one block, by their roles, and which
rule parts them rightly or wrongly. `--fit` fits the models of `cleaner.structure.labels.model`, `tails` and `two_lines`,
prints what they and what rules alone make of the short lines of pages that they have not seen (cross-validated by page),
and their weights. `--prose` should be text that the character model has not learnt, `--rebuilt` more readings of the rig's pages (of `rebuilt.py`), for headlines in two lines. Last come the unmarked subheads of readings by how well they fill the
measure of the page's open ends: the more, the likelier a line of a paragraph; and finished lines before a credit that stand below an open line, by the seam to it.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from role_data import Sample, generated, jingbao, samples
from role_fit import Line, cross_validated, fit, short_lines
from role_heads import head_lines, headed
from role_tails import tail_lines, tail_pages

from cleaner import Settings, clean
from cleaner.changes import Change
from cleaner.evidence import Evidence
from cleaner.normalizers.base import Stage, all_rules
from cleaner.normalizers.subheads import TAIL_SAFE
from cleaner.page import Page
from cleaner.source import Source
from cleaner.structure.labels.model import runs_on
from cleaner.structure.labels.two_lines import TWO_LINES_SAFE
from cleaner.structure.order.ends import open_ends
from cleaner.structure.order.reading import labelled_flow, read
from cleaner.structure.seams import ends_sentence

SHOWN = ("paragraph", "headline", "subhead", "kicker", "byline", "caption", "credit", "quote", "table", "list", "furniture")
HEADS = {"headline", "subhead", "kicker"}
FILLS = (-1.0, -0.5, 0.0, 0.3, 0.6, 1.0)
SEAMS = (-4.0, -3.0, -2.0, -1.0, 0.0, 2.0)
EARLY = tuple(rule.code for rule in all_rules() if rule.stage <= Stage.LINES)


def cut_page(sample: Sample) -> Page:
    """The page as the rules up to LINES leave it."""
    changes = clean(sample.text, Settings(select=EARLY)).changes
    return Page(Source.from_text(sample.text), tuple(c for c in changes if c.active))


def whole(sample: Sample) -> tuple[Sample, Page]:
    """A generated page, as it is."""
    return sample, Page(Source.from_text(sample.text))


def labelled(sample: Sample, page: Page) -> list[tuple[str, str, str]]:
    """`(true role, role given, text)` of every block whose true role is known."""
    roles = read(Evidence(page, Settings())).roles
    found = []
    for block, one in zip(page.blocks, roles, strict=True):
        true = sample.role(list(block.origins))
        if true is not None:
            found.append((true, one.role, block.text))
    return found


def filled(sample: Sample, page: Page) -> list[tuple[float, bool, str]]:
    """Log-odds of `ends.OpenEnds.filled` of every unmarked subhead whose true role is known, whether it is a heading all the same, and that role."""
    ends = open_ends(labelled_flow(Evidence(page, Settings()))[0])
    odds = ends.filled()
    sure = ends.headings(odds)
    return [(z, i in sure, true) for i, z in odds.items() if (true := sample.role(list(page.blocks[i].origins))) is not None]


def credited(sample: Sample, page: Page) -> list[tuple[float, bool]]:
    """Of every finished line before a credit that stands below an open line: log-odds of the seam, and whether both are of one true element."""
    flow = labelled_flow(Evidence(page, Settings()))[0]
    found = []
    for i in range(1, len(flow.texts) - 1):
        if (flow.roles[i + 1].role == "credit" and flow.roles[i].role in {"paragraph", "caption"} and flow.roles[i - 1].role == "paragraph"
                and ends_sentence(flow.texts[i]) and not ends_sentence(flow.texts[i - 1])):
            above, below = (next((sample.chars[k][1] for k in origins if sample.chars[k]), None)
                            for origins in (reversed(page.blocks[i - 1].origins), page.blocks[i].origins))
            if above and below:
                found.append((flow.seams.links([(i - 1, i)])[0], above == below))
    return found


def fitted(pages: list[tuple[Sample, Page]], tails: list[Line], pairs: list[Line], write: Path | None) -> None:
    """Fit the models of short lines, of tails and of headlines in two lines, print their errors on pages left out in turn."""
    lines = [line for sample, page in pages for line in short_lines(sample, page)]
    odds = cross_validated(lines)
    print("short lines without a full stop: headings called paragraph, paragraphs called heading (pages left out in turn)")
    for source in sorted({line.source for line in lines}):
        chosen = [k for k, line in enumerate(lines) if line.source == source]
        heads = [k for k in chosen if lines[k].heading]
        rest = [k for k in chosen if not lines[k].heading]
        print(f"  {source:8} {len(heads):4} headings, {len(rest):4} pieces: rules alone {0:3} {len(rest):4}; "
              f"with the model {sum(odds[k] <= 0 for k in heads):3} {sum(odds[k] > 0 for k in rest):4}; "
              f"run on below {sum(runs_on(lines[k].row) for k in heads):3} {sum(runs_on(lines[k].row) for k in rest):4}")
    print("subheads glued behind paragraphs: log-odds, found, share of what is found that is right (pages left out in turn)")
    tail_odds = cross_validated(tails)
    for bar in (-0.5, 0.0, 0.5, 1.0, 1.5, TAIL_SAFE, 2.0, 2.5, 3.0):
        taken = [line.heading for line, odds in zip(tails, tail_odds, strict=True) if odds > bar]
        print(f"  {bar:5.1f} {sum(taken) / sum(line.heading for line in tails):.3f} {sum(taken) / max(1, len(taken)):.3f}")
    for name, odds, chosen in two_line_odds(pairs):
        print(f"headlines in two lines, {name}: {sum(line.heading for line in chosen)} of {len(chosen)} pairs; above log-odds of " + ", ".join(
            f"{bar} {sum(line.heading for line, z in zip(chosen, odds, strict=True) if z > bar)} of {sum(z > bar for z in odds)}"
            for bar in (-1.0, 0.0, TWO_LINES_SAFE, 1.0, 2.0)))
    models = {"lines": fit(lines), "tails": fit(tails), "two lines": fit(pairs)}
    text = json.dumps({name: {"bias": model.bias, "weights": dict(model.weights)} for name, model in models.items()}, indent=1)
    print(text)
    if write:
        write.write_text(text + "\n", encoding="utf-8")


def two_line_odds(pairs: list[Line]) -> Iterator[tuple[str, list[float], list[Line]]]:
    """Log-odds of pairs of lines, from generated pages and from readings, of pages left out in turn; each kind of pair of a page once."""
    odds = cross_validated(pairs)
    for name, wanted in (("generated", True), ("read", False)):
        once = {(line.page, *line.row.items()): (z, line) for z, line in zip(odds, pairs, strict=True) if (line.source == "headed") == wanted}
        yield name, [z for z, _ in once.values()], [line for _, line in once.values()]


def table(title: str, pairs: Counter[tuple[str, str]]) -> None:
    """Rows: true roles; columns: what they were called."""
    columns = [role for role in SHOWN if any(b == role for _, b in pairs)]
    print(f"\n{title}: {sum(pairs.values())} blocks")
    print(" " * 12 + "".join(f"{c[:8]:>10}" for c in columns) + "    recall  precision")
    for role in SHOWN:
        total = sum(n for (a, _), n in pairs.items() if a == role)
        called = sum(n for (_, b), n in pairs.items() if b == role)
        if total:
            right = pairs[role, role]
            print(f"{role:12}" + "".join(f"{pairs[role, c]:10}" for c in columns)
                  + f"{100 * right / total:10.1f}{100 * right / called if called else 0:10.1f}")
    print("  " + summary(pairs))


def summary(pairs: Counter[tuple[str, str]]) -> str:
    """Accuracy, and the two errors that count most for what is done with a page."""
    lost = sum(n for (a, b), n in pairs.items() if a == "paragraph" and b != "paragraph")
    heading = sum(n for (a, b), n in pairs.items() if a in HEADS and b == "paragraph")
    exact = sum(n for (a, b), n in pairs.items() if a == b)
    same = sum(n for (a, b), n in pairs.items() if a == b or (a in HEADS and b in HEADS))
    total = sum(pairs.values())
    return (f"exact {100 * exact / total:.2f} %, headings as one {100 * same / total:.2f} %; "
            f"paragraphs called something else {lost}, headings called paragraph {heading}")


def true_cuts(sample: Sample) -> dict[int, tuple[str, str]]:
    """Offset inside a block at which another element begins → the two roles."""
    cuts = {}
    for at in range(1, len(sample.chars)):
        left, right = sample.chars[at - 1], sample.chars[at]
        if left is not None and right is not None and left[1] != right[1]:
            cuts[at] = left[0], right[0]
    return cuts


def judge_cuts(sample: Sample, changes: list[Change], tally: Counter[tuple[str, str]], wrong: list[str]) -> None:
    """Count true cuts, and the splits that fall on one of them and that do not."""
    cuts = true_cuts(sample)
    for left, right in cuts.values():
        tally["true", f"{left}|{right}"] += 1
    for change in changes:
        if change.kind == "split":
            hit = next((cuts[at] for at in range(change.start, change.end + 1) if at in cuts), None)
            spread = {sample.chars[k] for k in range(max(0, change.start - 3), min(len(sample.chars), change.end + 3))}
            if hit is not None:
                tally[change.rule, f"{hit[0]}|{hit[1]}"] += 1
            elif len(spread - {None}) > 1:
                tally[change.rule, "within two characters"] += 1
            else:
                tally[change.rule, "wrong"] += 1
                wrong.append(f"{sample.page} {sample.source} {change.rule}: "
                             f"{sample.text[max(0, change.start - 20):change.start]}|{sample.text[change.end:change.end + 20]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rig", type=Path)
    parser.add_argument("--jingbao", type=Path)
    parser.add_argument("--cuts", action="store_true")
    parser.add_argument("--wrong", action="store_true", help="list the blocks that are called something wrong")
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--prose", type=Path, nargs="*", default=[], help="more text for the generated pages that it is fitted on")
    parser.add_argument("--rebuilt", type=Path)
    parser.add_argument("--write", type=Path)
    args = parser.parse_args()
    if not args.rig.is_dir():
        print(f"skipped: {args.rig} is not here")
        return
    pages = [(sample, cut_page(sample)) for sample in samples(args.rig) + (jingbao(args.jingbao) if args.jingbao else [])]
    read = [(sample, page) for sample, page in pages + [(sample, cut_page(sample)) for sample in (samples(args.rebuilt) if args.rebuilt else [])]
            if "." in sample.source]
    if args.fit:
        pairs = [line for sample, page in read + [whole(sample) for sample in headed(args.rig, args.prose)] for line in head_lines(sample, page)]
        pages += [whole(sample) for sample in generated(args.rig, args.prose)]
        return fitted(pages, tail_lines(tail_pages(args.rig, args.prose)), pairs, args.write)
    groups: dict[str, Counter[tuple[str, str]]] = {}
    tally: Counter[tuple[str, str]] = Counter()
    wrong: list[str] = []
    for sample, page in pages:
        judge_cuts(sample, list(page.changes), tally, wrong)
        for true, called, text in labelled(sample, page):
            names = {sample.source.split(".")[0], sample.source[-2:]} if "." in sample.source else {sample.source}
            for group in names | ({"all readings"} if "." in sample.source else set()):
                groups.setdefault(group, Counter())[true, called] += 1
            if args.wrong and true != called and not {true, called} <= HEADS:
                print(f"{sample.page} {sample.source}: {true} called {called}: {text[:40]} … {text[-12:]}")
    for group in sorted(groups):
        table(group, groups[group])
    lines = [line for sample, page in pages if "." in sample.source for line in filled(sample, page)]
    for bar in FILLS:
        for kind in (False, True):
            called = Counter("heading" if true in HEADS else true for z, sure, true in lines if z > bar and sure == kind)
            print(f"unmarked subheads that fill the measure of open ends, log-odds > {bar:4}, {'headings' if kind else 'none'} by their words: {dict(called)}")
    lines = [line for sample, page in read for line in credited(sample, page)]
    print("lines before a credit that go on with an open line above, by the log-odds of their seam: "
          + ", ".join(f"over {bar} {sum(same for z, same in lines if z > bar)} of {sum(z > bar for z, _ in lines)}" for bar in SEAMS))
    if args.cuts:
        print("\nblocks that hold two things, and what parts them")
        for (rule, kind), n in sorted(tally.items(), key=lambda row: (row[0][0] != "true", row[0][0], -row[1])):
            print(f"  {rule:10} {kind:24} {n}")
        print("\n".join(wrong))


if __name__ == "__main__":
    main()
