"""Several providers' answers become one tag set. Pure: values in, values out."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from tagbridge.merging import cleaning
from tagbridge.merging.keywords import merged_keywords
from tagbridge.merging.lines import colors_of_one, merged_text, warnings_of_each
from tagbridge.merging.persons import merged_persons
from tagbridge.merging.rules import KeywordRules, MergeRules
from tagbridge.merging.sources import side_by_side
from tagbridge.spelling import spelling_key
from tagbridge_hooks import Keyword, Recognition, Sourced, TagSet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["KeywordRules", "MergeRules", "merge", "resanitized"]

T = TypeVar("T")


def merge(answers: Iterable[Recognition], rules: MergeRules) -> TagSet:
    """Return what all providers together say, cleaned and above the thresholds.

    What several say is there once, with all of them as its sources; what cannot be joined stands
    side by side, in the order of the providers' names.
    """
    answers = sorted(answers, key=lambda a: a.provider)
    return TagSet(
        keywords=merged_keywords(answers, rules),
        persons=merged_persons(answers),
        text=merged_text(answers),
        colors=colors_of_one(answers),
        captions=side_by_side(answers, lambda a: a.captions, cleaning.clean_caption),
        sensitivities=warnings_of_each(answers),
        qualities=side_by_side(answers, lambda a: a.qualities, cleaning.clean_quality),
    )


def resanitized(tagset: TagSet, blocked: frozenset[str] = frozenset()) -> TagSet:
    """Return a tag set that went through other hands: cleaned, no keyword twice or blocked."""
    keywords: dict[str, Sourced[Keyword]] = {}
    for keyword in _again(tagset.keywords, partial(cleaning.clean_keyword, blocked=blocked)):
        keywords.setdefault(spelling_key(keyword.value.text), keyword)
    return TagSet(
        keywords=tuple(keywords.values()),
        persons=_again(tagset.persons, cleaning.clean_person),
        text=_again(tagset.text, cleaning.clean_text),
        colors=_again(tagset.colors, cleaning.clean_color),
        captions=_again(tagset.captions, cleaning.clean_caption),
        sensitivities=_again(tagset.sensitivities, cleaning.clean_sensitivity),
        qualities=_again(tagset.qualities, cleaning.clean_quality),
    )


def _again(items: Iterable[Sourced[T]], cleaned: Callable[[T], T | None]) -> tuple[Sourced[T], ...]:
    return tuple(
        replace(item, value=clean) for item in items if (clean := cleaned(item.value)) is not None
    )
