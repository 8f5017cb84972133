"""tagbridge as a program, with the service in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.plugins.tagbridge_everypixel.conftest import Service

PHOTO = Path(__file__).parents[2] / "photos" / "cat.jpg"
CONFIG = """
[providers.everypixel]
client_id = "{client_id}"
client_secret = "{client_secret}"
base_url = "{base_url}"
"""


@pytest.fixture
def config(tmp_path: Path, service: Service) -> Path:
    path = tmp_path / "config.toml"
    path.touch(mode=0o600)
    path.write_text(CONFIG.format(**service.table), encoding="utf-8")
    return path


def tagged(folder: Path, config: Path) -> tuple[list[dict[str, Any]], str]:
    """Return the report on the photos of a folder, and all that was said."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TAGBRIDGE_")}
    places = ["--config", str(config), "--state", str(folder / "state")]
    done = subprocess.run(
        [sys.executable, "-m", "tagbridge", *places, "tag", "--json", str(folder)],
        env=kept | {"HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()], done.stdout + done.stderr


def test_a_photo_gets_the_keywords_of_its_own_picture_for_one_call(
    tmp_path: Path, config: Path, service: Service
) -> None:
    shutil.copy(PHOTO, tmp_path / "cat.jpg")
    before = len(service.asked())

    (row, summary), said = tagged(tmp_path, config)

    assert summary == {"summary": {"written": 1}}
    (note,) = service.asked()[before:]
    assert (note["path"], note["status"]) == ("/v1/keywords", 200)
    assert row["keywords"][0]["text"] == f"v1 {note['picture'][:8]}"
    assert row["keywords"][0]["providers"] == ["everypixel"]
    assert service.table["client_secret"] not in said
