"""The four laws on whole pages: invented ones, and the seeds under cuts, copies, shuffles and noise.

A `LawError` is a failure: on pages like these `clean` must find a text that stands still and leads back.
"""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner import Cleaned, Settings, clean, undo
from cleaner.changes import ChangeLog

ROOT = Path(__file__).resolve().parent.parent
SEEDS = sorted((ROOT / "seeds").glob("*.txt"))

PLACES = ("镇东头的石桥", "县里的第二小学", "河湾村的果园", "新开的渡口", "老城区的菜市场", "山脚下的茶厂")
EVENTS = ("昨天修好了", "今年春天换了新的主人", "在大雨以后重新开放", "已经连续三年没有出过事故", "上个月迎来了一批客人")
RESULTS = ("附近的居民都很高兴", "参观的人比去年多了一倍", "孩子们再也不用绕远路", "收入一共增加了三十万元", "工人们却还没有拿到工钱")
SENTENCES = [f"{a}{b}，{c}。" for a, b, c in product(PLACES, EVENTS, RESULTS)]
LINES = ("乡村新事", "一座桥的故事", "渡口重开，两岸不再绕路", "记者 王小明 李强", "图片来源：县文化馆", "加油！", "三、经验与做法")
NOISE = ("\x00", "\x0c", "\x7f", "\u200b", "\ufeff", "\u00ad", "\ufffd", "\ue000", " ", "\u3000", ",", "—", "“", "１", "⼈")


def obeys_the_laws(page: bytes | str) -> Cleaned:
    """Clean a page; assert that nothing is lost, that it stands still, is told honestly and comes again the same."""
    data = page.encode() if isinstance(page, str) else page
    cleaned = clean(data)
    log = cleaned.log.to_jsonl()
    assert undo(cleaned.text, ChangeLog.from_jsonl(log)).to_bytes() == data, "law 1: nothing lost"
    again = clean(cleaned.text)
    assert [c for c in again.changes if c.active] == [], "law 2: stable"
    assert again.text == cleaned.text
    twice = clean(data)
    assert (twice.text, twice.log.to_jsonl()) == (cleaned.text, log), "law 3: deterministic"
    for change in cleaned.changes:
        assert change.rule and change.reason and 0 <= change.confidence <= 1, "law 4: honest"
    assert len({c.id for c in cleaned.changes}) == len(cleaned.changes)
    return cleaned


def damaged(draw: st.DrawFn, blocks: list[str], most: int) -> list[str]:
    """Blocks cut in two, copied, moved, taken away and sprinkled with noise, `most` times at most."""
    for _ in range(draw(st.integers(0, most))):
        i = draw(st.integers(0, len(blocks) - 1))
        block = blocks[i]
        at = draw(st.integers(0, len(block)))
        match draw(st.sampled_from(["cut", "copy", "move", "noise", "lose head", "double"])):
            case "cut" if 0 < at < len(block):
                blocks[i:i + 1] = [block[:at], block[at:]]
            case "copy":
                blocks.insert(draw(st.integers(0, len(blocks))), block)
            case "move":
                blocks.insert(draw(st.integers(0, len(blocks) - 1)), blocks.pop(i))
            case "noise":
                blocks[i] = block[:at] + draw(st.sampled_from(NOISE)) + block[at:]
            case "lose head" if 0 < at < len(block):
                blocks[i] = block[at:]
            case "double":
                blocks[i] = block[:at] + block[max(0, at - 2):]
    return blocks


@st.composite
def invented_pages(draw: st.DrawFn) -> bytes:
    """A page of invented sentences, damaged, in one of the encodings and with any mixture of line ends."""
    paragraph = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=3).map("".join)
    blocks = draw(st.lists(st.one_of(paragraph, paragraph, paragraph, st.sampled_from(LINES)), min_size=1, max_size=9))
    blocks = damaged(draw, blocks, 6)
    ends = st.sampled_from(("\n\n", "\n\n", "\r\n\r\n", "\r\r", "\n", "\r\n\n", "\n\n\n\n", " \n\u3000\u3000"))
    text = "".join(block + draw(ends) for block in blocks)
    text = text if text.strip(" \r\n\f\u3000") else "空白。"
    match draw(st.sampled_from(["utf-8", "utf-8-sig", "gb18030"])):
        case "gb18030":
            return text.encode("gb18030")
        case codec:
            return text.encode(codec)


@st.composite
def damaged_seeds(draw: st.DrawFn) -> bytes:
    """A stretch of a seed page, damaged further."""
    blocks = draw(st.sampled_from(SEEDS)).read_text(encoding="utf-8").split("\n\n")
    start = draw(st.integers(0, max(0, len(blocks) - 8)))
    blocks = damaged(draw, blocks[start:start + draw(st.integers(8, 30))], 8)
    return "\n\n".join(blocks).encode()


ENGLISH = "The committee said on Monday that prices rose by 3.5% in May, and that the bridge would open in June. "
TRADITIONAL = "鎮東頭的石橋昨天修好了，附近的居民都很高興。縣裡的學校今年換了新的主人，參觀的人比去年多了一倍。"
ODD = ("👨‍👩‍👧", "🇨🇳", "é", "é̂", "مرحبا", "𠀀𪛟", "①②③", "㈱", "ﬁ", "—", "……", "‮", "󰀀")
ENDS = ("\n\n", "\n", "\r\n", "\r\r", "\n\n\n", "\x0c\n", "\x85", "\u2028", " \n\u3000")


def rows(left: str, right: str, width: int) -> str:
    """Two texts printed side by side and read line by line across both."""
    lines = [[text[i:i + width] for i in range(0, len(text), width)] for text in (left, right)]
    return "\n".join("  ".join(pair) for pair in zip(*lines, strict=False))


@st.composite
def mixed_pages(draw: st.DrawFn) -> bytes:
    """A page on which anything stands beside anything: scripts, figures, scaffold, printed lines, loops, wrong encodings."""
    sentence = st.sampled_from(SENTENCES)
    width = draw(st.integers(6, 20))
    kinds: list[st.SearchStrategy[str]] = [
        sentence, st.sampled_from(LINES), st.integers(1, 30).map(lambda n: TRADITIONAL[n:]), st.integers(1, 99).map(lambda n: ENGLISH[-n:]),
        st.builds(lambda a, b: a[:9] + b[:30] + a[9:], sentence, st.just(ENGLISH)), st.sampled_from(ODD),
        st.builds(lambda a, b: a + b, st.sampled_from(ODD), sentence), st.sampled_from(["2O24年4月31日", "1,234.5万元", "３-５％", "12:30", "○三年"]),
        st.builds(lambda mark, text: mark + text, st.sampled_from(["# ", "## ", "> ", "> 图：", "〔缺〕", "图：", "- "]), sentence),
        st.builds(lambda text, n: text[:n] * n, sentence, st.integers(2, 12)),
        sentence.map(lambda text: text.encode().decode("latin-1")), sentence.map(lambda text: text.encode("gbk").decode("latin-1")),
        st.lists(sentence, min_size=2, max_size=4).map(lambda texts: "\n".join(
            "".join(texts)[i:i + width] for i in range(0, len("".join(texts)), width))),
        st.builds(lambda a, b: rows(a + b, b + a, width), sentence, sentence),
        st.text("，。、；：“”‘’（）《》—…·,.;:?!()\"'-", min_size=1, max_size=12), st.text(min_size=1, max_size=8),
    ]
    chosen = st.one_of(draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=4)))
    blocks = damaged(draw, draw(st.lists(chosen, min_size=1, max_size=25)), 6)
    ends = st.sampled_from(draw(st.lists(st.sampled_from(ENDS), min_size=1, max_size=3)))
    text = "".join(block + draw(ends) for block in blocks)
    return (text if text.strip(" \t\r\n\f\u3000\xa0\ufeff") else "空白。").encode()


@given(invented_pages())
@settings(max_examples=60)
def test_invented_pages(page: bytes) -> None:
    obeys_the_laws(page)


@given(damaged_seeds())
@settings(max_examples=20)
def test_damaged_seeds(page: bytes) -> None:
    obeys_the_laws(page)


@given(mixed_pages())
@settings(max_examples=40)
def test_mixed_pages(page: bytes) -> None:
    obeys_the_laws(page)


@pytest.mark.parametrize("block", ["中", "中国", "本报记者 王小明", "，", "一", "# 渡口", "> 渡口", "1", "a b"])
def test_very_many_blocks(block: str) -> None:
    """Hundreds of blocks that nothing tells apart keep the laws."""
    obeys_the_laws("\n\n".join([block] * 300))


@pytest.mark.parametrize("text", ["中", "1", "（", "a ", "，。", "中 ", "一", "采购一运输"])
def test_a_very_long_line(text: str) -> None:
    """Ten thousand characters without a break, most of them without a full stop: no rule looks from every place to the end."""
    obeys_the_laws(text * (10_000 // len(text)))


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.name[:3])
def test_seeds(path: Path) -> None:
    cleaned = obeys_the_laws(path.read_bytes())
    assert cleaned.without(tiers=("safe", "suggested", "flagged")) == cleaned.source.text
    for rule in sorted({change.rule for change in cleaned.changes if change.active}):
        assert cleaned.without(rules=(rule,)) != cleaned.text


# Smallest pages on which a law once broke.
TWIN = "县里的第二小学昨天修好了，附近的居民都很高兴。镇东头的石桥已经连续三年没有出过事故，收入增加了三十万元。"
FOUND = {
    "a repair inside a block that turns out to be a copy": f"{TWIN}\n\n{TWIN[:6]}\u200b{TWIN[6:]}",
    "a control character inside a copy": f"{TWIN}\n\n\x00{TWIN}",
    "a space laid bare at the end by a control character": "0\xa0\x1f",
}


@pytest.mark.parametrize("page", FOUND.values(), ids=FOUND)
def test_pages_that_once_broke_a_law(page: str) -> None:
    obeys_the_laws(page)


@given(st.text(min_size=1, max_size=40).filter(lambda text: bool(text.strip(" \t\r\n\f\u3000\xa0\ufeff"))))
@settings(max_examples=80)
def test_any_text(text: str) -> None:
    obeys_the_laws(text)


@given(invented_pages(), st.lists(st.sampled_from(["COPY", "ORDER", "JOIN", "WIDTH", "HEAD", "BREAK"]), max_size=3))
@settings(max_examples=15)
def test_laws_hold_with_rules_left_out(page: bytes, ignore: list[str]) -> None:
    chosen = Settings(ignore=tuple(ignore))
    cleaned = clean(page, chosen)
    assert undo(cleaned.text, cleaned.log).to_bytes() == page
    assert not any(change.active for change in clean(cleaned.text, chosen).changes)


def test_hash_seed_and_place_do_not_matter(tmp_path: Path) -> None:
    page = SEEDS[0]
    outputs = []
    for seed in ("0", "4242"):
        folder = tmp_path / seed
        folder.mkdir()
        code = ("import sys; from pathlib import Path; from cleaner import clean; "
                "c = clean(Path(sys.argv[1]).read_bytes(), name='page'); "
                "sys.stdout.buffer.write((c.text + c.log.to_jsonl()).encode())")
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT), "TZ": f"UTC+{seed[0]}"}
        done = subprocess.run([sys.executable, "-c", code, str(page)], capture_output=True, cwd=folder,
                              env=environment, check=True)
        outputs.append(done.stdout)
    assert outputs[0] == outputs[1]
    assert len(outputs[0]) > page.stat().st_size
