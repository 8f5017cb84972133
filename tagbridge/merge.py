"""Several providers' answers become one tag set. Pure: values in, values out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from tagbridge.spelling import cleaned, spelling_key
from tagbridge_hooks import Keyword, Recognition, Source, Sourced, TagSet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeywordRules:
    """Which of a provider's keywords count.

    Attributes:
        min_confidence: From 0 to 1; a keyword without a confidence always counts.
        max_keywords: Most of them, the best; None for all.
    """

    min_confidence: float
    max_keywords: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeRules:
    """What the user decided about all keywords together.

    Attributes:
        providers: By provider name.
        max_count: Most keywords in the end, the best.
        blocked: `spelling_key` of words that are never written.
    """

    providers: Mapping[str, KeywordRules]
    max_count: int
    blocked: frozenset[str]


def merge(answers: Iterable[Recognition], rules: MergeRules) -> TagSet:
    """Return what all providers together say, cleaned and above the thresholds.

    The same keyword from several providers is one, with a confidence as of independent witnesses:
    `1 - (1 - a) * (1 - b)`. Ancestors of a keyword are keywords too, at least as sure as it.
    """
    answers = sorted(answers, key=lambda a: a.provider)
    found: dict[str, Sourced[Keyword]] = {}
    for answer in answers:
        for keyword in _with_ancestors(_counting(answer, rules)):
            key = spelling_key(keyword.text)
            found[key] = _joined(found.get(key), keyword, _source(answer, keyword.confidence))
    _lift_ancestors(found)
    ranked = sorted(found.values(), key=_rank)
    return TagSet(
        keywords=tuple(ranked[: rules.max_count]),
        persons=_sourced(answers, lambda a: a.persons),
        text=_sourced(answers, lambda a: a.text),
        colors=_sourced(answers, lambda a: a.colors),
        captions=_sourced(answers, lambda a: a.captions),
        sensitivities=_sourced(answers, lambda a: a.sensitivities),
        qualities=_sourced(answers, lambda a: a.qualities),
    )


def _counting(answer: Recognition, rules: MergeRules) -> Iterator[Keyword]:
    """Yield the keywords of an answer that count, cleaned, the best first."""
    own = rules.providers[answer.provider]
    clean = (c for k in answer.keywords if (c := _cleaned(k, rules.blocked)) is not None)
    sure = [k for k in clean if k.confidence is None or k.confidence >= own.min_confidence]
    yield from sorted(sure, key=lambda k: -(k.confidence or 0.0))[: own.max_keywords]


def _cleaned(keyword: Keyword, blocked: frozenset[str]) -> Keyword | None:
    text = cleaned(keyword.text)
    if text is None or spelling_key(text) in blocked:
        return None
    broader = (level for b in keyword.broader if (level := cleaned(b)) is not None)
    kept = tuple(level for level in broader if spelling_key(level) not in blocked)
    return replace(keyword, text=text, broader=kept)


def _with_ancestors(keywords: Iterable[Keyword]) -> list[Keyword]:
    """Return each keyword and each ancestor once, at its highest confidence."""
    best: dict[str, Keyword] = {}
    for keyword in keywords:
        for depth, level in enumerate(keyword.broader):
            ancestor = replace(keyword, text=level, broader=keyword.broader[:depth], region=None)
            _keep_best(best, ancestor)
        _keep_best(best, keyword)
    return list(best.values())


def _keep_best(best: dict[str, Keyword], new: Keyword) -> None:
    key = spelling_key(new.text)
    old = best.get(key)
    if old is None:
        best[key] = new
        return
    surer = max(old, new, key=lambda k: k.confidence or 0.0)
    deeper = max(old, new, key=lambda k: len(k.broader))
    best[key] = replace(
        surer, text=old.text, broader=deeper.broader, region=old.region or new.region
    )


def _lift_ancestors(found: dict[str, Sourced[Keyword]]) -> None:
    """Make every ancestor at least as sure as its descendants, the surest of them first.

    Two witnesses of a dog make the dog surer than the animal that only one of them mentioned.
    """
    waiting = sorted(found, key=lambda key: found[key].value.confidence or 0.0)
    while waiting:
        keyword = found[waiting.pop()].value
        for key in map(spelling_key, keyword.broader):
            above = found[key]
            if (above.value.confidence or 0.0) < (keyword.confidence or 0.0):
                value = replace(above.value, confidence=keyword.confidence)
                found[key] = replace(above, value=value)
                waiting.append(key)


def _joined(old: Sourced[Keyword] | None, new: Keyword, source: Source) -> Sourced[Keyword]:
    if old is None:
        return Sourced(value=new, sources=(source,))
    value = replace(
        old.value,
        confidence=_combined(old.value.confidence, new.confidence),
        broader=old.value.broader or new.broader,
        region=old.value.region or new.region,
    )
    return Sourced(value=value, sources=(*old.sources, source))


def _combined(first: float | None, second: float | None) -> float | None:
    if first is None or second is None:
        return first if second is None else second
    return 1.0 - (1.0 - first) * (1.0 - second)


def _rank(keyword: Sourced[Keyword]) -> tuple[float, int]:
    """Sort by confidence; at the same confidence ancestors come first, so a cut keeps them."""
    return (-(keyword.value.confidence or 0.0), len(keyword.value.broader))


def _source(answer: Recognition, confidence: float | None) -> Source:
    return Source(provider=answer.provider, model=answer.model, confidence=confidence)


def _sourced(
    answers: Iterable[Recognition], values: Callable[[Recognition], Iterable[T]]
) -> tuple[Sourced[T], ...]:
    return tuple(
        Sourced(value=v, sources=(_source(a, getattr(v, "confidence", None)),))
        for a in answers
        for v in values(a)
    )


def resanitized(tagset: TagSet, blocked: frozenset[str] = frozenset()) -> TagSet:
    """Return a tag set that went through other hands: cleaned, no keyword twice or blocked."""
    keywords: dict[str, Sourced[Keyword]] = {}
    for sourced in tagset.keywords:
        clean = _cleaned(sourced.value, blocked)
        if clean is not None:
            keywords.setdefault(spelling_key(clean.text), replace(sourced, value=clean))
    return replace(tagset, keywords=tuple(keywords.values()))
