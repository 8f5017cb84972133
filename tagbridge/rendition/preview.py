"""A preview that a camera put behind its JPEG, where it can stand in for the picture itself.

To decode the picture at any size, all of it has to be read bit by bit; to decode a preview of two
megapixels takes a fifth of that. But it must be this picture that it shows.
"""

from __future__ import annotations

import math
import struct
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image, JpegImagePlugin

from tagbridge.metadata.layout import EmbeddingRefusedError
from tagbridge.metadata.mpf import read_index
from tagbridge.rendition.geometry import CLOSE_ENOUGH, exif_orientation, fitted
from tagbridge.rendition.witness import shows_the_same

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagbridge.metadata.mpf import Picture

_LARGE_THUMBNAIL = 0x01  # of the kinds of pictures; others are a second eye or a gain map
_END = b"\xff\xd9"
_UPRIGHT = 1
_SHAPE = 0.005  # cameras round the edges of a preview to 8 or 16 pixels
_WORTH_IT = 4  # so many times its pixels must the picture have
_BROKEN = (OSError, SyntaxError, ValueError, struct.error)


def stand_in(data: bytes, source: Image.Image, edge: int) -> Image.Image | None:
    """Return a preview that is large enough and shows the picture, decoded; or None.

    The file's index must say to the byte where the picture ends, so that whoever has saved another
    picture has also renewed the index; the preview must have the picture's shape, orientation and
    colours; and what it shows is compared with a part of the picture.

    It has the picture's orientation and profile.

    Args:
        data: The whole file.
        source: The picture, its header read, nothing decoded.
        edge: Longest edge that is wanted, in pixels.
    """
    try:
        return next(_fitting(data, source, edge), None)
    except (*_BROKEN, EmbeddingRefusedError):
        return None  # whatever is odd about it: there is the picture itself


def _fitting(data: bytes, source: Image.Image, edge: int) -> Iterator[Image.Image]:
    index, base = source.info.get("mp"), source.info.get("mpoffset")
    if not isinstance(index, bytes) or not isinstance(base, int):
        return
    main, *others = read_index(index).pictures
    if data[main.size - len(_END) : main.size] != _END:
        return
    order = "<" if index.startswith(b"II") else ">"
    for picture in others:
        (attribute,) = struct.unpack_from(f"{order}I", index, picture.at)
        if attribute >> 16 & 0xFF == _LARGE_THUMBNAIL and base + picture.offset >= main.size:
            preview = _opened(data, base, picture)
            if not _is_like(preview, source, edge):
                continue
            preview.draft(None, fitted(preview.size, math.ceil(edge * CLOSE_ENOUGH)))
            if shows_the_same(data, main.size, preview):
                preview.info = {**source.info}
                yield preview


def _opened(data: bytes, base: int, picture: Picture) -> Image.Image:
    start = base + picture.offset
    if start + picture.size > len(data):
        raise ValueError("the preview is cut")
    return JpegImagePlugin.JpegImageFile(BytesIO(data[start : start + picture.size]))


def _is_like(preview: Image.Image, source: Image.Image, edge: int) -> bool:
    """Return whether a preview has the shape, the orientation and the colours of the picture."""
    (width, height), (w, h) = source.size, preview.size
    shape = abs(w * height / (h * width) - 1.0)
    own = exif_orientation(preview.info.get("exif") or b"") or _UPRIGHT
    stored = exif_orientation(source.info.get("exif") or b"") or _UPRIGHT
    profile = preview.info.get("icc_profile")
    return (
        max(w, h) >= edge
        and width * height >= _WORTH_IT * w * h
        and shape <= _SHAPE
        and own in (_UPRIGHT, stored)
        and preview.mode == source.mode == "RGB"
        and profile in (None, source.info.get("icc_profile"))
    )
