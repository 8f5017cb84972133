"""Give a finished file its name, in one step, and take that back when somebody was quicker."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagbridge.metadata.attributes import ownership
from tagbridge.metadata.exchange import exchange, is_written_by_others, take_free_name
from tagbridge.metadata.part import opened, reads_as, sync_folder
from tagbridge.metadata.snapshot import Snapshot, is_unchanged
from tagbridge.metadata.temporary import PREFIX, give_back
from tagbridge_hooks import AssetChangedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Replacement:
    """A finished file that is about to take the place of another.

    Attributes:
        snapshot: The old file as it was read.
        status: What the file system says about it now.
        swap: The new file, and after the exchange the old one.
        new: What the file system says about the new one.
    """

    snapshot: Snapshot
    status: os.stat_result
    swap: Path
    new: os.stat_result

    @property
    def path(self) -> Path:
        """Return the name that both files want."""
        return self.snapshot.path


def take_place(it: Replacement) -> bool:
    """Let the new file take the place of the old one.

    Returns:
        Whether they were exchanged. Then the old file is gone for good; elsewhere it may keep a
        name for as long as somebody has it open.

    Raises:
        AssetChangedError: Somebody else changed the file; it is as they left it.
        OSError: The system refused; the old file is in its place.
    """
    if not is_unchanged(it.status, it.path.lstat()):
        raise AssetChangedError("it changed while it was worked on")
    if not exchange(it.swap, it.path):
        _take_place_without_exchange(it)
        return False
    try:
        sync_folder(it.path.parent)
        unchanged = holds(it.swap, it.snapshot, it.status)
    except OSError:
        _undo(it)
        raise
    if not unchanged:
        _undo(it)
        raise AssetChangedError("another program saved it at the same moment")
    _forget(it.swap)
    return True


def _forget(old: Path) -> None:
    """Remove the old file; the new one has its place, so a failure is left to the next sweep."""
    with suppress(OSError):
        old.unlink()


def holds(path: Path, snapshot: Snapshot, status: os.stat_result) -> bool:
    """Return whether a file is the one that was read, as it was, and nobody writes to it.

    Args:
        path: The file, under whichever name it has now.
        snapshot: What was read.
        status: What the file system said about it last.

    Raises:
        OSError: It cannot be read.
    """
    with opened(path) as descriptor:
        if is_written_by_others(descriptor):
            return False
        now = os.fstat(descriptor)
        if not is_unchanged(status, now) or ownership(status) != ownership(now):
            return False
        return reads_as(descriptor, snapshot.data)


def _is_untouched(path: Path, new: os.stat_result) -> bool:
    """Return whether a file is the one that we made, and nobody has saved or saves into it."""
    with opened(path) as descriptor:
        # In this order: who closes the file in between has changed it before.
        return not is_written_by_others(descriptor) and is_unchanged(new, os.fstat(descriptor))


def _undo(it: Replacement) -> None:
    """Exchange back, and again as long as somebody saves meanwhile: the last save stays.

    What comes out of an exchange is either what was put there before, untouched, or newer.
    """
    under_the_name = it.new
    try:
        while True:
            given = it.swap.lstat()
            exchange(it.swap, it.path)
            if _is_untouched(it.swap, under_the_name):
                break
            under_the_name = given
    except OSError:  # somebody removed the photo, or the disk is dying
        give_back(it.swap)
        raise
    if under_the_name is not it.new:
        give_back(it.swap)


def _take_place_without_exchange(it: Replacement) -> None:
    """Replace on a file system that cannot exchange (NFS, FAT).

    The old file keeps a second name until it is compared, where there are hard links. A program
    that replaces the photo between the check and the rename is not noticed: these file systems
    offer nothing that would.
    """
    keep = it.swap.with_name(f"{PREFIX}keep{it.swap.name.removeprefix(PREFIX)}")
    try:
        os.link(it.path, keep, follow_symlinks=False)
    except OSError:
        it.swap.replace(it.path)
        sync_folder(it.path.parent)
        return
    if not is_unchanged(it.status, keep.lstat()):
        keep.unlink()
        raise AssetChangedError("it changed while it was worked on")
    it.swap.replace(it.path)
    try:
        sync_folder(it.path.parent)
        unchanged = holds(keep, it.snapshot, it.status)
    except OSError:
        _put_back(keep, it)
        raise
    if not unchanged:
        _put_back(keep, it)
        raise AssetChangedError("another program saved it at the same moment")
    _forget(keep)


def _put_back(keep: Path, it: Replacement) -> None:
    """Give the photo its old file back, or that file another name when somebody saved again."""
    try:
        ours = _is_untouched(it.path, it.new)
    except OSError:
        ours = False
    if ours:
        keep.replace(it.path)
    else:
        give_back(keep)


def take_away(snapshot: Snapshot, status: os.stat_result, swap: Path) -> None:
    """Remove a file, when nobody has saved it meanwhile.

    Args:
        snapshot: The file as it was read.
        status: What the file system says about it now.
        swap: A name under which it is compared; a sweep knows it.

    Raises:
        AssetChangedError: Somebody else changed the file; it is as they left it.
        OSError: The system refused; the file is in its place.
    """
    path = snapshot.path
    if not is_unchanged(status, path.lstat()):
        raise AssetChangedError("it changed while it was worked on")
    path.rename(swap)
    try:
        sync_folder(path.parent)
        unchanged = holds(swap, snapshot, status)
    except OSError:
        _return_to(path, swap)
        raise
    if not unchanged:
        _return_to(path, swap)
        raise AssetChangedError("another program saved it at the same moment")
    _forget(swap)


def _return_to(path: Path, swap: Path) -> None:
    """Give a file its name back, or another when somebody has taken that meanwhile."""
    try:
        take_name(swap, path)
    except AssetChangedError:
        give_back(swap)
    else:
        with suppress(OSError):  # a second name, where the file system cannot rename to a free one
            swap.unlink()


def take_name(part: Path, path: Path) -> None:
    """Give a new file a name that is free.

    Raises:
        AssetChangedError: It is not.
    """
    try:
        if take_free_name(part, path):
            return
        os.link(part, path)
    except FileExistsError as error:
        raise AssetChangedError(f"{path.name!r} was made by another program") from error
    except OSError:  # no hard links here
        if os.path.lexists(path):
            raise AssetChangedError(f"{path.name!r} was made by another program") from None
        part.rename(path)


@contextmanager
def removed_on_error(swap: Path, new: os.stat_result) -> Iterator[None]:
    """Remove our own new file when its place was refused; never anything else of that name."""
    try:
        yield
    except BaseException:
        with suppress(OSError):
            if _is_untouched(swap, new):
                swap.unlink()
        raise
