"""The offline provider on real photos, as other programs read what it wrote."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.journey.conftest import Program

NSFW = "nsfw/synthetic_nsfw_positive.png"


@pytest.fixture(scope="module")
def tagged(
    tmp_path_factory: pytest.TempPathFactory, photos: Path, program: Callable[[Path], Program]
) -> Path:
    """Return a copy of the sample photos, tagged once."""
    home = tmp_path_factory.mktemp("tagged")
    folder = home / "photos"
    shutil.copytree(photos, folder)
    words = {"TAGBRIDGE_NSFW__KEYWORD": "not for work", "TAGBRIDGE_KEYWORDS__ROOT": "Machine"}
    done = program(home).tag(folder, env=words)
    assert (done.status, done.err) == (0, "")
    return folder


@pytest.fixture(scope="module")
def expected(photos: Path) -> dict[str, list[str]]:
    table: dict[str, list[str]] = json.loads((photos / "expected.json").read_text("utf-8"))
    return table


@pytest.fixture(scope="module")
def read(
    tagged: Path, expected: dict[str, list[str]], exiftool: Callable[..., Any]
) -> dict[str, dict[str, str]]:
    """Return what ExifTool reads, by the name of the photo; lists are lines."""
    names = [*expected, NSFW]
    found = exiftool(*(tagged / name for name in names))
    return {name: found[tagged / name] for name in names}


def words(found: dict[str, str]) -> list[str]:
    return found.get("XMP-dc:Subject", "").splitlines()


def test_exiftool_finds_the_main_thing_in_eight_of_ten_photos(
    read: dict[str, dict[str, str]], expected: dict[str, list[str]]
) -> None:
    hits = [name for name, wanted in expected.items() if set(wanted) & set(words(read[name]))]
    assert len(hits) >= 8


def test_adobes_library_finds_the_main_thing_in_eight_of_ten_photos(
    tagged: Path, expected: dict[str, list[str]], exempi: Callable[[Path], list[str]]
) -> None:
    hits = [name for name, wanted in expected.items() if set(wanted) & set(exempi(tagged / name))]
    assert len(hits) >= 8


def test_exiftool_reads_the_same_keywords_in_iptc(read: dict[str, dict[str, str]]) -> None:
    jpegs = {name: found for name, found in read.items() if name.endswith(".jpg")}
    iptc = {name: found.get("IPTC:Keywords") for name, found in jpegs.items()}
    assert iptc == {name: found.get("XMP-dc:Subject") for name, found in jpegs.items()}


def test_only_the_picture_that_is_not_safe_for_work_is_flagged(
    read: dict[str, dict[str, str]],
) -> None:
    flagged = {name: f.get("XMP-plus:AdultContentWarning") for name, f in read.items()}
    assert flagged == dict.fromkeys(read) | {NSFW: "Adult Content Warning Required"}


def test_the_flagged_picture_alone_gets_the_keyword_for_it(
    read: dict[str, dict[str, str]],
) -> None:
    assert [name for name, found in read.items() if "not for work" in words(found)] == [NSFW]


def test_the_root_is_the_top_level_of_hierarchical_keywords(
    read: dict[str, dict[str, str]],
) -> None:
    found = read["cat.jpg"]["XMP-lr:HierarchicalSubject"]
    assert found.splitlines() == ["Machine|Animal|Mammal|Cat"]


def test_without_a_root_there_is_no_hierarchy(
    tagbridge: Program, tmp_path: Path, photos: Path, exiftool: Callable[..., Any]
) -> None:
    cat = tmp_path / "cat.jpg"
    shutil.copyfile(photos / "cat.jpg", cat)
    assert tagbridge.tag(cat).status == 0
    assert "XMP-lr:HierarchicalSubject" not in exiftool(cat)


def test_show_tells_ours_from_the_users(
    tagbridge: Program, tmp_path: Path, photos: Path, edit: Callable[..., None]
) -> None:
    cat = tmp_path / "cat.jpg"
    shutil.copyfile(photos / "cat.jpg", cat)
    edit(cat, "-XMP-dc:Subject=Chelsea", "-IPTC:Keywords=Chelsea")
    tagbridge.tag(cat)
    edit(cat, "-XMP-dc:Subject-=Mammal", "-IPTC:Keywords-=Mammal")
    (shown,) = tagbridge.run("show", "--json", cat).rows
    ours = {keyword["text"]: keyword["ours"] for keyword in shown["keywords"]}
    assert ours == {"Chelsea": False, "Animal": True, "Cat": True}
    whose = {keyword["text"]: keyword["whose"] for keyword in shown["keywords"]}
    assert whose == {"Chelsea": "user", "Animal": "confirmed", "Cat": "confirmed"}
    assert [keyword["text"] for keyword in shown["rejected"]] == ["Mammal"]
    assert shown["keywords"][1]["providers"] == ["local"]


def test_a_second_run_changes_no_byte(tagbridge: Program, tagged: Path) -> None:
    cat = tagged / "cat.jpg"
    before = cat.read_bytes(), cat.stat().st_mtime_ns
    assert tagbridge.tag(cat).of(cat)["outcome"] == "unchanged"
    assert (cat.read_bytes(), cat.stat().st_mtime_ns) == before


def test_a_photo_that_lies_on_its_side_is_recognized_upright(
    tagbridge: Program, tmp_path: Path, photos: Path
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it right by a quarter to see it upright
    with Image.open(photos / "dogs.jpg") as upright:
        turned = upright.transpose(Image.Transpose.ROTATE_90)
    turned.save(tmp_path / "turned.jpg", quality=92, exif=exif)
    turned.save(tmp_path / "untold.jpg", quality=92)
    done = tagbridge.tag(tmp_path / "turned.jpg", tmp_path / "untold.jpg")
    words = {
        name: {keyword["text"] for keyword in done.of(tmp_path / name)["keywords"]}
        for name in ("turned.jpg", "untold.jpg")
    }
    assert "Dog" in words["turned.jpg"]
    assert words["turned.jpg"] != words["untold.jpg"]
