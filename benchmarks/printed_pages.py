"""Pages whose every printed line is a line of the file, with the true paragraph ends: 晶報 folds, and generated ones."""

from __future__ import annotations

import html
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat
from pathlib import Path

from cleaner.structure.lines.measures import MARKS

NO_START = "，。、；：！？）》〉”’」』】…—·％,;:!?)"
NO_END = "“‘《〈（「『【("
UNIT = re.compile(r"[A-Za-z0-9][!-~]*|.", re.S)
ONE_MARK = str.maketrans(dict.fromkeys("，。；：", "、") | {"“": "『", "”": "』"})
INDENT = "\u3000\u3000"
NOTE = "（未完）"


@dataclass
class Printed:
    """A page: its lines, whether a paragraph ends with each, the article each belongs to (-1: none), whether its paragraph
    has more than one line, and whether it is verse: that stays line by line. `gaps[i]` stands between line i and the next one."""

    name: str
    lines: list[str] = field(default_factory=list)
    ends: list[bool] = field(default_factory=list)
    article: list[int] = field(default_factory=list)
    body: list[bool] = field(default_factory=list)
    verse: list[bool] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)

    def add(self, lines: Sequence[str], article: int) -> None:
        """Add a paragraph."""
        for k, line in enumerate(lines):
            self.lines.append(line)
            self.ends.append(k == len(lines) - 1)
            self.article.append(article)
            self.body.append(len(lines) > 1)
            self.verse.append(is_verse(lines))

    def text(self, *, blank: bool = False, indent: bool = False) -> str:
        """The page as a file: an empty line, an indent, or neither at the paragraphs' ends."""
        self.gaps = [("\n\n" if end and blank else "\n") + (INDENT if end and indent else "") for end in self.ends[:-1]]
        return "".join(a + b for a, b in zip(self.lines, [*self.gaps, "\n"], strict=True))


def is_verse(lines: Sequence[str]) -> bool:
    """Whether a paragraph of the source is verse: four of five lines, three at least, end with a mark, or all have as many
    characters as one verse or two (五言, 七言) and no mark."""
    marked = sum(line[-1] in "。！？；，、," for line in lines) >= 0.8 * len(lines)
    bare = len({*map(len, lines)}) == 1 and len(lines[0]) in {5, 7, 10, 14} and all(line.isalpha() for line in lines)
    return len(lines) >= 3 and (marked or bare)


def folds(folder: Path, year: str) -> Iterator[Printed]:
    """The folds of one year of 晶報. Everything printed stands in the order of the file, advertisements too."""
    for path in sorted((folder / year).rglob("*.xml")):
        page = Printed(path.stem)
        for kind, number, lines in _paragraphs(path.read_text(encoding="utf-8")):
            page.add(lines, number if kind == "article" else -1)
        yield page


def _paragraphs(text: str) -> Iterator[tuple[str, int, list[str]]]:
    """(kind of the division, its number, printed lines) of every paragraph."""
    text = re.sub(r"<!--.*?-->|<!DOCTYPE.*?\]>", "", text, flags=re.S).replace("&gaiji;", "\ue111")
    kinds: list[str] = []
    number, lines = 0, []
    at, line = 0, ""

    def cut() -> None:
        nonlocal line
        bare = html.unescape(re.sub(r"[ \t\r\n]+", "", line))
        if bare:
            lines.append(bare)
        line = ""

    for tag in re.finditer(r"<[^>]+>", text):
        line += text[at:tag.start()]
        at = tag.end()
        name = tag.group()
        if name.startswith("<r") or name == "</r>":
            continue
        cut()
        if name.startswith("<div") and not name.endswith("/>"):
            found = re.search(r'type="(\w+)"', name)
            kinds.append(found[1] if found else "")
            number += kinds[-1] not in {"page", "other"} or "article" not in kinds
        elif name == "</div>":
            kinds.pop()
        elif name.startswith("<p ") or name == "<p>" or name == "</p>":
            if lines and kinds:
                kind = next((k for k in reversed(kinds) if k != "other"), "other")
                yield kind, number, lines
            lines = []


def wrap(text: str, columns: Sequence[int], style: str, hyphens: bool, mark: float = 1.0) -> list[str]:
    """Set a paragraph. `columns` has the width of each line; the last one goes on. `style`: "hang" lets a mark hang
    over, "carry" takes the character before it along to the next line, "loose" knows no such rule. Words of Latin
    letters are hyphenated or kept whole. A mark takes `mark` columns."""
    widths = chain(columns, repeat(columns[-1]))
    lines, line, room = [], "", float(next(widths))
    units = UNIT.findall(text)[::-1]
    while units:
        unit = units.pop()
        size = mark if unit in MARKS else len(unit) / 2 if unit.isascii() else float(len(unit))
        if size <= room or (style == "hang" and unit in NO_START and line):
            line, room = line + unit, room - size
            continue
        keep = int(2 * room) - 1
        if hyphens and unit.isalpha() and unit.isascii() and 3 <= keep <= len(unit) - 3:
            line, unit = line + unit[:keep] + "-", unit[keep:]
        elif not line and len(unit) > 1:  # a word wider than the column
            units += [*unit][::-1]
            continue
        carried = ""
        if style == "carry" and unit in NO_START and len(line) > 2:
            line, carried = line[:-1], line[-1]
        while style != "loose" and line and line[-1] in NO_END:
            line, carried = line[:-1], line[-1] + carried
        if line.strip():
            lines.append(line.strip())
        units += [part for part in (unit.lstrip(), *carried[::-1]) if part]
        line, room = "", float(next(widths))
    if line.strip():
        lines.append(line.strip())
    return lines


def noisy(text: str, rate: float, dice: random.Random) -> str:
    """Hanzi replaced by others of the same text, now and then lost or doubled, as a bad scan does."""
    out = []
    for char in text:
        if "\u4e00" <= char <= "\u9fff" and dice.random() < rate:
            fate = dice.random()
            out.append("" if fate < 0.08 else char * 2 if fate < 0.12 else dice.choice(text))
        else:
            out.append(char)
    return "".join(out) or text


def articles(rig: Path, prose: Path, pages: range) -> list[tuple[str, list[str]]]:
    """(headline, paragraphs): those of some rig pages, and passages of prose cut into paragraphs of a few sentences."""
    found = []
    for number in pages:
        path = rig / f"p{number:03}" / "truth.json"
        for article in json.loads(path.read_text(encoding="utf-8"))["articles"] if path.is_file() else ():
            paras = [e["text"].strip() for e in article["elements"] if e["kind"] == "para" and e["text"].strip()]
            titles = [e["text"] for e in article["elements"] if e["kind"] == "title"]
            if paras and titles:
                found.append((titles[0], paras))
    dice = random.Random(pages.start)
    rows = prose.read_text(encoding="utf-8").split("\n") if prose.is_file() else []
    for row in rows[pages.start % 2::2][:60]:
        sentences, paras = re.findall(r"[^。！？]+[。！？]+[”’）]*", row), [""]
        for sentence in sentences:
            if len(paras[-1]) > dice.randint(30, 240):
                paras.append("")
            paras[-1] += sentence
        if len(sentences) > 4:
            found.append((re.split("[，。、（]", sentences[dice.randrange(len(sentences))])[0][:20], [p for p in paras if p]))
    return found


def generated(pool: Sequence[tuple[str, list[str]]], count: int, seed: int, rate: float) -> Iterator[Printed]:
    """Pages set from articles, at one or several widths."""
    dice = random.Random(seed)
    for k in range(count):
        page = Printed(f"generated-{seed}-{k}")
        columns, style, hyphens = dice.randint(8, 30), dice.choice(("hang", "carry", "carry", "loose")), dice.random() < 0.5
        indent = dice.choice((0, 2, 2))
        for number, (title, paras) in enumerate(dice.sample(pool, 4)):
            if dice.random() < 0.3:
                columns = dice.randint(8, 30)
            page.add([noisy(line, rate, dice) for line in wrap(title, [columns], style, False)], number)
            if dice.random() < 0.5:
                page.add([dice.choice(("本报记者 王小明", "（李强）", "▶ 本报记者 赵小敏 钱大海", "张文"))], number)
            for para in paras:
                widths = [columns - indent, *[columns] * dice.randint(0, 12)]
                if dice.random() < 0.2:  # from some line on the column runs round a picture, or no longer does
                    columns = max(8, columns + dice.choice((-12, -8, -5, -3, 3, 5, 8, 12)))
                lines = wrap(para, [*widths, columns], style, hyphens)
                page.add([noisy(line, rate, dice) for line in lines], number)
        yield page


def old_style(pool: Sequence[tuple[str, list[str]]], count: int, seed: int, rate: float) -> Iterator[Printed]:
    """Pages set as papers were about 1920: one mark for all, as wide as half a character, that may open a line; no indents;
    long paragraphs, often one an article; columns that run round headlines and pictures, down to two or three characters wide; headlines, bylines and the numbers of
    instalments set in several short lines; notes behind an ornament."""
    dice = random.Random(seed)
    for k in range(count):
        page = Printed(f"old-{seed}-{k}")
        measure, round_things = dice.choice((11, 15, 15, 15, 22, 30)), dice.choice((0.0, 0.01, 0.03, 0.06))
        together = dice.choice((1, 2, 3, 5))

        def add(lines: Sequence[str], number: int, page: Printed = page) -> None:
            page.add([noisy(line, rate, dice) for line in lines], number)

        for number, (title, paras) in enumerate(dice.sample(pool, 4)):
            for lines in _old_head(title.translate(ONE_MARK), dice):
                add(lines, number)
            turns = dice.random() < 0.1
            paras = ["".join(paras[at:at + together]) for at in range(0, len(paras), together)]
            for at, para in enumerate(paras):
                para = f"{'答' if at % 2 else '問'}、{para}" if turns else para
                text = para if dice.random() < 0.1 else para.translate(ONE_MARK)
                widths = _round_things(measure, round_things, dice)
                lines = wrap(text, widths, "loose", False, 0.5)
                if at == len(paras) - 1 and dice.random() < 0.4:  # the note is kept whole
                    fits = len(lines[-1]) + len(NOTE) <= (widths[len(lines) - 1] if len(lines) <= len(widths) else widths[-1])
                    lines = [*lines[:-1], lines[-1] + NOTE] if fits else [*lines, NOTE]
                add(lines, number)
            if dice.random() < 0.4:
                note = title.translate(ONE_MARK)
                add(wrap(f"◘{note}◘" if dice.random() < 0.5 else f"◘{note}", [measure], "loose", False, 0.5), number)
        yield page


def _old_head(title: str, dice: random.Random) -> Iterator[list[str]]:
    """A headline, perhaps the number of an instalment, and who wrote, each with its lines."""
    yield wrap(title, [dice.choice((2, 3, 4, 5, 6, 7, 8, 10, 12, 14))], "loose", False, 0.5)
    if dice.random() < 0.25:
        digits = dice.choices("〇一二三四五六七八九", k=dice.randint(1, 3))
        yield [f"（{digit}）" for digit in digits] if dice.random() < 0.5 else [f"（{''.join(digits)}）"]
    if dice.random() < 0.7:
        name = dice.choice(("王小明", "李強", "小敏", "大海", "大海先生", "小敏自北平寄", "明園主人", "江上客", "江上客漢口寄", "野鶴自天津寄", "明園主人自蘇州寄"))
        half = len(name) // 2
        form = dice.random()
        if form < 0.2:
            yield [name]
        elif form < 0.6 or len(name) < 4:
            yield [f"（{name}）"]
        elif form < 0.75:
            yield [f"（{name[:half]}", f"{name[half:]}）"]
        elif form < 0.9:
            yield [f"（{name[:half]}）", f"（{name[half:]}）"]
        else:
            yield ["））", *(name[at:at + 2] for at in range(0, len(name), 2)), "（（"]


def _round_things(measure: int, often: float, dice: random.Random) -> list[int]:
    """The widths of a paragraph's lines: the measure, but round pictures and headlines."""
    widths = [measure]
    while len(widths) < 60:
        if dice.random() >= often:
            widths.append(measure if widths[-1] == measure else widths[-1])
            continue
        other = dice.choice((2, 3, 4, 5, 7, 9, 11, 13, 17, 22, measure, measure))
        widths += [other] * dice.choice((1, 2, 3, 4, 4, 6, 8))
        widths.append(measure if dice.random() < 0.7 else other)
    return widths


def typeset(rig: Path) -> Iterator[Printed]:
    """The rig's pages line by line as they were typeset: real line breaks, true characters, articles in order."""
    for path in sorted(rig.glob("p*/truth.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))
        page = Printed(path.parent.name)
        parts: dict[tuple[int, int], list[str]] = {}
        for line in truth["lines"]:
            text = truth["articles"][line["art"]]["elements"][line["el"]]["text"][line["start"]:line["end"]].strip()
            parts.setdefault((line["art"], line["el"]), []).append(text)
        for article, element in truth["order"]:
            lines = [text for text in parts.get((article, element), []) if text]
            if lines:
                page.add(lines, article)
        yield page
