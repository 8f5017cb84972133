"""What is found of a photo, and that the remedy helps when it is followed to the letter."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.tagbridge.metadata.compatibility.cases import CASES, flat, make

if TYPE_CHECKING:
    from pathlib import Path

    from tagbridge.metadata.compatibility.checking import Checked
    from tagbridge.metadata.compatibility.findings import Finding
    from tests.tagbridge.metadata.compatibility.conftest import Check
    from tests.tagbridge.metadata.conftest import Build

ADOBE = {"lightroom", "captureone"}
COMMAND = re.compile(r"`((?:exiftool|cp) .*?)`")

BY_HAND = {
    *("partial_list", "only_in_hierarchy", "hierarchy_not_read", "two_sidecars", "never_read")
}

# What is found of each case: kinds, with the programs that it concerns.
FOUND: dict[str, dict[str, set[str]]] = {
    "nothing": {},
    "everywhere": {},
    "flat only": {"not_in_iptc": {"photoprism"}},
    "iptc only": {},
    "iptc differs": {
        "only_in_iptc": ADOBE | {"digikam", "immich"},
        "not_in_iptc": {"photoprism"},
    },
    "iptc differs, right digest": {
        "only_in_iptc": ADOBE | {"digikam", "immich"},
        "not_in_iptc": {"photoprism"},
    },
    "iptc differs, stale digest": {
        "stale_digest": ADOBE | {"immich"},
        "not_in_iptc": {"photoprism"},
    },
    "paths and others": {
        "partial_list": {"digikam", "darktable", "immich"},
        "not_in_iptc": {"photoprism"},
    },
    "paths only": {"only_in_hierarchy": {"photoprism"}},
    "partial TagsList": {"partial_list": {"digikam", "immich"}, "not_in_iptc": {"photoprism"}},
    "TagsList only": {"only_in_hierarchy": ADOBE | {"darktable", "photoprism"}},
    "TagsList before paths": {
        "partial_list": {"digikam", "immich"},
        "not_in_iptc": {"photoprism"},
    },
    "LastKeyword only": {"only_in_hierarchy": ADOBE | {"darktable", "immich", "photoprism"}},
    "Latin-1": {"character_set": {"digikam"}},
    "UTF-8 unmarked": {"character_set": {"immich", "photoprism"}},
    "UTF-8 marked": {},
    "long sidecar": {
        "sidecar_hides_photo": {"digikam", "darktable", "immich"},
        "sidecar_not_read": ADOBE | {"photoprism"},
    },
    "long sidecar without keywords": {"sidecar_hides_photo": {"digikam", "darktable"}},
    "long sidecar with paths": {
        "sidecar_hides_photo": {"digikam", "darktable", "immich"},
        "sidecar_not_read": ADOBE | {"photoprism"},
        "hierarchy_not_read": ADOBE | {"photoprism"},
        "partial_list": {"digikam", "darktable", "immich"},
        "not_in_iptc": {"photoprism"},
    },
    "short sidecar": {
        "sidecar_hides_photo": {"digikam", "immich"},
        "sidecar_not_read": ADOBE | {"photoprism"},
    },
    "short sidecar with paths": {
        "sidecar_hides_photo": {"digikam", "immich"},
        "sidecar_not_read": ADOBE | {"photoprism"},
        "hierarchy_not_read": ADOBE | {"photoprism"},
        "partial_list": {"digikam", "immich"},
        "not_in_iptc": {"photoprism"},
    },
    "both sidecars": {
        "sidecar_hides_photo": {"digikam", "darktable", "immich"},
        "sidecar_not_read": ADOBE | {"photoprism"},
        "two_sidecars": {"digikam", "darktable", "immich"},
        "not_in_iptc": {"photoprism"},
    },
    "TagsList in the photo alone": {
        "hierarchy_not_read": {"digikam", "darktable"},
        "sidecar_not_read": ADOBE | {"photoprism"},
        "partial_list": {"immich"},
        "only_in_hierarchy": ADOBE | {"photoprism"},
    },
    "compact short sidecar": {
        "compact_list": {"darktable"},
        "sidecar_not_read": ADOBE | {"photoprism"},
    },
    "PNG": {"never_read": {"photoprism"}},
    "PNG with a sidecar": {
        "sidecar_hides_photo": {"digikam", "darktable", "immich"},
        "sidecar_not_read": ADOBE,
        "never_read": {"photoprism"},
    },
}


def kinds(checked: Checked) -> dict[str, set[str]]:
    return {finding.kind: set(finding.programs) for finding in checked.findings}


def said(checked: Checked, kind: str) -> tuple[tuple[str, ...], str]:
    finding = named(checked, kind)
    return finding.programs, finding.what


def named(checked: Checked, kind: str) -> Finding:
    (finding,) = (f for f in checked.findings if f.kind == kind)
    return finding


@pytest.mark.parametrize("name", CASES)
def test_it_says_who_does_not_show_what_and_why(
    library: dict[str, Path], check: Check, name: str
) -> None:
    checked = check(library[name])
    assert kinds(checked) == FOUND[name]
    assert checked.agrees == (not FOUND[name].keys() - {"never_read"})


@pytest.mark.usefixtures("exiftool")
@pytest.mark.parametrize(
    ("name", "kind"),
    [(name, kind) for name, found in FOUND.items() for kind in found if kind not in BY_HAND],
)
def test_the_command_that_it_names_mends_it(
    tmp_path: Path, build: Build, check: Check, name: str, kind: str
) -> None:
    photo = make(tmp_path, name, build)
    before = check(photo)
    (command,) = COMMAND.findall(named(before, kind).remedy)

    subprocess.run(["bash", "-c", command], cwd=tmp_path, check=True, capture_output=True)

    after = check(photo)
    gone = {*kinds(before)} - {*kinds(after)}
    assert kind in gone or said(after, kind) != said(before, kind)
    for earlier, later in zip(before.seen, after.seen, strict=True):
        garbled = "\u00e4" not in "".join(earlier.keywords) and kind == "character_set"
        assert garbled or {*earlier.keywords} <= {*later.keywords}


def test_a_raw_file_needs_the_short_name_for_lightroom(
    tmp_path: Path, build: Build, check: Check
) -> None:
    raw = tmp_path / "IMG one.NEF"
    Image.linear_gradient("L").save(raw, "TIFF")
    (tmp_path / "IMG one.NEF.xmp").write_bytes(build.packet(flat("sea")))
    checked = check(raw)
    assert kinds(checked) == {"sidecar_name_not_read": ADOBE, "never_read": {"photoprism"}}
    (command,) = COMMAND.findall(named(checked, "sidecar_name_not_read").remedy)

    subprocess.run(["bash", "-c", command], cwd=tmp_path, check=True)

    assert check(raw).agrees


@pytest.mark.usefixtures("exiftool")
@pytest.mark.parametrize("name", ["-all= 50%f.jpg", "@ it's $(touch x).jpg", "`touch x`;.jpg"])
def test_a_name_means_nothing_to_the_shell_or_to_exiftool(
    tmp_path: Path, build: Build, check: Check, name: str
) -> None:
    photo = tmp_path / name
    photo.write_bytes(build.jpeg(build.app1(build.packet(flat("sea")))))
    (tmp_path / f"{name}.xmp").write_bytes(build.packet(flat("sky")))
    remedy = named(check(photo), "sidecar_not_read").remedy
    command = remedy.removeprefix("`").rpartition("`;")[0]

    subprocess.run(["bash", "-c", command], cwd=tmp_path, check=True, capture_output=True)

    assert "sidecar_not_read" not in kinds(check(photo))
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(
        [name, f"{name}.xmp", f"{name}_original"]
    )


def test_the_sidecar_of_a_raw_file_is_not_that_of_the_jpeg_beside_it(
    tmp_path: Path, build: Build, check: Check
) -> None:
    for name, kind in (("IMG.NEF", "TIFF"), ("IMG.jpg", "JPEG")):
        Image.linear_gradient("L").save(tmp_path / name, kind)
    (tmp_path / "IMG.xmp").write_bytes(build.packet(flat("sea")))

    checked = check(tmp_path / "IMG.jpg")

    assert kinds(checked)["anothers_sidecar"] == ADOBE | {"photoprism"}
    assert "sidecar_not_read" not in kinds(checked)
    assert check(tmp_path / "IMG.NEF").agrees


def test_a_keyword_that_iptc_cuts_is_the_same_keyword_and_is_told(
    tmp_path: Path, build: Build, check: Check
) -> None:
    long = "a" * 70
    block = build.iim((2, 25, long[:64].encode()))
    photo = tmp_path / "photo.jpg"
    packet = build.packet(build.subject(long))
    photo.write_bytes(build.jpeg(build.app1(packet), build.app13(build.resource(0x0404, block))))

    assert kinds(check(photo)) == {"cut_in_iptc": {"darktable", "photoprism"}}


@pytest.mark.parametrize(
    ("languages", "found"),
    [
        ({"x-default": "A"}, False),
        ({"x-default": "A", "de": "B"}, True),
        ({"x-default": "A", "en": "A"}, False),
        ({"x-default": "A", "en": "A", "de": "B"}, False),
    ],
)
def test_a_text_in_two_languages_is_told_because_adobes_programs_make_them_one(
    tmp_path: Path, build: Build, check: Check, languages: dict[str, str], *, found: bool
) -> None:
    items = "".join(f"<rdf:li xml:lang='{k}'>{text}</rdf:li>" for k, text in languages.items())
    photo = tmp_path / "photo.png"
    body = f"<dc:title><rdf:Alt>{items}</rdf:Alt></dc:title>"
    photo.write_bytes(build.png(build.itxt(build.packet(body))))

    assert kinds(check(photo)) == ({"two_languages": {"lightroom"}} if found else {})


def test_a_sidecar_that_is_not_understood_is_told(
    tmp_path: Path, build: Build, check: Check
) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(build.jpeg())
    (tmp_path / "photo.jpg.xmp").write_text("<broken")

    (finding,) = check(photo).findings

    assert (finding.kind, finding.programs) == ("not_understood", ())
    assert finding.what.startswith("photo.jpg.xmp: ")
