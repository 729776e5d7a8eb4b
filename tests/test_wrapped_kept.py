"""Statutes, poems, tables, lists, addresses and conversations are never joined, alone or amid wrapped prose."""

from __future__ import annotations

import textwrap

import pytest

from cleaner import Settings, clean, undo
from cleaner.structure.lines.ends import doubtful_ends
from cleaner.structure.lines.heads import head_features
from cleaner.structure.lines.kept import unmarked
from cleaner.structure.lines.printed import printed_lines

PROSE = {
    "simplified": (
        "停了三年的河湾渡口昨天重新开放，附近的居民都很高兴。第一班渡船在早上六点离开码头，船上坐满了赶集的人，他们要到对岸的镇上去卖菜。船工告诉记者，票价还是老样子，大人两元，孩子不收。",
        "县里今年还要在渡口两岸各修一条石阶，并且装上路灯，让晚上回家的人走得放心。工程由交通局负责，计划在明年春天完工，到那时候渡船也要换成新的。"),
    "traditional": (
        "停了三年的河灣渡口昨天重新開放，附近的居民都很高興。第一班渡船在早上六點離開碼頭，船上坐滿了趕集的人，他們要到對岸的鎮上去賣菜。船工告訴記者，票價還是老樣子，大人兩元，孩子不收。",
        "縣裏今年還要在渡口兩岸各修一條石階，並且裝上路燈，讓晚上回家的人走得放心。工程由交通局負責，計劃在明年春天完工，到那時候渡船也要換成新的。"),
    "English": (
        "The ferry across the river bend reopened yesterday after three years, and the people who live nearby were glad. The first boat left the landing at six in the morning, full of people on their way to the market. The boatman said that the price would stay what it was.",
        "This year the county will build stone steps on both banks and put up lamps, so that those who come home late need not fear. The work is to be finished next spring."),
}
CHINESE = {
    "statute": ("第一条　渡口由镇公所管理，不得转租。", "第二条　渡船每日开行十二班，遇大风停开。", "第三条　乘客按人数付费，幼童免收。", "第四条　违反前三条规定的，处以罚款。"),
    "statute without marks": ("第一條　渡口歸鎮公所管理", "第二條　渡船每日開行十二班", "第三條　乘客按人數付費", "第四條　違者處以罰金", "第五條　本章程自公布日施行"),
    "verse of five": ("渡头烟水暮", "舟子不收钱", "隔岸闻鸡犬", "无人立晚田", "村灯三两点", "移过石桥边", "旧客今何在", "空船自往还"),
    "verse of seven": ("渡頭煙水晚來秋，", "舟子歸時月滿樓。", "隔岸人家燈火起，", "一聲橫笛過汀洲。", "石橋流水自東西，", "楊柳陰中布穀啼。"),
    "couplets without marks": ("渡頭煙水晚來秋舟子歸時月滿樓", "隔岸人家燈火起一聲橫笛過汀洲", "石橋流水自東西楊柳陰中布穀啼", "誰把茶香分兩岸春風先到小村溪"),
    "free verse": ("我在渡口等了一个下午", "河水从桥下慢慢走过", "没有人叫我的名字", "只有灯", "一盏一盏", "亮在对岸的窗里", "像是谁忘记了关门"),
    "conversation": ("“到镇上去。”", "“去做什么？”", "“卖两筐苹果，再给孩子买一双鞋。”", "“天黑以前回得来吗？”", "“要是赶得上最后一班船，就回得来。”"),
    "questions, one mark for all": ("問、渡口幾時開、", "答、早上六點、", "問、票價若干、", "答、大人兩元、孩子不收、", "問、夜裏有船否、", "答、無有、"),
    "questions": ("问：渡口什么时候开放？", "答：早上六点。", "问：票价是多少？", "答：大人两元，孩子不收。", "问：晚上有没有船？", "答：没有。"),
    "list": ("一、带好身份证和船票", "二、提前十分钟到码头", "三、不要携带危险物品", "四、看管好自己的孩子", "五、听从船工的安排"),
    "bullets": ("• 石阶两条", "• 路灯二十盏", "• 新船一只", "• 候船亭一座", "• 救生衣三十件"),
    "table": ("石桥镇  12  35.5", "河湾村  8  20.1", "果园乡  15  41.0", "茶厂区  9  22.4", "渡口镇  11  30.9"),
    "prices": ("白米　每石　十二元", "麵粉　每袋　三元五", "豆油　每擔　廿四元", "棉紗　每包　百六十"),
    "address": ("地址：石桥镇河湾路12号", "邮编：314500", "电话：0573-88001234", "联系人：王小明"),
    "names": ("王小明", "李强生", "赵小敏", "钱大海", "孙立人", "周文静"),
    "verse of unlike lines": ("雨过山青一半云，", "半在渡头，", "半在柳边村。", "谁家笛子吹黄昏，", "吹得月上，", "吹不开门。"),
    "titles": ("《渡口旧事》", "《一条大河的故事》", "《怎样种好苹果》", "《石桥镇志》"),
    "rows with single spaces": ("石桥 七八五〇 七八六二", "河湾 三九二〇 三九一八", "果园 五六〇三 五六〇〇", "茶厂 一二〇七 一二一一"),
    "items behind a colon": ("第十一条 船工有下列义务：", "（一）按时开船；", "（二）爱护渡船；", "（三）照看老人和孩子。"),
    "end of a letter": ("此致", "敬礼", "读者王小明"),
    "form": ("岗位：船工一名", "待遇：月薪三千元", "电话：5550188", "截止日期：本月二十日"),
}
ENGLISH = {
    "verse": ("The river keeps its counsel, brown and slow,", "And carries off the colours of the day;", "The ferryman has little left to know,", "And what he has the water takes away."),
    "address": ("Riverside Ferry Company Limited", "12 Landing Road, Bend Village", "Stonebridge County", "Telephone 0573 8800 1234"),
    "list": ("- two flights of stone steps", "- twenty lamps along the road", "- one new boat for the winter"),
    "numbers": ("1. Bring your ticket and your papers.", "2. Be at the landing ten minutes early.", "3. Leave nothing on the benches."),
    "conversation": ("\"To the market.\"", "\"What for?\"", "\"Two baskets of apples to sell.\"", "\"Will you be back by dark?\""),
    "table": ("Stonebridge   12   35.5", "River Bend    8    20.1", "Orchard       15   41.0", "Tea Works     9    22.4"),
    "statute": ("Article 1. The ferry is run by the town and shall not be let.", "Article 2. The boat crosses twelve times a day, but not in a gale.", "Article 3. Every grown person pays; children cross free of charge."),
}
CASES = [(script, name, lines, columns) for script, kept, widths in (("simplified", CHINESE, (15, 20, 28)), ("traditional", CHINESE, (15, 20)), ("English", ENGLISH, (40, 56)))
         for name, lines in kept.items() for columns in widths]


def wrapped(text: str, columns: int) -> list[str]:
    return textwrap.wrap(text, columns) if text.isascii() else [text[k:k + columns] for k in range(0, len(text), columns)]


def pages(script: str, lines: tuple[str, ...], columns: int) -> list[str]:
    """The lines alone, with and without empty lines; and amid wrapped prose, bare and between empty lines."""
    first, second = ("\n".join(wrapped(text, columns)) for text in PROSE[script])
    kept = "\n".join(lines)
    return ["\n".join(lines), "\n\n".join(lines), "\n".join((first, second, kept, first, second)), "\n\n".join((first, second, kept, first, second))]


def joined(lines: tuple[str, ...], text: str, accept: tuple[str, ...]) -> set[str]:
    """The lines that do not stand alone in the cleaned page, white space aside."""
    cleaned = clean(text + "\n", Settings(select=("WRAP", "BREAK"), accept=accept))
    assert undo(cleaned.text, cleaned.log).text == text + "\n"
    blocks = {"".join(block.split()) for block in cleaned.text.split("\n")}
    return {line for line in lines if "".join(line.split()) not in blocks}


@pytest.mark.parametrize(("script", "name", "lines", "columns"), CASES, ids=[f"{s} {n} {c}" for s, n, _, c in CASES])
def test_what_is_no_prose_stays_line_by_line(script: str, name: str, lines: tuple[str, ...], columns: int) -> None:
    for text in pages(script, lines, columns):
        assert not joined(lines, text, ()), (name, text)


def test_credits_and_datelines_stay_where_a_recogniser_parts_the_characters() -> None:
    lines = ("图 片 来 源 : 河湾 镇", "本 报 记者 王 小明 摄", "本报讯 渡口昨天")
    for text in pages("simplified", lines, 20):
        assert not {line for line in joined(lines, text, ("suggested",)) if line != lines[-1]}


def test_prose_without_marks_is_no_verse() -> None:
    bare = "停了三年的河湾渡口昨天重新开放附近的居民都很高兴第一班渡船在早上六点离开码头"
    lines = [bare[k:k + 7] for k in range(0, 35, 7)]
    assert not unmarked(lines)
    head = ["李强著", "禁止转载", "第七回", "借渡船半夜过江", "送家书清晨上路"]
    assert unmarked([*head, "老周头在船上等了一个晚上", "，天亮的时候才有人来敲门"]) == set(range(5))  # with 老周头 the prose begins
    assert unmarked([CHINESE["verse of seven"][k][:7] for k in range(6)]) == set(range(6))


def test_a_title_of_two_lines_a_parted_byline_and_a_note_are_known() -> None:
    lines = printed_lines(["第八回", "借渡船半夜过江", "送家书清晨上路", "（小敏", "先生）", "船工把缆绳解开，喊了一声，船就离了岸，", "（未完）"])
    said = [set(head_features(lines, i, "full")) for i in range(6)]
    assert said[1] == {"pair", "pair of 7"} and not said[0] and not said[2] and not said[4]
    assert said[3] == {"brackets round both"} and said[5] == {"goes on elsewhere, full"}


def test_a_full_line_that_ends_a_sentence_is_joined_unasked_only_where_the_page_shows_how_paragraphs_begin() -> None:
    lines = printed_lines(["停了三年的河湾渡口昨天", "重新开放，附近的居民都", "很高兴，都到船上来坐。", "第一班渡船在早上六点离"])
    nothing, gaps = [False] * 3, [True] * 3
    assert doubtful_ends(lines, nothing) == [False, False, True] and not any(doubtful_ends(lines, gaps))
    assert not any(doubtful_ends(printed_lines(["停了三年、", "昨天重開、", "居民甚喜。", "第一班船"]), nothing))
    assert doubtful_ends(printed_lines(["渡口重新开放居民高兴", "停了三年的河湾渡", "口昨天重新开放，", "附近的居民都来"]), nothing) == [True, False, False]


@pytest.mark.xfail(strict=True, reason="a list without marks whose lines chance to be as long as the prose that they stand in")
def test_a_list_in_small_letters_as_wide_as_the_prose_round_it() -> None:
    lines = ("a flight of stone steps on the west bank", "twenty lamps along the road to the mill", "one new boat, to be ready by next winter",
             "a shelter for those who wait in the rain")
    assert not any(joined(lines, text, ()) for text in pages("English", lines, 40))


@pytest.mark.parametrize(("text", "columns", "lines"), [
    (text, columns, lines) for k, columns, lines in ((0, 40, 5), (0, 48, 3), (0, 60, 4), (1, 48, 3)) for text in PROSE["English"][k:k + 1]])
def test_a_few_english_lines_become_a_paragraph(text: str, columns: int, lines: int) -> None:
    part = textwrap.wrap(text, columns)[:lines]
    cleaned = clean("\n".join(part) + "\n", Settings(select=("WRAP", "BREAK"), accept=("suggested",)))
    assert cleaned.text == " ".join(part) + "\n"
    assert not any(change.active for change in clean(cleaned.text).changes)


@pytest.mark.parametrize("lines", [
    ("the river keeps its counsel, brown and slow", "and carries off the colours of the day", "the ferryman has little left to know", "and what he has the water takes away"),
    ("a flight of stone steps on the west bank", "twenty lamps along the road to the mill", "one new boat, to be ready by next winter", "a shelter for those who wait in the rain"),
    ("Riverside Ferry Company", "12 Landing Road", "Stonebridge"),
], ids=["verse in small letters", "list in small letters", "address"])
def test_a_few_english_lines_that_are_no_prose_stay(lines: tuple[str, ...]) -> None:
    for between in ("\n", "\n\n"):
        assert not joined(lines, between.join(lines), ("suggested",))
