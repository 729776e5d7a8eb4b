"""Fit the models of `cleaner.structure.seams` and print them: are these two ends one sentence?

    python benchmarks/calibrate_seams.py RIG_DIR PROSE.txt … [--write cleaner/data/seams.json]

Pages are put together from known articles (the `truth.json` of rig pages, and prose files with one article a
line, of which only those are taken that the shipped model has not learnt), paragraphs are cut at random places as a column cuts them, and every pair of an end and a start on a
page is an example. The pages of one half fit, those of the other half are scored.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from cleaner.evidence import Evidence
from cleaner.evidence.build import held_out
from cleaner.page import Page
from cleaner.settings import Settings
from cleaner.source import Source
from cleaner.structure.seams import Seams, ends_sentence


def articles(rig: Path, prose: list[Path]) -> list[list[str]]:
    """Articles as lists of paragraphs."""
    found = []
    for path in sorted(rig.glob("p*/truth.json")):
        for article in json.loads(path.read_text(encoding="utf-8"))["articles"]:
            paras = [e["text"].strip() for e in article["elements"] if e["kind"] == "para" and len(e["text"]) > 12]
            if paras:
                found.append(paras)
    for path in prose:
        for line in held_out(path.read_text(encoding="utf-8").split("\n")):
            sentences = re.findall(r"[^。！？]+[。！？]+[”’）]*", line)
            paras, part = [], ""
            for sentence in sentences:
                part += sentence
                if len(part) > random.randint(60, 240):
                    paras.append(part.strip())
                    part = ""
            if len(paras) > 1:
                found.append(paras[:12])
    return [a for a in found if all(len(p) > 12 for p in a)]


def noisy(text: str, rate: float) -> str:
    """Characters replaced at random by other characters of the same text, as a bad scan does."""
    chars = list(text)
    for i, char in enumerate(chars):
        if "\u4e00" <= char <= "\u9fff" and random.random() < rate:
            chars[i] = random.choice(text)
    return "".join(chars)


def print_lost_passages(prose: list[Path], rates: tuple[float, ...] = (0.0, 0.05, 0.115), paragraphs: int = 160) -> None:
    """How seams under the shipped model tell true continuations from pieces of one paragraph between which a third is lost."""
    lines = [line for path in prose for line in held_out(path.read_text(encoding="utf-8").split("\n")) if len(line) >= 150]
    random.shuffle(lines)
    for rate in rates:
        true, lost = [], []
        for at in range(0, min(paragraphs, len(lines)), 8):
            pieces = [noisy(piece, rate) for line in lines[at:at + 8] for piece in in_three(line)]
            seams = Seams(pieces, Evidence(Page(Source.from_text("\n\n".join(pieces))), Settings()))
            firsts = range(0, len(pieces), 3)
            true += seams.links([(a + k, a + k + 1) for a in firsts for k in (0, 1)])
            lost += seams.links([(a, a + 2) for a in firsts])
        if lost:
            print(f"pieces of one paragraph, {rate:.1%} errors: share above a seam's log-odds, next piece / after a lost one: " + ", ".join(
                f"{cut}: {np.mean(np.array(true) > cut):.2f} / {np.mean(np.array(lost) > cut):.2f}" for cut in (-3, -2, -1, -0.5, 0, 1)))


def in_three(text: str) -> tuple[str, str, str]:
    """A paragraph cut twice in mid-sentence."""
    places = [i for i in range(1, len(text)) if text[i - 1] not in "。！？；"]
    first, second = (random.choice([i for i in places if low <= i / len(text) < low + 0.15]) for low in (0.25, 0.6))
    return text[:first], text[first:second], text[second:]


def page_of(chosen: list[list[str]], rate: float) -> tuple[list[str], set[tuple[int, int]], set[int]]:
    """Blocks of one page, the pairs that run on, and the blocks that begin in mid-sentence."""
    blocks: list[str] = []
    links, headless = set(), set()
    for paras in chosen:
        for para in paras:
            text, mid = para, False
            while len(text) > 30 and random.random() < 0.45:
                at = random.randint(5, len(text) - 3)
                if ends_sentence(text[:at]) and random.random() < 0.8:
                    continue
                blocks.append(noisy(text[:at], rate))
                if mid:
                    headless.add(len(blocks) - 1)
                links.add((len(blocks) - 1, len(blocks)))
                text, mid = text[at:], not ends_sentence(text[:at])
            blocks.append(noisy(text, rate))
            if mid:
                headless.add(len(blocks) - 1)
    return blocks, links, headless


def fit(rows: list[dict[str, float]], labels: list[bool], weight: float) -> dict[str, object]:
    """Logistic regression with a small ridge; `weight` is that of a negative example."""
    names = sorted(rows[0])
    x = np.array([[row[n] for n in names] for row in rows])
    y = np.array(labels, float)
    w = np.where(y > 0, 1.0, weight)

    def loss(theta: np.ndarray) -> tuple[float, np.ndarray]:
        z = x @ theta[1:] + theta[0]
        p = 1 / (1 + np.exp(-z))
        value = float((w * (np.logaddexp(0, z) - y * z)).sum() + 0.5 * (theta[1:] ** 2).sum())
        slope = w * (p - y)
        return value, np.concatenate([[slope.sum()], x.T @ slope + theta[1:]])

    theta = minimize(loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B").x
    return {"bias": round(float(theta[0]), 3), "weights": {n: round(float(t), 3) for n, t in zip(names, theta[1:], strict=True)}}


def scores(model: dict, rows: list[dict[str, float]]) -> np.ndarray:
    return np.array([model["bias"] + sum(w * row[n] for n, w in model["weights"].items()) for row in rows])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rig", type=Path)
    parser.add_argument("prose", type=Path, nargs="*")
    parser.add_argument("--write", type=Path)
    args = parser.parse_args()
    if not args.rig.is_dir():
        print(f"skipped: {args.rig} is not here")
        return
    random.seed(7)
    pool = articles(args.rig, args.prose)
    random.shuffle(pool)
    data = {"headless": ([], [], []), "link": ([], [], [])}
    tops = []
    for start in [s for s in range(0, len(pool) - 6, 6) for _ in range(12)]:
        half = (start // 6) % 2
        blocks, links, headless = page_of(pool[start:start + 6], random.choice((0, 0, 0.05, 0.115)))
        if len(blocks) < 4:
            continue
        page = Page(Source.from_text("\n\n".join(blocks)))
        seams = Seams(blocks, Evidence(page, Settings()))
        for i in range(len(blocks)):
            row, label, where = data["headless"]
            row.append(seams.headless_features(i)), label.append(i in headless), where.append(half)
        opens = sorted({a for a, _ in links} | set(random.sample(range(len(blocks)), min(8, len(blocks)))))
        for a in opens:
            others = [b for b in range(len(blocks)) if b != a]
            row, label, where = data["link"]
            features = seams.link_features([(a, b) for b in others])
            row += features
            label += [(a, b) in links for b in others]
            where += [half] * len(others)
            true = [k for k, b in enumerate(others) if (a, b) in links]
            if true and half and not ends_sentence(blocks[a]):
                tops.append((features, true[0]))
    models = {}
    for name, (rows, labels, where) in data.items():
        chosen = [i for i, h in enumerate(where) if not h]
        models[name] = fit([rows[i] for i in chosen], [labels[i] for i in chosen], 1.0)
        rest = [i for i, h in enumerate(where) if h]
        z, y = scores(models[name], [rows[i] for i in rest]), np.array([labels[i] for i in rest])
        print(f"{name}: {len(rows)} examples, {int(y.sum())} positive of {len(y)} held out")
        for cut in (-2, -1, 0, 1, 2, 3, 4):
            hit = z > cut
            print(f"  log-odds > {cut:2}: precision {y[hit].mean() if hit.any() else 0:.4f} recall {y[hit].sum() / y.sum():.4f}")
    right = sum(int(np.argmax(scores(models["link"], rows)) == k) for rows, k in tops)
    print(f"true continuation ranked first among the page's blocks: {right}/{len(tops)} = {right / len(tops):.3f}")
    print_lost_passages(args.prose)
    text = json.dumps(models, indent=1)
    print(text)
    if args.write:
        args.write.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
