"""Characters misread for look-alikes: 土 for 士, 间 for 问, 己 for 已."""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any, ClassVar, Literal

from cleaner.changes import Change, Tier
from cleaner.data import data_file
from cleaner.evidence import Evidence, shipped_lexicon
from cleaner.evidence.charset import HAN
from cleaner.evidence.lattice import LEAST_GAIN, Lattice, Reading
from cleaner.evidence.script import (
    MOSTLY,
    fully_simplified,
    is_traditional,
    simplified_shadow,
    telling,
    traditional_forms,
)
from cleaner.normalizers.base import Rule, Stage
from cleaner.page import Page
from cleaner.settings import Settings
from cleaner.source import Source
from cleaner.structure.logistic import Logistic, probability
from cleaner.structure.names import SURNAMES
from cleaner.structure.people import name_places, named_around

_SIGNED = re.compile(
    "(?:记者|通讯员|编辑|责编|美编|摄影|作者|校对|版式|实习生|供图|供稿|撰稿|翻译)"
    f"[：:\\s]*(?:[{HAN}]{{2,4}}[\\s、]+){{0,5}}[{HAN}]{{0,3}}\\Z")
"""What stands before a character inside the names of those who signed."""
ALIKE = -4.0
"""log10 P(read | printed) from which on two characters are known to look alike; the table's figures end at -4.5."""
FARFETCHED = 0.995
"""Probability from which on a reading is made unasked whose pair recognisers hardly confuse: of 17 on pages held out none was wrong; below are too
few to tell. Beyond the table one in 30 was."""
TERM = 2
"""How often an archive prints what is no misreading of one page."""
MOVING = 0.46
"""Share of the least probability from which on a reading counts as one that would be read anew."""
_FOREIGN_END = re.compile(f"[·•][{HAN}]{{0,6}}\\Z")
_FOREIGN_START = re.compile(f"[{HAN}]{{0,6}}[·•]")
_FIRM = re.compile(f"[{HAN}]{{0,4}}(?:有限|股份|集团|公司)")
DOUBTED = 0.99
"""Probability from which on a reading is made unasked where the name of a person or a firm may stand, beside a character that may be
the misread one, and on a page that is well read."""
FEW = 4
"""Readings offered from which on a page is not well read: of 34 recognised pages 27 had three at most, the others, all bad scans, thirteen and
more. In 450,000 characters of clean news all five that were made unasked below `DOUBTED` were wrong."""
RIVAL = 1.5
"""Lead (log10) over the best reading of a character beside it, below which either of the two may be the misread one. On recognised pages that
nothing was fitted to, 16 of 46 such readings with a probability of `safe` were wrong, of 306 others five."""
OUTDONE = 0.8
"""Probability from which on a reading is offered though one beside it is better: below, the judge thinks too well of them (22 of 39 right, held out)."""
WORD, WORD_GAIN = 2.0, 2.0
"""log10 of the frequency from which on what was read is a common word (日前), and what another common word (目前) must gain under the shipped model."""
HELD_BACK = 0.9
"""Confidence of what is only offered though its probability is higher: something speaks against it that the judge does not know. On recognised
pages 361 of 401 such readings were right."""
FOREIGN = 0.8
"""Probability from which on a reading is offered on a page in traditional script, whose errors the judge was not fitted on."""
FOREIGN_REACH = 8
SIGNED_REACH = 32
"""Code points before a place in which the names of those who signed are sought."""


@dataclass(frozen=True)
class Judge:
    """How likely a reading is right, and from which probability on it is made or offered (`data/characters.json`)."""

    model: Logistic
    safe: float
    ruined: float
    """The same as `safe` on a page so badly read that its words hardly tell what was printed (`lattice.RUINED`)."""
    suggested: float

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Judge:
        """Read one entry of the data file."""
        return cls(Logistic(data["bias"], data["weights"]), data["safe"], data["ruined"], data["suggested"])

    def probability(self, features: Mapping[str, float]) -> float:
        """The calibrated probability that the reading is what was printed."""
        return probability(self.model.log_odds(features))

    def tier(self, p: float, reading: Reading, doubted: bool = False) -> Tier:
        """The tier of a reading whose probability is high enough to be offered; `doubted` where a name may stand, the character beside may
        be the misread one, or few are misread."""
        bar = bar_of(reading)
        least = {"safe": self.safe, "ruined": self.ruined, "unlike": FARFETCHED, "": math.inf}[bar]
        return "safe" if p >= max(least, DOUBTED * doubted) else "suggested"


def bar_of(reading: Reading) -> Literal["safe", "ruined", "unlike", ""]:
    """Which bar a reading has to pass to be made unasked; none where no table has the two, or where the language model
    does not gain without the page, which may vouch for its own errors: more where a common word was read."""
    least = WORD_GAIN if reading.features["was_frequent"] >= WORD else LEAST_GAIN
    if reading.features["guess"] or reading.features["general"] < least:
        return ""
    if reading.features["noise"] < ALIKE:
        return "unlike"
    return "ruined" if reading.features["ruined"] > 0 else "safe"


@lru_cache(maxsize=1)
def judges() -> Mapping[str, Judge]:
    """The fitted judges by name."""
    data = json.loads(data_file("characters.json").read_text(encoding="utf-8"))
    return {name: Judge.of(row) for name, row in data.items()}


def features_of(text: str, reading: Reading) -> dict[str, float]:
    """What the judge is told: the features of the reading, and whether a personal name may stand there."""
    start = reading.start
    near = text[max(0, start - 2):start + 1]
    return {**reading.features, "surname": float(any(char in SURNAMES for char in near))}


def protected(text: str, reading: Reading) -> bool:
    """Whether the place is in the names of those who signed, in a name that the page proves by a title, or in a foreign
    name (beside ·): names are not corrected by likelihood."""
    if not name_places(text, shipped_lexicon()).isdisjoint(range(reading.start, reading.end)):
        return True
    before, behind = text[max(0, reading.start - SIGNED_REACH):reading.start].rpartition("\n")[2], text[reading.end:reading.end + FOREIGN_REACH]
    return bool(_SIGNED.search(before) or _FOREIGN_END.search(before) or _FOREIGN_START.match(behind))


def named(text: str, reading: Reading) -> bool:
    """Whether the name of a person or a firm may stand there that no word and no title proves."""
    return bool(_FIRM.match(text, reading.end)) or named_around(text, reading.start, shipped_lexicon())


def vouched(reading: Reading, evidence: Evidence) -> bool:
    """Whether reviewers have confirmed what is read for what: then it is no rare accident, however well the page is read."""
    counts = evidence.inputs.pairs.counts if evidence.inputs.pairs else {}
    pairs = [pair for pair in zip(reading.before, reading.after, strict=True) if pair[0] != pair[1]]
    return all(yes > no for yes, no in (counts.get(pair, (0, 0)) for pair in pairs))


def archived(text: str, reading: Reading, evidence: Evidence) -> bool:
    """Whether the archive prints the passage as it was read, with both neighbours, again and again: then it is a term."""
    around = text[max(0, reading.start - 1):reading.start], text[reading.end:reading.end + 1]
    as_read, offered = (evidence.archive_prints(around[0] + passage + around[1]) for passage in (reading.before, reading.after))
    return as_read >= TERM and as_read > offered


def apart(found: Iterable[tuple[float, Reading]]) -> list[tuple[float, Reading]]:
    """Of readings that overlap the more probable one, in the order of the text."""
    taken: set[int] = set()
    kept = []
    for p, reading in sorted(found, key=lambda item: (-item[0], item[1].start, item[1].after)):
        span = range(reading.start, reading.end)
        if taken.isdisjoint(span):
            taken.update(span)
            kept.append((p, reading))
    return sorted(kept, key=lambda item: item[1].start)


def judged(
    text: str, settings: Settings, least: float, within: frozenset[int] | None = None,
) -> tuple[tuple[float, Reading], ...]:
    """The readings of a page (its blocks joined by line feeds) of a probability of `least` or more, with it.

    `within` are the only offsets that are looked at, if given.
    """
    judge = judges()["lookalike"]
    evidence = Evidence(Page(Source.from_text(text.replace("\n", "\n\n"))), settings)
    lattice = Lattice(text, evidence, evidence.lookalikes, evidence.forms, within)
    found = [(judge.probability(features_of(text, r)), r) for r in lattice.readings()]
    return tuple(apart((p, r) for p, r in found if p >= least and not protected(text, r) and not archived(text, r, evidence)))


@lru_cache(maxsize=4)
def standing(text: str, settings: Settings, inputs: str = "") -> tuple[tuple[float, Reading], ...]:
    """The readings of a page that would not be read anew once they stand.

    Kept for the last texts: a page is read again in every round of its cleaning, and once more when it is done;
    `inputs` is the digest of the files that the settings name (archive cache, words, pairs), which may grow meanwhile.
    """
    least = judges()["lookalike"].suggested
    found = tuple((p, r) for p, r in judged(text, settings, least) if p >= OUTDONE or r.features["beside"] >= 0)
    if not found:
        return found
    places = frozenset(k for _, reading in found for k in range(reading.start - 1, reading.end + 1))
    again = judged(mended(text, [reading for _, reading in found]), settings, least * MOVING, places)
    moving = {k for _, reading in again for k in range(reading.start, reading.end)}
    return tuple((p, r) for p, r in found if moving.isdisjoint(range(r.start, r.end)))


def offered(text: str, evidence: Evidence) -> tuple[tuple[float, Reading], ...]:
    """What is offered for a page (its blocks joined by line feeds), in simplified script."""
    return standing(simplified_shadow(text), evidence.settings, evidence.inputs.digest)


def offered_at(text: str, places: frozenset[int], evidence: Evidence) -> tuple[tuple[float, Reading], ...]:
    """What may be offered at some offsets alone, for much less than the whole page costs.

    The page's other strong readings are not looked for, so those that stand there look less likely than `offered` finds them: the
    bar is as much lower as for readings in their second weighing.
    """
    return _at(simplified_shadow(text), places, evidence.settings, evidence.inputs.digest)


@lru_cache(maxsize=4)
def _at(text: str, places: frozenset[int], settings: Settings, inputs: str) -> tuple[tuple[float, Reading], ...]:
    return judged(text, settings, judges()["lookalike"].suggested * MOVING, places)


def mended(text: str, readings: Sequence[Reading]) -> str:
    """The text with the readings, which do not overlap and keep its length."""
    chars = list(text)
    for reading in readings:
        chars[reading.start:reading.end] = reading.after
    return "".join(chars)


class LookalikeCharacter(Rule):
    """A character that was misread for one that looks like it (士 and 土, 问 and 间).

    Only a character that is a surprise where it stands, and forms no word with its neighbours, is looked at. What
    may have been printed instead comes from what recognisers were measured to confuse. The reading offered must
    be far likelier under the language model and under the dictionary, as a look-alike, and given what the page
    prints elsewhere; a model fitted on pages with known errors turns that into a probability. What would double its neighbour
    (保扩护 → 保护护) is at most offered: it may be one character torn in two. Numerals, digits and
    the names of those who signed are never touched. Pages in traditional script are read as simplified ones; there a reading is
    only offered, where one traditional character alone can be meant.
    """

    code: ClassVar[str] = "GLYPH001"
    name: ClassVar[str] = "misread look-alikes"
    tier: ClassVar[Tier] = "suggested"
    stage: ClassVar[Stage] = Stage.TEXT
    mends: ClassVar = [("村里请来农业专家指导果农怎样管理果园，大家提出了不少间题。",
                        "村里请来农业专家指导果农怎样管理果园，大家提出了不少问题。")]
    keeps: ClassVar = [
        "村里请来专家指导果农管理果园，大家提出了不少问题，时间不够。",
        "本报记者 林河生 士末",
        "全村共有三千四百二十一人，其中党员一百零二名。",
    ]

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Judge every reading of the page; one that would be read anew once it stands is left out."""
        judge = judges()["lookalike"]
        text = "\n".join(page.texts)
        starts = [0, *accumulate(len(block.text) + 1 for block in page.blocks)]
        if is_traditional(page):
            yield from self._traditional(page, text, starts, evidence)
            return
        found = offered(text, evidence)
        for p, reading in found:
            block = page.blocks[bisect_right(starts, reading.start) - 1]
            i = reading.start - starts[block.index]
            before = block.text[i:i + len(reading.before)]
            doubled = reading.after in (block.text[i - 1:i], block.text[i + 1:i + 2])
            doubted = (named(text, reading) or reading.features["beside"] < RIVAL
                       or (len(found) < FEW and not vouched(reading, evidence)))
            tier: Tier = "suggested" if doubled else judge.tier(p, reading, doubted)
            yield from self.replacement(
                page, block, i, i + len(before), reading.after,
                f"{reading.after} was misread as {before}, which looks like it.",
                tier=tier, confidence=round(p if tier == "safe" else min(p, HELD_BACK), 4),
                evidence={key: round(reading.features[key], 2) for key in ("gain", "general", "words", "noise")})

    def _traditional(self, page: Page, text: str, starts: Sequence[int], evidence: Evidence) -> Iterator[Change]:
        """Offer what a page in traditional script would be offered in simplified, where one traditional character alone can be meant."""
        for p, reading in standing(fully_simplified(text), evidence.settings, evidence.inputs.digest):
            block = page.blocks[bisect_right(starts, reading.start) - 1]
            i = reading.start - starts[block.index]
            before = block.text[i:i + len(reading.before)]
            simplified, traditional = telling(block.text)
            forms = [(was,) if new == old else traditional_forms(new) for was, old, new in zip(before, reading.before, reading.after, strict=True)]
            if p < FOREIGN or traditional < MOSTLY * max(simplified, 1) or any(len(form) != 1 for form in forms):
                continue
            after = "".join(form for form, in forms)
            yield from self.replacement(
                page, block, i, i + len(before), after, f"{after} was misread as {before}, which looks like it.",
                tier="suggested", confidence=round(min(p, HELD_BACK), 4),
                evidence={key: round(reading.features[key], 2) for key in ("gain", "general", "words", "noise")})
