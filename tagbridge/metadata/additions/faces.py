"""Faces: where people are, as regions of the stored picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge.metadata.additions.addition import Addition
from tagbridge.metadata.additions.people import face_of
from tagbridge.metadata.edit import PropertyEdit
from tagbridge.metadata.properties import REGIONS
from tagbridge.metadata.regions import (
    SAME_FACE,
    FileRegions,
    NamedRegion,
    face_xml,
    overlap,
    region_id,
    region_of,
    regions_xml,
)
from tagbridge.metadata.results import result_of
from tagbridge.spelling import spelling_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tagbridge.metadata.existing import Existing
    from tagbridge.rendition.stored import StoredPicture
    from tagbridge_hooks import Person, Sourced

_SMALLEST = 0.001  # of an edge: what is smaller is no face


def plan_faces(
    existing: Existing,
    people: Iterable[Sourced[Person]],
    strangers: Iterable[Sourced[Person]],
    picture: StoredPicture | None,
    when: str,
) -> Iterator[Addition]:
    """Yield what is added to `mwg-rs:Regions`.

    Args:
        existing: What the file says.
        people: Those with a name.
        strangers: Those whose faces are noted without one.
        picture: How the picture is stored; None when that is not known, then there are no regions.
        when: Time of the write.
    """
    present = existing.described.regions
    if picture is None or present is None or not _fits(present, picture):
        return
    wanted = [(p, p.value.name or "") for p in people] + [(p, "") for p in strangers]
    faces = [
        (person, NamedRegion(name=name, region=picture.place(region)))
        for person, name in wanted
        if (region := face_of(person.value)) is not None
    ]
    new = list(_new(existing, present, faces))
    if new:
        size = (picture.width, picture.height)
        results = (result_of("face", f.name, p, when, region_id(f.region)) for p, f in new)
        yield Addition(
            part="regions",
            edits=(_edit(present, size, [face_xml(face) for _, face in new]),),
            results=tuple(results),
        )


def _fits(present: FileRegions, picture: StoredPicture) -> bool:
    """Return whether the regions of a file were drawn on the picture as it is stored now."""
    return present.size in (None, (picture.width, picture.height))


def _new(
    existing: Existing, present: FileRegions, faces: Iterable[tuple[Sourced[Person], NamedRegion]]
) -> Iterator[tuple[Sourced[Person], NamedRegion]]:
    """Yield the faces that are not there yet, and that nobody has removed or moved."""
    ours = [r for r in existing.results if r.kind == "face"]
    regions = [known.region for known in present.found]
    regions += [region for r in ours if (region := region_of(r.region_id)) is not None]
    names = {spelling_key(known.name) for known in present.found} | existing.recorded("face")
    for person, face in faces:
        if min(face.region.width, face.region.height) < _SMALLEST:
            continue
        if face.name and spelling_key(face.name) in names:
            continue
        if all(overlap(face.region, other) < SAME_FACE for other in regions):
            regions.append(face.region)
            yield person, face


def _edit(present: FileRegions, size: tuple[int, int], items: list[str]) -> PropertyEdit:
    if present.size is not None:
        return PropertyEdit(target=REGIONS, items=tuple(items))
    return PropertyEdit(target=REGIONS, xml=regions_xml(size, items))
