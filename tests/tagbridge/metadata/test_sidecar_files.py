"""Which sidecar is an asset's, what a new one begins with, and which are left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tagbridge.metadata.write import WriteOptions

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tagbridge.metadata.sidecar import SidecarName
    from tests.tagbridge.metadata.conftest import Build, Judge, Writer

RAWS = ("NEF", "ARW", "DNG", "PEF")


@pytest.fixture
def raw(tmp_path: Path) -> Callable[[str], Path]:
    """Return a function that makes a stand-in for a RAW file: they are built like a TIFF."""

    def make(name: str = "IMG.NEF") -> Path:
        path = tmp_path / name
        Image.linear_gradient("L").save(path, "TIFF")
        return path

    return make


@pytest.fixture
def jpeg(tmp_path: Path, build: Build) -> Callable[[str], Path]:
    def make(name: str = "IMG.jpg") -> Path:
        path = tmp_path / name
        path.write_bytes(build.jpeg())
        return path

    return make


def sidecar(path: Path, build: Build, *words: str, named: str = "", body: str = "") -> Path:
    """Make a sidecar as another program would."""
    more = f' xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" {named}' if named else ""
    path.write_bytes(build.packet(build.subject(*words) + body, more=more))
    return path


def named(extension: str) -> str:
    return f'photoshop:SidecarForExtension="{extension}"'


def beside(path: Path) -> set[str]:
    return {p.name for p in path.parent.iterdir() if p.suffix != path.suffix}


@pytest.mark.parametrize("suffix", RAWS)
def test_a_raw_file_never_changes_and_gets_the_short_name(
    raw: Callable[..., Path], write: Writer, suffix: str
) -> None:
    path = raw(f"IMG.{suffix}")
    before = path.read_bytes(), path.stat().st_mtime_ns
    receipt = write(path, "harbour")
    assert (receipt.outcome, receipt.target) == ("written", path.with_name("IMG.xmp"))
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


@pytest.mark.usefixtures("exiftool")
def test_a_new_sidecar_says_for_which_extension_it_is(
    raw: Callable[..., Path], write: Writer, judge: Judge
) -> None:
    target = write(raw("IMG.nef"), "harbour").target
    assert target
    (found,) = judge.exiftool(target)
    assert found["XMP-photoshop:SidecarForExtension"] == "NEF"
    assert found["XMP-dc:Subject"] == ["harbour"]


@pytest.mark.parametrize(
    ("habit", "name"),
    [("adopt", "IMG.xmp"), ("replace", "IMG.xmp"), ("append", "IMG.NEF.xmp")],
)
def test_the_habit_names_a_new_sidecar(
    raw: Callable[..., Path], write: Writer, habit: SidecarName, name: str
) -> None:
    path = raw()
    write(path, "harbour", options=WriteOptions(sidecar_name=habit))
    assert beside(path) == {name}


@pytest.mark.parametrize(
    ("habit", "name"),
    [("adopt", "IMG.jpg.xmp"), ("replace", "IMG.xmp"), ("append", "IMG.jpg.xmp")],
)
def test_a_photo_that_is_no_raw_gets_the_long_name_unless_told_otherwise(
    jpeg: Callable[..., Path], write: Writer, habit: SidecarName, name: str
) -> None:
    path = jpeg()
    write(path, "harbour", options=WriteOptions(embed=False, sidecar_name=habit))
    assert beside(path) == {name}


@pytest.mark.parametrize("name", ["IMG.xmp", "IMG.XMP", "IMG.NEF.xmp", "IMG.NEF.XMP"])
def test_an_existing_sidecar_is_adopted_whatever_the_habit(
    raw: Callable[..., Path], build: Build, write: Writer, judge: Judge, name: str
) -> None:
    path = raw()
    existing = sidecar(path.with_name(name), build, "mine")
    habits: tuple[SidecarName, ...] = ("adopt", "replace", "append")
    for habit in habits:
        write(path, habit, options=WriteOptions(sidecar_name=habit))
    assert beside(path) == {name}
    assert judge.items(judge.packet(existing.read_bytes()), "dc:subject") == ["mine", *habits]


def test_both_sidecars_are_kept_alike_when_both_exist(
    raw: Callable[..., Path], build: Build, write: Writer, judge: Judge
) -> None:
    path = raw()
    both = [sidecar(path.with_name(n), build, n) for n in ("IMG.xmp", "IMG.NEF.xmp")]
    write(path, "harbour")
    for one in both:
        found = judge.items(judge.packet(one.read_bytes()), "dc:subject")
        assert found == [one.name, "harbour"]


def test_the_short_name_belongs_to_the_raw_of_a_pair(
    raw: Callable[..., Path], jpeg: Callable[..., Path], write: Writer, judge: Judge
) -> None:
    photo, negative = jpeg(), raw()
    no_embedding = WriteOptions(embed=False, sidecar_name="replace")
    assert write(photo, "from the JPEG", options=no_embedding).target == photo.with_name(
        "IMG.jpg.xmp"
    )
    assert write(negative, "from the RAW").target == photo.with_name("IMG.xmp")
    texts = {p.name: judge.packet(p.read_bytes()) for p in photo.parent.glob("*.xmp")}
    found = {name: judge.items(packet, "dc:subject") for name, packet in texts.items()}
    assert found == {"IMG.xmp": ["from the RAW"], "IMG.jpg.xmp": ["from the JPEG"]}


@pytest.mark.parametrize("raw_name", ["IMG.nef", "IMG.NEF", "IMG.CR2", "IMG.arw"])
def test_a_jpeg_with_its_own_keywords_leaves_the_sidecar_of_its_raw_alone(
    raw: Callable[..., Path], jpeg: Callable[..., Path], build: Build, write: Writer, raw_name: str
) -> None:
    raw(raw_name)
    photo = jpeg("IMG.JPG")
    short = sidecar(photo.with_name("IMG.xmp"), build, "of the RAW")
    before = short.read_bytes()
    write.embedded(photo, "harbour")
    assert short.read_bytes() == before


def test_a_jpeg_without_a_raw_keeps_its_short_sidecar_up_to_date(
    jpeg: Callable[..., Path], build: Build, write: Writer, judge: Judge
) -> None:
    photo = jpeg()
    short = sidecar(photo.with_name("IMG.xmp"), build, "mine")
    write.embedded(photo, "harbour")
    assert judge.items(judge.packet(short.read_bytes()), "dc:subject") == ["mine", "harbour"]


@pytest.mark.parametrize(("extension", "adopted"), [("NEF", True), ("nef", True), ("ARW", False)])
def test_a_sidecar_that_names_another_extension_is_somebody_elses(
    raw: Callable[..., Path],
    build: Build,
    write: Writer,
    extension: str,
    adopted: bool,  # noqa: FBT001 - a row of the table
) -> None:
    path = raw()
    short = sidecar(path.with_name("IMG.xmp"), build, "mine", named=named(extension))
    before = short.read_bytes()
    target = write(path, "harbour").target
    assert target == (short if adopted else path.with_name("IMG.NEF.xmp"))
    assert (short.read_bytes() != before) is adopted


def test_of_two_raws_with_one_name_the_second_gets_the_long_name(
    raw: Callable[..., Path], write: Writer
) -> None:
    for name in ("IMG.NEF", "IMG.DNG"):
        write(raw(name), name.lower().replace(".", " "))
    one, two = (raw(name) for name in ("IMG.NEF", "IMG.DNG"))
    targets = {write(path, "again").target for path in (one, two)}
    assert len(targets) == 2
    assert all(target and target.exists() for target in targets)
