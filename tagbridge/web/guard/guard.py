"""The one place that obeys the decisions: an ASGI application around another one."""

from __future__ import annotations

import logging
from collections import defaultdict
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.responses import HTMLResponse, PlainTextResponse, Response

from tagbridge.config_web import is_loopback
from tagbridge.web.guard.bounds import Bounds, TooLargeError
from tagbridge.web.guard.decide import ENTRANCE, Facts, Refusal, refusal
from tagbridge.web.guard.headers import completed

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from tagbridge.web.guard.door import Door
    from tagbridge.web.guard.names import Names

log = logging.getLogger(__name__)

_WELCOME = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>tagbridge</title>
<link rel="icon" href="/static/icon.svg">
<meta http-equiv="refresh" content="0;url=/"><p><a href="/">Go on</a></p></html>
"""


class Guard:
    """Lets in who may come in, and gives every answer what it must say."""

    def __init__(self, app: ASGIApp, *, names: Names, door: Door, cookie: str) -> None:
        """Stand before an application.

        Args:
            app: Hears only of what is let in.
            names: Under which it is served.
            door: Its keys.
            cookie: Its name; another one for each server, since browsers ignore ports there.
        """
        self._app = app
        self._names = names
        self._door = door
        self._cookie = cookie

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":  # we serve no web sockets, and have no lifespan
            return
        bounds = Bounds(receive, _with_headers(send))
        facts = self._facts(scope)
        refused = refusal(facts, self._names)
        if refused is not None:
            await _refuse(refused)(scope, bounds.receive, bounds.send)
        elif facts.path == ENTRANCE and facts.method == "GET":
            await self._enter(scope, facts)(scope, bounds.receive, bounds.send)
        else:
            await self._pass_on(scope, facts, bounds)

    async def _pass_on(self, scope: Scope, facts: Facts, bounds: Bounds) -> None:
        try:
            await self._app(scope, bounds.receive, bounds.send)
        except TooLargeError as error:  # the server breaks the connection off
            log.warning("%s: %s", facts.path, error)

    def _facts(self, scope: Scope) -> Facts:
        headers: dict[str, list[str]] = defaultdict(list)
        for name, value in scope["headers"]:
            headers[name.decode("latin-1").lower()].append(value.decode("latin-1"))
        client = scope.get("client")
        return Facts(
            method=scope["method"].upper(),
            path=scope["path"],
            headers=headers,
            is_local=not client or not client[0] or is_loopback(client[0]),  # or a unix socket
            knows_cookie=any(map(self._is_known, headers.get("cookie", ()))),
        )

    def _is_known(self, header: str) -> bool:
        try:
            found = SimpleCookie(header).get(self._cookie)
        except CookieError:
            return False
        return found is not None and self._door.knows(found.value)

    def _enter(self, scope: Scope, facts: Facts) -> Response:
        """Use up the token, unless the browser only looks ahead."""
        said = parse_qs(scope["query_string"].decode("latin-1")).get("token", [])
        ahead = "sec-purpose" in facts.headers or "purpose" in facts.headers
        value = self._door.enter(said[0]) if len(said) == 1 and not ahead else None
        if value is None:
            reason = 'this address was used already; open the page with "tagbridge review"'
            return _refuse(Refusal(status=403, reason=reason))
        # Not a redirect: a browser that was sent here by another page would not send the cookie on.
        answer = HTMLResponse(_WELCOME)
        answer.set_cookie(self._cookie, value, httponly=True, samesite="strict", path="/")
        return answer


def _refuse(refused: Refusal) -> Response:
    answer = PlainTextResponse(f"{refused.reason}\n", status_code=refused.status)
    answer.headers["connection"] = "close"  # what else is in the request is not read
    return answer


def _with_headers(send: Send) -> Send:
    async def said(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": completed(list(message.get("headers", ())))}
        await send(message)

    return said
