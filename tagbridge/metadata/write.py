"""Give one asset its keywords: in itself where that is safe, otherwise in a sidecar."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from tagbridge import formats
from tagbridge.metadata.change import addition
from tagbridge.metadata.decisions import Decisions, Memory
from tagbridge.metadata.embed import CONTAINERS, embedded_target
from tagbridge.metadata.layout import EmbeddingRefusedError
from tagbridge.metadata.placing import holds
from tagbridge.metadata.plan import WriteRules, plan_write
from tagbridge.metadata.sidecar import (
    SidecarName,
    existing_sidecars,
    sidecar_target,
    sidecars_of,
)
from tagbridge.metadata.snapshot import is_unchanged
from tagbridge.metadata.superseding import Superseding, renewal
from tagbridge.metadata.targets import receipt_of, write_to
from tagbridge.rendition.stored import stored_picture
from tagbridge_hooks import AssetChangedError, Receipt, VerificationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tagbridge.metadata.change import Change
    from tagbridge.metadata.decisions import Observed
    from tagbridge.metadata.existing import Existing
    from tagbridge.metadata.layout import Layout
    from tagbridge.metadata.plan import WritePlan
    from tagbridge.metadata.properties import Property
    from tagbridge.metadata.snapshot import Snapshot
    from tagbridge.metadata.target import Target, WriteTools
    from tagbridge.metadata.targets import Decided, Outcome
    from tagbridge.rendition.stored import StoredPicture
    from tagbridge_hooks import TagSet


_NOTHING = Memory()


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOptions:
    """Where and what the user wants written.

    Attributes:
        embed: False puts everything into sidecars.
        sidecar_name: What a new sidecar is called; see `sidecar_of`.
        rules: What is written.
        dry_run: Prepare and check everything, write nothing.
    """

    embed: bool = True
    sidecar_name: SidecarName = "adopt"
    rules: WriteRules = field(default_factory=WriteRules)
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An asset that was read and looked into.

    Attributes:
        snapshot: Its bytes and status.
        media_type: By its content.
        layout: Its parts, or None where its format is not one that we edit.
        refusal: Why it is not edited although its format is; empty otherwise.
        seconds: Length of a video; None for a picture.
    """

    snapshot: Snapshot
    media_type: str
    layout: Layout | None
    refusal: str
    seconds: float | None = None


def look_into(snapshot: Snapshot, media_type: str, end: int | None = None) -> Source:
    """Find the parts of an asset, or the reason to leave them alone.

    Args:
        snapshot: The asset.
        media_type: By its content.
        end: One behind the last byte of the picture in it; None to have that looked for.
    """
    container = CONTAINERS.get(media_type)
    layout, refusal = None, ""
    if container is not None:
        try:
            layout = container.read(snapshot.data, end)
        except EmbeddingRefusedError as error:
            refusal = str(error)
        if not formats.agrees(snapshot.path, media_type):
            refusal = f"its name says something else than its content ({media_type})"
    return Source(snapshot=snapshot, media_type=media_type, layout=layout, refusal=refusal)


def write_tagset(
    source: Source,
    tagset: TagSet,
    options: WriteOptions,
    tools: WriteTools,
    memory: Memory = _NOTHING,
    *,
    superseding: Superseding | None = None,
) -> Receipt:
    """Add what a tag set says to an asset's metadata, in the place of what it supersedes.

    Args:
        source: The asset.
        tagset: What was found.
        options: The user's.
        tools: What it takes.
        memory: What is remembered of the picture beside what its files say.
        superseding: Which earlier results of ours it replaces; None for none.

    Returns:
        What became of it. The outcome is `parked` when one of its sidecars had to be left alone.

    Raises:
        WriteError: The system refused; what was not yet written is as it was.
        AssetChangedError: Somebody else changed it meanwhile; it is as they left it.
    """
    decide = deciding(source, tagset, options, memory, superseding)
    return receipt_of(write_changes(source, decide, options, tools, memory))


def deciding(
    source: Source,
    tagset: TagSet,
    options: WriteOptions,
    memory: Memory,
    superseding: Superseding | None,
) -> Decided:
    """Return what decides what becomes of each file of an asset; see `write_tagset`."""
    said = (tagset, _picture_for(source, tagset), options.rules)

    def decide(target: Target, decided: frozenset[Property], seen: Observed) -> Change | None:
        when = now()

        def planned(existing: Existing) -> WritePlan:
            return _planned(said, existing.with_decided(decided), seen.decisions, when)

        if superseding is None:
            return addition(target, planned(target.existing))
        return renewal(target, planned, superseding, memory, when)

    return decide


def write_changes(
    source: Source, decide: Decided, options: WriteOptions, tools: WriteTools, memory: Memory
) -> tuple[Outcome, ...]:
    """Make the changes that are decided for each of the files that speak for an asset.

    Raises:
        WriteError: The system refused; what was not yet written is as it was.
        AssetChangedError: Somebody else changed it meanwhile; it is as they left it.
    """
    write = partial(write_to, decide=decide, memory=memory, tools=tools, dry_run=options.dry_run)
    reason = source.refusal
    if options.embed and source.layout is not None and not reason:
        try:
            return write(_embedded_targets(source, tools))
        except (EmbeddingRefusedError, VerificationError) as error:
            reason = str(error)
    return write(_sidecar_targets(source, options, tools, reason))


def _picture_for(source: Source, tagset: TagSet) -> StoredPicture | None:
    """Return how the picture is stored, if anything is to be noted about a place in it."""
    regions = [k.value.region for k in tagset.keywords] + [p.value.region for p in tagset.persons]
    if all(region is None for region in regions):
        return None
    return stored_picture(source.snapshot.data, source.media_type)


def _planned(
    said: tuple[TagSet, StoredPicture | None, WriteRules],
    existing: Existing,
    decisions: Decisions,
    when: str,
) -> WritePlan:
    tagset, picture, rules = said
    return plan_write(existing, tagset, rules, when, picture, decisions=decisions)


def now() -> str:
    """Return the time of a write, ISO 8601 with the zone."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _embedded_targets(source: Source, tools: WriteTools) -> Iterator[Callable[[], Target]]:
    """Yield the photo, and the sidecars that programs made for it: these must not differ."""
    if source.layout is None:
        raise EmbeddingRefusedError("its parts are not known")
    container = CONTAINERS[source.media_type]
    yield partial(embedded_target, source.snapshot, container, source.layout, tools)
    for sidecar in existing_sidecars(source.snapshot.path, raw=False):
        yield partial(sidecar_target, source.snapshot, sidecar, tools, raw=False)


def _sidecar_targets(
    source: Source, options: WriteOptions, tools: WriteTools, reason: str
) -> Iterator[Callable[[], Target]]:
    _refuse_changed(source.snapshot, refused=bool(reason))
    known = formats.format_of(source.media_type)
    raw = known is not None and known.decoder == "raw"
    for sidecar in sidecars_of(source.snapshot.path, raw=raw, habit=options.sidecar_name):
        yield partial(sidecar_target, source.snapshot, sidecar, tools, raw=raw, reason=reason)


def _refuse_changed(snapshot: Snapshot, *, refused: bool) -> None:
    """Check that the photo is still there: another of its name must not get its keywords.

    One that was refused may only have been read in the middle of a save, which its size and time
    need not show; that must not earn it a sidecar for ever.
    """
    try:
        now = snapshot.path.lstat()
        unchanged = is_unchanged(snapshot.status, now)
        if unchanged and refused:
            unchanged = holds(snapshot.path, snapshot, now)
    except OSError:
        unchanged = False
    if not unchanged:
        raise AssetChangedError("it changed while it was worked on")
