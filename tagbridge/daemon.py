"""The daemon: what settles in the watched folders is tagged, until a signal ends it."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tagbridge import formats
from tagbridge.attending import attended
from tagbridge.completeness import is_complete
from tagbridge.engine.engine import Engine
from tagbridge.equipment import equipped
from tagbridge.foreseeing import looking_ahead
from tagbridge.journeys import use_a_thread_per_core
from tagbridge.metadata.sidecar import is_sidecar, is_sidecar_of
from tagbridge.metadata.temporary import sweep
from tagbridge.printable import printable
from tagbridge.pulse import Pulse
from tagbridge.supervision import Supervisor
from tagbridge.thumbnails import keeping_thumbnails
from tagbridge.watching import Watch

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tagbridge.config import Settings
    from tagbridge.equipment import Equipment
    from tagbridge.ledger import Ledger
    from tagbridge.transport.orders import Deliverer
    from tagbridge.watching.rules import Status
    from tagbridge.web.house import House
    from tagbridge_hooks.providers import MediaKind

log = logging.getLogger(__name__)

# What happened longer ago waits until what has just arrived is done.
_FRESH_SECONDS = 3600.0
# So many photos may be on their way into the ledger at once: they share its commits.
_QUEUERS = 32


async def watch_folders(
    folders: Sequence[Path], settings: Settings, ledger: Ledger, courier: Deliverer, *, state: Path
) -> None:
    """Tag what settles in the folders until SIGTERM or SIGINT; photos on their way arrive.

    A second signal does not wait for them.

    Args:
        folders: To watch.
        settings: The user's.
        ledger: Remembers what was done.
        courier: Makes the calls of the providers.
        state: The state folder, for the page.

    Raises:
        ConfigError: A provider is unknown or wrongly configured, or there is none; or the page
            cannot be served.
    """
    supervisor = Supervisor()
    use_a_thread_per_core()
    async with (
        keeping_thumbnails(settings.web, state) as thumbnails,
        equipped(settings, ledger, courier, thumbnails=thumbnails) as made,
        looking_ahead(made, settings.watch.settle_seconds) as (equipment, foresight),
    ):
        engine = Engine(equipment, kind="watch", database=settings.engine.database)
        watch = Watch(
            folders,
            settle_seconds=settings.watch.settle_seconds,
            mode=settings.watch.mode,
            scan_seconds=settings.watch.scan_seconds,
            is_candidate=partial(_is_candidate, kinds=equipment.kinds),
            are_known=partial(are_known, ledger),
            is_complete=lambda path: foresight.has_read(path) or looks_complete(path),
            foresee=foresight.expect,
        )
        _stop_on_signals(engine, watch, supervisor)
        pulse = Pulse(equipment, engine, watch)
        house = _house(folders, settings, state, equipment, pulse) if settings.web.serve else None
        for folder in folders:
            await asyncio.to_thread(_sweep_below, folder)
        async with watch, attended(pulse, supervisor, house), asyncio.TaskGroup() as group:
            for _ in range(_QUEUERS):
                group.create_task(_queue(watch, engine, equipment))
            await engine.run()
            watch.stop()
        log.info("stopped")


def _house(
    folders: Iterable[Path], settings: Settings, state: Path, equipment: Equipment, pulse: Pulse
) -> House:
    from tagbridge.web.house import House  # noqa: PLC0415 - only where a page is served

    roots = tuple(folder.absolute() for folder in folders)
    return House(
        settings=settings,
        ledger=equipment.ledger,
        roots=roots,
        state=state,
        equipment=equipment,
        pulse=pulse,
    )


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


def _stop_on_signals(
    engine: Engine, watch: Watch | None = None, supervisor: Supervisor | None = None
) -> None:
    """Let the photos on their way arrive; asked again, leave them for the next start."""

    def stop() -> None:
        if engine.stopping:  # a service may hang for minutes
            engine.cancel()
            return
        if supervisor is not None:
            supervisor.stopping()
        if watch is not None:
            watch.stop()
        engine.stop()
        log.info("stopping when the photos on their way have arrived; a second signal stops now")

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)


def _is_candidate(path: Path, kinds: frozenset[MediaKind]) -> bool:
    return is_sidecar(path) or formats.is_candidate(path, kinds)


def are_known(ledger: Ledger, files: Sequence[Status]) -> list[bool]:
    """Return of which of some files there is nothing to do, in their order."""
    sidecars = [is_sidecar(path) for path, _ in files]
    photos = [file for file, beside in zip(files, sidecars, strict=True) if not beside]
    known = iter(ledger.files.are_known(photos))
    return [
        ledger.sidecars.is_known(*file) if beside else next(known)
        for file, beside in zip(files, sidecars, strict=True)
    ]


async def _queue(watch: Watch, engine: Engine, equipment: Equipment) -> None:
    """Put what has settled into the ledger; from there on nothing can lose it."""
    async for path in watch.settled():
        with suppress(OSError):  # gone, or out of reach; when it comes back, the watch notices
            if is_sidecar(path):
                await _queue_assets_of(path, engine, equipment)
            else:
                await _add(path, path.lstat(), engine)
        watch.done(path)


async def _queue_assets_of(sidecar: Path, engine: Engine, equipment: Equipment) -> None:
    """Have the photos looked at again to which a sidecar belongs that somebody has edited."""
    clerk, sidecars = equipment.clerk, equipment.ledger.sidecars
    status = await asyncio.to_thread(sidecar.lstat)
    for asset in await clerk.do(sidecars.assets_of, sidecar):
        with suppress(FileNotFoundError):
            if await asyncio.to_thread(is_sidecar_of, sidecar, asset):
                await _add(asset, asset.lstat(), engine, changed=status)
    # Only now: what is in the queue is not lost any more.
    await clerk.do(sidecars.note, sidecar, status)


async def _add(
    path: Path, status: os.stat_result, engine: Engine, *, changed: os.stat_result | None = None
) -> None:
    """Queue a photo; `changed` is the status of what has changed, if not of the photo itself."""
    latest = status if changed is None else changed
    age = time.time() - max(latest.st_mtime, latest.st_ctime)
    await engine.add(path, status, fresh=age < _FRESH_SECONDS)


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
