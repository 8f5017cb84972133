"""Which photos a command line names: files as they are, folders with all that is in them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tagbridge import formats
from tagbridge.metadata.temporary import sweep
from tagbridge.watching.names import ignored_file, ignored_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A file that was named, or found in a folder that was.

    Attributes:
        path: Where it is.
        skip: Why it is not tagged, or an empty string.
    """

    path: Path
    skip: str = ""


def walk(paths: Iterable[Path]) -> Iterator[Found]:
    """Yield the photos, in the order of their names; what a crash left behind is swept on the way.

    A link that was named is followed, because the user named it. A link in a folder is not: what
    it points to may lie outside, and is tagged under its own name if it lies inside.
    """
    for path in paths:
        real = path.resolve() if path.is_symlink() else path
        if real.is_dir():
            yield from _walk_folder(real)
        else:
            sweep(real.parent)
            yield Found(path=real)


def _walk_folder(folder: Path) -> Iterator[Found]:
    waiting = [folder]
    while waiting:
        current = waiting.pop()
        sweep(current)
        try:
            with os.scandir(current) as scan:
                entries = sorted(scan, key=lambda e: e.name)
        except OSError as error:
            yield Found(path=current, skip=f"the folder cannot be read: {error.strerror}")
            continue
        waiting += [Path(e.path) for e in reversed(entries) if _is_folder(e)]
        yield from (_found(e) for e in entries if _is_photo(e))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False) and not ignored_folder(entry.name)


def _is_photo(entry: os.DirEntry[str]) -> bool:
    if entry.is_dir(follow_symlinks=False) or ignored_file(entry.name):
        return False
    return formats.is_candidate(Path(entry.name))


def _found(entry: os.DirEntry[str]) -> Found:
    link = "it is a symbolic link; what it points to is tagged under its own name"
    return Found(path=Path(entry.path), skip=link if entry.is_symlink() else "")
