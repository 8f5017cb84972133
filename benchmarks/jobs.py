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
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tagbridge.engine.clerk import Clerk
from tagbridge.engine.schedule import Schedule
from tagbridge.ledger import open_ledger
from tagbridge.ledger.terms import CallKey, StoredAnswer, Terms

if TYPE_CHECKING:
    from tagbridge.cluster.cluster import Cluster
    from tagbridge.ledger import Job, Ledger

_AT_ONCE = 17
_LOOK_SECONDS = 0.05
_TERMS = Terms(provider="everypixel", daily_calls=1_000_000_000)
_ANSWER = StoredAnswer(status=200, headers=(), body=b'{"keywords": []}' * 90)


class Worker:
    """Does jobs, and counts them."""

    def __init__(self, ledger: Ledger, owner: str) -> None:
        """Take the ledger, and the name under which it works there."""
        self.done = 0
        self.last = 0.0
        self._ledger = ledger
        self._owner = owner
        self._clerk = Clerk()
        self._status = Path(__file__).stat()

    async def drain(self, url: str) -> None:
        """Work until nothing is open any more."""
        doer = self._made(url)
        working = asyncio.create_task(doer.run())
        # Others do jobs as well, and nobody tells when the last one is done.
        while await self._clerk.do(self._ledger.jobs.next_due) is not None:  # noqa: ASYNC110
            await asyncio.sleep(_LOOK_SECONDS)
        doer.stop()
        await working
        self._clerk.close()

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
        await self._clerk.do(self._ledger.files.find, path)
        await self._clerk.do(self._call, identity)
        record = partial(self._ledger.files.record, path, self._status, identity)
        await self._clerk.do(record, "writing", media_type="image/jpeg")
        await self._clerk.do(record, "written", media_type="image/jpeg", keywords=["Nature"] * 15)
        await self._clerk.do(self._ledger.jobs.finish, job)
        self.done, self.last = self.done + 1, time.monotonic()

    def _call(self, identity: str) -> None:
        key = CallKey(
            identity=identity,
            media_type="image/jpeg",
            provider="everypixel",
            fingerprint=hashlib.sha256(identity.encode()).digest(),
        )
        self._ledger.calls.begin(key, _TERMS, courier=self._owner, token=identity)
        self._ledger.calls.finish(identity, _ANSWER)


def main(folder: str, url: str) -> None:
    """Work, and tell what it took."""
    with closing(open_ledger(Path(folder), url, durable=True)) as ledger:
        worker = Worker(ledger, ledger.workers.join("work"))
        print("ready", flush=True)
        sys.stdin.readline()
        before = time.process_time()
        asyncio.run(worker.drain(url))
        cpu = time.process_time() - before
        print(json.dumps({"done": worker.done, "last": worker.last, "cpu": cpu}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
