"""The addresses of the state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from tagbridge.web.pages import form_of, page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from tagbridge.web.house import House


def routes(_house: House) -> list[Route]:
    """Return the routes of the state."""
    return [Route("/state", _state), Route("/state/retry", _retry, methods=["POST"])]


async def _retry(request: Request) -> Response:
    await form_of(request)
    return page(request, "state/state.html")


def _state(request: Request) -> Response:
    return page(request, "state/state.html")
