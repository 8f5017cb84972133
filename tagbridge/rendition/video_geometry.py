"""How the frames of a video are to be turned and scaled."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from av.sidedata.sidedata import Type

from tagbridge.rendition.geometry import fitted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from av import VideoFrame
    from av.buffer import Buffer

# The display matrix has the rows a b u, c d v, x y w. It maps (x, y) to (a x + c y, b x + d y).
_MATRIX = "=9i"
_NOTHING = (1, 0, 0, 1)
_TURNS = {
    _NOTHING: (),
    (-1, 0, 0, 1): (("hflip", ""),),
    (1, 0, 0, -1): (("vflip", ""),),
    (-1, 0, 0, -1): (("hflip", ""), ("vflip", "")),
    (0, 1, -1, 0): (("transpose", "clock"),),
    (0, -1, 1, 0): (("transpose", "cclock"),),
    (0, 1, 1, 0): (("transpose", "cclock_flip"),),
    (0, -1, -1, 0): (("transpose", "clock_flip"),),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What the stored frames of a video need to be shown as they are meant.

    Attributes:
        width: Of a stored frame with square pixels.
        height: Likewise.
        turns: FFmpeg's filters that make it upright, each with its argument.
    """

    width: int
    height: int
    turns: tuple[tuple[str, str], ...] = ()

    @property
    def exchanges_sides(self) -> bool:
        """Return whether the upright picture is as wide as the stored one is high."""
        return any(name == "transpose" for name, _ in self.turns)

    def scaled(self, edge: int) -> tuple[int, int]:
        """Return the size before the turn that fits into a square; never larger, always even."""
        width, height = fitted((self.width, self.height), edge)
        return _even(width), _even(height)


def shape_of(frame: VideoFrame, pixel: Fraction | None) -> Shape:
    """Return what the frames of a video need, by its first one.

    Args:
        frame: As it was decoded.
        pixel: Width of a pixel by its height; None or 0 for square ones.
    """
    said = cast("Mapping[Type, Buffer]", frame.side_data)  # its stub takes the keys for texts
    matrix = said.get(Type.DISPLAYMATRIX)
    turns = _turns(bytes(matrix)) if matrix is not None else ()
    return Shape(width=max(1, round(frame.width * (pixel or 1))), height=frame.height, turns=turns)


def _turns(matrix: bytes) -> tuple[tuple[str, str], ...]:
    """Return the filters for a matrix; one that is askew counts as the nearest quarter turn."""
    a, b, _, c, d, *_ = struct.unpack(_MATRIX, matrix)
    lying = abs(b) + abs(c) > abs(a) + abs(d)
    signs = (0, _sign(b), _sign(c), 0) if lying else (_sign(a), 0, 0, _sign(d))
    return _TURNS[signs]


def _sign(value: int) -> int:
    return -1 if value < 0 else 1


def _even(length: int) -> int:
    """Return a length that H.264 can store with halved colours."""
    return max(2, length - length % 2)
