"""A whole page: articles in their rectangles, drawn, with everything that is true of it in the rig's format."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.newspaper.articles import Article, in_script, name, sentences
from benchmarks.newspaper.grid import Rect, cut
from benchmarks.newspaper.layout import Element, Printed, SetArticle, Setter
from benchmarks.newspaper.lines import broken
from benchmarks.newspaper.style import SECTIONS, Style, draw_style, font_of

INK, GREY = 25, 110


@dataclass
class Page:
    """A page with its articles; the head of the page, if it has one, is the first of them."""

    width: int
    height: int
    style: Style
    articles: list[SetArticle]
    furniture: bool


def make_page(rng: random.Random, articles: list[Article], script: str) -> tuple[Page, list[Article]]:
    """A page of such articles, and those that it printed. The longest articles go into the largest rectangles."""
    style = draw_style(rng, script)
    margin = round(rng.uniform(2.2, 3.4) * style.fs)
    width = 2 * margin + style.ncol * style.column + (style.ncol - 1) * style.gutter
    height = round(width * rng.uniform(1.12, 1.36))
    mine = [a for a in articles if a.script == script]
    rng.shuffle(mine)
    spare = [s for a in mine[len(mine) * 2 // 3:] for s in sentences(a.paras[1:3])]
    rng.shuffle(spare)
    setter = Setter(style, rng, margin, spare[:30])
    top = margin + (round(3.2 * style.fs) if style.masthead else 0)
    made: dict[Rect, SetArticle] = {}
    rects = cut(rng, style, top, height - margin, rng.randint(6, 10))
    pool = mine[:max(2 * len(rects), len(mine) * 2 // 3)]
    for rect in sorted(rects, key=lambda one: -one.size):
        room = rect.columns * style.cpc * ((rect.bottom - rect.top) / style.ld - 5)
        for article in sorted(pool, key=lambda a: (a.length < .6 * room, abs(min(a.length, 2 * room) - room))):
            done = setter.set_article(article, rect)
            if done is not None:
                made[rect] = done
                pool.remove(article)
                break
    sets = [made[rect] for rect in rects if rect in made]
    if style.masthead:
        sets.insert(0, _furniture(rng, style, margin, width))
    return Page(width, height, style, sets, style.masthead), [one.article for one in made.values()]


def _furniture(rng: random.Random, style: Style, margin: int, width: int) -> SetArticle:
    """The line at the head of a page: section, date, who made it."""
    texts = [f"{rng.randint(1, 12):02}版 {rng.choice(SECTIONS)}", f"20{rng.randint(19, 26)}年{rng.randint(1, 12)}月{rng.randint(1, 28)}日 星期{rng.choice('一二三四五六日')}",
             f"责编：{name(rng)} 版式：{name(rng)}"]
    page = SetArticle(Article("", "", (), style.script, ""), (0, 0, width, margin + round(2 * style.fs)))
    for text, size, where in zip(texts, (1.9, .85, .8), (0.0, .5, 1.0), strict=True):
        page.elements.append(Element("furniture", in_script(text, style.script)))
        face, size = style.head if not where else "hei-noto", round(size * style.fs)
        row = broken(page.elements[-1].text, face, size, style.script, 10.0 * width)[0]
        x = margin + round(where * (width - 2 * margin - row.right))
        page.lines.append(Printed(len(page.elements) - 1, row, x, margin + round(1.9 * style.fs) - round(1.1 * size), face, size, -1))
    return page


def truth_of(page: Page, source: str) -> dict[str, Any]:
    """What is true of a page, as `truth.json` of the rig has it."""
    articles = []
    for k, one in enumerate(page.articles):
        head = page.furniture and k == 0
        articles.append({
            "id": "furniture" if head else f"{source}-{k:02}", "source": one.article.url or source, "licence": "see the source",
            "n_paras": None if head else sum(e.kind in ("para", "subhead") for e in one.elements), "of_paras": None if head else len(one.article.paras),
            "region": list(one.rect), "elements": [{"kind": e.kind, "text": e.text, "para": e.para} for e in one.elements]})
    order = [[a, e] for a, one in enumerate(articles) if one["id"] != "furniture" for e in range(len(one["elements"]))]
    lines = [{"box": list(line.box), "art": a, "el": line.element, "start": line.row.start, "end": line.row.end, "col": line.column, "fs": line.size}
             for a, one in enumerate(page.articles) for line in sorted(one.lines, key=lambda line: (line.element, line.row.start))]
    return {"W": page.width, "H": page.height, "style": page.style.as_json(), "articles": articles, "order": order, "lines": lines}


def write_truth(truth: dict[str, Any], folder: Path) -> None:
    """`truth.json`, and `truth.txt`: elements between blank lines, titles and subheads with their marks."""
    (folder / "truth.json").write_text(json.dumps(truth, ensure_ascii=False), encoding="utf-8")
    marks = {"title": "# ", "subhead": "## "}
    elements = [truth["articles"][a]["elements"][e] for a, e in truth["order"]]
    (folder / "truth.txt").write_text("\n\n".join(marks.get(e["kind"], "") + e["text"] for e in elements) + "\n", encoding="utf-8")


def draw(page: Page, rng: random.Random) -> Any:
    """The printed page as a grey picture (Pillow)."""
    from PIL import Image, ImageDraw
    image = Image.new("L", (page.width, page.height), 255)
    pen = ImageDraw.Draw(image)
    style = page.style
    for one in page.articles:
        for line in one.lines:
            base = line.y + round(.9 * line.size)
            text = one.elements[line.element].text[line.row.start:line.row.end]
            for char, x in zip(text, line.row.xs, strict=True):
                pen.text((line.x + x, base), char, font=font_of(char, line.face, line.size, style.script), fill=INK, anchor="ls")
        for box in one.pictures:
            _picture(image, box, rng)
        for box in one.frames:
            pen.rectangle(box, outline=GREY, width=3)
    _rules(pen, page)
    return image


def _rules(pen: Any, page: Page) -> None:
    style, gutter = page.style, page.style.gutter
    for k, one in enumerate(page.articles):
        x0, y0, x1, y1 = one.rect
        if page.furniture and k == 0:
            pen.line((style.fs, y1, page.width - style.fs, y1), fill=INK, width=4)
            continue
        if style.art_rules:
            pen.line((x0, y1 + style.ld // 2, x1, y1 + style.ld // 2), fill=GREY, width=3)
            if x1 + gutter < page.width - gutter:
                pen.line((x1 + gutter // 2, y0, x1 + gutter // 2, y1), fill=GREY, width=2)
        if style.col_rules:
            for x in range(x0 + style.column + gutter // 2, x1 - style.column // 2, style.column + gutter):
                if not any(left < x < right for left, _, right, _ in one.pictures):
                    pen.line((x, one.body_top, x, y1), fill=GREY, width=2)


def _picture(image: Any, box: tuple[int, int, int, int], rng: random.Random) -> None:
    """A picture without letters: clouds, and things in front of them."""
    import numpy as np
    from PIL import Image, ImageDraw
    width, height = box[2] - box[0], max(12, box[3] - box[1])
    source = np.random.default_rng(rng.randrange(2 ** 32))
    clouds = sum(np.asarray(Image.fromarray(source.integers(0, 255, (2 ** k + 2, 2 ** k + 2), dtype=np.uint8)).resize((width, height), Image.Resampling.BICUBIC), float) / 2 ** (k - 1)
                 for k in range(1, 6)) / 2
    picture = Image.fromarray(np.clip(60 + clouds * .55 + source.normal(0, 8, (height, width)), 20, 235).astype(np.uint8))
    pen = ImageDraw.Draw(picture)
    for _ in range(rng.randint(3, 8)):
        x, y = rng.uniform(0, .9) * width, rng.uniform(.1, .9) * height
        shape = (x, y, x + rng.uniform(.06, .3) * width, y + rng.uniform(.1, .5) * height)
        (pen.ellipse if rng.random() < .5 else pen.rectangle)(shape, fill=rng.randint(30, 225))
    image.paste(picture, box[:2])
