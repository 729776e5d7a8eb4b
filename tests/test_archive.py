"""The archive's cache: what it counts, its file, and how a run uses it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from cleaner import clean, undo
from cleaner.cli import app
from cleaner.errors import SettingsError
from cleaner.evidence import Evidence
from cleaner.evidence.alphabet import shadow
from cleaner.evidence.archive import Archive
from cleaner.evidence.inputs import archive_at
from cleaner.page import Page
from cleaner.settings import Settings, load_settings
from cleaner.source import Source

PAGES = ["育苗大棚里种着番茄。\n番茄进了农贸市场。", "农贸市场的番茄卖得好。", "育苗大棚12座，育苗大棚30座。"]
run = CliRunner()


@settings(deadline=None, max_examples=50)
@given(st.lists(st.text(alphabet="番茄农贸，。12\n", max_size=30), max_size=4), st.text(alphabet="番茄农贸，。3", min_size=1, max_size=4))
def test_counts_are_those_of_the_text(pages: list[str], string: str) -> None:
    text = "\n".join(shadow(page) for page in dict.fromkeys(pages))
    expected = sum(text[i:].startswith(shadow(string)) for i in range(len(text)))
    assert Archive.of(pages).count(string) == expected


@settings(deadline=None, max_examples=30)
@given(st.lists(st.text(alphabet="番茄农贸市场大棚，。\n", max_size=30), max_size=4), st.integers(0, 4))
def test_adding_in_two_steps_is_adding_at_once(pages: list[str], cut: int) -> None:
    whole, steps = Archive.of(pages), Archive.of(pages[:cut]).plus(pages[cut:])
    for string in ("番茄", "农贸市场", "大", "场大棚", "，", "茄\n"):
        assert whole.count(string) == steps.count(string)
    assert whole.pages == steps.pages


def test_a_page_is_counted_once() -> None:
    archive = Archive.of(PAGES)
    assert archive.plus(PAGES[:2]).to_bytes() == archive.to_bytes()
    assert archive.count("农贸市场") == 2
    assert archive.count("育苗大棚99座") == 2  # digits are one class
    assert archive.count("番茄市场") == archive.count("龘") == archive.count("") == 0


def test_the_rarest_go_and_the_bound_holds() -> None:
    archive = Archive.of(PAGES, keep=12)
    assert sum(len(keys) for keys, _ in archive.grams) <= 12
    assert archive.count("育苗") == 3 and archive.count("卖得") == 0


def test_what_stands_once_is_no_evidence() -> None:
    model = Archive.of(["农贸市场", "去农贸市场", "农贺市场"]).model
    assert model.score("贸市", "农") > model.score("贺市", "农")
    once = Archive.of(["农贺市场", "大棚育苗"]).model
    assert once.score("贺", "农") == pytest.approx(once.score("育", "农"))


def test_the_file_gives_the_same_archive(tmp_path: Path) -> None:
    path = tmp_path / "a.cache"
    archive = Archive.of(PAGES)
    path.write_bytes(archive.to_bytes())
    read = Archive.read(path)
    assert read.to_bytes() == archive.to_bytes()
    assert read.model.logprobs("育苗大棚").tolist() == archive.model.logprobs("育苗大棚").tolist()
    assert len(read.digest) == 64


def broken(tmp_path: Path) -> dict[str, Path]:
    good = Archive.of(PAGES).to_bytes()
    altered = bytearray(good)
    altered[-70] ^= 1
    files = {"cut short": good[:-64], "damaged": bytes(altered), "not a cleaner archive cache": b"PK\x03\x04", "version": good.replace(
        b'"version": 1', b'"version": 9')}
    found = {"no such file": tmp_path / "absent.cache"}
    for k, (why, data) in enumerate(files.items()):
        found[why] = tmp_path / f"{k}.cache"
        found[why].write_bytes(data)
    return found


def test_a_cache_that_cannot_be_read_is_an_error_that_names_file_and_key(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("番茄进了农贸市场。\n", encoding="utf-8")
    for why, path in broken(tmp_path).items():
        with pytest.raises(SettingsError, match=why) as caught:
            archive_at(str(path))
        assert "archive_cache" in str(caught.value) and path.name in str(caught.value)
        (tmp_path / "cleaner.toml").write_text(f'archive_cache = "{path.name}"\n', encoding="utf-8")
        for command in (["clean", str(page), "--out", str(tmp_path / "out")], ["check", str(page)]):
            result = run.invoke(app, command)
            assert result.exit_code == 2, result.output
            assert "archive_cache" in result.output and path.name in result.output


def test_the_log_names_the_cache_and_undo_needs_it_not(tmp_path: Path) -> None:
    path = tmp_path / "a.cache"
    path.write_bytes(Archive.of(PAGES).to_bytes())
    (tmp_path / "cleaner.toml").write_text('archive_cache = "a.cache"\n', encoding="utf-8")
    source = "番茄进了农贸市场,\n\n价格稳定。\n"
    with_cache = clean(source, load_settings(tmp_path))
    header = json.loads(with_cache.log.to_jsonl().split("\n")[0])
    assert header["archive"] == Archive.read(path).digest == with_cache.log.archive
    assert "archive" not in json.loads(clean(source).log.to_jsonl().split("\n")[0])
    assert str(tmp_path) not in with_cache.log.to_jsonl()
    path.unlink()
    assert undo(with_cache.text, type(with_cache.log).from_jsonl(with_cache.log.to_jsonl())).text == source


def test_the_evidence_asks_the_archive(tmp_path: Path) -> None:
    path = tmp_path / "a.cache"
    path.write_bytes(Archive.of(PAGES * 2 + ["育苗大棚多。"]).to_bytes())
    page = Page(Source.from_text("今年新建大棚。\n"))
    plain, rich = Evidence(page, Settings()), Evidence(page, Settings(archive_cache=str(path)))
    assert rich.archive_prints("育苗大棚") == 4 and plain.archive_prints("育苗大棚") == 0
    assert rich.model.score("大棚", "育苗") > plain.model.score("大棚", "育苗")


def test_the_command_makes_and_updates_a_cache(tmp_path: Path) -> None:
    for k, text in enumerate(PAGES):
        (tmp_path / f"{k}.txt").write_text(text.replace("\n", "\n\n") + "\n", encoding="utf-8")
    out, names = tmp_path / "a.cache", [str(tmp_path / f"{k}.txt") for k in range(3)]
    assert run.invoke(app, ["model", "cache", *names, "-o", str(out)]).exit_code == 0
    whole = out.read_bytes()
    assert run.invoke(app, ["model", "cache", names[0], "-o", str(out)]).exit_code == 0
    result = run.invoke(app, ["model", "cache", *names, "-o", str(out), "--update"])
    assert result.exit_code == 0 and "3 pages" in result.output
    assert Archive.read(out).count("农贸市场") == 2
    run.invoke(app, ["model", "cache", *names, "-o", str(out)])
    assert out.read_bytes() == whole
    absent = run.invoke(app, ["model", "cache", names[0], "-o", str(tmp_path / "no.cache"), "--update"])
    assert absent.exit_code == 2 and "no.cache" in absent.output
