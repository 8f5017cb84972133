"""What is added to which list: decided by values alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tagbridge.metadata import iim
from tagbridge.metadata.existing import Existing
from tagbridge.metadata.keywords import rejected_keywords
from tagbridge.metadata.plan import WritePlan, WriteRules, plan_write
from tagbridge.metadata.properties import (
    HIERARCHICAL_SUBJECT,
    HIERARCHIES,
    SUBJECT,
    WARNING_REQUIRED,
)
from tagbridge.metadata.results import Result
from tagbridge_hooks import Keyword, Sensitivity, Source, Sourced, TagSet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagbridge.metadata.properties import KeywordList

WHEN = "2026-01-01T00:00:00+00:00"
SOURCES = (Source(provider="a", model="m1"), Source(provider="b", model="m2"))
_, TAGS_LIST, LAST_KEYWORD, LAST_KEYWORD_SLASH = HIERARCHIES
NOTHING = Existing(
    subject=(), hierarchies={}, warning=None, results=(), iim=None, carries_iim=False
)


def has(*subject: str, block: bytes | None = None, **more: object) -> Existing:
    found = replace(NOTHING, subject=subject, iim=block, carries_iim=block is not None)
    return replace(found, **more)  # type: ignore[arg-type] # the fields of Existing


def ours(*keywords: str, kind: str = "keyword") -> tuple[Result, ...]:
    return tuple(
        Result(kind=kind, value=k, confidence=0.5, provider="a", model="", when=WHEN)
        for k in keywords
    )


def tags(*words: str | tuple[str, ...], nsfw: float | None = None) -> TagSet:
    """Return a tag set; a tuple is a keyword behind its ancestors."""
    paths = [(w,) if isinstance(w, str) else w for w in words]
    keywords = [Keyword(text=p[-1], broader=p[:-1], confidence=0.75) for p in paths]
    flags = [] if nsfw is None else [Sensitivity(kind="nsfw", confidence=nsfw)]
    return TagSet(
        keywords=tuple(Sourced(value=k, sources=SOURCES) for k in keywords),
        sensitivities=tuple(Sourced(value=f, sources=SOURCES[:1]) for f in flags),
    )


def plan(existing: Existing, tagset: TagSet, **rules: object) -> WritePlan:
    return plan_write(existing, tagset, WriteRules(**rules), WHEN)  # type: ignore[arg-type] # fields


def added(found: WritePlan) -> Mapping[str, tuple[str, ...]]:
    return {f"{k.prefix}:{k.name}": v for k, v in found.hierarchies.items()}


def iptc(*keywords: str) -> bytes:
    return iim.with_keywords(None, keywords)


def test_what_is_new_is_added_in_its_order() -> None:
    found = plan(has("mine"), tags("sea", "sky"))

    assert found.subject == ("sea", "sky")
    assert found.keywords_added == ("sea", "sky")
    assert found.when == WHEN


def test_the_users_spelling_counts_as_the_same_keyword() -> None:
    existing = has("SEA", " sky ", "cafe\u0301", "STRASSE")

    assert plan(existing, tags("sea", "Sky", "caf\u00e9", "stra\u00dfe")).is_empty


def test_the_same_keyword_twice_is_one() -> None:
    found = plan(NOTHING, tags("sea", "Sea", "sky"))

    assert found.subject == ("sea", "sky")
    assert found.keywords_added == ("sea", "sky")


def test_every_addition_is_recorded_with_all_who_said_it() -> None:
    (result,) = plan(NOTHING, tags("sea")).results

    assert result == Result(
        kind="keyword", value="sea", confidence=0.75, provider="a+b", model="m1+m2", when=WHEN
    )


def test_a_record_holds_nothing_that_xml_cannot() -> None:
    hostile = Source(provider="p", model="a\0b\ud800\ufffe\x1b[2J" + "x" * 10_000)
    tagset = TagSet(keywords=(Sourced(value=Keyword(text="sea"), sources=(hostile,)),))

    (result,) = plan(NOTHING, tagset).results

    assert result.model.startswith("ab[2Jxx")
    assert len(result.model) == 128


def test_a_keyword_of_ours_that_was_removed_does_not_come_back() -> None:
    existing = has("mine", results=ours("Sea"))

    assert plan(existing, tags("sea")).is_empty
    assert plan(existing, tags("sea", "sky")).subject == ("sky",)


def test_a_keyword_of_ours_that_was_removed_from_iptc_does_not_come_back() -> None:
    existing = has("sea", "mine", block=iptc("mine"), results=ours("sea"))

    found = plan(existing, tags("sea", "sky"))

    assert (found.subject, found.iim) == (("sky",), ("sky",))


def test_a_removed_keyword_is_not_imported_from_the_iptc_that_still_has_it() -> None:
    long = "a\u00e4" * 40
    existing = has("mine", block=iptc("mine", "sea", long), results=ours("sea", long))

    found = plan(existing, tags("sky"))

    assert (found.subject, found.iim) == (("sky",), ("sky",))


def test_a_removed_ancestor_is_not_put_into_a_path() -> None:
    existing = has("mine", results=ours("animal"))

    found = plan(existing, tags("animal", ("animal", "pet", "cat")), root="auto")

    assert added(found)["lr:hierarchicalSubject"] == ("mine", "auto|pet|cat")


def test_a_removed_path_does_not_come_back_while_its_keyword_stays() -> None:
    existing = has(
        *("animal", "cat"),
        results=(*ours("animal", "cat"), *ours("auto|animal|cat", kind="hierarchy")),
        hierarchies={HIERARCHICAL_SUBJECT: ()},
    )

    assert plan(existing, tags("animal", ("animal", "cat")), root="auto").is_empty


def test_a_keyword_whose_path_was_removed_counts_as_removed_while_there_are_others() -> None:
    results = (*ours("cat", "sea"), *ours("auto|cat", "auto|sea", kind="hierarchy"))
    existing = has("cat", "sea", results=results)

    def rejected(*paths: str) -> set[str]:
        return rejected_keywords(replace(existing, hierarchies={HIERARCHICAL_SUBJECT: paths}))

    assert rejected("auto|sea") == {"cat"}
    assert rejected("auto|sea", "pets|Cat") == set()  # it was moved
    assert rejected() == set()  # a program has dropped the list


def test_iptc_gets_the_whole_union_and_xmp_what_stood_only_in_iptc() -> None:
    found = plan(has("xmp", "both", block=iptc("Both", "iptc")), tags("sea"))

    assert found.subject == ("iptc", "sea")
    assert found.iim == ("xmp", "sea")


def test_nothing_is_imported_when_we_have_nothing_to_add() -> None:
    assert plan(has(block=iptc("only here", "sea")), tags("sea")) == WritePlan(hierarchies={})


def test_empty_keywords_are_neither_imported_nor_spread() -> None:
    block = b"\x1c\x02\x19\x00\x00" + iptc("x")

    found = plan(has("", " ", block=block), tags("sea"))

    assert (found.subject, found.iim) == (("x", "sea"), ("sea",))


def test_without_a_root_no_hierarchical_list_is_begun() -> None:
    assert plan(has("mine"), tags(("animal", "cat"))).hierarchies == {}


def test_a_root_begins_the_list_with_the_users_own_keywords_so_that_none_is_hidden() -> None:
    found = plan(has("Mine", "a|b"), tags("animal", ("animal", "cat"), "sea"), root="auto")

    assert added(found) == {"lr:hierarchicalSubject": ("Mine", "auto|animal|cat", "auto|sea")}
    assert [r.value for r in found.results if r.kind == "hierarchy"] == [
        *("auto|animal|cat", "auto|sea")
    ]


def test_every_list_that_exists_is_completed_with_its_own_separator() -> None:
    lists: dict[KeywordList, tuple[str, ...]] = {
        HIERARCHICAL_SUBJECT: ("Places|Kiel",),
        TAGS_LIST: ("Places/Kiel",),
        LAST_KEYWORD: (),
        LAST_KEYWORD_SLASH: ("Places/Kiel", "sea"),
    }

    found = plan(has("Kiel", "mine", hierarchies=lists), tags(("water", "sea")))

    assert found.hierarchies == {
        HIERARCHICAL_SUBJECT: ("mine", "water|sea"),
        TAGS_LIST: ("mine", "water/sea"),
        LAST_KEYWORD: ("Kiel", "mine", "water/sea"),
    }


def test_a_keyword_that_the_list_has_anywhere_is_not_given_a_second_place() -> None:
    existing = has("cat", hierarchies={HIERARCHICAL_SUBJECT: ("Pets|Cat|Minka",)})

    assert plan(existing, tags(("animal", "cat"))).is_empty


def test_paths_use_the_users_spelling() -> None:
    found = plan(has(" ANIMAL "), tags("animal", ("animal", "cat")), root="auto")

    assert added(found)["lr:hierarchicalSubject"] == ("auto|ANIMAL|cat",)


def test_the_list_is_not_given_both_forms_of_a_long_keyword() -> None:
    long = "x" * 100

    found = plan(has(long, block=iptc(long)), tags("sea"), root="auto")

    assert added(found)["lr:hierarchicalSubject"] == (long, "auto|sea")


def test_a_sure_flag_sets_the_warning_once() -> None:
    found = plan(NOTHING, tags(nsfw=0.8), nsfw_threshold=0.8)

    assert found.warning
    assert [(r.kind, r.value) for r in found.results] == [("nsfw", WARNING_REQUIRED)]
    assert plan(has(results=found.results, warning=WARNING_REQUIRED), tags(nsfw=1.0)).is_empty


def test_an_unsure_flag_sets_nothing() -> None:
    assert plan(NOTHING, tags(nsfw=0.79), nsfw_threshold=0.8, nsfw_keyword="nsfw").is_empty


def test_the_users_word_about_the_warning_is_the_last_one() -> None:
    for value in ("http://ns.useplus.org/ldf/vocab/CW-NRQ", "", "whatever"):
        assert plan(has(warning=value), tags(nsfw=1.0)).is_empty


def test_a_warning_that_was_removed_is_not_set_again() -> None:
    assert plan(has(results=ours(WARNING_REQUIRED, kind="nsfw")), tags(nsfw=1.0)).is_empty


def test_a_flagged_picture_also_gets_the_configured_keyword() -> None:
    found = plan(NOTHING, tags("sea", "NSFW", nsfw=0.9), nsfw_keyword="nsfw")

    assert found.subject == ("sea", "NSFW")
    assert plan(has(results=ours("nsfw")), tags(nsfw=0.1), nsfw_keyword="nsfw").is_empty


def test_a_machines_keyword_that_a_longer_one_begins_with_is_not_claimed_as_ours() -> None:
    """In IPTC both look the same, so it would seem to be there already."""
    existing = has("x" * 70, block=iptc("x" * 70))

    assert plan(existing, tags("x" * 64)).is_empty


def test_the_subject_list_is_the_one_that_everybody_reads() -> None:
    assert (SUBJECT.form, SUBJECT.separator) == ("Bag", "")
