"""imagerecognize.com: objects, celebrities, faces, text and sensitive content.

Importing this package is cheap; the HTTP library is loaded when the first picture needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge_hooks import (
    Capability,
    Command,
    Provider,
    ProviderContext,
    ProviderInfo,
    hookimpl,
)
from tagbridge_imagerecognize.commands import show_earlier_results
from tagbridge_imagerecognize.settings import ImagerecognizeSettings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "ImagerecognizeSettings",
    "open_provider",
    "tagbridge_register_commands",
    "tagbridge_register_providers",
]

# The service advises no size, and takes 50 MB. Small faces and small print are still seen at this.
MAX_EDGE = 1024

CAPABILITIES = frozenset(
    {Capability.KEYWORDS, Capability.PERSONS, Capability.TEXT, Capability.SENSITIVITY}
)


def open_provider(settings: ImagerecognizeSettings, context: ProviderContext) -> Provider:
    """Return the provider; nothing is sent before the first picture."""
    from tagbridge_imagerecognize.provider import Imagerecognize  # noqa: PLC0415 - heavy

    return Imagerecognize(settings, context)


@hookimpl
def tagbridge_register_providers() -> Iterable[ProviderInfo]:
    """Declare the one provider of this package."""
    info = ProviderInfo(
        name="imagerecognize",
        title="imagerecognize.com",
        homepage="https://imagerecognize.com",
        capabilities=CAPABILITIES,
        open=open_provider,
        settings=ImagerecognizeSettings,
        max_edge=MAX_EDGE,
    )
    return (info,)


@hookimpl
def tagbridge_register_commands() -> Sequence[Command]:
    """Declare `tagbridge imagerecognize cache`."""
    about = "Show the results that the service still has of earlier requests."
    return (Command(name="cache", help=about, run=show_earlier_results),)
