"""What we wrote, as exiftool, Adobe's toolkit, exiv2, lxml and Pillow read it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tagbridge.metadata.plan import WriteRules
from tagbridge.metadata.write import WriteOptions
from tagbridge_hooks import Keyword

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tagbridge.metadata.conftest import Build, Judge, Writer

OPTIONS = WriteOptions(rules=WriteRules(root="auto", nsfw_keyword="nsfw"))
WORDS = (
    Keyword(text="Tier", confidence=0.9),
    Keyword(text="B\u00e4r & <co> \"x\" 'y'", confidence=0.8, broader=("Tier",)),
    Keyword(text="\u6d77\U0001f30a", confidence=None),
    Keyword(text='type="Bag" x', confidence=0.5),
    Keyword(text='lang="x-default" y', confidence=0.5),
)
TEXTS = [*(w.text for w in WORDS), "nsfw"]
Named = tuple[str, Callable[["Build"], bytes]]
WRAPPED = b"<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?>%s<?xpacket end='w'?>"
FORMATS: dict[str, Named] = {
    "JPEG": ("photo.jpg", lambda b: b.picture()),
    "JPEG with user's keywords": (
        "photo.jpg",
        lambda b: b.jpeg(
            b.app1(WRAPPED % b.packet(b.subject("mine"))),
            b.app13(b.resource(0x0404, b.iim((2, 25, b"mine")))),
        ),
    ),
    "PNG": ("photo.png", lambda b: b.picture("PNG")),
    "WebP": ("photo.webp", lambda b: b.picture("WEBP")),
    "sidecar": ("photo.tif.xmp", lambda b: b.picture("TIFF")),
}


@pytest.fixture(params=FORMATS)
def written(
    request: pytest.FixtureRequest, build: Build, judge: Judge, write: Writer, tmp_path: Path
) -> Path:
    """Return a file with our keywords; its pixels are as they were."""
    name, make = FORMATS[request.param]
    photo = tmp_path / name.removesuffix(".xmp")
    photo.write_bytes(make(build))
    pixels = judge.pixels(photo)

    receipt = write(photo, *WORDS, nsfw=0.95, options=OPTIONS)

    assert receipt.target == tmp_path / name, receipt.reason
    assert judge.pixels(photo) == pixels
    return receipt.target


@pytest.mark.usefixtures("exiftool")
def test_exiftool_reads_everything(written: Path, judge: Judge) -> None:
    (found,) = judge.exiftool(written)

    assert found["XMP-dc:Subject"][-6:] == TEXTS
    assert found["XMP-plus:AdultContentWarning"] == "Adult Content Warning Required"
    paths = found["XMP-lr:HierarchicalSubject"]
    assert "auto|Tier|B\u00e4r & <co> \"x\" 'y'" in paths
    assert "auto|\u6d77\U0001f30a" in paths
    results = found["XMP-tagbridge:Results"]
    keywords = {r["Value"]: r for r in results if r["Kind"] == "keyword"}
    assert list(keywords) == TEXTS
    assert keywords["Tier"]["Confidence"] in (0.9, "0.900")
    assert keywords["Tier"]["Provider"] == "local"
    assert "Confidence" not in keywords["\u6d77\U0001f30a"]
    assert {r["Value"] for r in results if r["Kind"] == "nsfw"} == {
        "http://ns.useplus.org/ldf/vocab/CW-AWR"
    }


@pytest.mark.usefixtures("exempi")
def test_adobes_toolkit_reads_everything(written: Path, judge: Judge) -> None:
    if written.suffix == ".webp":
        pytest.skip("Adobe's toolkit knows no WebP")
    root = judge.exempi(written, sidecar=written.suffix == ".xmp")

    assert judge.items(root, "dc:subject")[-6:] == TEXTS
    assert "auto|Tier|B\u00e4r & <co> \"x\" 'y'" in judge.items(root, "lr:hierarchicalSubject")
    assert (
        b"vocab/CW-AWR"
        in subprocess.run(
            ["exempi", *(["-X"] if written.suffix == ".xmp" else []), "-x", written],
            capture_output=True,
            check=True,
        ).stdout
    )
    assert len(root.xpath("//tb:Results/*/rdf:li", namespaces={**root.nsmap, **judge.prefixes})) > 6


@pytest.mark.usefixtures("exiv2_program")
def test_the_exiv2_program_reads_everything(written: Path, judge: Judge) -> None:
    (subject,) = judge.exiv2(written, "Xmp.dc.subject")

    assert subject.endswith(", ".join(TEXTS))
    (paths,) = judge.exiv2(written, "Xmp.lr.hierarchicalSubject")
    assert "auto|Tier|B\u00e4r & <co> \"x\" 'y'" in paths
    assert judge.exiv2(written, "Xmp.plus.AdultContentWarning") == [
        "Adult Content Warning Required"
    ]


def test_a_strict_parser_reads_everything(written: Path, judge: Judge) -> None:
    root = judge.packet(written.read_bytes())

    assert judge.items(root, "dc:subject")[-6:] == TEXTS
    values = root.xpath("//tb:Results/*/rdf:li/@tb:Value", namespaces=judge.prefixes)
    assert set(TEXTS) < set(values)


@pytest.mark.usefixtures("exiftool")
def test_exiftool_finds_nothing_to_warn_of(written: Path, judge: Judge) -> None:
    (found,) = judge.exiftool(written, options=("-validate", "-warning", "-error"))

    assert found["ExifTool:Validate"] == "OK", found


@pytest.mark.usefixtures("exiftool", "exiv2_program")
def test_iptc_in_a_jpeg_says_the_same(
    build: Build, judge: Judge, write: Writer, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(build.picture())

    write.embedded(photo, *WORDS)

    (found,) = judge.exiftool(photo)
    assert found["IPTC:Keywords"] == TEXTS[:5]
    assert judge.exiv2(photo, "Iptc.Application2.Keywords") == TEXTS[:5]


@pytest.mark.usefixtures("exiftool")
def test_exiftool_can_go_on_editing_what_we_wrote(
    written: Path, judge: Judge, write: Writer
) -> None:
    photo = written.with_suffix("") if written.suffix == ".xmp" else written
    edits = ["-XMP-dc:Subject-=Tier", "-XMP-dc:Subject+=by hand", "-XMP-xmp:Rating=4"]
    subprocess.run(["exiftool", "-q", "-m", "-overwrite_original", *edits, written], check=True)

    write(photo, *WORDS, Keyword(text="late", confidence=0.9), options=OPTIONS)

    (found,) = judge.exiftool(written)
    subject = [k for k in found["XMP-dc:Subject"] if k != "mine"]
    assert [k for k in subject if k != "by hand"] == [*TEXTS[1:], "late"]
    assert "by hand" in subject
    assert found["XMP-xmp:Rating"] == 4
