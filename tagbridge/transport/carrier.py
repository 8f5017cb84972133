"""The only place from which a request for a picture leaves: once, and with limits to everything."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import httpx

from tagbridge.ledger.terms import StoredAnswer
from tagbridge.transport.careful import careful_client, whole
from tagbridge.transport.masking import without_secrets

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tagbridge.transport.orders import Order

_KEPT = ("content-type", "retry-after")
_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)
_BODILESS = ("GET", "HEAD", "DELETE", "OPTIONS")
# The body is sent as one piece, whatever the client had in mind.
_OURS = frozenset({"content-length", "transfer-encoding"})


@dataclass(slots=True, kw_only=True)
class Carried:
    """What came of a request.

    Attributes:
        answer: The answer; None when there was none.
        error: The class of httpx's error, when there was none.
        sent: Whether any of the request left: if not, nobody can have charged for it.
    """

    answer: StoredAnswer | None = None
    error: str = ""
    sent: bool = False


class Carrier:
    """An HTTP client that follows no redirect, keeps no cookie, and keeps its connections."""

    def __init__(self) -> None:
        self._client = careful_client()

    async def carry(self, order: Order) -> Carried:
        """Make a request and return what came of it; never raises."""
        carried = Carried()
        try:
            async with asyncio.timeout(order.terms.timeout_seconds):
                answer = await self._exchange(_request(order, carried))
        except TimeoutError:
            return replace(carried, error="ReadTimeout" if carried.sent else "ConnectTimeout")
        except _UNSENT as error:
            return replace(carried, error=type(error).__name__)
        except httpx.RequestError as error:
            return replace(carried, error=type(error).__name__, sent=True)
        except Exception as error:  # noqa: BLE001 - whatever it is, the one who asked must hear of it
            return replace(carried, error=type(error).__name__)
        return replace(
            carried,
            answer=replace(answer, body=without_secrets(answer.body, order.secrets)),
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _exchange(self, request: httpx.Request) -> StoredAnswer:
        response = await self._client.send(request, stream=True)
        try:
            body = await whole(response)
        finally:
            await response.aclose()
        kept = ((name, response.headers.get(name)) for name in _KEPT)
        return StoredAnswer(
            status=response.status_code,
            headers=tuple((name, value) for name, value in kept if value is not None),
            body=body,
        )


class _Body(httpx.AsyncByteStream):
    """The body of a request, asked for when the head has been sent: so it tells that."""

    def __init__(self, content: bytes, carried: Carried) -> None:
        self._content = content
        self._carried = carried

    async def __aiter__(self) -> AsyncIterator[bytes]:
        self._carried.sent = True
        yield self._content


def _request(order: Order, carried: Carried) -> httpx.Request:
    headers = [
        (name.encode("latin-1"), value.encode("latin-1"))
        for name, value in order.headers
        if name.lower() not in _OURS
    ]
    if order.body or order.method not in _BODILESS:
        headers.append((b"Content-Length", str(len(order.body)).encode()))
    body = _Body(order.body, carried)
    return httpx.Request(order.method, order.url, headers=headers, stream=body)
