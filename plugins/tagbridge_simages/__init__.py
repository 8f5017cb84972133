"""simages: keywords borrowed from similar pictures, and those pictures themselves.

Importing this package is cheap; the HTTP library is loaded when the first picture needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from tagbridge_hooks import (
    Capability,
    Price,
    Provider,
    ProviderContext,
    ProviderInfo,
    ProviderSettings,
    ServiceAddress,
    hookimpl,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["SimagesSettings", "open_provider", "tagbridge_register_providers"]

# The author's own client sends so many pixels on the long side.
MAX_EDGE = 400

# "First 100 requests per day will be free, and for the rest, you will be charged 1 cent per
# successful request." Nobody who knows of the first half alone is to find out about the other.
FREE_CALLS = 100
PRICE = Price(amount=0.01, currency="USD")

# A confidence here is a mean of products over all neighbours: what is seen with .8 in six of ten
# pictures of similarity .75 comes to .36. The usual threshold of .5 would leave hardly anything;
# far below .3 is what only every third picture shows.
MIN_CONFIDENCE = 0.3


class SimagesSettings(ProviderSettings):
    """The keys of `[providers.simages]`.

    Attributes:
        api_key: From the account page.
        base_url: Address of the service, for a proxy or a test.
        num_similar: Similar pictures to borrow keywords from.
        min_images: Borrow only what is seen in so many of them.
        daily_calls: Calls a day; more than the free ones only when it is set higher.
        price_per_call: Of a call, in USD; nothing unless `daily_calls` goes beyond the free ones.
        timeout_seconds: The service may take minutes.
    """

    api_key: SecretStr = Field(min_length=1)
    base_url: ServiceAddress = "https://simages.info"
    num_similar: int = Field(default=10, ge=1, le=50)
    min_images: int = Field(default=2, ge=1, le=50, validate_default=True)
    daily_calls: int | None = Field(default=FREE_CALLS, ge=1)
    price_per_call: float | None = Field(
        default=None, ge=0.0, allow_inf_nan=False, validate_default=True
    )
    timeout_seconds: float = Field(default=300.0, gt=0.0)

    @field_validator("min_images")
    @classmethod
    def _within_reach(cls, images: int, info: ValidationInfo) -> int:
        if images > info.data.get("num_similar", images):
            raise ValueError("more than num_similar, so that no keyword could ever be borrowed")
        return images

    @field_validator("price_per_call")
    @classmethod
    def _free_within_the_allowance(cls, price: float | None, info: ValidationInfo) -> float | None:
        calls = info.data.get("daily_calls")
        return 0.0 if price is None and calls is not None and calls <= FREE_CALLS else price


def open_provider(settings: SimagesSettings, context: ProviderContext) -> Provider:
    """Return the provider; nothing is sent before the first picture."""
    from tagbridge_simages.provider import Simages  # noqa: PLC0415 - heavy imports wait

    return Simages(settings, context)


@hookimpl
def tagbridge_register_providers() -> Iterable[ProviderInfo]:
    """Declare the one provider of this package."""
    info = ProviderInfo(
        name="simages",
        title="Similar Images (Ternaus)",
        homepage="https://simages.info",
        capabilities=frozenset({Capability.KEYWORDS, Capability.SIMILAR}),
        open=open_provider,
        settings=SimagesSettings,
        max_edge=MAX_EDGE,
        price=PRICE,
        min_confidence=MIN_CONFIDENCE,
    )
    return (info,)
