"""Corrections that a paper prints of its own misprints: what they quote is quoted as it was printed.

第二版《渠水到家》一文中，“戌戍变法”应为“戊戌变法”: to mend the misprint makes the correction say nothing.
"""

from __future__ import annotations

import re

from cleaner.memory import kept

CORRECTS = re.compile("应为|应作|应是|应改|當作|應為|應作|應是|误[为作排印植写录]|誤[為作排印植寫錄]|之误|之誤|笔误|筆誤|更正为|更正為|订正为|訂正為")
"""Words of a correction. 应为 and 应是 stand in other sentences too, but seldom beside a quotation."""
QUOTED = re.compile("[“「『][^“”「」『』]{1,60}[”」』]")
SENTENCE = re.compile("[^。！？]*[。！？]?")


@kept
def quoted_misprints(text: str) -> tuple[tuple[int, int], ...]:
    """`(start, end)` of the quotations in sentences that correct a misprint, offsets in code points."""
    if not CORRECTS.search(text):
        return ()
    return tuple((sentence.start() + quote.start(), sentence.start() + quote.end())
                 for sentence in SENTENCE.finditer(text) if CORRECTS.search(sentence[0])
                 for quote in QUOTED.finditer(sentence[0]))
