"""Several models made one, and the one made small."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cleaner.evidence.exact import log10
from cleaner.evidence.index import Ids, find_sorted
from cleaner.evidence.ngram import Doubles
from cleaner.evidence.smoothing import Learnt

Levels = tuple[Learnt, ...]


def blended(models: Sequence[Levels], shares: Sequence[float], base: int) -> Levels:
    """One back-off model of all n-grams that any model holds, each with the weighted mean of its probabilities.

    Back-off weights are worked out anew so that probabilities sum to one (as SRILM's `ngram -mix-lm` does,
    A. Stolcke, ICSLP 2002).
    """
    if len(models) == 1:
        return models[0]
    keys = [np.unique(np.concatenate([model[n].keys for model in models])) for n in range(len(models[0]))]
    p, mass = [], []
    for n, grams in enumerate(keys):
        weights = _trusted(models, shares, n, grams, base)
        p.append(sum((weight * _conditional(model, n + 1, grams, base)
                      for model, weight in zip(models, weights, strict=True)), np.zeros(len(grams))))
        mass.append(np.zeros(len(grams)))
        for model, share in zip(models, shares, strict=True):
            mass[-1][find_sorted(grams, model[n].keys)[0]] += share * model[n].mass
    return _weighted(keys, p, mass, base)


def _trusted(models: Sequence[Levels], shares: Sequence[float], n: int, grams: Ids, base: int) -> list[Doubles]:
    """For every n-gram how much each model counts after the n characters before its last.

    A model that expected the character just read knows the kind of text better than one that did not: its
    share is multiplied by the square root of that probability. With the probability itself this would be the
    Bayesian interpolation of SRILM (`-bayes`); the square root, which does not trust one character that far, gave
    lower perplexities on every text tried.
    """
    if n == 0:
        return [np.full(len(grams), share) for share in shares]
    contexts, places = np.unique(grams // np.uint64(base), return_inverse=True)
    weights = [share * np.sqrt(_conditional(model, n, contexts, base)) for model, share in zip(models, shares, strict=True)]
    total = sum(weights, np.zeros(len(contexts)))
    return [(weight / total)[places] for weight in weights]


def _weighted(keys: Sequence[Ids], p: Sequence[Doubles], mass: Sequence[Doubles], base: int) -> Levels:
    """Levels with the back-off weights that make the probabilities after every context sum to one."""
    levels = []
    for n in range(1, len(keys)):
        left, shorter = _spare(keys, p, n, base)
        levels.append(Learnt(keys[n - 1], p[n - 1], left / shorter, mass[n - 1]))
    levels.append(Learnt(keys[-1], p[-1], np.ones(len(keys[-1])), mass[-1]))
    return tuple(levels)


def _spare(keys: Sequence[Ids], p: Sequence[Doubles], n: int, base: int) -> tuple[Doubles, Doubles]:
    """For every context of n characters: what the n-grams that go on from it leave over of one, and what the
    same last characters leave over after the context that is one character shorter."""
    longer = keys[n]
    parents, _ = find_sorted(keys[n - 1], longer // np.uint64(base))
    suffixes, _ = find_sorted(keys[n - 1], longer % np.uint64(base**n))
    left = 1.0 - np.bincount(parents, weights=p[n], minlength=len(keys[n - 1]))
    shorter = 1.0 - np.bincount(parents, weights=p[n - 1][suffixes], minlength=len(keys[n - 1]))
    return np.maximum(left, 1e-7), np.maximum(shorter, 1e-7)


def _conditional(levels: Levels, n: int, keys: Ids, base: int) -> Doubles:
    """p of the last character of each n-gram given the others, under one model."""
    places, held = find_sorted(levels[n - 1].keys, keys)
    found = np.zeros(len(keys))
    found[held] = levels[n - 1].p[places[held]]
    if n > 1 and not held.all():
        rest = keys[~held]
        parents, known = find_sorted(levels[n - 2].keys, rest // np.uint64(base))
        weight = np.ones(len(rest))
        weight[known] = levels[n - 2].weight[parents[known]]
        found[~held] = weight * _conditional(levels, n - 1, rest % np.uint64(base ** (n - 1)), base)
    return found


def pruned(levels: Levels, keep: int, base: int) -> Levels:
    """The model without the n-grams whose loss changes it least, until about `keep` are left.

    How much is lost is the relative entropy between the model with and without the n-gram (A. Stolcke, "Entropy-based
    pruning of backoff language models", 1998), the probability of the context taken from the text itself, because Kneser-Ney's
    short n-grams do not have that of the text (C. Chelba et al., Interspeech 2010). An n-gram stays while one
    that begins or ends with it stays.
    """
    if sum(len(level.keys) for level in levels) <= keep:
        return levels
    keys, p = [level.keys for level in levels], [level.p for level in levels]
    worth = [np.full(len(keys[0]), np.inf)] + [_loss(levels, n, base) for n in range(1, len(levels))]
    for n in range(len(levels) - 1, 1, -1):
        parents, _ = find_sorted(keys[n - 1], keys[n] // np.uint64(base))
        suffixes, _ = find_sorted(keys[n - 1], keys[n] % np.uint64(base**n))
        np.maximum.at(worth[n - 1], parents, worth[n])
        np.maximum.at(worth[n - 1], suffixes, worth[n])
    every = np.concatenate(worth)
    least = np.partition(every, len(every) - keep)[len(every) - keep]
    stays = [values >= least for values in worth]
    return _weighted([k[s] for k, s in zip(keys, stays, strict=True)], [x[s] for x, s in zip(p, stays, strict=True)],
                     [level.mass[s] for level, s in zip(levels, stays, strict=True)], base)


def _loss(levels: Levels, n: int, base: int) -> Doubles:
    """What the model loses with each n-gram of n + 1 characters, if that alone were taken away."""
    keys, p = [level.keys for level in levels], [level.p for level in levels]
    left, shorter = _spare(keys, p, n, base)
    parents, _ = find_sorted(keys[n - 1], keys[n] // np.uint64(base))
    suffixes, _ = find_sorted(keys[n - 1], keys[n] % np.uint64(base**n))
    own, less = p[n], p[n - 1][suffixes]
    spare, short = left[parents], shorter[parents]
    after = (spare + own) / (short + less)
    change = own * log10(less * after / own) + spare * log10(after * short / spare)
    return np.maximum(-levels[n - 1].mass[parents] * change, 0.0)
