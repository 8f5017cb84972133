"""A ledger on either database, and all that a test needs to use it."""

from __future__ import annotations

import select
import socket
import subprocess
import sys
import threading
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING, TypeAlias
from uuid import uuid4

import psycopg
import pytest

from tagbridge.ledger import Ledger, open_ledger

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from tests.fixtures.postgresql import Postgres

Spent: TypeAlias = "Callable[[Ledger], dict[str, tuple[int, int]]]"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a ledger lies.

    Attributes:
        folder: The state folder.
        url: Of a PostgreSQL database; empty for SQLite.
        exits: Closes what was opened, and ends what was started.
    """

    folder: Path
    url: str
    exits: ExitStack = field(default_factory=ExitStack)

    def open(self, *, roots: Mapping[str, Path] | None = None, patience: float = inf) -> Ledger:
        """Open the ledger; closed when the test ends."""
        ledger = open_ledger(self.folder, self.url, roots=roots or {}, patience=patience)
        self.exits.callback(ledger.close)
        return ledger

    def start(self, program: str, *arguments: str) -> subprocess.Popen[str]:
        """Run a program that gets folder and URL as its first arguments; killed in the end."""
        process = subprocess.Popen(
            [sys.executable, "-c", program, str(self.folder), self.url, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.exits.enter_context(process)
        self.exits.callback(process.kill)
        return process


class CuttingProxy:
    """Passes on what clients and a server say, until it cuts a connection.

    The moment is when the server has done a COMMIT, and has not yet been heard to say so.
    """

    def __init__(self, port: int) -> None:
        self._target = ("127.0.0.1", port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._armed = threading.Event()
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_next_commit(self) -> None:
        """Cut the next connection that commits."""
        self._armed.set()

    def has_cut(self) -> bool:
        """Return whether that has happened."""
        return not self._armed.is_set()

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._target)
                pair = (client, server)
                threading.Thread(target=self._pass_on, args=pair, daemon=True).start()

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        with client, server, suppress(OSError):
            while True:
                for speaker in select.select([client, server], [], [])[0]:
                    data = speaker.recv(65536)
                    if not data:
                        return
                    (server if speaker is client else client).sendall(data)
                    if speaker is client and b"COMMIT" in data and self._armed.is_set():
                        server.recv(65536)
                        self._armed.clear()
                        return


@pytest.fixture
def proxy(postgres: Postgres) -> Iterator[CuttingProxy]:
    """Stand between clients and the server."""
    with closing(CuttingProxy(postgres.port)) as opened:
        yield opened


@pytest.fixture(scope="session")
def shared_database(postgres: Postgres) -> str:
    """Return the URL of one database for many tests: to make one takes longer than a test."""
    return postgres.database()


def new_schema(database: str) -> str:
    """Return the URL of an empty part of a database that looks like a whole one."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}".encode())
    return f"{database}?options=-csearch_path%3D{name}"


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    url = ""
    if request.param == "postgresql":
        url = new_schema(request.getfixturevalue("shared_database"))
    with ExitStack() as exits:
        yield Place(folder=tmp_path / "state", url=url, exits=exits)


@pytest.fixture
def ledger(place: Place) -> Ledger:
    return place.open()


@pytest.fixture
def spent() -> Spent:
    """Return what tells the calls and the cost of each scope, of all days together."""
    query = "SELECT scope, SUM(calls), SUM(cost) FROM quota GROUP BY scope"

    def told(ledger: Ledger) -> dict[str, tuple[int, int]]:
        return ledger.database.read(
            lambda c: {name: (int(n), int(cost)) for name, n, cost in c.execute(query)}
        )

    return told


@pytest.fixture
def status(tmp_path: Path) -> os.stat_result:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"photo")
    return photo.stat()
