"""Lengths and places of what is drawn."""

from __future__ import annotations

from typing import Any

import pytest

from tagbridge.web.state.bars import bars_of
from tagbridge.web.state.plots import HEIGHT, columns_of, share_of

NO_LIMITS: dict[str, Any] = {
    "kind": "budget",
    "calls_today": 40,
    "daily_calls": None,
    "cost_today": {"EUR": 1.0, "USD": 6.0},
    "daily_cost": None,
    "calls": 400,
    "total_calls": None,
    "cost": {},
    "total_cost": None,
    "resets": "2999-01-01T00:00:00+00:00",
}


def throughput(*photos: int, parked: int = 0) -> dict[str, Any]:
    periods = [
        {"at": f"2026-11-29T{hour:02}:00:00+00:00", "photos": count, "parked": parked}
        for hour, count in enumerate(photos)
    ]
    return {"kind": "throughput", "seconds": 3600, "periods": periods}


def test_the_highest_column_is_as_high_as_the_drawing() -> None:
    drawn = columns_of(throughput(5, 20, 0))
    assert [one.photos for one in drawn.columns] == [HEIGHT / 4, HEIGHT, 0.0]
    assert (drawn.total, drawn.most, drawn.first) == (25, 20, "00:00")


def test_a_single_photo_among_many_is_seen() -> None:
    assert columns_of(throughput(1, 100_000)).columns[0].photos > 1.0


def test_nothing_is_drawn_of_nothing() -> None:
    assert [one.photos for one in columns_of(throughput(0, 0)).columns] == [0.0, 0.0]


def test_a_column_says_its_numbers() -> None:
    title = columns_of(throughput(1500, parked=3)).columns[0].title
    assert title == "00:00 UTC: 1 500 photos, 3 of them parked"


@pytest.mark.parametrize(
    ("kept", "removed", "drawn"),
    [(0, 0, (0.0, 0.0, None)), (3, 1, (75.0, 25.0, 75)), (0, 7, (0.0, 100.0, 0))],
)
def test_shares_are_of_what_people_decided(
    kept: int, removed: int, drawn: tuple[float, float, int | None]
) -> None:
    share = share_of({"keywords_kept": kept, "keywords_removed": removed})
    assert (share.kept, share.removed, share.percent) == drawn


def test_without_limits_there_are_no_bars() -> None:
    assert bars_of([NO_LIMITS]) == ()


def test_a_limit_of_money_has_a_bar_for_each_currency() -> None:
    euro, dollar = bars_of([{**NO_LIMITS, "daily_cost": 5.0}])
    assert (euro.percent, euro.level, euro.text) == (20.0, "fine", "1.00 of 5.00 EUR")
    assert (dollar.percent, dollar.level, dollar.text) == (100.0, "full", "6.00 of 5.00 USD")
    assert dollar.resets.startswith("anew at 2999-01-01 00:00 UTC")


def test_a_limit_of_all_days_never_begins_anew() -> None:
    (bar,) = bars_of([{**NO_LIMITS, "total_calls": 450}])
    assert (bar.level, bar.resets) == ("near", "")
