"""Which of the things that we wrote are taken back. Pure: values in, values out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from tagbridge.metadata.keywords import rejected_keywords
from tagbridge.metadata.removal import Taken
from tagbridge.metadata.still_there import keyword_of, still_there
from tagbridge.spelling import spelling_key

if TYPE_CHECKING:
    from tagbridge.metadata.decisions import Memory
    from tagbridge.metadata.existing import Existing
    from tagbridge.metadata.results import Result
    from tagbridge.metadata.target import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What the user wants taken back.

    Attributes:
        providers: What these said; empty for what anybody said.
        since: What was written at this time or later; None for any time.
        until: What was written before this time; None for any time.
        confirmed: True to take back also what the user has kept in an edit.
    """

    providers: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None
    confirmed: bool = False

    def without(self, result: Result) -> Result | None:
        """Return what is left of one of our records, or None when all of it is taken back.

        What several providers said stays, as long as one of them is not among those selected.
        """
        if not self._is_in_time(result.when):
            return result
        said = result.provider.split("+")
        left = [name for name in said if self.providers and name not in self.providers]
        if not left:
            return None
        if left == said:
            return result
        models = result.model.split("+")
        pairs = zip(said, models, strict=False)
        model = "+".join(m for name, m in pairs if name in left)
        known = len(models) == len(said)  # a model may have a plus in its name
        return replace(result, provider="+".join(left), model=model if known else result.model)

    def _is_in_time(self, when: str) -> bool:
        if self.since is None and self.until is None:
            return True
        try:
            at = datetime.fromisoformat(when).astimezone()
        except ValueError:  # somebody has spoiled our record
            return False
        return (self.since is None or at >= self.since) and (self.until is None or at < self.until)


def taken_back(target: Target, selection: Selection, memory: Memory) -> Taken:
    """Return what is to be taken out of a file.

    What the user removed from one of the lists goes from the others as well, and stays rejected.
    What the user put back, after having removed it, is theirs.

    Args:
        target: The file.
        selection: The user's.
        memory: What is remembered of the picture.

    Raises:
        EmbeddingRefusedError: A property of ours has a form that is not understood.
    """
    existing = target.existing
    rejected = rejected_keywords(existing)
    kept = frozenset() if selection.confirmed else memory.kept | _confirmed(existing)
    theirs = (memory.rejected - rejected) | kept
    there = still_there(existing, target.held.packet)
    gone, record, ours = [], [], False
    for result in existing.results:
        key = keyword_of(result)
        left = selection.without(result) if result in there and key not in theirs else result
        if key in rejected and selection.without(result) is None:
            gone.append(result)
            left = result if result.kind == "keyword" else None
        elif left is None:
            gone.append(result)
        record += [] if left is None else [left]
        ours |= left is not None and result in there
    return Taken(results=tuple(gone), record=tuple(record), copies=not ours)


def left_to_user(existing: Existing, selection: Selection, memory: Memory) -> tuple[str, ...]:
    """Return the keywords of ours that stay because the user has kept them in an edit."""
    kept = memory.kept | _confirmed(existing)
    there = set(map(spelling_key, existing.keywords))
    ours = (r for r in existing.results if r.kind == "keyword")
    selected = (r.value for r in ours if selection.without(r) != r)
    if selection.confirmed:
        return ()
    return tuple(v for v in selected if spelling_key(v) in kept & there)


def _confirmed(existing: Existing) -> frozenset[str]:
    return frozenset(
        spelling_key(r.value) for r in existing.results if r.kind == "keyword" and r.confirmed
    )
