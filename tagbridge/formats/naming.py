"""What a file may be, by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge.formats.table import FORMATS

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import PurePath

    from tagbridge_hooks.providers import MediaKind

_PICTURES: frozenset[MediaKind] = frozenset({"image"})
SUFFIXES: dict[MediaKind, frozenset[str]] = {
    kind: frozenset(s for known in FORMATS if known.kind == kind for s in known.suffixes)
    for kind in ("image", "video")
}


def media_types_of(suffix: str) -> frozenset[str]:
    """Return what a file with this suffix may contain; empty when we do not handle it.

    Args:
        suffix: With its dot, in any case.
    """
    wanted = suffix.lower()
    return frozenset(known.media_type for known in FORMATS if wanted in known.suffixes)


def is_candidate(path: PurePath, kinds: Collection[MediaKind] = _PICTURES) -> bool:
    """Tell whether a file can be a photograph (or a video, if wanted), by its name alone."""
    suffix = path.suffix.lower()
    return any(suffix in SUFFIXES[kind] for kind in kinds)


def agrees(path: PurePath, media_type: str) -> bool:
    """Tell whether the name of a file fits what it contains."""
    return media_type in media_types_of(path.suffix)
