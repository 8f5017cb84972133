"""From the rendition to pixels, and from pixels to what a model takes."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from tagbridge_hooks import RejectedError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tagbridge_hooks import Rendition

Box = tuple[float, float, float, float]

_FORMATS = ("JPEG", "PNG", "WEBP")


def decode(rendition: Rendition, max_edge: int) -> Image.Image:
    """Return the RGB picture of a rendition, its long edge at most `max_edge` pixels.

    Raises:
        RejectedError: The data are not a whole JPEG, PNG or WebP picture.
    """
    try:
        with Image.open(io.BytesIO(rendition.data), formats=_FORMATS) as opened:
            opened.draft("RGB", (max_edge, max_edge))
            picture = opened.convert("RGB")
    # Pillow reports damage with any of these, depending on where the damage sits.
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise RejectedError(f"local: the rendition cannot be decoded: {error}") from error
    if max(picture.size) > max_edge:
        picture.thumbnail((max_edge, max_edge), Image.Resampling.BICUBIC, reducing_gap=2.0)
    return picture


def scaled(
    picture: Image.Image,
    size: tuple[int, int],
    *,
    box: Box | None = None,
    bicubic: bool = False,
) -> NDArray[np.float32]:
    """Return a part of the picture, or all of it, resized.

    Args:
        picture: An RGB picture.
        size: Width and height of the result in pixels; the aspect ratio is not kept.
        box: Left, top, right and lower edge of the part in pixels; None means all.
        bicubic: Use the bicubic filter in place of the bilinear one.

    Returns:
        Height x width x 3 values from 0 to 255, red first.
    """
    filtering = Image.Resampling.BICUBIC if bicubic else Image.Resampling.BILINEAR
    resized = picture.resize(size, filtering, box=box, reducing_gap=2.0)
    return np.asarray(resized, np.float32)


def central_square(picture: Image.Image) -> Box:
    """Return the largest square around the centre: left, top, right, lower edge in pixels."""
    width, height = picture.size
    edge = min(width, height)
    left, top = (width - edge) / 2, (height - edge) / 2
    return (left, top, left + edge, top + edge)


def planes(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return pixels as a batch of one, colour planes first, in one block of memory."""
    return np.ascontiguousarray(pixels.transpose(2, 0, 1)[np.newaxis])
