"""tagbridge as a program, with the service in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fixtures.recognition import RecognitionServer

PHOTO = Path(__file__).parents[2] / "photos" / "cat.jpg"
KEY = "open-sesame"
TYPES = ["objects", "celebrities", "detect_faces", "detect_text", "nsfw"]


@pytest.fixture
def server(recognition_server: Callable[..., RecognitionServer]) -> RecognitionServer:
    return recognition_server("--account", f"imagerecognize:key={KEY}")


@pytest.fixture
def config(tmp_path: Path, server: RecognitionServer) -> Path:
    path = tmp_path / "config.toml"
    table = {"api_key": KEY, "base_url": f"{server.url}/imagerecognize/api/v2", "types": TYPES}
    lines = (f"{name} = {json.dumps(value)}\n" for name, value in table.items())
    path.write_text("[providers.imagerecognize]\n" + "".join(lines), encoding="utf-8")
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
    return [json.loads(line) for line in done.stdout.splitlines()], done.stdout + done.stderr


def test_a_photo_gets_the_objects_of_its_own_picture_for_one_call_a_type(
    tmp_path: Path, config: Path, server: RecognitionServer
) -> None:
    shutil.copy(PHOTO, tmp_path / "cat.jpg")

    (row, summary), said = tagged(tmp_path, config)

    assert summary == {"summary": {"written": 1}}, said
    (picture,) = server.charged("imagerecognize")
    assert row["keywords"][0]["text"] == f"imagerecognize {picture[:8]}"
    assert sorted(note["kind"] for note in server.asked()) == sorted(TYPES)
    assert KEY not in said
    assert sha256(PHOTO.read_bytes()).hexdigest() != picture


@pytest.mark.parametrize("fault", ["502", "html", "error-inside"])
def test_what_was_answered_beside_a_bad_answer_is_not_paid_for_again(
    tmp_path: Path, config: Path, server: RecognitionServer, fault: str
) -> None:
    shutil.copy(PHOTO, tmp_path / "cat.jpg")
    server.fault(fault, times=1)

    (_row, summary), said = tagged(tmp_path, config)

    assert summary == {"summary": {"written": 1}}, said
    assert len(server.asked()) == len(TYPES) + 1
    assert list(server.charged("imagerecognize").values()) == [len(TYPES)]
