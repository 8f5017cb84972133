"""Similar pictures in the body of an answer, each with what is seen in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tagbridge_hooks import Keyword, MalformedAnswerError, Neighbour
from tagbridge_hooks.responses import confidence_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagbridge_simages.answers import Json

_ROUNDING = 0.01


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
    full = _scale(rows)
    found = [one for row in rows if (one := _neighbour(row, full, said))]
    if rows and not found:
        raise MalformedAnswerError("simages: the images have another form")
    return tuple(sorted(found, key=lambda n: 1.0 if n.similarity is None else -n.similarity))


def _neighbour(row: object, full: float, said: dict[str, tuple[Keyword, ...]]) -> Neighbour | None:
    """Return one picture; a broken one must not cost the others, which are paid."""
    if not isinstance(row, dict):
        return None
    url, thumbnail = row.get("url"), row.get("thumbnail_url")
    if not isinstance(url, str) or not url.strip():
        return None
    return Neighbour(
        url=url,
        similarity=confidence_of(row.get("score"), full),
        thumbnail=thumbnail if isinstance(thumbnail, str) and thumbnail.strip() else None,
        labels=said.get(_id(row.get("id")), ()),
    )


def _said(annotations: object) -> dict[str, tuple[Keyword, ...]]:
    """Return what is seen in each picture, by its id."""
    found: dict[str, tuple[Keyword, ...]] = {}
    for one in annotations if isinstance(annotations, list) else ():
        rows = one.get("annotations") if isinstance(one, dict) else None
        if isinstance(rows, list):
            found[_id(one.get("image_id"))] = _keywords(rows)
    found.pop("", None)
    return found


def _keywords(rows: list[Any]) -> tuple[Keyword, ...]:
    """Return each thing that is seen once, as sure as it is seen best, the surest first."""
    full, best = _scale(rows), dict[str, Keyword]()
    for row in rows:
        name = row.get("name") if isinstance(row, dict) else None
        if not isinstance(name, str) or not name.strip():
            continue
        keyword = Keyword(text=name, confidence=confidence_of(row.get("score"), full))
        old = best.setdefault(name, keyword)
        best[name] = max(old, keyword, key=lambda k: k.confidence or 0.0)
    return tuple(sorted(best.values(), key=lambda k: -(k.confidence or 0.0)))


def _scale(rows: Iterable[object]) -> float:
    """Return what stands for certainty: the documentation does not tell whether it is 1 or 100."""
    scores = (row.get("score") for row in rows if isinstance(row, dict))
    known = (confidence_of(score, 100.0) for score in scores)
    highest = max((share for share in known if share is not None), default=0.0)
    return 100.0 if highest > (1.0 + _ROUNDING) / 100.0 else 1.0


def _id(value: object) -> str:
    """Return an id as text, for it may be a number in one place and text in the other."""
    return str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
