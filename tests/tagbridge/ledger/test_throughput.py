"""How many photos were dealt with when."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tagbridge.ledger.statement import Statement
from tagbridge.ledger.throughput import SLOT_SECONDS, periods, summed

if TYPE_CHECKING:
    import os

    from tagbridge.ledger import Ledger

PICTURE = "ab" * 32
HOUR, DAY = 3600, 86_400


def test_each_photo_counts_once_and_one_that_is_being_written_not_yet(
    ledger: Ledger, status: os.stat_result
) -> None:
    for number, outcome in enumerate(["writing", "written", "unchanged", "parked", "written"]):
        ledger.files.record(Path(f"/{number}.jpg"), status, PICTURE, outcome)
    now = ledger.database.read(ledger.database.now)

    # Two, in case an hour has just ended.
    found = ledger.database.read(lambda c: periods(c, now, seconds=HOUR, number=2))
    assert (sum(p.photos for p in found), sum(p.parked for p in found)) == (4, 1)
    assert [period.seconds for period in found] == [HOUR, HOUR]
    assert found[0].at + HOUR == found[1].at <= now < found[1].at + HOUR


def test_what_is_older_than_two_weeks_is_forgotten(ledger: Ledger, status: os.stat_result) -> None:
    now = ledger.database.read(ledger.database.now)
    today = int(now // SLOT_SECONDS)
    ages = {"old": 15 * DAY, "kept": 13 * DAY}
    rows = [
        {"slot": today - age // SLOT_SECONDS, "outcome": name, "photos": 7}
        for name, age in ages.items()
    ]
    add = Statement("INSERT INTO throughput VALUES (:slot, :outcome, :photos)")
    ledger.database.transaction(lambda c: add.many(c, rows))

    ledger.files.record(Path("/a.jpg"), status, PICTURE, "written")

    left = ledger.database.read(lambda c: c.execute("SELECT outcome FROM throughput").all())
    assert sorted(outcome for (outcome,) in left) == ["kept", "written"]


def test_slots_are_added_up_and_empty_periods_are_there() -> None:
    rows = [(12, "written", 5), (23, "parked", 2), (24, "unchanged", 1), (47, "written", 3)]
    found = summed(rows, 12 * SLOT_SECONDS, HOUR, 4)
    assert [(p.at, p.photos, p.parked) for p in found] == [
        (3600.0, 7, 2),
        (7200.0, 1, 0),
        (10_800.0, 3, 0),
        (14_400.0, 0, 0),
    ]
