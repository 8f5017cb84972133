"""What a supervisor hears, on a real socket, and when it hears nothing."""

from __future__ import annotations

import asyncio
import os
import socket
from typing import TYPE_CHECKING, Protocol

import pytest

from tagbridge.supervision import Supervisor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tagbridge.pulse import Pulse
    from tagbridge.watching import Watch
    from tests.tagbridge.conftest import Clock


class Patient(Protocol):
    watch: Watch
    clock: Clock
    pulse: Pulse


@pytest.fixture(params=["a file", "an abstract name"])
def systemd(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        abstract = f"\0tagbridge-test-{os.getpid()}"
        listening.bind(str(tmp_path / "notify") if request.param == "a file" else abstract)
        listening.settimeout(60)
        yield listening


def environment(systemd: socket.socket, **more: str) -> dict[str, str]:
    name = systemd.getsockname()
    address = f"@{name[1:].decode()}" if isinstance(name, bytes) else name
    return {"NOTIFY_SOCKET": address, **more}


def heard_of(supervisor: Supervisor, systemd: socket.socket, pulse: Pulse) -> list[str]:
    """Return the first thing that is said of a daemon."""

    async def first() -> list[str]:
        task = asyncio.create_task(supervisor.run(pulse))
        said = await asyncio.to_thread(systemd.recv, 1000)
        task.cancel()
        return said.decode().splitlines()

    return asyncio.run(first())


def test_it_is_told_of_the_begin_and_of_the_end(systemd: socket.socket) -> None:
    supervisor = Supervisor(environment(systemd))
    supervisor.ready()
    assert systemd.recv(1000) == b"READY=1"
    supervisor.stopping()
    assert systemd.recv(1000).split(b"\n")[0] == b"STOPPING=1"


def test_a_watchdog_hears_that_all_is_well(
    systemd: socket.socket, patient: Callable[..., Patient]
) -> None:
    mine = {"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}
    supervisor = Supervisor(environment(systemd, **mine))
    assert heard_of(supervisor, systemd, patient().pulse) == [
        "WATCHDOG=1",
        "STATUS=all is well",
    ]


def test_a_watchdog_hears_nothing_from_a_daemon_that_stands_still(
    systemd: socket.socket, patient: Callable[..., Patient]
) -> None:
    supervisor = Supervisor(environment(systemd, WATCHDOG_USEC="30000000"))
    one = patient()
    one.clock.time += 100
    said = heard_of(supervisor, systemd, one.pulse)
    assert said == ["STATUS=the daemon's loop does not turn"]


def test_a_folder_that_is_away_is_no_reason_to_start_anew(
    systemd: socket.socket, patient: Callable[..., Patient], tmp_path: Path
) -> None:
    supervisor = Supervisor(environment(systemd, WATCHDOG_USEC="30000000"))
    one = patient(tmp_path / "away")

    async def looked() -> None:
        async with one.watch, asyncio.timeout(60):
            while not one.pulse.problem():  # noqa: ASYNC110 - it wakes nobody
                await asyncio.sleep(0)

    asyncio.run(looked())
    said = heard_of(supervisor, systemd, one.pulse)
    assert said == ["WATCHDOG=1", "STATUS=1 of 1 watched folders are not there"]


@pytest.mark.parametrize(
    "watchdog",
    [
        {},
        {"WATCHDOG_USEC": "0"},
        {"WATCHDOG_USEC": "soon"},
        {"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"},
    ],
)
def test_who_is_not_watched_gives_no_signs_of_life(
    systemd: socket.socket, watchdog: dict[str, str], patient: Callable[..., Patient]
) -> None:
    supervisor = Supervisor(environment(systemd, **watchdog))
    assert heard_of(supervisor, systemd, patient().pulse) == ["STATUS=all is well"]


def test_without_a_supervisor_nobody_is_told(patient: Callable[..., Patient]) -> None:
    supervisor = Supervisor({})
    supervisor.ready()
    asyncio.run(supervisor.run(patient().pulse))
    supervisor.stopping()


def test_a_supervisor_that_is_gone_does_no_harm(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    Supervisor({"NOTIFY_SOCKET": str(tmp_path / "gone")}).ready()
    assert "systemd cannot be told" in caplog.text
