"""What happens to a path between being yielded and being done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.tagbridge.watching.conftest import Desk

Place = Callable[..., list[Path]]


def test_our_own_echo_is_not_yielded(desk: Desk, folder: Path, place: Place) -> None:
    async def run() -> None:
        async with desk.watching(folder):
            (photo,) = place(folder / "a.jpg")
            assert await desk.next() == photo
            (written,) = place(folder / ".tagbridge-1.jpg")
            desk.know(written)
            written.rename(photo)
            desk.watch.done(photo)
            await desk.stands(folder)

    asyncio.run(run())


def test_a_change_in_work_is_yielded_after_the_work(
    desk: Desk, folder: Path, place: Place, photo: bytes
) -> None:
    async def run() -> None:
        async with desk.watching(folder):
            (changed,) = place(folder / "a.jpg")
            assert await desk.next() == changed
            changed.write_bytes(b"\xff\xd8 edited meanwhile" + photo)
            await desk.stands(folder)  # not while in work
            desk.watch.done(changed)
            assert await desk.next() == changed

    asyncio.run(run())
