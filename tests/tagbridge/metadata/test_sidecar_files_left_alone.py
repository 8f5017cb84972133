"""Sidecars that are broken, read-only or linked stay as they are, and the user is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.tagbridge.metadata.conftest import Build, Judge, Writer


@pytest.fixture
def raw(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that makes a stand-in for a RAW file: they are built like a TIFF."""

    def make(name: str = "IMG.NEF") -> Path:
        path = tmp_path / name
        Image.linear_gradient("L").save(path, "TIFF")
        return path

    return make


@pytest.fixture
def jpeg(tmp_path: Path, build: Build) -> Path:
    path = tmp_path / "IMG.jpg"
    path.write_bytes(build.jpeg())
    return path


BROKEN = {
    "no XML": b"this is no XML",
    "cut off": b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF",
    "empty": b"",
    "another encoding": "<?xml version='1.0' encoding='UTF-16'?><x/>".encode("utf-16"),
    "an entity": b"<!DOCTYPE x [<!ENTITY e 'x'>]><x:xmpmeta xmlns:x='adobe:ns:meta/'>&e;"
    b"</x:xmpmeta>",
    "another document": b"<html><body>no</body></html>",
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_sidecar_that_is_not_understood_is_left_alone_and_reported(
    raw: Callable[..., Path], write: Writer, content: bytes
) -> None:
    path = raw()
    broken = path.with_name("IMG.xmp")
    broken.write_bytes(content)
    receipt = write(path, "harbour")
    assert (receipt.outcome, receipt.target) == ("parked", broken)
    assert "'IMG.xmp' is left alone" in receipt.reason
    assert broken.read_bytes() == content
    assert {p.name for p in path.parent.iterdir()} == {"IMG.NEF", "IMG.xmp"}


def make_read_only(path: Path) -> None:
    path.chmod(0o444)


def make_linked(path: Path) -> None:
    path.with_name("backup").hardlink_to(path)


def make_symbolic(path: Path) -> None:
    path.symlink_to(path.rename(path.with_name("backup")))


@pytest.mark.parametrize("make", [make_read_only, make_linked, make_symbolic])
def test_a_sidecar_that_must_not_be_replaced_is_left_alone(
    raw: Callable[..., Path], build: Build, write: Writer, make: Callable[[Path], None]
) -> None:
    path = raw()
    existing = path.with_name("IMG.xmp")
    existing.write_bytes(build.packet(build.subject("mine")))
    make(existing)
    before = existing.read_bytes(), existing.lstat().st_ino
    receipt = write(path, "harbour")
    assert receipt.outcome == "parked"
    assert "is left alone" in receipt.reason
    assert (existing.read_bytes(), existing.lstat().st_ino) == before


def test_a_photo_whose_sidecar_is_left_alone_is_written_and_says_so(
    jpeg: Path, write: Writer, judge: Judge
) -> None:
    photo = jpeg
    broken = photo.with_name("IMG.jpg.xmp")
    broken.write_bytes(b"no XML")
    for added in (("harbour",), ()):
        receipt = write(photo, "harbour")
        assert (receipt.outcome, receipt.keywords_added) == ("parked", added)
        assert "'IMG.jpg.xmp' is left alone" in receipt.reason
    assert judge.items(judge.packet(photo.read_bytes()), "dc:subject") == ["harbour"]
    assert broken.read_bytes() == b"no XML"


def test_of_two_sidecars_the_sound_one_is_written_though_the_other_is_broken(
    raw: Callable[..., Path], build: Build, write: Writer, judge: Judge
) -> None:
    path = raw()
    path.with_name("IMG.xmp").write_bytes(b"no XML")
    sound = path.with_name("IMG.NEF.xmp")
    sound.write_bytes(build.packet(build.subject("mine")))
    assert write(path, "harbour").outcome == "parked"
    assert judge.items(judge.packet(sound.read_bytes()), "dc:subject") == ["mine", "harbour"]
