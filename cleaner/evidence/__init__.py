"""What the rules may ask about a page. Evidence answers with numbers; it never decides."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

from cleaner.data import data_file
from cleaner.evidence.archive import Archive
from cleaner.evidence.inputs import Inputs, inputs_of
from cleaner.evidence.lexicon import Lexicon
from cleaner.evidence.lookalikes import Lookalikes, shipped_lookalikes
from cleaner.evidence.ngram import Mixture, NgramModel, PageCache
from cleaner.evidence.wordforms import WordForms, shipped_forms
from cleaner.page import ADDED, Page
from cleaner.settings import Settings

CACHE_WEIGHT = 0.3
"""Share of the page's own model in the mixture; see `benchmarks/language_model.py`."""


ARCHIVE_WEIGHT = 0.2
"""Share of the archive's model in its mixture with the shipped one; see `benchmarks/language_model.py`."""


@lru_cache(maxsize=1)
def shipped_model() -> NgramModel:
    """The character model of the package, loaded once a process."""
    return NgramModel.load(data_file("char.model"))


@lru_cache(maxsize=1)
def shipped_lexicon() -> Lexicon:
    """The lexicon, loaded once a process."""
    return Lexicon()


@lru_cache(maxsize=2)
def _page_cache(texts: tuple[str, ...]) -> PageCache:
    """Kept for the last pages: most stages leave the blocks as they are."""
    return PageCache(texts, leave_one_out=True)


@dataclass(frozen=True, eq=False)
class Evidence:
    """What can be asked about one page, as it reads at one stage. Everything is built on first use."""

    page: Page
    settings: Settings

    @cached_property
    def model(self) -> Mixture:
        """The shipped model mixed with what the archive prints, if there is one, and with what this page prints elsewhere."""
        general = shipped_model() if self.archive is None else Mixture(shipped_model(), self.archive.model, ARCHIVE_WEIGHT)
        return Mixture(general, self.cache, CACHE_WEIGHT)

    @cached_property
    def inputs(self) -> Inputs:
        """The files that the settings name as evidence."""
        return inputs_of(self.settings)

    @property
    def archive(self) -> Archive | None:
        """What the archive prints; None when the settings name no archive cache."""
        return self.inputs.archive

    @property
    def texts(self) -> tuple[str, ...]:
        """The text of every block."""
        return self.page.texts

    @cached_property
    def cache(self) -> PageCache:
        """The page's own usage; what stands on the page once does not vouch for itself."""
        return _page_cache(self.texts)

    @property
    def lexicon(self) -> Lexicon:
        """Words and their frequencies, the user's own among them."""
        return self.inputs.words.lexicon if self.inputs.words else shipped_lexicon()

    @property
    def forms(self) -> WordForms:
        """The same words, for questions about what stands over a place."""
        return self.inputs.words.forms if self.inputs.words else shipped_forms()

    @property
    def lookalikes(self) -> Lookalikes:
        """P(read | printed) of look-alikes, with what reviewers confirmed."""
        return self.inputs.pairs.lookalikes if self.inputs.pairs else shipped_lookalikes()

    @cached_property
    def terms(self) -> frozenset[int]:
        """Source offsets of the characters that stand in a word of the user's lists: what a list calls a word is no error."""
        if self.inputs.words is None:
            return frozenset()
        return frozenset(block.origins[k] for block in self.page.blocks
                         for start, end in self.inputs.words.spans(block.text) for k in range(start, end)) - {ADDED}

    def on(self, code: str) -> bool:
        """Whether the settings run the rule with this code, or any rule of the family with this name."""
        return self.settings.selects(code) or any(
            word.startswith(code) and self.settings.selects(word) for word in self.settings.select)

    def prints(self, string: str) -> int:
        """How often the page has `string`, as it reads now."""
        return self.cache.count(string)

    def archive_prints(self, string: str) -> int:
        """How often the archive has `string`, see `Archive.count`; 0 without one."""
        return self.archive.count(string) if self.archive else 0
