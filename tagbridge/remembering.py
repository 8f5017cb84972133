"""What the ledger remembers of what we wrote, and what a look at the files adds to that."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tagbridge.ledger.written import KINDS, Entry
from tagbridge.metadata.decisions import Decisions, Memory
from tagbridge.metadata.results import Result
from tagbridge.spelling import spelling_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from tagbridge.ledger.files import FileRecord
    from tagbridge.ledger.written import Fate
    from tagbridge.metadata.decisions import Observed


def memory_of(path: Path, known: FileRecord | None, entries: Sequence[Entry]) -> Memory:
    """Return what is remembered of a picture.

    Args:
        path: The asset.
        known: What the ledger knows of the file of this name, if it is the same picture and is
            not as it was before we wrote; None otherwise.
        entries: What we wrote about the picture, under whichever name.
    """
    target = None if known is None else _target(path, known)
    # One that is gone, with all that it said, tells of no decision.
    rejections = tuple(_result(entry) for entry in entries if entry.fate == "removed")
    if known is None or target is None or not os.path.lexists(target):
        # What was kept in one copy has not been kept in the others.
        decisions = Decisions(rejected=_decisions(entries).rejected)
        return Memory(decisions=decisions, rejections=rejections)
    written = set(map(spelling_key, known.keywords or ()))
    return Memory(
        decisions=_decisions(entries),
        target=target,
        results=tuple(_result(entry) for entry in entries if _is_in(entry, written)),
        trace=known.trace,
        rejections=rejections,
    )


def news_of(seen: Observed, entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return what a look at the files says that the ledger does not know yet."""
    known = {_key(entry): entry.fate for entry in entries}
    said = (_entry(result, seen.decisions) for result in seen.results if result.kind in KINDS)
    return tuple(entry for entry in said if known.get(_key(entry)) != entry.fate)


def _target(path: Path, known: FileRecord) -> Path | None:
    """Return the file that we wrote, named like the asset: as it was asked for."""
    if known.target is None:
        return None
    same = known.target.name == path.name
    return path if same else path.with_name(known.target.name)


def _decisions(entries: Iterable[Entry]) -> Decisions:
    fates = [(e.fate, spelling_key(e.value)) for e in entries if e.kind == "keyword"]
    return Decisions(
        rejected=frozenset(key for fate, key in fates if fate == "removed"),
        confirmed=frozenset(key for fate, key in fates if fate == "kept"),
    )


def _is_in(entry: Entry, written: set[str]) -> bool:
    """Return whether a value stands in a file with these keywords of ours, or has stood there."""
    if entry.kind not in ("keyword", "hierarchy"):
        return True
    return spelling_key(entry.value.rpartition("|")[2]) in written


def _key(entry: Entry) -> tuple[str, str]:
    return entry.kind, entry.value


def _entry(result: Result, decisions: Decisions) -> Entry:
    fate: Fate = "written"
    if result.kind == "keyword":
        key = spelling_key(result.value)
        fate = "kept" if key in decisions.confirmed else fate
        fate = "removed" if key in decisions.rejected else fate
    return Entry(
        kind=result.kind,
        value=result.value,
        provider=result.provider,
        model=result.model,
        confidence=result.confidence,
        at=_seconds(result.when),
        fate=fate,
    )


def _result(entry: Entry) -> Result:
    return Result(
        kind=entry.kind,
        value=entry.value,
        confidence=entry.confidence,
        provider=entry.provider,
        model=entry.model,
        when=datetime.fromtimestamp(entry.at, UTC).isoformat(timespec="seconds"),
        confirmed=entry.fate == "kept",
    )


def _seconds(when: str) -> int:
    """Return a time of our record in seconds; 0 where somebody has spoiled it."""
    try:
        return int(datetime.fromisoformat(when).timestamp())
    except (ValueError, OverflowError):
        return 0
