"""SQL that both databases understand, made ready once."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, CursorResult

    Rows: TypeAlias = CursorResult[*tuple[Any, ...]]

_PARAMETER = re.compile(r":([a-z_]+)")
# The clock itself would be asked for each row, and no index could help.
CLOCK = "CAST(extract(epoch FROM statement_timestamp()) AS double precision)"


def _as_psycopg_wants(parameter: re.Match[str]) -> str:
    return f"%({parameter[1]})s"


class Statement:
    """One statement as text, given to the driver as it is.

    SQLAlchemy's expressions would cost several times what SQLite needs to execute them; a paid
    call takes some eight of them. Parameters are written `:name`. `:now` needs no value: it is
    the clock of the database, because hosts' clocks differ.
    """

    __slots__ = ("postgresql", "sqlite")

    def __init__(self, text: str, *, lock: str = "") -> None:
        """Make the text ready.

        Args:
            text: The statement.
            lock: Appended on PostgreSQL; on SQLite a writing transaction is alone anyway.
        """
        self.sqlite = text
        timed = re.sub(r":now\b", CLOCK, text)
        self.postgresql = f"{_PARAMETER.sub(_as_psycopg_wants, timed)} {lock}"

    def __call__(self, connection: Connection, **values: object) -> Rows:
        """Execute it once."""
        if connection.dialect.name == "sqlite":
            values["now"] = time.time()
            return connection.exec_driver_sql(self.sqlite, values)
        return connection.exec_driver_sql(self.postgresql, values)

    def many(self, connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
        """Execute it for each row of values."""
        if not rows:
            return
        if connection.dialect.name == "sqlite":
            now = time.time()
            connection.exec_driver_sql(self.sqlite, [{**row, "now": now} for row in rows])
        else:
            connection.exec_driver_sql(self.postgresql, [dict(row) for row in rows])
