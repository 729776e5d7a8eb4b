"""What is asked of a whole page is answered once, in whatever round or stage, as long as its blocks stay as they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from cleaner.evidence import Evidence
from cleaner.evidence.script import is_traditional, to_simplified
from cleaner.page import Page
from cleaner.settings import Settings
from cleaner.source import Source
from cleaner.structure.seams import Seams


@dataclass(frozen=True)
class Asked:
    """All that an answer about the blocks of a page depends on."""

    texts: tuple[str, ...]
    settings: Settings
    inputs: str
    evidence: Evidence = field(compare=False)

    @classmethod
    def of(cls, evidence: Evidence) -> Asked:
        """The page of this evidence."""
        return cls(evidence.texts, evidence.settings, evidence.inputs.digest, evidence)


def seams_of(evidence: Evidence) -> Seams:
    """The seams of a page; in simplified script, as the models know it, both the page and its own usage."""
    return _seams(Asked.of(evidence))


@lru_cache(maxsize=1)
def _seams(asked: Asked) -> Seams:
    evidence = asked.evidence
    if not is_traditional(evidence.page):
        return Seams(asked.texts, evidence)
    plain = ["".join(map(to_simplified, text)) for text in asked.texts]
    return Seams(plain, Evidence(Page(Source.from_text("\n\n".join(plain))), evidence.settings))
