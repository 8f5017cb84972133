"""Encode the renditions of one decoded picture."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from tagbridge.rendition.geometry import fitted, resized
from tagbridge_hooks import Rendition

if TYPE_CHECKING:
    from collections.abc import Collection

    from PIL import Image

# Measured at 1024 pixels: 143 kB in 1.8 ms; without subsampling 205 kB in 3.1 ms for 2 dB more,
# which no recognition needs.
_QUALITY = 88
_SUBSAMPLING = "4:2:0"


def encode_all(picture: Image.Image, max_edges: Collection[int]) -> dict[int, Rendition]:
    """Return the rendition of every size, each smaller one made from the one before.

    Args:
        picture: Upright sRGB.
        max_edges: In pixels; what is larger than the picture gets the picture as it is.
    """
    encoded: dict[tuple[int, int], Rendition] = {}
    sizes = {edge: fitted(picture.size, edge) for edge in sorted(max_edges, reverse=True)}
    for size in sizes.values():
        if size not in encoded:
            picture = resized(picture, size)
            encoded[size] = _encode(picture)
    return {edge: encoded[size] for edge, size in sizes.items()}


def _encode(picture: Image.Image) -> Rendition:
    # Pillow would write the profile, comment and resolution that it remembers of the original.
    picture.info.clear()
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=_QUALITY, subsampling=_SUBSAMPLING)
    width, height = picture.size
    return Rendition(data=buffer.getvalue(), media_type="image/jpeg", width=width, height=height)
