"""Videos beside photos: left alone, or tagged in their sidecars where a provider takes them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.journey.conftest import Daemon, Program


@pytest.fixture
def viewer(puppet: Program) -> Program:
    """Return tagbridge with a provider that takes videos."""
    return replace(
        puppet, settings={**puppet.settings, "TAGBRIDGE_PROVIDERS__PUPPET__VIDEOS": "true"}
    )


@pytest.fixture
def folder(tmp_path: Path, film: Callable[..., Path], draw: Callable[..., Path]) -> Path:
    """Return a folder with a photo, a video of the same name, and one by itself."""
    folder = tmp_path / "trip"
    draw(folder / "IMG_1.JPG", kind="JPEG")
    film(folder / "IMG_1.MOV")
    film(folder / "clip.mp4", size=(640, 360))
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_nobody_takes_videos_by_default(puppet: Program, folder: Path) -> None:
    before = contents(folder)
    ended = puppet.tag(folder)
    assert (ended.status, ended.summary) == (0, {"written": 1})
    after = contents(folder)
    assert {name for name in after if after[name] != before.get(name)} == {"IMG_1.JPG"}


def test_one_that_was_named_is_parked_then(puppet: Program, folder: Path) -> None:
    clip = folder / "clip.mp4"
    ended = puppet.tag(clip)
    assert (ended.status, ended.of(clip)["outcome"]) == (1, "parked")
    assert ended.of(clip)["reason"] == "no provider that is chosen takes videos"
    assert "clip.mp4.xmp" not in contents(folder)


def test_they_get_sidecars_where_somebody_takes_them(
    viewer: Program, folder: Path, asked: Callable[[], int], exiftool: Callable[..., Any]
) -> None:
    before = contents(folder)
    dry = viewer.tag("--dry-run", folder)
    assert (dry.status, dry.summary) == (0, {"planned": 3})
    assert contents(folder) == before
    ended = viewer.tag(folder)
    assert (ended.status, ended.summary) == (0, {"written": 3})
    after = contents(folder)
    sidecars = {"IMG_1.MOV.xmp", "clip.mp4.xmp"}
    assert after.keys() - before.keys() == sidecars
    assert all(after[name] == before[name] for name in ("IMG_1.MOV", "clip.mp4"))
    for name in sidecars:
        assert exiftool(folder / name)["XMP-dc:Subject"] == "Puppet"
    assert ended.of(folder / "clip.mp4")["target"] == str(folder / "clip.mp4.xmp")
    assert asked() == 6
    assert viewer.tag(folder).summary == {"unchanged": 3}


def test_show_tells_of_those_that_have_a_sidecar(
    viewer: Program, puppet: Program, folder: Path
) -> None:
    clip = folder / "clip.mp4"
    viewer.tag(clip)
    shown = puppet.run("show", "--json", folder)
    rows = {row["path"]: [k["text"] for k in row["keywords"]] for row in shown.rows}
    assert rows == {str(folder / "IMG_1.JPG"): [], str(clip): ["Puppet"]}
    named = puppet.run("show", "--json", folder / "IMG_1.MOV")
    assert (named.status, [row["keywords"] for row in named.rows]) == (0, [[]])


def test_a_video_that_is_still_being_written_is_waited_for(
    viewer: Program,
    watching: Callable[..., Daemon],
    film: Callable[..., Path],
    tmp_path: Path,
) -> None:
    """Its description comes last, as cameras write it; before, there is only data."""
    whole = film(tmp_path / "whole.mp4").read_bytes()
    daemon = watching(viewer, tmp_path / "inbox")
    clip, end = tmp_path / "inbox" / "clip.mp4", whole.index(b"moov") - 4
    with clip.open("wb", buffering=0) as file:
        file.write(whole[: end // 2])
        daemon.wait_for(str(clip), "not complete yet")
        file.write(whole[end // 2 : end])
        assert not daemon.arrivals()
        file.write(whole[end:])
    daemon.wait_for_photos(clip)
    assert daemon.arrivals() == {str(clip): 1}
    assert b"Puppet" in clip.with_name("clip.mp4.xmp").read_bytes()


def test_the_daemon_passes_over_videos_that_nobody_takes(
    puppet: Program,
    watching: Callable[..., Daemon],
    film: Callable[..., Path],
    draw: Callable[..., Path],
    tmp_path: Path,
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    film(inbox / "clip.mp4")
    daemon = watching(puppet, inbox)
    daemon.wait_for_photos(draw(inbox / "first.jpg", 1))
    daemon.wait_for_photos(draw(inbox / "second.jpg", 2))
    assert set(daemon.arrivals()) == {str(inbox / "first.jpg"), str(inbox / "second.jpg")}
