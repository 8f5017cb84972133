"""What the ledger asks of a connection, whichever database is behind it, and what it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Dialect: TypeAlias = Literal["sqlite", "postgresql"]
Values: TypeAlias = "Mapping[str, object]"

NO_VALUES: Values = {}
BATCH = 500
"""So many rows of a whole table are in memory at once."""


class Rows:
    """What one statement gave: all its rows, or how many rows of a table it changed.

    They are fetched already: no statement may be under way when a transaction ends.
    """

    __slots__ = ("_rows", "rowcount")

    def __init__(self, rows: Sequence[Sequence[Any]], rowcount: int) -> None:
        self._rows = rows
        self.rowcount = rowcount

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def all(self) -> Sequence[Any]:
        """Return the rows."""
        return self._rows

    def first(self) -> Sequence[Any] | None:
        """Return the first row, if there is one."""
        return self._rows[0] if self._rows else None

    def one(self) -> Sequence[Any]:
        """Return the only row."""
        (row,) = self._rows
        return row

    def scalar(self) -> Any:  # noqa: ANN401 - a column may hold anything
        """Return the first value of the first row, None if there is no row."""
        return self._rows[0][0] if self._rows else None

    def scalar_one(self) -> Any:  # noqa: ANN401 - likewise
        """Return the first value of the only row."""
        return self.one()[0]


class Connection(Protocol):
    """A connection within a transaction."""

    @property
    def dialect(self) -> Dialect:
        """Return what kind of database it is."""

    def execute(self, text: str, values: Values = NO_VALUES) -> Rows:
        """Execute a statement, written as its driver wants it."""

    def execute_many(self, text: str, rows: Sequence[Values]) -> int:
        """Execute a statement for each row of values, and return how many rows that changed."""

    def batches(self, question: str) -> Iterator[list[dict[str, Any]]]:
        """Yield the rows that answer a question without parameters, `BATCH` at a time."""
