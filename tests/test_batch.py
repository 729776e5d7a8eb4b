"""Worker processes."""

from __future__ import annotations

import os

import pytest

from cleaner.batch.work import THREADS, _pool


def test_a_worker_computes_in_one_thread_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    first, *others = THREADS
    monkeypatch.setenv(first, "3")
    for name in others:
        monkeypatch.setenv(name, "")  # so that the end of the test takes away what the pool sets
        monkeypatch.delenv(name)
    with _pool(1, {}) as pool:
        told = {name: pool.submit(os.getenv, name).result() for name in THREADS}
    assert told == {first: "3", **dict.fromkeys(others, "1")}
