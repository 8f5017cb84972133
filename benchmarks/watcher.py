"""The daemon without its engine: what settles goes into the ledger, and nobody takes it up.

`python -m benchmarks.watcher FOLDER STATE COUNT` says `ready` when it watches, and when so many
files are in the ledger it says as JSON when that was, and the most memory that it had.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from contextlib import closing
from functools import partial
from pathlib import Path

from tagbridge import formats
from tagbridge.daemon import are_known, looks_complete
from tagbridge.engine.clerk import Clerk
from tagbridge.engine.intake import Intake
from tagbridge.ledger import Ledger, open_ledger
from tagbridge.watching import Watch

_QUEUERS = 32  # as the daemon has


async def queue(folder: Path, ledger: Ledger, count: int) -> None:
    """Put so many files into the ledger, as the daemon does."""
    clerk = Clerk()
    intake = Intake(ledger.jobs, clerk)
    watch = Watch(
        [folder],
        settle_seconds=1.0,
        is_candidate=partial(formats.is_candidate, kinds=frozenset({"image"})),
        are_known=partial(are_known, ledger),
        is_complete=looks_complete,
    )
    left = count

    async def bring() -> None:
        nonlocal left
        async for path in watch.settled():
            await intake.add((path, path.lstat(), True))
            watch.done(path)
            left -= 1
            if not left:
                watch.stop()

    async with watch, asyncio.TaskGroup() as group:
        print("ready", flush=True)
        for _ in range(_QUEUERS):
            group.create_task(bring())
    clerk.close()
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"at": time.monotonic(), "megabytes": megabytes}), flush=True)


if __name__ == "__main__":
    with closing(open_ledger(Path(sys.argv[2]), durable=True)) as one_ledger:
        asyncio.run(queue(Path(sys.argv[1]), one_ledger, int(sys.argv[3])))
