"""The HTTP client that the core lends to all providers."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

    from tagbridge.transport.orders import Deliverer


class LentClient:
    """The client and what stands behind it; made when the first provider asks for it."""

    def __init__(self, courier: Deliverer) -> None:
        """Take the courier that makes the calls; closing it is for whoever made it."""
        self._courier = courier
        self._client: httpx.AsyncClient | None = None

    @property
    def is_planning(self) -> bool:
        """Return whether no call is made: it is a dry run."""
        return self._courier.is_planning

    @property
    def client(self) -> httpx.AsyncClient:
        """Return the client; it follows no redirect, so no key can leave for another host."""
        if self._client is None:
            import httpx  # noqa: PLC0415 - the offline default never needs it

            from tagbridge.transport.careful import no_cookies  # noqa: PLC0415 - likewise
            from tagbridge.transport.errands import LONGEST_SECONDS  # noqa: PLC0415 - likewise
            from tagbridge.transport.transport import PayingTransport  # noqa: PLC0415 - likewise

            # httpx logs every URL at INFO, and some services want keys in them.
            logging.getLogger("httpx").setLevel(logging.WARNING)
            logging.getLogger("httpcore").setLevel(logging.WARNING)
            self._client = httpx.AsyncClient(
                transport=PayingTransport(self._courier),
                follow_redirects=False,
                cookies=no_cookies(),
                timeout=LONGEST_SECONDS,  # of what is free; a call has that of its provider
                headers={"User-Agent": "tagbridge"},
            )
        return self._client

    async def aclose(self) -> None:
        """Close its connections."""
        if self._client is not None:
            await self._client.aclose()
