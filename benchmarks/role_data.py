"""Pages whose true roles are known: rig pages, true and as read, and folds of 晶報 with their articles marked."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROLES = {"para": "paragraph", "title": "headline", "subhead": "subhead", "byline": "byline", "byline_tail": "byline",
         "caption": "caption", "pullquote": "quote", "furniture": "furniture"}
"""The rig's kinds in this package's words."""
MOSTLY = 0.8
"""Share of a block's characters from which it counts as one thing."""
MODES = ("layout", "xycut", "tiles", "engine")

Char = tuple[str, tuple[int, int]] | None
"""Role and (article, element) of a character; None where it is not known."""


@dataclass(frozen=True)
class Sample:
    """A page as text, blank lines between its blocks, and what every character of it is."""

    page: str
    source: str
    """`truth`, `MODE.dL` of a reading, or `jingbao`."""
    text: str
    chars: list[Char]

    def role(self, span: list[int]) -> str | None:
        """The role of the characters with these offsets, if most of them agree."""
        weight = Counter(char[0] for at in span if at >= 0 and (char := self.chars[at]) is not None)
        best = weight.most_common(1)
        return best[0][0] if best and best[0][1] >= MOSTLY * sum(weight.values()) else None


def sample_of(page: str, source: str, blocks: list[tuple[str, list[Char]]]) -> Sample:
    """A page put together from its blocks."""
    text, chars = "", list[Char]()
    for block, roles in blocks:
        if block.strip():
            gap = "\n\n" if text else ""
            text += gap + block
            chars += [None] * len(gap) + roles
    return Sample(page, source, text, chars)


def samples(rig: Path) -> list[Sample]:
    """Every page of a rig folder: its truth, and its readings by region."""
    found = []
    for path in sorted(rig.glob("p*/truth.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))
        roles = element_roles(truth)
        blocks: list[tuple[str, list[Char]]] = []
        for a, e in truth["order"]:
            text = truth["articles"][a]["elements"][e]["text"]
            blocks.append((text, [(roles[a, e], (a, e))] * len(text)))
        found.append(sample_of(path.parent.name, "truth", blocks))
        for reading in sorted(path.parent.glob("*.json.gz")):
            _, level, mode, *_ = reading.name.split(".")
            if mode in MODES:
                found.append(sample_of(path.parent.name, f"{mode}.{level}", _blocks(reading, roles)))
    return found


def element_roles(truth: dict) -> dict[tuple[int, int], str]:
    """(article, element) → role; what stands behind a caption and is no sentence is its credit."""
    roles: dict[tuple[int, int], str] = {}
    for a, article in enumerate(truth["articles"]):
        for e, element in enumerate(article["elements"]):
            role = ROLES[element["kind"]]
            if role == "caption" and roles.get((a, e - 1)) == "caption" and element["text"][-1] not in "。！？”":
                role = "credit"
            roles[a, e] = role
    return roles


def _blocks(path: Path, roles: dict[tuple[int, int], str]) -> list[tuple[str, list[Char]]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        blocks = json.load(file)["blocks"]
    found = []
    for block in blocks:
        chars: list[Char] = []
        for line in block["lines"]:
            known = [(roles[a, e], (a, e)) for a, e, i, j in line["segs"] for _ in range(j - i)]
            n = len(line["text"])
            chars += [known[min(k * len(known) // n, len(known) - 1)] if known else None for k in range(n)]
        if "".join(line["text"] for line in block["lines"]) == block["text"]:
            found.append((block["text"], chars))
        else:
            found.append((block["text"], [None] * len(block["text"])))
    return found


def jingbao(folder: Path) -> list[Sample]:
    """Folds of 晶報: the first short line of an article is its headline, a name in brackets its byline, the words
    of a picture its caption, what stands in the margin furniture; notices and verse are left out of account."""
    found = []
    for path in sorted(folder.rglob("*.xml")):
        text = re.sub("<!--.*?-->", "", path.read_text(encoding="utf-8"), flags=re.S)
        blocks: list[tuple[str, list[Char]]] = []
        for n, (kind, body) in enumerate(re.findall(r'<div type="(article|image|margin|head|other)"[^>]*>(.*?)</div>', text, re.S)):
            lines = [re.sub(r"<[^>]+>|\s+", "", p) for p in re.findall(r"<p[^>]*>(.*?)</p>", body, re.S)]
            lines = [line for line in lines if line]
            for k, line in enumerate(lines):
                role = _jingbao_role(kind, k, line, len(lines))
                blocks.append((line, [(role, (n, k)) if role else None] * len(line)))
        found.append(sample_of(path.stem, "jingbao", blocks))
    return found


def _jingbao_role(kind: str, k: int, line: str, count: int) -> str | None:
    if kind in {"margin", "head"}:
        return "furniture"
    if kind == "image":
        return "caption" if k == 0 and len(line) <= 30 else None
    if kind == "other":
        return None
    if re.fullmatch(r"[（(][^（()）]{1,6}[)）]", line):
        return "byline"
    if k == 0 and count > 1 and len(line) <= 24:
        return "headline"
    return "paragraph" if len(line) > 24 or line[-1] in "。，、" else None
