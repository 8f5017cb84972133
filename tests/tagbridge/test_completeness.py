from __future__ import annotations

import struct
from functools import cache
from io import BytesIO
from random import Random
from typing import Any

import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tagbridge.completeness import is_complete, why_incomplete
from tagbridge.formats import FORMATS

NOISE = Image.effect_noise((96, 64), 60).convert("RGB")
END_OF_IMAGE = b"\xff\xd9"


def saved(kind: str, picture: Image.Image = NOISE, **options: Any) -> bytes:  # noqa: ANN401 - Pillow's own
    buffer = BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def noise(seed: int, count: int) -> bytes:
    return Random(seed).randbytes(count)  # noqa: S311 - to be the same in every run


def segment(marker: int, payload: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def with_segment(jpeg: bytes, marker: int, payload: bytes) -> bytes:
    return jpeg[:2] + segment(marker, payload) + jpeg[2:]


def with_thumbnail() -> bytes:
    thumbnail = saved("JPEG", NOISE.resize((16, 16)))
    return with_segment(saved("JPEG"), 0xE1, b"Exif\0\0" + thumbnail)


def with_gain_map() -> bytes:
    """Return a JPEG with a Multi-Picture index and a second picture behind the first."""
    second = saved("JPEG", NOISE.resize((40, 30)))
    index_bytes = 4 + 8 + 2 + 12 + 4 + 32
    rest = saved("JPEG")[2:]
    first_bytes = 2 + 4 + index_bytes + len(rest)
    offset = first_bytes - (2 + 4 + 4)  # offsets count from the TIFF header behind `MPF\0`
    tiff = struct.pack("<2sHIHHHIII", b"II", 42, 8, 1, 0xB002, 7, 32, 26, 0)
    entries = struct.pack("<IIIHH", 0x030000, first_bytes, 0, 0, 0)
    entries += struct.pack("<IIIHH", 0, len(second), offset, 0, 0)
    return b"\xff\xd8" + segment(0xE2, b"MPF\0" + tiff + entries) + rest + second


def heic() -> bytes:
    buffer = BytesIO()
    pillow_heif.from_pillow(NOISE).save(buffer)
    return buffer.getvalue()


def pages() -> bytes:
    # Pillow fills up to a multiple of 16 bytes; without that filling nothing can be missing.
    return saved("TIFF", **frames())[:-4]


def frames() -> dict[str, Any]:
    return {"save_all": True, "append_images": [NOISE.rotate(90), NOISE.rotate(180)]}


def raf() -> bytes:
    preview, raw = saved("JPEG"), noise(1, 3000)
    parts = (148, len(preview), 148 + len(preview), 100, 248 + len(preview), 2900)
    header = b"FUJIFILMCCD-RAW ".ljust(84, b"\0") + struct.pack(">6I", *parts)
    return header.ljust(148, b"\0") + preview + raw


def x3f() -> bytes:
    data = b"FOVb" + noise(2, 500)
    return data + b"SECd" + noise(3, 40) + struct.pack("<I", len(data))


def crw() -> bytes:
    data = noise(4, 500)
    header = struct.pack("<2sI8s", b"II", 26, b"HEAPCCDR").ljust(26, b"\0")
    directory = struct.pack("<H", 2) + noise(5, 20)
    return header + data + directory + struct.pack("<I", len(data))


def old_bmp() -> bytes:
    header = struct.pack("<2sI4xIIHHHH", b"BM", 26 + 3000, 26, 12, 40, 25, 1, 24)
    return header + noise(15, 3000)


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def long_box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4sQ", 1, kind, 16 + len(content)) + content


FILM = box(b"ftyp", b"isom\0\0\2\0isommp42")
MOVIE = box(b"moov", box(b"mvhd", noise(7, 100)))


@cache
def whole_files() -> dict[str, tuple[str, bytes]]:
    return {
        "jpeg": ("image/jpeg", saved("JPEG")),
        "jpeg progressive": ("image/jpeg", saved("JPEG", progressive=True)),
        "jpeg with restarts": ("image/jpeg", saved("JPEG", restart_marker_blocks=2)),
        "jpeg with thumbnail": ("image/jpeg", with_thumbnail()),
        "png": ("image/png", saved("PNG")),
        "apng": ("image/png", saved("PNG", **frames())),
        "webp": ("image/webp", saved("WEBP")),
        "webp lossless": ("image/webp", saved("WEBP", lossless=True)),
        "webp animated": ("image/webp", saved("WEBP", **frames())),
        "gif": ("image/gif", saved("GIF")),
        "gif animated": ("image/gif", saved("GIF", **frames())),
        "tiff": ("image/tiff", saved("TIFF")),
        "tiff lzw": ("image/tiff", saved("TIFF", compression="tiff_lzw")),
        "tiff pages": ("image/tiff", pages()),
        "big tiff": ("image/tiff", saved("TIFF", big_tiff=True)),
        "nef": ("image/x-nikon-nef", saved("TIFF")),
        "heic": ("image/heic", heic()),
        "avif": ("image/avif", saved("AVIF")),
        "bmp": ("image/bmp", saved("BMP")),
        "bmp with palette": ("image/bmp", saved("BMP", NOISE.convert("P"))),
        "bmp of os/2": ("image/bmp", old_bmp()),
        "jp2": ("image/jp2", saved("JPEG2000")),
        "jp2 in tiles": ("image/jp2", saved("JPEG2000", tile_size=(32, 32))),
        "j2k": ("image/jp2", saved("JPEG2000", no_jp2=True)),
        "raf": ("image/x-fuji-raf", raf()),
        "x3f": ("image/x-sigma-x3f", x3f()),
        "crw": ("image/x-canon-crw", crw()),
        "mp4": ("video/mp4", FILM + MOVIE + box(b"mdat", noise(8, 3000))),
        "mov": ("video/quicktime", FILM + long_box(b"mdat", noise(9, 3000)) + MOVIE),
    }


WHOLE = list(whole_files())
WITH_TRAILER = ["jpeg", "jpeg progressive", "png", "apng", "webp", "gif", "tiff", "bmp", "j2k"]


def why(data: bytes, media_type: str) -> str | None:
    reason = why_incomplete(BytesIO(data), media_type)
    assert is_complete(BytesIO(data), media_type) is (reason is None)
    return reason


def cuts(length: int) -> list[int]:
    step = max(1, length // 150)
    some = range(0, length, step)
    return sorted({*some, *range(min(length, 40)), *range(max(0, length - 60), length)})


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_file_is_complete(name: str) -> None:
    media_type, data = whole_files()[name]

    assert why(data, media_type) is None


@pytest.mark.parametrize("name", WHOLE)
def test_a_cut_anywhere_is_noticed(name: str) -> None:
    media_type, data = whole_files()[name]

    assert [cut for cut in cuts(len(data)) if why(data[:cut], media_type) is None] == []


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_whose_space_was_only_reserved_is_incomplete(name: str) -> None:
    media_type, data = whole_files()[name]

    assert why(bytes(len(data)), media_type)


@pytest.mark.parametrize(
    "name",
    [
        "jpeg",
        "png",
        "webp",
        "webp lossless",
        "gif",
        "tiff lzw",
        "nef",
        "heic",
        "avif",
        "jp2",
        "j2k",
    ],
)
def test_a_file_of_full_size_whose_end_is_still_zeros_is_incomplete(name: str) -> None:
    media_type, data = whole_files()[name]
    arrived = len(data) // 3

    assert why(data[:arrived].ljust(len(data), b"\0"), media_type)


@pytest.mark.parametrize("name", WITH_TRAILER)
def test_bytes_behind_the_end_do_no_harm(name: str) -> None:
    media_type, data = whole_files()[name]

    assert why(data + b"something of another program" * 100, media_type) is None


def test_the_end_of_a_thumbnail_is_not_the_end_of_the_picture() -> None:
    data = with_thumbnail()
    behind_the_thumbnail = data.index(END_OF_IMAGE) + 40

    assert why(data[:behind_the_thumbnail], "image/jpeg")


def test_a_reason_names_what_is_missing() -> None:
    jpeg = saved("JPEG")

    assert why(b"", "image/jpeg") == "the file is empty"
    assert why(jpeg[:-2], "image/jpeg") == "no end-of-image marker"
    assert why(jpeg[:-2] + jpeg, "image/jpeg") == "another picture begins before this one ends"
    assert why(b"\xff\x0a", "image/jxl") == "image/jxl is not a format we handle"


def test_a_picture_with_its_gain_map_is_complete() -> None:
    assert why(with_gain_map(), "image/jpeg") is None


def test_a_cut_within_the_gain_map_is_noticed() -> None:
    data = with_gain_map()
    second = data.rindex(b"\xff\xd8\xff")

    assert why(data[:-1], "image/jpeg") == "a further picture in it is cut"
    assert why(data[: second + 200], "image/jpeg") == "a further picture in it is cut"


def test_an_end_of_image_across_two_blocks_is_found() -> None:
    scan = segment(0xDA, bytes(10))
    for length in range(65_530, 65_540):
        assert why(b"\xff\xd8" + scan + b"x" * length + END_OF_IMAGE, "image/jpeg") is None


def test_a_jpeg_of_tables_alone_has_no_picture() -> None:
    assert why(b"\xff\xd8" + segment(0xDB, bytes(65)) + END_OF_IMAGE, "image/jpeg") == (
        "no picture data"
    )


def test_a_gain_map_that_was_taken_away_is_not_missed() -> None:
    data = with_gain_map()

    assert why(data[: data.rindex(b"\xff\xd8\xff")], "image/jpeg") is None


def test_a_black_uncompressed_tiff_is_complete() -> None:
    assert why(saved("TIFF", Image.new("L", (600, 600))), "image/tiff") is None


def test_a_compressed_tiff_whose_strip_is_still_zeros_is_incomplete() -> None:
    data = saved("TIFF", compression="tiff_lzw")
    with Image.open(BytesIO(data)) as picture:
        start, length = picture.tag_v2[273][-1], picture.tag_v2[279][-1]  # type: ignore[attr-defined] # TIFF

    odd = data[:start] + bytes(length) + data[start + length :]
    assert why(odd, "image/tiff") == "it ends in zeros where picture data should be"


def test_a_heic_whose_items_lie_beyond_its_data_is_incomplete() -> None:
    data = bytearray(heic())
    box = data.index(b"mdat") - 4
    size = struct.unpack_from(">I", data, box)[0]
    assert box + size == len(data)

    struct.pack_into(">I", data, box, size - 50)
    assert why(bytes(data[:-50]), "image/heic") == "the file ends 50 bytes too early"


def test_directories_that_point_at_each_other_end() -> None:
    entry = struct.pack("<HHII", 330, 4, 1, 8)
    loop = struct.pack("<2sHIH", b"II", 42, 8, 1) + entry + struct.pack("<I", 8)

    assert why(loop, "image/tiff") == "no picture data"


def test_a_table_of_four_thousand_million_entries_is_refused() -> None:
    header = struct.pack("<2sHHHQ", b"II", 43, 8, 0, 16)

    assert why(header + struct.pack("<Q", 2**32) + bytes(100), "image/tiff")


def test_parts_that_take_no_bytes_are_not_counted_for_ever() -> None:
    locations = bytes(6) + b"\xff\xff" + struct.pack(">HHH", 1, 0, 0xFFFF) * 0xFFFF
    iloc = struct.pack(">I4s", 8 + len(locations), b"iloc") + locations
    meta = struct.pack(">I4sI", 12 + len(iloc), b"meta", 0) + iloc
    file = struct.pack(">I4s4sI", 16, b"ftyp", b"heic", 0) + meta

    assert why(file, "image/heic") == "more parts than a picture has"


def test_a_minolta_raw_needs_data() -> None:
    header = b"\0MRM" + struct.pack(">I", 100) + bytes(100)

    assert why(header, "image/x-minolta-mrw") == "no picture data"
    assert why(header + bytes(5000), "image/x-minolta-mrw")
    assert why(header + noise(6, 5000), "image/x-minolta-mrw") is None


def test_a_tile_may_reach_to_the_end_of_the_picture() -> None:
    data = bytearray(saved("JPEG2000", no_jp2=True))
    at = data.index(b"\xff\x90\0\x0a") + 6
    data[at : at + 4] = bytes(4)

    assert why(bytes(data), "image/jp2") is None
    assert why(bytes(data[: at + 4]), "image/jp2") == "something in it is no JPEG 2000 picture"


@pytest.mark.parametrize("height", [64, -64])
def test_a_bmp_may_stand_on_its_head_and_be_packed(height: int) -> None:
    packed = struct.pack("<iiHHII", 96, height, 1, 8, int(height > 0), 500)
    data = struct.pack("<2sI4xII", b"BM", 0, 54, 40) + packed + bytes(16)

    assert why(data + noise(16, 6144 if height < 0 else 500), "image/bmp") is None
    assert why(data + noise(16, 499), "image/bmp")


def test_a_film_whose_data_reach_to_the_end_of_the_file_is_complete() -> None:
    """As cameras write it that do not know yet how long it will be."""
    data = FILM + MOVIE + struct.pack(">I4s", 0, b"mdat") + noise(10, 3000)

    assert why(data, "video/mp4") is None
    assert why(data[:-2500].ljust(len(data), b"\0"), "video/mp4")


@pytest.mark.parametrize("size", [0, 8])
def test_a_film_that_is_still_being_recorded_has_no_description(size: int) -> None:
    """Its data are marked as reaching to the end, or as none, until the recording stops."""
    data = FILM + struct.pack(">I4s", size, b"mdat") + noise(11, 3000)

    assert why(data, "video/mp4")


def test_a_film_may_end_in_silence() -> None:
    silent = noise(12, 3000) + bytes(200_000)

    assert why(FILM + box(b"mdat", silent) + MOVIE, "video/quicktime") is None
    assert why(FILM + MOVIE + box(b"mdat", silent), "video/quicktime") == (
        "it ends in zeros where picture data should be"
    )


def test_a_film_in_fragments_is_complete_with_its_last_one() -> None:
    fragment = box(b"moof", noise(13, 60)) + box(b"mdat", noise(14, 900))
    data = FILM + MOVIE + fragment * 3

    assert why(data, "video/mp4") is None
    assert why(data[:-1], "video/mp4") == "the file ends 1 bytes too early"


MEDIA_TYPES = st.sampled_from([known.media_type for known in FORMATS])


@given(MEDIA_TYPES, st.binary(max_size=400))
def test_any_bytes_are_judged(media_type: str, data: bytes) -> None:
    why(data, media_type)


@settings(max_examples=300)
@given(st.sampled_from(WHOLE), st.data())
def test_any_damage_is_judged(name: str, chosen: st.DataObject) -> None:
    media_type, data = whole_files()[name]
    damaged = bytearray(data)
    for _ in range(chosen.draw(st.integers(1, 4))):
        at = chosen.draw(st.integers(0, min(len(data), 600) - 1))
        piece = chosen.draw(st.binary(min_size=1, max_size=8))
        damaged[at : at + len(piece)] = piece

    why(bytes(damaged), media_type)
