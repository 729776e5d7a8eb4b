"""The parts of the language model one by one: exact logarithms, the index, the mapped file, word lists, pruning, windows."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from cleaner.cli import app
from cleaner.evidence.alphabet import UNKNOWN_SPREAD, Alphabet
from cleaner.evidence.build import blend, build_model, held_out, learn, learnt
from cleaner.evidence.exact import log10
from cleaner.evidence.flat import open_flat, pack
from cleaner.evidence.index import Hashed, Sorted
from cleaner.evidence.ngram import NgramModel
from cleaner.evidence.smoothing import read_words, word_list

LINES = ["果农今年种了三十亩苹果。", "苹果卖到了城里的农贸市场，果农很高兴。", "农贸市场里苹果的价格稳定。", "城里的市场今年很大。"]
MODEL = learn(LINES, order=4, prune=(1, 1, 1, 1))
WORDS = {"苹果": 30, "果农": 12, "农贸": 7, "农贸市场": 9, "市场": 40, "大": 5}


@given(st.floats(min_value=1e-300, max_value=1e300))
def test_logarithms_are_right(value: float) -> None:
    assert log10(np.array([value]))[0] == pytest.approx(math.log10(value), rel=1e-13, abs=1e-13)


def test_logarithms_of_whole_powers_of_two_and_of_one() -> None:
    assert log10(np.array([1.0]))[0] == 0.0
    assert log10(np.array([2.0**-9]))[0] == pytest.approx(-9 * math.log10(2), rel=1e-15)
    assert len(log10(np.zeros(0))) == 0


@given(st.sets(st.integers(0, 2**40), max_size=300), st.lists(st.integers(0, 2**63), max_size=50))
def test_the_index_finds_what_is_there_and_nothing_else(keys: set[int], others: list[int]) -> None:
    ordered = np.array(sorted(keys), dtype=np.uint64)
    index, places = Hashed.of(ordered)
    wanted = np.array([*sorted(keys), *others], dtype=np.uint64)
    found, hit = index.find(wanted)
    assert found[:len(keys)].tolist() == places.tolist()
    assert sorted(places.tolist()) == list(range(len(keys)))
    assert hit.tolist() == Sorted(ordered).find(wanted)[1].tolist() == [int(w) in keys for w in wanted]
    again = Hashed.from_sizes(index.bits, index.low, index.sizes, index.rests)
    assert again.find(wanted)[0].tolist() == found.tolist()


def test_a_file_comes_back_and_a_damaged_one_does_not(tmp_path: Path) -> None:
    path = tmp_path / "x.flat"
    arrays = {"a": np.arange(5, dtype=np.uint16), "none": np.zeros(0, dtype=np.float64), "b": np.array([1.5, -2.0])}
    path.write_bytes(pack("test", 3, {"says": "果"}, arrays))
    flat = open_flat(path, "test", 3, check=True)
    assert flat.facts["says"] == "果"
    assert {name: array.tolist() for name, array in flat.arrays.items()} == {n: a.tolist() for n, a in arrays.items()}
    good = path.read_bytes()
    for data, why in ((good[:-64], "cut short"), (good[:-60] + b"\x01" + good[-59:], "damaged"), (b"", "not a test"),
                      (good.replace(b'"test"', b'"rest"'), "not a test"), (b"[]\n", "not a test"), (b"\xff\n", "not a test")):
        path.write_bytes(data)
        with pytest.raises(ValueError, match=why):
            open_flat(path, "test", 3, check=True)


def test_a_list_of_words_teaches_how_words_go_on() -> None:
    alphabet = Alphabet.common("".join(LINES) * 2, 100)
    levels = word_list(WORDS, alphabet, 3)
    base = alphabet.size
    ids = {char: int(alphabet.encode(char)[0]) for char in "苹果农贸市场大"}

    def p(text: str) -> float:
        key = 0
        for char in text:
            key = key * base + ids[char]
        level = levels[len(text) - 1]
        place = int(np.searchsorted(level.keys, np.uint64(key)))
        return float(level.p[place]) if place < len(level.keys) and level.keys[place] == key else -1.0

    total = sum(len(word) * count for word, count in WORDS.items())
    first = (30 + 12 + 1) / (total + base)  # 果 in 苹果 and 果农, one added to every character
    assert p("果") == pytest.approx(first)
    assert p("苹果") == pytest.approx((30 + 1 * first) / 31)  # nothing else follows 苹, which ends no word
    assert p("贸市") > 0 and p("农贸市") > 0 and p("市场大") == -1.0  # never across words


def test_words_are_read_with_their_frequencies() -> None:
    assert read_words(["苹果 30 n", "", "果农", "苹果 2"]) == {"苹果": 32, "果农": 1}
    with pytest.raises(ValueError, match="line 2"):
        read_words(["苹果 30", "果农 many"])


@pytest.mark.parametrize("keep", [100, 130, 10_000])
def test_a_pruned_model_sums_to_one_and_keeps_within_its_bound(keep: int) -> None:
    model = blend([LINES], order=4, prune=(1, 1, 1, 1), keep=keep, words=[WORDS], shares=[0.7, 0.3])
    assert sum(map(len, model.levels)) <= max(keep, len(model.levels[0]))
    for context in ("\n", "苹", "农贸", "果农今", "龘", "的市"):
        p = 10.0 ** model.score_many([(context, c) for c in [*model.alphabet.known, "\n", "龘"]])
        assert float(p[:-1].sum() + p[-1] * UNKNOWN_SPREAD) == pytest.approx(1, abs=2e-3)


def test_pruning_takes_what_tells_least() -> None:
    full, small = (blend([LINES * 3], order=4, prune=(1, 1, 1, 1), keep=keep) for keep in (10_000, 120))
    text = "".join(f"{line}\n" for line in LINES)
    assert full.score(text) >= small.score(text) > small.score(text[::-1])
    assert sum(map(len, small.levels)) < sum(map(len, full.levels))


def test_held_out_and_learnt_paragraphs_are_the_whole() -> None:
    lines = [str(k) for k in range(13)]
    assert held_out(lines) == ["0", "5", "10"]
    assert sorted(held_out(lines) + learnt(lines)) == sorted(lines)


def test_a_model_built_with_a_hold_out_does_not_know_it(tmp_path: Path) -> None:
    corpus, words = tmp_path / "c.txt", tmp_path / "words.txt"
    corpus.write_text("".join(f"{line}\n" for line in ["鲸鱼游过海湾。", *LINES]), encoding="utf-8")
    words.write_text("苹果 30 n\n果农 12 n\n", encoding="utf-8")
    out = tmp_path / "m.model"
    report = build_model([corpus], out, 3, hold_out=[corpus], words=[words])
    assert report["held out"] == ["c.txt"] and report["shares"] == [0.5, 0.5]
    assert "鲸" not in NgramModel.load(out).alphabet.known
    run = CliRunner()
    command = ["model", "build", str(corpus), "--words", str(words), "--order", "3", "--out", str(tmp_path / "n.model")]
    assert run.invoke(app, [*command, "--hold-out", str(corpus)]).exit_code == 0
    assert (tmp_path / "n.model").read_bytes() == out.read_bytes()
    assert run.invoke(app, [*command, "--hold-out", str(words)]).exit_code == 2
    assert run.invoke(app, [*command, "--share", "1"]).exit_code == 2
    pairs = tmp_path / "pairs.txt"
    pairs.write_text("渡口管理 7\n管理渡船 5\n", encoding="utf-8")
    both = [*command, "--words", str(pairs), *("--share", "2", "--share", "1", "--share", "1")]
    assert run.invoke(app, both[:-2]).exit_code == 2, "a share for every list"
    assert run.invoke(app, both).exit_code == 0
    one, two = NgramModel.load(out), NgramModel.load(tmp_path / "n.model")
    assert two.score("理渡", "管") - two.score("渡", "理") > one.score("理渡", "管") - one.score("渡", "理")
