"""How much likelier one reading is than another in its place.

A substitution changes the probability of what is put there and of the characters behind it, as far as the model
remembers. A forward model that is asked about both has seen the context on both sides: a window from the change to
`memory` characters behind it is all that can differ, so nothing more is looked up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from cleaner.evidence.ngram import Batched, Doubles

Substitution = tuple[str, str, str, str]
"""Left context, what is read, what is offered, right context. What is read or offered may be empty."""


def gain_many(model: Batched, substitutions: Iterable[Substitution]) -> Doubles:
    """log10 p(left offered right) - log10 p(left read right) for each substitution, in one batch.

    Contexts may be as long as the caller likes; of each, `model.memory` characters are used. Windows that occur
    more than once (the reading itself, when many characters are tried in its place) are scored once.
    """
    reach = model.memory
    numbers: dict[tuple[str, str], int] = {}
    asked: list[int] = []
    for left, read, offered, right in substitutions:
        context, behind = left[-reach:] if reach else "", right[:reach]
        for middle in (offered, read):
            asked.append(numbers.setdefault((context, middle + behind), len(numbers)))
    scores = model.score_many(list(numbers))
    places = np.array(asked, dtype=np.int64).reshape(-1, 2)
    found: Doubles = scores[places[:, 0]] - scores[places[:, 1]]
    return found


def single_gains(model: Batched, text: str, at: int, offered: Sequence[str]) -> Doubles:
    """The gain of each character of `offered` over `text[at]`, in its place."""
    left, right = text[max(at - model.memory, 0):at], text[at + 1:at + 1 + model.memory]
    return gain_many(model, ((left, text[at], char, right) for char in offered))
