"""Find the answer in what a model said: it thinks aloud, explains, and puts fences around JSON."""

from __future__ import annotations

import re
from typing import Any

from tagbridge_vision.reading import read

KEYWORDS = ("keywords", "tags", "labels")

_LONGEST = 100_000
_MOST_BRACKETS = 32
_THOUGHT = re.compile(r"<(think|thinking|reasoning)>.*?(</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_THOUGHT_BEFORE = re.compile(r"\A.*</(think|thinking|reasoning)>", re.DOTALL | re.IGNORECASE)
_BRACKET = re.compile(r"[{\[]")
# Any other list may be one of something else, such as the lines of text.
_BEFORE_A_LIST = re.compile(r"\W*(json|keywords|tags)?\W*", re.IGNORECASE)


def answer_in(text: str) -> dict[str, Any] | None:
    """Return the first object in a text that has keywords, or a bare list of them as one.

    What stands in thoughts does not count: it is a draft, or the question once more.
    """
    said = _THOUGHT_BEFORE.sub("", _THOUGHT.sub("", text[:_LONGEST]))
    at = 0
    for _ in range(_MOST_BRACKETS):
        bracket = _BRACKET.search(said, at)
        if bracket is None:
            return None
        try:
            value, at, _complete = read(said, bracket.start())
        except ValueError:
            at = bracket.end()
            continue
        if isinstance(value, list) and _BEFORE_A_LIST.fullmatch(said, 0, bracket.start()):
            return _of_list(value)
        if (found := _of_object(value)) is not None:
            return found
    return None


def whole_answer(text: str) -> dict[str, Any] | None:
    """Return the answer if a text is nothing but that."""
    said = text.strip()
    if len(said) > _LONGEST or not said.startswith("{"):
        return None
    try:
        value, end, complete = read(said, 0)
    except ValueError:
        return None
    return _of_object(value) if complete and end == len(said) else None


def _of_object(value: object) -> dict[str, Any] | None:
    """Return an object that has keywords, or the one within it that has."""
    if not isinstance(value, dict):
        return None
    for one in (value, *value.values()):
        if isinstance(one, dict) and any(isinstance(one.get(n), list | str) for n in KEYWORDS):
            return one
    return None


def _of_list(value: list[Any]) -> dict[str, Any] | None:
    return {"keywords": value} if all(isinstance(one, dict | str) for one in value) else None
