"""Says once that something does not work, and once that it does again."""

from __future__ import annotations

import logging

import psycopg

from tagbridge.printable import plain

log = logging.getLogger(__name__)

# The latter is what a worker meets that others have thought dead: its row is gone.
_USUAL = (psycopg.OperationalError, psycopg.errors.ForeignKeyViolation)


class Outage:
    """Whether the database does what it is asked."""

    def __init__(self) -> None:
        self._said = ""

    def began(self, error: BaseException) -> None:
        """Take note of an error."""
        reason = _reason(error)
        if reason == self._said:
            return
        fault = None if isinstance(_root(error), _USUAL) else error
        log.warning("no further photos are begun here for now: %s", reason, exc_info=fault)
        self._said = reason

    def ended(self) -> None:
        """Take note that all is well."""
        if self._said:
            log.info("photos are begun again")
        self._said = ""


def _reason(error: BaseException) -> str:
    """Return why in words that hold no part of the database's URL."""
    error = _root(error)
    said = error.diag.message_primary if isinstance(error, psycopg.Error) else None
    if isinstance(error, psycopg.OperationalError) and not said:
        return "the database cannot be reached"
    return f"the database says: {plain(said)}" if said else type(error).__name__


def _root(error: BaseException) -> BaseException:
    """Return the error of the database behind that of Procrastinate or of a group of tasks."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    while error.__cause__ is not None:
        error = error.__cause__
    return error
