"""Keywords in a record: a list, or a list for each feature; and objects with their places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge_hooks import Keyword, MalformedAnswerError
from tagbridge_hooks.values import confidence_of, field_of, full_of, region_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tagbridge_hooks import Region, Rendition
    from tagbridge_ximilar.answers import Json


def read_keywords(record: Json, rendition: Rendition, language: str) -> tuple[Keyword, ...]:
    """Return the keywords of a record, in its order; none is an answer as well.

    Args:
        record: Of the answer.
        rendition: What was sent; the boxes are in its pixels.
        language: The one that was asked for.

    Raises:
        MalformedAnswerError: The record has neither keywords nor objects, or all of them have
            another form.
    """
    said, objects = record.get("_tags"), record.get("_objects")
    if not isinstance(said, list | dict) and not isinstance(objects, list):
        raise MalformedAnswerError("ximilar: the record has no tags")
    keywords = (*keywords_in(said, language), *_objects(objects, rendition, language))
    if not keywords and (objects or any(True for _ in _rows(said))):
        raise MalformedAnswerError("ximilar: the tags have another form")
    return keywords


def keywords_in(said: object, language: str | None) -> tuple[Keyword, ...]:
    """Return the keywords of a list of rows, or of an object with such a list for each feature."""
    rows = list(_rows(said))
    full = full_in(row for _, row in rows)
    found = (keyword_of(row, full, language, broader) for broader, row in rows)
    return tuple(keyword for keyword in found if keyword)


def full_in(rows: Iterable[object]) -> float:
    """Return what stands for certainty in these rows."""
    return full_of(field_of(row, "prob") for row in rows)


def _rows(said: object) -> Iterator[tuple[tuple[str, ...], object]]:
    """Yield each row with what it is a kind of."""
    if isinstance(said, list):
        yield from (((), row) for row in said)
    elif isinstance(said, dict):
        for feature, rows in said.items():
            yield from (((feature,), row) for row in (rows if isinstance(rows, list) else [rows]))


def keyword_of(
    row: object,
    full: float,
    language: str | None = None,
    broader: tuple[str, ...] = (),
    region: Region | None = None,
) -> Keyword | None:
    """Return the keyword of one row; a broken row must not cost the others, which are paid."""
    if not isinstance(row, dict):
        return None
    text = text_of(row.get("name"))
    if text is None:
        return None
    confidence = confidence_of(row.get("prob"), full)
    return Keyword(
        text=text, confidence=confidence, language=language, broader=broader, region=region
    )


def _objects(objects: object, rendition: Rendition, language: str) -> Iterator[Keyword]:
    """Yield each object with its place, and the features of it without: they are not things."""
    rows = [row for row in objects if isinstance(row, dict)] if isinstance(objects, list) else []
    full = full_in(rows)
    for row in rows:
        region = region_of(row.get("bound_box"), rendition)
        found = keyword_of(row, full, language, region=region)
        if found:
            yield found
        yield from keywords_in(row.get("_tags"), language)
