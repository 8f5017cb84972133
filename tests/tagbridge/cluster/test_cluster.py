"""Several processes and one PostgreSQL: who does what, and how it ends."""

from __future__ import annotations

import signal
from collections import Counter
from typing import TYPE_CHECKING

from tagbridge.ledger.overview import queue

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tagbridge.cluster.conftest import Team


def test_three_processes_do_every_job_once(team: Team) -> None:
    photos = team.add(500)
    members = [team.member() for _ in range(3)]
    team.wait_until_empty()
    assert [member.end() for member in members] == [0, 0, 0]
    assert team.done() == team.begun() == Counter(photos)
    assert team.late() == Counter()


def test_nothing_is_left_with_procrastinate_when_all_is_done(team: Team) -> None:
    team.add(20)
    member = team.member()
    team.wait_until_empty()
    team.until(lambda: not team.told(), "the table is empty")
    assert member.end() == 0


def test_what_is_added_later_is_done_as_well(team: Team) -> None:
    team.member()
    team.add(1, "first")
    team.wait_until_done(1)
    team.add(1, "second")
    team.wait_until_done(2)
    assert team.done() == Counter(["/photos/first-0.jpg", "/photos/second-0.jpg"])


def test_whoever_rings_is_heard(team: Team) -> None:
    team.add(1, "first")
    member = team.member(look=3600.0)
    team.wait_until_begun(1)
    team.add(1, "second")
    member.ring()
    team.wait_until_done(2)


def test_no_more_is_worked_on_at_once_than_allowed(team: Team) -> None:
    team.add(40)
    member = team.member(seconds=0.05, concurrency=3)
    team.wait_until_empty()
    assert member.end() == 0
    assert team.most_at_once() == 3


def test_the_first_signal_lets_what_was_begun_end_and_begins_nothing_more(team: Team) -> None:
    team.add(50)
    member = team.member(seconds=1.0, concurrency=4)
    team.wait_until_begun(4)
    assert member.end() == 0
    assert team.done().total() == team.begun().total() == 4
    assert team.ledger.database.read(queue).fresh == 46
    team.member()
    team.wait_until_empty()


def test_the_second_signal_does_not_wait(team: Team) -> None:
    team.add(4)
    member = team.member(seconds=3600.0, concurrency=4)
    team.wait_until_begun(4)
    member.send(signal.SIGTERM)
    team.until(lambda: "stopping" in member.log, "the first signal has come")
    assert member.end() == 0
    assert team.done() == Counter()


def test_a_host_is_not_told_of_a_root_that_it_lacks(team: Team, tmp_path: Path) -> None:
    roots = {"nas": str(tmp_path / "mnt")}
    team.add_below_a_root("nas", 3)
    without = team.member(concurrency=2)
    team.add(3)
    team.wait_until_done(3)
    assert team.told() == []
    team.member(roots=roots)
    team.wait_until_empty()
    assert without.end() == 0
    assert team.done().total() == 6


def test_an_error_of_a_work_is_said_and_the_others_go_on(team: Team) -> None:
    team.add(1, "broken")
    team.add(5)
    member = team.member(concurrency=1)
    team.wait_until_done(5)
    assert member.end() == 0
    assert "/photos/broken-0.jpg" in member.log


def test_the_log_does_not_tell_of_every_job(team: Team) -> None:
    team.add(5)
    member = team.member()
    team.wait_until_empty()
    assert member.end() == 0
    (line,) = member.log.splitlines()
    assert line.endswith("INFO stopping")
