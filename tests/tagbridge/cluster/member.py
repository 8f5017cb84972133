"""A process of a cluster for the tests: `python member.py OPTIONS`, see `OPTIONS`.

It takes jobs up as the engine does, and notes each one that it has done in a file: a line for
each, `fate key`, where the fate is `done`, or `late` when the job was somebody else's by then.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from tagbridge.cluster.cluster import Cluster
from tagbridge.cluster.times import Times
from tagbridge.ledger import Database, Ledger

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagbridge.ledger import Job

log = logging.getLogger(__name__)

DEAD_SECONDS = 8.0  # without a sign of life, one of which comes each second


class Options(TypedDict):
    """What a member is told, as JSON.

    Attributes:
        url: The database.
        done: The file of what was done.
        begun: The file of what was begun.
        at_once: The file with `+` where something begins and `-` where it ends.
        seconds: How long a job takes.
        concurrency: Jobs at once.
        roots: As in the settings.
        stalled: See `Times`.
        look: Likewise.
    """

    url: str
    done: str
    begun: str
    at_once: str
    seconds: float
    concurrency: int
    roots: dict[str, str]
    stalled: float
    look: float


def note(file: str, line: str) -> None:
    """Append a line, whole, whoever else appends."""
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    with closing(os.fdopen(descriptor, "wb", buffering=0)) as stream:
        stream.write(line.encode() + b"\n")


class Member:
    """Takes jobs up."""

    def __init__(self, options: Options, ledger: Ledger) -> None:
        self._options = options
        self._ledger = ledger
        self._owner = ledger.workers.join("work")
        self._threads = ThreadPoolExecutor(4)
        times = Times(
            stalled=options["stalled"], look=options["look"], sweep=1.0, again=0.2, beat=1.0
        )
        self._cluster = Cluster(
            *(ledger, options["url"]),
            owner=self._owner,
            concurrency=options["concurrency"],
            take_up=self.take_up,
            times=times,
        )
        self._asked = False

    async def run(self) -> None:
        """Work until a signal; a second one does not wait."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self._stop)
        loop.add_reader(0, self._heard)
        await self._cluster.run()
        self._threads.shutdown()

    async def take_up(self, key: bytes) -> None:
        """Do the job of a key."""
        job = await self._ask(partial(self._ledger.jobs.claim_one, key, self._owner))
        if job is None:
            return
        note(self._options["begun"], os.fsdecode(key))
        note(self._options["at_once"], "+")
        await asyncio.sleep(self._options["seconds"])
        note(self._options["at_once"], "-")
        if b"broken" in key:
            raise ValueError("it is broken")
        await self._ask(partial(self._finish, job))

    def _finish(self, job: Job) -> None:
        fate = "done" if self._ledger.jobs.finish(job) else "late"
        note(self._options["done"], f"{fate} {os.fsdecode(job.key)}")

    async def _ask(self, call: Callable[[], Job | None]) -> Job | None:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)

    def _heard(self) -> None:
        """Ring when somebody says so; from another thread, as the watcher may."""
        if os.read(0, 100):
            threading.Thread(target=self._cluster.ring).start()
        else:
            asyncio.get_running_loop().remove_reader(0)

    def _stop(self) -> None:
        log.info("stopping")
        if self._asked:
            self._cluster.cancel()
        self._asked = True
        self._cluster.stop()


def main() -> None:
    """Be a member until the end."""
    options: Options = json.loads(sys.argv[1])
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    roots = {name: Path(path) for name, path in options["roots"].items()}
    database = Database(None, options["url"])
    with closing(Ledger(database, roots=roots, dead_seconds=DEAD_SECONDS)) as ledger:
        asyncio.run(Member(options, ledger).run())


if __name__ == "__main__":
    main()
