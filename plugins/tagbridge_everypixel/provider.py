"""Ask Everypixel about one picture or video."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge_everypixel.access import Access
from tagbridge_everypixel.answers import check_answer
from tagbridge_everypixel.readings import read_keywords
from tagbridge_everypixel.recognized import joined, recognized
from tagbridge_everypixel.services import chosen_for, endpoint, form_file, parameters
from tagbridge_hooks.responses import read_json
from tagbridge_hooks.together import ask_together

if TYPE_CHECKING:
    import httpx

    from tagbridge_everypixel.settings import EverypixelSettings, ServiceName
    from tagbridge_hooks import Keyword, ProviderContext, Recognition, Rendition


class Everypixel:
    """The open provider; it keeps nothing of one picture."""

    def __init__(self, settings: EverypixelSettings, context: ProviderContext) -> None:
        self._settings = settings
        self._access = Access(settings, context)

    async def recognize(self, rendition: Rendition) -> Recognition:
        """Say what the chosen services see in it.

        Raises:
            ProviderError: See `check_answer`, `chosen_for` and the readings.
        """

        async def ask(service: ServiceName) -> httpx.Response:
            options = parameters(service, self._settings)
            return await self._access.post(self._url(service), options, form_file(rendition))

        def read(service: ServiceName, response: httpx.Response) -> Recognition:
            check_answer(response)
            answer = read_json(response, "everypixel")
            return recognized(service, answer, rendition, self._settings)

        services = chosen_for(rendition, self._settings)
        return joined(await ask_together("everypixel", services, ask, read))

    async def keywords_at(self, address: str) -> tuple[Keyword, ...]:
        """Return the keywords of a picture on the web, which the service fetches by itself.

        Raises:
            ProviderError: As for a picture that is sent.
        """
        options = {"url": address, **parameters("keywords", self._settings)}
        response = await self._access.get(self._url("keywords"), options)
        check_answer(response)
        return read_keywords(read_json(response, "everypixel"), self._settings.language)

    async def aclose(self) -> None:
        """Do nothing: the client belongs to the core."""

    def _url(self, service: ServiceName) -> str:
        return f"{self._settings.base_url}/{endpoint(service)}"
