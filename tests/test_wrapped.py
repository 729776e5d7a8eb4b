"""Hard-wrapped pages: paragraphs are put together again, and nothing else is."""

from __future__ import annotations

import random
import time
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner import Settings, clean, undo
from cleaner.evidence import Evidence
from cleaner.normalizers.wrapped import line_ends
from cleaner.page import Page
from cleaner.source import Source
from cleaner.structure.lines.cohesion import cohesion_features
from cleaner.structure.lines.measures import Chain, Setting, likeliest_setting, read
from cleaner.structure.lines.printed import printed_lines, shortfall, width

WHO = ("镇东头的石桥", "县里的第二小学", "河湾村的果园", "新开的渡口", "老城区的菜市场", "山脚下的茶厂", "城北的自来水站")
WHAT = ("在大雨以后重新开放了", "今年春天换了新的主人", "已经连续三年没有出过事故", "上个月迎来了一批外地的客人", "从昨天起增加了两班汽车")
SO = ("附近的居民都觉得很高兴", "参观的人比去年多了一倍", "孩子们再也不用绕远路上学", "工人们却还没有拿到工钱", "负责人说还要再等三个月")
SENTENCES = [f"{a}{b}，{c}。" for a, b, c in product(WHO, WHAT, SO)]
OLD = ("滬上居民、近來多往公園納涼、", "而電車公司、竟不肯加開夜班、", "行人苦之、屢次投書本報、", "余昨遇公司中人、詢其故、則云車輛不敷、", "須待明春新車到滬、方能設法、",
       "余謂、新車未到、舊車豈不能多行一小時乎、", "其人笑而不答、", "茶館之中、議論紛紛、皆謂此事非由市民公議不可、")


def paragraphs(dice: random.Random, count: int) -> list[str]:
    return ["".join(dice.sample(SENTENCES, dice.randint(2, 5))) for _ in range(count)]


def wrapped(paras: list[str], columns: int) -> list[list[str]]:
    """Every paragraph as lines of equal width; a mark that would open a line hangs over."""
    out = []
    for para in paras:
        lines, at = [], 0
        while at < len(para):
            end = at + columns
            end += para[end:end + 1] in {"，", "。"}
            lines.append(para[at:end])
            at = end
        out.append(lines)
    return out


def page(lines: list[list[str]], between: str = "\n", inside: str = "\n") -> str:
    return between.join(inside.join(part) for part in lines) + "\n"


def seams_kept(paras: list[str], text: str) -> tuple[int, int]:
    """How many paragraphs came out whole, and how many blocks hold parts of two."""
    blocks = text.rstrip("\n").split("\n\n")
    whole = sum(para in blocks for para in paras)
    mixed = sum(1 for block in blocks if not any(block in para for para in paras))
    return whole, mixed


@pytest.mark.parametrize("columns", [11, 14, 17, 24])
@pytest.mark.parametrize(("between", "inside"), [("\n", "\n"), ("\n\n", "\n"), ("\n\n", "\n\n"), ("\n\u3000\u3000", "\n")],
                         ids=["no blank lines", "blank lines between paragraphs", "blank lines everywhere", "indents"])
def test_paragraphs_come_back(columns: int, between: str, inside: str) -> None:
    # a last line that fills its column looks like any other line: such paragraphs are left out
    paras = [para for para in paragraphs(random.Random(columns), 14) if len(wrapped([para], columns)[0][-1]) < columns - 1][:9]
    text = page(wrapped(paras, columns), between, inside)
    cleaned = clean(text, Settings(select=("WRAP", "BREAK")))
    whole, mixed = seams_kept(paras, cleaned.text)
    assert mixed == 0
    assert whole >= 7
    assert undo(cleaned.text, cleaned.log).text == text


@given(st.integers(0, 10_000), st.integers(9, 26), st.sampled_from(["\n", "\n\n", "\n\u3000\u3000"]), st.booleans())
@settings(max_examples=25)
def test_a_page_is_no_longer_wrapped_when_it_has_been_cleaned(seed: int, columns: int, between: str, accept: bool) -> None:
    text = page(wrapped(paragraphs(random.Random(seed), 7), columns), between)
    chosen = Settings(accept=("suggested",) if accept else ())
    cleaned = clean(text, chosen)
    assert not cleaned.log.withheld
    assert not any(c.active for c in clean(cleaned.text, chosen).changes)
    assert undo(cleaned.text, cleaned.log).text == text


def test_traditional_script_with_one_mark_for_all() -> None:
    dice = random.Random(4)
    paras = ["".join(dice.sample(OLD, 7)) for _ in range(6)]
    lines = [[para[at:at + 15] for at in range(0, len(para), 15)] for para in paras]
    cleaned = clean(page(lines), Settings(select=("WRAP", "BREAK")))
    whole, mixed = seams_kept(paras, cleaned.text)
    assert mixed == 0
    assert whole >= 4


VERSE = ("白日依山尽", "黄河入海流", "欲穷千里目", "更上一层楼", "春眠不觉晓", "处处闻啼鸟", "夜来风雨声", "花落知多少")
KEPT = {
    "prose, one paragraph a line": paragraphs(random.Random(1), 12),
    "prose of one sentence a line": SENTENCES[:40],
    "verse": [*VERSE, *VERSE],
    "verse with marks": [f"{a}，" if k % 2 == 0 else f"{a}。" for k, a in enumerate(VERSE)],
    "numbered list": [f"{k}. {what}" for k, what in enumerate(WHAT * 3, 1)],
    "bulleted list": [f"• {what}" for what in WHAT * 3],
    "table": [f"{name}  {k * 3}  {k + 10}.5" for k, name in enumerate(("石桥镇", "河湾村", "果园乡", "茶厂区", "渡口镇", "老城区", "城北乡"))],
    "dialogue": ["“你到哪里去？”", "“我到镇上去。”", "“去做什么？”", "“去卖两筐苹果。”", "“路上小心一点。”", "“放心好了。”"] * 2,
    "names": ["王小明李强生赵小敏", "钱大海孙立人周文静", "吴国栋郑爽然冯晓刚", "陈建国褚卫东卫青云", "蒋小林沈括天韩非子", "杨文广朱元山秦书宝"],
    "headlines": ["渡口重开两岸不绕路", "果园丰收运往省城去", "石桥修好居民很高兴", "小学操场昨日已启用", "茶厂换主工钱未发放", "汽车加班票价没有变"],
    "cut at random": [SENTENCES[k][: 5 + k % 13] for k in range(30)],
}


@pytest.mark.parametrize("lines", KEPT.values(), ids=KEPT)
@pytest.mark.parametrize("between", ["\n", "\n\n"], ids=["line ends", "blank lines"])
def test_pages_that_are_not_wrapped_stay(lines: list[str], between: str) -> None:
    text = between.join(lines) + "\n"
    assert not clean(text, Settings(select=("WRAP",), accept=("suggested",))).changes


def test_a_line_that_is_no_paragraph_by_itself_tells_on_both_its_ends() -> None:
    """Three narrow lines round a picture, whose words stop with a mark, are not three paragraphs of one line."""
    lines = ["甲" * 15] * 4 + ["甲" * 6 + "、"] * 3 + ["甲" * 15] * 4
    words, open_ends = np.full(len(lines) - 1, 0.0), [False] * (len(lines) - 1)
    free, told = (read(lines, words, np.full(len(lines), weight), open_ends) for weight in (0.0, -3.0))
    assert (told[3:7] < free[3:7]).all()


def test_a_headline_is_taken_up_below_and_not_above() -> None:
    texts = ["渡口重开以后居民高兴", "船票还是原来价钱两元", "茶厂新机器", "茶厂昨天装好了新机器", "机器每小时炒茶百斤多"]
    above, headline = cohesion_features(texts, [0, 1])
    assert "below taken up 2, from above 0" in headline
    assert "below taken up 2, from above 0" not in above


def test_a_list_and_a_table_on_a_wrapped_page_stay() -> None:
    before, after = wrapped(paragraphs(random.Random(2), 4), 16), wrapped(paragraphs(random.Random(3), 4), 16)
    items = [[f"{k}. {what}"] for k, what in enumerate(WHAT, 1)]
    rows = [[f"{name}  {k * 3}  {k + 10}.5"] for k, name in enumerate(("石桥镇", "河湾村", "果园乡", "茶厂区"))]
    blocks = clean(page([*before, *items, *rows, *after]), Settings(select=("WRAP", "BREAK"))).text.rstrip("\n").split("\n\n")
    for item in (*items, *rows):
        assert item[0] in blocks


def latin_page(left: str, right: str, elsewhere: str = "") -> str:
    paras = wrapped(paragraphs(random.Random(5), 5), 16)
    return page([*paras[:2], [*paras[2][:-1], left, right, *paras[2][-1:]], *paras[3:], [elsewhere or "完"]])


@pytest.mark.parametrize(("left", "right", "elsewhere", "joined"), [
    ("他每天早上在渡口边上看 news-", "paper 上的消息再去上班做工。", "", "上看 newspaper 上的消息"),
    ("他们都说刚来的这位先生是 well-", "known 的作家也是本镇的人。", "大家都说 well-known 的作家。", "是 well-known 的作家"),
    ("他把新买的那本书就取名为 River", "Ferry 然后送给了镇上的人。", "", "取名为 River Ferry 然后"),
])
def test_latin_words_at_line_ends(left: str, right: str, elsewhere: str, joined: str) -> None:
    cleaned = clean(latin_page(left, right, elsewhere), Settings(select=("WRAP", "BREAK"), accept=("suggested",)))
    assert joined in cleaned.text


def test_an_indent_ends_a_paragraph_that_fills_its_last_line() -> None:
    paras = [p[: len(p) // 14 * 14 - 1] + "。" for p in paragraphs(random.Random(6), 8)]
    lines = [[para[at:at + 14] for at in range(0, len(para), 14)] for para in paras]
    cleaned = clean(page(lines, "\n\u3000\u3000"), Settings(select=("WRAP", "BREAK"), accept=("suggested",)))
    assert seams_kept(paras, cleaned.text)[1] == 0


def test_spaces_between_hanzi_do_not_count() -> None:
    spaced, bare = printed_lines(["停了 三年 的 河湾 渡口", "停了三年的河湾渡口"])
    assert (spaced.text, spaced.low) == (bare.text, bare.low)


def test_widths() -> None:
    assert width("渡口ab。") == 4
    line, longer, other = printed_lines(["河湾渡口昨天", "重新开放newspapers", "了"])
    assert shortfall(line, longer) > 0 > shortfall(longer, other)
    word = printed_lines(["河湾渡口的人都看", "newspaper"])[0]
    assert (word.low, word.high) == (8, 12)  # the word below would not have gone on the line in a column of twelve


def test_decisions_do_not_depend_on_the_blank_lines_everywhere() -> None:
    lines = [line for part in wrapped(paragraphs(random.Random(7), 6), 15) for line in part]
    found = [line_ends(Evidence(Page(Source.from_text(gap.join(lines))), Settings())) for gap in ("\n", "\n\n")]
    assert found[0] == found[1] and len(found[0]) > 20


@pytest.mark.parametrize("noise", ["\x00", "\u200b", "\ufeff", "\x00\x00\x00\x00\x00\x00\x00\x00"])
def test_a_line_of_which_nothing_is_left(noise: str) -> None:
    lines = wrapped(paragraphs(random.Random(8), 5), 15)
    text = page([*lines[:2], [*lines[2][:2], noise, *lines[2][2:]], *lines[3:]])
    cleaned = clean(text)
    assert undo(cleaned.text, cleaned.log).text == text
    assert not any(c.active for c in clean(cleaned.text).changes)


def test_ten_times_the_lines_take_about_ten_times_as_long() -> None:
    def seconds(count: int) -> float:
        text = page(wrapped(paragraphs(random.Random(9), count), 16))
        evidence = Evidence(Page(Source.from_text(text)), Settings())
        assert len(evidence.page.blocks) > 6 * count
        start = time.process_time()
        line_ends(evidence)
        return time.process_time() - start

    seconds(20)  # the model and the lexicon are loaded
    assert seconds(600) < 25 * seconds(60)


def old_lines(text: str, half_columns: list[int]) -> list[str]:
    """Set as papers were about 1920: a mark takes half a character's width and may open a line; the last width goes on."""
    lines, line, room, widths = [], "", half_columns[0], half_columns[1:]
    for char in text:
        size = 1 if char in "、。" else 2
        if size > room:
            lines.append(line)
            line, room = "", widths.pop(0) if len(widths) > 1 else widths[0]
        line, room = line + char, room - size
    return [*lines, line]


ODD_ENDS = ("茶館之中議論紛紛、皆謂此事、非由市民公議不可、某君亦云、當於下月開會、", "渡口昨天重新開放、附近的居民、都很高興、船上坐滿了趕集的人、他們要到對岸去、",
            "余昨遇公司中人、詢其故、則云車輛不敷、須待明春、新車到滬、方能設法云、")


def read_page(lines: list[str]) -> tuple[list[float], Setting]:
    """The log-odds of breaks and the setting, the words saying nothing but that most line ends are none."""
    words, open_ends = np.full(len(lines) - 1, -2.0), [False] * (len(lines) - 1)
    alone = np.zeros(len(lines))
    return list(read(lines, words, alone, open_ends)), likeliest_setting(lines, words, alone, open_ends)


def test_marks_of_half_a_width_are_seen_and_a_line_one_character_short_ends_its_paragraph() -> None:
    full = [old_lines(part * 6, [31, 31]) for part in ODD_ENDS]
    lines = [line for para in full for line in para]
    odds, setting = read_page(lines)
    assert setting.mark == 1
    assert len({len(line) for para in full for line in para[:-1]}) > 1  # lines of one column have unlike numbers of characters
    ends, at = set(), -1
    for para in full:
        at += len(para)
        ends.add(at)
    said = {i for i, value in enumerate(odds) if value > 0}
    assert said == {i for i in ends if i < len(odds)}
    assert read_page([line.replace("、", "，") for line in lines])[1].mark == 1


def test_marks_of_full_width_stay_so() -> None:
    lines = [line for part in ODD_ENDS for k in range(0, 6 * len(part), 17) for line in [(part * 6)[k:k + 17]]]
    assert read_page(lines)[1] == Setting(loose=True)


def test_a_column_that_runs_round_a_picture_is_one_paragraph() -> None:
    lines = old_lines(ODD_ENDS[1] * 8, [30] * 6 + [12] * 7 + [30, 30])
    lines += old_lines(ODD_ENDS[0] * 4, [30, 30])
    odds, _ = read_page(lines)
    first = len(old_lines(ODD_ENDS[1] * 8, [30] * 6 + [12] * 7 + [30, 30]))
    assert [i for i, value in enumerate(odds) if value > 0] == [first - 1]


def test_first_lines_that_were_set_in() -> None:
    lines = [line for part in ODD_ENDS * 3 for line in wrapped_in(part * 3)]
    odds, setting = read_page(lines)
    assert setting.set_in == 4
    starts = {sum(len(wrapped_in(part * 3)) for part in (ODD_ENDS * 3)[:k]) for k in range(1, 9)}
    assert {i + 1 for i, value in enumerate(odds) if value > 0} == starts


def wrapped_in(text: str, columns: int = 15) -> list[str]:
    """Lines of one width, the first two columns shorter."""
    return [text[:columns - 2], *(text[k:k + columns] for k in range(columns - 2, len(text), columns))]


def test_a_long_page_is_read_in_stretches_that_agree() -> None:
    lines = [line for k in range(100) for line in old_lines(ODD_ENDS[k % 3] * 8, [31, 31])]
    odds, _ = read_page(lines)
    ends = {i for i in range(len(odds)) if len(lines[i]) < 13}
    assert len(lines) > 1500
    assert {i for i, value in enumerate(odds) if value > 0} >= ends
    assert read_page(lines[1400:])[0][200:] == pytest.approx(odds[1600:], abs=0.1)


def test_the_probability_of_a_break_is_the_slope_of_the_likelihood() -> None:
    """Forward and backward pass agree: how the likelihood grows with the weight of a line end is its probability."""
    lines = ["甲" * n for n in (9, 9, 5, 5, 9, 9, 3, 9, 9)]
    words, alone = np.linspace(-1.5, 1.0, len(lines) - 1), np.linspace(-1, 1, len(lines))
    chain = Chain(lines, [False] * len(words), Setting())
    odds, step = chain.reading(words, alone).log_odds, 1e-5
    for i in range(len(words)):
        more, less = words.copy(), words.copy()
        more[i] += step
        less[i] -= step
        slope = (chain.log_likelihood(more, alone) - chain.log_likelihood(less, alone)) / (2 * step)
        assert slope == pytest.approx(1 / (1 + np.exp(-odds[i])), abs=1e-4)


def test_a_column_goes_back_to_its_usual_measure() -> None:
    """The last of some narrow lines more likely runs on where the column behind is as wide as the one before."""
    def break_odds(behind: int) -> float:
        lines = ["甲" * n for n in (*[15] * 9, *[8] * 4, *[behind] * 3, *[15] * 9, *[11] * 9)]
        words = np.full(len(lines) - 1, -3.0)
        words[24] = 3.0
        return float(Chain(lines, [False] * len(words), Setting()).reading(words, np.zeros(len(lines))).log_odds[12])
    assert break_odds(15) < break_odds(11)
