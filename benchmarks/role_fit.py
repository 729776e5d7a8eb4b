"""Fit the model of `cleaner.structure.labels.model`: is a short line a heading or a piece of a paragraph?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from role_data import Sample
from scipy.optimize import minimize

from cleaner.evidence import Evidence
from cleaner.page import Page
from cleaner.settings import Settings
from cleaner.structure.labels.model import features
from cleaner.structure.labels.roles import PICTURE, label
from cleaner.structure.logistic import Logistic
from cleaner.structure.seams import Seams

RIDGE = 2.0
WEIGHT = {"truth": 1.0, "tails": 1.0, "jingbao": 0.4}
"""Weight of a line by its page: 晶報 has hundreds of headlines of one style, a reading the same lines as nineteen others."""
READING = 0.3
HEADS = {"headline", "subhead", "kicker"}


@dataclass(frozen=True)
class Line:
    """A short line without a full stop, on which the rules alone see a heading."""

    page: str
    source: str
    row: dict[str, float]
    heading: bool


def short_lines(sample: Sample, page: Page) -> list[Line]:
    """The lines of a page that the model is asked about, where their true role is known."""
    texts = [block.text for block in page.blocks]
    roles = label(texts, [False] * len(texts))
    asked = [i for i, one in enumerate(roles) if one.role in HEADS and not one.marked]
    pictures = {i for i, one in enumerate(roles) if one.role in PICTURE}
    rows = features(texts, asked, Seams(texts, Evidence(page, Settings())), pictures)
    found = []
    for i in asked:
        true = sample.role(list(page.blocks[i].origins))
        if true in HEADS | {"paragraph", "quote"}:
            found.append(Line(sample.page, sample.source.split(".")[0], rows[i], true in HEADS))
    return found


def fit(lines: Sequence[Line]) -> Logistic:
    """Logistic regression with a ridge."""
    names = sorted(lines[0].row)
    x = np.array([[1.0, *(line.row[name] for name in names)] for line in lines])
    y = np.array([line.heading for line in lines], float)
    w = np.array([WEIGHT.get(line.source, READING) for line in lines])

    def loss(theta: np.ndarray) -> tuple[float, np.ndarray]:
        z = x @ theta
        value = (w * (np.logaddexp(0, z) - y * z)).sum() + RIDGE / 2 * (theta ** 2).sum()
        return float(value), x.T @ (w * (1 / (1 + np.exp(-z)) - y)) + RIDGE * theta

    theta = minimize(loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B").x
    return Logistic(round(float(theta[0]), 3), {n: round(float(t), 3) for n, t in zip(names, theta[1:], strict=True)})


def cross_validated(lines: Sequence[Line]) -> list[float]:
    """Log-odds of every line under a model that has not seen its page; folds of 晶報 are left out three at a time."""
    def fold(line: Line) -> str:
        return line.page if line.source != "jingbao" else str(sum(map(ord, line.page)) % 3)

    odds = [0.0] * len(lines)
    for left_out in sorted({fold(line) for line in lines}):
        model = fit([line for line in lines if fold(line) != left_out])
        for k, line in enumerate(lines):
            if fold(line) == left_out:
                odds[k] = model.log_odds(line.row)
    return odds
