"""One photo of the sheet, as the page's script gets it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tagbridge.printable import printable
from tagbridge.web.photos.asking import name_of_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagbridge.ledger.paths import Paths
    from tagbridge.ledger.sheet import Row, Said

_MOST_KEYWORDS = 30


def cells_of(rows: Iterable[Row], paths: Paths) -> list[dict[str, Any]]:
    """Return photos for the script of the sheet."""
    return [_cell(row, paths) for row in rows]


def _cell(row: Row, paths: Paths) -> dict[str, Any]:
    path = paths.shown(row.key)
    return {
        "key": name_of_key(row.key),
        "name": printable(path.name),
        "folder": printable(path.parent),
        "picture": row.identity[:16],
        "state": _state(row),
        "nsfw": row.nsfw,
        "reason": row.reason,
        "keywords": [_keyword(said) for said in row.keywords[:_MOST_KEYWORDS]],
    }


def _state(row: Row) -> str:
    """Return what is to be done with a photo, in one word."""
    if row.parked:
        return "parked"
    if row.outcome == "review":
        return "review"
    fates = {said.fate for said in row.keywords}
    if "written" in fates:
        return "new"
    return "reviewed" if fates else "none"


def _keyword(said: Said) -> dict[str, Any]:
    return {
        "text": said.text,
        "sure": said.confidence,
        "by": said.provider,
        "fate": said.fate or "proposed",
    }
