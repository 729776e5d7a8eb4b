"""Lines that hold two things: a paragraph and the name that signs it, a headline and its byline; and marks that lie."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from cleaner.changes import Change, Tier
from cleaner.evidence import Evidence
from cleaner.evidence.lexicon import Lexicon
from cleaner.evidence.script import simplified_shadow
from cleaner.memory import BLOCKS, kept
from cleaner.normalizers.base import Rule, Stage
from cleaner.normalizers.wrapped import line_ends
from cleaner.page import Block, Page
from cleaner.structure.labels.shapes import (
    BYLINE,
    DATELINE,
    FURNITURE,
    GOVERNS,
    HAN,
    INSTITUTE,
    PEOPLE,
    WRITERS,
    looks_like_heading,
)
from cleaner.structure.names import NAME, NAME_SIZES, is_name, is_rare_name, run_together
from cleaner.structure.scripts import both_scripts
from cleaner.structure.seams import USUAL_WORD

SIGNATURE = re.compile(r"(?<=[。！？”])([ \u3000]*)((?:[\u3400-\u9fff]{2,4}[ \u3000]?){1,4})$")
FALSE_HEADING = re.compile(r"(#{1,6} )(?=[^\n]*[\u3400-\u9fff])[^\n]*[。，、；]$")
ORNAMENTS = "◎▶►●■□☐◆◇◼▲△★☆"
_NAME = rf"{NAME}(?!报讯|报记者|报通讯|刊记者|讯员)"
_WRITES = rf"(?:本报|本刊|本网|本社|新华社|中新社)?{PEOPLE}\s*[:：]?\s*{_NAME}"
_WRITER, _LAST_WRITER = rf"(?:{_WRITES}(?:[\s、]+{_NAME})*)", rf"(?:{_WRITES}(?:[\s、]*{_NAME}){{0,3}})"
_REPORTS = rf"(?:[{HAN}]{{2}}(?:日报|晚报|时报|早报|晨报))?记者{NAME}(?:[/／]?[{HAN}]{{2}})?(?:即时|综合)?报[道导]"
_SIGNED = rf"(?:[{ORNAMENTS}]|图?\s?文\s?[/／])\s*{_NAME}(?:[\s、]+{_NAME}){{0,3}}"
TITLE_BYLINE = re.compile(both_scripts(
    rf"^((?:#+ )?[^。！？；\n]{{4,40}}?(?:[！？!?](?=\s*[{ORNAMENTS}]))?)\s*({_SIGNED}|(?:(?<![{GOVERNS}])(?=本报|本刊|本网|(?:新华社|中新社)记者|通讯员)|[{ORNAMENTS}]\s*)(?:{_WRITER}\s*)*{_LAST_WRITER}(?:报[道导])?|(?<![的是为由与和及经对请被把叫找社报台网视刊名位])[{ORNAMENTS}]?\s*{_REPORTS})$"))
BYLINE_REPORT = re.compile(both_scripts(rf"^((?>[{ORNAMENTS}]?\s*(?:{_WRITER}\s*)+))(?=[{HAN}A-Za-z“《（(].{{7}})"))
WRITER_LIKE = re.compile(both_scripts(r"^(?:#+ )?.{0,4}(?:记者|[讯讽诽]员|通[讯讽诽])"))
"""A byline that was misread."""
SHORT_HEAD = 7
"""Code points up to which what stands before a byline is a headline only if an ornament parts the two."""
AFFILIATION = re.compile(both_scripts(f"(?:{INSTITUTE}|[省市县区镇乡村州盟旗网报台府委生员师])$"))
"""How what writers write for ends."""
SUBJECT_VERBS = frozenset("在从自向对就随了看获走来说采探为由将还")
"""What stands behind the name of a reporter who is the subject of a sentence."""
LEAST_HEAD = 6
"""Code points of a headline that names may stand behind. Of two million clauses of laws and encyclopaedia articles eleven end
with what looks like two names of three characters (…新闻台担任主播), of 154,000 seven with one of two and one of three (…九龙老龙坑山谷道), of 274
headlines none."""
BELOW = 3
"""Blocks under a headline in which its names are looked for."""
RUNS_ON = 1.0
"""log10: how much likelier what looks like names may be behind the words before it than at the start of a line (到学府|路站下 …)."""
LEAST_PARAGRAPH = 20
"""Code points before a signature; a shorter line is a dialogue or a list."""
_signature, _title_byline = kept(SIGNATURE.search), kept(TITLE_BYLINE.match)


def cut(rule: Rule, page: Page, block: Block, i: int, j: int, reason: str, confidence: float,
        tier: Tier | None = None) -> Iterator[Change]:
    """Yield the split that parts a block at `text[i:j]`, where `j > i` only for white space that goes."""
    span = block.source_span(i, j)
    if span is not None:
        yield Change(rule=rule.code, kind="split", tier=tier or rule.tier, start=span.start, end=span.end,
                     before=page.source.text[span.start:span.end], confidence=confidence, reason=reason,
                     evidence={"line": block.text[j:]})


class InlineByline(Rule):
    """The name of the contributor that a paper prints at the end of a report is often read as the last word of
    the last paragraph. It becomes a line of its own, as the paper set it. Only a name that opens with a Chinese
    surname, behind a full stop and a space, is taken for one; without the space, only a single name that ends a
    report, with a headline, the start of another report or nothing behind it, or one of three characters that no other words begin with and that
    the page does not print in its text. Where every printed line is a line of the file, none whose line runs on below (…起床逃生。何先 | 生说)."""

    code, name, tier, stage = "BYLINE001", "inline byline", "safe", Stage.LINES
    mends = (
        ("今年第一批西瓜已经运往省城各大市场，价格比去年同期上涨了一成。 王小明",
         "今年第一批西瓜已经运往省城各大市场，价格比去年同期上涨了一成。\n\n王小明"),
        ("列车正点率连续五年保持在百分之九十九以上，旅客十分满意。 李强 赵小敏",
         "列车正点率连续五年保持在百分之九十九以上，旅客十分满意。\n\n李强 赵小敏"),
        ("上个月房东说儿子要结婚，让我月底搬走。请问我该怎么办？读者 小吴", "上个月房东说儿子要结婚，让我月底搬走。请问我该怎么办？\n\n读者 小吴"),
        ("水库的水位昨天回落到警戒线以下，下游各村恢复了通车。罗思远", "水库的水位昨天回落到警戒线以下，下游各村恢复了通车。\n\n罗思远"),
        ("水库的水位昨天回落到警戒线以下，下游各村恢复了通车。罗思远\n\n今年第一批西瓜已经运往省城各大市场，价格比去年同期上涨了一成。",
         "水库的水位昨天回落到警戒线以下，下游各村恢复了通车。\n\n罗思远\n\n今年第一批西瓜已经运往省城各大市场，价格比去年同期上涨了一成。"),
        ("水库的水位昨天回落到警戒线以下，下游各村恢复了通车。罗昕\n\n本报讯 今年第一批西瓜已经运往省城各大市场，价格比去年同期上涨了一成。",
         "水库的水位昨天回落到警戒线以下，下游各村恢复了通车。\n\n罗昕\n\n本报讯 今年第一批西瓜已经运往省城各大市场，价格比去年同期上涨了一成。"),
    )
    keeps = ("“今年的瓜甜不甜？”他问。 很甜", "列车正点率连续五年保持在百分之九十九以上。高铁票价不变", "列车正点率连续五年保持在百分之九十九以上，旅客十分满意。",
             "主队三比一获胜，比赛在下午四点结束，球迷久久不愿离去。 下一场",
             "水库的水位昨天回落到警戒线以下，下游各村恢复了通车。罗思远\n\n站在大坝上，罗思远望着渐渐平静的水面，长长地舒了一口气。",
             "水库的水位昨天回落到警戒线以下，下游各村恢复了通车。高水位\n\n今年第一批西瓜已经运往省城各大市场，价格比去年同期上涨了一成。")

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        runs_on = {end.block for end in line_ends(evidence)}
        for block, below in zip(page.blocks, (*page.blocks[1:], None), strict=True):
            if block.index in runs_on:
                continue
            match = _signature(block.text) if len(block.text) >= LEAST_PARAGRAPH else None
            if match is None or block.text.startswith(">"):
                continue
            names = match[2].split()
            if names[0] in WRITERS and len(names) == 2:
                yield from cut(self, page, block, match.start(1), match.end(1), f"“{match[2]}” signs the letter that ends here", 0.97)
                continue
            ends_report = below is None or below.text.startswith("#") or looks_like_heading(below.text) or bool(
                DATELINE.match(below.text) or BYLINE.match(below.text) or BYLINE_REPORT.match(below.text))
            alone = len(names) == 1 and not match[1]
            signs = alone and _signs(names[0], page, evidence)
            if not match[1] and not signs and not (alone and len(names[0]) <= 3 and ends_report):
                continue
            shaped = signs or all(map(is_name, names))
            if shaped and any(len(name) == 3 or name not in evidence.lexicon for name in names):
                yield from cut(self, page, block, match.start(1), match.end(1),
                                f"“{match[2]}” signs the report that ends here", 0.97)


def _signs(name: str, page: Page, evidence: Evidence) -> bool:
    """Whether what stands behind a full stop is a name of three characters that the text of the page does not know, or several.

    A sentence that a column cut just there would begin with another word, or its person is spoken of elsewhere.
    """
    told = sum(block.text.removesuffix(name).count(name) for block in page.blocks)
    return not told and ((len(name) == 3 and is_rare_name(name, evidence.lexicon)) or bool(run_together(name, evidence.lexicon)))


class GluedByline(Rule):
    """The byline under a headline is read as the end of the headline, or as the start of the report. It becomes a
    line of its own where its own words prove it: the paper's 本报记者 or 通讯员, or an ornament, and names behind it; or
    two names or three behind a headline, in which no other word is, and of whom the text below does not speak. In front of a report, the end of the name must be
    plain: a space, or 本报讯; behind an ornament, or two kinds of writers, the lexicon tells where the last name ends."""

    code, name, tier, stage = "BYLINE002", "byline run together with a line", "safe", Stage.LINES
    mends = (
        ("河湾渡口重新开放◎本报记者 王小明\n\n停了三年的渡口昨天迎来第一班渡船。",
         "河湾渡口重新开放\n\n◎本报记者 王小明\n\n停了三年的渡口昨天迎来第一班渡船。"),
        ("河湾渡口重新开放通讯员李春生本报记者王小明\n\n停了三年的渡口昨天迎来第一班渡船。",
         "河湾渡口重新开放\n\n通讯员李春生本报记者王小明\n\n停了三年的渡口昨天迎来第一班渡船。"),
        ("▶ 本报记者 王小明 停了三年的渡口昨天迎来第一班渡船，两岸居民都来看。",
         "▶ 本报记者 王小明\n\n停了三年的渡口昨天迎来第一班渡船，两岸居民都来看。"),
        ("——河湾渡口重新开放，两岸居民都来看●王小明\n\n停了三年的渡口昨天迎来第一班渡船。",
         "——河湾渡口重新开放，两岸居民都来看\n\n●王小明\n\n停了三年的渡口昨天迎来第一班渡船。"),
        ("河湾渡口又热闹起来了新华社记者李春生、王大山\n\n停了三年的渡口昨天迎来第一班渡船。",
         "河湾渡口又热闹起来了\n\n新华社记者李春生、王大山\n\n停了三年的渡口昨天迎来第一班渡船。"),
        ("停了三年的河湾渡口昨天重新迎来渡\n\n船船上坐满了人通讯员李春生本报记者王小明\n\n停了三年的渡口昨天迎来第一班渡船，两岸居民都来看。",
         "停了三年的河湾渡口昨天重新迎来渡\n\n船船上坐满了人\n\n通讯员李春生本报记者王小明\n\n停了三年的渡口昨天迎来第一班渡船，两岸居民都来看。"),
        ("河湾渡口又热闹起来了文/李春生\n\n停了三年的渡口昨天迎来第一班渡船。",
         "河湾渡口又热闹起来了\n\n文/李春生\n\n停了三年的渡口昨天迎来第一班渡船。"),
        ("今年秋天来赏花的新去处欧晓萌钟慧婷\n\n停了三年的渡口昨天迎来第一班渡船，两岸居民都来看。",
         "今年秋天来赏花的新去处\n\n欧晓萌钟慧婷\n\n停了三年的渡口昨天迎来第一班渡船，两岸居民都来看。"),
        ("今年秋天來賞花的新去處歐曉萌鍾慧婷\n\n停了三年的渡口昨天迎來第一班渡船，兩岸居民都來看。",
         "今年秋天來賞花的新去處\n\n歐曉萌鍾慧婷\n\n停了三年的渡口昨天迎來第一班渡船，兩岸居民都來看。"),
        ("本报记者王小明通讯员李平渡口昨天迎来第一班渡船，两岸居民都来看。",
         "本报记者王小明通讯员李平\n\n渡口昨天迎来第一班渡船，两岸居民都来看。"),
        ("本报记者王小明本报讯 停了三年的渡口昨天迎来第一班渡船。", "本报记者王小明\n\n本报讯 停了三年的渡口昨天迎来第一班渡船。"),
    )
    keeps = ("江边小城喜迎全运秦红吴宁\n\n离全运会开幕还有一百天，江边的小城已经挂起了彩旗，志愿者每天都在练习。",
             "警方昨天在机场拘捕林晓慧钟家欣\n\n林晓慧和钟家欣昨天在机场被警方拘捕，两人下午由律师陪同离开警署，案件下周再审。",
             "报名路线：乘3路、7路、22路公交车到学府路站下车即到\n\n停了三年的渡口昨天迎来第一班渡船，两岸居民都来看。",
             "本报记者王小明在渡口看到，第一班船坐满了人。", "本报记者王小明通讯员李春生在渡口看到，第一班船坐满了人。", "记者王小明从县交通局获悉，渡口昨天重新开放。", "他是本报记者王小明",
             "河灣渡口重新開放\n\n本報記者朱通訊員楊勇建\n\n停了三年的渡口昨天迎來第一班渡船，兩岸居民都來看。",
             "河湾渡口重新开放\n\n县中医院通讯员李春生\n\n停了三年的渡口昨天迎来第一班渡船，两岸居民都来看。",
             "◎ 通讯员 李春生 本报记者 王小明", "渡口的老船工和本报记者王小明")

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        for block in page.blocks:
            if block.text.startswith(">") or len(block.text) < 8 or BYLINE.match(block.text):
                continue
            title = _title_byline(block.text)
            head_words = title[1].lstrip("# ") if title is not None else ""
            parted = title is not None and (len(head_words) > SHORT_HEAD or title[2][0] in ORNAMENTS or _ends_headline(page, block, head_words))
            if title is not None and parted and not WRITER_LIKE.match(title[1]) and looks_like_heading(head_words):
                yield from cut(self, page, block, title.end(1), title.start(2), "the byline stands behind the headline", 0.97)
            names = _names_behind(simplified_shadow(block.text), page.texts[block.index + 1:block.index + 1 + BELOW], evidence) if title is None else 0
            if names:
                head = len(block.text[:-names].rstrip())
                yield from cut(self, page, block, head, len(block.text) - names, "names stand behind the headline", 0.95)
            opening = BYLINE_REPORT.match(block.text)
            if opening is not None:
                end = len(opening[1].rstrip())
                if DATELINE.match(block.text[opening.end():]) or (block.text[0] in ORNAMENTS and end < opening.end()):
                    yield from cut(self, page, block, end, opening.end(), "the byline stands before the report", 0.97)
                    continue
                end = _name_end(block.text, end, evidence)
                if len(opening[1].rstrip()) == opening.end() and _is_byline(opening[1]) and block.text[end] not in SUBJECT_VERBS:
                    yield from cut(self, page, block, end, end, "the byline stands before the report", 0.9)


def _ends_headline(page: Page, block: Block, words: str) -> bool:
    """Whether a few words stand under another line of a headline, and are no institution that somebody writes for (县中医院通讯员…)."""
    above = page.texts[block.index - 1].lstrip("# ") if block.index else ""
    return looks_like_heading(above) and words != above and not BYLINE.match(above) and not FURNITURE.match(above) and not AFFILIATION.search(words)


def _names_behind(text: str, below: Sequence[str], evidence: Evidence) -> int:
    """How many code points of names, run together, stand behind a headline. Who is spoken of in the text `below` did not write it, and what begins like
    a word of that text (全运会 below …迎全运|秦红吴宁) is no name."""
    names = _run_on_names(text, evidence.lexicon)
    length = sum(map(len, names))
    if not names or any(name[:2] in simplified_shadow(paragraph) for paragraph in below if len(paragraph) >= LEAST_PARAGRAPH for name in names):
        return 0
    inside, alone = evidence.model.score_many([(c, text[-length:][:3]) for c in (text[:-length].lstrip("# ")[-4:], "\n")])
    return length if float(inside - alone) < RUNS_ON else 0


@lru_cache(maxsize=BLOCKS)
def _run_on_names(text: str, lexicon: Lexicon) -> tuple[str, ...]:
    """What may be names, run together, behind what looks like a headline."""
    for length in (9, 6, 5):
        head = text[:-length].lstrip("# ")
        if len(head) >= LEAST_HEAD and looks_like_heading(head) and (names := run_together(text[-length:], lexicon, NAME_SIZES if length == sum(NAME_SIZES) else NAME_SIZES[:1])):
            return tuple(names)
    return ()


def _is_byline(words: str) -> bool:
    """Whether writers are no subject of a sentence: an ornament stands before them, or there are two kinds of them."""
    return words[0] in ORNAMENTS or len(set(re.findall("记者|通讯员", words))) > 1


def _name_end(text: str, end: int, evidence: Evidence) -> int:
    """Where the last name of a byline ends, which may have taken the first character of a word of the report (吕轩探|访…)."""
    taken = any(len(word) > 1 and freq >= USUAL_WORD for word, freq in evidence.lexicon.words_across(text[end - 1], text[end:end + 3]))
    return end - 1 if taken and is_name(text[end - 3:end - 1]) else end


def is_page_line(text: str) -> bool:
    """Whether a line says the number or the date of a page, and is no headline."""
    return bool(FURNITURE.match(text) and re.search(r"\d.*[版年编]", text))


class FalseHeading(Rule):
    """A line that a layout detector took for a heading, although it ends with a full stop or a comma: the tail of a
    sentence. Chinese headlines carry neither; the mark goes, and the join rules see to the sentence. So it does where the line
    is the number, the section or the date of the page."""

    code, name, tier, stage = "HEAD005", "false heading mark", "safe", Stage.LINES
    mends = (("春播以来，县农机站派出技术员三十名，深入田间地头检修农\n\n# 机具。", "春播以来，县农机站派出技术员三十名，深入田间地头检修农\n\n机具。"),
             ("# 08版社会\n\n县农机站派出技术员三十名。", "08版社会\n\n县农机站派出技术员三十名。"))
    keeps = ("# 春播全面展开\n\n县农机站派出技术员三十名。", "# 今年春播，靠什么？\n\n县农机站派出技术员三十名。",
             "# 1. 春播全面展开\n\n县农机站派出技术员三十名。")

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        for block in page.blocks:
            mark = FALSE_HEADING.match(block.text)
            if mark is not None:
                yield from self.replacement(page, block, 0, mark.end(1), "", "a headline does not end like a sentence",
                                            confidence=0.97, evidence={"line": block.text[:40]})
            elif block.text.startswith("# ") and is_page_line(block.text.lstrip("#").strip()):
                yield from self.replacement(page, block, 0, 2, "", "the number or the date of a page is no headline",
                                            confidence=0.96, evidence={"line": block.text[:40]})
