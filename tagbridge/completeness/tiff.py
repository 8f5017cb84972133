"""Completeness of TIFF and of the RAW formats that are built like it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagbridge.completeness.window import IncompleteError

if TYPE_CHECKING:
    from tagbridge.completeness.window import Window

_ORDERS = {b"II": "<", b"MM": ">"}
_BIG = 43
# 42 is TIFF; the others are Panasonic's and Olympus' own numbers for the same structure.
_PANASONIC = 0x55
_CLASSIC = (42, _PANASONIC, 0x4F52, 0x5352)

_TYPE_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_TYPE_BYTES |= {16: 8, 17: 8, 18: 8}
_INTEGERS = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}

_COMPRESSION, _SUB_IFDS, _EXIF, _GPS = 259, 330, 34665, 34853
_DIRECTORIES = (_SUB_IFDS, _EXIF, _GPS)
# Where data lie, and how long they are: strips, tiles, a preview.
_EXTENTS = ((273, 279), (324, 325), (513, 514))
_PANASONIC_EXTENTS = ((0x118, 279),)  # to others this tag is the darkest sample
_ELSEWHERE = 0xFFFFFFFF  # Panasonic's "see the other tag"
_UNCOMPRESSED = 1

_MOST_IFDS = 10_000
_MOST_ENTRIES = 65_535
_MOST_NUMBERS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The beginning of a TIFF structure.

    Attributes:
        base: Where it stands in the file; offsets count from there.
        order: Byte order as `struct` writes it.
        number: What says which TIFF it is: 42, 43 for BigTIFF, or a maker's own.
        first: Offset of the first directory.
    """

    base: int
    order: str
    number: int
    first: int

    @property
    def big(self) -> bool:
        """Tell whether it is BigTIFF, with 64-bit offsets."""
        return self.number == _BIG


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One tag of a directory.

    Attributes:
        tag: Its number.
        kind: Its TIFF type.
        count: How many values.
        size: Bytes of all values.
        at: Place of the first value in the file.
    """

    tag: int
    kind: int
    count: int
    size: int
    at: int


def check_tiff(window: Window) -> None:
    """Check that every directory of a TIFF and all data that they name are there.

    Raises:
        IncompleteError: Something lies beyond the end, or there is no picture.
    """
    _Walk(window).check(raw=False)


def check_raw_tiff(window: Window) -> None:
    """Do the same for a RAW, which moreover never ends in zeros.

    Raises:
        IncompleteError: Something lies beyond the end, or there is no picture.
    """
    _Walk(window).check(raw=True)


def read_header(window: Window, base: int = 0) -> Header:
    """Return the header of a TIFF structure.

    Raises:
        IncompleteError: There is none.
    """
    order = _ORDERS.get(window.at(base, 2))
    if order is None:
        raise IncompleteError("no TIFF header")
    number, first = window.unpack(f"{order}HI", base + 2)
    if number == _BIG:
        first = window.unpack(f"{order}Q", base + 8)[0]
    elif number not in _CLASSIC:
        raise IncompleteError("no TIFF header")
    return Header(base=base, order=order, number=number, first=first)


def read_ifd(window: Window, header: Header, offset: int) -> tuple[list[Entry], int]:
    """Return the entries of a directory and the offset of the next one, 0 for none.

    Entries of a type that TIFF does not know are left out.

    Raises:
        IncompleteError: The directory or a value lies beyond the end.
    """
    count_layout, entry_bytes, next_layout = ("Q", 20, "Q") if header.big else ("H", 12, "I")
    start = header.base + offset
    count = window.unpack(header.order + count_layout, start)[0]
    start += 8 if header.big else 2
    window.require(start, count * entry_bytes)
    if count > _MOST_ENTRIES:
        raise IncompleteError("a directory in it is unreasonably large")
    found = [_read_entry(window, header, start + i * entry_bytes) for i in range(count)]
    following = window.unpack(header.order + next_layout, start + count * entry_bytes)[0]
    return [entry for entry in found if entry is not None], following


def _read_entry(window: Window, header: Header, at: int) -> Entry | None:
    layout, inline = ("HHQ", 8) if header.big else ("HHI", 4)
    tag, kind, count = window.unpack(header.order + layout, at)
    if kind not in _TYPE_BYTES:
        return None
    size = count * _TYPE_BYTES[kind]
    value_at = at + (12 if header.big else 8)
    if size > inline:
        value_at = header.base + window.unpack(header.order + layout[2], value_at)[0]
    window.require(value_at, size)
    return Entry(tag=tag, kind=kind, count=count, size=size, at=value_at)


def entry_numbers(window: Window, header: Header, entry: Entry) -> tuple[int, ...]:
    """Return the values of an entry of whole numbers; of any other type, none.

    Raises:
        IncompleteError: They are unreasonably many.
    """
    if entry.kind not in _INTEGERS:
        return ()
    # Checked here because `struct` would first build its layout for any count.
    if entry.count > _MOST_NUMBERS:
        raise IncompleteError("a table in it is unreasonably large")
    return window.unpack(f"{header.order}{entry.count}{_INTEGERS[entry.kind]}", entry.at)


class _Walk:
    """One walk through all directories of a file."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._header = read_header(window)
        maker = _PANASONIC_EXTENTS if self._header.number == _PANASONIC else ()
        self._extents = _EXTENTS + maker
        self._work = 0
        self._last = (0, 0)
        self._last_is_compressed = False

    def check(self, *, raw: bool) -> None:
        self._visit_all()
        start, end = self._last
        if end == 0:
            raise IncompleteError("no picture data")
        # Uncompressed black is zeros too; a RAW has noise even there.
        if raw or self._last_is_compressed:
            self._window.require_data(start, end)

    def _visit_all(self) -> None:
        seen: set[int] = set()
        waiting = [self._header.first]
        while waiting:
            offset = waiting.pop()
            # Directories may point at each other; each counts once.
            if offset == 0 or offset in seen:
                continue
            seen.add(offset)
            if len(seen) > _MOST_IFDS:
                raise IncompleteError("more directories than a photograph has")
            waiting.extend(self._visit(offset))

    def _visit(self, offset: int) -> list[int]:
        """Check one directory and return the offsets of those it leads to."""
        entries, following = read_ifd(self._window, self._header, offset)
        self._spend(len(entries))
        wanted = {_COMPRESSION, *_DIRECTORIES, *(tag for pair in self._extents for tag in pair)}
        tags = {entry.tag: self._numbers(entry) for entry in entries if entry.tag in wanted}
        compressed = tags.get(_COMPRESSION, ()) not in ((), (_UNCOMPRESSED,))
        for offset_tag, length_tag in self._extents:
            self._check_extents(
                tags.get(offset_tag, ()), tags.get(length_tag, ()), compressed=compressed
            )
        return [following, *(place for tag in _DIRECTORIES for place in tags.get(tag, ()))]

    def _numbers(self, entry: Entry) -> tuple[int, ...]:
        self._spend(entry.count)
        return entry_numbers(self._window, self._header, entry)

    def _spend(self, work: int) -> None:
        # Directories may overlap, so their number and size alone do not bound the work.
        self._work += work
        if self._work > _MOST_NUMBERS:
            raise IncompleteError("more tags than a photograph has")

    def _check_extents(
        self, offsets: tuple[int, ...], lengths: tuple[int, ...], *, compressed: bool
    ) -> None:
        # Old scanners leave the lengths away; then only the beginnings can be checked.
        lengths = lengths if len(lengths) == len(offsets) else (1,) * len(offsets)
        for offset, length in zip(offsets, lengths, strict=True):
            if _ELSEWHERE in (offset, length):
                continue
            self._window.require(offset, length)
            if offset + length > self._last[1]:
                self._last = (offset, offset + length)
                self._last_is_compressed = compressed
