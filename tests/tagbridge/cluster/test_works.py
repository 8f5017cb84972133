"""What is under way in one process."""

from __future__ import annotations

import asyncio

from tagbridge.cluster.works import Works

KEY, OTHER = b"/photos/a.jpg", b"/photos/b.jpg"


class Desk:
    """Takes photos up, and ends when told."""

    def __init__(self) -> None:
        self.begun: list[bytes] = []
        self.ended: list[bytes] = []
        self.news = asyncio.Event()
        self.end = asyncio.Event()

    async def take_up(self, key: bytes) -> None:
        self.begun.append(key)
        self.news.set()
        await self.end.wait()
        self.ended.append(key)


async def abandoned(works: Works, desk: Desk, key: bytes) -> None:
    """Begin a work, and let the worker that began it be cancelled."""
    worker = asyncio.create_task(works.do(key))
    await desk.news.wait()
    worker.cancel()
    await asyncio.wait({worker})
    assert worker.cancelled()


def test_a_work_goes_on_when_the_worker_that_began_it_is_cancelled() -> None:
    async def run() -> Desk:
        desk = Desk()
        works = Works(desk.take_up, 1)
        await abandoned(works, desk, KEY)
        assert len(works) == 1
        desk.end.set()
        await works.ended()
        return desk

    assert asyncio.run(run()).ended == [KEY]


def test_a_new_worker_begins_only_what_there_is_room_for() -> None:
    async def run() -> Desk:
        desk = Desk()
        works = Works(desk.take_up, 1)
        await abandoned(works, desk, KEY)
        second = asyncio.create_task(works.do(OTHER))
        await asyncio.sleep(0)
        assert len(works) == 2
        assert desk.begun == [KEY]
        desk.end.set()
        await second
        return desk

    assert asyncio.run(run()).ended == [KEY, OTHER]


def test_what_had_no_room_before_the_stop_is_not_begun_after_it() -> None:
    async def run() -> Desk:
        desk = Desk()
        works = Works(desk.take_up, 1)
        await abandoned(works, desk, KEY)
        second = asyncio.create_task(works.do(OTHER))
        await asyncio.sleep(0)
        assert len(works) == 2
        works.stop()
        desk.end.set()
        await works.ended()
        await second
        await works.do(OTHER)
        return desk

    assert asyncio.run(run()).begun == [KEY]


def test_what_is_cancelled_is_broken_off() -> None:
    async def run() -> Desk:
        desk = Desk()
        works = Works(desk.take_up, 2)
        await abandoned(works, desk, KEY)
        works.cancel()
        await works.ended()
        return desk

    desk = asyncio.run(run())
    assert (desk.begun, desk.ended) == ([KEY], [])
