"""Which copies go unasked: what a writer, or an editor who quotes, may have said twice is only suggested."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from rapidfuzz.distance import Indel, Levenshtein

from cleaner.structure.copies.near import Copy, Shared, least_alike, usually_alike
from cleaner.structure.copies.passages import shadow
from cleaner.structure.copies.series import leads_again
from cleaner.structure.labels.roles import Labelled
from cleaner.structure.labels.shapes import DECK, looks_like_heading
from cleaner.structure.seams import SOFT_END, ends_sentence

SURE_LENGTH = 20
"""Code points from which a passage printed twice is a copy wherever it stands; a shorter one only next to its twin."""
PASSAGE = 40
"""Code points from which a whole sentence inside a longer block is a copy; a shorter one the writer may repeat."""
QUOTE = 60
"""Code points above which what is printed twice is no pull quote, if it is the end of its host; twice that in its middle, and for a
whole paragraph that has a title of its own, and an empty place before it or the words of the title in it."""
BREAKS = frozenset("，。；：！？”“")
"""What stands before a clause."""
CALLS = ("！", "!")
"""How a call ends, which people shout again and again."""
BRACKETS = ("）", ")")
"""What closes a remark, at the end of a sentence or within it."""
LATIN = re.compile("[A-Za-z]{3,}")
"""A word that is counted as two characters."""
MARK = re.compile("[，。；！？,;!?]")
"""What a sentence has and a headline lacks."""
ALIKE = 0.95
"""How alike a shorter one must be to what it was torn from: a writer says a thing again in other words. Where the sure copies of the
page are less alike, since it is read badly, as alike as those are."""
CROPS = 3
"""Whole copies, none of them short or a heading, from which the crops of a page overlap, so that a headline which stands twice was printed once."""
WORDS = 4
"""Code points by which a place in a host may end too early where the host has more words than its headline."""
TELLING = 100
"""Code points of sure copies from which they say how well the page was read."""


def telling_length(text: str) -> int:
    """Code points of a text without marks of headings, a Latin word counted as two: it says no more than a word of two hanzi."""
    return len(LATIN.sub("··", text.lstrip("# ")))


def is_certain(copy: Copy, text: str) -> bool:
    """Whether a copy with this text goes unasked: a whole block, a sentence cut by a crop, or a long passage that is no pull
    quote; none that may be a parallel line, that is less alike than the readings of its page are, or whose page is full of repetitions."""
    if copy.formula or copy.parallel:
        return False
    if len(text) < PASSAGE:
        at_crop = not copy.whole and copy.copy + 1 == copy.host and not ends_sentence(text)
        return at_crop or (not copy.reworded and (copy.whole or copy.torn or (not ends_sentence(text) and not copy.quotable)))
    return not copy.reworded and (copy.whole or copy.torn or not copy.quotable)


def with_doubts(texts: Sequence[str], roles: Sequence[Labelled], shared: Shared, drops: Mapping[int, Copy]) -> dict[int, Copy]:
    """The copies that go, with whatever speaks for their being meant."""
    parts = [c for c in drops.values() if not c.whole]
    crops = sum(c.whole and not looks_like_heading(texts[i]) for i, c in drops.items()) >= CROPS
    told, starts, ends = {}, Counter((c.host, c.start) for c in parts), Counter((c.host, c.end) for c in parts)
    times = Counter(shared.shadows)
    for i, copy in drops.items():
        brief = len(shared.shadows[i]) <= (1 if copy.end == len(shared.shadows[copy.host]) else 2) * QUOTE
        lead = copy.start <= 1 and i < copy.host
        goes_on = starts[copy.host, copy.end] or ends[copy.host, copy.start]  # in another copy, where a quote has an end
        alone = not copy.whole and copy.slices == 1 and not copy.hosts and not goes_on
        told[i] = replace(
            copy, formula=copy.formula or (shared.formulaic and not _opens_in_mid_clause(texts, copy)),
            quotable=times[shared.shadows[i]] == 1 and ((alone and (brief or lead) and (said_whole(texts, copy) or _is_deck(texts, roles, copy))) or (brief and _said_across(texts, shared, copy))),
            parallel=copy.parallel or (leads_again(texts, roles, copy) and not _goes_on_alike(drops, copy)) or (not crops and _heads_again(texts, roles, copy)) or _is_deck_of_its_own(texts, copy)
            or _ends_otherwise(shared.shadows, copy) or _lacks_words(shared.shadows, copy) or any((min(i, h), max(i, h)) in shared.parallel for h in copy.hosts),
            reworded=len(texts[i]) < PASSAGE and copy.similarity < ALIKE)
    sure = [(c.similarity * len(shared.shadows[i]), len(shared.shadows[i])) for i, c in told.items() if is_certain(c, texts[i])]
    usual = usually_alike(sure)
    badly_read = sum(size for _, size in sure) >= TELLING and usual < ALIKE
    return {i: replace(c, reworded=c.similarity < (ALIKE if len(texts[i]) < PASSAGE and not badly_read else least_alike(usual, len(shared.shadows[i]))))
            for i, c in told.items()}


def _opens_in_mid_clause(texts: Sequence[str], copy: Copy) -> bool:
    """Whether a part stops in mid-clause of the very next block, whose start it is: no author's formula does."""
    return copy.copy + 1 == copy.host and copy.start == 0 and copy.torn and copy.similarity == 1 and not ends_sentence(texts[copy.copy])


def _goes_on_alike(drops: Mapping[int, Copy], copy: Copy) -> bool:
    """Whether what stands behind a copy is a copy of what stands behind its twin."""
    below = drops.get(copy.copy + 1)
    return below is not None and below.whole and below.host == copy.host + 1


def said_whole(texts: Sequence[str], copy: Copy) -> bool:
    """Whether the copy is made of whole sentences of its host, as an editor cuts a pull quote."""
    host = shadow(texts[copy.host])
    start_ok = copy.whole or copy.start == 0 or bool({host[copy.start - 1], host[copy.start + copy.unlike - 1]} & BREAKS)
    bracketed = texts[copy.copy].endswith(BRACKETS) and host[copy.end:copy.end + 1].isalnum()  # …（简称协会）|负责: no sentence ends there
    return ends_sentence(texts[copy.copy]) and not bracketed and texts[copy.copy][-1] not in SOFT_END and start_ok and texts[copy.copy] != texts[copy.host]


def _said_across(texts: Sequence[str], shared: Shared, copy: Copy) -> bool:
    """Whether what several blocks say together is whole sentences out of them, as a pull quote is whose paragraph a column cut: a crop has no such edges."""
    begins = (p for host in copy.hosts for one in shared.passages.get((min(copy.copy, host), max(copy.copy, host)), ())
              for p in (one, one.turned()) if p.a == copy.copy and p.a0 == 0)
    return ends_sentence(texts[copy.copy]) and any(p.b0 > 0 and shared.shadows[p.b][p.b0 - 1] in BREAKS for p in begins)


def _heads_again(texts: Sequence[str], roles: Sequence[Labelled], copy: Copy) -> bool:
    """Whether a line stands over text of its own and is one of several items that a headline names: the report has them as subheads."""
    items = texts[copy.host].lstrip("# ").split()
    over = copy.copy + 1 < len(texts) and ends_sentence(texts[copy.copy + 1]) and looks_like_heading(texts[copy.copy])
    return over and len(items) > 1 and roles[copy.host].role in {"headline", "kicker"} and any(
        Indel.normalized_similarity(item, texts[copy.copy].lstrip("# ")) >= ALIKE for item in items)


def _is_deck(texts: Sequence[str], roles: Sequence[Labelled], copy: Copy) -> bool:
    """Whether the copy stands right under a headline, or a line that may be a long one, and is a whole sentence of the report without its full stop."""
    above, host = copy.copy - 1, shadow(texts[copy.host])
    under = above >= 0 and (roles[above].role in {"headline", "kicker"} or (len(texts[above]) <= QUOTE and not MARK.search(texts[above])))
    begins = copy.start == 0 or host[copy.start - 1] in BREAKS
    return under and begins and texts[copy.copy][-1].isalnum() and host[copy.end:copy.end + 1] in {"。", "！", "？"}


def _is_deck_of_its_own(texts: Sequence[str], copy: Copy) -> bool:
    """Whether a line opens with a dash that what it was read in has not there: a deck says what the report says. One whose dash stands behind the headline in the
    host, too, was read twice."""
    return not copy.whole and bool(DECK.match(texts[copy.copy])) and not DECK.match(shadow(texts[copy.host])[copy.start:])


def _ends_otherwise(shadows: Sequence[str], copy: Copy) -> bool:
    """Whether a part without a full stop ends with other characters than its host has there: …全体会议公报 over …全体会议，于…举行 is a headline."""
    text, host = shadows[copy.copy], shadows[copy.host]
    return (_is_short_part(text, copy)
            and text[-1] not in host[copy.end - 2:copy.end + 1] and text[-2] not in host[copy.end - 3:copy.end])


def _lacks_words(shadows: Sequence[str], copy: Copy) -> bool:
    """Whether a short part without a full stop differs from its host by words that this has more: 渡口重新开放 over 渡口昨天重新开放，… is a headline."""
    text, host = shadows[copy.copy], shadows[copy.host][copy.start:copy.end + WORDS]
    if not _is_short_part(text, copy):
        return False
    codes = [code for code in Levenshtein.opcodes(text, host) if code.tag != "equal" and code.src_start < len(text)]
    return all(code.tag == "insert" for code in codes) and any(code.dest_end - code.dest_start > 1 for code in codes)


def _is_short_part(text: str, copy: Copy) -> bool:
    """Whether a shadow is a short part of one host, in one piece and without a full stop."""
    return not copy.whole and copy.slices == 1 and not copy.hosts and len(text) < PASSAGE and not ends_sentence(text)
