"""Requests that are free: made each time, past the courier and its store, but within limits."""

from __future__ import annotations

import asyncio

import httpx

from tagbridge.transport.careful import careful_client, whole

# Of who says nothing else; shorter than a token is leased for, or two would be fetched at once.
LONGEST_SECONDS = 20.0
# The body is passed on decoded, and as one piece.
_UNTRUE = ("content-encoding", "content-length", "transfer-encoding")


class Errands:
    """Makes requests that are free; see `FREE` of the contract."""

    def __init__(self) -> None:
        """Open nothing yet."""
        self._client: httpx.AsyncClient | None = None

    async def run(self, request: httpx.Request) -> httpx.Response:
        """Return the whole answer to a request, within the longest of its own time limits.

        Raises:
            httpx.RequestError: There was none, or none of a reasonable length in time.
        """
        if self._client is None:
            self._client = careful_client()
        try:
            async with asyncio.timeout(_seconds(request)):
                return await _exchanged(self._client, request)
        except TimeoutError:
            raise httpx.ReadTimeout("ReadTimeout", request=request) from None

    async def aclose(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()


async def _exchanged(client: httpx.AsyncClient, request: httpx.Request) -> httpx.Response:
    response = await client.send(request, stream=True)
    try:
        body = await whole(response)
    finally:
        await response.aclose()
    headers = [(k, v) for k, v in response.headers.multi_items() if k.lower() not in _UNTRUE]
    return httpx.Response(response.status_code, headers=headers, content=body, request=request)


def _seconds(request: httpx.Request) -> float:
    """Return how long a request may take; httpx itself limits each of its steps alone."""
    limits = request.extensions.get("timeout", {}).values()
    return max((limit for limit in limits if limit is not None), default=LONGEST_SECONDS)
