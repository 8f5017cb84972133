"""Decide about what awaits a review: write it, or never do."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tagbridge.deciding.verdict import Decided, NotDecidedError
from tagbridge.ledger.proposals import proposed
from tagbridge.pipeline import Errand, tag_asset
from tagbridge.spelling import spelling_key

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from tagbridge.equipment import Equipment
    from tagbridge.ledger import Entry, FileRecord, Ledger

_REFUSED = "what was found was refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Proposal:
    """What would be written into a photo."""

    known: FileRecord
    entries: tuple[Entry, ...]

    def keywords(self, refused: frozenset[str], *, yes: bool) -> list[Entry]:
        """Return the keywords that are accepted, or those that are refused."""
        every = (e for e in self.entries if e.kind == "keyword")
        return [e for e in every if (spelling_key(e.value) not in refused) == yes]


async def accept_proposed(
    path: Path, equipment: Equipment, refused: frozenset[str] = frozenset()
) -> Decided:
    """Write what was proposed for a photo, by the way that every photo goes.

    What has come to it meanwhile is proposed anew.

    Args:
        path: The photo.
        equipment: What the journey needs; what the providers said is stored.
        refused: `spelling_key` of keywords that are not wanted: they are never written.

    Raises:
        NotDecidedError: It could not be written; what was refused stays refused.
    """
    ledger = equipment.ledger
    proposal = await asyncio.to_thread(_look, ledger, path)
    unwanted = proposal.keywords(refused, yes=False)
    await asyncio.to_thread(_refuse, ledger, proposal, unwanted)
    wanted = proposal.keywords(refused, yes=True)
    errand = Errand(
        accepted=frozenset((e.kind, e.value) for e in proposal.entries),
        confirmed=frozenset(spelling_key(e.value) for e in wanted),
    )
    receipt = (await tag_asset(path, equipment, errand)).receipt
    if receipt.outcome not in ("written", "unchanged"):
        raise NotDecidedError(receipt.reason or "it could not be written")
    return Decided(path=path, verdict="accepted", keywords=tuple(e.value for e in wanted))


def refuse_proposed(path: Path, equipment: Equipment) -> Decided:
    """Write nothing of what was proposed for a photo, now or ever.

    Raises:
        NotDecidedError: It awaits no review.
    """
    ledger = equipment.ledger
    proposal = _look(ledger, path)
    keywords = proposal.keywords(frozenset(), yes=True)
    _refuse(ledger, proposal, keywords)
    _record(ledger, path, proposal, "unchanged", _REFUSED)
    return Decided(
        path=path,
        verdict="refused",
        keywords=tuple(e.value for e in keywords),
        proposed=proposal.entries,
    )


def propose_again(decided: Decided, equipment: Equipment) -> Decided:
    """Let a photo whose proposal was refused await its review again."""
    ledger = equipment.ledger
    known = ledger.files.find(decided.path)
    if known is None:
        raise NotDecidedError("nothing is known of it any more")
    ledger.written.unsay(known.identity, decided.keywords)
    proposal = _Proposal(known=known, entries=decided.proposed)
    _record(ledger, decided.path, proposal, "review")
    return Decided(path=decided.path, verdict="put back", keywords=decided.keywords)


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
