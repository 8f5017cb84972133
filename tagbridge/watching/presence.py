"""Whether one watched folder is there, by what means it is watched, and when it is scanned."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tagbridge.printable import printable
from tagbridge.watching.coverage import Coverage, Verdict
from tagbridge.watching.loops import Bell
from tagbridge.watching.mounts import reports_events
from tagbridge.watching.sight import identify

if TYPE_CHECKING:
    from pathlib import Path

    from tagbridge.watching.events import Events
    from tagbridge.watching.inbox import Inbox
    from tagbridge.watching.loops import Threads
    from tagbridge.watching.rules import Rules
    from tagbridge.watching.scanner import Scanner

log = logging.getLogger(__name__)

_LOOK_SECONDS = 3.0  # between two looks whether the folder is still the same


class Presence:
    """The state of one folder. Nothing is ever concluded from assets that are not there.

    A folder may be deleted, unmounted or mounted over at any time; its watches then stay with
    what was there, and are set up anew for what is there now.
    """

    def __init__(
        self,
        folder: Path,
        rules: Rules,
        threads: Threads,
        *,
        events: Events,
        inbox: Inbox,
        scanner: Scanner,
    ) -> None:
        """Prepare to watch `folder`."""
        self._folder = folder
        self._rules = rules
        self._threads = threads
        self._events = events
        self._inbox = inbox
        self._scanner = scanner
        self._coverage = Coverage(folder, rules.scan_seconds)
        self._bell = Bell()
        self._identity: tuple[int, int] | None = None
        self._seen = False  # before the first look
        self._watched = False  # by events
        self._wanted = False  # to be watched by events
        self._stale = False  # events were lost

    async def run(self) -> None:
        """Look, and do what follows, for ever."""
        while True:
            await self._look()
            await self._bell.wait(min(_LOOK_SECONDS, self._interval))

    def renew(self) -> None:
        """Set up the watches anew, and scan everything."""
        self._stale = True
        self._bell.ring()

    @property
    def is_away(self) -> bool:
        """Return whether the folder was not there at the last look."""
        return self._seen and self._identity is None

    @property
    def _interval(self) -> float:
        return self._coverage.interval if self._wanted else self._rules.scan_seconds

    async def _look(self) -> None:
        identity = await self._threads.run(identify, self._folder)
        if identity != self._identity or not self._seen:
            self._tell(identity)
            self._identity, self._seen, self._stale = identity, True, True
        if self._stale or (self._watched and not await self._is_alive()):
            await self._set_up()
        elif identity is not None:
            await self._check_scans()

    async def _is_alive(self) -> bool:
        return await self._threads.run(self._events.is_alive, self._folder)

    def _tell(self, identity: tuple[int, int] | None) -> None:
        folder = printable(self._folder)
        if identity is None:
            log.warning("%s is not there; waiting until it comes.", folder)
        elif self._identity is not None:
            log.info("Another folder is now at %s; watching that one.", folder)
        elif self._seen:
            log.info("%s is there again.", folder)

    async def _set_up(self) -> None:
        """First the watches, then the scan: nothing can come in between unseen."""
        self._stale = self._watched = False
        await self._threads.run(self._events.unwatch, self._folder)
        if self._identity is None:
            return
        self._wanted = await self._wants_events()
        if self._wanted:
            await self._watch()
        else:
            log.info("%s is scanned every %g s.", printable(self._folder), self._interval)
        self._scanner.request()

    async def _wants_events(self) -> bool:
        if self._rules.mode == "auto":
            return await self._threads.run(reports_events, self._folder)
        return self._rules.mode == "events"

    async def _watch(self) -> None:
        try:
            await self._threads.run(self._events.watch, self._folder, self._inbox)
        except OSError as error:
            self._coverage.failed(error)
            return
        self._watched = True
        log.info("%s is watched for events.", printable(self._folder))

    async def _check_scans(self) -> None:
        counted = self._scanner.collect()
        if counted is not None and self._wanted:
            await self._judge(counted)
        if self._scanner.is_idle_for(self._interval):
            self._scanner.request()

    async def _judge(self, counted: int) -> None:
        census = await self._threads.run(self._events.census, self._folder, counted)
        if census and self._coverage.judge(census) is Verdict.RENEW:
            self.renew()
