"""How sentences begin."""

import numpy as np
import pytest

from cleaner.evidence.starts import Starts, opening, shipped_starts


def test_an_opening_is_simplified_without_blanks_and_with_one_class_for_figures_and_words() -> None:
    assert opening("2017 年GDP增长") == "0000"
    assert opening("  KDE Connect登陆") == "A登陆"
    assert opening("獲悉，渡口") == "获悉，渡"


def test_strings_of_every_length_add_up() -> None:
    starts = Starts(0.5, {"渡": 1.0, "渡口": -3.0, "渡口昨天": 2.0, "的": -4.0})
    assert starts.log_odds(["渡口昨天开放", "渡船", "的人", "", "昨天"]).tolist() == [0.5, 1.5, -3.5, 0.5, 0.5]


def test_what_lies_beyond_the_basic_plane_counts_as_none() -> None:
    assert Starts(0.0, {"渡": 1.0}).log_odds(["𠮷渡", "渡𠮷"]).tolist() == [0.0, 1.0]


def test_the_file_comes_back() -> None:
    starts = Starts(-0.25, {"的": -4.0, "“": 0.5})
    again = Starts.parse(starts.render())
    assert (again.bias, again.weights) == (starts.bias, starts.weights)
    with pytest.raises(ValueError):
        Starts.parse("的\n")


def test_the_shipped_table_tells_the_rest_of_a_sentence_from_a_beginning() -> None:
    rests, begins = ["获悉，渡口昨天开放", "的人都来了", "上已经装好了"], ["这意味着渡口要开放", "今年以来，渡口很忙", "他们坐船来"]
    odds = shipped_starts().log_odds(rests + begins)
    assert np.all(odds[:3] < odds[3:].min())
