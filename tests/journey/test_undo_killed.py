"""Killed at any moment of an undo: each photo is old or new, and no rejected keyword returns."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.journey.conftest import Program

KILLS = max(4, int(os.environ.get("TAGBRIDGE_TEST_ROUNDS", "400")) // 100)


@pytest.mark.timeout(1800)
def test_after_any_kill_every_photo_is_old_or_new_and_a_second_undo_ends_it(  # noqa: PLR0917
    tmp_path: Path,
    puppet: Program,
    draw: Callable[..., Path],
    edit: Callable[..., None],
    exiftool: Callable[..., Any],
    leftovers: Callable[[Path], list[str]],
) -> None:
    words = {"TAGBRIDGE_PROVIDERS__PUPPET__WORDS": json.dumps(["Sea", "Boat"])}
    program = replace(puppet, settings={**puppet.settings, **words})
    folder = tmp_path / "in"
    photos = [draw(folder / f"{number}.jpg", number) for number in range(4)]
    scans = [folder / f"{number}.tif" for number in range(2)]
    for number, scan in enumerate(scans):
        Image.linear_gradient("L").resize((64, 64 + number)).save(scan)
    before = {path.name: path.read_bytes() for path in (*photos, *scans)}
    assert program.tag(folder).summary == {"written": 6}
    edit(photos[0], "-XMP-dc:Subject-=Sea", "-IPTC:Keywords-=Sea")
    tagged = {path.name: path.read_bytes() for path in folder.iterdir()}
    shutil.copytree(folder, tmp_path / "tagged")
    shutil.copytree(program.state, tmp_path / "state")
    chance = random.Random(KILLS)  # noqa: S311 - a test must be repeatable

    for _ in range(KILLS):
        for place, copy in ((folder, "tagged"), (program.state, "state")):
            shutil.rmtree(place)
            shutil.copytree(tmp_path / copy, place)
        with program.start("undo", "--json", folder, stdout=subprocess.PIPE) as undo:
            assert undo.stdout
            undo.stdout.readline()  # the first is done, whatever happens next
            try:
                undo.wait(chance.uniform(0, 0.1))
            except subprocess.TimeoutExpired:
                undo.kill()
        for path in (*photos, *scans):
            assert path.read_bytes() in (before[path.name], tagged[path.name]) or path == photos[0]
        for scan in scans:
            sidecar = scan.with_name(f"{scan.name}.xmp")
            assert not sidecar.exists() or sidecar.read_bytes() == tagged[sidecar.name]
        ended = program.run("undo", "--json", folder)
        assert ended.status == 0, ended.out + ended.err
        assert not leftovers(tmp_path / "in")
        assert {path.name for path in folder.iterdir()} == before.keys()
        for path in (*photos[1:], *scans):
            assert path.read_bytes() == before[path.name]
        assert "XMP-dc:Subject" not in exiftool(photos[0])
    assert program.tag(folder).of(photos[0])["added"] == ["Boat"]
