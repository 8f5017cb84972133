"""A keyword list as Lightroom imports it, and as we read it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from tagbridge.spelling import cleaned, sentence, spelling_key
from tagbridge.vocabulary.entries import Entry, Name, places_of
from tagbridge.vocabulary.keyword_list import read_keyword_list
from tagbridge.vocabulary.keyword_list_text import keyword_list_text
from tagbridge.vocabulary.vocabulary import vocabulary_of

if TYPE_CHECKING:
    from collections.abc import Iterator

LIST = """\
[Nature]
\tAnimal
\t\tDog
\t\t\t{hound}
\t\t\t{canine, male}
Sea
"""


def test_levels_are_tabs_synonyms_are_in_braces_and_categories_in_brackets() -> None:
    names = (Name(text="hound"), Name(text="canine, male", language="en"))
    entries = [
        Entry(path=("Nature",), category=True),
        Entry(path=("Nature", "Animal", "Dog"), names=names),
        Entry(path=("Sea",)),
    ]

    assert keyword_list_text(entries) == LIST


def test_a_keyword_that_is_mentioned_often_stands_there_once_with_all_its_names() -> None:
    entries = [
        Entry(path=("Sea",), names=(Name(text="ocean"),)),
        Entry(path=("Land", "Hill")),
        Entry(path=("sea", "Wave"), category=False),
        Entry(path=("SEA",), names=(Name(text="Ocean"), Name(text="main"))),
    ]

    assert keyword_list_text(entries) == "Sea\n\t{Ocean}\n\t{main}\n\tWave\nLand\n\tHill\n"


def test_a_keyword_that_looks_like_a_category_or_synonym_is_not_read_as_one() -> None:
    text = keyword_list_text([Entry(path=("[Work]", "{draft}")), Entry(path=("a [b]",))])

    assert text == "(Work)\n\t(draft)\na [b]\n"
    assert [entry.path for entry in read_keyword_list(text)] == [
        ("(Work)",),
        ("(Work)", "(draft)"),
        ("a [b]",),
    ]


def test_nothing_is_an_empty_list() -> None:
    assert keyword_list_text([]) == ""


WORDS = st.one_of(
    st.sampled_from(["Dog", "dog", "Straße", "New York", "Ko\u0304ln", "a [b]", "犬"]),
    st.text(min_size=1, max_size=8),
)
KEYWORDS = WORDS.filter(lambda w: cleaned(w) == w and not w.startswith(("[", "{")))
SYNONYMS = WORDS.filter(lambda w: sentence(w) == w != "")


class Node(NamedTuple):
    """A keyword of a tree and what is below it."""

    text: str
    category: bool
    names: tuple[str, ...]
    below: tuple[Node, ...] = ()


def different(texts: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(texts, max_size=3, unique_by=spelling_key)


def siblings(below: st.SearchStrategy[tuple[Node, ...]]) -> st.SearchStrategy[tuple[Node, ...]]:
    node = st.builds(Node, KEYWORDS, st.booleans(), different(SYNONYMS).map(tuple), below)
    return st.lists(node, max_size=3, unique_by=lambda n: spelling_key(n.text)).map(tuple)


TREES = st.recursive(st.just(()), siblings, max_leaves=8)


def entries_of(tree: tuple[Node, ...], above: tuple[str, ...] = ()) -> Iterator[Entry]:
    """Yield a tree as `read_keyword_list` gives it."""
    for node in tree:
        path = (*above, node.text)
        yield Entry(path=path, category=node.category)
        for text in node.names:
            yield Entry(path=path, category=node.category, names=(Name(text=text),))
        yield from entries_of(node.below, path)


@given(TREES)
def test_what_is_written_is_read_back_as_it_was(tree: tuple[Node, ...]) -> None:
    entries = list(entries_of(tree))

    again = read_keyword_list(keyword_list_text(entries))

    assert again == entries
    assert vocabulary_of(again) == vocabulary_of(entries)


MENTIONS = st.builds(
    lambda path, category, names: Entry(
        path=tuple(path), category=category, names=tuple(Name(text=name) for name in names)
    ),
    st.lists(KEYWORDS, min_size=1, max_size=3),
    st.booleans(),
    different(SYNONYMS),
)


@given(st.lists(MENTIONS, max_size=6))
def test_in_whatever_order_keywords_are_mentioned_none_is_lost(entries: list[Entry]) -> None:
    text = keyword_list_text(entries)
    again = read_keyword_list(text)

    before, after = places_of(entries), places_of(again)
    assert {key: bool(p.category) for key, p in after.items()} == {
        key: bool(p.category) for key, p in before.items()
    }
    for key, place in before.items():
        said = {spelling_key(name.text) for name in after[key].names}
        assert said == {spelling_key(name.text) for name in place.names}
    assert keyword_list_text(again) == text
