"""A new file beside the one it shall replace: written, locked against sweeps, not yet in place."""

from __future__ import annotations

import errno
import fcntl
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from tagbridge.metadata.temporary import part_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tagbridge.metadata.layout import Buffer

_SPARE_BYTES = 1 << 20
_WRITE_AT_ONCE = 1 << 30
_COMPARE_AT_ONCE = 128 << 10  # stays in the cache of the processor


@contextmanager
def written_part(
    folder: Path, pieces: Sequence[Buffer], *, mode: int
) -> Iterator[tuple[Path, int]]:
    """Write the pieces to a temporary file, and remove it unless it found another name.

    The descriptor is for reading only: one for writing would look like an editor at work.
    """
    _refuse_without_space(folder, sum(map(len, pieces)))
    part, writing = _new_part(folder, mode)
    try:
        try:
            for piece in pieces:
                _write(writing, piece)
            reading = _open_locked(part)
        finally:
            os.close(writing)
        try:
            yield part, reading
        finally:
            os.close(reading)
    finally:
        with suppress(OSError):  # it has its final name, or the next sweep takes it
            part.unlink()


def _new_part(folder: Path, mode: int) -> tuple[Path, int]:
    """Make a temporary file, and lock it before a sweep takes it for a leftover."""
    while True:
        part = part_name(folder)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        if _lock(descriptor) and os.fstat(descriptor).st_nlink:
            return part, descriptor
        os.close(descriptor)


def _lock(descriptor: int) -> bool:
    """Lock a file against sweeps, and return False when one has got hold of it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # locks are advice; some file systems have none
        return True
    return True


def _open_locked(path: Path) -> int:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    _lock(descriptor)
    return descriptor


def _refuse_without_space(folder: Path, size: int) -> None:
    space = os.statvfs(folder)
    # A file system that has no blocks at all does not say how much space is left.
    if space.f_blocks and space.f_bavail * space.f_frsize < size + _SPARE_BYTES:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _write(descriptor: int, piece: Buffer) -> None:
    rest = memoryview(piece)
    while rest:
        rest = rest[os.write(descriptor, rest[:_WRITE_AT_ONCE]) :]


@contextmanager
def opened(path: Path) -> Iterator[int]:
    """Open a file for reading, locked so that no sweep mistakes it for a leftover."""
    descriptor = _open_locked(path)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def read_back(descriptor: int) -> bytes:
    """Return all that a file holds, wherever its descriptor stands.

    Raises:
        OSError: It cannot be read.
    """
    pieces, at = [], 0
    # The size says how much to ask for at once; that nothing more comes says where it ends.
    while piece := os.pread(descriptor, max(1, os.fstat(descriptor).st_size - at), at):
        pieces.append(piece)
        at += len(piece)
    return b"".join(pieces)


def reads_as(descriptor: int, data: bytes) -> bool:
    """Return whether a file holds exactly this; read from its beginning.

    Raises:
        OSError: It cannot be read.
    """
    buffer = memoryview(bytearray(_COMPARE_AT_ONCE))
    at = 0
    while length := os.preadv(descriptor, [buffer], at):
        if not data.startswith(buffer[:length], at):  # compares without a copy
            return False
        at += length
    return at == len(data)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some network file systems cannot
            raise
    finally:
        os.close(descriptor)
