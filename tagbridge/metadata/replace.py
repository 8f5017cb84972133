"""The one place that touches the user's files.

What holds at every moment, through kills, full disks, I/O errors and power cuts: the name stands
for the old file or for the new one, whole. The old inode is never opened for writing. Nothing takes
its place that was not read back and checked, and what came out of the exchange is compared with
what was read before it is let go; if an editor was quicker, its version goes back.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagbridge.metadata.attributes import copy_attributes
from tagbridge.metadata.exchange import exchange, is_written_by_others
from tagbridge.metadata.layout import Buffer, EmbeddingRefusedError
from tagbridge.metadata.snapshot import Snapshot, is_unchanged
from tagbridge.metadata.temporary import PREFIX, give_back, part_name, swap_name
from tagbridge_hooks import AssetChangedError, WriteError

if TYPE_CHECKING:
    from pathlib import Path

_SPARE_BYTES = 1 << 20
_CHUNK = 4 << 20
_WRITE_AT_ONCE = 1 << 30

Check = Callable[[bytes], None]
Announce = Callable[[os.stat_result], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewContent:
    """What a file shall hold.

    Attributes:
        pieces: Its bytes, in order.
        check: Is given the bytes read back; raises `VerificationError` when they are not right.
        announce: Is told what the file system will say about the new file, before it takes its
            name. So the watcher knows its own echo even if the process dies right after.
        keep_mtime: Give the new file the old one's time of the last change.
    """

    pieces: Sequence[Buffer]
    check: Check
    announce: Announce
    keep_mtime: bool = False


def refuse_replacing(snapshot: Snapshot) -> None:
    """Check that a file may be replaced by a new one at all.

    Raises:
        EmbeddingRefusedError: It has further names (hard links), which would keep the old
            content, or its owner made it read-only.
    """
    if snapshot.status.st_nlink > 1:
        raise EmbeddingRefusedError("it has more than one name (hard links)")
    if not snapshot.status.st_mode & stat.S_IWUSR or not os.access(snapshot.path, os.W_OK):
        raise EmbeddingRefusedError("it is read-only")


def replace(snapshot: Snapshot, content: NewContent) -> None:
    """Put new content in the place of a file.

    Raises:
        AssetChangedError: Somebody else changed the file; it is as they left it.
        VerificationError: The new content did not read back as intended; nothing is changed.
        EmbeddingRefusedError: Its attributes cannot be kept; nothing is changed.
        WriteError: The system refused; nothing is changed.
    """
    refuse_replacing(snapshot)
    with _as_write_error(snapshot.path), _opened(snapshot.path) as old:
        if not is_unchanged(snapshot.status, os.fstat(old)):
            raise AssetChangedError("it changed while it was worked on")
        with _part(snapshot.path.parent, content, mode=0o600) as (part, new):
            copy_attributes(old, new, snapshot.status, keep_mtime=content.keep_mtime)
            os.fsync(new)
            content.check(_read_back(part))
            swap = swap_name(part, old=snapshot.status, new=os.fstat(new))
            part.rename(swap)
            with _removed_on_error(swap, os.fstat(new)):
                content.announce(os.fstat(new))
                _take_place(snapshot, swap, os.fstat(new))


def create(path: Path, content: NewContent, *, like: os.stat_result) -> None:
    """Write a file that must not exist yet.

    Args:
        path: Its name.
        content: What it holds.
        like: Status of the asset that it belongs to; a process of the superuser gives the new
            file the same owner.

    Raises:
        AssetChangedError: Somebody made a file of that name meanwhile; it is left alone.
        VerificationError: The content did not read back as intended; there is no file.
        WriteError: The system refused; there is no file.
    """
    with _as_write_error(path), _part(path.parent, content, mode=0o666) as (part, new):
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            os.fchown(new, like.st_uid, like.st_gid)
        os.fsync(new)
        content.check(_read_back(part))
        content.announce(os.fstat(new))
        _take_free_name(part, path)
        _sync_folder(path.parent)


@contextmanager
def _as_write_error(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise WriteError("the disk is full") from error
        reason = error.strerror or str(error)
        raise WriteError(f"{path.name!r} cannot be written: {reason}") from error


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    """Open a file for reading, locked so that no sweep mistakes it for a leftover."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        with suppress(OSError):  # locks are advice; some file systems have none
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def _part(folder: Path, content: NewContent, *, mode: int) -> Iterator[tuple[Path, int]]:
    """Write the pieces to a temporary file, and remove it unless it found another name."""
    size = sum(map(len, content.pieces))
    _refuse_without_space(folder, size)
    part = part_name(folder)
    descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for piece in content.pieces:
            _write(descriptor, piece)
        yield part, descriptor
    finally:
        os.close(descriptor)
        with suppress(OSError):  # it has its final name, or the next sweep takes it
            part.unlink()


def _refuse_without_space(folder: Path, size: int) -> None:
    space = os.statvfs(folder)
    if space.f_bavail * space.f_frsize < size + _SPARE_BYTES:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _write(descriptor: int, piece: Buffer) -> None:
    rest = memoryview(piece)
    while rest:
        rest = rest[os.write(descriptor, rest[:_WRITE_AT_ONCE]) :]


def _read_back(path: Path) -> bytes:
    return path.read_bytes()


@contextmanager
def _removed_on_error(swap: Path, new: os.stat_result) -> Iterator[None]:
    """Remove our own file when it did not get its place; never anything else of that name."""
    try:
        yield
    except BaseException:
        with suppress(OSError):
            if os.path.samestat(swap.lstat(), new):
                swap.unlink()
        raise


def _take_place(snapshot: Snapshot, swap: Path, new: os.stat_result) -> None:
    path = snapshot.path
    if not is_unchanged(snapshot.status, path.lstat()):
        raise AssetChangedError("it changed while it was worked on")
    if not exchange(swap, path):
        _take_place_without_exchange(snapshot, swap)
        return
    try:
        _sync_folder(path.parent)
        unchanged = _holds(swap, snapshot)
    except OSError:
        _undo(swap, path, new)
        raise
    if not unchanged:
        _undo(swap, path, new)
        raise AssetChangedError("another program saved it at the same moment")
    swap.unlink()


def _holds(path: Path, snapshot: Snapshot) -> bool:
    """Return whether a file is the one that was read, with that content, and nobody writes it."""
    with _opened(path) as descriptor:
        if is_written_by_others(descriptor):
            return False
        if not is_unchanged(snapshot.status, os.fstat(descriptor)):
            return False
        at = 0
        while piece := os.read(descriptor, _CHUNK):
            if snapshot.data[at : at + len(piece)] != piece:
                return False
            at += len(piece)
        return at == len(snapshot.data)


def _undo(swap: Path, path: Path, new: os.stat_result) -> None:
    """Exchange back. If somebody saved yet again meanwhile, theirs is the version that stays."""
    exchange(swap, path)
    if not os.path.samestat(swap.lstat(), new):
        exchange(swap, path)
        give_back(swap)


def _take_place_without_exchange(snapshot: Snapshot, swap: Path) -> None:
    """Replace on a file system that cannot exchange (NFS, FAT).

    The old file keeps a second name until it is compared, where there are hard links. A program
    that replaces the photo between the check and the rename is not noticed: these file systems
    offer nothing that would.
    """
    keep = swap.with_name(f"{PREFIX}keep{swap.name.removeprefix(PREFIX)}")
    try:
        os.link(snapshot.path, keep, follow_symlinks=False)
    except OSError:
        swap.replace(snapshot.path)
        _sync_folder(swap.parent)
        return
    if not os.path.samestat(keep.lstat(), snapshot.status):
        keep.unlink()
        raise AssetChangedError("it changed while it was worked on")
    swap.replace(snapshot.path)
    _sync_folder(swap.parent)
    if _holds(keep, snapshot):
        keep.unlink()
        return
    keep.replace(snapshot.path)
    raise AssetChangedError("another program saved it at the same moment")


def _take_free_name(part: Path, path: Path) -> None:
    try:
        os.link(part, path)
    except FileExistsError as error:
        raise AssetChangedError(f"{path.name!r} was made by another program") from error
    except OSError:  # no hard links here
        if path.exists():
            raise AssetChangedError(f"{path.name!r} was made by another program") from None
        part.rename(path)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some network file systems cannot
            raise
    finally:
        os.close(descriptor)
