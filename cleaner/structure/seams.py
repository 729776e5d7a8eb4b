"""Do these two ends belong to one sentence? Numbers for the end of one block and the start of another.

A block that ends without a sentence's end is *open*; a block that cannot begin a paragraph is *headless*.
Both, and the odds that one block runs on into another, are logistic models over a few features that can be
computed from the text alone; `benchmarks/calibrate_seams.py` fits them on pages cut at random places and
prints the weights that stand in `data/seams.json`.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.data import data_file
from cleaner.evidence import Evidence, shipped_lexicon, shipped_model
from cleaner.evidence.charset import HAN_RANGE, INTERJECTIONS
from cleaner.evidence.continuations import Continuations, shipped_continuations
from cleaner.evidence.grams import Grams
from cleaner.evidence.lexicon import Lexicon
from cleaner.evidence.script import simplified_shadow
from cleaner.memory import BLOCKS, kept, listed
from cleaner.structure.behind import Behind, places_of
from cleaner.structure.logistic import Logistic
from cleaner.structure.names import SURNAMES, is_signature
from cleaner.structure.scripts import both_scripts
from cleaner.structure.stories import Stories
from cleaner.structure.vectors import Doubles, numbered

HAN = "\u3400-\u9fff"
SENTENCE_END = "。！？…!?"
CLOSERS = "”’」』）)】》〉\"'"
SOFT_END = "：；:;"
PAIRS = {"“": "”", "‘": "’", "《": "》", "〈": "〉", "（": "）", "(": ")", "「": "」", "『": "』", "【": "】", "〔": "〕"}
CLOSES = {close: opening for opening, close in PAIRS.items()} | {"）": "（", ")": "("}
PAIRED = re.compile("[" + re.escape("".join({**PAIRS, **CLOSES})) + "]")
CANNOT_START = "，。、；：！？）》〉”’」』】…—·%％,;:!?)"
CONNECTIVE = re.compile(both_scripts(r"同时|此外|另外|另一方面|其次|再次|不仅如此|与此同时|值得一提的是|除此以外|除此之外|为此|于是|因此|然而|但是"))
LACUNA = "〔缺〕"
EARLY, STUB = 0.5, 2.5
"""Log-odds for a closing mark in the first sentence whose opening one is nowhere before it; for one character and a comma in front (素，先后…): of 25 different
ones on recognised pages 23 were lost, of 63 of the former 19, of those over 1.3 in all 13 of 16 (`benchmarks/lost_starts.py`)."""
LOST = 1.15
"""Log-odds from which a paragraph's beginning is taken as lost where something else says so too."""
CERTAIN = 6.0
"""Log-odds added when the page prints the two ends with one character between them, again and again, or when a
title and a surname end the left block and the rest of a name and a verb of speech open the right one."""
ORPHAN = 7
"""Code points up to which a block that is one finished sentence is likely the tail of one."""
TITLES = "长|总裁|经理|主任|书记|教授|记者|专家|主席|工程师|总监|负责人|教练|村民|居民|研究员|代表|委员|董事"
TITLED = re.compile(both_scripts(f"(?:{TITLES})[{''.join(sorted(SURNAMES))}]$"))
INSTITUTION = re.compile(both_scripts("(?:公司|集团|中心|协会|学会|大学|学院|医院|政府|高新区|开发区|[局厅委处院所厂社办室馆])$"))
COMMON = 400
"""Places of two characters from which they say nothing any more; keeps the search linear on a long page."""
STORY_CAP = 0.6
"""Affinity from which two blocks are of one story; how much more alike they are says nothing of one sentence."""
USUAL_WORD = 100
"""Occurrences in the lexicon's corpus from which a word stands by itself."""
STARTERS = frozenset("在从据自为对以由向经与和及但而且又也还都已将可能是有无我你他她它这那其各每某该本此因若如虽当使让把被给到于按照不要会就再更最很只才"
                     "一二三四五六七八九十两几多大小新老全同前后上下中今昨明去来说问看想做用到过每另")
"""Characters that often stand as words of their own at the start of a sentence."""
SPEECH = "称|说|表示|介绍|认为|指出|告诉|坦言|透露|强调|举例|解释|感慨|回忆"
SPEAKER = re.compile(both_scripts(rf"^(?!报道|据[{HAN}]|他们|我们)[{HAN}]{{1,2}}(?:{SPEECH})"))
OFFICER = re.compile(both_scripts(rf"^[{HAN}]{{0,3}}(?:{TITLES})[{''.join(sorted(SURNAMES))}][{HAN}]{{1,2}}(?:{SPEECH})"))
"""Who speaks for an institution that ends the left block: …推广中心 | 主任李明介绍."""
START_LENGTH = 3
"""Code points of a block's start that are scored as a start: the model's order less one."""
TAIL_LENGTH = 4
"""Code points of a block's end that are the context of what comes behind it."""
SEAM_LENGTH = 5
"""Code points behind a seam that are scored across it."""
CUT_LENGTH, WORD_GAIN = 6, 15.0
"""Code points on either side of a seam that are divided into words; the most that a word across it may gain."""
GOES_ON = 8.0
"""Log-odds of the networks beyond which they say nothing more."""
START = re.compile(rf"(?:^|(?<=[。！？；;]))[{HAN}A-Za-z0-9“《]{{2}}")
"""Two characters with which a sentence or a clause starts."""
NOTHING = 0xFFFFFFFF
"""Stands where a block has no character."""
CLAUSE = 40
"""Code points from which a clause is long."""
CLAUSE_END = re.compile("[，。、；：！？…,;:!?]")
SENTENCE = re.compile("[，。；！？：,;!?:]")
"""A mark that sentences have and headings seldom."""
SIGNED_END = re.compile(both_scripts(
    rf"(?:[。！？”]\s*(?P<name>[{''.join(sorted(SURNAMES))}][{HAN}]{{1,2}}?)(?P<says>\s?(?:摄|报道|文|图))?|记者\s?[{''.join(sorted(SURNAMES))}][{HAN}]{{1,2}}[\s／/]?[{HAN}]{{0,6}}报[道导])$"))
"""A full stop and the name of who wrote: `…九成。王小明`; or who reports, and from where: `記者王小明／台北報導`."""
MISREAD_STOP = re.compile(rf"[{HAN}”）]\s*[oO₀°○.．]$")
"""What recognisers make of a full stop at the end of a block: 救出o, 救出₀."""


@kept
def ends_sentence(text: str) -> bool:
    """Whether a text ends where a sentence may end: a full stop or the like, closing marks behind it allowed."""
    signed = SIGNED_END.search(text)
    if (signed and (signed["name"] is None or signed["says"] or is_signature(simplified_shadow(signed["name"]), shipped_lexicon()))) or MISREAD_STOP.search(text):
        return True
    bare = text.rstrip(CLOSERS)
    return bool(bare) and (bare[-1] in SENTENCE_END or (bare != text and bare[-1] not in "，、,") or text[-1] in SOFT_END)


@kept
def unclosed(text: str) -> tuple[str, str]:
    """Opening marks that `text` leaves open, and the openings that its unmatched closing marks ask for."""
    stack: list[str] = []
    missing: list[str] = []
    standing = dict.fromkeys(PAIRS, 0)
    for mark in PAIRED.findall(text):
        char = "（" if mark == "(" else "）" if mark == ")" else mark
        if char in PAIRS:
            stack.append(char)
            standing[char] += 1
        elif standing[CLOSES[char]]:
            last = ""
            while last != CLOSES[char]:
                last = stack.pop()
                standing[last] -= 1
        else:
            missing.append(CLOSES[char])
    return "".join(stack), "".join(missing)


@lru_cache(maxsize=1)
def calibration() -> tuple[Logistic, Logistic]:
    """The fitted models: a block's start is headless; two ends belong together."""
    data = json.loads(data_file("seams.json").read_text(encoding="utf-8"))
    return tuple(Logistic(data[k]["bias"], data[k]["weights"]) for k in ("headless", "link"))  # type: ignore[return-value]


class Ends(NamedTuple):
    """What is asked of one block again and again."""

    text: str
    opening: str
    missing: str
    ended: bool
    start_score: float
    start_known: float
    stop_score: float
    """log10 p of a full stop behind the block."""
    begins: float
    """Natural log-odds that a sentence begins with it; see `Continuations.edges`."""
    finished: float
    """Natural log-odds that a sentence is over behind it, its full stop aside; 0 where it ends with a mark."""
    first_clause: int
    last_clause: int
    """Code points before the first mark and behind the last one."""


class Seams:
    """The ends of a page's blocks, scored together in one batch."""

    def __init__(self, texts: Sequence[str], evidence: Evidence) -> None:
        self.evidence = evidence
        heads = [text[:START_LENGTH] for text in texts]
        scores = evidence.model.score_many([(c, head) for head in heads for c in ("\n", "。", "\ue000")])
        stops = evidence.model.score_many([(text[-TAIL_LENGTH:], "。") for text in texts])
        networks = shipped_continuations()
        self._vectors = networks.ends(texts), networks.starts(texts)
        finished, begins = (networks.edges(vectors).tolist() for vectors in self._vectors)
        known = Counter(start for text in texts for start in _starts(text))
        self.page = "\n".join(texts)
        self.headings: dict[frozenset[int], dict[int, float]] = {}
        """What is known of blocks that may be headings, by the blocks of pictures, see `labels.model.heading_odds`."""
        self._asked: dict[str, Behind] = {}
        self._headless: dict[int, float] = {}
        self.ends = []
        for i, text in enumerate(texts):
            line, sentence, anywhere = scores[3 * i:3 * i + 3]
            opening, missing = unclosed(text)
            others = known.get(text[:2], 0) - 1
            self.ends.append(Ends(text, opening, missing, ends_sentence(text), float(max(line, sentence) - anywhere),
                                  math.log1p(max(others, 0)), float(stops[i]), begins[i], finished[i] * text[-1:].isalnum(), *_clauses(text)))

    @cached_property
    def stories(self) -> Stories:
        """Which blocks tell of one thing."""
        return Stories([ends.text for ends in self.ends], shipped_model())

    @cached_property
    def _bigrams(self) -> dict[str, list[int]]:
        """Where on the page the last two characters of every block that stops in mid-sentence stand."""
        return places_of(self.page, {ends.text[-2:] for ends in self.ends if not ends.ended})

    @cached_property
    def _openings(self) -> Set[str]:
        """The first two characters of every block."""
        return {ends.text[:2] for ends in self.ends}

    @cached_property
    def _grams(self) -> Grams:
        """Counts of strings of three and four characters."""
        return Grams(self.page, (3, 4), without="\n")

    def headless_features(self, i: int) -> dict[str, float]:
        """Features of the start of block i."""
        ends = self.ends[i]
        return {**_start_features(ends.text, self.evidence.lexicon),
                "start": clip(ends.start_score, -2.5, 3.0), "begins": ends.begins, "known": min(ends.start_known, 2.0),
                "goes on": clip(float(Continuations.alone(self._vectors[1][i:i + 1])[0]), -GOES_ON, GOES_ON)}

    def headless(self, i: int) -> float:
        """Natural log-odds that block i begins in the middle of a sentence, before its neighbours are seen."""
        if i not in self._headless:
            lost = self.ends[i].text.startswith(LACUNA)
            self._headless[i] = -9.0 if lost else calibration()[0].log_odds(self.headless_features(i))
        return self._headless[i]

    @staticmethod
    def orphan() -> float:
        """The part of `headless` that is for a few words and a full stop."""
        return calibration()[0].weights["orphan"]

    def link_features(self, pairs: Sequence[tuple[int, int]]) -> list[dict[str, float]]:
        """Features of block a running on into block b, for many pairs at once."""
        columns = self._link_columns(pairs)
        return [dict(zip(columns, row, strict=True)) for row in zip(*(c.tolist() for c in columns.values()), strict=True)]

    def _link_columns(self, pairs: Sequence[tuple[int, int]]) -> dict[str, Doubles]:
        """The features of `link_features` by name, each for all pairs."""
        return self.pair_features(pairs) | {"story": self._affinities(*np.array(pairs).T)} if pairs else {}

    def pair_features(self, pairs: Sequence[tuple[int, int]]) -> dict[str, Doubles]:
        """What the words and marks on both sides say of one block running on into another, the stories aside: each feature for all pairs."""
        (a, b), left, right = np.array(pairs).T, self._lefts, self._rights
        opening, missing = left["opening"][a], right["missing"][b]
        closes = (opening == missing) & (opening > 0)
        word, saved = self._words_across(a, b)
        columns = {
            "gain": np.clip(self._gains(pairs), -3.0, 6.0), "word": word, "page": self._printed_across(a, b),
            "closes": closes, "unclosed": (opening > 0) & ~closes, "missing": (missing > 0) & ~closes,
            "comma": left["comma"][a], "mark": right["mark"][b], "ended": left["ended"][a], "soft": left["soft"][a],
            "start": right["start"][b], "begins": right["begins"][b], "known": right["known"][b], "orphan": right["orphan"][b],
            "digits": left["digit"][a] * right["digit"][b], "goes on": self.going_on(a, b), "saved": saved, "clause": np.minimum(left["clause"][a] + right["clause"][b], CLAUSE),
        }
        return {name: column.astype(np.float64) for name, column in columns.items()}

    @cached_property
    def _lefts(self) -> dict[str, Doubles]:
        """What every block is to a block behind it."""
        rows = [(ord(e.opening[-1]) if e.opening else 0, e.text[-1:] in "，、,", e.ended, e.text[-1:] in SOFT_END,
                 e.text[-1:].isdigit(), bool(TITLED.search(e.text[-8:])), bool(INSTITUTION.search(e.text[-8:])),
                 self._may_miss(e), e.last_clause) for e in self.ends]
        return _columns(("opening", "comma", "ended", "soft", "digit", "titled", "institution", "misses", "clause"), rows)

    @cached_property
    def _rights(self) -> dict[str, Doubles]:
        """What every block is to a block before it."""
        rows = [(ord(e.missing[0]) if e.missing else 0, e.text[:1] in CANNOT_START, clip(e.start_score, -2.5, 3.0),
                 min(e.start_known, 2.0), len(e.text) <= ORPHAN and ends_sentence(e.text), e.text[:1].isdigit(),
                 bool(SPEAKER.match(e.text[:16])), bool(OFFICER.match(e.text[:16])), e.begins, e.first_clause) for e in self.ends]
        return _columns(("missing", "mark", "start", "known", "orphan", "digit", "speaker", "officer", "begins", "clause"), rows)

    def _gains(self, pairs: Sequence[tuple[int, int]]) -> Doubles:
        """log10 by which each b is likelier behind a than as the start of a paragraph or of a sentence."""
        starts, number = numbered(np.array(pairs).T[1])
        heads = [self.ends[b].text[:SEAM_LENGTH] for b in starts.tolist()]
        asked = [(self.ends[a].text[-TAIL_LENGTH:], heads[k]) for (a, _), k in zip(pairs, number.tolist(), strict=True)]
        scores = self.evidence.model.score_many([*asked, *(("\n", head) for head in heads), *(("。", head) for head in heads)])
        across, line, sentence = np.split(scores, (len(pairs), len(pairs) + len(heads)))
        gains: Doubles = across - np.maximum(line, sentence)[number]
        return gains

    def going_on(self, a: NDArray[np.int64], b: NDArray[np.int64]) -> Doubles:
        """Log-odds by the networks alone that each block of `a` goes on in the same one of `b`, but for what all pairs have in common."""
        ends, starts = self._vectors
        return np.clip(Continuations.compared(ends[a], starts[b]), -GOES_ON, GOES_ON)

    def _words_across(self, a: NDArray[np.int64], b: NDArray[np.int64]) -> tuple[Doubles, Doubles]:
        """log10 of the frequency of the commonest word that stands across each seam, and how much a word across gains over a border of
        words there; see `Lexicon.told_across`."""
        (lefts, left), (rights, right) = numbered(a), numbered(b)
        tails, heads = [self.ends[i].text[-CUT_LENGTH:] for i in lefts.tolist()], [self.ends[i].text[:CUT_LENGTH] for i in rights.tolist()]
        counts, saved = self.evidence.lexicon.told_across(tails, heads, left, right)
        return np.array([math.log10(count + 1) if count else 0.0 for count in counts.tolist()]), np.minimum(saved, WORD_GAIN)

    def _printed_across(self, a: NDArray[np.int64], b: NDArray[np.int64]) -> Doubles:
        """log of how often the page prints the two or three characters that meet at each seam."""
        tails, heads = self._edges
        met = np.hstack((tails[a], heads[b]))
        most = np.max([self._grams.counts_of(met[:, chosen]) for chosen in (slice(1, 4), slice(3), slice(4))], axis=0)
        kinds, number = numbered(most)
        worth: Doubles = np.array([min(math.log1p(count), 3.0) for count in kinds.tolist()])[number]
        return worth

    @cached_property
    def _edges(self) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
        """The code points of the last and of the first two characters of every block."""
        edges = [(ends.text[-2:], ends.text[:2]) for ends in self.ends]
        tails = [[NOTHING] * (2 - len(tail)) + [ord(char) for char in tail] for tail, _ in edges]
        heads = [[ord(char) for char in head] + [NOTHING] * (2 - len(head)) for _, head in edges]
        return np.array(tails, dtype=np.uint32).reshape(-1, 2), np.array(heads, dtype=np.uint32).reshape(-1, 2)

    def _affinities(self, a: NDArray[np.int64], b: NDArray[np.int64]) -> Doubles:
        """How much a block and the one before it share with another and the one behind it."""
        last = len(self.ends) - 1
        return np.minimum(self.stories.affinities(a, lambda i: [i, i - 1] if i else [i], b, lambda i: [i, i + 1] if i < last else [i]), STORY_CAP)

    def links(self, pairs: Sequence[tuple[int, int]]) -> list[float]:
        """Natural log-odds that the sentence of a runs on into b, for every pair (a, b)."""
        if not pairs:
            return []
        columns = self._link_columns(pairs)
        odds = calibration()[1].log_odds_many(columns)
        a, b = np.array(pairs).T
        left, right = self._lefts, self._rights
        certain = (left["titled"][a] * right["speaker"][b] + left["institution"][a] * right["officer"][b]) * (1 - columns["unclosed"]) > 0
        between = {i: self._behind(self.ends[i].text[-2:]).between for i in numbered(a[left["misses"][a] > 0])[0].tolist()}
        for k in np.flatnonzero(left["misses"][a] * ~certain).tolist():
            certain[k] = self.ends[pairs[k][1]].text[:1] in between[pairs[k][0]] and bool(self.missing(*pairs[k]))
        found: list[float] = np.where(certain, np.maximum(odds, 0.0) + CERTAIN, odds).tolist()
        return found

    def _may_miss(self, ends: Ends) -> bool:
        """Whether anything may be missing behind a block: it has a sentence or a clause, no mere heading or entry of a list, and its last two hanzi stand on
        the page twice more, and not all over it."""
        return (not ends.ended and SENTENCE.search(ends.text) is not None and HAN_RANGE.issuperset(ends.text[-2:])
                and 2 < len(self._bigrams.get(ends.text[-2:], ())) <= COMMON)

    def missing(self, a: int, b: int) -> str:
        """The one character that the page prints between these two ends elsewhere, twice or more, and no other; none where a block begins with it."""
        left, right = self.ends[a].text, self.ends[b].text
        if not self._may_miss(self.ends[a]) or right[:1] not in HAN_RANGE:
            return ""
        if right[:2] in self._behind(left[-2:]).next:
            return ""  # the page prints the two ends as one
        for n, m in ((4, 1), (3, 1), (2, 2)):
            tail, head = left[-n:], right[:m]
            if m == 1 and self.evidence.lexicon.frequency(right[:2]) >= USUAL_WORD:
                continue  # 重建 + 作为: the word that starts here needs nothing before it
            behind = self._behind(tail)
            if head in behind.next or not HAN_RANGE.issuperset(tail + head):
                continue
            found = behind.between.get(head, "")
            if len(found) >= 2 and len(set(found)) == 1:
                return "" if found[0] + right[:1] in self._openings else found[0]
        return ""

    def _behind(self, tail: str) -> Behind:
        """What the page prints behind the end of a block."""
        known = self._asked.get(tail)
        if known is None:
            places = (at + 2 for at in self._bigrams[tail[-2:]] if self.page.endswith(tail, 0, at + 2))
            known = self._asked[tail] = Behind.of([self.page[at:at + 3] for at in places])
        return known


def _columns(names: Sequence[str], rows: Sequence[Sequence[float]]) -> dict[str, Doubles]:
    """Rows of features as one array a feature."""
    return dict(zip(names, np.array(rows, dtype=np.float64).reshape(-1, len(names)).T, strict=True))


def is_stub(text: str) -> bool:
    """Whether a text opens with one character and a comma, the end of a word that is cut off (…要素，先后)."""
    return len(text) > 1 and text[1] in "，、；：,;:" and text[0] in HAN_RANGE and text[0] not in STARTERS | INTERJECTIONS | set("据而但今如即故不是")


def closes_early(text: str) -> bool:
    """Whether a closing mark without its opening one stands in the first sentence."""
    return bool(unclosed(re.split("[。！？]", text, maxsplit=1)[0])[1])


@lru_cache(maxsize=BLOCKS)
def _start_features(text: str, lexicon: Lexicon) -> Mapping[str, float]:
    """Of the features of a block's start those that its text tells; kept as the answers of `kept` are."""
    word = max((n for n in (2, 3, 4) if text[:n] in lexicon), default=1)
    missing = bool(unclosed(text)[1])
    return {
        "word": float(word > 1),
        "tail": float(word == 1 and text[:1] in HAN_RANGE and text[:1] not in STARTERS and any(text[1:1 + n] in lexicon for n in (2, 3))),
        "stub": float(is_stub(text)), "missing": float(missing), "early": float(missing and closes_early(text)),
        "mark": float(text[:1] in CANNOT_START), "quote": float(text[:1] in "“‘《「『"), "bracket": float(text[:1] in "（("),
        "orphan": float(len(text) <= ORPHAN and ends_sentence(text)),
    }


@kept
def _clauses(text: str) -> tuple[int, int]:
    """Code points before the first mark of a text, and behind the last one."""
    first = CLAUSE_END.search(text)
    last = CLAUSE_END.search(text[::-1])
    return first.start() if first else len(text), last.start() if last else len(text)


@listed
def _starts(text: str) -> Iterator[str]:
    return (match.group() for match in START.finditer(text))


def clip(value: float, low: float, high: float) -> float:
    """The value, or the bound that it passes."""
    return max(low, min(high, value))
