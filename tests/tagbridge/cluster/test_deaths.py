"""Processes that are killed, or stand still and come back."""

from __future__ import annotations

import random
import signal
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.tagbridge.cluster.conftest import Team

JOBS, KILLS, SEED = 400, 6, 7


def test_what_killed_processes_had_begun_is_done_by_others(team: Team) -> None:
    photos = team.add(JOBS)
    chance = random.Random(SEED)  # noqa: S311 - no secret
    for _ in range(3):
        team.member(seconds=0.05)
    for kill in range(1, KILLS + 1):
        team.wait_until_begun(kill * JOBS // (KILLS + 2))
        victim = chance.choice([one for one in team.members if one.process.poll() is None])
        victim.end(signal.SIGKILL)
        team.member(seconds=0.05)
    team.wait_until_empty()
    assert set(team.begun()) == set(photos)
    # The line of one that was killed right after its end may be missing, but none is there twice.
    assert max(team.done().values()) == 1
    assert team.begun().total() <= JOBS + KILLS * 4
    assert all(member.end() == 0 for member in team.members if member.process.poll() is None)


def test_who_stood_still_for_long_changes_nothing_when_it_comes_back(team: Team) -> None:
    (photo,) = team.add(1)
    sleeper = team.member(seconds=0.5)
    team.wait_until_begun(1)
    sleeper.send(signal.SIGSTOP)
    other = team.member()
    team.wait_until_done(1)
    assert team.begun()[photo] == 2
    sleeper.send(signal.SIGCONT)
    team.until(team.late, "the sleeper has noticed")
    assert (team.done(), team.late()) == (Counter([photo]), Counter([photo]))
    assert other.end() == 0
    team.add(3, "later")
    team.wait_until_done(4)
    assert sleeper.end() == 0
    assert team.done().total() == 4
