"""What a paid call is asked under, and what may become of the wish to make it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class CallKey:
    """Which answer is meant.

    Attributes:
        identity: Of the picture, in hexadecimal digits.
        media_type: Of the picture.
        provider: Who is asked.
        fingerprint: Of the request, 16 bytes.
    """

    identity: str
    media_type: str
    provider: str
    fingerprint: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAnswer:
    """What a service said.

    Attributes:
        status: The HTTP status.
        headers: Those that matter later: content-type and retry-after.
        body: As it came, decoded.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes

    @property
    def is_success(self) -> bool:
        """Return whether the service did what it was asked to do."""
        return 200 <= self.status < 300  # noqa: PLR2004 - HTTP


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Under which conditions a provider may be asked.

    Attributes:
        provider: Its name.
        rate: Requests a second; None for any number.
        daily_calls: The most calls to it on one day of UTC; None for any number.
        total_daily_calls: The most calls to all providers on one day.
        daily_cost: The most money on one day, in this currency.
        ever_calls: The most calls to it on all days together.
        ever_all_calls: The most calls to all providers on all days together.
        ever_cost: The most money on all days together, in this currency.
        price: Of one call; None if it is not known.
        currency: Of the price.
        concurrency: The most calls under way at once, of all processes; None for any number.
        in_doubt: What to do when nobody knows what became of a call.
        timeout_seconds: The most that one call may take.
    """

    provider: str
    rate: float | None = None
    daily_calls: int | None = None
    total_daily_calls: int | None = None
    daily_cost: float | None = None
    ever_calls: int | None = None
    ever_all_calls: int | None = None
    ever_cost: float | None = None
    price: float | None = None
    currency: str = ""
    concurrency: int | None = None
    in_doubt: Literal["resend", "hold"] = "hold"
    timeout_seconds: float = 60.0

    @property
    def cost(self) -> int:
        """Return the price in millionths of the currency."""
        return round((self.price or 0.0) * 1_000_000)

    @property
    def priced_currency(self) -> str:
        """Return the currency if there is a price, else nothing."""
        return self.currency if self.cost else ""

    @property
    def has_lasting_limits(self) -> bool:
        """Return whether a budget is for more than a day."""
        return any(x is not None for x in (self.ever_calls, self.ever_all_calls, self.ever_cost))

    def to_json(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Terms:
        """Return the terms that `to_json` was given."""
        return cls(**values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Go:
    """The call may be made, and is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Busy:
    """Another courier makes this very call now."""

    courier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Full:
    """As many calls are under way as the account may have at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Nobody knows what became of the call; it waits for a person.

    Attributes:
        sent_at: When it was sent.
    """

    sent_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A budget does not allow the call.

    Attributes:
        until: When it will.
        reason: Which one, for a person.
    """

    until: float
    reason: str


Permission: TypeAlias = Go | StoredAnswer | Busy | Full | Held | Refused
