"""Decide what is added to the hierarchical keyword lists. Pure: values in, values out.

digiKam and Immich read only the first list that a photo has, so each that exists becomes complete.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tagbridge.metadata.before import list_name
from tagbridge.metadata.properties import HIERARCHICAL_SUBJECT
from tagbridge.spelling import spelling_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tagbridge.metadata.existing import Existing
    from tagbridge.metadata.properties import KeywordList
    from tagbridge_hooks import Keyword, Sourced


def plan_hierarchies(
    existing: Existing,
    wanted: list[Sourced[Keyword]],
    rejected: set[str],
    spelling: Mapping[str, str],
    root: str,
) -> tuple[dict[KeywordList, tuple[str, ...]], dict[str, Sourced[Keyword]]]:
    """Return the additions to each hierarchical list, and our new paths with their keywords.

    Args:
        existing: What the file says.
        wanted: Our keywords.
        rejected: `spelling_key` of those that the user has removed.
        spelling: The user's spelling by `spelling_key`.
        root: Top level of our paths; empty for none.
    """
    lists = dict(existing.hierarchies)
    if root:
        lists.setdefault(HIERARCHICAL_SUBJECT, ())
    removed = {p[:depth] for p in _rejected_paths(existing) for depth in range(1, len(p) + 1)}
    kept = [_without(rejected, k) for k in wanted if spelling_key(k.value.text) not in rejected]
    additions: dict[KeywordList, tuple[str, ...]] = {}
    ours: dict[str, Sourced[Keyword]] = {}
    for target, entries in lists.items():
        present = [_levels(entry, target.separator) for entry in entries]
        paths = _new_paths(kept, present, spelling, root)
        paths = {p: k for p, k in paths.items() if _path_key(p) not in removed}
        if paths:
            own = _own_user_keywords(existing, target, [*present, *paths])
            additions[target] = (*own, *(target.separator.join(p) for p in paths))
            ours.update({"|".join(p): k for p, k in paths.items()})
    return additions, ours


def _without(rejected: set[str], keyword: Sourced[Keyword]) -> Sourced[Keyword]:
    """Return a keyword without the ancestors that the user has removed."""
    broader = tuple(b for b in keyword.value.broader if spelling_key(b) not in rejected)
    return replace(keyword, value=replace(keyword.value, broader=broader))


def _levels(entry: str, separator: str) -> tuple[str, ...]:
    return tuple(entry.split(separator))


def _path_key(path: Iterable[str]) -> tuple[str, ...]:
    return tuple(spelling_key(level) for level in path)


def _rejected_paths(existing: Existing) -> set[tuple[str, ...]]:
    present = {
        _path_key(_levels(entry, target.separator))
        for target, entries in existing.hierarchies.items()
        for entry in entries
    }
    ours = (_path_key(r.value.split("|")) for r in existing.results if r.kind == "hierarchy")
    return {path for path in ours if path not in present}


def lost_leaves(existing: Existing) -> set[str]:
    """Return the keywords whose path of ours is gone, from any list that had it.

    It is gone where it stands in no list at all, in no other path either, and where a list lacks it
    of which our note says that it had all of them. Where all lists are gone, or one has nothing in
    it, a program has dropped what it does not know; that decides nothing about a keyword.
    """
    if not any(existing.hierarchies.values()):
        return set()
    paths = {_path_key(r.value.split("|")) for r in existing.results if r.kind == "hierarchy"}
    leaves = {path[-1] for path in paths}
    lacking: set[str] = set()
    for target, entries in existing.hierarchies.items():
        if entries and list_name(target) in existing.complete:
            words = (level for entry in entries for level in _levels(entry, target.separator))
            lacking |= leaves - set(map(spelling_key, words))
    levels = {
        spelling_key(level)
        for target, entries in existing.hierarchies.items()
        for entry in entries
        for level in _levels(entry, target.separator)
    }
    return lacking | ({path[-1] for path in _rejected_paths(existing)} - levels)


def _new_paths(
    wanted: list[Sourced[Keyword]],
    present: list[tuple[str, ...]],
    spelling: Mapping[str, str],
    root: str,
) -> dict[tuple[str, ...], Sourced[Keyword]]:
    """Return the deepest paths of our keywords, but for keywords that the list has anywhere."""
    known = {spelling_key(level) for path in present for level in path}
    top = (root,) if root else ()
    paths = {
        (*top, *(spelling.get(spelling_key(t), t) for t in (*k.value.broader, k.value.text))): k
        for k in wanted
        if spelling_key(k.value.text) not in known
    }
    inner = {_path_key(path[:depth]) for path in paths for depth in range(1, len(path))}
    return {path: k for path, k in paths.items() if _path_key(path) not in inner}


def _own_user_keywords(
    existing: Existing, target: KeywordList, paths: list[tuple[str, ...]]
) -> tuple[str, ...]:
    """Return the user's flat keywords that the list would hide from its readers."""
    known = {spelling_key(level) for path in paths for level in path}
    ours = {spelling_key(r.value) for r in existing.results if r.kind == "keyword"}
    new = {
        spelling_key(k): k
        for k in existing.keywords
        if k.strip() and target.separator not in k and spelling_key(k) not in known | ours
    }
    return tuple(new.values())
