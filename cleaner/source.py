"""Where a page comes from: bytes, their encoding, and the text with its blocks and breaks.

Offsets everywhere in this package are code points of `Source.text`: the decoded file without its byte order
mark, every line end written as LF. What that takes away (encoding, mark, the kinds of line ends in their
order) is kept beside the text, so that `Source.to_bytes` gives the file back byte for byte.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, groupby, repeat

from cleaner.errors import SourceError

BOMS = {"utf-8": codecs.BOM_UTF8, "utf-32-le": codecs.BOM_UTF32_LE, "utf-32-be": codecs.BOM_UTF32_BE,
        "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}
"""Asked in this order: the mark of UTF-32-LE begins with that of UTF-16-LE."""
AUTO_ENCODINGS = ("utf-8", "gb18030")
"""Tried in this order, strictly; Big5 overlaps GB18030 and is read only when the settings name it."""

LINE_END = re.compile(r"\r\n|\r|\n")
GAP = re.compile(r"[ \t\u3000\xa0\f\n]+")
"""White space; what holds a line end, or stands at an end of the page, parts blocks."""
QUOTE_MARK = "> "


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of code points of the source text."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start


@dataclass(frozen=True)
class Source:
    """One page as it was read. `text` has LF line ends only; see the module docstring for offsets."""

    text: str
    name: str = "-"
    encoding: str = "utf-8"
    bom: bool = False
    line_ends: tuple[tuple[str, int], ...] = field(default=())
    """Runs of line ends in file order, e.g. `(("\\r\\n", 12), ("\\n", 1))`."""

    @classmethod
    def from_bytes(cls, data: bytes, name: str = "-", encoding: str = "auto") -> Source:
        """Decode a file strictly. Raises `SourceError` naming the first byte that does not decode."""
        bom, declared = _byte_order_mark(data)
        body = data[len(bom):]
        tried = (declared,) if declared else AUTO_ENCODINGS if encoding == "auto" else (encoding,)
        failure: UnicodeDecodeError | None = None
        for codec in tried:
            try:
                text = body.decode(codec)
                if text.encode(codec) == body:
                    return cls._from_decoded(text, name, codec, bool(bom))
            except UnicodeDecodeError as error:
                failure = failure or error
            except LookupError as error:
                raise SourceError(f"{name}: unknown encoding {codec!r}") from error
            except UnicodeError:  # what a few odd codecs raise, without a place
                continue
        if failure is None:
            raise SourceError(f"{name}: read as {' or '.join(tried)}, the bytes of this file would not come back")
        at = len(bom) + failure.start
        shown = f"0x{data[at]:02x}" if at < len(data) else "end of file"
        raise SourceError(f"{name}: byte {at} ({shown}) is not {' or '.join(tried)} text")

    @classmethod
    def from_text(cls, text: str, name: str = "-") -> Source:
        """Take text that is already decoded. Raises `SourceError` if it holds a lone surrogate."""
        return cls._from_decoded(text.removeprefix("\ufeff"), name, "utf-8", text.startswith("\ufeff"))

    @classmethod
    def _from_decoded(cls, text: str, name: str, encoding: str, bom: bool) -> Source:
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise SourceError(f"{name}: character {error.start} is a lone surrogate") from error
        if not text.strip(" \t\r\n\f\u3000\xa0"):
            raise SourceError(f"{name}: there is no text in this file")
        ends = LINE_END.findall(text)
        runs = tuple((end, len(list(run))) for end, run in groupby(ends))
        return cls(LINE_END.sub("\n", text), name, encoding, bom, runs)

    def to_bytes(self) -> bytes:
        """The file as it was read, byte for byte."""
        ends = chain.from_iterable(repeat(end, count) for end, count in self.line_ends)  # a log may claim any count
        text = re.sub("\n", lambda _: next(ends), self.text)
        return (BOMS[self.encoding] if self.bom else b"") + text.encode(self.encoding)

    @cached_property
    def sha256(self) -> str:
        """Hexadecimal digest of the file's bytes."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    @cached_property
    def breaks(self) -> tuple[tuple[int, str], ...]:
        """`(offset, text)` of every break: white space that holds a line end, or stands at an end of the page.

        A single line end between two `> ` lines is inside one pull quote, hence no break.
        """
        found = []
        for match in GAP.finditer(self.text):
            start, end = match.span()
            if start and end < len(self.text) and "\n" not in match.group():
                continue
            line = self.text.rfind("\n", 0, start) + 1
            inside_quote = (match.group() == "\n" and self.text.startswith(QUOTE_MARK, line)
                            and self.text.startswith(QUOTE_MARK, end))
            if not inside_quote:
                found.append((start, match.group()))
        return tuple(found)

    @cached_property
    def blocks(self) -> tuple[Span, ...]:
        """The spans between the breaks, in source order; none is empty."""
        return blocks_between(len(self.text), self.breaks)

    def line_of(self, offset: int) -> int:
        """The 1-based number of the source line that holds `offset`."""
        return bisect_left(self._line_ends, offset) + 1

    @cached_property
    def _line_ends(self) -> tuple[int, ...]:
        return tuple(match.start() for match in re.finditer("\n", self.text))

    @cached_property
    def break_at(self) -> dict[int, str]:
        """The text of every break, by its offset."""
        return dict(self.breaks)


def blocks_between(length: int, breaks: tuple[tuple[int, str], ...]) -> tuple[Span, ...]:
    """The blocks of a text of `length` code points whose breaks are given as `(offset, text)`."""
    blocks, at = [], 0
    for start, text in breaks:
        if start > at:
            blocks.append(Span(at, start))
        at = start + len(text)
    if length > at:
        blocks.append(Span(at, length))
    return tuple(blocks)


def _byte_order_mark(data: bytes) -> tuple[bytes, str]:
    """The byte order mark that opens `data` and the codec it declares; both empty when there is none."""
    for codec, mark in BOMS.items():
        if data.startswith(mark):
            return mark, codec
    return b"", ""
