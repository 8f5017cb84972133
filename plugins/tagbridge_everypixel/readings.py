"""What stands in the JSON of Everypixel.

A broken row must not cost the others, which are paid; an answer without a single good one has
another form than the documented.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from tagbridge_everypixel.scale import full_of
from tagbridge_hooks import Caption, Keyword, MalformedAnswerError, Person, Quality
from tagbridge_hooks.values import confidence_of, field_of, number_of, region_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tagbridge_hooks import Rendition

T = TypeVar("T")

_OLDEST = 150.0


def read_keywords(answer: object, language: str) -> tuple[Keyword, ...]:
    """Return the keywords of an answer, best first; none is an answer as well.

    Args:
        answer: The JSON of a 2xx.
        language: The one that was asked for.

    Raises:
        MalformedAnswerError: It does not say that all went well, or has another form.
    """
    rows = _rows(answer, "keywords")
    full = full_of(row.get("score") for row in _objects(rows))
    return _kept("keywords", rows, (_keyword(row, full, language) for row in _objects(rows)))


def read_faces(answer: object, rendition: Rendition) -> tuple[Person, ...]:
    """Return the faces, with the age that the service guesses.

    Args:
        answer: The JSON of a 2xx.
        rendition: The picture that was sent; boxes are in its pixels.

    Raises:
        MalformedAnswerError: As for keywords.
    """
    rows = _rows(answer, "faces")
    full = full_of(row.get("score") for row in _objects(rows))
    return _kept("faces", rows, (_face(row, full, rendition) for row in _objects(rows)))


def read_quality(answer: object, kind: str) -> tuple[Quality, ...]:
    """Return the one judgement of an answer, of the kind that was asked for.

    Raises:
        MalformedAnswerError: As for keywords.
    """
    score = field_of(_ok(answer).get("quality"), "score")
    value = confidence_of(score, full_of([score]))
    if value is None:
        raise MalformedAnswerError("everypixel: the answer has no quality")
    return (Quality(kind=kind, value=value),)


def read_caption(answer: object) -> tuple[Caption, ...]:
    """Return the one caption of an answer, or none when the service has no words.

    Raises:
        MalformedAnswerError: As for keywords.
    """
    text = field_of(_ok(answer).get("result"), "caption")
    if not isinstance(text, str):
        raise MalformedAnswerError("everypixel: the answer has no caption")
    return (Caption(text=text),) if text.strip() else ()


def _ok(answer: object) -> dict[str, object]:
    # `true` in the answer with a caption, "ok" in all others.
    if not isinstance(answer, dict) or answer.get("status") not in ("ok", True):
        raise MalformedAnswerError("everypixel: the answer does not say that it is ok")
    return answer


def _rows(answer: object, name: str) -> list[object]:
    rows = _ok(answer).get(name)
    if not isinstance(rows, list):
        raise MalformedAnswerError(f"everypixel: the answer has no {name}")
    return rows


def _objects(rows: Sequence[object]) -> list[dict[str, object]]:
    return [row for row in rows if isinstance(row, dict)]


def _kept(name: str, rows: Sequence[object], values: Iterable[T | None]) -> tuple[T, ...]:
    kept = tuple(value for value in values if value is not None)
    if rows and not kept:
        raise MalformedAnswerError(f"everypixel: the {name} have another form")
    return kept


def _keyword(row: dict[str, object], full: float, language: str) -> Keyword | None:
    text = text_of(row.get("keyword"))
    if text is None:
        return None
    return Keyword(text=text, confidence=confidence_of(row.get("score"), full), language=language)


def _face(row: dict[str, object], full: float, rendition: Rendition) -> Person | None:
    region = region_of(row.get("bbox"), rendition)
    if region is None:
        return None
    age = number_of(row.get("age"))
    return Person(
        confidence=confidence_of(row.get("score"), full),
        region=region,
        face=True,
        age=age if age is not None and 0.0 <= age <= _OLDEST else None,
    )
