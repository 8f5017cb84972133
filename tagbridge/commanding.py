"""What the core lends a command of a plugin while it runs."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from tagbridge.choosing import chosen_provider, terms_of
from tagbridge.lending import Lending, lending
from tagbridge.questions import Subject
from tagbridge.reading import asset_of, read_source
from tagbridge.recognize import Recognizer
from tagbridge.rendering import pictures
from tagbridge_hooks import ConfigError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    import httpx

    from tagbridge.config import Settings
    from tagbridge.ledger import Ledger
    from tagbridge.plugins import LoadedPlugin, Plugins
    from tagbridge.transport.orders import Deliverer
    from tagbridge_hooks import ProviderSettings, Rendition
    from tagbridge_hooks.providers import MediaKind

T = TypeVar("T")
_PICTURES: frozenset[MediaKind] = frozenset({"image"})


class LentCommandContext:
    """A `CommandContext`."""

    def __init__(
        self, plugin: LoadedPlugin, plugins: Plugins, settings: Settings, lent: Lending
    ) -> None:
        """Take the plugin whose command runs, and what it is lent."""
        self._plugin = plugin
        self._plugins = plugins
        self._settings = settings
        self._lent = lent
        self._recognizers: dict[str, Recognizer] = {}

    @property
    def client(self) -> httpx.AsyncClient:
        """Return the HTTP client."""
        return self._lent.client.client

    def settings(self, provider: str) -> ProviderSettings:
        """Return the settings of one of the plugin's providers; see `CommandContext`."""
        if provider not in self._plugin.providers:
            raise ConfigError(f"{provider} is not a provider of the plugin {self._plugin.name}")
        return chosen_provider(provider, self._plugins, self._settings)[1]

    async def render(self, path: Path, max_edge: int) -> Rendition:
        """Return the rendition of a photograph; see `CommandContext`."""
        return await asyncio.to_thread(self._rendered, path, max_edge)

    async def ask(self, provider: str, about: str, question: Callable[[Any], Awaitable[T]]) -> T:
        """Ask one of the plugin's providers; see `CommandContext`."""
        if provider not in self._recognizers:
            own = self.settings(provider)
            info = self._plugins.providers[provider]
            terms = terms_of(info, own, self._settings)
            self._recognizers[provider] = Recognizer(info, own, terms, self._lent)
        return await self._recognizers[provider].consult(Subject.of_text(about), question)

    async def aclose(self) -> None:
        """Close the providers that were asked."""
        for recognizer in self._recognizers.values():
            await recognizer.aclose()

    def _rendered(self, path: Path, max_edge: int) -> Rendition:
        source = read_source(path, _PICTURES)
        return pictures(source, asset_of(source), self._plugins, [max_edge])[max_edge]


@asynccontextmanager
async def lent_to(
    plugin: LoadedPlugin,
    plugins: Plugins,
    settings: Settings,
    ledger: Ledger,
    courier: Deliverer,
) -> AsyncIterator[LentCommandContext]:
    """Lend a command of a plugin what it needs, and close it in the end."""
    async with lending(ledger, courier) as lent:
        context = LentCommandContext(plugin, plugins, settings, lent)
        try:
            yield context
        finally:
            await context.aclose()
