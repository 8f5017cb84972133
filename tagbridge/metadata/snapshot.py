"""Read an asset once, and know whether it is still the same later."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagbridge_hooks import AssetChangedError, UnreadableAssetError

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 2 << 30
_CHUNK = 16 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A file as it was at one moment.

    Attributes:
        path: Where it is; never a symbolic link.
        data: All its bytes.
        status: What the file system says about it.
    """

    path: Path
    data: bytes
    status: os.stat_result


def take_snapshot(path: Path, *, max_bytes: int = MAX_BYTES) -> Snapshot:
    """Read a regular file whole.

    Raises:
        UnreadableAssetError: It is empty, missing, a link, a folder, a pipe or a device, larger
            than `max_bytes`, or the system refuses to read it.
        AssetChangedError: It changed while it was read.
    """
    # Without O_NONBLOCK a pipe named .jpg would hang us for ever.
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        raise UnreadableAssetError(_reason(path, error)) from error
    try:
        try:
            return _read(path, descriptor, max_bytes)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise UnreadableAssetError(f"it cannot be read: {error.strerror}") from error


def is_unchanged(before: os.stat_result, after: os.stat_result) -> bool:
    """Return whether two looks at a path saw the same file with the same content."""
    return (before.st_dev, before.st_ino, before.st_size, before.st_mtime_ns) == (
        after.st_dev,
        after.st_ino,
        after.st_size,
        after.st_mtime_ns,
    )


def _read(path: Path, descriptor: int, max_bytes: int) -> Snapshot:
    before = os.fstat(descriptor)
    _refuse(before, max_bytes)
    pieces = []
    left = before.st_size
    while left and (piece := os.read(descriptor, min(left, _CHUNK))):
        pieces.append(piece)
        left -= len(piece)
    after = os.fstat(descriptor)
    if left or not is_unchanged(before, after):
        raise AssetChangedError("it changed while it was read")
    return Snapshot(path=path, data=b"".join(pieces), status=after)


def _refuse(status: os.stat_result, max_bytes: int) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableAssetError("it is not a regular file")
    if status.st_size == 0:
        raise UnreadableAssetError("it is empty")
    if status.st_size > max_bytes:
        raise UnreadableAssetError(f"it is larger than {max_bytes >> 20} MB")


def _reason(path: Path, error: OSError) -> str:
    if os.path.islink(path):  # noqa: PTH114 - the method raises where a folder is locked
        return "it is a symbolic link; tag the file that it points to"
    return f"it cannot be read: {error.strerror}"
