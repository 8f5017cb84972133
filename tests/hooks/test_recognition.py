from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagbridge_hooks import (
    Caption,
    Color,
    Keyword,
    Person,
    Region,
    Sensitivity,
    TextLine,
)

if TYPE_CHECKING:
    from collections.abc import Callable

ANY_SIDE = st.floats(min_value=-1e6, max_value=1e6)
FRACTION = st.floats(min_value=0.0, max_value=1.0)
NEARLY = 1e-6

MAKERS: dict[str, Callable[[float], object]] = {
    "keyword": lambda value: Keyword(text="Dog", confidence=value),
    "person": lambda value: Person(confidence=value),
    "text": lambda value: TextLine(text="STOP", confidence=value),
    "caption": lambda value: Caption(text="A dog.", confidence=value),
    "color": lambda value: Color(hex="#1e90ff", fraction=value),
    "sensitivity": lambda value: Sensitivity(kind="nsfw", confidence=value),
    "region": lambda value: Region(x=value, y=0.0, width=0.0, height=0.0),
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
@pytest.mark.parametrize("value", [-0.001, 1.001, 93.5, float("nan"), float("inf")])
def test_a_fraction_outside_0_to_1_is_refused(
    make: Callable[[float], object], value: float
) -> None:
    with pytest.raises(ValueError, match="fraction from 0 to 1"):
        make(value)


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_a_fraction_from_0_to_1_is_kept(make: Callable[[float], object], value: float) -> None:
    assert f"{value!r}" in repr(make(value))


def test_a_confidence_may_be_unknown() -> None:
    assert Keyword(text="Dog").confidence is None


@given(x=ANY_SIDE, y=ANY_SIDE, width=ANY_SIDE, height=ANY_SIDE)
def test_a_clamped_region_lies_inside_the_picture(
    x: float, y: float, width: float, height: float
) -> None:
    region = Region.clamped(x, y, width, height)
    assert 0.0 <= region.x <= region.x + region.width <= 1.0 + NEARLY
    assert 0.0 <= region.y <= region.y + region.height <= 1.0 + NEARLY


@given(x=FRACTION, y=FRACTION, right=FRACTION, bottom=FRACTION)
def test_clamping_leaves_a_region_inside_the_picture_as_it_is(
    x: float, y: float, right: float, bottom: float
) -> None:
    width, height = max(0.0, right - x), max(0.0, bottom - y)
    region = Region.clamped(x, y, width, height)
    assert (region.x, region.y) == (x, y)
    assert region.width == pytest.approx(width, abs=NEARLY)
    assert region.height == pytest.approx(height, abs=NEARLY)


@given(x=ANY_SIDE, y=ANY_SIDE, width=ANY_SIDE, height=ANY_SIDE)
def test_clamping_never_makes_a_region_larger(
    x: float, y: float, width: float, height: float
) -> None:
    region = Region.clamped(x, y, width, height)
    assert region.width <= max(0.0, width) + NEARLY
    assert region.height <= max(0.0, height) + NEARLY


@given(x=ANY_SIDE, y=ANY_SIDE, width=ANY_SIDE, height=ANY_SIDE)
def test_clamping_twice_changes_nothing_more(
    x: float, y: float, width: float, height: float
) -> None:
    once = Region.clamped(x, y, width, height)
    twice = Region.clamped(once.x, once.y, once.width, once.height)
    assert (twice.x, twice.y) == (once.x, once.y)
    assert twice.width == pytest.approx(once.width, abs=NEARLY)
    assert twice.height == pytest.approx(once.height, abs=NEARLY)


def test_clamping_keeps_the_part_inside() -> None:
    assert Region.clamped(-0.25, 0.5, 0.5, 1.0) == Region(x=0.0, y=0.5, width=0.25, height=0.5)


def test_a_rectangle_beside_the_picture_becomes_empty() -> None:
    assert Region.clamped(2.0, 0.0, 0.5, 0.5).width == 0.0


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("place", range(4))
def test_clamping_refuses_what_is_not_a_finite_number(place: int, value: float) -> None:
    sides = [0.1, 0.1, 0.1, 0.1]
    sides[place] = value
    with pytest.raises(ValueError, match="finite"):
        Region.clamped(*sides)


@pytest.mark.parametrize("sides", [(0.6, 0.0, 0.5, 0.1), (0.0, 0.6, 0.1, 0.5)])
def test_a_region_that_leaves_the_picture_is_refused(
    sides: tuple[float, float, float, float],
) -> None:
    x, y, width, height = sides
    with pytest.raises(ValueError, match="leaves the picture"):
        Region(x=x, y=y, width=width, height=height)
