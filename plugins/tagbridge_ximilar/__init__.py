"""Ximilar: keywords, fashion, colours, trained tasks and similar pictures from api.ximilar.com.

Importing this package is cheap; the HTTP library is loaded when the first picture needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge_hooks import Capability, Provider, ProviderContext, ProviderInfo, hookimpl
from tagbridge_ximilar.settings import XimilarSettings

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["XimilarSettings", "open_provider", "tagbridge_register_providers"]

# The documentation names no size; the vendor's own client sends 512 to 600 pixels.
MAX_EDGE = 600


def open_provider(settings: XimilarSettings, context: ProviderContext) -> Provider:
    """Return the provider; nothing is sent before the first picture."""
    from tagbridge_ximilar.provider import Ximilar  # noqa: PLC0415 - heavy imports wait

    return Ximilar(settings, context)


@hookimpl
def tagbridge_register_providers() -> Iterable[ProviderInfo]:
    """Declare the one provider of this package; a call costs credits, whose price plans differ."""
    info = ProviderInfo(
        name="ximilar",
        title="Ximilar",
        homepage="https://docs.ximilar.com",
        capabilities=frozenset({Capability.KEYWORDS, Capability.COLORS, Capability.SIMILAR}),
        open=open_provider,
        settings=XimilarSettings,
        max_edge=MAX_EDGE,
    )
    return (info,)
