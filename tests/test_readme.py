"""What the README shows is what the tool does."""

from __future__ import annotations

import re
from pathlib import Path

from cleaner import clean


def test_before_and_after() -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    before, after = re.findall(r"```text\n(.*?)```", readme, re.S)[:2]
    assert clean(before).text == after
