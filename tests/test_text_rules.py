"""The rules on characters, script, punctuation and words: what they mend, leave alone, and do not manage yet."""

from __future__ import annotations

import re

import pytest

from cleaner import Settings, clean, undo
from cleaner.evidence import dashes
from cleaner.normalizers import punctuation, quotes

HALF = re.compile(r"(?<=[\u3400-\u9fff”’》）])[,;:?!()]|[,;:?!()](?=[\u3400-\u9fff“‘《（])")
CODES = ("MOJI", "CTRL", "ZERO", "PUA", "RADICAL", "WIDTH", "STOP", "SPACE", "SCRIPT", "DASH", "QUOTE", "WORD")
SAFE = Settings(select=CODES)


def mended(text: str, *accept: str) -> str:
    """The page under the rules of these families, without its final line end."""
    return clean(text + "\n", Settings(select=CODES, accept=accept)).text[:-1]


POSITIVE = [
    # width
    ("年产量1,200吨,比上年增10%,其中早稻占三成。", "年产量1,200吨，比上年增10%，其中早稻占三成。"),
    ("什么时候开镰?!村民问。", "什么时候开镰？！村民问。"),
    ("站长(兼调度员)说:“正点!”", "站长（兼调度员）说：“正点！”"),
    ("电话(010)12345678,邮箱a@b.cn。", "电话（010）12345678，邮箱a@b.cn。"),
    ("赛程,见www.example.org/a,b,请留意。", "赛程，见www.example.org/a,b，请留意。"),
    ("（一)整地;(二)播种;(三）收割", "（一）整地；（二）播种；（三）收割"),
    ("他用GPS(全球定位系统)导航,DNA(脱氧核糖核酸)检测。", "他用GPS（全球定位系统）导航，DNA（脱氧核糖核酸）检测。"),
    ("种子, 化肥, 农药都到了。", "种子，化肥，农药都到了。"),
    # characters
    ("２０２４年５月，Ｋ５２８次列车", "2024年5月，K528次列车"),
    ("亩产５００．５公斤，增３％", "亩产500.5公斤，增3%"),
    ("\u200b 春耕\u00ad开始\ufeff", "春耕开始"),
    ("⻢拉松⽐赛", "马拉松比赛"),
    ("山羊　　绵羊", "山羊 绵羊"),
    # dashes
    ("建成“播种一施肥一除草一收割”全程机械化。", "建成“播种—施肥—除草—收割”全程机械化。"),
    ("他说出了心愿──让果树上山。", "他说出了心愿——让果树上山。"),
    # words
    ("他们参加了全国田径锦锦标赛。", "他们参加了全国田径锦标赛。"),
    ("果农 and 菜农都领到了补贴。", "果农和菜农都领到了补贴。"),
    # encodings
    ("ÄêÖÕ½áËã", "年终结算"),
    ("水稻：鏂伴椈鍙戝竷浼氫粖澶╁彫寮€", "水稻：新闻发布会今天召开"),
]
NOOP = [
    "全村1,200人，12:30开会，比分3:2，票价10元/人，增长3.5%+2%。",
    "2017-2019年，3-5年，5-6月，G1-G5次列车。",
    "The match (3:2) ended; everyone, including Li Wei (李伟), cheered!",
    "一村一品一店，一户一策一档，一田一人一牌，一站一策，一带一路，第一，一体，统一，万一。",
    "每月一培训一考核，每季一评比一排名，一企业一方案一专班。",
    "小麦—玉米—大豆轮作，农民说——丰收了——都笑。",
    "天天训练，慢慢来，看看绿油油的田，高高兴兴，研究研究，等等，爷爷奶奶，人人有责。",
    "区区长、县县长都来了，粮食食品部门，田径径赛项目，足球球迷，目的的确明确，可以以电子化形式报名。",
    "李娜娜和冯琳琳配合默契，张丽丽得分最高。",
    "“甲队”“乙队”都练过“快攻”，“攻守兼备”。",
    "“上半场还没打完，雨就来了。\n\n“下半场场地全湿了。”",
    "乾隆年间，藉口，瞭望，著名，毕昇，於某，甚夥，徵羽，镕。",
    "# 抢收抢种 颗粒归仓\n\n特约记者 王铁柱 赵小川\n\n> 图：农机手在麦田里。（农机站供图）\n\n〔缺〕收割机一台接一台。",
    "王某××××年生，住××市，电话········转三。",
    "Málaga、Köln、São Paulo的球队都来了，Édouard进了一球。",
    "網址與電話：車站前的廣場上擠滿了旅客，廣播裏傳來開車的鈴聲，農民們帶着雞和魚進城賣錢。",
    "唱片《Rock and Roll》和“Best of the West”。",
]
SUGGESTED = [
    ("教练说：“要打出“快攻”。”", "教练说：“要打出‘快攻’。”"),
    ("球队昨天抵达客场，今天上午适应场地.", "球队昨天抵达客场，今天上午适应场地。"),
    ("裁判鸣哨₀", "裁判鸣哨。"),
    ("铁路局铁路局今天公布新运行图。", "铁路局今天公布新运行图。"),
    ("种苗、化肥 or 农药都要登记。", "种苗、化肥或农药都要登记。"),
    ("暴雨过后，被困的二十多名群众全部被救援队救出o", "暴雨过后，被困的二十多名群众全部被救援队救出。"),
    ("渡口1—8月运客三万人，1-9月运客四万人。", "渡口1—8月运客三万人，1—9月运客四万人。"),
    ("学LaTeX不难，LaTeX很常用，用LaTex写论文很方便。", "学LaTeX不难，LaTeX很常用，用LaTeX写论文很方便。"),
    ("演了《渔村》和<渡口人家>两出戏。", "演了《渔村》和《渡口人家》两出戏。"),
    ("分别增长8.3%.20.2%、24.3%。", "分别增长8.3%、20.2%、24.3%。"),
    ("收入18,44亿元，多了2亿元。", "收入18.44亿元，多了2亿元。"),
]
FLAGGED = [
    ("产量锟斤拷锟斤拷公斤。", "MOJI002"), ("产量\ufffd\ufffd公斤。", "MOJI002"), ("产量\ue123公斤。", "PUA001"),
    ("他说：“今年雨水好。", "QUOTE002"), ("农机（含拖拉机都到了。", "QUOTE002"), ("果农 of 菜农都来了。", "WORD002"),
]
CHAINS = [
    "“设计一施工一验收”", "原料一加工一销售", "研究一开发一推广", "生产一供应一销售各环节",
    "小学一初中一高中", "勘察一设计一施工", "检票一候车一乘车", "形成育苗一移栽一收割的全程服务",
]
NUMERAL_CHAINS = [
    "“一地区一方案一专班”", "实行一企业一方案一专班", "推行一路段一专人一档案", "学校一班主任一班规",
    "干部一帮扶一脱贫",
    "推出一学院一品牌一特色", "开展一支部一特色一品牌活动", "确定一产业一团队一政策", "落实一项目一领导一专班",
    "形成一街道一品牌一特色的格局", "一学校一警察一保安", "全县一企业一档案一台账", "乡镇一单位一职责一清单",
    "园区一项目一方案一专人", "社区一网格一队伍", "每月一培训一考核",
]
KNOWN_FAILURES = [
    ("预赛一复赛一决赛", "预赛—复赛—决赛"),
    ("县里举办运动会会场在新体育馆，运动会会期三天，会场场地已平整整好。",
     "县里举办运动会会场在新体育馆，运动会会期三天，会场场地已平整好。"),
    ("从育种一推广的路很长。", "从育种—推广的路很长。"),
    ("產量", "产量"),
]


@pytest.mark.parametrize(("before", "after"), POSITIVE)
def test_safe(before: str, after: str) -> None:
    assert mended(before) == after


@pytest.mark.parametrize("text", NOOP)
def test_noop(text: str) -> None:
    assert mended(text) == text


@pytest.mark.parametrize(("before", "after"), SUGGESTED)
def test_suggested_only(before: str, after: str) -> None:
    assert mended(before) == before
    assert mended(before, "suggested") == after


@pytest.mark.parametrize(("text", "code"), FLAGGED)
def test_flagged_once(text: str, code: str) -> None:
    cleaned = clean(text + "\n", SAFE)
    assert cleaned.text == text + "\n"
    assert [c.rule for c in cleaned.changes if c.kind == "flag"] == [code]


def test_a_term_in_both_scripts_was_not_printed_so() -> None:
    page = ("这条铁路线穿过东部农业区，两岸种满了树，车厢里坐着从乡下进城卖鱼的农户，列车员给他们让开过道，帮老乡们挪动鸡笼。\n\n"
            "廣播里说还有两个车站就到终点。\n\n过了一会，廣播停了。\n\n")
    assert "廣播停了" in mended(page), "a term that the page repeats may be its own"
    assert mended(page + "后来广播又响了。") == page.replace("廣", "广") + "后来广播又响了。"


def test_strokes_of_two_kinds_are_one_stroke_misread() -> None:
    settings = Settings(select=("GLYPH",))
    assert clean("假如你正在寻找~-款工具，不妨试试这个。\n", settings).text == "假如你正在寻找一款工具，不妨试试这个。\n"
    assert clean("从渡口~码头，北京-上海，都有船。\n", settings).text == "从渡口~码头，北京-上海，都有船。\n"


@pytest.mark.xfail(strict=True, reason="known failure")
@pytest.mark.parametrize(("before", "after"), KNOWN_FAILURES)
def test_known_failures(before: str, after: str) -> None:
    assert mended(before) == after


@pytest.mark.parametrize("before", [before for before, _ in POSITIVE])
def test_half_width_is_gone_and_the_source_comes_back(before: str) -> None:
    cleaned = clean(before + "\n", SAFE)
    assert not HALF.search(cleaned.text)
    assert undo(cleaned.text, cleaned.log).text == before + "\n"


def test_digits_change_their_width_only() -> None:
    wide = str.maketrans("０１２３４５６７８９", "0123456789")
    for text in [t for pair in POSITIVE for t in pair] + NOOP:
        if "Ã" not in text and "Ä" not in text:
            assert re.findall("[0-9]", mended(text)) == re.findall("[0-9]", text.translate(wide))


def test_a_page_spaced_by_the_recogniser() -> None:
    text = "5 月 以 来 ， 各 地 抢 收 小 麦 ， 农 机 手 用 GPS 导 航 ， 产 量 为 500 公 斤 。 王 铁 柱"
    assert mended(text) == "5月以来，各地抢收小麦，农机手用 GPS 导航，产量为500公斤。 王铁柱"


def test_brackets_of_a_page_spaced_by_the_recogniser() -> None:
    text = "本 报 讯 〈 记 者 王 铁 柱 ) 今 天 《5 月 8 日 ） ， 各 地 ( 含 山 区 ) 抢 收 小 麦 ， 农 机 手 很 忙 。"
    assert mended(text) == "本报讯（记者王铁柱）今天（5月8日），各地（含山区）抢收小麦，农机手很忙。"


def test_a_single_mark_is_mended_where_a_chain_proves_it() -> None:
    chain = "打通“采购一运输一仓储一配送”全流程。"
    assert mended(f"{chain}\n\n做好仓储一配送的衔接。").endswith("做好仓储—配送的衔接。")
    assert mended("做好仓储一配送的衔接。") == "做好仓储一配送的衔接。"


def test_a_chain_in_doubt_is_mended_where_another_proves_all_its_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in dashes, punctuation:
        monkeypatch.setattr(module, "separator_gain", lambda chain, model: dashes.SUGGESTED_GAIN + len(chain.sites) - 2)
    doubtful = "做好运输一仓储一配送的衔接。"
    assert mended(doubtful) == doubtful
    assert mended(f"打通“采购一运输一仓储一配送”全流程。\n\n{doubtful}").endswith("做好运输—仓储—配送的衔接。")


@pytest.mark.parametrize(("before", "after"), [
    ("他看了《渔村的早晨〉和《山里人家）。", "他看了《渔村的早晨》和《山里人家》。"),
    ("本报讯〈记者王铁柱）昨天开渔。", "本报讯（记者王铁柱）昨天开渔。"),
    ("大家喊“加油’，声音很大。", "大家喊“加油”，声音很大。"),
    ("他看了《渔村》(上)。", "他看了《渔村》（上）。"),
    ("他看了《渔村。后来（昨天）又看了一遍）。", "他看了《渔村。后来（昨天）又看了一遍）。"),
])
def test_misread_partners(before: str, after: str) -> None:
    assert mended(before) == after
    assert mended(after) == after


@pytest.mark.parametrize("text", ["航线从甲港-乙港延长到丙港。", "共有一-二个人。", "红河-个旧的公路通了车。", "育苗-种植的经验", "学校-家长一起来。"])
def test_a_hyphen_between_terms_stays(text: str) -> None:
    assert mended(text) == text


def test_hyphens_of_a_chain_stay_where_the_page_prints_no_dashes() -> None:
    steps = "你只要做检票-候车-乘车三件事。"
    assert [c for c in clean(steps).changes if c.rule == "DASH001"] == []
    assert {c.tier for c in clean(f"{steps}\n\n县城—渡口的路修好了。").changes if c.rule == "DASH001"} == {"safe"}


@pytest.mark.parametrize(("lead", "tiers"), [(-3.0, ["suggested", "safe"]), (3.0, ["safe", "safe"])])
def test_a_title_of_two_characters_may_be_a_name_in_brackets(monkeypatch: pytest.MonkeyPatch, lead: float, tiers: list[str]) -> None:
    monkeypatch.setattr(quotes, "_bracket_lead", lambda text, start, end: lead)
    assert [c.tier for text in ("他写的小说《渔村）今年出版。", "他写的小说《渔村的早晨）今年出版。") for c in clean(text).changes if c.rule == "QUOTE003"] == tiers


def test_a_stroke_behind_an_opening_mark_is_one() -> None:
    assert [(c.before, c.after, c.tier) for c in clean("村里印发了“-户一策”的办法，又办了“-字千金”书法展。").changes if c.rule == "GLYPH002"][-1] == ("-", "一", "suggested")


def test_a_dash_beside_one_may_have_been_printed() -> None:
    assert [[c.tier for c in clean(text).changes if c.rule == "GLYPH002"] for text in ("渡口又开了—一家小店。", "渡口又开了-一家小店。")] == [["suggested"], ["safe"]]


def test_no_closing_mark_before_a_dash() -> None:
    term = "县里办了“渡口之春”活动。"
    assert [c.after for c in clean(f"{term}\n\n“渡口之春晚会昨天举行。").changes if c.rule == "QUOTE004"] == ["”"]
    assert [c for c in clean(f"{term}\n\n“渡口之春——走进新码头”晚会昨天举行。\n\n“渡口之春——看新船的晚会。").changes if c.rule == "QUOTE004"] == []


def test_a_word_in_two_scripts_is_no_term_of_the_paper() -> None:
    page = ("这条铁路线穿过东部农业区，两岸种满了树，车厢里坐着从乡下进城卖鱼的农户，列车到站给他们让开过道，帮老乡们挪动鸡笼，广播里说还有两个车站就到终点。\n\n"
            "渡口的两个青年参加了{}会，今年{}会的成绩很好。")
    mixed, whole = ({c.tier for c in clean(page.format(word, word)).changes if c.rule == "SCRIPT001"} for word in ("奧运", "客戶"))
    assert mixed == {"safe"} and "safe" not in whole


@pytest.mark.parametrize("chain", CHAINS)
def test_chains_of_terms(chain: str) -> None:
    assert mended(f"我们看{chain}。") == f"我们看{chain.replace('一', '—')}。"


def test_a_chain_that_reads_nearly_as_well_with_the_numeral_is_offered() -> None:
    assert {(c.after, c.tier) for c in clean("我们看种子一田间一餐桌。").changes if c.before == "一"} == {("—", "suggested")}


@pytest.mark.parametrize("chain", NUMERAL_CHAINS)
def test_chains_of_numerals(chain: str) -> None:
    assert mended(f"{chain}。") == f"{chain}。"


def test_addresses_keep_their_punctuation() -> None:
    assert mended("报名https://example.org/a?b=1;c:d,费用(含餐)另计") == "报名https://example.org/a?b=1;c:d，费用（含餐）另计"


@pytest.mark.parametrize("read", ["一一", "一-", "-一"])
def test_a_long_dash_before_a_clause_is_written_unasked(read: str) -> None:
    assert mended(f"渡口停了三年了{read}而我还记得船工的名字。") == "渡口停了三年了——而我还记得船工的名字。"


@pytest.mark.parametrize("text", ["从武汉-一广州的高铁上，乘客很多。", "北京一-上海的列车今天开通了。", "渡口停了三年了--而我还记得船工的名字。"])
def test_one_dash_of_a_route_is_not_made_two_unasked(text: str) -> None:
    assert mended(text) == text


@pytest.mark.parametrize("text", ["由东向西、由北向南都通船。", "由此及彼、由表及里地想一想。", "上午、下午各有一班船。", "他们在渡口等船、买菜、并且在晚上、在清早唱歌。"])
def test_list_marks_stay(text: str) -> None:
    assert mended(text, "suggested") == text


def test_a_list_mark_between_clauses_may_be_a_comma() -> None:
    assert mended("目前、县里派出的救援队已经到了渡口。") == "目前、县里派出的救援队已经到了渡口。"
    assert mended("目前、县里派出的救援队已经到了渡口。", "suggested") == "目前，县里派出的救援队已经到了渡口。"
