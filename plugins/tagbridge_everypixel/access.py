"""Show Everypixel who asks: the credentials with every request, or a token."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tagbridge_everypixel.answers import check_answer
from tagbridge_hooks import FREE, AccountError, MalformedAnswerError, TransientError
from tagbridge_hooks.responses import read_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import httpx

    from tagbridge_everypixel.settings import EverypixelSettings
    from tagbridge_hooks import ProviderContext

_UNAUTHORIZED = 401
_REFUSED = frozenset({400, 401, 403})


class Access:
    """Makes requests in the name of the account."""

    def __init__(self, settings: EverypixelSettings, context: ProviderContext) -> None:
        self._context = context
        self._client = context.client
        self._with_tokens = settings.auth == "oauth2"
        self._pair = (
            settings.client_id.get_secret_value(),
            settings.client_secret.get_secret_value(),
        )
        # At the root of the host, not below the version.
        scheme, host = urlsplit(settings.base_url)[:2]
        self._token_url = f"{scheme}://{host}/oauth/token"

    async def get(self, url: str, parameters: Mapping[str, str]) -> httpx.Response:
        """Return the answer, whatever its status."""
        return await self._sent(partial(self._client.build_request, "GET", url, params=parameters))

    async def post(
        self, url: str, parameters: Mapping[str, str], file: tuple[str, bytes, str]
    ) -> httpx.Response:
        """Return the answer, whatever its status; the one file is named as the service wants."""
        build = partial(self._client.build_request, "POST", url, params=parameters)
        return await self._sent(partial(build, files={"data": file}))

    async def _sent(self, build: Callable[[], httpx.Request]) -> httpx.Response:
        if not self._with_tokens:
            return await self._client.send(build(), auth=self._pair)
        token = await self._context.token(self._new_token)
        response = await self._bearing(build(), token)
        if response.status_code == _UNAUTHORIZED:
            # It lives for an hour, and ends when anybody fetches another.
            token = await self._context.token(self._new_token, stale=token)
            response = await self._bearing(build(), token)
        return response

    async def _bearing(self, request: httpx.Request, token: str) -> httpx.Response:
        request.headers["Authorization"] = f"Bearer {token}"
        return await self._client.send(request)

    async def _new_token(self) -> str:
        """Fetch a token.

        Raises:
            ProviderError: There is none; one that is not understood may be later on.
        """
        response = await self._client.post(
            self._token_url,
            data={"grant_type": "client_credentials"},
            auth=self._pair,
            extensions=FREE,
        )
        status = response.status_code
        if status in _REFUSED:
            message = f"everypixel: HTTP {status} for a token, client_id or client_secret is wrong"
            raise AccountError(message)
        check_answer(response)
        try:
            token = read_json(response, "everypixel").get("access_token")
        except (MalformedAnswerError, AttributeError):
            token = None
        if not isinstance(token, str) or not _is_plain(token):
            # Not malformed: that would cost the answer about a picture.
            raise TransientError("everypixel: the answer has no token")
        return token


def _is_plain(token: str) -> bool:
    """Return whether a token can stand in a header."""
    return bool(token) and token.isascii() and token.isprintable() and " " not in token
