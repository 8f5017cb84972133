"""Vize: keywords from a classifier that the user trained at api.vize.ai (now Ximilar).

Importing this package is cheap; the HTTP library is loaded when the first picture needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal
from uuid import UUID  # noqa: TC003 - pydantic reads the annotation

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from tagbridge_hooks import (
    Capability,
    Command,
    CommandContext,
    Provider,
    ProviderContext,
    ProviderInfo,
    ProviderSettings,
    ServiceRoot,
    hookimpl,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

__all__ = [
    "VizeSettings",
    "open_provider",
    "tagbridge_register_commands",
    "tagbridge_register_providers",
]

# The service advises a short side of 512 pixels; this is that for the usual shape of 3:2.
MAX_EDGE = 768

COMMANDS = {
    "tasks": "List the tasks of the account, or create one.",
    "labels": "List the labels of the account or of a task, or create one.",
    "upload": "Upload a folder that holds a folder of pictures for each label.",
    "train": "Start the training of a task.",
    "status": "Say how far the training of a task is.",
}


class VizeSettings(ProviderSettings):
    """The keys of `[providers.vize]`.

    Attributes:
        api_token: From the options of the account.
        task_id: Which task classifies; None only as long as there is none, for the commands.
        base_url: Address of the service; `https://api.ximilar.com/recognition` has `v2` as well.
        api: `v2` sends up to ten pictures in one request, `v1` each as a file of its own.
        version: Of the model; None means the one in production. `v2` only.
        multi_label: Take all labels above the threshold, for a task in which several may be right;
            otherwise only the best one.
        vocabulary_name: Broader term of all its keywords; empty for none.
        concurrency: Pictures asked about at the same time.
    """

    api_token: SecretStr = Field(min_length=1)
    task_id: UUID | None = None
    base_url: ServiceRoot = "https://api.vize.ai"
    api: Literal["v2", "v1"] = "v2"
    version: int | None = Field(default=None, ge=0)
    multi_label: bool = False
    vocabulary_name: str = Field(default="", max_length=64)
    concurrency: int = Field(default=20, ge=1)

    @field_validator("version")
    @classmethod
    def _only_v2_has_versions(cls, version: int | None, info: ValidationInfo) -> int | None:
        if version is not None and info.data.get("api") == "v1":
            raise ValueError('only api = "v2" can be asked for a version')
        return version


def open_provider(settings: VizeSettings, context: ProviderContext) -> Provider:
    """Return the provider; nothing is sent before the first picture.

    Raises:
        ConfigError: No task is chosen.
    """
    from tagbridge_vize.provider import Vize  # noqa: PLC0415 - heavy imports wait

    return Vize(settings, context)


@hookimpl
def tagbridge_register_providers() -> Iterable[ProviderInfo]:
    """Declare the one provider of this package."""
    info = ProviderInfo(
        name="vize",
        title="Vize",
        homepage="https://www.ximilar.com/services/image-recognition/",
        capabilities=frozenset({Capability.KEYWORDS}),
        open=open_provider,
        settings=VizeSettings,
        max_edge=MAX_EDGE,
    )
    return (info,)


@hookimpl
def tagbridge_register_commands() -> Sequence[Command]:
    """Declare the commands that make and train a task."""
    return [Command(name=name, help=words, run=_runner(name)) for name, words in COMMANDS.items()]


def _runner(name: str) -> Callable[[Sequence[str], CommandContext], Awaitable[int]]:
    async def run(arguments: Sequence[str], context: CommandContext) -> int:
        from tagbridge_vize.commands import COMMANDS as RUN  # noqa: PLC0415 - heavy imports wait

        return await RUN[name](arguments, context)

    return run
