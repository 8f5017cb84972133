"""Completeness of JPEG 2000: boxes that fill the file, and a codestream that ends.

Source: ITU-T T.800, annexes A and I.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge.completeness.boxes import boxes_in
from tagbridge.completeness.window import IncompleteError

if TYPE_CHECKING:
    from tagbridge.completeness.window import Window

_START, _TILE_PART, _END = 0xFF4F, 0xFF90, 0xFFD9
_FIRST_SEGMENT = 0xFF50
_MOST_SEGMENTS = 1_000_000


def check_jp2(window: Window) -> None:
    """Check a file of boxes, or a codestream that stands alone.

    Raises:
        IncompleteError: A box or a tile reaches beyond the end, or there is no end of the picture.
    """
    if window.unpack(">H", 0)[0] == _START:
        _check_codestream(window, 0, window.size)
        return
    boxes = list(boxes_in(window, 0, window.size))
    streams = [box for box in boxes if box.kind == b"jp2c"]
    if boxes[0].kind != b"jP  " or not streams:
        raise IncompleteError("no picture data")
    for box in streams:
        _check_codestream(window, box.start, box.end)


def _check_codestream(window: Window, position: int, end: int) -> None:
    """Step over the header and over tile after tile to the end of the picture."""
    if window.unpack(">H", position)[0] != _START:
        raise IncompleteError("something in it is no JPEG 2000 picture")
    position, tiled = position + 2, False
    for _ in range(_MOST_SEGMENTS):
        marker = window.unpack(">H", position)[0]
        if marker == _END and tiled:
            return
        if marker == _TILE_PART:
            length, tiled = _tile_bytes(window, position, end), True
        elif marker > _FIRST_SEGMENT and not tiled:
            length = 2 + window.unpack(">H", position + 2)[0]
        else:
            raise IncompleteError("something in it is no JPEG 2000 picture")
        if position + length + 2 > end:
            raise IncompleteError("no end of the picture")
        position += length
    raise IncompleteError("more tiles than a picture has")


def _tile_bytes(window: Window, position: int, end: int) -> int:
    """Return how long a part of a tile is; the last may say that it reaches to the end."""
    length: int = window.unpack(">I", position + 6)[0] or end - 2 - position
    if length < 12:  # noqa: PLR2004 - its own header
        raise IncompleteError("something in it is no JPEG 2000 picture")
    return length
