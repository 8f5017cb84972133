"""Decide who is in the picture, and the keywords that say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge_hooks import Person
from tagbridge_local.detectable import PERSON

if TYPE_CHECKING:
    from tagbridge_local.concepts import Path
    from tagbridge_local.detect import Detection

PEOPLE: Path = ("People",)
ONE: Path = ("People", "Person")
PORTRAIT: Path = ("People", "Portrait")
GROUP: Path = ("People", "Group of people")

_FIGURE = 0.62  # measured: below it, furniture and paint brushes are persons
_COMPANION = 0.5  # where there is one certain figure, others need less
_ANIMAL = 0.5  # an animal's face looks like a face ...
_SOMEBODY = 0.5  # ... unless there is a person to whom it can belong
_CROWD = 3
_PORTRAIT_HEIGHT = 0.18  # of the picture's; a smaller face is part of a scene


def figures(found: tuple[Detection, ...]) -> tuple[Person, ...]:
    """Return the persons among the things that were found, best first; empty when in doubt."""
    persons = [one for one in found if one.kind == PERSON and one.confidence >= _COMPANION]
    if not persons or persons[0].confidence < _FIGURE:
        return ()
    return tuple(Person(confidence=one.confidence, region=one.region) for one in persons)


def human(
    faces: tuple[Person, ...], found: tuple[Detection, ...], animal: float
) -> tuple[Person, ...]:
    """Return the faces, or none when the picture shows an animal and nobody.

    Args:
        faces: What the face detector found.
        found: What the detector of things found, best first.
        animal: The classifier's probability of an animal, 0 to 1.
    """
    somebody = any(one.kind == PERSON and one.confidence >= _SOMEBODY for one in found)
    return () if animal > _ANIMAL and not somebody else faces


def people_keywords(faces: tuple[Person, ...], bodies: tuple[Person, ...]) -> dict[Path, float]:
    """Return the keywords for faces and figures, with their confidence; none without a person."""
    sightings = [_confidences(faces), [value for value in _confidences(bodies) if value >= _FIGURE]]
    best = max((values[0] for values in sightings if values), default=None)
    if best is None:
        return {}
    keywords = {PEOPLE: best}
    count = max(map(len, sightings))
    if count == 1:
        keywords[ONE] = best
    if count >= _CROWD:
        keywords[GROUP] = max(values[_CROWD - 1] for values in sightings if len(values) >= _CROWD)
    if count == 1 and _is_large(faces):
        keywords[PORTRAIT] = _confidences(faces)[0]
    return keywords


def _confidences(persons: tuple[Person, ...]) -> list[float]:
    return [person.confidence or 0.0 for person in persons]


def _is_large(faces: tuple[Person, ...]) -> bool:
    return any(face.region and face.region.height >= _PORTRAIT_HEIGHT for face in faces)
