"""Temporary files beside the asset: their names, and what becomes of those a crash left behind.

Two kinds. `.tagbridge-*.part` is being written and was never anything else: it can always go.
`.tagbridge-*.swap` is about to be exchanged with the asset, or has been. After the exchange it is
the user's old file, and if an editor saved in that very moment, it is the only copy of that edit.
So its name says which two files it may be, and whatever is another one, or was written to since, is
given back to the user. Only names of exactly this form, of plain files, are ever touched.
"""

from __future__ import annotations

import fcntl
import logging
import os
import re
import secrets
import stat
from typing import TYPE_CHECKING

from tagbridge.printable import printable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

log = logging.getLogger(__name__)

PREFIX = ".tagbridge-"
_PART, _SWAP = ".part", ".swap"
_NUMBER = "(-?[0-9a-f]+)"  # a file from before 1970 has a negative time
_OURS = re.compile(
    rf"{re.escape(PREFIX)}(?:keep)?[0-9a-f]{{16}}"
    rf"(?:{_PART}|-{_NUMBER}-{_NUMBER}-{_NUMBER}-{_NUMBER}{_SWAP})"
)


def part_name(folder: Path) -> Path:
    """Return a new name for a file that is being written."""
    return folder / f"{PREFIX}{secrets.token_hex(8)}{_PART}"


def swap_name(part: Path, *, old: os.stat_result, new: os.stat_result | None) -> Path:
    """Return the name of a finished file that will be exchanged with the old one.

    Args:
        part: Its name so far.
        old: The file it replaces, as it was read.
        new: Itself; None where the old file is taken away and nothing comes in its place.
    """
    inode = 0 if new is None else new.st_ino
    known = f"{old.st_ino:x}-{old.st_size:x}-{old.st_mtime_ns:x}-{inode:x}"
    return part.with_name(f"{part.name.removesuffix(_PART)}-{known}{_SWAP}")


def sweep(folder: Path) -> int:
    """Remove what crashed runs left in a folder, and return how many files that were.

    A file that another process is working on is left alone. One that holds something that is not
    ours is made visible under a new name, and reported.
    """
    try:
        with os.scandir(folder) as entries:
            names = [e.name for e in entries if e.name.startswith(PREFIX)]
    except OSError:
        return 0
    return sum(_sweep_one(folder / name) for name in names)


def _sweep_one(path: Path) -> bool:
    name = _OURS.fullmatch(path.name)
    if name is None:
        return False
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return False
        if path.suffix == _SWAP and not _is_known(name.groups(), status):
            give_back(path)
            return False
        path.unlink()
    except OSError:  # somebody works on it, or it is gone
        return False
    finally:
        os.close(descriptor)
    return True


def _is_known(numbers: Sequence[str], status: os.stat_result) -> bool:
    """Return whether a file is the old or the new one of those that its name speaks of."""
    *old, new = (int(number, 16) for number in numbers)
    return status.st_ino == new or old == [status.st_ino, status.st_size, status.st_mtime_ns]


def give_back(path: Path) -> None:
    """Make a temporary file that holds somebody's edit visible, and report it."""
    found = path.with_name(f"recovered-by-tagbridge-{secrets.token_hex(4)}")
    path.rename(found)
    log.warning(
        "%s is a version of a photo that was saved while keywords were written, and that is "
        "nowhere else; compare it with the photos in this folder",
        printable(found),
    )
