"""A photo that was read in the middle of a save, when nothing of that shows in its size or time."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tagbridge.metadata.snapshot import take_snapshot
from tagbridge.metadata.target import WriteTools
from tagbridge.metadata.write import Source, WriteOptions, look_into, write_tagset
from tagbridge_hooks import AssetChangedError, Keyword, Receipt, Sourced, TagSet
from tagbridge_hooks import Source as Said

if TYPE_CHECKING:
    from pathlib import Path

    from tagbridge.metadata.exiv2 import Exiv2

STRAY = b"\xff\xd8stray bytes between the segments\xff\xd9"


@pytest.fixture
def torn(tmp_path: Path) -> Path:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(STRAY)
    return photo


def read(photo: Path) -> Source:
    return look_into(take_snapshot(photo), "image/jpeg")


def write(source: Source, exiv2: Exiv2) -> Receipt:
    said = (Said(provider="literal", model="1", confidence=0.9),)
    keyword = Sourced(value=Keyword(text="harbour", confidence=0.9), sources=said)
    tools = WriteTools(exiv2=exiv2, announce=lambda _status: None)
    return write_tagset(source, TagSet(keywords=(keyword,)), WriteOptions(), tools)


def test_no_sidecar_while_somebody_has_the_photo_open_for_writing(torn: Path, exiv2: Exiv2) -> None:
    source = read(torn)
    with torn.open("r+b"), pytest.raises(AssetChangedError):
        write(source, exiv2)
    assert list(torn.parent.iterdir()) == [torn]


def test_no_sidecar_for_a_content_that_is_gone(torn: Path, exiv2: Exiv2) -> None:
    source, status = read(torn), torn.stat()
    with torn.open("r+b") as file:
        file.write(STRAY[::-1])
    os.utime(torn, ns=(status.st_atime_ns, status.st_mtime_ns))
    with pytest.raises(AssetChangedError):
        write(source, exiv2)
    assert list(torn.parent.iterdir()) == [torn]


def test_a_photo_that_stays_odd_gets_its_sidecar(torn: Path, exiv2: Exiv2) -> None:
    receipt = write(read(torn), exiv2)
    assert (receipt.outcome, receipt.target) == ("written", torn.with_name("photo.jpg.xmp"))
