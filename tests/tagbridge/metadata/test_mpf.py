"""Multi-picture JPEGs (previews, HDR gain maps): the second picture is still found."""

from __future__ import annotations

import io
import itertools
import struct
import subprocess
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tagbridge.metadata import mpf
from tagbridge.metadata.jpeg import JPEG
from tagbridge.metadata.layout import EmbeddingRefusedError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tagbridge.metadata.conftest import Build, Judge, Writer

ORDERS = ["II", "MM"]
PARTS = ("index", "xmp", "iptc", "icc")
SEQUENCES = [p for n in (1, 2, 4) for p in itertools.permutations(PARTS, n) if "index" in p]


def index(order: str, first: int, second: int, distance: int) -> bytes:
    """Return the content of an MPF segment for two pictures."""
    e = "<" if order == "II" else ">"
    head = b"II*\0" if order == "II" else b"MM\0*"
    count = 3
    entries_at = 8 + 2 + count * 12 + 4
    content = head + struct.pack(e + "IH", 8, count)
    content += struct.pack(e + "HHI4s", 0xB000, 7, 4, b"0100")
    content += struct.pack(e + "HHII", 0xB001, 4, 1, 2)
    content += struct.pack(e + "HHII", 0xB002, 7, 32, entries_at) + struct.pack(e + "I", 0)
    content += struct.pack(e + "IIIHH", 0x20030000, first, 0, 0, 0)
    content += struct.pack(e + "IIIHH", 0, second, distance, 0, 0)
    return b"MPF\0" + content


def pair(build: Build, order: str, sequence: tuple[str, ...]) -> tuple[bytes, bytes]:
    """Return a file of two pictures, and the second of them."""
    second = gain_map()
    parts = {
        "xmp": build.app1(build.packet(build.subject("mine"))),
        "iptc": build.app13(build.resource(0x0404, build.iim((2, 25, b"mine")))),
        "icc": build.segment(0xE2, b"ICC_PROFILE\0\1\1" + b"p" * 300),
        "index": build.segment(0xE2, index(order, 0, 0, 0)),
    }
    first = build.jpeg(*(parts[name] for name in sequence))
    at = first.index(b"MPF\0")
    filled = index(order, len(first), len(second), len(first) - at - 4)
    return first[:at] + filled + first[at + len(filled) :] + second, second


def gain_map() -> bytes:
    file = io.BytesIO()
    Image.linear_gradient("L").resize((16, 16)).save(file, "JPEG")
    return file.getvalue()


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("sequence", SEQUENCES, ids="-".join)
def test_the_second_picture_opens_whatever_the_order_of_segments(
    sequence: tuple[str, ...], order: str, build: Build, write: Writer, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.jpg"
    data, second = pair(build, order, sequence)
    photo.write_bytes(data)

    write.embedded(photo, "lighthouse", "sea")

    with Image.open(photo) as image, Image.open(io.BytesIO(second)) as expected:
        assert image.format == "MPO"
        image.seek(1)
        assert image.tobytes() == expected.tobytes()
    assert pictures(photo.read_bytes())[1] == second
    assert len(pictures(photo.read_bytes())[0]) + len(second) == photo.stat().st_size


def pictures(data: bytes) -> list[bytes]:
    at = data.index(b"MPF\0") + 4
    found = mpf.read_index(data[at:]).pictures
    return [data[p.offset + at if p.offset else 0 :][: p.size] for p in found]


@pytest.mark.usefixtures("exiftool")
@pytest.mark.parametrize("order", ORDERS)
def test_exiftool_finds_the_second_picture_after_many_edits(
    order: str, build: Build, judge: Judge, write: Writer, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.jpg"
    data, second = pair(build, order, ("xmp", "index", "iptc"))
    photo.write_bytes(data)

    for number in range(5):
        write.embedded(photo, f"keyword {number}")

    run = subprocess.run(["exiftool", "-b", "-MPImage2", photo], capture_output=True, check=True)
    assert run.stdout == second
    assert judge.keywords(photo) == ["mine", *(f"keyword {n}" for n in range(5))]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda c: b"XX*\0" + c[4:], id="no byte order"),
        pytest.param(lambda c: c[:20], id="cut off"),
        pytest.param(lambda c: c[:4] + b"\xff" * 4 + c[8:], id="directory far away"),
        pytest.param(lambda c: c.replace(b"\x20\0\0\0", b"\x21\0\0\0"), id="half an entry"),
        pytest.param(lambda c: c.replace(b"\x20\0\0\0", b"\0\xff\0\0", 1), id="too many entries"),
    ],
)
def test_an_index_that_is_not_understood_is_left_alone(damage, build: Build) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001 - from bytes to bytes
    content = index("II", 100, 200, 300)[4:]
    data = build.jpeg(build.segment(0xE2, b"MPF\0" + damage(content)))

    with pytest.raises(EmbeddingRefusedError, match="further pictures"):
        JPEG.read(data)
