"""Write to each of the files that speak for an asset: itself, and its sidecars."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from tagbridge.metadata.decisions import Memory, Observed, observed, recalled
from tagbridge.metadata.properties import Property
from tagbridge.metadata.target import LeftAloneError, Target
from tagbridge_hooks import Receipt

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from tagbridge.metadata.change import Change
    from tagbridge.metadata.existing import Existing
    from tagbridge.metadata.target import WriteTools

Decided: TypeAlias = "Callable[[Target, frozenset[Property], Observed], Change | None]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one file.

    Attributes:
        receipt: In short.
        change: What was done, or would be done; None if nothing was.
        written: What it says if it was written; None if it was not, or is gone.
    """

    receipt: Receipt
    change: Change | None = None
    written: Existing | None = None

    @property
    def is_gone(self) -> bool:
        """Return whether it was a sidecar that was taken away."""
        return self.receipt.outcome == "written" and self.written is None


def write_to(
    openings: Iterable[Callable[[], Target]],
    *,
    decide: Decided,
    memory: Memory,
    tools: WriteTools,
    dry_run: bool,
) -> tuple[Outcome, ...]:
    """Write to each target in turn, and return what became of them.

    What the user says in one of them counts for all: a sentence of ours in the sidecar would hide
    theirs in the photo, and a keyword that they took out of it shall not get into the photo.
    """
    opened = [_opened(opening, memory) for opening in openings]
    targets = [t for t in opened if isinstance(t, Target)]
    before = observed(((t.path, t.existing) for t in targets), memory)
    decided = frozenset[Property]().union(*(t.existing.decided_by_user for t in targets))
    if not dry_run:
        tools.foresee(before)
    write = partial(_write_one, tools=tools, dry_run=dry_run)
    outcomes = tuple(
        _write_unless_left_alone(t, lambda target: write(target, decide(target, decided, before)))
        for t in opened
    )
    if not dry_run:
        sidecars = {t.path: t.status for t in targets if t.status is not None}
        tools.observe(_after(before, outcomes, sidecars))
    return outcomes


def receipt_of(outcomes: Sequence[Outcome]) -> Receipt:
    """Return what became of the first file that changed, and of all that were left alone."""
    receipts = [outcome.receipt for outcome in outcomes]
    changed = (r for r in receipts if r.outcome in ("written", "planned"))
    receipt = next(changed, receipts[0])
    left_alone = [r.reason for r in receipts if r.outcome == "parked"]
    if not left_alone:
        return receipt
    return replace(receipt, outcome="parked", reason="; ".join(left_alone))


def _after(
    before: Observed, outcomes: Iterable[Outcome], sidecars: Mapping[Path, os.stat_result]
) -> Observed:
    by_path = {outcome.receipt.target: outcome for outcome in outcomes}
    files = (
        (path, by_path[path].written or existing)
        for path, existing in before.files
        if not by_path[path].is_gone
    )
    untouched = (p for p in sidecars if by_path[p].receipt.outcome != "written")
    return Observed(
        files=tuple(files),
        decisions=before.decisions,
        sidecars=tuple((path, sidecars[path]) for path in untouched),
    )


def _opened(opening: Callable[[], Target], memory: Memory) -> Target | LeftAloneError:
    try:
        target = opening()
    except LeftAloneError as error:
        return error
    return replace(target, existing=recalled(target.existing, target.path, memory))


def _write_unless_left_alone(
    target: Target | LeftAloneError, write: Callable[[Target], Outcome]
) -> Outcome:
    if isinstance(target, LeftAloneError):
        return _left_alone(target)
    try:
        return write(target)
    except LeftAloneError as error:
        return _left_alone(error)
    except target.refusals as error:
        return _left_alone(LeftAloneError(target.path, error))


def _left_alone(error: LeftAloneError) -> Outcome:
    return Outcome(receipt=Receipt(outcome="parked", target=error.path, reason=str(error)))


def _write_one(
    target: Target, change: Change | None, *, tools: WriteTools, dry_run: bool
) -> Outcome:
    if change is None:
        receipt = Receipt(outcome="unchanged", target=target.path, reason=target.reason)
        return Outcome(receipt=receipt)

    def check() -> None:
        for one in change.checks:
            one(tools.exiv2)

    content = target.prepare(change.blocks, check)
    if dry_run:
        content.check(b"".join(content.pieces))
    else:
        tools.forget(change)
        target.commit(content)
    receipt = Receipt(
        outcome="planned" if dry_run else "written",
        target=target.path,
        keywords_added=change.keywords_added,
        keywords_removed=change.keywords_removed,
        reason=target.reason,
    )
    gone = not any(content.pieces)
    written = replace(target.existing, results=change.record, trace=content.trace)
    return Outcome(receipt=receipt, change=change, written=None if gone else written)
