"""Keyword text: what two spellings have in common, and what a provider's word may contain.

A keyword from a provider is hostile input. It ends in files that dozens of programs parse, so only
characters that all of them survive are let through.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

MAX_CHARACTERS = 128
MAX_SENTENCE_CHARACTERS = 2000

_JOINERS = (
    "\u200c\u200d"  # they change the spelling of Persian and Indic words, and of nothing else
)
_REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})
# Lightroom splits what is typed at , and ; and hierarchies at | (digiKam at /).
_SEPARATORS = re.compile(r"[\s|/,;\\]+")
# Words of letters with single spaces between them, which most keywords are, need no cleaning.
_PLAIN = re.compile(r"[A-Za-z\u00c0-\u00d6\u00d8-\u00f6]+(?: [A-Za-z\u00c0-\u00d6\u00d8-\u00f6]+)*")


def spelling_key(text: str) -> str:
    """Return what is equal for two spellings of one keyword: case and composition do not count."""
    if text.isascii():  # most are, and nothing of ASCII is composed
        return text.strip().casefold()
    folded = unicodedata.normalize("NFC", text).strip().casefold()
    return unicodedata.normalize("NFC", folded)


def cleaned(text: str) -> str | None:
    """Return a provider's keyword in a form that every program survives, or None.

    The result is in Unicode normal form C, has 1 to 128 characters, single spaces, and neither
    control nor format characters, separators of any program, nor unassigned code points. A longer
    text is not a keyword and is refused, not cut.
    """
    if len(text) > 8 * MAX_CHARACTERS:
        return None
    if len(text) <= MAX_CHARACTERS and _PLAIN.fullmatch(text):
        return text
    spaced = _SEPARATORS.sub(" ", unicodedata.normalize("NFC", text))
    kept = "".join(c for i, c in enumerate(spaced) if _is_allowed(spaced, i))
    result = unicodedata.normalize("NFC", " ".join(kept.split()))
    return result if 0 < len(result) <= MAX_CHARACTERS else None


def cleaned_sentence(text: str) -> str | None:
    """Return what a provider says in whole sentences in one line that every program survives.

    Punctuation stays; what is longer than 2000 characters is cut. None if nothing is left.
    """
    words = " ".join(unicodedata.normalize("NFC", text[: 8 * MAX_SENTENCE_CHARACTERS]).split())
    kept = "".join(c for i, c in enumerate(words) if _is_allowed(words, i))
    result = unicodedata.normalize("NFC", " ".join(kept.split()))
    return result[:MAX_SENTENCE_CHARACTERS].rstrip(" " + _JOINERS) or None


def cleaned_lines(text: str) -> str | None:
    r"""Return what `cleaned_sentence` makes of each line, joined by `\n`, without empty lines."""
    lines = text[: 8 * MAX_SENTENCE_CHARACTERS].splitlines()
    kept = "\n".join(line for said in lines if (line := cleaned_sentence(said)) is not None)
    return kept[:MAX_SENTENCE_CHARACTERS].rstrip(" \n" + _JOINERS) or None


@lru_cache(maxsize=256)  # few names, said with every keyword
def name_of(text: str) -> str:
    """Return what a service calls itself or its model, without what a file could not hold.

    It may be empty, and is cut to 128 characters.
    """
    return sentence(text[: 8 * MAX_CHARACTERS])[:MAX_CHARACTERS]


def sentence(text: str) -> str:
    """Return a text on one line, without what a file could not hold; it may be empty."""
    spaced = " ".join(unicodedata.normalize("NFC", text).split())
    kept = "".join(c for i, c in enumerate(spaced) if _is_allowed(spaced, i))
    return unicodedata.normalize("NFC", " ".join(kept.split()))


def _is_allowed(text: str, at: int) -> bool:
    character = text[at]
    if character in _JOINERS:
        return _is_letter(text[at - 1 : at]) and _is_letter(text[at + 1 : at + 2])
    return unicodedata.category(character) not in _REFUSED_CATEGORIES


def _is_letter(character: str) -> bool:
    return bool(character) and unicodedata.category(character)[0] in "LM"
