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
from tagbridge.printable import plain, printable
from tagbridge.watching import Watch

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tagbridge.config import Settings
    from tagbridge.equipment import Equipment
    from tagbridge.pipeline import Journey
    from tagbridge.state import State

log = logging.getLogger(__name__)


async def watch_folders(folders: Iterable[Path], settings: Settings, state: State) -> None:
    """Tag what settles in the folders until SIGTERM or SIGINT; photos on their way arrive.

    A second signal does not wait for them.

    Raises:
        ConfigError: A provider is unknown or wrongly configured, or there is none.
    """
    use_a_thread_per_core()
    async with equipped(settings, state) as equipment:
        watch = Watch(
            folders,
            settle_seconds=settings.watch.settle_seconds,
            mode=settings.watch.mode,
            scan_seconds=settings.watch.scan_seconds,
            is_candidate=formats.is_candidate,
            is_known=state.is_done,
            is_complete=looks_complete,
        )
        serving: list[asyncio.Task[None]] = []
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, _Stop(watch, serving))
        for folder in folders:
            await asyncio.to_thread(_sweep_below, folder)
        waiting: dict[Path, str] = {}
        async with watch, asyncio.TaskGroup() as group:
            servers = range(photos_at_once(equipment))
            serving += [group.create_task(_serve(watch, equipment, waiting)) for _ in servers]
        log.info("stopped")


class _Stop:
    """Lets the photos on their way arrive; asked again, leaves them for the next start."""

    def __init__(self, watch: Watch, serving: Sequence[asyncio.Task[None]]) -> None:
        self._watch = watch
        self._serving = serving
        self._asked = False

    def __call__(self) -> None:
        if self._asked:  # a service may hang for minutes
            for task in self._serving:
                task.cancel()
            return
        self._asked = True
        self._watch.stop()
        log.info("stopping when the photos on their way have arrived; a second signal stops now")


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


async def _serve(watch: Watch, equipment: Equipment, waiting: dict[Path, str]) -> None:
    """Take photos one after the other; `waiting` holds why some are still to come."""
    async for path in watch.settled():
        journey = await tag_asset(path, equipment, only_new=True)
        reason = waiting.pop(path, None)
        if journey.later:
            waiting[path] = journey.receipt.reason
            watch.touch(path)
        else:
            watch.done(path)
        # A service that is down for a day need not be said once a minute and photo.
        _log(journey, repeated=waiting.get(path) == reason)


def _log(journey: Journey, *, repeated: bool) -> None:
    receipt = journey.receipt
    level = logging.WARNING if journey.failed else logging.INFO
    log.log(
        logging.DEBUG if journey.later and repeated else level,
        "%s %s: %s%s",
        receipt.outcome,
        printable(journey.path),
        f"{len(receipt.keywords_added)} keywords added",
        f" ({plain(receipt.reason)})" if receipt.reason else "",
    )


def _sweep_below(folder: Path) -> None:
    removed = sum(sweep(Path(current)) for current, _, _ in os.walk(folder))
    if removed:
        log.info("removed %d temporary files that a crash left in %s", removed, printable(folder))
