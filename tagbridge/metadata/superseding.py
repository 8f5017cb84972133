"""Which of our earlier results a new answer replaces. Pure: values in, values out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tagbridge.metadata.change import addition, replacement
from tagbridge.metadata.properties import OCR_TEXT
from tagbridge.metadata.removal import Taken
from tagbridge.metadata.revision import with_taken_out
from tagbridge.metadata.still_there import keyword_of, still_there
from tagbridge.spelling import name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tagbridge.metadata.change import Change
    from tagbridge.metadata.decisions import Memory
    from tagbridge.metadata.existing import Existing
    from tagbridge.metadata.plan import WritePlan
    from tagbridge.metadata.results import Result
    from tagbridge.metadata.target import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Superseding:
    """What the answers of now replace of what we wrote earlier.

    Attributes:
        models: The model of each provider that has answered.
        everything: True to judge all that they ever said anew; False for what another model of
            theirs has said.
    """

    models: Mapping[str, str]
    everything: bool = False

    def covers(self, result: Result) -> bool:
        """Return whether a result is replaced by what the providers say now."""
        said = result.provider.split("+")
        if any(provider not in self.models for provider in said):
            return False
        model = name_of("+".join(self.models[provider] for provider in said))
        return self.everything or model != result.model


def renewal(
    target: Target,
    planned: Callable[[Existing], WritePlan],
    superseding: Superseding,
    memory: Memory,
    when: str,
) -> Change | None:
    """Return the change that replaces what is superseded; None when everything stays.

    What the user has decided about is theirs: what they kept or put back stays, and what they
    removed or changed is neither touched nor written again. What is said again stays as it was
    written.

    Args:
        target: The file.
        planned: Returns what is added to a file that says this.
        superseding: What the answers replace.
        memory: What is remembered of the picture.
        when: Time of the write.

    Raises:
        EmbeddingRefusedError: A property of ours has a form that is not understood.
    """
    there = still_there(target.existing, target.held.packet)
    ours = _replaceable(there, target, superseding, memory)
    if not ours:
        return addition(target, planned(target.existing))
    stale = _stale(target, ours, planned, when)
    record = tuple(r for r in target.existing.results if r not in stale)
    taken = Taken(results=stale, record=record, copies=set(there) <= set(stale))
    return replacement(target, taken, planned, when)


def _replaceable(
    there: Iterable[Result], target: Target, superseding: Superseding, memory: Memory
) -> tuple[Result, ...]:
    theirs = memory.rejected | memory.kept
    confirmed = {keyword_of(r) for r in target.existing.results if r.confirmed}
    return tuple(
        r for r in there if superseding.covers(r) and keyword_of(r) not in theirs | confirmed
    )


def _stale(
    target: Target,
    ours: tuple[Result, ...],
    planned: Callable[[Existing], WritePlan],
    when: str,
) -> tuple[Result, ...]:
    """Return those results that would not be written, were the file tagged for the first time."""
    others = tuple(r for r in target.existing.results if r not in ours)
    clean = with_taken_out(target.held, Taken(results=ours, record=others), when)
    plan = planned(replace(target.reread(clean), results=others))
    again = {_key(r) for r in (*plan.results, *(r for a in plan.additions for r in a.results))}
    stale = [r for r in ours if _key(r) not in again]
    text = target.held.packet.simple(OCR_TEXT)
    if text is not None and _text(plan) not in (None, text):
        stale += [r for r in ours if r.kind == "text" and r not in stale]
    colors = [r for r in ours if r.kind == "color"]
    if any(r in stale for r in colors):  # they were written as a whole
        stale += [r for r in colors if r not in stale]
    return tuple(stale)


def _key(result: Result) -> tuple[str, str, str]:
    judged_by = result.provider if result.kind == "quality" else ""
    return result.kind, result.value, result.region_id or judged_by


def _text(plan: WritePlan) -> str | None:
    return next((edit.text for edit in plan.further_edits if edit.target == OCR_TEXT), None)
