"""A region of the upright picture lies in the stored one where its pixels are."""

from __future__ import annotations

import io
import struct
import subprocess
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tagbridge.rendition.geometry import upright
from tagbridge.rendition.stored import StoredPicture, stored_picture
from tagbridge_hooks import Region

if TYPE_CHECKING:
    from pathlib import Path

RED, BLUE = (255, 0, 0), (0, 0, 255)
SIZE = (80, 40)  # of the stored picture
# In the upright picture: a quarter from the left, an eighth from the top.
REGION = Region(x=0.25, y=0.125, width=0.5, height=0.25)
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/tiff": "TIFF"}
_INVERSE = {5: 5, 6: 8, 7: 7, 8: 6}


def exif(orientation: int) -> bytes:
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0)
    return b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + entry + b"\0\0\0\0"


def stored(orientation: int, kind: str) -> bytes:
    """Return a file whose upright picture is blue with `REGION` in red."""
    size = SIZE if orientation < 5 else SIZE[::-1]
    picture = Image.new("RGB", size, BLUE)
    left, top = round(REGION.x * size[0]), round(REGION.y * size[1])
    box = (left, top, left + round(REGION.width * size[0]), top + round(REGION.height * size[1]))
    picture.paste(RED, box)
    file = io.BytesIO()
    turned = upright(picture, _INVERSE.get(orientation, orientation))
    turned.save(file, kind, exif=exif(orientation), **({"quality": 100} if kind != "TIFF" else {}))
    return file.getvalue()


@pytest.mark.parametrize(("kind", "media_type"), [("BMP", "image/bmp"), ("JPEG2000", "image/jp2")])
def test_a_format_that_is_always_upright_is_stored_so(kind: str, media_type: str) -> None:
    file = io.BytesIO()
    Image.new("RGB", SIZE, BLUE).save(file, kind)

    assert stored_picture(file.getvalue(), media_type) == StoredPicture(width=80, height=40)


@pytest.mark.parametrize("media_type", FORMATS)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_region_is_placed_on_its_own_pixels(orientation: int, media_type: str) -> None:
    data = stored(orientation, FORMATS[media_type])
    picture = stored_picture(data, media_type)

    assert picture == StoredPicture(width=80, height=40, orientation=orientation)
    assert is_red_there(picture.place(REGION), raw_pixels(data, media_type))


def raw_pixels(data: bytes, media_type: str) -> Image.Image:
    """Return the pixels as they are stored; Pillow turns a TIFF when it loads it."""
    if media_type == "image/tiff":
        head = struct.pack("<HHI", 0x0112, 3, 1)
        at = data.index(head) + len(head)
        data = data[:at] + b"\x01" + data[at + 1 :]
    with Image.open(io.BytesIO(data)) as found:
        return found.convert("RGB")


def is_red_there(region: Region, pixels: Image.Image) -> bool:
    width, height = pixels.size
    left, top = round(region.x * width), round(region.y * height)
    right = left + round(region.width * width)
    bottom = top + round(region.height * height)
    inside = pixels.crop((left + 2, top + 2, right - 2, bottom - 2)).getcolors(1 << 20) or []
    outside = pixels.copy()
    outside.paste(BLUE, (left - 2, top - 2, right + 2, bottom + 2))
    seen = [color for _, color in inside if isinstance(color, tuple)]
    rest = [color for _, color in outside.getcolors(1 << 20) or [] if isinstance(color, tuple)]
    return all(c[0] > 200 > c[2] for c in seen) and all(c[2] > 200 > c[0] for c in rest)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exiftool_and_pillow_turn_the_picture_as_we_do(orientation: int, tmp_path: Path) -> None:
    photo = tmp_path / "a.jpg"
    photo.write_bytes(stored(orientation, "JPEG"))

    said = subprocess.check_output(["exiftool", "-n", "-s3", "-Orientation", photo], text=True)

    assert int(said) == orientation
    with Image.open(photo) as found:
        turned = upright(found.convert("RGB"), orientation)
    assert is_red_there(REGION, turned)


def test_a_place_and_back_is_the_same_place() -> None:
    for orientation in range(1, 9):
        there = StoredPicture(width=1, height=1, orientation=orientation)
        back = StoredPicture(width=1, height=1, orientation=_INVERSE.get(orientation, orientation))
        found = back.place(there.place(REGION))
        assert (found.x, found.y) == pytest.approx((REGION.x, REGION.y))
        assert (found.width, found.height) == pytest.approx((REGION.width, REGION.height))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_region_that_was_placed_is_drawn_where_it_was(orientation: int) -> None:
    stored = StoredPicture(width=300, height=200, orientation=orientation)
    region = Region(x=0.1, y=0.2, width=0.3, height=0.15)
    back = stored.upright(stored.place(region))
    assert (back.x, back.y, back.width, back.height) == pytest.approx((0.1, 0.2, 0.3, 0.15))


def test_a_heic_is_upright() -> None:
    pillow_heif = pytest.importorskip("pillow_heif")
    file = io.BytesIO()
    picture = pillow_heif.from_pillow(Image.new("RGB", SIZE, BLUE))
    picture.save(file, exif=exif(6))

    found = stored_picture(file.getvalue(), "image/heic")

    assert found is not None
    assert found.orientation == 1


@pytest.mark.parametrize("media_type", ["image/x-canon-cr2", "image/x-nikon-nef", "video/mp4"])
def test_where_several_pictures_lie_in_a_file_nothing_is_said(media_type: str) -> None:
    assert stored_picture(stored(1, "TIFF"), media_type) is None


def test_a_header_that_cannot_be_read_says_nothing() -> None:
    assert stored_picture(b"\xff\xd8\xff\xe0 no", "image/jpeg") is None


def test_an_orientation_that_does_not_exist_counts_as_upright() -> None:
    file = io.BytesIO()
    Image.new("RGB", SIZE).save(file, "JPEG", exif=exif(9))

    assert stored_picture(file.getvalue(), "image/jpeg") == StoredPicture(width=80, height=40)
