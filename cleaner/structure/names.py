"""Personal names by their shape: a surname of the Hundred Family Surnames and one or two characters more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

from cleaner.evidence.lexicon import Lexicon

SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞"
    "熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓"
    "郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫"
    "宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉"
    "宰郦雍郤璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧"
    "殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公肖覃付佘仝佟代闫邝兰亓岳帅"
    "陳張劉楊黃趙吳孫馬葉蘇羅許鄭謝韓馮鄧蕭蔣呂賈閻薛魯韋龔譚陸顧賀賴錢湯嚴溫莊陶齊喬龍萬聶"
    "東豐烏樂習從儲黨蘭關養農鳳勞華單盧衛厲厙雙國婁寧宮壽鞏帥師廣應龐強懷時權欒歐畢滿蓋祿竇簡紅紀終經繆蒼荊榮藍薊藺計諸談貝貢賁費車邊連鄺鄔鄒郟酈鍾鈄鈕閆閔聞闕闞陰項須顏饒駱魚鮑"
)
"""Single surnames: the Hundred Family Surnames (百家姓, Song dynasty) and common later ones, both scripts."""

NAMES = r"[\u3400-\u9fff]{2,4}(?:[\s、·]+[\u3400-\u9fff]{2,4}){0,5}"
"""A list of names as a regular expression; whether they are names is for `SURNAMES` to say."""

COMPOUND = (
    "欧阳", "司马", "上官", "诸葛", "司徒", "东方", "皇甫", "尉迟", "公孙", "令狐", "慕容", "宇文", "长孙", "端木", "夏侯", "闻人",
    "歐陽", "諸葛", "東方", "尉遲", "公孫", "長孫",
)
"""Surnames of two characters that are still common."""

NAME = (rf"(?:(?:{'|'.join(COMPOUND)})[\u3400-\u9fff]{{1,2}}|[{''.join(sorted(SURNAMES))}]\s?[\u3400-\u9fff]{{1,2}}"
        r"|[\u3400-\u9fff]{2,6}·[\u3400-\u9fff]{2,8})")
"""One name as a regular expression: a surname and what is given, or a transcribed name in two parts."""


def is_name(text: str) -> bool:
    """Whether a word has the shape of a personal name: a Chinese surname and one or two characters more."""
    shaped = (2 <= len(text) <= 3 and text[0] in SURNAMES) or (3 <= len(text) <= 4 and text[:2] in COMPOUND)
    return shaped and all("\u3400" <= char <= "\u9fff" for char in text)

RARE = 20
"""Occurrences in the lexicon's corpus up to which a word inside a name is chance (杨成 in 杨成伟)."""
COMMON = 2000
"""Occurrences from which a word is hardly part of a name."""
PARTICLES = frozenset("的了着过和与是在从向对将把被让使于以及而或就才都也又不党经")
"""Characters of which some are surnames, and that stand in sentences far more often than in names (党的, 从我)."""


NAME_SIZES = (3, 2)
"""Characters of the names that stand run together under a headline."""
MOST_NAMES = 3
"""Names that stand in one line without a space between them."""


def is_rare_name(text: str, lexicon: Lexicon) -> bool:
    """Whether a word has the shape of a personal name and no other word is in it.

    Of the sentences of laws, news and party papers 0.3 to 1.5 % begin with three such characters, most of them a name.
    """
    return is_name(text) and PARTICLES.isdisjoint(text) and not _words_in(text, lexicon)


def is_signature(text: str, lexicon: Lexicon) -> bool:
    """Whether what has the shape of a name behind a full stop, in simplified script, is one, and not the first words of a sentence that a column cut
    (曾经在, 解决): many a name has a word in it, but is none itself, nor begins with a common one."""
    word = lexicon.frequency(text) >= RARE and not lexicon.is_person(text)
    return is_name(text) and PARTICLES.isdisjoint(text) and not word and (len(text) < 3 or lexicon.frequency(text[:2]) < COMMON)


def _words_in(text: str, lexicon: Lexicon) -> list[int]:
    """The frequencies of the words that stand in a text, of those that are not rare."""
    known = (lexicon.frequency(text[i:j]) for i in range(len(text)) for j in range(i + 2, len(text) + 1))
    return [frequency for frequency in known if frequency >= RARE]


def run_together(text: str, lexicon: Lexicon, sizes: Sequence[int] = (3,), words: int = 0) -> list[str]:
    """The names of a line that says nothing else, two or three of so many characters each without a space; else nothing. Names of two
    characters (sizes 3 and 2) are told from words by their place alone, between a headline and its report: there so many `words` that are not
    rare may stand in them (胡子 in 熊勇胡子平), but none in two of two characters: of 358 lines and halves of headlines of four characters none has that shape then."""
    def parted(rest: str, chances: int) -> Iterator[list[str]]:
        if not rest:
            yield []
        for size in sizes:
            name = rest[:size]
            if len(name) == size and is_name(name) and PARTICLES.isdisjoint(name):
                inside = _words_in(name, lexicon)
                if len(inside) <= chances and max(inside, default=0) < COMMON:
                    yield from ([name, *others] for others in parted(rest[size:], chances - len(inside)))

    if not MOST_NAMES * max(sizes) >= len(text) > max(sizes):
        return []
    return next((names for names in parted(text, words if len(text) > max(sizes) + 1 else 0)
                 if len(names) == -(-len(text) // max(sizes)) and not _words_across(names, text, lexicon)), [])


def _words_across(names: Sequence[str], text: str, lexicon: Lexicon) -> bool:
    """Whether a word stands across the border of two names (乌克兰 in 乌克|兰核设): then they are none."""
    borders = list(accumulate(map(len, names)))[:-1]
    return any(lexicon.frequency(text[i:j]) >= RARE for at in borders for i in range(max(0, at - 3), at) for j in range(at + 1, min(at + 4, i + 5)))
