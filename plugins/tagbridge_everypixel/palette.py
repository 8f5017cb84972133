"""The dominant colours that come with the keywords of a picture."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tagbridge_hooks import Color
from tagbridge_hooks.values import field_of, number_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEX = re.compile(r"#?([0-9a-fA-F]{6})\Z")
_CHANNELS = 3
_BRIGHTEST = 255
_PERCENT = 100.0
# The parts of one picture come to 1, or to 100; nobody says which.
_MORE_THAN_ALL = 1.5


def read_colors(answer: object) -> tuple[Color, ...]:
    """Return the colours that can be understood; the keywords beside them are paid for."""
    rows = field_of(answer, "colors")
    found = list(_colors(rows if isinstance(rows, list) else []))
    full = _PERCENT if sum(part for _, part, _ in found) > _MORE_THAN_ALL else 1.0
    return tuple(
        Color(hex=code, fraction=min(1.0, part / full), name=name) for code, part, name in found
    )


def _colors(rows: list[object]) -> Iterator[tuple[str, float, str | None]]:
    """Yield code, part and name of each row that has the first two."""
    for row in rows:
        if not isinstance(row, dict):
            continue
        code, part = _code(row), number_of(row.get("percentage"))
        if code is not None and part is not None and part >= 0.0:
            yield code, part, text_of(row.get("name"))


def _code(row: dict[str, object]) -> str | None:
    """Return `#rrggbb` from the code of a row, or from its three numbers."""
    written = row.get("hex")
    if isinstance(written, str) and (found := _HEX.match(written.strip())):
        return f"#{found[1].lower()}"
    channels = row.get("rgb")
    if not isinstance(channels, list) or len(channels) != _CHANNELS:
        return None
    values = [number_of(channel) for channel in channels]
    if any(value is None or not 0.0 <= value <= _BRIGHTEST for value in values):
        return None
    return "#" + "".join(f"{round(value or 0.0):02x}" for value in values)
