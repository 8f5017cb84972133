"""Servers of the tests' own, for those that need one: PostgreSQL, and the recognition services."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_RECOGNITION = Path(__file__).parent / "servers" / "recognition.py"
# The first part of a path, where it is not the name of the service.
_SERVICES = {"v1": "everypixel", "oauth": "everypixel"}
_PACKAGE = "needs PostgreSQL: apt-get install postgresql"
# No flush to the disk: the server is killed in these tests, the machine is not.
_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "200",
    "listen_addresses": "127.0.0.1",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Postgres:
    """One server in a temporary folder, on a free port of this machine.

    Attributes:
        programs: Where its programs are.
        folder: Holds its data, its socket and its log.
        port: Where it listens, also after a new start.
        user: Who runs it; None for ourselves. It refuses to be run by root.
    """

    programs: Path
    folder: Path
    port: int
    user: str | None

    def create(self) -> None:
        """Make the data folder."""
        self._run("initdb", "--no-sync", "-A", "trust", "-U", "postgres", "-E", "UTF8", "-D", ".")

    def start(self) -> None:
        """Start, and wait until it takes connections."""
        given = {**_SETTINGS, "port": str(self.port), "unix_socket_directories": str(self.folder)}
        options = " ".join(f"-c {name}={value}" for name, value in given.items())
        self._run("pg_ctl", "start", "-w", "-s", "-D", ".", "-l", "log", "-o", options)

    def kill(self) -> None:
        """End it at once, in the middle of whatever it does."""
        self._run("pg_ctl", "stop", "-w", "-s", "-D", ".", "-m", "immediate")

    def database(self) -> str:
        """Return the URL of a new, empty database."""
        name = f"test_{uuid4().hex}"
        self._run("createdb", "-h", str(self.folder), "-p", str(self.port), "-U", "postgres", name)
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self.programs / program, *arguments],
            check=False,
            cwd=self.folder,
            user=self.user,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # the server would keep a pipe open
            stderr=subprocess.DEVNULL,
        )
        if done.returncode:
            log = self.folder / "log"
            said = log.read_text() if log.exists() else ""
            raise RuntimeError(f"{program} ended with {done.returncode}: {said}")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Start one server for all tests of this process."""
    programs = _programs()
    if programs is None:
        pytest.skip(_PACKAGE)
    with tempfile.TemporaryDirectory(prefix="tagbridge-pg-", ignore_cleanup_errors=True) as name:
        user = _somebody_else() if os.geteuid() == 0 else None
        if user is not None:
            shutil.chown(name, user)
        server = Postgres(programs=programs, folder=Path(name), port=_free_port(), user=user)
        server.create()
        server.start()
        yield server
        server.kill()


def _programs() -> Path | None:
    """Return the folder of the newest version; Debian keeps it out of the PATH."""
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = sorted(debian, key=lambda path: float(path.parent.parent.name), reverse=True)
    found = str(newest[0]) if newest else shutil.which("initdb")
    return None if found is None else Path(found).resolve().parent


def _somebody_else() -> str:
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognitionServer:
    """The recognition services in a process of their own; see servers/README.md.

    Attributes:
        url: Where they are; each service has its path below.
        log: Holds a line for each request.
    """

    url: str
    log: Path
    process: subprocess.Popen[str]

    def asked(self, service: str | None = None) -> list[dict[str, Any]]:
        """Return what the log tells of each request so far, to one service or to all."""
        notes = [json.loads(line) for line in self.log.read_text("utf-8").splitlines()]
        return [note for note in notes if service in {None, _service_of(note)}]

    def charged(self, service: str) -> Counter[str]:
        """Return how often a service charged for each picture, by the SHA-256 of what it got."""
        return Counter(picture for note in self.asked(service) for picture in _bill(note))

    def fault(self, name: str, times: int | None = None, service: str | None = None) -> None:
        """Let the next requests, or all, meet a fault; an empty name takes all faults back."""
        self.control(fault=name, times=times, service=service)

    def control(self, **wanted: object) -> None:
        """Change the services while they run; see servers/control.py."""
        answer = httpx.post(f"{self.url}/control", json=wanted, trust_env=False)
        assert answer.status_code == 200, answer.text


def _service_of(note: dict[str, Any]) -> str:
    first = str(note["path"]).split("/")[1]
    return _SERVICES.get(first, first)


def _bill(note: dict[str, Any]) -> list[str]:
    """Return the pictures that one request was charged for."""
    if "statuses" in note:
        told = zip(note["pictures"], note["statuses"], strict=True)
        return [picture for picture, status in told if status == 200 and note["charged"]]
    usual = int(note["status"] == 200 and bool(note["picture"]))
    return [note["picture"]] * note.get("charged", usual)


@pytest.fixture(scope="module")
def recognition_server(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[..., RecognitionServer]]:
    """Return a function that starts the services with options; all end with the module."""
    running: list[subprocess.Popen[str]] = []

    def start(*options: str) -> RecognitionServer:
        log = tmp_path_factory.mktemp("recognition") / "log"
        command = [sys.executable, str(_RECOGNITION), "--log", str(log), *options]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        running.append(process)
        assert process.stdout
        port = process.stdout.readline().strip()
        assert port, f"these are no options of the services: {options}"
        return RecognitionServer(url=f"http://127.0.0.1:{port}", log=log, process=process)

    yield start
    for process in running:
        process.kill()
        process.communicate()
