"""Where sentences begin and end."""

import numpy as np

from cleaner.evidence import Evidence
from cleaner.evidence.continuations import BEYOND, UNITS, Continuations, shipped_continuations
from cleaner.page import Page
from cleaner.settings import Settings
from cleaner.source import Source
from cleaner.structure.seams import Seams

RESTS = ["获悉，渡口昨天开放", "的人都来了", "上已经装好了"]
BEGINNINGS = ["这意味着渡口要开放", "今年以来，渡口很忙", "他们坐船来"]
CUT = ["渡口是全县规模最大的", "两岸的村民都希望能够通", "船工们每天要检查船只和"]
WHOLE = ["渡口昨天重新开放", "两岸的村民都很满意", "船工们取得了很好的成绩"]


def test_log_odds_of_an_edge_no_further_than_they_mean_anything() -> None:
    vectors = np.array([[1.0, 0.0, 1.5], [0.0, 1.0, -1.5], [9.0, 0.0, 9.0]]) * UNITS
    assert Continuations.edges(vectors).tolist() == [1.5, -1.5, BEYOND]


def test_the_networks_tell_the_rest_of_a_sentence_from_a_beginning() -> None:
    odds = Continuations.edges(shipped_continuations().starts(RESTS + BEGINNINGS))
    assert np.all(odds[:3] < odds[3:].min())


def test_the_networks_tell_a_cut_end_from_one_that_only_lost_its_stop() -> None:
    odds = Continuations.edges(shipped_continuations().ends(CUT + WHOLE))
    assert np.all(odds[:3] < odds[3:].min())


def test_an_end_is_finished_or_not_but_no_mark_is_either() -> None:
    texts = [CUT[0], WHOLE[0], f"{WHOLE[0]}，", ""]
    ends = Seams(texts, Evidence(Page(Source.from_text("\n\n".join(texts))), Settings())).ends
    assert ends[0].finished < ends[1].finished and [one.finished for one in ends[2:]] == [0.0, 0.0]
