"""Everypixel: keywords from the service at api.everypixel.com.

Importing this package is cheap; the HTTP library is loaded when the first picture needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field, SecretStr, field_validator

from tagbridge_hooks import (
    Capability,
    Limits,
    Price,
    Provider,
    ProviderContext,
    ProviderInfo,
    ProviderSettings,
    hookimpl,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["EverypixelSettings", "open_provider", "tagbridge_register_providers"]

# The service squeezes every picture to 300 x 300 and gains nothing from more. Its advice is a short
# side of 300 pixels; a long edge of 512 is that for the usual shapes from 4:3 to 16:9.
MAX_EDGE = 512

# Above 30 requests a second it answers 502, whoever of the account sends them.
LIMITS = Limits(requests_per_second=30.0, concurrency=30)

# "1,000 requests for image keywording cost $0.6"; other plans differ: `price_per_call`.
PRICE = Price(amount=0.0006, currency="USD")


class EverypixelSettings(ProviderSettings):
    """The keys of `[providers.everypixel]`.

    Attributes:
        client_id: From the profile page of the account.
        client_secret: From the same place.
        base_url: Address of the service with its version, for a proxy or a test.
        num_keywords: Ask for so many keywords at most; the service has never more than 50.
        threshold: Ask for no keyword below it, 0 to 1; None asks for all. `min_confidence`
            filters what has arrived, and may be changed later without paying again.
        language: Of the keywords.
        concurrency: Pictures asked about at the same time.
    """

    client_id: SecretStr = Field(min_length=1)
    client_secret: SecretStr = Field(min_length=1)
    base_url: str = Field(
        default="https://api.everypixel.com/v1", pattern=r"^https?://[^/@?#]+(/[^@?#]*)?$"
    )
    num_keywords: int = Field(default=50, ge=1, le=50)
    threshold: float | None = Field(default=None, ge=0.0, le=1.0)
    language: Literal["en", "ru", "es", "fr", "de", "pt", "it"] = "en"
    concurrency: int = Field(default=16, ge=1)

    @field_validator("base_url")
    @classmethod
    def _without_final_slash(cls, address: str) -> str:
        return address.rstrip("/")


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
        capabilities=frozenset({Capability.KEYWORDS}),
        open=open_provider,
        settings=EverypixelSettings,
        max_edge=MAX_EDGE,
        limits=LIMITS,
        price=PRICE,
    )
    return (info,)
