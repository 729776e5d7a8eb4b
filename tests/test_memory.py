"""What is kept by the text of a block, and searches that must stay linear."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from cleaner.evidence.alphabet import codes
from cleaner.evidence.linewise import Lines
from cleaner.memory import BLOCKS, HEAD, Store, kept, listed
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


def test_answers_are_asked_for_together_and_kept_by_their_size() -> None:
    asked: list[list[str]] = []

    def lengths(texts: list[str]) -> list[int]:
        asked.append(texts)
        return list(map(len, texts))

    store: Store[int] = Store(2 * HEAD + 8)
    assert store.of(["渡口", "码头边", "渡口"], lengths) == [2, 3, 2]
    assert store.of(["码头边", "船"], lengths) == [3, 1]
    assert store.of(["船", "码头边"], lengths) == [1, 3]
    assert asked == [["渡口", "码头边"], ["船"]]
    assert store.of(["渡口"], lengths) == [2], "what was asked about longest ago is forgotten"
    assert asked[2:] == [["渡口"]]
    assert store.of(["长" * 100], lengths) == [100] and store.of(["长" * 100], lengths) == [100]
    assert len(asked) == 5, "what is too long is not kept"
    assert store.of([], lengths) == []


def test_questions_about_a_line_that_stands_are_asked_once() -> None:
    asked: list[list[int]] = []
    store: Store[NDArray[np.int64]] = Store()

    def answers(text: str, places: list[int], chars: str) -> list[int]:
        """Each question has as many answers as its character stands behind others in the line: the offset in it."""
        starts = np.array(places, dtype=np.int64)

        def work(rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
            asked.append(rows.tolist())
            within = [places[k] - text.rfind("\n", 0, places[k]) - 1 for k in rows.tolist()]
            return np.repeat(within, within), np.array(within, dtype=np.int64)
        found: list[int] = Lines(text).answers(store, starts, (codes(chars),), work).tolist()
        return found

    assert answers("渡口\n码头边", [1, 4, 5], "船航桥") == [1, 1, 2, 2]
    assert answers("轮渡\n码头边\n渡口", [4, 5, 8], "航桥船") == [1, 2, 2, 1]
    assert asked == [[0, 1, 2], [2]], "one line stands elsewhere, but as it did; no break stood before the other"
    assert answers("渡口\n码头边", [1, 4, 5], "船航岸") == [1, 1, 2, 2]
    assert asked[2:] == [[1, 2]], "one other question about a line, and all of it is asked again"
    assert answers("渡口", [], "") == []


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
