"""A preview in a JPEG stands in for the picture only when it shows the picture."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageStat, JpegImagePlugin

from tagbridge.rendition import renditions
from tagbridge.rendition.preview import stand_in

SIZE = (1920, 1280)
SMALL = (960, 640)
EDGE = 512
TURNED = 6


def landscape(seed: int = 0) -> Image.Image:
    """Return a picture with structure everywhere."""
    coarse = np.random.default_rng(seed).integers(0, 255, (20, 30, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize(SIZE, Image.Resampling.BICUBIC)


def jpeg(
    picture: Image.Image, *, orientation: int | None = None, progressive: bool = False
) -> bytes:
    buffer = io.BytesIO()
    exif = Image.Exif()
    if orientation is not None:
        exif[0x0112] = orientation
    picture.save(buffer, "JPEG", quality=90, exif=exif, progressive=progressive)
    return buffer.getvalue()


def with_preview(main: bytes, preview: bytes, *, kind: int = 0x0001_0002, off: int = 0) -> bytes:
    """Return a multi-picture file (CIPA DC-007); `off` makes its index wrong by so many bytes."""
    empty = len(index(0, 0, 0, kind))
    size = len(main) + empty
    return main[:2] + index(size + off, len(preview), size - 2 - 8, kind) + main[2:] + preview


def index(main: int, preview: int, distance: int, kind: int) -> bytes:
    entries = struct.pack("<IIIHH", 0x2003_0000, main, 0, 0, 0)
    entries += struct.pack("<IIIHH", kind, preview, distance, 0, 0)
    rows = struct.pack("<HHHI4s", 3, 0xB000, 7, 4, b"0100")
    rows += struct.pack("<HHII", 0xB001, 4, 1, 2)
    rows += struct.pack("<HHII", 0xB002, 7, len(entries), 50)
    content = b"MPF\0II*\0" + struct.pack("<I", 8) + rows + bytes(4) + entries
    return struct.pack(">BBH", 0xFF, 0xE2, len(content) + 2) + content


def used(data: bytes, edge: int = EDGE) -> bool:
    return stand_in(data, JpegImagePlugin.JpegImageFile(io.BytesIO(data)), edge) is not None


@pytest.fixture(scope="module")
def picture() -> Image.Image:
    return landscape()


def test_a_preview_of_the_picture_stands_in_for_it(picture: Image.Image) -> None:
    small = picture.resize(SMALL)
    ImageDraw.Draw(small).rectangle((900, 600, 960, 640), fill="red")  # a mark to know it by
    made = renditions(with_preview(jpeg(picture), jpeg(small)), "image/jpeg", [EDGE])[EDGE]
    shown = Image.open(io.BytesIO(made.data))
    assert shown.size == (512, 341)
    red, green, blue = shown.getpixel((505, 335))  # type: ignore[misc]
    assert red > 200
    assert max(green, blue) < 60


def test_what_it_shows_is_what_the_picture_shows(picture: Image.Image) -> None:
    plain = renditions(jpeg(picture), "image/jpeg", [EDGE])[EDGE]
    made = renditions(
        with_preview(jpeg(picture), jpeg(picture.resize(SMALL))), "image/jpeg", [EDGE]
    )[EDGE]
    assert (made.width, made.height) == (plain.width, plain.height)
    both = (Image.open(io.BytesIO(one.data)) for one in (plain, made))
    assert max(ImageStat.Stat(ImageChops.difference(*both)).mean) < 3.0


def test_it_is_turned_as_the_picture_is(picture: Image.Image) -> None:
    main, small = jpeg(picture, orientation=TURNED), jpeg(picture.resize(SMALL))
    assert used(with_preview(main, small))
    made = renditions(with_preview(main, small), "image/jpeg", [EDGE])[EDGE]
    assert (made.width, made.height) == (341, 512)


def test_a_preview_of_what_was_there_before_an_edit_is_not_used(picture: Image.Image) -> None:
    brighter = picture.point(lambda value: min(255, value + 12))
    for before in (landscape(1), brighter, picture.transpose(Image.Transpose.ROTATE_180)):
        assert not used(with_preview(jpeg(picture), jpeg(before.resize(SMALL))))


def test_a_preview_of_another_shape_is_not_used(picture: Image.Image) -> None:
    assert not used(with_preview(jpeg(picture), jpeg(picture.resize((960, 720)))))


def test_a_preview_that_is_too_small_is_not_used(picture: Image.Image) -> None:
    data = with_preview(jpeg(picture), jpeg(picture.resize(SMALL)))
    assert used(data, 960)
    assert not used(data, 961)


def test_a_preview_with_an_orientation_of_its_own_is_not_used(picture: Image.Image) -> None:
    small = jpeg(picture.resize(SMALL), orientation=TURNED)
    assert not used(with_preview(jpeg(picture), small))


def test_an_index_that_does_not_fit_the_picture_is_not_believed(picture: Image.Image) -> None:
    small = jpeg(picture.resize(SMALL))
    assert not used(with_preview(jpeg(picture), small, off=1))
    assert not used(with_preview(jpeg(picture), small)[:-100])


def test_the_second_eye_is_no_preview(picture: Image.Image) -> None:
    small = jpeg(picture.resize(SMALL))
    assert not used(with_preview(jpeg(picture), small, kind=0x0002_0002))


def test_where_the_upper_part_shows_nothing_it_is_not_used(picture: Image.Image) -> None:
    sky = picture.copy()
    sky.paste((90, 140, 220), (0, 0, SIZE[0], SIZE[1] // 2))
    assert not used(with_preview(jpeg(sky), jpeg(sky.resize(SMALL))))


def test_a_progressive_picture_is_decoded_itself(picture: Image.Image) -> None:
    main = jpeg(picture, progressive=True)
    assert not used(with_preview(main, jpeg(picture.resize(SMALL))))
