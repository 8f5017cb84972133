"""The keys to the page: tokens that open it once, and the cookie of who has come in."""

from __future__ import annotations

import hmac
import secrets
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_BYTES = 32


class Door:
    """Knows the token that opens, and the cookie of those who are in; safe for threads.

    At any moment one token opens. It is used up by whoever comes first, and the next one is known
    to nobody but the owner of the program.
    """

    def __init__(self, renewed: Callable[[str], None] | None = None) -> None:
        """Make the keys of this run.

        Args:
            renewed: Told of each token, the first one as well.
        """
        self._renewed = renewed
        self._lock = threading.Lock()
        self._cookie = secrets.token_urlsafe(_BYTES)
        self.token = ""
        self._renew()

    def enter(self, token: str) -> str | None:
        """Use up a token and return the value of the cookie; None if it does not open."""
        with self._lock:
            if not _same(token, self.token):
                return None
            self._renew()
            return self._cookie

    def knows(self, cookie: str) -> bool:
        """Return whether somebody came in by a token of this run."""
        return _same(cookie, self._cookie)

    def _renew(self) -> None:
        self.token = secrets.token_urlsafe(_BYTES)
        if self._renewed is not None:
            self._renewed(self.token)


def _same(said: str, known: str) -> bool:
    """Compare in a time that tells nothing."""
    return hmac.compare_digest(said.encode("utf-8", "surrogateescape"), known.encode())
