"""Completeness of JPEG: markers and entropy-coded data up to the real end of the picture."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tagbridge.completeness.tiff import Header, read_header, read_ifd
from tagbridge.completeness.window import IncompleteError

if TYPE_CHECKING:
    from tagbridge.completeness.window import Window

_START = b"\xff\xd8"
_START_OF_IMAGE = 0xD8
_END_OF_IMAGE = 0xD9
_START_OF_SCAN = 0xDA
_APP2 = 0xE2
_TEMPORARY = 0x01  # the one marker below SOF0 that stands alone
_FIRST_MARKER = 0xC0

# Inside picture data FF 00 is a data byte and FF D0 to FF D7 are restarts; FF FF is filling.
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_MARKER_BYTES = 2

_MOST_SEGMENTS = 20_000

_MPF = b"MPF\0"
_MP_ENTRY = 0xB002
_MP_ENTRY_BYTES = 16
_MOST_PICTURES = 256


def check_jpeg(window: Window) -> int:
    """Walk the segments to the end-of-image marker, and look at further pictures behind it.

    Thumbnails inside segments are stepped over. Anything may follow the end of the image.

    Returns:
        One behind that marker.

    Raises:
        IncompleteError: There is no end of the image, or a further picture is cut.
    """
    if window.at(0, 2) != _START:
        raise IncompleteError("no start-of-image marker")
    position, scanned, directories = 2, False, []
    for _ in range(_MOST_SEGMENTS):
        position, marker = _next_marker(window, position)
        if marker == _END_OF_IMAGE:
            break
        if marker == _APP2 and window.at(position, 6)[2:] == _MPF:
            directories.append(position + 6)
        scanned = scanned or marker == _START_OF_SCAN
        position += _segment_length(window, position, marker)
    else:
        raise IncompleteError("more segments than a photograph has")
    if not scanned:
        raise IncompleteError("no picture data")
    for base in directories:
        _check_further_pictures(window, base)
    return position


def _next_marker(window: Window, position: int) -> tuple[int, int]:
    """Return where the next marker ends, and which it is; garbage before it is stepped over."""
    if position + _MARKER_BYTES > window.size:
        raise IncompleteError("no end-of-image marker")
    at_once = _MARKER.match(window.at(position, _MARKER_BYTES))
    found = position if at_once else window.find(_MARKER, position, _MARKER_BYTES)
    if found is None:
        raise IncompleteError("no end-of-image marker")
    marker = window.at(found, _MARKER_BYTES)[1]
    if marker == _START_OF_IMAGE:
        raise IncompleteError("another picture begins before this one ends")
    if marker < _FIRST_MARKER and marker != _TEMPORARY:
        raise IncompleteError("the picture data are damaged")
    return found + _MARKER_BYTES, marker


def _segment_length(window: Window, position: int, marker: int) -> int:
    if marker == _TEMPORARY:
        return 0
    length: int = window.unpack(">H", position)[0]
    if length < 2:  # noqa: PLR2004 - a length counts its own two bytes
        raise IncompleteError("a segment with an impossible length")
    window.require(position, length)
    return length


def _check_further_pictures(window: Window, base: int) -> None:
    """Look at the gain map, depth map or second eye that a Multi-Picture index names.

    Programs that cut these off often leave the index behind, so a picture of which nothing is
    there was taken away and is not missed. One of which only the beginning is there is cut.
    """
    for size, start in _further_pictures(window, base):
        beyond = start + 2 > window.size
        if beyond or window.at(start, 2) != _START:
            continue
        if start + size > window.size:
            raise IncompleteError("a further picture in it is cut")


def _further_pictures(window: Window, base: int) -> list[tuple[int, int]]:
    try:
        header = read_header(window, base)
        entries, _ = read_ifd(window, header, header.first)
    except IncompleteError:
        return []  # a broken index says nothing about the picture itself
    for entry in entries:
        if entry.tag == _MP_ENTRY:
            count = min(entry.size // _MP_ENTRY_BYTES, _MOST_PICTURES)
            return [_picture(window, header, entry.at + i * _MP_ENTRY_BYTES) for i in range(count)]
    return []


def _picture(window: Window, header: Header, at: int) -> tuple[int, int]:
    """Return the size of a picture and where it starts; the first one is the file itself."""
    size, offset = window.unpack(f"{header.order}4xII4x", at)
    return (size, header.base + offset) if offset else (0, 0)
