"""Look at the pictures that a client sends, as far as a service without eyes can."""

from __future__ import annotations

import re
from base64 import b64decode
from struct import unpack

UNKNOWN_SIZE = (640, 480)  # of a picture that is given by its address, or in a rarer format
_FRAMES = re.compile(
    rb"\xff[\xc0-\xc3\xc5-\xc7\xc9-\xcb\xcd-\xcf]\x00.[\x08\x0c](..)(..)", re.DOTALL
)
_STARTS = {
    b"GIF87a": "gif",
    b"GIF89a": "gif",
    b"BM": "bmp",
    b"II*\x00": "tiff",
    b"MM\x00*": "tiff",
}


def format_of(data: bytes) -> str:
    """Return the name of the format that the first bytes tell, or nothing."""
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data[4:8] == b"ftyp":
        return "heic" if data[8:12] in {b"heic", b"heix", b"mif1"} else "mp4"
    return next((name for start, name in _STARTS.items() if data.startswith(start)), "")


def is_whole(data: bytes) -> bool:
    """Say whether a JPEG or PNG ends where it should; other formats are believed."""
    ends = {"jpeg": b"\xff\xd9", "png": b"IEND\xaeB`\x82"}
    return data.endswith(ends.get(format_of(data), b""))


def is_decodable(data: bytes, *formats: str) -> bool:
    """Say whether this is a whole picture in one of the formats."""
    return format_of(data) in formats and is_whole(data)


def size_of(data: bytes) -> tuple[int, int]:
    """Return width and height in pixels."""
    if format_of(data) == "png":
        width, height = unpack(">II", data[16:24])
        return width, height
    if format_of(data) == "jpeg" and (frame := _FRAMES.search(data)):
        return int.from_bytes(frame[2]), int.from_bytes(frame[1])
    return UNKNOWN_SIZE


def from_base64(text: str, *, prefix: bool) -> bytes | None:
    """Return the bytes of strict base64, after a `data:` prefix where that is allowed."""
    if prefix and text.startswith("data:image/"):
        text = text.partition(";base64,")[2]
    try:
        return b64decode(text, validate=True)
    except ValueError:
        return None


def seconds_of(video: bytes) -> float | None:
    """Return the length of an MP4 as its movie header tells it, or None if it tells none."""
    at = video.find(b"mvhd")
    if format_of(video) != "mp4" or at < 0 or len(video) < at + 36:
        return None
    if video[at + 4] == 1:  # 64-bit times
        scale, length = unpack(">IQ", video[at + 24 : at + 36])
    else:
        scale, length = unpack(">II", video[at + 16 : at + 24])
    return length / scale if scale else None
