"""Transactions that happen, however long the database is away."""

from __future__ import annotations

import logging
import math
import random
import threading
import time
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from tagbridge.ledger.errors import LedgerClosedError
from tagbridge.ledger.statement import Statement
from tagbridge_hooks import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tagbridge.ledger.connection import Connection, Dialect
    from tagbridge.ledger.trouble import Trouble

log = logging.getLogger(__name__)

T = TypeVar("T")
_FIRST_WAIT_SECONDS = 0.1
_LONGEST_WAIT_SECONDS = 2.0
_CONFLICT_SECONDS = 0.02
_QUIET_SECONDS = 30.0  # conflicts of this length are normal
_NOW = Statement("SELECT :now")


class Backend(Protocol):
    """One kind of database: tries once, and says of an error whether to try again."""

    @property
    def dialect(self) -> Dialect:
        """Return which kind."""

    def transaction(self, work: Callable[[Connection], T]) -> T:
        """Do work in one writing transaction."""

    def read(self, work: Callable[[Connection], T]) -> T:
        """Do work on one snapshot."""

    def look_up(self, statement: Statement, values: Mapping[str, object]) -> tuple[Any, ...] | None:
        """Return the first row of a query."""

    def trouble(self, error: Exception, *, writing: bool) -> Trouble | None:
        """Return what to wait for, or None."""

    def close(self) -> None:
        """Let go of the database."""


class Database:
    """One database; safe for several threads and processes.

    Attributes:
        dialect: `sqlite` or `postgresql`.
        folder: Where the state lies; None for one that is forgotten in the end.
    """

    def __init__(
        self,
        folder: Path | None,
        url: str = "",
        *,
        durable: bool = False,
        patience: float = math.inf,
    ) -> None:
        """Open the database, and make or migrate its tables.

        Args:
            folder: Holds the SQLite file; None keeps it in memory.
            url: Of a PostgreSQL database; empty for SQLite.
            durable: A commit survives a power loss (SQLite; PostgreSQL always does that).
            patience: Seconds to wait for a database that is away, each time.

        Raises:
            ConfigError: It cannot be used, or was made by a newer tagbridge.
        """
        self.folder = folder
        self._patience = patience
        self._closed = threading.Event()
        self._saying = threading.Lock()
        self._is_away, self._back_at = False, -math.inf
        if url:
            from tagbridge.ledger.postgresql import PostgresServer  # noqa: PLC0415 - an extra

            server = PostgresServer(url)
            self._backend: Backend = server
            try:
                self._patiently(server.prepare, writing=True)
            except BaseException:
                server.close()
                raise
        else:
            from tagbridge.ledger.sqlite import SqliteFile  # noqa: PLC0415 - one of two

            self._backend = SqliteFile(folder, durable=durable)
        self.dialect = self._backend.dialect

    def transaction(self, work: Callable[[Connection], T]) -> T:
        """Do work in one writing transaction, as often as it takes until it is committed.

        A lost connection leaves it open whether a commit happened, so work must be safe to run
        twice even if it did.

        Raises:
            WriteError: The disk is full or broken.
            LedgerClosedError: The database was closed.
        """
        return self._patiently(lambda: self._backend.transaction(work), writing=True)

    def read(self, work: Callable[[Connection], T]) -> T:
        """Do reading work on the ledger as it is at one moment, as often as it takes.

        Raises:
            WriteError: The disk is broken.
            LedgerClosedError: The database was closed.
        """
        return self._patiently(lambda: self._backend.read(work), writing=False)

    def look_up(self, statement: Statement, values: Mapping[str, object]) -> tuple[Any, ...] | None:
        """Return the first row of a query by the shortest way there is; see `read`."""
        return self._patiently(lambda: self._backend.look_up(statement, values), writing=False)

    def now(self, connection: Connection) -> float:
        """Return the time: PostgreSQL's own, because hosts' clocks differ."""
        return time.time() if self.dialect == "sqlite" else float(_NOW(connection).scalar_one())

    def close(self) -> None:
        """Let go of the database; who waits for it gets a `LedgerClosedError`."""
        self._closed.set()
        self._backend.close()

    def _patiently(self, attempt: Callable[[], T], *, writing: bool) -> T:
        began, wait = time.monotonic(), _FIRST_WAIT_SECONDS
        while True:
            if self._closed.is_set():
                raise LedgerClosedError("the ledger is closed")
            try:
                tried = time.monotonic()
                result = attempt()
            except Exception as error:
                trouble = self._trouble(error, writing=writing)
                if trouble is None:
                    raise
                waited = time.monotonic() - began
                if waited >= self._patience:
                    message = f"engine.database: the database is away ({trouble.reason})"
                    raise ConfigError(message) from error
                if not trouble.is_conflict or waited > _QUIET_SECONDS:
                    self._say_away(trouble.reason, tried)
            else:
                if self._is_away:
                    self._say_back()
                return result
            if trouble.is_conflict:
                self._closed.wait(random.uniform(0.0, _CONFLICT_SECONDS))  # noqa: S311 - no secret
            else:
                self._closed.wait(wait)
                wait = min(2.0 * wait, _LONGEST_WAIT_SECONDS)

    def _trouble(self, error: Exception, *, writing: bool) -> Trouble | None:
        if self._closed.is_set():
            raise LedgerClosedError("the ledger is closed") from error
        return self._backend.trouble(error, writing=writing)

    def _say_away(self, reason: str, tried: float) -> None:
        with self._saying:
            if not self._is_away and tried > self._back_at:  # else this is no news any more
                self._is_away = True
                log.warning("the ledger's database is away (%s); waiting for it", reason)

    def _say_back(self) -> None:
        with self._saying:
            if self._is_away:
                self._is_away, self._back_at = False, time.monotonic()
                log.warning("the ledger's database is back")
