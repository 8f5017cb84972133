"""Whatever a file says beside keywords, and whatever is found: only additions, and only once."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tagbridge.metadata.additions import DescribeRules
from tagbridge.metadata.edit import edited
from tagbridge.metadata.existing import Existing, read_existing
from tagbridge.metadata.packet import Packet, read_packet
from tagbridge.metadata.plan import WriteRules, edits_of, plan_write, without_room
from tagbridge.metadata.verify import check_packet
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
from tests.tagbridge.metadata.styles import FURTHER, ODD, UNDERSTOOD, packet

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = int(os.environ.get("TAGBRIDGE_TEST_ROUNDS", "1"))
WHEN = "2026-01-01T00:00:00+00:00"

FRACTIONS = st.sampled_from([0.0, 1e-7, 0.0004, 0.1, 0.25, 0.3, 0.5, 0.9, 1.0])
SURE = st.sampled_from([None, 0.1, 0.9, 0.95, 1.0])
PLACES = st.one_of(st.none(), st.builds(Region.clamped, *[FRACTIONS] * 4))
TEXTS = st.one_of(
    st.sampled_from(
        ["", " ", "Ann", "ann ", "Bob", "a|b", "<&>]]>\"'", "x" * 3000, "\ud800", "\ufffe"]
    ),
    st.text(max_size=40),
)
PEOPLE = st.builds(
    Person,
    name=st.one_of(st.none(), TEXTS),
    confidence=SURE,
    region=PLACES,
    face=st.sampled_from([True, True, False]),
)


def sourced(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Sourced[Any], ...]]:
    source = st.builds(
        Source, provider=st.sampled_from(["a", "b"]), model=st.just("m"), confidence=SURE
    )
    sources = st.lists(source, min_size=1, max_size=2, unique_by=lambda s: s.provider).map(tuple)
    return st.lists(st.builds(Sourced, value=values, sources=sources), max_size=4).map(tuple)


KEYWORDS = st.builds(
    Keyword, text=st.sampled_from(["sea", "cat", "Ann"]), region=PLACES, borrowed=st.booleans()
)
TAGSETS = st.builds(
    TagSet,
    keywords=sourced(KEYWORDS),
    persons=sourced(PEOPLE),
    text=sourced(st.builds(TextLine, text=TEXTS)),
    colors=sourced(
        st.builds(
            Color,
            hex=st.sampled_from(["#000000", "#00ff00", 'red"><']),
            fraction=FRACTIONS,
            name=st.one_of(st.none(), TEXTS),
        )
    ),
    captions=sourced(
        st.builds(Caption, text=TEXTS, confidence=SURE, kind=st.sampled_from(["caption", "title"]))
    ),
    sensitivities=sourced(
        st.builds(
            Sensitivity,
            kind=st.sampled_from(["nsfw", "nudity", "violence"]),
            confidence=st.sampled_from([0.1, 0.85, 0.99]),
        )
    ),
    qualities=sourced(st.builds(Quality, kind=TEXTS, value=FRACTIONS)),
)
YES = st.booleans()
RULES = st.builds(
    WriteRules,
    root=st.sampled_from(["", "root"]),
    describe=st.builds(
        DescribeRules,
        people=YES,
        person_confidence=st.just(0.9),
        **dict.fromkeys(
            [
                *("person_keywords", "faces", "object_regions", "alt_text", "description"),
                *("title", "text", "colors", "color_keywords"),
            ],
            YES,
        ),
    ),
)
PICTURES = st.one_of(
    st.none(),
    st.builds(StoredPicture, width=st.just(48), height=st.just(32), orientation=st.integers(1, 8)),
)
FILES = st.builds(
    lambda regions, further, attributes: read_packet(
        packet(*regions, *further, attributes=attributes)
    ),
    st.lists(st.sampled_from([*UNDERSTOOD.values(), *ODD.values()]), max_size=1),
    st.lists(st.sampled_from(FURTHER), max_size=4),
    st.sampled_from(["", ' dc:title="plain"', ' tagbridge:OcrText="OPEN"', ' dc:format="x"']),
)


def said(file: Packet) -> Existing:
    return read_existing(file, None, carries_iim=False)


def applied(
    file: Packet,
    tagset: TagSet,
    rules: WriteRules,
    picture: StoredPicture | None,
    room: Callable[[Any], bool] = lambda _plan: True,
) -> Packet | None:
    """Return the file with everything that is planned, or None when nothing is."""
    existing = said(file)
    plan = without_room(plan_write(existing, tagset, rules, WHEN, picture), room)
    if plan.is_empty:
        return None
    new = edited(file, edits_of(plan))
    check_packet(file.text, new, (*existing.subject, *plan.subject), plan.further_edits)
    return read_packet(new)


@settings(max_examples=100 * ROUNDS, deadline=None)
@given(FILES, TAGSETS, RULES, PICTURES)
def test_a_second_run_has_nothing_to_do(
    file: Packet, tagset: TagSet, rules: WriteRules, picture: StoredPicture | None
) -> None:
    once = applied(file, tagset, rules, picture)

    if once is not None:
        assert applied(once, tagset, rules, picture) is None


@settings(max_examples=60 * ROUNDS, deadline=None)
@given(FILES, TAGSETS, RULES, PICTURES)
def test_what_found_no_room_is_not_tried_again(
    file: Packet, tagset: TagSet, rules: WriteRules, picture: StoredPicture | None
) -> None:
    once = applied(file, tagset, rules, picture, room=lambda plan: not plan.additions)

    if once is not None:
        assert applied(once, tagset, rules, picture, room=lambda plan: not plan.additions) is None


@settings(max_examples=60 * ROUNDS, deadline=None)
@given(FILES, st.lists(TAGSETS, min_size=2, max_size=3), RULES, PICTURES)
def test_what_the_user_said_stays_whoever_adds_to_it(
    file: Packet, tagsets: list[TagSet], rules: WriteRules, picture: StoredPicture | None
) -> None:
    before = said(file).described
    for tagset in tagsets:
        file = applied(file, tagset, rules, picture) or file
    after = said(file).described

    for target, text in before.texts.items():
        assert after.texts[target] == text
    assert (after.persons or ())[: len(before.persons or ())] == (before.persons or ())
    assert (before.regions is None) == (after.regions is None)
    if before.regions is not None and after.regions is not None:
        assert after.regions.found[: len(before.regions.found)] == before.regions.found


@settings(max_examples=60 * ROUNDS, deadline=None)
@given(FILES, TAGSETS, RULES, PICTURES)
def test_what_the_user_removes_stays_removed(
    file: Packet, tagset: TagSet, rules: WriteRules, picture: StoredPicture | None
) -> None:
    once = applied(file, tagset, rules, picture)
    if once is None:
        return
    removed = replace(said(file), results=said(once).results)

    again = plan_write(removed, tagset, rules, WHEN, picture)

    assert again.additions == ()
