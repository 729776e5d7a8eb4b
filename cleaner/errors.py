"""Every error that a user can cause; each one carries a single clear line and never a traceback."""

from __future__ import annotations


class CleanerError(Exception):
    """Base of all errors of this package; `str(error)` is the line to show."""


class SourceError(CleanerError):
    """The input cannot be read as text: undecodable bytes, or nothing in it."""


class LogError(CleanerError):
    """A change log is malformed, or does not belong to the text it is used with."""


class ChangeError(CleanerError):
    """A set of changes contradicts itself: two of them overlap, or moves form a circle."""


class SettingsError(CleanerError):
    """A setting is unknown or has an impossible value; names the file and the key."""


class LawError(CleanerError):
    """One of the four laws does not hold for a page; the page must not be written."""
