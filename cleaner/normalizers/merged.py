"""Blocks that a layout detector put together from two things of the page, told by the words at the seam."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator

from rapidfuzz.distance import Indel

from cleaner.changes import SCAFFOLD, Change
from cleaner.evidence import Evidence, shipped_lexicon, shipped_model
from cleaner.memory import kept
from cleaner.normalizers.base import Rule, Stage
from cleaner.normalizers.lines import cut
from cleaner.page import Block, Page
from cleaner.structure.columns.across import read_across
from cleaner.structure.copies.passages import shadow
from cleaner.structure.labels.roles import CAPTION_LENGTH
from cleaner.structure.labels.shapes import (
    END_CREDIT,
    FOLIO,
    HAN,
    MID_CREDIT,
    NEW_REPORT,
    SOURCE_END,
    SOURCE_NAME,
    looks_like_heading,
    number_of,
)
from cleaner.structure.seams import ends_sentence

OWNER = re.compile(
    "(?:新华社|新华网|人民网|视觉中国|中新社|中新网|中国新闻网|央视新闻|央视网|受访者|高新区|开发区|管委会|委员会|政府|大学|学院|中学|小学|医院"
    "|公司|集团|中心|协会|学会|报社|日报|晚报|工作室|图库|影像|通讯社|[区市县镇乡村局厅委办部处院厂社网台馆队])")
"""How the name of an institution ends that lends a picture."""
GLUED_LINE = re.compile(r"[。！？][”’]?([^。！？，；、,;\s]{4,24})$")


def search_of(pattern: re.Pattern[str]) -> Callable[[str], re.Match[str] | None]:
    """The search for a pattern, which is compiled when it is first asked (see `shapes`), its answers kept."""
    return kept(lambda text: pattern.search(text))


end_credit, _glued_line, mid_credit, _source_name = map(search_of, (END_CREDIT, GLUED_LINE, MID_CREDIT, SOURCE_NAME))
TWIN_TAIL, TWIN_LENGTH, TWIN_ALIKE = 8, 20, 0.9
"""Code points in which a paragraph and its copy end alike, of the shortest copy that proves anything, and how alike the two
must be (normalized Indel similarity)."""
ORDINAL = re.compile("[一二三四五六七八九十]{1,3}、")
INNER_ORDINAL = re.compile("(?<=[。！？；”])(?P<item>[一二三四五六七八九十]{1,3}、)")
CREDITED = ("摄", "攝", "供图", "供圖", "资料", "資料")
"""What a credit has that its own words end."""
OWNER_LENGTH = 14
"""Code points of the longest name behind 图片来源."""


class InlineCredit(Rule):
    """The credit of a picture (图片来源：…, 本报记者 … 摄) with something else behind it: the rest of the report that
    the picture stands in. What follows becomes a line of its own. Where nothing but the sense marks the end of the
    credit, the rule needs the one place at which an institution's name can end; else it only suggests."""

    code, name, tier, stage = "CREDIT001", "inline credit", "safe", Stage.LINES
    mends = (
        ("新建成的体育馆外景，看台可坐三千人。本报记者 王小明 摄馆，观众都说看得清楚。",
         "新建成的体育馆外景，看台可坐三千人。本报记者 王小明 摄\n\n馆，观众都说看得清楚。"),
        ("新建成的体育馆外景，看台可坐三千人。图片来源：市体育局比赛在下午四点结束。",
         "新建成的体育馆外景，看台可坐三千人。图片来源：市体育局\n\n比赛在下午四点结束。"),
        ("新建成的体育馆外景，看台可坐三千人。王小明供图馆，观众都说看得清楚。",
         "新建成的体育馆外景，看台可坐三千人。王小明供图\n\n馆，观众都说看得清楚。"),
        ("观众从外县赶来，场外还架起了大屏本报记者 王小明 摄幕，票价和从前一样。",
         "观众从外县赶来，场外还架起了大屏\n\n本报记者 王小明 摄\n\n幕，票价和从前一样。"),
        ("图片来源：河湾高新区\n\n新建成的体育馆外景，看台可坐三千人。图片来源：江滨高新区别热闹的还有场外的大屏幕。",
         "图片来源：河湾高新区\n\n新建成的体育馆外景，看台可坐三千人。图片来源：江滨高新区\n\n别热闹的还有场外的大屏幕。"),
    )
    keeps = ("论文的图片来源：作者自绘，数据来源：统计年鉴。", "图片来源：市体育局", "比赛精彩。王小明摄影作品展同时开幕。",
             "比赛精彩。王小明摄下了进球的一刻。", "比赛精彩。王小明供图片三张，挂在门厅里。", "图片来源：市体育局、县文化馆和作者本人，谨致谢意。",
             "这是去年秋天由本报记者 王小明 摄于江边的照片。", "新建成的体育馆外景，看台可坐三千人。图片来源：江滨高新区别热闹的还有场外的大屏幕。")

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        kinds, across = _owner_kinds(page, evidence), _across(page)
        for block in page.blocks:
            if block.text[:1] in (">", "#") or block.index in across:
                continue
            end = end_credit(block.text)
            if end is not None:
                if end.start() > CAPTION_LENGTH:
                    yield from cut(self, page, block, end.start(), end.start(1 if end[1] else 2),
                                   "the credit of a picture ends the line", 0.97)
                continue
            taken = mid_credit(block.text) if any(word in block.text for word in CREDITED) else None
            if taken is not None:
                yield from _behind(self, page, block, taken.start(), taken.end(), sure=True)
                continue
            source = _source_name(block.text)
            if source is not None:
                name = block.text[source.end():]
                ends = owner_ends(name, evidence)
                if ends:
                    sure = len(ends) == 1 or name[:ends[0]].endswith(kinds)
                    yield from _behind(self, page, block, source.start(), source.end() + ends[0], sure=sure)


def _across(page: Page) -> set[int]:
    """Blocks with a credit in mid-sentence that were read across columns: they are taken apart first."""
    torn = any(found is not None and found.start() and not ends_sentence(block.text[:found.start()]) for block in page.blocks
               if "摄" in block.text or "来源" in block.text for found in (mid_credit(block.text), _source_name(block.text)))
    return set(read_across([block.text for block in page.blocks], shipped_model(), shipped_lexicon())) if torn else set()


def _behind(rule: Rule, page: Page, block: Block, start: int, end: int, *, sure: bool) -> Iterator[Change]:
    """The split behind a credit, and the one before it where what stands there is no caption: too long, or no sentence."""
    rest = len(block.text) - len(block.text[end:].lstrip())
    confidence, tier = (0.95, rule.tier) if sure else (0.6, "suggested")
    yield from cut(rule, page, block, end, rest, "the credit of a picture ends here", confidence, tier)
    if start > CAPTION_LENGTH or (start and not ends_sentence(block.text[:start])):
        yield from cut(rule, page, block, start, start, "the credit of a picture begins here", confidence, tier)


def _owner_kinds(page: Page, evidence: Evidence) -> tuple[str, ...]:
    """How the owners of a page's pictures end (高新区, 日报), from credits that end their block or whose end is plain."""
    kinds = set[str]()
    for block in (block for block in page.blocks if "来源" in block.text or "图" in block.text):
        told, source = SOURCE_END.search(block.text), _source_name(block.text)
        name = told["owner"] if told else ""
        if source is not None and told is None:
            ends = owner_ends(block.text[source.end():], evidence)
            name = block.text[source.end():][:ends[0]] if len(ends) == 1 else ""
        kind = [match[0] for match in OWNER.finditer(name) if match.end() == len(name)]
        kinds.update(k for k in kind if len(k) > 1)
    return tuple(sorted(kinds))


def owner_ends(text: str, evidence: Evidence) -> list[int]:
    """Where the name of a picture's owner, at the start of `text`, may end: the likeliest place first.

    A place inside a word (区|别) is none, unless there is no other; then it comes with a second one, not to be sure.
    """
    clause = re.match(rf"[{HAN}A-Za-z·]{{0,{OWNER_LENGTH + 6}}}", text)
    name = clause[0] if clause else ""
    places = [m.end() for m in OWNER.finditer(name) if 2 <= m.end() <= min(OWNER_LENGTH, len(name) - 2)]
    whole = [p for p in places if not any(len(word) > 1 for word, _ in evidence.lexicon.words_across(name[:p][-3:], name[p:p + 3]))]
    return sorted(whole) or sorted(places) * 2


class GluedReport(Rule):
    """本报讯 and its like open a report. Behind the full stop of another one they begin a line of their own."""

    code, name, tier, stage = "SPLIT001", "report behind another", "safe", Stage.LINES
    mends = (("县里最大的粮库装满了新米。本报讯 停了三年的渡口昨天迎来第一班渡船。",
              "县里最大的粮库装满了新米。\n\n本报讯 停了三年的渡口昨天迎来第一班渡船。"),)
    keeps = ("他每天先看本报讯息栏。", "本报讯 停了三年的渡口昨天迎来第一班渡船。", "“本报讯”三个字印在最前面。本报讯息栏另有消息。")

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        for block in page.blocks:
            for seam in NEW_REPORT.finditer(block.text) if block.text[:1] != ">" else ():
                yield from cut(self, page, block, *seam.span(), "the words that open a report stand in mid-line", 0.97)


class GluedFolio(Rule):
    """The number and the section of the page (01版 要闻), and its date, read as the start of the headline below it. Where the
    recogniser marked the line as a heading, the mark goes to what stands behind."""

    code, name, tier, stage = "SPLIT002", "folio before a headline", "safe", Stage.LINES
    mends = (("08版社会河湾渡口重新开放\n\n停了三年的渡口昨天迎来第一班渡船。", "08版社会\n\n河湾渡口重新开放\n\n停了三年的渡口昨天迎来第一班渡船。"),
             ("# 08版社会2024年3月5日星期二河湾渡口重新开放\n\n停了三年的渡口昨天迎来第一班渡船。",
              "08版社会\n\n2024年3月5日星期二\n\n# 河湾渡口重新开放\n\n停了三年的渡口昨天迎来第一班渡船。"))
    keeps = ("08版社会", "第3版要闻版面由他编辑。", "8版社会新闻")

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        for block in page.blocks:
            mark = len(block.text) - len(block.text.removeprefix("# "))
            folio = FOLIO.match(block.text[mark:])
            if folio is None:
                continue
            end = mark + folio.end()
            rest = len(block.text) - len(block.text[end:].lstrip())
            yield from cut(self, page, block, end, rest, "the page's number and section end here", 0.96)
            if folio["date"]:
                start = mark + folio.start("date")
                yield from cut(self, page, block, len(block.text[:start].rstrip()), start, "the date of the page begins here", 0.96)
            head = block.source_span(rest, len(block.text))
            if mark and head is not None:
                yield from self.replacement(page, block, 0, mark, "", "the number of a page is no headline", confidence=0.96)
                yield Change(rule=self.code, kind="mark", tier=self.tier, role="headline", start=head.start, end=head.end,
                             after="".join(SCAFFOLD["headline"]), confidence=0.96, reason="the headline begins behind the page's number",
                             evidence={"line": block.text[rest:][:40]})


class GluedItem(Rule):
    """Of paragraphs that count on (一、…, 二、…), one that was read into the middle of another one: the page begins
    blocks with the numbers before it or behind it, never with its own, and the block itself begins with a number that
    it does not count on from."""

    code, name, tier, stage = "SPLIT006", "numbered paragraph inside another", "safe", Stage.LINES
    mends = (
        ("一、新渡口今天开放，每天六班。四、码头设窗口卖票，也可以预约。\n\n二、渡船限乘八十人。\n\n三、遇大雾停航。",
         "一、新渡口今天开放，每天六班。\n\n四、码头设窗口卖票，也可以预约。\n\n二、渡船限乘八十人。\n\n三、遇大雾停航。"),
    )
    keeps = ("一、新渡口今天开放，每天六班。二、渡船限乘八十人。\n\n三、遇大雾停航。", "会议议程如下。一、听取报告。三、选举。\n\n二、渡船限乘八十人。")

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        opens = {block.index: number_of(block.text) for block in page.blocks if ORDINAL.match(block.text)}
        begun = set(opens.values())
        for block in page.blocks:
            before = opens.get(block.index)
            for inner in INNER_ORDINAL.finditer(block.text) if before is not None else ():
                number = number_of(inner["item"])
                alone = number is not None and number not in begun and bool(begun & {number - 1, number + 1} - {before})
                if alone and before is not None and number != before + 1:
                    yield from cut(self, page, block, inner.start(), inner.start(), "another of the numbered paragraphs begins here", 0.95)
                before = number


class ParagraphEnd(Rule):
    """A paragraph that one crop shows by itself and another crop shows with the next subhead glued to it: the first
    crop proves where the paragraph ends. Only a short line without a mark is parted so."""

    code, name, tier, stage = "SPLIT004", "paragraph end shown by its copy", "safe", Stage.LINES
    mends = (
        ("县里去年修好了三十公里水渠，三百亩旱地都浇上了水。下一步打算\n\n合作社今年还要再修十公里水渠。\n\n"
         "县里去年修好了三十公里水渠，三百亩旱地都浇上了水。",
         "县里去年修好了三十公里水渠，三百亩旱地都浇上了水。\n\n下一步打算\n\n合作社今年还要再修十公里水渠。\n\n"
         "县里去年修好了三十公里水渠，三百亩旱地都浇上了水。"),
    )
    keeps = (
        "县里去年修好了三十公里水渠，三百亩旱地都浇上了水。下一步打算",
        "大家都说好。下一步打算\n\n大家都说好。",
    )

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        texts = [shadow(block.text) for block in page.blocks]
        tails: dict[str, list[str]] = defaultdict(list)
        for text in texts:
            if len(text) >= TWIN_LENGTH and ends_sentence(text):
                tails[text[-TWIN_TAIL:]].append(text)
        for block in page.blocks:
            glued = _glued_line(block.text)
            told = shadow(block.text[:glued.start(1)]) if glued else ""
            twins = tails.get(told[-TWIN_TAIL:], ()) if glued and looks_like_heading(glued[1]) else ()
            if glued and any(Indel.normalized_similarity(told, twin) >= TWIN_ALIKE for twin in twins):
                yield from cut(self, page, block, glued.start(1), glued.start(1),
                               f"a copy of this paragraph ends before “{glued[1]}”", 0.97)
