"""Similar pictures of a collection, and what is borrowed from them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tagbridge_hooks import Keyword, MalformedAnswerError, Neighbour, RejectedError
from tagbridge_hooks.testing import SAMPLES
from tagbridge_ximilar import XimilarSettings
from tagbridge_ximilar.neighbours import borrowed, read_neighbours

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagbridge_hooks import Recognition

    Answered = Callable[..., Recognition]

TABLE = {"services": ["similar"], "collection_id": "my-photos"}
FIELDS = ("_tags", "tags")
# The documented example.
RECORD = {"_id": "__SOME_ID__", "_url": "__SOME_URL__", "category": "__SOME_CATEGORY__"}
EXAMPLE: dict[str, Any] = {
    "status": {"code": 200, "text": "OK"},
    "statistics": {"OperationTime": 1},
    "answer_records": [RECORD, RECORD, RECORD],
    "answer_distances": [40.0, 50.0, 60.0],
    "answer_count": 3,
}


def settings(**keys: object) -> XimilarSettings:
    return XimilarSettings.model_validate({"api_token": "x", **TABLE, **keys})


def near(distance: float | None, *labels: str | Keyword) -> Neighbour:
    said = tuple(one if isinstance(one, Keyword) else Keyword(text=one) for one in labels)
    return Neighbour(url="u", distance=distance, labels=said)


def found(answer: dict[str, Any]) -> list[tuple[str, float | None]]:
    return [(one.url, one.distance) for one in read_neighbours(answer, FIELDS)]


def record(name: str, **fields: object) -> dict[str, object]:
    return {"_id": name, "_url": f"https://photos.example/{name}", **fields}


def test_similar_pictures_have_an_address_and_a_distance() -> None:
    three = read_neighbours(EXAMPLE, FIELDS)
    assert [one.distance for one in three] == [40.0, 50.0, 60.0]
    assert three[0] == Neighbour(url="__SOME_URL__", distance=40.0)


def test_a_picture_without_an_address_is_called_by_its_id() -> None:
    answer = {
        "answer_records": [{"_id": "a"}, {"_id": "b", "_url": None}],
        "answer_distances": [1, 2],
    }
    assert found(answer) == [("a", 1.0), ("b", 2.0)]


def test_the_nearest_come_first_and_what_has_no_distance_last() -> None:
    rows = [{"_id": name} for name in "abcdefgh"]
    distances = [None, 50, "40", float("nan"), -1, "near", True]
    answer = {"answer_records": rows, "answer_distances": distances}
    assert found(answer)[:2] == [("c", 40.0), ("b", 50.0)]
    assert found(answer)[2:] == [(name, None) for name in "adefgh"]


def test_a_broken_row_does_not_cost_the_others_their_distances() -> None:
    rows = [None, "x", {}, {"_url": 7}, {"_id": "a"}]
    answer = {"answer_records": rows, "answer_distances": [1, 2, 3, 4, 5, 6]}
    assert found(answer) == [("a", 5.0)]


def test_pictures_without_distances_are_pictures_all_the_same() -> None:
    assert found({"answer_records": [{"_id": "a"}]}) == [("a", None)]


@pytest.mark.parametrize(
    "answer", [{}, {"answer_records": None}, {"answer_records": {}}, {"answer_records": [{}, "x"]}]
)
def test_similar_pictures_of_another_form_are_malformed(answer: dict[str, Any]) -> None:
    with pytest.raises(MalformedAnswerError, match="similar pictures"):
        read_neighbours(answer, FIELDS)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("sea", ["sea"]),
        (["sea", "sky", " ", None, 7], ["sea", "sky"]),
        ([{"name": "sea", "prob": 0.9}, {"name": None}, "sky"], ["sky", "sea"]),
        ({"Color": [{"name": "red"}], "Cut": 7}, ["red"]),
        (None, []),
        (7, []),
        ("", []),
    ],
)
def test_a_field_may_hold_keywords_in_any_form(value: object, words: list[str]) -> None:
    answer = {"answer_records": [record("a", tags=value, category="x")]}
    (one,) = read_neighbours(answer, FIELDS)
    assert [label.text for label in one.labels] == words


def test_nearer_pictures_count_for_more() -> None:
    said = [near(40, "sea", "sky"), near(50, "Sea"), near(60, "sky", "sea", "sea")]
    sea, sky = borrowed(said, settings())
    assert (sea.text, sea.borrowed) == ("sea", True)
    assert sea.confidence == pytest.approx(1.0)
    weights = [1 / (1 + d / 50) for d in (40, 50, 60)]
    assert sky.confidence == pytest.approx((weights[0] + weights[2]) / sum(weights))
    assert weights[0] > weights[1] > weights[2]


def test_how_sure_a_picture_is_of_a_keyword_counts() -> None:
    said = [near(0, Keyword(text="sea", confidence=c)) for c in (0.9, 0.5)]
    (sea,) = borrowed(said, settings())
    assert sea.confidence == pytest.approx(0.7)


def test_of_a_keyword_that_is_said_twice_in_a_picture_the_surer_counts() -> None:
    unsure, surer = Keyword(text="sea", confidence=0.2), Keyword(text="Sea", confidence=0.8)
    (sea,) = borrowed([near(1, unsure, surer), near(1, surer, unsure)], settings())
    assert sea.confidence == pytest.approx(0.8)
    (sea,) = borrowed([near(1, unsure, "sea"), near(1, "sea", unsure)], settings())
    assert sea.confidence == pytest.approx(1.0)


def test_what_a_single_picture_says_is_not_borrowed() -> None:
    assert borrowed([near(1, "sea", "sea")], settings()) == ()
    assert borrowed([near(0, "sea"), near(9)], settings(borrowed_confidence=0)) == ()


def test_borrowed_keywords_have_a_threshold_of_their_own() -> None:
    said = [near(1, "sea"), near(1, "sea"), near(1), near(1), near(1)]
    assert borrowed(said, settings()) == ()
    (sea,) = borrowed(said, settings(borrowed_confidence=0.4))
    assert sea.confidence == pytest.approx(0.4)


def test_nothing_is_borrowed_from_far_away_or_from_who_knows_where() -> None:
    said = [near(1, "sea"), near(1, "sea"), near(9, "sky"), near(9, "sky"), near(None, "ice")]
    (sea,) = borrowed([*said, near(None, "ice")], settings(max_distance=8))
    assert sea.text == "sea"
    assert sea.confidence == pytest.approx(1.0)


@pytest.mark.parametrize("distances", [(0.0, 0.0), (1e308, 1e308), (5e-324, 1e308)])
def test_extreme_distances_leave_a_confidence(distances: tuple[float, ...]) -> None:
    (sea,) = borrowed([near(d, "sea") for d in distances], settings())
    assert sea.confidence == pytest.approx(1.0)


def test_nothing_similar_lends_nothing() -> None:
    assert borrowed([], settings()) == ()


def test_borrowed_keywords_are_part_of_a_recognition_without_a_place(answered: Answered) -> None:
    rows = [record(name, tags=["sea"], _tags=[{"name": "ship", "prob": 0.2}]) for name in "abc"]
    content = json.dumps({**EXAMPLE, "answer_records": rows}).encode()
    recognition = answered(200, content, **TABLE)
    assert recognition.model == "similar-photos-v2 my-photos"
    (sea,) = recognition.keywords
    assert sea == Keyword(text="sea", confidence=sea.confidence, borrowed=True)


@pytest.fixture
def search(opened: Callable[..., Any]) -> Callable[..., tuple[Neighbour, ...]]:
    """Return a function that searches, while the service has the documented answer."""

    def searched(query: object, count: int, **table: object) -> tuple[Neighbour, ...]:
        answer = httpx.Response(200, content=json.dumps(EXAMPLE).encode())
        client = httpx.AsyncClient(transport=httpx.MockTransport(lambda _request: answer))
        neighbours: tuple[Neighbour, ...] = opened(
            lambda provider: provider.similar(query, count), client, {"api_token": "x", **table}
        )
        return neighbours

    return searched


def test_a_search_returns_no_more_than_it_was_asked_for(
    search: Callable[..., tuple[Neighbour, ...]],
) -> None:
    assert [one.distance for one in search(SAMPLES[0], 2, **TABLE)] == [40.0, 50.0]


def test_a_collection_can_be_searched_without_borrowing_from_it(
    search: Callable[..., tuple[Neighbour, ...]],
) -> None:
    assert len(search(SAMPLES[0], 10, collection_id="my-photos")) == 3


def test_it_does_not_search_by_words(search: Callable[..., tuple[Neighbour, ...]]) -> None:
    with pytest.raises(RejectedError, match="not by words"):
        search("a dog", 3, **TABLE)


def test_without_a_collection_there_is_nothing_to_search(
    search: Callable[..., tuple[Neighbour, ...]],
) -> None:
    with pytest.raises(RejectedError, match=r"providers\.ximilar\.collection_id"):
        search(SAMPLES[0], 3)
