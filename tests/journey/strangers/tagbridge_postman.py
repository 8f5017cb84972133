"""A stranger's plugin for the tests: a provider that asks a service and pays for each answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr  # noqa: TC002 - pydantic reads it

from tagbridge_hooks import (
    Capability,
    Command,
    ConfigError,
    Keyword,
    MalformedAnswerError,
    ProviderInfo,
    ProviderSettings,
    Recognition,
    hookimpl,
)
from tagbridge_hooks.responses import read_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagbridge_hooks import CommandContext, ProviderContext, Rendition


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


@hookimpl
def tagbridge_register_commands() -> list[Command]:
    """Declare commands that use all that a command is lent."""
    return [
        Command(name="ask", help="Ask about a photo under a name of its own.", run=_ask),
        Command(name="echo", help="Say the arguments, and end with their number.", run=_echo),
        Command(name="fail", help="Raise what a command may raise.", run=_fail),
    ]


async def _ask(arguments: Sequence[str], context: CommandContext) -> int:
    path, name = arguments
    rendition = await context.render(Path(path), 64)
    answer = await context.ask("postman", name, lambda provider: provider.recognize(rendition))
    key = context.settings("postman").model_dump()["key"]
    print(answer.keywords[0].text, max(rendition.width, rendition.height), key)  # noqa: T201 - what a command is for
    return 0


async def _echo(arguments: Sequence[str], context: CommandContext) -> int:
    print(list(arguments), context.client.follow_redirects)  # noqa: T201 - likewise
    return len(arguments)


async def _fail(arguments: Sequence[str], _context: CommandContext) -> int:
    if arguments:
        raise ConfigError("providers.postman.key is wrong")
    raise MalformedAnswerError("postman: no answer that makes sense")
