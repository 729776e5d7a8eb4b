"""The character model against a slow, plain reference of the same formulas, and its promises one by one."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.evidence.build import blend, build_model, learn
from cleaner.evidence.ngram import UNKNOWN_SPREAD, Mixture, NgramModel, PageCache, shadow

LINES = [
    "企业是创新的主体,2017年有35家企业入孵。",
    "孵化器是创新的平台，2018年有40家企业毕业。",
    "创新的主体是企业；平台的主体是人。",
    "第一条 为了规范创新,制定本条例!",
    "第二条 本条例所称的企业，是指入孵的企业。",
]
MODEL = learn(LINES, order=3, prune=(1, 1, 1))
CACHE = PageCache(LINES, order=3)
MODELS = [MODEL, CACHE, PageCache(LINES, leave_one_out=True), Mixture(MODEL, CACHE)]
texts = st.text(alphabet="企业创新的主体是，,。35\n龘A", max_size=12)


def grams(n: int) -> Counter[str]:
    """n-grams of the lines, shadowed, with a break at both ends of each and none inside."""
    counts: Counter[str] = Counter()
    for line in LINES:
        padded = f"\n{shadow(line)}\n"
        counts.update(padded[i : i + n] for i in range(len(padded) - n + 1))
    if n == 1:
        counts["\n"] -= len(LINES)
    return counts


def mapped(gram: str, known: str) -> str:
    """The n-gram with `?` (which the lines lack) for every unknown character."""
    return "".join(c if c in known or c == "\n" else "?" for c in gram)


def adjusted(n: int, order: int, known: str) -> Counter[str]:
    """Kneser-Ney counts, from their definition."""
    plain: Counter[str] = Counter()
    for gram, count in grams(n).items():
        plain[mapped(gram, known)] += count
    if n == order:
        return plain
    longer = {mapped(gram, known) for gram in grams(n + 1)}
    return Counter(
        {
            gram: count if n > 1 and gram[0] == "\n" else sum(x[1:] == gram for x in longer)
            for gram, count in plain.items()
        }
    )


def taken(counts: Counter[str]) -> list[float]:
    """Discounts, from equation 26 of Chen & Goodman."""
    n1, n2, n3, n4 = (sum(c == k for c in counts.values()) for k in (1, 2, 3, 4))
    if not n1 * n2 * n3 * n4:
        return [0.0, 0.5, 0.5, 0.5]
    y = n1 / (n1 + 2 * n2)
    raw = (1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3)
    return [0.0, *(min(max(d, 0.05), k - 0.05) for k, d in enumerate(raw, start=1))]


def kneser_ney(gram: str, order: int, known: str) -> float:
    """p of the last character of the gram given the others."""
    counts = adjusted(len(gram), order, known)
    discount = taken(counts)
    followers = {g: c for g, c in counts.items() if g[:-1] == gram[:-1] and c}
    lower = kneser_ney(gram[1:], order, known) if len(gram) > 1 else 1 / (len(known) + 2)
    if not followers:
        return lower
    total = sum(followers.values())
    spared = sum(discount[min(c, 3)] for c in followers.values()) / total
    own = followers.get(gram, 0)
    return (own - discount[min(own, 3)]) / total + spared * lower


def witten_bell(gram: str, known: str) -> float:
    """The page's own estimate, from its definition."""
    counts = grams(len(gram))
    followers = {g: c for g, c in counts.items() if g[:-1] == gram[:-1]}
    lower = witten_bell(gram[1:], known) if len(gram) > 1 else 1 / (UNKNOWN_SPREAD + len(known) + 1)
    if not followers:
        return lower
    kinds, total = len(followers), sum(followers.values())
    return (followers.get(gram, 0) + kinds * lower) / (total + kinds)


def window(text: str, i: int, order: int) -> str:
    """What decides about text[i]: up to `order` characters, from the last break on."""
    start = max(i - order + 1, text.rfind("\n", 0, i), 0)
    return text[start : i + 1]


@pytest.mark.parametrize("text", ["创新的企业，30家", "体主是企业。\n第三条", "制定本企业的平台！"])
def test_fast_model_agrees_with_the_definition(text: str) -> None:
    known = MODEL.alphabet.known
    whole = "\n" + shadow(text)
    for i, fast in enumerate(MODEL.logprobs(text), start=1):
        gram = mapped(window(whole, i, 3), known)
        slow = kneser_ney(gram, 3, known) / (UNKNOWN_SPREAD if gram[-1] == "?" else 1)
        assert fast == pytest.approx(math.log10(slow), abs=2e-5)


@pytest.mark.parametrize("text", ["创新的企业，30家", "体主是龘企业。\n第三条"])
def test_page_cache_agrees_with_the_definition(text: str) -> None:
    whole = "\n" + shadow(text)
    for i, fast in enumerate(CACHE.logprobs(text), start=1):
        slow = witten_bell(window(whole, i, 3), CACHE.tables.alphabet.known)
        assert fast == pytest.approx(math.log10(slow), abs=2e-5)


def total(model: Mixture | NgramModel | PageCache, context: str, known: str) -> float:
    """The probabilities of everything that can follow; unknown characters share one class."""
    p = 10.0 ** model.score_many([(context, c) for c in [*known, "\n", "龘"]])
    return float(p[:-1].sum() + p[-1] * UNKNOWN_SPREAD)


@pytest.mark.parametrize("context", ["\n", "企业", "创新的主", "龘", "", "，"])
def test_probabilities_sum_to_one(context: str) -> None:
    assert total(MODEL, context, MODEL.alphabet.known) == pytest.approx(1, abs=1e-4)
    for cache in (CACHE, MODELS[2]):
        assert isinstance(cache, PageCache)
        assert total(cache, context, cache.tables.alphabet.known) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("prune", [(1, 1, 1, 1), (1, 1, 2, 2), (1, 2, 2, 3)])
def test_pruned_and_blended_models_sum_to_one(prune: tuple[int, ...]) -> None:
    blended = blend([LINES[:3], LINES[3:]], [0.7, 0.3], prune=prune)
    alone = learn(LINES, prune=prune)
    for context in ("\n", "企业", "创新的", "第二条", "龘"):
        assert total(blended, context, blended.alphabet.known) == pytest.approx(1, abs=2e-3)
        assert total(alone, context, alone.alphabet.known) == pytest.approx(1, abs=2e-3)


def test_a_source_that_foresaw_the_context_counts_more() -> None:
    """Two texts use 甲 before different characters: after 乙甲, which the first alone knows, it is believed."""
    first, second = ["乙甲丙"] * 8 + ["甲丙乙"] * 2, ["甲丁戊"] * 8 + ["戊甲丁"] * 2
    model = blend([first, second], [0.5, 0.5], order=3, prune=(1, 1, 1))
    assert model.score("丙", "甲") == pytest.approx(model.score("丁", "甲"))
    assert model.score("丙", "乙甲") - model.score("丁", "乙甲") > 0.22, "0.18 when both always count the same"


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(texts, texts), max_size=6))
def test_many_equals_one_by_one(pairs: list[tuple[str, str]]) -> None:
    for model in MODELS:
        many = model.score_many(pairs)
        assert many.tolist() == [model.score(text, context) for context, text in pairs]
        for (context, text), score in zip(pairs, many, strict=True):
            each = model.logprobs(text, context)
            assert len(each) == len(text)
            assert float(each.sum(dtype=np.float64)) == pytest.approx(score, abs=1e-9)


@given(st.text())
def test_shadow_keeps_the_length_and_is_stable(text: str) -> None:
    assert len(shadow(text)) == len(text)
    assert shadow(shadow(text)) == shadow(text)


def test_shadow_folds_digits_and_punctuation() -> None:
    assert shadow("1７,;:?!()，a%.") == "00，；：？！（），a%."
    for model in MODELS:
        assert model.score("2018年有35家,") == model.score("1999年有７0家，")


def test_nothing_before_a_break_is_remembered() -> None:
    for model in MODELS:
        assert model.score("第二条", "企业。\n") == model.score("第二条", "创新\n") == model.score("第二条")


def test_save_and_load_give_the_same_answers_and_bytes(tmp_path: Path) -> None:
    MODEL.save(tmp_path / "a.model")
    loaded = NgramModel.load(tmp_path / "a.model")
    loaded.save(tmp_path / "b.model")
    learn(LINES, order=3, prune=(1, 1, 1)).save(tmp_path / "c.model")
    text = "".join(LINES) + "龘\n新的主"
    assert loaded.logprobs(text).tolist() == MODEL.logprobs(text).tolist()
    bytes_ = (tmp_path / "a.model").read_bytes()
    assert bytes_ == (tmp_path / "b.model").read_bytes() == (tmp_path / "c.model").read_bytes()


def test_a_stranger_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.model").write_bytes(b"other")
    with pytest.raises(ValueError, match=r"x\.model"):
        NgramModel.load(tmp_path / "x.model")


@pytest.mark.parametrize(("order", "prune"), [(1, (1,)), (3, (1, 1)), (3, (2, 2, 2)), (3, (1, 2, 1))])
def test_settings_that_make_no_model_are_refused(order: int, prune: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="rising"):
        learn(LINES, order=order, prune=prune)


def test_a_place_seen_once_is_no_evidence_for_itself() -> None:
    page = ["企业孵化器成立", "孵化器的企业", "企坐孵化器毕业"]
    plain, fair = PageCache(page), PageCache(page, leave_one_out=True)
    assert plain.score("企坐孵") > fair.score("企坐孵")
    assert fair.score("企业孵") > fair.score("企坐孵")
    assert plain.count("孵化器") == 3
    assert plain.count("") == plain.count("孵化园") == 0


def test_an_empty_page_answers() -> None:
    for lines in ([], [""], ["企"]):
        for fair in (False, True):
            assert np.isfinite(PageCache(lines, leave_one_out=fair).logprobs("企业\n")).all()
    assert MODEL.logprobs("").tolist() == []
    assert MODEL.score_many([]).tolist() == []


def test_building_from_files_reports_what_it_did(tmp_path: Path) -> None:
    for name, lines in (("a.txt", LINES[:3]), ("b.txt", LINES[3:])):
        (tmp_path / name).write_text("\n".join(lines), encoding="utf-8")
    paths = [tmp_path / "a.txt", tmp_path / "b.txt"]
    report = build_model(paths, tmp_path / "m.model", 3, (1, 1, 1))
    assert report["bytes"] == (tmp_path / "m.model").stat().st_size
    assert report["shares"] == [0.5, 0.5]
    assert NgramModel.load(tmp_path / "m.model").score("企业") < 0


def test_a_mixture_lies_between_its_parts() -> None:
    text = "企业是创新的平台"
    low, high = sorted((MODEL.score(text[:1]), CACHE.score(text[:1])))
    assert low <= Mixture(MODEL, CACHE).score(text[:1]) <= high
    with pytest.raises(ValueError, match="between 0 and 1"):
        Mixture(MODEL, CACHE, 1.0)
