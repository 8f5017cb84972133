"""The bundled provider of Everypixel without the limits of the real service."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import tagbridge_everypixel as bundled
from tagbridge_hooks import Limits, ProviderInfo, hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable


@hookimpl
def tagbridge_register_providers() -> Iterable[ProviderInfo]:
    """Declare it; `TAGBRIDGE_PLUGINS` keeps the bundled one from being loaded beside it."""
    return [replace(info, limits=Limits()) for info in bundled.tagbridge_register_providers()]
