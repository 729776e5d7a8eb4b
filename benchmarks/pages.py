"""Test pages with known truth from any text: articles laid out as blocks, cut, displaced, copied, misread.

    python benchmarks/pages.py TEXT.txt … [--seed 1] [--articles 4] [--noise 0.05] [--set overlaps=0.3 …]

prints one page. `make_page` gives the page with its truth: which block holds which range of which paragraph, in
which order the blocks read, which of them are one paragraph, and what is printed twice. Nothing here knows any
page of any archive: what the sentences say comes from the files that the user points at.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import itertools

from benchmarks.newspaper.articles import sentences
from benchmarks.noise import LookAlikes, misread
from benchmarks.printed_pages import wrap
from benchmarks.truth import Article, CopyKind, Element, GeneratedPage, Kind, PageBlock, Segment

SLOGANS = ("众人拾柴，火焰自高！", "修好一条路，走出千家福。", "惜水如金，从我做起！", "（图片来源：本社资料室）", "加油！加油！")
ROWS = ("第{}组 队员{}人 完成零件{}件 合格率{}%", "{}号仓库本月入库稻谷{}吨，出库{}吨，结存{}吨。",
        "{}路公交车首班{}时发车，全程{}站，票价{}元。", "{}日：多云，最高气温{}摄氏度，最低气温{}摄氏度，风力{}级。")


@dataclass(frozen=True)
class PageSettings:
    """How a page is made. Shares are of the blocks (or seams) that qualify, 0 to 1."""

    width: int = 17
    """Hanzi a printed line; cuts lie at line ends."""
    cuts: float = 0.4
    """Share of paragraphs of three lines or more that a column cuts."""
    displaced: float = 0.0
    """Runs of one to four blocks that stand elsewhere, as a share of all blocks (so of the others below)."""
    interposed: float = 0.0
    """Share of cut paragraphs with a run of another story between their parts."""
    whole: float = 0.0
    """Blocks printed twice."""
    runs: float = 0.0
    """Runs of two to five blocks printed twice."""
    parts: float = 0.0
    """Blocks of which a part is printed once more."""
    overlaps: float = 0.0
    """Share of cuts where the second part repeats one to three lines of the first."""
    merged: float = 0.0
    """Blocks that hold two to four neighbours which stand alone too, as a share of all blocks."""
    loops: int = 0
    """Clauses that the recogniser prints over and over, half of them inside one block."""
    loop_length: int = 40
    meant: float = 0.0
    """Lines that the paper repeats on purpose, or that differ in figures only, as a share of all blocks."""
    noise: float = 0.0
    """Errors per character, drawn anew for every copy."""


@dataclass
class _Piece:
    """A block in the making."""

    segments: list[Segment]
    kind: Kind
    article: int
    copy: CopyKind = ""
    twin: _Piece | None = None
    moved: bool = False
    wide: bool = False
    tail: list[Segment] = field(default_factory=list)
    """Of a loop: what is printed again behind the block's own text."""


def read_articles(
    paths: Sequence[Path], least: int = 3, choose: Callable[[Sequence[str]], Sequence[str]] = list,
) -> list[Article]:
    """Articles of text files. A short line without a full stop opens an article; a line of 300 characters or more
    is an article by itself, whose first clause serves as the headline. Articles of less than `least` paragraphs
    are passed over; `choose` picks among the lines of a file."""
    found: list[Article] = []
    for path in paths:
        title, paragraphs = "", list[str]()
        for line in map(str.strip, choose(path.read_text(encoding="utf-8").split("\n"))):
            if len(line) >= 300:
                found.append(_from_prose(line))
            elif 4 <= len(line) <= 36 and not re.search("[。；：，、]$", line):
                found.append(Article(title, tuple(paragraphs)))
                title, paragraphs = line, []
            elif len(line) > 12:
                paragraphs.append(line)
        found.append(Article(title, tuple(paragraphs)))
    return [a for a in found if a.title and len(a.paragraphs) >= least]


def _from_prose(line: str) -> Article:
    """The first sentence gives the headline and goes: a paper's lead does not open with the headline's words."""
    sentences = re.findall(r"[^。！？]+[。！？]+[”’）]*", line)
    paragraphs = ["".join(sentences[k:k + 3]).strip() for k in range(1, len(sentences), 3)]
    title = re.split("[，。！？；：]", line, maxsplit=1)[0][:24]
    return Article(title, tuple(p for p in paragraphs if len(p) > 12))


def make_page(
    articles: Sequence[Article], rng: random.Random, settings: PageSettings | None = None,
    look_alikes: LookAlikes | None = None,
) -> GeneratedPage:
    """One page with these articles. The same articles, seed and settings give the same page."""
    settings = settings or PageSettings()
    elements = _elements(articles, rng, settings)
    pieces = _pieces(elements, rng, settings)
    for change in (_interpose, _displace, _overlap, _merge, _copy_whole, _copy_runs, _copy_parts, _loop):
        change(pieces, elements, rng, settings)
    place, blocks = {id(piece): i for i, piece in enumerate(pieces)}, []
    for piece in pieces:
        origins = [elements[s.element].at + k for s in [*piece.segments, *piece.tail] for k in range(s.start, s.end)]
        true = "".join(elements[s.element].text[s.start:s.end] for s in [*piece.segments, *piece.tail])
        text, kept = misread(true, settings.noise, rng, look_alikes)
        blocks.append(PageBlock(
            text=text, segments=(*piece.segments, *piece.tail), article=piece.article, kind=piece.kind,
            origins=tuple(origins[k] if k >= 0 else -1 for k in kept), copy=piece.copy, moved=piece.moved,
            copy_of=place[id(piece.twin)] if piece.twin else None, wide=piece.wide))
    return GeneratedPage(tuple(blocks), tuple(elements))


def _elements(articles: Sequence[Article], rng: random.Random, settings: PageSettings) -> list[Element]:
    rows: list[tuple[int, Kind, str]] = []
    for number, article in enumerate(articles):
        texts: list[tuple[Kind, str]] = [("paragraph", " ".join(p.split())) for p in article.paragraphs]
        wanted = sum(rng.random() < settings.meant for _ in texts)
        slogan, row = rng.choice(SLOGANS), rng.choice(ROWS)
        for k in range(wanted):
            line = slogan if k % 2 else row.format(*(rng.randint(1, 99) for _ in range(4)))
            for _ in range(rng.randint(2, 3) if k % 2 else 1):
                texts.insert(rng.randint(1, len(texts)), ("meant", line))
            said = [s for kind, t in texts if kind == "paragraph" for s in re.findall("[^。！？]+[。！？]", t)
                    if 18 <= len(s) <= min(60, len(t) * 2 // 3)]
            if said and k % 3 == 2:
                texts.insert(rng.randint(1, len(texts)), ("quote", rng.choice(said)))
        rows += [(number, "headline", " ".join(article.title.split())), *((number, kind, text) for kind, text in texts)]
    elements, at = [], 0
    for number, kind, text in rows:
        elements.append(Element(number, kind, text, at))
        at += len(text) + 2
    return elements


def _pieces(elements: Sequence[Element], rng: random.Random, settings: PageSettings) -> list[_Piece]:
    pieces = []
    for number, element in enumerate(elements):
        ends = line_ends(element.text, settings.width)
        cuts: list[int] = []
        if element.kind == "paragraph" and len(ends) >= 2 and rng.random() < settings.cuts:
            cuts = sorted(rng.sample(ends, 2 if len(ends) > 8 and rng.random() < 0.3 else 1))
        bounds = [0, *cuts, len(element.text)]
        pieces += [_Piece([Segment(number, a, b)], element.kind, element.article, wide=element.kind == "quote")
                   for a, b in itertools.pairwise(bounds)]
    return pieces


def line_ends(text: str, width: int) -> list[int]:
    """Where the printed lines of a paragraph end, but for its last: the first set in by two characters, words kept whole, no line
    begun with a closing mark."""
    return list(itertools.accumulate(map(len, wrap(text.replace(" ", "\u00a0"), [width - 2, width], "carry", False))))[:-1]


def _share(pieces: Sequence[_Piece], share: float, rng: random.Random, fits: Callable[[_Piece], bool]) -> list[_Piece]:
    """Pieces drawn at random: `share` of all of them, as far as so many fit."""
    usable = [p for p in pieces if not p.copy and fits(p)]
    wanted = int(share * len(pieces) + rng.random())
    return rng.sample(usable, min(len(usable), wanted))


def _length(piece: _Piece) -> int:
    return sum(s.end - s.start for s in piece.segments)


def _run_at(pieces: Sequence[_Piece], i: int, most: int) -> int:
    """The end of a run from `i` of at most `most` pieces of one article."""
    j = i + 1
    while j < len(pieces) and j - i < most and pieces[j].article == pieces[i].article:
        j += 1
    return j


def _move(pieces: list[_Piece], i: int, j: int, to: int) -> None:
    for piece in (run := pieces[i:j]):
        piece.moved = True
    del pieces[i:j]
    to -= (j - i) if to >= j else 0
    pieces[to:to] = run


def _interpose(pieces: list[_Piece], elements: Sequence[Element], rng: random.Random, settings: PageSettings) -> None:
    seams = [(a, b) for a, b in itertools.pairwise(pieces) if a.segments[0].element == b.segments[0].element]
    for left, _ in seams:
        if rng.random() < settings.interposed:
            others = [i for i, p in enumerate(pieces) if p.article != left.article and not p.moved]
            if others:
                i = rng.choice(others)
                _move(pieces, i, _run_at(pieces, i, rng.randint(1, 3)), pieces.index(left) + 1)


def _displace(pieces: list[_Piece], elements: Sequence[Element], rng: random.Random, settings: PageSettings) -> None:
    for piece in _share(pieces, settings.displaced, rng, lambda p: p.kind == "paragraph" and not p.moved):
        i = pieces.index(piece)
        j = _run_at(pieces, i, rng.randint(1, 4))
        places = [k for k in range(len(pieces) + 1) if k < i or k > j]
        if places:
            _move(pieces, i, j, rng.choice(places))


def _overlap(pieces: list[_Piece], elements: Sequence[Element], rng: random.Random, settings: PageSettings) -> None:
    by_end = {(p.segments[0].element, p.segments[0].end): p for p in pieces}
    for piece in pieces:
        own = piece.segments[0]
        left = by_end.get((own.element, own.start))
        if left is not None and rng.random() < settings.overlaps:
            back = min(settings.width * rng.randint(1, 3), own.start - left.segments[0].start)
            piece.segments[0] = Segment(own.element, own.start - back, own.end)
            piece.copy, piece.twin = "overlap", left


def _merge(pieces: list[_Piece], elements: Sequence[Element], rng: random.Random, settings: PageSettings) -> None:
    for piece in _share(pieces, settings.merged, rng, lambda p: p.kind == "paragraph"):
        i = pieces.index(piece)
        run = pieces[i:_run_at(pieces, i, rng.randint(2, 4))]
        if len(run) > 1 and not any(p.copy or p.kind != "paragraph" for p in run):
            whole = _Piece([s for p in run for s in p.segments], "paragraph", piece.article, "merged", piece)
            pieces.insert(rng.choice((i, i + len(run), rng.randint(0, len(pieces)))), whole)


def _again(piece: _Piece, kind: CopyKind, segments: list[Segment] | None = None) -> _Piece:
    return _Piece(segments or list(piece.segments), piece.kind, piece.article, kind, piece)


def _copy_whole(pieces: list[_Piece], elements: Sequence[Element], rng: random.Random, settings: PageSettings) -> None:
    for piece in _share(pieces, settings.whole, rng, lambda p: p.kind == "paragraph" and _length(p) >= 20):
        i = pieces.index(piece)
        pieces.insert(rng.choice((i + 1, rng.randint(0, len(pieces)))), _again(piece, "whole"))


def _copy_runs(pieces: list[_Piece], elements: Sequence[Element], rng: random.Random, settings: PageSettings) -> None:
    for piece in _share(pieces, settings.runs, rng, lambda p: p.kind == "paragraph" and _length(p) >= 20):
        i = pieces.index(piece)
        run = [p for p in pieces[i:_run_at(pieces, i, rng.randint(2, 5))]
               if not p.copy and p.kind == "paragraph" and _length(p) >= 20]
        to = rng.choice((i + len(run), rng.randint(0, len(pieces))))
        pieces[to:to] = [_again(p, "whole") for p in run]


def _copy_parts(pieces: list[_Piece], elements: Sequence[Element], rng: random.Random, settings: PageSettings) -> None:
    for piece in _share(pieces, settings.parts, rng, lambda p: p.kind == "paragraph" and _length(p) >= 4 * settings.width):
        own, width = piece.segments[0], settings.width
        lines = (own.end - own.start) // width
        first = rng.randint(0, lines - 2)
        last = rng.randint(first + 2, lines)
        part = Segment(own.element, own.start + first * width, own.end if last == lines else own.start + last * width)
        i = pieces.index(piece)
        pieces.insert(rng.choice((i, i + 1, rng.randint(0, len(pieces)))), _again(piece, "part", [part]))


def _loop(pieces: list[_Piece], elements: Sequence[Element], rng: random.Random, settings: PageSettings) -> None:
    for k in range(settings.loops):
        usable = [p for p in pieces if not p.copy and not p.tail and p.kind == "paragraph" and _length(p) > 16]
        if not usable:
            return
        piece = rng.choice(usable)
        own = piece.segments[-1]
        text = elements[own.element].text[own.start:own.end]
        clause = re.search("[^，。；！？]{4,30}[，。；！？]?$", text)
        tail = Segment(own.element, own.end - len(clause.group()) if clause else max(own.start, own.end - 12), own.end)
        if k % 2:
            i = pieces.index(piece) + 1
            pieces[i:i] = [_again(piece, "loop", [tail]) for _ in range(settings.loop_length)]
        else:
            piece.tail = [tail] * settings.loop_length


def with_captions(page: GeneratedPage, others: Sequence[Article], share: float, noise: float, rng: random.Random) -> GeneratedPage:
    """The page with a sentence of another article between the parts of some cut paragraphs, as what stands under a picture that nobody signed."""
    said = sentences(paragraph for article in others for paragraph in article.paragraphs)
    cut = {a for a, b in page.joins if b == a + 1}
    blocks, elements = list[PageBlock](), list(page.elements)
    for i, block in enumerate(page.blocks):
        blocks.append(block)
        if i in cut and rng.random() < share:
            last = elements[-1]
            elements.append(Element(last.article + 1, "caption", rng.choice(said).strip(), last.at + len(last.text) + 2))
            text, kept = misread(elements[-1].text, noise, rng)
            blocks.append(PageBlock(text, (Segment(len(elements) - 1, 0, len(elements[-1].text)),),
                                    tuple(elements[-1].at + k if k >= 0 else -1 for k in kept), elements[-1].article, "caption"))
    return GeneratedPage(tuple(blocks), tuple(elements))


def settings_from(pairs: Sequence[str]) -> PageSettings:
    """Settings from `name=value` words. Raises `ValueError` for an unknown name."""
    settings = PageSettings()
    for pair in pairs:
        name, _, value = pair.partition("=")
        if name not in PageSettings.__dataclass_fields__:
            raise ValueError(f"no setting is called {name!r}")
        settings = replace(settings, **{name: type(getattr(settings, name))(value)})
    return settings


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", nargs="+", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--articles", type=int, default=4)
    parser.add_argument("--noise", type=float, default=0.0)
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE")
    args = parser.parse_args()
    rng = random.Random(args.seed)
    articles = read_articles(args.texts)
    chosen = rng.sample(articles, min(args.articles, len(articles)))
    page = make_page(chosen, rng, replace(settings_from(args.set), noise=args.noise))
    for i, block in enumerate(page.blocks):
        print(f"[{i} article {block.article} element {block.paragraph} {block.copy}"
              f"{f' of {block.copy_of}' if block.copy_of is not None else ''}{' moved' if block.moved else ''}]")
        print(block.text)


if __name__ == "__main__":
    main()
