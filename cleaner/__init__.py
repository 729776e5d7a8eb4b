"""cleaner repairs what scanning and recognition did to newspaper pages, and keeps a log that undoes it.

    >>> from cleaner import clean, undo
    >>> cleaned = clean("一段被栏切断的文\\n\\n字。")
    >>> undo(cleaned.text, cleaned.log).text
    '一段被栏切断的文\\n\\n字。'

All offsets are code points of `Source.text`.
"""

from __future__ import annotations

from cleaner.changes import Change, ChangeLog
from cleaner.errors import ChangeError, CleanerError, LawError, LogError, SettingsError, SourceError
from cleaner.layout import render, undo
from cleaner.page import Block, Page
from cleaner.pipeline import Cleaned, clean
from cleaner.settings import Settings
from cleaner.source import Source

__all__ = [
    "Block", "Change", "ChangeError", "ChangeLog", "Cleaned", "CleanerError", "LawError", "LogError", "Page",
    "Settings", "SettingsError", "Source", "SourceError", "clean", "render", "undo",
]
