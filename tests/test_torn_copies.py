"""Copies that the edge of a crop tore: what goes, and what an editor may have meant."""

from __future__ import annotations

from dataclasses import replace

from cleaner import clean
from cleaner.changes import Change
from cleaner.evidence import shipped_model
from cleaner.structure.copies.near import Copy, find_shared
from cleaner.structure.copies.repeats import _is_copy
from cleaner.structure.copies.torn import cuts_word, torn_off
from cleaner.structure.labels.roles import Labelled
from tests.test_copies import statutes

OIL = "入秋以来，山脚下的三个村子合办了一座榨油坊，社员轮流值班，把自家收的油菜籽送来榨油，多出来的菜油装进陶罐，赶集的日子挑到镇上去卖。"
BRICKS = "河对岸的砖窑停了两年，今年春天重新点火，烧出的青砖又硬又平，邻县修学校、修粮仓都到这里来买，窑工们一天三班也忙不过来。"
FERRY = "停了三年的河湾渡口昨天重新开放，第一班渡船在早上六点离开码头，船上坐满了赶集的人和他们的箩筐"


def page(*texts: str) -> str:
    return "\n\n".join(texts) + "\n"


def copies(text: str) -> list[Change]:
    return [change for change in clean(text).changes if change.rule.startswith("COPY") and change.active]


def test_the_second_crop_may_have_no_more_than_the_end_of_the_sentence() -> None:
    text = clean(page(OIL, "老船工把缆绳系在木桩上，回头只说了一句：今年的水比往年大得多，过河的人都要穿好救生衣再上",
                      "一句：今年的水比往年大得多，过河的人都要穿好救生衣再上船。", BRICKS)).text
    assert text.count("过河的人都要穿好救生衣") == 1 and "再上船。" in text and "回头只说了" in text


def test_a_quotation_of_a_paragraph_that_breaks_off_stays() -> None:
    quote = "今年的水比往年大得多，过河的人都要穿好救生衣再上船。"
    assert not copies(page(OIL, f"老船工把缆绳系在木桩上。{quote[:-2]}", quote, BRICKS))


def test_a_list_of_names_that_a_crop_cut_is_no_headline() -> None:
    text = clean(page(OIL, "河滩上还有石碑、古渡口遗址、旧盐仓、船工会馆、茶亭和石板路", "旧盐仓、船工会馆、茶亭和石板路等旧物，如今都由村里照管，夜里有人守着。", BRICKS)).text
    assert text.count("船工会馆") == 1


def test_a_far_overlap_of_one_line_is_cut_where_a_paragraph_breaks_off_and_no_headline_ends() -> None:
    said = "五年里，河湾的渡口一年一个样"
    report = f"{said}。三十条渡船换成了电动的，码头上装起了雨棚，赶集的日子两岸的人再也不用在雨里等船了。"
    headline = f"【两岸见闻】河湾：从“坐等船来”到“船等人来”一一{said}"
    assert not copies(page(headline, OIL, BRICKS, "县里去年修好了三十公里水渠，三百亩旱地都浇上了水。", FERRY + "。", report))
    text = clean(page(f"老船工在渡口撑了四十年的船。他说，{said}", OIL, BRICKS, "县里去年修好了三十公里水渠，三百亩旱地都浇上了水。", FERRY + "。", report)).text
    assert text.count(said) == 1


def test_a_latin_word_overlaps_no_more_than_a_word_does() -> None:
    assert not copies(page("这样的软件不多，今天要介绍的一个新软件叫Notebooks", "Notebooks最近公开了源代码，请大家一起来改进它，并且不收任何费用。", OIL))


def test_a_start_cut_in_a_word_goes_wherever_it_stands() -> None:
    host = "渡口东边的粮库去年装上了智能测温系统，保管员在手机上就能看到粮情，不用再爬上爬下。"
    text = clean(page(host, OIL, BRICKS, host[:17])).text
    assert host[16:18] == "系统" and text.count("渡口东边的粮库") == 1
    assert cuts_word([host[:17], OIL, host], Copy(0, 2, 1.0, False, 0, 17, torn=True))
    assert not cuts_word([host[:16], OIL, host], Copy(0, 2, 1.0, False, 0, 16, torn=True))  # a headline may end there
    assert not cuts_word([host[:17], OIL, host], Copy(0, 2, 0.9, False, 0, 17, torn=True))
    assert torn_off(["rks是一本书", "他写的Works是一本书。"], Copy(0, 1, 1.0, False, 5, 11, torn=True))


def test_a_paragraph_whose_last_line_stands_in_the_next_column_is_whole_with_it() -> None:
    text = clean(page(f"{BRICKS}{FERRY[:-2]}", "箩筐。", OIL, f"{FERRY}。", f"{FERRY}。")).text
    assert text.count("第一班渡船") == 1 and f"{BRICKS}{FERRY}。" in text
    assert f"{FERRY}。" in clean(page(f"{BRICKS}{FERRY[:-2]}", "箩筐。", OIL, f"{FERRY}。")).text.split("\n\n")[-1]  # once it may be a pull quote


def test_the_last_items_of_a_list_right_below_their_paragraph_go() -> None:
    paragraph = "今年村里打算办三件事，一件也不能落下，件件都要办到大家的心里去：稳定粮食生产、扩大果园面积、提高菜油质量。"
    pages = (OIL, paragraph, "扩大果园面积、提高菜油质量。", BRICKS, BRICKS)
    assert clean(page(*pages)).text.count("提高菜油质量") == 1
    assert clean(page(*pages[:2], BRICKS, pages[2], BRICKS)).text.count("提高菜油质量") == 2


def test_a_headline_that_its_report_says_again_with_a_word_more_stays() -> None:
    for headline, report in (("河湾三村公共榨油服务平台启动建设", "河湾三村公共榨油服务平台近日启动建设，计划于今年八月开张。平台接入了县里的粮油监测网络，把榨油、装罐、运输都管起来。"),
                             ("全县首批二十台电池动力拖拉机在河湾镇下线", "全县首批二十台电池动力拖拉机日前在河湾镇下线，将替换老式柴油机车用于春耕。")):
        assert not copies(page(OIL, headline, report, BRICKS))


def test_a_headline_and_its_lead_or_two_items_of_a_list_are_no_copies() -> None:
    headline, lead = "县委召开会议 审议《河湾渡口管理工作条例》 县长主持会议", "县委27日召开会议，审议《河湾渡口管理工作条例》。县长主持会议。"
    items = "2）如何用 ip 命令检查默认网关或者路由地址？", "3）如何用 netstat 命令检查默认网关或者路由地址？"
    heading, body = Labelled("headline", 1.0, True), Labelled("paragraph", 1.0)
    like = Copy(0, 1, 0.88, True, 0, 30)
    assert not _is_copy((headline, lead), (heading, body), like)
    assert _is_copy((lead, lead), (body, body), like) and _is_copy((lead, lead), (heading, body), replace(like, similarity=1.0))
    assert not _is_copy(items, (body, body), like) and _is_copy((items[0], items[0]), (body, body), like)


def test_an_overlap_with_one_character_misread_or_lost_is_cut_unasked() -> None:
    left = FERRY[:31]
    for said in ("早上六点离开码头，船上坐满了赶", "早上六点离开码头，船上坐蒲了赶", "早上六点离开码，船上坐满了赶"):
        text = clean(page(OIL, left[:left.index("早")] + "早上六点离开码头，船上坐满了赶", f"{said}集的人和他们的箩筐，渡口一时很热闹。", BRICKS)).text
        assert text.count("六点离开") == 1, said
    text = clean(page(OIL, "停了三年的河湾渡口昨天重新开放，早班渡船从东码头开往青龙", "晚班渡船从东码头开往青龙镇，沿途停靠粮站和砖窑。", BRICKS)).text
    assert text.count("渡船从东码头") == 2  # another word, no misreading


def test_two_characters_of_its_own_stay_where_the_next_crop_begins_behind_them() -> None:
    said = "孙小河带着全村社员一起修渠，三百亩旱地都浇上了水，又去河湾的渡口修了两条船，社员们天不亮就下地"
    text = clean(page(OIL, said, f"{said[2:]}，天黑了才回家。", BRICKS)).text
    assert text.count("三百亩旱地") == 1 and "孙小河带着" in text


def test_the_rest_of_a_torn_sentence_stays_where_a_pull_quote_has_all_of_it() -> None:
    quote = "它也是全县最老的一座渡口，每年清明前后都有上万人从两岸的村子赶来看龙船。"
    text = clean(page(OIL, f"河湾渡口在青龙镇的东头。{quote[:4]}", quote[4:], "惜水如金，从我做起！", quote, BRICKS)).text
    assert quote in text.split("惜水如金")[0].replace("\n", "")
    quote = "1936年更名为河湾公渡，1954年又与下游的青龙渡合并，更名为青龙县第一渡口，并且一直使用到今天。"
    text = clean(page(OIL, quote, f"渡口是乡里的船工们开办的。{quote[:16]}", quote[4:], "惜水如金，从我做起！", BRICKS)).text  # two crops that overlap
    assert quote[4:] in text.split("船工们开办的")[1].replace("\n", "")


def test_what_an_overlap_leaves_of_a_sentence_stays_though_the_page_says_it_before() -> None:
    earlier = "孙小河的船队三次夺得县里的龙船冠军，是河湾最有名的一支队伍。李老三的船队成立得晚，前两年都没有名次。"
    left = f"{earlier}此外，他和女儿撑的双人船在三八年和三九年两"
    right = "。此外，他和女儿撑的双人船在三八年和三九年两次夺得县里的龙船冠军，是河湾最有名的一支队伍。"
    text = clean(page(OIL, left, right, BRICKS)).text
    assert text.count("此外") == 1 and text.count("是河湾最有名的一支队伍") == 2


def test_a_head_that_three_crops_show_stands_once() -> None:
    head, by = "砖窑重新点火青砖供不应求", "本报记者 孙小河"
    text = clean(page("全县粮食又获丰收", OIL, head, by, head, by, head, head[6:], by, BRICKS)).text
    assert text.count(head[6:]) == text.count("孙小河") == 1
    assert text.index(head) < text.index("孙小河") < text.index("河对岸的砖窑")
    text = clean(page("全县粮食又获丰收", OIL, *[head, by] * 5, BRICKS)).text
    assert text.count(head) == text.count("孙小河") == 1


def test_a_line_that_is_the_end_of_the_headline_below_it_goes() -> None:
    head = "坚持以干促学推动全县秋收走深走实"
    text = clean(page(OIL, head[8:], head, "本报记者 孙小河", BRICKS)).text
    assert text.count(head[8:]) == 1
    assert clean(page(OIL, "秋收时节", "全县迎来秋收时节", "本报记者 孙小河", BRICKS)).text.count("秋收时节") == 2  # a kicker


def test_the_torn_end_of_a_paragraph_is_no_heading_below_it() -> None:
    torn = "为防范秋汛，今天，河湾渡口的三十条渡船停航，所有在建的码头和水渠工地"
    text = clean(page(OIL, torn, torn[9:], "全部停工，两岸的社员已经撤到高处，粮食也搬进了山上的仓库。", BRICKS)).text
    assert text.count("三十条渡船停航") == 1


def test_an_overlap_in_mid_clause_goes_on_a_page_full_of_formulas() -> None:
    rows = statutes(0)
    left = "停了三年的河湾渡口昨天重新开放，第一班渡船在早上六点离开码头，船上坐满了赶集的人和他们的箩"
    right = "早上六点离开码头，船上坐满了赶集的人和他们的箩筐。船工说，票价还是老样子。"
    opening = "河对岸的砖窑停了两年，今年春天重新点火，烧出的青砖又硬又平，邻县修学"
    texts = [*rows, left, right, rows[5], opening, BRICKS]
    assert find_shared(texts, shipped_model()).formulaic
    text = clean(page(*texts)).text
    assert text.count("坐满了赶集的人") == text.count("今年春天重新点火") == 1
    assert text.count(rows[5]) == 2


def test_a_deck_whose_dashes_were_misread_is_no_crop_of_the_report() -> None:
    said = "从各乡收成看，上半年，河东各乡的农活安排妥当，夏粮获得丰收"
    text = clean(page("上半年全县农业稳中有进", f"一一{said}", "本报记者 孙小河", OIL, "经初步核算，上半年，全县收粮六十万斤，比去年多了一成。",
                      f"{said}。砖窑和油坊增长较快，都比去年多了一成。", BRICKS)).text
    assert text.count(said) == 2
