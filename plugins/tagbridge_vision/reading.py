"""Read JSON as models write it: with trailing commas, line breaks in strings, or cut off.

Of a value that was cut off, only what is complete is returned, so that half a word is never taken
for a word.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

_DEEPEST = 12
_SPACE = re.compile(r"[\s,]*")  # a comma too many says nothing
_BLANK = re.compile(r"\s*")
_STRING = re.compile(r'((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_WORDS = ("true", "false", "null", "NaN", "-Infinity", "Infinity")
_SCALAR = re.compile(r"-?\d+(?:\.\d*)?(?:[eE][+-]?\d*)?|true|false|null|NaN|-?Infinity")


class Read(NamedTuple):
    """A value in a text.

    Attributes:
        end: Where the text goes on.
        complete: False when the text ended within it.
    """

    value: Any
    end: int
    complete: bool


def read(text: str, start: int) -> Read:
    """Return the object or the list that begins at a place.

    Raises:
        ValueError: There is none, or it is no JSON by any stretch.
    """
    return _value(text, start, 0)


def _value(text: str, at: int, depth: int) -> Read:
    at = _after(_BLANK, text, at)
    first = text[at : at + 1]
    if depth > _DEEPEST:
        raise ValueError("too deep")
    if first == "{":
        return _object(text, at + 1, depth)
    if first == "[":
        return _list(text, at + 1, depth)
    if first == '"':
        return _string(text, at + 1)
    return _scalar(text, at)


def _object(text: str, at: int, depth: int) -> Read:
    """Return an object with those of its members that are complete, or hold others."""
    found: dict[str, Any] = {}
    while True:
        at = _after(_SPACE, text, at)
        if at >= len(text):
            return Read(found, at, complete=False)
        if text[at] == "}":
            return Read(found, at + 1, complete=True)
        if text[at] != '"':
            raise ValueError("a member needs a name")
        name = _string(text, at + 1)
        at = _after(_BLANK, text, name.end)
        if at >= len(text):
            return Read(found, at, complete=False)
        if text[at] != ":":
            raise ValueError("a name needs a value")
        member = _value(text, at + 1, depth + 1)
        if member.complete or isinstance(member.value, list | dict):
            found[name.value] = member.value
        at = member.end


def _list(text: str, at: int, depth: int) -> Read:
    """Return a list with those of its elements that are complete."""
    found: list[Any] = []
    while True:
        at = _after(_SPACE, text, at)
        if at >= len(text):
            return Read(found, at, complete=False)
        if text[at] == "]":
            return Read(found, at + 1, complete=True)
        element = _value(text, at, depth + 1)
        if element.complete:
            found.append(element.value)
        at = element.end


def _string(text: str, at: int) -> Read:
    found = _STRING.match(text, at)
    if found is not None:
        return Read(_unescaped(found[1]), found.end(), complete=True)
    return Read("", len(text), complete=False)  # a string that has no end goes on to the end


def _unescaped(raw: str) -> str:
    """Return what a string means; a backslash before what needs none says nothing."""
    escaped = _ESCAPE.sub(lambda it: it[0] if it[1] in '"\\/bfnrtu' else it[1], raw)
    value: str = json.loads(f'"{escaped}"', strict=False)
    return value


def _scalar(text: str, at: int) -> Read:
    found = _SCALAR.match(text, at)
    if found is not None and found.end() == len(text):
        return Read(None, len(text), complete=False)  # 0.9 may have become 0.95
    if found is not None:
        return Read(json.loads(found[0]), found.end(), complete=True)
    if any(word.startswith(text[at:]) for word in _WORDS):
        return Read(None, len(text), complete=False)
    raise ValueError("no value")


def _after(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at
