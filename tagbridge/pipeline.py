"""The journey of one photo or video, from top to bottom.

look ─► accept ─► render ─► ask every provider at once ─► merge ─► revise ─► write ─► finished

Every step takes values and gives values; the only one that changes a file is `write_photo`.
"""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from tagbridge.asking import ask_all, prepare
from tagbridge.errand import Errand, SupersededError
from tagbridge.lateness import is_late
from tagbridge.merge import merge, resanitized
from tagbridge.reading import asset_of, read_source
from tagbridge.rendering import render
from tagbridge.takers import NotTakenError, refuse_length, takers
from tagbridge.transport.errors import PlannedError, StillAskedError
from tagbridge.writing import Findings, write_photo
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
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from tagbridge.equipment import Equipment
    from tagbridge.ledger.terms import CallKey
    from tagbridge.metadata.write import Source
    from tagbridge.questions import Answer
    from tagbridge_hooks import Rendition

ATTEMPTS = 3
MAY_PASS = (TransientError, QuotaError, AccountError)
# A provider that asks for a longer pause is not waited for: the others' keywords are written.
PATIENCE_SECONDS = 30.0
_LATE_SECONDS = 1.0  # times of writes are known in whole seconds
_TAGGED_BEFORE = "it was tagged before"
# What was said of each picture, by its identity: one whose metadata somebody edits while it is on
# its way is not asked for again.
Said: TypeAlias = "dict[str, tuple[Answer, ...]]"


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


@dataclass(frozen=True, slots=True)
class _Seen:
    """A photo that was read, perhaps with its renditions."""

    source: Source
    asset: Asset
    renditions: Mapping[int, Rendition] | None = None


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
            await asyncio.to_thread(equipment.chronicle.remember_unreadable, path, str(error))
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
    seen = await asyncio.to_thread(_look, path, equipment, errand)
    if isinstance(seen, Journey):
        return seen
    source, asset = seen.source, seen.asset
    if asset.identity not in said:
        prepare(equipment.recognizers, asset)
        pictures = await render(source, asset, equipment, seen.renditions)
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


def _look(path: Path, equipment: Equipment, errand: Errand) -> _Seen | Journey:
    """Return the photo as it was read, or its whole journey, if it is skipped."""
    if errand.only_new and (known := equipment.chronicle.is_as_tagged(path)):
        return _skipped(known, equipment, _TAGGED_BEFORE)
    seen = _read(path, equipment)
    if skip := _reason_to_skip(seen.source, seen.asset, equipment, errand):
        return _skipped(seen.asset, equipment, skip)
    if not equipment.write_options.dry_run:
        equipment.exiv2.prepare()
    return seen


def _read(path: Path, equipment: Equipment) -> _Seen:
    """Read the photo, unless that was done while it settled."""
    foreseen = None if equipment.foresight is None else equipment.foresight.take(path)
    if foreseen is not None:
        return _Seen(foreseen.source, foreseen.asset, foreseen.renditions)
    source = read_source(path, equipment.kinds)
    if source.seconds is not None:  # before a video is read whole
        refuse_length(equipment.recognizers, source.media_type, source.seconds)
    return _Seen(source, asset_of(source))


def _reason_to_skip(source: Source, asset: Asset, equipment: Equipment, errand: Errand) -> str:
    """Return why a photo is to be skipped, or an empty string."""
    if errand.only_new and equipment.chronicle.was_tagged(asset, source):
        return _TAGGED_BEFORE
    if equipment.stored_only and not equipment.chronicle.has_written(asset, source):
        return "there is nothing of ours in it"
    if not takers(equipment.recognizers, source.media_type):
        if errand.only_new:  # for the daemon, which would find it again; others may be asked later
            equipment.chronicle.remember(asset, source.snapshot.status, Receipt(outcome="skipped"))
        return "no provider that is chosen takes pictures"
    if not equipment.plugins.accepts(asset):
        equipment.chronicle.remember(asset, source.snapshot.status, Receipt(outcome="skipped"))
        return "a plugin does not accept it"
    return ""


def _conclude(
    source: Source, asset: Asset, answers: Sequence[Answer], equipment: Equipment, errand: Errand
) -> Journey:
    """Merge, revise and write what the providers said, and tell the observers."""
    failures = _failures(answers)
    answers, late = _without_late(answers, asset, equipment)
    if late and not answers:  # whoever was quicker has said what became of it
        return _skipped(asset, equipment, late)
    said = [a.recognition for a in answers if a.recognition is not None]
    tagset = merge(said, equipment.merge_rules)
    revised = equipment.plugins.revise(tagset, asset)
    tagset = resanitized(revised, equipment.blocked)
    planned = [answer.provider for answer in answers if isinstance(answer.error, PlannedError)]
    receipt = Receipt(outcome="planned" if planned else "parked")
    if said:
        findings = Findings(tagset=tagset, models={r.provider: r.model for r in said})
        receipt = write_photo(source, asset, findings, equipment, errand)
    if planned and equipment.stored_only:
        receipt = _without_answers(receipt, planned)
    elif planned:
        receipt = _with_more_to_come(receipt, planned)
    reasons = filter(None, (receipt.reason, *map(str, failures), late))
    receipt = replace(receipt, reason="; ".join(reasons))
    if not said and not planned and not any(isinstance(error, MAY_PASS) for error in failures):
        equipment.chronicle.remember(asset, source.snapshot.status, receipt)
    equipment.plugins.finished(asset, tagset, receipt)
    return Journey(path=asset.path, receipt=receipt, tagset=tagset, failures=failures)


def _without_late(
    answers: Sequence[Answer], asset: Asset, equipment: Equipment
) -> tuple[Sequence[Answer], str]:
    """Leave out what a newer model has made out of date meanwhile, and return why; or nothing.

    Such an answer stays stored.
    """
    now = time.time()
    if not any(a.recognition and now - a.asked > _LATE_SECONDS for a in answers):  # nearly always
        return answers, ""
    entries = equipment.ledger.written.of_picture(asset.identity)
    late = [answer for answer in answers if is_late(answer, entries)]
    names = " and ".join(answer.provider for answer in late)
    reason = f"a newer answer of {names} was written meanwhile" if late else ""
    return [answer for answer in answers if answer not in late], reason


def _with_more_to_come(receipt: Receipt, planned: Sequence[str]) -> Receipt:
    """Return what a dry run knows of a photo about which somebody would be asked."""
    reason = f"{' and '.join(planned)} would be asked"
    return replace(
        receipt,
        outcome="planned" if receipt.outcome == "unchanged" else receipt.outcome,
        reason="; ".join(filter(None, (receipt.reason, reason))),
    )


def _without_answers(receipt: Receipt, lacking: Sequence[str]) -> Receipt:
    """Return what became of a photo about which some have not said anything yet."""
    reason = f"no answer of {' and '.join(lacking)} is stored"
    if receipt.target is None:  # nobody has said anything
        return Receipt(outcome="skipped", reason=reason)
    return replace(receipt, reason="; ".join(filter(None, (receipt.reason, reason))))


def _skipped(asset: Asset, equipment: Equipment, reason: str) -> Journey:
    receipt = Receipt(outcome="skipped", reason=reason)
    equipment.plugins.finished(asset, TagSet(), receipt)
    return Journey(path=asset.path, receipt=receipt)


def _not_taken(path: Path, error: NotTakenError, equipment: Equipment) -> Journey:
    """Park a video of which it was clear from the beginning that nobody is asked about it."""
    if not error.refusals:  # not for good: another provider may be chosen
        return _parked(path, error)
    equipment.chronicle.remember_unreadable(path, str(error))
    receipt = Receipt(outcome="parked", reason=str(error))
    return Journey(path=path, receipt=receipt, failures=error.refusals)


def _parked(path: Path, trouble: AssetError) -> Journey:
    receipt = Receipt(outcome="parked", reason=str(trouble))
    gone = not os.path.lexists(path)
    return Journey(path=path, receipt=receipt, trouble=trouble, gone=gone)
