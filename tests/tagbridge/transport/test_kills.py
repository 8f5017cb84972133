"""SIGKILL at any moment, of whoever asks, of the courier, and of both."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tagbridge.transport.errors import InDoubtError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.tagbridge.transport.conftest import Askers, Asking, Processes, Service

# How many moments are tried; all of them with a large number.
KILLS = int(os.environ.get("TAGBRIDGE_TEST_TRANSPORT_KILLS", "3"))
STATES = "SELECT state, COUNT(*) FROM call GROUP BY state"


def moments(lines: int) -> list[int]:
    """Return some lines of a run, evenly spread: the middles of as many parts of it."""
    return sorted({1 + (2 * part + 1) * lines // (2 * KILLS) for part in range(KILLS)})


def test_whoever_asks_is_killed_at_any_line_and_each_picture_is_charged_once(
    askers: Askers, service: Service, stored: Callable[[str], Any]
) -> None:
    lines = askers.run("/slow/0.05", "measure", kill_at=0)[-1]["lines"]
    pictures = {f"line {line}": line for line in moments(lines)}
    killed = [askers.start("/slow/0.05", name, kill_at=line) for name, line in pictures.items()]
    for process in killed:
        process.communicate()
        assert process.returncode == -signal.SIGKILL

    said = askers.run("/slow/0.05", *pictures, at_once=8)

    assert [line["status"] for line in said[:-1]] == [200] * len(pictures)
    assert sorted(service.about("line")) == sorted(pictures)
    assert stored(STATES) == [("done", 1 + len(pictures))]
    assert stored("SELECT calls FROM quota WHERE scope = 'all'") == [(1 + len(pictures),)]


def test_whoever_asks_about_many_is_killed_again_and_again(
    askers: Askers, service: Service, processes: Processes, stored: Callable[[str], Any]
) -> None:
    """Each time at the arrival of a request, with others before, during and after theirs."""
    pictures = [f"many {n}" for n in range(5 * KILLS)]
    for kill in range(1, KILLS + 1):
        process = askers.start("/slow/0.05", *pictures, at_once=6)
        processes.wait_until(lambda enough=4 * kill: len(service.about("many")) >= enough)  # type: ignore[misc]  # no inference for a default
        askers.kill(process)

    said = askers.run("/slow/0.05", *pictures, at_once=6)

    assert {line["status"] for line in said[:-1]} == {200}
    assert sorted(service.about("many")) == sorted(pictures)
    assert stored(STATES) == [("done", len(pictures))]


def test_an_answer_that_nobody_waits_for_any_more_is_stored(
    askers: Askers, service: Service, processes: Processes, stored: Callable[[str], Any]
) -> None:
    process = askers.start("/gated", "orphan")
    service.wait_for("orphan")
    courier = processes.courier_of(process.pid)
    askers.kill(process)
    assert processes.is_alive(courier)
    service.open("orphan")
    processes.wait_until(lambda: not processes.is_alive(courier))

    assert stored("SELECT state, status FROM call") == [("done", 200)]
    assert askers.run("/gated", "orphan")[0]["status"] == 200
    assert service.pictures.count("orphan") == 1


def test_the_next_one_who_asks_waits_for_the_courier_of_one_who_was_killed(
    askers: Askers, asking: Asking, service: Service, processes: Processes
) -> None:
    process = askers.start("/gated", "handed on")
    service.wait_for("handed on")
    askers.kill(process)

    async def ask_and_open() -> int:
        question = asking.question("handed on")
        url = f"{service.url}/gated"
        task = asyncio.create_task(asking.hear(url, question, "handed on", content=b"?"))
        await asyncio.to_thread(processes.wait_until, lambda: len(askers.couriers) == 2)
        service.open("handed on")
        return (await task).status

    assert asking.run(ask_and_open()) == 200
    assert service.pictures.count("handed on") == 1


@pytest.mark.parametrize("in_doubt", ["hold", "resend"])
def test_a_courier_killed_in_flight_leaves_the_decision_to_the_policy(
    in_doubt: str, asking: Asking, service: Service, stored: Callable[[str], Any]
) -> None:
    picture = f"in flight {in_doubt}"
    couriers: list[int] = []

    async def ask_and_kill() -> Any:  # noqa: ANN401 - Heard, which is known to the checker only
        question = asking.question(picture, in_doubt=in_doubt)
        task = asyncio.create_task(asking.hear(f"{service.url}/gated", question, picture))
        await asyncio.to_thread(service.wait_for, picture)
        assert asking.courier.pid is not None
        couriers.append(asking.courier.pid)
        os.kill(couriers[0], signal.SIGKILL)
        service.open(picture)
        return await task

    heard = asking.run(ask_and_kill())

    assert asking.courier.pid not in (None, couriers[0])
    charged = stored("SELECT calls FROM quota WHERE scope = 'all'")
    if in_doubt == "hold":
        assert type(heard.error) is InDoubtError
        assert service.pictures.count(picture) == 1
        assert stored(STATES) == [("doubt", 1)]
        assert charged == [(1,)]
        assert heard.question.network_calls == 0
    else:
        assert heard.status == 200
        assert service.pictures.count(picture) == 2
        assert stored(STATES) == [("done", 1)]
        assert charged == [(2,)]


@pytest.mark.parametrize("in_doubt", ["hold", "resend"])
def test_both_killed_in_flight_leave_the_call_in_doubt(
    in_doubt: str,
    askers: Askers,
    service: Service,
    processes: Processes,
    stored: Callable[[str], Any],
) -> None:
    picture = f"both {in_doubt}"
    terms = {"in_doubt": in_doubt}
    process = askers.start("/gated", picture, terms=terms)
    service.wait_for(picture)
    courier = processes.courier_of(process.pid)
    askers.kill(process)
    os.kill(courier, signal.SIGKILL)
    processes.wait_until(lambda: not processes.is_alive(courier))
    service.open(picture)

    said = askers.run("/gated", picture, terms=terms)[0]

    if in_doubt == "hold":
        assert said["error"] == "InDoubtError"
        assert service.pictures.count(picture) == 1
        assert stored(STATES) == [("doubt", 1)]
        assert askers.run("/gated", picture, terms=terms)[0]["error"] == "InDoubtError"
        assert askers.run("/gated", picture, terms={"in_doubt": "resend"})[0]["status"] == 200
    else:
        assert said["status"] == 200
    assert service.pictures.count(picture) == 2


@pytest.mark.parametrize("in_doubt", ["hold", "resend"])
def test_a_courier_killed_at_any_line_is_replaced(
    in_doubt: str, askers: Askers, service: Service, tmp_path: Path
) -> None:
    """The one who asks gets the answer; or, where it may have been sent, what the policy says."""
    terms = {"in_doubt": in_doubt, "rate": 1000.0}
    folder = tmp_path / "killer"
    folder.mkdir()
    shutil.copy(Path(__file__).with_name("killer") / "sitecustomize.py", folder)
    (folder / "kill_at").write_text("0")
    askers.run("/ok", f"{in_doubt} measure", terms=terms, pythonpath=folder)
    lines = int((folder / "lines").read_text())
    held = 0
    for line in moments(lines):
        (folder / "kill_at").write_text(str(line))
        picture = f"{in_doubt} {line}"

        said = askers.run("/ok", picture, terms=terms, pythonpath=folder)[0]

        arrivals = service.pictures.count(picture)
        if in_doubt == "hold":
            held += "error" in said
            assert said.get("status", said.get("error")) in (200, "InDoubtError")
            assert arrivals <= 1
            assert arrivals == 1 or "error" in said
        else:
            assert said["status"] == 200
            assert 1 <= arrivals <= 2
            assert json.loads(said["body"])["picture"] == picture
    assert held <= KILLS // 2
