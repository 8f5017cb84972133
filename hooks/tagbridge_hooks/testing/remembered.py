"""Answer a repeated request from memory, as the core does from its store."""

from __future__ import annotations

from collections import Counter

import httpx

from tagbridge_hooks.requests import FREE

_KEPT = ("Content-Type", "Retry-After")
_Request = tuple[str, str, bytes]


class Memory:
    """What a service answered about one picture, for as long as a test lasts.

    Attributes:
        missed: The requests of every look but the first that it could not answer, as method and
            address without its query.
    """

    def __init__(self) -> None:
        self.missed: list[str] = []
        self._looks = 0
        self._answers: dict[tuple[_Request, int], tuple[int, dict[str, str], bytes]] = {}
        self._seen: Counter[_Request] = Counter()

    def again(self) -> None:
        """Begin a look at the picture."""
        self._looks += 1
        self._seen.clear()

    def client(self, service: httpx.AsyncClient) -> httpx.AsyncClient:
        """Return a client that asks `service` what is not remembered, and closes it in the end."""
        return httpx.AsyncClient(transport=_Remembering(self, service))

    async def answer(self, request: httpx.Request, service: httpx.AsyncClient) -> httpx.Response:
        """Return the remembered answer, or the one of the service.

        Equal requests of one look are counted: who polls a job gets its answers in turn.
        """
        same = _without_boundary(request)
        self._seen[same] += 1
        key = (same, self._seen[same])
        if key not in self._answers:
            if self._looks > 1:
                self.missed.append(f"{request.method} {request.url.copy_with(query=None)}")
            response = await service.send(request)
            headers = {name: value for name in _KEPT if (value := response.headers.get(name))}
            self._answers[key] = (response.status_code, headers, response.content)
        status, headers, content = self._answers[key]
        return httpx.Response(status, headers=headers, content=content)


class _Remembering(httpx.AsyncBaseTransport):
    def __init__(self, memory: Memory, service: httpx.AsyncClient) -> None:
        self._memory = memory
        self._service = service

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        if request.extensions.items() >= FREE.items():
            return await self._service.send(request)
        return await self._memory.answer(request, self._service)

    async def aclose(self) -> None:
        await self._service.aclose()


def _without_boundary(request: httpx.Request) -> _Request:
    """Return what must be the same: method, address, body. Headers hold keys, which may change."""
    body, kind = request.content, request.headers.get("Content-Type", "")
    _, marked, boundary = kind.partition("boundary=")
    if marked:
        body = body.replace(boundary.strip('"').encode(), b"boundary")
    return request.method, str(request.url), body
