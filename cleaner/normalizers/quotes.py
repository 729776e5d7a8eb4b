"""Brackets and quotation marks whose partner was misread or lost: 《渔村的早晨）."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import ClassVar

from cleaner.changes import Change, Tier
from cleaner.evidence import Evidence, shipped_model
from cleaner.evidence.charset import HAN
from cleaner.normalizers.base import Rule, Stage
from cleaner.page import Block, Page
from cleaner.structure.seams import ends_sentence

PARTNER = {"“": "”", "‘": "’", "（": "）", "(": ")", "《": "》", "〈": "〉", "【": "】", "〔": "〕", "「": "」", "『": "』"}
_OPENER = {close: left for left, close in PARTNER.items()}
_MARK = re.compile(f"[{re.escape(''.join(PARTNER))}{re.escape(''.join(_OPENER))}]")
_READ: dict[tuple[str, str], tuple[int, str]] = {
    ("《", "）"): (1, "》"), ("《", ")"): (1, "》"), ("《", "〉"): (1, "》"), ("《", "】"): (1, "》"),
    ("〈", "）"): (0, "（"), ("〈", ")"): (0, "（"), ("〈", "》"): (0, "《"), ("“", "’"): (1, "”"), ("‘", "”"): (0, "“"),
}
"""Of an opening and a closing mark that face each other, each without a partner: which one was misread (0 or 1), and
what was printed. The two marks of a title are read as the simpler ones, never the other way about; 〈 is rare."""
LONGEST = 30
"""Code points between two marks that face each other."""
LEAD = 1.0
"""log10 by which a title must read better than a bracket, or a bracket than a title, to be written unasked. On recognised pages all
eight such pairs beyond it, either way, were what reads better (纪录片《中华白海豚）, 县《市、区）)."""
SHORTEST = 4
"""Code points from which on what stands between them is a title for sure: a shorter one may as well be a name in brackets (林河（上游）)."""
READ_ALONG = 6
"""Code points on either side that the language model reads along."""
SURER = 0.995
"""Confidence above that of the rule on width: a half-width bracket that is no bracket is not widened first."""
_HANZI = re.compile(f"[{HAN}]")
_INSIDE = re.compile("[。！？\n]")
_BRACKETED = re.compile("(?:(?:本报|本刊|见习|实习|特约)?(?:记者|通讯员)|[0-9]{1,2}月[0-9]{1,2}日$)")
"""What stands in the brackets of a dateline, and is no title: 本报讯（记者 …）, 今天（4月8日）."""
TERM = re.compile(f"[{HAN}A-Za-z0-9]{{2,12}}")
_GOES_ON = re.compile("[—─]|一一")
"""A dash: what is quoted there may be a longer title that begins with the term (“渡口之歌——…”)."""


def facing(text: str) -> list[tuple[int, int]]:
    """Offsets of an opening and a closing mark of another kind that face each other, both without a partner."""
    marks = [match.start() for match in _MARK.finditer(text)]
    lonely = unpaired(text, marks)
    found = []
    for i, j in pairwise(marks):
        alone = i in lonely and j in lonely and (text[i], text[j]) in _READ
        if alone and j - i - 1 <= LONGEST and not _INSIDE.search(text, i, j):
            found.append((i, j))
    return found


def unpaired(text: str, marks: list[int]) -> set[int]:
    """Offsets of the marks without a partner; an apostrophe and the bracket of a numbered list count as paired."""
    stack: list[int] = []
    lonely: set[int] = set()
    for i in marks:
        mark = text[i]
        if mark in PARTNER:
            stack.append(i)
            continue
        place = next((k for k in range(len(stack) - 1, -1, -1) if PARTNER[text[stack[k]]] == mark), None)
        if place is not None:
            lonely.update(stack[place + 1:])
            del stack[place:]
        elif not (mark in "’）)" and (text[i - 1:i].isascii() or (mark == "’" and text[i + 1:i + 2].isdigit()))):
            lonely.add(i)
    return lonely | set(stack)


class MisreadPartner(Rule):
    """A bracket or quotation mark that was read as one of another kind: 《…） for 《…》, “…’ for “…”.

    Two marks face each other in one sentence, nothing of the kind stands between them, and neither has a partner of its
    own in the paragraph. What opened tells what closed; 〈, which papers hardly print alone, is what was misread, and so is 《 where
    a reporter's name or a date follows, which are no titles, or where the words read better in brackets. A quotation that goes on behind
    its mark (“第一批‘零零后’选手…) may have another one inside it: there the other mark is only offered, and left where the block breaks off.
    """

    code: ClassVar[str] = "QUOTE003"
    name: ClassVar[str] = "misread partner of a bracket or quotation mark"
    tier: ClassVar[Tier] = "safe"
    stage: ClassVar[Stage] = Stage.TEXT
    mends: ClassVar = [("县里印发了《关于修建渡口的通知），船工喊出“丰收啦’，台下鼓掌。",
                        "县里印发了《关于修建渡口的通知》，船工喊出“丰收啦”，台下鼓掌。"),
                       ("渡口今年新添了两条渡船《铁壳船），票价和从前一样。", "渡口今年新添了两条渡船（铁壳船），票价和从前一样。"),
                       ("本报讯《记者林河生）渡口昨天重开。", "本报讯（记者林河生）渡口昨天重开。")]
    keeps: ClassVar = [
        "“第一段还没说完。\n\n“第二段说完了。”", "1）播种；2）施肥。", "他读过《渔村》（上）和《渔村（下）》。",
        "It’s a ‘new’ car。", "他写信说“我们看’96年的账。", "他写了《记者手记》（上）。",
        "船工们喊出了“头一批零零后’船长",
    ]

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Write the mark that answers to its partner."""
        for block in page.blocks:
            if block.text.isascii():
                continue
            for span in facing(block.text):
                left, right = (block.text[i] for i in span)
                which, after = _READ[left, right]
                inside = after in "“”" and bool(_HANZI.match(block.text, span[1] + 1))  # it may close a quotation inside of another one
                between = block.text[span[0] + 1:span[1]]
                if inside and ("'" in between or not ends_sentence(block.text)):  # or whose own end is not in this block
                    continue
                sure = not inside
                if left == "〈" and right == "》" and _BRACKETED.match("".join(between.split())):
                    continue  # a reporter or a date is no title: both marks were misread
                if left == "《" and right in "）)":
                    bracket = LEAD if _BRACKETED.match(block.text, span[0] + 1, span[1]) else _bracket_lead(block.text, *span)
                    which, after = (0, "（") if bracket > 0 else (1, "》")
                    sure = bracket >= LEAD or (bracket <= -LEAD and len(between) >= SHORTEST)
                yield from self.replacement(
                    page, block, span[which], span[which] + 1, after, f"{left}…{right} are no pair, and neither has a partner.",
                    tier=self.tier if sure else "suggested", confidence=SURER if sure else 0.6,
                    evidence={"between": block.text[span[0]:span[1] + 1]})


def _bracket_lead(text: str, start: int, end: int) -> float:
    """log10 by which what stands between two marks reads better in brackets than as a title."""
    before, inner, behind = ("".join(part.split()) for part in (text[max(0, start - 2 * READ_ALONG):start], text[start + 1:end],
                                                              text[end + 1:end + 1 + 2 * READ_ALONG]))
    context, rest = "\n" + before[-READ_ALONG:], behind[:READ_ALONG]
    title, bracket = shipped_model().score_many([(context, f"《{inner}》{rest}"), (context, f"（{inner}）{rest}")]).tolist()
    return float(bracket - title)


class LostClosingQuote(Rule):
    """A term in quotation marks that lost the closing one, where the page prints the same term in both.

    Offered only where the opening mark has no partner and exactly one term that follows it stands in quotation
    marks elsewhere on the page.
    """

    code: ClassVar[str] = "QUOTE004"
    name: ClassVar[str] = "lost closing quotation mark"
    tier: ClassVar[Tier] = "suggested"
    stage: ClassVar[Stage] = Stage.TEXT
    mends: ClassVar = [
        ("区里推行“一码通行”，商户都说方便。\n\n记者看到，“一码通行的牌子挂在门口。",
         "区里推行“一码通行”，商户都说方便。\n\n记者看到，“一码通行”的牌子挂在门口。")]
    keeps: ClassVar = ["区里推行“一码通行”，商户都说方便。\n\n他说：“一码通行。”", "区里推行“一码通行的办法。"]

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Offer the closing mark behind the term."""
        terms: set[str] = set()
        for block in page.blocks:
            terms.update(re.findall(f"“({TERM.pattern})”", block.text) if "”" in block.text else ())
        for block in page.blocks if terms else ():
            for i in _open(block):
                known = [k for k in range(3, 14) if block.text[i + 1:i + k] in terms]
                if len(known) == 1 and not _GOES_ON.match(block.text, i + known[0]):
                    at = i + known[0]
                    yield from self.replacement(
                        page, block, at, at, "”", "The page prints this term in quotation marks.", confidence=0.8,
                        evidence={"term": block.text[i:at]})


def _open(block: Block) -> list[int]:
    """Offsets of the opening double quotation marks that another one, or the end, follows before any closing one."""
    marks = [match.start() for match in re.finditer("[“”]", block.text)]
    return [i for i, j in zip(marks, [*marks[1:], None], strict=False)
            if block.text[i] == "“" and (j is None or block.text[j] == "“")]


_ANGLES = re.compile(f"<([{HAN}0-9A-Za-z·，、]{{2,20}})>")


class AngleTitle(Rule):
    """A title between < and >, where the page prints its titles in 《 》: two strokes of each mark were read as one.

    No newspaper prints the signs of less and greater round Chinese words. Where the page has no 《, they may be the tags of an
    electronic text, and stay.
    """

    code: ClassVar[str] = "QUOTE005"
    name: ClassVar[str] = "signs of less and greater for the marks of a title"
    tier: ClassVar[Tier] = "suggested"
    stage: ClassVar[Stage] = Stage.TEXT
    mends: ClassVar = [("县剧团演了《渔村》和<渡口人家>两出戏。", "县剧团演了《渔村》和《渡口人家》两出戏。")]
    keeps: ClassVar = ["写作<强调>的标签，成对出现</强调>。", "县剧团演了《渔村》，3<5，7>2。", "《渔村》里有<br>和<b>粗体</b>。"]

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Offer both marks of every title."""
        if not any("《" in block.text for block in page.blocks):
            return
        for block in page.blocks:
            for match in _ANGLES.finditer(block.text) if "<" in block.text else ():
                tag = f"</{match[1]}>" in block.text
                if re.search(f"[{HAN}]{{2}}", match[1]) and not tag:
                    for at, after in ((match.start(), "《"), (match.end() - 1, "》")):
                        yield from self.replacement(
                            page, block, at, at + 1, after, "The page prints its titles in 《》.", confidence=0.85,
                            evidence={"title": match[1]})
