"""Looks at paths until they have settled, and hands them out."""

from __future__ import annotations

import asyncio
import logging
from time import monotonic
from typing import TYPE_CHECKING

from tagbridge.batching import Batching
from tagbridge.printable import printable
from tagbridge.watching.loops import Bell
from tagbridge.watching.settling import Settling
from tagbridge.watching.sight import Sight, look

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from tagbridge.watching.loops import Threads
    from tagbridge.watching.rules import Rules
    from tagbridge.watching.scanning import Found

log = logging.getLogger(__name__)

_LOOKS_AT_ONCE = 256
_CHECKS_AT_ONCE = 8  # each reads a file: the first ones need not wait for many others
_BACKLOG = 4096  # a full scan pauses while this many wait: the first one may find a million

# The longest pauses, in seconds. An incomplete asset that is written on comes up by an event or
# a scan; waiting alone completes none, and each try reads it. Other causes go away by themselves.
_LONGEST_INCOMPLETE = 900.0
_LONGEST_UNREADABLE = 60.0


class Settler:
    """The paths of one folder on their way to being handed out."""

    def __init__(self, rules: Rules, threads: Threads, *, hand_out: Callable[[Path], None]) -> None:
        """Prepare; `hand_out` is called for a settled path, which must then be taken."""
        self._rules = rules
        self._threads = threads
        self._hand_out = hand_out
        self._settling = Settling(rules.settle_seconds)
        self._last_looks = Batching(self._see_all)
        self._bell = Bell()
        self._room = Bell()

    async def run(self) -> None:
        """Look at what is due, for ever."""
        while True:
            due = self._settling.due(monotonic(), _LOOKS_AT_ONCE)
            if due:
                await self._look_at(due)
                self._room.ring()
            else:
                await self._bell.wait(self._pause())

    def happened(self, paths: Iterable[Path]) -> None:
        """Take in what events named."""
        now = monotonic()
        for path in paths:
            self._settling.happened(path, now)
        self._bell.ring()

    def found(self, candidates: Sequence[Found]) -> None:
        """Take in what a scan found."""
        now = monotonic()
        for one in candidates:
            self._settling.found(one.path, one.sight, now, old=one.old)
        self._bell.ring()

    async def wait_for_room(self) -> None:
        """Return when there is so little to do that more may be found."""
        while self._settling.backlog() >= _BACKLOG:
            await self._room.wait()

    async def take(self, path: Path) -> bool:
        """Return whether a path that was handed out is still settled; if so it is in work."""
        sight = self._settling.take(path)
        if sight is None:
            return False
        try:
            latest = await self._last_looks.do(path)
        except asyncio.CancelledError:
            self._end(path, changed=True)
            raise
        if latest != sight:
            self._end(path, changed=latest is not None)
        self._room.ring()
        return latest == sight

    def done(self, path: Path) -> None:
        """End the work on a path."""
        self._end(path, changed=False)

    def _end(self, path: Path, *, changed: bool) -> None:
        self._settling.done(path, monotonic(), changed=changed)
        self._bell.ring()

    def _pause(self) -> float | None:
        due = self._settling.next_due()
        return None if due is None else max(0.0, due - monotonic())

    async def _look_at(self, due: list[Path]) -> None:
        sights = await self._see_all(due)
        now = monotonic()
        quiet = []
        for path, sight in zip(due, sights, strict=True):
            if self._settling.looked(path, sight, now):
                quiet.append((path, sight))
            elif sight and sight.size:
                self._rules.foresee(path)
        filled = []
        for path, sight in quiet:
            if sight and sight.size:
                filled.append(path)
            else:  # somebody may still fill it, and there is nothing to say or to read
                self._settling.vain(path, monotonic(), _LONGEST_INCOMPLETE)
        for start in range(0, len(filled), _CHECKS_AT_ONCE):
            await self._finish(filled[start : start + _CHECKS_AT_ONCE])

    async def _see_all(self, paths: Sequence[Path]) -> list[Sight | None]:
        return await self._threads.run(self._sights, paths)

    def _sights(self, paths: Sequence[Path]) -> list[Sight | None]:
        """Return how paths look, each None when there is nothing to do for it."""
        statuses = [(path, status) for path in paths if (status := look(path)) is not None]
        known = self._rules.are_known(statuses)
        seen = {p: Sight.of(s) for (p, s), k in zip(statuses, known, strict=True) if not k}
        return [seen.get(path) for path in paths]

    async def _finish(self, paths: Sequence[Path]) -> None:
        checks = await self._threads.run(lambda: [self._check(path) for path in paths])
        for path, found in zip(paths, checks, strict=True):
            if isinstance(found, OSError):
                self._unreadable(path, found)
            elif not found:
                self._incomplete(path)
            elif self._settling.complete(path, monotonic()):
                self._hand_out(path)

    def _check(self, path: Path) -> bool | OSError:
        """Return whether a file is whole, or why it cannot be read."""
        try:
            return self._rules.is_complete(path)
        except OSError as error:
            return error

    def _unreadable(self, path: Path, error: OSError) -> None:
        times = self._settling.vain(path, monotonic(), _LONGEST_UNREADABLE)
        if times == 1 and not isinstance(error, FileNotFoundError):
            log.warning("%s cannot be read yet (%s); it is tried again.", printable(path), error)

    def _incomplete(self, path: Path) -> None:
        if self._settling.vain(path, monotonic(), _LONGEST_INCOMPLETE) == 1:
            log.info("%s is not complete yet; it is looked at again later.", printable(path))
