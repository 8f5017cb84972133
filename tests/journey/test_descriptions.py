"""What providers say beside keywords, from their answers to what other programs read."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.journey.conftest import Program

SAYS = {
    "person": "Ada Lovelace",
    "caption": "A lady at an engine.",
    "text": ["NOTE G", "1843"],
    "color": "#102030",
    "nsfw": 0.9,
}


@pytest.fixture
def both(puppet: Program) -> Program:
    """Return tagbridge with two providers, of which one says everything."""
    providers = {"puppet": SAYS, "sibling": {"nsfw": 0.95}}
    return replace(puppet, settings={"TAGBRIDGE_PROVIDERS": json.dumps(providers)})


def turned(path: Path, orientation: int) -> Path:
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.linear_gradient("L").resize((200, 100)).convert("RGB").save(path, exif=exif)
    return path


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.tif"])
def test_everything_is_read_by_exiftool(
    both: Program, tmp_path: Path, exiftool: Callable[..., Any], name: str
) -> None:
    photo = turned(tmp_path / name, 6)

    row = both.tag(photo).of(photo)

    assert row["nsfw"] == {
        "flagged": True,
        "confidence": 0.95,
        "providers": ["puppet", "sibling"],
    }
    target = photo.with_name("a.tif.xmp") if name == "a.tif" else photo
    assert row["target"] == str(target)
    found = exiftool(target)
    assert found["XMP-iptcExt:PersonInImage"] == "Ada Lovelace"
    assert found["XMP-iptcCore:AltTextAccessibility"] == "A lady at an engine."
    assert found["XMP-tagbridge:OcrText"] == "NOTE G\n1843"
    regions = found["XMP-mwg-rs:RegionInfo"]
    assert regions["AppliedToDimensions"] == {"W": 200, "H": 100, "Unit": "pixel"}
    (face,) = regions["RegionList"]
    # The upper left quarter of the upright picture is the lower left one of what is stored.
    assert face["Area"] == {"X": 0.125, "Y": 0.875, "W": 0.25, "H": 0.25, "Unit": "normalized"}


def test_a_second_run_changes_no_byte_and_asks_nobody(both: Program, tmp_path: Path) -> None:
    photo = turned(tmp_path / "a.jpg", 1)
    both.tag(photo)
    before = photo.read_bytes()

    assert both.tag(photo).of(photo)["outcome"] == "unchanged"
    assert photo.read_bytes() == before


def test_what_the_user_takes_out_does_not_come_back(
    both: Program, tmp_path: Path, edit: Callable[..., None], exiftool: Callable[..., Any]
) -> None:
    photo = turned(tmp_path / "a.jpg", 1)
    both.tag(photo)
    removed = ("XMP-iptcExt:PersonInImage", "XMP-mwg-rs:RegionInfo")
    edit(photo, *(f"-{name}=" for name in removed), "-XMP-iptcCore:AltTextAccessibility=Mine")

    assert both.tag(photo).of(photo)["outcome"] == "unchanged"

    found = exiftool(photo)
    assert not found.keys() & set(removed)
    assert found["XMP-iptcCore:AltTextAccessibility"] == "Mine"


def test_show_says_who_said_what(both: Program, tmp_path: Path) -> None:
    photo = turned(tmp_path / "a.jpg", 1)
    both.tag(photo)

    (shown,) = both.run("show", "--json", photo).rows

    said = {"providers": ["puppet"], "model": "puppet-1", "ours": True}
    (person,), (caption,), (color,) = shown["persons"], shown["captions"], shown["colors"]
    assert person.items() >= {"text": "Ada Lovelace", "confidence": 0.99, **said}.items()
    assert caption["property"] == "Iptc4xmpCore:AltTextAccessibility"
    assert caption.items() >= {"text": "A lady at an engine.", **said}.items()
    assert shown["text"].items() >= {"text": "NOTE G\n1843", **said}.items()
    assert color.items() >= {"hex": "#102030", "fraction": 0.5, **said}.items()


def test_show_prints_it_for_people(
    both: Program, tmp_path: Path, edit: Callable[..., None]
) -> None:
    photo = turned(tmp_path / "a.jpg", 1)
    edit(photo, "-XMP-iptcExt:PersonInImage=Charles")
    both.tag(photo)

    lines = [" ".join(line.split()) for line in both.run("show", photo).out.splitlines()]

    assert "person: Charles the user's" in lines
    starts = ("person: Ada Lovelace puppet 0.99,", "alt text: A lady at an engine. puppet,")
    more = ("text in it: NOTE G / 1843 puppet,", "colour: #102030 50% puppet,")
    flag = ("not safe for work puppet+sibling 0.95,",)
    for start in (*starts, *more, *flag):
        assert any(line.startswith(start) for line in lines), (start, lines)


def test_settings_switch_each_of_it(
    both: Program, tmp_path: Path, exiftool: Callable[..., Any]
) -> None:
    photo = turned(tmp_path / "a.jpg", 1)
    off = ("PEOPLE", "ALT_TEXT", "TEXT", "COLORS")
    env = {f"TAGBRIDGE_WRITE__{name}": "false" for name in off}

    both.tag(photo, env={**env, "TAGBRIDGE_WRITE__DESCRIPTION": "true"})

    found = exiftool(photo)
    assert found["XMP-dc:Description"] == "A lady at an engine."
    assert not any("mwg-rs" in k or "Accessibility" in k or "Colors" in k for k in found)
    assert "XMP-iptcExt:PersonInImage" not in found
