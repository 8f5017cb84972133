"""Who is alive."""

from __future__ import annotations

import math
import os
import re
import secrets
import socket
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from tagbridge.ledger.alive import AliveLocks
from tagbridge.ledger.statement import Statement
from tagbridge.printable import plain

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tagbridge.ledger.connection import Connection
    from tagbridge.ledger.database import Database

WorkerKind: TypeAlias = Literal["watch", "work", "tag", "courier"]

DEAD_SECONDS = 30.0  # PostgreSQL: without a beat
_FORGET_SECONDS = 86_400.0
_BEAT = Statement("""
    INSERT INTO worker (id, kind, host, pid, started, seen, doing)
    VALUES (:id, :kind, :host, :pid, :now, :now, :doing)
    ON CONFLICT (id) DO UPDATE SET seen = excluded.seen, doing = excluded.doing
""")
_LEAVE = Statement("DELETE FROM worker WHERE id = :id")
_ALL = Statement("SELECT id, kind, host, pid, started, seen, doing FROM worker ORDER BY started")
_OLD = Statement("SELECT id FROM worker WHERE seen < :now - :seconds")
# While the server was down nobody could be seen.
_SEEN = Statement("""
    SELECT 1 FROM worker WHERE id = :id AND (seen > :now - :seconds
        OR CAST(extract(epoch FROM pg_postmaster_start_time()) AS double precision)
            > :now - :seconds)
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """One process, alive or not.

    Attributes:
        id: Its name in the ledger.
        kind: What it is.
        host: Where it runs.
        pid: Its number there.
        started: When it joined.
        seen: Its last sign of life.
        doing: What it does, in its own words.
        alive: Whether it lives.
    """

    id: str
    kind: WorkerKind
    host: str
    pid: int
    started: float
    seen: float
    doing: str
    alive: bool


class Workers:
    """The table of processes.

    With SQLite each holds a lock for as long as it lives. With PostgreSQL, on several machines,
    one is alive while it gives signs of life.
    """

    def __init__(
        self, database: Database, folder: Path | None, *, dead_seconds: float = DEAD_SECONDS
    ) -> None:
        """Take the table.

        Args:
            database: Where it is.
            folder: Holds the locks; None when no other process can see this ledger.
            dead_seconds: Who was not seen for so long is dead (PostgreSQL).
        """
        self._database = database
        self._locks = None
        if folder is not None and database.dialect == "sqlite":
            self._locks = AliveLocks(folder / "alive")
        self._dead_seconds = dead_seconds
        self._beat_seconds = dead_seconds / 6
        self._lock = threading.Lock()
        self._ours: dict[str, WorkerKind] = {}
        self._beaten: dict[str, float] = {}

    def join(self, kind: WorkerKind) -> str:
        """Add this process, and return its name; dead ones are forgotten after a day.

        Raises:
            ConfigError: The state lies on a file system that has no locks.
        """
        host = re.sub(r"[^A-Za-z0-9.-]", "_", socket.gethostname())
        name = f"{kind}-{host}-{os.getpid()}-{secrets.token_hex(4)}"
        if self._locks is not None:
            self._locks.hold(name)
            self._locks.sweep()
        with self._lock:
            self._ours[name] = kind
        self._database.transaction(self._forget_dead)
        self.beat(name)
        return name

    def beat(self, name: str, doing: str = "") -> None:
        """Give a sign of life; more often than every 5 seconds has no effect."""
        now = time.monotonic()
        with self._lock:
            kind = self._ours.get(name)
            if kind is None or now - self._beaten.get(name, -math.inf) < self._beat_seconds:
                return
            self._beaten[name] = now
        values = {"id": name, "kind": kind, "host": socket.gethostname(), "pid": os.getpid()}
        self._database.transaction(
            lambda connection: _BEAT(connection, doing=plain(doing), **values)
        )

    def leave(self, name: str) -> None:
        """Remove this process: what it still holds is free."""
        with self._lock:
            self._ours.pop(name, None)
        self._database.transaction(lambda connection: _LEAVE(connection, id=name))
        if self._locks is not None:
            self._locks.release(name)

    def is_alive(self, connection: Connection, name: str) -> bool:
        """Return whether a process lives."""
        if connection.dialect == "postgresql":
            return _SEEN(connection, id=name, seconds=self._dead_seconds).first() is not None
        return name in self._ours if self._locks is None else self._locks.is_held(name)

    def all(self) -> list[Worker]:
        """Return all processes, the oldest first."""
        return self._database.read(lambda c: listed(c, lambda name, _: self.is_alive(c, name)))

    def close(self) -> None:
        """Let go of the locks, as the end of the process does."""
        if self._locks is not None:
            self._locks.release_all()

    def _forget_dead(self, connection: Connection) -> None:
        for (name,) in _OLD(connection, seconds=_FORGET_SECONDS).all():
            if not self.is_alive(connection, name):
                _LEAVE(connection, id=name)


def listed(connection: Connection, is_alive: Callable[[str, float], bool]) -> list[Worker]:
    """Return all processes, the oldest first.

    Args:
        connection: To the ledger.
        is_alive: Says of a name and its last sign of life whether the process lives.
    """
    return [
        Worker(
            id=name,
            kind=kind,
            host=host,
            pid=pid,
            started=started,
            seen=seen,
            doing=doing,
            alive=is_alive(name, seen),
        )
        for name, kind, host, pid, started, seen, doing in _ALL(connection)
    ]
