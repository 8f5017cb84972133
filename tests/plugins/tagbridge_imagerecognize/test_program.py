"""tagbridge as a program, with the service in a process of its own."""

from __future__ import annotations

import shutil
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fixtures.recognition import RecognitionServer

    Tagged = Callable[..., tuple[list[dict[str, Any]], str]]

PHOTO = Path(__file__).parents[2] / "photos" / "cat.jpg"
TYPES = ["objects", "celebrities", "detect_faces", "detect_text", "nsfw"]


def test_a_photo_gets_the_objects_of_its_own_picture_for_one_call_a_type(
    tmp_path: Path, tagged: Tagged, server: RecognitionServer
) -> None:
    shutil.copy(PHOTO, tmp_path / "cat.jpg")

    (row, summary), said = tagged(tmp_path)

    assert summary == {"summary": {"written": 1}}, said
    (picture,) = server.charged("imagerecognize")
    assert row["keywords"][0]["text"] == f"imagerecognize {picture[:8]}"
    assert sorted(note["kind"] for note in server.asked()) == sorted(TYPES)
    assert "open-sesame" not in said
    assert sha256(PHOTO.read_bytes()).hexdigest() != picture


@pytest.mark.parametrize("fault", ["502", "html", "error-inside"])
def test_what_was_answered_beside_a_bad_answer_is_not_paid_for_again(
    tmp_path: Path, tagged: Tagged, server: RecognitionServer, fault: str
) -> None:
    shutil.copy(PHOTO, tmp_path / "cat.jpg")
    server.fault(fault, times=1)

    (_row, summary), said = tagged(tmp_path)

    assert summary == {"summary": {"written": 1}}, said
    assert len(server.asked()) == len(TYPES) + 1
    assert list(server.charged("imagerecognize").values()) == [len(TYPES)]
