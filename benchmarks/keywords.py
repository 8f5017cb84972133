"""The fifteen keywords that are written everywhere, so that all write the same."""

from __future__ import annotations

KEYWORDS = (
    *("Nature", "Mountain", "Landscape", "Valley", "Meadow", "Autumn", "Forest", "Lake"),
    *("Reflection", "Cloud", "Sunrise", "Panorama", "Hiking", "Wilderness", "Snow-capped peak"),
)
