"""The running text of a page: its blocks in the order of the scan, without copies and without what floats in it."""

from __future__ import annotations

from collections.abc import Sequence, Set
from statistics import median

from cleaner.evidence.charset import HAN_RANGE
from cleaner.structure.copies.repeats import Repeats
from cleaner.structure.labels.model import heading_odds
from cleaner.structure.labels.roles import PICTURE, Labelled
from cleaner.structure.labels.shapes import ADDRESS, CONTACT, FIGURE, ITEM, LABEL, WHOLE, looks_like_heading
from cleaner.structure.order.items import item_of
from cleaner.structure.seams import EARLY, ORPHAN, STUB, Seams, closes_early, ends_sentence, is_stub

HEADLESS_PRIOR = -1.5
"""Log-odds that pages lose beginnings more rarely than the cut pages on which the seam model was fitted."""
LONG = 40
"""Code points of a page's median paragraph."""
HEADS = frozenset({"headline", "kicker", "byline"})
HEADINGS = frozenset({"headline", "kicker", "subhead"})
FLOATS = frozenset({"caption", "credit", "quote", "furniture"})


class Flow:
    """What is known of the blocks of one page before they are put in order; blocks are named by their index."""

    def __init__(self, texts: Sequence[str], roles: Sequence[Labelled], seams: Seams, repeats: Repeats,
                 laps: Set[tuple[int, int]] = frozenset(), torn: Set[int] = frozenset()) -> None:
        """`laps` are pairs of blocks of which crops show that one goes on in the other; `torn` are lines of paragraphs that look like headings."""
        self.texts, self.roles, self.seams, self.repeats, self.laps = texts, roles, seams, repeats, laps
        floats = {i for i, one in enumerate(roles) if one.role in FLOATS} | set(repeats.quotes)
        self.blocks = [i for i in range(len(texts)) if i not in repeats.drops and i not in floats]
        self.floats = [i for i in sorted(floats) if i not in repeats.drops]
        self.rank = {block: k for k, block in enumerate(self.blocks)}
        self.next = dict(zip(self.blocks, self.blocks[1:], strict=False))
        self.paragraphs = {i for i in self.blocks if roles[i].role == "paragraph"}
        self.open = {i for i in self.paragraphs if not ends_sentence(texts[i]) and not HAN_RANGE.isdisjoint(texts[i])
                     and not CONTACT.search(texts[i]) and not FIGURE.fullmatch(texts[i])}
        """Chinese paragraphs that stop in mid-sentence; where a line of another script ends is not known, and a telephone ends one, as
        does the figure behind its name."""
        self.short = len(self.paragraphs) < 4 or median(len(texts[i]) for i in self.paragraphs) < LONG
        """Whether the page's paragraphs are short: dialogue, verse, notes, or hardly any."""
        likely = [b for a, b in self.next.items() if b in self.open and a in self.paragraphs and b not in torn and looks_like_heading(texts[b])]
        odds = heading_odds(texts, likely, seams, {i for i in floats if roles[i].role in PICTURE})
        self.subheads = {i for i in self.blocks if i + 1 not in floats and (
            roles[i].role == "subhead" or odds.get(i, -1.0) > 0 or (roles[i].role == "kicker" and item_of(texts[i]) is not None))}
        """Headings inside a story, with those that nobody marked on a page whose headlines are marked, and numbered ones that stand
        over a headline: no kicker counts. A heading over a picture is none of them."""
        self.headless = {i: min(0.0, odds) if ADDRESS.match(texts[i]) or WHOLE.match(texts[i]) or self._is_form(i) else odds
                         for i in self.paragraphs for odds in (seams.headless(i) + HEADLESS_PRIOR,)}
        """Natural log-odds that a paragraph begins in mid-sentence."""

    def lost_start(self, i: int) -> float:
        """Natural log-odds that the beginning of paragraph i is lost.

        That a block is a few words and a full stop makes it the likely tail of what is open on the page, but where nothing is, it may as well be
        whole: 松开木楔。 So its first words have to say it (了三天。, 的问题。). The mark of
        an item (①, 1）) stands at a beginning, however a sentence goes on behind it; so do a note in brackets, who somebody is (女，32岁), and a question (什么是…？).
        """
        if WHOLE.match(self.texts[i]) or self._is_form(i):
            return self.headless[i]
        item = ITEM.match(self.texts[i])
        if item and not self.texts[i][item.end():item.end() + 1].isdigit():  # 3.5 is a figure
            return min(0.0, self.headless[i])
        if len(self.texts[i]) <= ORPHAN and ends_sentence(self.texts[i]):
            return self.headless[i] - Seams.orphan()
        return self.headless[i] + max(EARLY * closes_early(self.texts[i]), STUB * is_stub(self.texts[i]))

    def _is_form(self, i: int) -> bool:
        """Whether a block is one of two lines, one above the other, that open with a label (报：…, 发：…)."""
        beside = [self.texts[k] for k in (i, i - 1, i + 1) if 0 <= k < len(self.texts)]
        return bool(LABEL.match(beside[0])) and any(LABEL.match(text) for text in beside[1:])

    def around(self, i: int, step: int) -> list[int]:
        """Block i and up to two more of its story, before it (-1) or behind it (1) in the scan."""
        found, k = [i], self.rank[i] + step
        while len(found) < 3 and 0 <= k < len(self.blocks) and self.roles[self.blocks[k]].role != "byline":
            head = self.roles[self.blocks[k]].role in HEADS
            if not (head and step > 0):
                found.append(self.blocks[k])
            if head:
                break
            k += step
        return found
