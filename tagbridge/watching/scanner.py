"""Scans one folder when asked: the whole of it, or what has come into it."""

from __future__ import annotations

import logging
from time import monotonic
from typing import TYPE_CHECKING

from tagbridge.printable import printable
from tagbridge.watching.loops import Bell
from tagbridge.watching.scanning import Scan

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from tagbridge.watching.loops import Threads
    from tagbridge.watching.rules import Rules
    from tagbridge.watching.settler import Settler

log = logging.getLogger(__name__)


class Scanner:
    """The scans of one folder, one after the other."""

    def __init__(
        self,
        folder: Path,
        rules: Rules,
        threads: Threads,
        *,
        settler: Settler,
        without: Collection[Path],
    ) -> None:
        """Prepare to scan `folder` but for the folders `without`, which are watched themselves."""
        self._folder = folder
        self._rules = rules
        self._threads = threads
        self._settler = settler
        self._without = without
        self._bell = Bell()
        self._whole = False
        self._running = False
        self._parts: set[Path] = set()
        self._counted: int | None = None
        self._ended = monotonic()
        self._unreadable: frozenset[str] = frozenset()

    async def run(self) -> None:
        """Scan what is asked for, for ever."""
        while True:
            await self._bell.wait()
            await self._scan_parts()
            while self._whole:
                self._whole, self._running = False, True
                await self._scan_whole()
                self._running = False

    def request(self) -> None:
        """Ask for a full scan; it begins after now, whatever is running."""
        self._whole = True
        self._bell.ring()

    def look_into(self, folders: Iterable[Path]) -> None:
        """Ask for a scan of folders that have come; it does not wait for a full one to end."""
        self._parts.update(folders)
        self._bell.ring()

    def is_idle_for(self, seconds: float) -> bool:
        """Return whether the last full scan ended at least so long ago."""
        busy = self._whole or self._running
        return not busy and monotonic() - self._ended >= seconds

    def collect(self) -> int | None:
        """Return how many folders a full scan counted that ended since the last call."""
        counted, self._counted = self._counted, None
        return counted

    async def _scan_whole(self) -> None:
        scan = Scan(self._folder, self._rules, without=self._without)
        while not scan.ended:
            self._settler.found(await self._threads.run(scan.part))
            await self._scan_parts()
            await self._settler.wait_for_room()
        self._complain(scan)
        self._counted, self._ended = scan.folders, monotonic()

    async def _scan_parts(self) -> None:
        parts, self._parts = self._parts, set()
        for folder in _outermost(parts):
            scan = Scan(folder, self._rules, without=self._without)
            while not scan.ended:
                self._settler.found(await self._threads.run(scan.part))

    def _complain(self, scan: Scan) -> None:
        """Say once which folders cannot be read, except those that are gone."""
        gone = (FileNotFoundError, NotADirectoryError)
        causes = {path: e for path, e in scan.unreadable.items() if not isinstance(e, gone)}
        for path in causes.keys() - self._unreadable:
            log.warning(
                "%s cannot be read (%s): nothing below it is seen.", printable(path), causes[path]
            )
        self._unreadable = frozenset(causes)


def _outermost(folders: set[Path]) -> list[Path]:
    """Return the folders that do not lie in another one of them."""
    return [folder for folder in sorted(folders) if folders.isdisjoint(folder.parents)]
