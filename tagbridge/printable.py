"""Names and words of others in messages: they may hold anything, messages may not."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_JOINERS = "\u200c\u200d"  # Persian and Indic words need them


def printable(path: Path | str) -> str:
    r"""Return a path that is safe to print and can be read back.

    Bytes that are not UTF-8 become `\udcXX`, control characters their escapes, and a backslash is
    doubled, so that no two paths look the same.
    """
    text = os.fspath(path).replace("\\", "\\\\")
    return "".join(c if c.isprintable() else _escaped(c) for c in text)


def plain(text: str) -> str:
    """Return somebody else's words in one line that does nothing to a terminal or a log."""
    return "".join(c if c.isprintable() or c in _JOINERS else _escaped(c) for c in text)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
