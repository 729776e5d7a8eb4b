"""What printed lines look like at their ends, and how their widths compare: words for the features of the model."""

from __future__ import annotations

import re

from cleaner.evidence.charset import HAN_RANGE
from cleaner.structure.lines.printed import COMMAS, OPENERS
from cleaner.structure.seams import CANNOT_START, CLOSERS, SENTENCE_END

BULLET = re.compile(r"[^\w\s“‘《〈（「『【〔(，。、；：！？…—·％,;:!?)）》〉”’」』】〕\"'-]")
ENUMERATION = re.compile(r"[（(]?[一二三四五六七八九十]{1,3}[）)、．.]|第[一二三四五六七八九十]{1,3}[章節节條条回囘]")
TURN = re.compile(r"[問问答][曰云]?[、，：:]")
"""Questions and answers printed one behind the other."""
NUMBER = re.compile(r"[（(]?[〇○一二三四五六七八九十百0-9]{1,2}[）)]?")
SIGNED = re.compile(r"[、。，！？…」』”][（(][^（）()]{1,6}[）)]$")
"""A paragraph's last mark and, in brackets behind it, who wrote it."""


def sign(columns: int) -> str:
    """Whether a line is longer, shorter or equal, by what it lacks."""
    return "longer" if columns > 1 else "shorter" if columns < -1 else "equal"


def step(columns: int) -> str:
    """Columns, as a feature's name, three less to four more."""
    return f"{max(-3, min(4, columns)):+}"


def share(part: int, whole: int) -> str:
    """What fifth of the whole a part is, six at most."""
    return str(min(5 * part // max(whole, 1), 6))


def comma_inside(text: str) -> bool:
    """Whether a mark stands inside the line."""
    return any(char in COMMAS or char in SENTENCE_END for char in text[:-1])


def enclosed(text: str) -> bool:
    """Whether brackets enclose the line."""
    return text[0] in "（([【" and text[-1] in "）)]】"


def end_class(text: str) -> str:
    """What kind of character ends the line."""
    end = text[-1]
    return ("stop" if end in SENTENCE_END else "comma" if end in COMMAS else "closing" if end in CLOSERS
            else "hanzi" if end in HAN_RANGE else "hyphen" if end == "-" else "other")


def start_class(text: str) -> str:
    """What kind of character opens the line."""
    start = text[0]
    return ("mark" if start in CANNOT_START else "bracket" if start in "（(" else "quote" if start in OPENERS
            else "turn" if TURN.match(text) else "number" if ENUMERATION.match(text) else "item" if BULLET.match(text)
            else "hanzi" if start in HAN_RANGE else "other")
