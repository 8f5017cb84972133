"""Killed before and after each commit in turn, through the life of one photo."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tests.journey.paid.conftest import Album, Customer

PROVIDERS = ("everypixel", "postman")
COURIER = "tagbridge.transport.courier_process"
KILLER = Path(__file__).parent / "killer" / "sitecustomize.py"
# Before and after a claim and a write; after an intent, and before an answer is stored.
SOME = {"watch": (13, 18), COURIER: (8, 13)}


def moments(command: str) -> Iterable[int]:
    """Return the moments to try: all of them takes minutes."""
    return count(1) if "TAGBRIDGE_TEST_KILLS" in os.environ else SOME[command]


class Murder:
    """A daemon that is killed, or whose courier is, at one of the moments."""

    def __init__(self, we: Customer, command: str, number: int, folder: Path) -> None:
        """Let the photo of a folder be tagged, until somebody dies or it is done with."""
        home = we.program.home  # is on the PYTHONPATH
        self.mark = home / "mark"
        (home / "orders").write_text(f"{command} {number}")
        shutil.copy(KILLER, home)
        self.said = home / "said"
        environment = we.program.environment(TAGBRIDGE_WATCH__SETTLE_SECONDS="0.1")
        with self.said.open("w") as said:
            self.process = we.program.start("watch", folder, env=environment, stderr=said)

    def is_over(self) -> bool:
        return self.process.poll() is not None or "keywords added" in self.said.read_text()

    def end(self) -> str:
        """Stop the daemon if it still lives, and return where it was killed; empty for nowhere."""
        self.process.terminate()
        self.process.wait(60)
        return self.mark.read_text() if self.mark.exists() else ""


@pytest.fixture
def lives(
    customer: Callable[..., Customer],
    album: Album,
) -> Callable[..., Iterator[tuple[Customer, Album]]]:
    """Return a function that yields a customer with one photo for each moment of a killing."""

    def run(command: str, **settings: object) -> Iterator[tuple[Customer, Album]]:
        for number in moments(command):
            we = customer(**settings)
            here = replace(album, folder=album.folder / str(number), photos={})
            here.add()
            murder = Murder(we, command, number, here.folder)
            try:
                we.until(murder.is_over, "a death or a photo that is done with")
            finally:
                where = murder.end()
            if not where:
                assert number > max(SOME[command])
                return
            sys.stdout.write(f"{number}: {where[:90]}\n")
            yield we, here

    return run


@pytest.mark.timeout(7200)
def test_a_daemon_that_is_killed_anywhere_has_paid_once(
    lives: Callable[..., Iterator[tuple[Customer, Album]]],
) -> None:
    for we, album in lives("watch"):
        daemon = we.watch(album.folder)
        we.wait_until_done(album.photos)
        assert daemon.stop() == 0
        we.judge.finds_all_in_order(album.photos)


@pytest.mark.timeout(7200)
def test_a_courier_that_is_killed_anywhere_leaves_at_most_a_call_in_doubt_that_is_not_repeated(
    lives: Callable[..., Iterator[tuple[Customer, Album]]],
) -> None:
    for we, album in lives(COURIER):
        we.program.tag(*album.photos)
        status, requests = we.status(), len(we.service.arrived())
        doubted = sum(status.each("in_doubt"))
        # Counted as paid, whether it has reached the service or not.
        assert (status.each("calls_today"), requests <= 2) == ([1, 1], True)
        if doubted:
            assert we.program.tag(*album.photos).status == 1
            assert len(we.service.arrived()) == requests
            assert we.program.run("retry").status == 0
            assert we.program.tag(*album.photos).status == 0
            assert len(we.service.arrived()) == requests + doubted
        we.judge.finds_all_tagged(album.photos)


@pytest.mark.timeout(7200)
def test_where_calls_in_doubt_are_to_be_repeated_a_killed_courier_needs_nobodys_help(
    lives: Callable[..., Iterator[tuple[Customer, Album]]],
) -> None:
    resend = {f"PROVIDERS__{name.upper()}__IN_DOUBT": "resend" for name in PROVIDERS}
    for we, album in lives(COURIER, **resend):
        daemon = we.watch(album.folder)
        we.wait_until_done(album.photos)
        assert daemon.stop() == 0
        assert max(we.service.charged().values()) <= 2
        we.judge.finds_all_tagged(album.photos)
