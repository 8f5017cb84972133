"""Whether the watches of a folder cover it, and what to do and to say when they do not."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from tagbridge.printable import printable
from tagbridge.watching.limits import NO_OBSERVER, TOO_FEW_WATCHES

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)

SHORT_SCAN_SECONDS = 60.0  # at most, between two scans of a folder whose events have gaps


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """A count after a full scan.

    Attributes:
        folders: Below all folders that are to be watched for events.
        watches: Held by this process. Hidden folders have some, too, and may so hide a gap;
            therefore `room` counts as well.
        room: Whether one more watch can be had.
    """

    folders: int
    watches: int
    room: bool


class Verdict(Enum):
    """What follows from a count."""

    FINE = auto()
    RENEW = auto()  # set the watches up again, and count again
    GAPS = auto()  # scan more often


class Coverage:
    """The gaps in the events of one folder; says each change of state once.

    Attributes:
        gaps: Whether some folders, or all, send no events.
    """

    def __init__(self, folder: Path, scan_seconds: float) -> None:
        self.gaps = False
        self._folder = folder
        self._scan_seconds = scan_seconds
        self._renewed = False

    @property
    def interval(self) -> float:
        """Return the seconds until the next full scan."""
        return min(self._scan_seconds, SHORT_SCAN_SECONDS) if self.gaps else self._scan_seconds

    def failed(self, error: OSError) -> None:
        """Take note that the folder cannot be watched at all."""
        if not self.gaps:
            self.gaps = True
            log.warning(
                "%s cannot be watched for events (%s); it is scanned every %g s instead. %s %s",
                *(printable(self._folder), error, self.interval, NO_OBSERVER, TOO_FEW_WATCHES),
            )

    def judge(self, census: Census) -> Verdict:
        """Return what follows from a count."""
        if census.watches >= census.folders and census.room:
            return self._close()
        if census.room and not self._renewed:
            # A folder may have come while there was no room, or the books of watchdog are wrong.
            self._renewed = True
            return Verdict.RENEW
        self._renewed = census.room  # once there is room again, it is worth trying again
        return self._open(census)

    def _close(self) -> Verdict:
        if self.gaps:
            log.info("All folders below %s are watched for events again.", printable(self._folder))
        self.gaps = self._renewed = False
        return Verdict.FINE

    def _open(self, census: Census) -> Verdict:
        if not self.gaps:
            self.gaps = True
            log.warning(
                "The system gives no more inotify watches: %d for %d folders. Below %s some"
                " folders are noticed only by a scan every %g s. %s",
                *(census.watches, census.folders, printable(self._folder), self.interval),
                TOO_FEW_WATCHES,
            )
        return Verdict.GAPS
