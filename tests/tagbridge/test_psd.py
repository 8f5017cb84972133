"""Photoshop documents: what of them is decoded is the merged picture behind the layers."""

from __future__ import annotations

import struct
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from tagbridge.completeness import why_incomplete
from tagbridge.formats import SNIFF_BYTES, sniff
from tagbridge.rendition import renditions
from tagbridge_hooks import UnreadableAssetError

PSD = "image/vnd.adobe.photoshop"
MODES = {"1": 0, "L": 1, "RGB": 3, "RGBA": 3, "CMYK": 4}
PICTURE = Image.linear_gradient("L").resize((48, 32)).convert("RGB")


def packed(row: bytes) -> bytes:
    """Return a row as runs of bytes that differ, each with its length before it."""
    pieces = (row[at : at + 128] for at in range(0, len(row), 128))
    return b"".join(bytes([len(piece) - 1]) + piece for piece in pieces)


def resource(number: int, content: bytes) -> bytes:
    return (
        struct.pack(">4sHHI", b"8BIM", number, 0, len(content))
        + content
        + b"\0" * (len(content) % 2)
    )


def version_info(*, merged: bool) -> bytes:
    return resource(1057, struct.pack(">IB", 1, merged) + bytes(8))


def sample(value: int, size: int) -> bytes:
    return bytes([value]).ljust(size, bytes([255 - value]))


def psd(
    picture: Image.Image = PICTURE,
    *,
    runs: bool = True,
    resources: bytes = b"",
    layers: bytes = b"",
    depth: int = 8,
    version: int = 1,
) -> bytes:
    """Return a document whose merged picture is this one."""
    channels, (width, height) = len(picture.getbands()), picture.size
    planes = [band.tobytes() for band in picture.split()]
    if picture.mode == "CMYK":  # stored as what is left of the paper
        planes = [bytes(255 - value for value in plane) for plane in planes]
    header = struct.pack(
        ">4sH6xHIIHH", b"8BPS", version, channels, height, width, depth, MODES[picture.mode]
    )
    # The lower bytes of a sample say the opposite of the upper one, so that a mix-up is seen.
    planes = [b"".join(sample(value, depth // 8) for value in plane) for plane in planes]
    width *= depth // 8
    sections = b"".join(struct.pack(">I", len(s)) + s for s in (b"", resources, layers))
    rows = [plane[at : at + width] for plane in planes for at in range(0, len(plane), width)]
    if not runs:
        return header + sections + b"\0\0" + b"".join(rows)
    rows = [packed(row) for row in rows]
    lengths = struct.pack(f">{len(rows)}H", *map(len, rows))
    return header + sections + b"\0\1" + lengths + b"".join(rows)


def render(data: bytes) -> Image.Image:
    rendition = renditions(data, PSD, [64])[64]
    return Image.open(BytesIO(rendition.data), formats=["JPEG"])


def why(data: bytes) -> str | None:
    return why_incomplete(BytesIO(data), PSD)


@pytest.mark.parametrize("runs", [True, False])
@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "CMYK"])
def test_the_merged_picture_is_decoded(mode: str, depth: int, *, runs: bool) -> None:
    made_by = version_info(merged=True)
    data = psd(PICTURE.convert(mode), runs=runs, depth=depth, resources=made_by)
    made = render(data)

    assert sniff(data[:SNIFF_BYTES], ".psd") == PSD
    assert why(data) is None
    assert made.size == (48, 32)
    dark, bright = (made.convert("L").getpixel((24, y)) for y in (2, 29))
    assert isinstance(dark, int)
    assert isinstance(bright, int)
    assert dark < 60
    assert bright > 190


def test_a_document_that_another_program_made_need_not_say_that_it_is_merged() -> None:
    assert render(psd()).size == (48, 32)


def test_a_document_without_a_merged_picture_is_not_taken_for_a_white_one() -> None:
    white = psd(Image.new("RGB", (48, 32), "white"), resources=version_info(merged=False))

    with pytest.raises(UnreadableAssetError, match="save it with maximized compatibility"):
        render(white)


def test_a_document_of_32_bits_is_refused_with_what_to_do() -> None:
    with pytest.raises(UnreadableAssetError, match=r"32 bits a channel.*export the picture as"):
        render(psd(depth=32))


def test_a_deep_document_that_would_fill_the_memory_is_refused_before_it_is_decoded() -> None:
    data = struct.pack(">4sH6xHIIHH", b"8BPS", 1, 3, 30_000, 30_000, 16, 3) + bytes(12) + b"\0\0"

    with pytest.raises(UnreadableAssetError, match="30000 x 30000 pixels"):
        render(data)


@pytest.mark.parametrize("depth", [8, 16])
def test_the_profile_of_a_document_counts(depth: int) -> None:
    """One that exchanges red and blue shows it."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    names = (b"rXYZ", b"bXYZ")
    odd = profile.replace(names[0], b"swap").replace(names[1], names[0]).replace(b"swap", names[1])
    odd = odd.replace("sRGB".encode("utf-16-be"), "odd!".encode("utf-16-be"))
    red = Image.new("RGB", (48, 32), (220, 30, 30))

    r, _, b = render(psd(red, depth=depth, resources=resource(1039, odd))).getpixel((9, 9))  # type: ignore[misc] # RGB
    assert b > r


def test_a_large_document_is_named_and_not_handled() -> None:
    assert sniff(psd(version=2)[:SNIFF_BYTES], ".psd") == "image/x-adobe-psb"
    assert why(psd(version=2)) == "no PSD header"


@pytest.mark.parametrize("runs", [True, False])
def test_a_cut_anywhere_is_noticed(*, runs: bool) -> None:
    data = psd(runs=runs, resources=version_info(merged=True), layers=bytes(100))

    assert [cut for cut in range(len(data)) if why(data[:cut]) is None] == []
    assert why(data + b"of another program") is None


def test_a_document_whose_end_is_still_zeros_is_incomplete() -> None:
    data = psd(Image.effect_noise((48, 32), 60))

    assert why(data[: len(data) // 3].ljust(len(data), b"\0"))


def test_a_picture_of_too_many_rows_is_refused() -> None:
    data = struct.pack(">4sH6xHIIHH", b"8BPS", 1, 56, 2**31, 1, 8, 3) + bytes(12) + b"\0\1"

    assert why(data) == "more rows than a picture has"


@pytest.mark.parametrize("part", [0, 10, 100, 500])
def test_a_cut_document_is_reported_and_not_guessed(part: int) -> None:
    with pytest.raises(UnreadableAssetError, match=r"Photoshop .PSD. cannot be decoded .*copy it"):
        render(psd()[:part])


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_any_damage_is_judged_and_rendered_or_reported(chosen: st.DataObject) -> None:
    depth = chosen.draw(st.sampled_from([8, 16]))
    damaged = bytearray(psd(depth=depth, resources=version_info(merged=True)))
    for _ in range(chosen.draw(st.integers(1, 4))):
        at = chosen.draw(st.integers(0, 200))
        piece = chosen.draw(st.binary(min_size=1, max_size=8))
        damaged[at : at + len(piece)] = piece
    why(bytes(damaged))
    try:
        made = render(bytes(damaged))
    except UnreadableAssetError as error:
        assert str(error)  # noqa: PT017 - either outcome is right, another error is not
    else:
        assert max(made.size) <= 64
