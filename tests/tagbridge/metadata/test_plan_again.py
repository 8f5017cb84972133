"""Whatever a file says and whatever is added: the second run has nothing to do."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st

from tagbridge.merge import resanitized
from tagbridge.metadata import iim
from tagbridge.metadata.edit import PropertyEdit, edited, empty_packet
from tagbridge.metadata.existing import Existing, read_existing
from tagbridge.metadata.packet import Packet, read_packet
from tagbridge.metadata.plan import WriteRules, edits_of, plan_write
from tagbridge.metadata.properties import HIERARCHIES, SUBJECT
from tagbridge.metadata.verify import check_packet
from tagbridge.spelling import spelling_key
from tagbridge_hooks import Keyword, Sensitivity, Source, Sourced, TagSet

Tagged: TypeAlias = tuple[Packet, bytes | None]
ROUNDS = int(os.environ.get("TAGBRIDGE_TEST_ROUNDS", "1"))
WHEN = "2026-01-01T00:00:00+00:00"
SOURCE = Source(provider="p", model="m")

WORDS = st.sampled_from(
    [
        *("sea", "SEA", " sea", "cafe\u0301", "caf\u00e9", "animal", "Animal", "cat", "root"),
        *("a|b", "a/b", "a, b", "<&>\"'", "", " ", "\t", "\u6d77", "nsfw"),
        *("x" * 64, "x" * 100, "\u00e4" * 50),
    ]
)
ANYTHING = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=90
)
TEXTS = st.one_of(WORDS, ANYTHING)
TAGSETS = st.builds(
    lambda words, flag: TagSet(
        keywords=tuple(
            Sourced(value=Keyword(text=t, broader=tuple(b)), sources=(SOURCE,)) for t, b in words
        ),
        sensitivities=()
        if flag is None
        else (Sourced(value=Sensitivity(kind="nsfw", confidence=flag), sources=(SOURCE,)),),
    ),
    st.lists(st.tuples(TEXTS, st.lists(TEXTS, max_size=3)), max_size=6),
    st.sampled_from([None, 0.1, 0.9]),
)
RULES = st.builds(
    WriteRules,
    root=st.sampled_from(["", "root", "auto"]),
    nsfw_keyword=st.sampled_from(["", "nsfw"]),
)
LATIN = b"\x1c\x02\x50\x00\x01\xe4"
BLOCKS = st.one_of(
    st.none(),
    st.builds(
        lambda start, values: (
            start + b"".join(b"\x1c\x02\x19" + len(v).to_bytes(2, "big") + v for v in values)
        ),
        st.sampled_from([b"", LATIN, b"\x1c\x01\x5a\x00\x03\x1b%G"]),
        st.lists(st.one_of(st.binary(max_size=70), TEXTS.map(str.encode)), max_size=5),
    ),
)
FILES = st.builds(
    lambda subject, lists, block: (with_lists(subject, lists), block),
    st.lists(TEXTS, max_size=6),
    st.dictionaries(
        st.sampled_from(range(len(HIERARCHIES))), st.lists(TEXTS, min_size=1, max_size=4)
    ),
    BLOCKS,
)


def with_lists(subject: list[str], lists: dict[int, list[str]]) -> Packet:
    packet = read_packet(empty_packet())
    edits = [PropertyEdit(target=HIERARCHIES[n], append=tuple(v)) for n, v in lists.items()]
    if subject:
        edits.append(PropertyEdit(target=SUBJECT, append=tuple(subject)))
    for edit in edits:
        packet = read_packet(edited(packet, [edit]))
    return packet


def said(file: Tagged) -> Existing:
    return read_existing(file[0], file[1], carries_iim=True)


def applied(file: Tagged, tagset: TagSet, rules: WriteRules) -> Tagged | None:
    """Return the file with everything that is planned, or None when nothing is."""
    packet, block = file
    existing = said(file)
    plan = plan_write(existing, tagset, rules, WHEN)
    if plan.is_empty:
        return None
    new = edited(packet, edits_of(plan))
    check_packet(packet.text, new, (*existing.subject, *plan.subject))
    return read_packet(new), iim.with_keywords(block, plan.iim)


@settings(max_examples=150 * ROUNDS, deadline=None)
@given(FILES, TAGSETS.map(resanitized), RULES)
def test_a_second_run_has_nothing_to_do(file: Tagged, tagset: TagSet, rules: WriteRules) -> None:
    once = applied(file, tagset, rules)

    if once is not None:
        assert applied(once, tagset, rules) is None


@settings(max_examples=150 * ROUNDS, deadline=None)
@given(FILES, st.lists(TAGSETS.map(resanitized), min_size=2, max_size=3), RULES)
def test_nothing_of_the_users_is_ever_lost_or_doubled(
    file: Tagged, tagsets: list[TagSet], rules: WriteRules
) -> None:
    before = said(file)
    for tagset in tagsets:
        file = applied(file, tagset, rules) or file
    after = said(file)

    assert after.subject[: len(before.subject)] == before.subject
    for target, entries in before.hierarchies.items():
        assert after.hierarchies[target][: len(entries)] == entries
    new = [spelling_key(k) for k in after.subject[len(before.subject) :]]
    assert len(new) == len(set(new))
    assert not set(new) & set(map(spelling_key, before.subject))
    assert (file[1] or b"").count(LATIN) >= (LATIN in (file[1] or b""))


@settings(max_examples=150 * ROUNDS, deadline=None)
@given(FILES, TAGSETS.map(resanitized), RULES)
def test_what_the_user_removes_stays_removed(
    file: Tagged, tagset: TagSet, rules: WriteRules
) -> None:
    once = applied(file, tagset, rules)
    if once is None:
        return
    removed = replace(said(file), results=said(once).results)

    again = plan_write(removed, tagset, rules, WHEN)

    assert again.keywords_added == ()
    assert not again.warning
