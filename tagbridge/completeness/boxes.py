"""The boxes that ISO media files (HEIC, AVIF, CR3, MP4, QuickTime) are built of."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tagbridge.completeness.window import IncompleteError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tagbridge.completeness.window import Window

_MOST_BOXES = 10_000
_LONG_SIZE, _TO_THE_END = 1, 0


class Box(NamedTuple):
    """One box.

    Attributes:
        kind: Its four letters.
        start: Of its content, behind its header.
        end: One behind its last byte.
    """

    kind: bytes
    start: int
    end: int


def boxes_in(window: Window, start: int, end: int) -> Iterator[Box]:
    """Yield the boxes that fill a place exactly, in order.

    Raises:
        IncompleteError: Something there is no box, or reaches beyond the end.
    """
    for _ in range(_MOST_BOXES):
        if start == end:
            return
        box = _box(window, start, end)
        yield box
        start = box.end
    raise IncompleteError("more boxes than a picture or video has")


def _box(window: Window, start: int, end: int) -> Box:
    size, kind = window.unpack(">I4s", start)
    header = 8
    if size == _LONG_SIZE:
        size, header = window.unpack(">Q", start + 8)[0], 16
    elif size == _TO_THE_END:
        size = end - start
    if not kind.strip(b"\0") or size < header:
        raise IncompleteError("something in it is no box")
    if start + size > end:
        raise IncompleteError(f"the file ends {start + size - end} bytes too early")
    return Box(kind, start + header, start + size)


def find_box(window: Window, path: Sequence[bytes], start: int, end: int) -> Box | None:
    """Return the first box of these names, one inside the other, or None.

    What is no box ends the search: QuickTime ends some lists with four zeros.
    """
    try:
        for box in boxes_in(window, start, end):
            if box.kind == path[0]:
                return find_box(window, path[1:], box.start, box.end) if path[1:] else box
    except IncompleteError:
        pass
    return None
