"""TIFF structures made by hand: pages, tiles, pyramids, and RAW files that are built like one."""

from __future__ import annotations

import io
import struct
from typing import TypeAlias

from PIL import Image

BYTE, ASCII, SHORT, LONG, RATIONAL, SIGNED_RATIONAL, UNDEFINED = 1, 2, 3, 4, 5, 10, 7
_LAYOUTS = {BYTE: "B", ASCII: "B", UNDEFINED: "B", SHORT: "H", LONG: "I", RATIONAL: "I"}
_LAYOUTS |= {SIGNED_RATIONAL: "i"}
Tag: TypeAlias = "tuple[int, int, list[int] | bytes]"
SIZE = (64, 48)


def directory(tags: list[Tag], at: int, following: int = 0, order: str = "<") -> bytes:
    """Return a directory that will stand at a place, with its values behind it."""
    entries, values = b"", b""
    values_at = at + 2 + 12 * len(tags) + 4
    for tag, kind, content in sorted(tags):
        packed = struct.pack(f"{order}{len(content)}{_LAYOUTS[kind]}", *content)
        count = len(content) // 2 if kind in (RATIONAL, SIGNED_RATIONAL) else len(content)
        entries += struct.pack(f"{order}HHI", tag, kind, count)
        if len(packed) > 4:
            entries += struct.pack(f"{order}I", values_at + len(values))
            values += packed + bytes(len(packed) % 2)
        else:
            entries += packed.ljust(4, b"\0")
    end = struct.pack(f"{order}I", following)
    return struct.pack(f"{order}H", len(tags)) + entries + end + values


def grey(width: int, height: int, at: int, *more: Tag) -> list[Tag]:
    """Return the tags of an uncompressed grey picture whose pixels are at a place."""
    return [
        (256, LONG, [width]),
        (257, LONG, [height]),
        (258, SHORT, [8]),
        (259, SHORT, [1]),
        (262, SHORT, [1]),
        (273, LONG, [at]),
        (277, SHORT, [1]),
        (278, LONG, [height]),
        (279, LONG, [width * height]),
        *more,
    ]


def pixels(width: int, height: int) -> bytes:
    return Image.radial_gradient("L").resize((width, height)).tobytes()


def saved(picture: Image.Image, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, "TIFF", **options)
    return file.getvalue()


def tiled() -> bytes:
    """Return a picture of twelve tiles of 16 x 16."""
    tiles = pixels(16, 16) * 12
    tags: list[Tag] = [tag for tag in grey(*SIZE, 0) if tag[0] not in (273, 278, 279)]
    tags += [(322, SHORT, [16]), (323, SHORT, [16]), (325, LONG, [256] * 12)]
    start = 8 + len(directory([*tags, (324, LONG, [0] * 12)], 8))
    places = [start + 256 * n for n in range(12)]
    return struct.pack("<2sHI", b"II", 42, 8) + directory([*tags, (324, LONG, places)], 8) + tiles


def pyramid() -> bytes:
    """Return a picture with a smaller one of itself below it, and data of nobody knows whom."""
    full, half, private = pixels(*SIZE), pixels(32, 24), b"a scanner's own data" * 9
    full_at = 8
    half_at = full_at + len(full)
    private_at = half_at + len(half)
    sub_at = private_at + len(private)
    sub = directory(grey(32, 24, half_at, (254, LONG, [1])), sub_at)
    main_at = sub_at + len(sub)
    own: tuple[Tag, ...] = ((330, LONG, [sub_at]), (65_000, LONG, [private_at]))
    main = directory(grey(*SIZE, full_at, *own), main_at)
    return struct.pack("<2sHI", b"II", 42, main_at) + full + half + private + sub + main


def _sensor(at: int, width: int, height: int) -> list[Tag]:
    identity = [1, 1, 0, 1, 0, 1, 0, 1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 1]
    return [
        (254, LONG, [0]),
        (256, LONG, [width]),
        (257, LONG, [height]),
        (258, SHORT, [16]),
        (259, SHORT, [1]),
        (262, SHORT, [32803]),
        (271, ASCII, b"Acme\0"),
        (272, ASCII, b"One\0"),
        (273, LONG, [at]),
        (274, SHORT, [1]),
        (277, SHORT, [1]),
        (278, LONG, [height]),
        (279, LONG, [width * height * 2]),
        (33421, SHORT, [2, 2]),
        (33422, BYTE, [0, 1, 1, 2]),
        (50706, BYTE, [1, 4, 0, 0]),
        (50708, ASCII, b"Acme One\0"),
        (50717, LONG, [65535]),
        (50721, SIGNED_RATIONAL, identity),
        (50728, RATIONAL, [1, 1] * 3),
        (50778, SHORT, [21]),
    ]


def dng(mark: bytes = b"") -> bytes:
    """Return the picture of a sensor, small enough for a test.

    Args:
        mark: What stands between the header and the first directory, as in a CR2.
    """
    width, height = 640, 480
    start = 8 + len(mark)
    at = start + len(directory(_sensor(0, width, height), start))
    row = struct.pack(f"<{width}H", *(3000 + 90 * x for x in range(width)))
    header = struct.pack("<2sHI", b"II", 42, start) + mark
    return header + directory(_sensor(at, width, height), start) + row * height
