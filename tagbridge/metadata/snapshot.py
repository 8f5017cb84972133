"""Read an asset once, and know whether it is still the same later."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from tagbridge.formats import SNIFF_BYTES, kind_of, sniff
from tagbridge_hooks import AssetChangedError, UnreadableAssetError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_BYTES = 2 << 30
_CHUNK = 16 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A file as it was at one moment.

    Attributes:
        path: Where it is; never a symbolic link.
        data: All its bytes; of a video the first `SNIFF_BYTES`.
        status: What the file system says about it.
    """

    path: Path
    data: bytes
    status: os.stat_result


def take_snapshot(path: Path, *, max_bytes: int = MAX_BYTES) -> Snapshot:
    """Read a regular file whole; of a video, which may be larger than memory, the beginning.

    Raises:
        UnreadableAssetError: It is empty, missing, a link, a folder, a pipe or a device, larger
            than `max_bytes`, or the system refuses to read it.
        AssetChangedError: It changed while it was read.
    """
    with _opened(path) as descriptor:
        return _read(path, descriptor, max_bytes)


@contextmanager
def reopened(snapshot: Snapshot) -> Iterator[BinaryIO]:
    """Open a file again that is not in memory, such as a video.

    Raises:
        UnreadableAssetError: The system refuses to read it.
        AssetChangedError: It is not the one of the snapshot any more, or changed meanwhile.
    """
    with _opened(snapshot.path) as descriptor:
        _refuse_changed(snapshot.status, descriptor)
        try:
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                yield file
        except UnreadableAssetError:
            # What is wrong with it may only be that somebody was saving it.
            _refuse_changed(snapshot.status, descriptor)
            raise
        _refuse_changed(snapshot.status, descriptor)


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    # Without O_NONBLOCK a pipe named .jpg would hang us for ever.
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        raise UnreadableAssetError(_reason(path, error)) from error
    try:
        try:
            yield descriptor
        finally:
            os.close(descriptor)
    except OSError as error:
        raise UnreadableAssetError(f"it cannot be read: {error.strerror}") from error


def _refuse_changed(before: os.stat_result, descriptor: int) -> None:
    if not is_unchanged(before, os.fstat(descriptor)):
        raise AssetChangedError("it changed while it was read")


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
    _refuse(before)
    head = os.pread(descriptor, SNIFF_BYTES, 0)
    if kind_of(sniff(head) or "") == "video":
        return Snapshot(path=path, data=head, status=before)
    if before.st_size > max_bytes:
        raise UnreadableAssetError(f"it is larger than {max_bytes >> 20} MB")
    pieces = []
    left = before.st_size
    while left and (piece := os.read(descriptor, min(left, _CHUNK))):
        pieces.append(piece)
        left -= len(piece)
    after = os.fstat(descriptor)
    if left or not is_unchanged(before, after):
        raise AssetChangedError("it changed while it was read")
    return Snapshot(path=path, data=b"".join(pieces), status=after)


def _refuse(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableAssetError("it is not a regular file")
    if status.st_size == 0:
        raise UnreadableAssetError("it is empty")


def _reason(path: Path, error: OSError) -> str:
    if os.path.islink(path):  # noqa: PTH114 - the method raises where a folder is locked
        return "it is a symbolic link; tag the file that it points to"
    return f"it cannot be read: {error.strerror}"
