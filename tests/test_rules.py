"""Every rule's own examples are its tests."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from cleaner import Change, Page, Settings, SettingsError, clean
from cleaner.evidence import Evidence
from cleaner.normalizers.base import Rule, Stage, all_rules

RULES = all_rules()
MENDS = [pytest.param(rule, *pair, id=f"{rule.code}-{k}") for rule in RULES for k, pair in enumerate(rule.mends)]
KEEPS = [pytest.param(rule, text, id=f"{rule.code}-{k}") for rule in RULES for k, text in enumerate(rule.keeps)]


class Entry(NamedTuple):
    """What an entry point of another package says."""

    name: str
    module: str


@pytest.fixture
def rules_of_others(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], tuple[Rule, ...]]]:
    """Finds the rules again, with a module of another package among them."""
    def found(module: str) -> tuple[Rule, ...]:
        monkeypatch.setattr("importlib.metadata.entry_points", lambda group: [Entry("ours", module)])
        all_rules.cache_clear()
        return all_rules()

    yield found
    all_rules.cache_clear()


class Dots(Rule):
    """The rule of another package, whose module is found by its entry point."""

    code, name, tier, stage, mends, keeps = "DOTS001", "dots", "flagged", Stage.TEXT, (), ("……",)

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        yield from ()


def test_rules_of_other_packages(rules_of_others: Callable[[str], tuple[Rule, ...]], monkeypatch: pytest.MonkeyPatch) -> None:
    assert {rule.code for rule in rules_of_others(__name__)} - {rule.code for rule in RULES} == {"DOTS001"}
    with pytest.raises(SettingsError, match="'ours' cannot be loaded"):
        rules_of_others("no.such.module")
    monkeypatch.setattr(Dots, "code", RULES[0].code)
    with pytest.raises(SettingsError, match=f"two rules have the code {RULES[0].code}"):
        rules_of_others(__name__)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rule_is_documented(rule: Rule) -> None:
    assert re.fullmatch(r"[A-Z]+\d{3}", rule.code)
    assert rule.name and rule.keeps
    # BREAK002 follows up what others lay bare, TERM001 needs the user's lists (`test_words.py`)
    assert rule.mends or rule.tier == "flagged" or rule.code in {"BREAK002", "TERM001"}
    assert type(rule).__doc__ and len(type(rule).__doc__ or "") > 60


@pytest.mark.parametrize(("rule", "before", "after"), MENDS)
def test_mends(rule: Rule, before: str, after: str) -> None:
    accept = () if rule.tier == "safe" else ("suggested",)
    cleaned = clean(before + "\n", Settings(select=(rule.code,), accept=accept))
    assert cleaned.text == after + "\n"
    assert any(change.rule == rule.code for change in cleaned.changes)


@pytest.mark.parametrize(("rule", "text"), KEEPS)
def test_keeps(rule: Rule, text: str) -> None:
    cleaned = clean(text + "\n", Settings(select=(rule.code,)))
    assert cleaned.text == text + "\n"
    if rule.tier != "safe":  # a rule that is safe elsewhere may offer a reading where it keeps the text
        assert [change.reason for change in cleaned.changes if change.rule == rule.code] == []
