"""What a page has twice: whole blocks, parts, overlaps of crops, loops; and which of two copies stays."""
