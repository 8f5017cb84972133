"""Commands that a plugin adds to the program, below its own name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    import httpx

    from tagbridge_hooks.assets import Rendition
    from tagbridge_hooks.providers import ProviderSettings

T = TypeVar("T")

_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}\Z")


class CommandContext(Protocol):
    """What the core lends a command while it runs."""

    @property
    def client(self) -> httpx.AsyncClient:
        """Return the HTTP client; outside of `ask` its requests need `extensions=FREE`."""
        ...

    def settings(self, provider: str) -> ProviderSettings:
        """Return the validated settings of one of the plugin's providers.

        Raises:
            ConfigError: It is not configured, or wrongly.
        """
        ...

    async def render(self, path: Path, max_edge: int) -> Rendition:
        """Return the rendition of a photograph, as a provider would get it.

        Raises:
            AssetError: It cannot be read or decoded.
        """
        ...

    async def ask(self, provider: str, about: str, question: Callable[[Any], Awaitable[T]]) -> T:
        """Ask one of the plugin's providers something that costs a call.

        The rules for paid calls hold: budgets and rates are kept, and the same question about the
        same thing is answered from the store.

        Args:
            provider: Its name.
            about: What is asked about, such as an address; the answers are stored under it.
            question: Given the open provider, asks it.

        Raises:
            ProviderError: It did not answer.
            ConfigError: It is not configured, or wrongly.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command, run as `tagbridge PLUGIN NAME ARGUMENTS...`.

    Attributes:
        name: A lower-case letter, then at most 31 lower-case letters, digits or dashes.
        help: One sentence that says what it does.
        run: Does it, given the arguments, and returns the exit status: 0 all well, 1 something
            failed, 2 wrong usage. It reads the arguments itself, `--help` among them, and may
            raise any `TagbridgeError`, whose message is then printed.

    Raises:
        ValueError: The name is not allowed.
    """

    name: str
    help: str
    run: Callable[[Sequence[str], CommandContext], Awaitable[int]]

    def __post_init__(self) -> None:
        if not _NAME.match(self.name):
            raise ValueError(
                f"command name {self.name!r}: use a lower-case letter, then lower-case letters, "
                "digits and dashes, 32 characters at most"
            )
