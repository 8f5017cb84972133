"""The user's words may change as often as they like: what was answered is not asked again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.journey.paid.conftest import Album, Customer


def subjects(exiftool: Callable[..., Any], photo: Path) -> set[str]:
    return set(exiftool(photo)["XMP-dc:Subject"].splitlines())


def test_a_new_vocabulary_costs_no_call(
    customer: Callable[..., Customer],
    album: Album,
    tmp_path: Path,
    exiftool: Callable[..., Any],
) -> None:
    we, photo = customer(), album.add()
    first = we.program.tag(photo)
    requests = len(we.service.arrived())
    ((said, others), *_) = (
        (k["text"], k["providers"]) for k in first.of(photo)["keywords"] if "v1 " in k["text"]
    )
    assert (requests, others) == (2, ["everypixel"])

    words = tmp_path / "keywords.txt"
    words.write_text(f"\ufeff[Things]\r\n\tBoats\r\n\t\tFerry\r\n\t\t\t{{{said.upper()}}}\r\n")
    env = {"TAGBRIDGE_KEYWORDS__VOCABULARY": str(words), "TAGBRIDGE_KEYWORDS__ROOT": "Ours"}
    second = we.program.tag(photo, env=env)

    assert (second.status, second.of(photo)["calls"]) == (0, 0)
    assert len(we.service.arrived()) == requests
    assert sorted(second.of(photo)["added"])[:2] == ["Boats", "Ferry"]
    assert {"Boats", "Ferry", said} <= subjects(exiftool, photo)
    paths = exiftool(photo)["XMP-lr:HierarchicalSubject"].splitlines()
    assert "Ours|Things|Boats|Ferry" in paths

    words.write_text(f"Ships\n\t{{{said}}}")

    assert "Ships" in we.program.tag(photo, env=env).of(photo)["added"]
    assert len(we.service.arrived()) == requests


def test_a_broken_vocabulary_stops_before_anything_is_asked(
    customer: Callable[..., Customer], album: Album, tmp_path: Path
) -> None:
    we, photo = customer(), album.add()
    words = tmp_path / "keywords.txt"
    words.write_text("Boats\n\t\tFerry")

    ended = we.program.tag(photo, env={"TAGBRIDGE_KEYWORDS__VOCABULARY": str(words)})

    assert ended.status == 2
    assert "keywords.txt' line 2: 2 tabs are in front of 'Ferry'" in ended.err
    assert "Traceback" not in ended.err
    assert we.service.arrived() == []
