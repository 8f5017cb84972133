"""What other programs wrote is the same afterwards, as exiftool and Adobe's toolkit see it."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tagbridge.metadata.plan import WriteRules
from tagbridge.metadata.write import WriteOptions

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tagbridge.metadata.conftest import Build, Judge, Writer

REGIONS = (
    "{AppliedToDimensions={W=48,H=32,Unit=pixel},RegionList=[{Name=Ann|, Lee,Type=Face,"
    "Area={X=0.5,Y=0.4,W=0.1,H=0.2,Unit=normalized}},{Type=Pet,Name=Rex,"
    "Area={X=0.1,Y=0.1,W=0.1,H=0.1,Unit=normalized}}]}"
)
ASSIGNED = [
    f"-XMP-mwg-rs:RegionInfo={REGIONS}",
    "-XMP-dc:Title=Sea",
    "-XMP-dc:Title-de=Meer",
    "-XMP-dc:Title-fr=Mer",
    "-XMP-dc:Description=A < B & C",
    "-XMP-dc:Creator=Ann",
    "-XMP-dc:Creator=Lee",
    "-XMP-crs:Exposure2012=+0.55",
    "-XMP-crs:ToneCurvePV2012=0, 0",
    "-XMP-crs:ToneCurvePV2012=255, 255",
    "-XMP-exif:GPSLatitude=54.3233 N",
    "-XMP-exif:GPSLongitude=10.1228 E",
    "-XMP-iptcCore:Location=Kiel",
    "-XMP-iptcExt:LocationShown={City=Kiel,CountryName=Germany}",
    "-XMP-iptcExt:PersonInImage=Ann",
    "-XMP-xmpMM:History={Action=saved,When=2020:01:01 00:00:00}",
    "-XMP-xmp:Label=Red",
    "-XMP-xmp:Rating=3",
    "-XMP-photoshop:DateCreated=2020:01:01",
    "-XMP-xmpRights:Marked=True",
    "-XMP-dc:Subject=mine, all mine",
    "-XMP-dc:Subject=too",
    "-XMP-lr:HierarchicalSubject=Places|Kiel",
    "-XMP-digiKam:TagsList=Places/Kiel",
    "-XMP-microsoft:LastKeywordXMP=Places/Kiel",
]
LEGACY = ["-EXIF:Artist=Ann", "-EXIF:GPSLatitude=54.3", "-EXIF:GPSLatitudeRef=N"]
IPTC = ["-IPTC:Keywords=mine, all mine", "-IPTC:Caption-Abstract=A < B", "-IPTC:By-line=Ann"]
OURS = re.compile(
    r"SourceFile|System:|File:|XMP-x:XMPToolkit|ExifTool:|XMP-tagbridge|XMP-xmp:MetadataDate"
    r"|XMP-dc:Subject|HierarchicalSubject|TagsList|LastKeywordXMP|IPTC:Keywords|Digest"
    r"|IPTC:CodedCharacterSet|XMP-plus:AdultContentWarning|Composite|IPTCApplicationRecord"
)


@pytest.fixture(params=["JPEG", "PNG", "WebP", "sidecar"])
def foreign(request: pytest.FixtureRequest, build: Build, exiftool: None, tmp_path: Path) -> Path:
    """Return a photo, or its sidecar, into which exiftool wrote all kinds of things."""
    del exiftool
    suffix = {"JPEG": "jpg", "PNG": "png", "WebP": "webp", "sidecar": "tif"}[request.param]
    photo = tmp_path / f"photo.{suffix}"
    photo.write_bytes(build.picture("TIFF" if suffix == "tif" else request.param))
    target = photo if suffix != "tif" else tmp_path / "photo.tif.xmp"
    run = ["exiftool", "-q", "-m", "-struct", *ASSIGNED]
    if target is photo:
        more = [*LEGACY, *(IPTC if suffix == "jpg" else [])]
        subprocess.run([*run, *more, "-overwrite_original", photo], check=True)
    else:
        subprocess.run([*run, "-o", target], check=True)
    return target


def write_beside(write: Writer, target: Path) -> None:
    photo = target.with_suffix("") if target.suffix == ".xmp" else target
    options = WriteOptions(rules=WriteRules(root="auto"))
    receipt = write(photo, "lighthouse", "Kiel", nsfw=0.9, options=options)
    assert receipt.target == target, receipt.reason


def others(found: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in found.items() if not OURS.search(key)}


def test_exiftool_sees_every_foreign_property_unchanged(
    foreign: Path, judge: Judge, write: Writer
) -> None:
    (before,) = judge.exiftool(foreign)

    write_beside(write, foreign)

    (after,) = judge.exiftool(foreign)
    assert others(after) == others(before)
    assert len(others(before)) >= 18
    assert after["XMP-dc:Subject"] == ["mine, all mine", "too", "lighthouse", "Kiel"]
    assert after["XMP-lr:HierarchicalSubject"][0] == "Places|Kiel"


def test_every_hierarchical_list_is_complete(foreign: Path, judge: Judge, write: Writer) -> None:
    write_beside(write, foreign)

    (after,) = judge.exiftool(foreign)
    expected = {"Places/Kiel", "mine, all mine", "too", "auto/lighthouse"}
    assert {p.replace("|", "/") for p in after["XMP-lr:HierarchicalSubject"]} == expected
    assert set(after["XMP-digiKam:TagsList"]) == expected
    assert set(after["XMP-microsoft:LastKeywordXMP"]) == expected


def test_exiftool_warns_of_nothing_new(foreign: Path, judge: Judge, write: Writer) -> None:
    options = ("-validate", "-warning", "-error")
    (before,) = judge.exiftool(foreign, options=options)

    write_beside(write, foreign)

    (after,) = judge.exiftool(foreign, options=options)
    assert after == before


def test_what_adobes_toolkit_wrote_stays_and_is_still_read_by_it(
    build: Build, exempi: None, judge: Judge, write: Writer, tmp_path: Path
) -> None:
    del exempi
    photo = tmp_path / "photo.jpg"
    packet = build.packet(
        build.subject("mine") + "<dc:rights><rdf:Alt><rdf:li xml:lang='x-default'>A</rdf:li>"
        "<rdf:li xml:lang='de'>B</rdf:li><rdf:li xml:lang='fr'>C</rdf:li></rdf:Alt></dc:rights>"
        "<q:quality rdf:parseType='Resource'><rdf:value>7</rdf:value><q:by>me</q:by></q:quality>"
    )
    photo.write_bytes(build.jpeg(build.app1(packet)))
    subprocess.run(
        ["exempi", "-w", "-s", "dc:source", "-v", "a scan", photo], check=True, capture_output=True
    )
    before = judge.exempi(photo)

    write.embedded(photo, "lighthouse")

    after = judge.exempi(photo)
    assert judge.items(after, "dc:subject") == ["mine", "lighthouse"]
    for path in ("//dc:rights", "//dc:source", "//q:quality"):
        names = {**judge.prefixes, "q": "http://q.example/"}
        old, new = (root.xpath(path, namespaces=names) for root in (before, after))
        assert [text(e) for e in old] == [text(e) for e in new] != []


def text(element: Any) -> list[str]:  # noqa: ANN401 - an element of lxml
    return [t.strip() for t in element.itertext() if t.strip()]
