"""Completeness of Photoshop documents: four sections with their lengths, then the merged picture.

Source: Adobe Photoshop File Formats Specification, "Photoshop File Format".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge.completeness.window import IncompleteError

if TYPE_CHECKING:
    from tagbridge.completeness.window import Window

_HEADER_BYTES = 26
_SECTIONS = 3  # colour mode, image resources, layers
_RAW, _RUNS = 0, 1
_MOST_ROWS = 56 * 30_000  # channels and rows of the largest document


def check_psd(window: Window) -> None:
    """Check that all sections and the rows of the merged picture are there; anything may follow.

    Raises:
        IncompleteError: One is not.
    """
    signature, version, channels, height, width, depth = window.unpack(">4sH6xHIIH2x", 0)
    if (signature, version) != (b"8BPS", 1):
        raise IncompleteError("no PSD header")
    position = _HEADER_BYTES
    for _ in range(_SECTIONS):
        length = window.unpack(">I", position)[0]
        window.require(position + 4, length)
        position += 4 + length
    compression = window.unpack(">H", position)[0]
    position, rows = position + 2, channels * height
    if compression == _RAW:
        _check_rows(window, position, rows * ((width * depth + 7) // 8))
    elif compression == _RUNS:
        _check_runs(window, position, rows)
    else:
        _check_rows(window, position, window.size - position)
        window.require_data(position, window.size)


def _check_runs(window: Window, position: int, rows: int) -> None:
    """Check the packed rows; the lengths of all of them stand in front of the first."""
    if rows > _MOST_ROWS:  # `struct` would first build its layout for any count
        raise IncompleteError("more rows than a picture has")
    lengths = window.unpack(f">{rows}H", position)
    start = position + 2 * rows
    _check_rows(window, start, sum(lengths))
    window.require_data(start, start + sum(lengths))


def _check_rows(window: Window, start: int, count: int) -> None:
    if count <= 0:
        raise IncompleteError("no picture data")
    window.require(start, count)
