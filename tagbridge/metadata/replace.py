"""The one place that touches the user's files.

What holds at every moment, through kills, full disks, I/O errors and power cuts: the name stands
for the old file or for the new one, whole. The old inode is never opened for writing. Nothing takes
its place that was not read back and checked, and what came out of the exchange is compared with
what was read before it is let go; if an editor was quicker, its version goes back.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagbridge.metadata.attributes import copy_attributes
from tagbridge.metadata.layout import Buffer, EmbeddingRefusedError
from tagbridge.metadata.part import opened, read_back, sync_folder, written_part
from tagbridge.metadata.placing import (
    Replacement,
    removed_on_error,
    take_away,
    take_name,
    take_place,
)
from tagbridge.metadata.snapshot import Snapshot, is_unchanged
from tagbridge.metadata.temporary import part_name, swap_name
from tagbridge_hooks import AssetChangedError, WriteError

if TYPE_CHECKING:
    from pathlib import Path

# Threads that wait already: one that has to be started would keep us from the disk.
_THREADS = ThreadPoolExecutor(thread_name_prefix="tagbridge-check")

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
        trace: Hash of its metadata; see `Existing`.
        keep_mtime: Give the new file the old one's time of the last change.
    """

    pieces: Sequence[Buffer]
    check: Check
    announce: Announce
    trace: bytes = b""
    keep_mtime: bool = False


def refuse_replacing(snapshot: Snapshot) -> None:
    """Check that a file may be replaced by a new one at all.

    Raises:
        EmbeddingRefusedError: It has further names (hard links), which would keep the old
            content, or its owner made it read-only.
        AssetChangedError: It is gone.
    """
    _refuse_kind(snapshot.path, snapshot.status)


def _refuse_kind(path: Path, status: os.stat_result) -> None:
    if status.st_nlink > 1:
        raise EmbeddingRefusedError("it has more than one name (hard links)")
    if not os.path.lexists(path):
        raise AssetChangedError("it is gone")
    if not status.st_mode & stat.S_IWUSR or not os.access(path, os.W_OK):
        raise EmbeddingRefusedError("it is read-only")


def replace(snapshot: Snapshot, content: NewContent) -> None:
    """Put new content in the place of a file.

    Raises:
        AssetChangedError: Somebody else changed the file; it is as they left it.
        VerificationError: The new content did not read back as intended; nothing is changed.
        EmbeddingRefusedError: Its attributes cannot be kept; nothing is changed.
        WriteError: The system refused; nothing is changed.
    """
    with _as_write_error(snapshot.path), ExitStack() as held:
        old = held.enter_context(opened(snapshot.path))
        # Owner and mode may have been changed since the file was read: providers take their time.
        status = os.fstat(old)
        if not is_unchanged(snapshot.status, status):
            raise AssetChangedError("it changed while it was worked on")
        _refuse_kind(snapshot.path, status)
        with written_part(snapshot.path.parent, content.pieces, mode=0o600) as (part, new):
            copy_attributes(old, new, status, keep_mtime=content.keep_mtime)
            _prove(new, content)
            swap = swap_name(part, old=status, new=os.fstat(new))
            part.rename(swap)
            with removed_on_error(swap, os.fstat(new)):
                content.announce(os.fstat(new))
                exchanged = take_place(Replacement(snapshot, status, swap, os.fstat(new)))
        if exchanged:
            # Its last holder frees it, which takes a millisecond for each megabyte.
            _THREADS.submit(held.pop_all().close)


def remove(snapshot: Snapshot, content: NewContent) -> None:
    """Take a file away.

    It is compared once more under another name before it is let go. In the meantime its name is
    free; who saves a new file of that name keeps it.

    Args:
        snapshot: The file as it was read.
        content: What is checked before.

    Raises:
        AssetChangedError: Somebody else changed the file; it is as they left it.
        VerificationError: It must not go; nothing is changed.
        EmbeddingRefusedError: It may not be replaced; nothing is changed.
        WriteError: The system refused; nothing is changed.
    """
    path = snapshot.path
    with _as_write_error(path), opened(path) as old:
        status = os.fstat(old)
        if not is_unchanged(snapshot.status, status):
            raise AssetChangedError("it changed while it was worked on")
        _refuse_kind(path, status)
        content.check(b"")
        take_away(snapshot, status, swap_name(part_name(path.parent), old=status, new=None))


def create(path: Path, content: NewContent, *, like: os.stat_result) -> None:
    """Write a file that must not exist yet.

    Args:
        path: Its name.
        content: What it holds.
        like: Status of the asset that it belongs to. Who may not read that may not read this;
            and a process of the superuser gives it the same owner, where the system can.

    Raises:
        AssetChangedError: Somebody made a file of that name meanwhile; it is left alone.
        VerificationError: The content did not read back as intended; there is no file.
        WriteError: The system refused; there is no file.
    """
    mode = like.st_mode & 0o666 | 0o600
    with (
        _as_write_error(path),
        written_part(path.parent, content.pieces, mode=mode) as (part, new),
    ):
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            with suppress(OSError):  # foreign and network file systems may have no owners
                os.fchown(new, like.st_uid, like.st_gid)
        _prove(new, content)
        content.announce(os.fstat(new))
        take_name(part, path)
        with removed_on_error(path, os.fstat(new)):
            sync_folder(path.parent)


@contextmanager
def _as_write_error(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise AssetChangedError("it is gone") from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise WriteError("the disk is full") from error
        reason = error.strerror or str(error)
        raise WriteError(f"{path.name!r} cannot be written: {reason}") from error


def _prove(new: int, content: NewContent) -> None:
    """Bring a new file to the disk, and check meanwhile what is read back of it.

    Raises:
        VerificationError: It is not right.
        OSError: The disk failed.
    """
    checked = _THREADS.submit(lambda: content.check(read_back(new)))
    try:
        os.fsync(new)
    finally:
        wait([checked])  # it reads what is closed after this
    checked.result()
