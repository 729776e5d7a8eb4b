"""Pages on which headlines stand in printed lines, to fit `cleaner.structure.labels.two_lines`.

Made of the articles of known pages, each under its own headline, and of prose under headlines cut out of its own first paragraphs. Headlines are set in
lines of one of several widths; over some stands a kicker, which is no line of theirs; some paragraphs are torn, some pieces lost; between the
articles stand lists of short lines. And readings of known pages, whose recognisers took the lines of a headline for blocks.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from role_data import Char, Sample, element_roles, paragraphs, sample_of, torn_pieces
from role_fit import Line

from cleaner import Settings
from cleaner.evidence import Evidence
from cleaner.page import Page
from cleaner.structure.labels.tails import TAIL
from cleaner.structure.labels.two_lines import features, halves
from cleaner.structure.seams import Seams

WIDTHS = {"headline": (8, 10, 12, 14, 16, 18, 20, 24), "subhead": (10, 14, 18)}
"""Code points of a line of a headline, and of a subhead."""
SET, SIGNED, SPACED, SAME_LINE = 0.6, 0.6, 0.7, 0.3
"""Share of the headlines that are set in lines, of the bylines that are printed, of the lines that end where the paper parted two halves by
a space, and of the headlines whose halves no space parts."""
KICKED, LISTED, ITEMS = 0.3, 0.15, (3, 8)
"""Share of the headlines with a kicker over them, of the articles with a list behind them, and how many short lines a list has."""
TORN, LOST, SHUFFLED = (0.02, 0.1, 0.3), 0.15, 0.3
"""Share of the paragraphs that are torn, page by page; of their pieces that are lost; and of the torn paragraphs whose pieces stand in another order."""
PROSE = 8
"""Articles of a page of prose."""
CLAUSE = re.compile(r"(?<=[。，])(?P<clause>[\u3400-\u9fffA-Za-z0-9]{8,32})，")
"""A clause in the middle of a sentence, which goes on without it."""
SHORT_CLAUSE = re.compile(r"(?<=[，。、])[\u3400-\u9fff]{4,14}(?=[，。、])")
LEFT = 8
"""Code points of the paragraph above a tail, at least."""
MOSTLY = 0.8
"""Share of a block's characters from which it is of one element."""
HEADS = frozenset({"headline", "subhead"})


def headed(rig: Path, prose: Sequence[Path] = (), pages: int = 24) -> list[Sample]:
    """Pages put together from the articles of each rig page, and as many of prose."""
    rng, found = random.Random(11), []
    texts = [line for path in prose for line in path.read_text(encoding="utf-8").split("\n") if len(line) > 200]
    for path in sorted(rig.glob("p*/truth.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))
        roles = element_roles(truth)
        known = [[(roles[a, e], element["text"]) for e, element in enumerate(article["elements"])] for a, article in enumerate(truth["articles"])]
        for k in range(pages):
            made = [article for line in rng.sample(texts, PROSE) if (article := _article(line, rng))] if k % 2 and texts else known
            found.append(sample_of(path.parent.name, "headed", list(_blocks(rng.sample(made, len(made)), rng))))
    return found


def _article(line: str, rng: random.Random) -> list[tuple[str, str]]:
    """A line of prose under a clause of its own, which it has no longer."""
    clauses = list(CLAUSE.finditer(line, 0, len(line) // 2))
    if not clauses:
        return []
    head = rng.choice(clauses)
    return [("headline", head["clause"]), *(("paragraph", part) for part in paragraphs(line[:head.start()] + line[head.end():], rng))]


def _blocks(articles: Sequence[Sequence[tuple[str, str]]], rng: random.Random) -> Iterator[tuple[str, list[Char]]]:
    torn = rng.choice(TORN)
    short = [clause for article in articles for role, text in article if role == "paragraph" for clause in SHORT_CLAUSE.findall(text)]
    heads = [text for article in articles for role, text in article if role in HEADS]
    for a, article in enumerate(articles):
        for e, (role, text) in enumerate(article):
            parts = [text]
            if role in HEADS:
                if rng.random() < KICKED:
                    kicker = rng.choice(rng.choice((heads, short or heads)))
                    yield kicker, [("kicker", (a, -1 - e))] * len(kicker)
                head = re.sub(" ", rng.choice(("，", "")), text) if rng.random() < SAME_LINE else text
                parts = list(_lines(head, rng.choice(WIDTHS[role]), rng)) if rng.random() < SET else [head]
            elif role == "byline" and rng.random() > SIGNED:
                continue
            elif role == "paragraph" and rng.random() < torn:
                parts = [piece for piece in torn_pieces(text, rng) if rng.random() > LOST]
                if rng.random() < SHUFFLED:
                    rng.shuffle(parts)
            yield from ((part, [(role, (a, e))] * len(part)) for part in parts)
        if short and rng.random() < LISTED:
            for n, item in enumerate(rng.sample(short, min(len(short), rng.randint(*ITEMS)))):
                yield item, [("list", (a, len(article) + n))] * len(item)


def _lines(head: str, width: int, rng: random.Random) -> Iterator[str]:
    """The printed lines of a headline: no Latin word or number is parted, and no line begins with a mark."""
    while len(head) > width:
        space = head.find(" ", 0, width + 1)
        at = space if space > 3 and rng.random() < SPACED else width
        while at > 3 and re.fullmatch("[A-Za-z0-9]{2}", head[at - 1:at + 1]):
            at -= 1
        at += head[at] in "，。、：；！？”》）」"
        yield head[:at].strip()
        head = head[at:].strip()
    if head:
        yield head


def head_lines(sample: Sample, page: Page) -> list[Line]:
    """The features of all pairs of blocks that may be the lines of one headline, where both show one element each. What stands behind
    the last full stop of a paragraph counts as a block, as it may be the first line."""
    texts, origins = list[str](), list[list[int]]()
    for block in page.blocks:
        tail = None if block.text[:1] in "#>" else TAIL.search(block.text)
        at = tail.start("tail") if tail else 0
        cuts = (0, at, len(block.text)) if at > LEFT else (0, len(block.text))
        for start, end in pairwise(cuts):
            texts.append(block.text[start:end].rstrip())
            origins.append(list(block.origins)[start:start + len(texts[-1])])
    firsts = list(halves(texts))
    rows = features(texts, firsts, Seams(texts, Evidence(page, Settings()))) if firsts else {}
    shown = {i: (_element(sample, origins[i]), _element(sample, origins[i + 1])) for i in rows}
    return [Line(sample.page, sample.source, row, first == second and first[0] in HEADS)
            for i, row in rows.items() for first, second in (shown[i],) if first and second]


def _element(sample: Sample, span: list[int]) -> tuple[str, tuple[int, int]] | None:
    """The role and the element of most characters with these offsets."""
    shown = Counter(char for at in span if at >= 0 and (char := sample.chars[at]) is not None)
    best, count = shown.most_common(1)[0] if shown else (None, 0)
    return best if count >= MOSTLY * len(span) else None
