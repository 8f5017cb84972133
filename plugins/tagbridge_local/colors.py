"""Name the dominant colours, and notice a picture that has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from tagbridge_hooks import Color

if TYPE_CHECKING:
    from numpy.typing import NDArray

_EDGE = 64  # pixels of the long edge that are looked at
_TONES = 5  # a picture is reduced to so many
_FRACTION = 0.12  # a smaller part of the picture is no dominant colour

# Chroma (distance from grey in CIE Lab) that 95 of 100 pixels stay below in a picture without
# colour; JPEG and white balance leave a little even there.
_GREY_CHROMA = 4.0

NAMES = {
    "black": (0, 0, 0),
    "white": (255, 255, 255),
    "gray": (128, 128, 128),
    "red": (200, 30, 30),
    "orange": (240, 130, 20),
    "yellow": (245, 215, 50),
    "green": (50, 140, 50),
    "teal": (0, 130, 130),
    "blue": (40, 80, 190),
    "light blue": (140, 190, 230),
    "purple": (110, 50, 140),
    "pink": (235, 140, 170),
    "brown": (110, 70, 40),
    "beige": (220, 200, 165),
}

_TO_XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]], np.float32
)
_WHITE = np.array([0.95047, 1.0, 1.08883], np.float32)
_DARK = 0.008856  # below it CIE Lab is linear ...
_DARK_SRGB = 0.04045  # ... and below it sRGB is (IEC 61966-2-1)


def thumbnail(picture: Image.Image) -> Image.Image:
    """Return the few pixels from which colours are taken."""
    small = picture.copy()
    small.thumbnail((_EDGE, _EDGE), Image.Resampling.BICUBIC, reducing_gap=2.0)
    return small


def dominant(small: Image.Image) -> tuple[Color, ...]:
    """Return the colours that cover an eighth of the picture or more, the largest first."""
    tones = small.quantize(_TONES, method=Image.Quantize.MEDIANCUT, kmeans=2)
    palette = np.array(tones.getpalette(), np.uint8).reshape(-1, 3)
    counts = np.bincount(np.asarray(tones).ravel(), minlength=len(palette))
    largest = np.argsort(-counts, kind="stable")[:_TONES]
    return _merged([(int(counts[one]), palette[one]) for one in largest], int(counts.sum()))


def _merged(tones: list[tuple[int, NDArray[np.uint8]]], pixels: int) -> tuple[Color, ...]:
    """Add up tones of the same name; the largest of them, which comes first, shows the colour."""
    counts: dict[str, int] = {}
    shown: dict[str, str] = {}
    for count, rgb in tones:
        name = nearest_name(rgb)
        counts[name] = counts.get(name, 0) + count
        shown.setdefault(name, "#{:02x}{:02x}{:02x}".format(*rgb.tolist()))
    colors = [
        Color(hex=shown[name], fraction=count / pixels, name=name)
        for name, count in counts.items()
        if count / pixels >= _FRACTION
    ]
    return tuple(sorted(colors, key=lambda color: -color.fraction))


def nearest_name(rgb: NDArray[np.uint8]) -> str:
    """Return the name of the colour that looks most like this one."""
    distances = ((_NAMED - lab(rgb)) ** 2).sum(axis=1)
    return list(NAMES)[int(distances.argmin())]


def greyness(small: Image.Image) -> float:
    """Return how sure it is that the picture is black and white; .5 and more means it is.

    1 stands for no colour at all, 0.5 for the most that toned paper, JPEG and white balance leave.
    """
    values = lab(np.asarray(small))
    chroma = float(np.percentile(np.hypot(values[..., 1], values[..., 2]), 95))
    return max(0.0, 1.0 - chroma / (2 * _GREY_CHROMA))


def lab(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return sRGB values (0 to 255, last axis) in CIE Lab, where distance is difference."""
    linear = _LINEAR[rgb]
    relative = linear @ _TO_XYZ.T / _WHITE
    root = np.where(relative > _DARK, np.cbrt(relative), 7.787 * relative + 16 / 116)
    lightness = 116 * root[..., 1] - 16
    red_green = 500 * (root[..., 0] - root[..., 1])
    yellow_blue = 200 * (root[..., 1] - root[..., 2])
    return np.stack([lightness, red_green, yellow_blue], axis=-1)


def _linear() -> NDArray[np.float32]:
    value = np.arange(256, dtype=np.float32) / 255
    table: NDArray[np.float32] = np.where(
        value <= _DARK_SRGB, value / 12.92, ((value + 0.055) / 1.055) ** 2.4
    ).astype(np.float32)
    return table


_LINEAR = _linear()
_NAMED = lab(np.array(list(NAMES.values()), np.uint8))
