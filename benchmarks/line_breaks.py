"""Fit and measure `cleaner.structure.line_ends`: is the end of a printed line the end of a paragraph?

    python benchmarks/line_breaks.py SHARED [--write cleaner/data/line_ends.json] [--errors N]

SHARED holds bench/ecpo-dev (晶報, 1920 and 1930), bench/rig-dev and corpora/. A *break decision* is made at every line
end inside an article, headlines and bylines included, the article's last line aside; F1 is that of the breaks; *wrong
breaks* and *wrong joins* are shares of all these line ends. "prose" leaves out
the line ends inside verse, which is one paragraph in the source and stays line by line here (editorial policy). "body" are the lines of paragraphs with two lines and
more, the last ones included: the set on which the simple rules come out nearest to the figures of the issue.
Every figure is of pages that the weights were not fitted on: one year fits, the other is scored.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from printed_pages import Printed, articles, folds, generated, typeset
from scipy.optimize import minimize

from cleaner.evidence import Evidence
from cleaner.normalizers.wrapped import line_ends
from cleaner.page import Page
from cleaner.settings import Settings
from cleaner.source import Source
from cleaner.structure.line_ends import Model, line_end_features
from cleaner.structure.printed_lines import closed, printed_lines, shadows, wrapped_seams

RIDGE = 2.0
LEAST_SEEN = 12
"""Line ends that a feature must have been seen at; a rarer one gets no weight."""
THRESHOLDS = (0.02, 0.03, 0.05, 0.08, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9)
PUNCTUATION = "。！？、，；：…」』）)"
Row = dict[str, float]


class Seen:
    """A page with the features of its line ends, as the rule would see them."""

    def __init__(self, page: Printed, **gaps: bool) -> None:
        self.page = page
        source = Page(Source.from_text(page.text(**gaps)))
        texts = [block.text for block in source.blocks]
        assert len(texts) == len(page.lines), page.name
        lines = printed_lines(texts)
        self.stays, against = closed(source, texts, lines)
        self.wrapped = wrapped_seams(shadows([line.text for line in lines]), lines, self.stays)
        self.asked = [i for i, stay in enumerate(self.stays) if not stay]
        self.rows = line_end_features(lines, self.stays, against, self.asked)

    def probabilities(self, model: Model) -> np.ndarray:
        """The probability of a break at every line end but the last; 1 where nothing is asked."""
        p = np.ones(len(self.stays))
        for i, row in zip(self.asked, self.rows, strict=True):
            if self.wrapped[i]:
                p[i] = model.break_probability(row)
        return p


def fit(pages: Sequence[Seen]) -> Model:
    """Logistic regression with a small ridge."""
    rows = [row for page in pages for row in page.rows]
    y = np.array([page.page.ends[i] or page.page.verse[i] for page in pages for i in page.asked], float)
    seen = Counter(name for row in rows for name in row)
    names = sorted(name for name, n in seen.items() if n >= LEAST_SEEN)
    x = np.array([[row.get(name, 0.0) for name in names] for row in rows])

    def loss(theta: np.ndarray) -> tuple[float, np.ndarray]:
        z = x @ theta[1:] + theta[0]
        slope = 1 / (1 + np.exp(-z)) - y
        value = float((np.logaddexp(0, z) - y * z).sum() + 0.5 * RIDGE * (theta[1:] ** 2).sum())
        return value, np.concatenate([[slope.sum()], x.T @ slope + RIDGE * theta[1:]])

    theta = minimize(loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B", options={"maxiter": 600}).x
    return Model(round(float(theta[0]), 3), {n: round(float(t), 3) for n, t in zip(names, theta[1:], strict=True) if abs(t) >= 0.02})


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


def report(title: str, pages: Sequence[Seen], model: Model, sets: Sequence[str] = ("prose", "articles", "body", "page")) -> None:
    p = [page.probabilities(model) for page in pages]
    for which in sets:
        masks = [chosen(page.page, which) for page in pages]
        truth = np.concatenate([np.array(page.page.ends[:-1])[m] for page, m in zip(pages, masks, strict=True)])
        odds = np.concatenate([q[m] for q, m in zip(p, masks, strict=True)])
        share = np.concatenate([np.array(page.wrapped)[m] for page, m in zip(pages, masks, strict=True)]).mean()
        print(f"{title}, {which}: {len(truth)} line ends, {truth.sum()} breaks; {share:.1%} among wrapped lines")
        for least in THRESHOLDS:
            print(f"  break from p ≥ {least:4}: {figures(odds >= least, truth)}")


def baselines(title: str, pages: Sequence[Printed]) -> None:
    """End punctuation alone; and with a line two columns shorter than the one above."""
    rules: dict[str, Callable[[Printed, int], bool]] = {
        "end punctuation": lambda page, i: page.lines[i][-1] in PUNCTUATION,
        "short line and punctuation": lambda page, i: page.lines[i][-1] in PUNCTUATION
        and len(page.lines[i]) <= len(page.lines[max(i - 1, 0)]) - 2,
    }
    for which in ("articles", "body"):
        masks = [chosen(page, which) for page in pages]
        truth = np.concatenate([np.array(page.ends[:-1])[m] for page, m in zip(pages, masks, strict=True)])
        for name, rule in rules.items():
            said = np.concatenate([np.array([rule(page, i) for i in range(len(m))])[m]
                                   for page, m in zip(pages, masks, strict=True)])
            print(f"{title}, {which}, {name}: {figures(said, truth)}")


def errors(pages: Sequence[Seen], model: Model, count: int, least: float = 0.1) -> None:
    """Lines round the decisions that are most wrong."""
    found = []
    for page in pages:
        p = page.probabilities(model)
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
    made = {}
    for half, numbers in enumerate((range(0, 3), range(3, 6))):
        pool = articles(rig, prose, numbers)
        made[half] = [Seen(page, blank=k % 4 == 1, indent=k % 4 == 2)
                      for rate in (0.0, 0.05, 0.115) for k, page in enumerate(generated(pool, 24, half + int(rate * 100), rate))]
    marked = {year: [Seen(page, blank=k % 2 == 0, indent=k % 2 == 1) for k, page in enumerate(pages[::3])]
              for year, pages in years.items()}
    for half, (fitted, scored) in enumerate((("1920", "1930"), ("1930", "1920"))):
        model = fit([*seen[fitted], *marked[fitted], *made[half]])
        report(f"晶報 {scored} (fitted on {fitted} and generated pages)", seen[scored], model)
        for name, gaps in (("blank lines between paragraphs", {"blank": True}), ("indents", {"indent": True})):
            report(f"晶報 {scored}, {name}", [Seen(page, **gaps) for page in years[scored]], model, ("prose",))
        for k, rate in enumerate(("0", "5", "11.5")):
            report(f"generated, {rate} % errors", made[1 - half][24 * k:24 * k + 24], model, ("articles",))
        report("rig pages as typeset", [Seen(page) for page in typeset(rig)], model, ("articles",))
        errors(seen[scored], model, args.errors)
    model = fit([page for part in (*seen.values(), *marked.values(), *made.values()) for page in part])
    print(f"{len(model.weights)} weights, fitted on everything")
    if args.write:
        text = json.dumps({"bias": model.bias, "weights": dict(sorted(model.weights.items()))}, ensure_ascii=False, indent=1)
        args.write.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
