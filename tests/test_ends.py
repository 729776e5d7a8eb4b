"""Open ends: lines that only look like subheads, how well the page kept its full stops, and how sure a join has to be."""

from __future__ import annotations

import pytest

from cleaner import Settings, clean
from cleaner.evidence import Evidence
from cleaner.normalizers.joins import CLAUSE_LOG_ODDS, SAFE_LOG_ODDS, is_sure
from cleaner.page import Page
from cleaner.source import Source
from cleaner.structure.order.ends import END_FEATURES, OpenEnds, end_weights
from cleaner.structure.order.flow import Flow
from cleaner.structure.order.links import Join
from cleaner.structure.order.reading import flow_of
from cleaner.structure.seams import is_stub

TORN = (
    ("县里的果园今年收了十万斤苹果，合", "作社已经和省城的六家超市签订了供货合同，苹果从下周起分三批运往省城，每天两辆货车，司机都是村里的年轻人。"),
    ("停了三年的河湾渡口昨天重新开放，", "第一班渡船坐满了赶集的人，船工们说，从前大家要绕路三十里，现在过河只要一刻钟，老人和孩子都能坐船去对岸的医院看病。"),
    ("镇上的新学校下周一开学，三百名学", "生将搬进明亮的教室，每间教室都装了新的黑板和电灯，食堂的师傅从昨天起就开始准备第一顿午饭，家长们纷纷来帮忙打扫。"),
    ("气象台预报，今后三天全县有一次降", "温过程，最低气温将降到零下五度，农技人员提醒菜农及时给大棚加盖草帘，注意检查炉火和电线，防止夜里冻坏蔬菜。"),
    ("山脚下的养蜂合作社最近忙着分装新", "蜜，二十名社员轮班工作，每天装满一千五百瓶，这些蜂蜜经过检验以后将送往外省的商店，价格比去年高了一成半。"),
)
LINE, REST = "老街改造工程今年秋天全部完工以后", "居民们将搬回原来的院子里居住，新修的下水道和路灯让老街变了样子，晚上散步的人多了起来。"
OTHERS = ("镇上的榨油坊今年秋天添了两台机器", "河对岸的砖窑上个月停了火", "老船工的儿子在省城的学校里读书", "沿河的三个村子都派了人来修路")


def flow(*blocks: str) -> Flow:
    return flow_of(Evidence(Page(Source.from_text("\n\n".join(blocks))), Settings()))[0]


def page_of(line: str) -> list[str]:
    return ["# 乡村见闻", *(part for pair in TORN for part in pair), line, REST]


def test_a_line_as_wide_as_the_page_cuts_its_columns_is_no_subhead(monkeypatch: pytest.MonkeyPatch) -> None:
    assert flow(*page_of(LINE)).roles[-2].role == "paragraph"
    assert flow(*page_of("老街改造秋天完工")).roles[-2].role in {"headline", "subhead"}
    assert flow(*page_of(LINE[:12] + "完工啦！")).roles[-2].role in {"headline", "subhead"}  # whoever calls is no line of a paragraph
    few = [part for pair in TORN[:3] for part in pair]  # where fewer ends tell the width, words that are plainly a heading's count for more
    assert [flow("# 乡村见闻", *few, line, REST).roles[-2].role for line in (LINE, "河湾县实施老街改造提升城市新形象")] == ["paragraph", "subhead"]
    monkeypatch.setattr(OpenEnds, "torn_lines", lambda self: [])
    assert flow(*page_of(LINE)).roles[-2].role == "subhead"


def test_a_marked_subhead_stays_one() -> None:
    page = "\n\n".join(page_of(f"## {LINE}")) + "\n"
    assert f"\n## {LINE}\n" in clean(page).text


def test_where_full_stops_are_read_an_open_end_is_hardly_a_lost_one() -> None:
    kept = END_FEATURES.index("kept")
    good, bad = ((one.rows, one.flow.texts) for one in (OpenEnds(flow(*page_of(LINE))), OpenEnds(flow(*page_of(LINE), *OTHERS))))
    first, other = (next(row[kept] for a, row in rows.items() if texts[a] == TORN[0][0]) for rows, texts in (good, bad))
    assert first > other and end_weights()[kept] < 0


@pytest.mark.parametrize(("end", "log_odds", "sure"), [
    ("停了三年的河湾渡口昨天重新开放", SAFE_LOG_ODDS, True),
    ("停了三年的河湾渡口昨天重新开放", SAFE_LOG_ODDS - 0.1, False),
    ("停了三年的河湾渡口昨天重新开放，", SAFE_LOG_ODDS, False),  # any clause may stand behind a comma
    ("停了三年的河湾渡口昨天重新开放，", CLAUSE_LOG_ODDS, True),
    ("家教", 9.0, False),
])
def test_how_sure_a_join_has_to_be(end: str, log_odds: float, sure: bool) -> None:
    assert is_sure(Page(Source.from_text(f"{end}\n\n{REST}")), Join(0, 1, log_odds)) is sure


@pytest.mark.parametrize(("text", "stub"), [("哗，好大的一条船！", False), ("好，我们明天再来。", False), ("素，先后建成了六座桥。", True)])
def test_a_cry_is_no_torn_word(text: str, stub: bool) -> None:
    assert is_stub(text) is stub
