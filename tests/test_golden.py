"""The canonical text and the change log of the five seeds, as they lie in `fixtures/`.

After a change that is meant to alter them: `pytest tests/test_golden.py --force-regen`, then read the difference.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pytest_regressions.file_regression import FileRegressionFixture

from cleaner import clean

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "fixtures"
SEEDS = sorted((ROOT / "seeds").glob("*.txt"))


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.name[:3])
def test_canonical_text(path: Path, file_regression: FileRegressionFixture) -> None:
    text = clean(path.read_bytes(), name=path.name).text
    file_regression.check(text, encoding="utf-8", newline="\n", fullpath=FIXTURES / f"{path.stem}.txt")


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.name[:3])
def test_change_log(path: Path, file_regression: FileRegressionFixture) -> None:
    log = replace(clean(path.read_bytes(), name=path.name).log, tool="cleaner")
    file_regression.check(log.to_jsonl(), encoding="utf-8", newline="\n",
                          fullpath=FIXTURES / f"{path.stem}.changes.jsonl")
