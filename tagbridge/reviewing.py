"""Photos that somebody wants to see before anything is written."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from tagbridge.ledger.written import KINDS
from tagbridge.metadata.target import WriteTools
from tagbridge.metadata.targets import receipt_of
from tagbridge.metadata.write import write_changes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from pathlib import Path

    from tagbridge.config import WriteSettings
    from tagbridge.equipment import Equipment
    from tagbridge.metadata.decisions import Memory
    from tagbridge.metadata.results import Result
    from tagbridge.metadata.targets import Decided
    from tagbridge.metadata.write import Source
    from tagbridge_hooks import Asset, Receipt

ReviewRule: TypeAlias = "Callable[[Path, Iterable[Result]], bool]"

REASON = "it awaits your review"


def review_rule(write: WriteSettings) -> ReviewRule | None:
    """Return what says of a photo, and of what is new in it, whether it awaits a review.

    None where nobody wants to see anything first.
    """
    if not (write.review or write.review_folders or write.review_providers):
        return None
    folders = tuple(os.path.abspath(folder) for folder in write.review_folders)  # noqa: PTH100 - a link stays, `..` goes
    doubted = frozenset(write.review_providers)

    def awaits(path: Path, results: Iterable[Result]) -> bool:
        if write.review or _is_below(path, folders):
            return True
        return any(set(result.provider.split("+")) <= doubted for result in results)

    return awaits


def awaiting_review(
    source: Source,
    asset: Asset,
    equipment: Equipment,
    decide: Decided,
    memory: Memory,
    *,
    accepted: Collection[tuple[str, str]] | None = None,
) -> Receipt | None:
    """Return what would be written where somebody wants to see that first; None where nobody does.

    Then it is noted for them, and the photo stays as it is.

    Args:
        source: The photo.
        asset: The same.
        equipment: What the journey needs.
        decide: What would become of each of its files.
        memory: What is remembered of the picture.
        accepted: What they have seen and accepted already, by kind and value; None for nothing.
    """
    if equipment.awaits_review is None:
        return None
    tools = WriteTools(exiv2=equipment.exiv2, announce=lambda _status: None)
    options = replace(equipment.options_now, dry_run=True)
    outcomes = write_changes(source, decide, options, tools, memory)
    changes = [outcome.change for outcome in outcomes if outcome.change is not None]
    every = [r for change in changes for r in (*change.added, *change.taken)]
    if not changes or not equipment.awaits_review(asset.path, every):
        return None
    gone = {(r.kind, r.value) for change in changes for r in change.taken}
    new = [r for change in changes for r in change.added if (r.kind, r.value) not in gone]
    if accepted is not None and not _unseen(new, accepted):
        return None
    equipment.chronicle.propose(asset, source, new)
    return replace(receipt_of(outcomes), outcome="planned", reason=REASON)


def _unseen(results: Iterable[Result], accepted: Collection[tuple[str, str]]) -> bool:
    """Return whether there is anything that nobody has seen.

    A path follows from the keywords in it, and changes when one of them was refused.
    """
    seen = (r for r in results if r.kind in KINDS and r.kind != "hierarchy")
    return any((result.kind, result.value) not in accepted for result in seen)


def _is_below(path: Path, folders: Iterable[str]) -> bool:
    absolute = os.path.abspath(path)  # noqa: PTH100 - as above
    return any(os.path.commonpath((absolute, folder)) == folder for folder in folders)
