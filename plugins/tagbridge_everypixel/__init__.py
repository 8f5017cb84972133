"""Everypixel: keywords, faces, captions and quality from the service at api.everypixel.com.

Importing this package is cheap; the HTTP library is loaded when the first picture needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge_everypixel.commands import ask_about_addresses
from tagbridge_everypixel.services import VIDEO_SECONDS
from tagbridge_everypixel.settings import EverypixelSettings
from tagbridge_hooks import (
    Capability,
    Command,
    Limits,
    Price,
    Provider,
    ProviderContext,
    ProviderInfo,
    hookimpl,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "EverypixelSettings",
    "open_provider",
    "tagbridge_register_commands",
    "tagbridge_register_providers",
]

# The service squeezes every picture to 300 x 300 and gains nothing from more. Its advice is a short
# side of 300 pixels; a long edge of 512 is that for the usual shapes from 4:3 to 16:9.
MAX_EDGE = 512

# Above 30 requests a second it answers 502, whoever of the account sends them.
LIMITS = Limits(requests_per_second=30.0, concurrency=30, video_seconds=VIDEO_SECONDS)

# "1,000 requests for image keywording cost $0.6"; other plans differ: `price_per_call`.
PRICE = Price(amount=0.0006, currency="USD")

CAPABILITIES = frozenset(
    {
        Capability.KEYWORDS,
        Capability.PERSONS,
        Capability.COLORS,
        Capability.CAPTIONS,
        Capability.QUALITY,
    }
)


def open_provider(settings: EverypixelSettings, context: ProviderContext) -> Provider:
    """Return the provider; nothing is sent before the first picture."""
    from tagbridge_everypixel.provider import Everypixel  # noqa: PLC0415 - heavy imports wait

    return Everypixel(settings, context)


@hookimpl
def tagbridge_register_providers() -> Iterable[ProviderInfo]:
    """Declare the one provider of this package."""
    info = ProviderInfo(
        name="everypixel",
        title="Everypixel",
        homepage="https://labs.everypixel.com/api",
        capabilities=CAPABILITIES,
        open=open_provider,
        settings=EverypixelSettings,
        max_edge=MAX_EDGE,
        limits=LIMITS,
        price=PRICE,
    )
    return (info,)


@hookimpl
def tagbridge_register_commands() -> Sequence[Command]:
    """Declare `tagbridge everypixel url`."""
    about = "Ask for the keywords of pictures on the web, by their addresses."
    return (Command(name="url", help=about, run=ask_about_addresses),)
