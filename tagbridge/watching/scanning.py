"""One walk over a folder, in parts, so that the event loop stays free and memory flat.

It keeps the folders that are still to be read, never the files.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from tagbridge.watching.names import ignored_file, ignored_folder
from tagbridge.watching.sight import Sight, look

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from tagbridge.watching.rules import Rules, Status

_ENTRIES_IN_A_PART = 2000  # some 10 ms: short enough to stop at, long enough to be worth a thread


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A candidate that a scan found and nobody knows yet.

    Attributes:
        path: Where it is.
        sight: How it looked.
        old: Whether its times say that nothing has happened to it for the settle time. The clock
            of a server may differ; then it is watched as if it were new.
    """

    path: Path
    sight: Sight
    old: bool


class Scan:
    """A walk that never follows a symbolic link and leaves out what `names` leaves out.

    Attributes:
        folders: How many folders could be read so far.
        unreadable: Why a folder could not be read, by its path.
        ended: Whether everything has been walked.
    """

    def __init__(self, folder: Path, rules: Rules, *, without: Collection[Path] = ()) -> None:
        """Prepare a walk below `folder`, leaving out the folders `without`."""
        self.folders = 0
        self.unreadable: dict[str, OSError] = {}
        self.ended = False
        self._rules = rules
        self._without = {os.fspath(path) for path in without}
        self._entries = self._walk(os.fspath(folder))

    def part(self) -> list[Found]:
        """Walk on a little and return what was found; an empty list is not the end.

        Runs on a worker thread: it waits for the disk, and asks `is_candidate` and `are_known`.
        """
        visited, candidates = 0, []
        for entry in islice(self._entries, _ENTRIES_IN_A_PART):
            visited += 1
            if entry and (candidate := self._examine(entry)):
                candidates.append(candidate)
        self.ended = visited < _ENTRIES_IN_A_PART
        known = self._rules.are_known(candidates)
        return [self._found(*c) for c, k in zip(candidates, known, strict=True) if not k]

    def _walk(self, start: str) -> Iterator[os.DirEntry[str] | None]:
        """Yield the entries that are files, and None for all others so that they count."""
        folders = [start]
        while folders:
            folder = folders.pop()
            try:
                with os.scandir(folder) as entries:
                    self.folders += 1
                    for entry in entries:
                        if self._is_folder_to_walk(entry):
                            folders.append(entry.path)
                        yield entry if _is_file(entry) else None
            except OSError as error:
                self.unreadable[folder] = error

    def _is_folder_to_walk(self, entry: os.DirEntry[str]) -> bool:
        return (
            entry.is_dir(follow_symlinks=False)
            and not ignored_folder(entry.name)
            and entry.path not in self._without
        )

    def _examine(self, entry: os.DirEntry[str]) -> Status | None:
        path = Path(entry.path)
        if not self._rules.is_candidate(path):
            return None
        status = look(path)  # not the entry's own status, which lacks the inode on Windows
        # An empty file costs nothing until an event or another scan shows that it was filled.
        return (path, status) if status is not None and status.st_size else None

    def _found(self, path: Path, status: os.stat_result) -> Found:
        return Found(path=path, sight=Sight.of(status), old=self._is_old(status))

    def _is_old(self, status: os.stat_result) -> bool:
        changed_ns = max(status.st_mtime_ns, status.st_ctime_ns)
        return time.time_ns() - changed_ns >= self._rules.settle_seconds * 1e9


def _is_file(entry: os.DirEntry[str]) -> bool:
    return not ignored_file(entry.name) and entry.is_file(follow_symlinks=False)
