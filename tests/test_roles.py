"""Roles of blocks, tables and lists, and blocks that hold two things. All sentences are invented."""

from __future__ import annotations

import pytest

from cleaner import Settings, clean
from cleaner.evidence import Evidence
from cleaner.normalizers.merged import owner_ends
from cleaner.page import Page
from cleaner.source import Source
from cleaner.structure.labels import shapes
from cleaner.structure.labels.model import clip, features, heading_odds
from cleaner.structure.labels.roles import label
from cleaner.structure.labels.shapes import (
    BYLINE,
    CREDIT,
    END_CREDIT,
    FURNITURE,
    MID_CREDIT,
    WHOLE,
    counted,
    looks_like_heading,
    number_of,
    row_shape,
)
from cleaner.structure.labels.tables import rows_and_items
from cleaner.structure.names import is_name
from cleaner.structure.order.reading import read
from cleaner.structure.seams import Seams

PROSE = "停了三年的河湾渡口昨天重新开放，附近的居民都很高兴，第一班渡船在早上六点离开码头，船上坐满了赶集的人。"
MORE = "今年雨水好，山脚下的果园收了十万斤苹果，比去年多了一倍，合作社已经和省城的超市签订了合同，下周起运。"


def roles_of(*texts: str) -> list[str]:
    page = Page(Source.from_text("\n\n".join(texts)))
    return [one.role for one in read(Evidence(page, Settings())).roles]


@pytest.mark.parametrize("line", [
    "第3版", "01版 要闻", "A02 体育", "08版社会", "2021年3月5日 星期五", "星期五", "责编：王小明 版式：李春生 电话：010-12345678",
    "第四版民國十年五月六日", "国内统一刊号：CN11-0000", "今日8版",
])
def test_furniture(line: str) -> None:
    assert FURNITURE.match(line)


@pytest.mark.parametrize("line", [
    "渡口重新开放", "2021年3月5日，渡口重新开放。", "改版后的第3版读者最多", "编辑部的故事", "第三届果园节开幕", "王小明", "周三开会讨论",
    "一版再版的小说", "电话铃响了", "星期五餐厅开业",
])
def test_not_furniture(line: str) -> None:
    assert not FURNITURE.match(line)


@pytest.mark.parametrize("line", [
    "图片来源：市体育局", "视觉中国供图", "本报记者 王小明 摄", "王小明 摄", "王小明摄", "欧阳春生摄", "新华社发（王小明 摄）", "资料图片", "受访者供图",
])
def test_credits(line: str) -> None:
    assert CREDIT.match(line)


@pytest.mark.parametrize("line", ["规划蓝图", "中国经济地图", "王小明拍摄的电影", "张家港摄影展开幕", "实景拍摄", "果园丰收图景"])
def test_not_credits(line: str) -> None:
    assert not CREDIT.match(line)


def test_a_byline_needs_people_and_names() -> None:
    assert BYLINE.match("◎ 通讯员 李春生 本报记者 王小明") and BYLINE.match("▶ 王小明")
    assert BYLINE.match("A本报记者王小明") and BYLINE.match("A本報記者陳小明") and not BYLINE.match("A组记者王小明")  # an ornament misread
    assert not BYLINE.match("本报记者看到，渡口已经开放") and not BYLINE.match("◎ 果园丰收，苹果运往省城")
    assert is_name("王小明") and not is_name("渡口") and not is_name("王")


def test_a_credit_ends_a_caption_but_not_a_sentence() -> None:
    assert END_CREDIT.search("第一班渡船离开码头。本报记者 王小明 摄")
    assert END_CREDIT.search("第一班渡船离开码头本报记者王小明摄")  # the full stop was not read
    assert not END_CREDIT.search("这张照片由本报记者王小明摄") and not END_CREDIT.search("他喜欢高速拍摄")
    assert MID_CREDIT.search("第一班渡船离开码头。王小明摄两岸居民都来看。")
    assert not MID_CREDIT.search("比赛精彩。王小明摄影作品展同时开幕。") and not MID_CREDIT.search("比赛精彩。王小明摄下了这一刻。")


def test_the_end_of_an_owner_is_sure_only_at_one_place() -> None:
    evidence = Evidence(Page(Source.from_text(PROSE)), Settings())
    assert owner_ends("县体育局第一班渡船在早上六点离开码头。", evidence) == [4]
    assert len(owner_ends("市体育局水上中心第一班渡船离开码头。", evidence)) == 2
    assert owner_ends("作者自绘，数据来源：统计年鉴。", evidence) == []


TABLES = {
    "markdown": ["| 品名 | 单价 |", "| --- | --- |", "| 苹果 | 3.20 |"],
    "html": ["<table><tr><td>日期</td><td>票价</td></tr></table>"],
    "timetable": ["班次 开船 到岸", "1 06:00 06:25", "2 08:00 08:25", "3 10:00 10:25"],
    "prices": ["苹果：3.20元", "香蕉：4.50元", "橘子：2.80元"],
    "tabs": ["品名\t单价\t产地", "苹果\t3.20\t山东"],
}
LISTS = {
    "ranks": ["第一名 王小明", "第二名 李春生", "第三名 赵小敏"],
    "numbers": ["1. 带好船票", "2. 排队上船", "3. 看管行李"],
    "signs": ["● 早班六点开船", "● 午班十二点开船", "● 晚班六点开船"],
}


@pytest.mark.parametrize("rows", TABLES.values(), ids=TABLES)
def test_tables(rows: list[str]) -> None:
    assert rows_and_items([PROSE, *rows, MORE]) == dict.fromkeys(range(1, len(rows) + 1), "table")


@pytest.mark.parametrize("rows", LISTS.values(), ids=LISTS)
def test_lists(rows: list[str]) -> None:
    assert rows_and_items([PROSE, *rows, MORE]) == dict.fromkeys(range(1, len(rows) + 1), "list")


VERSES = {
    "five": ["小桥连两岸，", "流水过三村。", "客自江边至，", "犹闻捣练声。"],
    "of every length, a mark behind every line": ["多少年了，", "你还站在渡口，", "等那条不会再来的船，", "风从对岸吹过来，", "把你的影子吹成一棵树。"],
    "couplets": ["春到河湾草色新，渡头犹有未归人。", "东风不解行舟意，吹散炊烟满四邻。"] * 2,
}


@pytest.mark.parametrize("lines", VERSES.values(), ids=VERSES)
def test_verse(lines: list[str]) -> None:
    assert rows_and_items([PROSE, *lines, MORE]) == dict.fromkeys(range(1, len(lines) + 1), "verse")
    page = "\n\n".join(["# 河湾小唱", PROSE, *lines, MORE]) + "\n"
    assert clean(page.encode()).text == page


def test_a_refrain_is_no_copy() -> None:
    refrain = ["Row the boat home,", "Row it by the silver light of the moon", "Where the river bends away"]
    song = [*refrain, "Mother waits,", "And fishing nets are drying along the shore", *refrain, "All lanterns burning"]
    assert set(rows_and_items([PROSE, *song, MORE]).values()) == {"verse"}
    page = "\n\n".join(["# 河湾小唱", PROSE, *song, MORE]) + "\n"
    assert clean(page.encode()).text == page


@pytest.mark.parametrize("texts", [
    [PROSE, MORE, PROSE],
    ["渡口开放以后，", "两岸的人都来坐船，", "船票一块钱。"],  # three lines are no poem yet
    ["老船工在这条河上撑了四十年的船，", "他说从前过河要看天气，刮风不行，", "下大雨不行，河水涨起来更加不行。", "现在新船一刻钟一班，从不误点，", "两岸的人都说，这是办了件好事，"],  # printed lines
    ["渡口重新开放，", "居民都很高兴。", "头一班船上坐满了人，", "船老大唱起了号子。"],  # lines of every length
    ["果园丰收 苹果上市", PROSE, "渡口开放 居民欢喜", MORE],  # headlines in two halves
    ["1. 乘客要先在码头的窗口买票，买票的时候出示证件，没有证件的乘客可以在旁边的自助机上", "打印临时证明。", "2. 上船以后听从船员安排。"],
    ["第一名是王小明，他跑得最快，把第二名甩开了半圈，观众都站起来为他", "鼓掌。"],
    ["停 了 三 年 的 渡 口", "今 年 重 新 开 放", "居 民 都 很 高 兴"],  # characters set apart by a recogniser
])
def test_prose_is_no_table(texts: list[str]) -> None:
    assert rows_and_items(texts) == {}


def test_shapes_of_rows() -> None:
    assert row_shape("D101 08:20 125元") == "999" and row_shape("苹果 山东 3.20") == "xx9"
    assert row_shape("渡口开放。 居民欢喜。 1") == "" and row_shape("渡口") == ""
    assert [number_of(t) for t in ("三、果园", "（2）果园", "● 果园", "果园")] == [3, 2, 0, None]


@pytest.mark.parametrize("rows", [*TABLES.values(), *LISTS.values()], ids=[*TABLES, *LISTS])
def test_rows_are_neither_joined_nor_dropped(rows: list[str]) -> None:
    doubled = [*rows, rows[-1]] if rows[0][0] not in "1第" else rows  # two rows may be equal, two places or items not
    gap = "\n" if rows[0].startswith("|") else "\n\n"
    text = PROSE + "\n\n" + gap.join(doubled) + "\n\n" + MORE + "\n"
    cleaned = clean(text)
    assert [line.split() for line in cleaned.text.split("\n") if line] == [line.split() for line in text.split("\n") if line]
    assert not any(change.kind in {"join", "drop", "move"} and change.active for change in cleaned.changes)


def test_a_column_cut_does_not_take_a_row_for_the_rest_of_the_sentence() -> None:
    cut = "第一班渡船在早上六点离开码头，船上坐满了赶集的人，票价见"
    text = "\n\n".join([MORE, cut, *TABLES["timetable"], PROSE]) + "\n"
    assert all(row in clean(text).text.split("\n") for row in TABLES["timetable"])


def test_a_folio_stands_aside_while_its_neighbours_are_joined() -> None:
    text = f"{PROSE}合作社已经和省城的超市签订了合\n\n第3版\n\n同，苹果从下周起运往省城，县里派出了二十辆卡车。\n"
    assert "签订了合同，苹果" in clean(text).text and "\n\n第3版" in clean(text).text


def test_roles_of_a_page() -> None:
    assert roles_of("01版 要闻", "河湾渡口重新开放", "◎ 本报记者 王小明", PROSE, "第一班渡船离开码头。王小明摄", MORE) == [
        "furniture", "headline", "byline", "paragraph", "caption", "paragraph"]


def test_a_piece_of_a_sentence_is_no_heading() -> None:
    head, rest = "早上六点，船工们把缆绳收好，渡", "船慢慢离开码头，船头站着几个孩子，一路上又唱又跳，向对面的村庄驶去。"
    assert label([PROSE, head, rest], [False] * 3)[1].role == "subhead"  # by its shape alone
    assert roles_of(PROSE, head, rest)[1] == "paragraph"  # with what stands around
    assert roles_of(PROSE, "船工们慢慢把船撑离了岸", "边，向对面的村庄驶去，船头站着几个孩子，一路上又唱又跳，惹得大人们发笑。", MORE)[1] == "paragraph"


def test_a_pen_name_in_brackets_signs_under_a_headline() -> None:
    assert roles_of("渡口重開記", "（老漁）", PROSE)[1] == "byline"
    assert roles_of("渡口重開記", "（三）", PROSE)[1] != "byline"


@pytest.mark.parametrize("text", [
    "河湾渡口重新开放◎本报记者 王小明\n\n" + PROSE,
    "第一班渡船离开码头。王小明摄" + MORE + "\n\n" + PROSE,
    "08版社会河湾渡口重新开放\n\n" + PROSE,
    PROSE + "本报讯 " + MORE,
])
def test_a_split_page_stands_still(text: str) -> None:
    cleaned = clean(text + "\n")
    assert any(change.kind == "split" and change.active for change in cleaned.changes)
    assert clean(cleaned.text).text == cleaned.text


def test_one_sentence_before_a_credit_is_only_suggested_as_its_caption() -> None:
    text = f"{MORE}\n\n第一班渡船在早上六点离开码头，船上坐满了从两岸各村早早起来赶集的人，他们都很高兴。\n\n本报记者 王小明 摄\n\n{PROSE}\n"
    assert clean(text).text == text
    assert "> 图：第一班渡船" in clean(text, Settings(accept=("suggested",))).text


def test_small_headings_on_a_page_that_marks_the_large_ones() -> None:
    texts = ["# 渡口重开", PROSE, "新渡口的开放时间", MORE, "# 果园丰收", MORE.replace("果园", "山坡"), "果农的新办法", "王小明 李春生", PROSE.replace("渡口", "车站")]
    roles = roles_of(*texts)
    assert roles[2] == "subhead" and roles[6] == "headline" and roles[7] == "byline"


def test_a_kicker_and_a_deck_beside_a_marked_headline_stay_lines() -> None:
    roles = roles_of(PROSE, "秋粮入库", "# 新建粮库投入使用", "全县最大的粮库装满了新米", MORE)
    assert roles[1] == "kicker" and roles[3] not in {"headline", "subhead"}


@pytest.mark.parametrize("dash", ["——", "一—", "—一", "一一"])
def test_a_deck_with_a_misread_dash_makes_no_headline_of_itself(dash: str) -> None:
    roles = roles_of(MORE, "停航三年的河湾渡口重新开放", f"{dash}村民们都来看新渡船", "本报记者 王小明", PROSE)
    assert roles[1] == "headline" and roles[2] not in {"headline", "subhead", "kicker"}


def test_todays_date_in_brackets_is_no_part_of_a_headline() -> None:
    assert not looks_like_heading("县交通局今天（2月24日）") and not looks_like_heading("县交通局昨晚(24日)")
    assert looks_like_heading("河湾渡口今天重新开放") and looks_like_heading("停航三年的河湾渡口昨日重新迎来第一班渡船——两岸居民从清晨开始就在码头上等着看新渡船靠岸")


def test_a_headline_over_itself_is_no_kicker() -> None:
    head = "停航三年的河湾渡口重新开放"
    assert roles_of(MORE, head, head, "王小明 李春生", PROSE)[1:3] == ["headline", "headline"]
    assert roles_of(MORE, head, "河湾渡口重新开放", "王小明 李春生", PROSE)[1:3] == ["headline", "headline"]
    assert roles_of(MORE, "秋粮入库", head, "王小明 李春生", PROSE)[1:3] == ["kicker", "headline"]


def test_a_paragraph_torn_behind_its_first_sentence_is_no_item() -> None:
    texts = ["三、修建渡口。县里今年还要修建石", "四、开放果园。合作社和省城的超市签", "五、补种果树。技术员说明年还要再种"]
    assert rows_and_items(texts) == {}


def test_a_headline_of_two_lines_may_be_long() -> None:
    assert looks_like_heading("第十二届河湾渡口龙舟邀请赛昨天开赛 来自全县的二十支队伍在河面上一决高下 三千名观众到场")
    assert not looks_like_heading("第十二届河湾渡口龙舟邀请赛昨天开赛来自全县的二十支队伍在河面上一决高下三千名观众到场")


def test_words_before_a_credit_that_go_on_with_the_line_above_are_no_caption_by_themselves() -> None:
    line, rest = "近年来，县里把两岸的渡口都修好了，坐船来往的村民也一年比一", "年多，大家对新的渡船都很满意。"
    text = clean("\n\n".join([PROSE, line, rest, "本报记者林河生摄", MORE]) + "\n").text
    assert f"{line}{rest}\n" in text and "> 图：（本报记者林河生摄）" in text
    text = clean("\n\n".join([PROSE, line, "新修的渡口有三条栈桥和两座候船亭。", "本报记者林河生摄", MORE]) + "\n").text
    assert f"{line}\n" in text


def test_the_short_end_of_a_sentence_of_several_clauses_is_no_caption() -> None:
    line, rest, credit = "县里的渡口重新开放以后，两岸的村民都很高兴，附近的学生每天坐", "船去上学。", "本报记者林河生摄"
    assert [one.role for one in label([PROSE, line, rest, credit, PROSE], [False] * 5)][2:4] == ["paragraph", "credit"]
    headline = "县里的渡口重新开放"
    assert [one.role for one in label([PROSE, headline, rest, credit, PROSE], [False] * 5)][2:4] == ["caption", "credit"]


@pytest.mark.parametrize(("text", "credit"), [
    ("观众从外县赶来，场外还架起了大屏本报记者 王小明 摄幕，票价和从前一样。", "本报记者 王小明 摄"),
    ("主队三比一获胜本报记者王小明摄场外架起了大屏幕。", "本报记者王小明摄"),
])
def test_a_credit_with_the_name_of_the_paper_stands_in_mid_sentence(text: str, credit: str) -> None:
    match = MID_CREDIT.search(text)
    assert match is not None and match[0] == credit


@pytest.mark.parametrize("text", ["照片由本报记者 王小明 摄于江边，题为渡口。", "他请本报记者王小明摄制短片。", "比赛精彩。王小明摄影作品展同时开幕。"])
def test_no_credit_in_mid_sentence(text: str) -> None:
    assert MID_CREDIT.search(text) is None


def test_a_letter_stands_as_it_is() -> None:
    letter = "\n\n".join([
        "# 关于渡口石阶的一封信", "编辑同志：",
        "我们河湾村渡口的石阶年久失修，塌了一个大口子，孩子们上学要绕行五里山路，希望有关部门早日派人来看一看，修一修，让大家出入平安。",
        "此致", "敬礼！", "河湾村 王小明"]) + "\n"
    assert clean(letter.encode()).text == letter
    plain = letter.removeprefix("# ")
    assert clean(plain.encode()).text in {letter, plain}


@pytest.mark.parametrize(("written", "number"), [("7", 7), ("九", 9), ("十", 10), ("十二", 12), ("二十", 20), ("三十五", 35), ("十十", 0)])
def test_numbers_below_a_hundred(written: str, number: int) -> None:
    assert counted(written) == number


@pytest.mark.parametrize("line", ["问：一天要撑多少趟？", "联系人：李先生", "（连载之三）", "The boat follows in spring."])
def test_what_is_no_heading(line: str) -> None:
    assert not looks_like_heading(line)
    assert roles_of("# 渡口重开", PROSE, line, MORE)[2] not in {"headline", "subhead", "kicker"}


def test_what_somebody_says_is_no_subhead() -> None:
    assert roles_of("# 渡口重开", PROSE, "“船票多少钱？”", MORE)[2] == "paragraph"


def test_an_english_byline() -> None:
    assert BYLINE.match("By Our Staff Reporter") and BYLINE.match("By J. O'Neill-Smith") and not BYLINE.match("By the river")


def test_a_name_that_signs_a_report_signs_wherever_it_stands() -> None:
    blocks = ["渡口重开两岸不再绕路", "停了三年的河湾渡口昨天重新开放，附近的居民都很高兴，第一班渡船在早上六点离开码头。", "孟小涛", "今年果园丰收",
              "山脚下的果园今年收了十万斤苹果，比去年多了一倍，合作社忙着装车。", "张力艳", "记者从商务部", "孟小涛", "张力艳",
              "用双手修好渡船的老船工汪大龙", "本报记者钱军立", "今年三月，老船工汪大龙把停在岸边三年的渡船修好了。"]
    roles = read(Evidence(Page(Source.from_text("\n\n".join(blocks))), Settings())).roles
    assert [blocks[i] for i, one in enumerate(roles) if one.role == "byline"] == ["孟小涛", "张力艳", "孟小涛", "张力艳", "本报记者钱军立"]


def test_letters_and_notices_are_signed() -> None:
    blocks = ["编辑同志：", "我是贵报的一名老读者。近来发现，东街一带的路灯已经坏了三个多月，至今无人修理。", "此致", "敬礼", "读者 周建国", "5月6日",
              "周建国同志：", "来信收悉。东街的路灯因地下电缆被挖断所致，现已安排抢修，预计本月15日前恢复。", "市政管理处", "5月12日"]
    page = Page(Source.from_text("\n\n".join(blocks)))
    assert [i for i, one in enumerate(read(Evidence(page, Settings())).roles) if one.role == "byline"] == [2, 3, 4, 5, 8, 9]
    assert not [c for c in clean("\n\n".join(blocks) + "\n").changes if c.rule.startswith(("LACUNA", "JOIN"))]


@pytest.mark.parametrize(("text", "whole"), [
    ("什么是合作社？", True), ("为什么要入社？", True), ("（下转第三版）", True), ("女，32岁，本科", True),
    ("的是什么？", False), ("什么也没有买到。", False), ("谁家有难处，大家一起想办法。", False),
])
def test_what_has_its_beginning(text: str, whole: bool) -> None:
    assert bool(WHOLE.match(text)) == whole


def test_a_pattern_of_shapes_is_compiled_when_it_is_first_asked() -> None:
    pattern = shapes._compile("记者")
    assert pattern.pattern == "[记記]者" and "match" not in vars(pattern)
    assert pattern.match("記者") and "match" in vars(pattern)


def test_a_line_above_a_picture_is_asked_with_the_text_behind_it() -> None:
    texts = [PROSE, "县里把两岸的渡口都修好了，坐船的", "渡口边停着三条新船。", "本报记者林河生摄", "村民比去年多了一倍，赶集的日子要排很长的队。", MORE]
    seams = Seams(texts, Evidence(Page(Source.from_text("\n\n".join(texts))), Settings()))
    beside, behind = (features(texts, [1], seams, pictures)[1] for pictures in ((), {2, 3}))
    assert [row["to long"] for row in (beside, behind)] == [clip(odds) for odds in seams.links([(1, 2), (1, 4)])]


def test_what_was_asked_of_a_line_before_does_not_change_what_it_is() -> None:
    texts = [PROSE, "县里把两岸的渡口都修好了，坐船的", "渡口边停着三条新船。", "本报记者林河生摄", "村民比去年多了一倍，赶集的日子要排很长的队。", MORE]
    seams, fresh = (Seams(texts, Evidence(Page(Source.from_text("\n\n".join(texts))), Settings())) for _ in range(2))
    alone = heading_odds(texts, [1], seams)
    assert heading_odds(texts, [1], seams, {2, 3}) == heading_odds(texts, [1], fresh, {2, 3}) != alone
