"""SQL that both databases understand, made ready once."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tagbridge.ledger.connection import Connection, Rows, Values

_PARAMETER = re.compile(r":([a-z_]+)")
# The clock itself would be asked for each row, and no index could help.
CLOCK = "CAST(extract(epoch FROM statement_timestamp()) AS double precision)"


def _as_psycopg_wants(parameter: re.Match[str]) -> str:
    return f"%({parameter[1]})s"


class Statement:
    """One statement as text, given to the driver as it is.

    Expressions made of objects would cost several times what SQLite needs to execute them; a paid
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
        if connection.dialect == "sqlite":
            values["now"] = time.time()
            return connection.execute(self.sqlite, values)
        return connection.execute(self.postgresql, values)

    def many(self, connection: Connection, rows: Sequence[Values]) -> int:
        """Execute it for each row of values, and return how many rows of a table that changed."""
        if not rows:
            return 0
        if connection.dialect == "sqlite":
            now = time.time()
            return connection.execute_many(self.sqlite, [{**row, "now": now} for row in rows])
        return connection.execute_many(self.postgresql, rows)


def one_of(column: str, wanted: Iterable[object], values: dict[str, object]) -> str:
    """Return that a column is one of some values, which become parameters."""
    names = {f"{column.replace('.', '_')}_{letters(i)}": value for i, value in enumerate(wanted)}
    values |= names
    return f"{column} IN ({', '.join(':' + name for name in names) or 'NULL'})"


def letters(number: int) -> str:
    """Return a number as parameters may be named."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))
