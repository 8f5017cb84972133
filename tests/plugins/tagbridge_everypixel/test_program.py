"""tagbridge as a program, with the service in a process of its own."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fixtures.recognition import RecognitionServer

    Tagged = Callable[..., tuple[list[dict[str, Any]], str]]

PHOTO = Path(__file__).parents[2] / "photos" / "cat.jpg"


def test_a_photo_gets_the_keywords_of_its_own_picture_for_one_call(
    tmp_path: Path, tagged: Tagged, server: RecognitionServer
) -> None:
    shutil.copy(PHOTO, tmp_path / "cat.jpg")

    (row, summary), said = tagged(tmp_path)

    assert summary == {"summary": {"written": 1}}
    (note,) = server.asked()
    assert (note["path"], note["status"]) == ("/v1/keywords", 200)
    assert row["keywords"][0]["text"] == f"v1 {note['picture'][:8]}"
    assert row["keywords"][0]["providers"] == ["everypixel"]
    assert "open-sesame" not in said
