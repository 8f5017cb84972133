"""What can be done for a photo while it settles, so that less is left to do then.

Nothing rests on it: what was read too early is read again.
"""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tagbridge.metadata.sidecar import is_sidecar
from tagbridge.reading import asset_of, read_source
from tagbridge.rendering import edges_of, pictures
from tagbridge.watching.sight import Sight, look
from tagbridge_hooks import AssetError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from pathlib import Path

    from tagbridge.equipment import Equipment
    from tagbridge.metadata.write import Source
    from tagbridge_hooks import Asset, Rendition

_MOST_BYTES = 64 << 20
_PATIENCE = 3.0  # so many times the settling; one that does not settle makes room for another
_HOOKS = ("tagbridge_accept_asset", "tagbridge_render_asset")


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """A photo that was read while it settled.

    Attributes:
        sight: How it looked before that.
        source: The photo.
        asset: Which picture it is.
        renditions: By the longest edge; None where a plugin is asked first.
    """

    sight: Sight
    source: Source
    asset: Asset
    renditions: Mapping[int, Rendition] | None


class Foresight:
    """One photo at a time, the first that begins to settle while no other is foreseen.

    In a burst the others go their usual way: nothing is done twice, and no memory is spent.
    """

    def __init__(self, foresee: Callable[[Path], Foreseen | None], settle_seconds: float) -> None:
        """Take what reads a photo, which is asked on a worker thread; see `foresee`."""
        self._foresee = foresee
        self._settle = settle_seconds
        self._lock = threading.Lock()
        self._path: Path | None = None
        self._until = 0.0
        self._foreseen: Foreseen | None = None
        self._task: asyncio.Task[None] | None = None

    def expect(self, path: Path) -> asyncio.Task[None] | None:
        """Take note that a photo begins to settle; to be called on the event loop.

        Returns:
            What reads it ahead; None where that is left for its time.
        """
        now = time.monotonic()
        is_free = self._path is None or now > self._until
        if is_sidecar(path) or not (is_free or path == self._path):
            return None
        if self._task is not None:
            self._task.cancel()
        with self._lock:
            self._path, self._foreseen = path, None
        self._until = now + _PATIENCE * self._settle
        self._task = asyncio.create_task(self._look_ahead(path))
        return self._task

    def has_read(self, path: Path) -> bool:
        """Return whether a photo was read whole, and looks as it did then."""
        with self._lock:
            foreseen = self._foreseen if path == self._path else None
        return foreseen is not None and _looks_as(path, foreseen.sight)

    def take(self, path: Path) -> Foreseen | None:
        """Return what was foreseen of a photo, once; None where it is not as it was then."""
        with self._lock:
            if path != self._path:
                return None
            foreseen, self._path, self._foreseen = self._foreseen, None, None
        return foreseen if foreseen and _looks_as(path, foreseen.sight) else None

    async def aclose(self) -> None:
        """End what is under way."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _look_ahead(self, path: Path) -> None:
        # Who copies in several steps is done with them by then, as a rule.
        await asyncio.sleep(self._settle / 2)
        foreseen = await asyncio.to_thread(self._foresee, path)
        with self._lock:
            if path == self._path:
                self._foreseen = foreseen


@asynccontextmanager
async def looking_ahead(
    equipment: Equipment, settle_seconds: float
) -> AsyncIterator[tuple[Equipment, Foresight]]:
    """Give the journeys foresight; yield their equipment with it, and itself."""
    foresight = Foresight(lambda path: foresee(path, equipment), settle_seconds)
    async with aclosing(foresight):
        yield replace(equipment, foresight=foresight), foresight


def foresee(path: Path, equipment: Equipment) -> Foreseen | None:
    """Read and render a photo ahead of its time; None where that is not possible yet, or large."""
    status = look(path)
    if status is None or status.st_size > _MOST_BYTES:
        return None
    try:
        source = read_source(path, frozenset({"image"}))
        asset = asset_of(source)
        edges = edges_of(asset, equipment)
        # A plugin sees a photo when its time has come, and only once.
        if not edges or any(map(equipment.plugins.have, _HOOKS)):
            made = None
        else:
            made = pictures(source, asset, equipment.plugins, edges)
    except AssetError:  # it is said when its time has come, if it is so then
        return None
    return Foreseen(sight=Sight.of(status), source=source, asset=asset, renditions=made)


def _looks_as(path: Path, sight: Sight) -> bool:
    status = look(path)
    return status is not None and Sight.of(status) == sight
