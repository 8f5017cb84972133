"""The start of a process: nearly all that is made then stays, and the search for garbage is vain.

It takes a tenth of the time until the first photo.
"""

from __future__ import annotations

import gc

# New objects between two searches: a start that fails or hangs must not fill the memory.
_SELDOM = 20_000
_USUAL = gc.get_threshold()


def starting() -> None:
    """Search for garbage seldom, until `started`."""
    gc.set_threshold(_SELDOM)


def started() -> None:
    """Search as often as usual, but never again among what the start has made."""
    gc.freeze()
    gc.set_threshold(*_USUAL)
