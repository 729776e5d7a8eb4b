"""The networks that say which end goes on in which start."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from cleaner.evidence.continuations import NOTHING, UNKNOWN, WINDOW, Continuations, plain, shipped_continuations

CUTS = (
    ("今年入秋以来，全县已经修好乡村道路三百多", "公里，沿线村民出行方便多了。"),
    ("一场大雪过后，气温骤降，河面上结了厚厚的一", "层冰，渡船只好停在岸边。"),
    ("工程队表示，大桥的主体结构将在明年年底之前全部", "完工，届时两岸之间只需十分钟。"),
    ("为了让老人们吃得放心，食堂每天清晨都派人到市场上", "购买新鲜的蔬菜和鱼。"),
)


def odds_of(cuts: tuple[tuple[str, str], ...]) -> np.ndarray:
    networks = shipped_continuations()
    ends, starts = networks.ends([end for end, _ in cuts]), networks.starts([start for _, start in cuts])
    return np.array([Continuations.compared(np.repeat(end[None], len(cuts), axis=0), starts) for end in ends])


def test_an_end_goes_on_in_its_own_start_rather_than_in_others() -> None:
    odds = odds_of(CUTS)
    assert (odds.argmax(axis=1) == np.arange(len(CUTS))).sum() >= len(CUTS) - 1
    assert np.diag(odds).mean() > odds[~np.eye(len(CUTS), dtype=bool)].mean() + 2


def test_a_start_in_mid_sentence_wants_an_end_more_than_the_beginning_of_a_paragraph() -> None:
    networks = shipped_continuations()
    torn = Continuations.alone(networks.starts([start for _, start in CUTS]))
    whole = Continuations.alone(networks.starts([end for end, _ in CUTS]))
    assert torn.mean() > whole.mean()


def test_what_is_asked_together_changes_nothing() -> None:
    networks = shipped_continuations()
    fresh = Continuations.load(Path(shipped_file()))
    texts = [text for cut in CUTS for text in cut]
    together = networks.ends(texts)
    for k, text in enumerate(texts):
        assert (fresh.ends([text])[0] == together[k]).all()
    assert (together == np.rint(together)).all()


def test_places_and_characters_that_are_not_known() -> None:
    networks = shipped_continuations()
    codes = networks.codes(["", "中\U0002a6d6", "中" * (WINDOW + 5)])
    assert codes.shape == (3, WINDOW)
    assert (codes[0] == NOTHING).all()
    assert codes[1, 1] == UNKNOWN and codes[1, 2] == NOTHING and codes[1, 0] > UNKNOWN
    assert (codes[2] == codes[1, 0]).all()
    assert np.isfinite(networks.ends(["", "\ud800"])).all()


@pytest.mark.parametrize(("text", "read"), [
    ("共有 1,234.5 公里", "共有0公里"), ("使用Linux 系统", "使用A系统"), ("共有２０００人", "共有0人"), ("他說：「會來」", "他说：「会来」")])
def test_numbers_and_latin_words_are_one_character(text: str, read: str) -> None:
    assert plain(text) == read


def test_a_file_says_what_was_saved(tmp_path: Path) -> None:
    networks = shipped_continuations()
    file = tmp_path / "again.npz"
    with file.open("wb") as out:
        networks.save(out)
    assert (Continuations.load(file).starts(["今天上午"]) == networks.starts(["今天上午"])).all()
    (tmp_path / "bad.npz").write_bytes(b"no archive")
    with pytest.raises(ValueError):
        Continuations.load(tmp_path / "bad.npz")
    part = io.BytesIO()
    np.savez(part, alphabet=np.array([ord("中")], dtype=np.uint32))
    (tmp_path / "part.npz").write_bytes(part.getvalue())
    with pytest.raises(KeyError):
        Continuations.load(tmp_path / "part.npz").ends(["中"])


def shipped_file() -> str:
    from cleaner.data import data_file
    return str(data_file("continuations.npz"))
