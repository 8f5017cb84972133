"""Ask a vision model what one picture shows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tagbridge_hooks import ConfigError
from tagbridge_vision.answers import read_recognition
from tagbridge_vision.question import body, instructions
from tagbridge_vision.refusals import read_answer
from tagbridge_vision.vocabulary import kept, spelling_key

if TYPE_CHECKING:
    from tagbridge_hooks import ProviderContext, Recognition, Rendition
    from tagbridge_vision.settings import VisionSettings


class Vision:
    """The open provider; it keeps nothing of one picture."""

    def __init__(self, settings: VisionSettings, context: ProviderContext) -> None:
        if settings.only_vocabulary and not context.vocabulary:
            raise ConfigError(
                "providers.vision.only_vocabulary needs a vocabulary: set keywords.vocabulary"
            )
        self._settings = settings
        self._client = context.client
        self._words = instructions(settings, context.vocabulary)
        self._spellings = {spelling_key(word): word for word in context.vocabulary}

    async def recognize(self, rendition: Rendition) -> Recognition:
        """Say what the picture shows.

        Raises:
            ProviderError: See `read_answer` and `read_recognition`.
        """
        response = await self._client.post(
            f"{self._settings.base_url}/chat/completions",
            headers=self._headers(),
            json=body(self._settings, self._words, rendition),
        )
        found = read_recognition(read_answer(response), self._settings)
        if not self._settings.only_vocabulary:
            return found
        return replace(found, keywords=kept(found.keywords, self._spellings))

    async def aclose(self) -> None:
        """Do nothing: the client belongs to the core."""

    def _headers(self) -> dict[str, str]:
        key = self._settings.api_key
        return {} if key is None else {"Authorization": f"Bearer {key.get_secret_value()}"}
