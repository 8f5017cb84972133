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


def test_a_photo_borrows_keywords_for_one_call(
    tmp_path: Path, tagged: Tagged, server: RecognitionServer
) -> None:
    photo = Path(shutil.copy(PHOTO, tmp_path / "cat.jpg"))

    (row, summary), said = tagged(photo)

    assert summary == {"summary": {"written": 1}}
    ((picture, times),) = server.charged("simages").items()
    assert times == 1
    assert row["keywords"][0]["text"] == f"simages {picture[:8]}"
    assert 0.3 <= row["keywords"][0]["confidence"] < 1.0
    assert "open-sesame" not in said


def test_a_threshold_for_all_providers_holds_for_borrowed_keywords_as_well(
    tmp_path: Path, tagged: Tagged
) -> None:
    photo = Path(shutil.copy(PHOTO, tmp_path / "cat.jpg"))
    (row, _), _ = tagged(photo, min_confidence=0.99)
    assert row["keywords"] == []
