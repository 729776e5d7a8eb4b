"""What the documents show is what the tool does."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from cleaner import Settings, clean
from cleaner.cli import main

ROOT = Path(__file__).parent.parent


def examples(name: str, kind: str = "text") -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.S)


def test_before_and_after() -> None:
    before, after = examples("README.md")[:2]
    assert clean(before).text == after


def test_a_page_under_review(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    page, shown = examples("docs/reviewing.md")
    monkeypatch.chdir(tmp_path)
    Path("渡口.txt").write_text(page, encoding="utf-8")
    assert main(["check", "--all", "渡口.txt"]) == 0
    assert capsys.readouterr().out == shown


def test_rows_of_a_log() -> None:
    """All that is shown is so; what the fitted models say of it may change."""
    shown = [json.loads(row) for row in examples("docs/change-log.md", "json")[0].splitlines()]
    made = {change.id: change.to_dict() for change in clean(examples("README.md")[0]).changes}
    for row in shown:
        now = made[row["id"]]
        assert abs(now["confidence"] - row["confidence"]) < 0.05
        assert row["evidence"].keys() == now["evidence"].keys()
        assert {**row, "confidence": 1, "evidence": {}} == {**now, "confidence": 1, "evidence": {}}


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "benchmarks/README.md", *sorted(
    path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md"))])
def test_links_lead_somewhere(name: str) -> None:
    folder = (ROOT / name).parent
    links = re.findall(r"\]\(([^)#:]+)\)", (ROOT / name).read_text(encoding="utf-8"))
    assert [link for link in links if not (folder / link).exists()] == []


def test_every_command_and_script_is_documented() -> None:
    told = (ROOT / "README.md").read_text(encoding="utf-8") + (ROOT / "benchmarks/README.md").read_text(encoding="utf-8")
    from cleaner.cli import app
    commands = [command.callback.__name__ for command in app.registered_commands if command.callback]
    commands += [f"{group.name} {command.callback.__name__}" for group in app.registered_groups if group.typer_instance
                 for command in group.typer_instance.registered_commands if command.callback]
    assert [name for name in commands if f"cleaner {name}" not in told] == []
    scripts = [path for path in (ROOT / "benchmarks").glob("*.py") if "__main__" in path.read_text(encoding="utf-8")]
    assert [path.name for path in scripts if path.name not in told] == []


def test_every_fitted_file_names_its_script() -> None:
    told = (ROOT / "docs/design.md").read_text(encoding="utf-8")
    data = [path for path in (ROOT / "cleaner/data").iterdir() if path.suffix in {".json", ".tsv", ".model"}]
    assert [path.name for path in data if f"`{path.name}`" not in told and "schema" not in path.name] == []


def test_every_setting_is_documented() -> None:
    settings = re.findall(r"```toml\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.S)[0]
    assert [field.name for field in fields(Settings) if not re.search(rf"\b{field.name} = ", settings)] == []
    assert Settings().updated(tomllib.loads(settings), "README.md")
