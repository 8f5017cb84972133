"""People: who is named, and which of them the file lets in."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from tagbridge.metadata.additions.addition import Addition
from tagbridge.metadata.edit import PropertyEdit
from tagbridge.metadata.properties import PERSON_IN_IMAGE
from tagbridge.metadata.regions import SAME_FACE, overlap
from tagbridge.metadata.results import result_of
from tagbridge.spelling import cleaned, spelling_key
from tagbridge_hooks import Person, Sourced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tagbridge.metadata.existing import Existing
    from tagbridge.metadata.regions import NamedRegion
    from tagbridge.rendition.stored import StoredPicture
    from tagbridge_hooks import Region, TagSet


def named_people(
    existing: Existing, tagset: TagSet, confidence: float, picture: StoredPicture | None
) -> list[Sourced[Person]]:
    """Return each person with a name that is sure enough, the surest first.

    A face is one person: where the file has another name for it, or a surer person has the same
    face, the person is left out. So is one whose name the user has taken out.
    """
    removed = existing.recorded("person") - set(map(spelling_key, existing.described.persons or ()))
    clean = (p for p in map(_cleaned, tagset.persons) if p and _key(p) not in removed)
    sure = (p for p in clean if _is_sure(p.value, confidence))
    taken: list[tuple[str, Region]] = []
    people: list[Sourced[Person]] = []
    known = _named_regions(existing)
    for person in sorted(_each_once(sure), key=lambda p: -(p.value.confidence or 0.0)):
        key, face = _key(person), face_of(person.value)
        stored = None if face is None or picture is None else picture.place(face)
        rivals = [region for name, region in taken if name != key]
        others = [k.region for k in known if k.name and spelling_key(k.name) != key]
        if _meets(face, rivals) or _meets(stored, others):
            continue
        people.append(person)
        taken += [] if face is None else [(key, face)]
    return people


def face_of(person: Person) -> Region | None:
    """Return where the face of a person is, or None when only the whole figure is known."""
    return person.region if person.face else None


def plan_people(
    existing: Existing, people: Iterable[Sourced[Person]], when: str
) -> Iterator[Addition]:
    """Yield what is added to `Iptc4xmpExt:PersonInImage`."""
    present = existing.described.persons
    if present is None:
        return
    known = {spelling_key(name) for name in present} | existing.recorded("person")
    new = [p for p in people if _key(p) not in known]
    if new:
        names = tuple(p.value.name or "" for p in new)
        yield Addition(
            part="other",
            edits=(PropertyEdit(target=PERSON_IN_IMAGE, append=names),),
            results=tuple(
                result_of("person", name, p, when) for name, p in zip(names, new, strict=True)
            ),
        )


def _cleaned(person: Sourced[Person]) -> Sourced[Person] | None:
    name = cleaned(person.value.name or "")
    return None if name is None else replace(person, value=replace(person.value, name=name))


def _is_sure(person: Person, confidence: float) -> bool:
    return person.confidence is not None and person.confidence >= confidence


def _key(person: Sourced[Person]) -> str:
    return spelling_key(person.value.name or "")


def _each_once(people: Iterable[Sourced[Person]]) -> Iterator[Sourced[Person]]:
    """Yield each name once: as sure as the surest, with the surest face, from all who said it."""
    for _key_of_all, same in groupby(sorted(people, key=_key), key=_key):
        ranked = sorted(same, key=lambda p: -(p.value.confidence or 0.0))
        faces = (p.value for p in ranked if face_of(p.value) is not None)
        best = next(faces, ranked[0].value)
        sources = {s.provider: s for p in reversed(ranked) for s in p.sources}
        value = replace(best, confidence=ranked[0].value.confidence)
        yield Sourced(value=value, sources=tuple(sources[name] for name in sorted(sources)))


def _named_regions(existing: Existing) -> tuple[NamedRegion, ...]:
    regions = existing.described.regions
    return () if regions is None else regions.found


def _meets(region: Region | None, others: Iterable[Region]) -> bool:
    return region is not None and any(overlap(region, o) >= SAME_FACE for o in others)
