"""What one look at a file shows of it without opening it."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """The marks by which a change shows.

    A program can set the time of the last change back, but not the time of the last change of
    the inode; a replaced file has another inode.
    """

    device: int
    inode: int
    size: int
    mtime_ns: int
    ctime_ns: int

    @classmethod
    def of(cls, status: os.stat_result) -> Sight:
        """Return the sight that a stat result gives."""
        return cls(
            device=status.st_dev,
            inode=status.st_ino,
            size=status.st_size,
            mtime_ns=status.st_mtime_ns,
            ctime_ns=status.st_ctime_ns,
        )


def look(path: Path) -> os.stat_result | None:
    """Return the status of a regular file, or None.

    A FIFO, a device and a symbolic link are never opened because they never get further. An error
    counts as None, too: what can be seen again is found by the next scan.
    """
    try:
        status = path.lstat()
    except OSError:
        return None
    return status if stat.S_ISREG(status.st_mode) else None


def identify(folder: Path) -> tuple[int, int] | None:
    """Return what tells a folder from another at the same place; None when there is none."""
    try:
        status = folder.stat()
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if stat.S_ISDIR(status.st_mode) else None
