"""File names in messages: names may hold anything, messages may not."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def printable(path: Path | str) -> str:
    r"""Return a path that is safe to print and can be read back.

    Bytes that are not UTF-8 become `\udcXX`, control characters their escapes, and a backslash is
    doubled, so that no two paths look the same.
    """
    text = os.fspath(path).replace("\\", "\\\\")
    return "".join(c if c.isprintable() else _escaped(c) for c in text)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
