"""The daemon: what settles in the watched folders is tagged, until a signal ends it."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from tagbridge import formats
from tagbridge.completeness import is_complete
from tagbridge.equipment import equipped
from tagbridge.journeys import photos_at_once, use_a_thread_per_core
from tagbridge.metadata.temporary import sweep
from tagbridge.pipeline import tag_asset
from tagbridge.printable import printable
from tagbridge.watching import Watch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagbridge.config import Settings
    from tagbridge.equipment import Equipment
    from tagbridge.pipeline import Journey
    from tagbridge.state import State

log = logging.getLogger(__name__)


async def watch_folders(folders: Iterable[Path], settings: Settings, state: State) -> None:
    """Tag what settles in the folders until SIGTERM or SIGINT; photos on their way arrive.

    Raises:
        ConfigError: A provider is unknown or wrongly configured, or there is none.
    """
    use_a_thread_per_core()
    async with equipped(settings, state) as equipment:
        for folder in folders:
            await asyncio.to_thread(_sweep_below, folder)
        watch = Watch(
            folders,
            settle_seconds=settings.watch.settle_seconds,
            mode=settings.watch.mode,
            scan_seconds=settings.watch.scan_seconds,
            is_candidate=formats.is_candidate,
            is_known=state.is_done,
            is_complete=looks_complete,
        )
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, watch.stop)
        async with watch, asyncio.TaskGroup() as group:
            for _ in range(photos_at_once(equipment)):
                group.create_task(_serve(watch, equipment))
        log.info("stopped")


def looks_complete(path: Path) -> bool:
    """Return whether a file is whole, or is no picture at all, which more waiting will not change.

    Raises:
        OSError: It cannot be read now.
    """
    with path.open("rb") as file:
        head = file.read(formats.SNIFF_BYTES)
        media_type = formats.sniff(head, path.suffix)
        if media_type is None or formats.format_of(media_type) is None:
            return bool(head.strip(b"\0"))  # zeros: space that a copy has only reserved
        return is_complete(file, media_type)


async def _serve(watch: Watch, equipment: Equipment) -> None:
    async for path in watch.settled():
        journey = await tag_asset(path, equipment, only_new=True)
        _log(journey)
        if journey.later:
            watch.touch(path)
        else:
            watch.done(path)


def _log(journey: Journey) -> None:
    receipt = journey.receipt
    log.log(
        logging.WARNING if journey.failed else logging.INFO,
        "%s %s: %s%s",
        receipt.outcome,
        printable(journey.path),
        f"{len(receipt.keywords_added)} keywords added",
        f" ({receipt.reason})" if receipt.reason else "",
    )


def _sweep_below(folder: Path) -> None:
    removed = sum(sweep(Path(current)) for current, _, _ in os.walk(folder))
    if removed:
        log.info("removed %d temporary files that a crash left in %s", removed, printable(folder))
