"""What holds for every request that leaves: no redirect, no cookie, no answer without an end."""

from __future__ import annotations

from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

LONGEST_ANSWER = 4 * 1024 * 1024


def careful_client() -> httpx.AsyncClient:
    """Return a client without a time limit: who sends sets one to the whole of a request."""
    # How many are under way at once is for those to say who ask.
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    return httpx.AsyncClient(
        follow_redirects=False,
        cookies=no_cookies(),
        limits=limits,
        timeout=None,  # noqa: S113 - as said
    )


def no_cookies() -> CookieJar:
    """Return a jar that keeps nothing."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=()))


async def whole(response: httpx.Response) -> bytes:
    """Return the body, decoded.

    Raises:
        httpx.RequestError: It has no end, or none came.
    """
    pieces = []
    size = 0
    async for piece in response.aiter_bytes():
        pieces.append(piece)
        size += len(piece)
        if max(size, response.num_bytes_downloaded) > LONGEST_ANSWER:
            raise httpx.RemoteProtocolError("RemoteProtocolError")
    return b"".join(pieces)
