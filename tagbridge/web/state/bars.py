"""Quotas and budgets as bars: pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from tagbridge.status import phrases
from tagbridge.status.phrases import of_kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tagbridge.status.phrases import Objects

Level: TypeAlias = Literal["fine", "near", "full"]
_NEAR = 0.8
_SPANS = (("today", "_today", "daily_"), ("in all", "", "total_"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """How much of a limit is used.

    Attributes:
        name: Whose limit, and over which time.
        percent: From 0 to 100.
        level: How near the limit is.
        text: The same in numbers.
        resets: When it begins anew; empty for a limit of all days.
    """

    name: str
    percent: float
    level: Level
    text: str
    resets: str


def bars_of(objects: Objects) -> tuple[Bar, ...]:
    """Return a bar for each limit that is set: of all providers together, then of each."""
    return (
        *(bar for found in of_kind(objects, "budget") for bar in _of_budget(found)),
        *(bar for found in of_kind(objects, "provider") for bar in _of_provider(found)),
    )


def _of_budget(found: Mapping[str, Any]) -> Iterator[Bar]:
    for span, suffix, prefix in _SPANS:
        name, resets = f"All providers, {span}", _resets(found, suffix)
        if (most := found[f"{prefix}calls"]) is not None:
            used = found[f"calls{suffix}"]
            yield _bar(name, used, most, phrases.calls(used, most), resets)
        if (limit := found[f"{prefix}cost"]) is not None:
            for currency, cost in (found[f"cost{suffix}"] or {"": 0.0}).items():
                text = phrases.of_money(cost, limit, currency)
                yield _bar(name, cost, limit, text, resets)


def _of_provider(found: Mapping[str, Any]) -> Iterator[Bar]:
    for span, suffix, prefix in _SPANS:
        if (most := found[f"{prefix}calls"]) is not None:
            used = found[f"calls{suffix}"]
            text = phrases.calls(used, most)
            yield _bar(f"{found['name']}, {span}", used, most, text, _resets(found, suffix))


def _resets(found: Mapping[str, Any], suffix: str) -> str:
    return phrases.anew(found["resets"]) if suffix and found["resets"] else ""


def _bar(name: str, used: float, most: float, text: str, resets: str) -> Bar:
    part = min(used / most, 1.0) if most else 1.0
    level: Level = "full" if part >= 1.0 else "near" if part >= _NEAR else "fine"
    return Bar(name=name, percent=round(100.0 * part, 2), level=level, text=text, resets=resets)
