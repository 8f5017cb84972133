"""Read whole tables without having them in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

_BATCH = 500


def batches(connection: Connection, question: str) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows that answer a question without parameters, some hundred at a time."""
    # PostgreSQL's driver would otherwise fetch everything first.
    options = {"stream_results": True, "max_row_buffer": _BATCH}
    with connection.exec_driver_sql(question, execution_options=options) as rows:
        names = list(rows.keys())
        for part in rows.partitions(_BATCH):
            yield [dict(zip(names, row, strict=True)) for row in part]
