"""What is kept by the text of a block, and searches that must stay linear."""

from __future__ import annotations

import time

from cleaner.memory import BLOCKS, kept, listed
from cleaner.structure.copies.boxed import boxed
from cleaner.structure.labels.tails import TAIL
from cleaner.structure.seams import unclosed


def test_an_answer_is_worked_out_once_for_each_text() -> None:
    asked: list[str] = []

    @kept
    def length(text: str) -> int:
        asked.append(text)
        return len(text)

    assert [length(text) for text in ("渡口", "码头边", "渡口")] == [2, 3, 2]
    assert asked == ["渡口", "码头边"]


def test_what_a_search_finds_is_a_tuple_that_can_be_read_twice() -> None:
    found = listed(lambda text: (char for char in text if char in "，。"))
    assert found("渡口，码头。") == found("渡口，码头。") == ("，", "。")


def test_no_more_texts_are_kept_than_a_page_or_two_has() -> None:
    asked: list[str] = []
    work = kept(lambda text: asked.append(text))
    for k in range(BLOCKS + 1):
        work(f"第{k}班")
    work("第0班")
    assert asked.count("第0班") == 2


def test_marks_left_open() -> None:
    assert unclosed("“渡口（码头”开放）") == ("", "（")
    assert unclosed("“渡口（码头) ‘开放") == ("“‘", "")
    assert unclosed("”》") == ("", "“《")


def _seconds(work: object) -> float:
    begin = time.process_time()
    assert callable(work)
    work()
    return time.process_time() - begin


def test_searches_in_one_long_block_take_time_in_proportion() -> None:
    """A block of one sentence said again and again, and one of marks left open: each ten times as long."""
    for work, unit in ((TAIL.search, "渡船每天往返两次。"), (unclosed, "（“》"), (lambda text: boxed([text, text[:40]]), "渡船每天清晨六点离开码头，傍晚六点回到对岸的码头。")):
        short, long = (min(_seconds(lambda work=work, n=n, unit=unit: work(unit * n)) for _ in range(3)) for n in (400, 4000))
        assert long < 40 * max(short, 1e-4)
