"""The keys of `[providers.simages]`."""

from __future__ import annotations

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from tagbridge_hooks import ProviderSettings, ServiceAddress

# "First 100 requests per day will be free, and for the rest, you will be charged 1 cent per
# successful request." Nobody who knows of the first half alone is to find out about the other.
FREE_CALLS = 100


class SimagesSettings(ProviderSettings):
    """What the user decides about simages.

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
