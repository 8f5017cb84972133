"""The watch over some folders: settled paths come out."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tagbridge.watching.events import Events
from tagbridge.watching.root import Root
from tagbridge.watching.rules import Mode, Rules, Status

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Sequence
    from types import TracebackType


class Watch:
    """Folders that are watched while this is entered; for one event loop.

    Every path that `settled` yields stays in work, and is not yielded again, until `done` is called
    for it.
    """

    def __init__(
        self,
        folders: Iterable[str | os.PathLike[str]],
        *,
        settle_seconds: float = 5.0,
        mode: Mode = "auto",
        scan_seconds: float = 300.0,
        is_candidate: Callable[[Path], bool],
        are_known: Callable[[Sequence[Status]], Sequence[bool]],
        is_complete: Callable[[Path], bool],
        foresee: Callable[[Path], object] = lambda _path: None,
    ) -> None:
        """Prepare to watch folders with all that is below them; see `Rules` for the rest.

        Raises:
            ValueError: A number or the mode is out of range.
        """
        self._rules = Rules(
            settle_seconds=settle_seconds,
            mode=mode,
            scan_seconds=scan_seconds,
            is_candidate=is_candidate,
            are_known=are_known,
            is_complete=is_complete,
            foresee=foresee,
        )
        self._folders = list(dict.fromkeys(Path(os.path.abspath(f)) for f in folders))  # noqa: PTH100 - a link stays: its name is the user's, and what it points to may change
        self._roots: list[Root] = []
        self._duties: list[asyncio.Task[None]] = []
        self._ready: asyncio.Queue[Path | None] = asyncio.Queue()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = False
        self._failure: BaseException | None = None

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._events = Events()
        self._roots = [self._root(folder) for folder in self._folders]
        for root in self._roots:
            self._duties += [self._loop.create_task(duty) for duty in root.duties()]
        for duty in self._duties:
            duty.add_done_callback(self._ended)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
        for duty in self._duties:
            duty.cancel()
        await asyncio.gather(*self._duties, return_exceptions=True)
        for root in self._roots:
            root.close()
        await asyncio.to_thread(self._events.close)

    async def settled(self) -> AsyncIterator[Path]:
        """Yield each path that has settled, until `stop`.

        Several iterators share the paths between them.

        Raises:
            Exception: Watching broke down, for example because `are_known` raised.
        """
        while not self._stopping:
            path = await self._ready.get()
            if path is None:
                break
            root = self._root_of(path)
            if root and await root.settler.take(path) and not self._stopping:
                yield path
        self._ready.put_nowait(None)  # for the other iterators
        if self._failure:
            raise self._failure

    def done(self, path: Path) -> None:
        """End the work on a path; it settles anew if it changed meanwhile."""
        if root := self._root_of(path):
            root.settler.done(path)

    @property
    def has_failed(self) -> bool:
        """Return whether watching broke down."""
        return self._failure is not None

    def away(self) -> tuple[int, int]:
        """Return how many folders were not there at the last look, and how many there are."""
        return sum(root.is_away for root in self._roots), len(self._folders)

    def stop(self) -> None:
        """Yield nothing more; may be called on any thread and by a signal handler."""
        self._stopping = True
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._ready.put_nowait, None)

    def _root(self, folder: Path) -> Root:
        return Root(
            *(folder, self._rules, self._events),
            without=[f for f in self._folders if f != folder and f.is_relative_to(folder)],
            hand_out=self._ready.put_nowait,
        )

    def _root_of(self, path: Path) -> Root | None:
        """Return the innermost root that holds a path."""
        holding = [root for root in self._roots if path.is_relative_to(root.folder)]
        return max(holding, key=lambda root: len(root.folder.parts), default=None)

    def _ended(self, duty: asyncio.Task[None]) -> None:
        """Let `settled` raise what a duty died of: watching that ends in silence is the worst."""
        if not duty.cancelled() and (error := duty.exception()):
            self._failure = self._failure or error
            self.stop()
