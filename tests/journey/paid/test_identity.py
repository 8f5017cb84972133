"""What is known by its picture is not paid for again, whatever becomes of its file."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.journey.conftest import Daemon
    from tests.journey.paid.conftest import Album, Customer

NUMBERS = iter(range(1 << 16))


class Shop(NamedTuple):
    """A daemon at work, for all tests of this module."""

    customer: Customer
    daemon: Daemon
    folder: Path


@pytest.fixture(scope="module")
def shop(
    customer: Callable[..., Customer],
    tmp_path_factory: pytest.TempPathFactory,
) -> Shop:
    we = customer()
    folder = tmp_path_factory.mktemp("shop") / "in"
    return Shop(we, we.watch(folder), folder)


class Bought(NamedTuple):
    """A photo that the daemon has tagged, and a keyword that the user has removed from it since."""

    path: Path
    original: bytes
    removed: str
    words: list[str]


@pytest.fixture
def bought(
    shop: Shop,
    album: Album,
    request: pytest.FixtureRequest,
    edit: Callable[..., None],
    exiftool: Callable[..., Any],
) -> Bought:
    """Return a photo in a folder of its own, tagged, and edited by the user."""
    album.folder = shop.folder / request.node.name
    spare = album.add("spare", next(NUMBERS))
    photo, original = album.folder / "a.jpg", spare.read_bytes()
    spare.rename(photo)
    shop.daemon.wait_for_photos(photo)
    words = words_of(exiftool(photo))
    edit(photo, f"-XMP-dc:Subject-={words[1]}", f"-IPTC:Keywords-={words[1]}")
    said(shop, photo, 2)
    return Bought(photo, original, words[1], words[:1] + words[2:])


def words_of(found: dict[str, str]) -> list[str]:
    return found["XMP-dc:Subject"].splitlines()


def said(shop: Shop, photo: Path, times: int = 1) -> None:
    """Return when the daemon has said so often what became of a photo."""
    shop.daemon.wait_for(f" {photo}: ", "keywords added", times=times)


def rename(photo: Path) -> Path:
    return photo.rename(photo.with_name("b.jpg"))


def move(photo: Path) -> Path:
    (photo.parent / "below").mkdir()
    return photo.rename(photo.parent / "below" / "a.jpg")


def copy(photo: Path) -> Path:
    shutil.copyfile(photo, photo.with_name("b.jpg"))
    return photo.with_name("b.jpg")


def copy_with_times(photo: Path) -> Path:
    shutil.copy2(photo, photo.with_name("b.jpg"))
    return photo.with_name("b.jpg")


@pytest.mark.parametrize("change", [rename, move, copy, copy_with_times])
def test_a_photo_that_was_tagged_is_neither_asked_for_nor_changed_under_another_name(
    shop: Shop, bought: Bought, exiftool: Callable[..., Any], change: Callable[[Path], Path]
) -> None:
    requests, before = len(shop.customer.service.arrived()), bought.path.read_bytes()
    new = change(bought.path)
    said(shop, new)
    assert new.read_bytes() == before
    assert words_of(exiftool(new)) == bought.words
    assert len(shop.customer.service.arrived()) == requests


def test_what_another_program_wrote_stays_and_what_it_removed_stays_away(
    shop: Shop, bought: Bought, exiftool: Callable[..., Any], edit: Callable[..., None]
) -> None:
    requests = len(shop.customer.service.arrived())
    edit(bought.path, "-XMP-dc:Subject+=mine", "-IPTC:Keywords+=mine", "-XMP-dc:Title=Hello")
    said(shop, bought.path, 3)
    assert words_of(exiftool(bought.path)) == [*bought.words, "mine"]
    assert len(shop.customer.service.arrived()) == requests


def test_a_tagged_photo_from_a_backup_is_left_as_it_is(
    shop: Shop, bought: Bought, exiftool: Callable[..., Any], tmp_path: Path
) -> None:
    requests = len(shop.customer.service.arrived())
    backup = tmp_path / "backup.jpg"
    bought.path.rename(backup)
    shutil.copyfile(backup, bought.path)
    said(shop, bought.path, 3)
    assert bought.path.read_bytes() == backup.read_bytes()
    assert bought.removed not in words_of(exiftool(bought.path))
    assert len(shop.customer.service.arrived()) == requests


@pytest.mark.parametrize("name", ["a.jpg", "another.jpg", "below/another.jpg"])
def test_an_original_without_keywords_gets_those_that_are_paid_for(
    shop: Shop, bought: Bought, exiftool: Callable[..., Any], name: str
) -> None:
    requests = len(shop.customer.service.arrived())
    restored = bought.path.parent / name
    restored.parent.mkdir(exist_ok=True)
    restored.unlink(missing_ok=True)
    restored.write_bytes(bought.original)
    said(shop, restored, 3 if name == "a.jpg" else 1)
    assert set(words_of(exiftool(restored))) >= set(bought.words)
    assert len(shop.customer.service.arrived()) == requests


def test_a_copy_that_is_tagged_by_hand_elsewhere_costs_nothing(
    shop: Shop, bought: Bought, exiftool: Callable[..., Any], tmp_path: Path
) -> None:
    requests = len(shop.customer.service.arrived())
    tagged, untagged = tmp_path / "tagged.jpg", tmp_path / "untagged.jpg"
    shutil.copyfile(bought.path, tagged)
    untagged.write_bytes(bought.original)
    before = tagged.read_bytes()
    ended = shop.customer.program.tag(tagged, untagged)
    assert (ended.status, ended.summary) == (0, {"unchanged": 1, "written": 1})
    assert tagged.read_bytes() == before
    assert {*words_of(exiftool(untagged))} == {*bought.words}  # it is rejected for the picture
    assert len(shop.customer.service.arrived()) == requests


def test_what_became_of_photos_while_nobody_watched_costs_nothing_at_the_next_start(
    customer: Callable[..., Customer], album: Album, exiftool: Callable[..., Any]
) -> None:
    we = customer()
    touched, renamed, restored = album.add_many(3)
    original = restored.read_bytes()
    assert we.program.tag(*album.photos).status == 0
    tagged = touched.read_bytes()
    os.utime(touched)
    renamed = renamed.rename(album.folder / "renamed.jpg")
    restored.unlink()
    restored.write_bytes(original)
    daemon = we.watch(album.folder)
    daemon.wait_for_photos(touched, renamed, restored)
    assert daemon.stop() == 0
    assert touched.read_bytes() == tagged
    assert len(words_of(exiftool(restored))) == len(words_of(exiftool(renamed)))
    assert len(we.service.arrived()) == 6
