"""What `tagbridge retry` takes up again, and what it leaves."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tagbridge.ledger import CallKey, Held, Ledger, Terms, open_ledger

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """Yield a ledger with a parked, a missing and a held photo in each of two folders."""
    with closing(open_ledger(tmp_path / "state")) as made:
        for number, folder in enumerate(("a", "b")):
            fill(made, tmp_path / folder, number)
        made.pauses.set("account", None, "account", "wrong key")
        made.pauses.set("quota", 4e9, "quota", "used up")
        yield made


def fill(ledger: Ledger, folder: Path, number: int) -> None:
    folder.mkdir()
    photo = folder / "held"
    photo.write_bytes(b"x")
    for name in ("held", "missing"):
        ledger.jobs.add(folder / name, photo.stat(), fresh=True)
    for job in ledger.jobs.claim("somebody", 2):
        if job.key.endswith(b"held"):
            ledger.jobs.park(job, "in doubt")
        else:
            ledger.jobs.missing(job, "it is not there")
    ledger.files.record(photo, photo.stat(), key(number).identity, "parked", "in doubt")
    assert not isinstance(begin(ledger, number, "first"), Held)


def key(number: int) -> CallKey:
    return CallKey(identity=f"{number:064x}", media_type="", provider="p", fingerprint=bytes(16))


def begin(ledger: Ledger, number: int, token: str) -> object:
    """Ask for a call; one that a dead courier had in hand is held."""
    return ledger.calls.begin(key(number), Terms(provider="p"), courier="dead", token=token)


def test_everything_is_taken_up_again(run: Run, ledger: Ledger) -> None:
    done = run("--state", "state", "retry", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {"reopened": 4, "resent": 2}
    assert len(ledger.jobs.claim("somebody", 9)) == 4
    assert not isinstance(begin(ledger, 0, "second"), Held)
    assert ledger.pauses.all() == []


def test_below_a_folder_only_that_is(run: Run, ledger: Ledger, tmp_path: Path) -> None:
    done = run("--state", "state", "retry", "a", "--json")
    assert json.loads(done.stdout) == {"reopened": 2, "resent": 1}
    folder = str(tmp_path / "a").encode()
    assert {job.key for job in ledger.jobs.claim("somebody", 9)} == {
        folder + b"/held",
        folder + b"/missing",
    }
    assert not isinstance(begin(ledger, 0, "second"), Held)
    assert isinstance(begin(ledger, 1, "second"), Held)


@pytest.mark.usefixtures("ledger")
def test_a_single_photo_can_be_named(run: Run) -> None:
    done = run("--state", "state", "retry", "a/missing")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == ("1 photos are taken up again, 0 calls in doubt may be sent again\n")


def test_an_unknown_path_is_said_and_the_others_are_taken_up(run: Run, ledger: Ledger) -> None:
    done = run("--state", "state", "retry", "c", "a")
    assert done.returncode == 1
    assert done.stderr == "c is not known\n"
    assert len(ledger.jobs.claim("somebody", 9)) == 2


def test_with_nothing_but_unknown_paths_nothing_is(run: Run, ledger: Ledger) -> None:
    done = run("--state", "state", "retry", "c", "--json")
    assert done.returncode == 1
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"path": "c", "error": "it is not known"},
        {"reopened": 0, "resent": 0},
    ]
    assert ledger.jobs.claim("somebody", 9) == []


def test_without_a_state_none_is_made(run: Run, tmp_path: Path) -> None:
    done = run("--state", "state", "retry")
    assert done.returncode == 1
    assert "nothing has been done yet" in done.stderr
    assert not (tmp_path / "state").exists()
