"""The journey of one photo or video, from top to bottom.

look ─► accept ─► render ─► ask every provider at once ─► merge ─► revise ─► write ─► finished

Every step takes values and gives values; the only one that changes a file is `write_tagset`.
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from tagbridge.asking import ask_all
from tagbridge.merge import merge, resanitized
from tagbridge.metadata.target import WriteTools
from tagbridge.metadata.write import write_tagset
from tagbridge.reading import asset_of, read_source
from tagbridge.rendering import render
from tagbridge.reviewing import awaiting_review
from tagbridge.takers import NotTakenError, refuse_length, takers
from tagbridge.transport.errors import PlannedError, StillAskedError
from tagbridge_hooks import (
    AccountError,
    Asset,
    AssetChangedError,
    AssetError,
    MalformedAnswerError,
    ProviderError,
    QuotaError,
    RateLimitedError,
    Receipt,
    TagSet,
    TransientError,
    UnreadableAssetError,
    WriteError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from pathlib import Path

    from tagbridge.equipment import Equipment
    from tagbridge.ledger.terms import CallKey
    from tagbridge.metadata.decisions import Observed
    from tagbridge.metadata.write import Source
    from tagbridge.questions import Answer

ATTEMPTS = 3
MAY_PASS = (TransientError, QuotaError, AccountError)
# A provider that asks for a longer pause is not waited for: the others' keywords are written.
PATIENCE_SECONDS = 30.0
_TAGGED_BEFORE = "it was tagged before"
# What was said of each picture, by its identity: one whose metadata somebody edits while it is on
# its way is not asked for again.
Said: TypeAlias = "dict[str, tuple[Answer, ...]]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """How one photo is to be dealt with this time.

    Attributes:
        only_new: Skip a photo that was tagged under this name before, even if somebody edited
            its metadata since.
        patient: Write nothing while one of the providers may answer soon; then all is written
            at once.
        hurry: For how many seconds the quick providers wait for slow ones: what those say is added
            another time. None to wait for all.
        accepted: What somebody has reviewed and accepted, by kind and value, see `Result`: it is
            written, if nothing else has come to it. None where nobody has.
        confirmed: `spelling_key` of the keywords of which they said that they are right.
        holds: Asked right before the write: whether the photo is still ours to write. Another
            worker may have taken it over.
    """

    only_new: bool = False
    patient: bool = False
    hurry: float | None = None
    accepted: Collection[tuple[str, str]] | None = None
    confirmed: frozenset[str] = frozenset()
    holds: Callable[[], bool] = lambda: True


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """What became of one photo.

    Attributes:
        path: The photo.
        receipt: The outcome.
        tagset: What was found.
        calls: How many requests were made.
        planned: The requests that a run would make, in a dry run.
        failures: Why providers did not answer.
        trouble: What was wrong with the photo itself, or None.
        gone: True when there is no file of that name any more.
    """

    path: Path
    receipt: Receipt
    tagset: TagSet = field(default_factory=TagSet)
    calls: int = 0
    planned: tuple[CallKey, ...] = ()
    failures: tuple[ProviderError, ...] = ()
    trouble: AssetError | None = None
    gone: bool = False

    @property
    def failed(self) -> bool:
        """Return whether not everything could be done, whatever the outcome."""
        return bool(self.failures) or self.receipt.outcome == "parked"


class SupersededError(AssetError):
    """Report that another worker has taken the photo over; nothing was written."""


async def tag_asset(path: Path, equipment: Equipment, errand: Errand | None = None) -> Journey:
    """Take one photo the whole way.

    Args:
        path: The photo; not a symbolic link.
        equipment: What the journey needs.
        errand: How it is to be dealt with; None for all that can be done now.
    """
    said: Said = {}
    trouble: AssetError
    for _ in range(ATTEMPTS):
        try:
            journey = await _travel(path, equipment, said, errand or Errand())
        except AssetChangedError as error:
            trouble = error
        except NotTakenError as error:
            return await asyncio.to_thread(_not_taken, path, error, equipment)
        except UnreadableAssetError as error:
            await asyncio.to_thread(equipment.remember_unreadable, path, str(error))
            return _counted(_parked(path, error), said)
        except (WriteError, SupersededError) as error:
            return _counted(_parked(path, error), said)
        else:
            return _counted(journey, said)
    return _counted(_parked(path, trouble), said)


def may_pass_soon(error: ProviderError) -> bool:
    """Return whether the same question may be answered within moments."""
    if isinstance(error, RateLimitedError):
        return (error.retry_after or 0.0) <= PATIENCE_SECONDS
    if isinstance(error, StillAskedError):
        return False
    return isinstance(error, TransientError | MalformedAnswerError)


async def _travel(path: Path, equipment: Equipment, said: Said, errand: Errand) -> Journey:
    if errand.only_new and (known := await asyncio.to_thread(equipment.is_as_tagged, path)):
        return await asyncio.to_thread(_skipped, known, equipment, _TAGGED_BEFORE)
    source, asset, skip = await asyncio.to_thread(_look, path, equipment, errand)
    if skip:
        return await asyncio.to_thread(_skipped, asset, equipment, skip)
    if asset.identity not in said:
        pictures = await render(source, asset, equipment)
        said[asset.identity] = await ask_all(
            *(equipment.recognizers, asset, pictures), seconds=source.seconds, patience=errand.hurry
        )
    answers = said[asset.identity]
    failures = _failures(answers)
    if errand.patient and any(map(may_pass_soon, failures)):
        receipt = Receipt(outcome="parked", reason="; ".join(map(str, failures)))
        return Journey(path=path, receipt=receipt, failures=failures)
    return await asyncio.to_thread(_conclude, source, asset, answers, equipment, errand)


def _failures(answers: Iterable[Answer]) -> tuple[ProviderError, ...]:
    """Return why providers did not answer; that it is a dry run is no failure."""
    errors = (answer.error for answer in answers)
    return tuple(e for e in errors if e is not None and not isinstance(e, PlannedError))


def _counted(journey: Journey, said: Said) -> Journey:
    every = [answer for answers in said.values() for answer in answers]
    planned = tuple(key for answer in every for key in answer.planned)
    calls = sum(answer.calls for answer in every) + len(planned)
    return replace(journey, calls=calls, planned=planned)


def _look(path: Path, equipment: Equipment, errand: Errand) -> tuple[Source, Asset, str]:
    """Read the photo, and return with it why it is to be skipped, or an empty string."""
    source = read_source(path, equipment.kinds)
    if source.seconds is not None:  # before a video is read whole
        refuse_length(equipment.recognizers, source.media_type, source.seconds)
    asset = asset_of(source)
    if errand.only_new and equipment.was_tagged(asset, source):
        return source, asset, _TAGGED_BEFORE
    if not takers(equipment.recognizers, source.media_type):
        if errand.only_new:  # for the daemon, which would find it again; others may be asked later
            equipment.remember(asset, source.snapshot.status, Receipt(outcome="skipped"))
        return source, asset, "no provider that is chosen takes pictures"
    if not equipment.plugins.accepts(asset):
        equipment.remember(asset, source.snapshot.status, Receipt(outcome="skipped"))
        return source, asset, "a plugin does not accept it"
    return source, asset, ""


def _conclude(
    source: Source, asset: Asset, answers: Sequence[Answer], equipment: Equipment, errand: Errand
) -> Journey:
    """Merge, revise and write what the providers said, and tell the observers."""
    said = [a.recognition for a in answers if a.recognition is not None]
    failures = _failures(answers)
    tagset = merge(said, equipment.merge_rules)
    revised = equipment.plugins.revise(tagset, asset)
    tagset = resanitized(revised, equipment.blocked)
    planned = [answer.provider for answer in answers if isinstance(answer.error, PlannedError)]
    receipt = Receipt(outcome="planned" if planned else "parked")
    if said:
        receipt = _write(source, asset, tagset, equipment, errand)
    if planned:
        receipt = _with_more_to_come(receipt, planned)
    reasons = filter(None, (receipt.reason, *map(str, failures)))
    receipt = replace(receipt, reason="; ".join(reasons))
    if not said and not planned and not any(isinstance(error, MAY_PASS) for error in failures):
        equipment.remember(asset, source.snapshot.status, receipt)
    equipment.plugins.finished(asset, tagset, receipt)
    return Journey(path=asset.path, receipt=receipt, tagset=tagset, failures=failures)


def _write(
    source: Source, asset: Asset, tagset: TagSet, equipment: Equipment, errand: Errand
) -> Receipt:
    """Write, and remember the photo as it will be before it takes its name."""
    memory, entries = equipment.recall(asset, source)
    memory = replace(memory, confirmed=memory.confirmed | errand.confirmed)
    if not equipment.write_options.dry_run:
        foreseen = awaiting_review(
            *(source, asset, tagset, equipment, memory), accepted=errand.accepted
        )
        if foreseen is not None:
            return foreseen
    status = source.snapshot.status
    seen: list[Observed] = []

    def announce(new: os.stat_result) -> None:
        nonlocal status
        if not errand.holds():
            raise SupersededError("another worker has taken it over")
        status = new
        equipment.announce(asset, source, status)

    def announce_sidecar(path: Path, new: os.stat_result) -> None:
        if not errand.holds():
            raise SupersededError("another worker has taken it over")
        equipment.announce_sidecar(path, new)

    tools = WriteTools(
        exiv2=equipment.exiv2,
        announce=announce,
        observe=seen.append,
        announce_sidecar=announce_sidecar,
        keep_mtime=equipment.keep_mtime,
    )
    receipt = write_tagset(source, tagset, equipment.options_now, tools, memory)
    equipment.remember(asset, status, receipt, seen[-1] if seen else None, entries)
    return receipt


def _with_more_to_come(receipt: Receipt, planned: Sequence[str]) -> Receipt:
    """Return what a dry run knows of a photo about which somebody would be asked."""
    reason = f"{' and '.join(planned)} would be asked"
    return replace(
        receipt,
        outcome="planned" if receipt.outcome == "unchanged" else receipt.outcome,
        reason="; ".join(filter(None, (receipt.reason, reason))),
    )


def _skipped(asset: Asset, equipment: Equipment, reason: str) -> Journey:
    receipt = Receipt(outcome="skipped", reason=reason)
    equipment.plugins.finished(asset, TagSet(), receipt)
    return Journey(path=asset.path, receipt=receipt)


def _not_taken(path: Path, error: NotTakenError, equipment: Equipment) -> Journey:
    """Park a video of which it was clear from the beginning that nobody is asked about it."""
    if not error.refusals:  # not for good: another provider may be chosen
        return _parked(path, error)
    equipment.remember_unreadable(path, str(error))
    receipt = Receipt(outcome="parked", reason=str(error))
    return Journey(path=path, receipt=receipt, failures=error.refusals)


def _parked(path: Path, trouble: AssetError) -> Journey:
    receipt = Receipt(outcome="parked", reason=str(trouble))
    gone = not os.path.lexists(path)
    return Journey(path=path, receipt=receipt, trouble=trouble, gone=gone)
