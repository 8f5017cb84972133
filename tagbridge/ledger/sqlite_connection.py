"""A connection to an SQLite file: the driver itself, with transactions that end as they should."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from tagbridge.ledger.connection import BATCH, NO_VALUES, Rows

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Sequence

    from tagbridge.ledger.connection import Values

T = TypeVar("T")


class SqliteConnection:
    """One connection, for one thread at a time.

    Errors are those of the driver, which never quotes the values of a statement.
    """

    dialect: Literal["sqlite"] = "sqlite"

    def __init__(self, driver: sqlite3.Connection) -> None:
        """Take a connection of the driver, whose `isolation_level` is None; closed by `close`."""
        self._driver = driver

    def execute(self, text: str, values: Values = NO_VALUES) -> Rows:
        """Execute a statement."""
        with closing(self._driver.execute(text, values)) as cursor:
            rows = cursor.fetchall()  # first: what changes rows and returns them may count late
            return Rows(rows, cursor.rowcount)

    def execute_many(self, text: str, rows: Sequence[Values]) -> int:
        """Execute a statement for each row of values, and return how many rows that changed."""
        with closing(self._driver.executemany(text, rows)) as cursor:
            return cursor.rowcount

    def batches(self, question: str) -> Iterator[list[dict[str, Any]]]:
        """Yield the rows that answer a question without parameters, `BATCH` at a time."""
        with closing(self._driver.execute(question)) as cursor:
            names = [column[0] for column in cursor.description]
            while part := cursor.fetchmany(BATCH):
                yield [dict(zip(names, row, strict=True)) for row in part]

    def look_up(self, text: str, values: Values) -> tuple[Any, ...] | None:
        """Return the first row of a query, outside of a transaction."""
        with closing(self._driver.execute(text, values)) as cursor:
            row: tuple[Any, ...] | None = cursor.fetchone()
            return row

    def write(self, work: Callable[[SqliteConnection], T]) -> T:
        """Do work in a transaction that is alone in writing, all of it or nothing."""
        # Immediate: one that begins by reading could not wait for another writer later.
        return self._within("BEGIN IMMEDIATE", work, self._driver.commit)

    def read(self, work: Callable[[SqliteConnection], T]) -> T:
        """Do work that only reads, on the database as it is at one moment."""
        return self._within("BEGIN", work, self._driver.rollback)

    def close(self) -> None:
        """Close it."""
        self._driver.close()

    def _within(
        self, begin: str, work: Callable[[SqliteConnection], T], end: Callable[[], None]
    ) -> T:
        if self._driver.in_transaction:  # what is undone below must be our own
            raise RuntimeError("a transaction within a transaction")
        try:
            self._driver.execute(begin)
            result = work(self)
            end()
        except BaseException:
            self._driver.rollback()  # nothing happens where none was begun
            raise
        return result
