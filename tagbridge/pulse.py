"""Whether a daemon is well: its loop turns, its ledger answers, its folders are watched."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from tagbridge_hooks.errors import TagbridgeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagbridge.engine.engine import Engine
    from tagbridge.equipment import Equipment
    from tagbridge.watching import Watch

BEAT_SECONDS = 2.0
_LATE_SECONDS = 15.0  # a busy disk may take some of that


class Pulse:
    """Feels a daemon's pulse; what it says may be asked for on any thread.

    No name of a file is in it.
    """

    def __init__(
        self,
        equipment: Equipment,
        engine: Engine,
        watch: Watch,
        *,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare.

        Args:
            equipment: Whose ledger has to answer.
            engine: Its loop has to turn.
            watch: Its folders have to be there.
            now: The clock, in seconds.
        """
        self._equipment = equipment
        self._engine = engine
        self._watch = watch
        self._now = now
        self._turned = self._answered = now()
        self._refused = ""

    async def run(self) -> None:
        """Beat until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._ask())
            while True:
                self._turned = self._now()
                await asyncio.sleep(BEAT_SECONDS)

    def stands_still(self) -> str:
        """Return why nothing goes on; empty if all is well, as far as a new start could mend it."""
        now = self._now()
        if now - self._turned > _LATE_SECONDS:
            return "the daemon's loop does not turn"
        if self._refused:
            return f"the ledger refuses to answer: {self._refused}"
        if now - self._answered > _LATE_SECONDS:
            return "the ledger does not answer"
        turned = self._engine.turned
        if turned is not None and not self._engine.stopping and now - turned > _LATE_SECONDS:
            return "no photos are taken up"
        return ""

    def problem(self) -> str:
        """Return what is wrong; empty if all is well."""
        return self.stands_still() or self._of_folders()

    def _of_folders(self) -> str:
        if self._watch.has_failed:
            return "the folders are not watched any more"
        away, of_all = self._watch.away()
        return f"{away} of {of_all} watched folders are not there" if away else ""

    async def _ask(self) -> None:
        ledger = self._equipment.ledger
        while True:
            try:
                await self._equipment.clerk.do(ledger.database.read, ledger.database.now)
            except TagbridgeError as error:
                self._refused = type(error).__name__
            else:
                self._refused, self._answered = "", self._now()
            await asyncio.sleep(BEAT_SECONDS)
