"""What is known of photos, and what is noted of them, in the words of a journey."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagbridge.ledger.records import records_of
from tagbridge.metadata.decisions import Memory
from tagbridge.metadata.observing import observe, observe_sidecars
from tagbridge.remembering import (
    DONE,
    UNDONE,
    asset_as_tagged,
    memory_of,
    news_of,
    original_of,
    proposals_of,
    same_picture,
)
from tagbridge.watching.sight import look
from tagbridge_hooks import WriteError

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from tagbridge.ledger import Entry, Ledger
    from tagbridge.ledger.records import Record, Records
    from tagbridge.metadata.change import Change
    from tagbridge.metadata.decisions import Observed
    from tagbridge.metadata.results import Result
    from tagbridge.metadata.write import Source
    from tagbridge_hooks import Asset, Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Chronicle:
    """Asks the ledger, and tells it.

    Attributes:
        ledger: Remembers what was done.
        dry_run: Tell it nothing.
        records: Looks up what is known of a file where the ledger is empty, in a dry run.
    """

    ledger: Ledger
    dry_run: bool = False
    records: Records | None = None

    def was_tagged(self, asset: Asset, source: Source) -> bool:
        """Return whether the same picture was tagged under this name before.

        Then somebody edited its metadata since, and what they removed must not come back. The
        file as it is now counts as done. But one that is, byte for byte, what it was before we
        wrote into it was restored from a backup: it is not done.
        """
        record = self._record_of(asset)
        known, entries = same_picture(record.file, asset, source), record.entries
        if known is None or known.outcome not in DONE:
            return False  # `writing` may have ended between the photo and its sidecar
        memory = memory_of(asset.path, known, entries)
        seen = observe(source, memory)
        self._record(
            *(asset, source.snapshot.status, known.outcome),
            target=memory.target,
            seen=seen,
            entries=entries,
        )
        return True

    def is_as_tagged(self, path: Path) -> Asset | None:
        """Return a photo that is exactly as it was when it was tagged; None for any other.

        Only its sidecars are looked at: what was removed from them is rejected from then on. The
        photo, which may be large and far away, is not read.
        """
        status, known = look(path), self.ledger.files.find(path)
        if status is None or known is None or self.ledger.files.stamp(path, status) != known.stamp:
            return None
        asset = asset_as_tagged(path, status, known)
        if asset is None:
            return None
        entries = self.ledger.written.of_picture(asset.identity)
        memory = memory_of(path, known, entries)
        seen = observe_sidecars(path, asset.media_type, memory)
        self._record(
            *(asset, status, known.outcome), target=memory.target, seen=seen, entries=entries
        )
        return asset

    def recall(self, asset: Asset, source: Source) -> tuple[Memory, tuple[Entry, ...]]:
        """Return what is remembered of a picture, for the write, and as the ledger has it."""
        record = self._record_of(asset)
        known = same_picture(record.file, asset, source)
        return memory_of(asset.path, known, record.entries), record.entries

    def has_written(self, asset: Asset, source: Source) -> bool:
        """Return whether a photo was tagged under this name, or says so itself."""
        known = same_picture(self._record_of(asset).file, asset, source)
        if known is not None:
            return known.outcome in DONE - {UNDONE}
        return bool(observe(source, Memory()).results)

    def forget(self, asset: Asset, change: Change) -> None:
        """Note what is about to be taken out of a photo, so that nobody seems to have removed it.

        Raises:
            WriteError: It cannot be remembered.
        """
        self.ledger.written.forget(asset.identity, change.forgotten)

    def _record_of(self, asset: Asset) -> Record:
        look_up = self.records or records_of(self.ledger)
        return look_up(asset.path, asset.identity)

    def announce(self, asset: Asset, source: Source, status: os.stat_result) -> None:
        """Note what a photo is about to become."""
        self._record(asset, status, "writing", original=original_of(source))

    def announce_sidecar(self, path: Path, status: os.stat_result) -> None:
        """Note how a sidecar is about to become, so that it is not taken for an edit."""
        if not self.dry_run:
            self.ledger.sidecars.note(path, status)

    def remember(
        self,
        asset: Asset,
        status: os.stat_result,
        receipt: Receipt,
        seen: Observed | None = None,
        entries: Sequence[Entry] = (),
    ) -> None:
        """Note what became of a photo, and what its files say of what we wrote.

        Args:
            asset: The photo.
            status: How it is now.
            receipt: What became of it.
            seen: What its files say; None if that was not looked at.
            entries: What the ledger knows of that already.
        """
        self._record(
            *(asset, status, receipt.outcome, receipt.reason),
            target=receipt.target,
            seen=seen,
            entries=entries,
        )

    def propose(self, asset: Asset, source: Source, results: Iterable[Result]) -> None:
        """Note what would be written into a photo; it awaits its review."""
        self.ledger.files.record(
            *(asset.path, source.snapshot.status, asset.identity, "review"),
            media_type=asset.media_type,
            proposed=proposals_of(results),
        )

    def remember_unreadable(self, path: Path, reason: str) -> None:
        """Note that a file cannot be read, so that it is left alone until it changes."""
        with suppress(OSError, WriteError):  # it is gone, or the state's disk is full
            if not self.dry_run:
                self.ledger.files.record(path, path.lstat(), "", "parked", reason)

    def _record(
        self,
        asset: Asset,
        status: os.stat_result,
        outcome: str,
        reason: str = "",
        *,
        target: Path | None = None,
        original: bytes | None = None,
        seen: Observed | None = None,
        entries: Sequence[Entry] = (),
    ) -> None:
        if not self.dry_run:
            said = None if seen is None else seen.of(target)
            self.ledger.files.record(
                *(asset.path, status, asset.identity, outcome, reason),
                media_type=asset.media_type,
                target=target,
                keywords=None if said is None else said.keywords_of_ours,
                original=original,
                trace=None if said is None else said.trace or None,
                written=() if seen is None else news_of(seen, entries),
                sidecars=() if seen is None else seen.sidecars,
            )
