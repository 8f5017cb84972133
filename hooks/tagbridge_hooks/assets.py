"""What providers and hooks are given: the asset, and a rendition of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A photograph on disk, as it was when it was read.

    Attributes:
        path: Where it is; names that are not UTF-8 are surrogate-escaped, as Python does.
        media_type: What its content says it is, such as `image/jpeg`; never taken from the name.
        size: Bytes.
        mtime_ns: Time of the last change, nanoseconds since the epoch.
        identity: Hash of the picture without its metadata, in hexadecimal. Renaming, copying
            and re-tagging a photograph leave it the same.
    """

    path: Path
    media_type: str
    size: int
    mtime_ns: int
    identity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendition:
    """A small picture of an asset that may leave the machine.

    It is upright (the EXIF orientation is applied to the pixels), sRGB, 8 bits a channel, JPEG,
    and carries neither metadata nor the name of the asset. The rendition of a video is an MP4
    without sound.

    Attributes:
        data: The encoded picture or video.
        media_type: `image/jpeg` or `video/mp4` when the core made it.
        width: Pixels of the upright picture.
        height: Pixels of the upright picture.
        seconds: Length of a video; None for a picture.
    """

    data: bytes
    media_type: str
    width: int
    height: int
    seconds: float | None = None
