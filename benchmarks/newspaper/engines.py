"""Recognisers: a picture of a page, or of a part of it, to lines with boxes."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

THREADS = 2
LONGEST = 2600
"""Longest side, pixels, at which lines are sought; they are read at full size."""
REGION_SCORE = 0.5
"""Score from which a region of the layout detector counts: its own default. Regions of several labels overlap there too."""
Line = dict[str, Any]
Read = Callable[[Any], list[Line]]


def reader(engine: str, script: str) -> Read:
    """`ppv4`, `ppv6s` (PP-OCR by way of ONNX) or `tess` (Tesseract)."""
    return {"ppv4": _ppv4, "ppv6s": _ppv6, "tess": _tesseract}[engine](script)


def _ppv4(_script: str) -> Read:
    try:
        from rapidocr_onnxruntime import RapidOCR
    except ImportError as error:
        raise SystemExit("ppv4 needs: pip install rapidocr-onnxruntime") from error
    engine = RapidOCR(intra_op_num_threads=THREADS, use_cls=False, max_side_len=LONGEST)

    def read(image: Any) -> list[Line]:
        found, _ = engine(_three(image), use_cls=False)
        return [_line(box, text, score) for box, text, score in found or ()]
    return read


def _ppv6(_script: str) -> Read:
    try:
        from rapidocr import RapidOCR
    except ImportError as error:
        raise SystemExit("ppv6s needs: pip install rapidocr onnxruntime") from error
    engine = RapidOCR(params={"Global.use_cls": False, "Global.max_side_len": LONGEST, "Global.log_level": "error",
                              "EngineConfig.onnxruntime.intra_op_num_threads": THREADS})

    def read(image: Any) -> list[Line]:
        found = engine(_three(image), use_cls=False)
        if found.boxes is None:
            return []
        return [_line(box, text, score) for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True)]
    return read


def _three(image: Any) -> Any:
    import numpy as np
    return np.repeat(image[:, :, None], 3, axis=2)


def _line(box: Any, text: str, score: float) -> Line:
    xs, ys = [float(x) for x, _ in box], [float(y) for _, y in box]
    return {"box": [round(min(xs)), round(min(ys)), round(max(xs)), round(max(ys))], "text": text, "score": round(float(score), 4)}


def _tesseract(script: str) -> Read:
    if shutil.which("tesseract") is None:
        raise SystemExit("tess needs: apt install tesseract-ocr tesseract-ocr-chi-sim tesseract-ocr-chi-tra")
    language = "chi_tra" if script == "traditional" else "chi_sim"

    def read(image: Any) -> list[Line]:
        from PIL import Image
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "page.png"
            Image.fromarray(image).save(path, dpi=(250, 250))
            done = subprocess.run(["tesseract", str(path), "-", "-l", language, "--dpi", "250", "tsv"], check=True, capture_output=True,
                                  text=True, env={"OMP_THREAD_LIMIT": "1", "PATH": "/usr/bin:/bin:/usr/local/bin"})
        return _from_table(done.stdout)
    return read


def _from_table(table: str) -> list[Line]:
    """Tesseract's words put together as lines, with its blocks and paragraphs."""
    words: dict[tuple[int, ...], list[dict[str, str]]] = {}
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["level"] == "5" and row["text"].strip():
            words.setdefault(tuple(int(row[k]) for k in ("block_num", "par_num", "line_num")), []).append(row)
    found, paragraphs = [], {}
    for (block, paragraph, _), row in words.items():
        number = paragraphs.setdefault((block, paragraph), len(paragraphs))
        boxes = [(int(w["left"]), int(w["top"]), int(w["left"]) + int(w["width"]), int(w["top"]) + int(w["height"])) for w in row]
        found.append({"box": [min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)],
                      "text": " ".join(w["text"] for w in row), "score": round(sum(float(w["conf"]) for w in row) / len(row) / 100, 4),
                      "blk": block - 1, "par": number})
    return found


def detector() -> Callable[[Any], list[dict[str, Any]]]:
    """Regions of a page with labels: a detector of the layout of Chinese papers."""
    try:
        from rapid_layout import RapidLayout
    except ImportError as error:
        raise SystemExit("layout needs: pip install rapid-layout onnxruntime") from error
    engine = RapidLayout(model_type="pp_layout_cdla", conf_thresh=REGION_SCORE)

    def find(image: Any) -> list[dict[str, Any]]:
        found = engine(_three(image))
        boxes = found.boxes if found.boxes is not None else []
        return [{"label": label, "score": float(score), "box": [round(float(x)) for x in box]}
                for box, label, score in sorted(zip(boxes, found.class_names or (), found.scores or (), strict=True), key=lambda one: -one[2])]
    return find
