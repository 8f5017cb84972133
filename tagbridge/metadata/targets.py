"""Write to each of the files that speak for an asset: itself, and its sidecars."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from tagbridge.metadata.decisions import Decisions, Memory, Observed, observed, recalled
from tagbridge.metadata.plan import recorded
from tagbridge.metadata.properties import Property
from tagbridge.metadata.sidecar import SidecarLeftAloneError
from tagbridge.metadata.target import Target
from tagbridge_hooks import Receipt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tagbridge.metadata.existing import Existing
    from tagbridge.metadata.plan import WritePlan
    from tagbridge.metadata.target import WriteTools

Planned: TypeAlias = "Callable[[Target, frozenset[Property], Decisions], WritePlan]"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """What became of one file, and what it says if it was written."""

    receipt: Receipt
    written: Existing | None = None


def write_to(
    openings: Iterable[Callable[[], Target]],
    *,
    planned: Planned,
    memory: Memory,
    tools: WriteTools,
    dry_run: bool,
) -> Receipt:
    """Write to each target in turn, and return what became of the first that changed.

    What the user says in one of them counts for all: a sentence of ours in the sidecar would hide
    theirs in the photo, and a keyword that they took out of it shall not get into the photo.
    """
    opened = [_opened(opening, memory) for opening in openings]
    targets = [t for t in opened if isinstance(t, Target)]
    before = observed(((t.path, t.existing) for t in targets), memory)
    decided = frozenset[Property]().union(*(t.existing.decided_by_user for t in targets))

    def plan(target: Target) -> WritePlan:
        return planned(target, decided, before.decisions)

    outcomes = [_write_unless_left_alone(t, plan, dry_run=dry_run) for t in opened]
    if not dry_run:
        written = {o.receipt.target: o.written for o in outcomes if o.written is not None}
        files = tuple((path, written.get(path, existing)) for path, existing in before.files)
        tools.observe(Observed(files=files, decisions=before.decisions))
    return _receipt([outcome.receipt for outcome in outcomes])


def _receipt(receipts: Sequence[Receipt]) -> Receipt:
    changed = (r for r in receipts if r.outcome in ("written", "planned"))
    receipt = next(changed, receipts[0])
    left_alone = [r.reason for r in receipts if r.outcome == "parked"]
    if not left_alone:
        return receipt
    return replace(receipt, outcome="parked", reason="; ".join(left_alone))


def _opened(opening: Callable[[], Target], memory: Memory) -> Target | SidecarLeftAloneError:
    try:
        target = opening()
    except SidecarLeftAloneError as error:
        return error
    return replace(target, existing=recalled(target.existing, target.path, memory))


def _write_unless_left_alone(
    target: Target | SidecarLeftAloneError,
    planned: Callable[[Target], WritePlan],
    *,
    dry_run: bool,
) -> _Outcome:
    if isinstance(target, SidecarLeftAloneError):
        return _left_alone(target)
    try:
        return _write_one(target, planned(target), dry_run=dry_run)
    except SidecarLeftAloneError as error:
        return _left_alone(error)


def _left_alone(error: SidecarLeftAloneError) -> _Outcome:
    return _Outcome(receipt=Receipt(outcome="parked", target=error.path, reason=str(error)))


def _write_one(target: Target, plan: WritePlan, *, dry_run: bool) -> _Outcome:
    existing = target.existing
    if plan.is_empty:
        receipt = Receipt(outcome="unchanged", target=target.path, reason=target.reason)
        return _Outcome(receipt=receipt)
    content = target.prepare(plan)
    if dry_run:
        content.check(b"".join(content.pieces))
    else:
        target.commit(content)
    receipt = Receipt(
        outcome="planned" if dry_run else "written",
        target=target.path,
        keywords_added=plan.keywords_added,
        reason=target.reason,
    )
    results = recorded(plan)
    return _Outcome(
        receipt=receipt, written=replace(existing, results=results, trace=content.trace)
    )
