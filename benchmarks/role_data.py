"""Pages whose true roles are known: rig pages, true and as read, and folds of 晶報 with their articles marked."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
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


def generated(rig: Path, prose: list[Path], pages: int = 12) -> list[Sample]:
    """Pages put together from the articles of each rig page, or from prose under its headlines, cut as columns, crops
    and lost lines cut them. Headlines stand over reports and, as subheads, between paragraphs; where the paper parted
    two halves by a space, a comma parts them half the time, as other papers set it."""
    rng = random.Random(5)
    lines = [line for path in prose for line in path.read_text(encoding="utf-8").split("\n") if len(line) > 200]
    found = []
    for path in sorted(rig.glob("p*/truth.json")):
        articles = json.loads(path.read_text(encoding="utf-8"))["articles"]
        paras = [e["text"] for a in articles for e in a["elements"] if e["kind"] == "para"]
        heads = [e["text"] for a in articles for e in a["elements"] if e["kind"] in {"title", "subhead"}]
        for k in range(pages):
            body = paras if k % 2 or not lines else [p for line in rng.sample(lines, 12) for p in paragraphs(line, rng)]
            found.append(sample_of(path.parent.name, "generated", _cut_page(body, heads, rng, rng.choice((0.05, 0.2, 0.5)))))
    return found


def paragraphs(line: str, rng: random.Random) -> list[str]:
    found, part = [], ""
    for sentence in re.findall(r"[^。！？]+[。！？]+[”’）]*", line):
        part += sentence
        if len(part) > rng.randint(40, 200):
            found.append(part.strip())
            part = ""
    return found


def _cut_page(paras: list[str], heads: list[str], rng: random.Random, torn: float) -> list[tuple[str, list[Char]]]:
    """Blocks of a page on which a share of the paragraphs is torn into pieces, some of them lost or far away."""
    blocks: list[tuple[str, list[Char]]] = []
    for n, para in enumerate(rng.sample(paras, min(len(paras), 24))):
        if rng.random() < 0.3:
            head = rng.choice(heads)
            for line in _head_lines(re.sub(" ", "，" if rng.random() < 0.5 else " ", head), rng):
                blocks.append((line, [("headline", (0, n))] * len(line)))
        pieces = torn_pieces(para, rng) if rng.random() < torn else [para]
        keep = [p for p in pieces if len(pieces) == 1 or rng.random() > 0.15]
        if rng.random() < 0.3:
            rng.shuffle(keep)
        blocks += [(p, [("paragraph", (1, n))] * len(p)) for p in keep]
    return blocks


def _head_lines(head: str, rng: random.Random) -> list[str]:
    head += rng.choice(("", "", "", "！", "？"))
    half = len(head) // 2
    return [head[:half].strip(), head[half:].strip()] if len(head) > 12 and rng.random() < 0.25 else [head]


def torn_pieces(para: str, rng: random.Random) -> list[str]:
    """A paragraph cut where a column ends or a crop begins: often near one of its own ends."""
    cuts = {rng.randint(3, 36), len(para) - rng.randint(3, 36)} if rng.random() < 0.6 else set()
    cuts |= {rng.randrange(1, len(para)) for _ in range(rng.randint(0, 2))} if len(para) > 1 else set()
    marks = [0, *sorted(c for c in cuts if 0 < c < len(para)), len(para)]
    return [para[a:b] for a, b in pairwise(marks) if b - a > 1]
