"""The keywords of several providers become one list. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tagbridge.merging.counting import counting_words
from tagbridge.merging.sources import combined, source_of
from tagbridge.spelling import spelling_key
from tagbridge_hooks import Keyword, Source, Sourced

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagbridge.merging.rules import MergeRules
    from tagbridge.vocabulary.mapping import Word
    from tagbridge_hooks import Recognition


def merged_keywords(
    answers: Iterable[Recognition], rules: MergeRules
) -> tuple[Sourced[Keyword], ...]:
    """Return each keyword once, the best first, with everybody who said it.

    Several who saw it are surer than one. What was borrowed from similar pictures adds nothing to
    what was seen, and several who borrowed it are as sure as the surest: they may have looked at
    the same pictures. Ancestors are at least as sure as what they hold.

    Args:
        answers: Ordered by provider.
        rules: Which of them count.
    """
    found: dict[str, Sourced[Keyword]] = {}
    silent: dict[str, frozenset[str]] = {}
    for answer in answers:
        for word in counting_words(answer, rules):
            key = spelling_key(word.keyword.text)
            source = source_of(answer, word.keyword.confidence)
            if not (key in found and found[key].value.broader):
                silent[key] = word.silent
            found[key] = _joined(found.get(key), word, source)
    _lift_ancestors(found, silent)
    return tuple(sorted(found.values(), key=_rank)[: rules.max_count])


def _joined(old: Sourced[Keyword] | None, word: Word, source: Source) -> Sourced[Keyword]:
    new = word.keyword
    if old is None:
        return Sourced(value=new, sources=(source,))
    value = replace(
        old.value,
        confidence=_confidence(old.value, new),
        broader=old.value.broader or new.broader,
        region=old.value.region or new.region,
        borrowed=old.value.borrowed and new.borrowed,
    )
    return Sourced(value=value, sources=(*old.sources, source))


def _confidence(old: Keyword, new: Keyword) -> float | None:
    if old.borrowed and new.borrowed:
        given = [c for c in (old.confidence, new.confidence) if c is not None]
        return max(given, default=None)
    if old.borrowed or new.borrowed:
        return new.confidence if old.borrowed else old.confidence
    return combined(old.confidence, new.confidence)


def _lift_ancestors(found: dict[str, Sourced[Keyword]], silent: dict[str, frozenset[str]]) -> None:
    """Make every ancestor at least as sure as its descendants, the surest of them first.

    Two witnesses of a dog make the dog surer than the animal that only one of them mentioned, and
    who saw a dog saw an animal. A dog that was borrowed says nothing of an animal that was seen.
    """
    waiting = sorted(found, key=lambda key: _rank(found[key])[:2], reverse=True)
    while waiting:
        at = waiting.pop()
        keyword = found[at].value
        for key in sorted(set(map(spelling_key, keyword.broader)) - silent[at]):
            if (lifted := _lifted(found[key].value, keyword)) is not None:
                found[key] = replace(found[key], value=lifted)
                waiting.append(key)


def _lifted(above: Keyword, keyword: Keyword) -> Keyword | None:
    """Return an ancestor as sure as what it holds, or None when it stays as it is."""
    if keyword.borrowed and not above.borrowed:
        return None
    unsure = (above.confidence or 0.0) < (keyword.confidence or 0.0)
    if above.borrowed == keyword.borrowed and not unsure:
        return None
    return replace(above, confidence=keyword.confidence, borrowed=keyword.borrowed)


def _rank(keyword: Sourced[Keyword]) -> tuple[bool, float, int]:
    """Sort what was seen before what was borrowed, then by confidence.

    At the same confidence ancestors come first, so that a cut keeps them.
    """
    value = keyword.value
    return (value.borrowed, -(value.confidence or 0.0), len(value.broader))
