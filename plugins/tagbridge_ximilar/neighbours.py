"""Similar pictures of a collection, and the keywords that are borrowed from them."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from tagbridge_hooks import Keyword, MalformedAnswerError, Neighbour
from tagbridge_hooks.values import number_of, text_of
from tagbridge_ximilar.keywords import keywords_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tagbridge_ximilar.answers import Json
    from tagbridge_ximilar.settings import XimilarSettings

# What a single neighbour says may be about something else in it.
_MIN_NEIGHBOURS = 2


def read_neighbours(answer: Json, fields: Iterable[str]) -> tuple[Neighbour, ...]:
    """Return the similar pictures of an answer, the nearest first; none is an answer as well.

    Args:
        answer: The whole JSON; records and distances belong together place by place.
        fields: Names of the fields of a record that hold keywords.

    Raises:
        MalformedAnswerError: There are no records, or all of them have another form.
    """
    rows, distances = answer.get("answer_records"), answer.get("answer_distances")
    if not isinstance(rows, list):
        raise MalformedAnswerError("ximilar: the answer has no similar pictures")
    measured = distances if isinstance(distances, list) else []
    missing = [None] * (len(rows) - len(measured))
    pairs = zip(rows, [*measured, *missing], strict=False)
    found = [one for row, distance in pairs if (one := _neighbour(row, distance, fields))]
    if rows and not found:
        raise MalformedAnswerError("ximilar: the similar pictures have another form")
    return tuple(sorted(found, key=lambda n: math.inf if n.distance is None else n.distance))


def borrowed(neighbours: Iterable[Neighbour], settings: XimilarSettings) -> tuple[Keyword, ...]:
    """Return the keywords of similar pictures, the surest first.

    The confidence of a keyword is the mean over all neighbours of how sure each is of it, weighted
    by their nearness; so it says as well how many of them agree. Whose distance is unknown has no
    part in it.
    """
    limit = math.inf if settings.max_distance is None else settings.max_distance
    near = [(n, n.distance) for n in neighbours if n.distance is not None and n.distance <= limit]
    weights = _weights([distance for _, distance in near])
    whole = sum(weights)
    witnesses: dict[str, list[tuple[float, Keyword]]] = {}
    for (neighbour, _), weight in zip(near, weights, strict=True):
        for key, keyword in _by_key(neighbour.labels).items():
            witnesses.setdefault(key, []).append((weight * _sure(keyword) / whole, keyword))
    found = (_agreed(said) for said in witnesses.values() if len(said) >= _MIN_NEIGHBOURS)
    enough = (k for k in found if (k.confidence or 0.0) >= settings.borrowed_confidence)
    return tuple(sorted(enough, key=lambda k: -(k.confidence or 0.0)))


def _weights(distances: list[float]) -> list[float]:
    """Return how much each neighbour counts: 1 at no distance, a half at the usual distance.

    The measure has no scale that is written anywhere, so the mean of the distances is taken for it.
    """
    mean = sum(distances) / len(distances) if distances else 0.0
    return [1.0 / (1.0 + distance / mean) if mean > 0.0 else 1.0 for distance in distances]


def _agreed(said: list[tuple[float, Keyword]]) -> Keyword:
    confidence = min(1.0, sum(part for part, _ in said))
    return replace(said[0][1], confidence=confidence, borrowed=True)


def _by_key(keywords: Iterable[Keyword]) -> dict[str, Keyword]:
    """Return each keyword of one picture once, however often it is said there."""
    best: dict[str, Keyword] = {}
    for keyword in keywords:
        key = keyword.text.strip().casefold()
        best[key] = max(best.get(key, keyword), keyword, key=_sure)
    return best


def _sure(keyword: Keyword) -> float:
    """Return how sure a picture is of a keyword; most owners just say so."""
    return 1.0 if keyword.confidence is None else keyword.confidence


def _neighbour(row: object, distance: object, fields: Iterable[str]) -> Neighbour | None:
    """Return one similar picture; a broken one must not cost the others, which are paid."""
    if not isinstance(row, dict):
        return None
    url = text_of(row.get("_url")) or text_of(row.get("_id"))
    if url is None:
        return None
    said = tuple(keyword for field in fields for keyword in _said(row.get(field)))
    far = number_of(distance)
    known = None if far is None or far < 0.0 else far
    return Neighbour(url=url, distance=known, labels=said)


def _said(value: object) -> Iterator[Keyword]:
    """Yield the keywords of a field, which its owner filled: a word, words, or rows of a tagger."""
    words = value if isinstance(value, list) else [value]
    for word in words:
        if isinstance(word, str) and word.strip():
            yield Keyword(text=word)
    yield from keywords_in(value, None)
