"""The daemon: what settles in the watched folders is tagged, until a signal ends it."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tagbridge import formats
from tagbridge.completeness import is_complete
from tagbridge.engine.engine import Engine
from tagbridge.equipment import equipped
from tagbridge.journeys import use_a_thread_per_core
from tagbridge.metadata.temporary import sweep
from tagbridge.printable import printable
from tagbridge.watching import Watch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagbridge.config import Settings
    from tagbridge.ledger import Ledger
    from tagbridge.transport.orders import Deliverer

log = logging.getLogger(__name__)

# What happened longer ago waits until what has just arrived is done.
_FRESH_SECONDS = 3600.0
# So many photos may be on their way into the ledger at once: they share its commits.
_QUEUERS = 32


async def watch_folders(
    folders: Iterable[Path], settings: Settings, ledger: Ledger, courier: Deliverer
) -> None:
    """Tag what settles in the folders until SIGTERM or SIGINT; photos on their way arrive.

    A second signal does not wait for them.

    Raises:
        ConfigError: A provider is unknown or wrongly configured, or there is none.
    """
    use_a_thread_per_core()
    async with equipped(settings, ledger, courier) as equipment:
        engine = Engine(equipment, kind="watch", database=settings.engine.database)
        watch = Watch(
            folders,
            settle_seconds=settings.watch.settle_seconds,
            mode=settings.watch.mode,
            scan_seconds=settings.watch.scan_seconds,
            is_candidate=partial(formats.is_candidate, kinds=equipment.kinds),
            is_known=ledger.files.is_known,
            is_complete=looks_complete,
        )
        _stop_on_signals(engine, watch)
        for folder in folders:
            await asyncio.to_thread(_sweep_below, folder)
        async with watch, asyncio.TaskGroup() as group:
            for _ in range(_QUEUERS):
                group.create_task(_queue(watch, engine))
            await engine.run()
            watch.stop()
        log.info("stopped")


async def work_for_others(settings: Settings, ledger: Ledger, courier: Deliverer) -> None:
    """Do the jobs that watchers on other machines have found, until SIGTERM or SIGINT.

    Raises:
        ConfigError: As for `watch_folders`.
    """
    use_a_thread_per_core()
    async with equipped(settings, ledger, courier) as equipment:
        engine = Engine(equipment, kind="work", database=settings.engine.database)
        _stop_on_signals(engine)
        log.info("ready for work")
        await engine.run()
        log.info("stopped")


def _stop_on_signals(engine: Engine, watch: Watch | None = None) -> None:
    """Let the photos on their way arrive; asked again, leave them for the next start."""

    def stop() -> None:
        if engine.stopping:  # a service may hang for minutes
            engine.cancel()
            return
        if watch is not None:
            watch.stop()
        engine.stop()
        log.info("stopping when the photos on their way have arrived; a second signal stops now")

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)


async def _queue(watch: Watch, engine: Engine) -> None:
    """Put what has settled into the ledger; from there on nothing can lose it."""
    async for path in watch.settled():
        try:
            status = path.lstat()
        except OSError:  # gone, or out of reach; when it comes back, the watch notices
            watch.done(path)
            continue
        changed = max(status.st_mtime, status.st_ctime)
        await engine.add(path, status, fresh=time.time() - changed < _FRESH_SECONDS)
        watch.done(path)


def looks_complete(path: Path) -> bool:
    """Return whether a file is whole, or is nothing we know, which more waiting will not change.

    Raises:
        OSError: It cannot be read now.
    """
    with path.open("rb") as file:
        head = file.read(formats.SNIFF_BYTES)
        media_type = formats.sniff(head, path.suffix)
        if media_type is None or formats.format_of(media_type) is None:
            return bool(head.strip(b"\0"))  # zeros: space that a copy has only reserved
        return is_complete(file, media_type)


def _sweep_below(folder: Path) -> None:
    removed = sum(sweep(Path(current)) for current, _, _ in os.walk(folder))
    if removed:
        log.info("removed %d temporary files that a crash left in %s", removed, printable(folder))
