"""The persons and faces that several providers see become one list. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tagbridge.merging.cleaning import clean_person
from tagbridge.merging.sources import combined, source_of
from tagbridge.spelling import spelling_key
from tagbridge_hooks import Person, Region, Source, Sourced

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tagbridge_hooks import Recognition

SAME_FACE = 0.4  # of two regions: what they share, as a part of what they cover together


@dataclass(slots=True)
class _Somebody:
    """What was said of one person, by whom."""

    said: list[tuple[Person, Source]] = field(default_factory=list)

    def overlap(self, person: Person) -> float:
        """Return how much a person's region shares with those of the same kind."""
        shared = (_shared(p.region, person.region) for p, _ in self.said if p.face == person.face)
        return max(shared, default=0.0)

    def is_named_by_others(self, person: Person, provider: str) -> bool:
        """Return whether others alone spoke of them, and by that name."""
        others = all(source.provider != provider for _, source in self.said)
        return others and _key(person) in {_key(p) for p, _ in self.said} - {None}


def merged_persons(answers: Iterable[Recognition]) -> tuple[Sourced[Person], ...]:
    """Return each person once, with everybody who saw them.

    Two regions that overlap are one person, and so is a name that two providers give. Who gets two
    names for one region keeps none of them.

    Args:
        answers: Ordered by provider.
    """
    found: list[_Somebody] = []
    for answer in answers:
        for person in filter(None, map(clean_person, answer.persons)):
            somebody = _known(found, person, answer.provider)
            if somebody is None:
                found.append(somebody := _Somebody())
            somebody.said.append((person, source_of(answer, person.confidence)))
    return tuple(_one(somebody.said) for somebody in found)


def _known(found: Sequence[_Somebody], person: Person, provider: str) -> _Somebody | None:
    near = max(found, key=lambda somebody: somebody.overlap(person), default=None)
    if near is not None and near.overlap(person) >= SAME_FACE:
        return near
    named = (somebody for somebody in found if somebody.is_named_by_others(person, provider))
    return next(named, None)


def _one(said: Sequence[tuple[Person, Source]]) -> Sourced[Person]:
    persons = [person for person, _ in said]
    named = [person for person in persons if person.name is not None]
    agreed = len({_key(person) for person in named}) == 1
    confidence = None
    for person in named if agreed else () if named else persons:
        confidence = combined(confidence, person.confidence)
    ages = [person.age for person in persons if person.age is not None]
    placed = [person for person in persons if person.region is not None]
    place = next((person for person in placed if person.face), placed[0] if placed else persons[0])
    value = Person(
        name=named[0].name if agreed else None,
        confidence=confidence,
        region=place.region,
        face=place.face,
        age=sum(ages) / len(ages) if ages else None,
    )
    sources = {(s.provider, s.model): s for _, s in reversed(said)}
    return Sourced(value=value, sources=tuple(reversed(sources.values())))


def _key(person: Person) -> str | None:
    return None if person.name is None else spelling_key(person.name)


def _shared(one: Region | None, other: Region | None) -> float:
    if one is None or other is None:
        return 0.0
    width = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    height = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    if width <= 0.0 or height <= 0.0:
        return 0.0
    both = width * height
    return both / (one.width * one.height + other.width * other.height - both)
