"""Completeness of HEIC, AVIF, CR3, MP4 and QuickTime: boxes that fill the file exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge.completeness.boxes import boxes_in
from tagbridge.completeness.window import IncompleteError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagbridge.completeness.boxes import Box
    from tagbridge.completeness.window import Window

_MOST_EXTENTS = 100_000
_FULL_BOX_BYTES = 4  # version and flags
_IN_FILE = 0  # the construction method of data that lie in the file itself


def check_bmff(window: Window) -> None:
    """Check that the boxes fill the file, that data are there, and that all items lie inside.

    Raises:
        IncompleteError: A box reaches beyond the end, or one that must be there is missing.
    """
    boxes = list(boxes_in(window, 0, window.size))
    kinds = {box.kind for box in boxes}
    if boxes[0].kind != b"ftyp":
        raise IncompleteError("no file type box")
    if not kinds & {b"meta", b"moov"}:
        raise IncompleteError("no description of what is in it")
    inside = [box for box in boxes if box.kind == b"meta"]
    for box in inside:
        _check_items(window, box)
    _check_data(window, boxes, inside)


def _check_data(window: Window, boxes: list[Box], inside: list[Box]) -> None:
    data = [box for box in boxes if box.kind == b"mdat"]
    if not data and not any(_child(window, box, b"idat") for box in inside):
        raise IncompleteError("no picture data")
    film = any(box.kind == b"moov" for box in boxes)
    for box in data:
        # Silence is zeros as well. Where the film's description follows, nothing was still to come.
        if box.end == window.size or not film:
            window.require_data(box.start, box.end)


def _child(window: Window, meta: Box, kind: bytes) -> Box | None:
    for box in boxes_in(window, meta.start + _FULL_BOX_BYTES, meta.end):
        if box.kind == kind:
            return box
    return None


def _check_items(window: Window, meta: Box) -> None:
    """Check that what the item location box names lies within the file."""
    box = _child(window, meta, b"iloc")
    if box is not None:
        reader = _Locations(window, box)
        for offset, length in reader.extents():
            window.require(offset, length)


class _Locations:
    """Reads an item location box (ISO 14496-12, 8.11.3) from front to back."""

    def __init__(self, window: Window, box: Box) -> None:
        self._content = window.at(box.start, box.end - box.start)
        self._position = _FULL_BOX_BYTES
        self._extents = 0
        self._version = self._content[0] if self._content else 0

    def extents(self) -> Iterator[tuple[int, int]]:
        """Yield where each piece of an item lies in the file, and how long it is."""
        sizes = self._number(2)
        widths = (sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15, sizes & 15)
        for _ in range(self._number(2 if self._version < 2 else 4)):  # noqa: PLR2004 - box version
            yield from self._item(*widths)

    def _item(self, offset: int, length: int, base: int, index: int) -> Iterator[tuple[int, int]]:
        self._number(2 if self._version < 2 else 4)  # noqa: PLR2004 - as above; the item's number
        method = self._number(2) & 15 if self._version else _IN_FILE
        elsewhere = self._number(2) != 0
        start = self._number(base)
        for _ in range(self._extent_count()):
            self._number(index if self._version else 0)
            extent = (start + self._number(offset), self._number(length))
            if method == _IN_FILE and not elsewhere:
                yield extent

    def _extent_count(self) -> int:
        # Extents may be written in no bytes at all, so the size of the box does not bound them.
        count = self._number(2)
        self._extents += count
        if self._extents > _MOST_EXTENTS:
            raise IncompleteError("more parts than a picture has")
        return count

    def _number(self, width: int) -> int:
        end = self._position + width
        if end > len(self._content):
            raise IncompleteError("the list of its parts is cut")
        value = int.from_bytes(self._content[self._position : end], "big")
        self._position = end
        return value
