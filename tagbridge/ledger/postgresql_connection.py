"""A connection to PostgreSQL, as the ledger asks it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from tagbridge.ledger.connection import BATCH, NO_VALUES, Rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import sqlalchemy

    from tagbridge.ledger.connection import Values


LACKING = "engine.database is PostgreSQL, which needs: pip install 'tagbridge[cluster]'"


class PostgresConnection:
    """One connection, for one thread at a time, in a transaction that somebody else ends."""

    dialect: Literal["postgresql"] = "postgresql"

    def __init__(self, pooled: sqlalchemy.Connection) -> None:
        self._pooled = pooled

    def execute(self, text: str, values: Values = NO_VALUES) -> Rows:
        """Execute a statement."""
        result = self._pooled.exec_driver_sql(text, dict(values))
        return Rows(result.all() if result.returns_rows else (), result.rowcount)

    def execute_many(self, text: str, rows: Sequence[Values]) -> int:
        """Execute a statement for each row of values, and return how many rows that changed."""
        return self._pooled.exec_driver_sql(text, [dict(row) for row in rows]).rowcount

    def batches(self, question: str) -> Iterator[list[dict[str, Any]]]:
        """Yield the rows that answer a question without parameters, `BATCH` at a time."""
        # The driver would otherwise fetch everything first.
        options = {"stream_results": True, "max_row_buffer": BATCH}
        with self._pooled.exec_driver_sql(question, execution_options=options) as rows:
            names = list(rows.keys())
            for part in rows.partitions(BATCH):
                yield [dict(zip(names, row, strict=True)) for row in part]
