"""IPTC-IIM: character sets, order, limits, and what must never be rewritten."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagbridge.metadata import iim
from tagbridge.metadata.jpeg import JPEG
from tagbridge.metadata.layout import EmbeddingRefusedError
from tagbridge.spelling import spelling_key

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tagbridge.metadata.conftest import Build, Judge, Writer

MARK = (1, 90, b"\x1b%G")
VERSION = (2, 0, b"\0\4")
CAPTION = (2, 120, b"A day at the sea")
LATIN = (2, 80, "J\u00f6rg".encode("latin-1"))


@pytest.mark.parametrize(
    ("datasets", "expected"),
    [
        pytest.param([], [], id="empty"),
        pytest.param([(2, 25, b"sea")], ["sea"], id="ASCII"),
        pytest.param([MARK, (2, 25, b"B\xc3\xa4r")], ["B\u00e4r"], id="UTF-8, marked"),
        pytest.param([(2, 25, b"B\xc3\xa4r")], ["B\u00e4r"], id="UTF-8, not marked"),
        pytest.param([(2, 25, b"B\xe4r")], ["B\u00e4r"], id="Latin-1"),
        pytest.param([LATIN, (2, 25, b"B\xc3\xa4r")], ["B\u00c3\u00a4r"], id="Latin-1 by its name"),
        pytest.param([(2, 25, b"child\x92s")], ["child\u2019s"], id="Windows"),
        pytest.param([LATIN, (2, 25, b"a\x81b")], ["a b"], id="neither"),
        pytest.param([(2, 25, b"sea\0\0")], ["sea"], id="filled up with zeros"),
        pytest.param([(2, 25, b"a\r\nb\x07")], ["a b"], id="control characters"),
        pytest.param([(2, 25, b"\0\0")], [""], id="nothing but zeros"),
        pytest.param([MARK, (2, 25, b"B\xe4r"), (2, 25, b"x")], ["x"], id="marked wrongly"),
        pytest.param(
            [MARK, (2, 25, b"x" * 63 + b"\xc3")], ["x" * 63], id="cut inside a character, marked"
        ),
        pytest.param(
            [(2, 25, b"x" * 63 + b"\xc3"), (2, 25, b"B\xc3\xa4r")],
            ["x" * 63, "B\u00e4r"],
            id="cut inside a character, not marked",
        ),
        pytest.param([(2, 25, b"caf\xe9")], ["caf\u00e9"], id="Latin-1 that looks cut"),
        pytest.param([(2, 25, b"a\xef\xbf\xbeb")], ["a b"], id="no character"),
    ],
)
def test_keywords_are_read_in_the_character_set_they_are_written_in(
    datasets: list[tuple[int, int, bytes]], expected: list[str], build: Build
) -> None:
    assert list(iim.keywords(build.iim(*datasets))) == expected


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        pytest.param(b"\x1c\x02\x19\x00", "cut off", id="half a header"),
        pytest.param(b"\x1c\x02\x19\x00\x09sea", "cut off", id="half a value"),
        pytest.param(b"\x1c\x02\x19\x80\x04\0\0\0\1x", "extended form", id="a long dataset"),
        pytest.param(b"\x1c\x02\x19\x00\x01xgarbage", "damaged", id="garbage behind"),
        pytest.param(b"garbage", "damaged", id="garbage"),
        pytest.param(
            b"\x1c\x01\x5a\x00\x03\x1b.A\x1c\x02\x19\x00\x01\xe4",
            "character set",
            id="another character set",
        ),
    ],
)
def test_a_block_that_is_not_understood_is_left_alone(block: bytes, reason: str) -> None:
    with pytest.raises(EmbeddingRefusedError, match=reason):
        iim.with_keywords(block, ["sea"])
    with pytest.raises(EmbeddingRefusedError, match=reason):
        iim.keywords(block)


def test_zeros_behind_the_datasets_are_kept(build: Build) -> None:
    block = build.iim((2, 25, b"mine")) + b"\0\0\0"

    assert iim.with_keywords(block, ["sea"]).endswith(b"mine\x1c\x02\x19\x00\x03sea\0\0\0")


def test_new_keywords_go_behind_the_old_ones_and_no_other_dataset_moves(build: Build) -> None:
    others = [(1, 5, b"dest"), MARK, (1, 100, b"env"), VERSION, (2, 5, b"title"), (2, 25, b"mine")]
    behind = [CAPTION, (2, 202, b"\0\xff"), (3, 10, b"news"), (7, 10, b"p"), (8, 10, b"object")]

    new = iim.with_keywords(build.iim(*others, *behind), ["sea", "sky"])

    assert new == build.iim(*others, (2, 25, b"sea"), (2, 25, b"sky"), *behind)


def test_a_block_out_of_order_keeps_its_order(build: Build) -> None:
    odd = [(2, 25, b"mine"), CAPTION, (3, 10, b"news"), VERSION]

    new = iim.with_keywords(build.iim(*odd), ["sea"])

    expected = [MARK, *odd, (2, 25, b"sea")]
    assert [(*d.tag, d.value) for d in iim.read_datasets(new)] == expected


def test_a_new_block_is_complete(build: Build) -> None:
    assert iim.with_keywords(None, ["B\u00e4r"]) == build.iim(
        MARK, VERSION, (2, 25, "B\u00e4r".encode())
    )


def test_a_latin_block_stays_latin_and_unwritable_keywords_are_left_to_xmp(build: Build) -> None:
    new = iim.with_keywords(build.iim(LATIN), ["B\u00e4r", "\u6d77", "\u20ac"])

    assert new == build.iim((2, 25, b"B\xe4r"), (2, 25, b"\x80"), LATIN)


def test_binary_previews_do_not_count_as_text(build: Build) -> None:
    new = iim.with_keywords(build.iim((2, 202, b"\xff\xd8\xe4")), ["B\u00e4r"])

    assert iim.keywords(new) == ("B\u00e4r",)
    assert MARK[2] in new


@given(
    st.text(max_size=80).filter(lambda t: t.isprintable()), st.sampled_from(["utf-8", "latin-1"])
)
def test_a_cut_keyword_fits_ends_between_two_characters_and_is_known_again(
    text: str, encoding: str
) -> None:
    try:
        value = iim.cut(text, encoding)
    except UnicodeEncodeError:
        return

    assert len(value) <= 64
    assert text.startswith(value.decode(encoding))
    assert spelling_key(value.decode(encoding)) in iim.short_forms(text)


@given(st.lists(st.text(max_size=90)), st.sampled_from(["", "latin", "marked", "plain"]))
def test_what_was_added_is_not_missing_any_more(texts: list[str], kind: str) -> None:
    blocks = {
        "": None,
        "latin": b"\x1c\x02\x50\x00\x01\xe4",
        "marked": b"\x1c\x01\x5a\x00\x03\x1b%G",
        "plain": b"\x1c\x02\x19\x00\x04mine",
    }
    safe = [t for t in texts if t.isprintable()]

    lacking = iim.missing(blocks[kind], safe)

    assert iim.missing(iim.with_keywords(blocks[kind], lacking), safe) == ()


@pytest.mark.parametrize(
    ("datasets", "old_digest", "refreshed"),
    [
        pytest.param([CAPTION, (2, 25, b"mine")], "right", True, id="right, with caption"),
        pytest.param([(2, 25, b"mine")], "right", True, id="right"),
        pytest.param([(2, 25, b"mine")], "stale", True, id="stale, nothing but keywords"),
        pytest.param([(2, 25, b"mine")], "none", True, id="none, nothing but keywords"),
        pytest.param([CAPTION, (2, 25, b"mine")], "stale", False, id="stale, with caption"),
        pytest.param([CAPTION, (2, 25, b"mine")], "none", False, id="none, with caption"),
    ],
)
def test_the_digest_is_made_right_unless_that_would_hide_a_caption(
    datasets: list[tuple[int, int, bytes]],
    old_digest: str,
    build: Build,
    write: Writer,
    tmp_path: Path,
    *,
    refreshed: bool,
) -> None:
    block = build.iim(*datasets)
    digests = {"right": hashlib.md5(block, usedforsecurity=False).digest(), "stale": b"s" * 16}
    resources = [build.resource(0x0404, block)]
    if old_digest in digests:
        resources.append(build.resource(0x0425, digests[old_digest]))
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(build.jpeg(build.app13(*resources)))

    write.embedded(photo, "sea")

    layout = JPEG.read(photo.read_bytes())
    assert layout.iim is not None
    right = hashlib.md5(layout.iim, usedforsecurity=False).digest()
    assert layout.iim_digest == (right if refreshed else digests.get(old_digest))


@pytest.mark.usefixtures("exiftool")
def test_exiftool_agrees_with_the_digest_and_finds_nothing_to_warn_of(
    build: Build, judge: Judge, write: Writer, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(build.jpeg())

    for word in ("sea", "B\u00e4r", "x" * 100):
        write.embedded(photo, word)

    (found,) = judge.exiftool(
        photo,
        options=(
            "-IPTCDigest",
            "-CurrentIPTCDigest",
            "-IPTC:All",
            "-validate",
            "-warning",
            "-error",
        ),
    )
    assert found["Photoshop:IPTCDigest"] == found["File:CurrentIPTCDigest"]
    assert found["IPTC:Keywords"] == ["sea", "B\u00e4r", "x" * 64]
    assert found["IPTC:CodedCharacterSet"] == "UTF8"
    assert found["ExifTool:Validate"].startswith("OK")


def test_keywords_that_stood_only_in_one_standard_are_in_both(
    build: Build, write: Writer, tmp_path: Path, judge: Judge
) -> None:
    photo = tmp_path / "photo.jpg"
    block = build.iim((2, 25, b"only iptc"), (2, 25, b"BOTH"), (2, 25, b"filled\0\0"))
    packet = build.packet(build.subject("only xmp", "both"))
    photo.write_bytes(build.jpeg(build.app1(packet), build.app13(build.resource(0x0404, block))))

    write.embedded(photo, "sea")

    data = photo.read_bytes()
    assert judge.items(judge.packet(data), "dc:subject") == [
        *("only xmp", "both", "only iptc", "filled", "sea")
    ]
    assert iim.keywords(JPEG.read(data).iim) == ("only iptc", "BOTH", "filled", "only xmp", "sea")
    assert write(photo, "sea").outcome == "unchanged"
    assert photo.read_bytes() == data


@pytest.mark.parametrize("latin", [False, True])
def test_a_long_keyword_does_not_come_back_in_its_short_form(
    build: Build, write: Writer, tmp_path: Path, judge: Judge, *, latin: bool
) -> None:
    photo = tmp_path / "photo.jpg"
    long = "\u00e4" * 20 + "b" * 50
    block = build.iim(LATIN) if latin else build.iim((2, 25, b"mine"))
    packet = build.packet(build.subject(long))
    photo.write_bytes(build.jpeg(build.app1(packet), build.app13(build.resource(0x0404, block))))

    for word in ("one", "two", "three"):
        write.embedded(photo, word)

    items = judge.items(judge.packet(photo.read_bytes()), "dc:subject")
    assert [i for i in items if i != "mine"] == [long, "one", "two", "three"]


@pytest.mark.usefixtures("exiftool")
def test_a_block_in_utf8_that_does_not_say_so_is_marked_and_no_longer_garbled(
    build: Build, judge: Judge, write: Writer, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.jpg"
    block = build.iim((2, 25, "B\u00e4r".encode()), (2, 120, "Am Stra\u00dfenrand".encode()))
    photo.write_bytes(build.jpeg(build.app13(build.resource(0x0404, block))))

    write.embedded(photo, "\u6d77")

    (found,) = judge.exiftool(photo, options=("-IPTC:All",))
    assert found["IPTC:Keywords"] == ["B\u00e4r", "\u6d77"]
    assert found["IPTC:Caption-Abstract"] == "Am Stra\u00dfenrand"


@pytest.mark.usefixtures("exempi")
@pytest.mark.parametrize(
    ("digest", "expected"),
    [
        # Equal: XMP was written with knowledge of IPTC, so what it lacks was taken out.
        pytest.param("right", ["mine", "sea"], id="equal"),
        # Different: IPTC was changed afterwards.
        pytest.param("stale", ["mine", "iptc", "sea"], id="different"),
        # Missing: nobody knows, so nothing may be lost.
        pytest.param("none", ["mine", "iptc", "sea"], id="missing"),
    ],
)
def test_the_digest_decides_what_of_iptc_counts(
    build: Build, judge: Judge, write: Writer, tmp_path: Path, *, digest: str, expected: list[str]
) -> None:
    block = build.iim((2, 25, b"mine"), (2, 25, b"iptc"))
    digests = {"right": hashlib.md5(block, usedforsecurity=False).digest(), "stale": b"s" * 16}
    resources = [build.resource(0x0404, block)]
    if digest in digests:
        resources.append(build.resource(0x0425, digests[digest]))
    photo = tmp_path / "photo.jpg"
    packet = build.packet(build.subject("mine"))
    photo.write_bytes(build.jpeg(build.app1(packet), build.app13(*resources)))

    write.embedded(photo, "sea")

    assert judge.items(judge.exempi(photo), "dc:subject") == expected
    assert iim.keywords(JPEG.read(photo.read_bytes()).iim) == ("mine", "iptc", "sea")
    assert write(photo, "sea").outcome == "unchanged"
