"""Articles to print: one JSON object a line, `{"title", "byline", "paras", "script", "url"}`."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华慧建文玲红志海玉波宁春燕雪梅鹏飞晓峰宇浩凯欣怡佳博雅晨思远天成国庆永健新立俊嘉子涵雨泽诗琪"
HEADING = 22
"""Characters up to which a paragraph without a mark at its end is a subhead."""
CAPTION = (14, 62)
"""Characters of a sentence that may stand under a picture."""


@dataclass(frozen=True)
class Article:
    """What somebody wrote. `script` is `simplified` or `traditional`."""

    title: str
    byline: str
    paras: tuple[str, ...]
    script: str
    url: str

    @property
    def length(self) -> int:
        return sum(map(len, self.paras))


def is_heading(para: str) -> bool:
    return len(para) <= HEADING and para[-1] not in "。！？；：，、”」…）.!?"


def read_articles(path: Path) -> list[Article]:
    """The articles of a file, without paragraphs that no page prints as text (tables, lists of links)."""
    found = []
    for row in path.read_text(encoding="utf-8").rstrip("\n").split("\n"):  # no other sign of a line: JSON may hold U+2028
        data = json.loads(row)
        paras = tuple(text for para in data["paras"] if _printable(text := _spaced(para)))
        title = _spaced(data["title"])
        if title and any(not is_heading(para) for para in paras):
            script = str(data.get("script") or "").lower()
            traditional = script.startswith("t") or "hant" in script or "trad" in script
            found.append(Article(title, _spaced(data.get("byline") or ""), paras,
                                 "traditional" if traditional else "simplified", data.get("url") or ""))
    return found


def _spaced(text: str) -> str:
    text = re.sub(r"\s+", " ", text.replace("\u200b", "").replace("\ufeff", "")).strip()
    return re.sub(r" (?=[，。、；：？！）」』》”])", "", text)


def _printable(para: str) -> bool:
    return bool(para) and "|" not in para and "http" not in para and sum("\u4e00" <= c <= "\u9fff" for c in para) >= len(para) / 2


def sentences(paras: Iterable[str]) -> list[str]:
    """Whole sentences that are short enough for a caption or a box."""
    low, high = CAPTION
    return [s for para in paras for s in re.findall(r"[^。！？]+[。！？]", para)
            if low <= len(s) <= high and s.count("“") == s.count("”") and s.count("「") == s.count("」")]


def with_subheads(article: Article, rng: random.Random) -> Article:
    """The article with short headings over some of its paragraphs, each a clause of what follows, as papers cut them."""
    paras: list[str] = []
    for k, para in enumerate(article.paras):
        clauses = [c for c in re.split(r"[，。、；：？！“”「」（）《》]", para) if 5 <= len(c) <= 13]
        if k % 3 == 2 and clauses and len(para) > 40:
            paras.append(rng.choice(clauses))
        paras.append(para)
    return replace(article, paras=tuple(paras))


def name(rng: random.Random) -> str:
    """A name that nobody need have."""
    return rng.choice(SURNAMES) + "".join(rng.choice(GIVEN) for _ in range(rng.choice((1, 2, 2))))


@cache
def _converter():  # type: ignore[no-untyped-def]
    from opencc import OpenCC
    return OpenCC("s2t")


def in_script(text: str, script: str) -> str:
    """Words of ours (bylines, credits, the head of the page) in the page's script."""
    return text if script == "simplified" else _converter().convert(text)
