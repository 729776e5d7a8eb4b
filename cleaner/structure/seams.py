"""Do these two ends belong to one sentence? Numbers for the end of one block and the start of another.

A block that ends without a sentence's end is *open*; a block that cannot begin a paragraph is *headless*.
Both, and the odds that one block runs on into another, are logistic models over a few features that can be
computed from the text alone; `benchmarks/calibrate_seams.py` fits them on pages cut at random places and
prints the weights that stand in `data/seams.json`.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from cleaner.evidence import Evidence

HAN = "\u3400-\u9fff"
SENTENCE_END = "。！？…!?"
CLOSERS = "”’」』）)】》〉\"'"
SOFT_END = "：；:;"
PAIRS = {"“": "”", "‘": "’", "《": "》", "〈": "〉", "（": "）", "(": ")", "「": "」", "『": "』", "【": "】", "〔": "〕"}
CLOSES = {close: opening for opening, close in PAIRS.items()} | {"）": "（", ")": "("}
CANNOT_START = "，。、；：！？）》〉”’」』】…—·%％,;:!?)"
CONNECTIVE = re.compile(r"同时|此外|另外|另一方面|其次|再次|不仅如此|与此同时|值得一提的是|除此以外|除此之外|为此|于是|因此|然而|但是")
START_LENGTH = 3
"""Code points of a block's start that are scored as a start: the model's order less one."""
SEAM_LENGTH = 5
"""Code points behind a seam that are scored across it."""


def ends_sentence(text: str) -> bool:
    """Whether a text ends where a sentence may end: a full stop or the like, closing marks behind it allowed."""
    bare = text.rstrip(CLOSERS)
    return bool(bare) and (bare[-1] in SENTENCE_END or (bare != text and bare[-1] not in "，、,") or text[-1] in SOFT_END)


def unclosed(text: str) -> tuple[str, str]:
    """Opening marks that `text` leaves open, and the openings that its unmatched closing marks ask for."""
    stack: list[str] = []
    missing: list[str] = []
    for char in text:
        char = "（" if char == "(" else "）" if char == ")" else char
        if char in PAIRS:
            stack.append(char)
        elif char in CLOSES:
            if stack and stack[-1] == CLOSES[char]:
                stack.pop()
            elif CLOSES[char] in stack:
                while stack.pop() != CLOSES[char]:
                    pass
            else:
                missing.append(CLOSES[char])
    return "".join(stack), "".join(missing)


@dataclass(frozen=True)
class Logistic:
    """Log-odds as a weighted sum of named features."""

    bias: float
    weights: Mapping[str, float]

    def log_odds(self, features: Mapping[str, float]) -> float:
        """Natural log-odds; every weight must find its feature."""
        return self.bias + sum(weight * features[name] for name, weight in self.weights.items())


def probability(log_odds: float) -> float:
    """The probability of natural log-odds."""
    return 1 / (1 + math.exp(-max(min(log_odds, 30.0), -30.0)))


@lru_cache(maxsize=1)
def calibration() -> tuple[Logistic, Logistic]:
    """The fitted models: a block's start is headless; two ends belong together."""
    data = json.loads(files("cleaner.data").joinpath("seams.json").read_text(encoding="utf-8"))
    return tuple(Logistic(data[k]["bias"], data[k]["weights"]) for k in ("headless", "link"))  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Ends:
    """What is asked of one block again and again."""

    text: str
    opening: str
    missing: str
    start_score: float
    start_known: float


class Seams:
    """The ends of a page's blocks, scored together in one batch."""

    def __init__(self, texts: Sequence[str], evidence: Evidence) -> None:
        self.evidence = evidence
        heads = [text[:START_LENGTH] for text in texts]
        scores = evidence.model.score_many([(c, head) for head in heads for c in ("\n", "。", "\ue000")])
        known = _starts(texts)
        self.grams = Counter(text[i:i + n] for text in texts for n in (3, 4) for i in range(len(text) - n + 1))
        self.ends = []
        for i, text in enumerate(texts):
            line, sentence, anywhere = scores[3 * i:3 * i + 3]
            opening, missing = unclosed(text)
            others = known.get(text[:2], 0) - 1
            self.ends.append(Ends(text, opening, missing, float(max(line, sentence) - anywhere),
                                  math.log1p(max(others, 0))))

    def headless_features(self, i: int) -> dict[str, float]:
        """Features of the start of block i."""
        ends = self.ends[i]
        text = ends.text
        first_stop = re.search(r"[，。、；：,;:]", text)
        word = max((n for n in (2, 3, 4) if text[:n] in self.evidence.lexicon), default=1)
        return {
            "start": _clip(ends.start_score, -2.5, 3.0), "known": min(ends.start_known, 2.0),
            "word": float(word > 1), "stub": float(first_stop is not None and first_stop.start() == 1 and text[0] not in "据而但今如即故"),
            "missing": float(bool(ends.missing)), "mark": float(text[:1] in CANNOT_START),
            "quote": float(text[:1] in "“‘《「『"),
        }

    def headless(self, i: int) -> float:
        """Natural log-odds that block i begins in the middle of a sentence, before its neighbours are seen."""
        return calibration()[0].log_odds(self.headless_features(i))

    def link_features(self, pairs: Sequence[tuple[int, int]]) -> list[dict[str, float]]:
        """Features of block a running on into block b, for many pairs at once."""
        asked = []
        for a, b in pairs:
            head = self.ends[b].text[:SEAM_LENGTH]
            asked += [(self.ends[a].text[-4:], head), ("\n", head), ("。", head)]
        scores = self.evidence.model.score_many(asked) if asked else []
        rows = []
        for k, (a, b) in enumerate(pairs):
            across, line, sentence = scores[3 * k:3 * k + 3]
            rows.append(self._pair(self.ends[a], self.ends[b], float(across - max(line, sentence))))
        return rows

    def _pair(self, left: Ends, right: Ends, gain: float) -> dict[str, float]:
        tail, head = left.text, right.text
        words = self.evidence.lexicon.words_across(tail[-4:], head[:4])
        whole = max((math.log10(freq + 1) for word, freq in words if len(word) > 1), default=0.0)
        page = max(math.log1p(self.grams[tail[-i:] + head[:j]]) for i, j in ((1, 2), (2, 1), (2, 2)))
        closes = bool(left.opening) and bool(right.missing) and left.opening[-1] == right.missing[0]
        return {
            "gain": _clip(gain, -3.0, 6.0), "word": whole, "page": min(page, 3.0), "closes": float(closes),
            "unclosed": float(bool(left.opening) and not closes), "missing": float(bool(right.missing) and not closes),
            "comma": float(tail[-1:] in "，、,"), "mark": float(head[:1] in CANNOT_START),
            "ended": float(ends_sentence(tail)), "soft": float(tail[-1:] in SOFT_END),
            "start": _clip(right.start_score, -2.5, 3.0), "known": min(right.start_known, 2.0),
            "digits": float(tail[-1:].isdigit() and head[:1].isdigit()),
        }

    def links(self, pairs: Sequence[tuple[int, int]]) -> list[float]:
        """Natural log-odds that the sentence of a runs on into b, for every pair (a, b)."""
        model = calibration()[1]
        return [model.log_odds(row) for row in self.link_features(pairs)]


def _starts(texts: Sequence[str]) -> dict[str, int]:
    """How often two characters start a sentence or a clause of the page."""
    counts: dict[str, int] = {}
    for text in texts:
        for match in re.finditer(rf"(?:^|(?<=[。！？；，,;]))[{HAN}A-Za-z0-9“《]{{2}}", text):
            counts[match.group()] = counts.get(match.group(), 0) + 1
    return counts


def _clip(value: float, low: float, high: float) -> float:
    return max(low, min(high, value))
