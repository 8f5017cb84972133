"""What the threads of the system's events leave for the event loop."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What events named since the last time, each path once.

    Attributes:
        files: Paths of files.
        folders: Paths of folders that came or moved.
        lost: Whether events were lost, so that everything has to be looked through.
    """

    files: tuple[str, ...]
    folders: tuple[str, ...]
    lost: bool


class Inbox:
    """A thread-safe set of hints; `wake` is called, on any thread, when there is something."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._lock = threading.Lock()
        self._files: set[str] = set()
        self._folders: set[str] = set()
        self._lost = False
        self._woken = False

    def put(self, path: str, *, is_folder: bool) -> None:
        """Leave a path."""
        with self._lock:
            (self._folders if is_folder else self._files).add(path)
            first = self._rouse()
        if first:
            self._wake()

    def lose(self) -> None:
        """Tell that events were lost."""
        with self._lock:
            self._lost = True
            first = self._rouse()
        if first:
            self._wake()

    def _rouse(self) -> bool:
        """Return whether to wake the loop: once for all that comes before it empties us."""
        first, self._woken = not self._woken, True
        return first

    def take(self, limit: int) -> Hints:
        """Return the hints, at most `limit` files among them, and wake again for the rest."""
        with self._lock:
            files = tuple(islice(self._files, limit))
            self._files.difference_update(files)
            hints = Hints(files=files, folders=tuple(self._folders), lost=self._lost)
            self._folders.clear()
            self._lost = False
            self._woken = bool(self._files)
        if self._woken:
            self._wake()
        return hints
