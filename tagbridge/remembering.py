"""What the ledger remembers of what we wrote, and what a look at the files adds to that."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tagbridge.ledger.written import KINDS, Entry
from tagbridge.metadata.decisions import Decisions, Memory
from tagbridge.metadata.layout import metadata_digest
from tagbridge.metadata.results import Result
from tagbridge.spelling import spelling_key
from tagbridge_hooks import Asset

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from tagbridge.ledger.files import FileRecord
    from tagbridge.ledger.written import Fate
    from tagbridge.metadata.decisions import Observed
    from tagbridge.metadata.write import Source


UNDONE = "undone"
"""Outcome of a file from which what we wrote was taken back: it is left alone until asked for."""
DONE = frozenset({"written", "unchanged", UNDONE})
"""Outcomes after which the daemon leaves a file alone, even if somebody edits its metadata."""


def same_picture(known: FileRecord | None, asset: Asset, source: Source) -> FileRecord | None:
    """Return what is known of a file, unless it is another picture or was restored."""
    if known is None or known.identity != asset.identity:
        return None
    if known.outcome == UNDONE:  # it may well be as it was before us
        return known
    restored = known.original is not None and known.original == original_of(source)
    return None if restored else known


def original_of(source: Source) -> bytes | None:
    """Return the hash of a photo's metadata before we write into it; None if we do not."""
    if source.layout is None:  # then we write sidecars, and the photo stays as it is
        return None
    return metadata_digest(source.snapshot.data, source.layout)


def memory_of(path: Path, known: FileRecord | None, entries: Sequence[Entry]) -> Memory:
    """Return what is remembered of a picture.

    Args:
        path: The asset.
        known: What the ledger knows of the file of this name, if it is the same picture and is
            not as it was before we wrote; None otherwise.
        entries: What we wrote about the picture, under whichever name.
    """
    target = None if known is None or known.outcome == UNDONE else _target(path, known)
    rejections = tuple(_result(entry) for entry in entries if entry.fate == "removed")
    everywhere = Memory(
        rejected=frozenset(spelling_key(r.value) for r in rejections),
        rejections=rejections,
        kept=frozenset(spelling_key(entry.value) for entry in entries if entry.fate == "kept"),
    )
    # One that is gone, with all that it said, tells of no decision.
    if known is None or target is None or not os.path.lexists(target):
        return everywhere
    written = set(map(spelling_key, known.keywords or ()))
    return replace(
        everywhere,
        target=target,
        results=tuple(_result(entry) for entry in entries if _is_in(entry, written)),
        trace=known.trace,
    )


def asset_as_tagged(path: Path, status: os.stat_result, known: FileRecord) -> Asset | None:
    """Return a photo from what is known of it, or None if it was not tagged."""
    if known.outcome not in DONE or not known.media_type:
        return None
    return Asset(
        path=path,
        media_type=known.media_type,
        size=status.st_size,
        mtime_ns=status.st_mtime_ns,
        identity=known.identity,
    )


def news_of(seen: Observed, entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return what a look at the files says that the ledger does not know yet."""
    known = {_key(entry): entry.fate for entry in entries}
    said = (_entry(result, seen.decisions) for result in seen.results if result.kind in KINDS)
    return tuple(entry for entry in said if known.get(_key(entry)) != entry.fate)


def proposals_of(results: Iterable[Result]) -> tuple[Entry, ...]:
    """Return what would be written, for the ledger."""
    nobody = Decisions()
    return tuple(_entry(result, nobody) for result in results if result.kind in KINDS)


def _target(path: Path, known: FileRecord) -> Path | None:
    """Return the file that we wrote, named like the asset: as it was asked for."""
    if known.target is None:
        return None
    same = known.target.name == path.name
    return path if same else path.with_name(known.target.name)


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
