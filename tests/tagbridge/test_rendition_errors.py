from __future__ import annotations

import struct
import subprocess
import sys
import zlib
from functools import cache
from io import BytesIO
from typing import Any

import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tagbridge.formats import FORMATS
from tagbridge.rendition import renditions
from tagbridge_hooks import Rendition, UnreadableAssetError

PICTURE = Image.linear_gradient("L").convert("RGB").resize((96, 64))


def saved(kind: str, picture: Image.Image = PICTURE, **options: Any) -> bytes:  # noqa: ANN401 - Pillow's own
    buffer = BytesIO()
    if kind == "HEIC":
        pillow_heif.from_pillow(picture).save(buffer, **options)
    else:
        picture.save(buffer, kind, **options)
    return buffer.getvalue()


def render(data: bytes, media_type: str, edge: int = 1024) -> Rendition:
    return renditions(data, media_type, [edge])[edge]


def chunk(name: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)


def huge_png() -> bytes:
    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    content = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(10_000)))
    return b"\x89PNG\r\n\x1a\n" + content + chunk(b"IEND", b"")


def huge_jpeg() -> bytes:
    data = bytearray(saved("JPEG"))
    start = data.index(b"\xff\xc0")
    data[start + 5 : start + 9] = struct.pack(">HH", 65_000, 65_000)
    return bytes(data)


def huge_jp2() -> bytes:
    data = bytearray(saved("JPEG2000"))
    for at in (data.index(b"ihdr") + 4, data.index(b"\xff\x4f\xff\x51") + 8):
        data[at : at + 8] = struct.pack(">II", 10_000, 7_000)
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "media_type", "size"),
    [
        (huge_jp2(), "image/jp2", "10000 pixels .70 megapixels. and more than 60 are not decoded"),
        (huge_png(), "image/png", "100000 x 100000 pixels .10000 megapixels"),
        (huge_jpeg(), "image/jpeg", "65000 x 65000 pixels"),
    ],
)
def test_a_picture_that_would_fill_the_memory_is_refused(
    data: bytes, media_type: str, size: str
) -> None:
    with pytest.raises(UnreadableAssetError, match=size):
        render(data, media_type)


@cache
def whole_files() -> dict[str, bytes]:
    noise = Image.effect_noise((96, 64), 60).convert("RGB")
    kinds = ("JPEG", "PNG", "WEBP", "TIFF", "GIF", "HEIC", "AVIF", "BMP")
    made = {f"image/{kind.lower()}": saved(kind, noise) for kind in kinds}
    return {**made, "image/jp2": saved("JPEG2000", noise)}


@pytest.mark.parametrize("media_type", sorted(whole_files()))
def test_a_cut_picture_is_reported_and_not_guessed(media_type: str) -> None:
    data = whole_files()[media_type]
    render(data, media_type)

    for part in (0, 10, len(data) // 2, len(data) * 9 // 10):
        with pytest.raises(UnreadableAssetError, match=r"cannot be decoded .*copy it again"):
            render(data[:part], media_type)


def test_a_picture_of_another_format_than_said_is_reported() -> None:
    with pytest.raises(UnreadableAssetError, match="this PNG cannot be decoded"):
        render(saved("JPEG"), "image/png")


def test_a_format_that_is_not_ours_is_reported() -> None:
    with pytest.raises(UnreadableAssetError, match="image/jxl is not a format we can decode"):
        render(b"\xff\x0a", "image/jxl")


MEDIA_TYPES = st.sampled_from([known.media_type for known in FORMATS])


def try_to_render(data: bytes, media_type: str) -> None:
    try:
        rendition = render(data, media_type, edge=64)
    except UnreadableAssetError as error:
        assert str(error)  # noqa: PT017 - either outcome is right, another error is not
    else:
        assert rendition.width <= 64


@settings(deadline=None)  # the first one imports LibRaw
@given(MEDIA_TYPES, st.binary(max_size=300))
def test_any_bytes_are_rendered_or_reported(media_type: str, data: bytes) -> None:
    try_to_render(data, media_type)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(whole_files())), st.data())
def test_any_damage_is_rendered_or_reported(media_type: str, chosen: st.DataObject) -> None:
    damaged = bytearray(whole_files()[media_type])
    for _ in range(chosen.draw(st.integers(1, 4))):
        at = chosen.draw(st.integers(0, min(len(damaged), 800) - 1))
        piece = chosen.draw(st.binary(min_size=1, max_size=8))
        damaged[at : at + len(piece)] = piece

    try_to_render(bytes(damaged), media_type)


def test_what_the_decoder_thinks_of_odd_metadata_is_kept_from_the_user() -> None:
    data = saved("PNG")
    odd = data[:33] + chunk(b"acTL", bytes(8)) + data[33:]
    script = """
import sys
from tagbridge.rendition import renditions
print(renditions(sys.stdin.buffer.read(), "image/png", [64])[64].width)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], input=odd, capture_output=True, check=True
    )

    assert (done.stdout.strip(), done.stderr) == (b"64", b"")
