"""What the person who waits is told."""

from __future__ import annotations

import sys
import time

_START = time.monotonic()


def say(what: str) -> None:
    """Tell on standard error what has been done; silent in a pipe."""
    if sys.stderr.isatty():
        print(f"{time.monotonic() - _START:6.0f} s  {what}", file=sys.stderr)
