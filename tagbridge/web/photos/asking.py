"""What an address asks for: which photos, and which of them."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path
from typing import TYPE_CHECKING, get_args
from urllib.parse import urlencode

from starlette.exceptions import HTTPException

from tagbridge.ledger.sheet_filter import Condition, Filter
from tagbridge.web.guard import OutsideError, inside

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagbridge.web.house import House

_CONDITIONS: tuple[Condition, ...] = get_args(Condition)


def name_of_key(key: bytes) -> str:
    """Return the key of a photo as it stands in an address."""
    return urlsafe_b64encode(key).decode().rstrip("=")


def key_of_name(name: str) -> bytes:
    """Return the key that an address names.

    Raises:
        HTTPException: It names none.
    """
    try:
        return urlsafe_b64decode(name + "=" * (-len(name) % 4))
    except (binascii.Error, ValueError):
        raise HTTPException(404, "There is no such photo") from None


def path_of(house: House, key: bytes) -> Path:
    """Return where the photo of a key is, which the folders that are shown must hold.

    Raises:
        HTTPException: It is not in them, or not there.
    """
    path = house.ledger.paths.path(key)
    if path is None:
        raise HTTPException(404, "There is no such photo")
    try:
        # What is opened is the path itself, of which the last step must not be a link.
        inside(house.roots, path)
    except OutsideError as error:
        raise HTTPException(404, "There is no such photo") from error
    return path


def is_shown(house: House, path: Path) -> bool:
    """Return whether a path is one of the folders that are shown, or below one, by its name."""
    return any(path == root or root in path.parents for root in house.roots)


def filter_of(house: House, query: Mapping[str, str]) -> Filter:
    """Return which photos an address asks for; only those in the folders that are shown.

    Raises:
        HTTPException: It asks for something that there is not.
    """
    folder = query.get("folder", "").strip()
    folders = house.roots
    if folder:
        asked = Path(folder)
        if not is_shown(house, asked):
            raise HTTPException(404, "This folder is not shown here")
        folders = (asked,)
    condition: Condition = "all"
    for known in _CONDITIONS:
        condition = known if query.get("show") == known else condition
    return Filter(
        folders=folders,
        provider=query.get("provider", ""),
        keyword=query.get("keyword", "").strip(),
        min_confidence=_fraction(query.get("sure", "")),
        condition=condition,
    )


def query_of(query: Mapping[str, str]) -> str:
    """Return the part of an address that tells which photos it asks for, as it was."""
    names = ("folder", "provider", "keyword", "sure", "show")
    return urlencode({name: query[name] for name in names if query.get(name)})


def whole_number(text: str) -> int:
    """Return how many somebody asks for.

    Raises:
        HTTPException: It is no number, or below 1.
    """
    if not text.isdecimal() or not int(text):
        raise HTTPException(400, "That is no number from 1 up")
    return int(text)


def _fraction(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0) if text else 0.0
    except ValueError:
        raise HTTPException(400, "A confidence is a number from 0 to 1") from None
