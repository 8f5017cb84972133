"""The status as the pages ask for it: read once for all who look, however many they are."""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tagbridge.status.objects import status_objects
from tagbridge_hooks.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagbridge.status.phrases import Objects
    from tagbridge.web.house import House

_FRESH_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a look into the ledger showed.

    Attributes:
        objects: Those of `tagbridge status --json`.
        problem: Why nothing could be seen; empty if it could.
    """

    objects: Objects = ()
    problem: str = ""


class Board:
    """Looks into the ledger of a house; safe for threads."""

    def __init__(self, house: House, now: Callable[[], float] = time.monotonic) -> None:
        """Look at nothing yet."""
        self._house = house
        self._now = now
        self._lock = threading.Lock()
        self._look = Look()
        self._at = -math.inf

    def look(self) -> Look:
        """Return what was seen within the last two seconds."""
        with self._lock:  # who comes at the same time waits for the same look
            if self._now() - self._at > _FRESH_SECONDS:
                self._look = self._looked()
                self._at = self._now()
            return self._look

    def forget(self) -> None:
        """Look again when somebody asks: something was changed."""
        with self._lock:
            self._at = -math.inf

    def _looked(self) -> Look:
        try:
            objects: list[dict[str, Any]] = list(
                status_objects(self._house.state, self._house.settings)
            )
        except ConfigError as error:
            return Look(problem=str(error))
        return Look(objects=objects)
