"""What a run reads below a folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cleaner.batch.inputs import collect


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe_in_a_folder_is_named_and_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("今天开会。\n", encoding="utf-8")
    os.mkfifo(tmp_path / "pipe.txt")
    inputs, problems = collect([str(tmp_path)])
    assert [item.name for item in inputs] == ["page.txt"]
    assert [str(problem) for problem in problems] == [f"{tmp_path / 'pipe.txt'}: not a regular file"]
