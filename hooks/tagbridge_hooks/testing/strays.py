"""Notice connections that a provider makes past the client that it was lent."""

from __future__ import annotations

import socket
import sys
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

_FAMILIES = {socket.AF_INET, socket.AF_INET6}
_strays: ContextVar[list[object] | None] = ContextVar("strays", default=None)


def watch(client: httpx.AsyncClient) -> list[object]:
    """Return a list to which every connection is added that the client does not make.

    It sees the current task, the tasks it starts, and threads from `asyncio.to_thread`; a thread
    that a library keeps for itself goes unseen.
    """
    found: list[object] = []

    async def asked(_request: httpx.Request) -> None:
        _strays.set(None)

    async def answered(_response: httpx.Response) -> None:
        _strays.set(found)

    hooks = client.event_hooks
    hooks["request"].append(asked)
    hooks["response"].append(answered)
    client.event_hooks = hooks
    _strays.set(found)
    _install()
    return found


@cache
def _install() -> None:
    # Once: an audit hook cannot be taken away again.
    sys.addaudithook(_note)


def _note(event: str, arguments: tuple[object, ...]) -> None:
    if event != "socket.connect":
        return
    found = _strays.get()
    connection, address = arguments
    if found is not None and getattr(connection, "family", None) in _FAMILIES:
        found.append(address)
