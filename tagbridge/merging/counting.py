"""Which keywords of one provider count, in the words of the vocabulary. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tagbridge.merging.cleaning import clean_keyword
from tagbridge.spelling import spelling_key
from tagbridge.vocabulary.mapping import Word, leaf_of, placed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tagbridge.merging.rules import MergeRules
    from tagbridge.vocabulary.vocabulary import Vocabulary
    from tagbridge_hooks import Keyword, Recognition


def counting_words(answer: Recognition, rules: MergeRules) -> list[Word]:
    """Return each keyword that counts, and each of its ancestors, once and at its surest."""
    own = rules.providers[answer.provider]
    blocked = rules.blocked | own.blocked
    sure = (
        keyword
        for keyword in answer.keywords
        if keyword.confidence is None or keyword.confidence >= own.min_confidence
    )
    words = [w for k in sure if (w := _word(k, blocked, rules.vocabulary)) is not None]
    words.sort(key=_rank)
    best = {_key(word) for word in _once(words)[: own.max_keywords]}
    return _once(step for word in words if _key(word) in best for step in _with_ancestors(word))


def _word(keyword: Keyword, blocked: frozenset[str], vocabulary: Vocabulary | None) -> Word | None:
    """Return a keyword as it counts: what is blocked is so before the vocabulary and after it."""
    if vocabulary is None:
        clean = clean_keyword(keyword, blocked)
        return None if clean is None else Word(keyword=clean)
    clean = clean_keyword(leaf_of(keyword, vocabulary), blocked)
    word = None if clean is None else placed(clean, vocabulary)
    allowed = None if word is None else clean_keyword(word.keyword, blocked)
    return None if word is None or allowed is None else replace(word, keyword=allowed)


def _with_ancestors(word: Word) -> Iterator[Word]:
    keyword = word.keyword
    for depth, level in enumerate(keyword.broader):
        if spelling_key(level) not in word.silent:
            above = replace(keyword, text=level, broader=keyword.broader[:depth], region=None)
            yield replace(word, keyword=above)
    yield word


def _once(words: Iterable[Word]) -> list[Word]:
    best: dict[str, Word] = {}
    for word in words:
        key = _key(word)
        best[key] = _better(best[key], word) if key in best else word
    return list(best.values())


def _better(old: Word, new: Word) -> Word:
    """Return the surer of two words for the same, with the longer path and a region of either."""
    surer = min(old, new, key=_rank)
    deeper = max(old, new, key=lambda word: len(word.keyword.broader))
    keyword = replace(
        surer.keyword,
        text=old.keyword.text,
        broader=deeper.keyword.broader,
        region=old.keyword.region or new.keyword.region,
    )
    return Word(keyword=keyword, silent=deeper.silent)


def _key(word: Word) -> str:
    return spelling_key(word.keyword.text)


def _rank(word: Word) -> tuple[bool, float]:
    """Sort what was seen before what was borrowed, and then the surest first."""
    return (word.keyword.borrowed, -(word.keyword.confidence or 0.0))
