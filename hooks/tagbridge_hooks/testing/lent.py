"""What the core lends a provider, for tests."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


def answering(answer: Callable[[httpx.Request], httpx.Response]) -> httpx.AsyncClient:
    """Return a client whose requests go to a function instead of a network."""
    return httpx.AsyncClient(transport=httpx.MockTransport(answer))


def offline() -> httpx.AsyncClient:
    """Return a client that has no network."""
    return answering(_refused)


def _refused(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("this test lends no network; override `client`", request=request)


@dataclass(frozen=True, slots=True, kw_only=True)
class LentContext:
    """A `ProviderContext` to open a provider with in a test.

    Attributes:
        client: The provider's only way out; without one, every request fails. Who makes the
            context closes it.
        vocabulary: The words that the user wants to be used.
    """

    client: httpx.AsyncClient = field(default_factory=offline)
    vocabulary: tuple[str, ...] = ()
    _tokens: list[str] = field(default_factory=list)
    _renewing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def token(self, fetch: Callable[[], Awaitable[str]], *, stale: str | None = None) -> str:
        """Return the token that was fetched last, or a new one; kept as long as the context."""
        async with self._renewing:
            if not self._tokens or self._tokens[-1] == stale:
                self._tokens.append(await fetch())
            return self._tokens[-1]
