"""When a file in a watched folder counts as whole; the daemon itself is tried in tests/journey."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tagbridge.daemon import looks_complete

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif", ".gif", ".avif"])
def test_a_photo_is_complete_when_its_last_byte_is_there(tmp_path: Path, suffix: str) -> None:
    photo = tmp_path / f"a{suffix}"
    Image.linear_gradient("L").save(photo)
    data = photo.read_bytes()
    assert looks_complete(photo)
    for length in (len(data) - 1, len(data) // 2, 20, 3):
        photo.write_bytes(data[:length])
        # The first bytes of anything may become anything; more of it is told apart.
        assert not looks_complete(photo) or length == 3


def test_reserved_space_is_not_complete(tmp_path: Path) -> None:
    photo = tmp_path / "a.jpg"
    photo.write_bytes(bytes(100_000))
    assert not looks_complete(photo)


def test_a_file_that_is_half_reserved_space_is_not_complete(tmp_path: Path) -> None:
    photo = tmp_path / "a.jpg"
    Image.effect_noise((200, 200), 50).save(photo)
    data = photo.read_bytes()
    photo.write_bytes(data[: len(data) // 2] + bytes(len(data) // 2))
    assert not looks_complete(photo)


def test_what_is_no_picture_will_not_become_one_by_waiting(tmp_path: Path) -> None:
    photo = tmp_path / "a.jpg"
    photo.write_text("It was a dark and stormy night.")
    assert looks_complete(photo)


def test_a_file_that_cannot_be_read_now_says_so(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        looks_complete(tmp_path / "gone.jpg")
