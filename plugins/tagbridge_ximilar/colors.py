"""Dominant colours, which come as lists that belong together place by place."""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from tagbridge_hooks import Color, MalformedAnswerError
from tagbridge_hooks.values import full_of, number_of, text_of

if TYPE_CHECKING:
    from tagbridge_ximilar.answers import Json

_HEX = re.compile(r"#?([0-9A-Fa-f]{6})")


def read_colors(record: Json) -> tuple[Color, ...]:
    """Return the colours of a record, in its order; their fractions come to 1 at most.

    Raises:
        MalformedAnswerError: The record has no colours, or all of them have another form.
    """
    said = record.get("_dominant_colors")
    if not isinstance(said, dict):
        raise MalformedAnswerError("ximilar: the record has no colours")
    shares = fractions(_list(said, "percentages"))
    rows = zip_longest(
        _list(said, "rgb_hex_colors"), _list(said, "rgb_colors"), _list(said, "color_names")
    )
    found = tuple(
        color
        for row, share in zip(rows, shares, strict=False)
        if share is not None and (color := _color(*row, share))
    )
    if not found and any(said.values()):
        raise MalformedAnswerError("ximilar: the colours have another form")
    return found


def fractions(shares: list[Any]) -> list[float | None]:
    """Return shares as fractions; None for what is no number.

    The documentation does not tell their scale: one share above 1 shows that all are percent.
    """
    numbers = [number_of(share) for share in shares]
    known = [max(0.0, number) for number in numbers if number is not None]
    whole = max(full_of(known), sum(known))
    return [None if number is None else max(0.0, number) / whole for number in numbers]


def _color(code: object, rgb: object, name: object, share: float) -> Color | None:
    """Return one colour; a broken one must not cost the others, which are paid."""
    written = _HEX.fullmatch(code) if isinstance(code, str) else None
    spelt = f"#{written[1].lower()}" if written else _spelt(rgb)
    if spelt is None:
        return None
    return Color(hex=spelt, fraction=share, name=text_of(name))


def _spelt(rgb: object) -> str | None:
    match rgb:
        case [int(), int(), int()] if all(0 <= part <= 255 for part in rgb):  # noqa: PLR2004 - 8 bits
            return "#" + "".join(f"{part:02x}" for part in rgb)
    return None


def _list(said: Json, name: str) -> list[Any]:
    value = said.get(name)
    return value if isinstance(value, list) else []
