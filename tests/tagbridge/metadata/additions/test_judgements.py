"""What is recorded and written nowhere else, and what is none of it."""

from __future__ import annotations

from tagbridge.metadata.existing import read_existing
from tagbridge.metadata.packet import read_packet
from tagbridge.metadata.plan import WriteRules, plan_write
from tagbridge_hooks import Keyword, Quality, Sensitivity, Source, Sourced, TagSet
from tests.tagbridge.metadata.additions.planned import (
    FACE,
    PICTURE,
    WHEN,
    people,
    person,
    plan,
    recorded,
    said,
)
from tests.tagbridge.metadata.styles import packet


def test_a_prefix_that_means_something_else_bars_its_properties_alone() -> None:
    file = read_packet(packet().replace(b"xmlns:mwg-rs=", b"xmlns:mwg-rs='urn:other' xmlns:o="))
    existing = read_existing(file, None, carries_iim=False)

    found = plan_write(existing, people(person("Bob", face=FACE)), WriteRules(), WHEN, PICTURE)

    assert recorded(found) == [("person", "Bob")]


def test_a_warning_names_everybody_above_the_threshold_and_the_surest() -> None:
    flags = [("nsfw", 0.85, "b"), ("nsfw", 0.2, "c"), ("nsfw", 0.95, "a"), ("hate", 0.9, "c")]
    tagset = TagSet(
        sensitivities=tuple(
            said(Sensitivity(kind=k, confidence=c), p)  # type: ignore[arg-type] # the kinds
            for k, c, p in flags
        )
    )

    found = plan(tagset)

    (flag,) = found.results
    assert (flag.kind, flag.provider, flag.confidence) == ("nsfw", "a+b", 0.95)
    assert recorded(found) == [("sensitivity", "hate")]


def test_of_a_merged_warning_only_those_who_are_sure_are_named() -> None:
    sources = [Source(provider=p, model="m", confidence=c) for p, c in (("a", 0.3), ("b", 0.9))]
    flag = Sourced(value=Sensitivity(kind="nsfw", confidence=0.93), sources=tuple(sources))

    (result,) = plan(TagSet(sensitivities=(flag,))).results

    assert (result.provider, result.confidence) == ("b", 0.93)


def test_quality_is_recorded_once_for_each_who_judged() -> None:
    judged = [("quality", 0.5, "a"), ("quality", 0.7, "b"), ("Quality", 0.6, "a")]
    tagset = TagSet(qualities=tuple(said(Quality(kind=k, value=v), p) for k, v, p in judged))

    results = [r for a in plan(tagset).additions for r in a.results]

    assert [(r.provider, r.confidence) for r in results] == [("a", 0.5), ("b", 0.7)]


def test_what_is_borrowed_is_recorded_as_such_and_has_no_place_in_the_picture() -> None:
    borrowed = Keyword(text="pier", region=FACE, borrowed=True)

    found = plan(TagSet(keywords=(said(borrowed),)), object_regions=True)

    assert [r.borrowed for r in found.results] == [True]
    assert found.additions == ()


def test_iptc_is_not_completed_for_what_is_no_keyword() -> None:
    block = b"\x1c\x02\x19\x00\x04mine"
    existing = read_existing(read_packet(packet()), block, carries_iim=True)

    found = plan_write(existing, people(person("Bob")), WriteRules(), WHEN)

    assert (found.iim, found.subject) == ((), ())
    assert not found.is_empty
