"""Read a keyword list as Lightroom exports it.

One keyword a line; each tab in front puts it one level below. `{synonym}` lines stand one level
below their keyword, and `[category]` is a level that is not a keyword itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge.vocabulary.entries import Entry, FaultError, Name, writable

if TYPE_CHECKING:
    from collections.abc import Iterator


def read_keyword_list(text: str) -> list[Entry]:
    """Return the keywords of a list in their order; each synonym mentions its keyword once more.

    Raises:
        FaultError: A line cannot be understood.
    """
    entries: list[Entry] = []
    above: list[Entry] = []  # the keyword at each level that the next line may stand below
    for line, depth, word in _lines(text):
        if word.startswith("{"):
            known, name = _named(above, depth, line), Name(text=_inside(word, "}", line))
            entries.append(Entry(path=known.path, category=known.category, names=(name,)))
            continue
        if depth > len(above):
            raise FaultError(
                f"{depth} tabs are in front of {word[:40]!r}, and after the line above there "
                f"can be {len(above)} at most",
                line,
            )
        above[depth:] = [_keyword(above[:depth], word, line)]
        entries.append(above[-1])
    return entries


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


def _keyword(above: list[Entry], word: str, line: int) -> Entry:
    if word.startswith("[["):
        raise FaultError("this looks like TOML rules; let the file name end in .toml", line)
    category = word.startswith("[")
    text, altered = writable(_inside(word, "]", line) if category else word, line)
    path = (*(above[-1].path if above else ()), text)
    return Entry(path=path, category=category, altered=altered)


def _named(above: list[Entry], depth: int, line: int) -> Entry:
    """Return the keyword that a synonym at this depth belongs to."""
    if not 1 <= depth <= len(above):
        raise FaultError(
            "the synonym is below no keyword; give it one tab more than its keyword", line
        )
    return above[depth - 1]


def _inside(word: str, closing: str, line: int) -> str:
    inner = word[1:-1].strip()
    if not word.endswith(closing):
        raise FaultError(f"{word[:40]!r} does not end with {closing}", line)
    if not inner:
        raise FaultError(f"nothing is between {word[0]} and {closing}; remove the line", line)
    return inner
