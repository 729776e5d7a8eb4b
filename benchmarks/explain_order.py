"""Print what decides the order of a page: roles, headless starts, links of every open end, moves and joins.

    python benchmarks/explain_order.py PAGE.txt …
"""

from __future__ import annotations

import argparse
from pathlib import Path

from cleaner import Page, Settings, Source
from cleaner.evidence import Evidence
from cleaner.structure.order.links import Links, calibration
from cleaner.structure.order.reading import flow_of, read

BEST = 4
"""Links shown for each open end."""


def explain(path: Path) -> None:
    evidence = Evidence(Page(Source.from_bytes(path.read_bytes(), str(path))), Settings())
    texts = [block.text for block in evidence.page.blocks]
    reading = read(evidence)
    flow = flow_of(evidence)[0]
    seams = flow.seams
    links = Links(flow)
    print(f"{path}: {len(texts)} blocks, {len(reading.drops)} copies")
    for i, text in enumerate(texts):
        note = "copy" if i in reading.drops else f"headless {flow.headless[i]:5.2f}" if i in flow.headless else ""
        print(f"  {i:3} {reading.roles[i].role:9} {note:14} {text[:16]} … {text[-8:]}")
    options, (pair_weights, end_weights, _) = links.options(flow.blocks), calibration()
    worth = dict(zip(options.pairs, (options.rows @ pair_weights).tolist(), strict=True))
    print("open ends: what it is worth that they are finished, then for their best links the worth, the log-odds among all options, the seam alone")
    for a, end in options.ends.items():
        ranked = sorted(((z, b) for (x, b), z in links.odds.items() if x == a), reverse=True)[:BEST]
        alone = seams.links([(a, b) for _, b in ranked])
        print(f"  {a:3} {texts[a][-8:]} finished {end @ end_weights:.2f} → " + "  ".join(
            f"{b}: {worth[a, b]:.2f}, {z:.2f}, {m:.2f}" for (z, b), m in zip(ranked, alone, strict=True)))
    for move in dict.fromkeys(reading.moves.values()):
        print(f"moved: blocks {', '.join(map(str, move.nodes))}, gain {move.gain:.2f}")
    for join in reading.joins:
        print(f"joined: {join.a} + {join.b} ({join.log_odds:.2f}){' with a lost passage between' if join.lacuna else ''}")
    print("order:", *reading.order)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", nargs="+", type=Path)
    for page in parser.parse_args().pages:
        explain(page)
