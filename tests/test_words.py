"""Words of the user's own: the file, what it protects and supports, and how a run names it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from cleaner import Settings, clean, undo
from cleaner.cli import app
from cleaner.errors import SettingsError
from cleaner.evidence import Evidence, shipped_lexicon
from cleaner.evidence.inputs import words_at
from cleaner.evidence.lookalikes import shipped_lookalikes
from cleaner.evidence.variants import Terms
from cleaner.evidence.wordlists import COUNT, WordList, read_words
from cleaner.page import Page
from cleaner.settings import load_settings
from cleaner.source import Source

QUESTION = "村里请来农业专家指导果农怎样管理果园，大家提出了不少间题。"
run = CliRunner()


def listed(tmp_path: Path, text: str, name: str = "words.txt") -> str:
    path = tmp_path / name
    path.write_bytes(text.encode())
    return str(path)


def test_a_list_has_words_counts_and_comments(tmp_path: Path) -> None:
    path = listed(tmp_path, "\ufeff# 园区的词\r\n入园证\r\n\r\n  孵化园\t300  # 常见\n国仟　5\nC#语言 7\n孵化园\n")
    assert read_words(Path(path)) == {"入园证": COUNT, "孵化园": 300, "国仟": 5, "C#语言": 7}


@pytest.mark.parametrize(("data", "line", "why"), [
    (b"\xc8\xeb\xd4\xb0", 1, "not UTF-8"),
    ("入园证\n国仟 many\n".encode(), 2, "'many' is no count"),
    ("入园证 0\n".encode(), 1, "'0' is no count"),
    ("入园证 -3\n".encode(), 1, "'-3' is no count"),
    ("入园证 ３\n".encode(), 1, "is no count"),
    ("入园证 3 n\n".encode(), 1, "not 3 fields"),
    (b"ok\n" + "长".encode() * 65, 2, "65 characters"),
    (b"\x00\x01\x02", 1, "control character"),
])
def test_a_bad_line_is_an_error_that_names_file_line_and_key(tmp_path: Path, data: bytes, line: int, why: str) -> None:
    path = tmp_path / "words.txt"
    path.write_bytes(data)
    with pytest.raises(SettingsError, match=why) as caught:
        words_at((str(path),))
    assert f"word_lists: {path}: line {line}: " in str(caught.value)


def test_files_that_cannot_be_read_are_errors(tmp_path: Path) -> None:
    for path, why in ((tmp_path / "absent.txt", "no such file"), (tmp_path, "is a directory")):
        with pytest.raises(SettingsError, match=f"word_lists: {path}: {why}"):
            words_at((str(path),))


def test_the_digest_is_that_of_the_words(tmp_path: Path) -> None:
    one = words_at((listed(tmp_path, "入园证\n孵化园 300\n"),))
    two = words_at((listed(tmp_path, "# 词\n孵化园 300\n", "a.txt"), listed(tmp_path, "入园证\n孵化园 20\n", "b.txt")))
    other = words_at((listed(tmp_path, "入园证\n孵化园 301\n", "c.txt"),))
    assert one is not None and two is not None and other is not None
    assert one.digest == two.digest != other.digest and len(one.digest) == 64
    assert words_at(()) is None


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = listed(tmp_path, "入园证\n")
    first = words_at((path,))
    listed(tmp_path, "入园证\n孵化园\n")
    second = words_at((path,))
    assert first is not None and second is not None and len(first.words) == 1 and len(second.words) == 2
    assert words_at((path,)) is second


def test_the_dictionary_keeps_its_own_counts(tmp_path: Path) -> None:
    words = WordList.of([{"企业": 1, "入园证": 5, "工业互联网平台": 9}])
    assert words.lexicon.frequency("企业") == shipped_lexicon().frequency("企业") > 1
    assert words.lexicon.frequency("入园证") == 5 and "入园证" not in shipped_lexicon()
    assert words.forms.over("去工业互联网平台看", 3).length == 4  # a long word counts by its parts


def test_a_listed_word_is_never_corrected(tmp_path: Path) -> None:
    assert "问题" in clean(QUESTION, Settings(accept=("suggested",))).text
    settings = Settings(word_lists=(listed(tmp_path, "间题\n"),), accept=("suggested",))
    assert clean(QUESTION, settings).text == QUESTION + "\n"
    doubled = "教练组认真研究对手，球员积极参加比赛赛活动。"
    assert clean(doubled).text != doubled + "\n"
    assert clean(doubled, Settings(word_lists=(listed(tmp_path, "比赛赛\n"),))).text == doubled + "\n"
    width = "他在Yahoo!上开了店,卖茶叶。"
    assert clean(width).text == "他在Yahoo！上开了店，卖茶叶。\n"
    assert clean(width, Settings(word_lists=(listed(tmp_path, "Yahoo!上\n"),))).text == "他在Yahoo!上开了店，卖茶叶。\n"


def test_what_is_not_listed_is_judged_as_before(tmp_path: Path) -> None:
    settings = Settings(word_lists=(listed(tmp_path, "无关词\n"),))
    assert clean(QUESTION, settings).text == clean(QUESTION).text


def test_a_reading_that_forms_a_listed_word_is_offered(tmp_path: Path) -> None:
    text = "企业在窗口办完人园手续，就能使用厂房。"
    plain = clean(text, Settings(accept=("suggested",)))
    settings = Settings(accept=("suggested",), word_lists=(listed(tmp_path, "入园手续\n"),))
    helped = clean(text, settings)
    assert plain.text == text + "\n" and helped.text == text.replace("人园", "入园") + "\n"
    change = next(c for c in helped.changes if c.rule == "TERM001")
    assert change.tier == "suggested" and change.evidence["term"] == "入园手续"
    assert clean(text, Settings(word_lists=settings.word_lists)).text == text + "\n"  # never unasked


def test_a_word_of_two_characters_is_offered_where_neither_stands_in_a_word(tmp_path: Path) -> None:
    chosen = Settings(accept=("suggested",), word_lists=(listed(tmp_path, "入园\n问题\n"),), select=("TERM",))
    assert clean("企业办完人园手续，就能使用厂房。\n", chosen).text == "企业办完入园手续，就能使用厂房。\n"
    for stays in ("公园里的人园艺技术好。\n", "已有五十家人园企业投产。\n", "大家提出了不少间题。\n"):  # 园艺, 家人; 问题 is no rare word
        assert clean(stays, chosen).text == stays


@given(st.text(alphabet="入人园证土士水", min_size=3, max_size=5), st.text(alphabet="入人园证土士水，", max_size=12))
def test_variants_differ_in_one_look_alike(term: str, text: str) -> None:
    table = shipped_lookalikes()
    found = list(Terms([term]).variants(text, table, -4.0))
    expected = []
    for i in range(len(text) - len(term) + 1):
        differ = [k for k in range(len(term)) if text[i + k] != term[k]]
        if len(differ) == 1 and (p := table.log10_p(text[i + differ[0]], term[differ[0]])) is not None and p >= -4.0:
            expected.append((i, differ[0]))
    assert [(v.start, v.k) for v in found] == expected


def test_the_log_names_the_words_and_undo_needs_them_not(tmp_path: Path) -> None:
    path = listed(tmp_path, "间题\n")
    (tmp_path / "cleaner.toml").write_text('word_lists = ["words.txt"]\n', encoding="utf-8")
    settings = load_settings(tmp_path)
    assert settings.word_lists == (path,) and settings.digest == Settings().digest
    cleaned = clean(QUESTION, settings)
    header = json.loads(cleaned.log.to_jsonl().split("\n")[0])
    words = words_at((path,))
    assert words is not None and header["words"] == words.digest == cleaned.log.words
    assert "words" not in json.loads(clean(QUESTION).log.to_jsonl().split("\n")[0])
    assert str(tmp_path) not in cleaned.log.to_jsonl()
    Path(path).unlink()
    assert undo(cleaned.text, type(cleaned.log).from_jsonl(cleaned.log.to_jsonl())).text == QUESTION


def test_terms_are_where_the_words_stand_in_the_source(tmp_path: Path) -> None:
    page = Page(Source.from_text("去入园证处，\n\n办入园证。\n"))
    evidence = Evidence(page, Settings(word_lists=(listed(tmp_path, "入园证\n入\n"),)))
    text = page.source.text
    assert sorted(evidence.terms) == [k for at in (1, text.rindex("入")) for k in range(at, at + 3)]


@pytest.mark.parametrize("command", ["clean", "check", "diff", "fix"])
def test_every_command_takes_a_list(tmp_path: Path, command: str) -> None:
    page, words = tmp_path / "page.txt", listed(tmp_path, "间题\n", "own.words")
    page.write_text(QUESTION + "\n", encoding="utf-8")
    more = ["--out", str(tmp_path / "out")] if command == "clean" else []
    result = run.invoke(app, [command, str(page), "--words", words, *more])
    assert result.exit_code == 0, result.output
    assert page.read_text(encoding="utf-8") == QUESTION + "\n"
    bad = run.invoke(app, [command, str(page), "--words", str(tmp_path / "absent"), *more])
    assert bad.exit_code == 2 and "--words: " in bad.output and "absent" in bad.output


@pytest.mark.parametrize("command", ["clean", "check", "diff", "fix"])
def test_a_list_among_the_pages_is_no_page(tmp_path: Path, command: str) -> None:
    words = tmp_path / "archive" / "words.txt"
    words.parent.mkdir()
    said = "# 词表,不是版面\n间题\n"
    words.write_text(said, encoding="utf-8")
    (words.parent / "cleaner.toml").write_text('word_lists = ["words.txt"]\n', encoding="utf-8")
    (words.parent / "page.txt").write_text(QUESTION + "\n", encoding="utf-8")
    more = ["--out", str(tmp_path / "out")] if command == "clean" else []
    result = run.invoke(app, [command, str(words.parent), str(words), *more])
    assert result.exit_code == 0 and "words.txt" not in result.output, result.output
    assert words.read_text(encoding="utf-8") == said and not (tmp_path / "out/words.txt").exists()


def test_the_settings_shown_name_the_digest_and_a_list_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "cleaner.toml").write_text('word_lists = ["own.words"]\n', encoding="utf-8")
    absent = run.invoke(app, ["config", "show", str(tmp_path)])
    assert absent.exit_code == 2 and "word_lists: " in absent.output and "own.words: no such file" in absent.output
    words = words_at((listed(tmp_path, "间题\n", "own.words"),))
    shown = run.invoke(app, ["config", "show", str(tmp_path)])
    assert words is not None and shown.exit_code == 0 and f"evidence: words {words.digest}" in shown.output


def test_any_number_of_jobs_gives_the_same_bytes(tmp_path: Path) -> None:
    words = listed(tmp_path, "间题\n", "own.words")
    for k in range(3):
        (tmp_path / f"{k}.txt").write_text(QUESTION + "\n" * (k + 1), encoding="utf-8")
    outs = []
    for jobs in ("1", "2"):
        out = tmp_path / f"out{jobs}"
        done = run.invoke(app, ["clean", *(str(tmp_path / f"{k}.txt") for k in range(3)), "--out", str(out), "--jobs", jobs, "--words", words])
        assert done.exit_code == 0, done.output
        outs.append({path.name: path.read_bytes() for path in out.iterdir()})
    assert outs[0] == outs[1] and len(outs[0]) == 6
    assert all("间题".encode() in data for name, data in outs[0].items() if not name.endswith("jsonl"))


DAMAGED = (
    "他在goog1e上说，，船·修好了。", "他们己经连续三年没有出过事故。", "2O24年4月31日,“大家喊着“加油”上场”,信心足(很足).", "村里の老人说39°℃，参加比赛赛活动。",
    "局长林河生说，船好了。林河牛也来了。", "县里今年新修了三条渡口公路·其中一条通到山区。", "采购一运输一仓储一配送,其中运输一仓储。", "这条河 and 那条河,3一5月,有-个人。",
    "这里的產品很多，农业发展快，车辆从东岸驶过。")


@settings(max_examples=25)
@given(st.lists(st.sampled_from(DAMAGED), min_size=1, max_size=4), st.data(), st.booleans())
def test_the_laws_hold_and_no_listed_word_is_touched(tmp_path_factory: pytest.TempPathFactory, blocks: list[str], data: st.DataObject, all_: bool) -> None:
    text = "\n\n".join(blocks)
    spans = data.draw(st.lists(st.tuples(st.integers(0, len(text) - 2), st.integers(2, 5)), min_size=1, max_size=4))
    words = {text[i:i + n] for i, n in spans if not set(text[i:i + n]) & set(" \n#") and len(text[i:i + n]) > 1}
    chosen = Settings(accept=("suggested",) if all_ else (),
                      word_lists=(listed(tmp_path_factory.mktemp("words"), "\n".join(sorted(words))),))
    cleaned = clean(text, chosen)
    assert undo(cleaned.text, cleaned.log).text == text
    assert not [change for change in clean(cleaned.text, chosen).changes if change.active]
    kept = {k for word in words for at in range(len(text)) if text.startswith(word, at) for k in range(at, at + len(word))}
    readings = [c for c in cleaned.changes if c.active and c.kind == "replace" and not c.rule.startswith(("BREAK", "COPY", "JOIN"))]
    assert not [c for c in readings if not kept.isdisjoint(range(c.start, c.end))]
