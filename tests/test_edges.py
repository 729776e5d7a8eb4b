"""Where sentences begin and end."""

import numpy as np

from cleaner.evidence import Evidence
from cleaner.evidence.continuations import BEYOND, UNITS, Continuations, shipped_continuations
from cleaner.page import Page
from cleaner.settings import Settings
from cleaner.source import Source
from cleaner.structure.seams import Seams

RESTS = ["获悉，渡口昨天开放以后，两岸的村民都来坐船，", "的人都来了，有的还带着孙子，码头上很热闹。", "上已经装好了新的栏杆，老人上下船就方便了。"]
BEGINNINGS = ["与此同时，渡口开放了夜间航班，方便进城的村民。", "目前，渡口正在修第二条栈桥，工人们每天忙到天黑，", "这座桥是去年修的，全长三百米，两边都有人行道。"]
CUT = ["县里今年计划投资三千万元用于渡口和", "渡口开放以后，两岸的村民都希望能够通", "每天早上，船工们要检查船只和"]
WHOLE = ["县里今年修了三座桥，村民出行更加方便", "今年秋天渡口重新开放，两岸的村民都很满意", "渡口昨天正式建成，第一天就运送旅客三千人"]


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
