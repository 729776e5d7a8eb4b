"""Links as a matching, stories as walks, and the exact solution beside the search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise, permutations

import numpy as np
import pytest

from benchmarks.optimum import cheapest
from benchmarks.pages import line_ends
from cleaner import Settings, clean
from cleaner.evidence import Evidence, shipped_lexicon, shipped_model
from cleaner.normalizers.base import all_rules
from cleaner.normalizers.joins import SAFE_LOG_ODDS
from cleaner.page import Page
from cleaner.source import Source
from cleaner.structure.order.costs import _group, nodes_of
from cleaner.structure.order.crops import read_on
from cleaner.structure.order.full import fullness
from cleaner.structure.order.items import item_of
from cleaner.structure.order.links import PAIR_FEATURES, UNPROVEN, UNSAID, Links, matched
from cleaner.structure.order.numbering import Numbering
from cleaner.structure.order.reading import flow_of
from cleaner.structure.order.search import best_order
from cleaner.structure.stories import Stories

FERRY = ("停了三年的河湾渡口昨天重新开放。", "渡口的船工说，第一班渡船坐满了赶集的人。", "赶集的人从前要绕路三十里。")
ORCHARD = ("山脚下的果园收了十万斤苹果。", "苹果从下周起运往省城的超市。", "省城的超市和合作社签订了合同。")


def exactly(pairs: Sequence[tuple[int, int]], worth: Sequence[float], alone: Sequence[float]) -> list[float]:
    """Odds of every link, by counting all matchings."""
    total, having = 0.0, [0.0] * len(pairs)
    for chosen in range(2 ** len(pairs)):
        links = [k for k in range(len(pairs)) if chosen >> k & 1]
        ends, starts = [pairs[k][0] for k in links], [pairs[k][1] for k in links]
        if len(set(ends)) < len(ends) or len(set(starts)) < len(starts):
            continue
        weight = float(np.prod([worth[k] for k in links] + [a for i, a in enumerate(alone) if i not in ends]))
        total += weight
        for k in links:
            having[k] += weight
    return [has / (total - has) for has in having]


@pytest.mark.parametrize("pairs", [[(0, 5)], [(0, 5), (0, 6)], [(0, 5), (1, 5)], [(0, 5), (0, 6), (1, 6), (2, 6), (2, 7)]])
def test_odds_of_links_are_exact_without_rings(pairs: list[tuple[int, int]]) -> None:
    worth, alone = np.array([3.0, 0.5, 2.0, 7.0, 0.1][:len(pairs)]), np.array([1.5, 1.0, 4.0])
    ends, starts = np.array(pairs).T
    count = int(ends.max()) + 1
    found = matched(ends, starts, worth, alone[:count])
    assert np.allclose(found, exactly(pairs, worth.tolist(), alone[:count].tolist()))


def test_odds_of_links_are_near_in_a_ring_of_rivals() -> None:
    pairs, worth = [(0, 2), (0, 3), (1, 2), (1, 3)], np.array([20.0, 1.0, 2.0, 3.0])
    ends, starts = np.array(pairs).T
    found = np.log(matched(ends, starts, worth, np.ones(2)))
    true = np.log(exactly(pairs, worth.tolist(), [1.0, 1.0]))
    assert np.array_equal(found > 0, true > 0) and np.abs(found - true)[true > 0].max() < 0.2


def test_a_start_that_two_ends_ask_for_is_less_sure() -> None:
    ends, starts = np.array([0, 1]), np.array([2, 2])
    rivals = matched(ends, starts, np.array([5.0, 5.0]), np.ones(2))
    alone = matched(ends[:1], starts[:1], np.array([5.0]), np.ones(1))
    assert rivals[0] < 1 < alone[0]


def test_blocks_are_alike_through_a_third_one() -> None:
    stories = Stories([*FERRY, *ORCHARD], shipped_model())
    own = [stories.affinity([0], [2]), stories.affinity([3], [5])]
    others = [stories.affinity([a], [b]) for a in range(3) for b in range(3, 6)]
    assert not set(FERRY[0]) & set(FERRY[2]) - set("的。三") and min(own) > max(others)
    assert np.allclose(stories.affinities(np.arange(2), [[0], [0, 1]].__getitem__, np.arange(2), [[2], [4]].__getitem__), [own[0], stories.affinity([0, 1], [4])])


def test_stories_of_hardly_any_text() -> None:
    assert Stories(["", "。"], shipped_model()).affinity([0], [1]) == 0.0


def test_a_word_across_a_seam_saves_what_two_halves_cost() -> None:
    saved = shipped_lexicon().told_across(["结合本市实", "会议在上午", "", "实"], ["际，制定本", "九点开始", "际", ""], *(np.arange(4),) * 2)[1]
    assert saved[0] > 5 and saved[1:].tolist() == [0.0, 0.0, 0.0]
    assert shipped_lexicon().told_across([], [], *(np.arange(0),) * 2)[1].tolist() == []


def test_the_exact_order_is_the_cheapest_of_all() -> None:
    rng = np.random.default_rng(3)
    for _ in range(5):
        matrix = rng.normal(size=(6, 6))
        matrix[np.ix_([1, 2], [1, 2])] -= 4  # a cycle that pays
        cycle, cost, proven = cheapest(matrix)
        every = (sum(matrix[a, b] for a, b in pairwise([0, *order, 0])) for order in permutations(range(1, 6)))
        assert proven and cycle[0] == 0 and sorted(cycle) == list(range(6)) and cost == pytest.approx(min(every))


class Seams:
    """Costs of reading four nodes, of which 1 and 2 stand the wrong way round; no seam is linked."""

    size = 4

    def __init__(self, unlinked: float) -> None:
        self.unlinked = unlinked
        self.lengths = [40] * self.size

    def among(self, tour: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        good = {(1, 3), (3, 2), (2, 4)}
        costs = np.array([[-2.0 * ((int(a), int(b)) in good) for b in tour] for a in tour])
        return costs, np.zeros(costs.shape, bool)


def test_likeness_alone_moves_at_a_price() -> None:
    assert best_order(Seams(4.0), 1.5)[0] == [0, 2, 1, 3]
    assert best_order(Seams(5.0), 1.5)[0] == best_order(Seams(float("inf")), 1.5)[0] == [0, 1, 2, 3]


def test_likeness_moves_no_few_words_and_nothing_past_them() -> None:
    seams = Seams(0.5)
    assert best_order(seams, 1.5)[0] == [0, 2, 1, 3]
    seams.lengths = [12] * 4
    assert best_order(seams, 1.5)[0] == [0, 1, 2, 3]


@pytest.mark.parametrize(("rest", "lost"), [("展，第一班渡船坐满了赶集的人，船工忙到天黑。", False), ("石阶两条，明年春天完工，老人上下船就方便多了。", True)])
def test_a_story_read_into_another_goes_on_with_a_gap_where_the_words_do_not_run_on(rest: str, lost: bool) -> None:
    text = f"停了三年的河湾渡口昨天重新开放，附近村庄的经济社会得到了很大发\n\n山脚下的果园收了十万斤苹果，从下周起运往省城。\n\n{rest}"
    flow, _ = flow_of(Evidence(Page(Source.from_text(text)), Settings()))
    links = Links(flow)
    assert links.runs_on((0, 2)) is not lost
    joins = {(join.a, join.b): join.lacuna for join in links.joins([0, 2, 1], torn=[(0, 2)])}
    assert joins.get((0, 2)) is lost


def test_that_two_torn_neighbours_have_no_partner_proves_no_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Links, "_torn_between", lambda *_: True)
    text = ("停了三年的河湾渡口昨天重新开放，县里决定继续加强渡口的基础设\n\n了十万斤苹果，比去年多了一倍，合作社已经和省城的超市签订了合同。\n\n"
            "今年雨水好，山里的小学搬进了新教室，小学的操场也铺上了平整的砖。\n")
    cleaned = clean(text)
    assert "〔缺〕" not in cleaned.text
    assert {change.status for change in cleaned.changes if change.rule == "LACUNA001"} == {"suggested"}


def test_a_few_words_beside_a_block_do_not_tell_its_story() -> None:
    lines = ["渡口开放", "停了三年的河湾渡口昨天重新开放，附近的居民都很高兴。", "渡口开放", "第一班渡船坐满了赶集的人，船工一直忙到天黑。"]
    flow, _ = flow_of(Evidence(Page(Source.from_text("\n\n".join(lines))), Settings()))
    flow.roles = [replace(role, role="paragraph") for role in flow.roles]
    assert [_group(flow, i, 1) for i in range(3)] == [[0, 1], [1, 3], [2, 3]]


def cleaned(blocks: Sequence[str]) -> list[str]:
    return clean("\n\n".join(blocks) + "\n", Settings()).text.rstrip("\n").split("\n\n")


SET = ("县里的果园今年收了十万斤苹果，合作社已经和省城的六家超市签订了供货合同，苹果从下周起分三批运往省城，每天两辆货车，司机都是村里的年轻人，"
       "他们说今年的路比去年好走，运费也便宜了三成，果农们算了一笔账，每斤苹果能多挣两角钱，老人们都说这样的好年景很少见到")


def test_blocks_that_fill_their_last_lines_tell_the_measure() -> None:
    cuts = [SET[k * 7:][:line_ends(SET[k * 7:], 17)[lines]] for k, lines in enumerate((0, 1, 1, 2, 0, 2))]
    full, flush = fullness([*cuts, SET[:23]], [-4.0] * 7, np.full(7, 0.5), [0] * 7)
    assert full[:6].min() > 0.5 and full[6] < 0
    assert flush[:6].max() < 0  # set in by two characters: they begin a paragraph


def test_one_open_end_tells_no_measure() -> None:
    full, _ = fullness([SET[:32]], [-4.0], np.array([0.5]), [0])
    assert abs(full[0]) < 0.7
    assert len(fullness([], [], np.zeros(0), [])[0]) == 0


@pytest.mark.parametrize(("text", "item"), [
    ("三、修好渡口", ("、", True, 3)), ("（二）道路", ("()", True, 2)), ("2.5万人参加", None), ("12：检查水位", (".", False, 12)),
    ("方案1：修桥", ("方案", False, 1)), ("第一，安全", ("第", True, 1)), ("十二、附则", ("、", True, 12)), ("二十年来，渡口", None)])
def test_numbers_that_open_items(text: str, item: tuple[str, bool, int] | None) -> None:
    assert item_of(text) == item


NUMBERED = (
    "# 渡口重开须知", "本报讯 停了三年的河湾渡口昨天重新开放，县里就渡口的管理发布了如下规定：",
    "一、渡船每天早上六点开航，晚上八点停航，大风大雾天气一律停航，由值班员在码头挂出红旗。",
    "二、每船载客不得超过四十人，老人和儿童优先上船，自行车另收一元，牲畜不得上船。",
    "三、船工须持证上岗，每年体检一次，饮酒后不得开船，违反规定的停职三个月。",
    "四、码头由县交通局派专人看管，石阶每天打扫两次，冬天要撒盐防滑，夏天要备好救生圈。",
    "五、本规定从下月一日起施行，由县交通局负责解释，原来的规定同时废止。",
    "# 果园丰收，苹果运往省城", "今年雨水好，山脚下的果园收了十万斤苹果，比去年多了一倍，果农们都很高兴。",
    "合作社已经和省城的超市签订了合同，苹果从下周起分批运往省城，每天两辆货车。",
    "果园主人说，明年还要再种五百棵果树，并且请省里的专家来讲课，教大家剪枝。")


def test_items_follow_their_numbers() -> None:
    filler = ["# 学校新楼落成", *(f"新楼有{n}间教室，每间教室都装了新的黑板和电灯，孩子们下周一搬进去上课。" for n in "三五七九"),
              *(f"校长说，第{n}年级的课桌也要在这个学期换成新的，旧课桌修好以后送给村里的夜校。" for n in "一二三四五")]
    displaced = [NUMBERED[0], *NUMBERED[4:7], *NUMBERED[1:4], *NUMBERED[7:], *filler]
    text = "".join(cleaned(displaced))
    places = [text.index(block.lstrip("# ")) for block in NUMBERED[:7]]
    assert places == sorted(places)
    assert cleaned([*NUMBERED, *filler]) == [*NUMBERED, *filler]


def test_a_number_that_the_page_has_twice_says_nothing() -> None:
    page = Page(Source.from_text("\n\n".join([*NUMBERED, *NUMBERED[2:5]]) + "\n"))
    flow, _ = flow_of(Evidence(page, Settings(ignore=("COPY",))))
    assert not Numbering(flow).own


def test_a_heading_twice_in_a_row_is_a_copy_where_crops_overlap() -> None:
    story = ("停了三年的河湾渡口昨天重新开放，附近的居民都很高兴，第一班渡船在早上六点离开码头，船上坐满了赶集的人。",
             "船工说，票价还是老样子，老人和孩子不收钱，渡口两岸各修了一条石阶，明年春天还要再修一座凉亭。")
    twice = ["# 渡口重开", story[0], story[0], "老渡口的新船工", "老渡口的新船工", story[1]]
    assert sum("老渡口的新船工" in line for line in cleaned(twice)) == 1
    alone = ["# 渡口重开", story[0], "老渡口的新船工", "老渡口的新船工", story[1]]
    assert sum("老渡口的新船工" in line for line in cleaned(alone)) == 2


def test_a_bare_heading_and_a_stray_letter_stay_where_nothing_says_otherwise() -> None:
    blocks = ["# 渡口重开两岸不再绕路", "O", "通讯员林小勇 本报记者姚佳",
              "停了三年的河湾渡口昨天重新开放，附近的居民都很高兴，第一班渡船在早上六点离开码头。",
              "船上坐满了赶集的人，船工说票价还是老样子，大人两元，孩子不收。", "# 果园丰收", "通讯员王小明 本报记者李红",
              "今年雨水好，山脚下的果园收了十万斤苹果，比去年多了一倍，合作社忙着装车。", "三、修路", "# 榨油坊开张", "通讯员段小捷 本报记者钟远",
              "入秋以来，三个村子合办了一座榨油坊，社员轮流值班，把油菜籽送来榨油。"]
    assert cleaned(blocks) == blocks


CROSSING = (
    "# 渡口重开，两岸不再绕路",
    "停了三年的河湾渡口昨天重新开放，附近的居民都很高兴。第一班渡船在早上六点离",
    "开码头，船上坐满了赶集的人。船工说，票价还是老样子。",
    "# 果园丰收，苹果运往省城",
    "今年雨水好，山脚下的果园收了十万斤苹果，比去年多了一倍。合作社已经和省城的超市签订了合",
    "县里还要在渡口两岸各修一条石阶。明年春天完工。",
    "同，苹果从下周起运往省城的超市。",
)


def test_a_start_may_fit_an_end_better_than_what_was_read_behind_it() -> None:
    links = Links(flow_of(Evidence(Page(Source.from_text("\n\n".join(CROSSING) + "\n")), Settings()))[0])
    turn = dict(zip(links.pairs, links.turn.tolist(), strict=True))
    assert turn[4, 6] > 0.1 and turn[4, 5] == 0.0 and turn[1, 2] == 0.0
    shift = dict(zip(links.pairs, links.shift.tolist(), strict=True))
    assert shift[4, 6] > 0.1 > shift[1, 6]


def test_a_moved_block_is_joined_unasked_only_where_the_words_say_so() -> None:
    flow = flow_of(Evidence(Page(Source.from_text("\n\n".join(CROSSING) + "\n")), Settings()))[0]
    links, silent = Links(flow), Links(flow)
    silent._seams[4, 6] = UNSAID - 0.1
    order = [0, 1, 2, 3, 4, 6, 5]
    said, unsaid = ({(join.a, join.b): join.log_odds for join in one.joins(order)} for one in (links, silent))
    assert said[4, 6] > SAFE_LOG_ODDS > unsaid[4, 6] > 0 and said[1, 2] == unsaid[1, 2]
    assert (4, 6) in links.sound and (4, 6) not in silent.sound and (1, 2) in silent.sound


def test_a_sentence_goes_on_past_the_words_of_a_picture() -> None:
    captioned = [text.replace("石阶。明年", "石阶，明年") for text in CROSSING]
    flow = flow_of(Evidence(Page(Source.from_text("\n\n".join(captioned) + "\n")), Settings()))[0]
    links = Links(flow)
    links._seams[4, 6] = UNSAID - 0.1
    assert (4, 6) in links.sound
    over = dict(zip(links.pairs, links.options(flow.blocks).rows[:, PAIR_FEATURES.index("over")].tolist(), strict=True))
    assert over[4, 6] == 1 and over[1, 5] == over[1, 6] == over[4, 5] == 0
    clause = [text.replace("签订了合", "签订了合，") for text in captioned]
    links = Links(flow_of(Evidence(Page(Source.from_text("\n\n".join(clause) + "\n")), Settings()))[0])
    assert not links.options(links.flow.blocks).rows[:, PAIR_FEATURES.index("over")].any()  # behind a comma the sentence may as well be the rest


def test_what_ends_and_begins_with_the_same_characters_is_only_offered() -> None:
    found = []
    for start in ("十四个村子共同出资修渠。", "个村子共同出资修渠。"):
        text = f"# 渡口重开，两岸不再绕路\n\n县里昨天召开会议，听取了各村修渠的情况，并决定由十四\n\n{start}\n"
        links = Links(flow_of(Evidence(Page(Source.from_text(text)), Settings()))[0])
        links.odds[1, 2] = links._doubted[1, 2] = 5.0
        found += [join.log_odds for join in links.joins(links.flow.blocks)]
    assert found == [UNPROVEN, 5.0]


def test_a_sentence_is_not_fetched_from_afar_where_the_doubting_weights_do_not_bear_it_out() -> None:
    torn = ("镇上的榨油坊今年秋天又添了两台机器", "老船工的儿子在省城读书，假期里回来帮忙看", "沿河的三个村子都派了人来修路，修好的", "学校门口新装了路灯，晚上放学的孩子们")
    assert {c.kind for c in clean("\n\n".join(CROSSING)).changes if c.active} == {"join", "move"}
    whole, more = (Links(flow_of(Evidence(Page(Source.from_text("\n\n".join(blocks))), Settings()))[0]) for blocks in (CROSSING, CROSSING + torn))
    assert whole._doubted[4, 6] > more._doubted[4, 6] and (4, 6) in more.sound
    doubting = Links(more.flow)
    doubting.__dict__["_doubted"] = {**more._doubted, (4, 6): -0.1}
    assert (4, 6) not in doubting.sound and doubting.odds[4, 6] > SAFE_LOG_ODDS


def test_a_block_that_opens_with_a_mark_is_joined_only_when_asked() -> None:
    for rest, status in ((CROSSING[6], "applied"), (CROSSING[6][1:], "suggested")):
        page = f"{CROSSING[4]}{CROSSING[6][:len(CROSSING[6]) - len(rest)]}\n\n{rest}\n\n{CROSSING[1]}{CROSSING[2]}\n\n{CROSSING[5]}"
        assert [c.status for c in clean(page).changes if c.kind == "join"] == [status]


def test_a_join_is_as_sure_as_the_fit_that_doubts_it_most() -> None:
    text = f"停了三年的河湾渡口昨天重新开放，附近的居民都很高\n\n兴，第一班渡船坐满了赶集的人，船工忙到天黑。\n\n{SET}，\n\n果园主人说明年还要再种五百棵果树。"
    flow, _ = flow_of(Evidence(Page(Source.from_text(text)), Settings()))
    links = Links(flow)
    options = links.options(flow.blocks)
    own, doubted = links.odds_among(options), links.odds_among(options, "any")
    joins = links.joins(flow.blocks)
    assert joins and all(join.log_odds == max(0.0, min(own[join.a, join.b], doubted[join.a, join.b])) for join in joins)
    assert any(doubted[join.a, join.b] < own[join.a, join.b] for join in joins)


def test_the_articles_of_a_statute_stay_where_they_count_on() -> None:
    blocks = ["第十八条 渡口每天早上六点开航，晚上八点停航，大风大雾天气一律停航。", "船工饮酒后不得开船，违反规定的停职三个月。",
              "第十九条 每船载客不得超过四十人，老人和儿童优先上船。", "第二十条 码头由县交通局派专人看管，石阶每天打扫两次。", "本规定由县交通局负责解释。"]
    flow, _ = flow_of(Evidence(Page(Source.from_text("\n\n".join(blocks))), Settings()))
    assert nodes_of(flow, Links(flow))[0][:4] == [0, 1, 2, 3]
    other = [blocks[0], blocks[1], blocks[3].replace("第二十条", "第二十一条"), *blocks[4:]]
    flow, _ = flow_of(Evidence(Page(Source.from_text("\n\n".join(other))), Settings()))
    assert [0] in nodes_of(flow, Links(flow))


TAIPEI = ("停駛三年的河灣渡口昨天重新開放，附近的居民都很高興。第一班渡船在早上六點離開碼頭，船上坐滿了趕集的人。\n\n"
          "船公司今年還要在兩岸各修一條石階，工程預計明年春天完\n\n成，經費由鎮公所負擔，讓晚歸的人不用摸黑。\n\n"
          "老船工說，票價和從前一樣，老人和小孩不用買票，大家都說好。\n")


def test_sentences_of_a_traditional_page_are_joined_where_it_prints_the_marks_of_today() -> None:
    assert "明年春天完成，" in clean(TAIPEI).text
    old = clean(TAIPEI.replace("，", "、").replace("。", "、"))
    assert "春天完\n\n成" in old.text and not any(change.rule == "JOIN001" and change.active for change in old.changes)


APPLES = (
    "镇上的果园今年收了十万斤苹果，果农把苹果装进纸箱，准备运往省城。", "合作社的会计说，每斤苹果比去年多卖两角钱，果农的收入增加了三成。",
    "果园旁边新修了冷库，装箱的苹果可以存放到明年春天再卖。", "冷库的管理员每天测量温度，苹果放了两个月仍然又脆又甜。",
    "明年春天，果农还打算在山坡上再种五百棵苹果树。",
)
SPORTS = (
    "河湾的小学昨天举行运动会，三百名学生在新修的操场上跑步跳绳。", "校长介绍，操场铺上了塑胶，下雨以后学生也不会滑倒。",
    "运动会上，五年级的学生跑得最快，打破了学校的纪录。", "体育老师说，学生们每天早晨都在操场上练习，进步很大。",
    "学校还准备修一座体育馆，冬天学生可以在里面打球。",
)


@pytest.mark.parametrize("blocks", [
    (*APPLES[:3], *SPORTS[:3], *APPLES[2:], *SPORTS[2:]),  # two columns in two crops, one above the other
    (*APPLES, *SPORTS[:2], *APPLES[1:3], *SPORTS[2:]),  # a piece of one column, copied into another one
    (*APPLES, *SPORTS[:2], APPLES[2], *SPORTS[2:]),
    (*APPLES[:4], *APPLES[1:3], APPLES[4], *SPORTS),  # and into its own story
])
def test_a_later_crop_goes_on_where_an_earlier_one_ends(blocks: Sequence[str]) -> None:
    assert clean("\n\n".join(blocks) + "\n").text == "\n\n".join((*APPLES, *SPORTS)) + "\n"


def test_what_a_later_crop_shows_behind_a_copy() -> None:
    def pairs(*blocks: str) -> set[tuple[int, int]]:
        return read_on(flow_of(Evidence(Page(Source.from_text("\n\n".join(blocks))), Settings()))[0])

    assert pairs(*APPLES[:3], *SPORTS[:3], *APPLES[2:], *SPORTS[2:]) == {(2, 7), (5, 10)}
    assert not pairs(*APPLES[:4], *APPLES[1:3], APPLES[4], *SPORTS)
    assert not pairs(*APPLES, *SPORTS)


@pytest.mark.parametrize("copied", APPLES[1:4])
def test_of_two_twins_far_apart_stays_the_one_in_its_own_story(copied: str) -> None:
    street = "老街的下水道改造工程昨天开工，工人们挖开了路面，准备换上新的水管。"
    blocks = ("# 运动会", *SPORTS, "# 老街", street, "# 苹果", *APPLES)
    cleaned = clean("\n\n".join((*blocks[:3], copied, *blocks[3:])) + "\n")
    assert cleaned.text == "\n\n".join(blocks) + "\n"
    assert [(change.rule, change.kind) for change in cleaned.changes if change.active] == [("COPY001", "drop")]


@pytest.mark.parametrize("torn", [APPLES[3][:12], APPLES[3][:16]])
def test_the_torn_last_line_of_a_crop_goes_with_the_copy_above_it(torn: str) -> None:
    text = "\n\n".join((*APPLES[:3], torn, "山乡见闻录", *SPORTS[:3], *APPLES[2:])) + "\n"
    assert {change.before for change in clean(text).changes if change.kind == "drop" and change.active} == {APPLES[2], torn}
    lone = "\n\n".join((*APPLES[:3], torn, "山乡见闻录", *SPORTS[:3], *APPLES[3:])) + "\n"
    assert torn in clean(lone).text.split("\n")  # no copy stands above: it may be a headline


SHOP = "到了九月，第一批苹果上市，合作社在县城租了一间铺面，三天就卖完了，比去年早了整整一个星期。"


@pytest.mark.parametrize("shown", [8, 14])
def test_a_sentence_that_two_crops_show_goes_on_in_the_later_one(shown: int) -> None:
    blocks = ("# 苹果", *APPLES[:2], SHOP[:26], "# 运动会", *SPORTS, SHOP[shown:], *APPLES[2:])
    cleaned = clean("\n\n".join(blocks) + "\n")
    assert cleaned.text == "\n\n".join(("# 苹果", *APPLES[:2], SHOP, *APPLES[2:], "# 运动会", *SPORTS)) + "\n"
    assert {change.rule for change in cleaned.changes if change.active} == {"COPY002", "ORDER001", "JOIN001"}


def test_what_a_crop_goes_on_with_is_no_item_and_no_heading() -> None:
    def laps(end: str, start: str) -> set[tuple[int, int]]:
        page = Page(Source.from_text("\n\n".join(("# 苹果", *APPLES[:2], end, "# 运动会", *SPORTS, start, *APPLES[2:]))))
        cuts = [change for rule in all_rules() if rule.code == "COPY002" for change in rule.find(page, Evidence(page, Settings()))]
        return {pair for pair in Links(flow_of(Evidence(page.with_changes(c.with_status("applied") for c in cuts), Settings()))[0]).sound if pair[1] - pair[0] > 1}

    assert laps(SHOP[:26], SHOP[8:]) == {(3, 10)}
    assert not laps(SHOP[:26], SHOP[8:26] + "二、修一座冷库，把苹果存到春节再卖个好价钱。")


@pytest.mark.parametrize(("said", "again"), [
    ("合作社在县城租了一间铺面，把苹果", "把苹果卖给赶集的人，三天就卖完了。"),
    ("技术员每个月来看一次，教大家修枝施肥和", "施肥和套袋的办法，还带来了测土的仪器。"),
])
def test_nobody_says_the_same_words_twice_in_a_row(said: str, again: str) -> None:
    cleaned = clean("\n\n".join((APPLES[0], said, again, APPLES[2])) + "\n")
    assert said + again not in cleaned.text
    assert [change.status for change in cleaned.changes if change.rule == "JOIN001"] == ["suggested"]


@pytest.mark.parametrize("lead", ["县政府办公室今天举行新闻发布会，介绍今年果园的", "镇上今天开会，介绍果园增收"])
def test_a_run_that_stands_twice_behind_a_torn_lead_keeps_its_order(lead: str) -> None:
    text = "\n\n".join(("# 果园增收", lead, lead, *APPLES[1:4], *APPLES[1:4], "# 运动会", *SPORTS)) + "\n"
    assert clean(text).text == "\n\n".join(("# 果园增收", lead, *APPLES[1:4], "# 运动会", *SPORTS)) + "\n"


@pytest.mark.parametrize(("cut", "head"), [(36, "渡口重新开放"), (45, "河湾渡口重新开放")])
def test_a_headline_goes_with_the_start_of_the_report_that_a_crop_has_under_it(cut: int, head: str) -> None:
    lead = "停了三年的河湾渡口昨天重新开放，第一班渡船坐满了赶集的人，船工说票价还是老样子，每天从早上六点开到傍晚七点。"
    rest = "渡口的候船室也修好了，墙上挂着新的时刻表，老人和孩子有了坐的地方。"
    blocks = (*APPLES[:4], head, lead[:cut], *APPLES[:4], "操场铺上跑道", *SPORTS, head, lead, rest)
    kept = (*APPLES[:4], "# 操场铺上跑道", *SPORTS, f"# {head}", lead, rest)
    assert clean("\n\n".join(blocks) + "\n").text == "\n\n".join(kept) + "\n"
