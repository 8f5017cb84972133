"""What the tests of additions need: tag sets, files that say something, and plans."""

from __future__ import annotations

from typing import Any

from tagbridge.metadata.additions import DescribeRules
from tagbridge.metadata.edit import edited
from tagbridge.metadata.existing import Existing, read_existing
from tagbridge.metadata.packet import read_packet
from tagbridge.metadata.plan import WritePlan, WriteRules, edits_of, plan_write
from tagbridge.rendition.stored import StoredPicture
from tagbridge_hooks import (
    Person,
    Region,
    Source,
    Sourced,
    TagSet,
)
from tests.tagbridge.metadata.styles import packet

WHEN = "2026-01-01T00:00:00+00:00"
PICTURE = StoredPicture(width=48, height=32)
FACE = Region(x=0.1, y=0.2, width=0.2, height=0.4)
ANNS_FACE = Region(x=0.41, y=0.26, width=0.2, height=0.3)  # nearly that of `styles`
PERSON = "<Iptc4xmpExt:PersonInImage><rdf:{0}>{1}</rdf:{0}></Iptc4xmpExt:PersonInImage>"
ALT = (
    "<Iptc4xmpCore:AltTextAccessibility><rdf:Alt><rdf:li xml:lang='x-default'>{}</rdf:li>"
    "</rdf:Alt></Iptc4xmpCore:AltTextAccessibility>"
)


def said(value: Any, *providers: str) -> Sourced[Any]:  # noqa: ANN401 - any item
    sources = (Source(provider=p, model="m") for p in providers or ("a",))
    return Sourced(value=value, sources=tuple(sources))


def person(name: str | None, confidence: float | None = 0.95, face: Region | None = None) -> Person:
    return Person(name=name, confidence=confidence, region=face, face=face is not None)


def has(*bodies: str, attributes: str = "") -> Existing:
    return read_existing(
        read_packet(packet(*bodies, attributes=attributes)), None, carries_iim=False
    )


def plan(
    tagset: TagSet,
    *bodies: str,
    picture: StoredPicture | None = PICTURE,
    blocked: frozenset[str] = frozenset(),
    **rules: Any,  # noqa: ANN401 - the fields of DescribeRules
) -> WritePlan:
    describe = DescribeRules(**rules)
    return plan_write(
        has(*bodies), tagset, WriteRules(describe=describe, blocked=blocked), WHEN, picture
    )


def recorded(found: WritePlan) -> list[tuple[str, str]]:
    return [(r.kind, r.value) for a in found.additions for r in a.results]


def people(*persons: Person) -> TagSet:
    return TagSet(persons=tuple(said(p) for p in persons))


def written(found: WritePlan, *bodies: str) -> Existing:
    file = read_packet(packet(*bodies))
    new = edited(file, edits_of(found))
    return read_existing(read_packet(new), None, carries_iim=False)


def faces(existing: Existing) -> list[str]:
    assert existing.described.regions
    return [region.name for region in existing.described.regions.found]
