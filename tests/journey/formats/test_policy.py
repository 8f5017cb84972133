"""No file is hurt: embedded where that is safe, beside it or left alone where it is not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tagbridge.formats import FORMATS, SNIFF_BYTES, sniff
from tests.journey.formats.parts import others
from tests.journey.formats.table import EMBEDDED, REFUSE, SIDECAR, TABLE, TAGGED, target_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.journey.formats.conftest import Run

# What is ours, and where things are: not what they are, which is compared in full.
OURS = re.compile(
    r"SourceFile|System:|ExifTool:ExifToolVersion|File:FileSize|XMPToolkit|XMP-tagbridge|XMP-xmp:MetadataDate"
    r"|XMP-dc:.*Subject|IPTC:.*Keywords|IPTC:.*CodedCharacterSet|IPTC:.*ApplicationRecordVersion"
    r"|IPTCDigest|MPImage1:.*ImageLength|MPImage2:.*ImageStart"
    # A simple WebP becomes an extended one, which tells its size once more.
    r"|RIFF:WebP_Flags|RIFF:Copy1:Image(Width|Height)|File:FileType$"
)

# "File has no image bitstream", "Unrecognized TIFF prefix", "Bad RIFF chunk size": it says that of
# the originals as well.
CLOSED_TO_ADOBE = ("animated.webp", "exif-icc.webp", "trailer.webp")


@pytest.mark.parametrize("name", TABLE)
def test_each_file_is_dealt_with_as_the_table_says(run: Run, name: str) -> None:
    row, path = TABLE[name], run.folder / name
    said = run.first.of(path)

    assert row.reason in said.get("reason", ""), said
    assert (said["outcome"], said["target"]) == (
        ("parked", None) if row.policy == REFUSE else ("written", str(run.folder / target_of(row)))
    ), said


def test_nothing_else_is_made(run: Run) -> None:
    made = {target_of(row) for row in TABLE.values() if row.policy == SIDECAR}

    assert run.after_first.keys() - run.before.keys() == made


@pytest.mark.parametrize("name", [name for name in TABLE if name not in EMBEDDED])
def test_what_is_not_embedded_keeps_every_byte(run: Run, name: str) -> None:
    assert run.after_first[name][0] == run.before[name]


@pytest.mark.parametrize("name", EMBEDDED)
def test_what_is_embedded_keeps_every_byte_outside_of_our_blocks(run: Run, name: str) -> None:
    before, after = run.before[name], run.after_first[name][0]

    assert after != before
    assert others(after) == others(before)


def theirs(found: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in found.items() if not OURS.search(key)}


@pytest.mark.parametrize("name", EMBEDDED)
def test_exiftool_sees_all_else_as_it_was(run: Run, name: str) -> None:
    assert theirs(run.seen_after[name]) == theirs(run.seen_before[name])


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("gain-map.jpg", "MPImage2:MPImage2"),
        ("exif-icc-comment.jpg", "IFD1:ThumbnailImage"),
        ("exif-icc-comment.jpg", "Canon:OwnerName"),
        ("motion-photo.jpg", "XMP-GCamera:MicroVideoOffset"),
        ("photoshop-resources.jpg", "Photoshop:PhotoshopThumbnail"),
    ],
)
def test_pictures_and_notes_of_the_camera_are_among_what_is_compared(
    run: Run, name: str, tag: str
) -> None:
    assert tag in run.seen_before[name]
    assert not OURS.search(tag)


@pytest.mark.parametrize("name", TAGGED)
def test_the_keywords_of_the_user_and_ours_are_there(run: Run, name: str) -> None:
    row = TABLE[name]
    found = run.seen_after[target_of(row)]

    assert found["XMP-dc:Subject"] == [*row.keywords, "Puppet"]
    if row.edited:
        assert (found["XMP-dc:Creator"], found["XMP-xmp:Rating"]) == (["Ann"], 3)


@pytest.mark.parametrize("name", TAGGED)
def test_adobes_toolkit_and_exiv2_read_the_same_keywords(
    run: Run,
    exempi: Callable[[Path], list[str]],
    exiv2: Callable[[Path], list[str]],
    name: str,
) -> None:
    row = TABLE[name]
    target = run.folder / target_of(row)

    assert exiv2(target) == [*row.keywords, "Puppet"]
    if name not in CLOSED_TO_ADOBE:
        assert exempi(target) == [*row.keywords, "Puppet"]


def test_a_second_run_changes_no_byte(run: Run) -> None:
    assert run.second.summary.keys() == {"unchanged", "parked"}
    assert run.after_second == run.after_first


def test_the_sample_photos_keep_every_byte_and_every_tag_outside_of_our_blocks(run: Run) -> None:
    samples = [name for name in run.before if name.startswith("sample-")]
    assert len(samples) == 11
    for name in samples:
        assert others(run.after_first[name][0]) == others(run.before[name])
        assert theirs(run.seen_after[name]) == theirs(run.seen_before[name])
        assert run.first.of(run.folder / name)["target"] == str(run.folder / name)


def test_every_format_that_we_handle_is_in_the_table(run: Run) -> None:
    handled = {
        sniff(data[:SNIFF_BYTES], (run.folder / name).suffix)
        for name, data in run.before.items()
        if name in TAGGED
    }

    assert {known.media_type for known in FORMATS} <= handled
