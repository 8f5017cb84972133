"""One keyword in the forms that it has in each list."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from tagbridge.metadata import iim
from tagbridge.spelling import spelling_key

if TYPE_CHECKING:
    from collections.abc import Iterable

SEPARATORS = {"lr": "|", "digikam": "/", "microsoft": "/"}


def composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def leaf(entry: str) -> str:
    """Return the `spelling_key` of the last level of a path, or of a flat keyword."""
    return spelling_key(entry.replace("/", "|").rpartition("|")[2])


def forms(words: Iterable[str]) -> set[str]:
    return {form for word in words for form in iim.short_forms(word)}


def path_of(word: str, name: str) -> str:
    if name == "iim":
        return iim.cut(word).decode()
    separator = SEPARATORS.get(name)
    return word if separator is None else separator.join(("Places", word))
