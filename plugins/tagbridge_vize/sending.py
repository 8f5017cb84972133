"""Send the requests of the management side, and read what comes back."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

import httpx

from tagbridge_hooks import FREE, MalformedAnswerError, RejectedError, TransientError
from tagbridge_hooks.responses import json_of, read_json, retry_after
from tagbridge_vize.answers import check_answer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from tagbridge_vize.settings import VizeSettings

_MOST_PAGES = 10_000
_BUSY = 429
_FAULTS = 500
_LONGEST_PAUSE = 300.0


def headers(settings: VizeSettings) -> dict[str, str]:
    """Return what shows the service who asks."""
    return {"Authorization": f"Token {settings.api_token.get_secret_value()}"}


class Sender:
    """Carries requests that cost no call, and waits for a service that is busy."""

    def __init__(
        self, settings: VizeSettings, client: httpx.AsyncClient, pauses: Sequence[float]
    ) -> None:
        """Take how to reach the service.

        Args:
            settings: Where it is, and who asks.
            client: Carries the requests.
            pauses: Seconds before a request that met a busy service is made again, unless it says
                how long to wait.
        """
        self._pauses = pauses
        self._base = f"{settings.base_url}/v2"
        self._headers = headers(settings)
        self._seconds = settings.timeout_seconds
        self._client = client

    async def rows(
        self, path: str, wanted: Mapping[str, str] | None = None
    ) -> AsyncIterator[Mapping[str, Any]]:
        """Yield the rows of all pages, each once.

        The address of the next page is made here: the one in the answer could lead the token to
        another host.
        """
        seen: set[str] = set()
        for page in range(1, _MOST_PAGES):
            response = await self.send("GET", path, params={**(wanted or {}), "page": str(page)})
            if page > 1 and response.status_code == 404:  # noqa: PLR2004 - the list became shorter
                return
            answer = read(response)
            rows = answer.get("results") if isinstance(answer, dict) else answer
            if not isinstance(rows, list):
                raise MalformedAnswerError("vize: the answer has no list of results")
            new = [row for row in rows if isinstance(row, dict) and str(row.get("id")) not in seen]
            seen.update(str(row.get("id")) for row in new)
            for row in new:
                yield row
            if not new or not isinstance(answer, dict) or not answer.get("next"):
                return

    async def send(self, method: str, path: str, **content: Any) -> httpx.Response:  # noqa: ANN401 - as httpx takes it
        """Return the answer to a request that may be made twice without harm."""
        for pause in self._pauses:
            response = await self.once(method, path, **content)
            if response.status_code != _BUSY and response.status_code < _FAULTS:
                return response
            asked = retry_after(response)
            await asyncio.sleep(pause if asked is None else min(asked, _LONGEST_PAUSE))
        return await self.once(method, path, **content)

    async def once(self, method: str, path: str, **content: Any) -> httpx.Response:  # noqa: ANN401 - as httpx takes it
        """Return the answer to a request, made once.

        Raises:
            TransientError: There is none.
        """
        try:
            return await self._client.request(
                method,
                f"{self._base}/{path}",
                headers=self._headers,
                timeout=self._seconds,
                extensions=dict(FREE),
                **content,
            )
        except httpx.RequestError as error:
            raise TransientError(f"vize: no connection ({type(error).__name__})") from error


def read(response: httpx.Response) -> Any:  # noqa: ANN401 - JSON is anything
    """Return the JSON of a success; an empty one is a success as well.

    Raises:
        ProviderError: See `check_answer`.
    """
    try:
        check_answer(response.status_code, response)
    except RejectedError as error:
        message = f"vize: HTTP {response.status_code}, not accepted{_where(response)}"
        raise RejectedError(message) from error
    return read_json(response, "vize") if response.content else {}


def _where(response: httpx.Response) -> str:
    """Return which fields a refusal complains of; their names are short words, and nothing else."""
    answer = json_of(response)
    fields = answer if isinstance(answer, dict) else ()
    names = [name for name in fields if re.fullmatch(r"[a-z_]{1,32}", name)]
    return f" ({', '.join(names[:5])})" if names else ""
