"""What the boxes of a video tell without decoding it: how long it is, which it is, its XMP packet.

A video may be larger than memory: everything is read in pieces.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from tagbridge.completeness.boxes import boxes_in, find_box
from tagbridge.completeness.window import IncompleteError, Window
from tagbridge.metadata.snapshot import reopened
from tagbridge_hooks import UnreadableAssetError

if TYPE_CHECKING:
    from tagbridge.metadata.snapshot import Snapshot

_XMP_ID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")


def seconds_of(window: Window) -> float:
    """Return how long a video lasts, as its header tells.

    Raises:
        UnreadableAssetError: It does not tell.
    """
    try:
        seconds = _movie_seconds(window)
    except IncompleteError:
        seconds = None
    if seconds is None:
        raise UnreadableAssetError(
            "its header does not tell how long it lasts, as after a recording that was cut off;"
            " save it again with a video editor"
        )
    return seconds


def _movie_seconds(window: Window) -> float | None:
    header = find_box(window, [b"moov", b"mvhd"], 0, window.size)
    if header is None:
        return None
    long = window.at(header.start, 1) == b"\1"
    scale, length = window.unpack(">IQ" if long else ">II", header.start + (20 if long else 12))
    if length == (0xFFFFFFFFFFFFFFFF if long else 0xFFFFFFFF):
        length = 0
    length = length or _fragments_length(window)
    return length / scale if scale and length else None


def _fragments_length(window: Window) -> int:
    """Return the length of a video that was recorded in fragments; 0 when it is not told."""
    header = find_box(window, [b"moov", b"mvex", b"mehd"], 0, window.size)
    if header is None:
        return 0
    long = window.at(header.start, 1) == b"\1"
    length: int = window.unpack(">Q" if long else ">I", header.start + 4)[0]
    return length


def identity_of_video(snapshot: Snapshot) -> str:
    """Return the hash of a video without its metadata, as 64 hexadecimal digits.

    Raises:
        UnreadableAssetError: It cannot be read.
        AssetChangedError: It changed meanwhile.
    """
    digest = hashlib.sha256()
    with reopened(snapshot) as file:
        window = Window(file)
        try:
            for box in boxes_in(window, 0, window.size):
                if box.kind == b"mdat":
                    for piece in window.pieces(box.start, box.end):
                        digest.update(piece)
        except IncompleteError as reason:
            raise UnreadableAssetError(f"it is damaged or incomplete: {reason}") from reason
    return digest.hexdigest()


def packet_of_video(snapshot: Snapshot) -> bytes:
    """Return the XMP packet in a video; empty when there is none.

    Raises:
        UnreadableAssetError: It cannot be read.
        AssetChangedError: It changed meanwhile.
    """
    with reopened(snapshot) as file:
        window = Window(file)
        try:
            return _packet(window)
        except IncompleteError:  # damaged, or larger than any packet
            return b""


def _packet(window: Window) -> bytes:
    in_film = find_box(window, [b"moov", b"udta", b"XMP_"], 0, window.size)
    if in_film is not None:  # QuickTime
        return window.at(in_film.start, in_film.end - in_film.start)
    for box in boxes_in(window, 0, window.size):  # MP4
        length = box.end - box.start - len(_XMP_ID)
        if box.kind == b"uuid" and length > 0 and window.at(box.start, len(_XMP_ID)) == _XMP_ID:
            return window.at(box.start + len(_XMP_ID), length)
    return b""
