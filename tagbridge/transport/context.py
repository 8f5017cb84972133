"""What the core lends one provider: the way out, the user's words, and the account's token."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tagbridge.transport.question import current

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import httpx

    from tagbridge.engine.clerk import Clerk
    from tagbridge.ledger.tokens import Tokens
    from tagbridge.transport.client import LentClient
    from tagbridge.transport.sealing import Seal

LEASE_SECONDS = 30.0  # who fetches a token and dies leaves it to others after this
_LOOK_SECONDS = 0.1


class Account:
    """The access token of one provider's account, the same for all workers."""

    def __init__(
        self, provider: str, secrets: tuple[str, ...], tokens: Tokens, clerk: Clerk
    ) -> None:
        """Take where tokens are stored; nothing is looked up yet.

        Args:
            provider: Its name.
            secrets: Of its settings: who has them can read what is stored.
            tokens: The table.
            clerk: Asks it.
        """
        self._provider = provider
        self._secrets = secrets
        self._tokens = tokens
        self._clerk = clerk
        self._renewing = asyncio.Lock()
        self._seal: Seal | None = None

    async def token(self, fetch: Callable[[], Awaitable[str]], stale: str | None) -> str:
        """Return the token; see `ProviderContext`."""
        async with self._renewing:
            if self._seal is None:
                self._seal = await asyncio.to_thread(self._made)
            seal = self._seal
            while True:
                row = await self._clerk.do(self._tokens.look, self._provider)
                known = None if row.sealed is None else seal.open(row.sealed)
                if known is not None and known != stale:
                    return known
                if await self._clerk.do(
                    self._tokens.lease, self._provider, row.serial, LEASE_SECONDS
                ):
                    return await self._fetched(fetch, row.serial, seal)
                await asyncio.sleep(_LOOK_SECONDS)

    def _made(self) -> Seal:
        # Loads slowly, and few providers have tokens.
        from tagbridge.transport.sealing import Seal  # noqa: PLC0415 - as said

        return Seal(self._secrets, salt=self._provider)

    async def _fetched(self, fetch: Callable[[], Awaitable[str]], serial: int, seal: Seal) -> str:
        try:
            token = await fetch()
        except BaseException:
            await asyncio.shield(self._clerk.do(self._tokens.release, self._provider, serial))
            raise
        await self._clerk.do(self._tokens.store, self._provider, serial, seal.close(token))
        return token


class LentContext:
    """A `ProviderContext`.

    Attributes:
        vocabulary: The words that the user wants to be used.
    """

    def __init__(
        self, lent: LentClient, account: Account, vocabulary: tuple[str, ...] = ()
    ) -> None:
        """Take the client that all providers share, and this one's account."""
        self.vocabulary = vocabulary
        self._lent = lent
        self._account = account

    @property
    def client(self) -> httpx.AsyncClient:
        """Return the client."""
        return self._lent.client

    async def token(self, fetch: Callable[[], Awaitable[str]], *, stale: str | None = None) -> str:
        """Return the token of the account; see `ProviderContext`."""
        if self._lent.is_planning:
            return "planned"  # nothing is sent, and no header makes a request another one
        token = await self._account.token(fetch, stale)
        question = current.get()
        if question is not None and token not in question.secrets:
            question.secrets = (*question.secrets, token)  # no answer that repeats it is stored so
        return token
