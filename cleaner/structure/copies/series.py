"""The parts of a series, each of which opens with the same sentence: a repetition that is meant."""

from __future__ import annotations

from collections.abc import Sequence

from cleaner.structure.copies.near import Copy
from cleaner.structure.labels.roles import Labelled
from cleaner.structure.seams import ends_sentence


def leads_again(texts: Sequence[str], roles: Sequence[Labelled], copy: Copy) -> bool:
    """Whether two equal sentences open two stories, each under a headline or a byline of its own."""
    tops = [k - 1 for k in (copy.copy, copy.host)]
    return (copy.whole and min(tops) >= 0 and all(roles[k].role in {"headline", "byline"} for k in tops)
            and texts[tops[0]] != texts[tops[1]] and ends_sentence(texts[copy.copy]))
