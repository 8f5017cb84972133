"""Similar pictures in the body of an answer, each with what is seen in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tagbridge_hooks import Keyword, MalformedAnswerError, Neighbour
from tagbridge_hooks.values import confidence_of, field_of, full_of, text_of

if TYPE_CHECKING:
    from tagbridge_simages.answers import Json


def read_neighbours(body: Json) -> tuple[Neighbour, ...]:
    """Return the similar pictures, the most similar first; none is an answer as well.

    Where something was seen in a picture has no meaning in ours, so it is left out.

    Raises:
        MalformedAnswerError: There are no pictures, or all of them have another form.
    """
    rows = body.get("images")
    if not isinstance(rows, list):
        raise MalformedAnswerError("simages: the answer has no images")
    said = _said(body.get("annotations"))
    full = full_of(field_of(row, "score") for row in rows)
    found = [one for row in rows if (one := _neighbour(row, full, said))]
    if rows and not found:
        raise MalformedAnswerError("simages: the images have another form")
    return tuple(sorted(found, key=lambda n: 1.0 if n.similarity is None else -n.similarity))


def _neighbour(row: object, full: float, said: dict[str, tuple[Keyword, ...]]) -> Neighbour | None:
    """Return one picture; a broken one must not cost the others, which are paid."""
    if not isinstance(row, dict):
        return None
    url = text_of(row.get("url"))
    if url is None:
        return None
    return Neighbour(
        url=url,
        similarity=confidence_of(row.get("score"), full),
        thumbnail=text_of(row.get("thumbnail_url")),
        labels=said.get(_id(row.get("id")), ()),
    )


def _said(annotations: object) -> dict[str, tuple[Keyword, ...]]:
    """Return what is seen in each picture, by its id."""
    found: dict[str, tuple[Keyword, ...]] = {}
    for one in annotations if isinstance(annotations, list) else ():
        rows = field_of(one, "annotations")
        if isinstance(rows, list):
            found[_id(one.get("image_id"))] = _keywords(rows)
    found.pop("", None)
    return found


def _keywords(rows: list[Any]) -> tuple[Keyword, ...]:
    """Return each thing that is seen once, as sure as it is seen best, the surest first."""
    full, best = full_of(field_of(row, "score") for row in rows), dict[str, Keyword]()
    for row in rows:
        name = text_of(field_of(row, "name"))
        if name is None:
            continue
        keyword = Keyword(text=name, confidence=confidence_of(row.get("score"), full))
        old = best.setdefault(name, keyword)
        best[name] = max(old, keyword, key=lambda k: k.confidence or 0.0)
    return tuple(sorted(best.values(), key=lambda k: -(k.confidence or 0.0)))


def _id(value: object) -> str:
    """Return an id as text, for it may be a number in one place and text in the other."""
    return str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
