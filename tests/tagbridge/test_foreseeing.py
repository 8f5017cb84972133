"""What is read of a photo while it settles is used once, and only if it is still the same."""

from __future__ import annotations

import asyncio
import os
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tagbridge.foreseeing import Foreseen, Foresight, foresee, looking_ahead
from tagbridge.pipeline import tag_asset
from tagbridge.thumbnails import Thumbnails
from tagbridge_hooks import Asset, hookimpl

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tagbridge.equipment import Equipment
    from tests.tagbridge.conftest import Equip, Speaker

SETTLE = 0.02


@pytest.fixture
def equipment(equip: Equip, speaker: Callable[..., Speaker]) -> Equipment:
    return equip(speakers=[speaker("Sea")])


@pytest.fixture
def other(photo: Path) -> Path:
    """Return another photo of the same picture."""
    path = photo.with_name("b.jpg")
    path.write_bytes(photo.read_bytes())
    return path


async def look_ahead(foresight: Foresight, path: Path) -> None:
    ahead = foresight.expect(path)
    assert ahead is not None
    await ahead
    assert foresight.has_read(path)


def foreseen(equipment: Equipment, path: Path, then: Callable[[Foresight], Any]) -> object:
    """Return what is done with the foresight of a photo."""

    async def run() -> object:
        async with looking_ahead(equipment, SETTLE) as (_, foresight):
            await look_ahead(foresight, path)
            return then(foresight)

    return asyncio.run(run())


def test_a_journey_shows_the_providers_what_was_rendered_while_the_photo_settled(
    equip: Equip, speaker: Callable[..., Speaker], photo: Path
) -> None:
    sea = speaker("Sea")
    made: list[Foreseen | None] = []

    async def run() -> str:
        plain = equip(speakers=[sea])

        def ahead(path: Path) -> Foreseen | None:
            made.append(foresee(path, plain))
            return made[-1]

        foresight = Foresight(ahead, SETTLE)
        await look_ahead(foresight, photo)
        journey = await tag_asset(photo, replace(plain, foresight=foresight))
        return journey.receipt.outcome

    assert asyncio.run(run()) == "written"
    (one,) = made
    assert one is not None
    assert one.renditions is not None
    assert sea.seen[0] is one.renditions[512]


def test_it_is_given_once(equipment: Equipment, photo: Path) -> None:
    def twice(foresight: Foresight) -> tuple[object, object]:
        return foresight.take(photo), foresight.take(photo)

    found = foreseen(equipment, photo, twice)
    assert isinstance(found, tuple)
    assert isinstance(found[0], Foreseen)
    assert found[1] is None


@pytest.mark.parametrize("changed", ["content", "time", "gone", "link"])
def test_a_photo_that_changed_since_is_not_taken_for_what_it_was(
    equipment: Equipment, photo: Path, changed: str
) -> None:
    def change(foresight: Foresight) -> tuple[bool, object]:
        if changed == "content":
            status = photo.stat()
            photo.write_bytes(photo.read_bytes()[::-1])
            os.utime(photo, ns=(status.st_atime_ns, status.st_mtime_ns))
        elif changed == "time":
            os.utime(photo)
        else:
            moved = photo.rename(photo.with_name("b.jpg"))
            if changed == "link":
                photo.symlink_to(moved)
        return foresight.has_read(photo), foresight.take(photo)

    assert foreseen(equipment, photo, change) == (False, None)


def test_another_photo_waits_for_nothing_and_is_not_foreseen(
    equipment: Equipment, photo: Path, other: Path
) -> None:
    def expect_another(foresight: Foresight) -> tuple[object, bool]:
        assert foresight.expect(other) is None
        return foresight.take(other), foresight.has_read(photo)

    assert foreseen(equipment, photo, expect_another) == (None, True)


def test_the_next_one_is_foreseen_when_the_first_is_taken(
    equipment: Equipment, photo: Path, other: Path
) -> None:
    async def run() -> Foreseen | None:
        async with looking_ahead(equipment, SETTLE) as (_, foresight):
            for path in (photo, other):
                await look_ahead(foresight, path)
                taken = foresight.take(path)
        return taken

    taken = asyncio.run(run())
    assert taken is not None
    assert taken.asset.path == other


@pytest.mark.parametrize("content", [b"", b"no picture", b"\xff\xd8\xff\xe0 cut off"])
def test_what_cannot_be_read_yet_is_left_for_its_time(
    equipment: Equipment, photo: Path, content: bytes
) -> None:
    photo.write_bytes(content)
    assert foresee(photo, equipment) is None


def test_a_plugin_sees_a_photo_when_its_time_has_come(
    equip: Equip, speaker: Callable[..., Speaker], photo: Path
) -> None:
    seen: list[Asset] = []

    class Doorkeeper:
        @hookimpl
        def tagbridge_accept_asset(self, asset: Asset) -> None:
            seen.append(asset)

    found = foresee(photo, equip(Doorkeeper(), speakers=[speaker("Sea")]))
    assert found is not None
    assert found.renditions is None
    assert not seen


def test_the_thumbnail_is_kept_when_the_photo_is_on_its_way(
    equipment: Equipment, photo: Path, tmp_path: Path
) -> None:
    async def run() -> tuple[bytes | None, bytes | None]:
        with closing(Thumbnails(tmp_path, most_bytes=1 << 24)) as kept:
            with_thumbnails = replace(equipment, thumbnails=kept)
            found = foresee(photo, with_thumbnails)
            assert found is not None
            async with looking_ahead(with_thumbnails, SETTLE) as (more, ahead):
                await look_ahead(ahead, photo)
                before = kept.get(found.asset.identity)
                await tag_asset(photo, more)
                return before, kept.get(found.asset.identity)

    before, after = asyncio.run(run())
    assert before is None
    assert after
