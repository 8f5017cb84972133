"""What a decision changes in one file. Pure: values in, a change out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tagbridge.metadata.change import addition, recording, removal
from tagbridge.metadata.decisions import Decisions
from tagbridge.metadata.plan import WriteRules, plan_write
from tagbridge.metadata.removal import Taken
from tagbridge.spelling import spelling_key
from tagbridge_hooks import Keyword, Source, Sourced, TagSet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tagbridge.metadata.change import Change
    from tagbridge.metadata.decisions import Observed
    from tagbridge.metadata.results import Result
    from tagbridge.metadata.target import Target

_ABOUT_KEYWORDS = frozenset({"keyword", "hierarchy", "object"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Keywords that are put back.

    Attributes:
        results: Our records of them, as they were.
        confirmed: `spelling_key` of those that somebody had accepted.
        root: Top level of our hierarchical keywords.
    """

    results: tuple[Result, ...]
    confirmed: frozenset[str]
    root: str


def key_of(result: Result) -> str | None:
    """Return the `spelling_key` of the keyword that a record is about; None if it is of none."""
    if result.kind not in _ABOUT_KEYWORDS:
        return None
    return spelling_key(result.value.rpartition("|")[2])


def accepted(keys: frozenset[str], *, yes: bool = True) -> Callable[[Target, str], Change | None]:
    """Return what notes in a file that keywords of ours are right, or takes that back."""

    def change(target: Target, when: str) -> Change | None:
        record = tuple(
            replace(r, confirmed=yes, when=when)
            if r.kind == "keyword" and key_of(r) in keys and r.confirmed != yes
            else r
            for r in target.existing.results
        )
        return recording(target, record, when)

    return change


def rejected(keys: frozenset[str]) -> Callable[[Target, str], Change | None]:
    """Return what takes keywords of ours out of all lists of a file, and their regions.

    Our record keeps the keyword: that it is nowhere else says that it was rejected. It is noted
    as of now, as the date of the metadata is, so that nobody takes this for another program's edit.
    """

    def change(target: Target, when: str) -> Change | None:
        results = target.existing.results
        gone = tuple(r for r in results if key_of(r) in keys)
        record = tuple(
            replace(r, when=when, confirmed=False) if key_of(r) in keys else r
            for r in results
            if key_of(r) not in keys or r.kind == "keyword"
        )
        return removal(target, Taken(results=gone, record=record), when) if gone else None

    return change


def put_back(wanted: Wanted, seen: Observed, target: Target, when: str) -> Change | None:
    """Return what gives a file the keywords again that were taken out of it."""
    keys = frozenset(filter(None, map(key_of, wanted.results)))
    existing = target.existing
    left = tuple(r for r in existing.results if key_of(r) not in keys)
    decisions = Decisions(
        rejected=seen.decisions.rejected - keys,
        confirmed=seen.decisions.confirmed | wanted.confirmed,
    )
    plan = plan_write(
        replace(existing, results=left),
        TagSet(keywords=tuple(_keywords(wanted))),
        WriteRules(root=wanted.root),
        when,
        decisions=decisions,
    )
    return addition(target, plan)


def _keywords(wanted: Wanted) -> Iterable[Sourced[Keyword]]:
    paths = {key_of(r): r.value.split("|")[:-1] for r in wanted.results if r.kind == "hierarchy"}
    for result in wanted.results:
        if result.kind == "keyword":
            broader = _without_root(paths.get(key_of(result), []), wanted.root)
            keyword = Keyword(
                text=result.value,
                confidence=result.confidence,
                broader=tuple(broader),
                borrowed=result.borrowed,
            )
            yield Sourced(value=keyword, sources=_sources(result))


def _without_root(path: Sequence[str], root: str) -> Sequence[str]:
    return path[1:] if root and path[:1] == [root] else path


def _sources(result: Result) -> tuple[Source, ...]:
    names, models = result.provider.split("+"), result.model.split("+")
    if len(models) != len(names):  # a model may have a plus in its name
        names, models = [result.provider], [result.model]
    return tuple(
        Source(provider=name, model=model, confidence=result.confidence)
        for name, model in zip(names, models, strict=True)
    )
