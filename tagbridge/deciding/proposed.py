"""Decide about what awaits a review: write it, or never do."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tagbridge.deciding.verdict import Decided, NotDecidedError
from tagbridge.errand import Errand
from tagbridge.ledger.proposals import proposed
from tagbridge.metadata.change import removal
from tagbridge.metadata.removal import Taken
from tagbridge.metadata.revise import revise
from tagbridge.metadata.targets import receipt_of
from tagbridge.metadata.write import now
from tagbridge.noting import Notes
from tagbridge.pipeline import tag_asset
from tagbridge.reading import asset_of, read_source
from tagbridge.spelling import spelling_key
from tagbridge_hooks import AssetError

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from tagbridge.equipment import Equipment
    from tagbridge.ledger import Entry, FileRecord, Ledger
    from tagbridge.metadata.change import Change
    from tagbridge.metadata.target import Target

_REGIONS = {"keyword": "object", "person": "face"}
_REFUSED = "what was found was refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Proposal:
    """What would be written into a photo."""

    known: FileRecord
    entries: tuple[Entry, ...]

    def keywords(self, keys: frozenset[str] | None = None) -> list[Entry]:
        """Return the keywords: those of some keys, or all."""
        every = (e for e in self.entries if e.kind == "keyword")
        return [e for e in every if keys is None or spelling_key(e.value) in keys]

    def without(self, keys: frozenset[str]) -> tuple[Entry, ...]:
        """Return what is left without some keywords, and the paths in which they are."""
        return tuple(
            e
            for e in self.entries
            if e.kind not in ("keyword", "hierarchy")
            or not keys & set(map(spelling_key, e.value.split("|")))
        )


async def accept_proposed(path: Path, equipment: Equipment) -> Decided:
    """Write what was proposed for a photo, by the way that every photo goes.

    What has come to it meanwhile is proposed anew.

    Args:
        path: The photo.
        equipment: What the journey needs; what the providers said is stored.

    Raises:
        NotDecidedError: It could not be written.
    """
    proposal = await asyncio.to_thread(_look, equipment.ledger, path)
    keywords = tuple(entry.value for entry in proposal.keywords())
    errand = Errand(
        accepted=frozenset((e.kind, e.value) for e in proposal.entries),
        confirmed=frozenset(map(spelling_key, keywords)),
    )
    receipt = (await tag_asset(path, equipment, errand)).receipt
    if receipt.outcome not in ("written", "unchanged"):
        raise NotDecidedError(receipt.reason or "it could not be written")
    return Decided(path=path, verdict="written", keywords=keywords, proposed=proposal.entries)


def refuse_proposed(
    path: Path, equipment: Equipment, keys: frozenset[str] | None = None
) -> Decided:
    """Never write keywords that were proposed for a photo; without any left it awaits nothing.

    Args:
        path: The photo.
        equipment: What the journey needs.
        keys: `spelling_key` of the keywords; None for all, and whatever else was proposed.

    Raises:
        NotDecidedError: It awaits no review, or has changed.
    """
    ledger = equipment.ledger
    proposal = _look(ledger, path)
    unwanted = proposal.keywords(keys)
    left = () if keys is None else proposal.without(keys)
    if any(entry.kind == "keyword" for entry in left):
        _record(ledger, path, replace(proposal, entries=left), "review")
    else:
        _record(ledger, path, proposal, "unchanged", _REFUSED)
    _refuse(ledger, proposal, unwanted)
    return Decided(
        path=path,
        verdict="refused",
        keywords=tuple(entry.value for entry in unwanted),
        proposed=proposal.entries,
    )


def propose_again(decided: Decided, equipment: Equipment) -> Decided:
    """Let a photo await its review again; what was written for that is taken out of its files.

    Raises:
        NotDecidedError: It has changed, or could not be written.
    """
    ledger = equipment.ledger
    try:
        if decided.verdict == "written":
            _unwrite(decided, equipment)
    except AssetError as error:
        raise NotDecidedError(str(error)) from error
    known = ledger.files.find(decided.path)
    if known is None:
        raise NotDecidedError("nothing is known of it any more")
    if decided.verdict == "refused":
        ledger.written.unsay(known.identity, decided.keywords)
    _record(ledger, decided.path, _Proposal(known=known, entries=decided.proposed), "review")
    return Decided(path=decided.path, verdict="put back", keywords=decided.keywords)


def _unwrite(decided: Decided, equipment: Equipment) -> None:
    source = read_source(decided.path, ("image", "video"))
    asset = asset_of(source)
    memory, _ = equipment.chronicle.recall(asset, source)
    notes = Notes(equipment.ledger, asset, source.snapshot.status)
    said = {(entry.kind, spelling_key(entry.value)) for entry in decided.proposed}
    # Where it is in the picture was written with the word.
    said |= {(_REGIONS[kind], key) for kind, key in said if kind in _REGIONS}

    def decide(target: Target, _decided: object, _seen: object) -> Change | None:
        results = target.existing.results
        gone = tuple(r for r in results if (r.kind, spelling_key(r.value)) in said)
        left = tuple(r for r in results if r not in gone)
        return removal(target, Taken(results=gone, record=left, copies=not left), now())

    tools = notes.tools(equipment.exiv2, keep_mtime=equipment.keep_mtime)
    outcomes = revise(source, decide, tools, memory, dry_run=False)
    if outcomes:
        notes.conclude(outcomes)
    if any(outcome.receipt.outcome == "parked" for outcome in outcomes):
        raise NotDecidedError(receipt_of(outcomes).reason)


def _look(ledger: Ledger, path: Path) -> _Proposal:
    key = ledger.paths.key(path)
    known = ledger.files.find(path)
    if known is None or known.outcome != "review":
        raise NotDecidedError("it awaits no review any more")
    entries = ledger.database.read(lambda connection: proposed(connection, key))
    return _Proposal(known=known, entries=entries)


def _refuse(ledger: Ledger, proposal: _Proposal, unwanted: list[Entry]) -> None:
    if unwanted:
        at = int(time.time())
        refused = [replace(entry, fate="removed", at=at) for entry in unwanted]
        ledger.written.add(proposal.known.identity, proposal.known.media_type, refused)


def _record(
    ledger: Ledger, path: Path, proposal: _Proposal, outcome: str, reason: str = ""
) -> None:
    """Note what became of a file that is as it was; of one that changed, the daemon takes care."""
    status = _status(path)
    if ledger.files.stamp(path, status) != proposal.known.stamp:
        raise NotDecidedError("it has changed meanwhile")
    ledger.files.record(
        *(path, status, proposal.known.identity, outcome, reason),
        media_type=proposal.known.media_type,
        proposed=proposal.entries if outcome == "review" else (),
    )


def _status(path: Path) -> os.stat_result:
    try:
        return path.lstat()
    except OSError as error:
        raise NotDecidedError("it is not there") from error
