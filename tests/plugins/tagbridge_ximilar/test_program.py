"""tagbridge as a program, with the service in a process of its own."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fixtures.recognition import RecognitionServer

    Tagged = Callable[..., tuple[list[dict[str, Any]], str]]

PHOTOS = Path(__file__).parents[2] / "photos"


@pytest.fixture
def table(table: dict[str, Any]) -> dict[str, Any]:
    return {**table, "services": ["tags", "colors", "fashion"]}


def asked_of(server: RecognitionServer) -> Counter[str]:
    """Return how many pictures each service was sent."""
    found: Counter[str] = Counter()
    for note in server.asked("ximilar"):
        found[note["path"].split("/")[2]] += len(note["pictures"])
    return found


def test_a_photo_gets_the_keywords_of_its_own_picture_for_one_call_of_each_service(
    tmp_path: Path, tagged: Tagged, server: RecognitionServer
) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    for name in ("cat.jpg", "coffee.jpg"):
        shutil.copy(PHOTOS / name, photos)

    *rows, summary = tagged(photos)[0]

    assert summary == {"summary": {"written": 2}}
    assert asked_of(server) == {"photo": 2, "tagging": 2, "dom_colors": 2}
    pictures = {picture[:8] for picture in server.charged("ximilar")}
    own = [{k["text"] for k in row["keywords"] if k["text"].startswith("ximilar ")} for row in rows]
    assert sorted(map(sorted, own)) == sorted([f"ximilar {picture}"] for picture in pictures)


def test_the_token_shows_nowhere(tmp_path: Path, tagged: Tagged) -> None:
    shutil.copy(PHOTOS / "cat.jpg", tmp_path / "cat.jpg")
    assert "open-sesame" not in tagged(tmp_path / "cat.jpg")[1]
