"""The published schema accepts the logs that `clean` writes and refuses altered ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from cleaner import Change, ChangeLog, Source, clean, render
from cleaner.changes import SCAFFOLD

SCHEMA = json.loads(files("cleaner.data").joinpath("changes.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
TEA = "去年夏天,河边的老茶馆重新开张,附近的居民每天早上都来这里喝茶聊天,掌柜说这门手艺不能断在自己手里。"
CORN = "秋收以后，村里的晒谷场上堆满了金黄的稻谷，合作社的拖拉机一趟又一趟地把粮食运往县城的仓库。"
PAGES = [
    f"{TEA}\n\n{CORN}\n\n{TEA}\n",
    f"\ufeff  \r\n{TEA}\r\n\r\n{CORN[:21]}\r\n\r\n{CORN[21:]}\r",
    f"老茶馆重新开张\n\n本报记者 周小河\n\n{CORN}\n\n他说：“没有关上的引号。\n\n损坏的字\ufffd在这里。\n",
]


def rows_of(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in clean(text).log.to_jsonl().splitlines()]


def every_kind() -> list[dict[str, Any]]:
    """A log by hand that has every kind of change."""
    source = Source.from_text("一a\n\n二b\n\n三c 四\n\n五d\n\n六e\n")
    text = source.text
    b, c, d, e = (text.index(word) for word in ("二b", "三c", "五d", "六e"))

    def change(kind: Any, start: int, end: int, **more: Any) -> Change:
        taken = text[start:end] if kind in {"replace", "join", "split", "drop"} else ""
        return Change(rule="TEST001", kind=kind, tier="safe", start=start, end=end, reason="by hand", before=taken,
                      line=source.line_of(start), **more)

    changes = [change("replace", 1, 2, after="甲"), change("join", 2, b, target=b), change("split", c + 2, c + 3),
               change("drop", d, d + 2, target=b), change("move", e, e + 2, target=2),
               change("mark", 0, 2, role="quote"), change("flag", c, c + 1, status="flagged")]
    log = ChangeLog.of(source, changes, render(source, changes), "0" * 12, "cleaner test")
    assert ChangeLog.from_jsonl(log.to_jsonl()) == log
    return [json.loads(line) for line in log.to_jsonl().splitlines()]


def test_the_schema_is_one_and_knows_all_roles() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$defs"]["change"]["properties"]["role"]["enum"] == list(SCAFFOLD)


@pytest.mark.parametrize("page", PAGES, ids=["plain", "breaks", "marks"])
def test_logs_of_pages_are_valid(page: str) -> None:
    rows = rows_of(page)
    assert len(rows) > 1
    for row in rows:
        VALIDATOR.validate(row)


def test_every_kind_is_valid() -> None:
    rows = every_kind()
    assert {row["kind"] for row in rows[1:]} == {"replace", "join", "split", "drop", "move", "mark", "flag"}
    for row in rows:
        VALIDATOR.validate(row)


ALTERED: dict[str, Callable[[list[dict[str, Any]]], Any]] = {
    "header: format": lambda rows: rows[0].update(format="other"),
    "header: version": lambda rows: rows[0].update(version=2),
    "header: extra key": lambda rows: rows[0].update(host="desk"),
    "header: no source": lambda rows: rows[0].pop("source"),
    "header: short digest": lambda rows: rows[0]["canonical"].update(sha256="00"),
    "header: line end": lambda rows: rows[0]["source"].update(line_ends=[["\v", 1]]),
    "header: break of words": lambda rows: rows[0]["source"].update(breaks=[[0, "词"]]),
    "change: kind": lambda rows: rows[1].update(kind="rewrite"),
    "change: tier": lambda rows: rows[1].update(tier="certain"),
    "change: status": lambda rows: rows[1].update(status="done"),
    "change: no reason": lambda rows: rows[1].update(reason=""),
    "change: no id": lambda rows: rows[1].pop("id"),
    "change: confidence": lambda rows: rows[1].update(confidence=1.5),
    "change: offset": lambda rows: rows[1].update(start=-1),
    "change: line": lambda rows: rows[1].update(line=0),
    "change: evidence": lambda rows: rows[1].update(evidence="because"),
    "change: extra key": lambda rows: rows[1].update(time="noon"),
    "move without target": lambda rows: next(r for r in rows if r.get("kind") == "move").pop("target"),
    "mark without role": lambda rows: next(r for r in rows if r.get("kind") == "mark").pop("role"),
    "mark that takes away": lambda rows: next(r for r in rows if r.get("kind") == "mark").update(before="词"),
    "applied flag": lambda rows: next(r for r in rows if r.get("kind") == "flag").update(status="applied"),
}


@pytest.mark.parametrize("name", ALTERED)
def test_altered_logs_are_refused(name: str) -> None:
    rows = every_kind()
    ALTERED[name](rows)
    assert not all(VALIDATOR.is_valid(row) for row in rows)
