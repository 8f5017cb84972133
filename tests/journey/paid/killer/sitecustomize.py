"""Kill this process beside one commit of its database: found by Python at every start.

The file `orders` beside this one holds `COMMAND NUMBER`. In a process whose command line has the
word COMMAND, the moments before and after each commit are counted, and at the one of that number
the process is killed. That happens once: the file `mark` says so, and what was to be committed.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sqlite3.dbapi2
import sys
from itertools import count
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
command, number = (HERE / "orders").read_text().split()
moments = count(1)


def moment(what: str) -> None:
    """Count one more moment, and die if it is the one."""
    if next(moments) != int(number):
        return
    try:
        file = os.open(HERE / "mark", os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return
    os.write(file, what.encode())
    os.kill(os.getpid(), signal.SIGKILL)


class Connection(sqlite3.Connection):
    """A connection whose commits are counted."""

    last = ""

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - as sqlite3 has it
        super().__init__(*arguments, **options)
        self.set_trace_callback(self.note)

    def note(self, statement: str) -> None:
        if statement.lstrip().startswith(("INSERT", "UPDATE", "DELETE")):
            self.last = " ".join(statement.split())

    def commit(self) -> None:
        moment(f"before the commit of {self.last}")
        super().commit()
        moment(f"after the commit of {self.last}")


def connect(*arguments: Any, **options: Any) -> sqlite3.Connection:  # noqa: ANN401 - likewise
    made: sqlite3.Connection = _connect(*arguments, **{"factory": Connection, **options})
    return made


_connect = sqlite3.connect
if command in sys.orig_argv:
    sqlite3.connect = sqlite3.dbapi2.connect = connect  # type: ignore[assignment] # one overload
