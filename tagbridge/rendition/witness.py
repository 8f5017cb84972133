"""Compare a preview with the picture, of which only the upper part is decoded.

A JPEG can only be read from its beginning. Its header is given a smaller height, and the decoder
stops there: that costs as much less as the part is smaller.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageChops, ImageStat, JpegImagePlugin

_MARK, _SOF0, _SOF1, _SOS = 0xFF, 0xC0, 0xC1, 0xDA
_PARTS = (8, 3)  # an eighth of the picture; where that shows nothing, a third
_ROWS = 16  # of a block, at most
_SCALE = 8
_TAKEN, _SPARE = 1.5, 1 << 16  # the upper part may take more than its share of the bytes
# Of 255. Two JPEGs of one picture, made small in two ways, differ by one or two on average.
_MEAN, _WORST, _STRUCTURE = 3.0, 12.0, 6.0
_CELLS = 16


def shows_the_same(data: bytes, size: int, preview: Image.Image) -> bool:
    """Return whether a preview shows what the upper part of a picture shows.

    False where that part shows nothing that could be compared, such as a clear sky.

    Args:
        data: The JPEG.
        size: Where its picture ends.
        preview: Of the same shape.
    """
    frame = _frame(data)
    if frame is None:
        return False
    grey = preview.convert("L")
    for part in _PARTS:
        witness = _upper(data, size, frame, part)
        upper = (0.0, 0.0, grey.width, grey.height * witness.height * _SCALE / frame.height)
        expected = grey.resize(witness.size, Image.Resampling.BOX, upper)
        if ImageStat.Stat(witness).stddev[0] >= _STRUCTURE:
            return _is_alike(witness, expected)
    return False


def _is_alike(first: Image.Image, second: Image.Image) -> bool:
    difference = ImageChops.difference(first, second)
    cells = difference.resize(
        (_CELLS, max(1, _CELLS * first.height // first.width)), Image.Resampling.BOX
    )
    worst = ImageStat.Stat(cells).extrema[0][1]
    return ImageStat.Stat(difference).mean[0] <= _MEAN and worst <= _WORST


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where the header says how high the picture is, and where its data begin."""

    height_at: int
    height: int
    data_at: int


def _frame(data: bytes) -> _Frame | None:
    """Return the frame of a picture that is stored from top to bottom; None for a progressive."""
    at, height_at, height = 2, 0, 0
    while at + 4 <= len(data):
        mark, marker, length = struct.unpack_from(">BBH", data, at)
        if mark != _MARK:
            return None
        if marker in (_SOF0, _SOF1):
            height_at = at + 5
            (height,) = struct.unpack_from(">H", data, height_at)
        if marker == _SOS:
            return _Frame(height_at, height, at + 2 + length) if height else None
        at += 2 + length
    return None


def _upper(data: bytes, size: int, frame: _Frame, part: int) -> Image.Image:
    """Return the upper part of a picture in grey, an eighth as large."""
    rows = max(_ROWS, frame.height // part // _ROWS * _ROWS)
    taken = int((size - frame.data_at) / part * _TAKEN) + _SPARE
    height_at, end = frame.height_at, min(size, frame.data_at + taken)
    pieces = (data[:height_at], struct.pack(">H", rows), data[height_at + 2 : end], b"\xff\xd9")
    picture = JpegImagePlugin.JpegImageFile(BytesIO(b"".join(pieces)))
    picture.draft("L", (picture.width // _SCALE, picture.height // _SCALE))
    picture.load()
    return picture
