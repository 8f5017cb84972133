"""What the core lends one provider: the way out, the user's words, and the account's token."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import httpx

    from tagbridge.transport.client import LentClient


class LentContext:
    """A `ProviderContext`.

    Attributes:
        vocabulary: The words that the user wants to be used.
    """

    def __init__(self, lent: LentClient, vocabulary: tuple[str, ...] = ()) -> None:
        """Take the client that all providers share."""
        self.vocabulary = vocabulary
        self._lent = lent
        self._renewing = asyncio.Lock()
        self._token: str | None = None

    @property
    def client(self) -> httpx.AsyncClient:
        """Return the client."""
        return self._lent.client

    async def token(self, fetch: Callable[[], Awaitable[str]], *, stale: str | None = None) -> str:
        """Return the token of the account; see `ProviderContext`."""
        async with self._renewing:
            if self._token is None or self._token == stale:
                self._token = await fetch()
            return self._token
