"""Under which key a path stands in the ledger, on this host and on others."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MOST = 2**63 - 1


class Paths:
    """The keys of paths.

    A path below one of the `[roots]` is named after the root, so that hosts on which the same
    folder has another mount point agree. Nothing else begins with `@`: other keys are absolute.
    """

    def __init__(self, roots: Mapping[str, Path]) -> None:
        """Take the roots: their names, and where this host has them."""
        places = {b"@" + os.fsencode(name): _absolute(path) for name, path in roots.items()}
        self._folders: Mapping[bytes, bytes] = places
        # The innermost root is the longest; each with the `/` that its content begins with.
        longest = sorted(places.items(), key=lambda item: len(item[1]), reverse=True)
        self._prefixes = tuple((_inside(folder), name) for name, folder in longest)

    def key(self, path: Path) -> bytes:
        """Return the key of a path: a link stays a link, `..` goes."""
        absolute = _absolute(path)
        for prefix, name in self._prefixes:
            if absolute.startswith(prefix):
                return name + b"/" + absolute[len(prefix) :]
            if absolute + b"/" == prefix:
                return name
        return absolute

    def path(self, key: bytes) -> Path | None:
        """Return where this host has what a key names; None if it lacks that root."""
        if not self.is_shared(key):
            return Path(os.fsdecode(key))
        name, _, relative = key.partition(b"/")
        folder = self._folders.get(name)
        return None if folder is None else Path(os.fsdecode(_inside(folder) + relative))

    def shown(self, key: bytes) -> Path:
        """Return a path to show: the key itself where this host lacks the root."""
        return self.path(key) or Path(os.fsdecode(key))

    def is_shared(self, key: bytes) -> bool:
        """Return whether other hosts may see it elsewhere, with another inode (as SMB does)."""
        return key.startswith(b"@")

    def below(self, path: Path) -> Sequence[tuple[bytes, bytes, bytes]]:
        """Return what is at or below a path: keys that are `key`, or from `first` up to `end`."""
        absolute = _absolute(path)
        inside = _inside(absolute)
        roots = [name for name, folder in self._folders.items() if folder.startswith(inside)]
        return [_range(key) for key in (self.key(path), *roots)]

    def stamp(self, key: bytes, status: os.stat_result) -> tuple[int, int, int]:
        """Return what tells a file from another one of the same name: inode, size and time."""
        inode = 0 if key.startswith(b"@") else signed(status.st_ino)
        return inode, status.st_size, status.st_mtime_ns


def signed(number: int) -> int:
    """Return a number of 64 bits as databases take it."""
    return number if number <= _MOST else number - 2**64


def _absolute(path: Path) -> bytes:
    text = os.fspath(path)
    # A scan asks a million times, and of what pathlib has made most is in order.
    if text.startswith("/") and "/." not in text and "//" not in text:
        return os.fsencode(text)
    return os.fsencode(os.path.abspath(path))  # noqa: PTH100 - a link stays, `..` goes


def _inside(folder: bytes) -> bytes:
    return folder if folder.endswith(b"/") else folder + b"/"


def _range(key: bytes) -> tuple[bytes, bytes, bytes]:
    first = _inside(key)
    return key, first, first[:-1] + b"0"  # the character after `/`
