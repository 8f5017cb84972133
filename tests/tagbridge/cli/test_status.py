"""What `tagbridge status` says, and that it only looks."""

from __future__ import annotations

import json
import os
import socket
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from tagbridge.ledger import CallKey, Ledger, StoredAnswer, Terms, open_ledger

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from tagbridge.ledger.connection import Connection

    Run = Callable[..., subprocess.CompletedProcess[str]]

CONFIG = """
[budget]
daily_calls = 100
daily_cost = 5.0
total_calls = 1000
[providers.local]
requests_per_second = 2.5
daily_calls = 40
"""
LATER = 4_000_000_000.0


class Postgres(Protocol):
    def database(self) -> str: ...


def objects(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


def of_kind(found: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [one for one in found if one["kind"] == kind]


def fill(ledger: Ledger, folder: Path) -> None:
    """Put two photos into each state, and some calls into the ledger."""
    photo = folder / "photo"
    photo.write_bytes(b"x")
    status = photo.stat()
    for number in range(2):
        for state in ("parked", "missing", "waiting", "running"):
            ledger.jobs.add(folder / f"{state}{number}", status, fresh=True)
    for job in ledger.jobs.claim("somebody", 8):
        if b"parked" in job.key:
            ledger.jobs.park(job, "it is damaged")
        elif b"missing" in job.key:
            ledger.jobs.missing(job, "it is not there")
        elif b"waiting" in job.key:
            ledger.jobs.again(job, LATER, "local: used up")
    ledger.jobs.add(folder / "fresh", status, fresh=True)
    for number in range(3):
        ledger.jobs.add(folder / f"backlog{number}", status, fresh=False)
    ledger.files.record(folder / "parked0", status, "", "parked", "it is damaged")
    for number in range(4):
        ledger.files.record(folder / f"done{number}", status, "", "written")
    worker = ledger.workers.join("courier")
    for number in range(5):
        courier = worker if number == 4 else "dead"
        ask(ledger, number, courier=courier, answer=number < 2)
    ledger.allowances.note("local", 2999)
    ledger.pauses.set("local", LATER, "quota", "used up")


def ask(ledger: Ledger, number: int, *, courier: str, answer: bool) -> None:
    key = CallKey(identity=f"{number:064x}", media_type="", provider="local", fingerprint=bytes(16))
    terms = Terms(provider="local", price=0.25, currency="EUR")
    ledger.calls.begin(key, terms, courier=courier, token=str(number))
    if answer:
        ledger.calls.finish(str(number), StoredAnswer(status=200, body=b"{}"))


def test_everything_is_told_in_order(run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(CONFIG)
    with closing(open_ledger(tmp_path / "state")) as ledger:
        fill(ledger, tmp_path)
        found = objects(run("--config", "config.toml", "--state", "state", "status", "--json"))
    kinds = [one["kind"] for one in found]
    assert kinds == [
        *("queue", "waiting", "waiting", "parked", "throughput", "throughput", "throughput"),
        *("provider", "budget", "worker"),
    ]
    queue, held, waiting, parked, hour, day, weeks, provider, budget, worker = found
    assert queue == {
        "kind": "queue",
        "fresh": 1,
        "backlog": 0,
        "running": 2,
        "waiting": 5,
        "parked": 2,
        "missing": 2,
        "review": 0,
        "done": 4,
    }
    # The only provider pauses, so nothing of the backlog is begun.
    assert (held["reason"], held["count"], held["next"]) == ("used up", 3, waiting["next"])
    assert waiting == {
        "kind": "waiting",
        "reason": "local: used up",
        "count": 2,
        "next": datetime.fromtimestamp(LATER, UTC).isoformat(),
    }
    assert (parked["reason"], parked["count"]) == ("it is damaged", 2)
    assert sorted(parked["paths"]) == [str(tmp_path / "parked0"), str(tmp_path / "parked1")]
    for counted, seconds, number in ((hour, 300, 12), (day, 3600, 24), (weeks, 86_400, 14)):
        assert counted["seconds"] == seconds
        assert len(counted["periods"]) == number
        assert sum(period["photos"] for period in counted["periods"]) == 5
        assert sum(period["parked"] for period in counted["periods"]) == 1
    resets = datetime.fromisoformat(provider.pop("resets"))
    assert budget.pop("resets") == resets.isoformat()
    assert 0 < (resets - datetime.now(UTC)).total_seconds() <= 86_400
    assert (resets.hour, resets.minute, resets.second) == (0, 0, 0)
    said_at = provider["remaining"]["at"]
    assert datetime.fromisoformat(said_at) <= datetime.now(UTC)
    pause = provider.pop("pause")
    assert (pause["kind"], pause["reason"], pause["until"]) == ("quota", "used up", waiting["next"])
    assert provider == {
        "kind": "provider",
        "name": "local",
        "configured": True,
        "requests_per_second": 2.5,
        "calls_today": 5,
        "daily_calls": 40,
        "cost_today": 1.25,
        "calls": 5,
        "total_calls": None,
        "cost": 1.25,
        "currency": "EUR",
        "in_flight": 1,
        "in_doubt": 2,
        "in_doubt_policy": "hold",
        "remaining": {"calls": 2999, "at": said_at},
        "keywords_written": 0,
        "keywords_kept": 0,
        "keywords_removed": 0,
    }
    assert budget == {
        "kind": "budget",
        "calls_today": 5,
        "daily_calls": 100,
        "cost_today": {"EUR": 1.25},
        "daily_cost": 5.0,
        "calls": 5,
        "total_calls": 1000,
        "cost": {"EUR": 1.25},
        "total_cost": None,
    }
    assert (worker["role"], worker["pid"], worker["alive"]) == ("courier", os.getpid(), True)


def test_people_read_what_to_do(run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(CONFIG)
    with closing(open_ledger(tmp_path / "state")) as ledger:
        fill(ledger, tmp_path)
        ledger.jobs.add(tmp_path / os.fsdecode(b"evil\xff\x1b[2J"), None, fresh=True)
        (job,) = [job for job in ledger.jobs.claim("x", 9) if b"evil" in job.key]
        ledger.jobs.park(job, "a reason")
        done = run("--config", "config.toml", "--state", "state", "status")
    assert (done.returncode, done.stderr) == (0, "")
    said = done.stdout
    for words in (
        "2: it is damaged",
        str(tmp_path / "parked1"),
        '"tagbridge retry PATH" takes them up again',
        "at most 2.5 requests a second",
        "pace      5 in the last hour, 5 in 24 hours, 5 in two weeks",
        "5 of 40 calls, 1.25 EUR, anew at ",
        '"tagbridge retry" sends them again',
        "used up",
        "5 of 100 calls, 1.25 of 5.00 EUR, anew at ",
        "5 of 1 000 calls\n",
        "evil\\udcff\\x1b[2J",
    ):
        assert words in said
    assert "\x1b" not in said


@pytest.mark.parametrize("arguments", [["status"], ["status", "--json"]])
def test_without_a_state_it_is_friendly_and_makes_none(
    run: Run, tmp_path: Path, arguments: list[str]
) -> None:
    done = run("--state", "state", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert "nothing has been done yet" in done.stdout
    assert not (tmp_path / "state").exists()


def test_it_looks_while_somebody_writes_and_leaves_nothing_behind(run: Run, tmp_path: Path) -> None:
    state = tmp_path / "state"
    with closing(open_ledger(state)) as ledger:
        ledger.jobs.add(tmp_path / "a", None, fresh=True)

        def look_in_between(connection: Connection) -> subprocess.CompletedProcess[str]:
            connection.execute("DELETE FROM job")
            return run("--state", "state", "status", "--json")

        (queue,) = of_kind(objects(ledger.database.transaction(look_in_between)), "queue")
        assert queue["fresh"] == 1  # not deleted yet
    before = {file.name: file.stat().st_mtime_ns for file in state.iterdir()}
    run("--state", "state", "status")
    assert {file.name: file.stat().st_mtime_ns for file in state.iterdir()} == before


def test_a_killed_courier_is_dead_and_its_call_in_doubt(run: Run, tmp_path: Path) -> None:
    with closing(open_ledger(tmp_path / "state")) as ledger:
        worker = ledger.workers.join("courier")
        ask(ledger, 1, courier=worker, answer=False)
        flying = objects(run("--state", "state", "status", "--json"))
    # Closed without leaving, as a kill does.
    landed = objects(run("--state", "state", "status", "--json"))
    for found, alive, in_doubt in ((flying, True, 0), (landed, False, 1)):
        assert [one["alive"] for one in of_kind(found, "worker")] == [alive]
        (provider,) = of_kind(found, "provider")
        assert (provider["in_flight"], provider["in_doubt"]) == (1 - in_doubt, in_doubt)


def test_a_newer_state_is_refused(run: Run, tmp_path: Path) -> None:
    with closing(open_ledger(tmp_path / "state")) as ledger:
        ledger.database.transaction(
            lambda connection: connection.execute("PRAGMA user_version = 99")
        )
    done = run("--state", "state", "status")
    assert done.returncode == 2
    assert "newer tagbridge" in done.stderr


def test_postgresql_is_looked_into_as_well(run: Run, tmp_path: Path, postgres: Postgres) -> None:
    url = postgres.database()
    variables = {"TAGBRIDGE_ENGINE__DATABASE": url}
    (nothing, _) = objects(run("status", "--json", **variables))
    assert nothing["kind"] == "nothing"
    with closing(open_ledger(tmp_path / "state", url)) as ledger:
        fill(ledger, tmp_path)
    found = objects(run("status", "--json", **variables))
    (queue,) = of_kind(found, "queue")
    numbers = {name: value for name, value in queue.items() if name != "kind"}
    assert numbers == {
        "fresh": 1,
        "backlog": 3,
        "running": 2,
        "waiting": 2,
        "parked": 2,
        "missing": 2,
        "review": 0,
        "done": 4,
    }
    (provider,) = of_kind(found, "provider")
    assert (provider["calls"], provider["cost"], provider["currency"]) == (5, 1.25, "EUR")


@pytest.mark.parametrize("command", [["status"], ["retry"], ["ledger", "check"]])
def test_a_database_that_does_not_answer_is_not_waited_for(run: Run, command: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        url = f"postgresql://me:canary@127.0.0.1:{port}/photos"
        done = run(*command, TAGBRIDGE_ENGINE__DATABASE=url)
    assert done.returncode == 2
    assert "the database photos at 127.0.0.1 cannot be read" in done.stderr
    assert "canary" not in done.stdout + done.stderr
