"""What people decided about our keywords, told from what the files say. Pure.

A keyword of ours that is gone from any list of a file is rejected, for the picture and for ever.
One that is still there when another program has written the metadata since is confirmed: theirs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tagbridge.metadata.keywords import rejected_keywords
from tagbridge.spelling import spelling_key

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable
    from pathlib import Path

    from tagbridge.metadata.existing import Existing
    from tagbridge.metadata.results import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """What people decided about our keywords of one picture, as `spelling_key`.

    Attributes:
        rejected: They removed these.
        confirmed: They kept these in an edit.
    """

    rejected: frozenset[str] = frozenset()
    confirmed: frozenset[str] = frozenset()

    def __or__(self, other: Decisions) -> Decisions:
        """Return the decisions of both; who removed one has the last word."""
        rejected = self.rejected | other.rejected
        return Decisions(rejected=rejected, confirmed=(self.confirmed | other.confirmed) - rejected)


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What is remembered of a picture beside what its files say.

    Attributes:
        rejected: `spelling_key` of keywords that people removed from any of its files.
        target: The file that we wrote under this name and that is still there, or None.
        results: What we wrote into it.
        trace: Hash of the metadata in it as we left it, or None.
        rejections: What we wrote anywhere and was rejected.
        kept: `spelling_key` of keywords of ours that people kept in an edit of any of its files.
        confirmed: `spelling_key` of keywords that somebody has just accepted, before they are
            written.
    """

    rejected: frozenset[str] = frozenset()
    target: Path | None = None
    results: tuple[Result, ...] = ()
    trace: bytes | None = None
    rejections: tuple[Result, ...] = ()
    kept: frozenset[str] = frozenset()
    confirmed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What the files of an asset say of what we wrote.

    Attributes:
        files: Each with its metadata, and the trace of it as we left it (empty if that is not
            known); the asset itself comes first.
        decisions: What people decided, including what was remembered.
        sidecars: Those that were not written, as they were when they were read.
    """

    files: tuple[tuple[Path, Existing], ...]
    decisions: Decisions
    sidecars: tuple[tuple[Path, os.stat_result], ...] = ()

    @property
    def results(self) -> tuple[Result, ...]:
        """Return our record of each value, once."""
        every = (r for _, existing in self.files for r in existing.results)
        found: dict[tuple[str, str], Result] = {}
        for result in every:
            found.setdefault(_key(result), result)
        return tuple(found.values())

    def of(self, target: Path | None) -> Existing | None:
        """Return what one file says."""
        return next((existing for path, existing in self.files if path == target), None)


def recalled(existing: Existing, path: Path, memory: Memory) -> Existing:
    """Return what a file says, with the record of ours that another program has dropped from it."""
    if path != memory.target:
        return existing
    known = set(map(_key, existing.results))
    lost = tuple(r for r in memory.results if _key(r) not in known)
    return replace(existing, results=(*existing.results, *lost)) if lost else existing


def observed(files: Iterable[tuple[Path, Existing]], memory: Memory) -> Observed:
    """Return what files say of what we wrote, each as it was `recalled`."""
    decisions = Decisions(confirmed=memory.confirmed) | Decisions(rejected=memory.rejected)
    left = []
    for path, existing in files:
        trace = _trace_left(existing, path, memory)
        edited = _is_edited(existing, trace)
        decisions |= _decisions_in(existing, edited=edited)
        trace = (b"" if edited else existing.trace) if trace is None else trace
        left.append((path, replace(existing, trace=trace)))
    return Observed(files=tuple(left), decisions=decisions)


def _key(result: Result) -> tuple[str, str]:
    return result.kind, spelling_key(result.value)


def _decisions_in(existing: Existing, *, edited: bool) -> Decisions:
    rejected = rejected_keywords(existing)
    there = set(map(spelling_key, existing.keywords)) - rejected
    ours = {spelling_key(r.value): r.confirmed for r in existing.results if r.kind == "keyword"}
    confirmed = {key for key in there & ours.keys() if edited or ours[key]}
    return Decisions(rejected=frozenset(rejected), confirmed=frozenset(confirmed))


def _is_edited(existing: Existing, trace: bytes | None) -> bool:
    """Return whether another program has written the metadata of a file since we did."""
    if trace is not None:
        return existing.trace != trace
    # Our record tells when we last wrote, and we note that in the date as well.
    last = _last(existing.results)
    return bool(last) and existing.metadata_date != last


def _trace_left(existing: Existing, path: Path, memory: Memory) -> bytes | None:
    """Return the trace that our last write left; None if that was not remembered any more."""
    remembered = path == memory.target and _last(existing.results) <= _last(memory.results)
    return memory.trace if remembered else None


def _last(results: Iterable[Result]) -> str:
    """Return when we last wrote; empty when we never did."""
    return max((result.when for result in results), default="")
