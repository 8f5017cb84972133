"""The persons and faces of several providers."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagbridge.merging.persons import merged_persons
from tagbridge_hooks import Person, Recognition, Region, Source, Sourced

LEFT = Region(x=0.1, y=0.1, width=0.2, height=0.2)
NEAR_LEFT = Region(x=0.12, y=0.12, width=0.2, height=0.2)
TOUCHING = Region(x=0.2, y=0.1, width=0.2, height=0.2)
RIGHT = Region(x=0.6, y=0.1, width=0.2, height=0.2)
BODY = Region(x=0.0, y=0.0, width=0.4, height=1.0)


def said(provider: str, *persons: Person) -> Recognition:
    return Recognition(provider=provider, model=f"{provider}-1", persons=persons)


def face(
    name: str | None = None,
    region: Region | None = LEFT,
    confidence: float | None = None,
    age: float | None = None,
) -> Person:
    return Person(name=name, region=region, confidence=confidence, age=age, face=True)


def values(*answers: Recognition) -> list[Person]:
    return [person.value for person in merged_persons(answers)]


def test_one_face_that_two_see_is_one_person_of_two_sources() -> None:
    seen = face(confidence=0.5)
    near = face(region=NEAR_LEFT, confidence=0.6)

    assert merged_persons([said("a", seen), said("b", near)]) == (
        Sourced(
            value=face(confidence=0.8),
            sources=(
                Source(provider="a", model="a-1", confidence=0.5),
                Source(provider="b", model="b-1", confidence=0.6),
            ),
        ),
    )


def test_the_one_who_knows_the_name_gives_it_and_how_sure_it_is() -> None:
    assert values(said("a", face(confidence=0.9)), said("b", face("Ann", NEAR_LEFT, 0.7))) == [
        face("Ann", confidence=0.7)
    ]


def test_two_who_know_the_name_are_surer_of_it() -> None:
    answers = [said("a", face("Ann", confidence=0.5)), said("b", face("ANN", confidence=0.5))]

    assert values(*answers) == [face("Ann", confidence=0.75)]


def test_who_gets_two_names_keeps_none() -> None:
    answers = [said("a", face("Ann", confidence=0.9)), said("b", face("Eve", confidence=0.8))]

    assert values(*answers) == [face()]


def test_a_third_name_does_not_decide() -> None:
    answers = [said("a", face("Ann")), said("b", face("Eve")), said("c", face("Ann"))]

    assert values(*answers) == [face()]


def test_ages_are_averaged() -> None:
    assert values(said("a", face(age=30.0)), said("b", face()), said("c", face(age=40.0))) == [
        face(age=35.0)
    ]


def test_faces_that_only_touch_are_two() -> None:
    assert len(values(said("a", face()), said("b", face(region=TOUCHING)))) == 2


def test_a_face_and_a_figure_are_two_things_even_in_one_place() -> None:
    figure = Person(region=LEFT)

    assert values(said("a", figure), said("b", face())) == [figure, face()]


def test_of_two_faces_the_nearer_one_is_meant() -> None:
    answers = [said("a", face(region=RIGHT), face()), said("b", face("Ann", NEAR_LEFT))]

    assert values(*answers) == [face(region=RIGHT), face("Ann")]


def test_one_name_from_two_providers_is_one_person_wherever_they_saw_it() -> None:
    answers = [said("a", face("Ann", None)), said("b", face("ann", RIGHT)), said("c", face("Ann"))]

    assert values(*answers) == [face("Ann", RIGHT)]


def test_the_region_of_the_face_counts_more_than_that_of_the_figure() -> None:
    figure = Person(name="Ann", region=BODY)

    assert values(said("a", figure), said("b", face("Ann"))) == [face("Ann")]


def test_one_provider_that_sees_a_name_twice_saw_two() -> None:
    twins = (face("Ann"), face("Ann", RIGHT))

    assert values(said("a", *twins)) == list(twins)
    assert values(said("a", *twins), said("b", face("Ann", RIGHT))) == list(twins)


def test_one_provider_that_finds_a_face_and_names_it_is_one_source() -> None:
    (found,) = merged_persons([said("a", face(confidence=0.9), face("Ann", confidence=0.6))])

    assert found.value == face("Ann", confidence=0.6)
    assert [source.provider for source in found.sources] == ["a"]


def test_somebody_without_name_and_place_is_nobody_elses_double() -> None:
    assert values(said("a", Person()), said("b", Person())) == [Person(), Person()]


@pytest.mark.parametrize(
    ("name", "kept"),
    [("Ann\n\u202eLee", "Ann Lee"), ("\0\x1b", None), ("", None), ("x" * 999, None)],
)
def test_a_name_is_hostile_until_it_is_cleaned(name: str, kept: str | None) -> None:
    assert values(said("a", face(name))) == [face(kept)]


PERSONS = st.lists(
    st.builds(
        Person,
        name=st.sampled_from([None, "Ann", "ann", "Eve", "\0"]),
        confidence=st.one_of(st.none(), st.floats(0, 1)),
        region=st.sampled_from([None, LEFT, NEAR_LEFT, TOUCHING, RIGHT, BODY]),
        face=st.booleans(),
        age=st.one_of(st.none(), st.floats(0, 100)),
    ),
    max_size=4,
).map(tuple)


@given(st.tuples(PERSONS, PERSONS, PERSONS))
def test_nobody_is_lost_and_no_source_named_twice(persons: tuple[tuple[Person, ...], ...]) -> None:
    answers = [said(name, *those) for name, those in zip("abc", persons, strict=True)]

    merged = merged_persons(answers)

    assert len(merged) <= sum(map(len, persons))
    told = {s.provider for person in merged for s in person.sources}
    assert told == {answer.provider for answer in answers if answer.persons}
    for person in merged:
        providers = [source.provider for source in person.sources]
        assert providers == sorted(set(providers))
    regions = {p.region for p in itertools.chain(*persons)}
    assert {person.value.region for person in merged} <= regions
