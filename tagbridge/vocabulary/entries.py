"""What both kinds of vocabulary files say, before it is put in order."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from tagbridge.spelling import cleaned


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
    """

    path: tuple[str, ...]
    category: bool = False
    names: tuple[Name, ...] = ()
    altered: str = ""


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
