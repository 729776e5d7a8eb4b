"""Data files that travel with the package; see MODEL_CARD.md."""
