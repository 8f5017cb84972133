"""Put a vocabulary into one of the languages that its file knows. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tagbridge.spelling import spelling_key
from tagbridge.vocabulary.entries import Entry, Name, places_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tagbridge.vocabulary.entries import Key


def translated(entries: Sequence[Entry], language: str) -> list[Entry]:
    """Return entries whose keywords are the first translation into a language, where there is one.

    What a keyword was called before is one of its other names then. One that has no translation
    stays as it is, and so does the tree.

    Args:
        entries: As the file says them.
        language: Without a region (`de`).
    """
    words = _words(entries, language)
    return [_translated(entry, words, language) for entry in entries]


def translations(before: Iterable[Entry], after: Iterable[Entry]) -> dict[str, str]:
    """Return which words mean a keyword in another language, and that keyword, as `spelling_key`.

    A word that means several, or is a keyword itself, is left out.

    Args:
        before: The entries as the file says them.
        after: The same in the chosen language.
    """
    found: dict[str, str] = {}
    pairs = list(zip(before, after, strict=True))
    doubtful = {spelling_key(new.path[-1]) for _, new in pairs}
    for old, new in pairs:
        keyword = spelling_key(new.path[-1])
        foreign = (name.text for name in old.names if name.language)
        for key in map(spelling_key, (old.path[-1], *foreign)):
            if found.setdefault(key, keyword) != keyword:
                doubtful.add(key)
    return {key: keyword for key, keyword in found.items() if key not in doubtful}


def _words(entries: Iterable[Entry], language: str) -> dict[Key, str]:
    found: dict[Key, str] = {}
    for key, place in places_of(entries).items():
        texts = (name.text for name in place.names if name.language == language)
        if word := next(texts, ""):
            found[key] = word
    return found


def _translated(entry: Entry, words: Mapping[Key, str], language: str) -> Entry:
    key = tuple(map(spelling_key, entry.path))
    levels = enumerate(entry.path, start=1)
    path = tuple(words.get(key[:depth], level) for depth, level in levels)
    word = words.get(key)
    if word is None:
        return replace(entry, path=path)
    others = (name for name in entry.names if name.text != word)
    return replace(entry, path=path, language=language, names=(Name(text=entry.path[-1]), *others))
