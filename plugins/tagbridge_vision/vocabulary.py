"""The words that the user wants to be used: offered to the model, and kept to afterwards."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tagbridge_hooks import Keyword
    from tagbridge_vision.settings import VisionSettings

# About 3000 tokens: a model at home often has 4096 for everything, the picture included.
_MOST_CHARACTERS = 8000


def offered(vocabulary: Sequence[str], settings: VisionSettings) -> str:
    """Return what to say of the vocabulary; nothing when it is too long.

    A part of it would be worse than none: the model would take the words that come first.
    """
    words = ", ".join(" ".join(word.split()) for word in vocabulary)
    if not words or len(vocabulary) > settings.vocabulary_words or len(words) > _MOST_CHARACTERS:
        return ""
    if settings.only_vocabulary:
        return f"Take keywords from this list only, spelt as they are there: {words}"
    return f"Where one of these words fits, use it, spelt as it is here: {words}"


def kept(keywords: Iterable[Keyword], spellings: Mapping[str, str]) -> tuple[Keyword, ...]:
    """Return the keywords that are in the vocabulary, spelt as they are there."""
    return tuple(
        replace(keyword, text=spellings[key])
        for keyword in keywords
        if (key := spelling_key(keyword.text)) in spellings
    )


def spelling_key(text: str) -> str:
    """Return what is equal for two spellings of one word."""
    return unicodedata.normalize("NFC", " ".join(text.split())).casefold()
