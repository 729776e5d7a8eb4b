"""Data files that travel with the package; see MODEL_CARD.md."""

from pathlib import Path


def data_file(name: str) -> Path:
    """Where a data file lies. Models are mapped, so they must be files; `importlib.resources` would take as long to load as one."""
    return Path(__file__).with_name(name)
