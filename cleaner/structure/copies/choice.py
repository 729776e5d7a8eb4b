"""Which of two copies stays: the one that its neighbours continue, or of whose story they are."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from cleaner.structure.copies.certain import PASSAGE
from cleaner.structure.copies.near import Copy
from cleaner.structure.copies.passages import shadow
from cleaner.structure.copies.torn import is_other_half
from cleaner.structure.labels.roles import Labelled
from cleaner.structure.seams import Seams, ends_sentence

WHOLE_SEAM = 0.5
"""Log-odds for a place between finished neighbours."""
TORN_END, BEGUN = -0.5, 3.0
"""Log-odds, at least, of a seam whose end alone is torn: a line that is signed looks so, wherever the copy stands; and from which a start
behind a finished sentence has lost its beginning: a short sentence of a dialogue may sound so. Set by hand."""
UNFIT = -3.0
"""Log-odds of a seam under which its words do not go together, though both are torn: 94, 93 and 88 % of the next pieces of paragraphs (0, 5 and 11.5 % errors) lie above
(`benchmarks/calibrate_seams.py`)."""
SAID = 1.0
"""Log-odds by which the seams of one twin must be better for them to tell which one stays."""
BEHIND, AHEAD = 3.0, 1.5
"""What it counts that the block before a twin, or the one behind it, stays for the one before, or behind, the other twin. Set by hand."""
TOLD, AFAR = 0.2, 8
"""By how much more one of two twins must be of the story around it (affinities) to stay for that, and how many blocks they stand apart: near each other
they are of one story. Set by hand."""


def choose(
    texts: Sequence[str], roles: Sequence[Labelled], pairs: Sequence[Copy], seams: Seams, drops: dict[int, Copy],
) -> None:
    """Of each pair, drop the one that its neighbours do not continue; a part always goes before the whole."""
    asked = sorted({(i + d, i + d + 1) for c in pairs if c.whole for i in (c.copy, c.host) for d in (-1, 0)
                    if i + d >= 0 and i + d + 1 < len(texts)})
    link = dict(zip(asked, seams.links(asked), strict=True))
    bound = {i for copy in drops.values() for i in copy.hosts}

    def fit(i: int) -> float:
        """How well block i sits between its neighbours, in log-odds of its two seams."""
        total = 0.0
        for a, b in ((i - 1, i), (i, i + 1)):
            if (a, b) in link and roles[a].role == roles[b].role == "paragraph":
                beside = a if b == i else b
                if shadow(texts[beside]) in shadow(texts[i]):  # a crop shows a piece of the block itself
                    total += WHOLE_SEAM
                    continue
                torn = not ends_sentence(texts[a])
                headless = seams.headless(b) > (1 if torn else BEGUN)
                unfit = headless and (not torn or link[a, b] < UNFIT)
                total += max(link[a, b], -math.inf if unfit else TORN_END) if torn or headless else WHOLE_SEAM
        return total

    def goes_on(copy: Copy) -> bool:
        """Whether a part ends the sentence in which its host, the block above it, stops: a writer may say a clause again."""
        return (copy.host + 1 == copy.copy and len(texts[copy.copy]) < PASSAGE and ends_sentence(texts[copy.copy])
                and not ends_sentence(texts[copy.host]) and seams.links([(copy.host, copy.copy)])[0] > UNFIT)

    def stays(i: int) -> int:
        while i in drops and not drops[i].hosts:
            i = drops[i].host
        return i

    def drop(loser: int, winner: int, copy: Copy) -> None:
        """The loser goes; where it is gone already, what was its equal goes for the one that it went for."""
        if loser in drops:
            loser, winner = winner, loser
        winner = stays(winner)
        if loser in drops or winner in drops or loser == winner or loser in bound:
            return
        drops[loser] = copy if (copy.copy, copy.host) == (loser, winner) else Copy(loser, winner, copy.similarity, copy.whole, 0, len(shadow(texts[winner])),
                                              parallel=copy.parallel)

    def settle(copy: Copy, margin: float) -> None:
        if margin > 0:
            drop(copy.host, copy.copy, copy)
        else:
            drop(copy.copy, copy.host, copy)

    halves = dict.fromkeys(c for c in pairs if is_other_half(texts, c))
    for copy in sorted((c for c in pairs if not c.whole and c not in halves), key=lambda c: (c.copy, -c.similarity)):
        if copy.copy not in drops:
            drop(copy.copy, copy.host, replace(copy, parallel=True) if goes_on(copy) else copy)
    rated = [(math.inf, math.inf, replace(c, parallel=True)) for c in halves]
    for copy in (c for c in pairs if c.whole and c not in halves):
        longer = len(shadow(texts[copy.host])) - len(shadow(texts[copy.copy]))
        margin = fit(copy.copy) - fit(copy.host) if longer <= 2 else -9.0 - longer
        rated.append((abs(margin), margin, copy))
    for size, margin, copy in sorted(rated, key=lambda row: (-row[0], row[2].copy)):
        if size >= SAID:
            settle(copy, margin)
    unsaid = sorted((row for row in rated if row[0] < SAID), key=lambda row: row[2].copy)
    for sweep in (unsaid, unsaid[::-1]):  # the seams do not say: stay with the twin whose neighbours stay, first down a run and then up, ...
        for _, margin, copy in sweep:
            if run := _run_margin(copy, drops):
                settle(copy, run + margin)
    for _, _, copy in sorted(unsaid, key=lambda row: (-row[0], row[2].copy)):  # ... or are of its story
        settle(copy, _run_margin(copy, drops) or _story_margin(copy, seams) or copy.host - copy.copy)


def _run_margin(copy: Copy, drops: Mapping[int, Copy]) -> float:
    """Above 0 when `copy.copy` should stay: it follows, or goes before, a block of a run that stays for one of its twin's run."""
    def stays(step: int) -> int:
        i, twin = copy.copy + step, copy.host + step
        return _stays_for(i, twin, drops) - _stays_for(twin, i, drops)

    return BEHIND * stays(-1) + AHEAD * stays(1)


def _stays_for(i: int, twin: int, drops: Mapping[int, Copy]) -> bool:
    """Whether a block stays where its twin goes."""
    return twin in drops and drops[twin].host == i


def _story_margin(copy: Copy, seams: Seams) -> float:
    """Above 0 where the copy is more of the story around it than its twin, far away, of that around itself (affinities)."""
    def told(i: int) -> float:
        around = ([k for k in places if 0 <= k < len(seams.ends)] for places in ((i - 1, i - 2), (i + 1, i + 2)))
        return sum(seams.stories.affinity([i], near) for near in around if near)

    if abs(copy.copy - copy.host) < AFAR:
        return 0.0
    margin = told(copy.copy) - told(copy.host)
    return margin if abs(margin) > TOLD else 0.0
