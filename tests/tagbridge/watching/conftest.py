"""A watch over real folders, with the questions answered as simply as they can be."""

from __future__ import annotations

import asyncio
import io
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from tagbridge.watching import Watch

if TYPE_CHECKING:
    import os
    from collections.abc import AsyncIterator, Callable, Iterable, Sequence
    from pathlib import Path

    from tagbridge.watching.rules import Status

LONG = 30.0  # seconds; bounds a wait that would otherwise hang, and is never reached


class Desk:
    """Takes what a watch yields; `known` holds the stamps of files that are done."""

    def __init__(self, photo: bytes) -> None:
        self.photo = photo
        self.known: set[tuple[int, int, int]] = set()
        self.read: asyncio.Queue[Path] = asyncio.Queue()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.watch: Watch
        self.settled: AsyncIterator[Path]

    @staticmethod
    def stamp(status: os.stat_result) -> tuple[int, int, int]:
        return status.st_ino, status.st_size, status.st_mtime_ns

    def is_candidate(self, path: Path) -> bool:
        return path.suffix == ".jpg"

    def are_known(self, files: Sequence[Status]) -> list[bool]:
        return [self.stamp(status) in self.known for _, status in files]

    def is_complete(self, path: Path) -> bool:
        whole = path.read_bytes().endswith(b"\xff\xd9")
        assert self.loop
        self.loop.call_soon_threadsafe(self.read.put_nowait, path)
        return whole

    @asynccontextmanager
    async def watching(self, *folders: Path, **rules: object) -> AsyncIterator[Watch]:
        self.loop = asyncio.get_running_loop()
        settings = {"settle_seconds": 0.2, "scan_seconds": 300.0, "mode": "auto", **rules}
        questions: dict[str, object] = {
            "is_candidate": self.is_candidate,
            "are_known": self.are_known,
            "is_complete": self.is_complete,
        }
        arguments: dict[str, Any] = {**questions, **settings}
        async with Watch(folders, **arguments) as self.watch:
            self.settled = self.watch.settled()
            yield self.watch

    async def next(self) -> Path:
        return await asyncio.wait_for(anext(self.settled), LONG)

    async def finish(self, number: int) -> list[Path]:
        """Take so many paths and be done with each."""
        paths = [await self.next() for _ in range(number)]
        for path in paths:
            self.know(path)
            self.watch.done(path)
        return paths

    async def stands(self, folder: Path) -> None:
        """Return when the watches stand: a first photograph has come through."""
        first = folder / "first.jpg"
        first.write_bytes(self.photo)
        assert await self.finish(1) == [first]

    def know(self, path: Path) -> None:
        self.known.add(self.stamp(path.lstat()))

    async def has_read(self, path: Path) -> None:
        """Return when the completeness of a file has been judged once more."""
        while await asyncio.wait_for(self.read.get(), LONG) != path:
            pass


@pytest.fixture(scope="session")
def photo() -> bytes:
    """Return the bytes of a small JPEG."""
    out = io.BytesIO()
    Image.linear_gradient("L").save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def desk(photo: bytes) -> Desk:
    return Desk(photo)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder to watch, with its parent left for what is outside."""
    path = tmp_path / "inbox"
    path.mkdir()
    return path


@pytest.fixture
def place(photo: bytes) -> Callable[..., list[Path]]:
    """Return a function that writes the photograph to paths and returns them."""

    def write(*paths: Path) -> list[Path]:
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(photo)
        return list(paths)

    return write


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Callable[[], Iterable[str]]:
    """Return a function that returns the messages of the watch so far, from INFO on."""
    caplog.set_level("INFO", logger="tagbridge.watching")
    return lambda: [r.getMessage() for r in caplog.records if r.name.startswith("tagbridge")]
