"""What stands in the objects of an answer; all types use the same list.

A broken row must not cost the others, which are paid; an answer without a single good one has
another form than the documented.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from tagbridge_hooks import Keyword, MalformedAnswerError, Person, Region, TextLine
from tagbridge_hooks.values import confidence_of, number_of
from tagbridge_imagerecognize.scale import full_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagbridge_imagerecognize.answers import Data
    from tagbridge_imagerecognize.settings import TypeName

T = TypeVar("T")

_SIDES = ("x", "y", "width", "height")
# A little outside of the picture is usual; further out it is no fraction.
_FURTHEST = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One row of an answer.

    Attributes:
        name: As the service gave it; empty when it has none.
        confidence: 0 to 1, or None where the row has none.
        regions: One for each instance that has a place, in the order of the service.
    """

    name: str
    confidence: float | None
    regions: tuple[Region, ...]

    @property
    def region(self) -> Region | None:
        """Return where the first instance is."""
        return self.regions[0] if self.regions else None


def read_findings(data: Data, kind: TypeName, least: int | None = None) -> list[Finding]:
    """Return the rows of an answer in their order.

    Args:
        data: Of a successful answer.
        kind: The type that was asked for.
        least: The percentage below which nothing was asked for; None where there is no such limit.

    Raises:
        MalformedAnswerError: It answers another type, has no list, or not one row is an object.
    """
    if data.kind not in ("", kind):
        raise MalformedAnswerError(f"imagerecognize: the answer is not about {kind}")
    if not isinstance(data.objects, list):
        raise MalformedAnswerError(f"imagerecognize: the answer has no objects for {kind}")
    rows = [row for row in data.objects if isinstance(row, dict)]
    full = full_of((row.get("confidence") for row in rows), least)
    return kept(kind, data.objects, (_finding(row, full) for row in rows))


def objects_of(findings: list[Finding]) -> tuple[Keyword, ...]:
    """Return the keywords: one for each kind of object, where its first instance is."""
    return tuple(
        Keyword(text=one.name, confidence=one.confidence, language="en", region=one.region)
        for one in kept("objects", findings, filter(_has_name, findings))
    )


def celebrities_of(findings: list[Finding]) -> tuple[Person, ...]:
    """Return the persons whose names are known."""
    return tuple(
        Person(name=one.name, confidence=one.confidence, region=one.region, face=True)
        for one in kept("celebrities", findings, filter(_has_name, findings))
    )


def faces_of(findings: list[Finding]) -> tuple[Person, ...]:
    """Return somebody for each face; whatever a row is called is no name of a person."""
    found = (one for one in findings if one.regions or one.confidence is not None)
    return tuple(
        Person(confidence=one.confidence, region=region, face=True)
        for one in kept("detect_faces", findings, found)
        for region in one.regions or (None,)
    )


def lines_of(findings: list[Finding]) -> tuple[TextLine, ...]:
    """Return the lines of text in their order."""
    return tuple(
        TextLine(text=one.name, confidence=one.confidence, region=one.region)
        for one in kept("detect_text", findings, filter(_has_name, findings))
    )


def kept(kind: TypeName, rows: list[object] | list[Finding], good: Iterable[T]) -> list[T]:
    """Return the good rows.

    Raises:
        MalformedAnswerError: There are rows, and none is good.
    """
    found = list(good)
    if rows and not found:
        raise MalformedAnswerError(f"imagerecognize: the objects for {kind} have another form")
    return found


def _has_name(finding: Finding) -> bool:
    return bool(finding.name.strip())


def _finding(row: dict[str, object], full: float) -> Finding:
    name, places = row.get("name"), row.get("coordinates")
    regions = map(_region, places if isinstance(places, list) else [])
    return Finding(
        name=name if isinstance(name, str) else "",
        confidence=confidence_of(row.get("confidence"), full),
        regions=tuple(region for region in regions if region is not None),
    )


def _region(place: object) -> Region | None:
    """Return a place in the picture; it is given in fractions from the top left corner."""
    if not isinstance(place, dict):
        return None
    sides = [number_of(place.get(side)) for side in _SIDES]
    if any(side is None or abs(side) > _FURTHEST for side in sides):
        return None
    region = Region.clamped(*(side or 0.0 for side in sides))
    return region if region.width and region.height else None
