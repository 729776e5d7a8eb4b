"""Makes the corpus `reports.txt` of the shipped model: the State Council's reports to the National People's Congress.

    python benchmarks/official_reports.py government_work_reports.jsonl reports.txt

The input is the file of that name in https://github.com/aldohemsn/chinese-political-corpora (commit 99bc4b01), which was
taken from Chinese Wikisource. Kept are the reports since 1978 and the congress's resolutions on them, in simplified
script; licence boxes and empty lines go, lines that a link had cut are whole again. One paragraph a line.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from pathlib import Path

FIRST_YEAR = 1978
LICENCE = re.compile(r"\n本作品(?:是|来自|不适用)")
BREAK = re.compile(r"\n[ \t\u3000\u200b]*\n")


def paragraphs(content: str) -> list[str]:
    """The paragraphs of one report, without the boxes at its end."""
    licence = LICENCE.search(content)
    body = content[:licence.start()] if licence else content
    parts = ("".join(line.strip(" \t\u3000\u200b\xa0") for line in part.split("\n")) for part in BREAK.split(body))
    return [part for part in parts if part]


def main(argv: list[str] | None = None) -> int:
    """Write the corpus and print its size and checksum."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args(argv)
    if not options.source.is_file():
        print(f"skipped: {options.source} is not here")
        return 0
    rows = [json.loads(line) for line in options.source.read_text(encoding="utf-8").split("\n") if line]
    kept = [row for row in rows if row["year"] is None or int(row["year"]) >= FIRST_YEAR]
    kept.sort(key=lambda row: (str(row["year"] or ""), row["title"]))
    text = "".join(f"{part}\n" for row in kept for part in paragraphs(row["content"]))
    options.out.write_text(text, encoding="utf-8", newline="\n")
    print(f"{len(kept)} documents, {len(text):,} characters, sha256 {hashlib.sha256(text.encode()).hexdigest()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
