"""Makes the list `pairs.txt` of the shipped model: which words stand beside which in running Chinese, with frequencies.

    apt-get download sunpinyin-data && dpkg -x sunpinyin-data_*.deb sunpinyin
    python benchmarks/word_pairs.py sunpinyin/usr/lib/*/sunpinyin/data pairs.txt

The package holds the word model of the input method SunPinyin, learnt by the open-gram project (CC BY-SA 3.0): 71,758 words, 2.5 million
pairs of them and a million triples, with probabilities. Written are words and pairs, one `string frequency` a line, as `cleaner model build --words` reads them; a frequency
is the probability of a string among all places of a text, in parts of 10^9. What is left out: pairs with what the model does not know (it stands for
figures and foreign words, too), and pairs of marks, which forums put their own way. Triples gained nothing measurable and are not read.

The files are read as SunPinyin's `slm.h` and `pytrie.h` describe them. `lm_sc.t3g`: order, a flag, entries of each order (the last of each closes it), the
tables that probabilities of 16 bits and back-off weights of 14 bits point into, then the entries: the word in 18 bits, and for words 12 bytes, of which the first child lies in
16 + 7 bits. `pydict_sc.bin`: number of words, of syllables, and where the words stand, in UTF-32, each closed by a zero.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

import numpy as np

PARTS = 10**9
ORDER, HEADER, PROBABILITIES, BACK_OFFS = 3, 4 * (2 + 4), 1 << 16, 1 << 14
UNKNOWN = 0


def frequencies(folder: Path) -> dict[str, int]:
    """Strings of one and of two words, sorted, with their frequencies in parts of `PARTS`. Raises ValueError for files of another layout."""
    strings = np.array(_strings(folder / "pydict_sc.bin"), dtype=object)
    word, single, first, second, both = _model(folder / "lm_sc.t3g")
    marks = np.array([not string.isalnum() for string in strings])
    known, told = word != UNKNOWN, (first != UNKNOWN) & (second != UNKNOWN) & ~(marks[first] & marks[second])
    found: dict[str, float] = {}
    for string, share in [*zip(strings[word[known]], single[known], strict=True),
                          *zip(strings[first[told]] + strings[second[told]], both[told], strict=True)]:
        found[string] = found.get(string, 0.0) + float(share)
    return {string: count for string in sorted(found) if string and (count := round(found[string] * PARTS))}


def _strings(path: Path) -> list[str]:
    """The words by number; numbers that stand for no string have an empty one."""
    data = path.read_bytes()
    count, _, strings = np.frombuffer(data, "<u4", 3).tolist()
    return data[strings:].decode("utf-32-le").split("\0")[:count]


def _model(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The numbers of words and their probabilities; those of the first and the second words of pairs, and the probabilities of both."""
    data = path.read_bytes()
    order, logarithms, _, singles, doubles, _ = np.frombuffer(data, "<u4", 6).tolist()
    if (order, logarithms) != (ORDER, 0):
        raise ValueError(f"{path}: no model of three words with plain probabilities")
    table = np.frombuffer(data, "<f4", PROBABILITIES, HEADER).astype(np.float64)
    start = HEADER + 4 * (PROBABILITIES + BACK_OFFS) + 2 * 12
    words = np.frombuffer(data, "<u4", 3 * singles, start).reshape(-1, 3)
    pairs = np.frombuffer(data, "<u4", 3 * doubles, start + 12 * singles).reshape(-1, 3)[:-1]
    children = words[:, 1] >> 16 | words[:, 2] >> 25 << 16
    single = table[words[:-1, 1] & 0xFFFF]
    first = np.repeat(np.arange(singles - 1), np.diff(children))
    if len(first) != len(pairs):
        raise ValueError(f"{path}: {len(pairs)} pairs, of which {len(first)} have a first word")
    word = words[:-1, 0] & 0x3FFFF
    return word, single, word[first], pairs[:, 0] & 0x3FFFF, single[first] * table[pairs[:, 1] & 0xFFFF]


def main(argv: list[str] | None = None) -> int:
    """Write the list and print what the model card says of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args(argv)
    counts = frequencies(options.folder)
    data = "".join(f"{string} {count}\n" for string, count in counts.items()).encode()
    options.out.write_bytes(data)
    print(f"{len(counts):,} strings, {len(data.decode()):,} characters, sha256 {hashlib.sha256(data).hexdigest()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
