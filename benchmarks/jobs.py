"""One worker of the part `ledger`: everything that a job does with the ledger, and nothing else.

`python -m benchmarks.jobs FOLDER URL` says `ready`, waits for a line, does open jobs until there
are none, and prints as JSON how many it did, when it was done, and its processor time.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.keywords import KEYWORDS
from tagbridge.engine.clerk import Clerk
from tagbridge.engine.schedule import Schedule
from tagbridge.journeys import use_a_thread_per_core
from tagbridge.ledger import open_ledger
from tagbridge.ledger.records import records_of
from tagbridge.ledger.terms import CallKey, StoredAnswer, Terms
from tagbridge.ledger.written import Entry

if TYPE_CHECKING:
    from tagbridge.cluster.cluster import Cluster
    from tagbridge.ledger import Job, Ledger

_AT_ONCE = 17
_LOOK_SECONDS = 0.05
_TERMS = Terms(provider="everypixel", daily_calls=1_000_000_000)
_HASH = bytes(16)
_MEDIA_TYPE = "image/jpeg"
_ANSWER = StoredAnswer(status=200, headers=(), body=b'{"keywords": []}' * 90)


class Worker:
    """Does jobs, and counts them."""

    def __init__(self, ledger: Ledger, courier: Ledger, owner: str) -> None:
        """Take the ledger, as the program and its courier have it, and our name in it."""
        self.done = 0
        self.last = 0.0
        self._ledger = ledger
        self._courier = courier
        # As many as in the courier's process.
        self._courier_threads = ThreadPoolExecutor(1 if courier.database.dialect == "sqlite" else 8)
        self._owner = owner
        self._clerk = Clerk()
        self._status = Path(__file__).stat()

    async def drain(self, url: str) -> None:
        """Work until nothing is open any more."""
        use_a_thread_per_core()
        doer = self._made(url)
        working = asyncio.create_task(doer.run())
        # Others do jobs as well, and nobody tells when the last one is done.
        while await self._clerk.do(self._ledger.jobs.next_due) is not None:  # noqa: ASYNC110
            await asyncio.sleep(_LOOK_SECONDS)
        doer.stop()
        await working
        self._clerk.close()
        self._courier_threads.shutdown()

    def _made(self, url: str) -> Schedule | Cluster:
        if not url:
            return Schedule(
                *(self._ledger, self._clerk),
                owner=self._owner,
                at_once=_AT_ONCE,
                work=self._work,
                ready_at=self._now,
            )
        from tagbridge.cluster.cluster import Cluster  # noqa: PLC0415 - an optional dependency

        return Cluster(
            *(self._ledger, url),
            owner=self._owner,
            concurrency=_AT_ONCE,
            take_up=self._take_up,
        )

    @staticmethod
    def _now() -> float:
        return 0.0

    async def _take_up(self, key: bytes) -> None:
        job = await self._clerk.do(self._ledger.jobs.claim_one, key, self._owner)
        if job is not None:
            await self._work(job)

    async def _work(self, job: Job) -> None:
        path = self._ledger.paths.path(job.key)
        if path is None:
            raise RuntimeError("the job has no path")
        identity = hashlib.sha256(job.key).hexdigest()
        await asyncio.to_thread(self._ledger.files.find, path)
        await self._call(identity)
        await asyncio.to_thread(self._conclude, path, identity)
        await self._clerk.do(self._ledger.jobs.finish, job)
        self.done, self.last = self.done + 1, time.monotonic()

    async def _call(self, identity: str) -> None:
        """Do what the courier does, which goes to its ledger as often."""
        key = CallKey(
            identity=identity,
            media_type=_MEDIA_TYPE,
            provider=_TERMS.provider,
            fingerprint=hashlib.sha256(identity.encode()).digest(),
        )
        calls, do = self._courier.calls, asyncio.get_running_loop().run_in_executor
        threads = self._courier_threads
        await do(threads, calls.look_up, key)
        await do(threads, self._courier.limiter.pause, key.provider)
        begin = partial(calls.begin, courier=self._owner, token=identity)
        await do(threads, begin, key, _TERMS)
        await do(threads, calls.finish, identity, _ANSWER)

    def _conclude(self, path: Path, identity: str) -> None:
        record = self._ledger.files.record
        records_of(self._ledger)(path, identity)
        record(path, self._status, identity, "writing", media_type=_MEDIA_TYPE, original=_HASH)
        record(
            *(path, self._status, identity, "written"),
            media_type=_MEDIA_TYPE,
            target=path,
            keywords=KEYWORDS,
            trace=_HASH,
            written=_entries(),
        )


def _entries() -> list[Entry]:
    said = partial(Entry, provider=_TERMS.provider, model="1", confidence=0.9, at=int(time.time()))
    return [said(kind="keyword", value=word) for word in KEYWORDS]


def main(folder: str, url: str) -> None:
    """Work, and tell what it took."""
    state = Path(folder)
    with (
        closing(open_ledger(state, url)) as ledger,
        closing(open_ledger(state, url, durable=True)) as courier,
    ):
        worker = Worker(ledger, courier, ledger.workers.join("work"))
        print("ready", flush=True)
        sys.stdin.readline()
        before = time.process_time()
        asyncio.run(worker.drain(url))
        cpu = time.process_time() - before
        print(json.dumps({"done": worker.done, "last": worker.last, "cpu": cpu}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
