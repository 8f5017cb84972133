"""Drawings of numbers, as lengths and places for SVG: pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tagbridge.status.phrases import amount

if TYPE_CHECKING:
    from collections.abc import Mapping

HEIGHT = 100.0
STEP = 10.0
"""The width of a column with the gap beside it."""
_LEAST = 2.0  # what is not nothing must be seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One period.

    Attributes:
        x: Its left edge.
        photos: Height of all that was dealt with.
        parked: Height of what was set aside, the lowest part of it.
        title: What it says.
    """

    x: float
    photos: float
    parked: float
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Photos over time.

    Attributes:
        columns: The oldest first.
        width: Of the drawing, whose height is `HEIGHT`.
        total: All photos.
        parked: Those of them that were set aside.
        most: The photos of the highest column.
        first: When it begins.
    """

    columns: tuple[Column, ...]
    width: float
    total: int
    parked: int
    most: int
    first: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What people decided about the keywords of a provider.

    Attributes:
        kept: Width of what they kept, of 100.
        removed: Width of what they removed; both are 100 together, or 0 if nothing was decided.
        percent: What they kept, in percent of what they decided; None if that is nothing.
    """

    kept: float
    removed: float
    percent: int | None


def columns_of(found: Mapping[str, Any]) -> Columns:
    """Return the drawing of one `throughput` object."""
    periods = found["periods"]
    most = max(period["photos"] for period in periods)
    scale = HEIGHT / max(most, 1)
    pattern = "%a %d %b" if found["seconds"] >= 86_400 else "%H:%M"  # noqa: PLR2004 - a day
    named = [(datetime.fromisoformat(p["at"]).strftime(pattern), p) for p in periods]
    return Columns(
        columns=tuple(
            Column(
                x=index * STEP,
                photos=_height(period["photos"], scale),
                parked=_height(period["parked"], scale),
                title=_title(name, period),
            )
            for index, (name, period) in enumerate(named)
        ),
        width=len(periods) * STEP,
        total=sum(period["photos"] for period in periods),
        parked=sum(period["parked"] for period in periods),
        most=most,
        first=named[0][0],
    )


def share_of(found: Mapping[str, Any]) -> Share:
    """Return the drawing of what became of the keywords of one `provider` object."""
    kept, removed = found["keywords_kept"], found["keywords_removed"]
    decided = kept + removed
    if not decided:
        return Share(kept=0.0, removed=0.0, percent=None)
    part = 100.0 * kept / decided
    return Share(kept=round(part, 2), removed=round(100.0 - part, 2), percent=round(part))


def _height(photos: int, scale: float) -> float:
    return round(max(photos * scale, _LEAST), 2) if photos else 0.0


def _title(name: str, period: Mapping[str, Any]) -> str:
    parked = f", {amount(period['parked'])} of them parked" if period["parked"] else ""
    return f"{name} UTC: {amount(period['photos'])} photos{parked}"
