"""The words that the user wants to be used, and what each of them is also called. Pure."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tagbridge.spelling import spelling_key
from tagbridge.vocabulary.entries import places_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tagbridge.vocabulary.entries import Entry, Key, Name, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A keyword of the vocabulary in its place.

    Attributes:
        text: In the spelling of the vocabulary.
        broader: Its ancestors from the most general to the nearest.
        silent: `spelling_key` of those ancestors that are categories: levels of the path, but
            never keywords.
        category: True when it is one itself.
        language: In which it is a word for that; None for any.
    """

    text: str
    broader: tuple[str, ...] = ()
    silent: frozenset[str] = frozenset()
    category: bool = False
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What is known of words; every key is a `spelling_key`.

    Attributes:
        terms: The keywords in the order of the file, without categories.
        words: The places of each keyword.
        names: What else means which keyword, each with its language or None for any.
        categories: What means a category.
        only: True when a word that is not known here is dropped.
        blocked: Words that are never written.
        translated: Words of other languages, and the keyword that each of them means.
    """

    terms: tuple[str, ...] = ()
    words: Mapping[str, Sequence[Term]] = field(default_factory=dict, repr=False)
    names: Mapping[str, Sequence[tuple[str | None, Term]]] = field(default_factory=dict, repr=False)
    categories: Mapping[str, Sequence[Term]] = field(default_factory=dict, repr=False)
    only: bool = False
    blocked: frozenset[str] = frozenset()
    translated: Mapping[str, str] = field(default_factory=dict, repr=False)

    def in_all_words(self, keys: frozenset[str]) -> frozenset[str]:
        """Return words together with the keywords that they mean in another language."""
        return keys | {self.translated[key] for key in keys & self.translated.keys()}

    def knows(self, text: str) -> bool:
        """Return whether a word means anything here."""
        key = spelling_key(text)
        return key in self.words or key in self.names or key in self.categories

    def find(
        self, text: str, language: str | None = None, broader: Sequence[str] = ()
    ) -> Term | None:
        """Return what a word means, or None when it means nothing, or one of several things.

        A keyword means itself, even if it is another one's synonym as well. Of several places of
        one keyword that counts which shares most ancestors with what the provider said; when in
        doubt, it stands below what they have in common.

        Args:
            text: The word.
            language: BCP 47 tag of it; None when unknown.
            broader: Its ancestors as the provider named them.
        """
        key = spelling_key(text)
        own = self.words.get(key, ())
        spoken = tuple(term for term in own if _may_be(term.language, language))
        if spoken:
            return self._meant(spoken, broader)
        named = dict.fromkeys(
            term for other, term in self.names.get(key, ()) if _may_be(other, language)
        )
        return self._meant(tuple(named) or own or self.categories.get(key, ()), broader)

    def _meant(self, terms: Sequence[Term], broader: Sequence[str]) -> Term | None:
        if len(terms) < 2:  # noqa: PLR2004 - two are a choice
            return terms[0] if terms else None
        said = {key for level in broader for key in self._keys(level)}
        shared = [len(said.intersection(map(spelling_key, t.broader))) for t in terms]
        most = max(shared)
        if most and shared.count(most) == 1:
            return terms[shared.index(most)]
        return _in_common(terms) if len({spelling_key(t.text) for t in terms}) == 1 else None

    def _keys(self, level: str) -> Iterable[str]:
        key = spelling_key(level)
        return (key, *(spelling_key(term.text) for _, term in self.names.get(key, ())))


def _in_common(terms: Sequence[Term]) -> Term:
    levels = zip(*(term.broader for term in terms), strict=False)
    same = itertools.takewhile(lambda level: len(set(map(spelling_key, level))) == 1, levels)
    return replace(terms[0], broader=tuple(level[0] for level in same))


def _may_be(spoken: str | None, language: str | None) -> bool:
    if spoken is None or language is None:
        return True
    return spoken == language.partition("-")[0].lower()


def vocabulary_of(
    entries: Iterable[Entry], *, only: bool = False, blocked: Iterable[str] = ()
) -> Vocabulary:
    """Return the vocabulary of what a file says.

    A keyword that is there twice in one place is one, with all its names. It is a category where
    each mention of it says so; what is only mentioned as an ancestor is a keyword.
    """
    words: dict[str, list[Term]] = {}
    names: dict[str, list[tuple[str | None, Term]]] = {}
    categories: dict[str, list[Term]] = {}
    for key, term, others in _terms(places_of(entries)):
        (categories if term.category else words).setdefault(key, []).append(term)
        for name in others:
            other = spelling_key(name.text)
            if not term.category:
                names.setdefault(other, []).append((name.language, term))
            elif term not in categories.setdefault(other, []):
                categories[other].append(term)
    return Vocabulary(
        terms=tuple(found[0].text for found in words.values()),
        words=words,
        names=names,
        categories=categories,
        only=only,
        blocked=frozenset(map(spelling_key, blocked)),
    )


def _terms(places: Mapping[Key, Place]) -> Iterator[tuple[str, Term, Iterable[Name]]]:
    """Yield each keyword by its own key, with its other names; ancestors come first."""
    below: dict[Key, frozenset[str]] = {(): frozenset()}  # the categories above what is below it
    for key, place in places.items():
        silent = below[key[:-1]]
        below[key] = silent | {key[-1]} if place.category else silent
        term = Term(
            text=place.path[-1],
            broader=place.path[:-1],
            silent=silent,
            category=bool(place.category),
            language=place.language,
        )
        yield key[-1], term, dict.fromkeys(place.names)
