"""One watched folder with all its duties, and the way of a hint to the one it concerns."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

from tagbridge.watching.inbox import Inbox
from tagbridge.watching.loops import Bell, Threads
from tagbridge.watching.names import ignored_file, ignored_folder, in_ignored_folder
from tagbridge.watching.presence import Presence
from tagbridge.watching.scanner import Scanner
from tagbridge.watching.settler import Settler

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Coroutine, Iterable

    from tagbridge.watching.events import Events
    from tagbridge.watching.rules import Rules

_HINTS_AT_ONCE = 2000
_THREADS = 4  # one for each duty


class Root:
    """One watched folder; made and used on the event loop.

    Attributes:
        folder: Its absolute path.
        settler: Where its paths settle.
    """

    def __init__(
        self,
        folder: Path,
        rules: Rules,
        events: Events,
        *,
        without: Collection[Path],
        hand_out: Callable[[Path], None],
    ) -> None:
        """Prepare to watch `folder` but for the folders `without`, which are roots themselves."""
        loop = asyncio.get_running_loop()
        self.folder = folder
        self._rules = rules
        self._without = without
        self._bell = Bell()
        self._inbox = Inbox(lambda: _call(loop, self._bell.ring))
        self._threads = threads = Threads(_THREADS)
        self.settler = Settler(rules, threads, hand_out=hand_out)
        self._scanner = Scanner(folder, rules, threads, settler=self.settler, without=without)
        self._presence = Presence(
            *(folder, rules, threads),
            events=events,
            inbox=self._inbox,
            scanner=self._scanner,
        )

    @property
    def is_away(self) -> bool:
        """Return whether the folder was not there at the last look."""
        return self._presence.is_away

    def duties(self) -> list[Coroutine[None, None, None]]:
        """Return what has to run as long as the folder is watched."""
        return [
            self._presence.run(),
            self._scanner.run(),
            self.settler.run(),
            self._pass_on(),
        ]

    def close(self) -> None:
        """Let the threads go, once the duties have ended."""
        self._threads.close()

    async def _pass_on(self) -> None:
        while True:
            await self._bell.wait()
            hints = self._inbox.take(_HINTS_AT_ONCE)
            if hints.lost:
                self._presence.renew()
            if hints.folders:
                self._scanner.look_into(await self._threads.run(self._new_folders, hints.folders))
            if hints.files:
                self.settler.happened(await self._threads.run(self._candidates, hints.files))

    def _candidates(self, names: Iterable[str]) -> list[Path]:
        paths = [Path(name) for name in names if not ignored_file(os.path.basename(name))]  # noqa: PTH119 - most are dropped here, a Path each would cost more
        return [path for path in paths if self._is_ours(path) and self._rules.is_candidate(path)]

    def _new_folders(self, names: Iterable[str]) -> list[Path]:
        paths = [Path(name) for name in names]
        return [path for path in paths if self._is_ours(path) and not ignored_folder(path.name)]

    def _is_ours(self, path: Path) -> bool:
        if not path.is_relative_to(self.folder) or in_ignored_folder(path, self.folder):
            return False
        return not any(path.is_relative_to(other) for other in self._without)


def _call(loop: asyncio.AbstractEventLoop, ring: Callable[[], None]) -> None:
    """Have the loop ring; a loop that is closed has no need of it."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(ring)
