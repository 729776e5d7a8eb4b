"""Is the end of this printed line the end of a paragraph? A conditional random field over the lines of a page.

Asked are only line ends among wrapped lines (`cleaner.structure.lines.printed`). Each has features: the marks at both
sides; brackets that open before and close behind; how well the words run on, or stop; what kind of lines these look
like; how they compare with their neighbours. Their weighted sum goes into the chain of `cleaner.structure.lines.measures`,
whose hidden states are the widths of the columns: it is the chain that decides. `benchmarks/line_breaks.py` fits the
weights for the chain as a whole; they stand in `data/line_ends.json`.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from cleaner.data import data_file
from cleaner.evidence import shipped_lexicon, shipped_model
from cleaner.structure.lines.cohesion import cohesion_features
from cleaner.structure.lines.heads import head_features
from cleaner.structure.lines.measures import read
from cleaner.structure.lines.printed import (
    CLAUSE_ENDS,
    COMMAS,
    HEAD,
    LOWER_GAIN,
    OPENERS,
    TAIL,
    PrintedLine,
    ends_marked,
    fills,
    half_lines,
    one_mark_for_all,
    set_in,
    shadows,
    shortfall,
)
from cleaner.structure.lines.shapes import (
    BULLET,
    NUMBER,
    SIGNED,
    comma_inside,
    enclosed,
    end_class,
    share,
    sign,
    start_class,
    step,
)
from cleaner.structure.logistic import probability
from cleaner.structure.seams import SENTENCE_END

FINAL = frozenset("也矣焉耳哉乎歟云爾耶罷哩呢嗎吗了的")
"""Characters that often end a sentence where a paper prints no full stops."""
AHEAD = 7
"""Lines that are looked at on each side for the widest column near by."""
SIDE = 14
"""Code points on each side of a line end in which marks are counted."""
CLAUSE_MARKS = "".join(sorted(CLAUSE_ENDS))
LEAST_STARTS = 3
"""Paragraphs whose start must be seen to tell how a page sets them."""
DENT, FAR, SHARES = 2, 20, (0.0, 0.04, 0.08, 0.13, 0.2)
"""Columns by which a line is shorter than its neighbours that looks like a last line, lines before and behind that are looked
at for such, and their shares at which paragraphs are taken for shorter."""
WIDER = 2
"""Columns by which a headline is wider than the text below it, more than a mark that hangs over."""
NEAR = 4
"""Lines on each side whose commonest width is taken for the column's."""


@dataclass(frozen=True)
class Model:
    """What the features of a line end add to the log-odds of a paragraph's end."""

    bias: float
    weights: Mapping[str, float]
    slope: float = 1.0
    shift: float = 0.0
    """What makes the log-odds of the chain those of held-out pages (Platt 1999)."""

    def log_odds(self, features: Mapping[str, float]) -> float:
        """By the features alone, the lengths of the column aside."""
        return self.bias + self.weighed(features)

    def weighed(self, features: Mapping[str, float]) -> float:
        """The weighted sum of some features."""
        return sum(self.weights.get(name, 0.0) * value for name, value in features.items())

    def break_probabilities(
        self, lines: Sequence[PrintedLine], asked: Sequence[int], rows: Sequence[Mapping[str, float]],
        single: Sequence[Mapping[str, float]],
    ) -> list[float]:
        """The probability that a paragraph ends, for the line ends `asked`, whose features are `rows`; with all others
        a paragraph does end. `single` has the features of every line as a paragraph by itself."""
        words, closed = np.zeros(len(lines) - 1), [True] * (len(lines) - 1)
        for i, row in zip(asked, rows, strict=True):
            words[i], closed[i] = self.log_odds(row), False
        alone = np.array([self.weighed(row) for row in single])
        odds = read([line.text for line in lines], words, alone, closed)
        return [probability(self.slope * odds[i] + self.shift) for i in asked]


@lru_cache(maxsize=1)
def calibrated() -> Model:
    """The fitted model of the package."""
    data = json.loads(data_file("line_ends.json").read_text(encoding="utf-8"))
    return Model(data["bias"], data["weights"], data["slope"], data["shift"])


def line_end_features(
    lines: Sequence[PrintedLine], stays: Sequence[bool], against: Sequence[bool], asked: Sequence[int],
) -> list[dict[str, float]]:
    """The features of some line ends; `stays` and `against` as `closed` gives them."""
    shadow = shadows([line.text for line in lines])
    pairs = []
    for i in asked:
        tail, head = _tail(shadow, stays, i), shadow[i + 1][:HEAD]
        pairs += [(tail, head), ("\n", head), ("。", head), (tail, "\n"), ("", head)]
    scores = shipped_model().score_many(pairs).reshape(-1, 5) if pairs else ()
    full = fills(lines, stays)
    style, often = paragraph_style(lines), _last_lines_near(lines)
    rows = []
    for i, (across, line, sentence, end, anywhere), shares in zip(asked, scores, cohesion_features(shadow, asked), strict=True):
        row = _shape(lines, stays, i, full[i])
        row |= shares | {f"{name}, {'full' if full[i] else 'short'}": value for name, value in shares.items()}
        above, turn = sign(shortfall(lines[i], lines[i - 1])) if i else "none", sign(shortfall(lines[i], lines[i + 1]))
        row |= _marks(lines[i].text, lines[i + 1].text, full[i], f"above {above}, below {turn}")
        lower = shadow[i + 1][:1].isascii() and shadow[i + 1][:1].islower()
        runs = LOWER_GAIN if lower else _clip(across - line, -3, 4)
        row["gaps against"] = float(against[i])
        start = "set in" if set_in(lines, i + 1) else "flush"
        row |= {f"page {style}, below {start}": 1.0, f"page {style}, below {start}, {'full' if full[i] else 'short'}": 1.0,
                f"page {style}, below {start}, ends {end_class(lines[i].text)}": 1.0}
        row |= _prose(lines, stays, i, "full" if full[i] else "short") | head_features(lines, i, "full" if full[i] else "short")
        row |= {f"last lines near {often[i]}": 1.0, f"last lines near {often[i]}, ends {end_class(lines[i].text)}{', full' if full[i] else ''}": 1.0}
        near = lines[max(0, i - 2):i + 3]
        marked = sum(one.text[-1] in SENTENCE_END or one.text[-1] in COMMAS for one in near)
        row[f"{marked} of {len(near)} near end marked{', full' if full[i] else ''}"] = 1.0
        row |= {"runs on": runs, "sentence start": _clip(across - sentence, -3, 4),
                "stops": _clip(end, -6, 0), "fits anywhere": _clip(across - anywhere, -3, 3), "lower case": float(lower)}
        row[f"above {above}, below {turn}"] = 1.0
        words = shipped_lexicon().words_across(_tail(shadow, stays, i), shadow[i + 1][:HEAD])
        row["word"] = max((math.log10(freq + 1) for word, freq in words if len(word) > 1), default=0.0)
        end = end_class(lines[i].text)
        row |= {f"runs on, ends {end}": runs, f"stops, ends {end}": row["stops"], f"sentence start, ends {end}": row["sentence start"]}
        row |= {f"last {end} {_last_word(shadow[i])}": 1.0, f"first {shadow[i + 1][:1]}": 1.0}
        if full[i]:
            row |= {"runs on, full": runs, "stops, full": row["stops"], "fits, full": row["fits anywhere"]}
        if lines[i + 1].low - lines[i].low > 1:
            row |= {"runs on, short": runs, "stops, short": row["stops"]}
        rows.append({name: value for name, value in row.items() if value})
    return rows


def _last_lines_near(lines: Sequence[PrintedLine]) -> list[str]:
    """For every line end but the last, how many lines round it, line and next line aside, look like last lines: shorter
    than both their neighbours. Where paragraphs are long, few full lines end one."""
    dents = [0] + [int(min(shortfall(lines[k], lines[k - 1]), shortfall(lines[k], lines[k + 1])) >= DENT) for k in range(1, len(lines) - 1)] + [0]
    found = []
    for i in range(len(lines) - 1):
        around = dents[max(0, i - FAR):i] + dents[i + 2:i + 2 + FAR]
        share = sum(around) / max(len(around), 1)
        found.append(f"{sum(share > least for least in SHARES)}")
    return found


def _last_word(text: str) -> str:
    """The last character of a line that is no mark."""
    bare = text.rstrip(CLAUSE_MARKS)
    return bare[-1:]


def _tail(shadow: Sequence[str], stays: Sequence[bool], i: int) -> str:
    """The last code points up to a line end, from the lines above too where a column is so narrow."""
    tail = shadow[i]
    while len(tail) < TAIL and i and not stays[i - 1] and abs(len(shadow[i - 1]) - len(shadow[i])) <= 1:
        i -= 1
        tail = shadow[i] + tail
    return tail[-TAIL:]


def doubtful_ends(lines: Sequence[PrintedLine], against: Sequence[bool]) -> list[bool]:
    """For every line end but the last, whether it may end a paragraph however full the line is: because a sentence ends
    there and nothing on the page shows where paragraphs begin (no empty lines, no indents, no first lines set in); or because
    the line has no mark and is wider than the column below it, as headlines are; or because it has no mark and is not half as wide
    as a line near it, as 1 of 861 ends inside the rig's paragraphs is, and 69 others (see `half_lines`). Where one mark stands for all, and columns
    run round everything, none of that says much."""
    if one_mark_for_all([line.text for line in lines]):
        return [False] * (len(lines) - 1)
    shown = paragraph_style(lines) == "set in"
    return [(ends_marked(lines[i].text) and not against[i] and not (shown and not set_in(lines, i + 1))) or half or _over_column(lines, i)
            for i, half in enumerate(half_lines(lines))]


def _over_column(lines: Sequence[PrintedLine], i: int) -> bool:
    """Whether a line without a mark is wider than the two below it, which are one column."""
    return (i + 2 < len(lines) and not comma_inside(lines[i].text) and end_class(lines[i].text) == "hanzi"
            and shortfall(lines[i + 1], lines[i]) >= WIDER and abs(shortfall(lines[i + 1], lines[i + 2])) <= 2)


def paragraph_style(lines: Sequence[PrintedLine]) -> str:
    """How the page's paragraphs start, from the lines under short last lines: "set in" by two columns (which the text of
    the line no longer shows), "flush", or "unsure"."""
    starts = [set_in(lines, i + 1) for i in range(1, len(lines) - 2)
              if lines[i].text[-1] in SENTENCE_END and shortfall(lines[i], lines[i - 1]) >= 3]
    part = sum(starts) / max(len(starts), 1)
    return "unsure" if len(starts) < LEAST_STARTS else "set in" if part >= 0.5 else "flush" if part <= 0.2 else "unsure"


def _shape(lines: Sequence[PrintedLine], stays: Sequence[bool], i: int, full: bool) -> dict[str, float]:
    """What the widths say."""
    line, below = lines[i], lines[i + 1]
    above = shortfall(line, lines[i - 1]) if i else 0
    further = shortfall(below, lines[i + 2]) if i + 2 < len(lines) else 0
    past, next_ = _usual(lines[max(0, i - NEAR):i]), _usual(lines[i + 1:i + 1 + NEAR])
    column = _usual(lines[max(0, i - NEAR):i + 2 + NEAR])
    widest_next = max(one.low for one in lines[i + 1:i + 1 + AHEAD])
    widest_past = max((one.low for one in lines[max(0, i - AHEAD):i]), default=line.low)
    widest = max(widest_next, widest_past, line.low)
    under = shortfall(line, below)
    a, b = _run(lines, i, -1), _run(lines, i + 1, 1)
    heading = line.low <= 0.8 * widest and not comma_inside(line.text) and (not i or abs(above) > 1)
    heading_below = below.low <= 0.8 * widest and not comma_inside(below.text)
    beyond = lines[i + 2].text if i + 2 < len(lines) else ""
    dent = min(above, under, 5)
    names = [
        f"dent {max(dent, 0)}", f"above {step(above)}", f"below {step(under)}", f"above {step(above)}, below {step(under)}",
        f"below {step(under)}, then {step(further)}", f"past {step(_against(line, past))}",
        f"next {step(_against(line, next_))}", f"column {step(_against(line, column))}",
        f"past {step(_against(line, past))}, next {step(_against(line, next_))}",
        f"of widest next {share(line.low, widest_next)}", f"of widest past {share(line.low, widest_past)}",
        f"below of widest {share(below.low, widest)}", f"run {a}, then {b}", f"{sign(under)} run {min(a, 3)}, then {min(b, 3)}",
    ]
    row = dict.fromkeys(names, 1.0)
    row |= {"full": float(full), "narrow": float(line.low < 8), "first": float(i == 0 or stays[i - 1]),
            "heading": float(heading), "heading below": float(heading_below), "two headings": float(heading and heading_below),
            "title below": float(heading_below and bool(beyond) and enclosed(beyond) and not enclosed(below.text)),
            "headings below": float(heading_below and bool(beyond) and lines[i + 2].low <= 0.8 * widest and not comma_inside(beyond)),
            "twins": float(heading and heading_below and len(line.text) == len(below.text)),
            f"numbers {enclosed(line.text)}": float(bool(NUMBER.fullmatch(line.text) and NUMBER.fullmatch(below.text))),
            "enclosed and enclosed": float(enclosed(line.text) and enclosed(below.text)),
            "heading over text": float(heading and below.low > 0.8 * widest), f"heading {sign(under)}": float(heading)}
    return row


def _marks(text: str, below: str, full: bool, turn: str) -> dict[str, float]:
    """What the marks at both sides say; `turn` tells how the lines above and below compare."""
    end, start = end_class(text), start_class(below)
    room = "full" if full else "short"
    in_brackets, below_in_brackets = enclosed(text), enclosed(below)
    opened = sum(text.count(char) for char in OPENERS) > sum(text.count(char) for char in "”’》〉）」』】〕)")
    closes = sum(below.count(char) for char in "”’》〉）」』】〕)") > sum(below.count(char) for char in OPENERS)
    row = dict.fromkeys((f"ends {end}", f"starts {start}", f"ends {end}, {room}", f"starts {start}, {room}",
                         f"ends {end}, {turn}", f"starts {start}, {turn}"), 1.0)
    row |= {
        f"signed, {room}": float(bool(SIGNED.search(text))), "enclosed": float(in_brackets), f"enclosed below after {end}": float(below_in_brackets), "item": float(bool(BULLET.match(text))),
        "item after mark": float(start in {"item", "number"} and end != "hanzi"), "comma inside": float(comma_inside(text)),
        "comma inside below": float(comma_inside(below)), "opens": float(opened), "closes": float(closes),
        "opens and closes": float(opened and closes), f"final, {room}": float(text[-1] in FINAL),
        f"final and comma, {room}": float(len(text) > 1 and text[-1] in COMMAS and text[-2] in FINAL),
    }
    return row


def _prose(lines: Sequence[PrintedLine], stays: Sequence[bool], i: int, room: str) -> dict[str, float]:
    """Whether clauses stand on both sides, as in prose, and how the line ends: prose rarely ends a paragraph without a mark."""
    above, below = lines[i].text[:-1], lines[i + 1].text
    k = i
    while len(above) < SIDE and k and not stays[k - 1]:
        k -= 1
        above = lines[k].text + above
    k = i + 1
    while len(below) < SIDE and k < len(stays) and not stays[k]:
        k += 1
        below += lines[k].text
    before, behind = (min(sum(char in CLAUSE_ENDS for char in part), 2) for part in (above[-SIDE:], below[:SIDE]))
    end, start = end_class(lines[i].text), start_class(lines[i + 1].text)
    inside = "comma" if comma_inside(lines[i].text) else "no comma"
    names = (f"ends {end}, {inside} inside", f"ends {end}, {inside} inside, {room}", f"ends {end}, marks {before} and {behind}",
             f"ends {end}, starts {start}", f"ends {end}, {inside} inside, starts {start}",
             f"ends {end}, marks {before} and {behind}, {room}", f"marks {before} and {behind}")
    return dict.fromkeys(names, 1.0)


def _usual(lines: Sequence[PrintedLine]) -> int:
    """The commonest width, the larger one of two as common; 0 of none."""
    counts = Counter(line.low for line in lines)
    return max(counts, key=lambda w: (counts[w], w), default=0)


def _against(line: PrintedLine, column: int) -> int:
    return column - line.high if column > line.high else min(column - line.low, 0)


def _run(lines: Sequence[PrintedLine], i: int, step: int) -> int:
    """How many lines from i on, up to four, are of one width."""
    n = 1
    while n < 4 and 0 <= i + n * step < len(lines) and abs(shortfall(lines[i + n * step], lines[i])) <= 1:
        n += 1
    return n


def _clip(value: float, low: float, high: float) -> float:
    return max(low, min(high, float(value)))
