"""Pairs that reviewers confirmed: how they are collected, the file, and what they change in the noise model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from cleaner import Change, ChangeLog, Settings, Source, clean, render
from cleaner.cli import app
from cleaner.errors import SettingsError
from cleaner.evidence.confirmed import HIGHEST, MOST_SHIFT, UNLISTED, ConfirmedPairs, Verdict, confirmed, verdicts_of
from cleaner.evidence.inputs import pairs_at
from cleaner.evidence.lookalikes import shipped_lookalikes

run = CliRunner()
TEXT = "工程己经全部完工，比原计划提前了两个月。"


def log_of(text: str, *readings: tuple[int, str], status: str = "suggested", rule: str = "GLYPH001") -> ChangeLog:
    source = Source.from_text(text)
    changes = [Change(rule=rule, kind="replace", tier="suggested", start=i, end=i + len(after), before=text[i:i + len(after)],
                      after=after, reason="by hand", status=status) for i, after in readings]  # type: ignore[arg-type]
    return ChangeLog.of(source, changes, render(source, changes), "0" * 12, "cleaner test")


def verdict(read: str, printed: str, accepted: bool = True, mark: str = "m") -> Verdict:
    return Verdict(mark, read, printed, accepted)


def test_only_decisions_of_a_person_count() -> None:
    log = log_of(TEXT, (2, "已"))
    (change,) = log.changes
    assert verdicts_of(log, {}) == []
    assert verdicts_of(log_of(TEXT, (2, "已"), status="applied"), {}) == []  # all suggestions may have been accepted unseen
    yes, no = verdicts_of(log, {change.id: "accept"}), verdicts_of(log, {change.id: "reject"})
    assert [(v.read, v.printed, v.accepted) for v in yes + no] == [("己", "已", True), ("己", "已", False)]
    assert yes[0].mark == no[0].mark
    assert verdicts_of(log_of(TEXT, (2, "已"), status="rejected"), {})[0].accepted is False
    assert verdicts_of(log_of(TEXT, (2, "已"), status="rejected", rule="SCRIPT001"), {}) == []


def test_a_change_of_two_characters_gives_the_pairs_that_differ() -> None:
    log = log_of("参加比寒的人", (2, "比赛"))
    assert [(v.read, v.printed) for v in verdicts_of(log, {log.changes[0].id: "accept"})] == [("寒", "赛")]


def test_a_place_counts_once_and_the_latest_verdict_holds() -> None:
    pairs = ConfirmedPairs().plus([verdict("己", "已", mark="a"), verdict("己", "已", mark="b")])
    assert pairs.plus([verdict("己", "已", mark="a")]).counts == {("己", "已"): (2, 0)}
    assert pairs.plus([verdict("己", "已", False, mark="a")]).counts == {("己", "已"): (1, 1)}


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.booleans()), max_size=12), st.integers(1, 5))
def test_the_bound_holds_and_the_latest_stay(said: list[tuple[str, bool]], keep: int) -> None:
    pairs = ConfirmedPairs().plus([verdict("己", "已", yes, mark) for mark, yes in said], keep)
    latest = list(dict.fromkeys(mark for mark, _ in reversed(said)))[:keep]
    assert [v.mark for v in pairs.verdicts] == latest[::-1]


def test_the_file_comes_back_and_is_deterministic(tmp_path: Path) -> None:
    path = tmp_path / "a.pairs"
    pairs = ConfirmedPairs().plus([verdict("己", "已", mark="a"), verdict("土", "士", False, mark="b")])
    path.write_text(pairs.to_text(), encoding="utf-8")
    again = ConfirmedPairs.read(path)
    assert again.verdicts == pairs.verdicts and again.digest == pairs.digest and again.to_text() == pairs.to_text()
    other = ConfirmedPairs().plus(pairs.verdicts[::-1])
    assert other.digest == pairs.digest  # what counts is what was said, not in which order


@pytest.mark.parametrize(("data", "why"), [
    ("", "line 1: not a file of confirmed pairs"), ("[]\n", "line 1: not a file of confirmed pairs"),
    ('{"format": "cleaner-confirmed-pairs", "version": 9}\n', "version 9 is not known"),
    ('{"format": "cleaner-confirmed-pairs", "version": 1}\n{"mark": 1}\n', "line 2: expected mark"),
    ('{"format": "cleaner-confirmed-pairs", "version": 1}\n\nnope\n', "line 3: not a JSON object"),
    ('{"format": "cleaner-confirmed-pairs", "version": 1}\n{"mark": "a", "read": "ab", "printed": "已", "decision": "accept"}\n',
     "line 2: 'ab' and '已' are not one hanzi each"),
])
def test_a_bad_file_is_an_error_that_names_file_line_and_key(tmp_path: Path, data: str, why: str) -> None:
    path = tmp_path / "a.pairs"
    path.write_text(data, encoding="utf-8")
    with pytest.raises(SettingsError, match=why) as caught:
        pairs_at(str(path))
    assert f"confirmed_pairs: {path}: " in str(caught.value)
    with pytest.raises(SettingsError, match="no such file"):
        pairs_at(str(tmp_path / "absent"))


def test_verdicts_move_the_noise_model_and_nothing_else() -> None:
    table = shipped_lookalikes()
    before = table.log10_p("己", "已")
    assert before is not None

    def moved(yes: int, no: int, read: str = "己", printed: str = "已") -> float | None:
        return confirmed(table, {(read, printed): (yes, no)}).log10_p(read, printed)

    assert moved(1, 1) == pytest.approx(before, abs=0.05)
    assert moved(50, 0) == pytest.approx(min(before + MOST_SHIFT, max(before, HIGHEST)), abs=0.06)
    assert moved(500, 0) == moved(50, 0)
    assert moved(0, 50) == pytest.approx(before - MOST_SHIFT, abs=0.06)
    assert table.log10_p("土", "龙") is None
    assert moved(50, 0, "土", "龙") == pytest.approx(UNLISTED + MOST_SHIFT, abs=0.06)
    assert moved(0, 9, "土", "龙") is None
    changed = confirmed(table, {("己", "已"): (9, 0)})
    assert {read for read in table.lines if table.lines[read] != changed.lines[read]} <= {"己"}


def test_confirmed_pairs_make_a_reading_surer_and_the_log_names_them(tmp_path: Path) -> None:
    path = tmp_path / "a.pairs"
    many = ConfirmedPairs().plus(verdict("己", "已", mark=str(k)) for k in range(20))
    path.write_text(many.to_text(), encoding="utf-8")
    settings = Settings(confirmed_pairs=str(path))
    plain, sure = clean(TEXT), clean(TEXT, settings)

    def confidence(changes: tuple[Change, ...]) -> float:
        return next(c.confidence for c in changes if c.before == "己")

    assert confidence(sure.changes) > confidence(plain.changes)
    header = json.loads(sure.log.to_jsonl().split("\n")[0])
    assert header["pairs"] == many.digest == sure.log.pairs and "pairs" not in json.loads(plain.log.to_jsonl().split("\n")[0])
    assert settings.digest == Settings().digest and ChangeLog.from_jsonl(sure.log.to_jsonl()) == sure.log


def test_the_command_collects_what_was_decided(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text(TEXT + "\n", encoding="utf-8")
    assert run.invoke(app, ["clean", str(page), "--out", str(tmp_path / "out")]).exit_code == 0
    log = ChangeLog.from_jsonl((tmp_path / "out/page.changes.jsonl").read_text(encoding="utf-8"))
    change = next(c for c in log.changes if c.before == "己")
    decisions = tmp_path / "decisions.json"
    decisions.write_text(json.dumps({change.id: "accept", "f" * 12: "reject"}), encoding="utf-8")
    out = tmp_path / "archive.pairs"
    command = ["model", "pairs", str(tmp_path / "out"), "--decisions", str(decisions), "-o", str(out)]
    done = run.invoke(app, command)
    assert done.exit_code == 0 and "1 pairs from 1 verdicts, 1 accepted" in done.output, done.output
    assert f"warning: decision {'f' * 12}" in done.output
    first = out.read_bytes()
    assert run.invoke(app, [*command, "--update"]).exit_code == 0 and out.read_bytes() == first  # nothing counts twice
    used = run.invoke(app, ["check", str(page), "--all", "--pairs", str(out)])
    assert used.exit_code == 1 and "GLYPH001 safe 已" in used.output, "what a person confirmed is sure enough to be made"


@pytest.mark.parametrize(("args", "why"), [
    (["absent"], "absent: no such file or folder"), (["empty"], "no change logs"),
    (["page.txt"], "page.txt, line 1: "), (["ok", "--update"], "pairs: no such file"),
    (["ok", "--decisions", "page.txt"], "page.txt: "),
])
def test_what_the_command_cannot_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: list[str], why: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "ok").mkdir()
    (tmp_path / "page.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "ok/a.changes.jsonl").write_text(log_of(TEXT).to_jsonl(), encoding="utf-8")
    result = run.invoke(app, ["model", "pairs", *args, "-o", "new.pairs"])
    assert result.exit_code == 2 and why in result.output, result.output
    assert not (tmp_path / "new.pairs").exists()
