"""Completeness of the RAW formats with a structure of their own: RAF, X3F, CRW and MRW."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge.completeness.window import IncompleteError

if TYPE_CHECKING:
    from tagbridge.completeness.window import Window

_RAF_PARTS = 84  # three pairs of offset and length: JPEG, header of the raw data, raw data
_X3F_DIRECTORY = b"SECd"
_CIFF_ENTRY_BYTES = 10
_CIFF_MOST_ENTRIES = 1000
_POINTER_BYTES = 4


def check_raf(window: Window) -> None:
    """Check that the three parts of a Fujifilm RAF lie within the file.

    Raises:
        IncompleteError: One does not.
    """
    if window.at(0, 15) != b"FUJIFILMCCD-RAW":
        raise IncompleteError("no RAF header")
    numbers = window.unpack(">6I", _RAF_PARTS)
    for offset, length in zip(numbers[::2], numbers[1::2], strict=True):
        window.require(offset, length)
    if not any(numbers):
        raise IncompleteError("no picture data")
    window.require_data(0, window.size)


def check_x3f(window: Window) -> None:
    """Check that the last bytes of a Sigma X3F lead to its directory.

    Raises:
        IncompleteError: They do not.
    """
    if window.at(0, 4) != b"FOVb":
        raise IncompleteError("no X3F header")
    directory = window.unpack("<I", window.size - _POINTER_BYTES)[0]
    if window.at(directory, 4) != _X3F_DIRECTORY:
        raise IncompleteError("no directory at its end")


def check_ciff(window: Window) -> None:
    """Check that the last bytes of a Canon CRW lead to its directory.

    Raises:
        IncompleteError: They do not.
    """
    if window.at(0, 14) != b"II\x1a\0\0\0HEAPCCDR":
        raise IncompleteError("no CRW header")
    heap = window.unpack("<I", 2)[0]
    directory = heap + window.unpack("<I", window.size - _POINTER_BYTES)[0]
    count = window.unpack("<H", directory)[0]
    end = directory + 2 + count * _CIFF_ENTRY_BYTES
    if not 0 < count <= _CIFF_MOST_ENTRIES or end > window.size - _POINTER_BYTES:
        raise IncompleteError("no directory at its end")


def check_mrw(window: Window) -> None:
    """Check that a Minolta MRW has its header, and data that do not end in zeros.

    How much data there should be depends on the camera, so a cut within them is not noticed.

    Raises:
        IncompleteError: The header or the data are missing.
    """
    if window.at(0, 4) != b"\0MRM":
        raise IncompleteError("no MRW header")
    data = 8 + window.unpack(">I", 4)[0]
    if data >= window.size:
        raise IncompleteError("no picture data")
    window.require_data(data, window.size)
