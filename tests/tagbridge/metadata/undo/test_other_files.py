"""Sidecars, lost and damaged records, and files that must be left alone."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tagbridge.metadata.additions import DescribeRules
from tagbridge.metadata.plan import WriteRules
from tagbridge.metadata.write import WriteOptions
from tagbridge_hooks import Caption, Source, Sourced
from tests.journey.test_decisions import KNOWS_OUR_RECORD
from tests.tagbridge.metadata.undo.shelf import said

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.tagbridge.metadata.conftest import Build
    from tests.tagbridge.metadata.undo.exiftool import ExifTool
    from tests.tagbridge.metadata.undo.shelf import Shelf

CREDENTIALS = b"JP\0\1\0\0\0\1\0\0\0\x20jumb\0\0\0\x18jumdc2pa"
BLANK = (
    '<dc:description><rdf:Alt><rdf:li xml:lang="x-default"/></rdf:Alt></dc:description>',
    '<dc:description xml:lang="en"><rdf:Alt/></dc:description>',
    "<dc:description/>",
)


@pytest.fixture
def scan(shelf: Shelf) -> Path:
    path = shelf.folder / "scan.tif"
    Image.linear_gradient("L").save(path)
    return path


def without_our_record(path: Path, config: Path) -> None:
    """Drop what only we know, as programs do that keep nothing unknown."""
    config.write_text(KNOWS_OUR_RECORD)
    drop = ["-q", "-overwrite_original", "-XMP-tagbridge:all="]
    subprocess.run(["exiftool", "-config", config, *drop, path], check=True)


@pytest.mark.usefixtures("exiftool")
def test_what_the_ledger_knows_is_taken_out_when_the_record_is_lost(
    build: Build, shelf: Shelf, tool: ExifTool, tmp_path: Path
) -> None:
    photo = shelf.put("a.jpg", build.jpeg(build.app1(build.packet(build.subject("mine")))))
    shelf.tag(photo, said(["sea"]))
    without_our_record(photo, tmp_path / "config")
    assert b"tagbridge" not in photo.read_bytes()
    assert shelf.undo(photo).removed == ("sea",)
    assert tool.lists(photo)["subject"] == ["mine"]


def test_a_photo_that_must_not_be_edited_any_more_is_parked(build: Build, shelf: Shelf) -> None:
    photo = shelf.put("a.jpg", build.jpeg())
    shelf.tag(photo, said(["sea"]))
    credentials = build.segment(0xEB, CREDENTIALS)
    photo.write_bytes(photo.read_bytes()[:2] + credentials + photo.read_bytes()[2:])
    tagged = photo.read_bytes()
    undone = shelf.undo(photo)
    assert undone.outcome == "parked"
    assert "left alone" in undone.reason
    assert photo.read_bytes() == tagged


def test_a_damaged_record_is_said_and_not_passed_over(build: Build, shelf: Shelf) -> None:
    photo = shelf.put("a.jpg", build.jpeg())
    shelf.tag(photo, said(["sea"]))
    data = photo.read_bytes().replace(b'Confidence="0.900"', b'Confidence="0.9x0"')
    photo.write_bytes(data)
    undone = shelf.undo(photo)
    assert (undone.outcome, undone.reason) == (
        "parked",
        "it is left alone: its record of our results is damaged",
    )
    assert photo.read_bytes() == data


def test_a_packet_of_others_that_is_not_understood_is_nothing_of_ours(
    build: Build, shelf: Shelf
) -> None:
    photo = shelf.put("a.jpg", build.jpeg(build.app1(b"<x:xmpmeta>not closed")))
    assert shelf.undo(photo).outcome == "unchanged"


def test_what_was_removed_from_the_photo_goes_from_its_sidecar_too(
    build: Build, shelf: Shelf, tool: ExifTool
) -> None:
    photo = shelf.put("a.jpg", build.jpeg())
    sidecar = photo.with_name("a.jpg.xmp")
    tool.run("-XMP-xmp:Rating=2", sidecar)
    shelf.tag(photo, said(["sea", "boat"]))
    tool.edit(photo, "-XMP-dc:Subject-=sea", "-IPTC:Keywords-=sea")
    assert shelf.notice(photo)
    assert shelf.undo(photo).removed == ("sea",)  # and boat was kept
    assert tool.lists(sidecar) == {"subject": ["boat"]}
    assert shelf.tag(photo, said(["sea"])).outcome == "unchanged"


@pytest.mark.parametrize("name", ["IMG.NEF", "scan.tif", "film.mp4"])
def test_a_sidecar_of_ours_that_others_rewrote_goes_when_nothing_else_is_left(
    shelf: Shelf, tool: ExifTool, scan: Path, film: Callable[..., Path], name: str
) -> None:
    photo = film(shelf.folder / name) if name.endswith("mp4") else scan.rename(scan.with_name(name))
    target = shelf.tag(photo, said(["sea"])).target
    assert target
    assert target != photo
    tool.edit(target, "-XMP-dc:Subject+=mine")
    tool.edit(target, "-XMP-dc:Subject-=mine")
    undone = shelf.undo(photo)
    assert (undone.outcome, undone.exact) == ("undone", False)
    assert not target.exists()


def test_a_sidecar_of_the_users_stays_and_is_what_it_was(
    shelf: Shelf, tool: ExifTool, scan: Path
) -> None:
    sidecar = scan.with_name("scan.tif.xmp")
    tool.run("-XMP-dc:Subject=mine", sidecar)
    before = sidecar.read_bytes()
    shelf.tag(scan, said(["sea"]))
    assert shelf.undo(scan).exact
    assert sidecar.read_bytes() == before


def test_copies_that_were_taken_out_are_forgotten(
    build: Build, shelf: Shelf, tool: ExifTool
) -> None:
    block = build.app13(build.resource(0x404, build.iim((2, 25, b"mine"))))
    photo = shelf.put("a.jpg", build.jpeg(block))
    shelf.tag(photo, said(["sea"]))
    tool.edit(photo, "-XMP-dc:Subject-=sea", "-IPTC:Keywords-=sea")
    shelf.undo(photo)
    assert tool.lists(photo) == {"iim": ["mine"]}
    tool.edit(photo, "-XMP-dc:Subject+=mine")
    assert shelf.undo(photo).outcome == "unchanged"
    assert tool.lists(photo) == {"subject": ["mine"], "iim": ["mine"]}


@pytest.mark.parametrize("blank", BLANK)
def test_a_sentence_in_a_blank_property_goes_and_leaves_it_blank(
    build: Build, shelf: Shelf, tool: ExifTool, blank: str
) -> None:
    shelf.options = WriteOptions(rules=WriteRules(describe=DescribeRules(description=True)))
    source = Source(provider="p", model="m", confidence=0.9)
    sentence = Sourced(value=Caption(text="A cat", confidence=0.9), sources=(source,))
    before = build.jpeg(build.app1(build.packet(blank)))
    photo = shelf.put("a.jpg", before)
    shelf.tag(photo, said(["sea"], captions=(sentence,)))
    assert tool.read(photo)["XMP-dc:Description"] == "A cat"
    assert shelf.undo(photo).exact
    assert photo.read_bytes() == before
