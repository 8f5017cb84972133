"""Give one asset its keywords: in itself where that is safe, otherwise in a sidecar."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from tagbridge import formats
from tagbridge.metadata.embed import CONTAINERS, embedded_target
from tagbridge.metadata.layout import EmbeddingRefusedError
from tagbridge.metadata.placing import holds
from tagbridge.metadata.plan import WriteRules, plan_write
from tagbridge.metadata.properties import Property
from tagbridge.metadata.sidecar import (
    SidecarLeftAloneError,
    SidecarName,
    existing_sidecars,
    sidecar_target,
    sidecars_of,
)
from tagbridge.metadata.snapshot import is_unchanged
from tagbridge.metadata.target import Target
from tagbridge.rendition.stored import stored_picture
from tagbridge_hooks import AssetChangedError, Receipt, VerificationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tagbridge.metadata.layout import Layout
    from tagbridge.metadata.plan import WritePlan
    from tagbridge.metadata.snapshot import Snapshot
    from tagbridge.metadata.target import WriteTools
    from tagbridge.rendition.stored import StoredPicture
    from tagbridge_hooks import TagSet

    Planned: TypeAlias = Callable[[Target, frozenset[Property]], WritePlan]


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


def look_into(snapshot: Snapshot, media_type: str) -> Source:
    """Find the parts of an asset, or the reason to leave them alone."""
    container = CONTAINERS.get(media_type)
    layout, refusal = None, ""
    if container is not None:
        try:
            layout = container.read(snapshot.data)
        except EmbeddingRefusedError as error:
            refusal = str(error)
        if not formats.agrees(snapshot.path, media_type):
            refusal = f"its name says something else than its content ({media_type})"
    return Source(snapshot=snapshot, media_type=media_type, layout=layout, refusal=refusal)


def write_tagset(
    source: Source, tagset: TagSet, options: WriteOptions, tools: WriteTools
) -> Receipt:
    """Add what a tag set says to an asset's metadata.

    The outcome is `parked` when one of its sidecars had to be left alone.

    Raises:
        WriteError: The system refused; what was not yet written is as it was.
        AssetChangedError: Somebody else changed it meanwhile; it is as they left it.
    """
    planned = partial(_planned, tagset, options.rules, _picture_for(source, tagset))
    write_to = partial(_write_to, planned=planned, dry_run=options.dry_run)
    reason = source.refusal
    if options.embed and source.layout is not None and not reason:
        try:
            return write_to(_embedded_targets(source, tools))
        except (EmbeddingRefusedError, VerificationError) as error:
            reason = str(error)
    return write_to(_sidecar_targets(source, options, tools, reason))


def _picture_for(source: Source, tagset: TagSet) -> StoredPicture | None:
    """Return how the picture is stored, if anything is to be noted about a place in it."""
    regions = [k.value.region for k in tagset.keywords] + [p.value.region for p in tagset.persons]
    if all(region is None for region in regions):
        return None
    return stored_picture(source.snapshot.data, source.media_type)


def _planned(
    tagset: TagSet,
    rules: WriteRules,
    picture: StoredPicture | None,
    target: Target,
    decided: frozenset[Property],
) -> WritePlan:
    when = datetime.now(UTC).isoformat(timespec="seconds")
    existing = target.existing.with_decided(decided)
    return target.fitted(plan_write(existing, tagset, rules, when, picture))


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


def _write_to(
    openings: Iterable[Callable[[], Target]], *, planned: Planned, dry_run: bool
) -> Receipt:
    """Write to each target in turn, and return what became of the first that changed.

    What the user says in one of them counts for all: a sentence of ours in the sidecar would hide
    theirs in the photo.
    """
    opened = [_opened(opening) for opening in openings]
    said = (t.existing.decided_by_user for t in opened if isinstance(t, Target))
    decided = frozenset[Property]().union(*said)
    receipts = [_write_unless_left_alone(t, planned, decided, dry_run=dry_run) for t in opened]
    changed = (r for r in receipts if r.outcome in ("written", "planned"))
    receipt = next(changed, receipts[0])
    left_alone = [r.reason for r in receipts if r.outcome == "parked"]
    if not left_alone:
        return receipt
    return replace(receipt, outcome="parked", reason="; ".join(left_alone))


def _opened(opening: Callable[[], Target]) -> Target | SidecarLeftAloneError:
    try:
        return opening()
    except SidecarLeftAloneError as error:
        return error


def _write_unless_left_alone(
    target: Target | SidecarLeftAloneError,
    planned: Planned,
    decided: frozenset[Property],
    *,
    dry_run: bool,
) -> Receipt:
    if isinstance(target, SidecarLeftAloneError):
        return _left_alone(target)
    try:
        return _write_one(target, planned(target, decided), dry_run=dry_run)
    except SidecarLeftAloneError as error:
        return _left_alone(error)


def _left_alone(error: SidecarLeftAloneError) -> Receipt:
    return Receipt(outcome="parked", target=error.path, reason=str(error))


def _write_one(target: Target, plan: WritePlan, *, dry_run: bool) -> Receipt:
    if plan.is_empty:
        return Receipt(outcome="unchanged", target=target.path, reason=target.reason)
    content = target.prepare(plan)
    if dry_run:
        content.check(b"".join(content.pieces))
    else:
        target.commit(content)
    return Receipt(
        outcome="planned" if dry_run else "written",
        target=target.path,
        keywords_added=plan.keywords_added,
        reason=target.reason,
    )
