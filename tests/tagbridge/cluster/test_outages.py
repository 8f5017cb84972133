"""PostgreSQL goes away in the middle, and comes back."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.tagbridge.cluster.conftest import Postgres, Team


def test_a_database_killed_twice_costs_nothing_and_nobody_ends(
    team: Team, postgres: Postgres
) -> None:
    photos = team.add(400)
    members = [team.member(seconds=0.02) for _ in range(3)]
    for part in (100, 200):
        team.wait_until_begun(part)
        postgres.kill()
        postgres.start()
    team.wait_until_empty()
    assert [member.process.poll() for member in members] == [None, None, None]
    assert team.begun() == Counter(photos)
    assert set(team.done() + team.late()) == set(photos)
    assert (team.done() + team.late()).total() == len(photos)
    assert [member.end() for member in members] == [0, 0, 0]


def test_what_was_begun_goes_on_while_the_database_is_away(team: Team, postgres: Postgres) -> None:
    photos = team.add(4)
    member = team.member(seconds=1.0)
    team.wait_until_begun(4)
    postgres.kill()
    team.until(lambda: "no further photos are begun" in member.log, "the outage is noticed")
    postgres.start()
    team.wait_until_empty()
    assert team.begun() == Counter(photos)
    team.add(1, "after")
    team.wait_until_begun(5)
    assert member.end() == 0
    assert member.log.count("no further photos are begun") == 1
    assert member.log.count("photos are begun again") == 1
    assert "Traceback" not in member.log


def test_a_signal_ends_a_process_that_has_nothing_to_do_while_the_database_is_away(
    team: Team, postgres: Postgres
) -> None:
    member = team.member()
    team.add(1)
    team.wait_until_done(1)
    postgres.kill()
    team.until(lambda: "no further photos are begun" in member.log, "the outage is noticed")
    assert member.end() == 0
    postgres.start()
