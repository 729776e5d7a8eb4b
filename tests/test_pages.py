"""The generator of test pages: what it says is true about a page is true."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from benchmarks.noise import misread, read_look_alikes
from benchmarks.pages import Article, PageSettings, make_page, read_articles, settings_from, with_captions

BUSY = PageSettings(cuts=0.8, displaced=0.1, interposed=0.3, whole=0.2, runs=0.1, parts=0.2, overlaps=0.5, merged=0.2,
                    loops=2, loop_length=6, meant=0.4)


def articles(count: int = 3) -> list[Article]:
    """Made-up articles; every sentence differs in a number word, so that nothing repeats by chance."""
    words = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
    found = []
    for a in range(count):
        paragraphs = []
        for p in range(6):
            mark = words[a] + words[p + 4]
            paragraphs.append("".join(
                f"{mark}村第{words[k]}组在{words[(k + p) % 22]}山脚下种了{words[(k + a) % 22]}树，到了秋天，{mark}村的果园里一片{words[k]}色。"
                for k in range(4)))
        found.append(Article(f"{words[a]}县的果园丰收在望", tuple(paragraphs)))
    return found


def test_without_settings_the_page_is_the_truth() -> None:
    page = make_page(articles(), random.Random(1), PageSettings(cuts=0))
    assert page.text == page.truth
    assert page.order == tuple(range(len(page.blocks)))
    assert page.joins == ()


@pytest.mark.parametrize("seed", range(8))
def test_every_character_knows_where_it_is_from(seed: int) -> None:
    page = make_page(articles(), random.Random(seed), BUSY)
    for block, start in zip(page.blocks, page.starts, strict=True):
        assert page.text[start:start + len(block.text)] == block.text
        assert "".join(page.truth[o] for o in block.origins) == block.text
        assert "".join(page.elements[s.element].text[s.start:s.end] for s in block.segments) == block.text
    whole = {o for b in page.blocks for o in b.origins}
    assert whole == {e.at + k for e in page.elements for k in range(len(e.text))}


@pytest.mark.parametrize("seed", range(8))
def test_order_and_joins_read_the_truth(seed: int) -> None:
    page = make_page(articles(), random.Random(seed), PageSettings(cuts=0.8, displaced=0.2, interposed=0.5, whole=0.2))
    behind = {b for _, b in page.joins}
    read = "".join(("" if i in behind else "\n\n") + page.blocks[i].text for i in page.order)
    assert read.strip() + "\n" == page.truth
    assert any(b.moved for b in page.blocks)


@pytest.mark.parametrize("seed", range(8))
def test_copies_hold_only_what_others_hold(seed: int) -> None:
    page = make_page(articles(), random.Random(seed), BUSY)
    kinds = {block.copy for block in page.blocks}
    assert {"whole", "part", "overlap", "loop"} <= kinds
    for block in page.blocks:
        if block.copy in {"whole", "part", "loop"}:
            assert block.copy_of is not None and set(block.origins) <= set(page.blocks[block.copy_of].origins)


@pytest.mark.parametrize("noise", [0.0, 0.1])
def test_captions_stand_between_the_parts_of_cut_paragraphs(noise: float) -> None:
    every = articles(5)
    plain = make_page(every[:3], random.Random(4), PageSettings(cuts=1.0))
    page = with_captions(plain, every[3:], 1.0, noise, random.Random(4))
    captions = [i for i, block in enumerate(page.blocks) if block.kind == "caption"]
    assert len(captions) == len(plain.joins) == len(page.joins) > 0
    assert {(i - 1, i + 1) for i in captions} == set(page.joins)
    for i in captions:
        element = page.elements[page.blocks[i].paragraph]
        assert any(element.text in paragraph for article in every[3:] for paragraph in article.paragraphs)
        assert page.truth[element.at:element.at + len(element.text)] == element.text
        assert all(page.truth[at] == char for char, at in zip(page.blocks[i].text, page.blocks[i].origins, strict=True) if at >= 0 and not noise)


def test_same_seed_same_page() -> None:
    noisy = PageSettings(whole=0.2, noise=0.1)
    one, other = (make_page(articles(), random.Random(5), noisy) for _ in range(2))
    assert one == other
    assert one != make_page(articles(), random.Random(6), noisy)


def test_noise_hits_each_copy_for_itself() -> None:
    page = make_page(articles(), random.Random(2), PageSettings(whole=0.4, noise=0.115))
    pairs = [(b, page.blocks[b.copy_of]) for b in page.blocks if b.copy == "whole" and b.copy_of is not None]
    assert pairs
    wrong = total = 0
    for one, other in pairs:
        assert one.text != other.text
        for block in (one, other):
            total += len(block.text)
            wrong += sum(o < 0 or page.truth[o] != c for c, o in zip(block.text, block.origins, strict=True))
    assert 0.03 < wrong / total < 0.13


def test_misread_uses_look_alikes(tmp_path: Path) -> None:
    table = tmp_path / "alike.tsv"
    table.write_text("未\t末:0.9: 朱:0.4:\n", encoding="utf-8")
    look_alikes = read_look_alikes(table, best=1)
    text, origins = misread("未" * 200, 0.3, random.Random(1), look_alikes)
    assert "末" in text and "朱" not in text
    assert len(text) == len(origins)
    assert misread("未来", 0.0, random.Random(1)) == ("未来", [0, 1])


def test_articles_from_text(tmp_path: Path) -> None:
    path = tmp_path / "texts.txt"
    path.write_text("渡口重开\n" + "停了三年的渡口昨天重新开放，附近的居民都很高兴。\n" * 3 + "短\n" + "果园今年雨水好，苹果收了十万斤。" * 30 + "\n",
                    encoding="utf-8")
    found = read_articles([path])
    assert [a.title for a in found] == ["果园今年雨水好", "渡口重开"]
    assert len(found[1].paragraphs) == 3


def test_settings_by_name() -> None:
    assert settings_from(["overlaps=0.5", "loops=2"]) == PageSettings(overlaps=0.5, loops=2)
    with pytest.raises(ValueError, match="nonsense"):
        settings_from(["nonsense=1"])
