"""`cleaner rules`: what the rules are and what each one does."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli.common import ends, say_error, show_table

if TYPE_CHECKING:
    from cleaner.normalizers.base import Rule

Code = Annotated[str | None, typer.Argument(metavar="[CODE]", help="A rule code, or its beginning to list a family.")]


@ends
def rules(code: Code = None) -> int:
    """List the rules, or show one: its docstring, what it mends and what it keeps."""
    from cleaner.formats.report import Table
    from cleaner.normalizers.base import all_rules
    known = {rule.code: rule for rule in all_rules()}
    if code is not None and code.upper() in known:
        _show(known[code.upper()])
        return 0
    listed = [rule for rule in known.values() if code is None or rule.code.startswith(code.upper() or "?")]
    if code is not None and not listed:
        near = near_misses(code, {rule.code: rule.name for rule in known.values()})
        hint = f"; did you mean {', '.join(near)}?" if near else ""
        return say_error(f"no rule is called {code!r}{hint} (`cleaner rules` lists them)")
    rows = tuple((rule.code, rule.name, rule.tier, _doc(rule).split("\n", 1)[0]) for rule in listed)
    show_table(Table("Rules", ("code", "name", "tier", "what it does"), rows))
    return 0


def near_misses(word: str, names: dict[str, str]) -> list[str]:
    """The codes most like a word that is none, by code or by name; the best three at most."""
    from rapidfuzz import fuzz, process
    best: dict[str, float] = {}
    for choices in ({code: code.lower() for code in names}, {code: name.lower() for code, name in names.items()}):
        for _, score, code in process.extract(word.lower(), choices, scorer=fuzz.ratio, limit=3, score_cutoff=60):
            best[code] = max(score, best.get(code, 0))
    return sorted(best, key=lambda code: (-best[code], code))[:3]


def _doc(rule: Rule) -> str:
    return inspect.cleandoc(type(rule).__doc__ or "")


def _show(rule: Rule) -> None:
    print(f"{rule.code} {rule.name} ({rule.tier}, stage {rule.stage.name.lower()})\n\n{_doc(rule)}\n\nMends:")
    for before, after in rule.mends:
        print(_block(before, "  - "), _block(after, "  + "), sep="\n", end="\n\n")
    print("Keeps:")
    for text in rule.keeps:
        print(_block(text, "  = "), end="\n\n")


def _block(text: str, sign: str) -> str:
    from cleaner.formats.report import visible
    return "\n".join(sign + visible(line) for line in text.strip("\n").split("\n"))
