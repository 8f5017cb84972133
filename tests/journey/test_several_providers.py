"""Several providers are asked at once, and what one fails at is not lost on the others."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.journey.conftest import Program

ERRORS = ["RejectedError", "QuotaError", "AccountError", "ConfigError", "ValueError"]


def settled(program: Program, **providers: dict[str, Any]) -> Program:
    return replace(program, settings={"TAGBRIDGE_PROVIDERS": json.dumps(providers)})


def test_both_are_written_and_named(
    puppet: Program, tmp_path: Path, draw: Callable[..., Path], exiftool: Callable[..., Any]
) -> None:
    photo = draw(tmp_path / "a.jpg")
    both = settled(puppet, puppet={"words": ["Boat", "Sea"]}, sibling={"words": ["sea"]})
    row = both.tag(photo).of(photo)
    words = {k["text"]: (k["providers"], round(k["confidence"], 3)) for k in row["keywords"]}
    assert words == {"Sea": (["puppet", "sibling"], 0.99), "Boat": (["puppet"], 0.9)}
    assert row["calls"] == 2
    assert sorted(exiftool(photo)["XMP-dc:Subject"].splitlines()) == ["Boat", "Sea"]


def test_two_words_of_the_vocabulary_are_one_keyword_of_both(
    puppet: Program, tmp_path: Path, draw: Callable[..., Path], exiftool: Callable[..., Any]
) -> None:
    photo, config = draw(tmp_path / "a.jpg"), tmp_path / "config.toml"
    config.write_text("[keywords]\nvocabulary = 'words.txt'\nroot = 'Ours'\nblocked = ['pet']")
    (tmp_path / "words.txt").write_text("[Nature]\n\tDog\n\t\t{hound}\n\t\t{canine}")
    both = settled(
        puppet,
        puppet={"words": ["Hound", "Sea"], "blocked": ["SEA"]},
        sibling={"words": ["Animal|Canine", "Pet"]},
    )
    row = both.tag(photo, env={"TAGBRIDGE_CONFIG": str(config)}).of(photo)
    (dog,) = row["keywords"]
    assert (dog["text"], dog["providers"]) == ("Dog", ["puppet", "sibling"])
    assert dog["confidence"] == pytest.approx(0.99)
    assert exiftool(photo)["XMP-dc:Subject"] == "Dog"
    assert exiftool(photo)["XMP-lr:HierarchicalSubject"] == "Ours|Nature|Dog"


@pytest.mark.parametrize("error", ERRORS[:3])
def test_the_one_that_fails_is_reported_and_the_other_is_written(
    puppet: Program, tmp_path: Path, draw: Callable[..., Path], error: str
) -> None:
    photos = [draw(tmp_path / "photos" / f"{n}.jpg", n) for n in range(3)]
    both = settled(puppet, puppet={}, sibling={"raises": error, "message": "sibling: no"})
    done = both.tag(tmp_path / "photos")
    assert (done.status, done.summary) == (1, {"written": 3})
    for photo in photos:
        assert done.of(photo)["added"] == ["Puppet"]
        assert done.of(photo)["reason"] == "sibling: no"


@pytest.mark.parametrize("error", ERRORS)
def test_the_only_one_that_fails_parks_the_photo_and_leaves_it_as_it_is(
    puppet: Program, tmp_path: Path, draw: Callable[..., Path], error: str
) -> None:
    photo = draw(tmp_path / "a.jpg")
    before = photo.read_bytes()
    alone = settled(puppet, puppet={"raises": error, "message": "puppet: no"})
    done = alone.tag(photo)
    assert (done.status, done.summary) == (1, {"parked": 1})
    assert "puppet: " in done.of(photo)["reason"]
    assert "Traceback" not in done.err
    assert photo.read_bytes() == before


def test_the_one_that_is_named_is_asked_alone(
    puppet: Program, tmp_path: Path, draw: Callable[..., Path]
) -> None:
    photo = draw(tmp_path / "a.jpg")
    both = settled(puppet, puppet={"words": ["Boat"]}, sibling={"words": ["Sea"]})
    assert both.tag(photo, "--provider", "sibling").of(photo)["added"] == ["Sea"]
    assert both.tag(photo).of(photo)["added"] == ["Boat"]


def test_a_stranger_that_needs_settings_is_not_asked_without(
    puppet: Program, tmp_path: Path, draw: Callable[..., Path]
) -> None:
    done = settled(puppet, sibling={}).tag(draw(tmp_path / "a.jpg"), "--provider", "puppet")
    assert done.status == 2
    assert "providers.puppet is not configured" in done.err


def test_everybody_gets_a_picture_no_larger_than_they_want(
    puppet: Program, tmp_path: Path, photos: Path
) -> None:
    both = settled(puppet, puppet={"asked": str(tmp_path / "asked")}, local={})
    both.tag("--dry-run", photos / "sunset.jpg")
    assert (tmp_path / "asked").read_text().startswith("512 x 34")
