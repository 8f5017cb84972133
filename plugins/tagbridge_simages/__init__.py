"""simages: keywords borrowed from similar pictures, and those pictures themselves.

Importing this package is cheap; the HTTP library is loaded when the first picture needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge_hooks import (
    Capability,
    Price,
    Provider,
    ProviderContext,
    ProviderInfo,
    hookimpl,
)
from tagbridge_simages.settings import SimagesSettings

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["SimagesSettings", "open_provider", "tagbridge_register_providers"]

# The author's own client sends so many pixels on the long side.
MAX_EDGE = 400

# Beyond `FREE_CALLS` a day.
PRICE = Price(amount=0.01, currency="USD")

# A confidence here is a mean of products over all neighbours: what is seen with .8 in six of ten
# pictures of similarity .75 comes to .36. The usual threshold of .5 would leave hardly anything;
# far below .3 is what only every third picture shows.
MIN_CONFIDENCE = 0.3


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
