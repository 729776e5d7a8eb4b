"""What each block of a page is, from its text and its neighbours alone.

The labels follow the field's terms: a *kicker* stands above a headline, a *byline* names who wrote, a
*dateline* opens a report inside its paragraph, a *credit* names who took a picture, *furniture* are running headers
and folios. A newspaper's furniture is made of a few fixed words (see `shapes`), and what stands around a line says
the rest.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from cleaner.evidence.script import simplified_shadow
from cleaner.memory import kept
from cleaner.structure.labels.listed import years
from cleaner.structure.labels.model import heading_odds
from cleaner.structure.labels.shapes import (
    ADDRESSEE,
    BYLINE,
    CLOSING,
    CONTACT,
    CREDIT,
    DATELINE,
    DECK,
    END_CREDIT,
    EXPERT,
    FURNITURE,
    HEADING_LENGTH,
    NO_HEADING,
    NUMBERED_SECTION,
    OFFICE,
    OFFICER,
    PAPER_NAME,
    PICTURE_LABEL,
    PICTURE_TALK,
    SIGNED,
    SLOGAN,
    SPEECH,
    WRITERS,
    looks_like_heading,
    number_of,
)
from cleaner.structure.labels.tables import rows_and_items
from cleaner.structure.labels.turns import turns
from cleaner.structure.logistic import probability
from cleaner.structure.names import NAME_SIZES, is_name, run_together
from cleaner.structure.seams import HAN, Seams, ends_sentence

Role = Literal["headline", "subhead", "kicker", "byline", "caption", "credit", "quote", "paragraph", "table", "list",
               "verse", "furniture"]
HEADINGS = frozenset({"headline", "subhead", "kicker"})
PICTURE = frozenset({"caption", "credit"})
"""What stands beside a picture: between an open end and the block below it, it says that a picture cut the sentence."""
DECIMAL = re.compile(r"\d{1,2}\.\d")
"""The number of a part of a section (1.1)."""
CAPTION_LENGTH = 160
"""Code points from which words before a credit are a report rather than a caption."""
RUN_OVER = 13
"""Code points of a short printed line: what is shorter, ends a sentence and stands under a paragraph that has not ended its own, is the end of
that, though a credit stands below."""
GOES_ON = 0.0
"""Log-odds of a seam above which the words before a credit go on with the sentence above them: so do all 4 on recognised pages,
and all 5 over −1, but the reading would hardly join those (`benchmarks/labels.py`)."""
CLAUSES = re.compile("[，,][^，,]+[，,]")
"""Three clauses: of a line of a sentence, and of no heading."""
ROLL = 4
"""Names in a line from which it is part of a roll, and no headline."""
SOURCE_LENGTH = 16
"""Code points of the longest line that says whose words stand above it."""
ONE_SENTENCE = 70
"""Code points up to which one sentence straight before a credit is the caption of its picture."""

FOREIGN, OWN = 0.15, 0.3
"""Affinity under which two stories have nothing in common, and over which a heading and the text below it have. On rig
pages they find 97 of 134 headlines that stand between two paragraphs, and take none of 82 subheads for headlines."""

PART = 8
"""Code points of the shortest part of a headline that a crop shows by itself, and no kicker."""
MARKED_ODDS = 1.5
"""Log-odds from which a line without a mark is a heading on a page that marks its headings."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A block's role, how sure that is, and whether the source already marks it."""

    role: Role
    confidence: float
    marked: bool = False


def label(texts: Sequence[str], wide_gap: Sequence[bool], seams: Seams | None = None, headings: Collection[int] = ()) -> list[Labelled]:
    """The role of every block. `wide_gap[i]` says that an empty place, as of a picture, stands before block i; `headings` are blocks known to be
    headings, of whatever kind.

    With the `seams` of the same blocks, short lines that are likelier pieces of a paragraph are told from headings.
    """
    labels = [_alone(text) for text in texts]
    for i in headings:
        if not labels[i].marked:
            labels[i] = Labelled("headline", 0.8)
    for i, role in rows_and_items(texts).items():
        if not labels[i].marked and labels[i].role != "furniture":
            labels[i] = Labelled(role, 0.9)
    if seams is not None:
        labels = [Labelled("byline", 0.8) if not one.marked and one.role != "credit" and run_together(simplified_shadow(text), seams.evidence.lexicon, NAME_SIZES, words=1) else one
                  for one, text in zip(labels, texts, strict=True)]
    for i in turns(texts):
        if labels[i].role == "headline" and not labels[i].marked:
            labels[i] = Labelled("paragraph", 0.9)
    _decks(texts, labels)
    marked = any(one.marked and one.role in {"headline", "subhead"} for one in labels)
    between = _between(texts, labels) if marked and seams is not None else frozenset()
    if marked:
        _unmark(labels, between)
    for i, text in enumerate(texts):
        if labels[i].role in {"paragraph", "headline"} and not labels[i].marked:
            labels[i] = _caption(texts, labels, wide_gap, i, seams) or labels[i]
        if labels[i].role == "byline" and not labels[i].marked and not (BYLINE.match(text) or CLOSING.match(text) or DECK.match(text)):
            labels[i] = _signature(texts, labels, i, seams)
    _signed_besides(texts, labels)
    if marked:
        _unmark(labels, between)
    if seams is not None:
        _pieces(texts, labels, seams, MARKED_ODDS if marked else 0.0, between, headings)
    for i in range(len(texts)):
        if labels[i].role == "headline" and not labels[i].marked:
            labels[i] = _heading(texts, labels, i, seams)
    for i in years(texts):
        if not labels[i].marked:
            labels[i] = Labelled("subhead", 0.9)
    return labels


@kept
def _alone(text: str) -> Labelled:
    """What a block is when nothing is known of its neighbours; `headline` stands for any heading."""
    marked = re.match(r"(#+) |> (图：)?", text)
    if marked:
        role: Role = ("headline" if marked[1] == "#" else "subhead") if marked[1] else "caption" if marked[2] else "quote"
        return Labelled(role, 1.0, marked=True)
    if len(text) <= 80 and FURNITURE.match(text):
        return Labelled("furniture", 0.95)
    if len(text) <= 30 and CREDIT.match(text):
        return Labelled("credit", 0.98)
    if len(text) <= 60 and BYLINE.match(text):
        return Labelled("byline", 0.98)
    if len(text) <= 24 and (SIGNED.match(text) or CLOSING.match(text)):
        return Labelled("byline", 0.8)
    if PICTURE_LABEL.match(text) or (len(text) <= CAPTION_LENGTH and END_CREDIT.search(text)):
        return Labelled("caption", 0.95)
    if looks_like_heading(text):
        return Labelled("headline", 0.7)
    return Labelled("paragraph", 0.9)


def _unmark(labels: list[Labelled], between: frozenset[int]) -> None:
    """On a page whose headings are marked, a line without a mark is text, or a kicker over a marked headline; those `between`
    two paragraphs may be headings."""
    for i in range(len(labels) - 1, -1, -1):
        one = labels[i]
        if one.role == "headline" and not one.marked and i not in between:
            below = labels[i + 1] if i + 1 < len(labels) else None
            above_head = below is not None and (below.role == "kicker" or (below.role == "headline" and below.marked))
            labels[i] = Labelled("kicker", 0.7) if above_head else Labelled("paragraph", 0.8)


def _between(texts: Sequence[str], labels: Sequence[Labelled]) -> frozenset[int]:
    """Unmarked lines that look like headings between a finished paragraph and another paragraph or a byline: layout
    detectors mark large headlines and leave out small ones. What stands above or below a headline is its kicker or its deck."""
    def role(k: int) -> str:
        return labels[k].role if 0 <= k < len(texts) else "edge"

    return frozenset(
        i for i, one in enumerate(labels) if one.role == "headline" and not one.marked
        and (role(i - 1) in {"caption", "credit"} or (role(i - 1) == "paragraph" and ends_sentence(texts[i - 1])))
        and (role(i + 1) == "byline" or (role(i + 1) == "paragraph" and len(texts[i + 1]) > HEADING_LENGTH)))


def _pieces(texts: Sequence[str], labels: list[Labelled], seams: Seams, bar: float, between: Collection[int], known: Collection[int]) -> None:
    """Short lines without a full stop that are pieces of paragraphs; a heading is one from log-odds of `bar` on, or where it stands `between` a
    finished paragraph and who wrote what follows; some are `known` to be headings."""
    over = {i - 1 for i, one in enumerate(labels) if one.role == "byline" and (DECK.match(texts[i]) or i - 1 in between)}
    asked = {i for i, one in enumerate(labels)
             if one.role in {"headline", "kicker"} and not one.marked and looks_like_heading(texts[i]) and i not in over and i not in known}
    heading = heading_odds(texts, sorted(asked), seams, {i for i, one in enumerate(labels) if one.role in PICTURE})
    for i in asked:
        odds = heading[i] - (bar if labels[i].role == "headline" else 0.0)  # a line right above a marked headline needs no more
        labels[i] = Labelled(labels[i].role, probability(heading[i])) if odds > 0 else Labelled("paragraph", probability(-odds))


def _signature(texts: Sequence[str], labels: Sequence[Labelled], i: int, seams: Seams | None) -> Labelled:
    """A line of bare names signs a report only under a headline, or after a finished paragraph. Who is spoken of in
    the report below did not write it: such a name is the last line of the headline."""
    before = labels[i - 1].role if i else "headline"
    after = labels[i + 1].role if i + 1 < len(texts) else "headline"
    finished = before in {"paragraph", "caption", "credit"} and ends_sentence(texts[i - 1])
    together = run_together(simplified_shadow(texts[i]), seams.evidence.lexicon, NAME_SIZES, words=1) if seams is not None else []
    under = before in HEADINGS or (bool(together) and i > 0 and looks_like_heading(texts[i - 1]))
    signs = (under and (bool(together) or after in {"paragraph", "caption", "credit"})) or (finished and after not in {"paragraph", "subhead"}) or (
        finished and before == "paragraph" and len(texts[i]) <= 4) or (i > 0 and bool(CLOSING.match(texts[i - 1])))
    bracketed = texts[i][0] in "（(" and not re.search("[一二三四五六七八九十〇上中下續续完]", texts[i])
    names = together or re.findall(rf"[{HAN}]+", texts[i])
    names = [name for name in names if name not in WRITERS] or names
    below = [simplified_shadow(text) if together else text for text in texts[i + 1:i + 4] if len(text) > HEADING_LENGTH]
    told = any(name in text for name in names if len(name) > 2 for text in below)
    sure = bracketed or (all(map(is_name, names)) and not told)
    if signs and sure:
        return Labelled("byline", 0.9)
    roll = len(names) >= ROLL and all(map(is_name, names))
    return Labelled("paragraph" if roll or NO_HEADING.match(texts[i]) else "headline", 0.6)


def _signed_besides(texts: Sequence[str], labels: list[Labelled]) -> None:
    """Names that sign elsewhere on the page, printed again where crops overlap, and offices that undersign a finished paragraph
    with the day below them, or again and again."""
    times = Counter(texts)
    signed = {text for text, one in zip(texts, labels, strict=True) if one.role == "byline"}
    for i, (text, one) in enumerate(zip(texts, labels, strict=True)):
        below = texts[i + 1] if i + 1 < len(texts) and (labels[i + 1].role == "furniture" or CLOSING.match(texts[i + 1])) else ""
        closed = i > 0 and labels[i - 1].role == "paragraph" and (ends_sentence(texts[i - 1]) or bool(CONTACT.search(texts[i - 1])))
        dated = below[-1:] in {"日", "号", "时"}
        office = closed and ((OFFICE.match(text) and (dated or times[text] > 1)) or (OFFICER.match(text) and dated))
        expert = closed and one.role == "headline" and len(text) <= HEADING_LENGTH and EXPERT.match(text)
        if not one.marked and (office or expert or (one.role == "headline" and text in signed)):
            labels[i] = Labelled("byline", 0.8)


def _decks(texts: Sequence[str], labels: list[Labelled]) -> None:
    """Lines under a headline that open with a dash stand there as bylines do, and so does who said the sentence above (——鲁迅); and the
    name of the paper over its date is furniture."""
    for i, text in enumerate(texts):
        above, below = (labels[k] if 0 <= k < len(texts) else None for k in (i - 1, i + 1))
        if labels[i].role == "headline" and not labels[i].marked:
            said = len(text) <= SOURCE_LENGTH and (not i or ends_sentence(texts[i - 1]))
            if DECK.match(text) and (said or (above is not None and above.role == "headline")):
                labels[i] = Labelled("byline", 0.8)
            elif below is not None and below.role == "furniture" and PAPER_NAME.match(text):
                labels[i] = Labelled("furniture", 0.9)


def _caption(texts: Sequence[str], labels: Sequence[Labelled], wide_gap: Sequence[bool], i: int, seams: Seams | None) -> Labelled | None:
    """A caption stands before a credit, under a picture's empty place, or speaks of the picture."""
    text = texts[i]
    talks = bool(PICTURE_TALK.search(text)) and len(text) <= 200
    if i + 1 == len(texts) or labels[i + 1].role != "credit" or wide_gap[i + 1]:
        return Labelled("caption", 0.9) if talks and wide_gap[i] else None
    above = labels[i - 1].role if i else "edge"
    runs_on = (above == "paragraph" or (above == "headline" and CLAUSES.search(texts[i - 1]))) and not ends_sentence(texts[i - 1])
    if runs_on and not talks and ends_sentence(text) and (len(text) < RUN_OVER or (seams is not None and seams.links([(i - 1, i)])[0] > GOES_ON)):
        return None
    if wide_gap[i] or talks or len(text) <= HEADING_LENGTH:
        return Labelled("caption", 0.95)
    one = len(text) <= ONE_SENTENCE and len(re.findall("[。！？]", text)) == 1 and len(re.findall("[，,；]", text)) <= 3
    return Labelled("caption", 0.85) if one and ends_sentence(text) else None


def _heading(texts: Sequence[str], labels: Sequence[Labelled], i: int, seams: Seams | None) -> Labelled:
    """Headline, subhead or kicker, told apart by what stands around: bylines, datelines, other headings."""
    def role(k: int) -> str:
        return labels[k].role if 0 <= k < len(texts) else "edge"

    under = i + 1
    while role(under) == "headline" and _same_words(texts[i], texts[under]):  # a crop shows the headline again, or a part of it
        under += 1
    below = role(under)
    if below == "headline":
        return Labelled("kicker", 0.7)
    opens = below == "byline" or (under < len(texts) and bool(DATELINE.match(texts[under]) or ADDRESSEE.match(texts[under])))
    above = role(i - 1)
    slogan = SLOGAN.match(texts[i])
    if slogan and len(slogan["first"] or "") == len(slogan["second"] or "") and not opens:
        return Labelled("paragraph", 0.6)
    number = number_of(texts[i])
    if number and ((i + 1 < len(texts) and number_of(texts[i + 1]) == number + 1) or (number > 1 and number_of(texts[i - 1]) == number - 1 and not DECIMAL.match(texts[i - 1]))):
        return Labelled("paragraph", 0.7)  # an item: nothing stands under it, or under the one before
    if NUMBERED_SECTION.match(texts[i]) and not opens and above != "edge":
        return Labelled("subhead", 0.8)
    starts = above in {"edge", "kicker", "byline", "furniture"}
    if opens or starts:
        return Labelled("headline", 0.9 if opens else 0.8)
    if above in {"paragraph", "quote", "caption", "credit"} and below in {"paragraph", "quote", "caption"}:
        opens = seams is not None and _opens_story(texts, labels, i, seams)
        return Labelled("headline", 0.75) if opens else Labelled("paragraph" if SPEECH.match(texts[i]) else "subhead", 0.8)
    return Labelled("headline", 0.6)


def _same_words(one: str, other: str) -> bool:
    """Whether one line has all that another one says, white space aside; a few words of a headline may stand over it as its kicker."""
    shorter, longer = sorted(("".join(line.split()) for line in (one, other)), key=len)
    return shorter == longer or (len(shorter) >= PART and shorter in longer)


def _opens_story(texts: Sequence[str], labels: Sequence[Labelled], i: int, seams: Seams) -> bool:
    """Whether a heading between two paragraphs shares its words with those below it alone, and they share none with
    those above: another story begins. A numbered heading is one of several."""
    def paragraphs(places: range) -> list[int]:
        return [k for k in places if 0 <= k < len(texts) and labels[k].role == "paragraph"]

    above, below = paragraphs(range(i - 1, i - 4, -1)), paragraphs(range(i + 1, i + 4))
    if not above or not below or number_of(texts[i]) is not None:
        return False
    affinity = seams.stories.affinity
    return affinity(above, below) < FOREIGN and affinity(above, [i]) < FOREIGN and affinity([i], below) > OWN
