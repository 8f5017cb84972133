"""A keyword list as Lightroom exports it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagbridge.spelling import cleaned
from tagbridge.vocabulary.entries import Entry, FaultError, Name
from tagbridge.vocabulary.keyword_list import read_keyword_list

LIST = """\
[Nature]
\tAnimal
\t\t{fauna}
\t\tDog
\t\t\t{hound}
\t\t\t{canine, male}
\t\tCat
\t{wildlife}
\tTree

Sea
"""


def synonyms(*texts: str) -> tuple[Name, ...]:
    return tuple(Name(text=text) for text in texts)


def test_tabs_are_levels_braces_are_synonyms_and_brackets_are_categories() -> None:
    assert read_keyword_list(LIST) == [
        Entry(path=("Nature",), category=True),
        Entry(path=("Nature", "Animal")),
        Entry(path=("Nature", "Animal"), names=synonyms("fauna")),
        Entry(path=("Nature", "Animal", "Dog")),
        Entry(path=("Nature", "Animal", "Dog"), names=synonyms("hound")),
        Entry(path=("Nature", "Animal", "Dog"), names=synonyms("canine, male")),
        Entry(path=("Nature", "Animal", "Cat")),
        Entry(path=("Nature",), category=True, names=synonyms("wildlife")),
        Entry(path=("Nature", "Tree")),
        Entry(path=("Sea",)),
    ]


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\n"])
def test_lines_may_end_as_on_any_system(ending: str) -> None:
    assert read_keyword_list(LIST.replace("\n", ending)) == read_keyword_list(LIST)


def test_a_keyword_may_be_below_one_of_the_same_name() -> None:
    found = read_keyword_list("New York\n\tNew York")

    assert [entry.path for entry in found] == [("New York",), ("New York", "New York")]


def test_space_at_the_end_of_a_line_does_not_count() -> None:
    assert read_keyword_list("Sea  \n\t{ ocean }\t") == [
        Entry(path=("Sea",)),
        Entry(path=("Sea",), names=synonyms("ocean")),
    ]


def test_a_sign_that_other_programs_take_for_a_separator_is_left_out_and_said() -> None:
    (entry,) = read_keyword_list("Black/White")

    assert (entry.path, entry.altered) == (("Black White",), "Black/White")


def test_another_composition_of_the_same_letters_is_no_alteration() -> None:
    (entry,) = read_keyword_list("Cafe\u0301")

    assert (entry.path, entry.altered) == (("Caf\u00e9",), "")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("Animal\n\t\tDog", 2, "2 tabs are in front of 'Dog', and after the line above there can"),
        ("\tDog", 1, "1 tabs are in front of 'Dog'"),
        ("Sea\n    Boat", 2, "spaces are in front of the keyword; indent with tabs"),
        ("Sea\n\t Boat", 2, "spaces are in front of the keyword; indent with tabs"),
        ("{ocean}\nSea", 1, "the synonym is below no keyword; give it one tab more"),
        ("Sea\n{ocean}", 2, "the synonym is below no keyword"),
        ("Sea\n\t\t{ocean}", 2, "the synonym is below no keyword"),
        ("Sea\n\t{ocean", 2, "'{ocean' does not end with }"),
        ("\n\n[Nature", 3, "'[Nature' does not end with ]"),
        ("Sea\n\t{ }", 2, "nothing is between { and }; remove the line"),
        ("[]", 1, "nothing is between [ and ]; remove the line"),
        ("Sea\n,;|", 2, "',;|' cannot be a keyword"),
        ("x" * 129, 1, "cannot be a keyword: use 1 to 128 letters"),
        ("[[keyword]]\ntext = 'Sea'", 1, "this looks like TOML rules; let the file name end in"),
    ],
)
def test_a_line_that_cannot_be_understood_is_named(text: str, line: int, message: str) -> None:
    with pytest.raises(FaultError) as caught:
        read_keyword_list(text)

    assert (caught.value.line, message in str(caught.value)) == (line, True), str(caught.value)


LINES = st.builds(
    lambda tabs, word: "\t" * tabs + word,
    st.integers(0, 3),
    st.one_of(
        st.sampled_from(["Sea", "{ocean}", "[Nature]", "{", "a/b", "\ufeff", "\0"]),
        st.text(st.characters(exclude_categories=()), max_size=6),
    ),
)


@given(st.lists(LINES, max_size=8).map("\n".join))
def test_any_text_is_read_or_refused_and_gives_only_clean_keywords(text: str) -> None:
    try:
        entries = read_keyword_list(text)
    except FaultError:
        return
    assert all(cleaned(level) == level for entry in entries for level in entry.path)
