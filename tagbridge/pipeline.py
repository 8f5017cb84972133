"""The journey of one photo, from top to bottom.

read ─► accept ─► render ─► ask every provider at once ─► merge ─► revise ─► write ─► finished

Every step takes values and gives values; the only one that changes a file is `write_tagset`.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import TYPE_CHECKING, TypeAlias

from tagbridge import formats
from tagbridge.completeness import why_incomplete
from tagbridge.merge import merge, resanitized
from tagbridge.metadata.layout import identity_of
from tagbridge.metadata.snapshot import take_snapshot
from tagbridge.metadata.target import WriteTools
from tagbridge.metadata.write import look_into, write_tagset
from tagbridge.recognize import ask_all
from tagbridge.rendition import renditions
from tagbridge_hooks import (
    AccountError,
    Asset,
    AssetChangedError,
    QuotaError,
    Receipt,
    Rendition,
    TagSet,
    TransientError,
    UnreadableAssetError,
    WriteError,
)

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence
    from pathlib import Path

    from tagbridge.equipment import Equipment
    from tagbridge.metadata.write import Source
    from tagbridge.recognize import Answer

ATTEMPTS = 3
# What was said of each picture, by its identity: one whose metadata somebody edits while it is on
# its way is not asked for again.
Said: TypeAlias = "dict[str, tuple[Answer, ...]]"
MAY_PASS = (TransientError, QuotaError, AccountError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """What became of one photo.

    Attributes:
        path: The photo.
        receipt: The outcome.
        tagset: What was found.
        calls: How often providers were asked.
        later: True when what failed may pass by itself: an unreachable service, a full disk.
        failed: True when not everything could be done, whatever the outcome.
    """

    path: Path
    receipt: Receipt
    tagset: TagSet = field(default_factory=TagSet)
    calls: int = 0
    later: bool = False
    failed: bool = False


async def tag_asset(path: Path, equipment: Equipment, *, only_new: bool = False) -> Journey:
    """Take one photo the whole way.

    Args:
        path: The photo; not a symbolic link.
        equipment: What the journey needs.
        only_new: Skip a photo that was tagged under this name before, even if somebody edited
            its metadata since.
    """
    reason = ""
    said: Said = {}
    for _ in range(ATTEMPTS):
        try:
            journey = await _travel(path, equipment, said, only_new=only_new)
        except AssetChangedError as error:
            reason = str(error)
        except UnreadableAssetError as error:
            equipment.remember_unreadable(path, str(error))
            return _counted(_parked(path, str(error)), said)
        except WriteError as error:
            return _counted(_parked(path, str(error), later=True), said)
        else:
            return _counted(journey, said)
    return _counted(_parked(path, reason, later=True), said)


async def _travel(path: Path, equipment: Equipment, said: Said, *, only_new: bool) -> Journey:
    source = await asyncio.to_thread(_read, path)
    asset = _asset(source)
    if only_new and equipment.was_tagged(asset, source.snapshot.status):
        return _skipped(asset, equipment, "it was tagged before")
    if not await asyncio.to_thread(equipment.plugins.accepts, asset):
        equipment.remember(asset, source.snapshot.status, "skipped")
        return _skipped(asset, equipment, "a plugin does not accept it")
    if asset.identity not in said:
        pictures = await asyncio.to_thread(_render, source, asset, equipment)
        said[asset.identity] = await ask_all(equipment.recognizers, pictures)
    return await asyncio.to_thread(_conclude, source, asset, said[asset.identity], equipment)


def _counted(journey: Journey, said: Said) -> Journey:
    calls = sum(answer.calls for answers in said.values() for answer in answers)
    return replace(journey, calls=calls)


def _read(path: Path) -> Source:
    """Read the photo once, and refuse what is not a whole picture."""
    snapshot = take_snapshot(path)
    media_type = formats.sniff(snapshot.data[: formats.SNIFF_BYTES], path.suffix)
    if media_type is None or formats.format_of(media_type) is None:
        raise UnreadableAssetError(f"it is not a picture we know ({media_type or 'no format'})")
    lacking = why_incomplete(BytesIO(snapshot.data), media_type)
    if lacking is not None:
        raise UnreadableAssetError(f"it is damaged or incomplete: {lacking}")
    return look_into(snapshot, media_type)


def _asset(source: Source) -> Asset:
    snapshot = source.snapshot
    return Asset(
        path=snapshot.path,
        media_type=source.media_type,
        size=snapshot.status.st_size,
        mtime_ns=snapshot.status.st_mtime_ns,
        identity=identity_of(snapshot.data, source.layout),
    )


def _render(source: Source, asset: Asset, equipment: Equipment) -> dict[int, Rendition]:
    """Decode once for all providers; what a plugin rendered is cleaned the same way."""
    edges = {recognizer.info.max_edge for recognizer in equipment.recognizers}
    made = equipment.plugins.render(asset, max(edges))
    if made is not None:
        return renditions(made.data, made.media_type, edges)
    return renditions(source.snapshot.data, asset.media_type, edges)


def _conclude(
    source: Source, asset: Asset, answers: Sequence[Answer], equipment: Equipment
) -> Journey:
    """Merge, revise and write what the providers said, and tell the observers."""
    said = [a.recognition for a in answers if a.recognition is not None]
    failures = [a.error for a in answers if a.error is not None]
    tagset = merge(said, equipment.merge_rules)
    revised = equipment.plugins.revise(tagset, asset)
    tagset = resanitized(revised, equipment.merge_rules.blocked)
    later = not said and any(isinstance(error, MAY_PASS) for error in failures)
    receipt = Receipt(outcome="parked")
    if said:
        receipt = _write(source, asset, tagset, equipment)
    reasons = filter(None, (receipt.reason, *map(str, failures)))
    receipt = replace(receipt, reason="; ".join(reasons))
    if not said and not later:
        equipment.remember(asset, source.snapshot.status, "parked", receipt.reason)
    equipment.plugins.finished(asset, tagset, receipt)
    return Journey(
        path=asset.path,
        receipt=receipt,
        tagset=tagset,
        later=later,
        failed=bool(failures) or receipt.outcome == "parked",
    )


def _write(source: Source, asset: Asset, tagset: TagSet, equipment: Equipment) -> Receipt:
    """Write, and remember the photo as it will be before it takes its name."""
    status = source.snapshot.status

    def announce(new: os.stat_result) -> None:
        nonlocal status
        status = new
        equipment.remember(asset, status, "writing")

    tools = WriteTools(exiv2=equipment.exiv2, announce=announce, keep_mtime=equipment.keep_mtime)
    receipt = write_tagset(source, tagset, equipment.write_options, tools)
    equipment.remember(asset, status, receipt.outcome, receipt.reason)
    return receipt


def _skipped(asset: Asset, equipment: Equipment, reason: str) -> Journey:
    receipt = Receipt(outcome="skipped", reason=reason)
    equipment.plugins.finished(asset, TagSet(), receipt)
    return Journey(path=asset.path, receipt=receipt)


def _parked(path: Path, reason: str, *, later: bool = False) -> Journey:
    receipt = Receipt(outcome="parked", reason=reason)
    return Journey(path=path, receipt=receipt, later=later, failed=True)
