"""`tagbridge check`, as people and programs run it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

if TYPE_CHECKING:
    from pathlib import Path

Run = Callable[..., subprocess.CompletedProcess[str]]

PACKET = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF'
    ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:lr="http://ns.adobe.com/lightroom/1.0/">'
    "<dc:subject><rdf:Bag><rdf:li>Dog</rdf:li></rdf:Bag></dc:subject>"
    "<lr:hierarchicalSubject><rdf:Bag><rdf:li>Animal|Dog</rdf:li></rdf:Bag>"
    "</lr:hierarchicalSubject></rdf:Description></rdf:RDF></x:xmpmeta>"
)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Return a folder with a photo that all agree about, and one with a sidecar."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in ("agreed.png", "disputed.jpg"):
        Image.linear_gradient("L").save(folder / name)
    (folder / "disputed.jpg.xmp").write_text(PACKET)
    return folder


def objects(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_people_are_told_who_shows_what_and_what_to_do(run: Run, photos: Path) -> None:
    done = run("check", photos)

    assert (done.returncode, done.stderr) == (1, "")
    lines = done.stdout.splitlines()
    assert lines[0] == f"{photos}/agreed.png: no keywords"
    assert lines[1] == f"{photos}/disputed.jpg"
    assert lines[2].split() == ["Lightroom", "Classic", "no", "keywords"]
    source = "(lr:hierarchicalSubject in disputed.jpg.xmp)"
    assert lines[3].split(maxsplit=1) == ["digiKam", f"Animal > Dog  {source}"]
    assert "Lightroom Classic, PhotoPrism, Capture One: Dog: only in the sidecar" in lines[8]
    assert "Metadata > Read Metadata from Files" in lines[9]
    assert lines[-1] == "1 agree, 1 conflict"


def test_programs_get_an_object_a_photo_and_a_summary(run: Run, photos: Path) -> None:
    agreed, disputed, summary = objects(run("check", "--json", photos))

    nothing: dict[str, Any] = {
        "file": None,
        "field": None,
        "keywords": [],
        "hierarchical": [],
        "known": True,
    }
    assert agreed["readers"]["lightroom"] == nothing
    assert (agreed["agrees"], agreed["findings"]) == (True, [])
    assert disputed["path"] == str(photos / "disputed.jpg")
    assert disputed["agrees"] is False
    assert disputed["readers"]["digikam"] == {
        "file": str(photos / "disputed.jpg.xmp"),
        "field": "lr:hierarchicalSubject",
        "keywords": ["Dog"],
        "hierarchical": ["Animal|Dog"],
        "known": True,
    }
    assert list(disputed["readers"]) == [
        *("lightroom", "digikam", "darktable", "immich", "photoprism", "captureone")
    ]
    (finding,) = disputed["findings"]
    assert finding.keys() == {"kind", "programs", "what", "remedy"}
    assert finding["programs"] == ["lightroom", "photoprism", "captureone"]
    assert summary == {"summary": {"agree": 1, "conflict": 1}}


def test_where_all_agree_the_status_is_zero(run: Run, photos: Path) -> None:
    assert run("check", photos / "agreed.png").returncode == 0


@pytest.mark.parametrize("name", ["gone.jpg", "notes.jpg"])
def test_what_cannot_be_read_is_told(run: Run, photos: Path, name: str) -> None:
    (photos / "notes.jpg").write_text("no photo at all")

    done = run("check", "--json", photos / name)

    assert done.returncode == 1
    (unreadable, summary) = objects(done)
    assert unreadable.keys() == {"path", "error"}
    assert summary == {"summary": {"unreadable": 1}}


def test_nothing_is_written(run: Run, photos: Path) -> None:
    before = {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in photos.iterdir()}

    run("check", photos)

    assert {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in photos.iterdir()} == before
