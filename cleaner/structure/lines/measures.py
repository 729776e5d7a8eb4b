"""The measure of a column, the width that it is set to, worked out from the lengths of its lines.

Line after line of a paragraph fills the measure: what it leaves free is less than the first word of the next line
would take. The last line stops anywhere. The measure itself is not in the text, and it changes: where a column runs
round a picture or a headline, where another story begins. So it is the hidden state of a chain: from line to line it
stays, or, now and then, jumps to any other width, and from there back to the one that is usual in its column; a line is full, or it ends its paragraph, and its words make the one
or the other likelier. The forward-backward algorithm (Rabiner, A Tutorial on Hidden Markov Models, 1989) adds up all
ways of reading a page so.

Lengths are half columns: a full-width character takes two of them. Three things that the text does not say are tried
out, and the reading kept that explains the lengths best: whether marks are set to half a character's width, as in old
papers; whether a mark may open a line; whether the first lines of paragraphs were set in by two columns.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cleaner.structure.seams import CANNOT_START

SYMBOLS = "\u2190"
"""From here on, characters are set to the full width, ornaments (◘) too."""
MARKS = frozenset("、，。；：？！『』「」（）《》〈〉“”‘’〔〕【】")
"""Marks that old papers set to half a character's width."""
OPENERS = "“‘《〈（「『【〔("
WORD = re.compile(r"[A-Za-z0-9][!-~]*")
NARROWEST, WIDEST = 2, 160
"""Half columns; a longer line is no line of a column."""
LONGEST_UNIT = 16
"""Half columns; a longer word is broken anywhere."""
EXACT, LESS, OVER, MORE = 0.55, 0.4, 0.02, 0.012
"""Probability that a full line leaves nothing free; less than what opens the next line would take; that it is one or two
half columns too long (a mark hangs over, the line is squeezed); that it leaves one or two more than it should."""
ANYTHING = 1e-4
"""... and of every other length: a misread line, a lost character."""
STRAY = 0.03
"""Share of last lines that keep to no measure: headlines, signatures."""
CHANGES = (0.003, 0.03)
"""Probability that the measure changes from a full line to the next: seldom, or as on a page whose columns run round pictures."""
CHANGE_AFTER_END = 0.55
"""... and behind a paragraph's end."""
RECUR = 0.95
"""Share of the changes that take up a measure as often as the page has lines of that length; the others take any."""
BASES = 6
"""Usual measures of a page: its commonest lengths. A column that runs round a picture goes back to the one it had."""
RETURN, RETURN_AFTER_END = 0.05, 0.1
"""Probability that a column at another measure goes back to its usual one, from a full line and behind a paragraph's end."""
REBASE, REBASE_AFTER_END = 0.05, 0.3
"""Share of the other changes with which another measure becomes the usual one. Like the shares above, near those that make the
lengths of the lines of the bench likeliest where their paragraphs are known."""
SET_IN, LIKELY_SET_IN = 4, 0.9
"""Half columns by which first lines are set in where a page sets them in, and the share of them that is."""
STRETCH, OVERLAP = 1500, 50
"""Lines that are read at a time, and how many of them twice at either end."""
SLACKS = 8
"""Half columns by which a line may be too long."""
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Setting:
    """How a page is set."""

    mark: int = 2
    """Half columns that a mark takes."""
    loose: bool = False
    """Whether a mark may open a line."""
    set_in: int = 0
    """Half columns by which first lines are set in."""
    change: float = CHANGES[0]
    """Probability that the measure changes within a paragraph."""


@dataclass(frozen=True)
class Reading:
    """What lengths and words say together."""

    log_odds: Array
    """Of a paragraph's end, for every line end but the last."""
    alone: Array
    """The probability that a line is a paragraph by itself, for every line."""
    log_likelihood: Array
    """Of the page; of each page where several are read at once."""


@lru_cache(maxsize=1 << 14)
def _cells(char: str) -> int:
    return 2 if char >= SYMBOLS or unicodedata.east_asian_width(char) in "WFA" else 1


def length(text: str, mark: int) -> int:
    """Half columns that a text takes where a mark takes `mark` of them."""
    return sum(mark if char in MARKS else _cells(char) for char in text)


def opening(text: str, loose: bool) -> str:
    """What opens a line and may not be parted: a word, or a character and the marks bound to it."""
    word = WORD.match(text)
    if word or loose:
        return word.group() if word else text[:1]
    at = 0
    while at < len(text) and text[at] in OPENERS:
        at += 1
    at += 1
    while at < len(text) and text[at] in CANNOT_START:
        at += 1
    return text[:at]


@lru_cache(maxsize=1)
def _full_table() -> Array:
    """Probability of what a full line leaves free (columns, from -SLACKS on) by the unit that did not fit (rows)."""
    slack = np.arange(-SLACKS, WIDEST + 1)
    table = np.full((LONGEST_UNIT + 1, len(slack)), ANYTHING)
    for unit in range(1, LONGEST_UNIT + 1):
        inside = (slack > 0) & (slack < unit)
        table[unit, slack == 0] += EXACT if inside.any() else EXACT + LESS
        table[unit, inside] += LESS / max(int(inside.sum()), 1)
        table[unit, (slack < 0) & (slack >= -2)] += OVER / 2
        table[unit, (slack >= unit) & (slack < unit + 2)] += MORE / 2
    return table


class Chain:
    """The lines of a page as a chain of hidden measures; a `closed` line end is a paragraph's end whatever the words say.

    `full` and `last` have the probability of each line's length if it runs on, and if it ends its paragraph: by line,
    by what the line before did (0: it ran on, 1: it ended a paragraph), and by measure.
    """

    def __init__(self, texts: Sequence[str], closed: Sequence[bool], setting: Setting) -> None:
        sizes = np.minimum([length(text, setting.mark) for text in texts], WIDEST)
        units = [min(length(opening(text, setting.loose), setting.mark), LONGEST_UNIT) for text in texts[1:]]
        widths = np.arange(NARROWEST, max(int(sizes.max()), NARROWEST) + 3)
        free = widths[None, :] - sizes[:, None]
        runs = np.append(~np.array(closed, bool), False).astype(float)[:, None, None]
        row = np.maximum(np.append(units, 1).astype(np.intp), 1)[:, None]

        def full(slack: NDArray[np.intp]) -> Array:
            return _full_table()[row, np.clip(slack + SLACKS, 0, WIDEST + SLACKS)]

        def last(slack: NDArray[np.intp]) -> Array:
            return (1 - STRAY) / widths[None, :] * (slack >= -1) + STRAY / WIDEST

        flush = np.stack([full(free), last(free)])
        inset = np.stack([full(free - setting.set_in), last(free - setting.set_in)])
        share = LIKELY_SET_IN if setting.set_in else 0.0
        first = share * inset + (1 - share) * flush
        self.full = np.stack([flush[0], first[0]], axis=1) * runs
        self.last = np.stack([flush[1], first[1]], axis=1)
        self.change: Array = np.array([setting.change])
        seen = np.bincount(np.clip(sizes - NARROWEST, 0, None), minlength=len(widths)).astype(float)
        self.base, self.usual = _bases(seen)
        self.prior: Array = RECUR * seen / seen.sum() + (1 - RECUR) / len(widths)
        """How often each measure is taken up, from the lengths of the page's lines."""

    def reading(self, words: Array, alone: Array) -> Reading:
        """Forward-backward. `words` has the log-odds of a paragraph's end by what the words say, for every line end but
        the last; `alone` what is added to them where the line is then a paragraph by itself, for every line."""
        last = self._last(words, alone)
        states, total = self._forward(last)
        odds, single = np.zeros(states.shape[:-3]), np.zeros(states.shape[:-3])
        back = np.ones(states.shape[1:])
        full = self.full[..., None, :]
        for i in range(len(states) - 1, -1, -1):
            ran = full[i] * self._before(back[..., 0, :, :], self.change, RETURN, REBASE)[..., None, :, :]
            ended = last[i] * self._before(back[..., 1, :, :], CHANGE_AFTER_END, RETURN_AFTER_END, REBASE_AFTER_END)[..., None, :, :]
            yes, no = (states[i] * ended).sum(axis=(-2, -1)), (states[i] * ran).sum(axis=(-3, -2, -1))
            every = yes.sum(axis=-1)
            odds[i] = np.log(np.maximum(every, 1e-300)) - np.log(np.maximum(no, 1e-300))
            single[i] = yes[..., 1] / (every + no)
            back = ran + ended
            back /= back.sum(axis=(-3, -2, -1), keepdims=True)
        return Reading(np.clip(odds[:-1], -30, 30), single, total)

    def log_likelihood(self, words: Array, alone: Array) -> float:
        """Of the lengths and words, all ways of reading the page added up."""
        return float(self._forward(self._last(words, alone))[1])

    def _last(self, words: Array, alone: Array) -> Array:
        ends = np.exp(np.clip(np.concatenate([words, np.zeros_like(alone[:1])]), -30, 30))
        both: Array = np.stack([ends, ends * np.exp(np.clip(alone, -30, 30))], axis=-1)[..., None]
        return (self.last * both)[..., None, :]

    def _moved(self, state: Array, change: Array | float, back: float, rebase: float) -> Array:
        """The state a line further (usual measure, measure): the measure stays, goes back to the usual one, or any
        other follows, or another is the usual one from now on."""
        each = state.sum(axis=-1, keepdims=True)
        at = (state * self.base).sum(axis=-1, keepdims=True)
        moved: Array = ((1 - change) * state - back * (1 - self.base) * state + back * (each - at) * self.base
                        + change * ((1 - rebase) * each * self.prior + rebase * each.sum(axis=-2, keepdims=True) * self.usual * self.base))
        return moved

    def _before(self, ahead: Array, change: Array | float, back: float, rebase: float) -> Array:
        """What each state before a line end is worth, by what the states behind it are."""
        at = (ahead * self.base).sum(axis=-1, keepdims=True)
        other = (1 - rebase) * (self.prior * ahead).sum(axis=-1, keepdims=True) + rebase * (self.usual * at).sum(axis=-2, keepdims=True)
        worth: Array = (1 - change) * ahead + back * (1 - self.base) * (at - ahead) + change * other
        return worth

    def _forward(self, last: Array) -> tuple[Array, Array]:
        """The states before each line (the line before ran on or ended; usual measure; measure), scaled, and the log likelihood."""
        full = self.full[..., None, :]
        start = self.usual * (0.5 * self.base + 0.5 * self.prior) * np.ones_like(last[0, ..., 0, :, :])
        states = np.empty((*last.shape[:-2], *start.shape[-2:]))
        state = np.stack([np.zeros_like(start), start], axis=-3)
        total: Array = np.zeros(last.shape[1:-3])
        for i in range(len(last)):
            states[i] = state
            state = np.stack([self._moved((state * full[i]).sum(axis=-3), self.change, RETURN, REBASE),
                              self._moved((state * last[i]).sum(axis=-3), CHANGE_AFTER_END, RETURN_AFTER_END, REBASE_AFTER_END)], axis=-3)
            scale = state.sum(axis=(-3, -2, -1), keepdims=True)
            total = total + np.log(scale[..., 0, 0, 0])
            state = state / scale
        return states, total


def _bases(seen: Array) -> tuple[Array, Array]:
    """The commonest measures, one in each neighbourhood, as rows of zeros and a one; and how common each of them is."""
    left, rows, usual = seen.copy(), np.zeros((BASES, len(seen))), np.zeros((BASES, 1))
    for k in range(BASES):
        best = int(np.argmax(left))
        rows[k, best], usual[k] = 1.0, left[best]
        left[max(0, best - 1):best + 2] = 0.0
    return rows, usual / usual.sum()


def read(texts: Sequence[str], words: Array, alone: Array, closed: Sequence[bool]) -> Array:
    """The log-odds of a paragraph's end for every line end but the last, as lengths and words together tell it. A long
    page is read in stretches that overlap."""
    setting = likeliest_setting(texts[:STRETCH], words[:STRETCH - 1], alone[:STRETCH], closed[:STRETCH - 1])
    odds = np.zeros(len(texts) - 1)
    for start in range(0, max(len(texts) - 1, 1), STRETCH - 2 * OVERLAP):
        part, ends = slice(start, start + STRETCH), slice(start, start + STRETCH - 1)
        found = Chain(texts[part], closed[ends], setting).reading(words[ends], alone[part]).log_odds
        skip = OVERLAP if start else 0
        odds[start + skip:start + len(found)] = found[skip:]
    return odds


def likeliest_setting(texts: Sequence[str], words: Array, alone: Array, closed: Sequence[bool]) -> Setting:
    """The setting that explains the lengths best; one thing is tried after the other."""
    best = Setting()
    most = Chain(texts, closed, best).log_likelihood(words, alone)
    for other in ({"set_in": SET_IN}, {"mark": 1}, {"loose": True}, {"change": CHANGES[1]}, {"set_in": 0}, {"mark": 2}):
        setting = replace(best, **other)
        if setting != best and (found := Chain(texts, closed, setting).log_likelihood(words, alone)) > most:
            best, most = setting, found
    return best
