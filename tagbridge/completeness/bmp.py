"""Completeness of BMP: a header that tells where the pixels are, and how many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge.completeness.window import IncompleteError

if TYPE_CHECKING:
    from tagbridge.completeness.window import Window

_CORE_HEADER = 12  # of OS/2: short sizes, and never compressed
_HEADER_AT = 14
_COMPRESSED = (1, 2, 4, 5)  # in runs, or a JPEG or PNG inside


def check_bmp(window: Window) -> None:
    """Check that all rows are there; anything may follow.

    Space that was only reserved is not noticed: zeros are black pixels.

    Raises:
        IncompleteError: They are not.
    """
    mark, start, header = window.unpack("<2s8xII", 0)
    if mark != b"BM":
        raise IncompleteError("no BMP header")
    if header == _CORE_HEADER:
        width, height, depth = window.unpack("<HH2xH", _HEADER_AT + 4)
        compression, size = 0, 0
    else:
        width, height, depth, compression, size = window.unpack("<ii2xHII", _HEADER_AT + 4)
    if compression not in _COMPRESSED:
        size = (width * depth + 31) // 32 * 4 * abs(height)
    if size <= 0 or start < _HEADER_AT + header:
        raise IncompleteError("no picture data")
    window.require(start, size)
