"""Ask simages for pictures that are similar to one, or to a sentence."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

from tagbridge_hooks import Recognition, RejectedError
from tagbridge_simages.answers import read_answer
from tagbridge_simages.borrowing import borrowed
from tagbridge_simages.images import read_neighbours

if TYPE_CHECKING:
    from tagbridge_hooks import Neighbour, ProviderContext, Rendition
    from tagbridge_simages.settings import SimagesSettings

# Who says what is seen in the similar pictures; the service offers no other.
MODEL = "coco_yolov7"
# The service refuses to return more.
_MOST = 50


class Simages:
    """The open provider; it keeps nothing of one picture."""

    def __init__(self, settings: SimagesSettings, context: ProviderContext) -> None:
        self._settings = settings
        self._client = context.client

    async def recognize(self, rendition: Rendition) -> Recognition:
        """Say what the pictures show that are similar.

        Raises:
            ProviderError: See `read_answer` and `read_neighbours`.
        """
        neighbours = await self.similar(rendition, self._settings.num_similar)
        keywords = borrowed(neighbours, self._settings.min_images)
        return Recognition(provider="simages", model=MODEL, keywords=keywords)

    async def similar(self, query: Rendition | str, count: int) -> tuple[Neighbour, ...]:
        """Return the most similar pictures, the most similar first; never more than 50.

        Raises:
            RejectedError: The query is empty.
            ProviderError: See `read_answer` and `read_neighbours`.
        """
        response = await self._client.post(
            self._settings.base_url,
            json=_asked(query) | {"num_similar": min(count, _MOST), "get_labels": MODEL},
            headers={"x-api-key": self._settings.api_key.get_secret_value()},
        )
        return read_neighbours(read_answer(response))[:count]

    async def aclose(self) -> None:
        """Do nothing: the client belongs to the core."""


def _asked(query: Rendition | str) -> dict[str, str]:
    if not isinstance(query, str):
        return {"image": b64encode(query.data).decode()}
    if not query.strip():
        raise RejectedError("simages: there is nothing to search for")
    return {"text": query}
