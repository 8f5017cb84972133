"""Ask imagerecognize.com about one picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge_hooks.together import ask_together
from tagbridge_imagerecognize.answers import read_answer
from tagbridge_imagerecognize.recognized import joined, recognized

if TYPE_CHECKING:
    import httpx

    from tagbridge_hooks import ProviderContext, Recognition, Rendition
    from tagbridge_imagerecognize.settings import ImagerecognizeSettings, TypeName


class Imagerecognize:
    """The open provider; it keeps nothing of one picture."""

    def __init__(self, settings: ImagerecognizeSettings, context: ProviderContext) -> None:
        self._settings = settings
        self._client = context.client

    async def recognize(self, rendition: Rendition) -> Recognition:
        """Say what the chosen types find in it.

        Raises:
            ProviderError: See `read_answer` and `recognized`.
        """

        async def ask(kind: TypeName) -> httpx.Response:
            return await self._client.post(
                self._settings.base_url,
                data=form(kind, self._settings),
                files={"file": ("picture.jpg", rendition.data, rendition.media_type)},
            )

        def read(kind: TypeName, response: httpx.Response) -> Recognition:
            return recognized(kind, read_answer(response), self._settings)

        parts = await ask_together("imagerecognize", self._settings.types, ask, read)
        return joined(parts, self._settings.base_url)

    async def aclose(self) -> None:
        """Do nothing: the client belongs to the core."""


def form(kind: TypeName, settings: ImagerecognizeSettings) -> dict[str, str]:
    """Return the fields beside the picture.

    Only those that the type needs: with others in it, the request would be another one after a
    change that does not concern it, and be paid for again.
    """
    fields = {"apikey": settings.api_key.get_secret_value(), "type": kind}
    if kind == "objects":
        fields["max_labels"] = str(settings.max_labels)
        fields["min_confidence"] = str(settings.label_confidence)
    if kind == "nsfw":
        fields["nsfw_min_confidence"] = str(settings.nsfw_confidence)
    return fields
