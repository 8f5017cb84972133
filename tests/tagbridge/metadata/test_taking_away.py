"""A sidecar is taken away, and whoever saves it at any single step of that keeps their save."""

from __future__ import annotations

import os
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING

import pytest

from tagbridge.metadata.layout import EmbeddingRefusedError
from tagbridge.metadata.replace import NewContent, remove
from tagbridge.metadata.snapshot import take_snapshot
from tagbridge.metadata.temporary import part_name, swap_name, sweep
from tagbridge_hooks import AssetChangedError, AssetError, VerificationError
from tests.tagbridge.metadata.strikes import EDITORS, Strikes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.tagbridge.metadata.strikes import Editor

OLD = b"a keyword of ours, and nothing else"
GONE = NewContent(pieces=[b""], check=lambda _data: None, announce=lambda _status: None)


@pytest.fixture
def sidecar(folder: Path) -> Path:
    return folder / "photo.tif.xmp"


def fresh(sidecar: Path) -> None:
    for left in sidecar.parent.iterdir():
        left.unlink()
    sidecar.write_bytes(OLD)


def taken(path: Path, plan: Mapping[int, Callable[[], None]]) -> Strikes:
    """Take the file away while editors strike; how that ends is not asked here."""
    snapshot = take_snapshot(path)
    with Strikes(plan) as strikes, suppress(AssetError, EmbeddingRefusedError):
        remove(snapshot, GONE)
    return strikes


def contents(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def test_what_nobody_touches_is_gone_without_a_trace(sidecar: Path) -> None:
    fresh(sidecar)
    assert taken(sidecar, {}).steps > 40
    assert contents(sidecar.parent) == {}


@pytest.mark.parametrize("editor", EDITORS.values(), ids=EDITORS)
def test_a_save_at_any_step_stays(sidecar: Path, editor: Editor) -> None:
    def save() -> None:
        with suppress(FileNotFoundError):  # there is nothing to save over while it is away
            editor(sidecar, b"saved")
            saved.append(True)

    for step in count(1):
        fresh(sidecar)
        saved: list[bool] = []
        if not taken(sidecar, {step: save}).struck:
            break
        if saved:
            assert (step, contents(sidecar.parent)) == (step, {sidecar.name: b"saved"})
    assert step > 40
    assert contents(sidecar.parent) == {}


def test_an_editor_that_keeps_it_open_and_saves_later_loses_nothing(sidecar: Path) -> None:
    for step in count(1):
        fresh(sidecar)
        opened: list[int] = []

        def begin(opened: list[int] = opened) -> None:
            with suppress(FileNotFoundError):
                opened.append(os.open(sidecar, os.O_RDWR))

        if not taken(sidecar, {step: begin}).struck:
            break
        for descriptor in opened:
            os.pwrite(descriptor, b"SAVED", 0)
            os.close(descriptor)
        left = list(contents(sidecar.parent).values())
        assert (step, [c[:5] for c in left]) == (step, [b"SAVED"] if opened else [])


def test_killed_at_any_step_and_swept_it_is_there_or_gone(sidecar: Path) -> None:
    found = set()
    for step in count(1):
        fresh(sidecar)
        if not killed(sidecar, step):
            break
        sweep(sidecar.parent)
        left = contents(sidecar.parent)
        assert left in ({}, {sidecar.name: OLD}), step
        found.add(bool(left))
    assert found == {True, False}


def killed(path: Path, step: int) -> bool:
    """Take the file away in a process that dies at that step; return whether it came to that."""
    child = os.fork()
    if not child:
        taken(path, {step: lambda: os._exit(1)})
        os._exit(0)
    return bool(os.waitpid(child, 0)[1])


def test_killed_while_an_editor_has_saved_the_save_is_given_back(sidecar: Path) -> None:
    """The file that was set aside is written to, and then nobody is there any more to look at."""
    fresh(sidecar)
    snapshot = take_snapshot(sidecar)
    with sidecar.open("r+b") as file:
        aside = _set_aside(snapshot.path)
        file.write(b"SAVED")
    sweep(sidecar.parent)
    (name,) = contents(sidecar.parent)
    assert name.startswith("recovered-by-tagbridge-")
    assert not aside.exists()


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda path: path.write_bytes(b"other"), AssetChangedError),
        (lambda path: path.unlink(), AssetChangedError),
        (lambda path: path.chmod(0o444), EmbeddingRefusedError),
        (lambda path: os.link(path, path.with_name("second")), EmbeddingRefusedError),
    ],
)
def test_what_changed_or_may_not_be_replaced_stays(
    sidecar: Path, change: Callable[[Path], object], error: type[Exception]
) -> None:
    fresh(sidecar)
    snapshot = take_snapshot(sidecar)
    change(sidecar)
    before = contents(sidecar.parent)
    with pytest.raises(error):
        remove(snapshot, GONE)
    assert contents(sidecar.parent) == before


def test_what_must_not_go_stays(sidecar: Path) -> None:
    def check(_data: bytes) -> None:
        raise VerificationError("a keyword of yours would be lost")

    fresh(sidecar)
    content = NewContent(pieces=[b""], check=check, announce=lambda _status: None)
    with pytest.raises(VerificationError):
        remove(take_snapshot(sidecar), content)
    assert contents(sidecar.parent) == {sidecar.name: OLD}


def _set_aside(path: Path) -> Path:
    """Do what a removal does first, and end there."""
    status = path.stat()
    aside = swap_name(part_name(path.parent), old=status, new=None)
    path.rename(aside)
    return aside
