"""Requests are spaced evenly, whoever sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tagbridge.ledger.limiter import next_slot

if TYPE_CHECKING:
    from tagbridge.ledger import Ledger

NOW = 1_800_000_000.0


@pytest.mark.parametrize(
    ("tat", "not_before", "slot"),
    [
        (0.0, 0.0, NOW),
        (NOW - 5, 0.0, NOW),
        (NOW + 2, 0.0, NOW + 2),
        (NOW + 2, NOW + 7, NOW + 7),
        (NOW + 7, NOW + 2, NOW + 7),
        (NOW + 301, 0.0, NOW),
        (NOW + 2, NOW + 90_000, NOW + 2),
    ],
    ids=["first", "rested", "busy", "pushed", "pushed less", "clock set back", "push set back"],
)
def test_the_next_slot_is_when_all_allow_it(tat: float, not_before: float, slot: float) -> None:
    assert next_slot(tat, not_before, NOW, interval=0.1) == slot


def test_at_a_slow_pace_many_may_wait_for_long() -> None:
    assert next_slot(NOW + 600, 0.0, NOW, interval=60.0) == NOW + 600


def test_the_first_request_leaves_at_once_and_the_others_in_turn(ledger: Ledger) -> None:
    waits = [ledger.limiter.take("a", 0.01) for _ in range(4)]

    assert waits[0] == 0.0
    # Each slot is 100 seconds and 2 % after the one before; a little time has passed as well.
    for place, wait in enumerate(waits):
        assert 100.0 * place - 50.0 < wait <= 100.0 / 0.98 * place + 0.001


def test_accounts_do_not_wait_for_each_other(ledger: Ledger) -> None:
    assert [ledger.limiter.take(account, 1.0) for account in "abc"] == [0.0, 0.0, 0.0]


def test_nobody_leaves_before_the_service_allows_it(ledger: Ledger) -> None:
    ledger.limiter.push("a", 60.0)
    ledger.limiter.push("a", 1.0)

    assert 50.0 < ledger.limiter.take("a", 30.0) <= 60.0
    assert ledger.limiter.take("b", 30.0) == 0.0
