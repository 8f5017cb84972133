"""What is left of an allowance is what was said last, not what arrived last."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tagbridge.ledger.accounts import accounts
from tagbridge.ledger.allowances import Allowance, counts

if TYPE_CHECKING:
    from tagbridge.ledger import Ledger

MIDNIGHT = 1_800_000_000.0 - 1_800_000_000.0 % 86_400
NOON = MIDNIGHT + 43_200
LONG = 90_000.0  # seconds: more than a day


@pytest.mark.parametrize(
    ("said", "asked", "known", "expected"),
    [
        (5, NOON + 1, Allowance(remaining=3, at=NOON), True),
        (4, NOON - 1, Allowance(remaining=2, at=NOON), False),
        (2, NOON - 1, Allowance(remaining=4, at=NOON), True),
        (4, NOON - 1, Allowance(remaining=4, at=NOON), False),
        (1, MIDNIGHT - 1, Allowance(remaining=6, at=MIDNIGHT + 1), False),
        (6, MIDNIGHT + 2, Allowance(remaining=0, at=MIDNIGHT - 1), True),
        (5, NOON, Allowance(remaining=3, at=NOON + LONG), True),
    ],
    ids=[
        "asked later",
        "asked before, arrived after",
        "asked at the same time, told later",
        "the same",
        "late answer of yesterday",
        "new day",
        "clock set back",
    ],
)
def test_the_lowest_counts_until_somebody_asks_again(
    said: int, asked: float, known: Allowance, *, expected: bool
) -> None:
    assert counts(said, known, asked=asked, now=NOON + 2) is expected


def test_answers_to_questions_of_one_moment_leave_the_lowest(ledger: Ledger) -> None:
    said = (4, 2, 3, 5)

    assert [ledger.allowances.note("p", left, age=60.0) for left in said] == [4, 2, 2, 2]
    assert ledger.allowances.note("q", 7) == 7
    assert ledger.allowances.note("p", 6) == 6


def test_what_is_known_is_what_status_tells(ledger: Ledger) -> None:
    for left in (4, 2, 3):
        ledger.allowances.note("p", left, age=60.0)

    found = ledger.database.read(lambda c: accounts(c, NOON, ())).each["p"].allowance

    assert found is not None
    assert found.remaining == 2
