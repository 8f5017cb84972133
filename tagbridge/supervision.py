"""Tell systemd, or whoever supervises the daemon, that it is ready, well, and about to end."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagbridge.pulse import Pulse

log = logging.getLogger(__name__)

_STATUS_SECONDS = 10.0
_MICROSECONDS = 1_000_000


class Supervisor:
    """Who started the daemon, if it wants to hear from it: see sd_notify(3)."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        """Read where it listens, and how often it wants to hear; it may be nobody."""
        self._address = environment.get("NOTIFY_SOCKET", "")
        self._watches, self._every = _watchdog(environment)

    def ready(self) -> None:
        """Say that the daemon has begun its work."""
        self._tell("READY=1")

    def stopping(self) -> None:
        """Say that the daemon ends, which may take a while."""
        self._tell("STOPPING=1", "STATUS=photos on their way arrive")

    async def run(self, pulse: Pulse) -> None:
        """Say again and again that the daemon is well, as long as it is; until cancelled.

        When nothing goes on nothing is said, and after a while systemd starts the daemon anew. A
        folder that is away is only told: no start brings it back.
        """
        while self._address:
            still = pulse.stands_still()
            well = ["WATCHDOG=1"] if self._watches and not still else []
            self._tell(*well, f"STATUS={pulse.problem() or 'all is well'}")
            await asyncio.sleep(self._every)

    def _tell(self, *words: str) -> None:
        if not self._address:
            return
        # A name that begins with @ is in no folder.
        name = self._address.replace("@", "\0", 1) if self._address[0] == "@" else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as to:
                to.sendto("\n".join(words).encode(), name)
        except OSError as error:  # nothing of ours depends on being heard
            log.warning("systemd cannot be told how tagbridge fares: %s", error)


def _watchdog(environment: Mapping[str, str]) -> tuple[bool, float]:
    """Return whether this process is watched, and the seconds between two signs of life."""
    try:
        microseconds = int(environment.get("WATCHDOG_USEC", "0"))
        meant = int(environment.get("WATCHDOG_PID", os.getpid())) == os.getpid()
    except ValueError:
        return False, _STATUS_SECONDS
    if microseconds <= 0 or not meant:
        return False, _STATUS_SECONDS
    return True, min(microseconds / _MICROSECONDS / 3, _STATUS_SECONDS)
