"""Who is named, and who is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tagbridge.metadata.additions import DescribeRules
from tagbridge.metadata.plan import WriteRules, plan_write
from tagbridge_hooks import Person, TagSet
from tests.tagbridge.metadata.additions.planned import (
    FACE,
    PERSON,
    PICTURE,
    WHEN,
    has,
    people,
    person,
    plan,
    recorded,
    said,
    written,
)


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


def test_names_are_keywords_when_asked_unless_blocked() -> None:
    both = people(person("Bob"), person("Carl", 0.99))

    found = plan(both, person_keywords=True, blocked=frozenset({"bob"}))

    assert found.subject == ("Carl",)
