"""Completeness of PNG, WebP and GIF: rows of blocks that each tell their length."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge.completeness.window import IncompleteError

if TYPE_CHECKING:
    from tagbridge.completeness.window import Window

_MOST_BLOCKS = 1_000_000

_PNG_BEGINNING = b"\x89PNG\r\n\x1a\n"
_PNG_FRAME_BYTES = 12  # length, type and checksum of a chunk

_WEBP_PICTURES = (b"VP8 ", b"VP8L", b"ANMF")

_GIF_BEGINNINGS = (b"GIF87a", b"GIF89a")
_GIF_TRAILER, _GIF_IMAGE, _GIF_EXTENSION, _GIF_FILLING = b";", b",", b"!", b"\0"


def check_png(window: Window) -> None:
    """Walk the chunks to IEND; anything may follow it.

    Raises:
        IncompleteError: IEND or picture data are missing, or something is no chunk.
    """
    if window.at(0, 8) != _PNG_BEGINNING:
        raise IncompleteError("no PNG signature")
    position, pictured = 8, False
    for _ in range(_MOST_BLOCKS):
        length, name = window.unpack(">I4s", position)
        if not name.isalpha():
            raise IncompleteError("something in it is no PNG chunk")
        window.require(position, length + _PNG_FRAME_BYTES)
        position += length + _PNG_FRAME_BYTES
        pictured = pictured or name == b"IDAT"
        if name == b"IEND":
            break
    else:
        raise IncompleteError("more chunks than a picture has")
    if not pictured:
        raise IncompleteError("no picture data")


def check_webp(window: Window) -> None:
    """Check that the chunks fill the RIFF frame exactly; anything may follow it.

    Raises:
        IncompleteError: The frame is longer than the file, or the chunks do not fill it.
    """
    name, length, kind = window.unpack("<4sI4s", 0)
    if (name, kind) != (b"RIFF", b"WEBP"):
        raise IncompleteError("no WebP header")
    end = 8 + length
    window.require(0, end)
    pictures = _webp_pictures(window, end)
    if not pictures:
        raise IncompleteError("no picture data")
    window.require_data(*pictures[-1])


def _webp_pictures(window: Window, end: int) -> list[tuple[int, int]]:
    """Return from where to where each chunk with picture data reaches."""
    position = 12
    pictures: list[tuple[int, int]] = []
    for _ in range(_MOST_BLOCKS):
        if position >= end:
            return pictures
        name, length = window.unpack("<4sI", position)
        data, position = position + 8, position + 8 + length
        if position > end:
            raise IncompleteError("a chunk in it is longer than the picture")
        if name in _WEBP_PICTURES:
            pictures.append((data, position))
        position += length % 2
    raise IncompleteError("more chunks than a picture has")


def check_gif(window: Window) -> None:
    """Walk the blocks to the trailer; anything may follow it.

    Raises:
        IncompleteError: The trailer or the picture is missing, or something is no block.
    """
    walk = _GifWalk(window)
    if walk.take(6) not in _GIF_BEGINNINGS:
        raise IncompleteError("no GIF signature")
    walk.skip_screen()
    pictured = False
    while (kind := walk.take(1)) != _GIF_TRAILER:
        if kind == _GIF_IMAGE:
            pictured = True
            walk.skip_image()
        elif kind == _GIF_EXTENSION:
            walk.take(1)
            walk.skip_data()
        elif kind != _GIF_FILLING:
            raise IncompleteError("something in it is no GIF block")
    if not pictured:
        raise IncompleteError("no picture data")


class _GifWalk:
    """One walk through a GIF, from its first byte."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._position = 0
        self._steps = 0

    def take(self, count: int) -> bytes:
        self._steps += 1
        if self._steps > _MOST_BLOCKS:
            raise IncompleteError("more blocks than a picture has")
        taken = self._window.at(self._position, count)
        self._position += count
        return taken

    def skip_screen(self) -> None:
        self._skip_colors(self.take(7)[4])

    def skip_image(self) -> None:
        self._skip_colors(self.take(9)[8])
        self.take(1)  # the code size
        self.skip_data()

    def skip_data(self) -> None:
        while (length := self.take(1)[0]) != 0:
            self._position += length

    def _skip_colors(self, flags: int) -> None:
        if flags & 0x80:
            self._position += 3 * 2 ** ((flags & 7) + 1)
