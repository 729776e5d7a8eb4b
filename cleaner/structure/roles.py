"""What each block of a page is, from its text and its neighbours alone.

The labels follow the field's terms: a *kicker* stands above a headline, a *byline* names who wrote, a
*dateline* opens a report inside its paragraph, a *credit* names who took a picture. Rules, not a trained
model: a newspaper's furniture is made of a few fixed words, and a rule can be read by the archivist.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from cleaner.structure.names import NAMES, SURNAMES
from cleaner.structure.seams import HAN, ends_sentence

Role = Literal["headline", "subhead", "kicker", "byline", "caption", "credit", "quote", "paragraph", "fragment"]

ORNAMENT = r"[◎▶►●■□◆◇○〇◼▲△★☆\sOo]*"
PAPER = rf"(?:本报|本刊|本网|[{HAN}]{{2,6}}(?:日报|晚报|时报|早报|晨报|都市报|快报|周报|商报|网|社))"
PEOPLE = r"(?:实习|特约|驻[\u3400-\u9fff]{1,6})?(?:记者|通讯员|编辑|撰稿人?|评论员|见习记者|首席记者)"
BYLINE = re.compile(rf"^{ORNAMENT}(?:(?:{PAPER})?{PEOPLE}[:：]?\s*{NAMES}\s*)+$")
SIGNED = re.compile(rf"^(?:{ORNAMENT}\s)?{NAMES}$|^[（(]\s*{NAMES}\s*[）)]$")
CREDIT = re.compile(r"^[（(]?(?:图片来源|照片来源|图源|资料图片|摄影|图片|供图)\s*[:：]\s*\S.{0,24}$|^[（(]?\S{2,12}\s?(?:供图|摄影|摄|图)[）)]?$|^[（(]?资料图片[）)]?$")
INLINE_CREDIT = re.compile(r"(?<=[。！？”’）)…])\s*((?:图片来源|照片来源|图源)\s*[:：]\s*[^\s。，；：]{2,16})$")
DATELINE = re.compile(rf"^(?:{PAPER}(?:讯|[{HAN}]{{1,8}}\d{{1,2}}月\d{{1,2}}日[电讯])|新华社[{HAN}]{{2,8}}\d|[（(]记者\s?)")
PICTURE_TALK = re.compile(r"图为|(?:上|下|左|右|题)图[为：:]|[（(](?:上|下|左|右|题)图[)）]")
HEADING_LENGTH = 40
"""Code points; the longest printed headline line of the rig's truth has 38."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A block's role, how sure that is, and whether the source already marks it."""

    role: Role
    confidence: float
    marked: bool = False


def label(texts: Sequence[str], wide_gap: Sequence[bool]) -> list[Labelled]:
    """The role of every block. `wide_gap[i]` says that an empty place, as of a picture, stands before block i."""
    labels = [_alone(text) for text in texts]
    marked = any(one.marked and one.role in {"headline", "subhead"} for one in labels)
    if marked:
        _unmark(labels)
    for i, text in enumerate(texts):
        if labels[i].role in {"paragraph", "headline"} and not labels[i].marked:
            labels[i] = _caption(texts, labels, wide_gap, i) or labels[i]
        if labels[i].role == "byline" and not labels[i].marked and not BYLINE.match(text):
            labels[i] = _signature(texts, labels, i)
    if marked:
        _unmark(labels)
    for i in range(len(texts)):
        if labels[i].role == "headline" and not labels[i].marked:
            labels[i] = _heading(texts, labels, i)
    return labels


def _alone(text: str) -> Labelled:
    """What a block is when nothing is known of its neighbours; `headline` stands for any heading."""
    marked = re.match(r"(#+) |> (图：)?", text)
    if marked:
        role: Role = ("headline" if marked[1] == "#" else "subhead") if marked[1] else "caption" if marked[2] else "quote"
        return Labelled(role, 1.0, marked=True)
    if len(text) <= 30 and CREDIT.match(text):
        return Labelled("credit", 0.98)
    if len(text) <= 60 and BYLINE.match(text):
        return Labelled("byline", 0.98)
    if len(text) <= 24 and SIGNED.match(text):
        return Labelled("byline", 0.8)
    if looks_like_heading(text):
        return Labelled("headline", 0.7)
    return Labelled("paragraph", 0.9)


def _unmark(labels: list[Labelled]) -> None:
    """On a page whose headings are marked, a line without a mark is text, or a kicker over a marked headline."""
    for i in range(len(labels) - 1, -1, -1):
        one = labels[i]
        if one.role == "headline" and not one.marked:
            below = labels[i + 1] if i + 1 < len(labels) else None
            above_head = below is not None and (below.role == "kicker" or (below.role == "headline" and below.marked))
            labels[i] = Labelled("kicker", 0.7) if above_head else Labelled("paragraph", 0.8)


def looks_like_heading(text: str) -> bool:
    """Whether a line could be a printed headline: short, no full stop, no comma at its end, no loose start."""
    bare = text.strip()
    if not 2 <= len(bare) <= HEADING_LENGTH or bare[-1] in "。，、；,;：:…" or bare[0] in "，。、；：）》”’！？,;:)":
        return False
    if "。" in bare or bare.count("，") + bare.count(",") > 2 or DATELINE.match(bare):
        return False
    return bool(re.search(rf"[{HAN}A-Za-z]{{2}}", bare)) and bare.count("“") == bare.count("”")


def _signature(texts: Sequence[str], labels: Sequence[Labelled], i: int) -> Labelled:
    """A line of bare names signs a report only under a headline, or after a finished paragraph."""
    before = labels[i - 1].role if i else "headline"
    after = labels[i + 1].role if i + 1 < len(texts) else "headline"
    signs = (before in {"headline", "subhead", "kicker"} and after in {"paragraph", "caption", "credit"}) or (
        before in {"paragraph", "caption", "credit"} and ends_sentence(texts[i - 1]) and after not in {"paragraph", "subhead"})
    if not signs and before == "paragraph" and ends_sentence(texts[i - 1]) and len(texts[i]) <= 4:
        signs = True
    sure = all(name[0] in SURNAMES for name in re.findall(rf"[{HAN}]+", texts[i]))
    return Labelled("byline", 0.9) if signs and sure else Labelled("headline", 0.6)


def _caption(texts: Sequence[str], labels: Sequence[Labelled], wide_gap: Sequence[bool], i: int) -> Labelled | None:
    """A caption stands before a credit, under a picture's empty place, or speaks of the picture."""
    credited = i + 1 < len(texts) and labels[i + 1].role == "credit" and not wide_gap[i + 1]
    talks = bool(PICTURE_TALK.search(texts[i])) and len(texts[i]) <= 200
    if credited and (wide_gap[i] or talks or len(texts[i]) <= HEADING_LENGTH):
        return Labelled("caption", 0.95)
    return Labelled("caption", 0.9) if talks and (wide_gap[i] or credited) else None


def _heading(texts: Sequence[str], labels: Sequence[Labelled], i: int) -> Labelled:
    """Headline, subhead or kicker, told apart by what stands around: bylines, datelines, other headings."""
    def role(k: int) -> str:
        return labels[k].role if 0 <= k < len(texts) else "edge"

    below = role(i + 1)
    if below == "headline":
        return Labelled("kicker", 0.7)
    opens = below == "byline" or (i + 1 < len(texts) and bool(DATELINE.match(texts[i + 1])))
    above = role(i - 1)
    starts = above in {"edge", "kicker", "byline"}
    if opens or starts:
        return Labelled("headline", 0.9 if opens else 0.8)
    if above in {"paragraph", "quote", "caption", "credit"} and below in {"paragraph", "quote", "caption"}:
        return Labelled("subhead", 0.8)
    return Labelled("headline", 0.6)
