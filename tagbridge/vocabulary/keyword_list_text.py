"""Write a keyword list as Lightroom imports it; `keyword_list` describes the form and reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge.spelling import sentence, spelling_key
from tagbridge.vocabulary.entries import places_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tagbridge.vocabulary.entries import Entry, Key, Place

_MARKS = ("[", "{")
_ROUND = str.maketrans("[]{}", "()()")


def keyword_list_text(entries: Iterable[Entry]) -> str:
    """Return the text of a list: each keyword once below its ancestors, in the order given.

    Every other name becomes a synonym, because a list knows no languages. A keyword that begins
    with a bracket or brace gets round ones, or it would be read as a category or synonym.

    Args:
        entries: The keywords; ancestors need no entry of their own.
    """
    return "".join(f"{line}\n" for place in _in_order(entries) for line in _lines(place))


def _in_order(entries: Iterable[Entry]) -> Iterator[Place]:
    """Yield each keyword, and then what is below it."""
    places = places_of(entries)
    below: dict[Key, list[Key]] = {}
    for key in places:
        below.setdefault(key[:-1], []).append(key)
    waiting = below.get((), [])[::-1]
    while waiting:
        key = waiting.pop()
        yield places[key]
        waiting += reversed(below.get(key, []))


def _lines(place: Place) -> Iterator[str]:
    tabs, text = "\t" * (len(place.path) - 1), sentence(place.path[-1])
    if text.startswith(_MARKS):
        text = text.translate(_ROUND)
    yield f"{tabs}[{text}]" if place.category else f"{tabs}{text}"
    names = {spelling_key(text): text for name in place.names if (text := sentence(name.text))}
    for name in names.values():
        yield f"{tabs}\t{{{name}}}"
