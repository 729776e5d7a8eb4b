"""Fitted logistic models: log-odds as weighted sums, and probabilities of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from operator import mul

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Logistic:
    """Log-odds as a weighted sum of named features."""

    bias: float
    weights: Mapping[str, float]

    def log_odds(self, features: Mapping[str, float]) -> float:
        """Natural log-odds; every weight must find its feature."""
        weighted: float = sum(map(mul, self.weights.values(), [features[name] for name in self.weights]))
        return self.bias + weighted

    def log_odds_many(self, columns: Mapping[str, Doubles]) -> Doubles:
        """`log_odds` of many rows, given as one array a feature; the same to the last bit."""
        total = np.zeros(len(next(iter(columns.values()))))
        for name, weight in self.weights.items():
            total += weight * columns[name]
        return total + self.bias


def probability(log_odds: float) -> float:
    """The probability of natural log-odds."""
    return 1 / (1 + math.exp(-max(min(log_odds, 30.0), -30.0)))
