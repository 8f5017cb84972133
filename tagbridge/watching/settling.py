"""When an asset has been left alone for long enough. Pure: the caller brings time and sights.

A path goes from waiting (due to be looked at) to ready (quiet and complete) to work (handed out),
and is forgotten when the work ends and nothing has changed meanwhile.
"""

from __future__ import annotations

import heapq
import itertools
import math
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tagbridge.watching.sight import Sight

_MOST_DOUBLINGS = 20  # beyond every limit on the delay, and no overflow
_SHORTEST_DELAY = 0.1  # seconds; without it, a settle time of zero would retry without a pause


class _State(Enum):
    WAITING = auto()
    READY = auto()
    WORK = auto()


@dataclass(slots=True, kw_only=True)
class _Entry:
    """What is known of one path.

    Attributes:
        since: Since when nothing has happened to it.
        sight: What the last look showed; None before the first.
        due: When to look at it.
        queued: The earliest time at which the queue holds it; infinite when it does not.
        vain: How often it was quiet, but incomplete, since its last change.
        refused: How often it was incomplete though not empty, from the beginning.
        changed: Whether something happened to it while it was worked on.
    """

    since: float
    sight: Sight | None = None
    due: float = math.inf
    queued: float = math.inf
    vain: int = 0
    refused: int = 0
    state: _State = _State.WAITING
    changed: bool = False

    @property
    def is_expected(self) -> bool:
        """Return whether it waits for the first time, or for somebody to take it."""
        return self.state is not _State.WORK and not self.vain


class Settling:
    """The paths that may become settled. All times are seconds of one monotonic clock."""

    def __init__(self, settle_seconds: float) -> None:
        self._settle = settle_seconds
        self._entries: dict[Path, _Entry] = {}
        self._queue: list[tuple[float, int, Path]] = []
        self._order = itertools.count()
        self._expected = 0

    def __len__(self) -> int:
        return len(self._entries)

    def backlog(self) -> int:
        """Return how many paths wait for the first time, or for somebody to take them."""
        return self._expected  # a scan of very many asks again and again

    def next_due(self) -> float | None:
        """Return when `due` may have something next, or None when nothing waits."""
        return self._queue[0][0] if self._queue else None

    def happened(self, path: Path, now: float) -> None:
        """Take note that an event named a path: it is looked at now, and again when quiet."""
        entry = self._entries.get(path)
        if entry is None:
            entry = self._enter(path, _Entry(since=now))
        if entry.state is _State.WORK:
            entry.changed = True
        else:
            self._wait(path, entry, since=now, due=now)

    def found(self, path: Path, sight: Sight, now: float, *, old: bool) -> None:
        """Take note that a scan found a path.

        Args:
            path: Where it is.
            sight: What the scan saw.
            now: The time.
            old: Its times say that nothing has happened to it for long: no need to wait.
        """
        entry = self._entries.get(path)
        if entry is None:
            entry = self._enter(path, _Entry(since=now - self._settle * old, sight=sight))
            self._schedule(path, entry, entry.since + self._settle)
        elif sight != entry.sight:
            self.happened(path, now)

    def due(self, now: float, limit: int) -> list[Path]:
        """Return at most `limit` paths to look at; each must be answered by `looked`."""
        paths: list[Path] = []
        while self._queue and self._queue[0][0] <= now and len(paths) < limit:
            at, _, path = heapq.heappop(self._queue)
            entry = self._entries.get(path)
            if entry is None or entry.queued != at:
                continue  # put off, and queued again, or forgotten since
            entry.queued = math.inf
            if entry.due > now:
                self._schedule(path, entry, entry.due)
            elif entry.state is _State.WAITING:
                paths.append(path)
        return paths

    def looked(self, path: Path, sight: Sight | None, now: float) -> bool:
        """Take note of what a look showed, None for nothing to wait for.

        Returns:
            Whether the asset is quiet. It must then be answered by `complete` or `vain`.
        """
        entry = self._entries.get(path)
        if entry is None or entry.state is not _State.WAITING:
            return False
        if sight is None:
            self._leave(path)
            return False
        if sight != entry.sight:
            self._expected += not entry.is_expected
            entry.sight, entry.since, entry.vain = sight, now, 0
        return self._quiet(path, entry, now)

    def complete(self, path: Path, now: float) -> bool:
        """Take note that a quiet asset is whole; return whether it is ready to be taken."""
        entry = self._entries.get(path)
        if entry is None or entry.state is not _State.WAITING or not self._quiet(path, entry, now):
            return False
        entry.state = _State.READY
        return True

    def vain(self, path: Path, now: float, longest: float) -> int:
        """Look at a quiet asset again later, each time in twice the time up to `longest` seconds.

        Returns:
            How often this has been so from the beginning; 0 when it is empty, which is nothing
            to talk of, or does not wait any more.
        """
        entry = self._entries.get(path)
        if entry is None or entry.state is not _State.WAITING:
            return 0
        self._put_off(path, entry, now, longest)
        entry.refused += bool(entry.sight and entry.sight.size)
        return entry.refused

    def take(self, path: Path) -> Sight | None:
        """Hand a ready asset out and return how it looked; None when it is not ready any more."""
        entry = self._entries.get(path)
        if entry is None or entry.state is not _State.READY:
            return None
        self._expected -= entry.is_expected
        entry.state, entry.changed = _State.WORK, False
        return entry.sight

    def done(self, path: Path, now: float, *, changed: bool = False) -> None:
        """End the work on an asset; it settles anew if something happened to it meanwhile."""
        entry = self._entries.get(path)
        if entry is None or entry.state is not _State.WORK:
            return
        if changed or entry.changed:
            self._wait(path, entry, since=now, due=now)
        else:
            self._leave(path)

    def _enter(self, path: Path, entry: _Entry) -> _Entry:
        self._entries[path] = entry
        self._expected += entry.is_expected
        return entry

    def _leave(self, path: Path) -> None:
        self._expected -= self._entries.pop(path).is_expected

    def _quiet(self, path: Path, entry: _Entry, now: float) -> bool:
        if now - entry.since >= self._settle:
            return True
        self._schedule(path, entry, entry.since + self._settle)
        return False

    def _wait(self, path: Path, entry: _Entry, *, since: float, due: float) -> None:
        was = entry.is_expected
        entry.state, entry.since, entry.changed = _State.WAITING, since, False
        self._expected += entry.is_expected - was
        self._schedule(path, entry, due)

    def _put_off(self, path: Path, entry: _Entry, now: float, longest: float) -> None:
        shortest = max(self._settle, _SHORTEST_DELAY)
        delay = shortest * 2.0 ** min(entry.vain, _MOST_DOUBLINGS)
        self._expected -= entry.is_expected
        entry.vain += 1
        self._schedule(path, entry, now + max(shortest, min(delay, longest)))

    def _schedule(self, path: Path, entry: _Entry, due: float) -> None:
        """Queue an entry, unless the queue brings it up earlier anyway (see `due`)."""
        entry.due = due
        if due < entry.queued:
            entry.queued = due
            heapq.heappush(self._queue, (due, next(self._order), path))
