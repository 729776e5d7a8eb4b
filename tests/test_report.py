"""The character diff, read off changes made by hand."""

from __future__ import annotations

from typing import Any

from cleaner import Change, Source, render
from cleaner.formats.report import hunks


def test_diff_shows_moves_joins_splits_and_marks() -> None:
    source = Source.from_text("一句话说到这\n\n图注\n\n里才算说完。正文 记者\n\n最后\u200b一段\n")
    text = source.text
    cut, goes_on, space, tail = 6, text.index("里才"), text.index(" 记者"), text.index("最后")

    def change(kind: Any, start: int, end: int, **more: Any) -> Change:
        taken = "" if kind in {"move", "mark"} else text[start:end]
        return Change("TEST001", kind, "safe", start, end, "by hand", before=taken, **more)

    changes = [
        change("join", cut, cut + 2, target=goes_on, after="，"), change("move", cut + 2, cut + 4, target=space),
        change("mark", cut + 2, cut + 4, role="caption"), change("split", space, space + 1),
        change("replace", tail + 2, tail + 3), change("move", tail, len(text) - 1, target=0)]
    assert "一句话说到这，里才算说完。正文" in render(source, changes)
    assert [hunk.plain() for hunk in hunks(source, changes)] == [
        "一句话说到这[-¶¶-]{+，+}(goes on at line 5)里才算说完。正文 记者",
        "{+> 图：+}图注",
        "(block at line 3) 图注 (moved after line 5)",
        "里才算说完。正文[- -]{+¶+}记者",
        "(block at line 7) 最后<U+200B>一段 (moved to the top of the page)",
        "最后[-<U+200B>-]一段",
    ]


def test_close_changes_share_a_hunk_and_what_is_hidden_is_named() -> None:
    source = Source.from_text(f"开头,中间,{'很长' * 16}的一段,结尾。\n下一行\x07,\n")
    text = source.text
    changes = [Change("WIDTH001", "replace", "safe", i, i + 1, "width", before=",", after="，")
               for i, char in enumerate(text) if char == ","]
    found = hunks(source, changes)
    assert [(hunk.line, len(hunk.changes)) for hunk in found] == [(1, 2), (1, 1), (2, 1)]
    assert found[0].plain() == "开头[-,-]{+，+}中间[-,-]{+，+}很长很长很长很长很长很长很长…"
    assert found[2].plain() == "下一行<U+0007>[-,-]{+，+}"
    assert hunks(source, [change.with_status("suggested") for change in changes]) == []


def test_only_what_differs_is_marked() -> None:
    source = Source.from_text("压控制系统很稳\n")
    change = Change("WORD001", "replace", "safe", 0, 5, "word", before="压控制系统", after="液压控制系统")
    assert hunks(source, [change])[0].plain() == "{+液+}压控制系统很稳"
