"""Makes the corpora `reports.txt` and `provincial.txt` of the shipped model: what governments report to the people's congresses.

    python benchmarks/official_reports.py government_work_reports.jsonl reports.txt
    python benchmarks/official_reports.py output/2026_raw_text provincial.txt

The first input is the file of that name in https://github.com/aldohemsn/chinese-political-corpora (commit 99bc4b01), which
was taken from Chinese Wikisource. Kept are the reports since 1978 and the congress's resolutions on them, in simplified
script; licence boxes and empty lines go, lines that a link had cut are whole again. The second is the folder of that name in
https://github.com/johncodes404/china-provincial-gov-reports-2026 (commit ad4c815c): the reports of 31 provinces, from where the
deputies are addressed; of lines that are shorter than a sentence only numbered headings stay. One paragraph a line.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import re
import sys
from pathlib import Path

FIRST_YEAR = 1978
LICENCE = re.compile(r"\n本作品(?:是|来自|不适用)")
BREAK = re.compile(r"\n[ \t\u3000\u200b]*\n")
ADDRESS = "各位代表"
SENTENCE = re.compile(r".{11,}[。！？；：）”]|（?[一二三四五六七八九十]+[、）].*")
BLANK = " \t\u3000\u200b\xa0\r"


def paragraphs(content: str) -> list[str]:
    """The paragraphs of one report, without the boxes at its end."""
    licence = LICENCE.search(content)
    body = content[:licence.start()] if licence else content
    parts = ("".join(line.strip(BLANK) for line in part.split("\n")) for part in BREAK.split(body))
    return [part for part in parts if part]


def addressed(content: str) -> list[str]:
    """The paragraphs of a provincial report, without what the web page had around it."""
    lines = [line.strip(BLANK) for line in content.split("\n")]
    first = next((number for number, line in enumerate(lines) if line.startswith(ADDRESS)), 0)
    return [line for line in lines[first:] if SENTENCE.fullmatch(line)]


def national(source: Path) -> list[list[str]]:
    """The paragraphs of each national report and resolution."""
    rows = [json.loads(line) for line in source.read_text(encoding="utf-8").split("\n") if line]
    kept = [row for row in rows if row["year"] is None or int(row["year"]) >= FIRST_YEAR]
    kept.sort(key=lambda row: (str(row["year"] or ""), row["title"]))
    return [paragraphs(row["content"]) for row in kept]


def provincial(folder: Path) -> list[list[str]]:
    """The paragraphs of each provincial report, in the order of the files' names."""
    csv.field_size_limit(1 << 24)
    found = []
    for path in sorted(folder.glob("*_政府工作报告.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            found += [addressed(row["full_text"]) for row in csv.DictReader(file)]
    return found


def main(argv: list[str] | None = None) -> int:
    """Write the corpus and print its size and checksum."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args(argv)
    if not options.source.exists():
        print(f"skipped: {options.source} is not here")
        return 0
    reports = (provincial if options.source.is_dir() else national)(options.source)
    text = "".join(f"{part}\n" for report in reports for part in report)
    options.out.write_text(text, encoding="utf-8", newline="\n")
    print(f"{len(reports)} documents, {len(text):,} characters, sha256 {hashlib.sha256(text.encode()).hexdigest()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
