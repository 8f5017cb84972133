"""A new sidecar begins with what is embedded, in a form that every reader takes for a sidecar."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tagbridge.metadata.conftest import Build, Judge, Writer

CREDENTIALS = b"JP\x00\x01\x00\x00\x00\x01\x00\x00\x00\x20jumb\x00\x00\x00\x18jumdc2pa"
HEADS = {"white space": b"\n  ", "a byte order mark": b"\xef\xbb\xbf", "a comment": b"<!-- c -->"}


@pytest.mark.usefixtures("exiftool", "exiv2_program")
@pytest.mark.parametrize("head", HEADS)
def test_it_is_read_by_all_even_if_the_embedded_packet_begins_oddly(
    head: str, build: Build, judge: Judge, write: Writer, tmp_path: Path
) -> None:
    photo, sidecar = tmp_path / "photo.jpg", tmp_path / "photo.jpg.xmp"
    packet = HEADS[head] + build.packet(build.subject("mine"))
    photo.write_bytes(build.jpeg(build.app1(packet), build.segment(0xEB, CREDENTIALS)))

    receipt = write(photo, "sea")

    assert (receipt.outcome, receipt.target) == ("written", sidecar)
    assert judge.keywords(sidecar) == ["mine", "sea"]
    assert judge.exiv2(sidecar, "Xmp.dc.subject") == ["mine, sea"]
    assert judge.items(judge.packet(sidecar.read_bytes()), "dc:subject") == ["mine", "sea"]


def test_keywords_that_stood_only_in_iptc_are_taken_along(
    build: Build, judge: Judge, write: Writer, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.jpg"
    block = build.iim((2, 25, b"B\xc3\xa4r"), (2, 25, b"filled\0\0"), (2, 25, b"mine"))
    photo.write_bytes(
        build.jpeg(
            build.app1(build.packet(build.subject("mine"))),
            build.app13(build.resource(0x0404, block)),
            build.segment(0xEB, CREDENTIALS),
        )
    )

    write(photo, "sea")

    root = judge.packet((tmp_path / "photo.jpg.xmp").read_bytes())
    assert judge.items(root, "dc:subject") == ["mine", "B\u00e4r", "filled", "sea"]


def test_a_sidecar_with_qualified_keywords_is_edited(
    build: Build, judge: Judge, write: Writer, tmp_path: Path
) -> None:
    photo, sidecar = tmp_path / "photo.tif", tmp_path / "photo.tif.xmp"
    photo.write_bytes(build.picture("TIFF"))
    item = "<rdf:li rdf:parseType='Resource'><rdf:value>mine</rdf:value><q:by>me</q:by></rdf:li>"
    sidecar.write_bytes(
        b"<!-- by hand -->"
        + build.packet(f"<dc:subject><rdf:Bag>{item}</rdf:Bag></dc:subject><q:a>1</q:a>")
    )

    receipt = write(photo, "sea")

    assert (receipt.outcome, receipt.target) == ("written", sidecar)
    text = sidecar.read_text()
    assert item in text
    assert "<q:a>1</q:a>" in text
    assert judge.items(judge.packet(sidecar.read_bytes()), "dc:subject")[-1] == "sea"
