"""Write what was found into one photo, and let the ledger know before and after."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tagbridge.errand import SupersededError
from tagbridge.metadata.superseding import Superseding
from tagbridge.metadata.target import WriteTools
from tagbridge.metadata.write import deciding, write_tagset
from tagbridge.reviewing import awaiting_review

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping
    from pathlib import Path

    from tagbridge.equipment import Equipment
    from tagbridge.errand import Errand
    from tagbridge.metadata.change import Change
    from tagbridge.metadata.decisions import Observed
    from tagbridge.metadata.write import Source
    from tagbridge_hooks import Asset, Receipt, TagSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What was found in one photo.

    Attributes:
        tagset: Of all providers, merged and revised.
        models: The model of each provider that has answered.
    """

    tagset: TagSet
    models: Mapping[str, str]


def write_photo(
    source: Source, asset: Asset, findings: Findings, equipment: Equipment, errand: Errand
) -> Receipt:
    """Write, and remember the photo as it will be before it takes its name.

    Args:
        source: The photo as it was read.
        asset: Which picture it is.
        findings: What was found.
        equipment: What it takes.
        errand: Whether it is still ours to write.

    Raises:
        SupersededError: It is not; nothing is written.
        WriteError: The system refused; what was not yet written is as it was.
        AssetChangedError: Somebody else changed it meanwhile; it is as they left it.
    """
    notes = _Notes(source, asset, equipment, errand)
    memory, entries = equipment.chronicle.recall(asset, source)
    memory = replace(memory, confirmed=memory.confirmed | errand.confirmed)
    options = equipment.options_now
    superseding = Superseding(models=findings.models, everything=equipment.stored_only)
    if equipment.awaits_review is not None and not options.dry_run:
        decide = deciding(source, findings.tagset, options, memory, superseding)
        foreseen = awaiting_review(
            *(source, asset, equipment, decide, memory), accepted=errand.accepted
        )
        if foreseen is not None:
            return foreseen
    receipt = write_tagset(
        *(source, findings.tagset, options, notes.tools(), memory), superseding=superseding
    )
    if notes.forgot:
        entries = equipment.chronicle.recall(asset, source)[1]
    equipment.chronicle.remember(asset, notes.status, receipt, notes.seen, entries)
    return receipt


class _Notes:
    """Tells the ledger of each step before it is made."""

    def __init__(self, source: Source, asset: Asset, equipment: Equipment, errand: Errand) -> None:
        self._source, self._asset = source, asset
        self._equipment, self._errand = equipment, errand
        self.status = source.snapshot.status
        self.seen: Observed | None = None
        self.forgot = False

    def tools(self) -> WriteTools:
        return WriteTools(
            exiv2=self._equipment.exiv2,
            announce=self._announce,
            announce_sidecar=self._announce_sidecar,
            forget=self._forget,
            observe=self._observe,
            keep_mtime=self._equipment.keep_mtime,
        )

    def _announce(self, new: os.stat_result) -> None:
        self._hold()
        self.status = new
        self._equipment.chronicle.announce(self._asset, self._source, new)

    def _announce_sidecar(self, path: Path, new: os.stat_result) -> None:
        self._hold()
        self._equipment.chronicle.announce_sidecar(path, new)

    def _forget(self, change: Change) -> None:
        if change.forgotten:
            self._hold()
            self._equipment.chronicle.forget(self._asset, change)
            self.forgot = True

    def _observe(self, seen: Observed) -> None:
        self.seen = seen

    def _hold(self) -> None:
        if not self._errand.holds():
            raise SupersededError("another worker has taken it over")
