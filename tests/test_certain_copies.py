"""Which copies go unasked, and what a loop leaves behind, on sentences made up for the purpose."""

from __future__ import annotations

import pytest

from cleaner import Page, Settings, Source, clean
from cleaner.evidence import Evidence, shipped_model
from cleaner.normalizers.subheads import LooseSubhead
from cleaner.structure.copies.certain import is_certain, said_whole, with_doubts
from cleaner.structure.copies.loops import loop_in
from cleaner.structure.copies.near import Copy, find_shared
from cleaner.structure.labels.roles import Labelled

LONG = "入秋以来，山脚下的三个村子合办了一座榨油坊，社员轮流值班，把自家收的油菜籽送来榨油，多出来的菜油装进陶罐，赶集的日子挑到镇上去卖。"
OTHER = "河对岸的砖窑停了两年，今年春天重新点火，烧出的青砖又硬又平，邻县修学校、修粮仓都到这里来买，窑工们一天三班也忙不过来。"
THIRD = "渠水流进了三百亩旱地，村里的老人都说这样的好事从来没有见过，孩子们在渠边放了一下午的纸船。"


def test_a_loop_leaves_no_comma_that_the_page_does_not_end_with() -> None:
    start, turn = "老人说，这条渠最宽的地方有三丈，最窄的", "，只有四尺多一点点的地方"
    loop = loop_in(start + turn * 8)
    assert loop is not None
    assert (start + turn * 8)[:loop.start] + (start + turn * 8)[loop.end:] == start + turn


def test_a_torn_line_far_from_its_host_goes_but_no_headline() -> None:
    torn, headline = LONG[:17], "山脚下的三个村子合办榨油坊"
    page = f"{OTHER}\n\n{{}}\n\n{THIRD}\n\n{LONG}\n"
    assert torn not in clean(page.format(torn)).text.splitlines()
    assert headline in clean(page.format(headline)).text


def test_the_torn_start_of_a_report_is_no_copy_of_its_headline() -> None:
    said = "今年秋天，“渡口互助组”办成"
    page = f"河湾乡修好了渡口\n\n——{said}了榨油坊\n\n{OTHER}\n\n{said}\n\n了榨油坊。现在，每到赶集的日子，两岸的人都坐船来榨油，社员轮流值班，把自家收的油菜籽送来。\n"
    for mark in ("——", ""):
        assert clean(page.replace("——", mark)).text.count(said) == 2


def test_a_whole_sentence_may_be_a_quote_but_not_before_another_copy() -> None:
    first, second = "油坊开张那天，社员们请来了县里的王师傅教大家怎样看火候，怎样滤渣。", "晚上，老人们又在院子里点起马灯，一笔一笔算清了半年的账目，"
    host = f"{first}{second}大家都很满意。"
    page = f"{OTHER}\n\n{host}\n\n{THIRD}\n\n{first}\n\n{{}}{LONG}\n"
    assert clean(page.format("")).text.count(first) == 2
    assert clean(page.format(f"{second}\n\n")).text.count(first) == 1


def test_the_rest_of_a_block_is_a_copy_where_another_block_is_its_start() -> None:
    rest = "晚上，老人们又在院子里点起马灯，一笔一笔算清了半年的账目，大家都很满意。"
    varied = rest.replace("老人们", "社员们").replace("算清", "记下").replace("，大家", "大家")
    alone = find_shared([OTHER, THIRD + rest, varied], shipped_model())
    beside = find_shared([OTHER, THIRD + rest, THIRD, varied], shipped_model())
    assert not [c for c in alone.copies if c.copy == 2]
    assert [(c.copy, c.host) for c in beside.copies] == [(2, 1), (3, 1)]


def test_a_torn_sentence_said_in_other_words_is_no_sure_copy() -> None:
    torn = Copy(1, 0, 0.9, False, 5, 35, torn=True, reworded=True)
    assert not is_certain(torn, THIRD[:30] + "。")


def test_a_flag_goes_with_the_damage_that_a_later_pass_repairs() -> None:
    page = "# 穴蝰\n\n目前未有任何亚种。穴蝰体长平均有30至50公分，最长纪录为70公分。身" + "，最长纪录为70公分。身" * 7 \
        + "\n\n至50公分，最长纪录为70公分。身体普遍颜色偏褐紫色、灰色或黑色，腹部呈棕色或白色，表皮遍布斑点。\n"
    cleaned = clean(page)
    assert "70公分。身体普遍颜色" in cleaned.text
    assert not [c for c in cleaned.changes if c.status == "flagged"]


def test_a_deck_behind_a_dash_takes_nothing_from_the_report() -> None:
    said = "在三个村子合办的榨油坊里，社员今年榨了八千斤菜油，比去年多一千斤"
    page = f"# 山脚下飘出了香味\n\n{{}}——{said}\n\n{OTHER}\n\n{said}。其中，自家吃的不到一半，其余都挑到镇上卖了。\n"
    for mark in ("", "# "):
        assert f"{said}。其中" in clean(page.format(mark)).text


def test_a_subhead_is_parted_from_both_copies_or_none() -> None:
    head = "智慧渡口服务群"
    glued, below = f"{LONG}{head}", "目前，乘客可以在码头的窗口买票，也可以在手机上预约，每天共有六班。"

    def parted(*texts: str) -> list[int]:
        page = Page(Source.from_text("\n\n".join(texts) + "\n"))
        return [c.start for c in LooseSubhead().find(page, Evidence(page, Settings()))]

    assert parted(glued, below, OTHER, glued, below) == [len(LONG), 2 * len(LONG) + len(head + below + OTHER) + 6]
    assert parted(glued, "众的办法很多，乘客可以在手机上买票。", OTHER, glued, below) == []


def test_a_headline_that_two_crops_show_stands_once() -> None:
    report = f"本报记者王小明\n\n{LONG}\n"
    assert clean(f"一座渡口改变了两个村庄\n\n两个村庄\n\n{report}").text == clean(f"一座渡口改变了两个村庄\n\n{report}").text
    glued = f"渡口重开两岸齐欢庆欧晓萌钟慧婷\n\n渡口重开两岸齐欢庆\n\n欧晓萌钟慧婷\n\n{LONG}\n"
    assert clean(glued).text == clean(glued.partition("\n\n")[2]).text
    rest = f"停了三年的渡口重开两岸齐欢庆欧晓萌钟慧婷\n\n渡口重开两岸齐欢庆\n\n欧晓萌钟慧婷\n\n{LONG}\n"
    assert clean(rest).text == f"# 停了三年的渡口重开两岸齐欢庆\n\n欧晓萌钟慧婷\n\n{LONG}\n"
    crossed = f"渡口重开两岸齐欢庆黄志刚吴建\n\n渡口重开两岸齐欢庆\n\n黄志刚吴建\n\n{LONG}\n"
    assert clean(crossed).text == clean(crossed.partition("\n\n")[2]).text
    assert clean(f"秋粮入库\n\n我县秋粮入库\n\n{report}").text.startswith("秋粮入库\n\n# 我县秋粮入库\n")


def test_the_last_line_of_a_paragraph_read_by_itself_is_a_copy() -> None:
    line = LONG[-9:]
    page = f"{OTHER}\n\n{OTHER}\n\n{LONG}\n\n{{}}{THIRD}\n\n{line}\n"
    assert line not in clean(page.format("")).text.splitlines()
    torn = "村里的老人坐在门前，看年轻人挑着陶罐赶集，说这样的日子从前想也\n\n"
    assert line in clean(page.format(torn)).text.splitlines()  # it may be the rest of that
    assert line in clean(page.format("").replace(f"{OTHER}\n\n{OTHER}", OTHER)).text.splitlines()  # nothing else stands twice


OPENING = "县广播站消息：9月9日，县水利委员会主任、修渠指挥部总指挥王大山"
HEADLINES = ("王大山在山前村主持召开秋季修渠动员大会并看望修渠队员", "王大山到河湾乡检查渡口重建工程并听取两岸群众意见")


def test_a_report_is_no_copy_of_its_headline_and_the_opening_of_another() -> None:
    reports = [OPENING + headline.removeprefix("王大山") + "。" for headline in HEADLINES]
    page = "\n\n".join((HEADLINES[0], reports[0], LONG, HEADLINES[1], reports[1], OTHER)) + "\n"
    text = clean(page).text
    assert all(report in text for report in reports)


def test_a_headline_that_ends_otherwise_is_no_torn_start_of_its_report() -> None:
    report = "河湾乡第十九届社员代表大会第七次全体会议，于昨天在渡口旁的晒谷场上举行，两岸的社员代表坐着渡船赶来，晒谷场上坐得满满当当。"
    headline = "河湾乡第十九届社员代表大会第七次全体会议公报"
    assert headline in clean(f"{OTHER}\n\n{OTHER}\n\n{LONG}\n\n{headline}\n\n{report}\n").text


def test_an_item_of_a_headline_that_heads_its_part_of_the_report_stays() -> None:
    first, second = "三个村子的新桥昨天正式通车", "两条山路明年春天开始重修"
    page = f"# {first} {second}\n\n{first}\n\n{LONG}\n\n{second}\n\n{OTHER}\n"
    lines = [line.lstrip("# ") for line in clean(page).text.splitlines()]
    assert first in lines and second in lines


def test_words_that_a_page_says_again_and_again_are_no_lines_of_a_crop() -> None:
    first, second = "船上坐满了赶集的人和他们", "的箩筐里装满了新摘的苹果"
    whole = f"渡口昨天重新开放，第一班渡船在早上六点离开码头，{first}{second}，大家说说笑笑，等着开船。"
    sliced = f"{first}县里去年修好了三十公里水{second}渠三百亩旱地都浇上了水今年还要再修十公里水渠，让更多的村子用上清水。"
    again = f"往年这个时候，{first}。镇上的人说，{first}就是秋天。"

    def cut(*texts: str) -> set[bool]:
        return {c.active for c in clean("\n\n".join(texts) + "\n").changes if c.rule == "COPY002"}

    assert cut(whole, sliced) == {True}
    assert cut(whole, sliced, again) == {False}


def test_a_piece_without_a_stop_that_begins_with_a_mark_or_stops_in_a_word_is_a_copy() -> None:
    host = "社员大会通过了在河湾乡修建渡口、榨油坊和粮食仓库并组织社员轮流看管农机具的决定，大家都很高兴，晚上又开会算账。"
    torn, headline = "、榨油坊和粮食仓库并组织社员轮流看管农机", "在河湾乡修建渡口、榨油坊和粮食仓库"
    assert torn not in clean(f"{host}\n\n{torn}\n\n{OTHER}\n").text.replace("## ", "").replace("〔缺〕", "").split("\n")
    assert headline in clean(f"{headline}\n\n{host}\n\n{OTHER}\n").text.replace("# ", "").split("\n")


def test_lines_of_a_headline_that_stop_in_a_word_are_no_pieces_of_the_report() -> None:
    lines = ("河湾乡政府印发《关于国庆期间社员轮", "流看管粮食仓库和农机具的通知》")
    report = f"国庆节快到了，{lines[0]}{lines[1]}，要求各村排好班次，晚上也不能离人。"
    text = clean(f"{lines[0]}\n\n{lines[1]}\n\n{report}\n\n{OTHER}\n").text
    assert text.count("社员轮") == text.count("农机具的通知") == 2


def test_the_torn_end_of_a_copy_is_no_subhead() -> None:
    first, goes_on = "油坊开张那天，社员们请来了县里的王师傅教大家怎样看火候。", "渡口管理办法和安全规定也在会上通过了，大家都很满意。"
    page = f"{OTHER}\n\n{first}{goes_on[:11]}\n\n{first}{goes_on}\n\n{THIRD}\n"
    assert clean(page).text == f"{OTHER}\n\n{first}{goes_on}\n\n{THIRD}\n"


def test_whole_sentences_that_two_pieces_of_a_paragraph_say_may_be_quoted() -> None:
    quote = "社员们请来了县里的王师傅教大家怎样看火候，晚上又在院子里点起马灯。"
    texts = [OTHER, f"油坊开张那天很热闹。{quote[:20]}", f"{quote[20:]}大家都很满意。", THIRD, quote, quote[2:]]
    shared, roles = find_shared(texts, shipped_model()), [Labelled("paragraph", 0.9)] * len(texts)
    for copy, quotable in ((4, True), (5, False)):
        told = with_doubts(texts, roles, shared, {copy: Copy(copy, 1, 1.0, False, 10, 30, hosts=(1, 2))})
        assert told[copy].quotable is quotable


def test_latin_names_say_no_more_than_hanzi() -> None:
    book, by = "作者：Michael Warren Lucas", "由 Joshua Allen Holm 推荐"
    page = "\n\n".join([f"《渡口》\n\n{book}\n\n{by}", OTHER, f"《油坊》\n\n{book}\n\n{by}", THIRD]) + "\n"
    text = clean(page).text
    assert text.count(book) == text.count(by) == 2


@pytest.mark.parametrize("dash", ["——", "一—"])
def test_a_deck_that_is_the_end_of_its_headline_stands_once(dash: str) -> None:
    deck = "村民们从清晨开始就在码头上等着看新渡船靠岸"
    text = clean(f"停航三年的河湾渡口昨日重新开放{dash}{deck}\n\n{dash}{deck}\n\n本报记者王小明\n\n{OTHER}\n\n{THIRD}\n").text
    assert text.count(deck) == 1 and "停航三年的河湾渡口昨日重新开放" in text


def test_a_deck_with_its_byline_printed_twice_stands_once() -> None:
    deck, by = "——两岸居民都来看新渡船", "通讯员李春生本报记者王小明"
    text = clean(f"河湾渡口重新开放\n\n{deck}\n\n{by}\n\n{deck}{by}\n\n{OTHER}\n\n{THIRD}\n").text
    assert text.count(deck) == text.count(by) == 1


def test_a_bracket_in_mid_sentence_ends_no_quotation() -> None:
    said = "晚上，老人们在院子里成立了河湾乡油料互助合作社（简称合作社）"
    texts = [f"{said}并选出了社长，大家都很满意。", f"{said}。大家都很满意。", said]
    assert not said_whole(texts, Copy(2, 0, 1.0, False, 0, len(said)))
    assert said_whole(texts, Copy(2, 1, 1.0, False, 0, len(said)))


def test_a_headline_whose_phrases_the_report_has_stays() -> None:
    head = "前2个月本县与邻县地区进出口同比增长20.3%"
    report = "记者从县合作总社了解到，今年前2个月，本县与邻县地区进出口3018.5万元，同比增长20.3%。其中，茶叶卖得最好，竹器次之。"
    assert head in clean(f"县城简讯\n\n{head}\n\n{report}\n\n{LONG}\n").text
    marked = "# 县人民代表大会召开主席会议务虚会 孙小河主持并讲话"
    report = "24日上午，县人民代表大会召开2025年度主席会议务虚会。县人民代表大会主席孙小河主持并讲话。他表示，要把水渠修好。"
    assert marked in clean(f"{marked}\n\n{report}\n\n{LONG}\n").text


def test_lines_that_differ_in_a_latin_word_are_no_copies() -> None:
    systems = (("Fedora", "DNF"), ("RHEL/CentOS", "YUM"), ("Debian/Ubuntu", "APT"), ("openSUSE Leap", "Zypper"))
    lines = [f"对于 {system} 系统，使用 {command} 命令来安装 {name}。" for name in ("cracklib", "libpwquality") for system, command in systems]
    page = [LONG, *lines[:4], "安装好以后，把检查密码的规则写进配置文件，再重新启动这一项服务。", *lines[4:], OTHER]
    assert not [c for c in clean("\n\n".join(page) + "\n").changes if c.active and c.rule.startswith("COPY")]


def test_a_credit_in_brackets_stays_wherever_it_stands() -> None:
    credit = "（孙小河供图，转载请注明出处和作者姓名）"
    assert clean(f"{LONG}\n\n{credit}\n\n{OTHER}\n\n{credit}\n\n{LONG[::-1]}\n\n{credit}\n").text.count(credit[1:-1]) == 3


def test_a_clause_of_the_lead_that_the_report_says_again_is_only_offered() -> None:
    said = "审议通过《县务会议关于修改〈河湾县各乡渡口与码头出入管理条例〉的决定（草案）》。"
    lead = f"县长孙小河7月16日主持召开县务会议，研究做强渡口重点办法落实工作，听取规范砖窑秩序情况的汇报，{said}"
    changes = clean(f"# 县务会议召开\n\n{lead}\n\n{LONG}\n\n会议指出，要把水渠修好，把粮仓盖好。\n\n会议{said}\n\n{OTHER}\n").changes
    assert [c.active for c in changes if c.rule == "COPY001"] == [False]
