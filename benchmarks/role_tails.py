"""Pages on which a short line stands behind the last full stop of a paragraph, to fit `cleaner.structure.labels.tails`.

The line is a subhead that was glued to the paragraph above it, the first words of a sentence that a column or a crop cut
(its rest stands next, elsewhere on the page, or nowhere), a last sentence that lost its full stop, or a short question with
which a paragraph ends. Paragraphs stand in the order of their article, the headings of known articles before what they head, so that a
subhead tells of what is below it more often than not.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from role_fit import Line

from cleaner import Settings
from cleaner.evidence import Evidence
from cleaner.page import Page
from cleaner.source import Source
from cleaner.structure.labels.tails import TAIL, features
from cleaner.structure.seams import Seams

GLUED, TORN, UNSTOPPED = 0.12, (0.05, 0.2, 0.5), (0.02, 0.05, 0.3)
"""Share of the paragraphs that get a subhead, that are cut, and that lose their last full stop, page by page."""
NEXT, FAR = 0.45, 0.8
"""Of the cut sentences, the share whose rest stands next, and (cumulative) that has it somewhere on the page."""
OWN = 0.8
"""Share of the headings of known articles that are glued to what stands before them."""
SHORT = 0.7
"""Share of the cuts that fall so early in a sentence that its beginning looks like a line of its own."""
LONGEST = 26
"""Code points of the longest tail."""
CLAUSE = 0.5
"""Share of the subheads over prose that are a clause of the paragraph below, as papers cut them; of the rest, half are those of the page's headings that have most
in common with it."""


@dataclass
class TailPage:
    """Blocks of a page, each tail a block of its own behind its paragraph, and which of them are subheads."""

    page: str
    texts: list[str] = field(default_factory=list)
    tails: dict[int, bool] = field(default_factory=dict)


def tail_pages(rig: Path, prose: Sequence[Path], pages: int = 40) -> list[TailPage]:
    """Pages put together from the articles of each rig page and from prose, under the headings of that rig page."""
    rng = random.Random(7)
    lines = [line for path in prose for line in path.read_text(encoding="utf-8").split("\n") if len(line) > 200]
    found = []
    for path in sorted(rig.glob("p*/truth.json")):
        articles = json.loads(path.read_text(encoding="utf-8"))["articles"]
        own = [_headed(article) for article in articles]
        heads = [half for a in articles for e in a["elements"] if e["kind"] in {"title", "subhead"} for half in _halves(e["text"])]
        for k in range(pages):
            stories = own if k % 2 or not lines else [[("", para) for para in _paragraphs(rng.choice(lines), rng)] for _ in range(8)]
            found.append(_page(path.parent.name, [s for s in stories if s], heads, rng))
    return found


def _headed(article: dict) -> list[tuple[str, str]]:
    """The paragraphs of an article, each with the heading that it stands under, which may be none."""
    found, head = list[tuple[str, str]](), ""
    for element in article["elements"]:
        if element["kind"] in {"title", "subhead"}:
            head = (_halves(element["text"]) or [""])[0]
        elif element["kind"] == "para":
            found.append((head, element["text"]))
            head = ""
    return found


def _halves(head: str) -> list[str]:
    """A headline and the two halves that a space parts: each of them is set as a subhead elsewhere."""
    head = re.sub(r"[#＃]+|^\d+[、.．]\s*", "", head).strip()
    found = [head, *re.split(r"\s+", head)] if re.search("[\u3400-\u9fff] [\u3400-\u9fff]", head) else [head]
    return [h for h in found if 2 <= len(h) <= LONGEST and not re.search("[。！？；，：?!]", h.rstrip("？?"))]


def _paragraphs(line: str, rng: random.Random) -> list[str]:
    found, part = list[str](), ""
    for sentence in re.findall(r"[^。！？]+[。！？]+[”’）]*", line):
        part += sentence
        if len(part) > rng.randint(40, 160) or (len(part) > 40 and sentence.rstrip("”’）")[-1] == "？"):
            found.append(part.strip())
            part = ""
    return found


def _page(name: str, stories: Sequence[Sequence[tuple[str, str]]], heads: Sequence[str], rng: random.Random) -> TailPage:
    torn, unstopped = rng.choice(TORN), rng.choice(UNSTOPPED)
    page, rest = TailPage(name), list[str]()
    for story in rng.sample(list(stories), min(len(stories), 6)):
        for k, (head, para) in enumerate(story):
            if head and page.texts and len(page.texts) - 1 not in page.tails and rng.random() < OWN:
                _add_tail(page, head, True)
            chance = rng.random()
            if chance < torn:
                at = _cut(para, rng)
                if at is not None:
                    _add(page, para[:at], False)
                    where = rng.random()
                    if where < NEXT:
                        page.texts.append(para[at:])
                    elif where < FAR:
                        rest.append(para[at:])
                    continue
            if chance < torn + GLUED and k + 1 < len(story):
                page.texts.append(para)
                _add_tail(page, _shared_head(story[k + 1][1], heads, rng), True)
            elif rng.random() < unstopped and para[-1] == "。":
                _add(page, para[:-1], False)
            else:
                _add(page, para, False)  # its last sentence may be a short question
        while rest and rng.random() < 0.6:
            page.texts.append(rest.pop())
    page.texts += rest
    return page


def _shared_head(below: str, heads: Sequence[str], rng: random.Random) -> str:
    """A heading over this paragraph."""
    clauses = [c for c in re.split(r"[，。、；：？！“”‘’「」（）《》]", below) if 5 <= len(c) <= LONGEST]
    if clauses and rng.random() < CLAUSE:
        return rng.choice(clauses)
    if rng.random() < 0.5:
        return rng.choice(heads)
    some = rng.sample(list(heads), min(len(heads), 20))
    return max(some, key=lambda h: sum(h[k:k + 2] in below for k in range(len(h) - 1)) / len(h))


def _cut(para: str, rng: random.Random) -> int | None:
    """A place at which a paragraph is cut in mid-sentence, not far behind a full stop of it if `SHORT` says so."""
    ends = [m.end() for m in re.finditer(r"[。！？][”’」』]?", para[:-1])]
    if rng.random() > SHORT or not ends:
        return rng.randrange(1, len(para)) if len(para) > 2 else None
    at = rng.choice(ends) + rng.randint(2, LONGEST - 2)
    return at if at < len(para) - 1 else None


def _add(page: TailPage, text: str, heading: bool) -> None:
    match = TAIL.search(text)
    if match is None:
        page.texts.append(text)
    else:
        page.texts.append(text[:match.start("tail")])
        _add_tail(page, match["tail"], heading)


def _add_tail(page: TailPage, tail: str, heading: bool) -> None:
    page.tails[len(page.texts)] = heading
    page.texts.append(tail)


def tail_lines(pages: Sequence[TailPage]) -> list[Line]:
    """The features of all tails."""
    found = []
    for page in pages:
        source = Page(Source.from_text("\n\n".join(page.texts)))
        rows = features(page.texts, sorted(page.tails), Seams(page.texts, Evidence(source, Settings())))
        found += [Line(page.page, "tails", row, page.tails[i]) for i, row in rows.items()]
    return found
