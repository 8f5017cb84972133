"""Thumbnails are kept by picture, bounded on the disk, and never in the way."""

from __future__ import annotations

import asyncio
import os
from contextlib import closing
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tagbridge.config_web import WebSettings
from tagbridge.pipeline import tag_asset
from tagbridge.reading import asset_of, read_source
from tagbridge.thumbnails import EDGE, Thumbnails, keeping_thumbnails

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.tagbridge.conftest import Equip, Speaker

PICTURE, OTHER = "ab" * 32, "cd" * 32
MANY = 1 << 30


@pytest.fixture
def thumbnails(tmp_path: Path) -> Iterator[Thumbnails]:
    with closing(Thumbnails(tmp_path / "state", most_bytes=MANY)) as opened:
        yield opened


def test_a_picture_comes_back_and_another_one_does_not(thumbnails: Thumbnails) -> None:
    thumbnails.put(PICTURE, b"first")
    thumbnails.put(PICTURE, b"second")
    assert thumbnails.get(PICTURE) == b"first"
    assert thumbnails.get(OTHER) is None
    assert thumbnails.get("no digest") is None


def test_two_processes_see_what_either_kept(tmp_path: Path, thumbnails: Thumbnails) -> None:
    with closing(Thumbnails(tmp_path / "state", most_bytes=MANY)) as other:
        other.put(PICTURE, b"picture")
    assert thumbnails.get(PICTURE) == b"picture"


def test_nobody_else_may_read_them(tmp_path: Path, thumbnails: Thumbnails) -> None:
    thumbnails.put(PICTURE, b"picture")
    assert {p.stat().st_mode & 0o077 for p in (tmp_path / "state").iterdir()} == {0}


def test_the_oldest_go_when_the_room_is_used_up(tmp_path: Path) -> None:
    most = 4 << 20
    identities = [f"{number:064x}" for number in range(1000)]
    with closing(Thumbnails(tmp_path, most_bytes=most)) as thumbnails:
        for identity in identities:
            thumbnails.put(identity, os.urandom(16 << 10))
        assert thumbnails.get(identities[0]) is None
        assert thumbnails.get(identities[-1]) is not None
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) < 2 * most


def test_a_damaged_file_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "thumbnails.sqlite3").write_bytes(b"nonsense" * 4096)
    with closing(Thumbnails(tmp_path, most_bytes=MANY)) as thumbnails:
        thumbnails.put(PICTURE, b"picture")
        assert thumbnails.get(PICTURE) == b"picture"


def test_a_folder_that_cannot_be_written_costs_nothing_but_the_thumbnails(tmp_path: Path) -> None:
    (tmp_path / "thumbnails.sqlite3").mkdir()
    with closing(Thumbnails(Path(tmp_path), most_bytes=MANY)) as thumbnails:
        thumbnails.put(PICTURE, b"picture")
        assert thumbnails.get(PICTURE) is None


def test_a_thumbnail_is_kept_along_the_way_of_a_photo(
    thumbnails: Thumbnails, equip: Equip, speaker: Callable[..., Speaker], photo: Path
) -> None:
    sea = speaker("Sea", edge=512)
    equipment = replace(equip(speakers=[sea]), thumbnails=thumbnails)
    asyncio.run(tag_asset(photo, equipment))
    kept = thumbnails.get(asset_of(read_source(photo, {"image"})).identity)
    assert kept is not None
    assert max(Image.open(BytesIO(kept)).size) == EDGE
    assert [max(seen.width, seen.height) for seen in sea.seen] == [512]


@pytest.mark.parametrize(
    ("web", "wanted"),
    [
        ({}, False),
        ({"serve": True}, True),
        ({"serve": True, "thumbnails": "demand"}, False),
        ({"thumbnails": "always"}, True),
    ],
)
def test_without_the_page_nobody_pays_for_thumbnails(
    tmp_path: Path, *, web: dict[str, object], wanted: bool
) -> None:
    async def made() -> bool:
        settings = WebSettings.model_validate(web)
        async with keeping_thumbnails(settings, tmp_path / "state") as kept:
            return kept is not None

    assert asyncio.run(made()) is wanted
    assert (tmp_path / "state").exists() is wanted
