from __future__ import annotations

import struct
from functools import cache
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tagbridge.completeness import why_incomplete
from tagbridge.rendition import renditions
from tagbridge_hooks import UnreadableAssetError

RED, BLUE = (220, 30, 30), (30, 30, 220)
DNG = "image/x-adobe-dng"
SENSOR = (640, 480)

BYTE, ASCII, SHORT, LONG, RATIONAL, SIGNED_RATIONAL = 1, 2, 3, 4, 5, 10
_LAYOUTS = {BYTE: "B", ASCII: "B", SHORT: "H", LONG: "I", RATIONAL: "I", SIGNED_RATIONAL: "i"}
_PAIRS = (RATIONAL, SIGNED_RATIONAL)

Tag = tuple[int, int, list[int] | bytes]


def directory(tags: list[Tag], at: int) -> bytes:
    """Return a TIFF directory that will stand at a place, with its values behind it."""
    entries, values = b"", b""
    values_at = at + 2 + 12 * len(tags) + 4
    for tag, kind, content in sorted(tags):
        packed = struct.pack(f"<{len(content)}{_LAYOUTS[kind]}", *content)
        count = len(content) // 2 if kind in _PAIRS else len(content)
        entries += struct.pack("<HHI", tag, kind, count)
        if len(packed) > 4:
            entries += struct.pack("<I", values_at + len(values))
            values += packed + bytes(len(packed) % 2)
        else:
            entries += packed.ljust(4, b"\0")
    return struct.pack("<H", len(tags)) + entries + bytes(4) + values


def sensor_tags(orientation: int, raw_at: int, raw_bytes: int) -> list[Tag]:
    identity = [1, 1, 0, 1, 0, 1, 0, 1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 1]
    width, height = SENSOR
    return [
        (254, LONG, [0]),
        (256, LONG, [width]),
        (257, LONG, [height]),
        (258, SHORT, [16]),
        (259, SHORT, [1]),
        (262, SHORT, [32803]),
        (271, ASCII, b"Acme\0"),
        (272, ASCII, b"One\0"),
        (273, LONG, [raw_at]),
        (274, SHORT, [orientation]),
        (277, SHORT, [1]),
        (278, LONG, [height]),
        (279, LONG, [raw_bytes]),
        (33421, SHORT, [2, 2]),
        (33422, BYTE, [0, 1, 1, 2]),
        (50706, BYTE, [1, 4, 0, 0]),
        (50708, ASCII, b"Acme One\0"),
        (50717, LONG, [65535]),
        (50721, SIGNED_RATIONAL, identity),
        (50728, RATIONAL, [1, 1] * 3),
        (50778, SHORT, [21]),
    ]


def preview_tags(size: tuple[int, int], at: int, length: int) -> list[Tag]:
    return [
        (254, LONG, [1]),
        (256, LONG, [size[0]]),
        (257, LONG, [size[1]]),
        (258, SHORT, [8, 8, 8]),
        (259, SHORT, [7]),
        (262, SHORT, [6]),
        (273, LONG, [at]),
        (277, SHORT, [3]),
        (278, LONG, [size[1]]),
        (279, LONG, [length]),
    ]


@cache
def sensor_data() -> bytes:
    """Return raw data whose upper left quarter is bright and all else dark."""
    width, height = SENSOR
    dark = [3000 + x % 50 for x in range(width)]
    bright = [60000 - x % 50 for x in range(width // 2)] + dark[width // 2 :]
    upper = struct.pack(f"<{width}H", *bright) * (height // 2)
    return upper + struct.pack(f"<{width}H", *dark) * (height // 2)


def dng(preview: Image.Image | None = None, orientation: int = 1, exif: bytes = b"") -> bytes:
    """Return a DNG of one sensor picture and, if given, a JPEG preview."""
    jpeg, size = b"", (0, 0)
    if preview is not None:
        buffer = BytesIO()
        preview.save(buffer, "JPEG", exif=exif)
        # Cameras write no JFIF segment, and LibRaw looks for EXIF in the first one only.
        jpeg = buffer.getvalue()[:2] + buffer.getvalue()[20:]
        size = preview.size
    raw = sensor_data()
    main_bytes = len(directory([*sensor_tags(0, 0, 0), (330, LONG, [0])], 0))
    sub_at = 8 + main_bytes
    jpeg_at = sub_at + len(directory(preview_tags(size, 0, 0), 0))
    raw_at = jpeg_at + len(jpeg)
    tags = sensor_tags(orientation, raw_at, len(raw))
    if jpeg:
        tags.append((330, LONG, [sub_at]))
    main = directory(tags, 8).ljust(main_bytes, b"\0")
    sub = directory(preview_tags(size, jpeg_at, len(jpeg)), sub_at)
    return struct.pack("<2sHI", b"II", 42, 8) + main + sub + jpeg + raw


def red_corner(width: int, height: int) -> Image.Image:
    """Return a blue picture whose upper left quarter is red."""
    picture = Image.new("RGB", (width, height), BLUE)
    picture.paste(RED, (0, 0, width // 2, height // 2))
    return picture


def render(data: bytes, edge: int = 500) -> Image.Image:
    rendition = renditions(data, DNG, [edge])[edge]
    return Image.open(BytesIO(rendition.data), formats=["JPEG"])


# In the upright picture, where the upper left corner of the sensor came to lie: x, y.
CORNER = {
    1: (0, 0),
    2: (1, 0),
    3: (1, 1),
    4: (0, 1),
    5: (0, 0),
    6: (1, 0),
    7: (1, 1),
    8: (0, 1),
}


def special_corner(picture: Image.Image) -> list[tuple[int, int]]:
    """Return which corners are more red than blue, or bright when there is no colour."""
    found = []
    for corner in ((0, 0), (1, 0), (0, 1), (1, 1)):
        x, y = ((0.2, 0.8)[part] for part in corner)
        red, _, _ = picture.getpixel((int(x * picture.width), int(y * picture.height)))  # type: ignore[misc] # RGB
        if red > 128:
            found.append(corner)
    return found


def test_the_hand_made_dng_is_a_whole_file() -> None:
    assert why_incomplete(BytesIO(dng(red_corner(400, 300))), DNG) is None


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_preview_without_orientation_is_turned_as_the_raw_says(orientation: int) -> None:
    made = render(dng(red_corner(400, 300), orientation))

    assert made.size == ((400, 300) if orientation < 5 else (300, 400))
    assert special_corner(made) == [CORNER[orientation]]


def test_a_preview_with_an_orientation_of_its_own_is_turned_by_that() -> None:
    exif = Image.Exif()
    exif[0x0112] = 3
    made = render(dng(red_corner(400, 300), 1, exif.tobytes()))

    assert special_corner(made) == [CORNER[3]]


def test_a_preview_with_other_exif_is_turned_as_the_raw_says() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    made = render(dng(red_corner(400, 300), 6, exif.tobytes()))

    assert special_corner(made) == [CORNER[6]]


def test_a_preview_that_is_upright_already_is_not_turned_again() -> None:
    made = render(dng(red_corner(300, 400), 6))

    assert made.size == (300, 400)
    assert special_corner(made) == [(0, 0)]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_raw_without_preview_is_developed_and_upright(orientation: int) -> None:
    made = render(dng(None, orientation))

    assert made.size == ((320, 240) if orientation < 5 else (240, 320))
    assert special_corner(made) == [CORNER[orientation]]


def test_a_raw_with_a_tiny_preview_is_developed() -> None:
    assert render(dng(red_corner(160, 120)), edge=500).size == (320, 240)


def test_a_tiny_preview_serves_a_tiny_rendition() -> None:
    made = render(dng(red_corner(160, 120)), edge=200)

    assert made.size == (160, 120)
    assert special_corner(made) == [(0, 0)]


def test_a_raw_with_a_broken_preview_is_developed() -> None:
    data = dng(red_corner(400, 300))
    scan, end = data.index(b"\xff\xda"), data.index(b"\xff\xd9") + 2
    half = (scan + end) // 2

    odd = data[:half] + bytes(end - half) + data[end:]
    assert render(odd).size == (320, 240)


def test_a_small_preview_serves_when_the_raw_cannot_be_developed() -> None:
    data = dng(red_corner(160, 120))

    made = render(data[:-100_000])
    assert made.size == (160, 120)
    assert special_corner(made) == [(0, 0)]


@pytest.mark.parametrize("part", [0, 100, 3000])
def test_a_cut_raw_is_reported(part: int) -> None:
    with pytest.raises(UnreadableAssetError, match=r"Adobe RAW .DNG. cannot be decoded"):
        render(dng()[:part])


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_any_damage_is_rendered_or_reported(chosen: st.DataObject) -> None:
    damaged = bytearray(dng(red_corner(160, 120)))
    for _ in range(chosen.draw(st.integers(1, 4))):
        at = chosen.draw(st.integers(0, 799))
        piece = chosen.draw(st.binary(min_size=1, max_size=8))
        damaged[at : at + len(piece)] = piece
    try:
        made = render(bytes(damaged), edge=64)
    except UnreadableAssetError as error:
        assert str(error)  # noqa: PT017 - either outcome is right, another error is not
    else:
        assert max(made.size) <= 64
