"""People, sentences, text, colours and regions, as exiftool, Adobe and exiv2 read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tagbridge.metadata.write import WriteOptions
from tagbridge_hooks import (
    Keyword,
    Person,
    Region,
    TagSet,
)
from tests.tagbridge.metadata.answers import LINES, NAME, OPTIONS, TAGSET, said
from tests.tagbridge.metadata.styles import NAMESPACES, UNDERSTOOD, packet
from tests.tagbridge.test_rendition_stored import REGION, is_red_there, raw_pixels, stored

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tagbridge.metadata.conftest import Build, Judge, Writer

FORMATS = {
    "photo.jpg": "JPEG",
    "photo.png": "PNG",
    "photo.webp": "WEBP",
    "photo.tif.xmp": "TIFF",
}


@pytest.fixture(params=FORMATS)
def written(request: pytest.FixtureRequest, build: Build, write: Writer, tmp_path: Path) -> Path:
    """Return a file that says everything; a second write changes no byte of it."""
    target: Path = tmp_path / request.param
    photo = tmp_path / request.param.removesuffix(".xmp")
    photo.write_bytes(build.picture(FORMATS[request.param]))

    receipt = write.tagged(photo, TAGSET, OPTIONS)

    assert (receipt.outcome, receipt.target) == ("written", target), receipt.reason
    before = target.read_bytes()
    assert write.tagged(photo, TAGSET, OPTIONS).outcome == "unchanged"
    assert target.read_bytes() == before
    return target


@pytest.mark.usefixtures("exiftool")
def test_exiftool_reads_everything(written: Path, judge: Judge) -> None:
    (found,) = judge.exiftool(written)

    assert found["XMP-iptcExt:PersonInImage"] == [NAME]
    assert found["XMP-dc:Subject"] == ["cat", "harbour", NAME.replace("/", " "), "dark blue"]
    assert "auto|Colour|dark blue" in found["XMP-lr:HierarchicalSubject"]
    assert found["XMP-iptcCore:AltTextAccessibility"] == "A cat & a boat."
    assert found["XMP-dc:Description"] == "A cat & a boat."
    assert found["XMP-dc:Title"] == "Harbour"
    assert found["XMP-iptcCore:ExtDescrAccessibility"] == f"Text in image: {LINES}"
    assert found["XMP-tagbridge:OcrText"] == LINES
    colors = [{k: str(v) for k, v in c.items()} for c in found["XMP-tagbridge:Colors"]]
    assert [c["Hex"] for c in colors] == ["#102030", "#ffffff"]
    assert float(colors[0]["Fraction"]) == 0.5
    assert (colors[0]["Name"], "Name" in colors[1]) == ("dark blue", False)


@pytest.mark.usefixtures("exiftool")
def test_exiftool_reads_the_regions(written: Path, judge: Judge) -> None:
    (found,) = judge.exiftool(written)

    regions = found["XMP-mwg-rs:RegionInfo"]
    assert regions["AppliedToDimensions"] == {"W": 48, "H": 32, "Unit": "pixel"}
    named, unnamed = regions["RegionList"]
    assert named == {
        "Name": NAME,
        "Type": "Face",
        "Area": {"X": 0.2, "Y": 0.4, "W": 0.2, "H": 0.4, "Unit": "normalized"},
    }
    assert (unnamed["Type"], "Name" in unnamed) == ("Face", False)
    (region,) = found["XMP-iptcExt:ImageRegion"]
    assert region["Name"] == "cat"
    boundary = {k.lower(): v for k, v in region["RegionBoundary"].items()}
    assert boundary == {
        "rbshape": "Rectangle",
        "rbunit": "Relative",
        "rbx": 0.25,
        "rby": 0.5,
        "rbw": 0.5,
        "rbh": 0.25,
    }
    results = {r["RegionId"]: r for r in found["XMP-tagbridge:Results"] if "RegionId" in r}
    assert results[region["RId"]]["Value"] == "cat"
    assert results["0.200000,0.400000,0.200000,0.400000"]["Value"] == NAME


@pytest.mark.usefixtures("exiftool")
def test_exiftool_reads_who_said_it(written: Path, judge: Judge) -> None:
    (found,) = judge.exiftool(written)

    results = {(r["Kind"], str(r.get("Value", ""))): r for r in found["XMP-tagbridge:Results"]}
    assert results["person", NAME]["Provider"] == "a+b"
    assert results["keyword", "harbour"]["Borrowed"] in (True, "True")
    assert "Borrowed" not in results["keyword", "cat"]
    assert float(results["quality", "stock photo"]["Confidence"]) == 0.75
    assert float(results["sensitivity", "violence"]["Confidence"]) == 0.9
    assert {kind for kind, _ in results} == {
        *("keyword", "hierarchy", "person", "face", "object", "alt_text", "description"),
        *("title", "text", "color", "quality", "sensitivity"),
    }


@pytest.mark.usefixtures("exiftool")
def test_exiftool_finds_nothing_to_warn_of(written: Path, judge: Judge) -> None:
    (found,) = judge.exiftool(written, options=("-validate", "-warning", "-error"))

    assert found["ExifTool:Validate"] == "OK", found


@pytest.mark.usefixtures("exempi")
def test_adobes_toolkit_reads_everything_in_the_right_kind_of_list(
    written: Path, judge: Judge
) -> None:
    if written.suffix == ".webp":
        pytest.skip("Adobe's toolkit knows no WebP")
    root = judge.exempi(written, sidecar=written.suffix == ".xmp")

    def texts(path: str) -> list[str]:
        found = root.xpath(f"//{path}", namespaces=NAMESPACES)
        return [getattr(item, "text", item) for item in found]

    assert texts("Iptc4xmpExt:PersonInImage/rdf:Bag/rdf:li") == [NAME]
    for name, text in {
        "Iptc4xmpCore:AltTextAccessibility": "A cat & a boat.",
        "Iptc4xmpCore:ExtDescrAccessibility": f"Text in image: {LINES}",
        "dc:title": "Harbour",
    }.items():
        assert texts(f"{name}/rdf:Alt/rdf:li[@xml:lang='x-default']") == [text]
    assert len(root.xpath("//tagbridge:Colors/rdf:Bag/rdf:li", namespaces=NAMESPACES)) == 2
    faces = "//mwg-rs:Regions//mwg-rs:RegionList/rdf:Bag/rdf:li"
    assert len(root.xpath(faces, namespaces=NAMESPACES)) == 2
    assert len(root.xpath("//Iptc4xmpExt:ImageRegion/rdf:Bag/rdf:li", namespaces=NAMESPACES)) == 1


@pytest.mark.usefixtures("exiv2_program")
def test_the_exiv2_program_reads_everything(written: Path, judge: Judge) -> None:
    region = "Xmp.mwg-rs.Regions/mwg-rs:RegionList[1]"

    assert judge.exiv2(written, f"{region}/mwg-rs:Name") == [NAME]
    assert judge.exiv2(written, f"{region}/mwg-rs:Area/stArea:x") == ["0.200000"]
    assert judge.exiv2(written, "Xmp.iptcExt.PersonInImage") == [NAME]
    assert judge.exiv2(written, "Xmp.dc.title") == ['lang="x-default" Harbour']


@pytest.mark.usefixtures("exiftool", "exempi")
@pytest.mark.parametrize("style", UNDERSTOOD)
def test_a_face_is_added_to_the_regions_of_another_program(
    build: Build, judge: Judge, write: Writer, tmp_path: Path, style: str
) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(build.jpeg(build.app1(packet(UNDERSTOOD[style]))))
    (before,) = judge.exiftool(photo)

    write.tagged(photo, TAGSET, WriteOptions())

    (after,) = judge.exiftool(photo)
    old, new = (found["XMP-mwg-rs:RegionInfo"] for found in (before, after))
    assert new["AppliedToDimensions"] == old["AppliedToDimensions"]
    assert new["RegionList"][:1] == old["RegionList"]
    assert [region["Name"] for region in new["RegionList"]] == ["Ann", NAME]
    read = judge.exempi(photo).xpath("//mwg-rs:Area", namespaces=NAMESPACES)
    assert len(read) == 2


def alt_text(text: str) -> bytes:
    return packet(
        f"<Iptc4xmpCore:AltTextAccessibility><rdf:Alt><rdf:li xml:lang='x-default'>{text}</rdf:li>"
        "</rdf:Alt></Iptc4xmpCore:AltTextAccessibility>"
    )


@pytest.mark.usefixtures("exiftool")
@pytest.mark.parametrize("user_wrote_in", ["photo.jpg", "photo.jpg.xmp"])
def test_what_the_user_says_in_one_file_is_not_hidden_by_ours_in_the_other(
    build: Build, judge: Judge, write: Writer, tmp_path: Path, user_wrote_in: str
) -> None:
    photo, sidecar = tmp_path / "photo.jpg", tmp_path / "photo.jpg.xmp"
    mine, nothing = alt_text("mine"), packet()
    in_photo = user_wrote_in == photo.name
    photo.write_bytes(build.jpeg(build.app1(mine if in_photo else nothing)))
    sidecar.write_bytes(nothing if in_photo else mine)

    for _ in range(2):
        write.tagged(photo, TAGSET, WriteOptions())

    found = judge.exiftool(photo, sidecar)
    texts = [one.get("XMP-iptcCore:AltTextAccessibility") for one in found]
    assert texts == (["mine", None] if in_photo else [None, "mine"])
    assert all(one["XMP-tagbridge:OcrText"] == LINES for one in found)


@pytest.mark.usefixtures("exiftool")
def test_a_sidecar_that_comes_later_is_given_ours_as_well(
    build: Build, judge: Judge, write: Writer, tmp_path: Path
) -> None:
    photo, sidecar = tmp_path / "photo.jpg", tmp_path / "photo.jpg.xmp"
    photo.write_bytes(build.picture())
    write.tagged(photo, TAGSET, WriteOptions())
    sidecar.write_bytes(packet())

    assert write.tagged(photo, TAGSET, WriteOptions()).target == sidecar

    first, second = judge.exiftool(photo, sidecar)
    for name in (
        "iptcCore:AltTextAccessibility",
        "iptcCore:ExtDescrAccessibility",
        "mwg-rs:RegionInfo",
    ):
        assert first[f"XMP-{name}"] == second[f"XMP-{name}"]


@pytest.mark.usefixtures("exiftool")
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_face_is_where_its_pixels_are_stored_however_the_picture_is_turned(
    judge: Judge, write: Writer, tmp_path: Path, orientation: int
) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(stored(orientation, "JPEG"))
    person = Person(name="Ann", confidence=1.0, region=REGION, face=True)
    cat = Keyword(text="cat", confidence=1.0, region=REGION)
    tagset = TagSet(persons=(said(person),), keywords=(said(cat),))

    write.tagged(photo, tagset, OPTIONS)

    (found,) = judge.exiftool(photo)
    (face,) = found["XMP-mwg-rs:RegionInfo"]["RegionList"]
    x, y, width, height = (face["Area"][field] for field in "XYWH")
    (thing,) = found["XMP-iptcExt:ImageRegion"]
    bounds = {name.lower(): value for name, value in thing["RegionBoundary"].items()}
    pixels = raw_pixels(photo.read_bytes(), "image/jpeg")
    assert is_red_there(Region.clamped(x - width / 2, y - height / 2, width, height), pixels)
    assert is_red_there(Region.clamped(*(bounds[f"rb{field}"] for field in "xywh")), pixels)
