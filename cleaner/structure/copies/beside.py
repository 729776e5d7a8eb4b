"""Short lines that stand beside both twins of a copy: what two crops show goes together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from itertools import pairwise

from cleaner.structure.copies.certain import CALLS, CROPS, SURE_LENGTH, is_certain
from cleaner.structure.copies.near import Copy
from cleaner.structure.labels.roles import HEADINGS, Labelled
from cleaner.structure.seams import ends_sentence


def beside(texts: Sequence[str], roles: Sequence[Labelled], shadows: Sequence[str], drops: Mapping[int, Copy], quoted: Set[int]) -> dict[int, Copy]:
    """Lines too short to prove anything that stand in a row before or behind a block which goes unasked, as the same ones do before or behind
    its twin: the rest of its sentence (动）。) and, on a page whose crops overlap, a subhead, a credit, also beside the start or the end of its twin, if that is all the crop has of it; and a heading between which and itself only
    such blocks stood. Nothing is taken that another copy goes for, or that was `quoted`, and no call (加油！)."""
    found: dict[int, Copy] = {}
    hosts = {host for copy in drops.values() for host in (copy.host, *copy.hosts)} | quoted
    certain = {i: copy for i, copy in sorted(drops.items()) if len(shadows[i]) >= SURE_LENGTH and copy.slices == 1 and not copy.hosts and is_certain(copy, texts[i])}
    crops = sum(copy.whole for copy in certain.values()) >= CROPS
    for i, copy in certain.items():
        ends, begins = copy.whole or copy.end == len(shadows[copy.host]), copy.whole or copy.start == 0  # as its host does
        for step in ((1,) * ends + (-1,) * begins) if crops else (1,) if copy.whole and not ends_sentence(texts[i]) else ():
            line, twin = i + step, copy.host + step
            while (min(line, twin) >= 0 and max(line, twin) < len(shadows) and shadows[line] == shadows[twin] and 0 < len(shadows[line]) < SURE_LENGTH
                   and not shadows[line].endswith(CALLS) and line != copy.host and twin != i and line not in hosts and not {line, twin} & (drops.keys() | found.keys())):
                found[line] = Copy(line, twin, 1.0, True, 0, len(shadows[twin]))
                hosts.add(twin)
                line, twin = line + step, twin + step
    kept = [i for i in range(len(shadows)) if i not in found and not (i in drops and is_certain(drops[i], texts[i]))]
    for above, below in pairwise(kept):
        heading = shadows[above] == shadows[below] and {roles[above].role, roles[below].role} <= HEADINGS
        if heading and below > above + 1 and below not in hosts and not {above, below} & drops.keys():
            found[below] = Copy(below, above, 1.0, True, 0, len(shadows[above]))
            hosts.add(above)
    return found
