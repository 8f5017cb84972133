"""Read a keyword list as Lightroom exports it.

One keyword a line; each tab in front puts it one level below. `{synonym}` lines stand one level
below their keyword, and `[category]` is a level that is not a keyword itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tagbridge.vocabulary.entries import Entry, FaultError, Name, writable

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(slots=True, kw_only=True)
class _Open:
    """A keyword that may still get synonyms and levels below it."""

    path: tuple[str, ...]
    category: bool
    altered: str
    names: list[Name] = field(default_factory=list)


def read_keyword_list(text: str) -> list[Entry]:
    """Return the keywords of a list in their order.

    Raises:
        FaultError: A line cannot be understood.
    """
    found: list[_Open] = []
    above: list[_Open] = []  # the keyword at each level that the next line may stand below
    for line, depth, word in _lines(text):
        if word.startswith("{"):
            _named(above, depth, line).append(Name(text=_inside(word, "}", line)))
            continue
        if depth > len(above):
            raise FaultError(
                f"{depth} tabs are in front of {word[:40]!r}, and after the line above there "
                f"can be {len(above)} at most",
                line,
            )
        opened = _opened(above[:depth], word, line)
        above[depth:] = [opened]
        found.append(opened)
    return [
        Entry(path=o.path, category=o.category, names=tuple(o.names), altered=o.altered)
        for o in found
    ]


def _lines(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the number, the tabs in front, and the rest of each line that is not empty."""
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    for number, line in enumerate(unix.split("\n"), 1):
        if not line.strip():
            continue
        word = line.lstrip("\t")
        if word[0].isspace():
            raise FaultError("spaces are in front of the keyword; indent with tabs", number)
        yield number, len(line) - len(word), word.rstrip()


def _opened(above: list[_Open], word: str, line: int) -> _Open:
    if word.startswith("[["):
        raise FaultError("this looks like TOML rules; let the file name end in .toml", line)
    category = word.startswith("[")
    text, altered = writable(_inside(word, "]", line) if category else word, line)
    path = (*(above[-1].path if above else ()), text)
    return _Open(path=path, category=category, altered=altered)


def _named(above: list[_Open], depth: int, line: int) -> list[Name]:
    """Return the synonyms of the keyword that a synonym at this depth belongs to."""
    if not 1 <= depth <= len(above):
        raise FaultError(
            "the synonym is below no keyword; give it one tab more than its keyword", line
        )
    return above[depth - 1].names


def _inside(word: str, closing: str, line: int) -> str:
    inner = word[1:-1].strip()
    if not word.endswith(closing):
        raise FaultError(f"{word[:40]!r} does not end with {closing}", line)
    if not inner:
        raise FaultError(f"nothing is between {word[0]} and {closing}; remove the line", line)
    return inner
