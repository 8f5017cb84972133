"""One thing that is added beside keywords, whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from tagbridge.metadata.edit import PropertyEdit
    from tagbridge.metadata.results import Result

Part: TypeAlias = Literal["text", "regions", "captions", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """Edits that belong together, with the record of them.

    Attributes:
        part: What it is; where there is no room for everything, whole parts are left out.
        edits: Each of another property than those of all other additions.
        results: Our record.
    """

    part: Part
    edits: tuple[PropertyEdit, ...] = ()
    results: tuple[Result, ...]
