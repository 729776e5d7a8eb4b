"""How near a cleaned page is to its gold text, in figures that a benchmark can pin.

Texts are compared line by line, as `bare` leaves them: scaffold, white space and the width of punctuation do not
count, the passages do. What the figures are is said at `score`; rates run from 0 to 1, higher is better.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

HAN = r"\u3400-\u9fff"
WIDE = str.maketrans(",;:?!()", "，；：？！（）")
LACUNA = "〔缺〕"
SCAFFOLD_HEAD = re.compile(r"^\s*(?:#{1,6}\s+|>\s*)+")
CREDIT = re.compile(r"[（(]((?:图片来源|.{2,6}供图)[^（）()]*)[）)]$")
DASH = re.compile(r"——|–|―|─")
HYPHEN = re.compile(rf"(?<=[{HAN}])-(?=[{HAN}])")
HALF_WIDTH = re.compile(rf"(?<=[{HAN}”’》）])[,;:?!()]|[,;:?!()](?=[{HAN}“‘《（])")

ALIKE = 80.0
"""Two lines count as the same passage from this `fuzz.ratio` on."""
TAIL, SHORTEST_TAIL = 8, 4
"""Characters by which a line end is known, and how many a line must have to be asked."""
COPY_PROBE = 18
"""Characters by which a copied passage is known."""
SEAM = 6
"""Characters on either side by which a join is known."""
MARGIN = 4
"""Characters on either side of a difference that are looked up in the source."""

CHARACTER_DEFECTS = frozenset(
    {"garbled_char", "inserted_char", "dropped_char", "dash_misread", "foreign_token", "punctuation_wrong"})
COPY_DEFECTS = frozenset({"duplicated_block", "repeated_paragraph"})
PARTS = " ¶ "
"""What stands between the parts of a quotation that runs over several blocks."""


@dataclass(frozen=True, slots=True)
class Defect:
    """One row of an editor's list: what is wrong, and what the editor made of it."""

    kind: str
    certainty: str
    quote: str
    correct: str = ""
    in_gold: bool = False
    recoverable: bool = True
    parts: tuple[str, ...] = ()

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Defect:
        """Read one JSON object. Raises KeyError and ValueError when it does not say what it must."""
        parts = tuple(row.get("quote_parts") or ())
        if row["class"] == "broken_join" and row["certainty"] != "doubtful" and len(parts) != 2:
            raise ValueError("a broken join needs two quote_parts")
        return cls(kind=row["class"], certainty=row["certainty"], quote=row.get("quote") or "",
                   correct=row.get("correct") or "", in_gold=bool(row.get("applied_in_gold")),
                   recoverable=bool(row.get("recoverable_from_text_alone", True)), parts=parts)


def bare(line: str) -> str:
    """A line as it is compared: no scaffold, no white space, wide punctuation, one kind of dash."""
    line = SCAFFOLD_HEAD.sub("", line)
    line = re.sub(r"^图：", "", line).replace(LACUNA, "").strip()
    line = re.sub(r"\s+", "", CREDIT.sub(r"\1", line)).translate(WIDE)
    return HYPHEN.sub("—", DASH.sub("—", line))


def bare_lines(text: str) -> list[str]:
    """The lines of a text as they are compared, without those of which nothing is left."""
    return [line for line in map(bare, text.splitlines()) if line]


def score(source: str, gold: str, defects: Sequence[Defect], output: str) -> dict[str, Any]:
    """The figures of `output`.

    `cer` and `cer_source` (lower is better) are edit distances to the gold over its length. `paragraphs` counts
    lines that are exactly right, `order` those in gold order. `joins`, `duplicates`, `repairs`, `likely` are
    pairs (done, listed). `unjoined`, `overjoined`, `lost`, `harm`, `missed`, `halfwidth` are counts, lower is
    better: `harm` are places where the output has neither the gold's reading nor the source's.
    """
    was, right, now = bare_lines(source), bare_lines(gold), bare_lines(output)
    was_text, right_text, now_text = "".join(was), "".join(right), "".join(now)
    pairs = paired(right, now)
    exact = sum(right[i] == now[j] for i, j in pairs.items())
    precision, recall = exact / max(len(now), 1), exact / max(len(right), 1)
    copies = [bare(d.quote)[:COPY_PROBE] for d in defects if d.kind in COPY_DEFECTS]
    joins = [d for d in defects if d.kind == "broken_join" and d.certainty != "doubtful"]
    listed = [d for d in defects if d.kind in CHARACTER_DEFECTS and d.in_gold and d.correct]
    certain = [d for d in listed if d.certainty == "certain" and d.recoverable]
    likely = [d for d in listed if not (d.certainty == "certain" and d.recoverable)]
    harm, missed = _differences(right, now, pairs, was_text)
    gaps = [bare(head)[:SEAM][:4] for head in re.findall(rf"{LACUNA}([^\n〔]+)", gold)]
    squeezed = re.sub(r"\s+", "", output.translate(WIDE))
    return {
        "cer": _error_rate(right_text, now_text),
        "cer_source": _error_rate(right_text, was_text),
        "paragraphs": {"precision": round(precision, 4), "recall": round(recall, 4),
                       "f1": round(2 * precision * recall / max(precision + recall, 1e-9), 4)},
        "order": round(_longest_rising([pairs[i] for i in sorted(pairs)]) / max(len(pairs), 1), 4),
        "joins": [sum(_mended(d, now) for d in joins), len(joins)],
        "unjoined": _ends_inside(now, right),
        "overjoined": _ends_inside(right, now),
        "duplicates": [sum(now_text.count(c) == max(right_text.count(c), 1) for c in copies), len(copies)],
        "lost": sum(len(line) for i, line in enumerate(right) if i not in pairs),
        "repairs": [sum(_made(d, now_text) for d in certain), len(certain)],
        "likely": [sum(_made(d, now_text) for d in likely), len(likely)],
        "harm": harm,
        "missed": missed,
        "halfwidth": len(HALF_WIDTH.findall(output)),
        "lacunae": {"marked": [sum(f"{LACUNA}{head}" in squeezed for head in gaps), len(gaps)],
                    "extra": max(output.count(LACUNA) - gold.count(LACUNA), 0)},
    }


def paired(gold: Sequence[str], output: Sequence[str]) -> dict[int, int]:
    """Gold line → the line of the output that is the same passage; equal lines first, then the most alike."""
    places: dict[str, list[int]] = {}
    for j in reversed(range(len(output))):
        places.setdefault(output[j], []).append(j)
    pairs = {i: places[line].pop() for i, line in enumerate(gold) if places.get(line)}
    open_gold = [i for i in range(len(gold)) if i not in pairs]
    open_output = sorted(set(range(len(output))) - set(pairs.values()))
    if not open_gold or not open_output:
        return pairs
    table = process.cdist([gold[i] for i in open_gold], [output[j] for j in open_output], scorer=fuzz.ratio)
    ranking = sorted(((table[a][b], i, j) for a, i in enumerate(open_gold) for b, j in enumerate(open_output)
                      if table[a][b] >= ALIKE), reverse=True)
    used: set[int] = set()
    for _, i, j in ranking:
        if i not in pairs and j not in used:
            pairs[i] = j
            used.add(j)
    return pairs


def _error_rate(gold: str, text: str) -> float:
    return round(Levenshtein.distance(gold, text) / max(len(gold), 1), 5)


def _longest_rising(values: Sequence[int]) -> int:
    """Length of the longest strictly rising subsequence (patience sorting)."""
    piles: list[int] = []
    for value in values:
        k = bisect_left(piles, value)
        piles[k:k + 1] = [value]
    return len(piles)


def _ends_inside(lines: Sequence[str], others: Sequence[str]) -> int:
    """How many of `lines` end where every line of `others` that has the same words goes on."""
    text = "\n".join(others) + "\n"
    count = 0
    for line in lines:
        tail = line[-TAIL:]
        if len(tail) >= SHORTEST_TAIL and tail in text:
            count += all(text[m.end()] != "\n" for m in re.finditer(re.escape(tail), text))
    return count


def _mended(defect: Defect, lines: Sequence[str]) -> bool:
    """Whether one line has both sides of a broken join, one character between them at most."""
    left, right = (bare(part).replace("一", "—") for part in defect.parts)
    seam = re.compile(re.escape(left[-SEAM:]) + ".?" + re.escape(right[:SEAM]))
    return any(seam.search(line.replace("一", "—")) for line in lines)


def _made(defect: Defect, text: str) -> bool:
    """Whether the text has the editor's reading of a defect."""
    correct = [bare(part) for part in defect.correct.split(PARTS)]
    quoted = [bare(part) for part in defect.quote.split(PARTS)]
    return "".join(correct) != "".join(quoted) and all(part in text for part in correct)


def _differences(
    gold: Sequence[str], output: Sequence[str], pairs: Mapping[int, int], source: str,
) -> tuple[int, int]:
    """Places where paired lines differ: those that the source does not have either, and those that it has."""
    harm = missed = 0
    for i, j in pairs.items():
        for op in Levenshtein.opcodes(gold[i], output[j]):
            if op.tag == "equal":
                continue
            there = output[j][max(op.dest_start - MARGIN, 0):op.dest_end + MARGIN]
            harm, missed = (harm, missed + 1) if there in source else (harm + 1, missed)
    return harm, missed
