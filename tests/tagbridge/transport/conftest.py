"""Somebody who asks, a service that answers, and a ledger between them: all of them real."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tagbridge.ledger.terms import Terms
from tagbridge.transport.client import LentClient
from tagbridge.transport.courier import Courier
from tagbridge.transport.question import Question, current

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

    import httpx

HERE = Path(__file__).parent
LONG = 60.0  # seconds; bounds a wait that would otherwise hang, and is never reached


class Processes:
    """What the system says of processes."""

    @staticmethod
    def wait_until(happened: Callable[[], bool]) -> None:
        """Return when something in another process has happened."""
        end = time.monotonic() + LONG
        while not happened():
            assert time.monotonic() < end
            time.sleep(0.005)

    @staticmethod
    def is_alive(pid: int) -> bool:
        """Return whether a process runs; one that ended and was not reaped does not."""
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            return False
        return stat.rpartition(")")[2].split()[0] != "Z"

    @staticmethod
    def is_there(pid: int) -> bool:
        """Return whether a process runs, or ended and was not reaped."""
        return Path(f"/proc/{pid}").exists()

    @staticmethod
    def courier_of(pid: int) -> int:
        """Return the courier that a process started."""
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        (courier,) = (int(child) for child in children if is_courier(int(child)))
        return courier


def is_courier(pid: int) -> bool:
    try:
        return b"courier_process" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


class Service:
    """The service as a process, and what it was asked."""

    def __init__(self, folder: Path) -> None:
        self._log = folder / "arrivals"
        self._log.touch()
        self._gates = folder / "gates"
        self._gates.mkdir()
        self.process = subprocess.Popen(
            [sys.executable, HERE / "service.py", self._log, self._gates],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}"

    @property
    def arrivals(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._log.read_text().splitlines()]

    @property
    def pictures(self) -> list[str]:
        return [arrival["picture"] for arrival in self.arrivals]

    def wait_for(self, picture: str, times: int = 1) -> None:
        Processes.wait_until(lambda: self.pictures.count(picture) >= times)

    def about(self, start: str) -> list[str]:
        """Return the pictures of the requests so far whose names start so."""
        return [picture for picture in self.pictures if picture.startswith(start)]

    def open(self, picture: str) -> None:
        """Let requests about a picture have their answer."""
        (self._gates / picture).touch()

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdout
        self.process.stdout.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What one who asked got."""

    question: Question
    response: httpx.Response | None = None
    error: Exception | None = None

    @property
    def status(self) -> int:
        assert self.response is not None, self.error
        return self.response.status_code


@dataclass(slots=True)
class Asking:
    """A process that asks: this one."""

    courier: Courier
    client: LentClient = field(init=False)
    runner: asyncio.Runner = field(default_factory=asyncio.Runner)
    terms: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.client = LentClient(self.courier)

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401 - whatever it returns
        return self.runner.run(work)

    def question(self, picture: str, secrets: tuple[str, ...] = (), **terms: Any) -> Question:  # noqa: ANN401 - fields of Terms
        usual = {"provider": "known", "timeout_seconds": 30.0, **self.terms}
        return Question(
            identity=sha256(picture.encode()).hexdigest(),
            media_type="image/jpeg",
            provider="known",
            picture=picture.encode(),
            secrets=secrets,
            terms=Terms(**{**usual, **terms}),
        )

    async def hear(
        self,
        url: str,
        question: Question,
        picture: str,
        **request: Any,  # noqa: ANN401 - arguments of httpx
    ) -> Heard:
        token = current.set(question)
        headers = {"X-Picture": picture, **request.pop("headers", {})}
        try:
            response = await self.client.client.post(url, headers=headers, **request)
        except Exception as error:  # noqa: BLE001 - it is what the test looks at
            return Heard(question=question, error=error)
        finally:
            current.reset(token)
        return Heard(question=question, response=response)

    def ask(self, url: str, picture: str = "one", **terms: Any) -> Heard:  # noqa: ANN401 - fields of Terms
        question = self.question(picture, **terms)
        heard: Heard = self.run(self.hear(url, question, picture, content=b"?"))
        return heard

    def close(self) -> None:
        self.run(self.client.aclose())
        self.run(self.courier.aclose())
        self.runner.close()


@dataclass(slots=True, kw_only=True)
class Askers:
    """Processes that ask."""

    state: Path
    service: Service
    folder: Path
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(
        self,
        path: str,
        *pictures: str,
        terms: dict[str, Any] | None = None,
        pythonpath: Path | None = None,
        **more: Any,  # noqa: ANN401 - of the task
    ) -> subprocess.Popen[str]:
        task = {
            "state": str(self.state),
            "base": self.service.url,
            "path": path,
            "pictures": pictures,
            "terms": {"provider": "known", **(terms or {})},
            **more,
        }
        environment = dict(os.environ)
        if pythonpath is not None:
            environment["PYTHONPATH"] = str(pythonpath)
        process = subprocess.Popen(
            [sys.executable, HERE / "asker.py", json.dumps(task)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
            start_new_session=True,  # a process group of its own, for a Ctrl-C
        )
        self.started.append(process)
        return process

    def run(self, path: str, *pictures: str, **more: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - see `start`
        return self.ended(self.start(path, *pictures, **more))

    def ended(self, process: subprocess.Popen[str]) -> list[dict[str, Any]]:
        """Return the lines of an asker that ended by itself."""
        out, err = process.communicate(timeout=LONG)
        assert process.returncode == 0, err
        assert not err
        return [json.loads(line) for line in out.splitlines()]

    def kill(self, process: subprocess.Popen[str]) -> None:
        process.kill()
        process.communicate(timeout=LONG)

    @property
    def couriers(self) -> list[int]:
        """Return the couriers that joined and did not leave."""
        alive = self.state / "alive"
        names = [entry.name for entry in alive.iterdir()] if alive.exists() else []
        pids = (int(name.rsplit("-", 2)[1]) for name in names if name.startswith("courier-"))
        return [pid for pid in pids if is_courier(pid)]

    def close(self) -> None:
        for process in self.started:
            if process.poll() is None:
                self.kill(process)
        for courier in self.couriers:  # one that has a call which never ends
            os.kill(courier, signal.SIGKILL)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def stored(state: Path) -> Callable[[str], list[tuple[Any, ...]]]:
    """What stands in the ledger."""

    def rows(query: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(state / "state.sqlite3")) as database:
            return database.execute(query).fetchall()

    return rows


@pytest.fixture
def processes() -> Processes:
    return Processes()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("service")
    service = Service(folder)
    yield service
    service.stop()
    shutil.rmtree(folder)


@pytest.fixture
def asking(state: Path) -> Iterator[Asking]:
    asking = Asking(Courier(state, ""))
    yield asking
    asking.close()


@pytest.fixture
def asking_of() -> Callable[[Courier], Asking]:
    """Make one who asks by a courier of the test's own; the test closes it."""
    return Asking


@pytest.fixture
def dry() -> Iterator[Asking]:
    asking = Asking(Courier(None, ""))
    yield asking
    asking.close()


@pytest.fixture
def askers(state: Path, service: Service, tmp_path: Path) -> Iterator[Askers]:
    askers = Askers(state=state, service=service, folder=tmp_path)
    yield askers
    askers.close()
