"""Vision models behind the chat-completions interface: at home (Ollama, LM Studio, ...) or hosted.

Importing this package is cheap; the HTTP library is loaded when the first picture needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge_hooks import (
    Capability,
    Provider,
    ProviderContext,
    ProviderInfo,
    hookimpl,
)
from tagbridge_vision.settings import VisionSettings

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["VisionSettings", "open_provider", "tagbridge_register_providers"]

# Today's models look at 672 to 1120 pixels, or at tiles of 336 to 560; more only takes longer.
MAX_EDGE = 1024


def open_provider(settings: VisionSettings, context: ProviderContext) -> Provider:
    """Return the provider; nothing is sent before the first picture.

    Raises:
        ConfigError: Only words of a vocabulary are wanted, and there is none.
    """
    from tagbridge_vision.provider import Vision  # noqa: PLC0415 - heavy imports wait

    return Vision(settings, context)


@hookimpl
def tagbridge_register_providers() -> Iterable[ProviderInfo]:
    """Declare the one provider of this package."""
    info = ProviderInfo(
        name="vision",
        title="Vision model",
        homepage="https://docs.ollama.com",
        capabilities=frozenset(
            {Capability.KEYWORDS, Capability.CAPTIONS, Capability.TEXT, Capability.SENSITIVITY}
        ),
        open=open_provider,
        settings=VisionSettings,
        max_edge=MAX_EDGE,
    )
    return (info,)
