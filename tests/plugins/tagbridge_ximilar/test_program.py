"""tagbridge as a program, with the service in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fixtures.recognition import RecognitionServer

PHOTOS = Path(__file__).parents[2] / "photos"
CONFIG = """
[providers.ximilar]
api_token = "open-sesame"
base_url = "{url}/ximilar"
services = ["tags", "colors", "fashion"]
"""


@pytest.fixture
def server(recognition_server: Callable[..., RecognitionServer]) -> RecognitionServer:
    return recognition_server("--account", "ximilar:key=open-sesame")


@pytest.fixture
def config(tmp_path: Path, server: RecognitionServer) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG.format(url=server.url), encoding="utf-8")
    path.chmod(0o600)
    return path


def tagged(folder: Path, config: Path) -> tuple[list[dict[str, Any]], str]:
    """Return the report on the photos of a folder, and all that was said."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TAGBRIDGE_")}
    places = ["--config", str(config), "--state", str(config.parent / "state")]
    done = subprocess.run(
        [sys.executable, "-m", "tagbridge", *places, "tag", "--json", str(folder)],
        env=kept | {"HOME": str(config.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()], done.stdout + done.stderr


def asked_of(server: RecognitionServer) -> Counter[str]:
    """Return how many pictures each service was sent."""
    found: Counter[str] = Counter()
    for note in server.asked("ximilar"):
        found[note["path"].split("/")[2]] += len(note["pictures"])
    return found


def test_a_photo_gets_the_keywords_of_its_own_picture_for_one_call_of_each_service(
    tmp_path: Path, config: Path, server: RecognitionServer
) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    for name in ("cat.jpg", "coffee.jpg"):
        shutil.copy(PHOTOS / name, photos)

    *rows, summary = tagged(photos, config)[0]

    assert summary == {"summary": {"written": 2}}
    assert asked_of(server) == {"photo": 2, "tagging": 2, "dom_colors": 2}
    pictures = {picture[:8] for picture in server.charged("ximilar")}
    own = [{k["text"] for k in row["keywords"] if k["text"].startswith("ximilar ")} for row in rows]
    assert sorted(map(sorted, own)) == sorted([f"ximilar {picture}"] for picture in pictures)


def test_the_token_shows_nowhere(tmp_path: Path, config: Path) -> None:
    shutil.copy(PHOTOS / "cat.jpg", tmp_path / "cat.jpg")
    assert "open-sesame" not in tagged(tmp_path / "cat.jpg", config)[1]
