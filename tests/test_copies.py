"""Copies, overlaps, loops and second readings, on sentences made up for the purpose."""

from __future__ import annotations

import random
import time

import pytest

from benchmarks.noise import misread
from cleaner import clean
from cleaner.evidence import shipped_model
from cleaner.normalizers.copies import LEAST_GAIN
from cleaner.structure.copies.differences import differences, look_alike, misread_odds, says_otherwise
from cleaner.structure.copies.loops import loop_in, looping_blocks
from cleaner.structure.copies.near import find_shared
from cleaner.structure.copies.overlaps import find_cuts
from cleaner.structure.copies.passages import find_passages, shadow
from cleaner.structure.copies.twins import better_readings

LONG = "入秋以来，山脚下的三个村子合办了一座榨油坊，社员轮流值班，把自家收的油菜籽送来榨油，多出来的菜油装进陶罐，赶集的日子挑到镇上去卖。"
OTHER = "河对岸的砖窑停了两年，今年春天重新点火，烧出的青砖又硬又平，邻县修学校、修粮仓都到这里来买，窑工们一天三班也忙不过来。"


def odds(left: str, right: str) -> float:
    return misread_odds(left, right, differences([(left, right)], shipped_model())[0])


@pytest.mark.parametrize("seed", range(6))
def test_a_copy_is_found_however_each_side_was_misread(seed: int) -> None:
    rng = random.Random(seed)
    one, other = (misread(LONG, 0.115, rng)[0] for _ in range(2))
    found = find_shared([one, OTHER, other], shipped_model()).copies
    assert [(c.copy, c.host, c.whole) for c in found] in ([(0, 2, True)], [(2, 0, True)])


def test_different_paragraphs_share_nothing() -> None:
    assert find_passages([shadow(LONG), shadow(OTHER)]) == []


@pytest.mark.parametrize(("left", "right"), [
    ("第一小组出勤二十人，修好水渠三百米。", "第二小组出勤十八人，修好水渠二百米。"),
    ("十二日：多云，最高气温21摄氏度，最低气温9摄氏度。", "十三日：多云，最高气温23摄氏度，最低气温8摄氏度。"),
    ("市人民政府应当加强对粮食仓库的管理工作。", "县人民政府应当加强对水产市场的管理工作。"),
])
def test_rows_that_differ_in_words_or_figures_are_no_copies(left: str, right: str) -> None:
    assert odds(left, right) < 0


def test_a_misreading_is_told_from_another_word() -> None:
    assert odds(LONG, LONG.replace("菜油", "莱沺")) > 0


def test_single_characters_strewn_over_a_text_are_misreadings() -> None:
    one = OTHER.replace("春", "香").replace("又硬", "又确").replace("县修", "具修")
    other = OTHER.replace("新点", "斯点").replace("砖又", "传又").replace("三班", "三斑")
    assert odds(one, other) > odds(one[:30], other[:30])
    assert [(c.copy, c.host, c.whole) for c in find_shared([one, LONG, other], shipped_model()).copies]


def test_the_end_of_one_crop_is_the_start_of_the_next() -> None:
    cuts = find_cuts([LONG[:40], LONG[26:]], shipped_model())
    assert [(c.block, c.start, c.end, c.twin) for c in cuts] == [(1, 0, 14, 0)]


def test_a_block_gives_up_the_paragraphs_that_stand_alone() -> None:
    third = "到了年底，油坊把账目抄在红纸上贴出来，家家户户都看得见。"
    rest = "明年还要添一台新机器，请老师傅来教大家，一直忙到插秧的时候，让更多的人学会这门手艺，把油坊办得更好更大，还要修一间仓库。"
    found = find_cuts([OTHER + third + rest, OTHER, third], shipped_model())
    assert [(c.block, c.twin) for c in found] == [(0, 1), (0, 2)]
    assert found[-1].end == len(OTHER + third)


def test_no_cut_relies_on_what_another_cut_takes_away() -> None:
    texts = [LONG[:40], LONG[26:] + OTHER[:30], OTHER[14:]]
    taken: dict[int, list[tuple[int, int]]] = {}
    cuts = find_cuts(texts, shipped_model())
    for cut in cuts:
        taken.setdefault(cut.block, []).append((cut.start, cut.end))
    assert cuts
    for cut in cuts:
        assert not any(s < cut.twin_end and cut.twin_start < e for s, e in taken.get(cut.twin, ()))


def test_a_loop_keeps_its_first_turn() -> None:
    text = "水渠修好了。" + "三百亩旱地都浇上了清水，" * 8
    loop = loop_in(text)
    assert loop is not None and text[:loop.start] + text[loop.end:] == "水渠修好了。三百亩旱地都浇上了清水，"


@pytest.mark.parametrize("text", [
    "加油！加油！加油！加油！加油！加油！加油！", "………………………………", "0.00 0.00 0.00 0.00 0.00 0.00 0.00 0.00",
    "山高水长，我的家乡。" * 3, LONG])
def test_what_is_no_loop(text: str) -> None:
    assert loop_in(text) is None


def test_a_run_of_blocks_that_loops() -> None:
    assert looping_blocks(["开头的话说完了。", *["三百亩旱地都浇上了清水。"] * 6]) == dict.fromkeys(range(2, 7), (1, 6))
    assert looping_blocks(["合格"] * 30) == {}
    assert looping_blocks([f"第{c}小组出勤二十人，修好水渠三百米。" for c in "一二三四五六七"]) == {}


def test_the_likelier_reading_is_taken_but_never_a_figure() -> None:
    kept, copy = LONG.replace("社员", "社贝"), LONG.replace("轮流", "轮硫")
    found = [r for r in better_readings([(kept, copy)], shipped_model())[0] if r.gain >= LEAST_GAIN]
    assert [(kept[r.start:r.end], r.after) for r in found] == [("贝", "员")]
    assert better_readings([("今年收了8千斤菜籽油。", "今年收了3千斤菜籽油。")], shipped_model()) == [[]]


def test_a_looping_page_of_thousands_of_blocks_is_searched_in_linear_time() -> None:
    def seconds(count: int) -> float:
        rng = random.Random(1)
        shadows = [misread(LONG[:40], 0.1, rng)[0] for _ in range(count)]
        begun = time.perf_counter()
        find_passages(shadows)
        return time.perf_counter() - begun

    seconds(50)
    assert seconds(2000) < 30 * seconds(200) + 0.5


def test_a_headline_twice_in_a_row_stands_once() -> None:
    head, lead = "# 渡口昨天重开，两岸居民不再绕路", "停了三年的河湾渡口昨天重新开放，附近的居民都很高兴，第一班渡船在早上六点离开码头。"
    other = "山脚下的果园收了十万斤苹果，合作社已经和省城的超市签订了合同，苹果从下周起运往省城。"
    assert clean(f"{head}\n\n{head}\n\n{lead}\n").text == f"{head}\n\n{lead}\n"
    apart = f"{head}\n\n{lead}\n\n{head}\n\n{other}\n"
    assert clean(apart).text.count(head) == 2


def test_a_credit_at_the_end_of_one_block_and_the_start_of_the_next_is_no_overlap() -> None:
    credit = "（图片来源：本社资料室）"
    assert find_cuts([LONG[:50] + credit, credit + OTHER], shipped_model()) == []
    assert find_cuts(["图：> " + credit + OTHER, LONG + "> 图：" + credit], shipped_model()) == []
    assert find_cuts([LONG[:50], LONG[38:50] + OTHER], shipped_model())  # what is no credit still goes


@pytest.mark.parametrize(("left", "right", "misread_here"), [
    ("后来粮食局把国文中心的仓库租给了他们。", "后来粮食局把固立中心的仓库租给了他们。", True),  # 国立, each side has lost one half
    ("后来粮食局把国营中心的仓库租给了他们。", "后来粮食局把民办中心的仓库租给了他们。", False),
])
def test_neighbouring_misreadings_of_both_sides_bear_each_other_out(left: str, right: str, misread_here: bool) -> None:
    found = differences([(left, right)], shipped_model())[0]
    assert [(d.a1 - d.a0, d.b1 - d.b0) for d in found] == [(2, 2)]
    assert (found[0].best_score > max(found[0].left_score, found[0].right_score)) is misread_here
    assert (misread_odds(left, right, found) > 0) is misread_here


def test_look_alikes_speak_for_a_misreading() -> None:
    assert look_alike("国文", "固立") == 2
    assert look_alike("三", "二") == 0  # figures are never taken for misread ones
    assert look_alike("菜油", "砖窑") == 0


def test_a_lead_keeps_what_the_two_lines_of_its_headline_say() -> None:
    headline = ["县粮食局印发《关于做好春耕期间良种", "调拨和农具修理工作的若干意见》"]
    lead = ("谷雨将至，为了不误农时，县粮食局日前印发《关于做好春耕期间良种调拨和农具修理工作的若干意见》，要求各乡在本月底以前"
            "把种子送到社员手里。")
    assert find_cuts([*headline, lead], shipped_model()) == []


def test_a_headline_goes_along_with_the_paragraph_that_stands_twice_beside_it() -> None:
    title = "# 三个村子合办榨油坊收成喜人"
    page = [LONG, "## 窑工们的春天", title, OTHER]
    again = [LONG, title, "到了年底，油坊把账目抄在红纸上贴出来，家家户户都看得见，谁也没有话说。"]
    assert clean("\n\n".join([*page, *again])).text.count(title) == 1
    assert clean("\n\n".join([*page, *again[1:]])).text.count(title) == 2  # a section title may stand twice


def test_an_overlap_without_four_equal_characters_in_a_row_is_found() -> None:
    left = "水渠修好以后，三百亩旱地都浇上了水，社员轮流直班，把目家收的油菜籽迗来"
    right = "社贠轮流值班，把自家收的沺菜籽送来榨油，多出来的菜油装进陶罐。"
    cuts = find_cuts([left, right], shipped_model())
    assert [(c.block, c.start, c.twin, right[c.end:c.end + 2]) for c in cuts] == [(1, 0, 0, "榨油")]
    assert not find_cuts([OTHER[:30] + "。", right], shipped_model())


def test_a_passage_is_parted_where_one_side_has_a_line_of_another_column() -> None:
    mixed = LONG[:24] + OTHER[10:30] + LONG[24:]
    assert [(p.a0, p.a1, p.b0, p.b1) for p in find_passages([shadow(mixed), shadow(LONG)])] == [
        (0, 24, 0, 24), (44, len(mixed), 24, len(LONG))]


def test_a_block_that_runs_from_one_paragraph_into_the_next_gives_both_up() -> None:
    third = "到了年底，油坊把账目抄在红纸上贴出来，家家户户都看得见，没有一个人说闲话。"
    block = "县里的公路年底通车，" + LONG[-22:] + third[:20] + "，比原来的工期提前了一个多月"
    cuts = [c for c in find_cuts([block, OTHER, LONG, third], shipped_model()) if c.block == 0]
    assert [(c.twin, c.start, c.end) for c in cuts] == [(2, 10, 32), (3, 32, 52)]


def test_the_words_of_a_subhead_under_a_paragraph_are_no_start_of_the_next_one() -> None:
    quote, told = "此外，合作社的苹果今年卖到了每斤三元六角，创下历史新高。", "位乡亲表示，县里果园政策只会让村里人的日子过得更好。"
    block = quote[14:] + "多位乡亲表示果园政策将使"
    assert not any(cut.sure for cut in find_cuts([LONG, block, OTHER, quote, told], shipped_model()))


def statutes(seed: int) -> list[str]:
    """Articles of made-up rules: whole, all different, full of the same clauses."""
    rng = random.Random(seed)
    clauses = ("未按照规定报告仓库存粮数量的", "擅自改变水渠用途或者阻塞水渠的", "拒绝社员代表查阅账目的", "逾期没有归还借用的耕牛和农具的")
    ends = ("由合作社责令改正并且通报批评", "由乡人民委员会给予警告并限期补交", "取消当年的分红资格")
    rows = []
    for _ in range(40):
        names = "".join(rng.sample("甲乙丙丁戊己庚辛壬癸", 3))
        rows.append(f"{names}组的{rng.choice(('社员', '会计', '保管员'))}在{rng.choice(('春耕', '夏收', '秋种'))}时{rng.choice(clauses)}，"
                    f"{rng.choice(ends)}，{rng.choice(('情节轻微', '主动改正', '造成损失'))}的另议。")
    return rows


@pytest.mark.parametrize("seed", range(3))
def test_a_page_of_formulas_keeps_what_it_repeats(seed: int) -> None:
    rows = statutes(seed)
    assert find_shared(rows, shipped_model()).formulaic
    assert not find_shared([LONG, OTHER, LONG[:40], LONG[26:]], shipped_model()).formulaic
    assert not [c for c in clean("\n\n".join([*rows, rows[5]]) + "\n").changes if c.active and c.rule in {"COPY001", "COPY002", "COPY004"}]


REST = "村里修好了水渠，三百亩旱地都浇上了水，老支书说明年还要种果树。"


def unasked(*blocks: str) -> list[str]:
    """What the copy rules take away unasked from a page of these blocks."""
    return [c.before for c in clean("\n\n".join(blocks) + "\n").changes if c.active and c.rule.startswith("COPY")]


@pytest.mark.parametrize(("one", "other"), [
    ("今天白天：晴转多云，偏北风三到四级，最高气温二十一摄氏度。", "明天白天：晴转多云，偏北风三到四级，最高气温二十一摄氏度。"),
    ("早班渡船从东码头开往青龙镇，沿途停靠粮站和砖窑，票价五角，中途上船的旅客在船上补票。",
     "晚班渡船从东码头开往青龙镇，沿途停靠粮站和砖窑，票价五角，中途上船的旅客在船上补票。"),
    ("县队以全场紧逼的打法赢了主队，观众对队员顽强的精神报以热烈的掌声，教练也很满意，比赛结束以后队员们留下来签名。",
     "县队以全场紧逼的打法赢了客队，观众对队员顽强的精神报以热烈的掌声，教练也很满意，比赛结束以后队员们留下来签名。"),
    ("王老师：欢迎您来我校指导工作，请在开会以前到传达室领取座位票，会后在食堂用饭，住宿由总务处安排，路费凭票报销，如有变动，"
     "请提前写信告诉我们，以便通知大会秘书处，大会期间请保管好自己的物品，祝您一路平安。",
     "李老师：欢迎您来我校指导工作，请在开会以前到传达室领取座位票，会后在食堂用饭，住宿由总务处安排，路费凭票报销，如有变动，"
     "请提前写信告诉我们，以便通知大会秘书处，大会期间请保管好自己的物品，祝您一路平安。"),
])
def test_parallel_lines_that_differ_in_one_known_word_stay(one: str, other: str) -> None:
    assert unasked(one, other, REST) == []
    assert unasked(one, REST, other) == []
    assert len(unasked(one, REST, one)) == 1  # the same line twice goes


def test_one_look_alike_is_a_misreading_and_no_other_word() -> None:
    left, right = LONG, LONG.replace("自家", "目家")
    where = differences([(left, right)], shipped_model())[0]
    assert not says_otherwise(left, right, where)
    assert len(unasked(left, REST, right)) >= 1


@pytest.mark.parametrize("rows", [
    [f"{who}应当按时上工，不得无故缺席。" for who in ("社员", "会计", "队长", "组长", "船工", "木匠", "石匠")],
    [f"{which}村今年修好了水渠，" for which in "东西南北中前后"],
    [f"第{number}条　{who}应当按时{what}，不得无故拖延。" for number, who, what in zip(
        "三四五六七八", ("社员", "会计", "队长", "组长", "船工", "木匠"), ("上工", "结账", "派工", "记分", "开船", "交货"), strict=True)],
])
def test_rows_of_one_formula_are_no_loop(rows: list[str]) -> None:
    assert unasked(*rows) == [] == unasked("".join(rows))
    assert looping_blocks(rows) == {} and loop_in("".join(rows)) is None


def test_a_row_that_says_something_else_survives_the_loop_around_it() -> None:
    rows = [*["东村今年修好了水渠，三百亩旱地都浇上了水。"] * 4, "西村今年修好了水渠，三百亩旱地都浇上了水。",
            *["东村今年修好了水渠，三百亩旱地都浇上了水。"] * 4]
    assert 4 not in looping_blocks(rows) and len(looping_blocks(rows)) == 7


@pytest.mark.parametrize("seed", range(4))
def test_a_misread_loop_is_found(seed: int) -> None:
    rng = random.Random(seed)
    turns = [misread(OTHER[:31], 0.05, rng)[0] for _ in range(9)]
    loop = loop_in("开头的话说完了。" + "".join(turns))
    assert loop is not None and loop.times >= 5


def test_a_refrain_with_words_of_its_own_in_both_places_is_no_overlap() -> None:
    refrain = "她在信里写道：“等河上的桥修好了，我就坐船回来看你们。”"
    first = "那年冬天河面结了冰，渡船停在岸边，村里的人都在等春天。"
    then = "二十年以后，孙女在箱底翻出这封信，把它念给全家人听，屋里静悄悄的。"
    assert unasked(first + refrain, refrain + then) == []
    assert unasked(first + refrain, REST, refrain + then) == []
    assert not any(cut.sure for cut in find_cuts([first + refrain, refrain + then], shipped_model()))


@pytest.mark.parametrize("slogan", ["多栽一棵树，少流一方土！", "加油加油再加油！"])
def test_a_slogan_may_be_repeated(slogan: str) -> None:
    cleaned = clean("\n\n".join([LONG, slogan, slogan, slogan, OTHER, OTHER]) + "\n").text
    assert cleaned.count(slogan) == 3 and cleaned.count(OTHER) == 1


TWICE = ("油坊开张那天，社员们请来了县里农业技术推广站的王师傅和两位技术", "人员，教大家怎样看火候。", "砖窑停了两年，今年春天重新点火，烧出的青砖又硬又平。",
         "县里农业技术推广站的王师傅和两位技术能手又来了一回，带来了新的菜籽品种。")


def test_words_said_twice_stay_where_the_scan_goes_on_by_itself() -> None:
    assert not [cut for cut in find_cuts(TWICE, shipped_model()) if cut.sure]
    crops = [cut for cut in find_cuts([TWICE[0], TWICE[2], OTHER, TWICE[3]], shipped_model()) if cut.sure]
    assert [(cut.block, cut.start, cut.end) for cut in crops] == [(3, 0, 18)]


def test_an_overlap_takes_nothing_that_its_twin_has_not() -> None:
    left = "渠水流进了三百亩旱地，村里的老人都说这样的好事从来没有见过，这两项工程直接"
    right = "这样的好事从来没有见过，这两项工程直影响了全村的收成，大家都很高兴。"
    (cut,) = find_cuts([left, right], shipped_model())
    assert right[cut.end:] == "影响了全村的收成，大家都很高兴。"


def test_an_overlap_unlike_the_others_of_its_page_is_not_cut_unasked() -> None:
    others = [text for start in range(3) for text in ((LONG, OTHER, LONG[::-1])[start][:40], (LONG, OTHER, LONG[::-1])[start][20:])]
    page = [*others, "一九八二年四月他出任县粮食局的副局长，后来兼任城关粮站的第一书记。八三年四月一日卸任",
            "兼任县粮食局的书记。八三年四月任县人民代表大会的副主任，主管农业。"]
    assert not [cut for cut in find_cuts(page, shipped_model()) if cut.sure and cut.block >= 6]


def test_a_box_gives_nothing_up_to_the_body() -> None:
    said = "多出来的菜油装进陶罐，赶集的日子挑到镇上去卖。"
    assert find_cuts(["入秋以来，山脚下的三个村子合办了一座榨油坊，" + said, ">图：" + said + "（图片来源：本社资料室）"], shipped_model()) == []


def test_a_clause_between_two_common_passages_is_the_writers() -> None:
    one = "第七十条机动车之间发生交通事故造成人身伤亡、财产损失的，超过强制保险责任限额的部分，由有过错的一方承担赔偿责任；双方都有过错的，按照比例分担。"
    other = "第七十一条行人与机动车之间发生交通事故造成人身伤亡、财产损失的，由有过错的一方承担赔偿责任；双方都有过错的，减轻机动车一方的责任。"
    assert not [cut for cut in find_cuts([one, other], shipped_model()) if cut.sure]


@pytest.mark.parametrize(("before", "turn"), [
    ("书目写着：《一集》四卷，《二集》四卷，", "《三集》四卷，"),
    ("又名三座岭，在石头桥东，", "因岭上的三座石塔（旧时建的白石塔）而得名。"),
])
def test_what_only_resembles_a_loop_before_it_is_no_turn(before: str, turn: str) -> None:
    loop = loop_in(before + turn * 12)
    assert loop is not None
    assert before + turn in (before + turn * 12)[:loop.start] + (before + turn * 12)[loop.end:]


def test_a_torn_strip_that_opens_the_next_block_goes() -> None:
    whole = "油坊开张那天，社员们请来了县里的王师傅教大家怎样看火候，怎样滤渣，怎样装罐，晚上又开会算账。"
    assert clean(f"{OTHER}\n\n{whole[:35]}石\n\n{whole}\n").text == clean(f"{OTHER}\n\n{whole}\n").text
    parallel = "男子团体冠军获得者是来自城关镇第一小学的"
    assert parallel in clean(f"{OTHER}\n\n{parallel}\n\n女{parallel[1:]}四名学生，他们练了整整一个冬天。\n").text


def test_a_signature_right_behind_itself_stands_once() -> None:
    page = "# 渡口重开，两岸不再绕路\n\n停了三年的河湾渡口昨天重新开放，附近的居民都很高兴。\n\n王小河 李大江\n\n{}# 果园丰收\n\n" \
           "今年雨水好，山脚下的果园收了十万斤苹果。\n\n王小河 李大江\n"
    assert clean(page.format("王小河 李大江\n\n")).text == clean(page.format("")).text


def test_a_credit_twice_in_a_row_stays() -> None:
    page = f"{LONG}\n\n> 图：（图片来源：本社资料室）\n\n> 图：（图片来源：本社资料室）\n"
    assert clean(page).text == page


def test_a_headline_twice_stands_once_where_crops_overlap() -> None:
    title, other, third = "# 山脚下的榨油坊又飘出了香味", "渠水流进了三百亩旱地，村里的老人都说这样的好事从来没有见过。", "菜市场搬到新楼以后，摊位比原来宽敞了许多，地面每天冲洗两次。"
    fourth = "山里的小学今年秋天搬进了新教室，操场也铺上了平整的砖，家长们都来帮忙。"
    crops = f"{title}\n\n{LONG}\n\n{OTHER}\n\n{other}\n\n{third}\n\n{OTHER}\n\n{other}\n\n{third}\n\n{title}\n\n{fourth}\n"
    assert clean(crops).text.count(title) == 1
    assert clean(f"{title}\n\n{LONG}\n\n{OTHER}\n\n{other}\n\n{title}\n\n{fourth}\n").text.count(title) == 2


def test_short_lines_beside_both_twins_of_a_copy_go_with_it_where_crops_overlap() -> None:
    run = [LONG, "油坊还要扩建。", "砖窑重开", "本报记者孙小河"]
    text = clean("\n\n".join([*run, OTHER, REST, "秋天的渡口很忙，船工们天不亮就来了。", *run, REST, OTHER]) + "\n").text
    assert [text.count(line) for line in run] == [1, 1, 1, 1]
    text = clean("\n\n".join([*run, OTHER, "秋天的渡口很忙，船工们天不亮就来了。", *run]) + "\n").text
    assert [text.count(line) for line in run] == [1, 2, 2, 2]
    text = clean("\n\n".join(["油坊还要扩建。", LONG, OTHER, REST, "油坊还要扩建。", "秋天的渡口很忙，船工们天不亮就来了。", REST, LONG, OTHER]) + "\n").text
    assert text.count("油坊还要扩建。") == 2


def test_a_call_beside_both_twins_of_a_copy_stays() -> None:
    run = [LONG, "加油！加油！"]
    assert clean("\n\n".join([*run, OTHER, REST, "秋天的渡口很忙，船工们天不亮就来了。", *run, REST, OTHER]) + "\n").text.count(run[1]) == 2


def test_a_heading_that_only_copies_part_from_itself_stands_once() -> None:
    text = clean("\n\n".join([LONG, OTHER, "砖窑重开", OTHER, LONG, "砖窑重开", REST]) + "\n").text
    assert text.count("砖窑重开") == 1
    text = clean("\n\n".join([LONG, "砖窑重开", OTHER, "砖窑重开", REST]) + "\n").text
    assert text.count("砖窑重开") == 2


def test_a_headline_glued_to_its_byline_between_the_two_goes() -> None:
    text = clean("\n\n".join(["砖窑重新开张", "砖窑重新开张本报记者孙小河", "本报记者孙小河", LONG, OTHER]) + "\n").text
    assert text.count("砖窑重新开张") == text.count("孙小河") == 1


def test_a_run_of_copies_that_goes_on_alike_is_no_series() -> None:
    opening = f"本报讯 {LONG}"
    text = clean("\n\n".join(["砖窑重新开张", "本报记者孙小河", opening, OTHER, REST, "渡口也要修", opening, OTHER]) + "\n").text
    assert text.count(LONG) == text.count(OTHER) == 1
    text = clean("\n\n".join(["砖窑重新开张", "本报记者孙小河", opening, OTHER, "渡口也要修", opening, REST]) + "\n").text
    assert text.count(LONG) == 2
