"""No path outside the watched folders."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tagbridge_hooks.errors import TagbridgeError

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable


class OutsideError(TagbridgeError):
    """Report a path that is not inside the folders, or is not there: which, is not told."""


def inside(roots: Iterable[Path], path: str | os.PathLike[str]) -> Path:
    """Return where a path leads in the end, if that is inside one of the folders.

    All symbolic links are followed, in the path and in the folders: what counts is where the bytes
    lie. Open what comes back, not what was asked for. A path is taken as it is, nothing in it is
    decoded; it must be absolute and without `..`.

    Raises:
        OutsideError: It leads elsewhere, to nothing, or is no path.
    """
    asked = Path(path)
    if not asked.is_absolute() or ".." in asked.parts:
        raise OutsideError("there is no such photo in the folders")
    try:
        found = asked.resolve(strict=True)
        folders = [root.resolve(strict=True) for root in roots if root.exists()]
    except (OSError, ValueError, RuntimeError):  # gone, no path, or links in a circle
        raise OutsideError("there is no such photo in the folders") from None
    if not any(found.is_relative_to(folder) for folder in folders):
        raise OutsideError("there is no such photo in the folders")
    return found
