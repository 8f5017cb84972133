"""Ask Ximilar about one picture: every service that is wanted, at the same time."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

from tagbridge_hooks import RejectedError
from tagbridge_hooks.together import ask_together
from tagbridge_ximilar.outcome import joined
from tagbridge_ximilar.services import neighbours_of, search_of, services_of

if TYPE_CHECKING:
    import httpx

    from tagbridge_hooks import Neighbour, ProviderContext, Recognition, Rendition
    from tagbridge_ximilar.outcome import Said
    from tagbridge_ximilar.services import Service
    from tagbridge_ximilar.settings import XimilarSettings

# The vendor has two kinds of keys, which its own client tells apart by their length.
_SHORTEST_JWT = 70


class Ximilar:
    """The open provider; it keeps nothing of one picture."""

    def __init__(self, settings: XimilarSettings, context: ProviderContext) -> None:
        self._settings = settings
        self._client = context.client
        self._services = services_of(settings)

    async def recognize(self, rendition: Rendition) -> Recognition:
        """Say what the picture shows.

        Raises:
            ProviderError: See `ask_together`, `read_answer` and `read_record`.
        """

        async def ask(service: Service) -> httpx.Response:
            return await self._asked(service, rendition)

        def read(service: Service, response: httpx.Response) -> Said:
            return service.read(response, rendition)

        said = await ask_together("ximilar", self._services, ask, read)
        return joined(said, " + ".join(service.model for service in self._services))

    async def similar(self, query: Rendition | str, count: int) -> tuple[Neighbour, ...]:
        """Return the most similar pictures of the collection, the nearest first.

        Raises:
            RejectedError: The query is text, or no collection is set.
            ProviderError: See `read_answer` and `read_neighbours`.
        """
        if isinstance(query, str):
            raise RejectedError("ximilar: it searches by a picture, not by words")
        if self._settings.collection_id is None:
            raise RejectedError("ximilar: set providers.ximilar.collection_id, which it searches")
        response = await self._asked(search_of(self._settings, count), query)
        return neighbours_of(response, self._settings)[:count]

    async def aclose(self) -> None:
        """Do nothing: the client belongs to the core."""

    async def _asked(self, service: Service, rendition: Rendition) -> httpx.Response:
        key = self._settings.api_token.get_secret_value()
        kind = "JWT" if len(key) >= _SHORTEST_JWT else "Token"
        return await self._client.post(
            f"{self._settings.base_url}/{service.path}",
            json=service.body(b64encode(rendition.data).decode()),
            headers={"Authorization": f"{kind} {key}", **service.headers},
            extensions=dict(service.extensions),
        )
