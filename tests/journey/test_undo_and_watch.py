"""The daemon leaves undone photos alone: while it runs, after a restart, an edit and a touch."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.journey.conftest import Daemon, Program

LOOKED = ("skipped", "it was tagged before")


def test_the_daemon_leaves_undone_photos_alone(  # noqa: PLR0917 - fixtures
    puppet: Program,
    inbox: Path,
    watching: Callable[..., Daemon],
    draw: Callable[..., Path],
    edit: Callable[..., None],
    exiftool: Callable[..., Any],
) -> None:
    words = {"TAGBRIDGE_PROVIDERS__PUPPET__WORDS": json.dumps(["Sea", "Boat"])}
    program = replace(puppet, settings={**puppet.settings, **words})
    photo, scan = draw(inbox / "a.jpg", 1), inbox / "scan.tif"
    Image.linear_gradient("L").save(scan)
    before = photo.read_bytes(), scan.read_bytes()
    daemon = watching(program, inbox)
    daemon.wait_for_photos(photo, scan)

    assert program.run("undo", "--json", inbox).summary == {"undone": 2}
    assert (photo.read_bytes(), scan.read_bytes()) == before
    daemon.wait_for_photos(draw(inbox / "sentinel 1.jpg", 2))
    edit(photo, "-XMP-dc:Title=Harbour", "-XMP-dc:Subject=Mine")
    daemon.wait_for(*LOOKED, f" {photo}: ")
    edited = photo.read_bytes()
    daemon.wait_for_photos(draw(inbox / "sentinel 2.jpg", 3))
    assert daemon.stop() == 0

    photo.touch()
    daemon = watching(program, inbox)
    daemon.wait_for(*LOOKED, f" {photo}: ")
    daemon.wait_for_photos(draw(inbox / "sentinel 3.jpg", 4))
    assert daemon.stop() == 0
    assert photo.read_bytes() == edited
    assert (scan.read_bytes(), scan.with_name("scan.tif.xmp").exists()) == (before[1], False)
    assert exiftool(photo)["XMP-dc:Subject"] == "Mine"

    assert program.tag(photo, scan).summary == {"written": 2}
    assert exiftool(photo)["XMP-dc:Subject"].splitlines() == ["Mine", "Sea", "Boat"]
