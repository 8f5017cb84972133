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
    from collections.abc import Callable

    from tests.fixtures.recognition import RecognitionServer

PHOTO = Path(__file__).parents[2] / "photos" / "cat.jpg"
CONFIG = """
[keywords]
min_confidence = 0.0

[providers.vize]
api_token = "sk-open-sesame"
task_id = "0a8c8186-aee8-47c8-9eaf-348103feb14d"
base_url = "{url}/vize"
"""


@pytest.fixture
def server(recognition_server: Callable[..., RecognitionServer]) -> RecognitionServer:
    return recognition_server("--account", "vize:key=sk-open-sesame")


def tagged(folder: Path, server: RecognitionServer) -> tuple[list[dict[str, Any]], str]:
    """Return the report on the photos of a folder, and all that was said."""
    config = folder / "config.toml"
    config.write_text(CONFIG.format(url=server.url), encoding="utf-8")
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


def test_a_photo_gets_what_is_said_of_its_own_picture_for_one_call(
    tmp_path: Path, server: RecognitionServer
) -> None:
    shutil.copy(PHOTO, tmp_path / "cat.jpg")
    (row, summary), said = tagged(tmp_path, server)

    assert summary == {"summary": {"written": 1}}
    (note,) = server.asked("vize")
    assert (note["path"], note["status"]) == ("/vize/v2/classify", 200)
    assert row["keywords"][0]["text"] == f"vize {note['picture'][:8]}"
    assert row["keywords"][0]["providers"] == ["vize"]
    assert "sesame" not in said


def test_a_copy_of_the_photo_costs_no_second_call(
    tmp_path: Path, server: RecognitionServer
) -> None:
    shutil.copy(PHOTO, tmp_path / "cat.jpg")
    tagged(tmp_path, server)
    shutil.copy(PHOTO, tmp_path / "copy.jpg")
    tagged(tmp_path, server)
    assert list(server.charged("vize").values()) == [1]
