"""Pull quotes that a layout detector put together with the paragraph that they interrupt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cleaner.changes import SCAFFOLD, Change, Tier
from cleaner.evidence import Evidence
from cleaner.evidence.script import is_traditional
from cleaner.normalizers.base import Rule, Stage
from cleaner.normalizers.lines import cut
from cleaner.normalizers.subheads import BEGUN, RUNS_ON, parted
from cleaner.page import Page
from cleaner.structure.copies.boxed import Boxed, boxed, torn_before
from cleaner.structure.labels.model import near_links
from cleaner.structure.seams import Seams

AHEAD, BEHIND = 40, 12
"""Blocks behind a quote, and before it, that are asked whether the torn sentence runs on there."""
GOES_ON = 0.0
"""Log-odds from which it does."""
SURE, DOUBTFUL = 0.99, 0.5
"""Confidence in a quote behind a torn paragraph and in one behind a finished one, of equal sentences: reports repeat the last sentence of their lead."""


class GluedQuote(Rule):
    """A pull quote read as the last words of the paragraph beside which it stands: another paragraph of the page prints
    the same sentence. Where the paragraph stops in mid-sentence before it, does not run on into it, and goes on in another
    block, the quote becomes `> …` by itself. Behind a finished sentence it could be a sentence that the writer repeats:
    then this is only suggested."""

    code, name, tier, stage = "SPLIT007", "pull quote behind a paragraph", "safe", Stage.LINES
    mends = ((
        "停了三年的渡口昨天迎来第一班渡船，两岸居民都来看。县里今年还要在渡口两岸各修一条石渡船上的座位都是本地木匠用杉木打的。\n\n"
        "阶，明年春天完工，到时候老人和孩子上下船就方便多了。\n\n"
        "船工老李说，票价还是老样子。渡船上的座位都是本地木匠用杉木打的。坐船的人都说舒服。",
        "停了三年的渡口昨天迎来第一班渡船，两岸居民都来看。县里今年还要在渡口两岸各修一条石\n\n> 渡船上的座位都是本地木匠用杉木打的。\n\n"
        "阶，明年春天完工，到时候老人和孩子上下船就方便多了。\n\n"
        "船工老李说，票价还是老样子。渡船上的座位都是本地木匠用杉木打的。坐船的人都说舒服。"),)
    keeps = (
        "船工老李说，票价还是老样子。渡船上的座位都是本地木匠用杉木打的。坐船的人都说舒服。\n\n"
        "停了三年的渡口昨天迎来第一班渡船。记者看到，渡船上的座位都是本地木匠用杉木打的。",
        "船工老李说，票价还是老样子。渡船上的座位都是本地木匠用杉木打的。坐船的人都说舒服。\n\n"
        "停了三年的渡口昨天迎来第一班渡船。渡船上的座位都是本地木匠用杉木打的。",
    )

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        texts = [block.text for block in page.blocks]
        found = {quote.block: quote for quote in boxed(texts)}
        torn = _goes_on(page, {i: q for i, q in found.items() if torn_before(q, texts)}, evidence)
        for index, quote in found.items():
            sure = torn.get(index)
            if sure is False:
                continue
            tier: Tier = self.tier if sure and not is_traditional(page) else "suggested"
            block, confidence = page.blocks[index], round(quote.similarity * (SURE if sure else DOUBTFUL), 4)
            end = len(block.text[:quote.start].rstrip())
            start = block.origins[quote.start]
            reason = "another paragraph prints this sentence: it is a pull quote"
            yield from cut(self, page, block, end, quote.start, reason, confidence, tier)
            if 0 <= start < block.end:
                yield Change(rule=self.code, kind="mark", tier=tier, role="quote", start=start, end=block.end,
                             after="".join(SCAFFOLD["quote"]), confidence=confidence, reason=reason,
                             evidence={"line": block.text[quote.start:][:40], "also": texts[quote.host][:40]})


def _goes_on(page: Page, quotes: Mapping[int, Boxed], evidence: Evidence) -> dict[int, bool]:
    """Of the paragraphs that stop in mid-sentence before a quote, which go on in another block rather than in the quote."""
    if not quotes:
        return {}
    texts, at = parted(page, {index: quote.start for index, quote in quotes.items()})
    odds = _odds(texts, sorted(at.values()), Seams(texts, evidence))
    return {index: odds[at[index]][0] < RUNS_ON and odds[at[index]][1] > GOES_ON for index in quotes}


def _odds(texts: Sequence[str], asked: Sequence[int], seams: Seams) -> dict[int, tuple[float, float]]:
    """For each quote: log-odds that the paragraph before it runs on into it, and of the best other torn start."""
    places = {i: [k for k in range(max(0, i - BEHIND), min(len(texts), i + AHEAD))
                  if k == i or (k != i - 1 and seams.headless(k) > BEGUN)] for i in asked}
    odds = near_links(seams, [(i - 1, k) for i in asked for k in places[i]])
    return {i: (odds[i - 1, i], max((odds[i - 1, k] for k in places[i] if k != i), default=-9.0)) for i in asked}
