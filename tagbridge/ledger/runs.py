"""When commands that write have run, so that what one of them wrote can be taken back."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tagbridge.ledger.statement import Statement
from tagbridge_hooks import WriteError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagbridge.ledger.connection import Connection
    from tagbridge.ledger.database import Database

_BEGIN = Statement("INSERT INTO run (command, started) VALUES (:command, :now) RETURNING id")
_END = Statement("UPDATE run SET ended = :now WHERE id = :id")
_FIND = Statement("SELECT id, command, started, ended FROM run WHERE id = :id")
_NEXT = Statement("SELECT MIN(started) FROM run WHERE id > :id AND command = :command")
_LAST = Statement("SELECT id, command, started, ended FROM run ORDER BY id DESC LIMIT :number")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a command that writes.

    Attributes:
        id: Its number.
        command: Its name.
        started: Seconds since the epoch.
        ended: The same; None while it runs, and where it was killed.
    """

    id: int
    command: str
    started: float
    ended: float | None


class Runs:
    """The table of runs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def running(self, command: str) -> Iterator[int | None]:
        """Note that a command runs, as long as the context lasts, and yield the run's number.

        None where that cannot be noted, because the disk is full: that is no reason not to run.
        """
        number = None
        with suppress(WriteError):
            number = self._database.transaction(
                lambda connection: int(_BEGIN(connection, command=command).scalar_one())
            )
        try:
            yield number
        finally:
            with suppress(WriteError):
                self._database.transaction(lambda connection: _END(connection, id=number))


def find_run(connection: Connection, number: int) -> Run | None:
    """Return a run, or None if there was none of this number.

    One that was killed counts until its command was run again.
    """
    row = _FIND(connection, id=number).first()
    if row is None:
        return None
    run = Run(id=row[0], command=row[1], started=row[2], ended=row[3])
    if run.ended is not None:
        return run
    return replace(run, ended=_NEXT(connection, id=number, command=run.command).scalar())


def last_runs(connection: Connection, number: int) -> list[Run]:
    """Return the last runs, the newest first."""
    return [
        Run(id=row[0], command=row[1], started=row[2], ended=row[3])
        for row in _LAST(connection, number=number)
    ]
