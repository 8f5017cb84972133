"""Somebody saves the file at every single step of its replacement, and no save is lost."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from contextlib import suppress
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

import pytest

from tagbridge.metadata.layout import EmbeddingRefusedError
from tagbridge.metadata.replace import NewContent, create, replace
from tagbridge.metadata.snapshot import take_snapshot
from tagbridge_hooks import AssetError
from tests.tagbridge.metadata.strikes import EDITORS, Strikes, save_by_renaming, save_in_place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from tests.tagbridge.metadata.strikes import Editor

OLD, NEW = b"old content", b"old content and a keyword"
CONTENT = NewContent(pieces=[NEW], check=lambda _data: None, announce=lambda _status: None)
ROUNDS = int(os.environ.get("TAGBRIDGE_TEST_ROUNDS", "400"))


def open_for_writing(path: Path, opened: list[int]) -> None:
    opened.append(os.open(path, os.O_RDWR))


def replaced(path: Path, plan: Mapping[int, Callable[[], None]]) -> Strikes:
    """Replace the file while editors strike; how that ends is not asked here."""
    snapshot = take_snapshot(path)
    with Strikes(plan) as strikes, suppress(AssetError, EmbeddingRefusedError):
        replace(snapshot, CONTENT)
    return strikes


def created(path: Path, plan: Mapping[int, Callable[[], None]]) -> Strikes:
    """Make a new file of that name while editors strike."""
    like = path.parent.stat()
    with Strikes(plan) as strikes, suppress(AssetError):
        create(path, CONTENT, like=like)
    return strikes


@pytest.fixture
def photo(folder: Path) -> Path:
    return folder / "photo.jpg"


def fresh(photo: Path) -> None:
    for left in photo.parent.iterdir():
        left.unlink()
    photo.write_bytes(OLD)


def others(photo: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in photo.parent.iterdir() if p != photo}


@pytest.mark.parametrize("editor", EDITORS.values(), ids=EDITORS)
def test_a_save_at_any_step_stays(photo: Path, editor: Editor) -> None:
    for step in count(1):
        fresh(photo)
        if not replaced(photo, {step: partial(editor, photo, b"saved")}).struck:
            break
        assert (step, photo.read_bytes(), others(photo)) == (step, b"saved", {})
    assert photo.read_bytes() == NEW
    assert step > 100


def test_a_photo_deleted_at_any_step_stays_deleted(photo: Path) -> None:
    for step in count(1):
        fresh(photo)
        if not replaced(photo, {step: photo.unlink}).struck:
            break
        assert (step, photo.exists(), others(photo)) == (step, False, {})


def test_an_editor_that_keeps_the_file_open_and_saves_later_loses_nothing(photo: Path) -> None:
    for step in count(1):
        fresh(photo)
        opened: list[int] = []
        if not replaced(photo, {step: partial(open_for_writing, photo, opened)}).struck:
            break
        os.pwrite(opened[0], b"SAVED", 0)
        os.close(opened[0])
        assert (step, photo.read_bytes()[:5], others(photo)) == (step, b"SAVED", {})


@pytest.mark.parametrize("number", [2, 3, 4])
def test_of_several_saves_at_any_steps_the_last_one_stays(photo: Path, number: int) -> None:
    fresh(photo)
    steps = replaced(photo, {}).steps
    chance = random.Random(number)  # noqa: S311 - the same choice every time
    saves = [b"save number %d" % n for n in range(number)]
    for _ in range(5 * ROUNDS):
        fresh(photo)
        # The second half is about taking the place, and what is done again adds further steps.
        when = sorted(chance.sample(range(steps // 2, steps + 20 * number), number))
        ways = chance.choices(list(EDITORS), k=number)
        plan = {
            step: partial(EDITORS[way], photo, save)
            for step, way, save in zip(when, ways, saves, strict=True)
        }
        struck = replaced(photo, plan).struck
        stays = saves[struck - 1] if struck else NEW
        assert (when, ways, photo.read_bytes()) == (when, ways, stays)
        # The earlier saves were overtaken by their own editor; one may be given back, no more.
        given = others(photo)
        assert (when, ways, set(given.values()) - set(saves[:struck])) == (when, ways, set())
        assert stays not in given.values()
        assert all(name.startswith("recovered-by-tagbridge-") for name in given)


@pytest.mark.parametrize("editor", [save_by_renaming, save_in_place])
def test_a_sidecar_that_somebody_makes_at_any_step_is_theirs(photo: Path, editor: Editor) -> None:
    sidecar = photo.with_suffix(".xmp")
    for step in count(1):
        fresh(photo)
        if not created(sidecar, {step: partial(editor, sidecar, b"theirs")}).struck:
            break
        assert (step, sidecar.read_bytes()) == (step, b"theirs")
        assert set(others(photo)) == {sidecar.name}
    assert sidecar.read_bytes() == NEW


@pytest.fixture
def without_exchange(folder: Path, tmp_path: Path) -> Iterator[Path]:
    """Return a photo on a file system that cannot exchange two names."""
    if os.geteuid() or not shutil.which("bindfs"):
        pytest.skip("needs bindfs and the superuser: apt-get install bindfs")
    place = tmp_path / "place"
    place.mkdir()
    if subprocess.run(["bindfs", folder, place], check=False).returncode:
        pytest.skip("needs a system with FUSE")
    yield place / "photo.jpg"
    subprocess.run(["umount", "-l", place], check=True)


def test_without_exchange_a_save_in_place_at_any_step_stays(without_exchange: Path) -> None:
    photo = without_exchange
    for step in count(1):
        fresh(photo)
        if not replaced(photo, {step: partial(save_in_place, photo, b"saved")}).struck:
            break
        assert (step, photo.read_bytes(), others(photo)) == (step, b"saved", {})
    assert photo.read_bytes() == NEW
