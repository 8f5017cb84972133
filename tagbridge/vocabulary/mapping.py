"""Put what a provider says into the words of the vocabulary. Pure: values in, values out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tagbridge.spelling import cleaned, spelling_key

if TYPE_CHECKING:
    from tagbridge.vocabulary.vocabulary import Term, Vocabulary
    from tagbridge_hooks import Keyword


_LEVELS = 32  # no tree of words is deeper; a hostile path may be


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A keyword that counts.

    Attributes:
        keyword: As it will be written.
        silent: `spelling_key` of those of its ancestors that are categories.
    """

    keyword: Keyword
    silent: frozenset[str] = frozenset()


def leaf_of(keyword: Keyword, vocabulary: Vocabulary) -> Keyword:
    """Return the last level of a keyword that a provider gave as a path, `Animal|Mammal|Dog`.

    A path of which nothing is known stays as it is.
    """
    path = keyword.text.split("|", _LEVELS) if "|" in keyword.text else ()
    levels = tuple(level for part in path if (level := cleaned(part)) is not None)
    if not any(map(vocabulary.knows, levels)):
        return keyword
    return replace(keyword, text=levels[-1], broader=(*keyword.broader, *levels[:-1]))


def placed(keyword: Keyword, vocabulary: Vocabulary) -> Word | None:
    """Return a clean keyword as the vocabulary wants it, or None when it is not to be written.

    A word that means a keyword of the vocabulary becomes that one, with its place. One that is not
    known keeps its text, below the nearest of its ancestors that is known; where only known words
    count, it becomes that ancestor.
    """
    term = vocabulary.find(keyword.text, keyword.language, keyword.broader)
    if term is not None:
        return None if term.category else _as(term, keyword)
    for depth in reversed(range(len(keyword.broader))):
        level, broader = keyword.broader[depth], keyword.broader[:depth]
        term = vocabulary.find(level, keyword.language, broader)
        if term is None or (term.category and vocabulary.only):
            continue
        return _as(term, keyword) if vocabulary.only else _below(term, keyword, depth)
    return None if vocabulary.only else Word(keyword=keyword)


def _as(term: Term, keyword: Keyword) -> Word:
    same = spelling_key(term.text) == spelling_key(keyword.text)
    language = keyword.language if same else term.language
    said = replace(keyword, text=term.text, broader=term.broader, language=language)
    return Word(keyword=said, silent=term.silent)


def _below(term: Term, keyword: Keyword, depth: int) -> Word:
    broader = (*term.broader, term.text, *keyword.broader[depth + 1 :])
    silent = term.silent | {spelling_key(term.text)} if term.category else term.silent
    return Word(keyword=replace(keyword, broader=broader), silent=silent)
