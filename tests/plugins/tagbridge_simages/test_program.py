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
[providers.simages]
api_key = "open-sesame"
base_url = "{url}/simages"
"""


@pytest.fixture
def server(recognition_server: Callable[..., RecognitionServer]) -> RecognitionServer:
    return recognition_server("--account", "simages:key=open-sesame")


@pytest.fixture
def config(tmp_path: Path, server: RecognitionServer) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG.format(url=server.url), encoding="utf-8")
    path.chmod(0o600)
    return path


def tagged(photo: Path, config: Path, *options: str) -> tuple[list[dict[str, Any]], str]:
    """Return the report on a photo, and all that was said."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TAGBRIDGE_")}
    places = ["--config", str(config), "--state", str(config.parent / "state")]
    done = subprocess.run(
        [sys.executable, "-m", "tagbridge", *places, "tag", "--json", *options, str(photo)],
        env=kept | {"HOME": str(config.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()], done.stdout + done.stderr


def test_a_photo_borrows_keywords_for_one_call(
    tmp_path: Path, config: Path, server: RecognitionServer
) -> None:
    photo = Path(shutil.copy(PHOTO, tmp_path / "cat.jpg"))

    (row, summary), said = tagged(photo, config)

    assert summary == {"summary": {"written": 1}}
    ((picture, times),) = server.charged("simages").items()
    assert times == 1
    assert row["keywords"][0]["text"] == f"simages {picture[:8]}"
    assert 0.3 <= row["keywords"][0]["confidence"] < 1.0
    assert "open-sesame" not in said


def test_a_threshold_for_all_providers_holds_for_borrowed_keywords_as_well(
    tmp_path: Path, config: Path
) -> None:
    photo = Path(shutil.copy(PHOTO, tmp_path / "cat.jpg"))
    with config.open("a", encoding="utf-8") as file:
        file.write("[keywords]\nmin_confidence = 0.99\n")
    (row, _), _ = tagged(photo, config)
    assert row["keywords"] == []
