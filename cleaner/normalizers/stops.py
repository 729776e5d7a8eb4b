"""Full stops that are lost at the ends of paragraphs."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, NamedTuple

from cleaner.changes import Change, Tier
from cleaner.data import data_file
from cleaner.evidence import Evidence, shipped_model
from cleaner.evidence.charset import HAN, is_enclosed
from cleaner.evidence.lexicon import Lexicon
from cleaner.evidence.script import is_traditional
from cleaner.normalizers.base import Rule, Stage
from cleaner.page import Page
from cleaner.structure.labels.shapes import MANY, PAPER, PEOPLE
from cleaner.structure.logistic import Logistic, probability
from cleaner.structure.names import NAME, is_rare_name
from cleaner.structure.order.reading import Reading, read
from cleaner.structure.seams import ends_sentence

LEAST_OPEN = 6
"""Paragraphs without an end from which on a page is looked at; from fewer the figures below could not offer anything."""
LEAST_LENGTH = 20
"""Code points from which on a block with a mark in it is a paragraph for sure, and no heading."""
LONGEST = 150
"""Code points from which on a paragraph's length says nothing more."""
SHORT_TAIL = 16
"""Code points of a last sentence that may be the heading of what follows, read into this block."""
CONTEXT = 4
"""Characters before the place that the language model reads along."""
LEAST = -3.0
"""log10 p below which a mark is no less likely still."""
TAIL = 60
"""Code points at the end of a block in which a credit or a closing mark and its partner are sought."""
STYLED = 1
"""Paragraphs that end with a stop, from which on the page's way of printing is known to have them."""
CUT, CUTS = -1.9, 2
"""log10 p of a stop at an end that a column cuts, on the average of rig pages that lost none; every page starts with so many of them."""
PLAINLY_LOST = 0.9
"""Probability of a lost beginning from which it counts among those of the page."""
NONE_LOST, MOSTLY_ENDED = -1.95, 0.5
"""Mean log10 p of a stop at the open ends of a page, up to which they lie where columns cut, and the share of its paragraphs that end with a stop,
up to which that says something of the page: its rows were read across all columns. Of 51 recognised pages with so few ends that lost no stop 49 have at most
so much, of 47 that lost stops none."""
ENDED, ENDED_BARE = 0.85, 0.75
"""Share of the paragraphs that end with a stop, from which on the others are no lost ones: headings read into their block, items of a list, cuts. On
recognised pages that nothing was fitted to, of 13 stops offered beyond the first (none behind closing marks) one was right; beyond the second, behind a last
sentence without any mark in it, as a heading is, two of 19."""
LONG_CLAUSE = 24
"""Code points without a mark before the place, from which on marks are lost that should stand among them, perhaps the end of the sentence, and what follows
is a heading: on recognised pages eleven of fifteen different stops that would be made unasked there were right, of 151 others (with repetitions) all."""
_MARK = re.compile("[，。、；：]")
_ANY_MARK = re.compile("[，。、；：！？,;:?!()（）]")
_WORDS = re.compile(rf"[{HAN}0-9A-Za-z%％℃）)》]{{3}}\Z")
"""What a sentence ends with; behind signs that mean nothing (总结#4=), or one word behind a mark, nobody knows what stood there."""
_SENTENCE = re.compile("[。！？]")
_CLOSED = re.compile(r"[^。！？；：，、“《（(]{4}[^。！？；：，]*(?:“[^“”。！？；]{2,30}”|《[^《》。！？；]{2,30}》|[（(](?![^）)]*[日电摄][）)])[^（）()。！？；]{2,30}[）)])\Z")
"""A clause that ends with a term in quotation marks, a title, or a note in brackets: a full stop stands behind it, whatever the house style.
What is said in quotation marks, behind a colon, has its stop inside, behind a
date in brackets (今天（4月8日）) the sentence goes on, and a dateline or a credit in brackets has its stop before it, if any."""
_SPEECH = re.compile(r"(?:^|[：:。！？])“[^”]*\Z")
"""What somebody says, not closed: it may have ended in any mark, and lost more than that."""
_CREDIT = re.compile(rf"(?:(?:图片|照片)来源[:：][{HAN}]{{2,16}}|(?:[◎●■□☐▶]?\s*{PAPER}?{PEOPLE}\s*{MANY}\s*){{1,2}}(?:摄影报道|摄影|摄)?|{NAME}\s*摄)\Z")
"""Who took the picture or wrote the report: a caption has its stop before that."""
_ANNOUNCED = re.compile("如下(?:所示)?\\Z")
"""What announces what stands below: a colon was printed behind it, if anything."""
_SIGNED = re.compile("(?:记者|通讯员|(?:来源|编辑|责编|摄影)[:： ])[^，。]{0,14}$|(?:摄|供图)$")
"""Credits of other shapes: where they begin, nobody knows."""
_FOLD = str.maketrans("(),;:", "（），；：")
_STOPLESS = (
    "今年以来，渡口所在的三个村一起筹钱修建新码头。两岸群众过河难的问题年年有人提，这一次终于加以解决",
    "新船投入使用以后，每天往返二十多次。船上备有救生衣、热水和常用的药品，为沿河的老人和孩子过河看病上学提供便利，在三个村的生产和生活当中发挥了积极作用",
    "船工们每月参加一次救生培训，遇到大风大雾天气及时停航。几年下来，各项安全制度在渡口落到实处",
    "码头旁边建起了候船室。冬天有热水，夏天有风扇，村里还请乘客给船工打分，以此提高服务水平",
    "对岸的集市因此热闹起来，鱼虾和蔬菜的销路更广。一条船在两岸农民的生意当中发挥了重要作用",
    "县里的交通部门也派人来看过。他们说，三个村共同出钱、共同管理一个码头的做法值得推广，为全县其他渡口的改造奠定了坚实基础",
    "去年冬天河水结冰，渡船停了十多天。村里派车接送学生，老师们早早打扫教室、生好炉子，为孩子们安心上课创造了良好条件",
    "下一步，三个村还将修一条通到码头的水泥路。修路的钱从哪里来、怎么花、还剩下多少，每个月都在码头和村口张榜公布，自觉接受社会监督",
    "渡口的老船工把几十年的经验写成了小册子。年轻人照着学，遇到急流和暗礁心里有底，渡运安全取得新进展",
    "外出打工的年轻人听说以后，也寄钱回来修路修桥。大家都说，渡口变了样，集市也跟着热闹了，两岸往来的条件得到明显改善，发挥了积极作用",
    "从今年秋天开始，渡口还要开一班夜船。为了这班船，三个村添置了灯具和救生艇，又请来县医院的医生给船工讲课，扎实做好各项准备工作",
)


@dataclass(frozen=True)
class OpenEnd:
    """A place where a paragraph ends without a mark, and what the judge is told of it."""

    block: int
    at: int
    """Offset in the block behind which the stop would stand: its end, or where a credit or a name that signs it begins."""
    features: dict[str, float]
    styled: bool
    """Whether the page ends other paragraphs with a stop: where none has one, it may be the paper's way to print none."""
    plain: bool = True
    """Whether the last clause is of a common length."""


class Judge(NamedTuple):
    """The fitted model of `data/marks.json`, and the probabilities from which on a stop is made and offered."""

    model: Logistic
    safe: float
    suggested: float


@lru_cache(maxsize=1)
def judge() -> Judge:
    """The judge of the package, read once a process."""
    data = json.loads(data_file("marks.json").read_text(encoding="utf-8"))["lost_stop"]
    return Judge(Logistic(data["bias"], data["weights"]), data["safe"], data["suggested"])


def open_ends(page: Page, evidence: Evidence) -> list[OpenEnd]:
    """The paragraphs of a page that stop without a mark, and into which nothing else of the page runs on.

    A paragraph that a column cuts in two leaves two traces, an end without a stop and a start in mid-sentence; one that
    lost its stop leaves the first alone. So a page with many open ends, at which a sentence may well end, and hardly a start that is plainly lost
    has lost its stops.
    """
    texts = page.texts
    written = [change.evidence["stop"] for change in page.changes if change.rule == "STOP004" and change.active]
    places = [place for i, text in enumerate(texts) if (place := _place(i, text, evidence.lexicon))]
    if is_traditional(page) or (len(places) + len(written) < LEAST_OPEN and all(place.kind != "closed" for place in places)):
        return []
    reading = read(evidence)
    alone = {i for i in reading.open_ends if reading.roles[i].role == "paragraph" and len(texts[i]) >= LEAST_LENGTH}
    found = [place for place in places if _stands(place, alone, reading)]
    contexts = [texts[place.block][max(0, place.at - CONTEXT):place.at] for place in found]
    scores = shipped_model().score_many([(context, mark) for context in contexts for mark in "。，"]).clip(LEAST).reshape(-1, 2)
    ends = shipped_model().score_many([(texts[i][-CONTEXT:], "。") for i in sorted(alone)]).clip(LEAST)
    own = dict(zip(sorted(alone), ends.tolist(), strict=True))
    total = math.fsum([*own.values(), *written])  # an end whose stop was written before is one of those that lost it
    starts = math.log((sum(sure >= PLAINLY_LOST for sure in reading.lost.values()) + 0.5) / (len(alone) + len(written) + 1))
    styled = sum(len(text) >= LEAST_LENGTH and text.endswith("。") for text in texts) - len(written) >= STYLED
    share, found_ends = _ended(texts, reading, len(written), len(alone)), []
    for place, (stop, comma) in zip(found, scores.tolist(), strict=True):
        others = len(alone - {place.block}) + len(written)
        mean = (total - own.get(place.block, 0.0) + CUTS * CUT) / (others + CUTS)
        body = texts[place.block][:place.at]
        if not _ruled_out(place, body, share, mean):
            found_ends.append(OpenEnd(place.block, place.at, {
                "stop": stop, "clause": max(stop, comma), "starts": starts, "page": mean,
                **{kind: float(place.kind == kind) for kind in ("closed", "signed", "named")}, **_shape(body)}, styled, _plain(body)))
    return found_ends


def _ended(texts: Sequence[str], reading: Reading, written: int, alone: int) -> float:
    """Share of the paragraphs whose end is on the page that were read with a stop there; `written`: how many of them this rule has given one."""
    ended = sum(role.role == "paragraph" and len(text) >= LEAST_LENGTH and text.endswith("。")
                for text, role in zip(texts, reading.roles, strict=True)) - written
    return ended / max(ended + written + alone, 1)


class _Place(NamedTuple):
    """Where a block may have lost the stop at its end."""

    block: int
    at: int
    kind: str
    """`signed`: a credit stands behind it; `named`: a bare name; `closed`: a closing mark before it; `open`: words, and nothing behind them."""


def _place(i: int, text: str, lexicon: Lexicon) -> _Place | None:
    """The place in block `i`, if its words may end there and no mark says that they do."""
    if len(text) < LEAST_LENGTH or (ends_sentence(text) and text[-1] not in "”》）)摄"):
        return None
    credit = _CREDIT.search(text, max(0, len(text) - TAIL))
    named = is_rare_name(text[-3:], lexicon) and text[-4:-2] not in lexicon
    at, kind = ((credit.start(), "signed") if credit else (len(text) - 3, "named") if named
                else (len(text), "closed" if text[-1] in "”》）)" else "open"))
    body = text[:at]
    prose = len(body) >= LEAST_LENGTH and (kind == "signed" or _MARK.search(body)) and not _SPEECH.search(body)
    if not prose or (kind == "open" and (_SIGNED.search(text) or _ANNOUNCED.search(text))) or (kind == "signed" and is_enclosed(body, at)):  # 本报讯（记者…通讯员…
        return None
    closed = _CLOSED.search(body, max(0, at - TAIL))
    ended = closed or (kind != "closed" and _WORDS.search(body) and not ends_sentence(body))
    return _Place(i, at, kind) if ended else None


def _stands(place: _Place, alone: Collection[int], reading: Reading) -> bool:
    """Whether the text ends where the block does: it runs on into no other, or a credit or closing mark says so."""
    role = reading.roles[place.block].role
    if place.kind in {"open", "named"}:
        return place.block in alone
    return role == "paragraph" or (place.kind == "signed" and role == "caption")


def _ruled_out(place: _Place, body: str, share: float, mean: float) -> bool:
    """Whether the page has lost too few stops for this to be one, or none; `share`: of its paragraphs that end with a stop; `mean`: log10 p of a stop at
    its other open ends."""
    if mean <= NONE_LOST and share < MOSTLY_ENDED:
        return True
    return share > ENDED_BARE if _is_bare(body) else share > ENDED and place.kind == "open"


def _is_bare(text: str) -> bool:
    """Whether the last sentence stands behind another one and has no mark: it may be the heading of what follows, read into the block."""
    tail = _SENTENCE.split(text)[-1]
    return not text.endswith(("）", ")")) and len(tail) < len(text) and not _MARK.search(tail.translate(_FOLD))


def _plain(text: str) -> bool:
    return len(_ANY_MARK.split(text.rstrip("）)"))[-1]) < LONG_CLAUSE


def _shape(text: str) -> dict[str, float]:
    """What the paragraph itself says: how long it is, whether its last sentence may be a heading, or stands in marks that it opened itself."""
    tail = _SENTENCE.split(text)[-1].translate(_FOLD)
    heading = len(tail) < min(SHORT_TAIL, len(text)) and not _MARK.search(tail)
    return {"length": math.log(min(len(text), LONGEST)), "heading": float(heading), "quoted": float(is_enclosed(tail, len(tail)))}


def offered(ends: Sequence[OpenEnd]) -> list[tuple[OpenEnd, float]]:
    """The ends at which a stop is offered, with its probability."""
    model, _, least = judge()
    rated = [(end, probability(model.log_odds(end.features))) for end in ends]
    return [(end, p) for end, p in rated if p >= least]


def tier(end: OpenEnd, p: float) -> Tier:
    """The tier of a stop that is likely enough to be offered."""
    return "safe" if end.styled and end.plain and p >= judge().safe else "suggested"


class LostStop(Rule):
    """Full stops lost at the ends of paragraphs: the small circle in the corner is the first thing a poor scan loses.

    Offered on pages where many paragraphs stop without any mark, while hardly one begins in mid-sentence: a column that cuts a
    paragraph leaves both. The sentence must be one that can end there, and run on into no other block of the page. Made unasked where that is all but
    certain and the page ends other paragraphs with a stop. Headings, captions, lists and what stands in open quotation marks or brackets stay.
    """

    code: ClassVar[str] = "STOP004"
    name: ClassVar[str] = "lost full stops at the ends of paragraphs"
    tier: ClassVar[Tier] = "suggested"
    stage: ClassVar[Stage] = Stage.TEXT
    mends: ClassVar = [("\n\n".join(_STOPLESS), "。\n\n".join(_STOPLESS) + "。")]
    keeps: ClassVar = ["。\n\n".join(_STOPLESS), "渡口今天重开，坐船不用花钱，油钱和修船的钱都由村里出", "第一班船\n\n第二班船\n\n" * 4 + "末班船"]

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        """Weigh every open end of the page."""
        splits = {change.start for change in page.changes if change.kind == "split" and change.active}
        for end, p in offered(open_ends(page, evidence)):
            block = page.blocks[end.block]
            span = block.source_span(end.at - 1, end.at)
            parted = span is not None and span.end in splits  # nothing can be put in where a block is parted, so the last character is written with its stop
            yield from self.replacement(
                page, block, end.at - parted, end.at, block.text[end.at - parted:end.at] + "。",
                "Many paragraphs of this page stop without a mark, and this one runs on nowhere.", tier=tier(end, p),
                confidence=round(p, 4), evidence={name: round(value, 2) for name, value in end.features.items()})
