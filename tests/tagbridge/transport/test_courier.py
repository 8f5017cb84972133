"""The life of the courier process: when it starts, what it survives, and that it leaves nothing."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tagbridge.ledger.database import Database
from tagbridge.transport.client import LentClient
from tagbridge.transport.courier import Courier
from tagbridge.transport.errors import CourierError
from tagbridge.transport.letters import Letter, read_letter, write_letter

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.tagbridge.transport.conftest import Askers, Asking, Processes, Service

IDLE = "from pathlib import Path; import sys; import tagbridge.transport.client as c; "
IDLE += "import tagbridge.transport.courier as o; import tagbridge.transport.question; "
IDLE += "c.LentClient(o.Courier(Path('nowhere'), '')); "
IDLE += "print([m for m in ('httpx', 'sqlalchemy', 'asyncio.subprocess') if m in sys.modules])"

OPEN = "from concurrent.futures import ThreadPoolExecutor; from pathlib import Path; import sys; "
OPEN += "import asyncio; import tagbridge.transport.desk as d\n"
OPEN += "async def run():\n"
OPEN += "    with ThreadPoolExecutor() as threads:\n"
OPEN += "        await (await d.open_desk(Path(sys.argv[1]), '', threads)).end()\n"
OPEN += "asyncio.run(run()); print([m for m in sys.modules if 'sqlalchemy' in m])"

OTHERS = [
    *("pydantic", "pydantic_settings", "pluggy", "click", "pygments", "tomlkit"),
    *("PIL", "numpy", "pyexiv2", "tagbridge.config", "tagbridge.metadata", "tagbridge.pipeline"),
    *("tagbridge_hooks.providers", "tagbridge_hooks.recognition"),
]


def descriptors() -> set[str]:
    return {entry.name for entry in Path("/proc/self/fd").iterdir()}


def test_nothing_is_started_or_imported_before_the_first_request() -> None:
    said = subprocess.run([sys.executable, "-c", IDLE], check=True, capture_output=True, text=True)

    assert "httpx" not in said.stdout
    assert "sqlalchemy" not in said.stdout


def test_the_courier_needs_no_library_for_its_ledger(state: Path) -> None:
    said = subprocess.check_output([sys.executable, "-c", OPEN, state], text=True)

    assert said == "[]\n"


def test_the_courier_loads_nothing_but_what_it_takes_to_make_calls(tmp_path: Path) -> None:
    async def work_once(courier: socket.socket) -> None:
        reader, writer = await asyncio.open_unix_connection(sock=courier)
        await write_letter(writer, Letter(head={"folder": None, "url": "", "environment": {}}))
        await write_letter(writer, Letter(head={"do": "keep", "keys": [], "number": 1}))
        answer = await read_letter(reader)
        assert answer is not None
        assert answer.head["outcome"] == "answer"
        writer.close()
        await writer.wait_closed()

    ours, its = socket.socketpair()
    with its, (tmp_path / "imports").open("w") as imports:
        program = [sys.executable, "-X", "importtime", "-m", "tagbridge.transport.courier_process"]
        courier = subprocess.Popen(
            [*program, str(its.fileno())], pass_fds=(its.fileno(),), stderr=imports
        )
    asyncio.run(work_once(ours))
    assert courier.wait() == 0
    loaded = set(re.findall(r"\| +([\w.]+)$", (tmp_path / "imports").read_text(), re.MULTILINE))

    assert loaded >= {"httpx", "tagbridge.transport.delivery", "tagbridge_hooks.errors"}
    assert sorted(loaded & set(OTHERS)) == []


def test_a_courier_that_was_never_needed_closes_without_having_been(state: Path) -> None:
    async def open_and_close() -> None:
        courier = Courier(state, "")
        await courier.verdict((), "keep")
        await LentClient(courier).aclose()
        await courier.aclose()

    asyncio.run(open_and_close())

    assert not state.exists()


def test_the_courier_ends_with_whoever_asks_and_leaves_nothing(
    asking: Asking, service: Service, processes: Processes
) -> None:
    asking.run(asyncio.sleep(0))  # the loop's own are there now
    before = descriptors()
    asking.ask(f"{service.url}/ok")
    pid = asking.courier.pid
    assert pid is not None

    asking.run(asking.client.aclose())
    asking.run(asking.courier.aclose())

    assert not processes.is_there(pid)
    assert descriptors() == before


def test_a_courier_that_was_killed_is_no_zombie_and_leaves_no_descriptor(
    asking: Asking, service: Service, processes: Processes
) -> None:
    asking.ask(f"{service.url}/ok", "warm")  # opens what stays open: the descriptors of the loop
    asking.run(asking.courier.aclose())
    before = descriptors()
    for n in range(3):
        assert asking.ask(f"{service.url}/ok", f"killed {n}").status == 200
        pid = asking.courier.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        processes.wait_until(lambda gone=pid: not processes.is_there(gone))  # type: ignore[misc]  # no inference for a default

    asking.run(asking.courier.aclose())

    assert descriptors() == before


def test_a_courier_can_be_closed_while_somebody_waits_for_an_answer(
    asking: Asking, service: Service, stored: Callable[[str], Any]
) -> None:
    async def ask_and_close() -> int:
        question = asking.question("closing")
        task = asyncio.create_task(asking.hear(f"{service.url}/gated", question, "closing"))
        await asyncio.to_thread(service.wait_for, "closing")
        closing = asyncio.create_task(asking.courier.aclose())
        await asyncio.sleep(0)
        service.open("closing")
        await closing
        return (await task).status

    assert asking.run(ask_and_close()) == 200
    assert stored("SELECT state FROM call") == [("done",)]


def test_closing_does_not_wait_for_what_nobody_waits_for(
    asking: Asking, service: Service, processes: Processes, stored: Callable[[str], Any]
) -> None:
    """And the answer is stored all the same, by a courier that is reaped when it ends."""

    async def ask_and_leave() -> int:
        question = asking.question("given up")
        task = asyncio.create_task(asking.hear(f"{service.url}/gated", question, "given up"))
        await asyncio.to_thread(service.wait_for, "given up")
        pid = asking.courier.pid
        assert pid is not None
        task.cancel()
        await asyncio.wait([task])
        assert not question.calls[0].answered
        await asking.courier.aclose()
        return pid

    pid: int = asking.run(ask_and_leave())
    assert processes.is_alive(pid)
    service.open("given up")
    processes.wait_until(lambda: not processes.is_there(pid))

    assert stored("SELECT state FROM call") == [("done",)]


def test_what_was_not_begun_is_given_up_when_nobody_asks_any_more(
    askers: Askers, service: Service, processes: Processes
) -> None:
    """The courier does not go on spending for one who is dead."""
    pictures = [f"queued {n}" for n in range(30)]
    process = askers.start("/ok", *pictures, at_once=30, terms={"rate": 1.0})
    service.wait_for(pictures[0])
    courier = processes.courier_of(process.pid)
    askers.kill(process)
    processes.wait_until(lambda: not processes.is_alive(courier))

    assert len(service.about("queued")) < 10


def test_a_ctrl_c_reaches_whoever_asks_and_not_the_courier(
    askers: Askers, service: Service, processes: Processes, stored: Callable[[str], Any]
) -> None:
    process = askers.start("/gated", "ctrl c")
    service.wait_for("ctrl c")
    courier = processes.courier_of(process.pid)

    assert os.getpgid(courier) != os.getpgid(process.pid)
    os.killpg(process.pid, signal.SIGINT)
    process.communicate()
    assert process.returncode != 0
    assert processes.is_alive(courier)
    service.open("ctrl c")
    processes.wait_until(lambda: not processes.is_alive(courier))

    assert stored("SELECT state FROM call") == [("done",)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_end_does_not_end_the_courier(
    number: int, asking: Asking, service: Service
) -> None:
    asking.ask(f"{service.url}/ok", "before")
    pid = asking.courier.pid
    assert pid is not None
    os.kill(pid, number)

    assert asking.ask(f"{service.url}/ok", f"after {number}").status == 200
    assert asking.courier.pid == pid


def test_two_who_ask_the_same_at_once_in_one_process_make_one_request(
    asking: Asking, service: Service
) -> None:
    async def both() -> list[int]:
        url = f"{service.url}/slow/0.2"
        questions = [asking.question("twins") for _ in range(2)]
        heard = await asyncio.gather(*(asking.hear(url, q, "twins") for q in questions))
        return [h.status for h in heard]

    assert asking.run(both()) == [200, 200]
    assert service.pictures.count("twins") == 1


def test_two_who_ask_the_same_at_once_in_two_processes_make_one_request(
    askers: Askers, service: Service
) -> None:
    both = [askers.start("/slow/0.5", "cousins") for _ in range(2)]

    said = [askers.ended(process)[0] for process in both]

    assert [line["status"] for line in said] == [200, 200]
    assert said[0]["body"] == said[1]["body"]
    assert service.pictures.count("cousins") == 1


def test_waiting_for_the_courier_is_not_counted_against_the_deadline(
    asking: Asking, service: Service
) -> None:
    async def ask_in_a_hurry() -> int:
        question = asking.question("patient")
        async with asyncio.timeout(0.05) as deadline:
            question.deadline = deadline
            heard = await asking.hear(f"{service.url}/slow/0.3", question, "patient")
        return heard.status

    assert asking.run(ask_in_a_hurry()) == 200


def test_the_deadline_counts_again_when_the_courier_has_answered(
    asking: Asking, service: Service
) -> None:
    async def ask_and_hang() -> None:
        question = asking.question("hanging")
        async with asyncio.timeout(0.5) as deadline:
            question.deadline = deadline
            await asking.hear(f"{service.url}/ok", question, "hanging")
            await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        asking.run(ask_and_hang())


def test_a_ledger_that_cannot_be_used_is_said(
    state: Path, asking: Asking, service: Service
) -> None:
    Database(state).close()
    (state / "state.sqlite3").write_bytes(b"this is no database, and long enough to be none" * 9)

    heard = asking.ask(f"{service.url}/ok", "unasked")

    assert isinstance(heard.error, CourierError)
    assert "state.sqlite3" in str(heard.error)
    assert "unasked" not in service.pictures


def test_a_ledger_that_can_be_used_again_is_used_by_the_same_courier(
    state: Path, asking: Asking, service: Service
) -> None:
    state.write_text("a file where the folder should be")
    assert isinstance(asking.ask(f"{service.url}/ok", "later").error, CourierError)
    state.unlink()

    assert asking.ask(f"{service.url}/ok", "later").status == 200


def test_the_courier_goes_through_the_proxy_that_we_would_use(
    asking: Asking, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", service.url)

    assert asking.ask("http://service.test/ok", "by proxy").status == 200
    assert "by proxy" in service.pictures


def test_a_dry_run_remembers_answers_for_as_long_as_it_lasts(dry: Asking, service: Service) -> None:
    assert dry.ask(f"{service.url}/ok", "dry").status == 200
    assert dry.ask(f"{service.url}/ok", "dry").status == 200

    assert service.pictures.count("dry") == 1
