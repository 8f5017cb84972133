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
        at = bracket.end()
        try:
            value = read(said, bracket.start()).value
        except ValueError:
            continue
        if (found := _answer(value)) is not None:
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
    return _answer(value) if complete and end == len(said) else None


def _answer(value: object) -> dict[str, Any] | None:
    if isinstance(value, dict) and any(isinstance(value.get(n), list | str) for n in KEYWORDS):
        return value
    if isinstance(value, list) and value and all(isinstance(one, dict | str) for one in value):
        return {"keywords": value}
    return None
