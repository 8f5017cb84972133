"""Which assets a command line names: files as they are, folders with all that is in them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tagbridge import formats
from tagbridge.metadata.temporary import sweep
from tagbridge.watching.names import ignored_file, ignored_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A file that was named, or found in a folder that was.

    Attributes:
        path: Where it is.
        skip: Why it is not tagged, or an empty string.
        failed: True when that is a fault and no rule.
    """

    path: Path
    skip: str = ""
    failed: bool = False


def walk(
    paths: Iterable[Path],
    *,
    is_candidate: Callable[[Path], bool] = formats.is_candidate,
    sweeping: bool = True,
) -> Iterator[Found]:
    """Yield the assets, in the order of their names and each once, however often it was named.

    A link that was named is followed, because the user named it. A link in a folder is not: what
    it points to may lie outside, and is tagged under its own name if it lies inside.

    Args:
        paths: What was named.
        is_candidate: Whether a file in a folder is one, by its name.
        sweeping: Remove what a crash left behind on the way.
    """
    seen: set[str] = set()  # the folders that were walked, and the files that were named
    swept: set[Path] = set()
    for path in paths:
        # os.path says no where pathlib raises: a ring of links, a folder that is locked.
        real = Path(os.path.realpath(path)) if os.path.islink(path) else path  # noqa: PTH114
        if os.path.isdir(real):  # noqa: PTH112
            yield from _walk_folder(real, seen, is_candidate, sweeping=sweeping)
        elif _is_new(real, seen, is_candidate):
            if sweeping and real.parent not in swept:
                swept.add(real.parent)  # once, not for every photo of `tag *.jpg`
                sweep(real.parent)
            yield Found(path=real)


def _is_new(path: Path, seen: set[str], is_candidate: Callable[[Path], bool]) -> bool:
    folder = os.path.realpath(path.parent)
    named = f"{folder}/{path.name}"
    if named in seen or (folder in seen and _is_wanted(path, is_candidate)):
        return False
    seen.add(named)
    return True


def _walk_folder(
    folder: Path, seen: set[str], is_candidate: Callable[[Path], bool], *, sweeping: bool
) -> Iterator[Found]:
    waiting = [folder]
    while waiting:
        current = waiting.pop()
        real = os.path.realpath(current)
        if real in seen:
            continue
        seen.add(real)
        if sweeping:
            sweep(current)
        try:
            with os.scandir(current) as scan:
                entries = sorted(scan, key=lambda e: e.name)
        except OSError as error:
            seen.discard(real)  # what is named in there was not seen
            reason = f"the folder cannot be read: {error.strerror}"
            yield Found(path=current, skip=reason, failed=True)
            continue
        waiting += [Path(e.path) for e in reversed(entries) if _is_folder(e)]
        files = (e for e in entries if not e.is_dir(follow_symlinks=False))
        wanted = (e for e in files if _is_wanted(Path(e.path), is_candidate))
        yield from (_found(e) for e in wanted if f"{real}/{e.name}" not in seen)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False) and not ignored_folder(entry.name)


def _is_wanted(path: Path, is_candidate: Callable[[Path], bool]) -> bool:
    return not ignored_file(path.name) and is_candidate(path)


def _found(entry: os.DirEntry[str]) -> Found:
    link = "it is a symbolic link; what it points to is tagged under its own name"
    return Found(path=Path(entry.path), skip=link if entry.is_symlink() else "")
