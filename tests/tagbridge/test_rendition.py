from __future__ import annotations

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import TYPE_CHECKING

import pillow_heif
import pytest
from PIL import Image, ImageChops, ImageStat
from PIL.Image import Transpose

from tagbridge.rendition import renditions

if TYPE_CHECKING:
    from pathlib import Path

    from tagbridge_hooks import Rendition

RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 200, 30), (30, 30, 220), (255, 255, 255)
CORNERS = (RED, GREEN, BLUE, WHITE)

# What to do to an upright picture so that the orientation turns it upright again.
STORED = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_90,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_270,
}


def four_corners(width: int = 96, height: int = 64) -> Image.Image:
    picture = Image.new("RGB", (width, height), RED)
    half = (width // 2, height // 2)
    picture.paste(GREEN, (half[0], 0, width, half[1]))
    picture.paste(BLUE, (0, half[1], half[0], height))
    picture.paste(WHITE, (*half, width, height))
    return picture


def saved(kind: str, picture: Image.Image, **options: object) -> bytes:
    buffer = BytesIO()
    if kind == "HEIC":
        pillow_heif.from_pillow(picture).save(buffer, quality=90, **options)
    else:
        picture.save(buffer, kind, **options)
    return buffer.getvalue()


def turned(kind: str, orientation: int) -> bytes:
    picture = four_corners()
    if orientation in STORED:
        picture = picture.transpose(STORED[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    return saved(kind, picture, exif=exif.tobytes())


def render(data: bytes, media_type: str = "image/jpeg", edge: int = 1024) -> Rendition:
    return renditions(data, media_type, [edge])[edge]


def opened(rendition: Rendition) -> Image.Image:
    picture = Image.open(BytesIO(rendition.data), formats=["JPEG"])
    assert picture.mode == "RGB"
    assert picture.size == (rendition.width, rendition.height)
    return picture


def corners(rendition: Rendition) -> tuple[object, ...]:
    picture = opened(rendition)
    x, y = picture.width // 8, picture.height // 8
    right, lower = picture.width - x, picture.height - y
    return tuple(picture.getpixel(at) for at in ((x, y), (right, y), (x, lower), (right, lower)))


def assert_close(found: object, expected: object, tolerance: int = 40) -> None:
    pairs = zip(found, expected, strict=True)  # type: ignore[call-overload] # pixels
    assert all(abs(a - b) <= tolerance for a, b in pairs), (found, expected)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "HEIC", "AVIF"])
def test_every_orientation_becomes_upright(kind: str, orientation: int) -> None:
    rendition = render(turned(kind, orientation), f"image/{kind.lower()}")

    assert (rendition.width, rendition.height) == (96, 64)
    for found, expected in zip(corners(rendition), CORNERS, strict=True):
        assert_close(found, expected)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_upright_pictures_are_equal_in_every_pixel(kind: str) -> None:
    made = {render(turned(kind, turn), f"image/{kind.lower()}").data for turn in range(1, 9)}

    assert len(made) == 1


@pytest.mark.parametrize("exif", [b"", b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"MM\0*\0\0"])
def test_broken_exif_leaves_the_picture_as_it_is(exif: bytes) -> None:
    rendition = render(saved("WEBP", four_corners(), exif=exif), "image/webp")

    assert_close(corners(rendition)[0], RED)


def test_all_sizes_come_from_one_call() -> None:
    made = renditions(saved("JPEG", four_corners(3000, 2000)), "image/jpeg", {640, 1500, 320})

    sizes = {edge: (rendition.width, rendition.height) for edge, rendition in made.items()}
    assert sizes == {1500: (1500, 1000), 640: (640, 427), 320: (320, 213)}
    for rendition in made.values():
        assert rendition.media_type == "image/jpeg"
        assert_close(corners(rendition)[1], GREEN)


def test_a_picture_is_never_enlarged() -> None:
    made = renditions(saved("PNG", four_corners()), "image/png", [2000, 1000, 50])

    assert {edge: made[edge].width for edge in made} == {2000: 96, 1000: 96, 50: 50}


@pytest.mark.parametrize("width", [1999, 2048, 4000, 4032, 6000])
def test_a_jpeg_is_at_most_five_percent_smaller_than_asked_for(width: int) -> None:
    picture = four_corners(width, width // 50)

    assert 973 <= render(saved("JPEG", picture), edge=1024).width <= 1024


@pytest.mark.parametrize("size", [(2000, 1), (1, 2000), (1, 1)])
def test_a_very_thin_picture_keeps_a_pixel(size: tuple[int, int]) -> None:
    rendition = render(saved("PNG", Image.new("RGB", size, GREEN)), "image/png", edge=100)

    assert min(rendition.width, rendition.height) == 1
    assert max(rendition.width, rendition.height) <= 100


def test_nothing_wanted_is_nothing_made() -> None:
    assert renditions(b"not even a picture", "image/jpeg", []) == {}


def test_a_size_below_one_pixel_is_refused() -> None:
    with pytest.raises(ValueError, match="1 pixel"):
        renditions(saved("PNG", four_corners()), "image/png", [640, 0])


def with_metadata() -> bytes:
    exif = Image.Exif()
    exif[0x010F], exif[0x8298] = "Maker", "Somebody"
    options = {"exif": exif, "xmp": b"<x:xmpmeta/>", "comment": b"secret", "dpi": (240, 240)}
    return saved("JPEG", four_corners(), icc_profile=b"a profile", **options)


def test_a_rendition_has_only_the_segments_of_a_picture() -> None:
    data = render(with_metadata()).data

    markers, position = [], 2
    while data[position + 1] != 0xDA:
        markers.append(data[position + 1])
        position += 2 + int.from_bytes(data[position + 2 : position + 4], "big")
    assert set(markers) == {0xE0, 0xDB, 0xC0, 0xC4}
    assert b"secret" not in data
    assert data.endswith(b"\xff\xd9")


def test_exiftool_finds_no_metadata_in_a_rendition(tmp_path: Path) -> None:
    if shutil.which("exiftool") is None:
        pytest.skip("needs exiftool: sudo apt install libimage-exiftool-perl")
    file = tmp_path / "rendition.jpg"
    file.write_bytes(render(with_metadata()).data)

    told = subprocess.run(
        ["exiftool", "-a", "-G1", "-s", file], capture_output=True, text=True, check=True
    ).stdout
    groups = {line.partition("]")[0].lstrip("[") for line in told.splitlines()}
    assert groups == {"ExifTool", "System", "File", "JFIF", "Composite"}
    assert "XResolution                     : 1\n" in told


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_it_is_the_first_frame(kind: str) -> None:
    later = [Image.new("RGB", (96, 64), BLUE), Image.new("RGB", (96, 64), GREEN)]
    data = saved(kind, four_corners(), save_all=True, append_images=later)

    for found, expected in zip(
        corners(render(data, f"image/{kind.lower()}")), CORNERS, strict=True
    ):
        assert_close(found, expected)


def test_several_threads_get_what_one_gets() -> None:
    work = [
        (turned(kind, turn), f"image/{kind.lower()}")
        for kind in ("JPEG", "PNG", "TIFF", "HEIC", "AVIF", "WEBP")
        for turn in (1, 6)
    ]
    alone = [render(*asset).data for asset in work]

    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda asset: render(*asset).data, work * 3))
    assert together == alone * 3


def run(script: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", script], input=data, capture_output=True, check=True
    )


def test_importing_it_loads_no_decoder() -> None:
    script = """
import sys, tagbridge.rendition
print(sorted({"PIL", "numpy", "rawpy", "pillow_heif"} & set(sys.modules)))
"""
    assert run(script).stdout.strip() == b"[]"


def test_a_rendition_looks_like_the_original() -> None:
    picture = Image.effect_noise((400, 300), 40).resize((2000, 1500)).convert("RGB")
    expected = picture.resize((500, 375), Image.Resampling.LANCZOS)

    found = opened(render(saved("JPEG", picture, quality=95), edge=500))
    difference = ImageStat.Stat(ImageChops.difference(found, expected))
    assert max(difference.mean) < 8
