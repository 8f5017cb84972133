"""How far something is, on a terminal."""

from __future__ import annotations

import sys
import time

import click

_SECONDS_BETWEEN_LINES = 0.2


class Meter:
    """A line on standard error that says how far the work is; nothing where that is no terminal.

    Attributes:
        shown: Whether there is one.
        total: What it counts up to; 0 if that is not known.
    """

    def __init__(self, unit: str, *, wanted: bool) -> None:
        self.shown = wanted and sys.stderr.isatty()
        self.total = 0
        self._unit = unit
        self._done = 0
        self._said = 0.0

    def advance(self, count: int) -> None:
        """Count some more, and say so now and then."""
        self._done += count
        if self.shown and time.monotonic() > self._said + _SECONDS_BETWEEN_LINES:
            self._said = time.monotonic()
            part = f", {100 * self._done // self.total} %" if self.total else ""
            click.echo(f"\r\x1b[K{self._done:,} {self._unit}{part}", nl=False, err=True)

    def clear(self) -> None:
        """Take the line away, so that something else can be printed."""
        if self.shown:
            click.echo("\r\x1b[K", nl=False, err=True)
