"""Processes of a cluster, and what they have done."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, LiteralString, Protocol

import psycopg
import pytest

from tagbridge.cluster.schema import namespace
from tagbridge.ledger import Ledger, open_ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MEMBER = Path(__file__).with_name("member.py")
LONG = 120.0  # seconds; bounds a wait that would otherwise hang, and is never reached


class Postgres(Protocol):
    """The server that `tests/fixtures/postgresql.py` starts."""

    def database(self) -> str: ...
    def kill(self) -> None: ...
    def start(self) -> None: ...


class Member:
    """One process, and its log."""

    def __init__(self, options: dict[str, Any], log: Path) -> None:
        self._log = log
        with log.open("wb") as stream:
            self.process = subprocess.Popen(
                [sys.executable, MEMBER, json.dumps(options)], stdin=subprocess.PIPE, stderr=stream
            )

    @property
    def log(self) -> str:
        return self._log.read_text()

    def ring(self) -> None:
        assert self.process.stdin
        self.process.stdin.write(b".")
        self.process.stdin.flush()

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.send(number)
        return self.ended()

    def ended(self) -> int:
        assert self.process.stdin
        status = self.process.wait(LONG)
        self.process.stdin.close()
        return status


class Team:
    """Processes that share a ledger."""

    def __init__(self, folder: Path, url: str, ledger: Ledger) -> None:
        self.url = url
        self.ledger = ledger
        self.members: list[Member] = []
        self._folder = folder

    def add(self, count: int, name: str = "photo", *, fresh: bool = True) -> list[str]:
        """Add jobs for photos, which need not exist; return their names."""
        names = [f"/photos/{name}-{number}.jpg" for number in range(count)]
        status = MEMBER.stat()
        self.ledger.jobs.add_all([(Path(path), status, fresh) for path in names])
        return names

    def member(
        self,
        *,
        seconds: float = 0.0,
        concurrency: int = 4,
        roots: dict[str, str] | None = None,
        stalled: float = 8.0,  # as `DEAD_SECONDS` of a member
        look: float = 0.5,
    ) -> Member:
        """Start one more; see `member.Options`."""
        options = {
            "url": self.url,
            "done": str(self._folder / "done"),
            "begun": str(self._folder / "begun"),
            "at_once": str(self._folder / "at-once"),
            "seconds": seconds,
            "concurrency": concurrency,
            "roots": roots or {},
            "stalled": stalled,
            "look": look,
        }
        member = Member(options, self._folder / f"log{len(self.members)}")
        self.members.append(member)
        return member

    def add_below_a_root(self, root: str, count: int) -> None:
        """Add jobs for photos below a root, as a host does that has it."""
        with closing(open_ledger(None, self.url, roots={root: Path("/mnt/elsewhere")})) as ledger:
            paths = [Path(f"/mnt/elsewhere/photo-{number}.jpg") for number in range(count)]
            ledger.jobs.add_all([(path, MEMBER.stat(), True) for path in paths])

    def most_at_once(self) -> int:
        """Return how many jobs were worked on at the same time, at most."""
        steps = [1 if line == "+" else -1 for line in self._lines("at-once")]
        return max(accumulate(steps))

    def done(self) -> Counter[str]:
        """Return how often each job was done."""
        return Counter(line[5:] for line in self._lines("done") if line.startswith("done "))

    def late(self) -> Counter[str]:
        """Return how often each job was done by somebody whose job it was not any more."""
        return Counter(line[5:] for line in self._lines("done") if line.startswith("late "))

    def order(self) -> list[str]:
        """Return the jobs in the order in which they were begun."""
        return self._lines("begun")

    def begun(self) -> Counter[str]:
        return Counter(self.order())

    def wait_until_done(self, count: int) -> None:
        self.until(lambda: self.done().total() >= count, f"{count} jobs are done")

    def wait_until_begun(self, count: int) -> None:
        self.until(lambda: self.begun().total() >= count, f"{count} jobs are begun")

    def wait_until_empty(self) -> None:
        self.until(lambda: not self._jobs(), "no job is left")

    def until(self, condition: Callable[[], object], what: str) -> None:
        """Return when a condition holds that other processes bring about."""
        end = time.monotonic() + LONG
        while not condition():
            logs = [member.log for member in self.members]
            assert time.monotonic() < end, "\n".join([f"never: {what}", *logs])
            time.sleep(0.02)

    def told(self) -> list[str]:
        """Return the status of each row of Procrastinate's table."""
        return [status for (status,) in self.query("SELECT status::text FROM procrastinate_jobs")]

    def query(self, text: LiteralString, *values: object) -> list[Any]:
        """Ask the database, Procrastinate's tables included."""
        with psycopg.connect(self.url) as connection:
            path = f"{namespace()}, public"
            connection.execute("SELECT set_config('search_path', %s, false)", [path])
            cursor = connection.execute(text, values)
            return cursor.fetchall() if cursor.description else []

    def close(self) -> None:
        for member in self.members:
            if member.process.poll() is None:
                member.send(signal.SIGKILL)
                member.ended()

    def _jobs(self) -> int:
        query = "SELECT COUNT(*) FROM job"
        return int(self.ledger.database.read(lambda c: c.execute(query).scalar_one()))

    def _lines(self, name: str) -> list[str]:
        file = self._folder / name
        return file.read_text().splitlines() if file.exists() else []


@pytest.fixture
def url(postgres: Postgres) -> str:
    return postgres.database()


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    with closing(open_ledger(None, url)) as opened:
        yield opened


@pytest.fixture
def team(tmp_path: Path, url: str, ledger: Ledger) -> Iterator[Team]:
    team = Team(tmp_path, url, ledger)
    yield team
    team.close()
