"""One article set into its rectangle: headline, byline, columns that flow around pictures and boxes."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from benchmarks.newspaper.articles import Article, in_script, is_heading, name, sentences, with_subheads
from benchmarks.newspaper.grid import Rect
from benchmarks.newspaper.lines import Row, broken, centred
from benchmarks.newspaper.style import CREDITS, Style

Box = tuple[int, int, int, int]
TALL = 1.13
"""Height of a printed line's box, in sizes of its face."""
WHITE = 5
"""Empty lines that may stay at the end of an article; more become a picture."""
PICTURES, BOXES, TAILS, SECOND, KICKERS, SUBHEADS = .4, .3, .22, .3, .25, .3
"""Shares of articles with a picture that is not there to fill, with a box, with the name at the end, a second title, a kicker,
and, if it has none of its own, subheads."""
DATELINE = re.compile(r"[电電讯訊][（(]|[日] ?[电電讯訊]|记者|記者")
"""A first paragraph that names its writers; it seldom has a byline besides."""


@dataclass(frozen=True)
class Element:
    """One true thing of an article; kinds as in the rig: title, byline, para, subhead, pullquote, caption, byline_tail, furniture."""

    kind: str
    text: str
    para: int = -1


@dataclass(frozen=True)
class Printed:
    """A row of an element on the page; `x`, `y` are its left edge and top."""

    element: int
    row: Row
    x: int
    y: int
    face: str
    size: int
    column: int

    @property
    def box(self) -> Box:
        return round(self.x + self.row.xs[0]), self.y, round(self.x + self.row.right), self.y + round(TALL * self.size)


@dataclass
class SetArticle:
    """An article on the page: what is true of it, and where everything stands."""

    article: Article
    rect: Box
    elements: list[Element] = field(default_factory=list)
    lines: list[Printed] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    frames: list[Box] = field(default_factory=list)
    body_top: int = 0


@dataclass(frozen=True)
class Float:
    """A picture or a box: its columns, top and height, all of it; what stands under or in it; whether it is a box."""

    first: int
    last: int
    top: int
    height: int
    texts: tuple[str, ...]
    boxed: bool = False


class Setter:
    """Sets articles in one style."""

    def __init__(self, style: Style, rng: random.Random, margin: int, captions: list[str]) -> None:
        self.style, self.rng, self.margin, self.captions = style, rng, margin, captions

    def left(self, column: int) -> int:
        return self.margin + column * (self.style.column + self.style.gutter)

    def width(self, columns: int) -> int:
        return columns * self.style.column + (columns - 1) * self.style.gutter

    def set_article(self, article: Article, rect: Rect) -> SetArticle | None:
        """The article with as many of its paragraphs as there is room for; None where not one fits."""
        style, rng = self.style, self.rng
        if len(article.paras) > 4 and not any(map(is_heading, article.paras)) and rng.random() < SUBHEADS:
            article = with_subheads(article, rng)
        box = (self.left(rect.first), rect.top, self.left(rect.first) + self.width(rect.columns), rect.bottom)
        page = SetArticle(article, box)
        y = self._head(page, rect)
        page.body_top = y
        tail = name(rng) if not any(e.kind == "byline" for e in page.elements) and rng.random() < TAILS else ""
        floats = self._floats(article, rect, y)
        flow = self._most(article, rect, y, floats, tail)
        if flow is None and floats:
            floats = []
            flow = self._most(article, rect, y, floats, tail)
        if flow is None:
            return None
        count, spare = flow
        if spare > WHITE * style.ld:
            floats = self._stretched(floats, rect, y, spare)
            count = (self._most(article, rect, y, floats, tail) or flow)[0]
        self._pour(page, rect, y, floats, article.paras[:count], tail)
        self._print_floats(page, rect, floats)
        return page

    def _head(self, page: SetArticle, rect: Rect) -> int:
        """Titles and byline over all columns; returns the top of the columns."""
        style, rng, width = self.style, self.rng, self.width(rect.columns)
        title, y, middle = page.article.title, rect.top, rng.random() < .75
        kicker, _, main = title.partition("：") if "：" in title[2:12] and rect.columns > 1 and rng.random() < KICKERS else ("", "", title)
        if kicker and len(main) >= 6:
            y = self._across(page, Element("title", kicker), rect, y, style.head2, round(1.15 * style.fs), middle) + style.fs // 4
        else:
            main = title
        second = ""
        if rect.columns > 1 and rng.random() < SECOND:
            fit = [s for s in sentences(page.article.paras[1:]) if len(s) * 1.1 * style.fs <= width]
            second = rng.choice(fit)[:-1] if fit else ""
        size = _title_size(len(main), width, style.fs, rect.columns, rng)
        y = self._across(page, Element("title", main), rect, y, style.head, size, middle) + style.fs // 4
        if second:
            y = self._across(page, Element("title", "——" + second), rect, y, style.head2, round(1.1 * style.fs), middle) + style.fs // 4
        named = DATELINE.search(page.article.paras[0][:40]) is not None
        if rng.random() < (.1 if named else .65):
            given = page.article.byline
            text = given if 2 <= len(given) <= 24 else in_script(style.byfmt.format(a=name(rng), b=name(rng)), style.script)
            y = self._across(page, Element("byline", text), rect, y, style.byline, style.fs, middle)
        return y + round(.55 * style.ld)

    def _across(self, page: SetArticle, element: Element, rect: Rect, y: int, face: str, size: int, middle: bool) -> int:
        page.elements.append(element)
        rows = broken(element.text, face, size, self.style.script, self.width(rect.columns), even=False)
        if middle:
            rows = centred(rows, self.width(rect.columns))
        return self._print(page, len(page.elements) - 1, rows, self.left(rect.first), y, face, size, -1, round(1.2 * size))

    @staticmethod
    def _print(page: SetArticle, element: int, rows: Sequence[Row], x: int, y: int, face: str, size: int, column: int, step: int) -> int:
        for row in rows:
            page.lines.append(Printed(element, row, x, y, face, size, column))
            y += step
        return y

    def _floats(self, article: Article, rect: Rect, top: int) -> list[Float]:
        """A picture and a box, each where there is room for it."""
        style, rng, height = self.style, self.rng, rect.bottom - top
        found: list[Float] = []
        if rng.random() < PICTURES and height > 16 * style.ld:
            columns = 2 if rect.columns >= 3 and rng.random() < .6 else 1
            found.append(self._picture(rect, top, columns, rng.choice(("top", "middle", "bottom", "middle")), rng.uniform(.2, .35)))
        fit = sentences(article.paras)
        if fit and rng.random() < BOXES and rect.columns > 1 and height > 16 * style.ld:
            column = next(k for k in range(rect.columns - 1, -1, -1) if not any(f.first <= k < f.last for f in found) or k == 0)
            quote = rng.choice(fit)
            rows = broken(quote, style.quote, round(1.12 * style.fs), style.script, style.column - style.fs)
            lines = len(rows) * 1.1 + 1.6
            at = top + style.ld * rng.randint(3, max(3, int(height / style.ld - lines - 3)))
            if not any(f.first <= column < f.last for f in found):
                found.append(Float(column, column + 1, at, round(lines * style.ld), (quote,), boxed=True))
        return found

    def _picture(self, rect: Rect, top: int, columns: int, where: str, share: float) -> Float:
        style, rng = self.style, self.rng
        lines = max(7, round((rect.bottom - top) / style.ld * share))
        most = int((rect.bottom - top) / style.ld)
        at = {"top": 0, "middle": rng.randint(2, max(2, most - lines - 3)), "bottom": max(0, most - lines)}[where]
        first = rng.randint(0, rect.columns - columns)
        texts = [self.captions.pop()] if self.captions else []
        if rng.random() < .6 or not texts:
            texts.append(in_script(rng.choice(CREDITS).format(a=name(rng)), style.script))
        return Float(first, first + columns, top + at * style.ld, lines * style.ld, tuple(texts))

    def _stretched(self, floats: list[Float], rect: Rect, top: int, spare: int) -> list[Float]:
        """The floats with the picture made as much higher as room is left over, or with one that fills it."""
        style = self.style
        picture = next((f for f in floats if not f.boxed), None)
        if picture is None:
            most = int((rect.bottom - top) / style.ld)
            lines = min(int(spare / style.ld), round(.7 * most))
            if lines < 6 or any(f.last == rect.columns for f in floats):
                return floats
            made = self._picture(rect, top, 1, "bottom", lines / most)
            return [*floats, replace(made, first=rect.columns - 1, last=rect.columns, top=top + (most - lines) * style.ld)]
        more = int(spare / style.ld / (picture.last - picture.first)) * style.ld
        room = rect.bottom - picture.top - picture.height
        up = min(max(0, more - room), picture.top - top)
        taller = replace(picture, top=picture.top - up, height=picture.height + up + min(more, room))
        return [taller if f is picture else f for f in floats]

    def _most(self, article: Article, rect: Rect, top: int, floats: list[Float], tail: str) -> tuple[int, int] | None:
        """How many paragraphs fit, and what height they leave over."""
        low, best = 0, None
        for count in range(1, len(article.paras) + 1):
            if is_heading(article.paras[count - 1]):
                continue
            spare = self._pour(SetArticle(article, (0, 0, 0, 0)), rect, top, floats, article.paras[:count], tail)
            if spare is None:
                break
            low, best = count, spare
        return (low, best) if best is not None else None

    def _pour(self, page: SetArticle, rect: Rect, top: int, floats: list[Float], paras: Sequence[str], tail: str) -> int | None:
        """The text down the columns, around the floats; returns the height left over, None where it does not fit."""
        style = self.style
        slots = [(column, y) for column in range(rect.columns) for y in self._steps(column, top, rect.bottom, floats)]
        at = 0
        for k, para in enumerate(paras):
            heading = is_heading(para)
            face, size = (style.head2, round(1.1 * style.fs)) if heading else (style.body, style.fs)
            rows = broken(para, face, size, style.script, style.column, 0 if heading else 2 * style.fs, even=not heading)
            rows = centred(rows, style.column) if heading else rows
            if at + len(rows) + 2 * heading > len(slots):
                return None
            page.elements.append(Element("subhead" if heading else "para", para, k))
            for row in rows:
                column, y = slots[at]
                page.lines.append(Printed(len(page.elements) - 1, row, self.left(rect.first + column), y, face, size, rect.first + column))
                at += 1
            at += heading
        if tail:
            if at >= len(slots):
                return None
            column, y = slots[at]
            page.elements.append(Element("byline_tail", tail))
            self._set_right(page, tail, self.left(rect.first + column), y, style.column - style.fs, style.byline, style.fs, rect.first + column)
            at += 1
        return (len(slots) - at) * style.ld

    def _steps(self, column: int, top: int, bottom: int, floats: list[Float]) -> list[int]:
        """Tops of the lines of a column."""
        style, found, y = self.style, [], top
        inside = sorted((f for f in floats if f.first <= column < f.last), key=lambda f: f.top)
        while y + style.fs * TALL <= bottom:
            hit = next((f for f in inside if y < f.top + f.height and y + style.ld > f.top), None)
            if hit:
                y = hit.top + hit.height
            else:
                found.append(y)
                y += style.ld
        return found

    def _set_right(self, page: SetArticle, text: str, x: int, y: int, width: int, face: str, size: int, column: int) -> None:
        row = broken(text, face, size, self.style.script, 10 * width)[0]
        by = max(0.0, width - row.right)
        page.lines.append(Printed(len(page.elements) - 1, Row(row.start, row.end, tuple(at + by for at in row.xs), row.right + by), x, y, face, size, column))

    def _print_floats(self, page: SetArticle, rect: Rect, floats: list[Float]) -> None:
        style = self.style
        for one in floats:
            column = rect.first + one.first
            x, width = self.left(column), self.width(one.last - one.first)
            if one.boxed:
                size, inner = round(1.12 * style.fs), style.fs // 2
                page.elements.append(Element("pullquote", one.texts[0]))
                rows = broken(one.texts[0], style.quote, size, style.script, width - 2 * inner)
                page.frames.append((x, one.top + style.ld // 4, x + width, one.top + one.height - style.ld // 2))
                self._print(page, len(page.elements) - 1, rows, x + inner, one.top + round(.6 * style.ld), style.quote, size, column, round(1.1 * style.ld))
                continue
            size = round(.87 * style.fs)
            step = round(1.33 * size)
            sets = [broken(text, style.caption, size, style.script, width, even=len(text) * size > width) for text in one.texts]
            y = one.top + one.height - round(.4 * style.ld) - step * sum(map(len, sets))
            page.pictures.append((x, one.top + style.ld // 4, x + width, y - style.ld // 5))
            for text, rows in zip(one.texts, sets, strict=True):
                page.elements.append(Element("caption", text))
                if text[-1] not in "。！？" and len(rows) == 1:
                    self._set_right(page, text, x, y, width, style.caption, size, column)
                    y += step
                else:
                    y = self._print(page, len(page.elements) - 1, rows, x, y, style.caption, size, column, step)


def _title_size(length: int, width: int, fs: int, columns: int, rng: random.Random) -> int:
    """One line if its letters are then large enough for so many columns, else two."""
    least, most = round(1.3 * fs), round((1.45 + .32 * columns) * fs)
    for lines in (1, 2):
        size = int(width / (length / lines + (.3 if lines == 1 else 1.2)))
        if size >= least:
            return min(size, round(most * rng.uniform(.88, 1.05)))
    return least
