from __future__ import annotations

import pytest

from tagbridge_hooks import Region, Rendition, responses
from tagbridge_hooks.values import (
    code_of,
    confidence_of,
    field_of,
    full_of,
    number_of,
    region_of,
    text_of,
)

PICTURE = Rendition(data=b"", media_type="image/jpeg", width=40, height=20)


def test_a_field_that_is_not_there_is_none() -> None:
    assert field_of({"a": [1]}, "a") == [1]
    others: tuple[object, ...] = ({}, None, "a", [{"a": 1}], 7)
    assert [field_of(other, "a") for other in others] == [None] * len(others)


@pytest.mark.parametrize(
    ("value", "text"),
    [("sea", "sea"), (" sea ", " sea "), ("", None), (" \n", None), (7, None), (["sea"], None)],
)
def test_a_text_that_says_nothing_is_none(value: object, text: str | None) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (7, 7.0),
        ("7.5", 7.5),
        (True, None),
        (None, None),
        ("nan", None),
        (float("inf"), None),
        ([7], None),
        (10**400, None),
    ],
)
def test_a_number_is_one_that_can_be_reckoned_with(value: object, number: float | None) -> None:
    assert number_of(value) == number


@pytest.mark.parametrize(
    ("value", "full", "confidence"),
    [
        (0.25, 1.0, 0.25),
        (1, 1.0, 1.0),
        (99.87, 100.0, 0.9987),
        ("0.5", 1.0, 0.5),
        ("87", 100.0, 0.87),
        (1.7, 1.0, 1.0),
        (-3, 1.0, 0.0),
        (None, 1.0, None),
        (True, 1.0, None),
        ("high", 1.0, None),
        ([0.5], 1.0, None),
        (float("nan"), 1.0, None),
        ("nan", 100.0, None),
        (float("inf"), 1.0, None),
        (10**400, 1.0, None),
    ],
)
def test_a_score_becomes_a_confidence_or_none(
    value: object, full: float, confidence: float | None
) -> None:
    assert confidence_of(value, full) == confidence


def test_a_confidence_is_also_where_it_was_at_first() -> None:
    assert responses.confidence_of is confidence_of


@pytest.mark.parametrize(
    ("scores", "full"),
    [
        pytest.param([], 1.0, id="none"),
        pytest.param([None, "high"], 1.0, id="no numbers"),
        pytest.param([0.9, 0.2], 1.0, id="fractions"),
        pytest.param([1, 1.0000001], 1.0, id="rounded up"),
        pytest.param([-97.5], 1.0, id="below the scale"),
        pytest.param([97.5, 0.4], 100.0, id="percent"),
        pytest.param(["12", None], 100.0, id="percent as text"),
        pytest.param([1.2, 0.3], 100.0, id="percent of which all are unlikely"),
    ],
)
def test_one_score_above_one_shows_that_all_are_percent(scores: list[object], full: float) -> None:
    assert full_of(scores) == full


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (200, 200),
        ("404", 404),
        (20, 20),
        ("20", None),
        ("4040", None),
        ("9" * 5000, None),
        ("OK", None),
        (True, None),
        (200.0, None),
        (None, None),
    ],
)
def test_a_status_is_a_number_or_its_three_digits(value: object, code: int | None) -> None:
    assert code_of(value) == code


def test_a_box_of_pixels_is_cut_to_the_picture() -> None:
    assert region_of([10, "5", 30, 15], PICTURE) == Region(x=0.25, y=0.25, width=0.5, height=0.5)
    assert region_of([-10, 10, 100, 30], PICTURE) == Region(x=0.0, y=0.5, width=1.0, height=0.5)


@pytest.mark.parametrize(
    "box",
    [
        None,
        "1234",
        {"1": 1, "2": 2, "3": 3, "4": 4},
        [],
        [1, 2, 3],
        [1, 2, 3, 4, 5],
        [1, 2, None, 4],
        [1, 2, True, 4],
        [1, 2, float("nan"), 4],
        [30, 2, 20, 10],
        [10, 10, 30, 10],
        [100, 100, 120, 120],
        [10**400, 2, 30, 10],
    ],
)
def test_a_box_that_is_broken_or_outside_is_no_region(box: object) -> None:
    assert region_of(box, PICTURE) is None
