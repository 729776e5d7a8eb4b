"""Where sentences begin and end."""

import numpy as np
import pytest

from cleaner.evidence import Evidence
from cleaner.evidence.continuations import SIDES, UNITS, shipped_continuations
from cleaner.evidence.edges import BEYOND, PARTS, Edges, shipped_edges
from cleaner.page import Page
from cleaner.settings import Settings
from cleaner.source import Source
from cleaner.structure.seams import Seams

RESTS = ["获悉，渡口昨天开放", "的人都来了", "上已经装好了"]
BEGINNINGS = ["这意味着渡口要开放", "今年以来，渡口很忙", "他们坐船来"]
CUT = ["渡口是全县规模最大的", "两岸的村民都希望能够通", "船工们每天要检查船只和"]
WHOLE = ["渡口昨天重新开放", "两岸的村民都很满意", "船工们取得了很好的成绩"]


def test_a_sum_of_what_the_networks_see_no_further_than_it_means_anything() -> None:
    edges = Edges({"end": [PARTS, -2 * PARTS, PARTS // 2], "start": [0, 0, -PARTS]})
    vectors = np.array([[1.0, 0.0], [0.0, 1.0], [9.0, 0.0]]) * UNITS
    assert edges.finished(vectors).tolist() == [1.5, -1.5, BEYOND]
    assert edges.begun(vectors).tolist() == [-1.0, -1.0, -1.0]


def test_the_file_comes_back() -> None:
    edges = Edges.rounded({side: np.array([0.25, -1.5, 3.0]) for side in SIDES})
    assert Edges.parse(edges.render()).render() == edges.render()
    with pytest.raises(ValueError):
        Edges.parse("的\t-400\n")
    with pytest.raises(KeyError):
        Edges.parse('{"end": [1, 2]}')


def test_the_shipped_weights_tell_the_rest_of_a_sentence_from_a_beginning() -> None:
    odds = shipped_edges().begun(shipped_continuations().starts(RESTS + BEGINNINGS))
    assert np.all(odds[:3] < odds[3:].min())


def test_the_shipped_weights_tell_a_cut_end_from_one_that_only_lost_its_stop() -> None:
    odds = shipped_edges().finished(shipped_continuations().ends(CUT + WHOLE))
    assert np.all(odds[:3] < odds[3:].min())


def test_an_end_is_finished_or_not_but_no_mark_is_either() -> None:
    texts = [CUT[0], WHOLE[0], f"{WHOLE[0]}，", ""]
    ends = Seams(texts, Evidence(Page(Source.from_text("\n\n".join(texts))), Settings())).ends
    assert ends[0].finished < ends[1].finished and [one.finished for one in ends[2:]] == [0.0, 0.0]
