"""How a page is printed: faces, sizes, columns, rules. Drawn from a seed."""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

NEEDS = "pip install pillow numpy opencv-python-headless"
DEBIAN = "/usr/share/fonts"
FACES: dict[str, tuple[str, int, int]] = {
    "song-noto": ("opentype/noto/NotoSerifCJK-Regular.ttc", 2, 3),
    "song-noto-bd": ("opentype/noto/NotoSerifCJK-Bold.ttc", 2, 3),
    "hei-noto": ("opentype/noto/NotoSansCJK-Regular.ttc", 2, 3),
    "hei-noto-bd": ("opentype/noto/NotoSansCJK-Bold.ttc", 2, 3),
    "hei-wqy": ("truetype/wqy/wqy-zenhei.ttc", 0, 0),
    "song-uming": ("truetype/arphic/uming.ttc", 0, 2),
    "kai": ("truetype/arphic/ukai.ttc", 0, 2),
}
"""Face → file, number of the font in it for simplified and for traditional script (Debian: fonts-noto-cjk, fonts-wqy-zenhei,
fonts-arphic-uming, fonts-arphic-ukai)."""
FALLBACK = "song-noto"
MISSING = "\U000F0000"
BYLINES = ("▶ 本报记者 {a}", "◎ 通讯员 {b} 本报记者 {a}", "{a} {b}", "□ 本报记者 {a} 通讯员 {b}", "本报记者 {a} {b}", "■ 记者 {a} 报道",
           "新华社记者 {a}、{b}", "文/{a}", "●{a}")
CREDITS = ("本报记者 {a} 摄", "{a}供图", "新华社发（{a} 摄）", "图片来源：{a}工作室", "资料图片")
SECTIONS = ("要闻", "综合", "社会", "国际", "文化", "经济", "体育", "教育", "科技", "民生")


@dataclass(frozen=True)
class Style:
    """Sizes are pixels at `dpi`; `cpc` is the characters of a column, `ld` the distance of lines."""

    body: str
    head: str
    head2: str
    byline: str
    caption: str
    quote: str
    col_rules: bool
    art_rules: bool
    byfmt: str
    dpi: int
    ncol: int
    cpc: int
    fs: int
    ld: int
    script: str
    masthead: bool

    @property
    def column(self) -> int:
        return self.cpc * self.fs

    @property
    def gutter(self) -> int:
        return round(1.9 * self.fs)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def draw_style(rng: random.Random, script: str) -> Style:
    """A style; columns times characters stay within what a page of a newspaper holds."""
    while True:
        ncol, cpc, fs = rng.randint(4, 6), rng.randint(14, 22), rng.randint(28, 34)
        if 66 <= ncol * cpc <= 86 and ncol * cpc * fs <= 2600:
            break
    songs = ["song-noto"] * 4 + ["song-uming"] * 2 + ["hei-noto"]
    return Style(body=rng.choice(songs), head=rng.choice(("hei-noto-bd", "song-noto-bd", "hei-wqy")), head2=rng.choice(("kai", "song-noto-bd", "hei-noto")),
                 byline=rng.choice(("kai", "song-noto", "hei-noto")), caption=rng.choice(("kai", "hei-noto", "hei-noto")),
                 quote=rng.choice(("kai", "hei-noto-bd", "song-noto-bd")), col_rules=rng.random() < .25, art_rules=rng.random() < .6,
                 byfmt=rng.choice(BYLINES), dpi=250, ncol=ncol, cpc=cpc, fs=fs, ld=round(fs * rng.uniform(1.38, 1.52)), script=script,
                 masthead=rng.random() < .5)


@cache
def font(face: str, size: int, script: str) -> Any:
    """A face at a size; says what to install where it is missing."""
    try:
        from PIL import ImageFont
    except ImportError as error:
        raise SystemExit(f"typesetting needs Pillow: {NEEDS}") from error
    file, simplified, traditional = FACES[face]
    path = Path(DEBIAN) / file
    if not path.is_file():
        raise SystemExit(f"{path} is missing: apt install fonts-noto-cjk fonts-wqy-zenhei fonts-arphic-uming fonts-arphic-ukai")
    return ImageFont.truetype(str(path), size, index=simplified if script == "simplified" else traditional)


@cache
def font_of(char: str, face: str, size: int, script: str) -> Any:
    """The face for a character: its own, or another that has it."""
    own = font(face, size, script)
    if char.isspace() or _drawn(own, char) != _drawn(own, MISSING):
        return own
    return font(FALLBACK, size, script)


def _drawn(face: Any, char: str) -> bytes:
    return bytes(face.getmask(char))


@cache
def width_of(char: str, face: str, size: int, script: str) -> float:
    return float(font_of(char, face, size, script).getlength(char))
