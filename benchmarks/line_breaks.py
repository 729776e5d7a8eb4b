"""Fit and measure `cleaner.structure.lines.ends`: is the end of a printed line the end of a paragraph?

    python benchmarks/line_breaks.py SHARED [--write cleaner/data/line_ends.json] [--errors N]

SHARED holds bench/ecpo-dev (晶報, 1920 and 1930), bench/rig-dev and corpora/. A *break decision* is made at every line
end inside an article, headlines and bylines included, the article's last line aside; F1 is that of the breaks; *wrong
breaks* and *wrong joins* are shares of all these line ends. "prose" leaves out
the line ends inside verse, which is one paragraph in the source and stays line by line here (editorial policy). "body" are the lines of paragraphs with two lines and
more, the last ones included: the set on which the simple rules come out nearest to the figures of the issue (1920: short line
and punctuation .80 with 0.10 % wrong breaks there, .82 in the issue; end punctuation .47, .57 in the issue).
Every figure is of pages that the weights were not fitted on: one year fits, the other is scored; and again with weights
fitted on the other issues of both years.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from printed_pages import Printed, articles, folds, generated, old_style, typeset
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from cleaner.evidence import Evidence
from cleaner.normalizers.wrapped import SAFE_BREAK, line_ends
from cleaner.page import Page
from cleaner.settings import Settings
from cleaner.source import Source
from cleaner.structure.lines.ends import Model, doubtful_ends, line_end_features
from cleaner.structure.lines.ground import ground
from cleaner.structure.lines.measures import Chain, likeliest_setting
from cleaner.structure.lines.printed import gaps_of, printed_lines
from cleaner.structure.lines.single import single_features

RIDGE = 10.0
ROUNDS = 25
"""Steps of the fit; more of them change no figure."""
GROUP = 24
"""Pages that are read at once."""
LEAST_SEEN = 8
"""Line ends that a feature must have been seen at; a rarer one gets no weight."""
THRESHOLDS = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.8)
FOLDS = 4
PUNCTUATION = "。！？、，；：…」』）)"
Row = dict[str, float]


class Seen:
    """A page with the features of its line ends, as the rule would see them."""

    def __init__(self, page: Printed, **gaps: bool) -> None:
        self.page = page
        source = Page(Source.from_text(page.text(**gaps)))
        texts = [block.text for block in source.blocks]
        assert len(texts) == len(page.lines), page.name
        self.lines = lines = printed_lines(texts)
        base = ground(gaps_of(source), texts, lines)
        self.stays, against, self.wrapped = base.stays, base.against, base.wrapped
        self.asked = [i for i, stay in enumerate(self.stays) if not stay]
        self.rows = line_end_features(lines, self.stays, against, self.asked)
        self.single = single_features(lines, self.stays)
        self.doubtful = doubtful_ends(lines, against)
        self.closed = np.array(self.stays)
        self.closed[self.asked] = False

    def spread(self, values: np.ndarray) -> np.ndarray:
        """Values of the line ends asked, as one for every line but the last."""
        every = np.zeros(len(self.lines) - 1)
        every[self.asked] = values
        return every

    def chain(self, words: np.ndarray) -> Chain:
        """The page as a chain, in the setting that is likeliest with these words."""
        texts = [line.text for line in self.lines]
        setting = likeliest_setting(texts, self.spread(words), np.zeros(len(texts)), self.closed)
        return Chain(texts, self.closed, setting)

    def probabilities(self, model: Model) -> np.ndarray:
        """The probability of a break at every line end but the last; 1 where nothing is asked."""
        p = np.ones(len(self.stays))
        kept = [(i, row) for i, row in zip(self.asked, self.rows, strict=True) if self.wrapped[i]]
        p[[i for i, _ in kept]] = model.break_probabilities(
            self.lines, [i for i, _ in kept], [row for _, row in kept], self.single)
        return p


class Together(Chain):
    """Several chains that are read at once, the shorter and narrower ones filled up with lines and measures of no weight."""

    def __init__(self, chains: Sequence[Chain]) -> None:
        lines, measures = (max(chain.full.shape[k] for chain in chains) for k in (0, 2))
        shape = (lines, len(chains), 2, measures)
        self.full, self.last = np.zeros(shape), np.zeros(shape)
        for k, chain in enumerate(chains):
            n, _, width = chain.full.shape
            self.full[:n, k, :, :width], self.last[:n, k, :, :width], self.last[n:, k, :, :width] = chain.full, chain.last, 1.0
        self.change = np.stack([chain.change for chain in chains])[..., None]
        missing = [measures - len(chain.prior) for chain in chains]
        self.prior = np.stack([np.pad(chain.prior, (0, n)) for chain, n in zip(chains, missing, strict=True)])[:, None]
        self.base = np.stack([np.pad(chain.base, ((0, 0), (0, n))) for chain, n in zip(chains, missing, strict=True)])
        self.usual = np.stack([chain.usual for chain in chains])


class Design:
    """The features of pages as sparse matrices over their lines, page after page, with what is true of them."""

    def __init__(self, pages: Sequence[Seen]) -> None:
        seen = Counter(name for page in pages for row in page.rows for name in row)
        seen.update(name for page in pages for row in page.single for name in row)
        self.names = sorted(name for name, n in seen.items() if n >= LEAST_SEEN)
        number = {name: k + 1 for k, name in enumerate(self.names)}
        firsts = np.cumsum([0, *(len(page.lines) for page in pages)])
        ends: list[tuple[int, int, float]] = []
        alone: list[tuple[int, int, float]] = []
        self.truth, self.single = np.zeros(firsts[-1]), np.zeros(firsts[-1])
        self.asked = np.zeros(firsts[-1], bool)
        self.places = [slice(a, b) for a, b in pairwise(firsts)]
        for page, first in zip(pages, firsts, strict=False):
            true = [end or verse for end, verse in zip(page.page.ends, page.page.verse, strict=True)]
            true[-1] = True
            for i, stay in enumerate(page.stays):
                true[i] = true[i] or stay
            for i, row in zip(page.asked, page.rows, strict=True):
                self.asked[first + i], self.truth[first + i] = True, true[i]
                ends += [(first + i, 0, 1.0), *((first + i, number[name], v) for name, v in row.items() if name in number)]
            for i, row in enumerate(page.single):
                self.single[first + i] = true[i] and (not i or true[i - 1])
                alone += [(first + i, number[name], v) for name, v in row.items() if name in number]
        shape = (firsts[-1], len(self.names) + 1)
        self.ends, self.alone = (csr_matrix(([v for *_, v in part], ([r for r, *_ in part], [c for _, c, _ in part])), shape)
                                 for part in (ends, alone))


def fit(pages: Sequence[Seen], ridge: float = RIDGE) -> Model:
    """The weights that make the true paragraph ends of the pages likeliest, the widths of the columns being hidden: a
    conditional random field. Logistic regression gives the start; the settings of the pages are those it finds."""
    design = Design(pages)
    cost = np.array([0.0, *[ridge] * len(design.names)])
    x, y = design.ends[design.asked], design.truth[design.asked]

    def by_words(theta: np.ndarray) -> tuple[float, np.ndarray]:
        z = x @ theta
        value = float(0.5 * (cost * theta ** 2).sum() + (np.logaddexp(0, z) - y * z).sum())
        return value, cost * theta + x.T @ (1 / (1 + np.exp(-z)) - y)

    theta = minimize(by_words, np.zeros(len(cost)), jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    words = design.ends @ theta
    order = sorted(range(len(pages)), key=lambda k: len(pages[k].lines))
    groups = [order[k:k + GROUP] for k in range(0, len(order), GROUP)]
    chains = [page.chain(words[where][page.asked]) for page, where in zip(pages, design.places, strict=True)]
    together = [Together([chains[k] for k in group]) for group in groups]

    def by_chain(theta: np.ndarray) -> tuple[float, np.ndarray]:
        z, alone = np.clip(design.ends @ theta, -30, 30), np.clip(design.alone @ theta, -30, 30)
        value = float(0.5 * (cost * theta ** 2).sum() - z @ design.truth - alone @ design.single)
        ended, single = np.zeros(len(z)), np.zeros(len(z))
        for group, chain in zip(groups, together, strict=True):
            lines = len(chain.full)
            every = np.zeros((2, lines, len(group)))
            for k, number in enumerate(group):
                where = design.places[number]
                every[0, :where.stop - where.start, k], every[1, :where.stop - where.start, k] = z[where], alone[where]
            found = chain.reading(every[0, :-1], every[1])
            value += float(found.log_likelihood.sum())
            for k, number in enumerate(group):
                where = design.places[number]
                n = where.stop - where.start
                ended[where][:n - 1], single[where] = 1 / (1 + np.exp(-found.log_odds[:n - 1, k])), found.alone[:n, k]
        slope = cost * theta + design.ends.T @ (ended - design.truth) + design.alone.T @ (single - design.single)
        return value, slope

    theta = minimize(by_chain, theta, jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS}).x
    weights = {n: round(float(t), 3) for n, t in zip(design.names, theta[1:], strict=True) if abs(t) >= 0.02}
    return Model(round(float(theta[0]), 3), weights)


def chosen(page: Printed, which: str) -> np.ndarray:
    """The line ends that are scored: "articles", "prose", "body" (see above), or "page": every one."""
    n = len(page.lines) - 1
    inside = [page.article[i] >= 0 and page.article[i] == page.article[i + 1] for i in range(n)]
    body = [page.article[i] >= 0 and page.body[i] for i in range(n)]
    prose = [yes and not (page.verse[i] and not page.ends[i]) for i, yes in enumerate(inside)]
    return np.array({"prose": prose, "articles": inside, "body": body, "page": [True] * n}[which])


def figures(breaks: np.ndarray, truth: np.ndarray) -> str:
    hit, wrong, missed = (breaks & truth).sum(), (breaks & ~truth).sum(), (~breaks & truth).sum()
    n = max(len(truth), 1)
    return (f"F1 {2 * hit / max(2 * hit + wrong + missed, 1):.3f}  wrong breaks {wrong:4} = {wrong / n:6.2%}  "
            f"wrong joins {missed:4} = {missed / n:6.2%}")


def report(
    title: str, pages: Sequence[Seen], p: Sequence[np.ndarray], sets: Sequence[str] = ("prose", "articles", "body", "page"),
) -> None:
    """The figures of the breaks that the probabilities `p` say."""
    for which in sets:
        masks = [chosen(page.page, which) for page in pages]
        truth = np.concatenate([np.array(page.page.ends[:-1])[m] for page, m in zip(pages, masks, strict=True)])
        odds = np.concatenate([q[m] for q, m in zip(p, masks, strict=True)])
        share = np.concatenate([np.array(page.wrapped)[m] for page, m in zip(pages, masks, strict=True)]).mean()
        print(f"{title}, {which}: {len(truth)} line ends, {truth.sum()} breaks; {share:.1%} among wrapped lines")
        for least in THRESHOLDS:
            print(f"  break from p ≥ {least:4}: {figures(odds >= least, truth)}", flush=True)
        doubtful = np.concatenate([np.array(page.doubtful)[m] for page, m in zip(pages, masks, strict=True)])
        print(f"  as `safe` joins:    {figures(doubtful | (odds >= SAFE_BREAK), truth)}", flush=True)


def held_out(pages: Sequence[Seen], marked: Sequence[Seen], made: Sequence[Seen]) -> tuple[dict[str, np.ndarray], float, float]:
    """The probabilities of every page by weights that never saw its issue, neither of its two folds; and the slope and
    the shift that make log-odds of pages held out, real and generated ones, those of their paragraph ends."""
    issues = sorted({page.page.name[:18] for page in pages})
    found, odds, truth = {}, list[np.ndarray](), list[np.ndarray]()
    for k in range(FOLDS):
        held = set(issues[k::FOLDS])
        model = fit([page for page in (*pages, *marked) if page.page.name[:18] not in held] + [*made[::2]])
        asked = [page for page in pages if page.page.name[:18] in held]
        found |= {page.page.name: page.probabilities(model) for page in asked}
        for page in [*asked, *made[1 + 2 * k::2 * FOLDS]]:
            among = [i for i in page.asked if page.wrapped[i]]
            p = page.probabilities(model)[among]
            odds.append(np.log(p / np.maximum(1 - p, 1e-14)))
            truth.append(np.array([page.page.ends[i] or page.page.verse[i] for i in among]))
    x, y = np.clip(np.concatenate(odds), -30, 30), np.concatenate(truth).astype(float)
    slope, shift = minimize(lambda ab: float((np.logaddexp(0, ab[0] * x + ab[1]) - y * (ab[0] * x + ab[1])).sum()), [1.0, 0.0]).x
    every = {name: 1 / (1 + np.exp(-np.clip(slope * np.log(np.maximum(p, 1e-14) / np.maximum(1 - p, 1e-14)) + shift, -30, 30)))
             for name, p in found.items()}
    return every, round(float(slope), 3), round(float(shift), 3)


def baselines(title: str, pages: Sequence[Printed]) -> None:
    """End punctuation alone; and with a line two characters shorter than the one above, headlines and bylines skipped."""
    def above(page: Printed, i: int) -> int:
        lines = [k for k in range(max(0, i - 9), i) if page.article[k] == page.article[i] and page.body[k]]
        return len(page.lines[lines[-1]]) if lines else 0

    rules: dict[str, Callable[[Printed, int], bool]] = {
        "end punctuation": lambda page, i: page.lines[i][-1] in PUNCTUATION,
        "short line and punctuation": lambda page, i: page.lines[i][-1] in PUNCTUATION
        and len(page.lines[i]) <= above(page, i) - 2,
    }
    for which in ("articles", "body"):
        masks = [chosen(page, which) for page in pages]
        truth = np.concatenate([np.array(page.ends[:-1])[m] for page, m in zip(pages, masks, strict=True)])
        for name, rule in rules.items():
            said = np.concatenate([np.array([rule(page, i) for i in range(len(m))])[m]
                                   for page, m in zip(pages, masks, strict=True)])
            print(f"{title}, {which}, {name}: {figures(said, truth)}")


def errors(pages: Sequence[Seen], probabilities: Sequence[np.ndarray], count: int, least: float = 0.1) -> None:
    """Lines round the decisions that are most wrong."""
    found = []
    for page, p in zip(pages, probabilities, strict=True):
        for i in np.flatnonzero(chosen(page.page, "prose")):
            if (p[i] >= least) != page.page.ends[i]:
                found.append((abs(p[i] - page.page.ends[i]), page, int(i), p))
    for _, page, i, p in sorted(found, key=lambda f: -f[0])[:count]:
        print(f"{page.page.name}: {'wrong join' if page.page.ends[i] else 'wrong break'}")
        for k in range(max(0, i - 2), min(len(p), i + 4)):
            print(f"  {'>' if k == i else ' '} {p[k]:.2f} {'¶' if page.page.ends[k] else ' '} {page.page.lines[k]}")


def untouched(shared: Path) -> None:
    """Pages that are not wrapped: how many line ends the rule would take out, suggestions included. None may be."""
    texts = {path.parent.name + " " + path.name: path.read_text(encoding="utf-8")
             for folder in ("bench/rig-dev", "seeds", "gold") for path in sorted((shared / folder).glob("**/*.txt"))}
    for name, column in (("corpora/cmrc.txt", 0), ("corpora/udgsd.txt", 0), ("corpora/laws.txt", 0),
                         ("bench/faspell-dev/ocr_train_3575.txt", 2)):
        path = shared / name
        rows = path.read_text(encoding="utf-8").split("\n")[:60_000] if path.is_file() else []
        rows = [row.split("\t")[column].strip() for row in rows if row.count("\t") >= column and row.strip()]
        texts |= {f"{name} {k}": "\n".join(rows[k:k + 40]) for k in range(0, len(rows), 40)}
    touched = {name: len(line_ends(Evidence(Page(Source.from_text(text)), Settings()))) for name, text in texts.items()}
    print(f"{len(texts)} pages that are not wrapped: {sum(touched.values())} line ends taken out")
    for name, count in touched.items():
        if count:
            print(f"  {name}: {count}")


def made_up(rig: Path, prose: Path, half: int) -> list[Seen]:
    """Generated pages of one half of the articles, clean and misread; of every four, one has blank lines and one indents."""
    pool = articles(rig, prose, range(3 * half, 3 * half + 3))
    new = [Seen(page, blank=k % 4 == 1, indent=k % 4 == 2)
           for rate in (0.0, 0.05, 0.115) for k, page in enumerate(generated(pool, 16, half + int(rate * 100), rate))]
    return new + [Seen(page, blank=k % 4 == 1, indent=k % 4 == 2)
                  for rate in (0.0, 0.05) for k, page in enumerate(old_style(pool, 24, half + int(rate * 100), rate))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--errors", type=int, default=0)
    args = parser.parse_args()
    ecpo, rig, prose = args.shared / "bench/ecpo-dev", args.shared / "bench/rig-dev", args.shared / "corpora/cmrc.txt"
    if not ecpo.is_dir() or not rig.is_dir():
        print(f"skipped: {ecpo} or {rig} is not here")
        return
    untouched(args.shared)
    years = {year: list(folds(ecpo, year)) for year in ("1920", "1930")}
    for year, pages in years.items():
        baselines(year, pages)
    seen = {year: [Seen(page) for page in pages] for year, pages in years.items()}
    made = {half: made_up(rig, prose, half) for half in (0, 1)}
    marked = {year: [Seen(page, blank=k % 2 == 0, indent=k % 2 == 1) for k, page in enumerate(pages[::3])]
              for year, pages in years.items()}
    p_held, slope, shift = held_out([*seen["1920"], *seen["1930"]], [*marked["1920"], *marked["1930"]], [*made[0], *made[1]])
    print(f"log-odds of pages held out: {slope} times those of the chain, and {shift}")
    for year, pages in seen.items():
        p = [p_held[page.page.name] for page in pages]
        report(f"晶報 {year} (fitted on other issues of both years)", pages, p)
        errors(pages, p, args.errors)
    for half, (fitted, scored) in enumerate((("1920", "1930"), ("1930", "1920"))):
        model = replace(fit([*seen[fitted], *marked[fitted], *made[half]]), slope=slope, shift=shift)
        p = [page.probabilities(model) for page in seen[scored]]
        report(f"晶報 {scored} (fitted on {fitted} and generated pages)", seen[scored], p)
        for name, gaps in (("blank lines between paragraphs", {"blank": True}), ("indents", {"indent": True})):
            pages = [Seen(page, **gaps) for page in years[scored]]
            report(f"晶報 {scored}, {name}", pages, [page.probabilities(model) for page in pages], ("prose",))
        for name in sorted({page.page.name.rpartition("-")[0] for page in made[1 - half]}):
            pages = [page for page in made[1 - half] if page.page.name.rpartition("-")[0] == name]
            report(name, pages, [page.probabilities(model) for page in pages], ("articles",))
        pages = [Seen(page) for page in typeset(rig)]
        report("rig pages as typeset", pages, [page.probabilities(model) for page in pages], ("articles",))
        errors(seen[scored], p, args.errors)
    model = fit([page for part in (*seen.values(), *marked.values(), *made.values()) for page in part])
    print(f"{len(model.weights)} weights, fitted on everything")
    if args.write:
        data = {"bias": model.bias, "slope": slope, "shift": shift, "weights": dict(sorted(model.weights.items()))}
        text = json.dumps(data, ensure_ascii=False, indent=1)
        args.write.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
