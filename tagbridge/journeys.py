"""Many photos on their way at once, within bounded memory."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Literal

from tagbridge.pipeline import Journey, tag_asset
from tagbridge_hooks import Receipt

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from tagbridge.equipment import Equipment
    from tagbridge.walk import Found


def photos_at_once(equipment: Equipment) -> int:
    """Return how many photos may be on their way: enough that neither cores nor services wait."""
    slots = max(recognizer.concurrency for recognizer in equipment.recognizers)
    return max(slots, os.cpu_count() or 1) + 1


def use_a_thread_per_core() -> None:
    """Give the running loop as many worker threads as there are cores to keep busy.

    The steps that run on them are bound by the processor; more threads would only hold more
    decoded pictures in memory.
    """
    threads = ThreadPoolExecutor((os.cpu_count() or 1) + 1, thread_name_prefix="tagbridge")
    asyncio.get_running_loop().set_default_executor(threads)


async def journeys(found: Iterable[Found], equipment: Equipment) -> AsyncIterator[Journey]:
    """Yield what becomes of each photo, as they arrive."""
    use_a_thread_per_core()
    limit = photos_at_once(equipment)
    travelling: set[asyncio.Task[Journey]] = set()
    try:
        for photo in found:
            if photo.skip:
                outcome: Literal["parked", "skipped"] = "parked" if photo.failed else "skipped"
                receipt = Receipt(outcome=outcome, reason=photo.skip)
                yield Journey(path=photo.path, receipt=receipt, failed=photo.failed)
                continue
            travelling.add(asyncio.create_task(tag_asset(photo.path, equipment)))
            if len(travelling) >= limit:
                arrived, travelling = await _some(travelling)
                for task in arrived:
                    yield task.result()
        while travelling:
            arrived, travelling = await _some(travelling)
            for task in arrived:
                yield task.result()
    finally:
        for task in travelling:
            task.cancel()
        await asyncio.gather(*travelling, return_exceptions=True)


async def _some(
    tasks: set[asyncio.Task[Journey]],
) -> tuple[set[asyncio.Task[Journey]], set[asyncio.Task[Journey]]]:
    return await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
