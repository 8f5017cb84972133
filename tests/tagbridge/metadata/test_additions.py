"""What is added beside keywords: decided by values alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tagbridge.metadata.additions import DescribeRules
from tagbridge.metadata.edit import edited
from tagbridge.metadata.existing import Existing, read_existing
from tagbridge.metadata.packet import read_packet
from tagbridge.metadata.plan import WritePlan, WriteRules, edits_of, plan_write
from tagbridge.metadata.regions import read_regions
from tagbridge.rendition.stored import StoredPicture
from tagbridge_hooks import (
    Caption,
    Color,
    Keyword,
    Person,
    Quality,
    Region,
    Sensitivity,
    Source,
    Sourced,
    TagSet,
    TextLine,
)
from tests.tagbridge.metadata.styles import LIGHTROOM, ODD, UNDERSTOOD, packet

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


def test_a_sure_name_is_a_person_in_the_image_with_a_face() -> None:
    found = plan(people(person("Bob", face=FACE)))

    assert recorded(found) == [("person", "Bob"), ("face", "Bob")]
    assert written(found).described.persons == ("Bob",)


@pytest.mark.parametrize("confidence", [0.89, None])
def test_a_name_that_is_not_sure_enough_is_not_written(confidence: float | None) -> None:
    assert plan(people(person("Bob", confidence, FACE)), faces=True).is_empty


def test_nobody_is_named_when_the_user_wants_no_people() -> None:
    found = plan(people(person("Bob", face=FACE)), people=False, person_keywords=True)

    assert found.is_empty


def test_a_name_is_cleaned_as_a_keyword_is() -> None:
    found = plan(people(person(" Bob\x00|\ud800Smith\ufffe ")))

    assert recorded(found) == [("person", "Bob Smith")]


def test_a_whole_figure_is_no_face() -> None:
    figure = Person(name="Bob", confidence=1.0, region=FACE, face=False)

    assert recorded(plan(people(figure))) == [("person", "Bob")]


def test_a_person_whom_the_user_named_is_not_named_again() -> None:
    assert plan(people(person("bob")), PERSON.format("Seq", "<rdf:li>BOB</rdf:li>")).is_empty


def test_a_person_is_added_to_those_whom_the_user_named() -> None:
    mine = PERSON.format("Bag", "<rdf:li>Ann</rdf:li>")

    found = plan(people(person("Bob")), mine)

    assert written(found, mine).described.persons == ("Ann", "Bob")


def test_a_person_whom_the_user_took_out_comes_back_nowhere() -> None:
    bob = people(person("Bob", face=FACE))
    once = replace(has(), results=tuple(r for a in plan(bob).additions[:1] for r in a.results))
    rules = WriteRules(describe=DescribeRules(person_keywords=True))

    assert plan_write(once, bob, rules, WHEN, PICTURE).is_empty


def test_to_persons_in_a_form_that_is_not_understood_nothing_is_added() -> None:
    assert plan(people(person("Bob")), PERSON.format("Alt", "<rdf:li>Ann</rdf:li>")).is_empty


def test_one_name_from_two_providers_is_one_person() -> None:
    both = TagSet(
        persons=(said(person("bob", 0.92, FACE), "b"), said(person("Bob", 0.97), "a", "b"))
    )

    found = plan(both)

    assert recorded(found) == [("person", "bob"), ("face", "bob")]
    results = found.additions[0].results
    assert (results[0].provider, results[0].confidence) == ("a+b", 0.97)


def test_one_face_is_one_person_the_surest() -> None:
    found = plan(people(person("Bob", 0.91, FACE), person("Carl", 0.99, FACE)))

    assert recorded(found) == [("person", "Carl"), ("face", "Carl")]


def test_a_face_to_which_the_user_gave_another_name_is_left_alone() -> None:
    found = plan(people(person("Bob", face=ANNS_FACE)), LIGHTROOM, person_keywords=True)

    assert found.is_empty


def test_a_face_to_which_the_user_gave_the_same_name_is_not_drawn_again() -> None:
    found = plan(people(person("ANN", face=FACE)), LIGHTROOM)

    assert recorded(found) == [("person", "ANN")]


@pytest.mark.parametrize("style", UNDERSTOOD)
def test_a_new_face_is_added_to_regions_that_are_understood(style: str) -> None:
    mine = UNDERSTOOD[style]

    found = plan(people(person("Bob", face=FACE), person(None, face=ANNS_FACE)), mine, faces=True)

    assert recorded(found) == [("person", "Bob"), ("face", "Bob")]
    assert faces(written(found, mine)) == ["Ann", "Bob"]


@pytest.mark.parametrize("style", ODD)
def test_regions_that_are_not_understood_are_left_alone(style: str) -> None:
    found = plan(people(person("Bob", face=FACE)), ODD[style])

    assert recorded(found) == [("person", "Bob")]


def test_a_picture_whose_stored_size_is_not_known_gets_no_regions() -> None:
    tagset = TagSet(
        persons=(said(person("Bob", face=FACE)),),
        keywords=(said(Keyword(text="cat", region=FACE)),),
    )

    found = plan(tagset, picture=None, object_regions=True)

    assert recorded(found) == [("person", "Bob")]


def test_a_face_without_a_name_is_drawn_only_when_it_is_asked_for() -> None:
    stranger = people(person(None, face=FACE))

    assert plan(stranger).is_empty
    assert recorded(plan(stranger, faces=True)) == [("face", "")]


def test_a_prefix_that_means_something_else_bars_its_properties_alone() -> None:
    file = read_packet(packet().replace(b"xmlns:mwg-rs=", b"xmlns:mwg-rs='urn:other' xmlns:o="))
    existing = read_existing(file, None, carries_iim=False)

    found = plan_write(existing, people(person("Bob", face=FACE)), WriteRules(), WHEN, PICTURE)

    assert recorded(found) == [("person", "Bob")]


def test_names_are_keywords_when_asked_unless_blocked() -> None:
    both = people(person("Bob"), person("Carl", 0.99))

    found = plan(both, person_keywords=True, blocked=frozenset({"bob"}))

    assert found.subject == ("Carl",)


def test_the_surest_caption_becomes_the_alternative_text_and_nothing_else() -> None:
    captions = [Caption(text=t, confidence=c) for t, c in (("b", None), ("c", 0.5), ("d", 0.2))]
    tagset = TagSet(captions=tuple(said(c) for c in (*captions, Caption(text="t", kind="title"))))

    assert recorded(plan(tagset)) == [("alt_text", "c")]
    assert recorded(plan(tagset, alt_text=False, description=True, title=True)) == [
        ("description", "c"),
        ("title", "t"),
    ]


def test_the_first_of_captions_without_a_confidence_is_taken() -> None:
    tagset = TagSet(captions=tuple(said(Caption(text=t)) for t in ["\x00", "x", "y"]))

    assert recorded(plan(tagset)) == [("alt_text", "x")]


def test_a_sentence_of_the_users_stays() -> None:
    tagset = TagSet(captions=(said(Caption(text="ours")), said(Caption(text="t", kind="title"))))
    mine = ("<dc:title>plain</dc:title>", ALT.format("mine"))

    assert plan(tagset, *mine, title=True).is_empty


def test_an_empty_sentence_is_filled() -> None:
    found = plan(TagSet(captions=(said(Caption(text="ours")),)), ALT.format(" "))

    assert list(written(found, ALT.format(" ")).described.texts.values()) == ["ours"]


def test_text_is_kept_in_full_even_where_the_users_long_description_stays() -> None:
    tagset = TagSet(text=tuple(said(TextLine(text=t)) for t in ("OPEN", "\x01", "24 h")))
    mine = ALT.format("mine").replace("AltText", "ExtDescr")

    texts = {p.name: text for p, text in written(plan(tagset)).described.texts.items()}
    kept = {p.name: text for p, text in written(plan(tagset, mine), mine).described.texts.items()}

    assert texts == {
        "ExtDescrAccessibility": "Text in image: OPEN\n24 h",
        "OcrText": "OPEN\n24 h",
    }
    assert kept == {"ExtDescrAccessibility": "mine", "OcrText": "OPEN\n24 h"}


def test_text_is_cut_between_two_letters() -> None:
    found = plan(TagSet(text=(said(TextLine(text="x" + "\u6d77" * 9000)),)))

    (text,) = (e.text for e in found.further_edits if e.text is not None)
    assert len(text.encode()) == 8191
    assert set(text) == {"x", "\u6d77"}


def test_of_two_readers_the_one_who_reads_more_is_believed() -> None:
    tagset = TagSet(
        text=(
            said(TextLine(text="0PEN"), "a"),
            said(TextLine(text="OPEN"), "b"),
            said(TextLine(text="24 h"), "b"),
        )
    )

    found = plan(tagset)

    assert [e.text for e in found.further_edits if e.text is not None] == ["OPEN\n24 h"]
    assert [r.provider for a in found.additions for r in a.results] == ["b"]


def test_colours_come_from_one_provider_and_only_in_their_proper_form() -> None:
    colors = [("#ffffff", "a"), ("#000000", "b"), ("#00000", "a"), ('"/>', "a")]
    tagset = TagSet(colors=tuple(said(Color(hex=h, fraction=0.5), p) for h, p in colors))

    assert recorded(plan(tagset)) == [("color", "#ffffff")]
    assert plan(tagset, colors=False).is_empty


def test_colours_are_keywords_below_a_level_of_their_own_when_asked() -> None:
    tagset = TagSet(colors=(said(Color(hex="#ff0000", fraction=0.5, name="red")),))
    rules = WriteRules(root="auto", describe=DescribeRules(color_keywords=True))

    found = plan_write(has(), tagset, rules, WHEN)

    assert found.subject == ("red",)
    assert list(found.hierarchies.values()) == [("auto|Colour|red",)]


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


def test_a_picture_of_another_size_keeps_its_regions_as_they_are() -> None:
    found = plan(
        people(person("Bob", face=FACE)), LIGHTROOM, picture=StoredPicture(width=32, height=48)
    )

    assert recorded(found) == [("person", "Bob")]


def test_regions_of_every_style_are_read_alike() -> None:
    found = {style: read_regions(read_packet(packet(body))) for style, body in UNDERSTOOD.items()}

    assert set(found.values()) == {found["Lightroom"]}
    (ann,) = found["Lightroom"].found  # type: ignore[union-attr] # it was understood
    assert (ann.name, round(ann.region.x, 6), round(ann.region.y, 6)) == ("Ann", 0.4, 0.25)
