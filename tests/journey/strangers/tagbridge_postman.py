"""A stranger's plugin for the tests: a provider that asks a service and pays for each answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import SecretStr  # noqa: TC002 - pydantic reads it

from tagbridge_hooks import (
    Capability,
    Keyword,
    MalformedAnswerError,
    ProviderInfo,
    ProviderSettings,
    Recognition,
    hookimpl,
)
from tagbridge_hooks.responses import read_json

if TYPE_CHECKING:
    from tagbridge_hooks import ProviderContext, Rendition


class PostmanSettings(ProviderSettings):
    """Where the service is, and the key to it.

    Attributes:
        base_url: Address of the service, without a slash at the end.
        key: Sent in the header `X-Key`.
    """

    base_url: str
    key: SecretStr


class Postman:
    """One open provider."""

    def __init__(self, settings: PostmanSettings, context: ProviderContext) -> None:
        self._url = f"{settings.base_url}/plain/keywords"
        self._key = settings.key
        self._client = context.client

    async def recognize(self, rendition: Rendition) -> Recognition:
        """Ask the service."""
        picture = ("picture.jpg", rendition.data, rendition.media_type)
        headers = {"X-Key": self._key.get_secret_value()}
        response = await self._client.post(self._url, files={"data": picture}, headers=headers)
        answer = read_json(response, "postman")
        try:
            keywords = tuple(
                Keyword(text=row["keyword"], confidence=row["score"]) for row in answer["keywords"]
            )
        except (KeyError, TypeError, ValueError) as error:
            raise MalformedAnswerError("postman: the answer has another form") from error
        return Recognition(provider="postman", model="postman-1", keywords=keywords)

    async def aclose(self) -> None:
        """Have nothing to give back."""


@hookimpl
def tagbridge_register_providers() -> tuple[ProviderInfo, ...]:
    """Declare the one provider."""
    info = ProviderInfo(
        name="postman",
        title="The postman of the tests",
        homepage="https://postman.example",
        capabilities=frozenset({Capability.KEYWORDS}),
        open=Postman,
        settings=PostmanSettings,
        max_edge=512,
    )
    return (info,)
