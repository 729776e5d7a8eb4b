"""The networks that say which end goes on in which start."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from cleaner.evidence.continuations import NOTHING, UNKNOWN, WINDOW, Continuations, plain, shipped_continuations
from cleaner.structure.seams import GOES_ON

CUTS = (
    ("这条乡村道路全长三百", "多公里，沿线的十二个村子都通了车。"),
    ("他出生于上海，早年留学日本，回国以后在大学任", "教授，著有多部小说和散文集。"),
    ("各级人民政府应当依法保护耕地，任何单位和个人不", "得擅自占用或者改变用途。"),
    ("这座城市位于河流的北岸，是当地重要的交通", "枢纽，铁路和公路在这里交会。"),
)


def odds_of(cuts: tuple[tuple[str, str], ...]) -> np.ndarray:
    networks = shipped_continuations()
    ends, starts = networks.ends([end for end, _ in cuts]), networks.starts([start for _, start in cuts])
    return np.array([Continuations.compared(np.repeat(end[None], len(cuts), axis=0), starts) for end in ends])


def test_an_end_goes_on_in_its_own_start_rather_than_in_others() -> None:
    odds = odds_of(CUTS)
    assert (odds.argmax(axis=1) == np.arange(len(CUTS))).all()


def test_a_start_in_mid_sentence_wants_an_end_more_than_the_beginning_of_a_paragraph() -> None:
    networks = shipped_continuations()
    torn = Continuations.alone(networks.starts([start for _, start in CUTS]))
    whole = Continuations.alone(networks.starts([end for end, _ in CUTS]))
    assert torn.mean() > whole.mean()


def test_the_log_odds_lie_where_the_seam_reads_them() -> None:
    odds, networks = odds_of(CUTS), shipped_continuations()
    assert (np.diag(odds) > 0).all() and np.abs(odds).mean() < GOES_ON
    assert (np.abs(Continuations.alone(networks.starts([text for cut in CUTS for text in cut]))) < GOES_ON / 2).all()


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
