"""A new sidecar begins with what is embedded, and what others wrote into one stays."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pillow_heif
import pytest
from PIL import Image

from tagbridge.metadata.snapshot import take_snapshot
from tagbridge.metadata.write import WriteOptions, look_into, write_tagset
from tagbridge_hooks import AssetChangedError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.tagbridge.metadata.conftest import Build, Judge, Writer


@pytest.fixture
def raw(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that makes a stand-in for a RAW file: they are built like a TIFF."""

    def make(name: str = "IMG.NEF") -> Path:
        path = tmp_path / name
        Image.linear_gradient("L").save(path, "TIFF")
        return path

    return make


@pytest.fixture
def jpeg(tmp_path: Path, build: Build) -> Path:
    path = tmp_path / "IMG.jpg"
    path.write_bytes(build.jpeg())
    return path


def make_read_only(path: Path) -> None:
    path.chmod(0o444)


def make_linked(path: Path) -> None:
    path.with_name("backup").hardlink_to(path)


@pytest.mark.usefixtures("exiftool", "exempi")
@pytest.mark.parametrize("make", [make_read_only, make_linked])
def test_a_photo_that_must_not_be_replaced_gets_a_sidecar_with_all_that_it_says(
    jpeg: Path,
    tmp_path: Path,
    write: Writer,
    judge: Judge,
    make: Callable[[Path], None],
) -> None:
    photo = jpeg
    said = ("-XMP-dc:Subject=in XMP", "-IPTC:Keywords=in IPTC", "-XMP-xmp:Rating=4")
    subprocess.run(["exiftool", "-q", "-overwrite_original", *said, photo], check=True)
    make(photo)
    before = photo.read_bytes()
    receipt = write(photo, "harbour")
    target = tmp_path / "IMG.jpg.xmp"
    assert (receipt.outcome, receipt.target, photo.read_bytes()) == ("written", target, before)
    (found,) = judge.exiftool(target)
    assert found["XMP-dc:Subject"] == ["in XMP", "in IPTC", "harbour"]
    assert found["XMP-xmp:Rating"] == 4
    assert judge.items(judge.exempi(target, sidecar=True), "dc:subject")[-1] == "harbour"


@pytest.mark.usefixtures("exiftool")
@pytest.mark.parametrize("name", ["IMG.tif", "IMG.heic", "IMG.avif", "IMG.NEF"])
def test_a_format_that_is_not_edited_gets_a_sidecar_that_begins_with_the_users_keywords(
    raw: Callable[..., Path], tmp_path: Path, write: Writer, judge: Judge, name: str
) -> None:
    path = tmp_path / name
    picture = Image.new("RGB", (64, 64), "red")
    if name.endswith("heic"):
        pillow_heif.from_pillow(picture).save(path)
    elif name.endswith("avif"):
        picture.save(path)
    else:
        raw(name)
    said = ["-XMP-dc:Subject=mine", "-XMP-xmp:Rating=3"]
    if not name.endswith(("heic", "avif")):
        said.append("-IPTC:Keywords=only in IPTC")
    subprocess.run(["exiftool", "-q", "-overwrite_original", *said, path], check=True)
    before = path.read_bytes()
    target = write(path, "harbour").target
    assert target
    assert path.read_bytes() == before
    (found,) = judge.exiftool(target)
    in_iptc = [] if name.endswith(("heic", "avif")) else ["only in IPTC"]
    assert found["XMP-dc:Subject"] == ["mine", *in_iptc, "harbour"]
    assert found["XMP-xmp:Rating"] == 3


@pytest.mark.usefixtures("exiftool")
def test_foreign_properties_of_a_large_sidecar_stay(
    raw: Callable[..., Path], build: Build, write: Writer, judge: Judge
) -> None:
    path = raw()
    many = "".join(f"<q:p{n}>value {n}, {'x' * 90}</q:p{n}>" for n in range(3000))
    existing = path.with_name("IMG.xmp")
    existing.write_bytes(build.packet(build.subject("mine") + many))
    assert existing.stat().st_size > 300_000
    before = judge.packet(existing.read_bytes())
    assert write(path, "harbour").outcome == "written"
    after = judge.packet(existing.read_bytes())
    foreign = "//*[namespace-uri()='http://q.example/']"
    values = [[(e.tag, e.text) for e in packet.xpath(foreign)] for packet in (before, after)]
    assert len(values[0]) == 3000
    assert values[0] == values[1]
    assert judge.keywords(existing) == ["mine", "harbour"]


def test_no_sidecar_is_made_for_a_photo_that_has_gone_or_changed(
    raw: Callable[..., Path], write: Writer
) -> None:
    path = raw()
    source = look_into(take_snapshot(path), "image/x-nikon-nef")
    path.write_bytes(b"another photo")
    with pytest.raises(AssetChangedError):
        write_tagset(source, write.tagset("harbour"), WriteOptions(), write.tools)
    path.unlink()
    with pytest.raises(AssetChangedError):
        write_tagset(source, write.tagset("harbour"), WriteOptions(), write.tools)
    assert list(path.parent.iterdir()) == []
