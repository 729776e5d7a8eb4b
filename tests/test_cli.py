"""The command line as people run it: real processes, their bytes, their exit status and what they say."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cleaner.batch import work
from cleaner.batch.inputs import Input
from cleaner.cli import main
from cleaner.errors import LawError
from cleaner.pipeline import Cleaned, clean
from cleaner.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
TEA = ("去年夏天，河边的老茶馆重新开张，附近的居民每天早上都来这里喝茶聊天。掌柜姓周，今年六十二岁，祖上三代都在"
       "镇上卖茶，他说这门手艺不能断在自己手里。")
CORN = ("秋收以后，村里的晒谷场上堆满了金黄的稻谷，合作社的拖拉机一趟又一趟地把粮食运往县城的仓库，今年的收成比"
        "去年好得多，家家户户都在忙着晾晒和装袋。")
CLEAN_PAGE = f"{CORN}\n\n{TEA}\n"
DAMAGED = f"{TEA.replace('，', ',')}\n\n{CORN}\n\n{TEA.replace('，', ',')}\n"
"""Half-width commas, and a paragraph that the page has twice."""


def cleaner(*args: object, data: bytes | None = None, cwd: Path | None = None,
            **env: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command as a process of its own."""
    return subprocess.run([sys.executable, "-m", "cleaner", *map(str, args)], input=data, capture_output=True,
                          cwd=cwd, env=environment(**env), timeout=300, check=False)


def environment(**env: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), **env}


def tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def one_line(text: bytes, *parts: str) -> None:
    """Standard error is one line that has all parts, and no traceback."""
    lines = text.decode().splitlines()
    assert len(lines) == 1, lines
    for part in parts:
        assert part in lines[0]


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "damaged.txt"
    path.write_text(DAMAGED, encoding="utf-8")
    return path


# what the commands do

def test_clean_writes_text_and_log_and_a_summary(tmp_path: Path, page: Path) -> None:
    done = cleaner("clean", page, "--out", tmp_path / "out")
    assert (done.returncode, done.stderr) == (0, b"")
    text = (tmp_path / "out/damaged.txt").read_text(encoding="utf-8")
    assert text == clean(DAMAGED).text
    assert "，河边的老茶馆" in text and text.count("掌柜姓周") == 1
    header, *rows = map(json.loads, (tmp_path / "out/damaged.changes.jsonl").read_text(encoding="utf-8").splitlines())
    assert header["source"]["name"] == "damaged.txt" and str(tmp_path) not in json.dumps([header, *rows])
    shown = done.stdout.decode()
    assert all(row["rule"] in shown for row in rows) and "damaged.txt" in shown
    assert sorted(tree(tmp_path / "out")) == ["damaged.changes.jsonl", "damaged.txt"]


def test_folders_keep_their_structure_whatever_the_number_of_jobs(tmp_path: Path) -> None:
    source = tmp_path / "报纸"
    for i, name in enumerate(("第一版.txt", "二月/第二版.md", "二月/第三版.TXT", "不要.pdf", ".hidden/x.txt")):
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(DAMAGED.replace("六十二", "六十三" * (i % 2) or "六十二"), encoding="utf-8")
    before = tree(source)
    runs = [cleaner("clean", source, "--out", tmp_path / f"out{jobs}", "--jobs", jobs) for jobs in (1, 2)]
    assert [r.returncode for r in runs] == [0, 0]
    assert runs[0].stdout == runs[1].stdout
    assert tree(tmp_path / "out1") == tree(tmp_path / "out2")
    texts = [name for name in tree(tmp_path / "out1") if name.endswith(".txt")]
    assert texts == ["二月/第三版.txt", "二月/第二版.txt", "第一版.txt"]
    assert tree(source) == before
    again = cleaner("clean", source, "--out", tmp_path / "out1")
    assert again.returncode == 0 and tree(tmp_path / "out1") == tree(tmp_path / "out2")


def test_standard_input(tmp_path: Path) -> None:
    done = cleaner("clean", "-", data=DAMAGED.encode())
    assert (done.returncode, done.stdout.decode(), done.stderr) == (0, clean(DAMAGED).text, b"")
    kept = cleaner("clean", "-", "--out", tmp_path / "out", data=DAMAGED.encode("gb18030"))
    assert kept.returncode == 0 and (tmp_path / "out/stdin.txt").read_bytes() == done.stdout


@pytest.mark.parametrize("data, options", [
    (DAMAGED.replace("\n", "\r\n").encode(), []),
    (b"\xef\xbb\xbf" + DAMAGED.encode(), []),
    (DAMAGED.encode("gb18030"), []),
    (DAMAGED.encode("utf-16"), []),
    (b"\xfe\xff" + DAMAGED.encode("utf-16-be"), []),
    (b"\0\0\xfe\xff" + DAMAGED.encode("utf-32-be"), []),
    (DAMAGED.encode("utf-32"), []),
    (DAMAGED.replace("\n\n", "\r\n\r", 1).encode(), []),
    ("這間茶館,在河邊開張。\n\n".encode("big5"), ["--encoding", "big5"]),
], ids=["crlf", "bom", "gb18030", "utf-16-le", "utf-16-be", "utf-32-be", "utf-32-le", "mixed line ends", "big5"])
def test_undo_gives_the_bytes_back(tmp_path: Path, data: bytes, options: list[str]) -> None:
    source = tmp_path / "页.txt"
    source.write_bytes(data)
    assert cleaner("clean", source, "--out", tmp_path / "out", *options).returncode == 0
    text, log = tmp_path / "out/页.txt", tmp_path / "out/页.changes.jsonl"
    assert b"\r" not in text.read_bytes()
    undone = cleaner("undo", text, "--log", log)
    assert (undone.returncode, undone.stdout, undone.stderr) == (0, data, b"")
    assert cleaner("undo", text, "--log", log, "--out", tmp_path / "back").stdout == b""
    assert (tmp_path / "back").read_bytes() == data


def test_undo_of_some_changes(tmp_path: Path, page: Path) -> None:
    cleaner("clean", page, "--out", tmp_path)  # refused: it would replace the source
    cleaner("clean", page, "--out", tmp_path / "out")
    text, log = tmp_path / "out/damaged.txt", tmp_path / "out/damaged.changes.jsonl"
    cleaned = clean(DAMAGED)
    drop = next(c for c in cleaned.changes if c.kind == "drop")
    by_id = cleaner("undo", text, "--log", log, "--change", drop.id)
    assert by_id.stdout.decode() == cleaned.without(ids=[drop.id]) != cleaned.text
    by_rule = cleaner("undo", text, "--log", log, "--rule", drop.rule)
    assert by_rule.stdout.decode() == cleaned.without(rules=[drop.rule])
    by_tier = cleaner("undo", text, "--log", log, "--tier", "safe")
    assert by_tier.stdout.decode() == DAMAGED
    one_line(cleaner("undo", text, "--log", log, "--change", "0" * 12).stderr, "damaged.changes.jsonl", "0" * 12)
    unknown = cleaner("undo", text, "--log", log, "--rule", "NOPE001")
    assert unknown.returncode == 2 and not unknown.stdout
    one_line(unknown.stderr, "NOPE001", drop.rule)


def test_diff_shows_characters_and_copies(tmp_path: Path, page: Path) -> None:
    done = cleaner("diff", page)
    shown = done.stdout.decode()
    assert (done.returncode, done.stderr) == (1, b"")
    assert "去年夏天[-,-]{+，+}河边" in shown and "(copy of line " in shown
    page.write_text(clean(DAMAGED).text, encoding="utf-8")
    assert cleaner("diff", page).returncode == 0 and cleaner("diff", page).stdout == b""


def test_check_reports_and_fix_repairs_step_by_step(tmp_path: Path, page: Path) -> None:
    page.write_bytes(DAMAGED.replace("\n", "\r\n").encode())
    steps = [page.read_bytes()]
    found = cleaner("check", page)
    first = found.stdout.decode().splitlines()
    assert found.returncode == 1 and first[0].startswith(f"{page}:1: FORM safe CRLF") and "safe finding" in first[-1]
    assert tree(tmp_path) == {"damaged.txt": steps[0]}
    for damage in ("", DAMAGED, DAMAGED.replace("重新", "又重新")):
        if damage:
            page.write_text(damage, encoding="utf-8")
            steps.append(page.read_bytes())
        fixed = cleaner("fix", page)
        assert fixed.returncode == 1 and str(page) in fixed.stdout.decode()
        assert cleaner("fix", page).returncode == 0
        assert cleaner("check", page).returncode == 0
    assert sorted(p.name for p in (tmp_path / ".cleaner").iterdir()) == [
        "damaged.changes.1.jsonl", "damaged.changes.2.jsonl", "damaged.changes.jsonl"]
    last = cleaner("undo", page, "--log", tmp_path / ".cleaner/damaged.changes.jsonl")
    assert last.stdout == steps[-1]


def test_decisions(tmp_path: Path, page: Path) -> None:
    drop = next(c for c in clean(DAMAGED).changes if c.kind == "drop")
    for name, text in (("d.json", json.dumps({drop.id: "reject"})), ("d.toml", f'{drop.id} = "reject"\n'),
                       ("d.jsonl", f'{{"id": "{drop.id}", "decision": "reject"}}\n'),
                       ("two.jsonl", f'{{"id": "{drop.id}", "decision": "reject"}}\n'
                                     '{"id": "beefbeefbeef", "decision": "accept"}\n')):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        done = cleaner("clean", page, "--out", tmp_path / "out", "--decisions", file)
        assert done.returncode == 0
        assert (tmp_path / "out/damaged.txt").read_text(encoding="utf-8").count("掌柜姓周") == 2
        assert ("beefbeefbeef" in done.stderr.decode()) == (name == "two.jsonl")
    for text, parts in (('{"beefbeefbeef": "maybe"}', ("beefbeefbeef", "maybe")), ("[1]", ("line 1",)),
                        ('{"a": "accept", "a": "reject"}', ("a is both",)), ('{"id": 3', ("line 1",))):
        file.write_text(text, encoding="utf-8")
        wrong = cleaner("clean", page, "--out", tmp_path / "out", "--decisions", file)
        assert wrong.returncode == 2
        one_line(wrong.stderr, str(file), *parts)


def test_check_shows_what_a_suggestion_offers(page: Path) -> None:
    page.write_text(CLEAN_PAGE.replace("喝茶聊天。", "喝茶聊天."), encoding="utf-8")
    offer = next(c for c in clean(page.read_bytes()).changes if c.status == "suggested")
    assert cleaner("check", page).returncode == 0
    shown = cleaner("check", "--all", page).stdout.decode().splitlines()
    assert shown[0].startswith(f"{page}:3: {offer.rule} suggested ") and shown[0].endswith(f"[{offer.id}]")
    assert "喝茶聊天[-.-]{+" in shown[0]


def test_rules_config_model_and_version(tmp_path: Path) -> None:
    listed = cleaner("rules").stdout.decode().splitlines()
    code = listed[1].split()[0]
    shown = cleaner("rules", code.lower())
    assert shown.returncode == 0 and "Mends:" in shown.stdout.decode() and "Keeps:" in shown.stdout.decode()
    near = cleaner("rules", code[:-1] + "9")
    assert near.returncode == 2
    one_line(near.stderr, code[:-1] + "9", "did you mean", code)
    (tmp_path / "cleaner.toml").write_text(f'ignore = ["{code}"]\n', encoding="utf-8")
    config = cleaner("config", "show", cwd=tmp_path).stdout.decode()
    assert "cleaner.toml" in config and f"ignore has {code}" in config and "on unless ignored" in config
    assert cleaner("--version").stdout.startswith(b"cleaner")
    (tmp_path / "corpus.txt").write_text(CLEAN_PAGE * 20, encoding="utf-8")
    built = cleaner("model", "build", tmp_path / "corpus.txt", "-o", tmp_path / "m.npz", "--order", 3)
    assert built.returncode == 0 and json.loads(built.stdout)["order"] == 3 and (tmp_path / "m.npz").stat().st_size
    (tmp_path / "corpus.txt").write_bytes(b"\xff\xfe\xfd")
    bad = cleaner("model", "build", tmp_path / "corpus.txt", "-o", tmp_path / "n.npz")
    assert bad.returncode == 2 and sorted(p.suffix for p in tmp_path.iterdir()) == [".npz", ".toml", ".txt"]
    one_line(bad.stderr, "corpus.txt", "byte 0")


def test_select_and_settings_file(tmp_path: Path, page: Path) -> None:
    (tmp_path / "own.toml").write_text('ignore = ["COPY"]\n', encoding="utf-8")
    cleaner("clean", page, "--out", tmp_path / "out", "--config", tmp_path / "own.toml")
    assert (tmp_path / "out/damaged.txt").read_text(encoding="utf-8").count("掌柜姓周") == 2
    cleaner("clean", page, "--out", tmp_path / "out", "--select", "COPY")
    text = (tmp_path / "out/damaged.txt").read_text(encoding="utf-8")
    assert text.count("掌柜姓周") == 1 and "夏天,河边" in text


def test_output_is_utf8_under_any_locale(page: Path) -> None:
    assert cleaner("diff", page, LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii").stdout == cleaner(
        "diff", page).stdout


# what can go wrong

def bad_inputs() -> list[tuple[str, Callable[[Path], list[object]], list[str]]]:
    def file(folder: Path, data: bytes, name: str = "bad.txt") -> Path:
        (folder / name).write_bytes(data)
        return folder / name

    def link(place: Path, target: Path) -> Path:
        place.symlink_to(target)
        return place

    def logged(folder: Path, edit: Callable[[str], str], text: str = "") -> list[object]:
        cleaned = clean(DAMAGED)
        log = file(folder, edit(cleaned.log.to_jsonl()).encode(), "bad.changes.jsonl")
        return ["undo", file(folder, (text or cleaned.text).encode()), "--log", log]

    def page_with(folder: Path, *options: object) -> list[object]:
        return ["clean", file(folder, DAMAGED.encode(), "good.txt"), "--out", folder / "out", *options]

    return [
        ("undecodable", lambda p: ["check", file(p, "茶馆".encode() + b"\xff\xff")], ["bad.txt", "byte 6", "0xff"]),
        ("empty", lambda p: ["check", file(p, b"")], ["bad.txt", "no text"]),
        ("only space", lambda p: ["fix", file(p, b" \r\n\r\n")], ["bad.txt", "no text"]),
        ("no texts", lambda p: ["clean", p, "--out", p / "out"], ["no texts"]),
        ("missing", lambda p: ["diff", p / "none.txt"], ["none.txt", "no such file"]),
        ("missing stdin", lambda p: ["clean", "-"], ["standard input", "no text"]),
        ("foreign log", lambda p: logged(p, str, CLEAN_PAGE), ["bad.txt", "does not belong", "bad.changes.jsonl"]),
        ("no JSON", lambda p: logged(p, lambda log: log + "x\n"), ["bad.changes.jsonl", "line", "JSON"]),
        ("empty log", lambda p: logged(p, lambda log: ""), ["bad.changes.jsonl", "line 1"]),
        ("altered", lambda p: logged(p, lambda log: log.replace('"after": "，"', '"after": "。"', 1)), ["altered"]),
        ("bad codec", lambda p: logged(p, lambda log: log.replace('"encoding": "utf-8"', '"encoding": "utf-x"')),
         ["bad.txt", "encoding"]),
        ("no header", lambda p: logged(p, lambda log: log.replace('"breaks"', '"brakes"')), ["line 1", "header"]),
        ("absurd length", lambda p: logged(p, lambda log: re.sub('"length": [0-9]+', '"length": 1' + "0" * 30, log)),
         ["bad.changes.jsonl", "account for every character"]),
        ("absurd line ends", lambda p: logged(p, lambda log: re.sub(r'"line_ends": \[.*?\]\]', '"line_ends": [["\\\\r", 999999999999]]', log)),
         ["bad.changes.jsonl", "not the source"]),
        ("nested log", lambda p: logged(p, lambda log: "[" * 100_000), ["bad.changes.jsonl, line 1", "JSON"]),
        ("half a pair", lambda p: logged(p, lambda log: log.replace('"version": 1', '"version": "\\ud800"')), ["<U+D800>"]),
        ("undo onto its log", lambda p: [*(args := logged(p, str)), "--out", args[-1]], ["over the log"]),
        ("missing log", lambda p: ["undo", file(p, b"a"), "--log", p / "none"], ["none", "no such file"]),
        ("unknown rule", lambda p: page_with(p, "--select", "NOPE"), ["select", "NOPE"]),
        ("unknown accept", lambda p: page_with(p, "--accept", "everything"), ["accept", "everything"]),
        ("unknown codec", lambda p: page_with(p, "--encoding", "utf-x"), ["unknown encoding 'utf-x'"]),
        ("unknown setting", lambda p: page_with(p, "--config", file(p, b"colour = 1", "c.toml")), ["c.toml", "colour"]),
        ("codec of settings", lambda p: page_with(p, "--config", file(p, b'encoding = "hex"', "c.toml")),
         ["c.toml", "encoding", "'hex'"]),
        ("no table", lambda p: page_with(p, "--config", file(p, b'tool = "x"', "pyproject.toml")), ["pyproject.toml", "table"]),
        ("no table of ours", lambda p: page_with(p, "--config", file(p, b"[tool]\ncleaner = 3", "pyproject.toml")), ["table"]),
        ("many tables", lambda p: ["config", "show", file(p, b"[[tool.cleaner]]", "pyproject.toml").parent], ["table"]),
        ("settings name no rule", lambda p: ["config", "show", file(p, b'select = ["NOPE"]', "cleaner.toml").parent],
         ["cleaner.toml", "select", "NOPE"]),
        ("nested settings", lambda p: page_with(p, "--config", file(p, b"a = " + b"[" * 10_000, "c.toml")), ["c.toml"]),
        ("nested decisions", lambda p: page_with(p, "--decisions", file(p, b"[" * 100_000, "d.json")), ["d.json"]),
        ("no archive", lambda p: page_with(p, "--archive", ""), ["--archive", "empty"]),
        ("no settings", lambda p: page_with(p, "--config", p / "c.toml"), ["c.toml", "no such file"]),
        ("broken settings", lambda p: page_with(p, "--config", file(p, b"= 1", "c.toml")), ["c.toml", "line 1"]),
        ("no decisions", lambda p: page_with(p, "--decisions", p / "d.json"), ["d.json", "no such file"]),
        ("out is a file", lambda p: ["clean", file(p, b"a"), "--out", file(p, b"a", "b")], ["output folder is a file"]),
        ("empty path", lambda p: ["fix", ""], ["empty path"]),
        ("long path", lambda p: ["check", "x" * 5000], ["too long"]),
        ("a log as a page", lambda p: ["fix", logged(p, str)[-1]], ["bad.changes.jsonl", "change log"]),
        ("links in a circle", lambda p: ["check", link(p / "a.txt", p / "a.txt").parent], ["a.txt"]),
        ("no out", lambda p: ["clean", file(p, DAMAGED.encode())], ["--out"]),
        ("stdin in place", lambda p: ["fix", "-"], ["standard input"]),
        ("undo onto a folder", lambda p: [*logged(p, str), "--out", p], ["is a folder"]),
        ("artefacts", lambda p: ["score", *[file(p, b"a")] * 2, file(p, b'{"a": 1}', "x"), p / "bad.txt"],
         ["x, line 1", "class"]),
        ("cache onto a page", lambda p: ["model", "cache", (page := file(p, b"a")), "-o", page], ["bad.txt", "read"]),
        ("model onto a corpus", lambda p: ["model", "build", (page := file(p, b"a")), "-o", page], ["bad.txt", "read"]),
        ("pairs onto a log", lambda p: ["model", "pairs", (log := logged(p, str)[-1]), "-o", log], ["bad.changes", "read"]),
        ("no corpus", lambda p: ["model", "build", p / "none", "-o", p / "m"], ["none", "no such file"]),
    ]


@pytest.mark.parametrize("build, parts", [case[1:] for case in bad_inputs()], ids=[case[0] for case in bad_inputs()])
def test_bad_input_gets_one_line(tmp_path: Path, build: Callable[[Path], list[object]], parts: list[str]) -> None:
    done = cleaner(*build(tmp_path), data=b"")
    lines = done.stderr.decode().splitlines()
    assert done.returncode == 2 and b"Traceback" not in done.stderr
    assert len([line for line in lines if not line.startswith("left unwritten: ")]) == 1, lines
    assert all(part in lines[0] for part in parts), lines
    assert not list(tmp_path.rglob("*.part")) and not (tmp_path / "out").exists()


def test_an_unwritable_place(tmp_path: Path, page: Path) -> None:
    done = cleaner("clean", page, "--out", page / "below")
    assert done.returncode == 2 and "damaged.txt" in done.stderr.decode() and b"Traceback" not in done.stderr


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write and read everything")
def test_permissions(tmp_path: Path, page: Path) -> None:
    (tmp_path / "out").mkdir(mode=0o555)
    assert cleaner("clean", page, "--out", tmp_path / "out").returncode == 2
    page.chmod(0o444)
    one_line(cleaner("fix", page).stderr, "damaged.txt", "permission denied")
    page.chmod(0)
    one_line(cleaner("check", page).stderr, "damaged.txt", "permission denied")


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that cannot be read, even by root")
def test_an_unreadable_file(page: Path) -> None:
    done = cleaner("check", "/proc/self/mem", page)
    assert done.returncode == 2 and b"damaged.txt:1:" in done.stdout
    one_line(done.stderr, "/proc/self/mem", "error")


@pytest.mark.parametrize("args", [["nope"], ["clean"], ["clean", "a", "--jobs", "0"], ["undo", "a"], ["diff", "--x"]])
def test_wrong_usage(args: list[str]) -> None:
    done = cleaner(*args)
    assert done.returncode == 2 and b"Usage" in done.stderr and b"Traceback" not in done.stderr


def test_one_bad_page_stops_no_other(tmp_path: Path, page: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xff")
    for name in ("same.txt", "same.md"):
        (tmp_path / name).write_text(DAMAGED, encoding="utf-8")
    done = cleaner("clean", tmp_path, page, "--out", tmp_path / "out", "--jobs", 2)
    assert done.returncode == 2 and sorted(tree(tmp_path / "out")) == ["damaged.changes.jsonl", "damaged.txt"]
    lines = done.stderr.decode().splitlines()
    assert [sum(name in line for line in lines) for name in ("a.txt", "same.txt", "same.md")] == [2, 2, 2]
    over = cleaner("clean", page, "--out", tmp_path)
    assert over.returncode == 2 and page.read_text(encoding="utf-8") == DAMAGED
    one_line(over.stderr, "over the source")


def test_broken_law_and_internal_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:
    def faulty(data: bytes, *args: object, name: str) -> Cleaned:
        if name == "law.txt":
            raise LawError(f"{name}: cleaning the canonical text again would change it (law 2)")
        if name == "odd.txt":
            raise ZeroDivisionError("on\nparchment")
        return clean(data, name=name)

    monkeypatch.setattr(work, "clean", faulty)
    for name in ("fine.txt", "law.txt", "odd.txt"):
        (tmp_path / name).write_text(DAMAGED, encoding="utf-8")
    assert main(["clean", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    shown = capsys.readouterr().err.splitlines()
    assert shown[0].endswith("law.txt: cleaning the canonical text again would change it (law 2)")
    assert shown[1].endswith("odd.txt: internal error: ZeroDivisionError: on parchment")
    assert shown[2].startswith("left unwritten: ") and len(shown) == 3
    assert sorted(tree(tmp_path / "out")) == ["fine.changes.jsonl", "fine.txt"]
    assert main(["check", str(tmp_path / "odd.txt"), "--debug"]) == 2
    assert "Traceback" in capsys.readouterr().err


class Deadly(Settings):
    """Settings that end the worker which unpickles them."""

    def __reduce__(self) -> tuple[Callable[[int], object], tuple[int]]:
        return os._exit, (9,)


def test_a_worker_that_dies_takes_one_page_with_it(page: Path) -> None:
    tasks = [work.Task(Input(page, f"{i}", f"{i}.txt"), Deadly() if i == 1 else Settings()) for i in range(3)]
    results = list(work.run(tasks, 2, {}))
    assert [r.input.shown for r in results] == ["0", "1", "2"]
    assert [bool(r.error) for r in results] == [False, True, False]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("jobs", [1, 2])
def test_ctrl_c(tmp_path: Path, jobs: int) -> None:
    for name in ("a.txt", "b.txt"):
        os.mkfifo(tmp_path / name)
    command = [sys.executable, "-m", "cleaner", "clean", "a.txt", "b.txt", "--out", "out", "--jobs", str(jobs)]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               start_new_session=True, env=environment())
    with open(tmp_path / "a.txt", "wb"):  # noqa: PTH123  opens once the page is being read, and leaves it waiting
        os.killpg(process.pid, signal.SIGINT)
        shown, error = process.communicate(timeout=120)
    assert (process.returncode, shown) == (130, b"")
    one_line(error, "interrupted")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.txt", "b.txt"]
    with pytest.raises(ProcessLookupError):
        for _ in range(600):  # the last of the group may need a moment to go; a minute is no moment
            os.killpg(process.pid, 0)
            time.sleep(0.1)


def test_broken_pipe_is_quiet(page: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([sys.executable, "-m", "cleaner", "diff", str(page)], stdout=writing, check=False,
                          stderr=subprocess.PIPE, env=environment())
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.skipif(sys.platform == "win32", reason="closes streams as a Unix shell does")
@pytest.mark.parametrize("closed, args, status, said", [
    (">&-", "diff {page}", 2, "bad file descriptor"), ("<&-", "clean -", 2, "no text"), ("2>&-", "check {page}.none", 2, ""),
    ("<&- >&- 2>&-", "check {page}", 2, ""), (">&-", "--version", 2, "bad file descriptor")])
def test_closed_streams(page: Path, closed: str, args: str, status: int, said: str) -> None:
    command = f'"{sys.executable}" -m cleaner {args.format(page=page)} {closed}'
    done = subprocess.run(["sh", "-c", command], capture_output=True, env=environment(), check=False)
    assert done.returncode == status and b"Traceback" not in done.stderr
    assert said in done.stderr.decode().splitlines()[0] if said else not done.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_device_is_not_replaced(tmp_path: Path, page: Path) -> None:
    assert cleaner("clean", page, "--out", tmp_path / "out").returncode == 0
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for args in (["undo", tmp_path / "out/damaged.txt", "--log", tmp_path / "out/damaged.changes.jsonl", "-o", pipe],
                 ["model", "cache", page, "-o", pipe], ["model", "build", page, "-o", pipe]):
        done = cleaner(*args)
        assert done.returncode == 2 and pipe.is_fifo()
        one_line(done.stderr, "pipe", "not a file")


def test_links_are_followed_and_never_lead_over_a_source(tmp_path: Path, page: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/damaged.changes.jsonl").symlink_to(page)
    done = cleaner("clean", page, "--out", tmp_path / "out")
    assert done.returncode == 2 and page.read_text(encoding="utf-8") == DAMAGED
    one_line(done.stderr, "over the source")
    (tmp_path / "here.txt").symlink_to(page)
    assert cleaner("fix", tmp_path / "here.txt").returncode == 1
    assert (tmp_path / "here.txt").is_symlink() and page.read_text(encoding="utf-8") == clean(DAMAGED).text


def test_a_fault_of_our_own_is_no_finding(page: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def faulty(*args: object) -> None:
        raise ZeroDivisionError("on\nparchment")

    monkeypatch.setattr("cleaner.cli.check.form_of", faulty)
    assert main(["check", str(page)]) == 2
    assert capsys.readouterr().err == "internal error: ZeroDivisionError: on parchment\n"
    assert main(["check", str(page), "--debug"]) == 2
    assert "Traceback" in capsys.readouterr().err


def test_help_loads_nothing_heavy() -> None:
    heavy = {"jieba", "scipy", "opencc", "ftfy", "rapidfuzz"}
    probe = f"import sys, cleaner.cli; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, env=environment(), check=True)
    assert done.stdout.strip() == b"[]"
