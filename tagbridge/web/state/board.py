"""The status as the pages ask for it: read once for all who look, however many they are."""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from tagbridge.ledger.fates import Fates, fates
from tagbridge.status.objects import status_objects
from tagbridge_hooks.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tagbridge.ledger.connection import Connection
    from tagbridge.status.phrases import Objects
    from tagbridge.web.house import House

T = TypeVar("T")

_SECONDS = 2.0
_SECONDS_OF_FATES = 20.0
_REST = 20.0
"""After a look it rests for so many times as long as that took: of millions it takes a while."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a look into the ledger showed.

    Attributes:
        objects: Those of `tagbridge status --json`.
        problem: Why nothing could be seen; empty if it could.
    """

    objects: Objects = ()
    problem: str = ""


class Kept(Generic[T]):
    """Something that is looked at now and then; safe for threads."""

    def __init__(self, seconds: float, now: Callable[[], float]) -> None:
        """Keep nothing yet.

        Args:
            seconds: What is not older is new enough.
            now: The clock.
        """
        self._seconds = seconds
        self._now = now
        self._lock = threading.Lock()
        self._kept: T | None = None
        self._until = -math.inf

    def get(self, look: Callable[[], T]) -> T:
        """Return what was seen lately: some seconds ago, more where a look takes long."""
        with self._lock:  # who comes at the same time waits for the same look
            began = self._now()
            if self._kept is None or began > self._until:
                self._kept = look()
                ended = self._now()
                self._until = ended + max(self._seconds, _REST * (ended - began))
            return self._kept

    def forget(self) -> None:
        """Look again when somebody asks: something was changed."""
        with self._lock:
            self._until = -math.inf


class Board:
    """Looks into the ledger of a house; safe for threads."""

    def __init__(self, house: House, now: Callable[[], float] = time.monotonic) -> None:
        """Look at nothing yet."""
        self._house = house
        self._looks: Kept[Look] = Kept(_SECONDS, now)
        self._fates: Kept[Fates] = Kept(_SECONDS_OF_FATES, now)

    def look(self) -> Look:
        """Return what was seen lately; what people made of keywords may be older than the rest."""
        return self._looks.get(self._looked)

    def forget(self) -> None:
        """Look again when somebody asks: something was changed."""
        self._looks.forget()

    def _looked(self) -> Look:
        house = self._house
        try:
            return Look(objects=list(status_objects(house.state, house.settings, self._read_fates)))
        except ConfigError as error:
            return Look(problem=str(error))

    def _read_fates(self, connection: Connection, blocked: Iterable[str]) -> Fates:
        return self._fates.get(lambda: fates(connection, blocked))
