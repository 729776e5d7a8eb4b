"""Logistic regression and its figures, shared by the scripts that fit the judges of readings."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.stats import beta

PRECISION = {"safe": 0.995, "ruined": 0.995, "suggested": 0.85}
MARGIN = {"safe": 0.1, "ruined": 0.1, "suggested": 0.2}
"""Log-odds added to the threshold that was measured."""
LEAST = {"safe": 0.0, "ruined": 0.0, "suggested": 0.62}
"""Log-odds below which no threshold falls: what is not twice as likely right as wrong is not offered, however few the wrong ones above. The
probabilities are those of pages like the ones in the fit; the rest of the offers must make up for pages on which they are too high."""
RIDGE = 10.0
WEIGHT = {"rig": 3.0}
"""How much a case of one kind counts in the fit, beside 1.0 for every other."""
Array = NDArray[np.float64]


@dataclass
class Case:
    """A reading that was offered for a place whose truth is known."""

    features: dict[str, float]
    right: bool
    harm: bool
    """Whether it would make a right character wrong."""
    bar: str
    """The bar from which on it is made unasked (`safe`, `ruined`), if any."""
    kind: str
    fold: str
    show: str
    places: frozenset[tuple[int, int]]
    """The page, by number, and the offsets: of readings that share one the most probable is taken."""


@dataclass
class Fit:
    names: list[str]
    bias: float
    weights: Array

    def log_odds(self, x: Array) -> Array:
        return x @ self.weights + self.bias


def fit(names: list[str], x: Array, y: Array, weight: Array) -> Fit:
    """Logistic regression on standardised features with a small ridge."""
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-6
    z = (x - mean) / spread

    def loss(theta: Array) -> tuple[float, Array]:
        odds = z @ theta[1:] + theta[0]
        slope = weight * (1 / (1 + np.exp(-odds)) - y)
        value = float((weight * (np.logaddexp(0, odds) - y * odds)).sum() + RIDGE / 2 * (theta[1:] ** 2).sum())
        return value, np.concatenate([[slope.sum()], z.T @ slope + RIDGE * theta[1:]])

    theta: Array = minimize(loss, np.zeros(x.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": 2000}).x
    weights = theta[1:] / spread
    return Fit(names, float(theta[0] - weights @ mean), weights)


def threshold(odds: Array, right: Array, precision: float) -> float:
    """The lowest log-odds from which on the share of right readings is at least `precision`."""
    order = np.argsort(-odds)
    share = np.cumsum(right[order]) / np.arange(1, len(odds) + 1)
    enough = np.flatnonzero(share >= precision)
    return float(odds[order[enough[-1]]]) if len(enough) else float("inf")


def at_least(right: int, tried: int) -> float:
    """The precision that so many right ones prove with 95 % certainty: the lower bound of Clopper and Pearson (Biometrika 26, 1934)."""
    return float(beta.ppf(0.05, right, tried - right + 1)) if right else 0.0


def show(name: str, odds: Array, right: Array, harm: Array, wrong: int) -> None:
    print(f"{name}: {wrong} hanzi misread, {len(odds)} readings offered, {int(right.sum())} of them right")
    for cut in (-1, 0, 1, 2, 3, 4, 5, 6):
        hit = odds > cut
        n = int(hit.sum())
        print(f"  log-odds > {cut:2} (p {1 / (1 + np.exp(-cut)):.3f}): {n:5} readings, precision {right[hit].mean() if n else 0:.4f}, "
              f"recall {right[hit].sum() / max(wrong, 1):.4f}, right characters made wrong {int(harm[hit].sum())}")


def taken(found: Sequence[Case], odds: Array) -> NDArray[np.bool_]:
    """Of readings that overlap the most probable one."""
    kept = np.zeros(len(found), dtype=np.bool_)
    used: set[tuple[int, int]] = set()
    for k in np.argsort(-odds, kind="stable").tolist():
        if used.isdisjoint(found[k].places):
            used |= found[k].places
            kept[k] = True
    return kept


def judge(
    name: str, found: Sequence[Case], wrong: dict[str, int], bound: Mapping[str, Sequence[str]], write: Path | None, examples: int,
) -> None:
    """Fit and print: figures of folds held out, thresholds, the final model; add it to the data file.

    `wrong` says how many hanzi are misread on the pages of each kind; the kinds in `bound` must keep the precision of the tier.
    """
    names = sorted(found[0].features)
    x = np.array([[case.features[key] for key in names] for case in found])
    right, harm, bars, kinds, folds = (
        np.array([getattr(case, key) for case in found]) for key in ("right", "harm", "bar", "kind", "fold"))
    weight = np.array([WEIGHT.get(case.kind, 1.0) for case in found])
    odds = np.zeros(len(found))
    for fold in sorted(set(folds)):
        held = folds == fold
        odds[held] = fit(names, x[~held], right[~held].astype(float), weight[~held]).log_odds(x[held])
    kept = taken(found, odds)
    parts = {kind: (kinds == kind) & kept for kind in wrong}
    for kind, part in parts.items():
        show(kind, odds[part], right[part], harm[part], wrong[kind])
    asked = {tier: {kind: part & ((bars == tier) | (tier == "suggested")) for kind, part in parts.items()} for tier in PRECISION}
    cuts = {tier: max(LEAST[tier], *(threshold(odds[asked[tier][kind]], right[asked[tier][kind]], least) + MARGIN[tier] for kind in bound[tier]))
            for tier, least in PRECISION.items()}
    for tier, cut in cuts.items():
        for kind, part in asked[tier].items():
            hit = part & (odds >= cut)
            places = {(found[k].fold, found[k].show): found[k].right for k in np.flatnonzero(hit)}
            print(f"{tier} (log-odds {cut:.2f}) on {kind} pages: {int(hit.sum())} readings, "
                  f"precision {right[hit].mean() if hit.any() else 1:.4f}, recall {right[hit].sum() / wrong[kind]:.4f}, "
                  f"right characters made wrong {int(harm[hit].sum())}; {len(places)} different ones, "
                  f"precision at least {at_least(sum(places.values()), len(places)):.4f}")
    for k in np.argsort(-np.where(right | ~kept, -np.inf, odds))[:examples]:
        print(f"  {odds[k]:5.2f} {found[k].kind} {found[k].show}")
    final = fit(names, x, right.astype(float), weight)
    entry = {"bias": round(final.bias, 4), "weights": {n: round(float(w), 4) for n, w in zip(names, final.weights, strict=True)},
             **{tier: round(float(1 / (1 + np.exp(-cut))), 4) for tier, cut in cuts.items()}}
    print(json.dumps(entry))
    if write:
        data = json.loads(write.read_text(encoding="utf-8")) if write.is_file() else {}
        data[name] = entry
        write.write_text(json.dumps(dict(sorted(data.items())), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
