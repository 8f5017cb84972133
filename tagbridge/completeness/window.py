"""Look at any place of a large file without holding all of it."""

from __future__ import annotations

import os
import struct
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

_BLOCK = 64 * 1024
_SEARCH_BLOCK = 1024 * 1024
_LARGEST_READ = 16 * 1024 * 1024
_TAIL = 64 * 1024
_SMALLEST_TAIL = 256


class IncompleteError(Exception):
    """Say in a short phrase what a file lacks."""


class Window:
    """A file of which small pieces are looked at, mostly one behind the other.

    Attributes:
        size: Bytes, when the window was opened. What is written later is not seen.

    Raises:
        IncompleteError: The file is empty.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._block = b""
        self._block_start = 0
        # What is in memory anyway is searched there: `getvalue` copies nothing.
        self._whole = file.getvalue() if isinstance(file, BytesIO) else None
        self.size = file.seek(0, os.SEEK_END)
        if self.size == 0:
            raise IncompleteError("the file is empty")

    def at(self, offset: int, count: int) -> bytes:
        """Return exactly `count` bytes.

        Raises:
            IncompleteError: They lie beyond the end, or are more than anything sensible needs.
        """
        self.require(offset, count)
        if count > _LARGEST_READ:
            raise IncompleteError("a table in it is unreasonably large")
        start = offset - self._block_start
        if not 0 <= start <= len(self._block) - count:
            self._block = self._read(offset, max(count, _BLOCK))
            self._block_start, start = offset, 0
        found = self._block[start : start + count]
        if len(found) < count:
            raise IncompleteError("the file became shorter while it was read")
        return found

    def unpack(self, layout: str, offset: int) -> tuple[Any, ...]:
        """Return the values at a place, as `struct.unpack` does.

        Raises:
            IncompleteError: They lie beyond the end.
        """
        return struct.unpack(layout, self.at(offset, struct.calcsize(layout)))

    def require(self, offset: int, count: int) -> None:
        """Check that a run of bytes lies within the file.

        Raises:
            IncompleteError: It does not.
        """
        if offset < 0 or count < 0 or offset + count > self.size:
            missing = offset + count - self.size
            raise IncompleteError(f"the file ends {missing} bytes too early")

    def find(self, pattern: re.Pattern[bytes], start: int, longest: int) -> int | None:
        """Return where a pattern first matches, or None.

        Args:
            pattern: What to look for.
            start: Where to begin.
            longest: Bytes of its longest match; matches across two blocks are found by that.
        """
        if self._whole is not None:
            match = pattern.search(self._whole, start)
            return None if match is None else match.start()
        for offset, block in self._blocks(start, longest - 1):
            if match := pattern.search(block):
                return offset + match.start()
        return None

    def require_data(self, start: int, end: int) -> None:
        """Check that a run of compressed data does not end in a long run of zeros.

        A file whose space was reserved before it was copied has its full size and, where the
        rest is still to come, zeros.

        Raises:
            IncompleteError: Its last 64 KiB (of a short run: its second half) are all zero.
        """
        count = min(_TAIL, (end - start) // 2)
        if count >= _SMALLEST_TAIL and not self.at(end - count, count).strip(b"\0"):
            raise IncompleteError("it ends in zeros where picture data should be")

    def pieces(self, start: int, end: int) -> Iterator[bytes]:
        """Yield a run of bytes in pieces.

        Raises:
            IncompleteError: The file ends before it does.
        """
        while start < end:
            piece = self._read(start, min(end - start, _SEARCH_BLOCK))
            if not piece:
                raise IncompleteError("the file became shorter while it was read")
            yield piece
            start += len(piece)

    def _blocks(self, start: int, overlap: int) -> Iterator[tuple[int, bytes]]:
        offset, count = start, _BLOCK
        while offset + overlap < self.size:
            block = self._read(offset, count)
            yield offset, block
            count = _SEARCH_BLOCK  # only the first is small: most searches end there
            if len(block) <= overlap:
                return
            offset += len(block) - overlap

    def _read(self, offset: int, count: int) -> bytes:
        self._file.seek(offset)
        return self._file.read(count)
