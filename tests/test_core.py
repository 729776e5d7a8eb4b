"""The ground that everything stands on: sources, changes, logs, settings, and pages as views."""

from __future__ import annotations

import codecs
import dataclasses
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.changes import Change, ChangeLog
from cleaner.errors import LogError, SettingsError, SourceError
from cleaner.layout import render
from cleaner.page import Page
from cleaner.pipeline import _without_emptied
from cleaner.settings import PATHS, Settings, load_settings
from cleaner.source import Source

TEXT = "春耕开始了，田野里一片繁忙。\n\n水库开闸放水。\n"


# Sources

@pytest.mark.parametrize(("data", "asked", "encoding", "bom"), [
    (TEXT.encode(), "auto", "utf-8", False),
    (codecs.BOM_UTF8 + TEXT.encode(), "auto", "utf-8", True),
    (TEXT.encode("gb18030"), "auto", "gb18030", False),
    ("水庫開閘放水。".encode("big5"), "big5", "big5", False),
    (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "auto", "utf-16-le", True),
    (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "auto", "utf-16-be", True),
], ids=["utf-8", "utf-8 with mark", "gb18030", "big5 on request", "utf-16-le", "utf-16-be"])
def test_decoding(data: bytes, asked: str, encoding: str, bom: bool) -> None:
    source = Source.from_bytes(data, "page.txt", asked)
    assert (source.encoding, source.bom) == (encoding, bom)
    assert source.to_bytes() == data
    assert source.text.startswith(("春耕", "水庫"))


@pytest.mark.parametrize(("data", "asked", "message"), [
    (b"\xe6\x98\xa5\xff\xff", "utf-8", r"page\.txt: byte 3 \(0xff\) is not utf-8 text"),
    (b"abc\xff", "auto", r"page\.txt: byte 3 \(0xff\) is not utf-8 or gb18030 text"),
    (codecs.BOM_UTF8 + b"ab\xff", "auto", r"page\.txt: byte 5 \(0xff\) is not utf-8 text"),
    (b"abc", "no-such-codec", r"page\.txt: unknown encoding 'no-such-codec'"),
    (b"", "auto", r"page\.txt: there is no text"),
    (codecs.BOM_UTF8, "auto", r"page\.txt: there is no text"),
    (b" \r\n\t\n", "auto", r"page\.txt: there is no text"),
])
def test_undecodable(data: bytes, asked: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        Source.from_bytes(data, "page.txt", asked)


def test_lone_surrogate() -> None:
    with pytest.raises(SourceError, match="character 1 is a lone surrogate"):
        Source.from_text("甲\ud800")


def test_mixed_line_ends() -> None:
    data = "甲\r\n\r\n乙\r丙\n丁\r\n".encode()
    source = Source.from_bytes(data)
    assert source.text == "甲\n\n乙\n丙\n丁\n"
    assert source.line_ends == (("\r\n", 2), ("\r", 1), ("\n", 1), ("\r\n", 1))
    assert source.to_bytes() == data


@given(st.text("甲乙a \r\n\t\u0085\u2028\x0b\x0c，。", min_size=1, max_size=30).filter(lambda t: bool(t.strip())),
       st.sampled_from(["utf-8", "gb18030"]), st.booleans())
def test_bytes_round_trip(text: str, encoding: str, mark: bool) -> None:
    data = (codecs.BOM_UTF8 if mark and encoding == "utf-8" else b"") + text.encode(encoding)
    try:
        source = Source.from_bytes(data)
    except SourceError:
        assert not text.strip(" \t\r\n\f\u3000\xa0")
        return
    assert source.to_bytes() == data
    blocks = [source.text[b.start:b.end] for b in source.blocks]
    assert all(blocks) and not any("\n" in block for block in blocks)
    around = "".join(blocks) + "".join(text for _, text in source.breaks)
    assert sorted(around) == sorted(source.text)


def test_blocks_and_lines() -> None:
    source = Source.from_text("\n\n  甲乙\n\u3000\u3000丙\x0b丁\u2028戊\n> 己\n> 庚\n\n")
    assert [source.text[b.start:b.end] for b in source.blocks] == ["甲乙", "丙\x0b丁\u2028戊", "> 己\n> 庚"]
    assert source.line_of(0) == 1
    assert source.line_of(source.text.index("丙")) == 4


# Changes and logs

CHANGE = Change("WIDTH001", "replace", "safe", 5, 6, "half-width", before=",", after="，", line=1,
                evidence={"left": "始了"})


def test_the_id_says_what_not_why() -> None:
    assert CHANGE.id == "4d49009204da", "ids are kept in decision files: changing how they are made breaks those"
    for same in ({"reason": "another"}, {"confidence": 0.5}, {"status": "rejected"}, {"line": 9}, {"evidence": {}},
                 {"tier": "suggested"}):
        assert dataclasses.replace(CHANGE, **same).id == CHANGE.id
    for other in ({"rule": "WIDTH002"}, {"start": 4}, {"end": 7}, {"before": ";"}, {"after": "；"}, {"target": 0},
                  {"kind": "drop"}, {"role": "headline"}):
        assert dataclasses.replace(CHANGE, **other).id != CHANGE.id


def small_log() -> tuple[Source, ChangeLog]:
    source = Source.from_text("春耕开始了,田野里一片繁忙。\n\n水库开闸放水。\n", "page.txt")
    changes = [
        dataclasses.replace(CHANGE), Change("HEAD001", "mark", "safe", 16, 23, "a headline", role="headline"),
        Change("QUOTE002", "flag", "flagged", 3, 4, "odd", status="flagged", confidence=0.5),
    ]
    return source, ChangeLog.of(source, changes, render(source, changes), "abc", "cleaner test")


def test_log_round_trip() -> None:
    _, log = small_log()
    text = log.to_jsonl()
    assert ChangeLog.from_jsonl(text) == log
    assert ChangeLog.from_jsonl(text).to_jsonl() == text
    assert [c.start for c in log.changes] == [3, 5, 16]
    assert text.endswith("}\n") and text.count("\n") == 4


def _with(text: str, line: int, **values: object) -> str:
    rows = text.split("\n")
    rows[line] = json.dumps(json.loads(rows[line]) | values, ensure_ascii=False)
    return "\n".join(rows)


@pytest.mark.parametrize(("line", "values", "message"), [
    (0, {"format": "other"}, "p.jsonl, line 1: this is no change log"),
    (0, {"version": 99}, "p.jsonl, line 1: format version 99 is not known"),
    (0, {"source": {}}, "p.jsonl, line 1: the header is malformed"),
    (1, {"after": "。"}, "p.jsonl, line 2: change .* was altered"),
    (2, {"start": 4}, "p.jsonl, line 3: change .* was altered"),
    (2, {"kind": "erase"}, "p.jsonl, line 3: a change is malformed"),
    (3, {"role": "title"}, "p.jsonl, line 4: a change is malformed"),
    (3, {"start": "x"}, "p.jsonl, line 4: a change is malformed"),
])
def test_a_tampered_log_names_its_line(line: int, values: dict[str, object], message: str) -> None:
    text = _with(small_log()[1].to_jsonl(), line, **values)
    with pytest.raises(LogError, match=message):
        ChangeLog.from_jsonl(text, "p.jsonl")


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "3", '"x"', "{}"])
def test_no_log_at_all(text: str) -> None:
    with pytest.raises(LogError, match=r"p\.jsonl, line 1: "):
        ChangeLog.from_jsonl(text, "p.jsonl")


# Settings

def test_settings_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "cleaner.toml").write_text('ignore = ["HEAD"]\npull_quotes = "drop"\n', encoding="utf-8")
    (tmp_path / "inner").mkdir()
    found = load_settings(tmp_path / "inner")
    assert (found.ignore, found.pull_quotes) == (("HEAD",), "drop")
    assert not found.selects("HEAD001") and found.selects("JOIN001")


def test_settings_of_a_project(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.cleaner]\nselect = ["WIDTH"]\n', encoding="utf-8")
    assert load_settings(tmp_path).select == ("WIDTH",)


@pytest.mark.parametrize(("toml", "key"), [
    ('colour = "red"', "unknown setting 'colour'"), ('pull_quotes = "burn"', "pull_quotes: 'burn'"),
    ('select = "WIDTH"', "select must be a list"), ("encoding = 3", "encoding must be a string"),
    ('scaffold_off = ["title"]', "scaffold_off: no mark is called 'title'"), ("select = [", ""),
])
def test_a_wrong_setting_names_file_and_key(tmp_path: Path, toml: str, key: str) -> None:
    file = tmp_path / "cleaner.toml"
    file.write_text(toml, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path)
    assert str(file) in str(caught.value) and key in str(caught.value)


@pytest.mark.parametrize("key", ["select", "ignore", "accept"])
def test_an_unknown_rule_is_an_error(key: str) -> None:
    with pytest.raises(SettingsError, match=f"{key}: no rule is called 'NOSUCH'"):
        Settings(**{key: ("NOSUCH",)}).check_codes(("WIDTH001",))


def test_the_digest_changes_with_every_setting() -> None:
    variants = [Settings(), Settings(encoding="big5"), Settings(select=("A",)), Settings(ignore=("A",)),
                Settings(accept=("A",)), Settings(scaffold_off=("quote",)), Settings(pull_quotes="drop")]
    assert len({s.digest for s in variants}) == len(variants) == 1 + len(dataclasses.fields(Settings)) - len(PATHS)
    files = Settings(archive_cache="elsewhere/a.cache", word_lists=("w.txt",), confirmed_pairs="p")
    assert files.digest == Settings().digest  # the log names what they hold


def test_files_of_evidence_lie_beside_the_settings_file(tmp_path: Path) -> None:
    (tmp_path / "cleaner.toml").write_text(
        'archive_cache = "a.cache"\nword_lists = ["w.txt", "/abs/v.txt"]\nconfirmed_pairs = "p"\n', encoding="utf-8")
    settings = load_settings(tmp_path)
    assert settings.word_lists == (str(tmp_path / "w.txt"), "/abs/v.txt")
    assert {settings.archive_cache, settings.confirmed_pairs} == {str(tmp_path / "a.cache"), str(tmp_path / "p")}
    with pytest.raises(SettingsError, match="word_lists must be a list of strings"):
        Settings().updated({"word_lists": "w.txt"}, "cleaner.toml")
    with pytest.raises(SettingsError, match=r"cleaner\.toml: word_lists: an empty string"):
        Settings().updated({"word_lists": [""]}, "cleaner.toml")


# Pages

def test_source_spans() -> None:
    source = Source.from_text("甲乙,丙\n\n丁戊己\n")
    changes = [Change("T", "replace", "safe", 2, 3, "t", before=",", after="，"),
               Change("T", "join", "safe", 4, 6, "t", before="\n\n", target=6),
               Change("T", "mark", "safe", 0, 4, "t", role="headline")]
    (block,) = Page(source).with_changes(changes).blocks
    assert block.text == "# 甲乙，丙丁戊己"
    assert (block.start, block.end) == (0, 9)
    assert block.source_span(2, 4) is not None
    for i, j in ((2, 4), (5, 6), (6, 9), (3, 3), (9, 9)):
        span = block.source_span(i, j)
        assert span is not None and source.text[span.start:span.end] == block.text[i:j]
    assert block.source_span(0, 3) is None, "holds scaffold"
    assert block.source_span(3, 6) is None, "holds a repaired character"
    assert block.source_span(5, 7) is None, "runs over a break of the source"
    assert Page(source, tuple(changes)).text == render(source, changes)


def test_a_page_without_changes_is_its_source() -> None:
    source = Source.from_text("\n  甲乙\n\n丙\n")
    page = Page(source)
    assert page.text == source.text
    assert [(b.index, b.text, tuple(b.origins)) for b in page.blocks] == [(0, "甲乙", (3, 4)), (1, "丙", (7,))]


def test_what_is_taken_away_piece_by_piece_is_dropped() -> None:
    """No rule has anything to say of a block without text: one of them would fail."""
    def gone(start: int, end: int) -> Change:
        return Change(rule="COPY002", kind="replace", tier="safe", start=start, end=end, before="甲乙丙丁"[start:end], reason="it stands twice", status="applied")

    page = Page(Source.from_text("甲乙丙丁\n\n戊己"), (gone(0, 1), gone(1, 4)))
    assert page.texts == ("", "戊己")
    without = _without_emptied(page, {}, {})
    assert without.texts == ("戊己",) and without.text == "戊己"
    assert [(change.kind, change.start, change.end, change.before) for change in without.changes] == [("drop", 0, 4, "甲乙丙丁")]
    nothing = Page(Source.from_text("甲乙丙丁"), (gone(0, 4),))
    assert _without_emptied(nothing, {}, {}) is nothing
    aside: dict[str, Change] = {}
    kept = _without_emptied(page, {without.changes[0].id: "reject"}, aside)
    assert kept.texts == ("甲乙丙丁", "戊己") and [change.status for change in aside.values()] == ["rejected"]
