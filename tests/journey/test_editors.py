"""Other programs save the photo all the time while it is tagged, and no save is ever lost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.journey.conftest import Program

FAULTS = Path(__file__).parents[1] / "faults"
ROUNDS = int(os.environ.get("TAGBRIDGE_TEST_ROUNDS", "400"))


def start(program: str, *arguments: object) -> subprocess.Popen[str]:
    command: list[str | Path] = [sys.executable, FAULTS / program, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("seed", [1, 2])
def test_no_save_of_an_editor_is_lost_while_the_photo_is_tagged(
    tmp_path: Path, draw: Callable[..., Path], exiftool: Callable[..., dict[str, Any]], seed: int
) -> None:
    photo = draw(tmp_path / "photo.jpg", seed)
    original, pixels = photo.read_bytes(), Image.open(photo).tobytes()
    writer = start("writer.py", "--forever", photo)
    assert writer.stdout
    assert writer.stdout.readline() == "ready\n"
    said, complaints = start("editor.py", photo, ROUNDS, seed).communicate(timeout=600)
    writer.kill()
    told = writer.communicate()[0]
    assert complaints == ""
    last, lost = map(int, said.split())
    assert (last, lost) == (ROUNDS, 0)
    assert "written" in told  # there was a race at all

    with start("writer.py", photo) as final:
        final.communicate()
    assert final.returncode == 0
    assert f"save number {last:06}".encode() in photo.read_bytes()[:64]
    assert exiftool(photo)["XMP-dc:Subject"].splitlines()[-1] == "harbour"
    assert Image.open(photo).tobytes() == pixels
    assert photo.read_bytes().endswith(original[-500:])
    others = {path.name for path in tmp_path.iterdir()} - {"photo.jpg"}
    assert all(name.startswith("recovered-by-tagbridge-") for name in others)


def test_two_runs_over_one_folder_at_once_write_every_photo_once(
    tmp_path: Path,
    draw: Callable[..., Path],
    puppet: Program,
    edit: Callable[..., None],
    exiftool: Callable[..., dict[str, Any]],
) -> None:
    photos = [draw(tmp_path / "in" / f"{number}.jpg", number) for number in range(12)]
    for photo in photos:
        edit(photo, "-XMP-dc:Subject=mine", "-IPTC:Keywords=mine")
    pixels = [Image.open(photo).tobytes() for photo in photos]
    runs = [
        puppet.start("tag", "--json", tmp_path / "in", stdout=subprocess.PIPE, env=environment)
        for environment in [puppet.environment()] * 2
    ]
    outputs = [run.communicate()[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0], outputs
    for photo, before in zip(photos, pixels, strict=True):
        found = exiftool(photo)
        assert sorted(found["XMP-dc:Subject"].splitlines()) == ["Puppet", "mine"]
        assert sorted(found["IPTC:Keywords"].splitlines()) == ["Puppet", "mine"]
        assert Image.open(photo).tobytes() == before
    assert sum(output.count('"written"') for output in outputs) - 2 <= len(photos)
    assert sorted(p.name for p in (tmp_path / "in").iterdir()) == sorted(
        photo.name for photo in photos
    )


def test_runs_that_name_their_photos_do_not_sweep_away_each_others_work(
    tmp_path: Path, draw: Callable[..., Path]
) -> None:
    photos = [draw(tmp_path / f"{number}.jpg", number) for number in range(20)]
    runs = [start("writer.py", *photos[half::2]) for half in (0, 1)]
    for run in runs:
        told = run.communicate()[0].splitlines()
        assert run.returncode == 0, told
        assert [line.split("\t")[0] for line in told[1:]] == ["written"] * 10


def test_runs_that_start_at_the_same_moment_with_a_new_state_all_start(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from tagbridge.ledger import open_ledger\n"
    code += "for n in range(8): open_ledger(Path(sys.argv[1]) / str(n)).close()"
    command: list[str | Path] = [sys.executable, "-c", code, tmp_path]
    runs = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(6)]
    assert [run.communicate()[1] for run in runs] == [""] * 6
