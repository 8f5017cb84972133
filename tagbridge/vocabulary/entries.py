"""What both kinds of vocabulary files say, before it is put in order."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from tagbridge.spelling import cleaned, spelling_key

if TYPE_CHECKING:
    from collections.abc import Iterable

Key: TypeAlias = "tuple[str, ...]"  # the `spelling_key` of each level of a path


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """Another word for a keyword.

    Attributes:
        text: The word.
        language: The language in which it means that, without a region (`de`); None for any.
    """

    text: str
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One keyword of a file.

    Attributes:
        path: Its ancestors from the most general to the nearest, and the keyword itself.
        category: True when it only gives the tree its structure, and is never written itself.
        names: What it is also called.
        altered: How the file spells it, where no program could read that back; else empty.
        language: In which it means that; None for any.
    """

    path: tuple[str, ...]
    category: bool = False
    names: tuple[Name, ...] = ()
    altered: str = ""
    language: str | None = None


class FaultError(Exception):
    """Report what is wrong in a file.

    Attributes:
        line: Where, from 1 on; None for the file as a whole.
    """

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


def writable(said: str, line: int | None) -> tuple[str, str]:
    """Return a keyword as it can be written, and how the file spells it where that differs.

    Raises:
        FaultError: Nothing of it can be written.
    """
    text = cleaned(said)
    if text == said:
        return text, ""
    if text is None:
        raise FaultError(
            f"{said[:40]!r} cannot be a keyword: use 1 to 128 letters, digits and signs", line
        )
    spaced = " ".join(unicodedata.normalize("NFC", said).split())
    return text, "" if text == spaced else spaced


@dataclass(slots=True)
class Place:
    """One keyword while it is put in order: it may be mentioned often.

    Attributes:
        path: Its ancestors and itself, as they were mentioned first.
        category: True where each mention of it says so; None while it is only an ancestor.
        names: What it is also called, by all mentions.
        language: In which it is called so; None for any.
    """

    path: tuple[str, ...]
    category: bool | None = None
    names: tuple[Name, ...] = ()
    language: str | None = None


def places_of(entries: Iterable[Entry]) -> dict[Key, Place]:
    """Return every keyword and ancestor once, ancestors first, in the order of the file."""
    keys: dict[str, str] = {}
    places: dict[Key, Place] = {}
    for entry in entries:
        key = tuple(keys.get(t) or keys.setdefault(t, spelling_key(t)) for t in entry.path)
        if key[:-1] not in places:
            for depth in range(1, len(key)):
                places.setdefault(key[:depth], Place(entry.path[:depth]))
        place = places.setdefault(key, Place(entry.path))
        place.category = entry.category and place.category is not False
        place.names += entry.names  # a few at most
        place.language = place.language or entry.language
    return places
