"""What was decided about a photo."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from tagbridge_hooks.errors import TagbridgeError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tagbridge.ledger.written import Entry, Fate
    from tagbridge.metadata.results import Result

Verdict: TypeAlias = Literal["accepted", "removed", "written", "refused", "put back"]


class NotDecidedError(TagbridgeError):
    """Report a decision that could not be carried out; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What was decided about a photo.

    Attributes:
        path: The photo.
        verdict: What it was: of keywords in it `accepted` or `removed`, of what awaited a review
            `written` or `refused`.
        keywords: Those that it was about.
        before: What had been decided of each before, so that it can be taken back.
        results: Our records of what was taken out of the files.
        proposed: What awaited a review.
    """

    path: Path
    verdict: Verdict
    keywords: tuple[str, ...]
    before: Mapping[str, Fate] = field(default_factory=dict)
    results: tuple[Result, ...] = ()
    proposed: tuple[Entry, ...] = ()
