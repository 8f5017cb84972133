"""What a plugin declares about its provider, and what the provider itself must do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, runtime_checkable

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import httpx

    from tagbridge_hooks.assets import Rendition
    from tagbridge_hooks.recognition import Neighbour, Recognition

MediaKind: TypeAlias = Literal["image", "video"]

_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}\Z")


class Capability(StrEnum):
    """What a provider can say about a picture."""

    KEYWORDS = "keywords"
    PERSONS = "persons"
    TEXT = "text"
    COLORS = "colors"
    CAPTIONS = "captions"
    SENSITIVITY = "sensitivity"
    QUALITY = "quality"
    SIMILAR = "similar"


class ProviderSettings(BaseModel):
    """The keys that every `[providers.NAME]` table takes; a provider adds its own in a subclass.

    Keys are `SecretStr` fields in the subclass, so that they never appear in a log.

    Attributes:
        min_confidence: Drop keywords below it, 0 to 1; None means the provider's or the user's
            overall threshold.
        max_keywords: Keep this many of its keywords, the best; None means all.
        requests_per_second: Never ask it more often, retries included. The core keeps to it over
            all processes; None means what the service allows.
        daily_calls: Never make more calls in a day of UTC, retries included, over all processes;
            None means what the service allows.
        total_calls: Never make more calls on all days together; None means no limit.
        in_doubt: What to do about a call of which nobody knows whether it was answered, because
            the machine went down in the middle: `hold` it for a person, or `resend` it, which
            may pay for it twice.
        price_per_call: What one call costs this user, in the currency the provider declares; None
            means the declared price.
        currency: Of `price_per_call`, where the provider declares no price: its ISO 4217 code.
        concurrency: Pictures it is asked about at the same time.
        timeout_seconds: Longest wait for the answer to one picture.
        blocked: Keywords of it that are never written, in any spelling.
    """

    # A validation error would otherwise print the whole table, secrets included.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    min_confidence: float | None = Field(default=None, ge=0.0, le=1.0)
    max_keywords: int | None = Field(default=None, ge=1)
    requests_per_second: float | None = Field(default=None, gt=0.0)
    daily_calls: int | None = Field(default=None, ge=1)
    total_calls: int | None = Field(default=None, ge=1)
    in_doubt: Literal["resend", "hold"] = "hold"
    price_per_call: float | None = Field(default=None, ge=0.0, allow_inf_nan=False)
    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")
    concurrency: int = Field(default=4, ge=1)
    timeout_seconds: float = Field(default=60.0, gt=0.0)
    blocked: tuple[str, ...] = ()

    @property
    def media(self) -> frozenset[MediaKind]:
        """Return what the provider takes with these settings; override it for videos."""
        return frozenset({"image"})


class ProviderContext(Protocol):
    """What the core lends a provider for as long as it is open."""

    @property
    def client(self) -> httpx.AsyncClient:
        """Return the HTTP client that every request must go through.

        It keeps connections, follows no redirect and never logs a URL. The core closes it.

        Every answer is stored under the picture and the request. A repeated request for the same
        picture is answered from the store, without a call; so a request must be the same for the
        same picture and settings, without time stamps or random values. A request that is not
        about a picture needs `extensions=FREE`, which also allows it outside of `recognize`: it
        is sent each time and neither stored nor counted.

        A request whose extensions are `{"tagbridge": Batch(...)}` asks about one picture and may
        travel together with those about other pictures.
        """
        ...

    @property
    def vocabulary(self) -> tuple[str, ...]:
        """Return the words that the user wants to be used, in their spelling; empty for any."""
        ...

    async def token(self, fetch: Callable[[], Awaitable[str]], *, stale: str | None = None) -> str:
        """Return the access token of the account, the same for all processes and machines.

        Args:
            fetch: Asks the service for a new one, by a request with `extensions=FREE`. It is called
                only when there is none, or the one there is is stale; by one worker at a time.
            stale: A token that the service did not accept any more.
        """
        ...


class Provider(Protocol):
    """A recognizer that is open for work. Both methods run on the core's event loop."""

    async def recognize(self, rendition: Rendition) -> Recognition:
        """Say what the picture shows.

        Called concurrently, up to the `concurrency` setting. Work that needs the processor goes
        through `asyncio.to_thread`. The core sets the deadline.

        Raises:
            ProviderError: One of its subclasses, which says what the core does next.
            httpx.RequestError: The lent client could not reach the service. Let it pass: the core
                takes it for a `TransientError`.
            Exception: Anything else counts as a bug of the provider: the asset is parked for it.
        """
        ...

    async def aclose(self) -> None:
        """Give back what `open` took; called once, after the last `recognize`."""
        ...


@runtime_checkable
class SimilarFinder(Protocol):
    """A provider that finds similar pictures, as `Capability.SIMILAR` says."""

    async def similar(self, query: Rendition | str, count: int) -> tuple[Neighbour, ...]:
        """Return the pictures that the service finds most similar, the nearest first.

        Called under the same rules as `recognize`.

        Args:
            query: A picture, or words that describe one.
            count: How many at most.

        Raises:
            RejectedError: The service does not search by this kind of query.
            ProviderError: As for `recognize`.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the service allows an account; None where it sets no limit.

    Attributes:
        requests_per_second: Sustained rate.
        concurrency: Requests in flight.
        daily_calls: Calls a day.
        video_seconds: Shortest and longest video.
    """

    requests_per_second: float | None = None
    concurrency: int | None = None
    daily_calls: int | None = None
    video_seconds: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What one call costs.

    Attributes:
        amount: In `currency`, for one call.
        currency: ISO 4217 code.
    """

    amount: float
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderInfo:
    """What a plugin declares about one provider; making it costs nothing and opens nothing.

    Attributes:
        name: The table in `[providers.NAME]`: a lower-case letter, then at most 31 lower-case
            letters, digits or underscores.
        title: What people call it.
        homepage: Where to read about it.
        capabilities: What it can say.
        open: Makes the provider from its validated settings and the core's context. Called once,
            when the first picture needs it, on a worker thread; heavy imports belong here. It
            raises `ConfigError` or `MissingExtraError` when it cannot work.
        settings: The model of its table.
        max_edge: Pixels of the long edge of the rendition that it wants.
        limits: What the service allows.
        price: What one call costs; None means nothing, or unknown.
        keyless: True when it needs no key, no network and no money. Such providers work when the
            user has configured none.
        min_confidence: Threshold its author recommends, used when the user sets none; None means
            the overall default.

    Raises:
        ValueError: The name or a number is not allowed.
    """

    name: str
    title: str
    homepage: str
    capabilities: frozenset[Capability]
    open: Callable[[Any, ProviderContext], Provider]
    settings: type[ProviderSettings] = ProviderSettings
    max_edge: int = 1024
    limits: Limits = Limits()
    price: Price | None = None
    keyless: bool = False
    min_confidence: float | None = None

    def __post_init__(self) -> None:
        if not _NAME.match(self.name):
            raise ValueError(
                f"provider name {self.name!r}: use a lower-case letter, then lower-case letters, "
                "digits and underscores, 32 characters at most"
            )
        if self.max_edge < 1:
            raise ValueError(f"provider {self.name}: max_edge must be 1 pixel or more")
        if self.min_confidence is not None and not 0.0 <= self.min_confidence <= 1.0:
            raise ValueError(f"provider {self.name}: min_confidence must be from 0 to 1, or None")
