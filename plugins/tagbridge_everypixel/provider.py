"""Ask Everypixel for the keywords of one picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge_everypixel.answers import check_answer, read_keywords
from tagbridge_hooks import Recognition
from tagbridge_hooks.responses import read_json

if TYPE_CHECKING:
    from tagbridge_everypixel import EverypixelSettings
    from tagbridge_hooks import ProviderContext, Rendition

# The service does not say which model answered; the version is part of its address.
MODEL = "keywords-v1"


class Everypixel:
    """The open provider; it keeps nothing of one picture."""

    def __init__(self, settings: EverypixelSettings, context: ProviderContext) -> None:
        self._settings = settings
        self._client = context.client
        self._url = f"{settings.base_url}/keywords"
        self._parameters = _parameters(settings)

    async def recognize(self, rendition: Rendition) -> Recognition:
        """Say what the picture shows.

        Raises:
            ProviderError: See `check_answer` and `read_keywords`.
        """
        response = await self._client.post(
            self._url,
            params=self._parameters,
            # A part without a file name is not taken for a file; the asset's own stays here.
            files={"data": ("picture.jpg", rendition.data, rendition.media_type)},
            auth=(
                self._settings.client_id.get_secret_value(),
                self._settings.client_secret.get_secret_value(),
            ),
        )
        check_answer(response)
        keywords = read_keywords(read_json(response, "everypixel"), self._settings.language)
        return Recognition(provider="everypixel", model=MODEL, keywords=keywords)

    async def aclose(self) -> None:
        """Do nothing: the client belongs to the core."""


def _parameters(settings: EverypixelSettings) -> dict[str, str]:
    """Return what goes into the address: the service reads it there, for a POST as well."""
    parameters = {"num_keywords": str(settings.num_keywords), "lang": settings.language}
    if settings.threshold is not None:
        parameters["threshold"] = str(settings.threshold)
    return parameters
