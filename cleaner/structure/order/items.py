"""The number that a block opens with: 一、, （一）, 1., 第一，, 第一条, 方案1：."""

from __future__ import annotations

import re

from cleaner.memory import kept
from cleaner.structure.labels.shapes import HAN, counted

COUNT = r"(?P<{}>\d{{1,2}}|[一二三四五六七八九十]{{1,3}})"
STYLES = (
    ("、", re.compile(rf"{COUNT.format('n')}、")),
    ("()", re.compile(rf"[（(]{COUNT.format('n')}[）)]")),
    (".", re.compile(rf"{COUNT.format('n')}[.．：:](?!\d)")),
    ("第", re.compile(rf"第{COUNT.format('n')}[，、：,:]")),
    ("条", re.compile(rf"第{COUNT.format('n')}条[\s\u3000：:]")),
    ("", re.compile(rf"(?P<word>[{HAN}]{{2}}){COUNT.format('n')}[：:]")),
)
"""How items are numbered, each with its sign: 一、, （一）, 1. or 1：, 第一，, 第一条, 方案1：."""
Item = tuple[str, bool, int]
"""The sign of an item (or the word that is counted), whether it counts in hanzi, its number."""


@kept
def item_of(text: str) -> Item | None:
    """What a block that opens with a number is; None for all others."""
    for sign, pattern in STYLES:
        match = pattern.match(text)
        if match:
            return match.groupdict().get("word") or sign, not match["n"].isdigit(), counted(match["n"])
    return None
