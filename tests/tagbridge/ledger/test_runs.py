"""When commands have run, so that what one of them wrote can be taken back."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from tagbridge.ledger.runs import find_run, last_runs

if TYPE_CHECKING:
    from tests.tagbridge.ledger.conftest import Place


def test_a_run_is_known_by_its_number_and_ends(place: Place) -> None:
    with closing(place.open()) as ledger:
        with ledger.runs.running("tag") as number:
            assert number is not None
            running = ledger.database.read(lambda c: find_run(c, number))
            assert running is not None
            assert (running.command, running.ended) == ("tag", None)
        ended = ledger.database.read(lambda c: find_run(c, number))
        assert ended is not None
        assert ended.ended is not None
        assert ended.started <= ended.ended


def test_a_run_that_was_killed_counts_until_its_command_ran_again(place: Place) -> None:
    with closing(place.open()) as ledger:
        with ledger.runs.running("tag") as killed:
            pass
        with ledger.runs.running("watch"), ledger.runs.running("tag") as again:
            ledger.database.transaction(
                lambda c: c.execute("UPDATE run SET ended = NULL WHERE command = 'tag'")
            )
        assert killed is not None
        assert again is not None
        found = ledger.database.read(lambda c: find_run(c, killed))
        later = ledger.database.read(lambda c: find_run(c, again))
        assert found is not None
        assert later is not None
        assert found.ended == later.started


def test_the_last_runs_come_first(place: Place) -> None:
    with closing(place.open()) as ledger:
        for command in ("tag", "remap", "tag"):
            with ledger.runs.running(command):
                pass
        last = ledger.database.read(lambda c: last_runs(c, 2))
        assert [run.command for run in last] == ["tag", "remap"]
        assert ledger.database.read(lambda c: find_run(c, 99)) is None
