"""Vize: keywords from a classifier that the user trained at api.vize.ai (now Ximilar).

Importing this package is cheap; the HTTP library is loaded when the first picture needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge_hooks import (
    Capability,
    Command,
    CommandContext,
    Provider,
    ProviderContext,
    ProviderInfo,
    hookimpl,
)
from tagbridge_vize.settings import VizeSettings

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
