"""What a model says about a picture, as a recognition. All of it is a stranger's text.

A picture may tell the model what to say. So nothing is taken but short words, a few sentences and
numbers, and not more of them than were asked for.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

from tagbridge_hooks import (
    Caption,
    Keyword,
    MalformedAnswerError,
    Recognition,
    Sensitivity,
    TextLine,
)
from tagbridge_hooks.values import full_of
from tagbridge_vision.confidences import sure
from tagbridge_vision.finding import KEYWORDS
from tagbridge_vision.message import model_of, read_message, read_object
from tagbridge_vision.vocabulary import spelling_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagbridge_vision.settings import VisionSettings

_LONGEST_KEYWORD = 64
_MOST_WORDS = 5
_LONGEST_TITLE = 200
_LONGEST_CAPTION = 1000
_LONGEST_LINE = 300
_MOST_LINES = 100

_NAMES = ("keyword", "text", "name", "tag", "label")
_CONFIDENCES = ("confidence", "score", "probability")
_SEPARATORS = re.compile(r"[,;\n]")
_NOTHING = re.compile(
    r"[\W_]*(none|null|nil|n/?a|unknown|string|no\b.{0,16}\btext\b.{0,32})?[\W_]*", re.IGNORECASE
)


def read_recognition(answer: object, settings: VisionSettings) -> Recognition:
    """Return what a model says about a picture.

    Raises:
        RejectedError: It does not want to.
        MalformedAnswerError: It does not say it in the form it was asked for.
    """
    found = read_object(read_message(answer))
    nsfw = _confidence_in(found.get("nsfw")) if settings.nsfw else None
    return Recognition(
        provider="vision",
        model=model_of(answer, settings.model),
        keywords=_keywords(found, settings),
        captions=tuple(_captions(found, settings)),
        text=tuple(islice(_lines(found.get("text")), _MOST_LINES)) if settings.text else (),
        sensitivities=() if nsfw is None else (Sensitivity(kind="nsfw", confidence=nsfw),),
    )


def _keywords(found: dict[str, Any], settings: VisionSettings) -> tuple[Keyword, ...]:
    """Return the keywords, each once; a broken row must not cost the others."""
    rows = next(rows for name in KEYWORDS if isinstance(rows := found.get(name), list | str))
    if isinstance(rows, str):
        rows = _SEPARATORS.split(rows)
    full = full_of([_first(row, _CONFIDENCES) for row in rows])
    kept: dict[str, Keyword] = {}
    for row in rows:
        if (text := _keyword_text(row)) and (key := spelling_key(text)) not in kept:
            confidence = sure(_first(row, _CONFIDENCES), full)
            kept[key] = Keyword(text=text, confidence=confidence, language=settings.language)
    if not kept and any(rows):
        raise MalformedAnswerError("vision: the keywords have another form")
    return tuple(islice(kept.values(), settings.max_keywords_asked))


def _keyword_text(row: object) -> str:
    """Return the text of a keyword; nothing for what is none, such as a whole sentence."""
    text = row if isinstance(row, str) else _first(row, _NAMES)
    if not isinstance(text, str) or len(text) > _LONGEST_KEYWORD:
        return ""
    text = text.strip().strip("#\"'").strip()
    return "" if len(text.split()) > _MOST_WORDS or _NOTHING.fullmatch(text) else text


def _captions(found: dict[str, Any], settings: VisionSettings) -> Iterator[Caption]:
    if settings.caption and (text := _sentence(found.get("caption"), _LONGEST_CAPTION)):
        yield _caption(text, "caption", settings)
    if settings.title and (text := _sentence(found.get("title"), _LONGEST_TITLE)):
        yield _caption(text, "title", settings)


def _caption(text: str, kind: Literal["caption", "title"], settings: VisionSettings) -> Caption:
    return Caption(text=text, kind=kind, language=settings.language)


def _lines(text: object) -> Iterator[TextLine]:
    lines = text.splitlines() if isinstance(text, str) else text
    for row in lines if isinstance(lines, list) else ():
        line = row if isinstance(row, str) else _first(row, ("text", "line"))
        if said := _sentence(line, _LONGEST_LINE):
            yield TextLine(text=said)


def _sentence(text: object, longest: int) -> str:
    """Return a text in one line; nothing for what is none, or too long to be one."""
    said = " ".join(text.split()) if isinstance(text, str) else ""
    return "" if len(said) > longest or _NOTHING.fullmatch(said) else said


def _confidence_in(value: object) -> float | None:
    if isinstance(value, dict):
        value = _first(value, _CONFIDENCES)
    return sure(value, full_of([value]))


def _first(row: object, names: tuple[str, ...]) -> Any:  # noqa: ANN401 - JSON is anything
    given = row if isinstance(row, dict) else {}
    return next((given[name] for name in names if given.get(name) is not None), None)
