"""What several services said about one picture becomes one recognition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagbridge_hooks import Color, Keyword, Recognition

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one service said about the picture."""

    keywords: tuple[Keyword, ...] = ()
    colors: tuple[Color, ...] = ()


def joined(said: Sequence[Said], model: str) -> Recognition:
    """Return all that was said."""
    return Recognition(
        provider="ximilar",
        model=model,
        keywords=tuple(keyword for one in said for keyword in one.keywords),
        colors=tuple(color for one in said for color in one.colors),
    )
