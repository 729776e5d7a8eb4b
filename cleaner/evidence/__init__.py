"""What the rules may ask about a page. Evidence answers with numbers; it never decides."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files

from cleaner.evidence.archive import Archive, archive_at
from cleaner.evidence.lexicon import Lexicon
from cleaner.evidence.ngram import Mixture, NgramModel, PageCache
from cleaner.page import Page
from cleaner.settings import Settings

CACHE_WEIGHT = 0.3
"""Share of the page's own model in the mixture; see `benchmarks/language_model.py`."""


ARCHIVE_WEIGHT = 0.2
"""Share of the archive's model in its mixture with the shipped one; see `benchmarks/language_model.py`."""


@lru_cache(maxsize=1)
def shipped_model() -> NgramModel:
    """The character model of the package, loaded once a process."""
    return NgramModel.load(str(files("cleaner.data").joinpath("char.model")))


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

    @property
    def archive(self) -> Archive | None:
        """What the archive prints; None when the settings name no archive cache."""
        return archive_at(self.settings.archive_cache)

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
        """Words and their frequencies."""
        return shipped_lexicon()

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
