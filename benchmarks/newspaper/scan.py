"""A printed page as a scanner would give it, at four levels of damage.

    d0  clean print
    d1  a good scan
    d2  a fair scan: lower resolution, the back of the sheet shows, strokes break
    d3  a bad scan
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Affine = list[list[float]]


@dataclass(frozen=True)
class Damage:
    """`scale` of the resolution, `angle` in degrees at most, `blur` and `noise` as standard deviations (pixels, grey values),
    `light` and `through` as shares of white, `broken` the share of places where ink is gone, `quality` of the JPEG."""

    scale: float
    angle: float
    blur: float
    noise: float
    light: float
    through: float
    broken: float
    quality: int


LEVELS = (
    Damage(1.0, 0, 0, 0, 0, 0, 0, 95),
    Damage(1.0, .08, .7, 6, .08, .04, .002, 75),
    Damage(.953, .06, 1.1, 10, .14, .1, .006, 50),
    Damage(.79, .08, 1.5, 16, .2, .15, .012, 30),
)
"""Set so that lines are misread about as often as those of the rig that this one continues."""


def scanned(image: Any, level: int, seed: int) -> tuple[Any, Affine]:
    """The page (grey, uint8) as scanned, and the affine map from places on the page to places on the scan."""
    try:
        import cv2
        import numpy as np
    except ImportError as error:
        raise SystemExit("scanning needs OpenCV: pip install opencv-python-headless numpy") from error
    damage, rng = LEVELS[level], np.random.default_rng((seed, level))
    page = np.asarray(image)
    if level == 0:
        return page, [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    height, width = page.shape
    angle = rng.uniform(-damage.angle, damage.angle)
    centre = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    affine = damage.scale * centre
    size = round(width * damage.scale), round(height * damage.scale)
    grey = page.astype(np.float32)
    gone = cv2.GaussianBlur(rng.random((height, width), dtype=np.float32), (0, 0), 1.0)
    edge = float(np.quantile(gone[::7, ::7], 1 - damage.broken))
    grey[gone > edge] = 255
    back = cv2.GaussianBlur(np.roll(grey[:, ::-1], (37, -53), (0, 1)), (0, 0), 4)
    grey -= damage.through * (255 - back)
    soft = cv2.GaussianBlur(grey, (0, 0), damage.blur)
    turned = cv2.warpAffine(soft, affine, size, flags=cv2.INTER_AREA if damage.scale < 1 else cv2.INTER_LINEAR, borderValue=255.0)
    paper = _uneven(rng, size, damage.light)
    grain = cv2.GaussianBlur(rng.normal(0, 1, (size[1], size[0])).astype(np.float32), (0, 0), .8) * 2.2
    scan = 30 + (turned * .86) * paper + damage.noise * grain
    kept, data = cv2.imencode(".jpg", np.clip(scan, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, damage.quality])
    assert kept
    return cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), affine.tolist()


def _uneven(rng: Any, size: tuple[int, int], share: float) -> Any:
    """Light that falls unevenly: a slope and a few wide stains, as factors of white."""
    import cv2
    import numpy as np
    small = rng.uniform(1 - share, 1, (5, 4)).astype(np.float32)
    return cv2.resize(small, size, interpolation=cv2.INTER_CUBIC)
