"""Columns that were read across, taken apart from the text alone."""
