"""Every rule's own examples are its tests."""

from __future__ import annotations

import re

import pytest

from cleaner import Settings, clean
from cleaner.normalizers.base import Rule, all_rules

RULES = all_rules()
MENDS = [pytest.param(rule, *pair, id=f"{rule.code}-{k}") for rule in RULES for k, pair in enumerate(rule.mends)]
KEEPS = [pytest.param(rule, text, id=f"{rule.code}-{k}") for rule in RULES for k, text in enumerate(rule.keeps)]


def test_codes_are_unique() -> None:
    codes = [rule.code for rule in RULES]
    assert len(set(codes)) == len(codes)


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
    assert clean(text + "\n", Settings(select=(rule.code,))).text == text + "\n"
