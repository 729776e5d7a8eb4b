"""Scaffold: what a line of the page is, written so that it can be read back."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaner.changes import Change
from cleaner.evidence import Evidence
from cleaner.normalizers.base import Rule, Stage
from cleaner.normalizers.lines import is_page_line
from cleaner.page import Page
from cleaner.structure.asked import seams_of
from cleaner.structure.labels.two_lines import TWO_LINES_SAFE, halves, two_lines
from cleaner.structure.logistic import probability
from cleaner.structure.order.reading import TWO_LINES, read

TWO_LINES_SUGGESTED = 0.0
"""Log-odds from which it is suggested that two lines are one headline."""
PURPOSE = re.compile(r"^(?:为|让|助|促|以|用|把|将)[\u3400-\u9fff“‘]")
"""How a second line begins that adds a purpose to a whole first one."""
PICTURE_LABEL = re.compile(r"^## (?:图片新闻|新闻图片|图片报道|图说|摄影报道)$")


class Headline(Rule):
    """A headline that is not marked gets `# `. It is known by what follows it (a byline, 本报讯, the body of a
    report) and by its own shape: short, without a full stop. A kicker above it stays a plain line, and so does a last line
    that nothing follows: a signature or a slogan is as short."""

    code, name, tier, stage = "HEAD001", "unmarked headline", "safe", Stage.READING
    mends = (
        ("新建粮库投入使用\n\n本报记者 王小明\n\n国庆节前，县里最大的粮库装满了新米，仓门贴上了封条。",
         "# 新建粮库投入使用\n\n本报记者 王小明\n\n国庆节前，县里最大的粮库装满了新米，仓门贴上了封条。"),
        ("秋粮入库\n\n新建粮库投入使用\n\n本报讯 国庆节前，县里最大的粮库装满了新米，仓门贴上了封条。",
         "秋粮入库\n\n# 新建粮库投入使用\n\n本报讯 国庆节前，县里最大的粮库装满了新米，仓门贴上了封条。"),
    )
    keeps = ("国庆节前，县里最大的粮库装满了新米。\n\n仓门贴上了封条。", "# 新建粮库投入使用\n\n国庆节前，县里最大的粮库装满了新米。",
             "国庆节前，县里最大的粮库装满了新米，仓门贴上了封条。\n\n欢迎各乡社员前来参观\n",
             "07版经济\n\n本报讯 国庆节前，县里最大的粮库装满了新米，仓门贴上了封条。")

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        reading = read(evidence)
        for i in reading.order[:-1]:
            one = reading.roles[i]
            if one.role == "headline" and not one.marked and i not in reading.quotes:
                if len(page.blocks[i].text) == 1 or is_page_line(page.blocks[i].text):  # the last character of a headline that stands elsewhere
                    continue
                yield self.mark(page.blocks[i], "headline", "a headline by its place and its shape", one.confidence)


class Subhead(Rule):
    """A subhead that is not marked gets `## `: a short line without a full stop between two paragraphs of a story."""

    code, name, tier, stage = "HEAD002", "unmarked subhead", "safe", Stage.READING
    mends = (
        ("新建粮库投入使用\n\n本报记者 王小明\n\n国庆节前，县里最大的粮库装满了新米，仓门贴上了封条。\n\n智能仓储显身手\n\n"
         "走进库区，传感器每隔一小时报告一次温度，工人不必再爬上粮堆。",
         "新建粮库投入使用\n\n本报记者 王小明\n\n国庆节前，县里最大的粮库装满了新米，仓门贴上了封条。\n\n## 智能仓储显身手\n\n"
         "走进库区，传感器每隔一小时报告一次温度，工人不必再爬上粮堆。"),
    )
    keeps = ("国庆节前，县里最大的粮库装满了新米。\n\n仓门贴上了封条。",)

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        reading = read(evidence)
        for i in reading.order:
            one = reading.roles[i]
            if one.role == "subhead" and not one.marked and i not in reading.quotes:
                yield self.mark(page.blocks[i], "subhead", "a short line between two paragraphs", one.confidence)


class TwoLineHeadline(Rule):
    """A headline printed in several lines, which a recogniser gave as blocks of their own, is one headline: without a space where its words
    run on (山区孩子有了新教 / 室, 扎根山村三十年的赤脚医生 / 欧晓萌), with one where the second line adds a purpose (…开馆 / 为学子点灯). Two lines
    that stand side by side may be a kicker and its headline, which no text tells from a headline in two lines: they are only offered."""

    code, name, tier, stage = TWO_LINES, "two-line headline", "safe", Stage.HEADLINES
    mends = (
        ("县里今年新建六十座图书馆\n\n助山里孩子读书\n\n本报讯 今年县里新建了六十座图书馆，山里的孩子周末有书可读。",
         "县里今年新建六十座图书馆 助山里孩子读书\n\n本报讯 今年县里新建了六十座图书馆，山里的孩子周末有书可读。"),
        ("全县农村公路建设全面展\n\n开\n\n本报讯 入冬以来，工程队抢在霜冻之前铺完了最后一段路面，沿线村民出行方便多了。",
         "全县农村公路建设全面展开\n\n本报讯 入冬以来，工程队抢在霜冻之前铺完了最后一段路面，沿线村民出行方便多了。"),
        ("全省印发《关于加强农村公路\n\n养护管理工作的意见》\n\n本报讯 入冬以来，工程队抢在霜冻之前铺完了最后一段路面，沿线村民出行方便多了。",
         "全省印发《关于加强农村公路养护管理工作的意见》\n\n本报讯 入冬以来，工程队抢在霜冻之前铺完了最后一段路面，沿线村民出行方便多了。"),
        ("河湾渡口重新开放两岸村民举行多彩\n\n活动\n\n本报讯 入冬以来，工程队抢在霜冻之前铺完了最后一段路面，沿线村民出行方便多了。",
         "河湾渡口重新开放两岸村民举行多彩活动\n\n本报讯 入冬以来，工程队抢在霜冻之前铺完了最后一段路面，沿线村民出行方便多了。"),
        ("扎根山村三十年的赤脚医生\n\n欧晓萌\n\n天还没亮，欧晓萌就背着药箱出了门，她要翻过两座山，去看望一位行动不便的老人，这条路她走了三十年。",
         "扎根山村三十年的赤脚医生欧晓萌\n\n天还没亮，欧晓萌就背着药箱出了门，她要翻过两座山，去看望一位行动不便的老人，这条路她走了三十年。"),
    )
    keeps = ("秋粮入库\n\n新建粮库投入使用\n\n本报讯 国庆节前，县里最大的粮库装满了新米，仓门贴上了封条。",
             "山里的孩子终于有了自己的图书馆！\n\n为学子点灯\n\n本报讯 国庆节前，县里最大的粮库装满了新米，仓门贴上了封条。",
             "写在渡口重新开放一周年之际\n\n山乡巨变\n\n本报讯 国庆节前，县里最大的粮库装满了新米，仓门贴上了封条。",
             "美食\n\n家常红烧茄子\n\n本报讯 国庆节前，县里最大的粮库装满了新米，仓门贴上了封条。")

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        texts = evidence.texts
        firsts = list(halves(texts))
        if not firsts:
            return
        for i, (odds, runs_on) in two_lines(texts, firsts, seams_of(evidence)).items():
            if odds > TWO_LINES_SUGGESTED:
                purpose = PURPOSE.match(texts[i + 1]) and not PURPOSE.match(texts[i])
                sure = odds > TWO_LINES_SAFE and (runs_on or purpose)
                yield self.join(page, page.blocks[i], page.blocks[i + 1], "the second line of this headline",
                                after="" if runs_on and not purpose else " ", tier=self.tier if sure else "suggested",
                                confidence=probability(odds), evidence={"log_odds": round(odds, 2), "lines": [texts[i], texts[i + 1]]})


class PictureLabel(Rule):
    """The label of a picture story (图片新闻) marked as a subhead of the report above it opens an item of its own."""

    code, name, tier, stage = "HEAD004", "picture label as subhead", "safe", Stage.TEXT
    mends = (("# 秋粮入库\n\n县里最大的粮库装满了新米。\n\n## 图片新闻\n\n> 图：晒谷场上一片金黄。",
              "# 秋粮入库\n\n县里最大的粮库装满了新米。\n\n# 图片新闻\n\n> 图：晒谷场上一片金黄。"),)
    keeps = ("# 图片新闻\n\n> 图：晒谷场上一片金黄。", "## 图片里的故事\n\n晒谷场上一片金黄，孩子们在谷堆旁玩耍。")

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        for block in page.blocks:
            if PICTURE_LABEL.match(block.text):
                yield from self.replacement(page, block, 0, 2, "#", "the label of a picture story heads an item of its own")
